import { randomUUID } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { outputOf } from '../../host/executions';
import { poll } from '../../host/poll';
import type { SavedWorkflow } from '../../host/workflows';
import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { day } from '../day';
import { createCampaign } from '../n8n';
import { recipients } from '../recipients';
import { retryOnFail, useStage, WRONG_KEY } from './stage';
import type { Run, Step } from './stage';

const stage = useStage();

const { orderReminder, welcomeOffer } = SEED.campaigns;
const { onboarding } = SEED.canvases;

const DAY = day(10);

const create = (options: object = {}, settings: Step['settings'] = {}): Step => ({
	name: 'Create',
	parameters: { ...createCampaign, options },
	settings,
});

/** The same with a reference that no other test has. */
const referenced = (options: object = {}, reference = '={{ $json.user }}'): Step => {
	const step = create({ ...stage.memory, ...options });
	return {
		...step,
		parameters: { ...step.parameters, reference: `${reference} of ${randomUUID()}` },
	};
};

/** user-00, user-01, … */
const users = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ user: `user-${String(index).padStart(2, '0')}` }));

/** The number of schedules for each of these users. There must be no others. */
const schedulesOf = (people: Array<{ user: string }>) => {
	const perPerson = stage.sandbox.schedulesPerPerson();
	const known = people.map(({ user }) => `external_user_id:${user}`);
	expect(Object.keys(perPerson).filter((name) => !known.includes(name))).toEqual([]);
	return known.map((name) => perPerson[name] ?? 0);
};
const once = (people: unknown[]) => people.map(() => 1);

const statuses = (items: ReturnType<typeof outputOf>) =>
	items.map(({ json }) => (json as { status?: string }).status);

/** The user whose schedule an output item really has. */
const scheduledFor = ({ json }: ReturnType<typeof outputOf>[number]) =>
	stage.sandbox.schedules
		.find(({ schedule_id }) => schedule_id === (json as { schedule_id: string }).schedule_id)
		?.recipients.map(({ external_user_id }) => external_user_id as string);

/** Calls the webhook of a workflow again. */
async function callAgain(
	{ workflowId, hook }: Pick<Run, 'workflowId' | 'hook'>,
	items: Array<Record<string, unknown>>,
) {
	const before = (await stage.n8n.executions(workflowId)).length;
	await stage.n8n.webhook(hook, { items });
	const [execution] = await stage.n8n.waitForExecutions(workflowId, before + 1);
	return {
		status: execution.status as string,
		error: execution.data.resultData.error?.message,
		items: (step: string) => outputOf(execution, step),
	};
}

/** Clicks the retry button of the workflow's only, failed execution. */
async function retry(failed: Run, loadWorkflow: boolean) {
	await stage.n8n.retryExecution(failed.execution.id, { loadWorkflow });
	const [execution] = await stage.n8n.waitForExecutions(failed.workflowId, 2);
	expect(execution.retryOf).toBe(failed.execution.id);
	return {
		status: execution.status as string,
		items: (step: string, run = 0) => outputOf(execution, step, { run }),
	};
}

