import type { IDataObject } from 'n8n-workflow';

import { FORGOTTEN } from '../messages';
import {
	answered,
	createCampaign,
	credentialFor,
	recipients,
	run,
	SOON,
	stopOnce,
	useBraze,
} from './braze';
import {
	brazeSchedule,
	FakeDataTables,
	reload,
	retryExecution,
	runWorkflow,
	stubNode,
} from './harness';
import type { RunNodeOptions, RunNodeResult } from './harness';

const braze = useBraze();

const people = ['ada', 'grace'].map((user) => ({ user }));
const perItem = { ...createCampaign, recipients: recipients('={{ $json.user }}') };

const create = async (options: Partial<RunNodeOptions> = {}) =>
	await run(braze(), perItem, { items: people, ...options });

const refuse = (user: string, times = 1) =>
	braze().fault({ kind: 'status', status: 400, match: { bodyIncludes: `"${user}"` }, times });

const schedules = () => {
	const perPerson = braze().schedulesPerPerson();
	return people.map(({ user }) => perPerson[`external_user_id:${user}`] ?? 0);
};

/** An execution that n8n was killed in: it records who ran, and loses what they stored. */
function crashed(result: RunNodeResult): RunNodeResult {
	result.runData = reload(result.runData);
	if (result.runData.executionData) result.runData.executionData.contextData = {};
	return result;
}

describe('Two retries of the same execution', () => {
	it('continue where the other one ended', async () => {
		refuse('grace', 2);
		const failed = await create();
		expect((await retryExecution(failed)).finished).toBe(false);
		expect((await retryExecution(failed)).finished).toBe(true);
		expect((await retryExecution(failed)).finished).toBe(true);
		expect(schedules()).toEqual([1, 1]);
		expect(braze().writes).toHaveLength(4);
	});

	it('take turns when they run at the same time', async () => {
		refuse('grace');
		const failed = await create();
		braze().fault({ kind: 'latency', ms: 200 });
		const retries = await Promise.all([retryExecution(failed), retryExecution(failed)]);
		expect(retries.map(({ finished }) => finished)).toEqual([true, true]);
		expect(schedules()).toEqual([1, 1]);
		const [one, other] = retries.map(({ json }) => json.map((row) => row.schedule_id));
		expect(one).toEqual(other);
	});

	it('do not affect the retries of another execution', async () => {
		refuse('grace', 2);
		const failed = [await create(), await create()];
		for (const one of failed) await retryExecution(one);
		expect(schedules()).toEqual([2, 2]);
	});
});

it.each(['update', 'delete'])(
	'An %s is sent for another schedule, which an earlier node returns in another retry',
	async (operation) => {
		const made = (await create()).json.map((row) => row.schedule_id);
		let asked = 0;
		const find = stubNode(async () => {
			asked += 1;
			if (asked === 1) throw new Error('Not now');
			return [[{ json: { schedule_id: made[asked - 2] } }]];
		});
		const later = stubNode(async () => {
			throw new Error('Not now');
		});
		const failed = await runWorkflow({
			nodes: [
				{ node: find, name: 'Find' },
				{
					node: await brazeSchedule(),
					name: 'Change',
					parameters: {
						...createCampaign,
						operation,
						findBy: 'scheduleId',
						scheduleId: '={{ $json.schedule_id }}',
					},
					credentials: credentialFor(braze()),
				},
				{ node: later, name: 'Later' },
			],
		});
		await retryExecution(failed);
		await retryExecution(failed);
		const changed = braze()
			.writes.slice(-2)
			.map(({ body }) => (body as IDataObject).schedule_id);
		expect(changed).toEqual(made);
	},
);

