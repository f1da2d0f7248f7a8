import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { AttributeType } from '../domain/audience';
import { inputMode } from './inputMode';
import { SEND_TO } from './sendTo';

const MATCH_OPTIONS: INodePropertyOptions[] = [
	{ name: 'All', value: 'AND', description: 'Users must match every filter' },
	{ name: 'Any', value: 'OR', description: 'Users must match at least one filter' },
];

const EXISTENCE: INodePropertyOptions[] = [
	{ name: 'Does Not Exist', value: 'does_not_exist' },
	{ name: 'Exists', value: 'exists' },
];

const byName = (a: INodePropertyOptions, b: INodePropertyOptions) => (a.name < b.name ? -1 : 1);

/** The comparisons that the form offers, by the type of the custom attribute. */
const COMPARISON_OPTIONS: Record<AttributeType, INodePropertyOptions[]> = {
	string: [
		...EXISTENCE,
		{ name: 'Equals', value: 'equals' },
		{ name: 'Does Not Equal', value: 'not_equal' },
		{ name: 'Is Any Of', value: 'is_any_of' },
		{
			name: 'Is None Of',
			value: 'is_none_of',
			description: 'Also matches users without the attribute',
		},
		{ name: 'Matches Regex', value: 'matches_regex' },
		{ name: 'Does Not Match Regex', value: 'does_not_match_regex' },
	].sort(byName),
	array: [
		...EXISTENCE,
		{ name: 'Includes Value', value: 'includes_value' },
		{ name: 'Does Not Include Value', value: 'does_not_include_value' },
		{ name: 'Is Any Of', value: 'is_any_of' },
		{
			name: 'Is None Of',
			value: 'is_none_of',
			description: 'Also matches users without the attribute',
		},
	].sort(byName),
	number: [
		...EXISTENCE,
		{ name: 'Equals', value: 'equals' },
		{ name: 'Does Not Equal', value: 'not_equal' },
		{ name: 'Is Greater Than', value: 'greater_than' },
		{ name: 'Is Greater Than or Equal To', value: 'greater_than_or_equal_to' },
		{ name: 'Is Less Than', value: 'less_than' },
		{ name: 'Is Less Than or Equal To', value: 'less_than_or_equal_to' },
	].sort(byName),
	boolean: [
		...EXISTENCE,
		{ name: 'Equals', value: 'equals' },
		{ name: 'Does Not Equal', value: 'not_equal' },
	].sort(byName),
	time: [
		...EXISTENCE,
		{ name: 'Is After', value: 'after' },
		{ name: 'Is Before', value: 'before' },
		{ name: 'Less Than X Days Ago', value: 'less_than_x_days_ago' },
		{ name: 'More Than X Days Ago', value: 'greater_than_x_days_ago' },
		{ name: 'Less Than X Days in the Future', value: 'less_than_x_days_in_the_future' },
		{ name: 'More Than X Days in the Future', value: 'greater_than_x_days_in_the_future' },
	].sort(byName),
};

export const comparisonField = (type: AttributeType): string => `${type}Comparison`;

const ofType = (type: AttributeType): IDisplayOptions['show'] => ({
	filterBy: ['custom_attribute'],
	attributeType: [type],
});

const withComparison = (type: AttributeType, comparisons: string[]): IDisplayOptions => ({
	show: { ...ofType(type), [comparisonField(type)]: comparisons },
});

const withoutExistence = (type: AttributeType): string[] =>
	COMPARISON_OPTIONS[type]
		.map(({ value }) => String(value))
		.filter((comparison) => !EXISTENCE.some(({ value }) => value === comparison));

const comparisonOf = (type: AttributeType, preset: string): INodeProperties => ({
	displayName: 'Comparison',
	name: comparisonField(type),
	type: 'options',
	options: COMPARISON_OPTIONS[type],
	default: preset,
	displayOptions: { show: ofType(type) },
});

const LIST_COMPARISONS = ['is_any_of', 'is_none_of'];

