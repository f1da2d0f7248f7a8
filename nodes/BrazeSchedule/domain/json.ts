export type JsonObject = { [key: string]: unknown };

/** A plain object; a luxon DateTime is a value, although it looks like one. */
export const isObject = (value: unknown): value is JsonObject =>
	Object.prototype.toString.call(value) === '[object Object]' &&
	!(value as { isLuxonDateTime?: boolean }).isLuxonDateTime;

export const byteLength = (value: unknown): number =>
	Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));

export type Parsed = { value: unknown } | { problem: string };

const STRING_OR_NUMBER = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g;

/** JavaScript would round such a number without a word. */
const inexact = (literal: string): boolean =>
	/^-?\d+$/.test(literal) && !Number.isSafeInteger(Number(literal));

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
	const rounded = text.match(STRING_OR_NUMBER)?.find(inexact);
	if (rounded) {
		return {
			problem: `contains the number ${rounded}, which is too large to keep exactly. Put it in quotes`,
		};
	}
	return { value: parsed };
}

/** A short, safe rendering of a value for a sentence. */
export function show(value: unknown): string {
	const text = typeof value === 'string' ? value : (JSON.stringify(value) ?? String(value));
	return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** What a value is, in words. */
export function kindOf(value: unknown): string {
	if (value === null || value === undefined) return 'nothing';
	if (Array.isArray(value)) return 'a list';
	if (typeof value === 'object') return 'an object';
	if (typeof value === 'string') return 'text';
	if (typeof value === 'boolean') return 'true or false';
	return `a ${typeof value}`;
}
