import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { createCampaign, START, TIME, useEditor } from './stage';

const stage = useEditor();
const { walk } = stage;

const { orderReminder } = SEED.campaigns;

type Parameters = Record<string, unknown>;
/** The values, in addition to the required ones, and the resulting message. */
type Mistakes = Record<string, [Parameters, string]>;

const update: Parameters = {
	resource: 'campaign',
	operation: 'update',
	campaignId: byId(orderReminder),
	findBy: 'scheduleId',
	scheduleId: 'a-schedule',
	scheduleMode: 'exact',
	time: TIME,
};

const recipient = (row: Parameters) => ({ recipients: { recipient: [row] } });
const recipientsJson = (json: string) => ({ recipientsInput: 'json', recipientsJson: json });
const filter = (row: Parameters) => ({ sendTo: 'audience', audience: { filter: [row] } });
const audienceJson = (json: string) => ({
	sendTo: 'audience',
	audienceInput: 'json',
	audienceJson: json,
});
const properties = (...rows: Parameters[]) => ({ properties: { assignments: rows } });
const propertiesJson = (json: string) => ({ propertiesInput: 'json', propertiesJson: json });

const said: Record<string, { base?: Parameters; mistakes: Mistakes }> = {
	'the campaign and the time': {
		mistakes: {
			'campaign from an empty expression': [
				{ campaignId: byId('={{ $json.nothing }}') },
				"'Campaign' is empty",
			],
			'time from an empty expression': [{ time: '={{ $json.nothing }}' }, "'Time' is empty"],
			'time in words': [
				{ time: '={{ "next Tuesday" }}' },
				`'Time' "next Tuesday" is not a date and time`,
			],
			'day that does not exist': [
				{ time: '={{ "2030-02-30T09:00:00" }}' },
				`'Time' "2030-02-30T09:00:00" is not a date and time that exists`,
			],
			'day without a time': [
				{ time: '={{ "2030-02-20" }}' },
				`'Time' "2030-02-20" has a date but no time of day`,
			],
			'optimal time in words': [
				{ scheduleMode: 'optimal', time: '={{ "soon" }}' },
				`'Date' "soon" is not a date and time`,
			],
			'kind of time in words': [
				{ scheduleMode: '={{ "tomorrow" }}' },
				`'When' cannot be "tomorrow"`,
			],
			'time zone misspelt': [
				{ timezone: byId('Europe/Berln') },
				`'Time Zone' "Europe/Berln" is not a known time zone`,
			],
		},
	},
	'the recipients': {
		mistakes: {
			'no recipient': [{ recipients: {} }, "'Recipients' is empty"],
			'empty external ID': [
				recipient({ identifier: 'externalUserId', externalUserId: '' }),
				"'Recipients' is empty",
			],
			'empty email': [recipient({ identifier: 'email', email: '' }), "'Recipients' is empty"],
			'empty Braze ID': [
				recipient({ identifier: 'brazeId', brazeId: '' }),
				"'Recipients' is empty",
			],
			'alias without a label': [
				recipient({ identifier: 'userAlias', aliasName: 'ada', aliasLabel: '' }),
				"Recipient 1 in 'Recipients' has an empty 'Alias Label'",
			],
			'alias that may be created': [
				recipient({
					identifier: 'userAlias',
					aliasName: 'ada',
					aliasLabel: 'shop',
					additionalFields: { sendToExistingOnly: true },
				}),
				"Recipient 1 in 'Recipients' has a user alias, and 'Send to Existing Users Only' does not",
			],
			'new user without attributes': [
				recipient({ externalUserId: 'ada', additionalFields: { sendToExistingOnly: false } }),
				"Recipient 1 in 'Recipients' may create a new user, and Braze then needs 'Attributes'",
			],
			'attribute that is no number': [
				recipient({
					externalUserId: 'ada',
					additionalFields: {
						attributes: { assignments: [{ name: 'seats', type: 'number', value: 'two' }] },
					},
				}),
				`Recipient 1: "seats" in 'Attributes' is two, which is not a number`,
			],
		},
	},
	'recipients as JSON': {
		mistakes: {
			'JSON broken off': [
				recipientsJson('[{ "external_user_id": "ada" }'),
				"'Recipients' is not valid JSON",
			],
			'JSON of another kind': [
				recipientsJson('"ada"'),
				"'Recipients' is text, but it has to be a list",
			],
			'two identifiers': [
				recipientsJson('[{ "external_user_id": "ada", "braze_id": "1" }]'),
				"Recipient 1 in 'Recipients' has 2 identifiers (External User ID, Braze ID), but Braze takes exactly one",
			],
			'no identifier': [
				recipientsJson('[{ "external_user_id": "ada" }, { "name": "grace" }]'),
				"Recipient 2 in 'Recipients' has no identifier",
			],
			'email without prioritization': [
				recipientsJson('[{ "email": "ada@example.com" }]'),
				"Recipient 1 in 'Recipients' has an email but no 'Prioritization'",
			],
			'prioritization misspelt': [
				recipientsJson('[{ "email": "ada@example.com", "prioritization": ["newest"] }]'),
				`Recipient 1 in 'Recipients' has "newest" in 'Prioritization'`,
			],
		},
	},
	'the audience': {
		mistakes: {
			'everyone, not confirmed': [{ sendTo: 'everyone' }, "'Yes, Send to Everyone' is off"],
			'no filter': [
				{ sendTo: 'audience', audience: {} },
				"'Filters' is empty, so the message would go to everyone",
			],
			'filter without a name': [
				filter({ attributeName: '', stringComparison: 'equals', stringValue: 'gold' }),
				"'Filters' has a custom attribute without a name",
			],
			'filter without a value': [
				filter({ attributeName: 'plan', stringComparison: 'equals', stringValue: '' }),
				`'Filters' has an empty value for "plan"`,
			],
			'filter without any of its values': [
				filter({ attributeName: 'plan', stringComparison: 'is_any_of', stringValues: ' , ' }),
				`'Filters' has an empty list for "plan"`,
			],
			'number that is none': [
				filter({
					attributeName: 'seats',
					attributeType: 'number',
					numberComparison: 'equals',
					numberValue: '={{ "two" }}',
				}),
				`'Filters' has text for "seats"`,
			],
			'days before none': [
				filter({
					attributeName: 'last_visit',
					attributeType: 'time',
					timeComparison: 'less_than_x_days_ago',
					daysValue: -3,
				}),
				`'Filters' has -3 for "last_visit"`,
			],
			'last use without a date': [
				filter({ filterBy: 'last_used_app', lastUsedComparison: 'after', lastUsedValue: '' }),
				"'Filters' has an empty value for Last Used App",
			],
		},
	},
	'groups of filters, and filters as JSON': {
		mistakes: {
			'group without a filter': [
				{ sendTo: 'audience', audience: { group: [{ match: 'OR', filters: {} }] } },
				`'Filters' has an empty "OR" group`,
			],
			'filters for the recipients, but none': [
				{ filterRecipients: true, audience: {} },
				"'Filters' is empty, so the message would go to everyone",
			],
			'filter broken off': [audienceJson('{ "AND": ['), "'Filters' is not valid JSON"],
			'filter by segment': [
				audienceJson('{ "segment": { "value": "VIP" } }'),
				`'Filters' has "segment", which is not a filter`,
			],
			'two filters in the same object': [
				audienceJson(
					'{ "last_used_app": { "comparison": "after", "value": "2026-01-01" }, "push_subscription_status": { "comparison": "is", "value": "subscribed" } }',
				),
				"'Filters' has last_used_app and push_subscription_status in the same object",
			],
			'group in small letters': [
				audienceJson('{ "and": [] }'),
				`'Filters' has "and", which is not a filter`,
			],
		},
	},
	'the properties': {
		mistakes: {
			'value without a name': [
				properties({ name: '', type: 'string', value: 'Leipzig' }),
				"Row 1 of 'Trigger Properties for All Recipients' has no name",
			],
			'name used twice': [
				properties(
					{ name: 'city', type: 'string', value: 'Leipzig' },
					{ name: 'city', type: 'string', value: 'Halle' },
				),
				`'Trigger Properties for All Recipients' has "city" more than once`,
			],
			'value that is no number': [
				properties({ name: 'seats', type: 'number', value: 'two' }),
				`"seats" in 'Trigger Properties for All Recipients' is two, which is not a number`,
			],
			'properties broken off': [
				propertiesJson('{ "city": "Leipzig"'),
				"'Trigger Properties for All Recipients' is not valid JSON",
			],
			'properties in a list': [
				propertiesJson('["Leipzig"]'),
				"'Trigger Properties for All Recipients' is a list, but it has to be an object",
			],
			'properties too large': [
				propertiesJson(`={{ { text: "x".repeat(60000) } }}`),
				"'Trigger Properties for All Recipients' is 59 KB, and Braze takes at most 50 KB",
			],
		},
	},
	'the options': {
		mistakes: {
			'send ID with an umlaut': [
				{ options: { sendId: 'Frühling' } },
				"'Send ID' is Frühling, but it must be printable ASCII",
			],
			'too many at once': [
				{ options: { concurrency: 100 } },
				"'Requests at Once' is 100, but it has to be a number from 1 to 64",
			],
			'waiting less than nothing': [
				{ options: { maximumWait: -1 } },
				"'Maximum Wait' is -1, but it has to be a number from 0 to 86400",
			],
			'no time to answer': [
				{ options: { timeout: 0 } },
				"'Timeout' is 0, but it has to be a number from 1 to 3600",
			],
			'preview of a mistake': [
				{ ...recipient({ externalUserId: '' }), options: { previewOnly: true } },
				"'Recipients' is empty",
			],
		},
	},
	'the reference': {
		mistakes: {
			'reference that did not come': [
				{ reference: '={{ $json.booking_id }}' },
				"'Reference' is empty",
			],
			'reference with a missing part': [
				{ reference: '={{ "booking-" + $json.booking_id }}' },
				`'Reference' is "booking-undefined"`,
			],
			'reference that is a list': [
				{ reference: '={{ ["B-1"] }}' },
				"'Reference' is a list, but it has to be text",
			],
			'event time in words': [
				{ reference: 'B-1', options: { eventTime: '={{ "yesterday" }}' } },
				`'Event Time' "yesterday" is not a date and time`,
			],
			'event time without a reference': [
				{ options: { eventTime: TIME } },
				"'Event Time' only works with a 'Reference'",
			],
		},
	},
	'what Update needs': {
		base: update,
		mistakes: {
			'campaign that did not come': [
				{ campaignId: byId('={{ $json.campaign_id }}') },
				"'Campaign' is empty",
			],
			'schedule ID that did not come': [
				{ scheduleId: '={{ $json.schedule_id }}' },
				"'Schedule ID' is empty",
			],
			'no schedule ID': [{ scheduleId: '' }, "'Schedule ID' is empty"],
			'new time in words': [
				{ time: '={{ "next Tuesday" }}' },
				`'Time' "next Tuesday" is not a date and time`,
			],
		},
	},
};

