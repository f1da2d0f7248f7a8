import { COLUMNS } from '../../nodes/BrazeSchedule/memory/columns';
import { mark, settledRow } from '../memory/rows';
import { LINE } from '../n8n';
import { startProbe } from './storeProbe';
import type { Probe, Problem, Result } from './storeProbe';
import { driveTables, TABLE } from './tables';
import type { Tables } from './tables';

const START_LIMIT = 20 * 60_000;
const isOld = LINE === '1.x';
/** n8n 1 can't make tables from a workflow. */
const testOnNew = isOld ? test.skip : test;

let probe: Probe;

let tables: Tables;

/** Every test has a table of its own, which nobody has opened yet. */
let count = 0;
async function freshTable(): Promise<string> {
	count += 1;
	const name = `Table ${count}`;
	probe.place = isOld ? { tableId: (await tables.make(name)).id } : { table: name };
	return name;
}

const problemIn = (result: Result<unknown>): Problem => {
	if ('problem' in result) return result.problem;
	throw new Error(`It did not fail: ${JSON.stringify(result.value)}`);
};

async function startWith(env: Record<string, string> = {}) {
	probe = await startProbe(LINE, env);
	tables = driveTables(probe.n8n);
}

jest.setTimeout(180_000);

afterAll(async () => await probe.close());

