import { sleep } from 'n8n-workflow';

import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { Draft } from '../../nodes/BrazeSchedule/domain/requests';
import { Deduplication } from '../../nodes/BrazeSchedule/transport/deduplication';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { outcomeOf, pretendClock, refused, START, unknown } from './context';
import { createDraft } from '../domain/drafts';

pretendClock();

const accepted: Outcome = { kind: 'accepted', queued: false, body: {}, warnings: [] };

interface Call {
	name: 'record' | 'remove';
	keys: string[];
	scope: unknown;
	options: unknown;
}

/** What an execution writes beside each key, so that it knows its own. */
const isMark = (key: string) => /^braze-schedule:.*:/.test(key);

/**
 * n8n's record of keys. It reads, waits and writes, without a lock: two calls at the same time
 * would each undo what the other does.
 */
function record({
	used = [] as string[],
	failing = 0,
	/** What another execution makes of what is kept after each write. */
	meddle = ((after) => after) as (after: string[], write: number) => string[],
} = {}) {
	let kept = used;
	let writes = 0;
	let underWay = 0;
	const calls: Call[] = [];
	const one = async <T>(call: Call, change: (before: string[]) => [T, string[]]): Promise<T> => {
		underWay += 1;
		expect(underWay).toBe(1);
		const before = [...kept];
		// A second look at what was just written is no news.
		if (!call.keys.some((key) => isMark(key) && before.includes(key)) || call.name === 'remove') {
			calls.push({ ...call, keys: call.keys.filter((key) => !isMark(key)) });
		}
		await sleep(10);
		underWay -= 1;
		if (calls.length <= failing) throw new Error('database is locked');
		const [result, after] = change(before);
		kept = meddle(after, (writes += 1));
		return result;
	};
	return {
		calls,
		forget: () => {
			kept = [];
		},
		kept: () => kept.filter((key) => !isMark(key)),
		helpers: {
			checkProcessedAndRecord: async (keys: string[], scope: unknown, options: unknown) =>
				await one({ name: 'record', keys, scope, options }, (before) => {
					const unseen = keys.filter((key) => !before.includes(key));
					return [
						{ new: unseen, processed: keys.filter((key) => before.includes(key)) },
						[...before, ...unseen],
					];
				}),
			removeProcessed: async (keys: string[], scope: unknown, options: unknown) =>
				await one({ name: 'remove', keys, scope, options }, (before) => [
					undefined,
					before.filter((key) => !keys.includes(key)),
				]),
		},
	};
}

/** Sees the keys of every call that writes them down, before it is made. */
function watch({ helpers }: ReturnType<typeof record>, see: (keys: string[]) => unknown): void {
	const { checkProcessedAndRecord } = helpers;
	helpers.checkProcessedAndRecord = async (keys, ...rest) => {
		await see(keys.filter((key) => !isMark(key)));
		return await checkProcessedAndRecord(keys, ...rest);
	};
}

const keyed = (item: number, deduplicationKey: string | undefined, more: Partial<Draft> = {}) => ({
	...createDraft({ item, deduplicationKey }),
	...more,
});

let processes = 0;

/** An execution, of a process of its own unless it is told which. */
function deduplication(
	drafts: Draft[],
	store: ReturnType<typeof record>,
	historySize = 100,
	process = `process ${(processes += 1)}`,
) {
	const batches = drafts.flatMap(batchesOf);
	const parts = batches.flatMap((batch) => batch.parts);
	const options = { scope: 'workflow', historySize } as const;
	const it = new Deduplication(store.helpers as never, options, batches, process);
	return {
		it,
		parts,
		admitAll: async () =>
			await outcomeOf(Promise.all(parts.map(async (part) => await it.admit(part)))),
		settle: async (index: number, outcome: Outcome) =>
			await outcomeOf(it.settle([parts[index]], outcome)),
	};
}

