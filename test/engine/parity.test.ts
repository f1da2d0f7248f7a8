/**
 * The independent client `braze-api` and this node get the same input, and the requests to Braze
 * must be the same.
 */
import { Braze } from 'braze-api';
import type { IDataObject } from 'n8n-workflow';

import type { RequestRecord } from '../../sandbox';
import { byId, onboarding, orderReminder, run, SOON, useBraze } from './braze';

/** Otherwise, the second one to cancel would get the answer that the schedule no longer exists. */
const sandbox = useBraze({ unknownSchedule: 'accept' });

const client = () => new Braze(sandbox().url, sandbox().key);

/** A picked time, read in the workflow's time zone: Berlin in these tests. */
const at = (time: string) => new Date(time).toISOString().replace('.000Z', 'Z');

const schedules = {
	campaign: () => client().campaigns.trigger.schedule,
	canvas: () => client().canvas.trigger.schedule,
};

type Body = Record<string, unknown>;

/** What a client chooses; `content-length` and similar headers follow from it. */
const wire = ({ method, path, query, body, headers, status, accepted }: RequestRecord) => ({
	method,
	path,
	query,
	body: body as Body,
	authorization: headers.authorization,
	contentType: headers['content-type'],
	status,
	accepted,
});

/** Sends the same with both, and compares the requests. */
async function expectParity(parameters: IDataObject, send: () => Promise<unknown>): Promise<Body> {
	await run(sandbox(), parameters);
	await send();
	const [ours, theirs, ...more] = sandbox().writes.map(wire);
	expect(more).toEqual([]);
	expect(ours).toEqual(theirs);
	expect(ours.accepted).toBe(true);
	return ours.body;
}

const assignments = (values: Record<string, [type: string, value: unknown]>) => ({
	assignments: Object.entries(values).map(([name, [type, value]], index) => ({
		id: String(index),
		name,
		type,
		value,
	})),
});

const TYPED = assignments({
	first_name: ['string', 'Ada'],
	visits: ['number', 3],
	member: ['boolean', true],
	tags: ['array', '["a", "b"]'],
	cart: ['object', '{"total": 9.5}'],
});
const TYPED_VALUES = {
	first_name: 'Ada',
	visits: 3,
	member: true,
	tags: ['a', 'b'],
	cart: { total: 9.5 },
};

/** A filter of each kind, and a nested group. */
const FILTERS = {
	audienceInput: 'fields',
	audienceMatch: 'AND',
	audience: {
		filter: [
			{
				filterBy: 'custom_attribute',
				attributeName: 'plan',
				attributeType: 'string',
				stringComparison: 'equals',
				stringValue: 'gold',
			},
			{ filterBy: 'email_subscription_status', statusComparison: 'is', status: 'opted_in' },
			{
				filterBy: 'last_used_app',
				lastUsedComparison: 'after',
				lastUsedValue: '2026-01-05T10:00:00Z',
			},
		],
		group: [
			{
				match: 'OR',
				filters: {
					filter: [
						{
							filterBy: 'custom_attribute',
							attributeName: 'visits',
							attributeType: 'number',
							numberComparison: 'greater_than_or_equal_to',
							numberValue: 3,
						},
						{
							filterBy: 'custom_attribute',
							attributeName: 'member',
							attributeType: 'boolean',
							booleanComparison: 'not_equal',
							booleanValue: false,
						},
						{
							filterBy: 'push_subscription_status',
							statusComparison: 'is_not',
							status: 'unsubscribed',
						},
					],
				},
			},
		],
	},
};
const AUDIENCE = {
	AND: [
		{
			custom_attribute: {
				custom_attribute_name: 'plan',
				comparison: 'equals' as const,
				value: 'gold',
			},
		},
		{ email_subscription_status: { comparison: 'is' as const, value: 'opted_in' as const } },
		{ last_used_app: { comparison: 'after' as const, value: '2026-01-05T10:00:00Z' } },
		{
			OR: [
				{
					custom_attribute: {
						custom_attribute_name: 'visits',
						comparison: 'greater_than_or_equal_to' as const,
						value: 3,
					},
				},
				{
					custom_attribute: {
						custom_attribute_name: 'member',
						comparison: 'not_equal' as const,
						value: false,
					},
				},
				{
					push_subscription_status: {
						comparison: 'is_not' as const,
						value: 'unsubscribed' as const,
					},
				},
			],
		},
	],
};

