/** A retry of a run in which several items had the same reference, or the same schedule. */
import fc from 'fast-check';
import type { IDataObject } from 'n8n-workflow';

import { byId, createCampaign, inBerlin, orderReminder, useBraze } from './braze';
import { FakeDataTables, retryExecution } from './harness';
import { runsOn } from './runsOn';
import { day } from '../day';
import { live } from '../live';

const braze = useBraze();

let tables: FakeDataTables;
const begin = () => {
	braze().reset();
	tables = new FakeDataTables();
};
beforeEach(begin);

const { attempt, all, rows } = runsOn(braze, () => tables);

const create = {
	...createCampaign,
	reference: '={{ $json.id }}',
	recipientsInput: 'json',
	recipientsJson: '={{ [{ external_user_id: $json.who ?? $json.id }] }}',
	time: '={{ $json.at }}',
};
const upsert = { ...create, operation: 'upsert' };
const twice = {
	...upsert,
	recipientsJson: '={{ [$json.id, $json.id].map((external_user_id) => ({ external_user_id })) }}',
};
const existing = {
	resource: 'campaign',
	findBy: 'reference',
	campaignId: byId(orderReminder),
	reference: '={{ $json.id }}',
};
const move = { ...existing, operation: 'update', scheduleMode: 'exact', time: '={{ $json.at }}' };
const cancel = { ...existing, operation: 'delete', ifNotFound: 'stop' };

const withOptions = (parameters: object, options: object) => ({ ...parameters, options });
const withEventTime = (parameters: object) =>
	withOptions(parameters, { eventTime: '={{ $json.event }}' });
const combined = withOptions(upsert, { combine: 'perItem' });
const forEveryone = (parameters: object) => withOptions(parameters, { forEveryone: true });

const [NINE, TEN, ELEVEN] = ['09', '10', '11'].map((hour) => `${day(14)}T${hour}:00:00`);

type Item = IDataObject;

const event = (hour: number) => ({ event: `2026-01-01T0${hour}:00:00Z` });

const b = (at: string, more: Item = {}): Item => ({ id: 'B-1', at, ...more });
const beside = (at: string): Item => ({ id: 'B-2', at });
/** Without it, a run would succeed at once. */
const failing = (at: string): Item => ({ id: 'B-9', at, ...event(1) });

const run = async (parameters: object, items: Item[]) => await attempt(parameters, { items });

const sent = () => braze().writes.map(({ path }) => path.split('/').at(-1));

/** Braze refuses what is for this person, or moves or cancels the schedule of this reference. */
const refuse = (id: string, path: string, times = 1) => {
	const row = path === 'create' ? undefined : rows().find(({ reference }) => reference === id);
	const bodyIncludes = row ? String(row.schedule_id) : id;
	const body = { message: 'No' };
	braze().fault({ kind: 'status', status: 400, body, times, match: { path, bodyIncludes } });
};

/** The retry of a run that has failed, and what it sent. */
async function retry(failed: Awaited<ReturnType<typeof run>>) {
	expect(failed.error).toBeDefined();
	braze().clearFaults();
	const before = sent().length;
	const { json, error } = await retryExecution(failed);
	return { json, error: error?.message, sent: sent().slice(before) };
}

/** What an item says, whichever try was the one that sent it. */
const said = ({ warnings, schedule_id: id, dispatch_id: dispatch, ...rest }: IDataObject) => ({
	...rest,
	hasIds: [id, dispatch].map(Boolean),
	warnings: (warnings as string[]).filter((warning) => !warning.includes('an earlier try')),
});

/** In an order of their own, since a retry may create them in another one. */
const schedules = () => {
	const found = live(braze()).map(({ schedule, recipients }) => ({
		time: schedule.time,
		people: recipients.map(({ external_user_id: id }) => id),
	}));
	const textOf = ({ time, people }: (typeof found)[number]) => [...people, time].join(' ');
	return found.sort((one, other) => textOf(one).localeCompare(textOf(other)));
};

type Run = [parameters: object, items: Item[]];

