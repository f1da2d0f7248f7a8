import type { IDisplayOptions, INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import { COMPARISONS } from '../domain/audience';
import type { AttributeType } from '../domain/audience';
import type { Findings } from '../domain/findings';
import type { Values } from './rows';
import { readChoice } from './values';
import type { ChoiceField } from './values';

type ComparisonOption = INodePropertyOptions & { value: string };

const EXISTENCE: ComparisonOption[] = [
	{ name: 'Does Not Exist', value: 'does_not_exist' },
	{ name: 'Exists', value: 'exists' },
];

const byName = (a: ComparisonOption, b: ComparisonOption) => (a.name < b.name ? -1 : 1);

/** The comparisons in the form, by the type of the custom attribute. */
const COMPARISON_OPTIONS: Record<AttributeType, ComparisonOption[]> = {
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

const LIST_COMPARISONS = ['is_any_of', 'is_none_of'];

/** The field with the value, by the attribute's type and the comparison. */
function valueFieldOf(type: AttributeType, comparison: string): string {
	switch (type) {
		case 'string':
		case 'array':
			return LIST_COMPARISONS.includes(comparison) ? `${type}Values` : `${type}Value`;
		case 'time':
			return comparison.includes('_x_days_') ? 'daysValue' : 'timeValue';
		default:
			return `${type}Value`;
	}
}

const comparisonField = (type: AttributeType, preset: string): ChoiceField<string> => ({
	displayName: 'Comparison',
	name: `${type}Comparison`,
	type: 'options',
	options: COMPARISON_OPTIONS[type],
	default: preset,
	displayOptions: { show: ofType(type) },
});

const ofType = (type: AttributeType): IDisplayOptions['show'] => ({
	filterBy: ['custom_attribute'],
	attributeType: [type],
});

const COMPARISON_FIELDS: Record<AttributeType, ChoiceField<string>> = {
	string: comparisonField('string', 'equals'),
	array: comparisonField('array', 'includes_value'),
	number: comparisonField('number', 'equals'),
	boolean: comparisonField('boolean', 'equals'),
	time: comparisonField('time', 'after'),
};

/** A field is shown for the comparisons that use it. */
const forValueOf = (type: AttributeType, field: Omit<INodeProperties, 'displayOptions'>) => ({
	...field,
	displayOptions: {
		show: {
			...ofType(type),
			[COMPARISON_FIELDS[type].name]: COMPARISON_OPTIONS[type]
				.filter((comparison) => !EXISTENCE.includes(comparison))
				.map(({ value }) => value)
				.filter((comparison) => valueFieldOf(type, comparison) === field.name),
		},
	},
});

/** A comparison for each type of custom attribute, and the fields for its value. */
export const comparisonFields: INodeProperties[] = [
	...Object.values(COMPARISON_FIELDS),
	forValueOf('string', {
		displayName: 'Value',
		name: 'stringValue',
		type: 'string',
		default: '',
		placeholder: 'e.g. blue',
	}),
	forValueOf('string', {
		displayName: 'Values',
		name: 'stringValues',
		type: 'string',
		default: '',
		placeholder: 'e.g. blue, green',
		description: 'The values, separated by commas',
	}),
	forValueOf('array', {
		displayName: 'Value',
		name: 'arrayValue',
		type: 'string',
		default: '',
		placeholder: 'e.g. pizza',
	}),
	forValueOf('array', {
		displayName: 'Values',
		name: 'arrayValues',
		type: 'string',
		default: '',
		placeholder: 'e.g. pizza, pasta',
		description: 'The values, separated by commas',
	}),
	forValueOf('number', {
		displayName: 'Value',
		name: 'numberValue',
		type: 'number',
		default: 0,
	}),
	forValueOf('boolean', {
		displayName: 'Value',
		name: 'booleanValue',
		type: 'boolean',
		default: true,
		description: 'Whether the attribute must be true. If off, it must be false.',
	}),
	forValueOf('time', {
		displayName: 'Date and Time',
		name: 'timeValue',
		type: 'dateTime',
		default: '',
	}),
	forValueOf('time', {
		displayName: 'Days',
		name: 'daysValue',
		type: 'number',
		typeOptions: { minValue: 0 },
		default: 1,
	}),
];

/** The comparison of a custom attribute, and its value. */
export function readComparison(
	row: Values,
	type: AttributeType,
	findings: Findings,
): { comparison: string; value: unknown } {
	const field = COMPARISON_FIELDS[type];
	const comparison = readChoice(row[field.name], field, findings, Object.keys(COMPARISONS[type]));
	return { comparison, value: row[valueFieldOf(type, comparison)] };
}
