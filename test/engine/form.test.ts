import type { IDataObject } from 'n8n-workflow';

import {
	bodies,
	byId,
	createCampaign,
	createCanvas,
	orderReminder,
	recipients,
	run,
	SOON,
	useBraze,
} from './braze';
import { FakeDataTables } from './harness';
import type { RunNodeOptions } from './harness';

const braze = useBraze();

const PERSON = 'external_user_id:ada';
const NOTHING = '={{ $json.nothing }}';

/** The node's error. Checks that nothing was sent. */
async function refusal(parameters: IDataObject, options: Partial<RunNodeOptions> = {}) {
	const { thrown, status } = await run(braze(), parameters, options);
	expect(status).toBe('error');
	expect(braze().requests).toEqual([]);
	const [error] = thrown as Array<Error & { description?: string }>;
	return { message: error.message, hint: error.description ?? '' };
}

const filter = {
	filterBy: 'custom_attribute',
	attributeName: 'plan',
	attributeType: 'string',
	stringComparison: 'equals',
	stringValue: 'gold',
};
const toAudience = {
	...createCampaign,
	sendTo: 'audience',
	audience: { group: [{ match: 'OR', filters: { filter: [filter, filter] } }] },
};
const move = {
	resource: 'campaign',
	operation: 'update',
	campaignId: byId(orderReminder),
	findBy: 'scheduleId',
	scheduleId: 'schedule-1',
	scheduleMode: 'exact',
	time: SOON,
};
const broadcasts = { resource: 'upcomingBroadcast', operation: 'getAll', until: '2026-12-31' };

describe('A time zone', () => {
	it.each([NOTHING, "={{ '' }}", "={{ ' ' }}", '={{ null }}', '', null])(
		"%j is refused, and not read as the workflow's",
		async (value) => {
			const timezone = byId(value);
			for (const parameters of [createCampaign, move]) {
				const { message, hint } = await refusal({ ...parameters, timezone });
				expect(message).toBe("'Time Zone' is empty [item 0]");
				expect(hint).toContain('Workflow time zone');
			}
		},
	);

	it("is the workflow's by choice, or if the form never showed the field", async () => {
		const timezone = { __rl: true, mode: 'list', value: 'workflow' };
		await run(braze(), { ...createCampaign, timezone });
		await run(braze(), createCampaign);
		await run(braze(), { ...createCampaign, scheduleMode: 'local', timezone: null });
		expect(
			new Set(
				bodies(braze())
					.slice(0, 2)
					.map((body) => JSON.stringify(body)),
			).size,
		).toBe(1);
		expect(bodies(braze())[2]).toMatchObject({ schedule: { time: SOON, in_local_time: true } });
	});
});

