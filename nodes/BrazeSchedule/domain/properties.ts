import type { Findings, Notes } from './findings';
import {
	flagFrom,
	isBlank,
	isDate,
	isNumeral,
	isObject,
	isRounded,
	jsonSize,
	kindOf,
	numberFrom,
	parseJson,
	readJson,
	show,
} from './json';
import type { JsonObject, Parsed } from './json';
import { AS_EXPRESSION } from './keys';

/**
 * Braze says 50 KB and doesn't define it. The larger reading refuses nothing that Braze might
 * accept.
 */
export const PROPERTIES_LIMIT_BYTES = 50 * 1024;

const TYPES = ['string', 'number', 'boolean', 'array', 'object'];

/** One row of a name/type/value collection. */
export interface PropertyRow {
	name?: unknown;
	type?: unknown;
	value?: unknown;
}

const shown = (value: unknown): string => (show(value).trim() === '' ? 'empty' : show(value));

const tooLarge = (value: unknown, instead: string): Parsed => ({
	problem: `is ${show(value)}, a number too large to keep exactly. ${instead}`,
});

export function castNumber(value: unknown): Parsed {
	if (isRounded(value)) return tooLarge(value, 'Pass it on as text');
	if (Number.isFinite(value)) return { value };
	if (typeof value !== 'string' || !isNumeral(value)) {
		return { problem: `is ${shown(value)}, which is not a number` };
	}
	const number = numberFrom(value);
	const isKept = number !== undefined && !isRounded(number);
	return isKept ? { value: number } : tooLarge(value, 'Use the type Text');
}

function castString(value: unknown): Parsed {
	if (typeof value === 'string') return { value };
	if (typeof value === 'number') {
		if (isRounded(value)) return tooLarge(value, 'Pass it on as text');
		return Number.isFinite(value) ? { value: String(value) } : { problem: `is ${value}` };
	}
	if (typeof value === 'boolean') return { value: String(value) };
	const iso = asTimeText(value);
	if (iso !== undefined) return { value: iso };
	return { problem: `is ${kindOf(value)}, but its type is Text` };
}

export function asTimeText(value: unknown): string | undefined {
	if (isDate(value)) return Number.isNaN(value.getTime()) ? undefined : value.toISOString();
	const time = value as { isLuxonDateTime?: unknown; toISO?: () => unknown };
	// The marker alone proves nothing: an incoming item may contain it as plain data.
	const text = time.isLuxonDateTime && typeof time.toISO === 'function' ? time.toISO() : undefined;
	return typeof text === 'string' ? text : undefined;
}

function castFlag(value: unknown): Parsed {
	const flag = flagFrom(value);
	if (flag !== undefined) return { value: flag };
	return { problem: `is ${shown(value)}, which is neither true nor false` };
}

function castJson(value: unknown, wanted: 'array' | 'object'): Parsed {
	const parsed = parseJson(value);
	if ('problem' in parsed) return parsed;
	const fits = wanted === 'array' ? Array.isArray(parsed.value) : isObject(parsed.value);
	if (!fits) {
		return {
			problem: `is ${kindOf(parsed.value)}, but its type is ${wanted === 'array' ? 'Array' : 'Object'}`,
		};
	}
	return parsed;
}

function cast(type: unknown, value: unknown): Parsed {
	switch (type) {
		case 'number':
			return castNumber(value);
		case 'boolean':
			return castFlag(value);
		case 'array':
		case 'object':
			return castJson(value, type);
		default:
			return castString(value);
	}
}

