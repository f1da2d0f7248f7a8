import type { Notes } from '../domain/findings';
import { isNothing, isObject, kindOf } from '../domain/json';

/** What is filled in, by the names of the fields. */
export type Values = Record<string, unknown>;

interface Place {
	/** The list or collection, as the editor shows it. */
	parameter: string;
	/** What one entry of a list is. */
	entry?: string;
	hint?: string;
}

/** The fields of a row or a collection. Anything else is refused. */
export function readValues(
	raw: unknown,
	{ parameter, entry, hint }: Place,
	findings: Notes,
): Values | undefined {
	if (isObject(raw)) return raw;
	const message =
		entry === undefined
			? `'${parameter}' is ${kindOf(raw)}, but an object is needed`
			: `'${parameter}' has ${kindOf(raw)} where a ${entry} belongs`;
	return findings.refuse({ parameter, message, hint });
}

/** What the form's collections call their rows. */
const KINDS = ['assignments', 'field', 'filter', 'group', 'recipient'];

/** What is no collection, or none of its rows, counts as a row: it is refused, not overlooked. */
export function rowsOf(collection: unknown, kind: string): unknown[] {
	if (isNothing(collection) || (Array.isArray(collection) && collection.length === 0)) return [];
	if (!isObject(collection)) return [collection];
	const rows = collection[kind];
	const unknownKinds = Object.keys(collection).filter((name) => !KINDS.includes(name));
	return [
		...(Array.isArray(rows) ? (rows as unknown[]) : isNothing(rows) ? [] : [rows]),
		...unknownKinds,
	];
}