/** The fields that n8n itself requires. */
const required: Array<[name: string, path: string, label: string, Parameters]> = [
	[
		'no campaign',
		'campaignId',
		'Campaign',
		{ ...createCampaign, campaignId: { __rl: true, mode: 'list', value: '' } },
	],
	['no time', 'time', 'Time', { ...createCampaign, time: '' }],
	['no local time', 'time', 'Time', { ...createCampaign, scheduleMode: 'local', time: '' }],
	['no date', 'time', 'Date', { ...createCampaign, scheduleMode: 'optimal', time: '' }],
	['no new time', 'time', 'Time', { ...update, time: '' }],
	['no kind of time', 'scheduleMode', 'When', { ...update, scheduleMode: '' }],
	[
		'no reference',
		'reference',
		'Reference',
		{ ...update, findBy: 'reference', campaignId: byId(orderReminder), reference: '' },
	],
	[
		'no reference to create or update',
		'reference',
		'Reference',
		{ ...createCampaign, operation: 'upsert', reference: '' },
	],
];

const exactly = (text: string) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

/** Options of the whole run are no item's. */
const itemIn = (message: string) =>
	/^'(Timeout|Requests at Once|Maximum Wait)'/.test(message) ? '' : '.* \\[item 0\\]';

/** The message, its item, and that the run stopped there. */
const saying = (message: string) =>
	expect.stringMatching(
		new RegExp(`^${exactly(message)}${itemIn(message)}\n.*Nothing was sent\\.$`),
	) as string;

