import { byId, createCampaign, credentialFor, orderReminder, run, useBraze } from './braze';

const braze = useBraze({
	keys: [
		{ key: 'full-key', permissions: 'all' },
		{ key: 'narrow-key', permissions: ['campaigns.list'] },
	],
});

const make = { resource: 'sendId', operation: 'create', campaignId: byId(orderReminder) };

describe('Send ID, Create', () => {
	it('makes an ID that Create may then use', async () => {
		const { json } = await run(braze(), { ...make, sendId: 'spring_sale' });
		expect(json).toEqual([
			{
				resource: 'sendId',
				campaign_id: orderReminder,
				send_id: 'spring_sale',
				message: 'success',
			},
		]);
		const created = await run(braze(), { ...createCampaign, options: { sendId: 'spring_sale' } });
		expect(created.error).toBeUndefined();
		expect(braze().schedules).toHaveLength(1);
	});

	it('lets Braze make one up', async () => {
		const { json } = await run(braze(), make);
		expect(json[0].send_id).toEqual(expect.stringMatching(/.+/));
		expect(braze().requests.at(-1)?.body).toEqual({ campaign_id: orderReminder });
	});

	it('comes out in the fields that the output schema names', async () => {
		const schema = await import('../../nodes/BrazeSchedule/__schema__/v1.0.0/sendId/create.json');
		const { json } = await run(braze(), make);
		expect(Object.keys(json[0])).toEqual(Object.keys(schema.properties));
	});

	it.each([
		['Send ID', { sendId: 'größe' }],
		['Campaign', { campaignId: byId('={{ $json.nothing }}') }],
	])('names what is missing or wrong: %s', async (parameter, wrong) => {
		const { error } = await run(braze(), { ...make, ...wrong });
		expect(error?.message).toMatch(new RegExp(`${parameter}.*\\[item 0\\]$`));
		expect(braze().requests).toHaveLength(0);
	});

	it('names the missing permission', async () => {
		const { error } = await run(braze(), make, {
			credentials: credentialFor(braze(), 'narrow-key'),
		});
		expect(error?.message).toBe('The REST API key lacks the permission sends.id.create [item 0]');
	});

	it.each([
		['an answer that never came', { kind: 'dropAfter' }],
		['a fault of Braze', { kind: 'status', status: 503, body: {} }],
	] as const)('is not repeated after %s, for each one counts', async (_, fault) => {
		braze().fault(fault);
		const { error } = await run(braze(), make);
		expect(error).toBeDefined();
		expect(braze().requests).toHaveLength(1);
	});

	it('waits when Braze takes no more for the moment', async () => {
		braze().fault({
			kind: 'status',
			status: 429,
			headers: { 'X-RateLimit-Reset': String(Math.ceil(Date.now() / 1000) + 1) },
			body: {},
		});
		const { json } = await run(braze(), { ...make, sendId: 'later' });
		expect(json[0].send_id).toBe('later');
	});
});
