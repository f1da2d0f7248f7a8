import type { IDataObject } from 'n8n-workflow';
import { startSandbox } from '../../sandbox';
import type { Sandbox } from '../../sandbox';
import { byId, createCampaign, orderReminder, recipients, run, SOON, useBraze } from './braze';
import { runWorkflow, setNode, brazeSchedule, START } from './harness';
import { TestCredentials } from './harness-credentials';

const braze = useBraze({
	keys: [
		{ key: 'key-a', permissions: 'all' },
		{ key: 'key-b', permissions: 'all' },
	],
});

let elsewhere: Sandbox;
beforeAll(async () => {
	elsewhere = await startSandbox({ keys: [{ key: 'key-a', permissions: 'all' }] });
});
beforeEach(() => elsewhere.reset());
afterAll(async () => await elsewhere.close());

const withKey = (apiKey: string) => ({
	credentials: { brazeApi: { instance: 'custom', customUrl: braze().url, apiKey } },
});

const forEach = (...keys: unknown[]): { items: IDataObject[] } => ({
	items: keys.map((key, index) => ({ key, id: `person-${index}` }) as IDataObject),
});

const create = { ...createCampaign, recipients: recipients('={{ $json.id }}') };

const combined = { ...create, options: { combine: 'perItem' } };

const sendId = {
	resource: 'sendId',
	operation: 'create',
	campaignId: byId(orderReminder),
	sendId: '={{ $json.id }}',
};

const broadcasts = {
	resource: 'upcomingBroadcast',
	operation: 'getAll',
	until: SOON.slice(0, 10),
	returnAll: true,
};

const update = {
	resource: 'campaign',
	operation: 'update',
	campaignId: byId(orderReminder),
	findBy: 'scheduleId',
	scheduleId: 'any',
	scheduleMode: 'exact',
	time: SOON,
};

/** The key and address of each request. */
const keysUsed = () =>
	braze().requests.map(({ headers }) => String(headers.authorization).replace('Bearer ', ''));