describe('A field whose expression returns nothing is refused', () => {
	const row = (changes: object) => ({
		...createCampaign,
		recipients: { recipient: [{ externalUserId: 'ada', ...changes }] },
	});
	const filterRow = (changes: object) => ({
		...toAudience,
		audience: { filter: [{ ...filter, ...changes }] },
	});

	it.each<[string, IDataObject]>([
		['Specify Recipients', { ...createCampaign, recipientsInput: NOTHING }],
		['Specify Filters', { ...toAudience, audienceInput: NOTHING }],
		['Specify Trigger Properties', { ...createCampaign, propertiesInput: NOTHING }],
		['Trigger Properties for All Recipients', { ...createCampaign, properties: NOTHING }],
		[
			'Trigger Properties for All Recipients',
			{ ...createCampaign, properties: { assignments: NOTHING } },
		],
		[
			'Trigger Properties for All Recipients',
			{ ...createCampaign, propertiesInput: 'json', propertiesJson: NOTHING },
		],
		['Users Must Match', { ...toAudience, audienceMatch: NOTHING }],
		[
			'Users Must Match',
			{
				...toAudience,
				audience: { group: [{ match: NOTHING, filters: { filter: [filter] } }] },
			},
		],
		['Filter By', filterRow({ filterBy: NOTHING })],
		['Attribute Type', filterRow({ attributeType: NOTHING })],
		['Comparison', filterRow({ stringComparison: NOTHING })],
		['Comparison', filterRow({ attributeType: 'time', timeComparison: NOTHING })],
		['Comparison', filterRow({ filterBy: 'last_used_app', lastUsedComparison: NOTHING })],
		['Comparison', filterRow({ filterBy: 'email_subscription_status', statusComparison: NOTHING })],
		['Status', filterRow({ filterBy: 'push_subscription_status', status: NOTHING })],
		['Also Apply an Audience Filter', { ...createCampaign, filterRecipients: null }],
		['Identify By', row({ identifier: NOTHING })],
		['Send to Existing Users Only', row({ additionalFields: { sendToExistingOnly: NOTHING } })],
		['Attributes', row({ additionalFields: { attributes: NOTHING } })],
		[
			'Send ID',
			{ resource: 'sendId', operation: 'create', campaignId: byId(orderReminder), sendId: NOTHING },
		],
		['Return All', { ...broadcasts, returnAll: NOTHING }],
		['Kind', { ...broadcasts, filters: { kind: NOTHING } }],
		['Name Contains', { ...broadcasts, filters: { name: NOTHING } }],
	])('%s', async (label, parameters) => {
		const { message } = await refusal(parameters);
		expect(message).toContain(`'${label}' is empty`);
	});
});

it('reads a resource locator without a mode, as in a workflow written by hand', async () => {
	await run(braze(), { ...createCampaign, campaignId: { __rl: true, value: orderReminder } });
	expect(bodies(braze())).toEqual([expect.objectContaining({ campaign_id: orderReminder })]);
});

describe('A property', () => {
	const properties = (row: IDataObject) => ({
		...createCampaign,
		properties: { assignments: [{ id: 'x', name: 'city', ...row }] },
	});

	it('whose type is an expression that returns nothing is refused, and not sent as text', async () => {
		const { message } = await refusal(properties({ type: NOTHING, value: '7' }));
		expect(message).toBe(
			'"city" in \'Trigger Properties for All Recipients\' has no type [item 0]',
		);
	});

	it('that is null or nothing is distinguished, and both are reported', async () => {
		const items = [{ city: null }, {}];
		const { json } = await run(
			braze(),
			properties({ type: 'string', value: '={{ $json.city }}' }),
			{ items },
		);
		expect(bodies(braze()).map((body) => body.trigger_properties)).toEqual([
			{ city: null },
			undefined,
		]);
		expect(json.map(({ warnings }) => warnings)).toEqual([
			['"city" in \'Trigger Properties for All Recipients\' is null, and goes to Braze as null'],
			['"city" in \'Trigger Properties for All Recipients\' had no value and was left out'],
		]);
	});
});

describe('A time', () => {
	it.each([
		['as text', '={{ "2026123109" }}', '"2026123109" is a date in digits alone'],
		['as a number', '={{ 20261231090000 }}', '20261231090000 is a date in digits alone'],
		['that contradicts itself', '2026-12-01T09:00+05:00[Europe/Berlin]', 'contradicts itself'],
	])('%s is refused with a message', async (_, time, said) => {
		for (const parameters of [createCampaign, move]) {
			expect((await refusal({ ...parameters, time })).message).toContain(said);
		}
	});

	it('of a filter is refused with the same message', async () => {
		const lastUse = { filterBy: 'last_used_app', lastUsedValue: '={{ 2026123109 }}' };
		const { message } = await refusal({ ...toAudience, audience: { filter: [lastUse] } });
		expect(message).toContain("'Filters' has a wrong time for Last Used App: 2026123109 is a date");
	});
});

