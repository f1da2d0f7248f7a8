/** What a value of the form stands for, for the oracle. Throws MustRefuse if it stands for nothing. */
import { WORKFLOW_ZONE } from './cases';
import { isZone } from './time';
import { decimalOf, mustRefuse, Numeral, treeOfField, treeOfValue } from './tree';
import type { Tree } from './tree';

export type Row = Record<string, unknown>;
export type Fields = Map<string, Tree>;

export const unwrapped = (value: unknown): unknown =>
	typeof value === 'object' && value !== null && '__rl' in value
		? (value as unknown as Row).value
		: value;

export const missing = (value: unknown): value is null | undefined =>
	value === undefined || value === null;

export const filled = (value: unknown): value is string =>
	typeof value === 'string' && value.trim() !== '';

/**
 * n8n uses the default for a field that the form doesn't include. An expression without a result is
 * nothing.
 */
export const given = (form: Row, name: string, preset: unknown): unknown =>
	name in form ? form[name] : preset;

const unbraced = (text: string): string =>
	text.includes('{{') ? mustRefuse('braces, not evaluated') : text;

/** What an expression leaves behind when it finds nothing is nobody's ID. */
export const named = (text: string): string =>
	/^\s*(?:null|undefined|NaN|\[object Object\])\s*$/.test(text)
		? mustRefuse('no ID')
		: unbraced(text);

export const wholeKey = (key: string): string =>
	/^\s|\s$|^(?:null|undefined|NaN)$|^(?:null|undefined) /.test(key)
		? mustRefuse('a key without a part')
		: unbraced(key);

/** A row or a collection of the form. */
export function rowFrom(value: unknown): Row {
	const fits = typeof value === 'object' && value !== null && !Array.isArray(value);
	return fits ? (value as Row) : mustRefuse('no row');
}

const KINDS = ['assignments', 'filter', 'group', 'recipient'];

export function rowsFrom(collection: unknown, kind: string): unknown[] {
	// An empty list of rows has none, in either notation.
	if (missing(collection) || (Array.isArray(collection) && collection.length === 0)) return [];
	const kinds = rowFrom(collection);
	if (Object.keys(kinds).some((name) => !KINDS.includes(name))) mustRefuse('rows of no kind');
	const rows = kinds[kind];
	return missing(rows) ? [] : Array.isArray(rows) ? Array.from(rows as unknown[]) : [rows];
}

export const isOneOf = <T>(value: unknown, ...choices: T[]): T =>
	choices.includes(value as T) ? (value as T) : mustRefuse('none of its choices');

export const isJson = (form: Row, name: string): boolean =>
	isOneOf(given(form, name, 'fields'), 'fields', 'json') === 'json';

export function idOf(value: unknown): string {
	if (filled(value)) return named(value).trim();
	return Number.isSafeInteger(value) ? BigInt(value as number).toString() : mustRefuse('no ID');
}

const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i;

/** A number that is still the intended one. */
const isExact = (value: unknown): boolean =>
	Number.isSafeInteger(value) || (Number.isFinite(value) && !Number.isInteger(value));

/** A number, or text that is one. */
export function numeralOf(value: unknown): Numeral {
	if (isExact(value)) return new Numeral(String(value));
	const text = typeof value === 'string' ? value.trim() : '';
	return NUMBER.test(text) ? new Numeral(text) : mustRefuse('no number');
}

/** A spreadsheet may write it in capitals. */
export function flagOf(value: unknown): boolean {
	const flag = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (flag === true || flag === 'true') return true;
	return flag === false || flag === 'false' ? false : mustRefuse('neither true nor false');
}

export function textOf(value: unknown): string {
	if (typeof value === 'string') return value;
	if (typeof value === 'boolean') return String(value);
	if (isExact(value)) return String(value);
	const isTime = value instanceof Date || (value as { isLuxonDateTime?: unknown })?.isLuxonDateTime;
	const tree = isTime ? treeOfValue(value) : undefined;
	return typeof tree === 'string' ? tree : mustRefuse('no text');
}

function propertyOf(type: unknown, value: unknown): Tree | undefined {
	isOneOf(type, 'string', 'number', 'boolean', 'array', 'object');
	if (missing(value)) return value;
	switch (type) {
		case 'number':
			return numeralOf(value);
		case 'boolean':
			return flagOf(value);
		case 'array': {
			const tree = treeOfField(value);
			return Array.isArray(tree) ? tree : mustRefuse('no list');
		}
		case 'object': {
			const tree = treeOfField(value);
			return tree instanceof Map ? tree : mustRefuse('no object');
		}
		default:
			return textOf(value);
	}
}

function assigned(collection: unknown): Fields {
	const fields: Fields = new Map();
	for (const row of rowsFrom(collection, 'assignments')) {
		const { name, value } = rowFrom(row);
		if (!filled(name)) {
			if (!missing(value) && value !== '') mustRefuse('a value without a name');
			continue;
		}
		if (fields.has(name.trim())) mustRefuse('a name twice');
		const property = propertyOf(given(rowFrom(row), 'type', 'string'), value);
		if (property !== undefined) fields.set(name.trim(), property);
	}
	return fields;
}

/** An expression without a result isn't a list without rows. */
export const assignedIn = (form: Row, name: string): Fields =>
	missing(form[name]) && name in form ? mustRefuse('nothing found') : assigned(form[name]);

export const unlessEmpty = (fields: Fields): Fields | undefined =>
	fields.size > 0 ? fields : undefined;

export function fieldsOf(entries: Record<string, Tree | undefined>): Fields {
	return new Map(
		Object.entries(entries).filter((entry): entry is [string, Tree] => entry[1] !== undefined),
	);
}

export const asIdentifier = (value: unknown): string => {
	if (filled(value)) return named(value);
	const tree = typeof value === 'number' ? numeralOf(value) : value;
	if (!(tree instanceof Numeral)) return mustRefuse('no identifier');
	const { digits, shift, negative } = decimalOf(tree.literal);
	if (shift < 0 || digits.length + shift > 16) return mustRefuse('no whole number');
	return `${negative ? '-' : ''}${digits}${'0'.repeat(shift)}` || '0';
};

export function listOf(value: unknown): Tree {
	if (Array.isArray(value)) return Array.from(value, textOf);
	return textOf(value)
		.split(/[\n,]/)
		.map((one) => one.trim())
		.filter((one) => one !== '');
}

export function zoneOf(value: unknown): string {
	const zone = unwrapped(value);
	if (zone === 'workflow') return WORKFLOW_ZONE;
	return filled(zone) && isZone(zone.trim()) ? zone.trim() : mustRefuse('no such zone');
}