describe('Retry On Fail', () => {
	test('sends only the refused one of 20 recipients again', async () => {
		const people = users(20);
		stage.refuse('user-07');
		const { execution, items, writes } = await stage.run([create({}, retryOnFail)], people);
		expect(execution.status).toBe('success');
		expect(schedulesOf(people)).toEqual(once(people));
		expect(writes).toHaveLength(21);
		expect(items('Create').map(scheduledFor)).toEqual(people.map(({ user }) => [user]));
		expect(items('Create').map(({ pairedItem }) => pairedItem as unknown)).toEqual(
			people.map((_, item) => ({ item })),
		);
	});

	test('stops trying for a recipient who is always refused, and reports the others', async () => {
		const people = users(20);
		stage.refuse('user-07', 'always');
		const { execution, writes } = await stage.run([create({}, retryOnFail)], people);
		expect(execution.status).toBe('error');
		expect(schedulesOf(people)).toEqual(people.map(({ user }) => Number(user !== 'user-07')));
		expect(writes).toHaveLength(22);
		expect(execution.data.resultData.error).toMatchObject({
			message: 'Braze refused the request: Not now [item 7]',
			description: expect.stringContaining('19 of 20 scheduled, 1 not scheduled') as string,
		});
	});

	test('does not send a request of unknown outcome again', async () => {
		const people = users(5);
		stage.sandbox.fault({ kind: 'dropAfter', match: { bodyIncludes: '"user-02"' } });
		const { execution, writes } = await stage.run([create({}, retryOnFail)], people);
		expect(execution.status).toBe('error');
		expect(schedulesOf(people)).toEqual(once(people));
		expect(writes).toHaveLength(5);
		expect(execution.data.resultData.error?.message).toMatch(/unknown/);
	});

	describe('together with Continue On Fail, when the first item fails', () => {
		const settings = { ...retryOnFail, onError: 'continueRegularOutput' };

		test('every time: schedules nobody twice, and the first result is the error', async () => {
			const people = users(5);
			stage.refuse('user-00', 'always');
			const { execution, items, writes } = await stage.run([create({}, settings)], people);
			expect(execution.status).toBe('success');
			expect(schedulesOf(people)).toEqual([0, 1, 1, 1, 1]);
			// n8n runs the node again after an error in its first item: three times for the refused one.
			expect(writes).toHaveLength(7);
			const [first, ...others] = items('Create');
			expect(first).toMatchObject({
				json: { error: 'Braze refused the request: Not now [item 0]' },
				pairedItem: { item: 0 },
			});
			expect(statuses(others)).toEqual(Array(4).fill('scheduled'));
			expect(others.map(scheduledFor)).toEqual(people.slice(1).map(({ user }) => [user]));
		});

		test('once: schedules every recipient once, and no error is left', async () => {
			const people = users(5);
			stage.refuse('user-00');
			const { items, writes } = await stage.run([create({}, settings)], people);
			expect(schedulesOf(people)).toEqual(once(people));
			expect(writes).toHaveLength(6);
			expect(items('Create').map(scheduledFor)).toEqual(people.map(({ user }) => [user]));
		});
	});
});

describe('the retry button of a failed execution', () => {
	const people = users(5);

	test.each([
		['as it was', false],
		['as it is now', true],
	])('with the workflow %s schedules only who is missing', async (_, loadWorkflow) => {
		stage.refuse('user-02');
		const failed = await stage.run([create()], people);
		expect(failed.execution.status).toBe('error');
		expect(schedulesOf(people)).toEqual([1, 1, 0, 1, 1]);

		const retried = await retry(failed, loadWorkflow);
		expect(retried.status).toBe('success');
		expect(schedulesOf(people)).toEqual(once(people));
		expect(stage.sandbox.writes).toHaveLength(6);
		expect(retried.items('Create').map(scheduledFor)).toEqual(people.map(({ user }) => [user]));
		expect(statuses(retried.items('Create'))).toEqual(Array(5).fill('scheduled'));
	});

	test('with a time that was corrected in between still repeats nobody', async () => {
		stage.refuse('user-02');
		const failed = await stage.run([create()], people);
		const workflow = await stage.n8n.rest<SavedWorkflow>('GET', `/workflows/${failed.workflowId}`);
		const nodes = workflow.nodes.map((node) =>
			node.name === 'Create'
				? { ...node, parameters: { ...node.parameters, time: `${DAY}T18:00:00` } }
				: node,
		);
		await stage.n8n.rest('PATCH', `/workflows/${failed.workflowId}`, {
			nodes,
			connections: workflow.connections,
			versionId: workflow.versionId,
		});

		const retried = await retry(failed, true);
		expect(retried.status).toBe('success');
		expect(schedulesOf(people)).toEqual(once(people));
		// 12:30 in UTC is 18:00 in Kolkata.
		expect(stage.sandbox.schedules.map(({ schedule }) => schedule.time).sort()).toEqual([
			...Array(4).fill(`${DAY}T03:30:00Z`),
			`${DAY}T12:30:00Z`,
		]);
	});
});