export function composeProperties(
	rows: unknown[],
	parameter: string,
	findings: Notes,
): JsonObject | undefined {
	const entries = new Map<string, unknown>();
	rows.forEach((row, index) => {
		if (!isObject(row)) {
			findings.refuse({
				parameter,
				message: `Row ${index + 1} of '${parameter}' is ${kindOf(row)}, but it has to have a name and a value`,
			});
			return;
		}
		const { name, type, value }: PropertyRow = row;
		const key = typeof name === 'string' ? name.trim() : '';
		if (key === '') {
			if (value !== undefined && value !== null && value !== '') {
				findings.refuse({
					parameter,
					message: `Row ${index + 1} of '${parameter}' has no name`,
				});
			}
			return;
		}
		if (entries.has(key)) {
			findings.refuse({
				parameter,
				message: `'${parameter}' has "${show(key)}" more than once`,
			});
			return;
		}
		// A row without a type is text. A row whose expression returns no type isn't.
		if ('type' in row && !TYPES.includes(type as string)) {
			findings.refuse({
				parameter,
				message: `"${show(key)}" in '${parameter}' has ${isBlank(type) ? 'no type' : `the type ${show(type)}`}`,
				hint: `Use one of: ${TYPES.join(', ')}`,
			});
			return;
		}
		if (value === undefined) {
			findings.warn(`"${show(key)}" in '${parameter}' had no value and was left out`);
			return;
		}
		if (value === null) {
			findings.warn(`"${show(key)}" in '${parameter}' is null, and goes to Braze as null`);
		}
		const result: Parsed = value === null ? { value: null } : cast(type, value);
		if ('problem' in result) {
			findings.refuse({
				parameter,
				message: `"${show(key)}" in '${parameter}' ${result.problem}`,
			});
			return;
		}
		if (result.warning) {
			findings.warn(`"${show(key)}" in '${parameter}' ${result.warning}`);
		}
		entries.set(key, result.value);
	});
	return entries.size > 0
		? checkProperties(Object.fromEntries(entries), parameter, findings)
		: undefined;
}

export function readPropertiesJson(
	value: unknown,
	parameter: string,
	findings: Findings,
): JsonObject | undefined {
	if (typeof value === 'string' && isBlank(value)) return undefined;
	const before = findings.refusals;
	const read = readJson(value, parameter, findings);
	if (read !== undefined) return checkProperties(read, parameter, findings);
	if (findings.refusals === before) {
		const hint = 'Check that its expression finds a value';
		findings.refuse({ parameter, message: `'${parameter}' is empty`, hint });
	}
	return undefined;
}

export function checkProperties(
	value: unknown,
	parameter: string,
	findings: Notes,
): JsonObject | undefined {
	if (!isObject(value)) {
		findings.refuse({
			parameter,
			message: `'${parameter}' is ${kindOf(value)}, but it has to be an object`,
			hint: 'It looks like {"first_name": "Ada"}',
		});
		return undefined;
	}
	const bytes = jsonSize(value);
	if (bytes === undefined) {
		findings.refuse({ parameter, message: `'${parameter}' cannot be written as JSON` });
		return undefined;
	}
	if (bytes > PROPERTIES_LIMIT_BYTES) {
		findings.refuse({
			parameter,
			message: `'${parameter}' is ${Math.ceil(bytes / 1024)} KB, and Braze takes at most 50 KB`,
			hint: 'Leave out what the message does not show, or send an ID and let Connected Content fetch the rest',
		});
		return undefined;
	}
	warnOfDots(value, parameter, findings);
	warnOfExpressions(value, parameter, findings);
	return value;
}

/** n8n's editor names a field that is dragged into the form by its whole path. */
function warnOfDots(properties: JsonObject, parameter: string, findings: Notes): void {
	for (const name of Object.keys(properties)) {
		const short = name.slice(name.lastIndexOf('.') + 1).trim();
		if (!name.includes('.') || short === '') continue;
		findings.warn(
			`"${show(name)}" in '${parameter}' has a dot in its name. Did you mean "${show(short)}"?`,
		);
	}
}

/** Of n8n's, and not of Liquid's, which has braces after the dollar sign. */
const EXPRESSION = /\{\{\s*\$(?!\{)/;

/** A recipient would read it as it stands. */
export function warnOfExpressions(
	properties: JsonObject,
	parameter: string,
	findings: Notes,
): void {
	for (const [name, value] of Object.entries(properties)) {
		if (typeof value !== 'string' || !EXPRESSION.test(value)) continue;
		findings.warn(
			`"${show(name)}" in '${parameter}' is "${show(value)}", an expression typed as text. ${AS_EXPRESSION}`,
		);
	}
}