describe('what may be sent', () => {
	test('only what no other execution has sent', async () => {
		const store = record({ used: ['braze-schedule:old'] });
		const { admitAll } = deduplication([keyed(0, 'old'), keyed(1, 'new')], store);
		expect(await admitAll()).toEqual([false, true]);
		expect(store.kept()).toEqual(['braze-schedule:old', 'braze-schedule:new']);
	});

	test('of two items with one key, the first', async () => {
		const { admitAll } = deduplication([keyed(0, 'a'), keyed(1, 'a'), keyed(2, 'b')], record());
		expect(await admitAll()).toEqual([true, false, true]);
	});

	test('what has no key, without asking', async () => {
		const store = record();
		const { admitAll } = deduplication([keyed(0, undefined)], store);
		expect(await admitAll()).toEqual([true]);
		expect(store.calls).toEqual([]);
	});

	test('what this execution has sent in part, for it has used the key itself', async () => {
		const store = record({ used: ['braze-schedule:a'] });
		const { admitAll } = deduplication([keyed(0, 'a', { resumed: true })], store);
		expect(await admitAll()).toEqual([true]);
		expect(store.calls).toEqual([]);
	});

	test('all requests of one item, or none', async () => {
		const people = Array.from({ length: 120 }, (_, index) => ({ external_user_id: `u${index}` }));
		const many = () => keyed(0, 'a', { people });
		expect(await deduplication([many()], record()).admitAll()).toEqual([true, true, true]);
		const store = record({ used: ['braze-schedule:a'] });
		expect(await deduplication([many()], store).admitAll()).toEqual([false, false, false]);
		expect(store.calls).toHaveLength(1);
	});
});

describe('another execution that writes at the same time', () => {
	const rival = ['braze-schedule:a', 'braze-schedule:a:somebody-else'];

	test('and whose key stays, sends; this one does not', async () => {
		const store = record({ meddle: (after, write) => (write === 1 ? rival : after) });
		const { admitAll } = deduplication([keyed(0, 'a')], store);
		expect(await admitAll()).toEqual([false]);
	});

	test('and undoes what was written, for this one writes it again and looks again', async () => {
		const looks: number[] = [];
		const store = record({
			meddle: (after, write) => {
				looks.push(Date.now() - START);
				return write <= 3 ? [] : after;
			},
		});
		const { admitAll } = deduplication([keyed(0, 'a'), keyed(1, 'b')], store);
		expect(await admitAll()).toEqual([true, true]);
		expect(store.kept()).toEqual(['braze-schedule:a', 'braze-schedule:b']);
		// Three times undone, once written to stay, once seen to have stayed.
		expect(looks).toEqual([10, 770, 1530, 2290, 3050]);
	});

	test('and undoes only one of the keys, which alone is written again', async () => {
		const asked: string[][] = [];
		const store = record({
			meddle: (after, write) =>
				write === 1 ? after.filter((key) => !key.startsWith('braze-schedule:b')) : after,
		});
		watch(store, (keys) => asked.push(keys));
		const { admitAll } = deduplication([keyed(0, 'a'), keyed(1, 'b')], store);
		expect(await admitAll()).toEqual([true, true]);
		const [a, b] = ['braze-schedule:a', 'braze-schedule:b'];
		expect(asked).toEqual([[a, b], [a, b], [b]]);
	});

	test('and undoes it without end, until this one gives up and takes back what it wrote', async () => {
		const store = record({ meddle: (_, write) => (write <= 13 ? [] : ['braze-schedule:a']) });
		const { admitAll } = deduplication([keyed(0, 'a')], store);
		await expect(admitAll()).rejects.toThrow('The keys do not stay');
		expect(store.calls.filter(({ name }) => name === 'record')).toHaveLength(13);
		expect(store.calls.at(-1)).toMatchObject({ name: 'remove', keys: ['braze-schedule:a'] });
	});

	test('is waited for longer where n8n itself is slow', async () => {
		const store = record();
		const at: number[] = [];
		watch(store, async () => {
			at.push(Date.now() - START);
			await sleep(990);
		});
		const { admitAll } = deduplication([keyed(0, 'a')], store);
		expect(await admitAll()).toEqual([true]);
		// A second of writing, and then ten times as long and half as much again.
		expect(at).toEqual([0, 16_000]);
	});

	test('is no reason to look for what the history does not hold', async () => {
		const asked: number[] = [];
		const store = record();
		watch(store, (keys) => asked.push(keys.length));
		const five = [...Array(5).keys()].map((item) => keyed(item, `k${item}`));
		expect(await deduplication(five, store, 2).admitAll()).toEqual(five.map(() => true));
		expect(asked).toEqual([5, 2]);
	});
});