describe('the cancel button', () => {
	const WAIT_SECONDS = 15;

	test('ends a wait for the rate limit immediately, sends nothing later, and leaves the references to the next delivery', async () => {
		const { n8n, sandbox } = stage;
		const people = users(3);
		const workflow = await stage.publish([referenced({ concurrency: 1 })]);
		const reset = Math.ceil(Date.now() / 1000) + WAIT_SECONDS;
		sandbox.fault({
			kind: 'status',
			status: 429,
			body: { message: 'Slow down' },
			headers: { 'X-RateLimit-Reset': reset },
		});
		const called = n8n.webhook(workflow.hook, { items: people });
		await poll('the answer 429', () => (sandbox.stats().rateLimited === 1 ? true : undefined));
		const [{ id }] = await n8n.executions(workflow.workflowId);

		await n8n.stopExecution(id);
		const execution = await n8n.waitForExecution(id);
		expect(execution.status).toBe('canceled');
		expect(Date.parse(execution.stoppedAt ?? '')).toBeLessThan(reset * 1000);
		await called;

		// If it still waited, it would now continue.
		await poll('the reset to pass', () => (Date.now() > (reset + 3) * 1000 ? true : undefined));
		expect(sandbox.writes).toHaveLength(1);
		expect(schedulesOf(people)).toEqual([0, 0, 0]);

		// The reference of an item that was never sent is free.
		const next = await callAgain(workflow, people);
		expect(statuses(next.items('Create'))).toEqual(Array(3).fill('scheduled'));
		expect(schedulesOf(people)).toEqual(once(people));
	});
});

describe('a webhook that is delivered twice, with a reference', () => {
	const ada = { user: 'ada' };
	const grace = { user: 'grace' };

	test('schedules once, and the second execution has the schedule of the first', async () => {
		const first = await stage.run([referenced()], [ada]);
		expect(statuses(first.items('Create'))).toEqual(['scheduled']);
		const [{ json: scheduled }] = first.items('Create');
		const second = await callAgain(first, [ada, grace]);
		expect(second.status).toBe('success');
		expect(second.items('Create').map(({ json }) => json as unknown)).toMatchObject([
			{
				status: 'skipped',
				reason: 'A schedule for this reference is waiting already',
				reference: scheduled.reference,
				schedule_id: scheduled.schedule_id,
				schedule: scheduled.schedule,
			},
			{ status: 'scheduled' },
		]);
		expect(schedulesOf([ada, grace])).toEqual([1, 1]);
		expect(stage.sandbox.writes).toHaveLength(2);
	});

	test('schedules once, even at the very same moment', async () => {
		const people = users(10);
		const { workflowId, hook } = await stage.publish([referenced()]);
		const twice = people.flatMap((user) => [user, user]);
		await Promise.all(twice.map(async (user) => await stage.n8n.webhook(hook, { items: [user] })));
		const executions = await stage.n8n.waitForExecutions(workflowId, twice.length);
		expect(executions.flatMap((one) => statuses(outputOf(one, 'Create'))).sort()).toEqual([
			...Array<string>(10).fill('scheduled'),
			...Array<string>(10).fill('skipped'),
		]);
		expect(schedulesOf(people)).toEqual(once(people));
	});

	test('schedules with the second delivery what Braze has refused in the first', async () => {
		stage.refuse('ada');
		const first = await stage.run([referenced()], [ada]);
		expect(first.execution.status).toBe('error');
		expect(schedulesOf([ada])).toEqual([0]);
		const second = await callAgain(first, [ada]);
		expect(statuses(second.items('Create'))).toEqual(['scheduled']);
		expect(schedulesOf([ada])).toEqual([1]);
		const third = await callAgain(first, [ada]);
		expect(statuses(third.items('Create'))).toEqual(['skipped']);
		expect(schedulesOf([ada])).toEqual([1]);
	});

	test('does not schedule again if the first answer was lost, and says so', async () => {
		stage.sandbox.fault({ kind: 'dropAfter' });
		const first = await stage.run([referenced()], [ada]);
		expect(first.execution.status).toBe('error');
		expect(first.execution.data.resultData.error?.message).toMatch(/unknown/);
		const second = await callAgain(first, [ada]);
		expect(second.status).toBe('error');
		expect(second.error).toMatch(
			/^It's unknown whether the schedule of this reference was scheduled, so nothing was sent/,
		);
		expect(schedulesOf([ada])).toEqual([1]);
		expect(stage.sandbox.writes).toHaveLength(1);
	});

	test('is not in its own way when the failed execution is retried', async () => {
		stage.refuse('grace');
		const failed = await stage.run([referenced()], [ada, grace]);
		expect(failed.execution.status).toBe('error');
		const retried = await retry(failed, false);
		expect(statuses(retried.items('Create'))).toEqual(['scheduled', 'scheduled']);
		expect(schedulesOf([ada, grace])).toEqual([1, 1]);
	});

	test('schedules once for two nodes with one reference, and again in another campaign', async () => {
		const reference = randomUUID();
		const node = (name: string, campaign: string): Step => ({
			name,
			parameters: {
				...createCampaign,
				campaignId: byId(campaign),
				recipients: recipients("={{ $('Items').item.json.user }}"),
				reference,
				options: stage.memory,
			},
		});
		const first = await stage.run(
			[
				node('Create', orderReminder),
				node('Create again', orderReminder),
				node('Elsewhere', welcomeOffer),
			],
			[ada],
		);
		expect(
			['Create', 'Create again', 'Elsewhere'].flatMap((name) => statuses(first.items(name))),
		).toEqual(['scheduled', 'skipped', 'scheduled']);
		expect(schedulesOf([ada])).toEqual([2]);
	});
});

