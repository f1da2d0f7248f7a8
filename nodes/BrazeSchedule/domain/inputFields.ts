import { hasField, namesAround, objectAround, valueIn } from './fieldNames';
import type { FieldName } from './fieldNames';
import type { Findings } from './findings';
import { byteLength, isBlank, isDate, kindOf, parseJson, show } from './json';
import type { JsonObject, Parsed } from './json';
import { AS_EXPRESSION, isExpressionAsText, isLeftover, NO_ID } from './keys';
import { asTimeText, castNumber, checkProperties, PROPERTIES_LIMIT_BYTES } from './properties';
import { ALIAS_BYTES, BY_EMAIL, kindOfId } from './recipients';
import type { Recipient } from './recipients';
import type { Target } from './targets';
import { IDENTIFY_BY, IF_ID_EMPTY } from './labels';

export const ID_FIELD = 'Field With the ID';
export const ATTRIBUTES = 'Attributes';

export type PersonKind = 'externalUserId' | 'userAlias' | 'email' | 'brazeId';

interface SelectedField {
	field: FieldName;
	/** What the value is called in Braze. */
	name: string;
}

/** Which fields of an item go to Braze. */
export type FieldChoice =
	| { from: 'none' }
	| { from: 'selected'; fields: SelectedField[] }
	/** All that are next to the ID. */
	| { from: 'others' };

/** The fields that the form names. */
export interface NamedFields {
	id: FieldName;
	properties: FieldChoice;
	attributes: FieldChoice;
}

/** How an incoming item becomes a recipient. */
export interface PersonFields extends NamedFields {
	kind: PersonKind;
	/** For an alias. */
	aliasLabel?: string;
	/** For an email. */
	prioritization?: string[];
}

/** Braze's own names of IDs: no values for a message, and no attributes. */
const IDS_OF_BRAZE = new Set([
	'external_user_id',
	'external_id',
	'braze_id',
	'user_alias',
	'alias_name',
	'alias_label',
]);

/** What this node adds to an item that fails, which an error output may bring back. */
const OF_FAILURE = new Set(['error', 'message', 'outcome', 'recipient', 'reference', 'input']);
const OUTCOMES: unknown[] = ['invalid', 'refused', 'unknown'];

const hasFailedBefore = ({ error, outcome }: JsonObject): boolean =>
	typeof error === 'string' && OUTCOMES.includes(outcome);

export function personFrom(
	json: JsonObject,
	fields: PersonFields,
	target: Target,
	findings: Findings,
): Recipient | undefined {
	const before = findings.refusals;
	const recipient = withId(json, fields, findings);
	if (!recipient) return undefined;
	const { propertiesField, propertiesLabel } = target;
	const properties = valuesFrom(json, fields, fields.properties, propertiesLabel, findings);
	if (properties) recipient[propertiesField] = properties;
	const attributes = valuesFrom(json, fields, fields.attributes, ATTRIBUTES, findings);
	if (attributes) recipient.attributes = attributes;
	if (properties && needsCheck(properties)) {
		checkProperties(properties, propertiesLabel, findings);
	}
	return findings.refusals === before ? recipient : undefined;
}

/** JSON writes a character as at most six bytes, such as \u0007. */
const MOST_BYTES = 6;
/** More than any number or flag has, with what is around it. */
const SMALL_BYTES = 32;

/**
 * Whether values have to be measured and looked through. Nearly all are too short to come near the
 * limit, and have neither dots in their names nor expressions.
 */
function needsCheck(values: JsonObject): boolean {
	let most = 0;
	for (const name of Object.keys(values)) {
		const value = values[name];
		if (typeof value === 'object' && value !== null) return true;
		if (name.includes('.')) return true;
		if (typeof value === 'string' && isExpressionAsText(value)) return true;
		const length = typeof value === 'string' ? value.length : 0;
		most += (name.length + length) * MOST_BYTES + SMALL_BYTES;
	}
	return most > PROPERTIES_LIMIT_BYTES;
}

function withId(json: JsonObject, fields: PersonFields, findings: Findings): Recipient | undefined {
	const value = valueIn(json, fields.id);
	const id = typeof value === 'string' && isUsable(value) ? value : readId(value, fields, findings);
	if (id === undefined) return undefined;
	if (fields.kind !== 'userAlias') warnOfKind(id, fields, findings);
	switch (fields.kind) {
		case 'externalUserId':
			return { external_user_id: id };
		case 'brazeId':
			return { braze_id: id };
		case 'email':
			return { email: id, prioritization: fields.prioritization };
		case 'userAlias':
			if (byteLength(id) > ALIAS_BYTES) {
				return refuseId(
					fields,
					`is longer than ${ALIAS_BYTES} bytes, and Braze takes no longer alias`,
					findings,
				);
			}
			return { user_alias: { alias_name: id, alias_label: fields.aliasLabel } };
	}
}

