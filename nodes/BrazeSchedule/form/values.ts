import type { INodeProperties, INodePropertyOptions } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { flagFrom, isBlank, isNumeral, show } from '../domain/json';
import { momentIn, readTime } from '../domain/time';
import type { FormParameters } from './parameters';
import type { Values } from './rows';

/** A number, with bounds that the form and its reader share. */
export interface NumberField extends INodeProperties {
	type: 'number';
	typeOptions: { minValue: number; maxValue?: number };
	default: number;
}

/** A list of choices. */
export interface ChoiceField<T extends string> extends INodeProperties {
	type: 'options';
	options: Array<INodePropertyOptions & { value: T }>;
	default: T;
}

type Named = Pick<INodeProperties, 'displayName' | 'name'>;

function refuse(
	{ displayName: label }: Named,
	wanted: string,
	value: unknown,
	findings: Findings,
	hint?: string,
): void {
	const found = isBlank(value) ? 'empty' : show(value);
	findings.refuse({
		parameter: label,
		message: `'${label}' is ${found}, but it has to be ${wanted}`,
		hint,
	});
}

/** A number, or text that represents one. */
export function readNumber(
	value: unknown,
	field: NumberField,
	findings: Findings,
	hint?: string,
): number {
	const { minValue: least, maxValue: most } = field.typeOptions;
	const read = typeof value === 'string' && isNumeral(value) ? Number(value) : value;
	if (typeof read === 'number' && read >= least && read <= (most ?? Infinity)) return read;
	const wanted = most === undefined ? `${least} or more` : `a number from ${least} to ${most}`;
	refuse(field, wanted, value, findings, hint);
	return least;
}

/** Text, or a number as text. */
export function readText(value: unknown, field: Named, findings: Findings): string {
	if (typeof value === 'string') return value.trim();
	if (Number.isFinite(value)) return String(value);
	refuse(field, 'text', value, findings);
	return '';
}

/** An expression may turn it into text, and a spreadsheet writes it in uppercase. */
export function readFlag(value: unknown, field: Named, findings: Findings): boolean {
	const flag = flagFrom(value);
	if (flag === undefined) refuse(field, 'true or false', value, findings);
	return flag ?? false;
}

/**
 * One of the choices: the form's, or Braze's if they differ. n8n fills in the default, so a missing
 * value was lost in an expression.
 */
export function readChoice<T extends string>(
	value: unknown,
	field: ChoiceField<T>,
	findings: Findings,
	choices: readonly T[] = field.options.map((option) => option.value),
): T {
	if (choices.includes(value as T)) return value as T;
	refuse(field, `one of ${choices.join(', ')}`, value, findings);
	return field.default;
}

/**
 * An option that isn't set has its default. One that is set but empty doesn't: if the expression of
 * 'Preview Only' returns nothing, the message must not be sent.
 */
export function readOption<T>(
	options: Values,
	{ name, displayName: label }: Named,
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
		hint: 'Enter a value or remove it. If it is an expression, check that it finds a value',
	});
	return preset;
}

/** Whether the user fills in a part of the form as JSON. */
export const usesJson = (
	parameters: FormParameters,
	mode: ChoiceField<'fields' | 'json'>,
	item: number,
	findings: Findings,
): boolean => readChoice(parameters.read(mode.name, item), mode, findings) === 'json';

/** A moment, for comparing: a time without an offset is one in the workflow's zone. */
export function readMoment(
	value: unknown,
	{ displayName: parameter }: Named,
	{ workflowZone }: FormParameters,
	findings: Findings,
): number | undefined {
	const read = readTime(value, workflowZone);
	if (!('problem' in read)) return momentIn(read, workflowZone).instant;
	const message = `'${parameter}' ${read.problem}`;
	return findings.refuse({ parameter, message, hint: read.hint });
}

/** Nothing is filled in. An expression that found nothing is something else. */
export const isLeftBlank = (
	parameters: Pick<FormParameters, 'isExpression'>,
	name: string,
	value: unknown,
): boolean => isBlank(value) && !parameters.isExpression(name);