describe('a loop over items', () => {
	const loop = (batchSize: number, settings: Step['settings'] = {}): Step[] => [
		{
			name: 'Loop',
			type: 'n8n-nodes-base.splitInBatches',
			typeVersion: 3,
			parameters: { batchSize, options: {} },
			to: ['Done', 'Create'],
		},
		{ ...create({}, settings), to: ['Loop'] },
		{ name: 'Done', type: 'n8n-nodes-base.noOp', parameters: {}, to: [] },
	];

	test('schedules every recipient once, even if a pass is tried again', async () => {
		const people = users(12);
		stage.refuse('user-07');
		const { execution, items, writes } = await stage.run(loop(5, retryOnFail), people);
		expect(execution.status).toBe('success');
		expect(schedulesOf(people)).toEqual(once(people));
		expect(writes).toHaveLength(13);
		expect([0, 1, 2].map((run) => outputOf(execution, 'Create', { run }).length)).toEqual([
			5, 5, 2,
		]);
		expect(items('Done').map(scheduledFor)).toEqual(people.map(({ user }) => [user]));
	});

	test('schedules the same recipient in every pass', async () => {
		const ada = { user: 'ada' };
		stage.sandbox.fault({ kind: 'status', status: 400, skip: 1 });
		const { execution, items, writes } = await stage.run(loop(1, retryOnFail), [ada, ada, ada]);
		expect(execution.status).toBe('success');
		expect(schedulesOf([ada])).toEqual([3]);
		expect(writes).toHaveLength(4);
		expect(
			new Set(items('Done').map(({ json }) => (json as { schedule_id: string }).schedule_id)).size,
		).toBe(3);
	});

	test('continues where it failed when it is retried', async () => {
		const people = users(12);
		stage.refuse('user-07');
		const failed = await stage.run(loop(5), people);
		expect(failed.execution.status).toBe('error');
		expect(schedulesOf(people)).toEqual([1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 0, 0]);
		const retried = await retry(failed, false);
		expect(retried.status).toBe('success');
		expect(schedulesOf(people)).toEqual(once(people));
		expect(retried.items('Done').map(scheduledFor)).toEqual(people.map(({ user }) => [user]));
	});
});