function warnOfKind(id: string, fields: PersonFields, findings: Findings): void {
	const kind = kindOfId(id, fields.kind === 'email');
	if (!kind) return;
	const field = `The ID in the field "${show(fields.id.text)}"`;
	findings.warn(
		kind === 'email'
			? `${field} is an email address. ${BY_EMAIL}`
			: `${field} has no @. Check the field and '${IDENTIFY_BY}'`,
	);
}

const isUsable = (id: string): boolean =>
	!isBlank(id) && !isExpressionAsText(id) && !isLeftover(id);

const CHECK = 'Check what the node before this one puts there';

const refuseId = (
	{ id }: PersonFields,
	predicate: string,
	findings: Findings,
	hint = CHECK,
): undefined =>
	findings.refuse({
		parameter: ID_FIELD,
		message: `The ID in the field "${show(id.text)}" ${predicate}`,
		hint,
	});

function readId(value: unknown, fields: PersonFields, findings: Findings): string | undefined {
	if (isBlank(value)) {
		return findings.refuse({
			parameter: ID_FIELD,
			message: `The item has no ID: its field "${show(fields.id.text)}" is ${value === undefined ? 'missing' : 'empty'}`,
			hint: `${CHECK}. To leave out such items, set '${IF_ID_EMPTY}' to 'Skip the Item'`,
		});
	}
	if (Number.isSafeInteger(value)) return String(value);
	const refuse = (predicate: string, hint?: string) => refuseId(fields, predicate, findings, hint);
	if (typeof value === 'number') return refuse(`is the number ${value}`, 'Pass it on as text');
	if (typeof value !== 'string') return refuse(`is ${kindOf(value)}, but it has to be text`);
	return isLeftover(value)
		? refuse(`is the text "${value}", which ${NO_ID}`)
		: refuse(`is "${show(value)}", an expression as text`);
}

/** The values that a choice takes from an item; nothing if there are none. */
function valuesFrom(
	json: JsonObject,
	{ id }: PersonFields,
	choice: FieldChoice,
	label: string,
	findings: Findings,
): JsonObject | undefined {
	if (choice.from === 'none') return undefined;
	const values: JsonObject = {};
	let isEmpty = true;
	const add = (name: string, field: string, value: unknown): void => {
		const sent = sendable(value, field, label, findings);
		if (sent === undefined) return;
		setOwn(values, name, sent);
		isEmpty = false;
	};
	if (choice.from === 'selected') {
		for (const { field, name } of choice.fields) {
			const value = valueIn(json, field);
			if (value === undefined)
				findings.warn(`${about(field.text, label)} is missing and was left out`);
			else add(name, field.text, value);
		}
	} else {
		const { holder, key } = objectAround(json, id);
		const isFailure = holder === json && hasFailedBefore(json);
		for (const [name, value] of Object.entries(holder)) {
			if (name === key || IDS_OF_BRAZE.has(name)) continue;
			if (!isFailure || !OF_FAILURE.has(name)) add(name, name, value);
		}
	}
	return isEmpty ? undefined : values;
}

/** An item may have a field of this name, which isn't the one that every object has. */
function setOwn(values: JsonObject, name: string, value: unknown): void {
	if (name !== '__proto__') values[name] = value;
	else Object.defineProperty(values, name, { value, enumerable: true });
}

const about = (field: string, label: string): string => `The field "${show(field)}" for '${label}'`;

/** A value with its type, as JSON has it; undefined if it is refused, or isn't there. */
function sendable(value: unknown, field: string, label: string, findings: Findings): unknown {
	if (typeof value === 'string' || typeof value === 'boolean' || value === undefined) return value;
	if (value === null) {
		findings.warn(`${about(field, label)} is null, and goes to Braze as null`);
		return null;
	}
	const read = readValue(value);
	if ('problem' in read) {
		const message = `${about(field, label)} ${read.problem}`;
		return findings.refuse({ parameter: label, message, hint: CHECK });
	}
	if (read.warning) findings.warn(`${about(field, label)} ${read.warning}`);
	return read.value;
}