const filterRow: INodeProperties[] = [
	{
		displayName: 'Filter By',
		name: 'filterBy',
		type: 'options',
		options: [
			{ name: 'Custom Attribute', value: 'custom_attribute' },
			{ name: 'Email Subscription Status', value: 'email_subscription_status' },
			{ name: 'Last Used App', value: 'last_used_app' },
			{ name: 'Push Subscription Status', value: 'push_subscription_status' },
		],
		default: 'custom_attribute',
		description: "What to filter users by. Segments and standard attributes can't be used here.",
	},
	{
		displayName: 'Attribute Name',
		name: 'attributeName',
		type: 'string',
		default: '',
		placeholder: 'e.g. favorite_color',
		description: 'The name of the custom attribute, exactly as in Braze',
		displayOptions: { show: { filterBy: ['custom_attribute'] } },
	},
	{
		displayName: 'Attribute Type',
		name: 'attributeType',
		type: 'options',
		options: [
			{ name: 'Array', value: 'array' },
			{ name: 'Boolean', value: 'boolean' },
			{ name: 'Number', value: 'number' },
			{ name: 'String', value: 'string' },
			{ name: 'Time', value: 'time' },
		],
		default: 'string',
		description: 'The data type of the attribute in Braze. A value of another type matches nobody.',
		displayOptions: { show: { filterBy: ['custom_attribute'] } },
	},
	comparisonOf('string', 'equals'),
	comparisonOf('array', 'includes_value'),
	comparisonOf('number', 'equals'),
	comparisonOf('boolean', 'equals'),
	comparisonOf('time', 'after'),
	{
		displayName: 'Value',
		name: 'stringValue',
		type: 'string',
		default: '',
		placeholder: 'e.g. blue',
		displayOptions: withComparison(
			'string',
			withoutExistence('string').filter((comparison) => !LIST_COMPARISONS.includes(comparison)),
		),
	},
	{
		displayName: 'Values',
		name: 'stringValues',
		type: 'string',
		default: '',
		placeholder: 'e.g. blue, green',
		description: 'The values, separated by commas',
		displayOptions: withComparison('string', LIST_COMPARISONS),
	},
	{
		displayName: 'Value',
		name: 'arrayValue',
		type: 'string',
		default: '',
		placeholder: 'e.g. pizza',
		displayOptions: withComparison('array', ['includes_value', 'does_not_include_value']),
	},
	{
		displayName: 'Values',
		name: 'arrayValues',
		type: 'string',
		default: '',
		placeholder: 'e.g. pizza, pasta',
		description: 'The values, separated by commas',
		displayOptions: withComparison('array', LIST_COMPARISONS),
	},
	{
		displayName: 'Value',
		name: 'numberValue',
		type: 'number',
		default: 0,
		displayOptions: withComparison('number', withoutExistence('number')),
	},
	{
		displayName: 'Value',
		name: 'booleanValue',
		type: 'boolean',
		default: true,
		description: 'Whether the attribute must be true. If off, it must be false.',
		displayOptions: withComparison('boolean', withoutExistence('boolean')),
	},
	{
		displayName: 'Date and Time',
		name: 'timeValue',
		type: 'dateTime',
		default: '',
		displayOptions: withComparison('time', ['after', 'before']),
	},
	{
		displayName: 'Days',
		name: 'daysValue',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1,
		displayOptions: withComparison(
			'time',
			withoutExistence('time').filter((comparison) => comparison.includes('_x_days_')),
		),
	},
	{
		displayName: 'Comparison',
		name: 'statusComparison',
		type: 'options',
		options: [
			{ name: 'Is', value: 'is' },
			{ name: 'Is Not', value: 'is_not' },
		],
		default: 'is',
		displayOptions: {
			show: { filterBy: ['email_subscription_status', 'push_subscription_status'] },
		},
	},
	{
		displayName: 'Status',
		name: 'status',
		type: 'options',
		options: [
			{ name: 'Opted In', value: 'opted_in' },
			{ name: 'Subscribed', value: 'subscribed' },
			{ name: 'Unsubscribed', value: 'unsubscribed' },
		],
		default: 'opted_in',
		displayOptions: {
			show: { filterBy: ['email_subscription_status', 'push_subscription_status'] },
		},
	},
	{
		displayName: 'Comparison',
		name: 'lastUsedComparison',
		type: 'options',
		options: [
			{ name: 'Is After', value: 'after' },
			{ name: 'Is Before', value: 'before' },
		],
		default: 'after',
		displayOptions: { show: { filterBy: ['last_used_app'] } },
	},
	{
		displayName: 'Date and Time',
		name: 'lastUsedValue',
		type: 'dateTime',
		default: '',
		displayOptions: { show: { filterBy: ['last_used_app'] } },
	},
];

const builder = (show: IDisplayOptions['show']): INodeProperties[] => [
	{
		displayName:
			"Filters narrow the target audience that is set in Braze. Segments can't be used here: set them on the campaign or Canvas in the Braze dashboard.",
		name: 'audienceNotice',
		type: 'notice',
		default: '',
		displayOptions: { show },
	},
	inputMode('audienceInput', 'Filters', { show }),
	{
		displayName: 'Users Must Match',
		name: 'audienceMatch',
		type: 'options',
		options: MATCH_OPTIONS,
		default: 'AND',
		description: 'How the filters and groups below are combined',
		displayOptions: { show: { ...show, audienceInput: ['fields'] } },
	},
	{
		displayName: 'Filters',
		name: 'audience',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Filter or Group',
		default: {},
		displayOptions: { show: { ...show, audienceInput: ['fields'] } },
		options: [
			{
				displayName: 'Filter',
				name: 'filter',
				values: filterRow,
			},
			{
				displayName: 'Group',
				name: 'group',
				values: [
					{
						displayName: 'Users Must Match',
						name: 'match',
						type: 'options',
						options: MATCH_OPTIONS,
						default: 'OR',
						description: 'How the filters in this group are combined',
					},
					{
						displayName: 'Filters',
						name: 'filters',
						type: 'fixedCollection',
						typeOptions: { multipleValues: true },
						placeholder: 'Add Filter',
						default: {},
						options: [{ displayName: 'Filter', name: 'filter', values: filterRow }],
					},
				],
			},
		],
	},
	{
		displayName: 'Filters (JSON)',
		name: 'audienceJson',
		type: 'json',
		typeOptions: { rows: 8 },
		default: '{}',
		hint: 'For example { "AND": [{ "push_subscription_status": { "comparison": "is", "value": "opted_in" } }] }',
		description: 'A connected audience object in the format that Braze documents',
		displayOptions: { show: { ...show, audienceInput: ['json'] } },
	},
];

/** Shown for an audience, and for recipients who also have to match one. */
export const audienceFields: INodeProperties[] = [
	{
		displayName: 'Also Apply an Audience Filter',
		name: 'filterRecipients',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description: 'Whether to message only the recipients who also match a filter',
		displayOptions: { show: { sendTo: [SEND_TO.recipients] } },
	},
	...builder({ sendTo: [SEND_TO.audience] }),
	{
		displayName: 'Yes, This Expression May Choose the Audience',
		name: 'confirmFilter',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description:
			'Whether one expression may supply the whole filter, which can then match nearly everyone. If one does, nothing is scheduled until this is on.',
		displayOptions: {
			show: { sendTo: [SEND_TO.audience], audienceInput: ['json'] },
		},
	},
	...builder({ sendTo: [SEND_TO.recipients], filterRecipients: [true] }),
];
