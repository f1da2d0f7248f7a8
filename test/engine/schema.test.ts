import { createCampaign, createCanvas, run, useBraze } from './braze';

const braze = useBraze();

/** The output that the editor shows before the first run must match the real output. */
describe.each([
	['campaign', createCampaign],
	['canvas', createCanvas],
])('The output schemas of a %s', (resource, create) => {
	const fieldsOf = async (operation: string): Promise<string[]> => {
		const schema = (await import(
			`../../nodes/BrazeSchedule/__schema__/v1.0.0/${resource}/${operation}.json`
		)) as { properties: Record<string, unknown> };
		return Object.keys(schema.properties);
	};

	it('name exactly the fields of the output, in their order', async () => {
		const created = await run(braze(), create);
		// Only a broadcast has its own send ID, see below.
		const named = (await fieldsOf('create')).filter((field) => field !== 'send_id');
		expect(Object.keys(created.json[0])).toEqual(named);
		const updated = await run(
			braze(),
			{ resource, operation: 'update', scheduleMode: 'exact', time: create.time },
			{ items: created.json },
		);
		expect(Object.keys(updated.json[0])).toEqual(await fieldsOf('update'));
		const deleted = await run(braze(), { resource, operation: 'delete' }, { items: updated.json });
		expect(Object.keys(deleted.json[0])).toEqual(await fieldsOf('delete'));
	});

	it('name the send ID of a broadcast, which only campaigns have', async () => {
		const everyone = { ...create, sendTo: 'everyone', confirmEveryone: true };
		const { json } = await run(braze(), everyone);

		expect(Object.keys(json[0])).toEqual(await fieldsOf('create'));
		expect(json[0].send_id).toBe(braze().schedules[0].send_id);
	});
});
