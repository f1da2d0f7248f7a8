import type { Findings } from '../domain/findings';
import { isBlank, show } from '../domain/json';
import type { Parameters, Row } from './parameters';

function refuse(label: string, wanted: string, value: unknown, findings: Findings): void {
	const found = isBlank(value) ? 'empty' : show(value);
	findings.refuse({
		parameter: label,
		message: `'${label}' is ${found}, but it has to be ${wanted}`,
	});
}

/** A number, or text that is one. */
export function readNumber(
	value: unknown,
	label: string,
	[least, most]: [number, number],
	findings: Findings,
): number {
	const read = typeof value === 'string' && !isBlank(value) ? Number(value) : value;
	if (typeof read === 'number' && read >= least && read <= most) return read;
	refuse(label, `a number from ${least} to ${most}`, value, findings);
	return least;
}

/** An expression may make text of it, and a spreadsheet writes it in capitals. */
export function readFlag(value: unknown, label: string, findings: Findings): boolean {
	const flag = typeof value === 'string' ? value.trim().toLowerCase() : value;
	if (flag === true || flag === 'true') return true;
	if (flag !== false && flag !== 'false') refuse(label, 'true or false', value, findings);
	return false;
}

/** One of the choices. n8n fills in a default, so a value that is missing was lost on the way. */
export function readChoice<T extends string>(
	value: unknown,
	label: string,
	choices: readonly T[],
	findings: Findings,
): T {
	if (choices.includes(value as T)) return value as T;
	refuse(label, `one of ${choices.join(', ')}`, value, findings);
	return choices[0];
}

/**
 * An option that isn't set has its preset. One that is set and empty doesn't: if the expression of
 * 'Preview Only' finds nothing, the message must not go out.
 */
export function readOption<T>(
	options: Row,
	name: string,
	label: string,
	preset: T,
	findings: Findings,
	read: (value: unknown) => T,
): T {
	if (!(name in options)) return preset;
	const value = options[name];
	if (!isBlank(value)) return read(value);
	findings.refuse({
		parameter: label,
		message: `'${label}' is empty`,
		hint: 'Check that its expression finds a value, or remove the option',
	});
	return preset;
}

/** Whether a part of the form is filled in as JSON. */
export const usesJson = (
	parameters: Parameters,
	name: string,
	label: string,
	item: number,
	findings: Findings,
): boolean =>
	readChoice(parameters.read(name, item), label, ['fields', 'json'], findings) === 'json';
