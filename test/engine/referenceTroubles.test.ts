/** References when the table, other runs or the person get in the way, and what one item costs. */
import type { IDataObject } from 'n8n-workflow';

import { day } from '../day';
import { live } from '../live';
import {
	byId,
	createCampaign,
	ofEachItem,
	orderReminder,
	people,
	recipients,
	SOON,
	useBraze,
} from './braze';
import { FakeDataTables } from './harness';
import { runsOn } from './runsOn';

const braze = useBraze();

const TABLE = 'Braze schedules';
const LATER = `${day(15)}T09:00:00`;
const FULL = new Error('Data table size limit exceeded: 200MB used, limit is 200MB');
const FULL_WORDS = "n8n's storage for data tables is full";

const create = { ...createCampaign, reference: 'B-204' };
const upsert = { ...create, operation: 'upsert' };
const each = { ...create, recipients: ofEachItem, reference: '={{ $json.external_user_id }}' };
const existing = { resource: 'campaign', findBy: 'reference', campaignId: byId(orderReminder) };
const cancel = { ...existing, reference: 'B-204', operation: 'delete' };

/** What happens before the inline workflow of this number. */
let before: (call: number) => void;
let tables: FakeDataTables;
beforeEach(() => {
	before = () => undefined;
	tables = new FakeDataTables({ before: (call) => before(call) });
});

const { attempt, all, failure, rows } = runsOn(braze, () => tables);

/** Makes the table, and leaves no row of B-204. */
const openTable = async () => {
	await all({ ...create, reference: 'B-1' });
};

const statesOf = () =>
	rows().map(({ reference, state }) => `${String(reference)} ${String(state)}`);
const sent = () => braze().writes.map(({ path }) => path.split('/').at(-1));

describe('One item with a reference', () => {
	test.each<[string, number, object, object | undefined]>([
		['Create', 1, create, undefined],
		['Create or Update of a new one', 1, upsert, undefined],
		['Create or Update', 2, { ...upsert, time: LATER }, create],
		['Delete', 2, cancel, create],
	])(
		'costs at most two calls of the table before its request, and one after it: %s',
		async (_, callsBefore, parameters, first) => {
			await openTable();
			if (first) await all(first);
			const writes = braze().writes.length;
			const isSent: boolean[] = [];
			before = () => isSent.push(braze().writes.length > writes);
			await all(parameters);
			expect(isSent).toEqual([...Array<boolean>(callsBefore).fill(false), true]);
		},
	);

	test('that needs no request costs two', async () => {
		await all(create);
		const calls = tables.calls.length;
		await all(create);
		expect(tables.calls.length - calls).toBeLessThanOrEqual(2);
	});
});

describe('The table', () => {
	test('that was renamed is said to be, and nothing is sent', async () => {
		await all(create);
		tables.table(TABLE).name = 'Reminders';
		const other = { workflowId: 'another one' };
		for (const parameters of [create, upsert, cancel]) {
			expect(await failure(parameters, other)).toMatch(
				/^The data table 'Braze schedules' seems to have been renamed to 'Reminders'/,
			);
		}
		expect(sent()).toEqual(['create']);
		expect(tables.tables).toHaveLength(1);
	});

	test('that is full is said to be, and nothing is sent', async () => {
		await openTable();
		for (const parameters of [create, upsert]) {
			tables.failures = [FULL];
			expect(await failure(parameters)).toContain(FULL_WORDS);
		}
		expect(live(braze())).toHaveLength(1);
		expect(statesOf()).toEqual(['B-1 scheduled']);
	});

	test('that is full once the request has left: the item keeps its schedule, and says so', async () => {
		await openTable();
		tables.failures = [undefined, ...Array<Error>(5).fill(FULL)];
		const [json] = await all(create);
		expect(json).toMatchObject({ status: 'scheduled', schedule_id: expect.any(String) });
		expect((json.warnings as string[])[0]).toMatch(
			/^Braze has it, but n8n couldn't remember it under its reference: n8n's storage .* Keep the schedule_id to move or cancel it$/,
		);
		expect(statesOf()).toEqual(['B-1 scheduled', 'B-204 sending']);
		// Other runs leave it alone until its lease is over, and then it is unknown.
		rows()[1].lease_until = new Date(0);
		expect(await failure(create)).toMatch(/^It's unknown whether/);
	}, 30_000);
});

describe('A reference that another run is at work on', () => {
	const holdGrace = () => {
		const [row] = rows();
		const mark = { state: 'claiming', part: 0, claim: 'other.0', lease_until: new Date(8e15) };
		rows().push({ ...row, ...mark, reference: 'grace', schedule_id: '', id: 99 });
	};

	test('comes in a later round, and what is free goes first', async () => {
		await openTable();
		holdGrace();
		before = () => {
			const isFirstDone = rows().some(
				({ reference, state }) => reference === 'ada' && state === 'scheduled',
			);
			if (isFirstDone) tables.table(TABLE).rows = rows().filter(({ claim }) => claim !== 'other.0');
		};
		const json = await all(each, { items: people('grace', 'ada') });
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'scheduled']);
		expect(
			live(braze())
				.slice(1)
				.map(({ recipients: [one] }) => one.external_user_id),
		).toEqual(['ada', 'grace']);
		expect(statesOf().sort()).toEqual(['B-1 scheduled', 'ada scheduled', 'grace scheduled']);
	});

	test('is no longer waited for when the execution is stopped', async () => {
		await openTable();
		holdGrace();
		const stop = new AbortController();
		before = () => {
			if (rows().some(({ reference, state }) => reference === 'ada' && state === 'scheduled')) {
				stop.abort();
			}
		};
		await attempt(
			{ ...each, options: { maximumWait: 3600 } },
			{
				items: people('grace', 'ada'),
				signal: stop.signal,
			},
		);
		expect(live(braze())).toHaveLength(2);
		expect(statesOf().sort()).toEqual(['B-1 scheduled', 'ada scheduled', 'grace claiming']);
	}, 30_000);
});

