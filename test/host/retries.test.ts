/**
 * What each kind of retry sends, counted at the sandbox: how often each user was scheduled. The
 * constant `scheduled` in each test has the numbers.
 */
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { outputOf } from '../../host/executions';
import { poll } from '../../host/poll';
import { byId } from '../byId';
import { FORGOTTEN } from '../messages';
import { createCampaign, LINE, NODE } from '../n8n';
import { retryOnFail, useStage } from './stage';
import type { Step } from './stage';

const stage = useStage();

/** Most of these tests restart n8n, which takes long on a busy machine. */
jest.setTimeout(4 * 60_000);

const NOT_SENT =
	'An execution ended before it sent anything for this reference. Send the same event or list again';

const create = (settings: Step['settings'] = {}, parameters: object = {}): Step => ({
	name: 'Create',
	parameters: {
		...createCampaign,
		// One request after the other: what has left when n8n is killed is always the same.
		options: { concurrency: 1 },
		...parameters,
	},
	settings,
});

/** With a reference for each user that no other test has. */
const referenced = (settings?: Step['settings'], options: object = {}) =>
	create(settings, {
		reference: `={{ $json.user }} of ${randomUUID()}`,
		options: { concurrency: 1, ...stage.memory, ...options },
	});

const PEOPLE = Array.from({ length: 5 }, (_, index) => ({ user: `user-${index}` }));

/** How often each user was scheduled. */
const schedules = () => {
	const perPerson = stage.sandbox.schedulesPerPerson();
	return PEOPLE.map(({ user }) => perPerson[`external_user_id:${user}`] ?? 0);
};

/** Braze refuses these users' next request, and accepts all others. */
const refuse = (...users: string[]) => {
	for (const user of users) stage.refuse(user);
};

/** Clicks the retry button of an execution, and waits for the new one. */
const retry = async ({ id }: { id: string }) => await stage.n8n.retryExecution(id);

/** Why an execution failed. */
async function causeOf({ id }: { id: string }) {
	const { data } = await stage.n8n.execution(id);
	return data.resultData.error?.message;
}

/** Calls a workflow that n8n won't finish, and kills n8n once `ready`. */
async function crashDuring(
	steps: Step[],
	ready: () => Promise<true | undefined> | true | undefined,
	settings?: Record<string, unknown>,
	items: object[] = PEOPLE,
) {
	const { workflowId, hook } = await stage.publish(steps, settings);
	const called = stage.n8n.webhook(hook, { items }).catch(() => undefined);
	await poll('the moment to kill n8n', ready);
	await stage.n8n.crash();
	await called;
	const [crashed] = await stage.n8n.waitForExecutions(workflowId);
	expect(crashed.status).toBe('crashed');
	return { id: crashed.id, workflowId, hook };
}

/** Braze accepts the next request for this user and never answers. */
const hangOn = (user: string) => {
	const fault = stage.sandbox.fault({
		kind: 'hang',
		accept: true,
		match: { bodyIncludes: `"${user}"` },
	});
	return () => fault.hits > 0 || undefined;
};

/**
 * A server whose first response is an error, or never comes; and a step that calls it for each
 * item.
 */