describe('executions of one process', () => {
	const [a, b] = ['braze-schedule:a', 'braze-schedule:b'];
	/** An execution that sends one item with a key, from its beginning to its end. */
	async function sends(
		key: string,
		store: ReturnType<typeof record>,
		{ process: of = undefined as string | undefined, historySize = 100, outcome = accepted } = {},
	) {
		const { it, admitAll, settle } = deduplication([keyed(0, key)], store, historySize, of);
		const [admitted] = await admitAll();
		if (admitted) await settle(0, outcome);
		await outcomeOf(it.close());
		return admitted;
	}
	let process: string;
	beforeEach(() => {
		process = `shared ${(processes += 1)}`;
	});

	test("do not get past each other, whatever becomes of n8n's record", async () => {
		const store = record();
		expect(await sends('a', store, { process })).toBe(true);
		store.forget();
		expect(await sends('a', store, { process })).toBe(false);
		// One elsewhere has only the record to go by.
		expect(await sends('a', store)).toBe(true);
	});

	test('do not get past each other at the same moment either', async () => {
		const store = record();
		const [first, second] = [1, 2].map(() => deduplication([keyed(0, 'a')], store, 100, process));
		const both = outcomeOf(
			Promise.all([first.it.admit(first.parts[0]), second.it.admit(second.parts[0])]),
		);
		expect(await both).toEqual([true, false]);
		expect(store.calls).toHaveLength(1);
	});

	test("do not get past one that has yet to send, whatever becomes of n8n's record", async () => {
		const store = record();
		const { admitAll } = deduplication([keyed(0, 'a')], store, 100, process);
		await admitAll();
		store.forget();
		expect(await sends('a', store, { process })).toBe(false);
	});

	test("write each other's keys down again when somebody has undone them", async () => {
		const store = record();
		await sends('a', store, { process });
		store.forget();
		await sends('b', store, { process });
		expect(store.kept()).toEqual([a, b]);
		// So that one elsewhere, which asks later, is told.
		expect(await sends('a', store)).toBe(false);
	});

	test('do not write down again what was given back, or has not been sent', async () => {
		const store = record();
		await sends('a', store, { process, outcome: refused });
		const { admitAll } = deduplication([keyed(0, 'c')], store, 100, process);
		await admitAll();
		store.forget();
		await sends('b', store, { process });
		expect(store.kept()).toEqual([b]);
		expect(await sends('a', store, { process })).toBe(true);
	});

	test('do not write down again what may yet be given back', async () => {
		const store = record();
		const people = Array.from({ length: 70 }, (_, index) => ({ external_user_id: `u${index}` }));
		const two = deduplication([keyed(0, 'a', { people })], store, 100, process);
		await two.admitAll();
		await two.settle(0, refused);
		store.forget();
		await sends('b', store, { process });
		expect(store.kept()).toEqual([b]);
	});

	test('leave to the record what is older than a minute', async () => {
		const store = record();
		await sends('a', store, { process });
		store.forget();
		await jest.advanceTimersByTimeAsync(60_001);
		await sends('b', store, { process });
		expect(store.kept()).toEqual([b]);
		expect(await sends('a', store, { process })).toBe(true);
	});

	test('remember no more than the history that is asked for', async () => {
		const store = record();
		const short = { process, historySize: 1 };
		await sends('a', store, short);
		expect(await sends('a', store, short)).toBe(false);
		await sends('b', store, short);
		store.forget();
		expect(await sends('a', store, short)).toBe(true);
	});

	test('write again at most a tenth of the history, the newest', async () => {
		const store = record();
		for (const key of ['a', 'b', 'c']) await sends(key, store, { process, historySize: 20 });
		store.forget();
		await sends('d', store, { process, historySize: 20 });
		expect(store.kept()).toEqual(['b', 'c', 'd'].map((key) => `braze-schedule:${key}`));
	});

	test('have what another process has taken from one of them', async () => {
		const rival = [a, `${a}:somebody-else`];
		const store = record({ meddle: (after, write) => (write === 1 ? rival : after) });
		expect(await sends('a', store, { process })).toBe(false);
		store.forget();
		expect(await sends('a', store, { process })).toBe(true);
	});
});

