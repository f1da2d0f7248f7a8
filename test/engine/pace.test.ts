import { startSandbox } from '../../sandbox';
import type { Sandbox } from '../../sandbox';
import {
	bodies,
	createCampaign,
	credentialFor,
	many,
	orderReminder,
	perItem,
	run,
	useBraze,
	answered,
	stopOnce,
} from './braze';
import { brazeSchedule, loopNode, runWorkflow, setNode } from './harness';

const once = (count: number) => Array(count).fill(1);

describe('Pace', () => {
	const braze = useBraze({ latencyMs: 20 });

	it('sends several at once, up to the limit, and keeps the order', async () => {
		const { json } = await run(
			braze(),
			{ ...perItem, options: { concurrency: 3 } },
			{ items: many(40) },
		);
		expect(braze().stats().maxConcurrent).toBe(3);
		const made = new Map(
			braze().schedules.map((one) => [one.schedule_id, one.recipients[0].external_user_id]),
		);
		expect(json.map((item) => made.get(String(item.schedule_id)))).toEqual(
			many(40).map(({ external_user_id }) => external_user_id),
		);
	});

	it('increases up to its limit while answers are good, and halves after server errors', async () => {
		await run(braze(), { ...perItem, options: { concurrency: 16 } }, { items: many(200) });
		expect(braze().stats().maxConcurrent).toBeGreaterThan(8);
	});

	it.each([
		[
			'missing',
			{ 'X-RateLimit-Limit': null, 'X-RateLimit-Remaining': null, 'X-RateLimit-Reset': null },
		],
		['empty', { 'X-RateLimit-Limit': '', 'X-RateLimit-Remaining': '', 'X-RateLimit-Reset': '' }],
		['in the past', { 'X-RateLimit-Reset': 1 }],
		['a year ahead', { 'X-RateLimit-Reset': Math.round(Date.now() / 1000) + 31_536_000 }],
		['in milliseconds', { 'X-RateLimit-Reset': Date.now() + 400 }],
		['no numbers', { 'X-RateLimit-Remaining': 'none', 'X-RateLimit-Reset': 'soon' }],
		['negative', { 'X-RateLimit-Remaining': -1, 'X-RateLimit-Reset': -1 }],
	])('ignores rate-limit headers that are %s', async (_, headers) => {
		braze().fault({ kind: 'status', status: 429, body: { message: 'busy' }, headers });
		const { json } = await run(braze(), createCampaign);
		expect(json[0].status).toBe('scheduled');
		expect(braze().writes).toHaveLength(2);
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 1 });
	});

	it('sends the refused requests first when a closed window reopens', async () => {
		braze().fault({
			kind: 'status',
			status: 429,
			body: { message: 'busy' },
			times: 4,
			headers: { 'X-RateLimit-Reset': Math.ceil(Date.now() / 1000) + 2 },
		});
		await run(braze(), perItem, { items: many(12) });
		const people = bodies(braze()).map(({ recipients }) => JSON.stringify(recipients));
		expect(
			braze()
				.writes.slice(0, 5)
				.map(({ status }) => status),
		).toEqual([429, 429, 429, 429, 201]);
		expect(people.slice(4, 8).sort()).toEqual(people.slice(0, 4).sort());
		expect(Object.values(braze().schedulesPerPerson())).toEqual(once(12));
	}, 30_000);

	it('does not let the others wait for a window that one of them gave up on', async () => {
		const reset = Math.ceil(Date.now() / 1000) + 1800;
		braze().fault({
			kind: 'status',
			status: 429,
			body: { message: 'busy' },
			times: 'always',
			skip: 5,
			headers: { 'X-RateLimit-Reset': reset },
		});
		const { json } = await run(braze(), perItem, {
			items: many(60),
			onError: 'continueRegularOutput',
		});
		expect(json.filter(({ status }) => status === 'scheduled')).toHaveLength(5);
		const refused = json.filter(({ error }) => error);
		expect(refused).toHaveLength(55);
		for (const { message } of refused) {
			expect(message).toContain(new Date(reset * 1000).toISOString().slice(0, 15));
		}
		// Only the requests that were in flight when the window closed.
		expect(braze().writes.length).toBeLessThanOrEqual(5 + 8);
	});

	it('gives up on a 429 after the maximum wait', async () => {
		braze().fault({
			kind: 'status',
			status: 429,
			body: { message: 'busy' },
			times: 'always',
			headers: { 'X-RateLimit-Reset': null },
		});
		const { error } = await run(braze(), { ...createCampaign, options: { maximumWait: 2 } });
		expect(error?.message).toBe('The Braze rate limit has been reached [item 0]');
		expect(error?.description).toContain('This request scheduled nothing');
		expect(braze().schedules).toHaveLength(0);
	});

	it('stops immediately if the execution is canceled while it waits, and starts nothing new', async () => {
		braze().fault({
			kind: 'status',
			status: 429,
			body: { message: 'busy' },
			times: 'always',
			headers: { 'X-RateLimit-Reset': Math.round(Date.now() / 1000) + 100 },
		});
		const signal = stopOnce(() => answered(braze(), 429));
		const { status } = await run(braze(), perItem, { items: many(30), signal });
		expect(status).toBe('canceled');
		const sent = braze().writes.length;
		expect(sent).toBeLessThanOrEqual(8);
		expect(sent).toBeGreaterThan(0);
		expect(braze().schedules).toHaveLength(0);
		// Requests that were only planned don't delay a retry afterwards.
		braze().clearFaults();
		const { json } = await run(braze(), perItem, { items: many(30) });
		expect(json).toHaveLength(30);
	});

	it('refuses invalid settings', async () => {
		for (const [options, message] of [
			[{ concurrency: 0 }, "'Requests at Once' is 0, but it has to be a number from 1 to 64"],
			[
				{ maximumWait: 'long' },
				"'Maximum Wait' is long, but it has to be a number from 0 to 86400",
			],
			[{ previewOnly: 'maybe' }, "'Preview Only' is maybe, but it has to be true or false"],
		] as const) {
			const { error } = await run(braze(), { ...createCampaign, options });
			expect(error?.message).toBe(message);
		}
		expect(braze().requests).toHaveLength(0);
	});
});

