import type { INodeProperties } from 'n8n-workflow';

import { COMPARISONS, FILTERS, SUBSCRIPTION_STATES } from '../domain/audience';
import type { AttributeType, FilterRow } from '../domain/audience';
import type { Findings } from '../domain/findings';
import { isBlank, isObject } from '../domain/json';
import { comparisonFields, readComparison } from './comparisons';
import { readValues } from './rows';
import { readChoice } from './values';
import type { ChoiceField } from './values';

/** The label of the list. */
export const FILTERS_LABEL = 'Filters';

const filterBy: ChoiceField<string> = {
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
};

const attributeType: ChoiceField<AttributeType> = {
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
};

const statusComparison: ChoiceField<string> = {
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
};

const status: ChoiceField<string> = {
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
};

const lastUsedComparison: ChoiceField<string> = {
	displayName: 'Comparison',
	name: 'lastUsedComparison',
	type: 'options',
	options: [
		{ name: 'Is After', value: 'after' },
		{ name: 'Is Before', value: 'before' },
	],
	default: 'after',
	displayOptions: { show: { filterBy: ['last_used_app'] } },
};

/** One filter. */
export const filterFields: INodeProperties[] = [
	filterBy,
	{
		displayName: 'Attribute Name',
		name: 'attributeName',
		type: 'string',
		default: '',
		placeholder: 'e.g. favorite_color',
		description: 'The name of the custom attribute, exactly as in Braze',
		displayOptions: { show: { filterBy: ['custom_attribute'] } },
	},
	attributeType,
	...comparisonFields,
	statusComparison,
	status,
	lastUsedComparison,
	{
		displayName: 'Date and Time',
		name: 'lastUsedValue',
		type: 'dateTime',
		default: '',
		displayOptions: { show: { filterBy: ['last_used_app'] } },
	},
];

/** The first row, for which nothing has to be added. */
export const blankFilter = { [filterBy.name]: filterBy.default, attributeName: '' };

/** A row as the form adds it. With a value, only its name was forgotten. */
export const isBlankFilter = (raw: unknown): boolean =>
	isObject(raw) &&
	raw.filterBy === filterBy.default &&
	isBlank(raw.attributeName) &&
	isBlank(raw.stringValue);

const FILTER_KINDS = Object.keys(FILTERS);
const ATTRIBUTE_TYPES = Object.keys(COMPARISONS) as AttributeType[];

export function readFilter(raw: unknown, findings: Findings): FilterRow {
	const row = readValues(raw, { parameter: FILTERS_LABEL, entry: 'filter' }, findings);
	if (!row) return {};
	const kind = readChoice(row.filterBy, filterBy, findings, FILTER_KINDS);
	const compare = (field: ChoiceField<string>) =>
		readChoice(row[field.name], field, findings, Object.keys(FILTERS[kind].comparisons));
	switch (kind) {
		case 'custom_attribute': {
			const before = findings.refusals;
			const type = readChoice(row.attributeType, attributeType, findings, ATTRIBUTE_TYPES);
			// The type determines which comparison applies.
			if (findings.refusals > before) return {};
			return {
				filterBy: kind,
				attributeName: row.attributeName,
				attributeType: type,
				...readComparison(row, type, findings),
			};
		}
		case 'last_used_app':
			return {
				filterBy: kind,
				comparison: compare(lastUsedComparison),
				value: row.lastUsedValue,
			};
		default:
			return {
				filterBy: kind,
				comparison: compare(statusComparison),
				value: readChoice(row.status, status, findings, SUBSCRIPTION_STATES),
			};
	}
}
