import { setImmediate as turn } from 'node:timers/promises';
import type { IExecuteFunctions } from 'n8n-workflow';

import { dataTableStore } from '../../nodes/BrazeSchedule/memory/dataTableStore';
import { openReferences } from '../../nodes/BrazeSchedule/memory/openReferences';
import { forgetTables } from '../../nodes/BrazeSchedule/memory/openTable';
import { FakeDataTables } from './fakeDataTables';
import { settledRow } from './rows';

const TABLE = 'Braze schedules';
const SECOND = 1_000;
const HOUR = 3_600 * SECOND;

beforeEach(() => {
	forgetTables();
	jest.useFakeTimers({ doNotFake: ['setImmediate', 'nextTick'] });
});
afterEach(() => jest.useRealTimers());

let workflows = 0;

/** A project with a workflow, and what its table holds. */
async function startProject(count: number, before?: () => Promise<void>) {
	workflows += 1;
	const n8n = new FakeDataTables({ workflow: { id: `W-${workflows}` }, before });
	const fill = async (rows: number) => {
		const old = Array.from({ length: rows }, (_, index) => settledRow(`R-${index}`, { overAt: 1 }));
		await dataTableStore(n8n.caller).settle({ claim: '', part: 0, rows: old, obsolete: [] });
		n8n.calls.length = 0;
	};
	await fill(count);
	const context = {
		...n8n.caller,
		getExecutionId: () => '1',
		getExecutionCancelSignal: () => undefined,
	} as unknown as IExecuteFunctions;
	const settings = { maximumWait: 0, timeout: 60 * SECOND };
	const runOnce = async (preview = false) => {
		const memory = { table: TABLE, tableId: '', forgetAfter: 30 * 24 * HOUR };
		await openReferences(context, { ...settings, preview, memory }, Date.now).close();
	};
	return { n8n, fill, runOnce, left: () => n8n.table(TABLE).rows.length };
}

describe('forgetting what is old', () => {
	test('keeps up with lists', async () => {
		const { runOnce, left, n8n } = await startProject(1_000);
		await runOnce();
		expect(left()).toBe(0);
		expect(n8n.calls).toHaveLength(4);
	});

	test('happens once an hour', async () => {
		const { runOnce, fill, left } = await startProject(10);
		await runOnce();
		await fill(10);
		await runOnce();
		expect(left()).toBe(10);
		jest.setSystemTime(Date.now() + HOUR);
		await runOnce();
		expect(left()).toBe(0);
	});

	test('happens in every project, though their tables have one name', async () => {
		const [one, other] = [await startProject(10), await startProject(10)];
		await one.runOnce();
		await other.runOnce();
		expect([one.left(), other.left()]).toEqual([0, 0]);
	});

	test('does not hold up a run for long', async () => {
		const slow = async () => {
			await turn();
			jest.setSystemTime(Date.now() + 3 * SECOND);
		};
		const { runOnce, left } = await startProject(3_000, slow);
		await runOnce();
		expect(left()).toBe(2_400);
	});

	test('stops when the table fails, and the run goes on', async () => {
		const { runOnce, left, n8n } = await startProject(1_000);
		n8n.failures = [undefined, new Error('database is locked')];
		await runOnce();
		expect(left()).toBe(700);
	});

	test('is nothing that a preview does', async () => {
		const { runOnce, left } = await startProject(10);
		await runOnce(true);
		expect(left()).toBe(10);
	});
});
