import { comparisonField } from './audience';
import {
	COMPARISONS,
	composeAudience,
	FILTERS,
	readAudienceJson,
	SUBSCRIPTION_STATES,
} from '../domain/audience';
import type { AttributeType, Audience, FilterGroup, FilterRow } from '../domain/audience';
import type { Findings } from '../domain/findings';
import { isObject, kindOf } from '../domain/json';
import { readChoice, usesJson } from './values';
import { rowsOf } from './parameters';
import type { Parameters, Row } from './parameters';

/** Which of the form's fields holds the value, by the attribute's type and the comparison. */
function attributeValue(row: Row, type: AttributeType, comparison: string): unknown {
	switch (type) {
		case 'string':
			return comparison.startsWith('is_') ? row.stringValues : row.stringValue;
		case 'array':
			return comparison.startsWith('is_') ? row.arrayValues : row.arrayValue;
		case 'time':
			return comparison.includes('_x_days_') ? row.daysValue : row.timeValue;
		default:
			return row[`${type}Value`];
	}
}

const FILTER_KINDS = Object.keys(FILTERS);
const ATTRIBUTE_TYPES = Object.keys(COMPARISONS) as AttributeType[];

function formOf(raw: unknown, what: string, findings: Findings): Row | undefined {
	if (isObject(raw)) return raw;
	const message = `'Filters' has ${kindOf(raw)} where a ${what} belongs`;
	findings.refuse({ parameter: 'Filters', message });
	return undefined;
}

function filterRow(raw: unknown, findings: Findings): FilterRow {
	const row = formOf(raw, 'filter', findings);
	if (!row) return {};
	const filterBy = readChoice(row.filterBy, 'Filter By', FILTER_KINDS, findings);
	if (filterBy === 'custom_attribute') {
		const before = findings.refusals;
		const type = readChoice(row.attributeType, 'Attribute Type', ATTRIBUTE_TYPES, findings);
		// Which comparison counts depends on the type.
		if (findings.refusals > before) return {};
		const comparison = readComparison(row[comparisonField(type)], COMPARISONS[type], findings);
		return {
			filterBy,
			attributeName: row.attributeName,
			attributeType: type,
			comparison,
			value: attributeValue(row, type, comparison),
		};
	}
	const { comparisons } = FILTERS[filterBy];
	if (filterBy === 'last_used_app') {
		const comparison = readComparison(row.lastUsedComparison, comparisons, findings);
		return { filterBy, comparison, value: row.lastUsedValue };
	}
	return {
		filterBy,
		comparison: readComparison(row.statusComparison, comparisons, findings),
		value: readChoice(row.status, 'Status', SUBSCRIPTION_STATES, findings),
	};
}

const readComparison = (
	value: unknown,
	comparisons: Record<string, unknown>,
	findings: Findings,
): string => readChoice(value, 'Comparison', Object.keys(comparisons), findings);

function filterGroup(raw: unknown, findings: Findings): FilterGroup {
	const group = formOf(raw, 'group', findings);
	if (!group) return { match: 'AND', filters: [] };
	return {
		match: readMatch(group.match, findings),
		filters: rowsOf(group.filters, 'filter').map((row) => filterRow(row, findings)),
	};
}

const readMatch = (value: unknown, findings: Findings): string =>
	readChoice(value, 'Users Must Match', ['AND', 'OR'], findings);

export function readAudience(
	parameters: Parameters,
	item: number,
	zone: string,
	findings: Findings,
): Audience | undefined {
	if (usesJson(parameters, 'audienceInput', 'Specify Filters', item, findings)) {
		return readAudienceJson(parameters.read('audienceJson', item), findings);
	}
	const before = findings.refusals;
	const form = {
		match: readMatch(parameters.read('audienceMatch', item), findings),
		filters: parameters.rows('audience', 'filter', item).map((row) => filterRow(row, findings)),
		groups: parameters.rows('audience', 'group', item).map((row) => filterGroup(row, findings)),
	};
	return findings.refusals > before ? undefined : composeAudience(form, zone, findings);
}