describe('A retry without the record of an earlier try', () => {
	/** Fails after ada was scheduled, and is retried without the node's stored data. */
	const retryAfterCrash = async (
		parameters: object = {},
		options: Partial<RunNodeOptions> = {},
	) => {
		refuse('grace', 2);
		const failed = await run(braze(), { ...perItem, ...parameters }, { items: people, ...options });
		expect(schedules()).toEqual([1, 0]);
		braze().clearFaults();
		return await retryExecution(crashed(failed));
	};

	it('creates nothing, on Retry On Fail and in its own retry too', async () => {
		const again = await retryAfterCrash({}, { retryOnFail: { maxTries: 2 } });
		expect(again.error?.message).toMatch(FORGOTTEN);
		expect(again.error?.description).toContain('Nothing was sent now');
		expect((await retryExecution(again)).error?.message).toMatch(FORGOTTEN);
		expect(schedules()).toEqual([1, 0]);
	});

	it('reports it for each item with Continue', async () => {
		refuse('ada');
		const failed = await create();
		const { json } = await retryExecution(crashed(failed), {
			nodes: { 'Braze Schedule': { onError: 'continueRegularOutput' } },
		});
		expect(json.map(({ error }) => error)).toEqual([
			expect.stringMatching(FORGOTTEN),
			expect.stringMatching(FORGOTTEN),
		]);
		expect(schedules()).toEqual([0, 1]);
	});

	it('relies on the reference if there is one', async () => {
		const again = await retryAfterCrash(
			{ reference: '={{ $json.user }}' },
			{ tables: new FakeDataTables() },
		);
		expect(again.json.map(({ status }) => status)).toEqual(['skipped', 'scheduled']);
		expect(schedules()).toEqual([1, 1]);
	});

	it('still moves and cancels, because repeating these is safe', async () => {
		const [{ schedule_id: scheduleId }] = (await create()).json;
		const parameters = {
			...createCampaign,
			operation: 'update',
			findBy: 'scheduleId',
			scheduleId,
			time: SOON,
		};
		braze().fault({ kind: 'status', status: 400 });
		const failed = await run(braze(), parameters);
		expect((await retryExecution(crashed(failed))).json).toMatchObject([{ status: 'scheduled' }]);
	});

	it('creates what an execution had not reached', async () => {
		refuse('ada');
		const failed = crashed(await create());
		failed.runData.resultData.runData = {};
		expect((await retryExecution(failed)).finished).toBe(true);
	});
});

/** n8n saves a stopped execution in its initial state, with the error of the stop. */
function savedByStop(result: RunNodeResult, items: IDataObject[]): RunNodeResult {
	const saved = reload(result.runData);
	const error = {
		name: 'ManualExecutionCancelledError',
		message: 'The execution was cancelled manually',
	};
	saved.resultData = { runData: {}, error: error as never };
	const stack = saved.executionData?.nodeExecutionStack ?? [];
	const start = { name: 'Start' } as never;
	stack.splice(0, Infinity, {
		node: start,
		data: { main: [items.map((json) => ({ json }))] },
		source: null,
	});
	if (saved.executionData) saved.executionData.contextData = {};
	return Object.assign(result, { runData: saved });
}