describe('A retry gives the same results as a run without a failure', () => {
	/** What was scheduled before, the run, and the path that fails. */
	const CASES: Array<[string, Run[], Run, string]> = [
		['of Create', [], [create, [b(TEN), b(NINE), failing(NINE)]], 'create'],
		['of a first schedule', [], [upsert, [b(TEN), b(NINE), failing(NINE)]], 'create'],
		['of three items', [], [upsert, [b(TEN), b(ELEVEN), b(NINE), failing(NINE)]], 'create'],
		[
			'of another content',
			[],
			[upsert, [b(NINE, { who: 'ada' }), b(NINE, { who: 'bob' }), failing(NINE)]],
			'create',
		],
		[
			'of a move by Create or Update',
			[[upsert, [b(ELEVEN)]]],
			[upsert, [b(TEN), b(NINE), failing(NINE)]],
			'create',
		],
		[
			'of a move, with a warning about what is not sent again',
			[[twice, [b(ELEVEN)]]],
			[twice, [b(NINE), failing(NINE)]],
			'create',
		],
		[
			'of a replacement',
			[[upsert, [b(NINE)]]],
			[upsert, [b(NINE, { who: 'ada' }), b(NINE, { who: 'bob' }), failing(NINE)]],
			'create',
		],
		[
			'of the latest event, which comes first',
			[],
			[withEventTime(upsert), [b(NINE, event(2)), b(TEN, event(1)), failing(NINE)]],
			'create',
		],
		[
			'of equal events',
			[],
			[withEventTime(upsert), [b(TEN, event(1)), b(NINE, event(1)), failing(NINE)]],
			'create',
		],
		['of combined items', [], [combined, [b(TEN), b(NINE), failing(ELEVEN)]], 'create'],
		[
			'of Update',
			[[upsert, [b(ELEVEN), failing(ELEVEN)]]],
			[move, [b(TEN), b(NINE), failing(NINE)]],
			'update',
		],
		[
			'of Delete that stops if nothing is found',
			[[upsert, [b(NINE), failing(NINE)]]],
			[cancel, [b(NINE), b(NINE), failing(NINE)]],
			'delete',
		],
		[
			'of a move for everyone',
			[
				[combined, [b(ELEVEN), beside(ELEVEN)]],
				[upsert, [failing(ELEVEN)]],
			],
			[forEveryone(move), [b(TEN), b(TEN), beside(NINE), failing(NINE)]],
			'update',
		],
		[
			'of the same move for everyone',
			[
				[combined, [b(ELEVEN), beside(ELEVEN)]],
				[upsert, [failing(ELEVEN)]],
			],
			[forEveryone(move), [b(NINE), beside(NINE), failing(NINE)]],
			'update',
		],
		[
			'of a cancellation for everyone',
			[
				[combined, [b(NINE), beside(NINE)]],
				[upsert, [failing(NINE)]],
			],
			[forEveryone(cancel), [b(NINE), beside(NINE), failing(NINE)]],
			'delete',
		],
	];

	test.each(CASES)('%s', async (_, before, [parameters, items], path) => {
		const prepare = async () => {
			begin();
			for (const [earlier, its] of before) await all(earlier, { items: its });
		};
		await prepare();
		const expected = (await all(parameters, { items })).map(said);
		const ends = schedules();

		await prepare();
		refuse('B-9', path);
		const { json, error, sent: again } = await retry(await run(parameters, items));
		expect(error).toBeUndefined();
		expect(json.map(said)).toEqual(expected);
		expect(again).toEqual([path]);
		expect(schedules()).toEqual(ends);
	});

	const anyItem = fc.record({
		id: fc.constantFrom('B-1', 'B-2'),
		at: fc.constantFrom(NINE, TEN, ELEVEN),
		who: fc.constantFrom('ada', 'bob'),
		event: fc.constantFrom(1, 2, 3).map((hour) => event(hour).event),
	});

	test('whatever the items are, and whichever of their requests are refused', async () => {
		await fc.assert(
			fc.asyncProperty(
				fc.constantFrom(create, upsert, withEventTime(upsert)),
				fc.array(anyItem, { minLength: 2, maxLength: 5 }),
				fc.uniqueArray(fc.constantFrom('ada', 'bob')),
				async (parameters, some, refused) => {
					const items = [...some, failing(NINE)];
					begin();
					const expected = (await all(parameters, { items })).map(said);
					const ends = schedules();

					begin();
					for (const who of [...refused, 'B-9']) refuse(who, 'create');
					const { json } = await retry(await run(parameters, items));
					expect(json.map(said)).toEqual(expected);
					expect(schedules()).toEqual(ends);
				},
			),
			{ numRuns: 25 },
		);
	});

	test('also if it fails once more, and by Retry On Fail', async () => {
		refuse('B-9', 'create', 2);
		const failed = await attempt(upsert, {
			items: [b(TEN), b(NINE), failing(NINE)],
			retryOnFail: { maxTries: 2, waitMs: 1 },
		});
		const { json } = await retry(failed);
		expect(json.map(({ status }) => status)).toEqual(['superseded', 'scheduled', 'scheduled']);
		expect(sent()).toEqual(['create', 'create', 'create', 'create']);
		expect(schedules()[0].time).toBe(inBerlin(NINE));
	});
});

