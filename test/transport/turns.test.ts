import { getEventListeners } from 'node:events';

import { sleep } from 'n8n-workflow';

import { inTurn } from '../../nodes/BrazeSchedule/transport/turns';

/** A task that ends when it is asked to, and notes when it begins and ends. */
function tasks() {
	const log: string[] = [];
	const ends = new Map<string, () => void>();
	return {
		log,
		task: (name: string) => async () => {
			log.push(`${name} begins`);
			await new Promise<void>((resolve) => ends.set(name, resolve));
			log.push(`${name} ends`);
			return name;
		},
		async end(name: string) {
			ends.get(name)?.();
			await settle();
		},
	};
}

const settle = async () => await sleep(0);

describe('requests about one schedule', () => {
	test('go out one after the other, in the order in which they ask', async () => {
		const { log, task, end } = tasks();
		const all = ['a', 'b', 'c'].map(async (name) => await inTurn('s-1', task(name)));
		await settle();
		for (const name of ['a', 'b', 'c']) await end(name);
		expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
		expect(log).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends']);
	});

	test('do not wait for those about another schedule', async () => {
		const { log, task, end } = tasks();
		const all = ['s-1', 's-2'].map(async (key) => await inTurn(key, task(key)));
		await settle();
		expect(log).toEqual(['s-1 begins', 's-2 begins']);
		await end('s-2');
		await end('s-1');
		await Promise.all(all);
	});

	test('do not wait for one that has thrown', async () => {
		const thrown = inTurn('s-1', async () => await Promise.reject(new Error('no')));
		const next = inTurn('s-1', async () => await Promise.resolve('next'));
		await expect(thrown).rejects.toThrow('no');
		expect(await next).toBe('next');
	});

	test('do not wait once their execution is canceled, and the others still do', async () => {
		const { log, task, end } = tasks();
		const cancel = new AbortController();
		const all = [
			inTurn('s-1', task('a')),
			inTurn('s-1', task('b'), cancel.signal),
			inTurn('s-1', task('c'), new AbortController().signal),
		];
		await settle();
		cancel.abort();
		await settle();
		await end('b');
		expect(log).toEqual(['a begins', 'b begins', 'b ends']);
		await end('a');
		await end('c');
		expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
	});

	test('wait for the one at work, also behind one that was canceled in between', async () => {
		const { log, task, end } = tasks();
		const cancel = new AbortController();
		const all = [inTurn('s-1', task('a')), inTurn('s-1', task('b'), cancel.signal)];
		await settle();
		cancel.abort();
		await settle();
		await end('b');
		all.push(inTurn('s-1', task('c')));
		await settle();
		expect(log).toEqual(['a begins', 'b begins', 'b ends']);
		await end('a');
		await end('c');
		expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
	});

	test('wait for the last one in line, also when an earlier one has ended', async () => {
		const { log, task, end } = tasks();
		const all = [inTurn('s-1', task('a')), inTurn('s-1', task('b'))];
		await settle();
		await end('a');
		all.push(inTurn('s-1', task('c')));
		await settle();
		expect(log).toEqual(['a begins', 'a ends', 'b begins']);
		await end('b');
		await end('c');
		expect(await Promise.all(all)).toEqual(['a', 'b', 'c']);
	});

	test('leave nothing behind at the signal of their execution', async () => {
		const { signal } = new AbortController();
		const tasks = ['a', 'b', 'c'].map(
			async (name) => await inTurn('s-1', async () => await Promise.resolve(name), signal),
		);
		await Promise.all(tasks);
		expect(getEventListeners(signal, 'abort')).toEqual([]);
	});

	test('of an execution that is canceled already run at once', async () => {
		const { task, end } = tasks();
		const first = inTurn('s-1', task('a'));
		await settle();
		const second = inTurn('s-1', async () => await Promise.resolve('b'), AbortSignal.abort());
		expect(await second).toBe('b');
		await end('a');
		await first;
	});
});