describe('With real windows', () => {
	let braze: Sandbox;
	afterEach(async () => {
		await braze.close();
	});

	it('waits for a used-up window without repeated refusals', async () => {
		braze = await startSandbox({ limits: { shared: { limit: 20, windowMs: 1000 } } });
		await run(braze, perItem, { items: many(70) });
		expect(Object.values(braze.schedulesPerPerson())).toEqual(once(70));
		// At most the requests that were in flight when a window closed.
		expect(braze.stats().rateLimited).toBeLessThanOrEqual(4 * 8);
	});

	it('follows the windows of audience sends', async () => {
		braze = await startSandbox({ limits: { audience: { limit: 2, windowMs: 1000 } } });
		const { json } = await run(
			braze,
			{
				...createCampaign,
				sendTo: 'everyone',
				confirmEveryone: true,
				options: { allowRepeatedAudienceSends: true },
			},
			{ items: many(5) },
		);
		expect(json.map(({ status }) => status)).toEqual(Array(5).fill('scheduled'));
		expect(braze.audienceSchedules()).toHaveLength(5);
	});
});

describe('In a workflow', () => {
	const braze = useBraze();
	const spec = async (name: string) => ({
		node: await brazeSchedule(),
		name,
		parameters: perItem,
		credentials: credentialFor(braze()),
	});

	it('a loop runs the node several times, and every run is separate', async () => {
		const result = await runWorkflow({
			items: many(6),
			nodes: [{ node: loopNode, name: 'Loop', parameters: { batchSize: 2 } }, await spec('Braze')],
			connections: [
				['Start', 'Loop'],
				['Loop', 'Braze', 1],
				['Braze', 'Loop'],
			],
		});
		expect(result.error).toBeUndefined();
		expect(result.node('Braze').runs).toHaveLength(3);
		expect(Object.values(braze().schedulesPerPerson())).toEqual(once(6));
	});

	it('a loop with the same recipient in every pass schedules in every pass', async () => {
		await runWorkflow({
			items: [...many(1), ...many(1), ...many(1)],
			nodes: [{ node: loopNode, name: 'Loop', parameters: { batchSize: 1 } }, await spec('Braze')],
			connections: [
				['Start', 'Loop'],
				['Loop', 'Braze', 1],
				['Braze', 'Loop'],
			],
		});
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:user-0': 3 });
	});

	it('two nodes with the same settings each do their own work', async () => {
		const first = await spec('First');
		const result = await runWorkflow({
			items: many(2),
			nodes: [first, { ...first, name: 'Second' }],
			connections: [
				['Start', 'First'],
				['Start', 'Second'],
			],
		});
		expect(result.error).toBeUndefined();
		expect(Object.values(braze().schedulesPerPerson())).toEqual([2, 2]);
	});

	it('later nodes can refer to the item that a schedule came from', async () => {
		const { node } = await runWorkflow({
			items: many(3),
			nodes: [
				await spec('Braze'),
				{
					node: setNode,
					name: 'After',
					parameters: { value: "={{ $('Start').item.json.external_user_id }}" },
				},
			],
		});
		expect(node('After').json.map(({ value }) => value)).toEqual(['user-0', 'user-1', 'user-2']);
		expect(braze().schedules[0].id).toBe(orderReminder);
	});
});