describe('The item that decides decides again', () => {
	test('if Braze has refused it', async () => {
		refuse('B-1', 'create');
		const { json, sent: again } = await retry(await run(upsert, [b(TEN), b(NINE)]));
		expect(json.map(({ status }) => status)).toEqual(['superseded', 'scheduled']);
		expect(again).toEqual(['create']);
		expect(schedules()).toEqual([{ time: inBerlin(NINE), people: ['B-1'] }]);
	});

	test('if the second half of its replacement was refused', async () => {
		await all(upsert, { items: [b(NINE)] });
		refuse('bob', 'create');
		const items = [b(NINE, { who: 'ada' }), b(NINE, { who: 'bob' })];
		const { json, sent: again } = await retry(await run(upsert, items));
		expect(json.map(({ status }) => status)).toEqual(['superseded', 'scheduled']);
		expect(again).toEqual(['create']);
		expect(schedules()).toEqual([{ time: inBerlin(NINE), people: ['bob'] }]);
	});

	test.each([
		['update', move, 'updated'],
		['delete', cancel, 'deleted'],
	])('if it is unknown what became of its %s', async (path, parameters, status) => {
		await all(upsert, { items: [b(ELEVEN)] });
		braze().fault({ kind: 'dropAfter', times: 4, match: { path } });
		const { json, sent: again } = await retry(await run(parameters, [b(TEN), b(NINE)]));
		expect(json.map((one) => one.status)).toEqual(['superseded', status]);
		expect(again).toEqual([path]);
	});

	test('if the settings that a person has corrected let another one decide', async () => {
		refuse('B-1', 'create');
		refuse('B-9', 'create', 2);
		const failed = await run(upsert, [b(NINE, event(2)), b(TEN, event(1)), failing(NINE)]);
		const nodes = { 'Braze Schedule': { parameters: withEventTime(upsert) as never } };
		const corrected = await retryExecution(failed, { nodes });
		const { json, sent: again } = await retry(corrected);
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'superseded', 'scheduled']);
		expect(again).toEqual(['create']);
		expect(schedules()[0].time).toBe(inBerlin(NINE));
	});
});

describe('While the outcome of the deciding item is unknown, nothing is sent for the others', () => {
	test.each<[string, Item[], number]>([
		['create', [], 1],
		['update', [b(ELEVEN)], 4],
	])('of a %s by Create or Update', async (path, before, times) => {
		if (before.length > 0) await all(upsert, { items: before });
		braze().fault({ kind: 'dropAfter', times, match: { path } });
		const failed = await run(upsert, [b(TEN), b(NINE)]);
		// A person may have freed the reference since.
		if (path === 'create') tables.table('Braze schedules').rows = [];
		const { error, sent: again } = await retry(failed);
		expect(error).toMatch(/unknown/);
		expect(again).toEqual([]);
		expect(schedules()).toMatchObject([{ time: inBerlin(NINE) }]);
	});
});
