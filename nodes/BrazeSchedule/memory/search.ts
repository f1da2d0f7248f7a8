import type { Condition } from './inlineWorkflow';
import type { Row, Search } from './store';

/** What n8n can look for itself. It finds at least what is wanted; `fits` decides. */
export function searchConditions(search: Search): Condition[] {
	const { resource, resourceId, text, states, onlyMarks, overAfter, overBefore } = search;
	const conditions: Condition[] = [{ column: 'resource', is: 'eq', value: resource }];
	if (resourceId) conditions.push({ column: 'resource_id', is: 'eq', value: resourceId });
	if (text) conditions.push({ column: 'reference', is: 'ilike', value: `%${loosely(text)}%` });
	// Another state may have been entered by hand, and counts as unknown.
	if (states?.length === 1 && states[0] !== 'unknown') {
		conditions.push({ column: 'state', is: 'eq', value: states[0] });
	}
	if (onlyMarks) conditions.push({ column: 'part', is: 'isNotEmpty' });
	if (overAfter !== undefined)
		conditions.push({ column: 'over_at', is: 'gte', value: iso(overAfter) });
	if (overBefore !== undefined)
		conditions.push({ column: 'over_at', is: 'lte', value: iso(overBefore) });
	return conditions;
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

/** SQLite knows upper and lower case of English letters only; a percent sign stands for any text. */
const loosely = (text: string): string => text.replace(/[^\x20-\x7e]+/g, '%');

export function fits(search: Search) {
	const { resource, resourceId, text, states, onlyMarks, overAfter, overBefore } = search;
	const part = text?.toLowerCase() ?? '';
	const isInTime = isWithin(overAfter, overBefore);
	return (row: Row): boolean =>
		row.resource === resource &&
		(!resourceId || row.resourceId === resourceId) &&
		row.reference.toLowerCase().includes(part) &&
		(!states || states.includes(row.state)) &&
		(!onlyMarks || row.part !== undefined) &&
		isInTime(row.overAt);
}

/** Without any limit, also what has no moment. */
export const isWithin =
	(after = -Infinity, before = Infinity) =>
	(moment = NaN): boolean =>
		(after === -Infinity && before === Infinity) || (moment >= after && moment <= before);