describe('An option that is set and empty is refused', () => {
	const CAMPAIGN = [
		['allowRepeatedAudienceSends', 'Allow Repeated Audience Sends'],
		['combine', 'Combine Items'],
		['concurrency', 'Requests at Once'],
		['dataTable', 'Data Table'],
		['dataTableId', 'Data Table ID'],
		['eventTime', 'Event Time'],
		['forgetAfter', 'Forget After'],
		['maximumWait', 'Maximum Wait'],
		['previewOnly', 'Preview Only'],
		['sendId', 'Send ID'],
		['timeout', 'Timeout'],
	];
	it.each(CAMPAIGN)('%s', async (name, label) => {
		for (const value of [NOTHING, '={{ $vars.DRY_RUN }}', '={{ null }}', null, '', "={{ ' ' }}"]) {
			const parameters = { ...createCampaign, reference: 'B-1', options: { [name]: value } };
			const { message, hint } = await refusal(parameters);
			const isOfItem = name === 'eventTime' || name === 'sendId';
			expect(message).toBe(`'${label}' is empty${isOfItem ? ' [item 0]' : ''}`);
			expect(hint).toContain('expression');
		}
	});

	it('the one that only a Canvas has', async () => {
		const options = { olderContextName: NOTHING };
		const { message } = await refusal({ ...createCanvas, options });
		expect(message).toBe("'Use the Older Name for Context' is empty [item 0]");
	});

	it('Preview Only of an update and a delete', async () => {
		const { findBy, scheduleId, campaignId, resource } = move;
		const cancel = { resource, campaignId, findBy, scheduleId, operation: 'delete' };
		for (const parameters of [move, cancel]) {
			const { message } = await refusal({ ...parameters, options: { previewOnly: NOTHING } });
			expect(message).toBe("'Preview Only' is empty");
		}
	});
});

describe('An option of the whole run', () => {
	const items = [{ dry: false }, { dry: true }];

	it('that differs between items is refused before anything is sent', async () => {
		const options = { previewOnly: '={{ $json.dry }}' };
		const { message } = await refusal({ ...createCampaign, options }, { items });
		expect(message).toContain("'Preview Only' is false for item 0 but true for item 1");
	});

	it('that is empty for one item is refused', async () => {
		const options = { previewOnly: '={{ $json.dry }}' };
		const { message } = await refusal({ ...move, options }, { items: [{ dry: true }, {}] });
		expect(message).toContain("'Preview Only' is true for item 0 but empty for item 1");
	});

	it('that differs within one expression for all options is refused', async () => {
		const options = '={{ $json.dry ? { previewOnly: true } : {} }}';
		const { message } = await refusal({ ...createCampaign, options }, { items });
		expect(message).toContain("'Preview Only' is not set for item 0 but true for item 1");
	});

	it('may be an expression with the same result for every item', async () => {
		const options = { previewOnly: '={{ $json.dry }}', timeout: '={{ "30" }}' };
		const { json } = await run(
			braze(),
			{ ...createCampaign, options },
			{ items: [{ dry: true }, { dry: 'true' }] },
		);
		expect(json.map(({ status }) => status)).toEqual(['preview', 'preview']);
	});

	it("ignores an item whose options fail: that is the item's own problem", async () => {
		const options = { previewOnly: '={{ $json.when ? $json.when.toDateTime() : true }}' };
		const { message } = await refusal(
			{ ...createCampaign, options },
			{ items: [{}, { when: 'at some time' }] },
		);
		expect(message).toContain("'Preview Only' cannot be worked out: ");
	});
});