const WHEN: Array<
	[string, IDataObject, { time: string; in_local_time?: true; at_optimal_time?: true }]
> = [
	['exact', { scheduleMode: 'exact', time: `${SOON}Z` }, { time: at(`${SOON}Z`) }],
	['local', { scheduleMode: 'local', time: SOON }, { time: SOON, in_local_time: true }],
	[
		'optimal',
		{ scheduleMode: 'optimal', time: SOON.slice(0, 10) },
		{ time: `${SOON.slice(0, 10)}T00:00:00`, at_optimal_time: true },
	],
];

const [[, exactly, EXACT]] = WHEN;

const campaign = { resource: 'campaign', campaignId: byId(orderReminder) };
const canvas = { resource: 'canvas', canvasId: byId(onboarding) };

const person = (identity: IDataObject, additionalFields: IDataObject = {}) => ({
	...identity,
	additionalFields,
});

describe('POST /campaigns/trigger/schedule/create', () => {
	const create = { ...campaign, operation: 'create', ...exactly };

	test('each kind of recipient the client supports, with values, attributes and a send ID', async () => {
		const body = await expectParity(
			{
				...create,
				sendTo: 'recipients',
				recipients: {
					recipient: [
						person(
							{ identifier: 'externalUserId', externalUserId: 'ada' },
							{ properties: TYPED, sendToExistingOnly: true },
						),
						person(
							{ identifier: 'userAlias', aliasName: 'bob', aliasLabel: 'shop' },
							{ attributes: assignments({ plan: ['string', 'gold'] }) },
						),
						person({
							identifier: 'email',
							email: 'eve@example.com',
							prioritization: 'identified,most_recently_updated',
						}),
						person(
							{ identifier: 'externalUserId', externalUserId: 'new' },
							{
								sendToExistingOnly: false,
								attributes: assignments({ email: ['string', 'new@example.com'] }),
							},
						),
					],
				},
				properties: TYPED,
				options: { sendId: 'order-reminder-weekly' },
			},
			async () =>
				await schedules.campaign().create({
					campaign_id: orderReminder,
					send_id: 'order-reminder-weekly',
					recipients: [
						{
							external_user_id: 'ada',
							trigger_properties: TYPED_VALUES,
							send_to_existing_only: true,
						},
						{
							user_alias: { alias_name: 'bob', alias_label: 'shop' },
							attributes: { plan: 'gold' },
						},
						{
							email: 'eve@example.com',
							prioritization: ['identified', 'most_recently_updated'],
						},
						{
							external_user_id: 'new',
							send_to_existing_only: false,
							attributes: { email: 'new@example.com' },
						},
					],
					trigger_properties: TYPED_VALUES,
					schedule: EXACT,
				}),
		);
		expect(body).not.toHaveProperty('broadcast');
	});

	test('everyone who matches a filter', async () => {
		await expectParity(
			{ ...create, sendTo: 'audience', ...FILTERS },
			async () =>
				await schedules.campaign().create({
					campaign_id: orderReminder,
					broadcast: true,
					audience: AUDIENCE,
					schedule: EXACT,
				}),
		);
	});

	test('recipients who also match a filter', async () => {
		await expectParity(
			{
				...create,
				sendTo: 'recipients',
				recipientsInput: 'json',
				recipientsJson: '[{"external_user_id":"ada"}]',
				filterRecipients: true,
				audienceInput: 'json',
				audienceJson: JSON.stringify(AUDIENCE),
			},
			async () =>
				await schedules.campaign().create({
					campaign_id: orderReminder,
					recipients: [{ external_user_id: 'ada' }],
					audience: AUDIENCE,
					schedule: EXACT,
				}),
		);
	});

	test('everyone, without recipients or a filter', async () => {
		await expectParity(
			{ ...create, sendTo: 'everyone', confirmEveryone: true },
			async () =>
				await schedules
					.campaign()
					.create({ campaign_id: orderReminder, broadcast: true, schedule: EXACT }),
		);
	});

	test('120 recipients are the three requests that one would write by hand', async () => {
		const people = Array.from({ length: 120 }, (_, index) => ({ external_user_id: `u${index}` }));
		const parts = [people.slice(0, 50), people.slice(50, 100), people.slice(100)];
		await run(sandbox(), {
			...create,
			sendTo: 'recipients',
			recipientsInput: 'json',
			recipientsJson: people,
		});
		const ours = sandbox().writes.map(({ body }) => body as Body);
		for (const recipients of parts) {
			await schedules
				.campaign()
				.create({ campaign_id: orderReminder, recipients, schedule: EXACT });
		}
		const theirs = sandbox()
			.writes.slice(3)
			.map(({ body }) => body as Body);
		// Several are sent at the same time, so they may arrive in any order.
		expect(ours).toHaveLength(3);
		expect(ours).toEqual(expect.arrayContaining(theirs));
	});
});