async function useServer(name: string, first: 'fails' | 'hangs') {
	let requests = 0;
	const server = createServer(({ url }, response) => {
		requests += 1;
		if (requests === 1 && first === 'hangs') return;
		if (requests === 1) response.statusCode = 500;
		const { searchParams } = new URL(url ?? '', 'http://localhost');
		response.setHeader('content-type', 'application/json');
		response.end(JSON.stringify({ user: searchParams.get('user') }));
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
	servers.push(server);
	const { port } = server.address() as AddressInfo;
	const step: Step = {
		name,
		type: 'n8n-nodes-base.httpRequest',
		typeVersion: 4.2,
		parameters: { url: `=http://127.0.0.1:${port}/?user={{ $json.user }}`, options: {} },
	};
	return { step, wasAsked: () => requests > 0 || undefined };
}

const servers: Server[] = [];
afterEach(() => {
	for (const server of servers.splice(0)) {
		server.closeAllConnections();
		server.close();
	}
});

const SAVE_PROGRESS = { saveExecutionProgress: true };

/** An execution that was stopped while the node waited for a rate limit. */
async function stopped(steps: Step[], settings?: Record<string, unknown>) {
	stage.sandbox.fault({
		kind: 'status',
		status: 429,
		body: { message: 'Slow down' },
		headers: { 'X-RateLimit-Reset': Math.ceil(Date.now() / 1000) + 60 },
		match: { bodyIncludes: '"user-2"' },
	});
	const { workflowId, hook } = await stage.publish(steps, settings);
	const called = stage.n8n.webhook(hook, { items: PEOPLE }).catch(() => undefined);
	await poll('the answer 429', () => stage.sandbox.stats().rateLimited === 1 || undefined);
	const [{ id }] = await stage.n8n.executions(workflowId);
	await stage.n8n.stopExecution(id);
	const { status } = await stage.n8n.waitForExecution(id);
	await called;
	stage.sandbox.clearFaults();
	expect([status, schedules()]).toEqual(['canceled', [1, 1, 0, 0, 0]]);
	return { id };
}

/** n8n 1 mostly runs no node then, and calls it a success. */
const RUNS_STOPPED = LINE !== '1.x';

describe('the retry button of an execution that was stopped', () => {
	test('sends nothing: n8n has not saved what was sent', async () => {
		const again = await retry(await stopped([create()]));
		const cause = await causeOf(again);
		if (RUNS_STOPPED) expect(cause).toMatch(/^An earlier try of this execution was stopped/);
		else expect(cause).toBeUndefined();
		expect(schedules()).toEqual([1, 1, 0, 0, 0]);
	});

	test('with Save execution progress: sends everything again, in n8n 1 not always', async () => {
		await retry(await stopped([create()], SAVE_PROGRESS));
		const again = [2, 2, 1, 1, 1];
		expect(RUNS_STOPPED ? [again] : [again, [1, 1, 0, 0, 0]]).toContainEqual(schedules());
	});
});

describe('the retry button of a failed execution', () => {
	test('once: sends only what is missing', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		refuse('user-2');
		const { execution } = await stage.run([create()], PEOPLE);
		expect((await retry(execution)).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});

	test('on the newest failed execution, several times: sends only what is missing', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		refuse('user-2', 'user-3');
		refuse('user-3');
		const { execution } = await stage.run([create()], PEOPLE);
		const second = await retry(execution);
		const third = await retry(second);
		expect([second.status, third.status]).toEqual(['error', 'success']);
		expect(schedules()).toEqual(scheduled);
	});

	test('twice on the same execution: the second retry repeats nobody', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		refuse('user-2');
		const { execution } = await stage.run([create()], PEOPLE);
		await retry(execution);
		await retry(execution);
		expect(schedules()).toEqual(scheduled);
	});

	test('again while the first retry runs: repeats nobody', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		refuse('user-2');
		const { execution } = await stage.run([create()], PEOPLE);
		stage.sandbox.fault({ kind: 'latency', ms: 2000 });
		const retries = await Promise.all([retry(execution), retry(execution)]);
		expect(retries.map(({ status }) => status)).toEqual(['success', 'success']);
		expect(schedules()).toEqual(scheduled);
	});

	test('on the first execution after a retry got further: continues from there', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		refuse('user-2', 'user-3');
		refuse('user-3');
		const { execution } = await stage.run([create()], PEOPLE);
		expect((await retry(execution)).status).toBe('error');
		expect(schedules()).toEqual([1, 1, 1, 0, 1]);
		await retry(execution);
		expect(schedules()).toEqual(scheduled);
	});

	test('on the first execution after a restart of n8n: repeats what a retry sent', async () => {
		const scheduled = [1, 1, 2, 1, 1];
		refuse('user-2');
		const { execution } = await stage.run([create()], PEOPLE);
		await retry(execution);
		await stage.n8n.restart();
		await retry(execution);
		expect(schedules()).toEqual(scheduled);
	});

	test('of an execution whose earlier node failed: sends to everyone', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		const { step } = await useServer('Earlier', 'fails');
		const { execution } = await stage.run([step, create()], PEOPLE);
		expect([execution.status, stage.sandbox.writes]).toEqual(['error', []]);
		expect((await retry(execution)).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});

	test('of an execution whose earlier node failed, twice: repeats nobody in n8n 2', async () => {
		const scheduled = stage.n8n.isOld ? [2, 2, 2, 2, 2] : [1, 1, 1, 1, 1];
		const { step } = await useServer('Earlier', 'fails');
		const { execution } = await stage.run([step, create()], PEOPLE);
		await retry(execution);
		await retry(execution);
		expect(schedules()).toEqual(scheduled);
	});

	test('of an execution whose later node failed: sends nothing', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		const { step } = await useServer('Later', 'fails');
		const { execution } = await stage.run([create(), step], PEOPLE);
		expect(execution.status).toBe('error');
		expect((await retry(execution)).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});
});