describe("n8n's record", () => {
	test('is told the scope, and how many keys to keep', async () => {
		const store = record();
		const { admitAll } = deduplication([keyed(0, 'a')], store, 42);
		await admitAll();
		expect(store.calls).toEqual([
			{
				name: 'record',
				keys: ['braze-schedule:a'],
				scope: 'workflow',
				options: { mode: 'entries', maxEntries: 2 * 42 },
			},
		]);
	});

	test('is called for all keys that have come together, once for each key', async () => {
		const store = record();
		const { admitAll } = deduplication(
			[...Array(20).keys()].map((item) => keyed(item, `k${item % 10}`)),
			store,
		);
		await admitAll();
		expect(store.calls.map(({ keys }) => keys.length)).toEqual([10]);
	});

	test('is called ahead of the requests, for a limited number of items', async () => {
		const store = record();
		const many = [...Array(100).keys()].map((item) => keyed(item, `k${item}`));
		const { it, parts } = deduplication(many, store);
		expect(await outcomeOf(it.admit(parts[0]))).toBe(true);
		expect(store.calls.map(({ keys }) => keys.length)).toEqual([64]);
		expect(await outcomeOf(it.admit(parts[20]))).toBe(true);
		expect(store.kept()).toHaveLength(84);
	});

	test('is called again for those that come meanwhile, one call after the other', async () => {
		const store = record();
		const many = [...Array(70).keys()].map((item) => keyed(item, `k${item}`));
		const { it, parts } = deduplication(many, store);
		const first = it.admit(parts[0]);
		await jest.advanceTimersByTimeAsync(5);
		const others = [it.admit(parts[1]), it.admit(parts[2])];
		expect(await outcomeOf(Promise.all([first, ...others]))).toEqual([true, true, true]);
		expect(store.calls.map(({ keys }) => keys.length)).toEqual([64, 2]);
	});

	test.each([1, 2])('is asked again after %i failures', async (failing) => {
		const store = record({ failing });
		const { admitAll } = deduplication([keyed(0, 'a')], store);
		expect(await admitAll()).toEqual([true]);
		expect(store.calls).toHaveLength(failing + 1);
	});

	test('is given up on after three, and asked afresh for the next item', async () => {
		const store = record({ failing: 3 });
		const many = [...Array(70).keys()].map((item) => keyed(item, `k${item}`));
		const { it, parts } = deduplication(many, store);
		await expect(outcomeOf(it.admit(parts[0]))).rejects.toThrow('database is locked');
		expect(store.calls).toHaveLength(3);
		expect(await outcomeOf(it.admit(parts[69]))).toBe(true);
	});
});