describe('POST /canvas/trigger/schedule/create', () => {
	const create = { ...canvas, operation: 'create', ...exactly };

	test('recipients, under the older name of the context, which the client supports', async () => {
		await expectParity(
			{
				...create,
				sendTo: 'recipients',
				recipients: {
					recipient: [
						person({ identifier: 'externalUserId', externalUserId: 'ada' }, { properties: TYPED }),
						person(
							{ identifier: 'userAlias', aliasName: 'bob', aliasLabel: 'shop' },
							{ attributes: assignments({ plan: ['string', 'gold'] }) },
						),
					],
				},
				propertiesInput: 'json',
				propertiesJson: JSON.stringify(TYPED_VALUES),
				options: { olderContextName: true },
			},
			async () =>
				await schedules.canvas().create({
					canvas_id: onboarding,
					recipients: [
						{ external_user_id: 'ada', canvas_entry_properties: TYPED_VALUES },
						{
							user_alias: { alias_name: 'bob', alias_label: 'shop' },
							attributes: { plan: 'gold' },
						},
					],
					canvas_entry_properties: TYPED_VALUES,
					schedule: EXACT,
				}),
		);
	});

	test('everyone who matches a filter', async () => {
		await expectParity(
			{ ...create, sendTo: 'audience', ...FILTERS },
			async () =>
				await schedules.canvas().create({
					canvas_id: onboarding,
					broadcast: true,
					audience: AUDIENCE,
					schedule: EXACT,
				}),
		);
	});

	test('everyone, without recipients or a filter', async () => {
		await expectParity(
			{ ...create, sendTo: 'everyone', confirmEveryone: true },
			async () =>
				await schedules
					.canvas()
					.create({ canvas_id: onboarding, broadcast: true, schedule: EXACT }),
		);
	});
});

describe.each(WHEN)('a time that is %s', (_, when, schedule) => {
	const toAda = {
		sendTo: 'recipients',
		recipientsInput: 'json',
		recipientsJson: '{"external_user_id":"ada"}',
	};
	const recipients = [{ external_user_id: 'ada' }];

	test('create', async () => {
		await expectParity(
			{ ...campaign, operation: 'create', ...toAda, ...when },
			async () =>
				await schedules.campaign().create({ campaign_id: orderReminder, recipients, schedule }),
		);
		sandbox().reset();
		await expectParity(
			{ ...canvas, operation: 'create', ...toAda, ...when },
			async () => await schedules.canvas().create({ canvas_id: onboarding, recipients, schedule }),
		);
	});
});

const schedule_id = '886a0a5a-75fb-4d2f-9f19-c6a1e0017fa8';

describe.each(WHEN)('moving to a time that is %s', (_, when, schedule) => {
	const update = { operation: 'update', findBy: 'scheduleId', scheduleId: schedule_id, ...when };

	test('POST /campaigns/trigger/schedule/update', async () => {
		const ids = { campaign_id: orderReminder, schedule_id };
		await expectParity(
			{ ...campaign, ...update },
			async () => await schedules.campaign().update({ ...ids, schedule }),
		);
	});

	test('POST /canvas/trigger/schedule/update', async () => {
		const ids = { canvas_id: onboarding, schedule_id };
		await expectParity(
			{ ...canvas, ...update },
			async () => await schedules.canvas().update({ ...ids, schedule }),
		);
	});
});

describe('canceling', () => {
	const cancel = { operation: 'delete', findBy: 'scheduleId', scheduleId: schedule_id };

	test('POST /campaigns/trigger/schedule/delete', async () => {
		await expectParity(
			{ ...campaign, ...cancel },
			async () => await schedules.campaign().delete({ campaign_id: orderReminder, schedule_id }),
		);
	});

	test('POST /canvas/trigger/schedule/delete', async () => {
		await expectParity(
			{ ...canvas, ...cancel },
			async () => await schedules.canvas().delete({ canvas_id: onboarding, schedule_id }),
		);
	});
});