describe('two Braze Schedule nodes with the same settings', () => {
	test('schedule independently, and repeat nobody on Retry On Fail', async () => {
		const people = users(4);
		const node = (name: string): Step => ({
			name,
			parameters: { ...createCampaign, recipients: recipients("={{ $('Items').item.json.user }}") },
			settings: retryOnFail,
		});
		stage.sandbox.fault({
			kind: 'status',
			status: 400,
			match: { bodyIncludes: '"user-02"' },
			skip: 1,
		});
		const { execution, items, writes } = await stage.run([node('First'), node('Second')], people);
		expect(execution.status).toBe('success');
		expect(writes).toHaveLength(9);
		for (const name of ['First', 'Second']) {
			expect(items(name).map(scheduledFor)).toEqual(people.map(({ user }) => [user]));
		}
		// Once by each node: two nodes are two intended messages.
		expect(schedulesOf(people)).toEqual([2, 2, 2, 2]);
	});
});

describe('10,000 contacts, combined', () => {
	const COUNT = 10_000;

	test('take 200 requests and schedule every recipient once, despite rate limits and retries', async () => {
		const busy = stage.sandbox.fault({
			kind: 'status',
			status: 429,
			body: { message: 'Slow down' },
			headers: { 'X-RateLimit-Reset': null },
			probability: 0.05,
			seed: 7,
		});
		const refused = stage.refuse('user-5000');
		const { execution, items, writes } = await stage.run([
			{
				name: 'Contacts',
				type: 'n8n-nodes-base.set',
				typeVersion: 3.4,
				parameters: {
					assignments: {
						assignments: [
							{
								id: 'people',
								name: 'people',
								type: 'array',
								value: `={{ Array.from({ length: ${COUNT} }, (_, n) => ({ user: 'user-' + n })) }}`,
							},
						],
					},
					options: {},
				},
			},
			{
				name: 'One by one',
				type: 'n8n-nodes-base.splitOut',
				parameters: { fieldToSplitOut: 'people', options: {} },
			},
			create({ combine: 'perItem' }, retryOnFail),
		]);
		expect(execution.status).toBe('success');
		expect([busy.hits > 0, refused.hits]).toEqual([true, 1]);
		expect(writes.filter(({ accepted }) => accepted)).toHaveLength(200);
		const people = Array.from({ length: COUNT }, (_, index) => ({ user: `user-${index}` }));
		const perPerson = stage.sandbox.schedulesPerPerson();
		expect(Object.keys(perPerson)).toHaveLength(COUNT);
		expect(people.filter(({ user }) => perPerson[`external_user_id:${user}`] !== 1)).toEqual([]);

		// Every contact has a result with the schedule that contains the contact.
		const scheduleOf = new Map(
			stage.sandbox.schedules.flatMap(({ schedule_id, recipients }) =>
				recipients.map(({ external_user_id }) => [external_user_id, schedule_id]),
			),
		);
		expect(items('Create').map(({ json }) => json.schedule_id as unknown)).toEqual(
			people.map(({ user }) => scheduleOf.get(user)),
		);
		expect(items('Create').map(({ pairedItem }) => pairedItem as unknown)).toEqual(
			people.map((_, item) => ({ item })),
		);
	}, 300_000);
});

