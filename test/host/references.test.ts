import { randomUUID } from 'node:crypto';
import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { day } from '../day';
import { live } from '../live';
import { createCampaign, LINE } from '../n8n';
import { useStage } from './stage';
import type { Step } from './stage';

/** For busy machines: one test restarts n8n. */
jest.setTimeout(4 * 60_000);

const { orderReminder } = SEED.campaigns;
const TIME = `${day(10)}T09:00:00`;
const LATER = `${day(12)}T18:00:00`;
/** n8n 1 can't make tables from a workflow. */
const testOnNew = LINE === '1.x' ? test.skip : test;

const found = { resource: 'campaign', findBy: 'reference', campaignId: byId(orderReminder) };
const fromEvent = { reference: '={{ $json.booking }}' };

/** What the workflows of a team do with a booking. */
const DEEDS = {
	create: { ...createCampaign, ...fromEvent },
	upsert: { ...createCampaign, operation: 'upsert', ...fromEvent, time: '={{ $json.starts }}' },
	move: {
		...found,
		...fromEvent,
		operation: 'update',
		scheduleMode: 'exact',
		time: '={{ $json.starts }}',
	},
	cancel: { ...found, ...fromEvent, operation: 'delete' },
	list: {
		resource: 'campaign',
		operation: 'getAll',
		returnAll: true,
		filters: { reference: '={{ $json.booking }}' },
	},
};

const useTeam = (stage: ReturnType<typeof useStage>) => {
	const runs: string[] = [];

	/** Runs a deed in a workflow of its own, as n8n saves it by default. */
	const run = async (
		deed: keyof typeof DEEDS,
		event: Record<string, unknown>,
		options: Record<string, unknown> = {},
	) => {
		const step: Step = {
			name: 'Step',
			parameters: { ...DEEDS[deed], options: { ...stage.memory, ...options } },
		};
		const done = await stage.run([step], [{ user: 'ada', starts: TIME, ...event }]);
		runs.push(done.workflowId);
		const { error } = done.execution.data.resultData;
		return {
			// What was wrong, where a test expects a result.
			json: done.items('Step')[0]?.json ?? { failed: error?.message },
			all: done.items('Step').map(({ json }) => json),
			error,
		};
	};

	const scheduled = () => live(stage.sandbox);

	return { runs, run, scheduled };
};

describe('the life of a booking, from another workflow each time', () => {
	const stage = useStage();
	const { runs, run, scheduled } = useTeam(stage);

	testOnNew('begins without a table', async () => {
		expect(await stage.tables.list()).toEqual([]);
		expect((await run('list', { booking: 'B-1' })).all).toEqual([]);
		expect((await run('create', { booking: 'B-1' }, { previewOnly: true })).json).toMatchObject({
			status: 'preview',
			would: 'schedule',
		});
		expect(await stage.tables.list()).toEqual([]);
	});

	test('is created once, moved, found, canceled, and made again', async () => {
		const booking = `B-${randomUUID()}`;
		const { json: first } = await run('create', { booking });
		const handle = { reference: booking, schedule_id: first.schedule_id };
		expect(first).toMatchObject({ status: 'scheduled', reference: booking });
		expect((await run('create', { booking })).json).toMatchObject({ status: 'skipped', ...handle });
		expect((await run('move', { booking, starts: LATER })).json).toMatchObject({
			status: 'updated',
			...handle,
		});
		expect((await run('move', { booking, starts: LATER })).json).toMatchObject({
			status: 'unchanged',
			...handle,
		});
		expect((await run('list', { booking: booking.toLowerCase() })).all).toMatchObject([
			{ ...handle, status: 'scheduled', campaign_id: orderReminder },
		]);
		// 12:30 in UTC is 18:00 in Kolkata.
		expect(scheduled().map(({ schedule }) => schedule.time)).toEqual([`${day(12)}T12:30:00Z`]);

		expect((await run('cancel', { booking })).json).toMatchObject({ status: 'deleted', ...handle });
		expect((await run('cancel', { booking })).json).toMatchObject({ status: 'not_found' });
		expect((await run('move', { booking, starts: LATER })).error?.message).toContain(
			`No waiting schedule is remembered under the reference "${booking}"`,
		);
		expect(scheduled()).toEqual([]);

		expect((await run('create', { booking })).json).toMatchObject({ status: 'scheduled' });
		expect(scheduled()).toHaveLength(1);
		expect(stage.sandbox.writes.map(({ path }) => path.split('/').at(-1))).toEqual([
			'create',
			'update',
			'delete',
			'create',
		]);
	});

	test('is brought to what each event says', async () => {
		const booking = `B-${randomUUID()}`;
		const { json: first } = await run('upsert', { booking });
		expect(first).toMatchObject({ status: 'scheduled' });
		expect((await run('upsert', { booking })).json).toMatchObject({ status: 'unchanged' });
		expect((await run('upsert', { booking, starts: LATER })).json).toMatchObject({
			status: 'updated',
			schedule_id: first.schedule_id,
		});
		const { json: replaced } = await run('upsert', { booking, starts: LATER, user: 'grace' });
		expect(replaced).toMatchObject({ status: 'replaced', reference: booking });
		expect(scheduled()).toMatchObject([
			{ schedule_id: replaced.schedule_id, recipients: [{ external_user_id: 'grace' }] },
		]);
	});

	test('ends as the latest event says, in any order', async () => {
		const booking = `B-${randomUUID()}`;
		const at = (hour: number) => ({ eventTime: `${day(0)}T0${hour}:00:00Z` });
		expect((await run('cancel', { booking }, at(3))).json).toMatchObject({ status: 'not_found' });
		expect((await run('upsert', { booking }, at(1))).json).toMatchObject({ status: 'ignored' });
		expect((await run('move', { booking, starts: LATER }, at(2))).json).toMatchObject({
			status: 'ignored',
		});
		expect(scheduled()).toEqual([]);
		expect((await run('upsert', { booking, starts: LATER }, at(4))).json).toMatchObject({
			status: 'scheduled',
		});
		expect((await run('cancel', { booking }, at(3))).json).toMatchObject({ status: 'ignored' });
		expect(scheduled()).toHaveLength(1);
	});

	test('is one row of a table that people can read', async () => {
		const booking = `B-${randomUUID()}`;
		const { json } = await run('create', { booking });
		await run('move', { booking, starts: LATER });
		const rows = (await stage.tables.rows()).filter(({ reference }) => reference === booking);
		expect(rows).toEqual([
			expect.objectContaining({
				state: 'scheduled',
				resource: 'campaign',
				resource_id: orderReminder,
				recipients: 1,
				schedule_id: json.schedule_id,
				workflow: expect.stringMatching(/^Test /) as string,
				note: '',
			}),
		]);
	});

	test('leaves nothing but its own executions in the list', async () => {
		for (const workflowId of runs) {
			expect((await stage.n8n.executions(workflowId)).map(({ mode }) => mode)).toEqual(['webhook']);
		}
		expect(runs.length).toBeGreaterThan(10);
	});
});