describe('the retry button of an execution that crashed because n8n was killed', () => {
	test.each([
		['', {}],
		[', with Save execution progress', SAVE_PROGRESS],
	])('while the node ran%s: sends nothing, and reports it', async (_, settings) => {
		const scheduled = [1, 1, 1, 0, 0];
		const crashed = await crashDuring([create()], hangOn('user-2'), settings);
		expect(schedules()).toEqual([1, 1, 1, 0, 0]);
		expect(await causeOf(await retry(crashed))).toMatch(FORGOTTEN);
		// Refused again: the retry had no new information.
		expect(await causeOf(await retry(crashed))).toMatch(FORGOTTEN);
		expect(schedules()).toEqual(scheduled);
	});

	test('while a later node ran: sends nothing, and reports it', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		const { step, wasAsked } = await useServer('Later', 'hangs');
		const crashed = await crashDuring([create(), step], wasAsked);
		expect(await causeOf(await retry(crashed))).toMatch(FORGOTTEN);
		expect(schedules()).toEqual(scheduled);
	});

	test('while a later node ran, with Save execution progress: sends nothing', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		const { step, wasAsked } = await useServer('Later', 'hangs');
		const crashed = await crashDuring([create(), step], wasAsked, SAVE_PROGRESS);
		expect((await retry(crashed)).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});

	test.each([
		// n8n continues at the second pass with what it saved after the first.
		['with', SAVE_PROGRESS, [1, 1, 2, 2, 1]],
		['without', {}, [1, 1, 1, 1, 0]],
	])('in the second pass of a loop, %s Save execution progress', async (_, settings, scheduled) => {
		const loop: Step = {
			name: 'Loop',
			type: 'n8n-nodes-base.splitInBatches',
			typeVersion: 3,
			parameters: { batchSize: 2, options: {} },
			to: ['Done', 'Create'],
		};
		const done: Step = {
			name: 'Done',
			type: 'n8n-nodes-base.noOp',
			typeVersion: 1,
			parameters: {},
			to: [],
		};
		const steps = [loop, { ...create(), to: ['Loop'] }, done];
		const crashed = await crashDuring(steps, hangOn('user-3'), settings);
		expect(schedules()).toEqual([1, 1, 1, 1, 0]);
		await retry(crashed);
		expect(schedules()).toEqual(scheduled);
	});

	test('while an earlier node ran: sends to everyone', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		const { step, wasAsked } = await useServer('Earlier', 'hangs');
		const crashed = await crashDuring([step, create()], wasAsked);
		expect((await retry(crashed)).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});

	test('during a retry: repeats what that retry sent', async () => {
		const scheduled = [1, 1, 2, 1, 1];
		refuse('user-2');
		const { execution, workflowId } = await stage.run([create()], PEOPLE);
		const wasSent = hangOn('user-2');
		const pressed = retry(execution).catch(() => undefined);
		await poll('the retry to send', wasSent);
		await stage.n8n.crash();
		await pressed;
		const [crashed] = await stage.n8n.waitForExecutions(workflowId, 2);
		expect(crashed.status).toBe('crashed');
		expect(schedules()).toEqual([1, 1, 1, 1, 1]);
		expect((await retry(crashed as { id: string })).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});
});

