import { compose } from '../fuzz/compose';

const NOW = Date.UTC(2026, 0, 15);

const good = {
	campaignId: 'c',
	sendTo: 'recipients',
	recipients: { recipient: [{ externalUserId: 'ada' }] },
	scheduleMode: 'exact',
	time: '2026-03-31T09:00:00',
};

const refusal = (changes: object, resource: 'campaign' | 'canvas' = 'campaign') =>
	compose(
		{
			resource,
			operation: 'create',
			parameters: { ...good, canvasId: 'c', ...changes },
			spoilt: [],
		},
		NOW,
	).problems.map(({ message }) => message);

test('valid parameters are accepted', () => {
	expect(refusal({})).toEqual([]);
});

test.each<[string, object, string | string[]]>([
	[
		'a recipient that is nothing',
		{ recipients: { recipient: [null] } },
		"Recipient 1 in 'Recipients' is nothing, but an object is needed",
	],
	[
		'recipients that are text',
		{ recipients: 'ada' },
		"Recipient 1 in 'Recipients' is text, but an object is needed",
	],
	[
		'a way to identify that does not exist',
		{ recipients: { recipient: [{ identifier: 'Email', externalUserId: 'ada' }] } },
		"'Identify By' is Email, but it has to be one of externalUserId, userAlias, email, brazeId",
	],
	[
		'more for a recipient that is text',
		{ recipients: { recipient: [{ externalUserId: 'ada', additionalFields: 'x' }] } },
		"Recipient 1: 'Additional Fields' is text, but an object is needed",
	],
	[
		'a property that is nothing',
		{ properties: { assignments: [null] } },
		"Row 1 of 'Trigger Properties for All Recipients' is nothing, but it has to have a name and a value",
	],
	[
		'properties that are a list, not rows of the form',
		{ properties: [{ city: 'Leipzig' }] },
		"Row 1 of 'Trigger Properties for All Recipients' is a list, but it has to have a name and a value",
	],
	[
		'properties without the form around them',
		{ properties: { city: 'Leipzig' } },
		"Row 1 of 'Trigger Properties for All Recipients' is text, but it has to have a name and a value",
	],
	[
		'a kind of filter that does not exist, beside a good one',
		{
			sendTo: 'audience',
			audience: {
				filter: [{ attributeName: 'plan', stringComparison: 'equals', stringValue: 'gold' }],
				groups: [{ match: 'AND' }],
			},
		},
		["'Filters' has text where a filter belongs", "'Filters' has text where a group belongs"],
	],
	['options that are text', { options: 'preview' }, "'Options' is text, but an object is needed"],
	[
		'options that are an empty list',
		{ options: [] },
		"'Options' is an empty list, but an object is needed",
	],
	[
		'a time zone that is an object',
		{ timezone: { name: 'Europe/Berlin' } },
		`'Time Zone' "{"name":"Europe/Berlin"}" is not a known time zone`,
	],
	[
		'a time zone that has no text',
		{ timezone: Object.create(null) as object },
		`'Time Zone' "{}" is not a known time zone`,
	],
	[
		'a way to fill in recipients that does not exist',
		{ recipientsInput: 'JSON' },
		"'Specify Recipients' is JSON, but it has to be one of inputFields, fields, json",
	],
	[
		'a way to fill in properties that does not exist',
		{ propertiesInput: 'JSON' },
		"'Specify Trigger Properties' is JSON, but it has to be one of fields, json",
	],
	[
		'a way to fill in filters that does not exist',
		{
			sendTo: 'audience',
			audienceInput: 'JSON',
			audience: { filter: [{ attributeName: 'plan', stringComparison: 'exists' }] },
		},
		"'Specify Filters' is JSON, but it has to be one of fields, json",
	],
	[
		'a flag that is neither on nor off, and would widen the audience',
		{ filterRecipients: 'yes' },
		"'Also Apply an Audience Filter' is yes, but it has to be true or false",
	],
	[
		'a flag of the options',
		{ options: { previewOnly: 1 } },
		"'Preview Only' is 1, but it has to be true or false",
	],
	[
		'a filter group that is nothing',
		{ sendTo: 'audience', audience: { group: [null] } },
		"'Filters' has nothing where a group belongs",
	],
	[
		'a filter by an object',
		{ sendTo: 'audience', audience: { filter: [{ filterBy: { a: 1 } }] } },
		`'Filter By' is {"a":1}, but it has to be one of custom_attribute, push_subscription_status, email_subscription_status, last_used_app`,
	],
	[
		'an attribute type that every object has',
		{
			sendTo: 'audience',
			audience: {
				filter: [
					{ attributeName: 'plan', attributeType: 'constructor', constructorComparison: 'keys' },
				],
			},
		},
		"'Attribute Type' is constructor, but it has to be one of string, array, number, boolean, time",
	],
	[
		'a filter that must not be looked at',
		{
			sendTo: 'audience',
			audience: {
				filter: {
					get a() {
						throw new Error('not to be read');
					},
				},
			},
		},
		[
			"'Filter By' is empty, but it has to be one of custom_attribute, push_subscription_status, email_subscription_status, last_used_app",
			"'Attribute Type' is empty, but it has to be one of string, array, number, boolean, time",
		],
	],
	[
		'a reference that was rounded, so that two orders have the same',
		{ reference: 2 ** 53 },
		"'Reference' is 9007199254740992, a number too large to keep exactly. Pass it on as text",
	],
])('%s is refused with a message', (_, changes, message) => {
	expect(refusal(changes)).toEqual([message].flat());
});

test('a flag that an expression turned into text is read', () => {
	const audience = { filter: [{ attributeName: 'plan', stringComparison: 'exists' }] };
	const { requests } = compose(
		{
			resource: 'campaign',
			operation: 'create',
			parameters: { ...good, filterRecipients: 'true', audience },
			spoilt: [],
		},
		NOW,
	);
	expect(JSON.parse(requests?.[0] as string)).toHaveProperty('audience');
});

test('a Canvas has no send ID', () => {
	const { requests } = compose(
		{
			resource: 'canvas',
			operation: 'create',
			parameters: { ...good, canvasId: 'c', options: { sendId: 'spring' } },
			spoilt: [],
		},
		NOW,
	);
	expect(JSON.parse(requests?.[0] as string)).not.toHaveProperty('send_id');
});