describe('An expression for the key', () => {
	it.each([
		['a create', create],
		['a create, combined', combined],
		['an update', update],
		['a delete', { ...update, operation: 'delete' }],
		['a send ID', sendId],
		['upcoming broadcasts', broadcasts],
	])('does not use the key of item 0 for all items: %s', async (_, parameters) => {
		const items = forEach('key-a', 'key-a', 'key-b');
		const { error } = await run(braze(), parameters, { ...withKey('={{ $json.key }}'), ...items });
		expect(error?.message).toContain('different results for item 0 and item 2');
		expect(error?.description).toContain("'Loop Over Items'");
		expect(error?.description).toContain('Nothing was sent');
		expect(braze().requests).toHaveLength(0);
	});

	it.each([
		['a create', create],
		['a send ID', sendId],
	])('fails each item if the node is set to continue: %s', async (_, parameters) => {
		const { json } = await run(braze(), parameters, {
			...withKey('={{ $json.key }}'),
			...forEach('key-a', 'key-b'),
			onError: 'continueRegularOutput',
		});
		expect(json).toHaveLength(2);
		for (const item of json) {
			expect(item.outcome).toBe('invalid');
			expect(item.error).toContain('different results for item 0 and item 1');
		}
		expect(braze().requests).toHaveLength(0);
	});

	it.each([
		['a default', "={{ $json.key ?? 'key-a' }}", ['key-a', undefined, 'key-b']],
		['a condition', "={{ $json.key === 'b' ? 'key-b' : 'key-a' }}", ['a', 'a', 'b']],
		[
			'a condition that needs no item',
			"={{ $input.item?.json?.key === 'b' ? 'key-b' : 'key-a' }}",
			['a', 'b'],
		],
		['a missing value', '={{ $json.key }}', ['key-a', undefined]],
		['the position', "={{ $itemIndex === 1 ? 'key-b' : 'key-a' }}", [1, 2, 3]],
	])('is detected behind %s', async (_, apiKey, keys) => {
		const { error } = await run(braze(), create, { ...withKey(apiKey), ...forEach(...keys) });
		expect(error?.message).toContain('different results');
		expect(braze().requests).toHaveLength(0);
	});

	it('is detected if it reads from an earlier node', async () => {
		const node = await brazeSchedule();
		const { error } = await runWorkflow({
			items: [{ key: 'key-a' }, { key: 'key-b' }],
			nodes: [
				{ node: setNode, name: 'Between', parameters: { value: 'x' } },
				{
					node,
					parameters: createCampaign,
					...withKey(`={{ $('${START}').item.json.key }}`),
				},
			],
		});
		expect(error?.message).toContain('different results');
		expect(braze().requests).toHaveLength(0);
	});

	it.each([
		['the same for all', '={{ $json.key }}', ['key-b', 'key-b', 'key-b']],
		["the first item's on purpose", `={{ $('${START}').first().json.key }}`, ['key-b', 'key-a']],
		['not about items', "={{ 'key' + '-b' }}", ['key-a', 'key-a']],
		['of a single item', '={{ $json.key }}', ['key-b']],
	])('is used if it is %s', async (_, apiKey, keys) => {
		const { error } = await run(braze(), create, { ...withKey(apiKey), ...forEach(...keys) });
		expect(error).toBeUndefined();
		expect(keysUsed()).toEqual(keys.map(() => 'key-b'));
	});

	it('is detected among thousands of items', async () => {
		const keys = Array.from({ length: 3000 }, (_, index) => (index === 1234 ? 'key-b' : 'key-a'));
		const { error } = await run(braze(), combined, {
			...withKey('={{ $json.key }}'),
			...forEach(...keys),
		});
		expect(error?.message).toContain('item 0 and item 1234');
		expect(braze().requests).toHaveLength(0);
	});

	it.each([2, 3, 10])('is detected at the position of every %s. item', async (every) => {
		const { error } = await run(braze(), combined, {
			...withKey(`={{ $itemIndex % ${every} === ${every - 1} ? 'key-b' : 'key-a' }}`),
			...forEach(...Array.from({ length: 3000 }, (_, index) => index)),
		});
		expect(error?.message).toContain(`item 0 and item ${every - 1}`);
		expect(braze().requests).toHaveLength(0);
	});
});

it.each([
	['a create', create],
	['a send ID', sendId],
])("A credential that cannot be used is nobody else's fault: %s", async (_, parameters) => {
	const { error } = await run(braze(), parameters, {
		...withKey('no key'),
		...forEach('a', 'b', 'c'),
	});
	expect(error?.message).toMatch(/^The 'REST API Key' of the Braze API credential .*from Braze$/);
	expect(error?.description).toBe('Nothing was sent.');
});

it('An option of the run is said once, whatever the number of items', async () => {
	const { error } = await run(
		braze(),
		{ ...create, options: { timeout: 0 } },
		{ ...withKey('key-a'), ...forEach('a', 'b') },
	);
	expect(error?.message).toBe("'Timeout' is 0, but it has to be a number from 1 to 3600");
	expect(error?.description).toBe('Nothing was sent.');
});

it('An address that an expression chooses is not taken from item 0 for all items', async () => {
	const { error } = await run(braze(), create, {
		credentials: {
			brazeApi: { instance: 'custom', customUrl: '={{ $json.key }}', apiKey: 'key-a' },
		},
		...forEach(braze().url, elsewhere.url),
	});
	expect(error?.message).toContain('different results for item 0 and item 1');
	expect([...braze().requests, ...elsewhere.requests]).toHaveLength(0);
});

it('A credential without expressions is not read for each item', async () => {
	const reads = jest.spyOn(TestCredentials.prototype, 'getDecrypted');
	const items = Array.from({ length: 3000 }, (_, index) => ({ id: `person-${index}` }));
	await run(braze(), combined, { ...withKey('key-a'), items });
	expect(braze().requests).toHaveLength(60);
	expect(reads.mock.calls.length).toBeLessThanOrEqual(22);
	reads.mockRestore();
});