/** A workflow that calls another one with the Create node. */
async function publishPair(settings: { caller?: object; create?: object }, step: Step = create()) {
	const { n8n, credential } = stage;
	const trigger = {
		name: 'When called',
		type: 'n8n-nodes-base.executeWorkflowTrigger',
		typeVersion: 1.1,
		parameters: { inputSource: 'passthrough' },
	};
	const { name, parameters } = step;
	const sub = await n8n.createWorkflow(
		{
			name: 'Sub-workflow',
			nodes: [trigger, { name, type: NODE, typeVersion: 1, parameters, ...settings.create }],
			connections: {
				[trigger.name]: { main: [[{ node: name, type: 'main', index: 0 }]] },
			},
		},
		{ credential },
	);
	// In n8n 1, only a workflow with its own trigger can be active.
	if (!n8n.isOld) await n8n.activate(sub.id);
	const call: Step = {
		name: 'Call',
		type: 'n8n-nodes-base.executeWorkflow',
		typeVersion: 1.2,
		parameters: {
			workflowId: byId(sub.id),
			workflowInputs: { mappingMode: 'defineBelow', value: {}, matchingColumns: [], schema: [] },
			options: {},
		},
		settings: settings.caller as Step['settings'],
	};
	return { call, sub: sub.id };
}