describe('A resource or an operation that does not exist', () => {
	const none = (label: string, value: string) =>
		`'${label}' is ${value}, which is none of its choices`;

	it.each([
		[{ operation: '={{ $json.nothing }}' }, none('Operation', '{{ $json.nothing }}')],
		[{ operation: "={{ 'move' }}" }, none('Operation', "{{ 'move' }}")],
		[{ operation: 'Update' }, none('Operation', 'Update')],
		[{ operation: 'toString' }, none('Operation', 'toString')],
		[{ operation: '' }, "'Operation' is empty"],
		[{ operation: null }, "'Operation' is empty"],
		[{ resource: '={{ $json.nothing }}' }, none('Resource', '{{ $json.nothing }}')],
		[{ resource: "={{ 'canvas' }}" }, none('Resource', "{{ 'canvas' }}")],
		[{ resource: '' }, "'Resource' is empty"],
		[{ resource: 'sendId', operation: 'delete' }, none('Operation', 'delete')],
	])('is refused with a message: %j', async (choice, message) => {
		const advice =
			"Choose 'Resource' and 'Operation' from their lists; an expression can't choose them";
		const parameters = { ...createCampaign, ...choice } as never;
		const { error } = await run(braze(), parameters);
		expect(error?.message).toBe(message);
		expect(error?.description).toBe(`${advice}.`);
		const { json } = await run(braze(), parameters, { onError: 'continueRegularOutput' });
		expect(json).toEqual([
			{
				error: `${message} [item 0]`,
				message: `${advice}. Nothing was sent for this item.`,
				outcome: 'invalid',
			},
		]);
		expect(braze().requests).toHaveLength(0);
	});
});

describe('An expression that fails', () => {
	const FAILS = '={{ $json.when.toDateTime() }}';
	const garbage = { items: [{ when: 'at some time' }] };

	it.each<[string, IDataObject]>([
		['Time', { ...createCampaign, time: FAILS }],
		['Date', { ...createCampaign, scheduleMode: 'optimal', time: FAILS }],
		['Schedule ID', { ...move, scheduleId: FAILS }],
		['Canvas', { ...createCanvas, canvasId: byId(FAILS) }],
		['External User ID', { ...createCampaign, recipients: recipients('bob', FAILS) }],
		[
			'Attributes',
			{
				...createCampaign,
				recipients: {
					recipient: [
						{
							externalUserId: 'ada',
							additionalFields: {
								attributes: { assignments: [{ id: '1', name: 'a', type: 'string', value: FAILS }] },
							},
						},
					],
				},
			},
		],
		[
			'Context for All Recipients',
			{
				...createCanvas,
				properties: { assignments: [{ id: '1', name: 'a', type: 'string', value: FAILS }] },
			},
		],
		[
			'Trigger Properties for All Recipients (JSON)',
			{ ...createCampaign, propertiesInput: 'json', propertiesJson: FAILS },
		],
		['Value', { ...toAudience, audience: { filter: [{ ...filter, stringValue: FAILS }] } }],
		['Reference', { ...createCampaign, reference: FAILS }],
		['Event Time', { ...createCampaign, reference: 'B-1', options: { eventTime: FAILS } }],
		['Preview Only', { ...createCampaign, options: { combine: 'off', previewOnly: FAILS } }],
		['Preview Only', { ...move, options: { previewOnly: FAILS } }],
		['Options', { ...createCampaign, options: '={{ { previewOnly: $json.when.toDateTime() } }}' }],
		['Kind', { ...broadcasts, filters: { kind: FAILS } }],
		[
			'Send ID',
			{ resource: 'sendId', operation: 'create', campaignId: byId(orderReminder), sendId: FAILS },
		],
	])('is named by the label of its field: %s', async (label, parameters) => {
		const { message } = await refusal(parameters, garbage);
		expect(message).toMatch(
			new RegExp(`^'${label.replace(/[()]/g, '\\$&')}' cannot be worked out: .`),
		);
	});

	it("keeps n8n's advice", async () => {
		const { message, hint } = await refusal({
			...createCampaign,
			time: "={{ $('Start').itemMatching(7).json.time }}",
		});
		expect(message).toMatch(/^'Time' cannot be worked out: /);
		expect(hint).toContain('have not executed yet');
	});
});

