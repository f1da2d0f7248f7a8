import type { IDataObject } from 'n8n-workflow';

import {
	byId,
	createCampaign,
	createCanvas,
	LATER,
	onboarding,
	orderReminder,
	run,
	useBraze,
} from './braze';
import { FakeDataTables, retryExecution } from './harness';

const braze = useBraze();

let tables: FakeDataTables;
beforeEach(() => {
	tables = new FakeDataTables();
});

const inMinutes = (minutes: number) => new Date(Date.now() + minutes * 60_000).toISOString();
const options = { tooClose: 30 };
const stopping = { ...options, ifTooClose: 'stop' };
const AWAY = /^The time of the schedule is \d+ minutes away, and 'Too Close to Send Time' is 30/;

const B204 = { reference: 'B-204' };
const TARGETS: Array<[string, IDataObject]> = [
	['campaign', { resource: 'campaign', campaignId: byId(orderReminder) }],
	['canvas', { resource: 'canvas', canvasId: byId(onboarding) }],
];

const done = async (parameters: object, items?: IDataObject[]) => {
	const result = await run(braze(), parameters as never, { tables, items });
	expect(result.error?.message).toBeUndefined();
	return result.json[0];
};
const failed = async (parameters: object, items?: IDataObject[]) => {
	const { error } = await run(braze(), parameters as never, { tables, items });
	return `${error?.message} | ${error?.description}`;
};

describe.each(TARGETS)('Too Close to Send Time, %s', (resource, target) => {
	const create = { ...(resource === 'campaign' ? createCampaign : createCanvas), ...B204 };
	const soon = { ...create, time: inMinutes(20) };
	const when = { scheduleMode: 'exact', time: LATER };
	const byReference = { ...target, ...B204, findBy: 'reference' };
	const WAYS: Array<[string, object, string]> = [
		['Update', { ...byReference, operation: 'update', ...when }, 'updated'],
		['Delete', { ...byReference, operation: 'delete' }, 'deleted'],
		['Create or Update', { ...create, operation: 'upsert', time: LATER }, 'updated'],
		[
			'Create or Update with other content',
			{
				...create,
				operation: 'upsert',
				recipients: createCampaign.recipients,
				sendTo: 'everyone',
				confirmEveryone: true,
			},
			'replaced',
		],
	];

	it.each(WAYS)('%s: warns, by the time that is remembered', async (_, change, status) => {
		await done(soon);
		const item = await done({ ...change, options });
		expect(item).toMatchObject({ status, warnings: [expect.stringMatching(AWAY)] });
	});

	it.each(WAYS)('%s: stops', async (_, change) => {
		await done(soon);
		const sent = braze().writes.length;
		expect(await failed({ ...change, options: stopping })).toMatch(AWAY);
		expect(braze().writes).toHaveLength(sent);
	});

	it.each(WAYS)('%s: off by default, and silent far from the time', async (_, change, status) => {
		await done(soon);
		expect(await done(change)).toMatchObject({ status, warnings: [] });
		await done({ ...create, ...B204, reference: 'far' });
		const far = { ...change, reference: 'far', options: stopping };
		expect(await done({ ...far, time: inMinutes(60 * 24 * 20) })).toMatchObject({ warnings: [] });
	});

	it.each([
		['update', when, 'scheduled'],
		['delete', {}, 'deleted'],
	])('%s by ID: by the time in the incoming item', async (operation, more, status) => {
		const change = { resource, operation, findBy: 'scheduleId', ...more };
		const created = await done({ ...soon, reference: '' });
		expect(await failed({ ...change, options: stopping }, [created])).toMatch(AWAY);
		expect(braze().writes).toHaveLength(1);
		const item = await done({ ...change, options }, [created]);
		expect(item).toMatchObject({ status, warnings: [expect.stringMatching(AWAY)] });
	});

	it('by ID: says what it could not check', async () => {
		const { schedule, ...created } = await done({ ...soon, reference: '' });
		expect(schedule).toBeDefined();
		const change = { resource, operation: 'delete', findBy: 'scheduleId', options: stopping };
		expect(await done(change, [created])).toMatchObject({
			status: 'deleted',
			warnings: [
				"'Too Close to Send Time' was not checked, because the time of the schedule is not known",
			],
		});
	});
});

describe('Several items', () => {
	const change = { resource: 'campaign', operation: 'delete', findBy: 'scheduleId' };
	const two = async () => [
		await done({ ...createCampaign, time: inMinutes(20) }),
		await done(createCampaign),
	];

	it('one that is too close does not keep the others', async () => {
		const items = await two();
		const { json, error } = await run(
			braze(),
			{ ...change, options: stopping },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({ outcome: 'refused', error: expect.stringMatching(AWAY) });
		expect(json[1]).toMatchObject({ status: 'deleted', warnings: [] });
	});

	it('what a retry finds too late now was done before', async () => {
		const items = await two();
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'no' },
			match: { bodyIncludes: String(items[1].schedule_id) },
			times: 1,
		});
		const first = await run(braze(), change, { items });
		expect(first.error).toBeDefined();
		const again = await retryExecution(first, {
			nodes: { 'Braze Schedule': { parameters: { ...change, options: stopping } } },
		});
		expect(again.json.map(({ status }) => status)).toEqual(['deleted', 'deleted']);
		expect(again.json[0].warnings).toEqual([expect.stringContaining('Already canceled')]);
	});

	it('a preview says the same', async () => {
		const items = await two();
		const preview = { ...change, options: { ...stopping, previewOnly: true } };
		expect(await failed(preview, items)).toMatch(AWAY);
		const { json } = await run(
			braze(),
			{ ...change, options: { ...options, previewOnly: true } },
			{ items },
		);
		expect(json[0].warnings).toEqual([expect.stringMatching(AWAY)]);
		expect(braze().writes).toHaveLength(2);
	});

	it('the minutes may differ between the items', async () => {
		const items = (await two()).map((item, index) => ({ ...item, limit: index === 0 ? 5 : 6 }));
		const { json } = await run(
			braze(),
			{ ...change, options: { ...stopping, tooClose: '={{ $json.limit }}' } },
			{ items },
		);
		expect(json.map(({ status }) => status)).toEqual(['deleted', 'deleted']);
	});

	it.each([options, stopping])('a passed time is skipped, not too close: %j', async (limit) => {
		const [item] = await two();
		const passed = { scheduleMode: 'relative', date: '2026-01-15T09:00:00', ifPassed: 'skip' };
		const move = { ...change, operation: 'update', ...passed, options: limit };
		const { status, warnings } = await done(move, [item]);
		expect(status).toBe('skipped');
		expect(warnings).toEqual([expect.stringContaining('it keeps its time')]);
	});

	it('an expression that finds no number is refused', async () => {
		expect(
			await failed({ ...change, options: { tooClose: '={{ $json.limit }}' } }, await two()),
		).toContain("'Too Close to Send Time' is empty");
	});
});