test('an execution that is stopped before its request sends nothing, and leaves no mark', async () => {
	await openTable();
	const stop = new AbortController();
	const calls = tables.calls.length;
	before = (call) => {
		if (call === calls) stop.abort();
	};
	await attempt(create, { signal: stop.signal });
	expect(live(braze())).toHaveLength(1);
	expect(statesOf()).toEqual(['B-1 scheduled']);
	before = () => undefined;
	expect(await all(create)).toMatchObject([{ status: 'scheduled' }]);
});

describe.each([
	['local', { time: SOON, in_local_time: true }],
	['optimal', { time: `${SOON.slice(0, 10)}T00:00:00`, at_optimal_time: true }],
])('A schedule at %s time', (scheduleMode, schedule) => {
	const fields = { ...upsert, scheduleMode };
	const list = { resource: 'campaign', operation: 'getAll', returnAll: true };

	test('is remembered as one, and moved like others', async () => {
		const [made] = await all(fields);
		expect(made).toMatchObject({ status: 'scheduled', schedule });
		expect(await all(fields)).toMatchObject([{ status: 'unchanged', schedule }]);
		expect(await all({ ...create, scheduleMode })).toMatchObject([{ status: 'skipped', schedule }]);
		expect(rows()).toMatchObject([{ time: schedule.time, time_zone: '' }]);
		expect(await all(list)).toMatchObject([{ status: 'scheduled', schedule }]);
		const moved = await all({ ...fields, time: LATER });
		expect(moved).toMatchObject([{ status: 'updated', schedule_id: made.schedule_id }]);
		expect(await all({ ...upsert, time: LATER })).toMatchObject([
			{ status: 'updated', schedule: { time: expect.stringMatching(/Z$/) } },
		]);
		expect(live(braze())).toHaveLength(1);
	});
});

describe('Combined items of which Braze takes only some', () => {
	const items = Array.from({ length: 70 }, (_, index) => ({ external_user_id: `user-${index}` }));
	const combined = { ...each, options: { combine: 'perItem', concurrency: 1 } };
	const counts = (json: IDataObject[]) =>
		json.reduce<Record<string, number>>((found, { status, outcome }) => {
			const what = String(status ?? outcome);
			return { ...found, [what]: (found[what] ?? 0) + 1 };
		}, {});

	test.each([
		['refused', 400, 'refused', 50, { skipped: 50, scheduled: 20 }],
		['lost', 500, 'unknown', 70, { skipped: 50, unknown: 20 }],
	])('are remembered as far as it is known: %s', async (_, status, outcome, remembered, again) => {
		braze().fault({ kind: 'status', status, body: { message: 'No' }, skip: 1 });
		const onError = 'continueRegularOutput';
		const { json } = await attempt(combined, { items, onError });
		expect(counts(json)).toEqual({ scheduled: 50, [outcome]: 20 });
		expect(rows()).toHaveLength(remembered);
		const [{ schedule_id: id }] = json;
		const known = rows().filter((row) => row.schedule_id === id);
		expect(known.map((row) => JSON.parse(String(row.details)).shared)).toEqual(Array(50).fill(50));
		braze().clearFaults();
		expect(counts((await attempt(combined, { items, onError })).json)).toEqual(again);
		expect(Math.max(...Object.values(braze().schedulesPerPerson()))).toBe(1);
	});

	test('one that is named by two of them is moved with either', async () => {
		const twice = [
			{ ...create, reference: '={{ $json.id }}', recipients: recipients('ada') },
			[{ id: 'B-1' }, { id: 'B-2' }],
		] as const;
		const json = await all(
			{ ...twice[0], options: { combine: 'perItem' } },
			{ items: [...twice[1]] },
		);
		expect(json).toHaveLength(2);
		expect(live(braze())).toHaveLength(1);
		expect(statesOf().sort()).toEqual(['B-1 scheduled', 'B-2 scheduled']);
	});
});