describe('Options given as one expression', () => {
	it('are read as they were written', async () => {
		const options = '={{ { previewOnly: true } }}';
		const { json } = await run(braze(), { ...createCampaign, options });
		expect(json).toEqual([expect.objectContaining({ status: 'preview' })]);
		const { json: moved } = await run(braze(), { ...move, options });
		expect(moved).toEqual([expect.objectContaining({ status: 'preview' })]);
		expect(braze().requests).toEqual([]);
	});

	it.each([
		[NOTHING, "'Options' is nothing"],
		['={{ { preview: true } }}', '\'Options\' has "preview", which is not one of its names'],
		['={{ { previewOnly: null } }}', "'Preview Only' is empty"],
		['={{ [true] }}', "'Options' is a list"],
		['preview', "'Options' is text"],
	])('%j is refused', async (options, words) => {
		const { message } = await refusal({ ...createCampaign, options });
		expect(message).toContain(words);
	});

	it('an option that is left over from another operation has no effect', async () => {
		const combine = "={{ $('A node that is gone').item.json.combine }}";
		const options = { combine, sendId: NOTHING, previewOnly: true };
		const { json } = await run(braze(), { ...move, options });
		expect(json).toEqual([expect.objectContaining({ status: 'preview' })]);
	});
});

describe('A list given as one expression', () => {
	const list = '={{ { recipient: [{ identifier: "externalUserId", externalUserId: "bob" }] } }}';
	const incoming = { items: [{ external_user_id: 'somebody else' }] };

	it.each<[string, unknown]>([
		['all recipients', list],
		['the rows', { recipient: '={{ [{ externalUserId: "bob" }] }}' }],
		['one row', { recipient: ['={{ { externalUserId: "bob" } }}'] }],
	])('is refused where n8n loses it: %s', async (_, given) => {
		const parameters = { ...createCampaign, recipients: given } as IDataObject;
		const { message, hint } = await refusal(parameters, incoming);
		expect(message).toBe("'Recipients' is empty [item 0]");
		expect(hint).toContain("If one expression gives the whole list, use 'Specify Recipients");
	});

	it('rows are said to lack an ID only if one of them may have one', async () => {
		const { message } = await refusal(
			{ ...createCampaign, recipients: recipients('ada', '') },
			incoming,
		);
		expect(message).toBe("Recipient 2 in 'Recipients' has an empty 'External User ID' [item 0]");
	});

	it.each<[string, unknown]>([
		['all filters', '={{ { filter: [] } }}'],
		['the filters', { filter: '={{ [] }}' }],
		['a filter', { filter: ['={{ {} }}'] }],
		['a group', { group: ['={{ {} }}'] }],
		['the groups', { group: '={{ [] }}' }],
		['the rows of a group', { group: [{ match: 'AND', filters: { filter: '={{ [] }}' } }] }],
		['the filters of a group', { group: [{ match: 'AND', filters: '={{ {} }}' }] }],
	])('is refused, and never everyone: %s', async (_, audience) => {
		const { message, hint } = await refusal({ ...toAudience, audience } as IDataObject);
		expect(message).toMatch(/^'Filters' (is empty, so|has an empty "AND" group)/);
		expect(hint).toContain("To use one expression for all of them, set 'Specify Filters'");
	});

	it.each(['{}', '={{ {} }}'])('filters that are the JSON %s are refused', async (audienceJson) => {
		const parameters = { ...toAudience, audienceInput: 'json', audienceJson, confirmFilter: true };
		const { message, hint } = await refusal(parameters);
		expect(message).toBe("'Filters' is empty, so the message would go to everyone [item 0]");
		expect(hint).toContain("To message everyone, set 'Send To' to 'Everyone in the Audience'");
	});

	it('the additional fields of a recipient are read as they were written', async () => {
		const additionalFields =
			'={{ { properties: { assignments: [{ name: "a", type: "string", value: "b" }] } } }}';
		await run(braze(), {
			...createCampaign,
			recipients: { recipient: [{ externalUserId: 'ada', additionalFields }] },
		});
		expect(bodies(braze())[0].recipients).toEqual([
			{ external_user_id: 'ada', trigger_properties: { a: 'b' } },
		]);
	});

	it('trigger properties and JSON are read as they were written', async () => {
		await run(braze(), {
			...createCampaign,
			properties: '={{ { assignments: [{ name: "a", type: "string", value: "b" }] } }}',
			recipientsInput: 'json',
			recipientsJson: '={{ [{ external_user_id: "ada" }] }}',
		});
		expect(bodies(braze())[0]).toMatchObject({ trigger_properties: { a: 'b' } });
		expect(braze().schedulesPerPerson()).toEqual({ [PERSON]: 1 });
	});

	it('the filters of the list of broadcasts are read as they were written', async () => {
		const { json } = await run(braze(), { ...broadcasts, filters: '={{ { kind: "Canvas" } }}' });
		expect(new Set(json.map(({ type }) => type)).size).toBeLessThanOrEqual(1);
		braze().reset();
		const { message } = await refusal({ ...broadcasts, filters: '={{ { type: "Canvas" } }}' });
		expect(message).toContain('\'Filters\' has "type", which is not one of its names');
	});
});