function readValue(value: NonNullable<unknown>): Parsed {
	if (typeof value === 'number') return castNumber(value);
	if (typeof value !== 'object') return { problem: `is ${kindOf(value)}, which cannot be sent` };
	const time = asTimeText(value);
	if (time !== undefined) return { value: time };
	if (isDate(value) || isInvalidTime(value)) return { problem: "is a date that doesn't exist" };
	return parseJson(value);
}

const isInvalidTime = (value: object): boolean =>
	'isLuxonDateTime' in value && typeof (value as { toISO?: unknown }).toISO === 'function';

/** A list of selected fields, as the form shows it. */
export const fieldsFor = (label: string): string => `Fields for ${label}`;

type Named = [parameter: string, field: FieldName];

const namedIn = (
	{ id, properties, attributes }: Partial<NamedFields>,
	{ propertiesLabel }: Target,
): Named[] => [
	...(id ? [[ID_FIELD, id] satisfies Named] : []),
	...selectedIn(properties, fieldsFor(propertiesLabel)),
	...selectedIn(attributes, fieldsFor(ATTRIBUTES)),
];

const selectedIn = (choice: FieldChoice | undefined, parameter: string): Named[] =>
	choice?.from === 'selected' ? choice.fields.map(({ field }) => [parameter, field]) : [];

/**
 * An expression that returns a field's value instead of its name finds no such field. For the names
 * that are fixed next to it, the same holds as without it.
 */
export function refuseFieldsNotIn(
	json: JsonObject,
	items: readonly JsonObject[],
	fields: NamedFields,
	target: Target,
	findings: Findings,
): void {
	for (const [parameter, field] of namedIn(fields, target)) {
		if (!field.byExpression) {
			refuseUnknown(items, parameter, field, findings);
			continue;
		}
		if (hasField(json, field)) continue;
		findings.refuse({
			parameter,
			message: `The item has no field "${show(field.text)}", which the expression in '${parameter}' names`,
			hint: 'It needs the name of a field, not its value. Switch it from Expression to Fixed, then drag the field there or type its name',
		});
	}
}

/** A field that no item has is a mistake in its name, and not of the items. */
export function refuseUnknownFields(
	items: readonly JsonObject[],
	fields: Partial<NamedFields>,
	target: Target,
	findings: Findings,
): void {
	for (const [parameter, field] of namedIn(fields, target)) {
		refuseUnknown(items, parameter, field, findings);
	}
}

function refuseUnknown(
	items: readonly JsonObject[],
	parameter: string,
	field: FieldName,
	findings: Findings,
): void {
	if (items.some((json) => hasField(json, field))) return;
	findings.refuse({
		parameter,
		message: `No incoming item has the field "${show(field.text)}", which '${parameter}' names`,
		hint: offering(items, field),
	});
}

/** As many names as a person reads. */
const MOST_NAMES = 20;

function offering(items: readonly JsonObject[], field: FieldName): string {
	const { within, names } = namesAround(items, field);
	if (names.length === 0) {
		return 'The incoming items have no fields at all. Check the node before this one';
	}
	const more = names.length - MOST_NAMES;
	const list = names.slice(0, MOST_NAMES).map(show).join(', ');
	const where = within === '' ? 'The fields are' : `The fields in "${show(within)}" are`;
	return `${where}: ${list}${more > 0 ? ` and ${more} more` : ''}. Type one of them, or drag it from the input`;
}

/** Whether an item has nothing where its ID belongs. */
export const hasNoId = (json: JsonObject, { id }: NamedFields): boolean =>
	isBlank(valueIn(json, id));

/** The label that all aliases have. */
export function readAliasLabel(value: unknown, findings: Findings): string | undefined {
	const parameter = 'Alias Label';
	const refuse = (rest: string, hint = 'Enter the label that the alias has in Braze') =>
		findings.refuse({ parameter, message: `'${parameter}' ${rest}`, hint });
	if (isBlank(value)) return refuse('is empty');
	if (typeof value !== 'string') return refuse(`is ${kindOf(value)}, but it has to be text`);
	if (isExpressionAsText(value)) {
		return refuse(`is "${show(value)}", an expression typed as text`, AS_EXPRESSION);
	}
	if (isLeftover(value)) return refuse(`is "${value}", so its expression found no value`);
	if (byteLength(value) > ALIAS_BYTES) return refuse(`is longer than ${ALIAS_BYTES} bytes`);
	return value;
}
