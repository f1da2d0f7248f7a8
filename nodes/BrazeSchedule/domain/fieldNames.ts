import { isObject } from './json';
import type { JsonObject } from './json';

/** The name of an incoming field, or a path to one, such as body.first_name. */
export interface FieldName {
	text: string;
	path: readonly string[];
	/** Whether an expression supplied it, so that each item may have its own. */
	byExpression?: boolean;
}

/** The parts of a path as n8n's own nodes read it: a.b, a[0] and a["b c"]. */
const PART = /[^.[\]]+|\[(?:([^"'[\]]+)|(["'])(.*?)\2)\]/g;

export const fieldNamed = (text: string): FieldName => ({
	text,
	path: [...text.matchAll(PART)].map(([part, index, , quoted]) => quoted ?? index ?? part),
});

type Holder = Record<string, unknown>;

const owns = (value: unknown, key: string): value is Holder =>
	typeof value === 'object' && value !== null && Object.hasOwn(value, key);

/** What a name is found in, and under which key there. */
interface Place {
	holder: Holder;
	key: string;
}

/** A literal name comes first, so that a column called "a.b" is found. */
function placeOf(json: JsonObject, { text, path }: FieldName): Place | undefined {
	if (Object.hasOwn(json, text)) return { holder: json, key: text };
	let holder: unknown = json;
	for (const [depth, key] of path.entries()) {
		if (!owns(holder, key)) return undefined;
		if (depth === path.length - 1) return { holder, key };
		holder = holder[key];
	}
	return undefined;
}

export const hasField = (json: JsonObject, field: FieldName): boolean =>
	placeOf(json, field) !== undefined;

export function valueIn(json: JsonObject, field: FieldName): unknown {
	const place = placeOf(json, field);
	return place && place.holder[place.key];
}

/** The object that a field of an item is in, and its key there; of one in a list, those of the list. */
export function objectAround(json: JsonObject, { text, path }: FieldName): Place {
	let around: Place = { holder: json, key: text };
	if (Object.hasOwn(json, text)) return around;
	let holder = json;
	for (const key of path) {
		if (isObject(holder)) around = { holder, key };
		holder = holder[key] as Holder;
	}
	return around;
}

/** What a value is called if it has no other name: the column's own name, or the last part of a path. */
export function ownName({ text, path }: FieldName, items: readonly JsonObject[]): string {
	if (items.some((json) => Object.hasOwn(json, text))) return text;
	return [...path].reverse().find((part) => !/^\d+$/.test(part)) ?? text;
}

/** As many items as are searched for names to offer. */
const SEARCHED = 100;

/** The names where a field was looked for: on its path, as far as there is one, or in the items. */
export function namesAround(
	items: readonly JsonObject[],
	{ path }: FieldName,
): { within: string; names: string[] } {
	const some = items.slice(0, SEARCHED);
	for (let depth = path.length - 1; depth > 0; depth -= 1) {
		const parts = path.slice(0, depth);
		const parent = { text: parts.join('.'), path: parts };
		const names = namesIn(some.map((json) => valueIn(json, parent)));
		if (names.length > 0) return { within: parent.text, names };
	}
	return { within: '', names: namesIn(some) };
}

const namesIn = (values: unknown[]): string[] => [
	...new Set(values.filter(isObject).flatMap((value) => Object.keys(value))),
];
