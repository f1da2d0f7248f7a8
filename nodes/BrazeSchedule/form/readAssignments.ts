import type { Notes } from '../domain/findings';
import { isNothing, isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { composeProperties } from '../domain/properties';
import { rowsOf } from './parameters';

/** n8n leaves the rows out where there are none; an expression for all of them may find nothing. */
const hasLostRows = (collection: unknown): boolean =>
	isObject(collection) && 'assignments' in collection && isNothing(collection.assignments);

/** An assignment collection: n8n's rows of a name, a type and a value. */
export function readAssignments(
	collection: unknown,
	label: string,
	findings: Notes,
): JsonObject | undefined {
	if (!isNothing(collection) && !hasLostRows(collection)) {
		return composeProperties(rowsOf(collection, 'assignments'), label, findings);
	}
	return findings.refuse({
		parameter: label,
		message: `'${label}' is empty`,
		hint: 'Check that its expression finds a value',
	});
}