describe('a mistake', () => {
	for (const [group, { base = createCampaign, mistakes }] of Object.entries(said)) {
		walk(`in ${group} is named, and nothing is sent`, async (editor) => {
			const steps = Object.entries(mistakes).map(([name, [parameters]]) => ({
				name,
				parameters: { ...base, ...parameters },
				after: START,
			}));
			await editor.openWorkflow(await stage.workflow(steps));
			const shown: Record<string, string> = {};
			for (const { name } of steps) {
				await editor.openNode(name);
				expect(await editor.runStep()).toBe('error');
				shown[name] = await editor.errorShown();
				await editor.closeNode();
			}
			expect(shown).toEqual(
				Object.fromEntries(
					Object.entries(mistakes).map(([name, [, message]]) => [name, saying(message)]),
				),
			);
			expect(stage.sandbox.requests).toEqual([]);
		});
	}

	walk('in a later item stops the others too, and names that item', async (editor) => {
		const fromItem = recipient({ externalUserId: '={{ $json.external_user_id }}' });
		const steps = [{ name: 'Create', parameters: { ...createCampaign, ...fromItem } }];
		const items = [{ external_user_id: 'ada' }, {}, { external_user_id: 'grace' }, {}];
		await editor.openWorkflow(await stage.workflow(steps, items));
		await editor.openNode('Create');
		expect(await editor.runStep()).toBe('error');
		const shown = await editor.errorShown();
		expect(shown).toContain("has an empty 'External User ID' [item 1]");
		expect(shown).toContain(
			'1 more item needs a correction: item 3. The first item is item 0. Nothing was sent.',
		);
		expect(stage.sandbox.requests).toEqual([]);
	});

	walk('of the same audience in two items is stopped', async (editor) => {
		const steps = [
			{
				name: 'Create',
				parameters: { ...createCampaign, sendTo: 'everyone', confirmEveryone: true },
			},
		];
		await editor.openWorkflow(await stage.workflow(steps, [{}, {}]));
		await editor.openNode('Create');
		expect(await editor.runStep()).toBe('error');
		expect(await editor.errorShown()).toMatch(
			/^2 schedules would each message the whole audience .*Allow Repeated Audience Sends/s,
		);
		expect(stage.sandbox.requests).toEqual([]);
	});
});

describe('required fields', () => {
	walk('are reported at their field, before anything runs', async (editor) => {
		const steps = required.map(([name, , , parameters]) => ({ name, parameters, after: START }));
		await editor.openWorkflow(await stage.workflow(steps));
		for (const [name, path, label] of required) {
			await editor.openNode(name);
			await editor.pressRun();
			const said = await editor.notification(new RegExp(`'${name}' node has issues`));
			expect(said).toContain(`"${label}" is required`);
			expect(await editor.issueOf(path)).toContain(`"${label}" is required`);
			await editor.closeNode();
		}
		expect(stage.sandbox.requests).toEqual([]);
	});
});
