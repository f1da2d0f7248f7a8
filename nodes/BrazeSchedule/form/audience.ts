import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { composeAudience, readAudienceJson } from '../domain/audience';
import type { Audience, FilterGroup } from '../domain/audience';
import type { Findings } from '../domain/findings';
import { isObject } from '../domain/json';
import { SEND_TO_LABEL } from '../domain/labels';
import { blankFilter, FILTERS_LABEL, filterFields, isBlankFilter, readFilter } from './filters';
import { inputMode } from './inputMode';
import type { FormParameters } from './parameters';
import type { Reading } from './reading';
import { readValues, rowsOf } from './rows';
import { readChoice, usesJson } from './values';
import type { ChoiceField } from './values';

type Match = 'AND' | 'OR';

const match = (name: string, preset: Match, description: string): ChoiceField<Match> => ({
	displayName: 'Users Must Match',
	name,
	type: 'options',
	options: [
		{ name: 'All', value: 'AND', description: 'Users must match every filter' },
		{ name: 'Any', value: 'OR', description: 'Users must match at least one filter' },
	],
	default: preset,
	description,
});

const audienceMatch = match(
	'audienceMatch',
	'AND',
	'How the filters and groups below are combined',
);

const groupMatch = match('match', 'OR', 'How the filters in this group are combined');

const audienceInput = inputMode('audienceInput', FILTERS_LABEL);

export const audienceFields = (show: IDisplayOptions['show']): INodeProperties[] => [
	{
		displayName:
			"Filters narrow the target audience that is set in Braze. Segments can't be used here: set them on the campaign or Canvas in the Braze dashboard.",
		name: 'audienceNotice',
		type: 'notice',
		default: '',
		displayOptions: { show },
	},
	{ ...audienceInput, displayOptions: { show } },
	{ ...audienceMatch, displayOptions: { show: { ...show, audienceInput: ['fields'] } } },
	{
		displayName: FILTERS_LABEL,
		name: 'audience',
		type: 'fixedCollection',
		typeOptions: { multipleValues: true },
		placeholder: 'Add Filter or Group',
		default: { filter: [blankFilter] },
		displayOptions: { show: { ...show, audienceInput: ['fields'] } },
		options: [
			{
				displayName: 'Filter',
				name: 'filter',
				values: filterFields,
			},
			{
				displayName: 'Group',
				name: 'group',
				values: [
					groupMatch,
					{
						displayName: FILTERS_LABEL,
						name: 'filters',
						type: 'fixedCollection',
						typeOptions: { multipleValues: true },
						placeholder: 'Add Filter',
						default: {},
						options: [{ displayName: 'Filter', name: 'filter', values: filterFields }],
					},
				],
			},
		],
	},
	{
		displayName: `${FILTERS_LABEL} (JSON)`,
		name: 'audienceJson',
		type: 'json',
		typeOptions: { rows: 8 },
		default: '{}',
		hint: 'For example { "AND": [{ "push_subscription_status": { "comparison": "is", "value": "opted_in" } }] }',
		description: 'A connected audience object in the format that Braze documents',
		displayOptions: { show: { ...show, audienceInput: ['json'] } },
	},
];

/** Whether one expression supplies the whole filter. */
export const isOneExpression = ({ parameters, item }: Reading): boolean =>
	parameters.isOneExpression('audienceJson') && parameters.read('audienceInput', item) === 'json';

function readGroup(raw: unknown, findings: Findings): FilterGroup {
	const group = readValues(raw, { parameter: FILTERS_LABEL, entry: 'group' }, findings);
	if (!group) return { match: 'AND', filters: [] };
	const choice = readChoice(group.match, groupMatch, findings);
	const filters = rowsOf(group.filters, 'filter').map((row) => readFilter(row, findings));
	if (filters.length === 0) {
		findings.refuse({
			parameter: FILTERS_LABEL,
			message: `'${FILTERS_LABEL}' has an empty "${choice}" group`,
			hint: `Remove the group, or add at least one filter to it. ${ALL_BY_EXPRESSION}`,
		});
	}
	return { match: choice, filters };
}

/** Where an expression stands for a group, n8n puts a function under this name. */
const isBlankGroup = (raw: unknown): boolean => {
	if (!isObject(raw)) return false;
	const filters = rowsOf(raw.filters, 'filter');
	return typeof raw.match === 'function' || (filters.length > 0 && filters.every(isBlankFilter));
};

/** n8n makes blank rows of a list that is given as one expression. */
const hasNoFilter = (parameters: FormParameters, filters: unknown[], groups: unknown[]): boolean =>
	filters.length + groups.length === 0 ||
	(!parameters.isExpression('audience') &&
		filters.every(isBlankFilter) &&
		groups.every(isBlankGroup));

const ADD_FILTER = `Add at least one filter. To message everyone, set '${SEND_TO_LABEL}' to 'Everyone in the Audience'`;

const ALL_BY_EXPRESSION = `To use one expression for all of them, set '${audienceInput.displayName}' to 'Using JSON'`;

const NO_FILTER = {
	parameter: FILTERS_LABEL,
	message: `'${FILTERS_LABEL}' is empty, so the message would go to everyone`,
	hint: `${ADD_FILTER}. ${ALL_BY_EXPRESSION}`,
};

export function readAudience(
	parameters: FormParameters,
	item: number,
	zone: string,
	findings: Findings,
): Audience | undefined {
	if (usesJson(parameters, audienceInput, item, findings)) {
		return readAudienceJson(parameters.read('audienceJson', item), findings, ADD_FILTER);
	}
	const before = findings.refusals;
	const filters = parameters.rows('audience', 'filter', item);
	const groups = parameters.rows('audience', 'group', item);
	const form = {
		match: readChoice(parameters.read('audienceMatch', item), audienceMatch, findings),
		...(hasNoFilter(parameters, filters, groups)
			? { filters: [], groups: [] }
			: {
					filters: filters.map((row) => readFilter(row, findings)),
					groups: groups.map((row) => readGroup(row, findings)),
				}),
	};
	if (form.filters.length + form.groups.length === 0) findings.refuse(NO_FILTER);
	return findings.refusals > before ? undefined : composeAudience(form, zone, findings);
}
