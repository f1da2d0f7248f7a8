import type { IDataObject } from 'n8n-workflow';

import { createCampaign, createCanvas, LATER, run, useBraze } from './braze';
import { FakeDataTables } from './harness';

const braze = useBraze();

/** The output that the editor shows before the first run must match the real output. */
describe.each([
	['campaign', createCampaign],
	['canvas', createCanvas],
])('The output schemas of a %s', (resource, create) => {
	let tables: FakeDataTables;
	beforeEach(() => {
		tables = new FakeDataTables();
	});

	const fieldsOf = async (operation: string): Promise<string[]> => {
		const schema = (await import(
			`../../nodes/BrazeSchedule/__schema__/v1.0.0/${resource}/${operation}.json`
		)) as { properties: Record<string, unknown> };
		return Object.keys(schema.properties);
	};

	const outputOf = async (parameters: object, items?: IDataObject[]): Promise<IDataObject> => {
		const { json, error } = await run(braze(), parameters as never, { items, tables });
		expect(error).toBeUndefined();
		return json[0];
	};

	const { campaignId, canvasId } = { canvasId: undefined, ...create };
	const existing = { resource, campaignId, canvasId, reference: 'B-204' };
	const byReference = { ...create, reference: 'B-204' };
	const relative = { scheduleMode: 'relative', date: LATER };
	const everyone = { ...create, sendTo: 'everyone', confirmEveryone: true };
	const test = { ...byReference, options: { testRecipients: 'qa-ada' } };

	/** Fails unless the outputs name all fields of the schema, in its order, and no other. */
	const expectFields = async (operation: string, outputs: IDataObject[]) => {
		const fields = await fieldsOf(operation);
		const found = outputs.map((output) => Object.keys(output));
		for (const names of found) {
			expect(names).toEqual(fields.filter((field) => names.includes(field)));
		}
		expect(fields.filter((field) => !found.some((names) => names.includes(field)))).toEqual([]);
	};

	it('name exactly the fields of Create, in their order', async () => {
		const without = await outputOf(create);
		expect(Object.keys(without)).not.toContain('reference');
		await expectFields('create', [
			without,
			await outputOf(byReference),
			await outputOf(byReference),
			await outputOf(everyone),
			await outputOf(test),
			await outputOf({ ...create, ...relative }),
		]);
	});

	it('name exactly the fields of Create or Update, in their order', async () => {
		const upsert = { ...byReference, operation: 'upsert' };
		const options = { eventTime: '2026-01-01T00:00:00Z' };
		await expectFields('upsert', [
			await outputOf({ ...upsert, options: { eventTime: '2026-01-02T00:00:00Z' } }),
			await outputOf(upsert),
			await outputOf({ ...upsert, time: LATER }),
			await outputOf({ ...upsert, options }),
			await outputOf({ ...everyone, operation: 'upsert', reference: 'all' }),
			await outputOf({ ...test, operation: 'upsert' }),
			await outputOf({ ...upsert, ...relative, reference: 'counted' }),
		]);
	});

	it('name exactly the fields of Update, in their order', async () => {
		const created = await outputOf(create);
		const when = { scheduleMode: 'exact', time: LATER };
		const byId = { resource, operation: 'update', findBy: 'scheduleId', ...when };
		const move = { ...existing, operation: 'update', ...when };
		const nobody = { ...move, reference: 'nobody', ifNotFound: 'continue' };
		await outputOf({ ...everyone, reference: 'B-204' });
		await expectFields('update', [
			await outputOf(byId, [created]),
			await outputOf(move),
			await outputOf({ ...move, ...relative }),
			await outputOf(nobody),
		]);
	});

	it('name exactly the fields of Delete, in their order', async () => {
		const created = await outputOf(create);
		const byId = { resource, operation: 'delete', findBy: 'scheduleId' };
		const cancel = { ...existing, operation: 'delete' };
		await outputOf({ ...everyone, reference: 'B-204' });
		await expectFields('delete', [
			await outputOf(byId, [created]),
			await outputOf(cancel),
			await outputOf(cancel),
		]);
	});

	it('name exactly the fields of Get Many, in their order', async () => {
		await outputOf({ ...everyone, reference: 'B-204' });
		braze().fault({ kind: 'dropAfter' });
		const lost = { ...create, reference: 'B-205' };
		await run(braze(), lost as never, { tables });
		const { json } = await run(
			braze(),
			{ resource, operation: 'getAll', returnAll: true } as never,
			{
				tables,
			},
		);
		expect(json).toHaveLength(2);
		await expectFields('getAll', json);
	});

	const ofCampaigns = resource === 'campaign' ? it : it.skip;

	ofCampaigns('name the send ID of a broadcast, and of what is remembered of it', async () => {
		const output = await outputOf({ ...everyone, reference: 'B-204' });
		expect(output.send_id).toBe(braze().schedules[0].send_id);
		expect(await outputOf({ ...byReference })).toMatchObject({
			status: 'skipped',
			schedule_id: output.schedule_id,
			send_id: output.send_id,
		});
	});
});