describe('a key is given back', () => {
	const outcomes = { accepted, refused, unknown };

	test.each([
		['refused', []],
		['accepted', ['braze-schedule:a']],
		['unknown', ['braze-schedule:a']],
	] as const)('or not, when the request was %s', async (kind, kept) => {
		const store = record();
		const { admitAll, settle } = deduplication([keyed(0, 'a')], store);
		await admitAll();
		await settle(0, outcomes[kind]);
		expect(store.kept()).toEqual(kept);
	});

	test('by its own name, in its own scope', async () => {
		const store = record();
		const { admitAll, settle } = deduplication([keyed(0, 'a')], store);
		await admitAll();
		await settle(0, refused);
		expect(store.calls[1]).toEqual({
			name: 'remove',
			keys: ['braze-schedule:a'],
			scope: 'workflow',
			options: { mode: 'entries' },
		});
	});

	test('only when all requests of the item were refused', async () => {
		const people = Array.from({ length: 120 }, (_, index) => ({ external_user_id: `u${index}` }));
		const results: Array<[Outcome[], boolean]> = [
			[[refused, refused, refused], true],
			[[refused, accepted, refused], false],
			[[unknown, refused, refused], false],
			[[refused, refused, accepted], false],
		];
		for (const [each, isGivenBack] of results) {
			const store = record();
			const { admitAll, settle } = deduplication([keyed(0, 'a', { people })], store);
			await admitAll();
			for (const [index, outcome] of each.entries()) {
				// Not before the last request of the item is settled.
				expect(store.kept()).toEqual(['braze-schedule:a']);
				await settle(index, outcome);
			}
			expect(store.kept()).toEqual(isGivenBack ? [] : ['braze-schedule:a']);
		}
	});

	test('when its request was never made, at the end', async () => {
		const store = record({ used: ['braze-schedule:b'] });
		const { it, parts, settle } = deduplication(
			[keyed(0, 'a'), keyed(1, 'b'), keyed(2, 'c'), keyed(3, 'd', { resumed: true })],
			store,
		);
		await outcomeOf(it.admit(parts[0]));
		await settle(0, accepted);
		expect(store.kept()).toContain('braze-schedule:c');
		await outcomeOf(it.close());
		// The second is another execution's; the last was used by an earlier try of this one.
		expect(store.kept()).toEqual(['braze-schedule:b', 'braze-schedule:a', 'braze-schedule:d']);
	});

	test('when its request was never made, also where most keys were never taken', async () => {
		const store = record();
		const many = [...Array(100).keys()].map((item) => keyed(item, `k${item}`));
		const { it, parts } = deduplication(many, store);
		await outcomeOf(it.admit(parts[0]));
		expect(store.kept()).toHaveLength(64);
		await outcomeOf(it.close());
		expect(store.kept()).toEqual([]);
	});

	test('once, and not again at the end, when another execution may have taken it', async () => {
		const store = record();
		const { it, admitAll, settle } = deduplication([keyed(0, 'a')], store);
		await admitAll();
		await settle(0, refused);
		const other = deduplication([keyed(0, 'a')], store);
		expect(await other.admitAll()).toEqual([true]);
		await other.settle(0, accepted);
		await outcomeOf(it.close());
		expect(store.kept()).toEqual(['braze-schedule:a']);
	});

	test('unless n8n could not tell whose it was', async () => {
		const store = record({ failing: 3 });
		const { it, admitAll } = deduplication([keyed(0, 'a')], store);
		await expect(admitAll()).rejects.toThrow('database is locked');
		await outcomeOf(it.close());
		expect(store.calls.map(({ name }) => name)).not.toContain('remove');
	});

	test('not at the end when all requests were made', async () => {
		const store = record();
		const { it, admitAll, settle } = deduplication([keyed(0, 'a')], store);
		await admitAll();
		await settle(0, unknown);
		await outcomeOf(it.close());
		expect(store.kept()).toEqual(['braze-schedule:a']);
	});

	test('never what a slow execution has undone meanwhile: it is written down again', async () => {
		const store = record();
		const { it, admitAll, settle } = deduplication([keyed(0, 'a')], store);
		await admitAll();
		store.forget();
		await settle(0, accepted);
		await outcomeOf(it.close());
		expect(store.kept()).toEqual(['braze-schedule:a']);
	});

	test('never when an earlier try of this execution has sent a part', async () => {
		const store = record({ used: ['braze-schedule:a'] });
		const { admitAll, settle } = deduplication([keyed(0, 'a', { resumed: true })], store);
		await admitAll();
		await settle(0, refused);
		expect(store.kept()).toEqual(['braze-schedule:a']);
	});

	test('not where there was none', async () => {
		const store = record();
		const { admitAll, settle } = deduplication([keyed(0, undefined)], store);
		await admitAll();
		await settle(0, refused);
		expect(store.calls).toEqual([]);
	});

	test('together with the other keys of the request, and with patience', async () => {
		const store = record();
		const { it, parts, admitAll } = deduplication([keyed(0, 'a'), keyed(1, 'b')], store);
		await admitAll();
		await outcomeOf(it.settle(parts, refused));
		expect(store.calls.map(({ name, keys }) => [name, keys.length])).toEqual([
			['record', 2],
			['remove', 2],
		]);
		expect(store.kept()).toEqual([]);
	});

	test('after another call that failed', async () => {
		const store = record({ failing: 3 });
		const many = [...Array(65).keys()].map((item) => keyed(item, `k${item}`));
		const { it, parts, settle } = deduplication(many, store);
		const lost = it.admit(parts[0]).catch(() => 'lost');
		expect(await outcomeOf(lost)).toBe('lost');
		expect(await outcomeOf(it.admit(parts[64]))).toBe(true);
		await settle(64, refused);
		expect(store.kept()).toEqual([]);
	});
});
