import type { Notes } from './findings';

export type JsonObject = { [key: string]: unknown };

/** A plain object. A Luxon DateTime is a value, although it's an object. */
export const isObject = (value: unknown): value is JsonObject =>
	Object.prototype.toString.call(value) === '[object Object]' &&
	!(value as { isLuxonDateTime?: boolean }).isLuxonDateTime;

export const isNothing = (value: unknown): value is null | undefined =>
	value === undefined || value === null;

/** Nothing, or text without a visible character. */
export const isBlank = (value: unknown): boolean =>
	isNothing(value) || (typeof value === 'string' && value.trim() === '');

/** Also from another realm. Comparing only the name is fast. */
export const isDate = (value: unknown): value is Date =>
	Object.prototype.toString.call(value) === '[object Date]' &&
	typeof (value as Date).getTime === 'function';

const isTime = (value: object): boolean => isDate(value) || 'isLuxonDateTime' in value;

export const byteLength = (value: unknown): number =>
	Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value));

/** Undefined for what JSON can't represent: a BigInt, a circular object, or too many levels. */
export function jsonSize(value: unknown): number | undefined {
	try {
		return byteLength(value);
	} catch {
		return undefined;
	}
}

export type Parsed = { value: unknown; warning?: string } | { problem: string };

const WRITABLE = ['Object', 'Array', 'String', 'Boolean', 'Date'].map((kind) => `[object ${kind}]`);

/** Values that JSON would silently omit or replace with null. */
function isLost(original: unknown, written: unknown): boolean {
	if (isNothing(original)) return false;
	// n8n extends JSON to write a BigInt as text.
	if (typeof original === 'bigint') return true;
	if (typeof written === 'number') return !Number.isFinite(written);
	return !WRITABLE.includes(Object.prototype.toString.call(written));
}

/** A copy of an expression's result, as it will be sent. Nothing can change it afterwards. */
function copyOf(value: object): Parsed {
	let problem: string | undefined;
	let warning: string | undefined;
	function note(this: JsonObject, key: string, written: unknown): unknown {
		if (!problem && isLost(this[key], written)) {
			problem = `has ${kindOf(this[key])} under "${show(key)}", which cannot be sent`;
		}
		if (!warning && isRounded(written)) {
			warning = `has the number ${show(written)} under "${show(key)}", which is too large to keep exactly and may already have been rounded. Pass it on as text`;
		}
		return written;
	}
	try {
		const copy: unknown = JSON.parse(JSON.stringify(value, note));
		return problem ? { problem } : { value: copy, ...(warning && { warning }) };
	} catch {
		return { problem: problem ?? 'cannot be written as JSON' };
	}
}

const ESCAPE_QUOTE_OR_NUMBER = /\\.|"|-?\d[\d.eE+-]*/gs;

const digitsOf = (literal: string): string =>
	literal.replace(/e.*/i, '').replace(/[-+.]/g, '').replace(/^0+/, '');

/** JavaScript would silently round such a number, or can't represent it. */
function inexact(literal: string): boolean {
	const number = Number(literal);
	const digits = digitsOf(literal);
	if (number === 0) return digits !== '';
	// Below this, the loss is a fraction, which every JSON reader loses.
	if (Math.abs(number) < WHOLE) return false;
	// For a number that is too large this is "Infinity", and no numeral begins with that.
	const kept = digitsOf(String(number)).replace(/0+$/, '');
	return !digits.startsWith(kept) || !/^0*$/.test(digits.slice(kept.length));
}

/** A whole number so large that others have the same representation. */
export const isRounded = (value: unknown): boolean =>
	Number.isInteger(value) && !Number.isSafeInteger(value);

/** True or false, which an expression may turn into text, and a spreadsheet writes in capitals. */
export function flagFrom(value: unknown): boolean | undefined {
	const flag = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (flag === true || flag === 'true') return true;
	return flag === false || flag === 'false' ? false : undefined;
}

const WHOLE = 1e15;
const NUMERAL = /^[-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[-+]?\d+)?$/i;

/** Written in decimal digits, and not as 0x10, which JavaScript also accepts. */
export const isNumeral = (text: string): boolean => NUMERAL.test(text.trim());

/** The number that a text represents, unless it isn't one or would lose digits. */
export const numberFrom = (text: string): number | undefined =>
	isNumeral(text) && !inexact(text.trim()) ? Number(text) : undefined;

/** The first number in a JSON text that would lose digits. */
function inexactIn(json: string): string | undefined {
	let isQuoted = false;
	for (const [token] of json.matchAll(ESCAPE_QUOTE_OR_NUMBER)) {
		if (token === '"') isQuoted = !isQuoted;
		else if (!isQuoted && inexact(token)) return token;
	}
	return undefined;
}

/** A JSON parameter is text, or the value itself if an expression returned it. */
export function parseJson(value: unknown): Parsed {
	if (typeof value === 'object' && value !== null && !isTime(value)) return copyOf(value);
	if (typeof value !== 'string') return { value };
	const text = value.trim();
	let parsed: unknown;
	try {
		if (text !== '') parsed = JSON.parse(text);
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

/**
 * The value of a JSON field, or nothing if it is empty or can't be read. The latter is reported.
 */
export function readJson(value: unknown, parameter: string, findings: Notes): unknown {
	const parsed = parseJson(value);
	if ('problem' in parsed) {
		findings.refuse({ parameter, message: `'${parameter}' ${parsed.problem}` });
		return undefined;
	}
	if (parsed.warning) findings.warn(`'${parameter}' ${parsed.warning}`);
	return parsed.value ?? undefined;
}

/** A text, shortened to fit into a sentence. */
export const shorten = (text: string, most = 500): string =>
	text.length > most ? `${text.slice(0, most - 1)}…` : text;

/** A number in English notation, regardless of the machine's locale. */
export const countOf = (count: number): string => count.toLocaleString('en-US');

/** A short, safe representation of a value for a sentence. */
export function show(value: unknown): string {
	const text = textFor(value);
	return text.length > 60 ? shorten(text, 58) : text;
}

function textFor(value: unknown): string {
	if (value === undefined || typeof value === 'function') return kindOf(value);
	try {
		return typeof value === 'object' ? (JSON.stringify(value) ?? kindOf(value)) : String(value);
	} catch {
		return kindOf(value);
	}
}

/** The type of a value, in words. */
export function kindOf(value: unknown): string {
	if (value === null || value === undefined) return 'nothing';
	if (Array.isArray(value)) return value.length === 0 ? 'an empty list' : 'a list';
	if (typeof value === 'object') return isTime(value) ? 'a date' : 'an object';
	if (typeof value === 'string') return 'text';
	if (Number.isNaN(value)) return 'a calculation without a result (NaN)';
	if (typeof value === 'boolean') return 'a true/false value';
	return `a ${typeof value}`;
}

/** The order of names within an object means nothing; that of a list may. */
export function inOneOrder(value: unknown): unknown {
	if (Array.isArray(value)) return value.map(inOneOrder);
	if (!isObject(value)) return value;
	const names = Object.keys(value).sort();
	return Object.fromEntries(names.map((name) => [name, inOneOrder(value[name])]));
}
