import type { Findings } from '../domain/findings';
import { show } from '../domain/json';
import type { Parameters } from './parameters';

function refuse(label: string, wanted: string, value: unknown, findings: Findings): void {
	findings.refuse({
		parameter: label,
		message: `'${label}' is ${show(value)}, but it has to be ${wanted}`,
	});
}

/** A number, or text that is one. */
export function readNumber(
	value: unknown,
	label: string,
	preset: number,
	[least, most]: [number, number],
	findings: Findings,
): number {
	const given = value ?? preset;
	const read = typeof given === 'string' && given.trim() !== '' ? Number(given) : given;
	if (typeof read === 'number' && read >= least && read <= most) return read;
	refuse(label, `a number from ${least} to ${most}`, given, findings);
	return preset;
}

/** An expression may make text of it. */
export function readFlag(value: unknown, label: string, findings: Findings): boolean {
	const given = value ?? false;
	if (given === true || given === 'true') return true;
	if (given !== false && given !== 'false') refuse(label, 'true or false', given, findings);
	return false;
}

/** One of the choices, of which the first is the preset. */
export function readChoice<T extends string>(
	value: unknown,
	label: string,
	choices: readonly T[],
	findings: Findings,
): T {
	const given = (value ?? choices[0]) as T;
	if (choices.includes(given)) return given;
	refuse(label, `one of ${choices.join(', ')}`, given, findings);
	return choices[0];
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