describe('in a real n8n', () => {
	beforeAll(async () => await startWith(), START_LIMIT);
	beforeEach(async () => void (await freshTable()));

	test('rows come back as they were written, whatever their texts are', async () => {
		const texts = [
			'={{ 1 }}',
			'={{ $json.reference }}',
			'=',
			'=1+1',
			'it\'s "quoted" `so`',
			'back\\slash \\n \\u0041',
			'line\nbreak\r\n\ttab',
			'😀 é ß İ 漢字',
			'{{ 1 }}',
			"'; DROP TABLE x; --",
			'%_*?[a]',
			' spaces ',
			'17',
			'true',
			'2027-01-05T09:00:00+01:00',
			'{"a":1}',
			'x'.repeat(5_000),
		];
		const marks = texts.map((text) =>
			mark(text, { note: text, name: text, content: text, sendId: text, claim: text }),
		);
		const claimed = await probe.run(async ({ store }, rows) => await store.claim(rows), marks);
		expect(claimed).toEqual(marks.map((row) => ({ ...row, id: expect.any(Number) as number })));
		const lives = await probe.run(async ({ store }, rows) => {
			const seen: unknown[] = [];
			for (const row of rows) {
				const announced = await store.announce(row.claim, 0, { version: 5, deed: 'update' });
				const found = await store.search({ resource: 'campaign', text: row.reference });
				const sending = found.find(({ reference }) => reference === row.reference);
				if (sending) await store.giveUp([sending], row.reference);
				const [{ state, note, version, deed }] = await store.read([row.reference]);
				const settled = { ...row, part: undefined, leaseUntil: undefined };
				await store.settle({
					claim: row.claim,
					part: 0,
					rows: [{ ...settled, state: 'scheduled' }],
					obsolete: [],
				});
				const left = await store.read([row.reference]);
				await store.settle({ claim: 'none', part: 0, rows: [], obsolete: left });
				const after = await store.read([row.reference]);
				seen.push([announced.length, state, note, version, deed, left.length, after.length]);
			}
			return seen;
		}, marks);
		expect(lives).toEqual(texts.map((text) => [1, 'unknown', text, 5, 'update', 1, 0]));
	});

	test('a lost part of a settlement is no reason to leave out the rest', async () => {
		const left = await probe.run(
			async ({ store }, rows) => {
				await store.settle({ claim: 'none', part: 0, rows, obsolete: [] });
				const [first, second] = await store.read(['A', 'B']);
				await store.settle({
					claim: 'none',
					part: 7,
					rows: [],
					obsolete: [{ id: 9_999, claim: 'x' }, first, { ...second, claim: 'another' }],
				});
				return (await store.read(['A', 'B'])).map(({ reference }) => reference);
			},
			[settledRow('A'), settledRow('B')],
		);
		expect(left).toEqual(['B']);
	});

	test('of two runs that claim a reference at the same moment, never are both alone', async () => {
		const pairs = Array.from({ length: 30 }, (_, index) => `pair-${index}`);
		const claimAlone = async (reference: string, claim: string) =>
			await probe.run(
				async ({ store }, row) => {
					const rows = await store.claim([row]);
					return rows.every((other) => other.claim === row.claim);
				},
				mark(reference, { claim }),
			);
		const alone = await Promise.all(
			pairs.map(
				async (pair) =>
					await Promise.all([claimAlone(pair, `${pair}-a`), claimAlone(pair, `${pair}-b`)]),
			),
		);
		expect(alone).toHaveLength(30);
		expect(alone.filter(([one, other]) => one && other)).toEqual([]);
		// They did meet.
		expect(alone.filter(([one, other]) => !one || !other)).toHaveLength(30);
	});

	test('10,000 references are claimed, announced, settled, read and replaced as a whole', async () => {
		const seen = await probe.run(
			async ({ store }, one, row) => {
				const list = Array.from({ length: 10_000 }, (_, index) => `R-${index}`);
				const counts: unknown[] = [];
				const claimed = await store.claim(list.map((reference) => ({ ...one, reference })));
				// Nobody else has any.
				counts.push(claimed.length);
				counts.push((await store.announce(one.claim, 0, { version: 1, deed: 'create' })).length);
				const rows = list.map((reference) => ({ ...row, reference }));
				await store.settle({ claim: one.claim, part: 0, rows, obsolete: [] });
				const first = await store.read(list);
				counts.push(first.length, new Set(first.map(({ state }) => state)).size);
				await store.settle({ claim: 'none', part: 0, rows, obsolete: first });
				const second = await store.read(list);
				counts.push(second.length, (await store.search({ resource: 'campaign' })).length);
				counts.push((await store.inSchedules([row.scheduleId])).length);
				return counts;
			},
			mark(''),
			settledRow(''),
		);
		expect(seen).toEqual([0, 10_000, 10_000, 1, 10_000, 10_000, 10_000]);
	});

	test('references are found by a part of them, and forgotten when they are old', async () => {
		const seen = await probe.run(
			async ({ store }, rows) => {
				await store.settle({ claim: 'none', part: 0, rows, obsolete: [] });
				const found = async (text: string) =>
					(await store.search({ resource: 'campaign', text })).map(({ reference }) => reference);
				const by = [await found('café'), await found('_'), await found('0%'), await found('\\')];
				const last = await store.search({ resource: 'campaign', limit: 2 });
				const marks = await store.search({ resource: 'campaign', onlyMarks: true });
				await store.forget(2_000);
				const left = await store.search({ resource: 'campaign' });
				return [
					...by,
					last.map(({ reference }) => reference),
					marks.map(({ reference }) => reference),
					left.map(({ reference }) => reference),
				];
			},
			[
				settledRow('CAFÉ', { overAt: 1_000 }),
				settledRow('a_b', { overAt: 1_000, state: 'deleted' }),
				settledRow('50%', { overAt: 1_000, state: 'unknown' }),
				settledRow('\\', { overAt: 3_000 }),
				mark('mark', { overAt: 1_000 }),
			],
		);
		expect(seen).toEqual([
			['CAFÉ'],
			['a_b'],
			['50%'],
			['\\'],
			['mark', '\\'],
			['mark'],
			['mark', '\\', '50%'],
		]);
	});

	test('nothing of it stays in the list of executions, whatever the workflow saves', async () => {
		const before = probe.workflowId();
		probe.use(
			await probe.workflow({
				saveDataSuccessExecution: 'all',
				saveManualExecutions: true,
				callerPolicy: 'none',
			}),
		);
		for (let run = 0; run < 3; run += 1) {
			await probe.run(async ({ store }, row) => await store.claim([row]), mark('A'));
			await probe.attempt(async ({ open }) => await open({ tableId: 'nowhere' }).read(['A']));
		}
		const left = await probe.n8n.waitForExecutions(probe.workflowId(), 6);
		expect(left.map(({ mode, status }) => [mode, status])).toEqual(
			Array.from({ length: 6 }, () => ['webhook', 'success']),
		);
		expect(probe.workflowId()).not.toBe(before);
	});

	testOnNew('the table is made once, of however many runs need it at once', async () => {
		const name = `${TABLE} ${Math.random()}`;
		probe.place = { table: name };
		const workflows = await Promise.all(
			Array.from({ length: 5 }, async () => await probe.workflow()),
		);
		const results = await Promise.all(
			workflows.map(async (workflow) => {
				probe.use(workflow);
				return await probe.attempt(
					async ({ store }, row) => await store.claim([row]),
					mark('A', { claim: workflow.id }),
				);
			}),
		);
		expect(results.filter((result) => 'problem' in result)).toEqual([]);
		const made = (await tables.list()).filter((table) => table.name === name);
		expect(made).toHaveLength(1);
		const shown = made[0].columns.sort((one, other) => one.index - other.index);
		expect(shown.map(({ name: column, type }) => ({ name: column, type }))).toEqual(COLUMNS);
		expect(await probe.run(async ({ store }) => (await store.read(['A'])).length)).toBe(5);
	});

	testOnNew('a table that is gone is made again, a renamed one is not', async () => {
		const { table } = probe.place;
		const find = async () => await tables.find(table);
		const claim = async () =>
			await probe.attempt(async ({ store }, row) => (await store.claim([row])).length, mark('A'));
		await claim();
		await tables.remove((await find())?.id as string);
		expect(await claim()).toMatchObject({ value: 1 });
		const id = (await find())?.id as string;
		await tables.rename(id, 'Somewhere else');
		// This process knows it by its ID; another workflow doesn't.
		expect(await claim()).toMatchObject({ value: 2 });
		probe.use(await probe.workflow());
		expect(problemIn(await claim())).toMatchObject({
			kind: 'tableRenamed',
			message: `The data table '${table}' seems to have been renamed to 'Somewhere else'`,
		});
		expect(await find()).toBeUndefined();
	});

	test('a missing column is named', async () => {
		await probe.run(async ({ store }) => await store.read(['A']));
		const { table, tableId } = probe.place;
		const found = (await tables.list()).find(({ id, name }) => id === tableId || name === table);
		await tables.removeColumn(found?.id as string, 'note');
		const claim = async () =>
			problemIn(await probe.attempt(async ({ store }, row) => await store.claim([row]), mark('A')));
		const shown = tableId ?? table;
		const missing = {
			kind: 'columns',
			message: `The data table '${shown}' can't be used: the column 'note' is missing`,
		};
		expect(await claim()).toMatchObject(missing);
		probe.use(await probe.workflow());
		expect(await claim()).toMatchObject(missing);
	});

	test('an ID of no table is refused', async () => {
		expect(
			problemIn(await probe.attempt(async ({ open }) => await open({ tableId: 'x1' }).read(['A']))),
		).toMatchObject({
			kind: 'tableGone',
			message: "The data table 'x1' was not found in the project of this workflow",
		});
	});

	if (isOld) {
		test('without an ID, the message says how to make the table', async () => {
			const { kind, description } = problemIn(
				await probe.attempt(async ({ open }) => await open().read(['A'])),
			);
			expect(kind).toBe('needsTableId');
			for (const { name } of COLUMNS) expect(description).toContain(`${name} (`);
		});
	}
});

describe.each([
	['the store for tables is full', { N8N_DATA_TABLES_MAX_SIZE_BYTES: '1' }, 'full'],
	[
		'the Data Table node is excluded',
		{ NODES_EXCLUDE: '["n8n-nodes-base.dataTable"]' },
		'disabled',
	],
	['data tables are turned off', { N8N_DISABLED_MODULES: 'data-table' }, 'disabled'],
])('where %s', (_, env, kind) => {
	beforeAll(async () => {
		await probe.close();
		await startWith(env);
		if (isOld) probe.place = { tableId: kind === 'full' ? (await tables.make(TABLE)).id : 'T1' };
	}, START_LIMIT);

	test('the message says so', async () => {
		const problem = problemIn(
			await probe.attempt(async ({ store }, row) => await store.claim([row]), mark('A')),
		);
		expect(problem).toMatchObject({ name: 'MemoryProblem', kind });
	});
});
