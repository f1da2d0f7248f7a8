export type JsonObject = { [key: string]: unknown };

/** A plain object; a luxon DateTime is a value, although it looks like one. */
export const isObject = (value: unknown): value is JsonObject =>
	Object.prototype.toString.call(value) === '[object Object]' &&
	!(value as { isLuxonDateTime?: boolean }).isLuxonDateTime;

const isDate = (value: object): boolean =>
	Object.prototype.toString.call(value) === '[object Date]' || 'isLuxonDateTime' in value;

export const byteLength = (value: unknown): number =>
	Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));

/** Undefined for what JSON cannot hold: a BigInt, an object within itself, nesting without end. */
export function jsonSize(value: unknown): number | undefined {
	try {
		return byteLength(value);
	} catch {
		return undefined;
	}
}

export type Parsed = { value: unknown } | { problem: string };

const ESCAPE_QUOTE_OR_NUMBER = /\\.|"|-?\d[\d.eE+-]*/gs;

/** JavaScript would round such a number without a word, or make nothing of it. */
const inexact = (literal: string): boolean =>
	!Number.isFinite(Number(literal)) ||
	(/^-?\d+$/.test(literal) && !Number.isSafeInteger(Number(literal)));

/** The first number in a JSON text that would not survive. */
function inexactIn(json: string): string | undefined {
	let isQuoted = false;
	for (const [token] of json.matchAll(ESCAPE_QUOTE_OR_NUMBER)) {
		if (token === '"') isQuoted = !isQuoted;
		else if (!isQuoted && inexact(token)) return token;
	}
	return undefined;
}

/** A JSON parameter arrives as text, or as the value itself when an expression made it. */
export function parseJson(value: unknown): Parsed {
	if (typeof value !== 'string') return { value };
	const text = value.trim();
	if (text === '') return { value: undefined };
	let parsed: unknown;
	try {
		parsed = JSON.parse(text);
	} catch (error) {
		return { problem: `is not valid JSON (${(error as Error).message})` };
	}
	const rounded = inexactIn(text);
	if (rounded) {
		return {
			problem: `contains the number ${show(rounded)}, which is too large to keep exactly. Put it in quotes`,
		};
	}
	return { value: parsed };
}

/** A short, safe rendering of a value for a sentence. */
export function show(value: unknown): string {
	let text: string;
	try {
		text = typeof value === 'object' ? (JSON.stringify(value) ?? kindOf(value)) : String(value);
	} catch {
		text = kindOf(value);
	}
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** What a value is, in words. */
export function kindOf(value: unknown): string {
	if (value === null || value === undefined) return 'nothing';
	if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
	if (typeof value === 'object') return isDate(value) ? 'a date' : 'an object';
	if (typeof value === 'string') return 'text';
	if (Number.isNaN(value)) return 'a calculation without a result (NaN)';
	if (typeof value === 'boolean') return 'true or false';
	return `a ${typeof value}`;
}
