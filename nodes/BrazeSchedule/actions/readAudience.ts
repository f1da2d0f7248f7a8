import { comparisonField } from '../descriptions/audience';
import { composeAudience, readAudienceJson } from '../domain/audience';
import type { AttributeType, Audience, FilterRow } from '../domain/audience';
import type { Findings } from '../domain/findings';
import { isObject, show } from '../domain/json';
import { usesJson } from './choices';
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

function filterRow(raw: unknown): FilterRow {
	const row: Row = isObject(raw) ? raw : {};
	const { filterBy = 'custom_attribute', attributeName, attributeType = 'string' } = row;
	if (filterBy === 'custom_attribute') {
		const type = show(attributeType) as AttributeType;
		const comparison = row[comparisonField(type)];
		return {
			filterBy,
			attributeName,
			attributeType: type,
			comparison,
			value: attributeValue(row, type, show(comparison)),
		};
	}
	return filterBy === 'last_used_app'
		? { filterBy, comparison: row.lastUsedComparison, value: row.lastUsedValue }
		: { filterBy, comparison: row.statusComparison, value: row.status };
}

export function readAudience(
	parameters: Parameters,
	item: number,
	findings: Findings,
): Audience | undefined {
	if (usesJson(parameters, 'audienceInput', 'Specify Filters', item, findings)) {
		return readAudienceJson(parameters.read('audienceJson', item), findings);
	}
	return composeAudience(
		{
			match: parameters.read('audienceMatch', item),
			filters: parameters.rows('audience', 'filter', item).map(filterRow),
			groups: parameters.rows('audience', 'group', item).map((raw) => {
				const group: Row = isObject(raw) ? raw : {};
				return {
					match: group.match ?? 'OR',
					filters: rowsOf(group.filters, 'filter').map(filterRow),
				};
			}),
		},
		parameters.zone(item),
		findings,
	);
}
