import { campaignCreate, paths, useSandbox } from './braze';

const braze = useSandbox({ limits: { audience: { limit: 1000 }, broadcast: { limit: 1000 } } });

const create = async (audience: unknown) =>
	await braze.post(paths.campaign.create, {
		...campaignCreate(),
		recipients: undefined,
		broadcast: true,
		audience,
	});

const attribute = (comparison: string, ...value: unknown[]) => ({
	custom_attribute: {
		custom_attribute_name: 'plan',
		comparison,
		...(value.length > 0 && { value: value[0] }),
	},
});
const subscribed = { email_subscription_status: { comparison: 'is', value: 'subscribed' } };

describe('comparisons of custom attributes', () => {
	it.each([
		['equals', 'gold'],
		['equals', 5],
		['not_equal', true],
		['does_not_equal', true],
		['matches_regex', '^go'],
		['does_not_match_regex', '^go'],
		['is_any_of', 'gold'],
		['is_any_of', ['gold', 'silver']],
		['is_none_of', ['gold']],
		['includes_value', 'gold'],
		['includes_value', ['gold', 'silver']],
		['does_not_include_value', 'gold'],
		['greater_than', 5],
		['greater_than_or_equal_to', 5.5],
		['less_than', -1],
		['less_than_or_equal_to', 0],
		['less_than_x_days_ago', 3],
		['greater_than_x_days_ago', 3],
		['less_than_x_days_in_the_future', 3],
		['greater_than_x_days_in_the_future', 3],
		['after', '2026-01-01T00:00:00Z'],
		['before', '2026-01-01'],
	])('accepts %s %j', async (comparison, value) => {
		expect((await create(attribute(comparison, value))).status).toBe(201);
	});

	it.each(['exists', 'does_not_exist'])('needs no value for %s', async (comparison) => {
		expect((await create(attribute(comparison))).status).toBe(201);
		expect((await create(attribute(comparison, true))).status).toBe(201);
	});

	it.each([
		['equals', undefined],
		['equals', { nested: true }],
		['does_not_equal', 'gold'],
		['matches_regex', 5],
		['is_any_of', []],
		['is_any_of', [5]],
		['greater_than', '5'],
		['less_than_x_days_ago', '3'],
		['after', 'yesterday'],
		['is', 'gold'],
		['contains', 'gold'],
		['toString', 'gold'],
	])('refuses %s %j', async (comparison, value) => {
		expect((await create(attribute(comparison, value))).status).toBe(400);
	});

	it('need the name of the attribute', async () => {
		const nameless = { custom_attribute: { comparison: 'exists' } };

		expect((await create(nameless)).status).toBe(400);
	});
});

describe('the other filters', () => {
	it.each([
		[{ push_subscription_status: { comparison: 'is', value: 'opted_in' } }],
		[{ email_subscription_status: { comparison: 'is_not', value: 'unsubscribed' } }],
		[{ last_used_app: { comparison: 'after', value: '2019-07-22T13:17:55+0000' } }],
		[{ last_used_app: { comparison: 'before', value: '2019-07-22' } }],
	])('accept %j', async (filter) => {
		expect((await create(filter)).status).toBe(201);
	});

	it.each([
		[{ push_subscription_status: { comparison: 'equals', value: 'opted_in' } }],
		[{ email_subscription_status: { comparison: 'is', value: 'maybe' } }],
		[{ email_subscription_status: { comparison: 'exists' } }],
		[{ last_used_app: { comparison: 'is', value: '2019-07-22' } }],
		[{ last_used_app: { comparison: 'after', value: 3 } }],
		[{ segment: 'readers' }],
		[{ constructor: { comparison: 'is', value: 'opted_in' } }],
	])('refuse %j', async (filter) => {
		expect((await create(filter)).status).toBe(400);
	});
});

describe('groups', () => {
	it.each([
		[{ AND: [subscribed] }],
		[{ AND: [subscribed, { OR: [attribute('exists'), attribute('equals', 5)] }] }],
		[{ OR: [{ AND: [{ OR: [{ AND: [subscribed] }] }] }] }],
	])('accept %j', async (audience) => {
		expect((await create(audience)).status).toBe(201);
	});

	it.each([
		[{}],
		[[]],
		['AND'],
		[{ AND: [] }],
		[{ AND: subscribed }],
		[{ and: [subscribed] }],
		[{ NOT: [subscribed] }],
		[{ AND: [subscribed], OR: [subscribed] }],
		[{ AND: [subscribed, {}] }],
		[{ ...subscribed, ...attribute('exists') }],
	])('refuse %j', async (audience) => {
		expect((await create(audience)).status).toBe(400);
	});
});