it('refuses a BigInt, which n8n would write as text', async () => {
	const { message } = await refusal({
		...createCampaign,
		propertiesInput: 'json',
		propertiesJson: '={{ { total: BigInt(5) } }}',
	});
	expect(message).toContain('has a bigint under "total", which cannot be sent');
});

describe('Braces typed in a fixed field are refused', () => {
	const typed = '{{ $json.id }}';
	const row = (changes: object) => ({ ...createCampaign, recipients: { recipient: [changes] } });

	it.each<[string, IDataObject]>([
		['External User ID', row({ externalUserId: typed })],
		['Braze ID', row({ identifier: 'brazeId', brazeId: typed })],
		['Email', row({ identifier: 'email', email: typed })],
		['Alias Name', row({ identifier: 'userAlias', aliasName: typed, aliasLabel: 'login' })],
		['Alias Label', row({ identifier: 'userAlias', aliasName: 'ada', aliasLabel: typed })],
		[
			'External User ID',
			{
				...createCampaign,
				recipientsInput: 'json',
				recipientsJson: `[{"external_user_id":"${typed}"}]`,
			},
		],
		['Campaign', { ...createCampaign, campaignId: byId(typed) }],
		['Canvas', { ...createCanvas, canvasId: byId(typed) }],
		['Schedule ID', { ...move, scheduleId: typed }],
		['Send ID', { ...createCampaign, options: { sendId: typed } }],
		['Reference', { ...createCampaign, reference: typed }],
	])('%s', async (label, parameters) => {
		const { message, hint } = await refusal(parameters);
		expect(message).toContain(`'${label}'`);
		expect(message).toContain('an expression typed as text');
		expect(hint).toContain('Switch the field from Fixed to Expression');
	});
});

it.each([
	['={{ $json.chat }}', '-100123', 'scheduled'],
	['={{ $json.chat }}', -100123, 'scheduled'],
	['-100123', '', 'scheduled'],
	['={{ $json.shop }}{{ $json.chat }}', '-100123', undefined],
	['={{ $json.shop }}-{{ $json.chat }}', '100123', undefined],
	["={{ $json.shop + '-' + $json.chat }}", '100123', undefined],
	['={{ `${$json.shop}-${$json.chat}` }}', '100123', undefined],
	["={{ [$json.shop, $json.chat].join('-') }}", '100123', undefined],
	["={{ $json.shop.concat('-', $json.chat) }}", '100123', undefined],
])(
	'the reference %s of %j: a negative number is complete, and a missing part is not',
	async (...row) => {
		const [reference, chat, status] = row;
		const { json, error } = await run(braze(), { ...createCampaign, reference } as never, {
			items: [{ shop: '', chat }],
			tables: new FakeDataTables(),
		});
		expect(json[0]?.status).toBe(status);
		if (!status) expect(error?.message).toMatch(/"-100123". It begins or ends with a separator/);
	},
);

it('sends nothing for a reference with a missing part', async () => {
	const reference = "={{ $json.launch + ' ' + $json.id }}";
	const { message } = await refusal({ ...createCampaign, reference }, { items: [{ id: 5 }] });
	expect(message).toContain('"undefined 5"');
});
