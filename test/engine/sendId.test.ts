import {
	byId,
	createCampaign,
	credentialFor,
	orderReminder,
	run,
	useBraze,
	welcomeOffer,
} from './braze';
import { retryExecution } from './harness';

const braze = useBraze({
	keys: [
		{ key: 'full-key', permissions: 'all' },
		{ key: 'narrow-key', permissions: ['campaigns.list'] },
	],
});

const make = { resource: 'sendId', operation: 'create', campaignId: byId(orderReminder) };

describe('Send ID, Create', () => {
	it('creates an ID that Create can then use', async () => {
		const { json } = await run(braze(), { ...make, sendId: 'spring_sale' });
		expect(json).toEqual([
			{
				resource: 'sendId',
				campaign_id: orderReminder,
				send_id: 'spring_sale',
				message: 'success',
				warnings: [],
			},
		]);
		const created = await run(braze(), { ...createCampaign, options: { sendId: 'spring_sale' } });
		expect(created.error).toBeUndefined();
		expect(braze().schedules).toHaveLength(1);
	});

	it('lets Braze generate one', async () => {
		const { json } = await run(braze(), make);
		expect(json[0].send_id).toEqual(expect.stringMatching(/.+/));
		expect(braze().requests.at(-1)?.body).toEqual({ campaign_id: orderReminder });
	});

	it('has the output fields of the output schema', async () => {
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
		expect(error?.message).toBe('The REST API key is not allowed to create the send ID [item 0]');
		expect(error?.description).toContain('It needs the permission sends.id.create.');
	});

	it.each([
		['an answer that never came', { kind: 'dropAfter' }],
		['a fault of Braze', { kind: 'status', status: 503, body: {} }],
	] as const)('is not repeated after %s, because each one counts', async (_, fault) => {
		braze().fault(fault);
		const { error } = await run(braze(), make);
		expect(error?.message).toMatch(/Braze/);
		expect(braze().requests).toHaveLength(1);
	});

	it('waits if the rate limit is reached', async () => {
		braze().fault({
			kind: 'status',
			status: 429,
			headers: { 'X-RateLimit-Reset': String(Math.ceil(Date.now() / 1000) + 1) },
			body: {},
		});
		const { json } = await run(braze(), { ...make, sendId: 'later' });
		expect(json[0].send_id).toBe('later');
	});

	it('checks every item before it creates the first ID', async () => {
		const items = [{ id: 'one' }, { id: 'größe' }];
		const perItem = { ...make, sendId: '={{ $json.id }}' };
		const { error } = await run(braze(), perItem, { items });
		expect(error?.message).toMatch(/Send ID.*\[item 1\]$/);
		expect(braze().requests).toHaveLength(0);
		const { json } = await run(braze(), perItem, { items, onError: 'continueRegularOutput' });
		expect(json.map(({ send_id, outcome }) => send_id ?? outcome)).toEqual(['one', 'invalid']);
	});

	it.each(['Retry On Fail', 'the retry button'])('creates no further ID on %s', async (way) => {
		const isAutomatic = way === 'Retry On Fail';
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1 });
		const first = await run(braze(), make, {
			items: [{}, {}],
			retryOnFail: isAutomatic && { maxTries: 2, waitMs: 1 },
		});
		const { json } = isAutomatic ? first : await retryExecution(first);
		expect(json).toHaveLength(2);
		expect(braze().requests.map(({ status }) => status)).toEqual([201, 400, 201]);
	});

	it('asks again if another campaign, or after no answer another ID, was chosen before a retry', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1 });
		const items = [{}, {}];
		const first = await run(braze(), { ...make, sendId: 'spring' }, { items });
		const { json } = await retryExecution(first, {
			nodes: {
				'Braze Schedule': {
					parameters: { ...make, sendId: 'spring', campaignId: byId(welcomeOffer) },
				},
			},
		});
		expect(json.map(({ campaign_id: campaign }) => campaign)).toEqual([welcomeOffer, welcomeOffer]);
		braze().reset();
		braze().fault({ kind: 'dropAfter' });
		const lost = await run(braze(), { ...make, sendId: 'spring' });
		expect((await retryExecution(lost)).error?.description).toContain('was not asked again');
		const other = await retryExecution(lost, {
			nodes: { 'Braze Schedule': { parameters: { ...make, sendId: 'spring_2' } } },
		});
		expect(other.json).toMatchObject([{ send_id: 'spring_2' }]);
	});

	it('requests no further ID if an expression makes up another one on every try', async () => {
		braze().fault({ kind: 'dropAfter' });
		const sendId = '={{ "id-" + Math.round(Math.random() * 1e9) }}';
		const { error } = await run(
			braze(),
			{ ...make, sendId },
			{ retryOnFail: { maxTries: 2, waitMs: 1 } },
		);
		expect(braze().requests).toHaveLength(1);
		expect(error?.description).toContain('was not asked again');
	});

	it('requests no further ID if there was no answer', async () => {
		braze().fault({ kind: 'dropAfter' });
		const { error, tries } = await run(braze(), make, { retryOnFail: { maxTries: 2, waitMs: 1 } });
		expect(tries).toBe(2);
		expect(braze().requests).toHaveLength(1);
		expect(error?.description).toContain('was not asked again');
	});

	it.each([
		['an error', { error: 'login required' }],
		['nothing', {}],
	])('does not read a 200 with %s as a success', async (_, body) => {
		braze().fault({ kind: 'status', status: 200, body });
		const { json } = await run(braze(), make, { onError: 'continueRegularOutput' });
		expect(json[0]).toMatchObject({ outcome: 'unknown' });
	});

	it('shows the errors beside a success', async () => {
		const body = { message: 'success', send_id: 'one', errors: ['almost 100 today'] };
		braze().fault({ kind: 'status', status: 200, body });
		const { json } = await run(braze(), make);
		expect(json[0].warnings).toEqual(['Braze accepted the request and noted: almost 100 today']);
	});

	it('removes spaces around an ID', async () => {
		const { json } = await run(braze(), { ...make, sendId: ' spring_sale\n' });
		expect(json[0].send_id).toBe('spring_sale');
	});

	it.each(["={{ '' }}", '={{ $json.nothing }}', '={{ null }}'])(
		'does not let Braze generate one for an expression that returns nothing: %s',
		async (sendId) => {
			const { error } = await run(braze(), { ...make, sendId });
			expect(error?.message).toBe("'Send ID' is empty [item 0]");
			expect(braze().requests).toHaveLength(0);
		},
	);
});