describe('Preview Only', () => {
	test('shows what would be sent and sends nothing, until it is turned off', async () => {
		const ada = { user: 'ada' };
		const node = referenced({ previewOnly: '={{ $json.preview }}' });
		const preview = await stage.run([node], [{ ...ada, preview: true }]);
		expect(preview.execution.status).toBe('success');
		expect(stage.sandbox.stats().requests).toBe(0);
		const [{ json }] = preview.items('Create');
		expect(json).toMatchObject({
			request: {
				method: 'POST',
				path: '/campaigns/trigger/schedule/create',
				body: {
					campaign_id: orderReminder,
					recipients: [{ external_user_id: 'ada' }],
					schedule: { time: `${DAY}T03:30:00Z` },
				},
			},
			schedule: { time: `${DAY}T03:30:00Z` },
			time: `${DAY}T09:00:00+05:30`,
			time_zone: 'Asia/Kolkata',
			recipients: 1,
			status: 'preview',
			would: 'schedule',
			warnings: [],
		});

		const sent = await callAgain(preview, [{ ...ada, preview: false }]);
		expect(statuses(sent.items('Create'))).toEqual(['scheduled']);
		const [{ path: sentTo, body }] = stage.sandbox.writes;
		expect({ method: 'POST', path: sentTo, body: body as unknown }).toEqual(json.request);
		expect(schedulesOf([ada])).toEqual([1]);
	});

	test.each([
		['campaign', { campaignId: byId(orderReminder) }, '/campaigns'],
		['canvas', { canvasId: byId(onboarding) }, '/canvas'],
	])('sends nothing for any operation of a %s', async (resource, target, root) => {
		const node = (operation: string): Step => ({
			name: operation,
			parameters: {
				...createCampaign,
				campaignId: undefined,
				...target,
				resource,
				operation,
				recipients: recipients('ada'),
				...(operation !== 'create' && { findBy: 'scheduleId', scheduleId: 'a-schedule' }),
				options: { previewOnly: true },
			},
		});
		const operations = ['create', 'update', 'delete'];
		const { execution, items } = await stage.run(operations.map(node));
		expect(execution.status).toBe('success');
		for (const operation of operations) {
			expect(items(operation).map(({ json }) => json as unknown)).toMatchObject([
				{ status: 'preview', request: { path: `${root}/trigger/schedule/${operation}` } },
			]);
		}
		expect(stage.sandbox.stats().requests).toBe(0);
		expect(stage.sandbox.schedules).toEqual([]);
	});
});

describe('the REST key', () => {
	afterEach(async () => await stage.useCredential({}));

	/** An execution in the format of n8n's editor. */
	const raw = async ({ execution }: Run) =>
		JSON.stringify(await stage.n8n.rest('GET', `/executions/${execution.id}`));

	/** Everything that n8n has written to disk, except for the package itself. */
	async function* filesOfN8n(): AsyncGenerator<Buffer> {
		const folder = path.join(stage.n8n.userFolder, '.n8n');
		const entries = await readdir(folder, { recursive: true, withFileTypes: true });
		for (const entry of entries) {
			const file = path.join(entry.parentPath, entry.name);
			if (!entry.isFile() || file.startsWith(path.join(folder, 'nodes'))) continue;
			yield await readFile(file);
		}
	}

	test('is in no execution, no log and no file of n8n, even if Braze repeats it', async () => {
		const { n8n, sandbox } = stage;
		const people = [{ user: 'somebody-to-look-for' }, { user: 'grace' }];
		const { key } = sandbox;

		const good = await stage.run([create({}, { onError: 'continueErrorOutput' })], people);
		const echoed = { message: `Refused ${key}`, error: { key: `Bearer ${key}` } };
		const runs = [good];
		for (const settings of [{}, { onError: 'continueRegularOutput' }]) {
			for (const status of [400, 503]) {
				sandbox.fault({ kind: 'status', status, body: echoed, times: 2 });
				runs.push(await stage.run([create({}, settings)], people));
			}
			sandbox.fault({ kind: 'dropAfter', times: 2 });
			runs.push(await stage.run([create({}, settings)], people));
		}
		sandbox.fault({ kind: 'errors', errors: [`Noted for ${key}`] });
		runs.push(await stage.run([create()], people));
		for (const settings of [{}, { onError: 'continueRegularOutput' }]) {
			await stage.useCredential({ apiKey: WRONG_KEY });
			runs.push(await stage.run([create({}, settings)], people));
		}
		expect(sandbox.requests.filter(({ status }) => status === 401).length).toBeGreaterThan(0);

		for (const run of runs) {
			const shown = [await raw(run), JSON.stringify(run.answer.body)].join();
			expect(shown).toContain(run.execution.id);
			expect(shown).not.toContain(key);
			expect(shown).not.toContain(WRONG_KEY);
		}
		expect(n8n.logs).not.toContain(key);
		expect(n8n.logs).not.toContain(WRONG_KEY);

		let found = 0;
		for await (const content of filesOfN8n()) {
			found += Number(content.includes(people[0].user));
			expect(content.includes(key)).toBe(false);
			expect(content.includes(WRONG_KEY)).toBe(false);
		}
		// The search finds what n8n stores.
		expect(found).toBeGreaterThan(0);
	});
});