describe('a table that people change', () => {
	const stage = useStage();
	const { run, scheduled } = useTeam(stage);

	/** A table of its own for each test. */
	let place: Record<string, string>;
	let table: string;
	beforeEach(() => {
		table = `Table ${randomUUID()}`;
		place = { dataTable: table };
	});
	const idOf = async () => (await stage.tables.find(table))?.id as string;

	testOnNew('and rename is asked for by its name, and nothing is sent', async () => {
		await run('create', { booking: 'B-1' }, place);
		await stage.tables.rename(await idOf(), `Old ${table}`);
		// Only a fresh process looks for it by its name again.
		await stage.n8n.restart();
		const { error } = await run('create', { booking: 'B-1' }, place);
		expect(error?.message).toBe(
			`The data table '${table}' seems to have been renamed to 'Old ${table}' [item 0]`,
		);
		expect(stage.sandbox.writes).toHaveLength(1);
	});

	testOnNew('and take a column from is named, and nothing is sent', async () => {
		await run('create', { booking: 'B-1' }, place);
		await stage.tables.removeColumn(await idOf(), 'schedule_id');
		for (const deed of ['create', 'move', 'cancel', 'list'] as const) {
			const { error } = await run(deed, { booking: 'B-1', starts: LATER }, place);
			expect(error?.message).toMatch(
				new RegExp(`^The data table '${table}' can't be used: the column 'schedule_id' is missing`),
			);
		}
		expect(stage.sandbox.writes).toHaveLength(1);
	});

	testOnNew('and delete is made again', async () => {
		await run('create', { booking: 'B-1' }, place);
		await stage.tables.remove(await idOf());
		expect((await run('cancel', { booking: 'B-1' }, place)).json).toMatchObject({
			status: 'not_found',
		});
		expect((await run('create', { booking: 'B-2' }, place)).json).toMatchObject({
			status: 'scheduled',
		});
		expect(await stage.tables.rows(table)).toHaveLength(1);
	});

	testOnNew('and delete a row of: the reference is free', async () => {
		await run('create', { booking: 'B-1' }, place);
		await stage.tables.removeRow('B-1', table);
		expect((await run('cancel', { booking: 'B-1' }, place)).json).toMatchObject({
			status: 'not_found',
		});
		expect((await run('create', { booking: 'B-1' }, place)).json).toMatchObject({
			status: 'scheduled',
		});
		expect(scheduled()).toHaveLength(2);
	});

	testOnNew('and write nonsense into is read as unknown, and nothing is sent', async () => {
		await run('create', { booking: 'B-1' }, place);
		await stage.tables.changeRow('B-1', { state: 'done' }, table);
		const { error } = await run('create', { booking: 'B-1' }, place);
		expect(error?.message).toMatch(/^It's unknown whether the schedule of this reference/);
		expect((await run('list', { booking: 'B-1' }, place)).json).toMatchObject({
			status: 'unknown',
		});
		expect(stage.sandbox.writes).toHaveLength(1);
	});
});

describe.each([
	['the store for tables is full', { N8N_DATA_TABLES_MAX_SIZE_BYTES: '1' }, /full/],
	[
		'the Data Table node is excluded',
		{ NODES_EXCLUDE: '["n8n-nodes-base.dataTable"]' },
		/^References need data tables, and this n8n has them turned off/,
	],
	[
		'data tables are turned off',
		{ N8N_DISABLED_MODULES: 'data-table' },
		/^References need data tables, and this n8n has them turned off/,
	],
])('where %s', (_, env, words) => {
	if (LINE === '1.x') {
		test.todo('is covered by dataTable.test.ts');
		return;
	}
	const stage = useStage(env);
	const { run, scheduled } = useTeam(stage);

	test('a sentence says so, nothing is sent, and all works without a reference', async () => {
		for (const deed of ['create', 'upsert', 'move', 'cancel'] as const) {
			const { error } = await run(deed, { booking: 'B-1' });
			expect([deed, error?.message]).toEqual([deed, expect.stringMatching(words)]);
		}
		expect(stage.sandbox.requests).toEqual([]);
		const { items } = await stage.run(
			[{ name: 'Create', parameters: createCampaign }],
			[{ user: 'ada' }],
		);
		expect(items('Create')[0].json).toMatchObject({ status: 'scheduled' });
		expect(scheduled()).toHaveLength(1);
	});
});