describe('An execution that was stopped', () => {
	const STOPPED = /^An earlier try of this execution was stopped, so the outcome is unknown/;

	it('creates nothing in a retry, because n8n did not save what it had sent', async () => {
		const again = await retryExecution(savedByStop(await stop(), many));
		expect(again.error?.message).toMatch(STOPPED);
		expect(again.error?.description).toContain('Nothing was sent now');
		expect((await retryExecution(again)).error?.message).toMatch(FORGOTTEN);
		expect(braze().schedules).toHaveLength(3);
	});

	it('relies on the reference in a retry if there is one', async () => {
		const tables = new FakeDataTables();
		const parameters = { ...slowly, reference: '={{ $json.user }}' };
		const again = await retryExecution(
			savedByStop(await stop({ parameters, tables } as never), many),
		);
		expect(again.json.filter(({ status }) => status === 'skipped')).toHaveLength(3);
		expect(Object.values(braze().schedulesPerPerson())).toEqual(many.map(() => 1));
	});

	const many = Array.from({ length: 12 }, (_, index) => ({ user: `user-${index}` }));
	const slowly = { ...perItem, options: { concurrency: 1 } };

	/** While it waits for a rate limit, after three of twelve. */
	const stop = async (options: Partial<RunNodeOptions> = {}) => {
		const reset = Math.ceil(Date.now() / 1000) + 100;
		const headers = { 'X-RateLimit-Reset': reset };
		braze().fault({ kind: 'status', status: 429, headers, skip: 3, times: 'always' });
		const signal = stopOnce(() => answered(braze(), 429));
		const stopped = await run(braze(), slowly, { items: many, signal, ...options });
		braze().clearFaults();
		expect(braze().schedules).toHaveLength(3);
		return stopped;
	};

	/** While Braze is still working on one of them. */
	const stopInTheMiddle = async () => {
		braze().fault({ kind: 'latency', ms: 300, times: 'always' });
		const signal = stopOnce(() => braze().requests.length === 4);
		const stopped = await run(braze(), slowly, { items: many, signal });
		braze().clearFaults();
		return stopped;
	};

	it('is canceled, not failed, and passes nothing on', async () => {
		const stopped = await stop({ next: [{ value: 'x' }] as never });
		expect(stopped.status).toBe('canceled');
		expect(stopped.ran).not.toContain('Next');
		expect(stopped.json).toEqual([]);
		expect(stopped.error?.message).toBe(
			'The execution was canceled before everything was scheduled [item 3]',
		);
		expect(stopped.error?.description).toBe(
			'3 of 12 scheduled, 9 not scheduled (items 3, 4, 5, 6, 7, 8, 9, 10 and 11). The first item is item 0. A retry of this execution sends only the others. If you retry more than once, retry the newest failed execution.',
		);
	});

	it('can be retried, which sends only what is missing', async () => {
		const retried = await retryExecution(await stop());
		expect(retried.finished).toBe(true);
		expect(retried.json.map(({ status }) => status)).toEqual(many.map(() => 'scheduled'));
		expect(Object.values(braze().schedulesPerPerson())).toEqual(many.map(() => 1));
	});

	it('reports the outcome of its only item', async () => {
		braze().fault({
			kind: 'status',
			status: 429,
			headers: { 'X-RateLimit-Reset': null },
			times: 'always',
		});
		const signal = stopOnce(() => answered(braze(), 429));
		const stopped = await run(braze(), createCampaign, { signal });
		expect(stopped.status).toBe('canceled');
		expect(stopped.error?.message).toBe(
			'The execution was canceled before everything was scheduled [item 0]',
		);
		expect(stopped.error?.description).toContain('This request scheduled nothing');
	});

	it('does not lose an unknown outcome', async () => {
		const stopped = await stopInTheMiddle();
		expect(stopped.status).toBe('canceled');
		const description = String(stopped.error?.description);
		const cutOff = Number(/1 with unknown outcome \(item (\d+)\)/.exec(description)?.[1]);
		expect(stopped.error?.description).toContain('check the analytics');
		const { error } = await retryExecution(stopped);
		expect(error?.message).toContain(`the outcome is unknown [item ${cutOff}]`);
		const sent = braze().schedulesPerPerson();
		const others = many.filter((_, index) => index !== cutOff);
		for (const { user } of others) expect(sent[`external_user_id:${user}`]).toBe(1);
		expect(sent[`external_user_id:user-${cutOff}`] ?? 0).toBeLessThan(2);
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'has an error for each item with %s, as set',
		async (onError) => {
			const stopped = await stop({ onError });
			expect(stopped.status).toBe('canceled');
			const [regular, errors = []] = stopped.outputs.map((items) => items.map(({ json }) => json));
			const failed = [...regular, ...errors].filter(({ error }) => error !== undefined);
			expect(failed).toHaveLength(9);
			const words = failed.map(({ error }) => String(error).replace(/ \[item \d+\]/, ''));
			expect(words).toEqual([
				'The Braze rate limit has been reached',
				...Array<string>(8).fill('The execution was canceled before this request was sent'),
			]);
			expect(failed.map(({ outcome }) => outcome)).toEqual(Array(9).fill('refused'));
			if (onError === 'continueErrorOutput') expect(regular).toHaveLength(3);
		},
	);

	it('sends no other request once it is stopped', async () => {
		braze().fault({ kind: 'status', status: 503, times: 'always' });
		const parameters = {
			resource: 'upcomingBroadcast',
			operation: 'getAll',
			returnAll: true,
			until: SOON.slice(0, 10),
		};
		const signal = stopOnce(() => answered(braze(), 503));
		const stopped = await run(braze(), parameters, { signal });
		expect(stopped.status).toBe('canceled');
		expect(stopped.error?.message).toMatch(/^The execution was canceled/);
	});
});

it('A retry that waits for another one ends if it is stopped', async () => {
	refuse('grace');
	const failed = await create();
	braze().fault({ kind: 'latency', ms: 3000 });
	let firstHasEnded = false;
	const first = retryExecution(failed).finally(() => (firstHasEnded = true));
	const second = await retryExecution(failed, { cancelAfter: 200 });
	expect(second.status).toBe('canceled');
	expect(firstHasEnded).toBe(false);
	expect((await first).finished).toBe(true);
	expect(schedules()).toEqual([1, 1]);
	expect(braze().writes).toHaveLength(3);
	// What the other retry has sent isn't forgotten.
	expect((await retryExecution(failed)).finished).toBe(true);
	expect(schedules()).toEqual([1, 1]);
});