describe('in a sub-workflow', () => {
	test('Retry On Fail of the node itself: sends only what is missing', async () => {
		const scheduled = [1, 1, 1, 1, 1];
		const { call } = await publishPair({ create: retryOnFail });
		refuse('user-2');
		expect((await stage.run([call], PEOPLE)).execution.status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});

	test('Retry On Fail of the node that calls it: repeats every recipient', async () => {
		const scheduled = [2, 2, 1, 2, 2];
		const { call } = await publishPair({ caller: retryOnFail });
		refuse('user-2');
		expect((await stage.run([call], PEOPLE)).execution.status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});

	test('the retry button of the calling execution: repeats every recipient', async () => {
		const scheduled = [2, 2, 1, 2, 2];
		const { call } = await publishPair({});
		refuse('user-2');
		const { execution } = await stage.run([call], PEOPLE);
		expect(execution.status).toBe('error');
		expect((await retry(execution)).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});

	test("the retry button of the sub-workflow's own execution: sends only what is missing", async () => {
		const scheduled = [1, 1, 1, 1, 1];
		const { call, sub } = await publishPair({});
		refuse('user-2');
		await stage.run([call], PEOPLE);
		const [failed] = await stage.n8n.waitForExecutions(sub);
		expect((await retry(failed)).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});
});

/** What stays true however often, and by whichever button, a list is sent again. */
describe('with a reference, nobody is scheduled twice by', () => {
	const scheduled = [1, 1, 1, 1, 1];

	test('the retry button, pressed twice', async () => {
		refuse('user-2');
		const { execution } = await stage.run([referenced()], PEOPLE);
		await retry(execution);
		await retry(execution);
		expect(schedules()).toEqual(scheduled);
	});

	test('the retry button, pressed again while the first retry runs', async () => {
		refuse('user-2');
		const { execution } = await stage.run([referenced()], PEOPLE);
		stage.sandbox.fault({ kind: 'latency', ms: 2000 });
		await Promise.all([retry(execution), retry(execution)]);
		expect(schedules()).toEqual(scheduled);
	});

	test('the retry button of an older execution, after a restart of n8n', async () => {
		refuse('user-2', 'user-3');
		refuse('user-3');
		const { execution } = await stage.run([referenced()], PEOPLE);
		expect((await retry(execution)).status).toBe('error');
		await stage.n8n.restart();
		expect((await retry(execution)).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
		await retry(execution);
		expect(schedules()).toEqual(scheduled);
	});

	test('two retries of an execution whose earlier node failed', async () => {
		const { step } = await useServer('Earlier', 'fails');
		const { execution } = await stage.run([step, referenced()], PEOPLE);
		await retry(execution);
		await stage.n8n.restart();
		await retry(execution);
		expect(schedules()).toEqual(scheduled);
	});

	test('Retry On Fail of a node that calls this workflow', async () => {
		const { call } = await publishPair({ caller: retryOnFail }, referenced());
		refuse('user-2');
		expect((await stage.run([call], PEOPLE)).execution.status).toBe('success');
		expect(schedules()).toEqual(scheduled);
	});

	test('the retry button of an execution that calls this workflow', async () => {
		const { call } = await publishPair({}, referenced());
		refuse('user-2');
		const { execution } = await stage.run([call], PEOPLE);
		expect(execution.status).toBe('error');
		expect((await retry(execution)).status).toBe('success');
		expect(schedules()).toEqual(scheduled);
		await retry(execution);
		expect(schedules()).toEqual(scheduled);
	});

	test('the retry button of an execution that was stopped, with Save execution progress', async () => {
		const execution = await stopped([referenced()], SAVE_PROGRESS);
		expect((await retry(execution)).status).toBe('success');
		expect(RUNS_STOPPED ? [scheduled] : [scheduled, [1, 1, 0, 0, 0]]).toContainEqual(schedules());
	});

	/** Shorter than 'Maximum Wait': it depends on the timeout of a request. */
	const LEASE = { timeout: 5 };

	/** What is remembered of these references with this status, once there is something. */
	const remembered = async (id: string, status: string) =>
		await poll(
			`a reference that is ${status}`,
			async () => {
				const list = {
					resource: 'campaign',
					operation: 'getAll',
					returnAll: true,
					filters: { status, reference: id },
					options: stage.memory,
				};
				const { items } = await stage.run([{ name: 'List', parameters: list }], [{}]);
				const found = items('List').map(({ json }) => json);
				return found.length > 0 ? found : undefined;
			},
			// Until the lease of the execution that was killed is over.
			180,
		);

	test('a kill of n8n in the middle of a list that is sent again: each person is scheduled, unknown or not sent', async () => {
		const list = randomUUID();
		// The first 50 are announced together, and the next 100 while these are sent.
		const announced = 150;
		const items = Array.from({ length: announced + 10 }, (_, index) => ({ user: `user-${index}` }));
		const steps = [
			create(
				{ onError: 'continueErrorOutput' },
				{
					reference: `={{ $json.user }} of ${list}`,
					options: { concurrency: 1, ...LEASE, ...stage.memory },
				},
			),
			{ name: 'After', type: 'n8n-nodes-base.noOp', parameters: {} },
		];
		const rowsOfList = async () =>
			(await stage.tables.rows(undefined)).filter(({ reference }) =>
				String(reference).endsWith(list),
			);
		const hangs = hangOn('user-2');
		let hungAt = 0;
		const isAnnounced = async () => {
			if (!hangs()) return undefined;
			if (!hungAt) hungAt = Date.now();
			// n8n 1 breaks if somebody reads the table while a workflow writes it.
			if (LINE === '1.x') return Date.now() - hungAt > 2_500 || undefined;
			const sending = (await rowsOfList()).filter(({ state }) => state === 'sending');
			return sending.length === announced || undefined;
		};
		const crashed = await crashDuring(steps, isAnnounced, undefined, items);
		expect(schedules()).toEqual([1, 1, 1, 0, 0]);
		const { hook, workflowId } = crashed;
		const referencesOf = (found: Array<Record<string, unknown>>) =>
			found.map(({ reference }) => String(reference)).sort();
		const of = (users: typeof items) => users.map(({ user }) => `${user} of ${list}`).sort();

		const notSent = await remembered(list, 'not_sent');
		expect(referencesOf(notSent)).toEqual(of(items.slice(announced)));
		expect(notSent[0]).toMatchObject({ reason: NOT_SENT, recipients: 1, schedule_id: null });
		expect(referencesOf(await remembered(list, 'unknown'))).toEqual(of(items.slice(0, announced)));

		await stage.n8n.webhook(hook, { items });
		const [again] = await stage.n8n.waitForExecutions(workflowId, 2);
		const failed = outputOf(again, 'Create', { output: 1 });
		expect(outputOf(again, 'Create').map(({ json }) => json.status)).toEqual(
			Array(10).fill('scheduled'),
		);
		expect(failed.map(({ json }) => json.outcome as unknown)).toEqual(
			Array(announced).fill('unknown'),
		);
		expect(schedules()).toEqual([1, 1, 1, 0, 0]);

		await retry(crashed);
		expect(schedules()).toEqual([1, 1, 1, 0, 0]);

		const rows = (await rowsOfList()).filter(({ state }) => state !== 'scheduled');
		expect(rows.map(({ state, note }) => [state, note])).toEqual(
			Array(announced).fill([
				'unknown',
				'Its execution stopped before it wrote down what Braze answered',
			]),
		);
		// After a look at Braze, a person frees those that are missing there.
		for (const reference of of(items.slice(3, 5))) await stage.tables.removeRow(reference);
		await stage.n8n.webhook(hook, { items });
		await stage.n8n.waitForExecutions(workflowId, 4);
		expect(schedules()).toEqual(scheduled);
	});
});
