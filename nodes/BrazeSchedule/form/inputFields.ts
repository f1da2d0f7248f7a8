import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { fieldNamed, hasField, ownName } from '../domain/fieldNames';
import type { FieldName } from '../domain/fieldNames';
import { noFindings } from '../domain/findings';
import type { Findings } from '../domain/findings';
import { isBlank, isObject, kindOf, show } from '../domain/json';
import type { JsonObject } from '../domain/json';
import {
	ATTRIBUTES,
	fieldsFor,
	hasNoId,
	ID_FIELD,
	personFrom,
	readAliasLabel,
	refuseFieldsNotIn,
	refuseUnknownFields,
} from '../domain/inputFields';
import type { FieldChoice, NamedFields, PersonFields } from '../domain/inputFields';
import { isExpressionAsText } from '../domain/keys';
import type { Recipient } from '../domain/recipients';
import type { Target } from '../domain/targets';
import { IF_ID_EMPTY } from '../domain/labels';
import {
	aliasLabel,
	identifier,
	prioritization,
	readKind,
	readPrioritization,
} from './identifiers';
import type { FormParameters } from './parameters';
import type { Reading, RunReading } from './reading';
import { readChoice, readText } from './values';
import type { ChoiceField } from './values';

const FROM = { none: 'none', selected: 'selected', others: 'others' } as const;
type From = (typeof FROM)[keyof typeof FROM];

const kind: ChoiceField<ReturnType<typeof readKind>> = { ...identifier, name: 'inputIdentifier' };

const idField: INodeProperties = {
	displayName: ID_FIELD,
	name: 'idField',
	type: 'string',
	requiresDataPath: 'single',
	default: '',
	placeholder: 'e.g. user_id',
	hint: 'Drag the field here from the input, or type its name',
	description:
		'The name of the incoming field with the ID, alias name or email of the recipient. A field within another one has dots, such as body.user_id.',
};

/** A choice of fields, and what it is for. */
interface Chosen {
	label: string;
	/** The parameters: where the values come from, and which fields are selected. */
	from: ChoiceField<From>;
	rows: string;
	description: string;
}

const chosen = (
	label: string,
	names: { from: string; rows: string },
	description: string,
): Chosen => ({
	label,
	rows: names.rows,
	description,
	from: {
		displayName: `${label} From`,
		name: names.from,
		type: 'options',
		options: [
			{ name: 'None', value: FROM.none },
			{ name: 'Selected Fields', value: FROM.selected },
			{
				name: 'All Other Fields',
				value: FROM.others,
				description:
					"Every field next to the one with the ID, except Braze's own IDs such as external_user_id or user_alias",
			},
		],
		default: 'none',
		description,
	},
});

const propertiesOf = ({ propertiesLabel, propertiesLiquid }: Target): Chosen =>
	chosen(
		propertiesLabel,
		{ from: 'propertiesFrom', rows: 'propertiesFields' },
		`Which incoming fields the message shows with {{ ${propertiesLiquid} }}. They override the values for all recipients below.`,
	);

const attributes = chosen(
	ATTRIBUTES,
	{ from: 'attributesFrom', rows: 'attributesFields' },
	"Which incoming fields are written to the recipient's profile before the message is sent",
);

const ROW = 'field';

const selectedField: INodeProperties = {
	displayName: 'Field',
	name: 'field',
	type: 'string',
	requiresDataPath: 'single',
	default: '',
	placeholder: 'e.g. first_name',
	hint: 'Drag the field here from the input, or type its name',
};

const nameInBraze: INodeProperties = {
	displayName: 'Name in Braze',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. first_name',
	description:
		"If empty, it's the name of the field. Of a path such as body.first_name, it's the last part.",
};

const fieldsOf = (
	{ from, label, rows }: Chosen,
	shownIf: IDisplayOptions['show'],
): INodeProperties[] => [
	{ ...from, displayOptions: { show: shownIf } },
	{
		displayName: fieldsFor(label),
		name: rows,
		type: 'fixedCollection',
		typeOptions: { multipleValues: true, sortable: true },
		placeholder: 'Add Field',
		default: { [ROW]: [{ field: '', name: '' }] },
		displayOptions: { show: { ...shownIf, [from.name]: [FROM.selected] } },
		options: [
			{
				displayName: 'Field',
				name: ROW,
				values: [selectedField, nameInBraze],
			},
		],
	},
];

const ifEmpty: ChoiceField<'fail' | 'skip'> = {
	displayName: IF_ID_EMPTY,
	name: 'ifIdEmpty',
	type: 'options',
	options: [
		{ name: 'Fail the Item', value: 'fail' },
		{
			name: 'Skip the Item',
			value: 'skip',
			description: 'Nothing is sent for it, and its status is "skipped"',
		},
	],
	default: 'fail',
	description: 'What happens to an item whose field with the ID is empty or missing',
};

/** Shown if recipients come from the incoming fields. */
export const inputFields = (
	target: Target,
	shownIf: IDisplayOptions['show'],
): INodeProperties[] => [
	{ ...kind, displayOptions: { show: shownIf } },
	{ ...idField, displayOptions: { show: shownIf } },
	{
		...aliasLabel,
		name: 'inputAliasLabel',
		displayOptions: { show: { ...shownIf, [kind.name]: ['userAlias'] } },
	},
	{
		...prioritization,
		name: 'inputPrioritization',
		displayOptions: { show: { ...shownIf, [kind.name]: ['email'] } },
	},
	...fieldsOf(propertiesOf(target), shownIf),
	...fieldsOf(attributes, shownIf),
	{ ...ifEmpty, displayOptions: { show: shownIf } },
];

/** The incoming items, in which fixed names are looked up. */
const itemsOfRun = new WeakMap<FormParameters, readonly JsonObject[]>();
/** The field names of a form without expressions, which are the same for every item. */
const namesOfRun = new WeakMap<FormParameters, NamedFields>();
/** The same with the kind of ID and what it needs. */
const fieldsOfRun = new WeakMap<FormParameters, PersonFields>();

const namesVary = (parameters: FormParameters): boolean =>
	['idField', 'propertiesFrom', 'propertiesFields', 'attributesFrom', 'attributesFields'].some(
		(name) => parameters.isExpression(name),
	);

const kindVaries = (parameters: FormParameters): boolean =>
	['inputIdentifier', 'inputAliasLabel', 'inputPrioritization'].some((name) =>
		parameters.isExpression(name),
	);

/** Where names are read from, and in which items they will be looked up. */
type NamesReading = Omit<Reading, 'json' | 'now'> & Pick<RunReading, 'items'>;

const itemsFor = ({ parameters, json }: Reading): readonly JsonObject[] =>
	itemsOfRun.get(parameters) ?? [json];

/** A field that no item has is a problem of the whole run, as long as no expression names it. */
export function checkInputFields(run: RunReading): void {
	const { parameters, target, items, findings } = run;
	itemsOfRun.set(parameters, items);
	const isFixed = (name: string) => !parameters.isExpression(name);
	const names = readNamesIf(isFixed, { ...run, item: 0 });
	if (isComplete(names) && !namesVary(parameters)) namesOfRun.set(parameters, names);
	refuseUnknownFields(items, names, target, findings);
}

function readNames(reading: Reading): NamedFields | undefined {
	const known = namesOfRun.get(reading.parameters);
	if (known) return known;
	const names = readNamesIf(() => true, { ...reading, items: itemsFor(reading) });
	return isComplete(names) ? names : undefined;
}

const isComplete = (names: Partial<NamedFields>): names is NamedFields =>
	names.id !== undefined && names.properties !== undefined && names.attributes !== undefined;

/** The names whose parameters are wanted. */
function readNamesIf(
	isWanted: (parameter: string) => boolean,
	reading: NamesReading,
): Partial<NamedFields> {
	const { parameters, item, target, findings } = reading;
	const choiceOf = (choice: Chosen) =>
		isWanted(choice.from.name) && isWanted(choice.rows) ? readChosen(choice, reading) : undefined;
	return {
		id: isWanted(idField.name)
			? readFieldName(
					parameters.read(idField.name, item),
					ID_FIELD,
					parameters.isExpression(idField.name),
					findings,
				)
			: undefined,
		properties: choiceOf(propertiesOf(target)),
		attributes: choiceOf(attributes),
	};
}

function readPersonFields(
	{ parameters, item, findings }: Reading,
	names: NamedFields,
): PersonFields | undefined {
	const known = fieldsOfRun.get(parameters);
	if (known) return known;
	const before = findings.refusals;
	const fields: PersonFields = {
		...names,
		kind: readKind(parameters.read('inputIdentifier', item), findings),
	};
	if (fields.kind === 'userAlias') {
		fields.aliasLabel = readAliasLabel(parameters.read('inputAliasLabel', item), findings);
	}
	if (fields.kind === 'email') {
		const chosenOne = parameters.read('inputPrioritization', item);
		fields.prioritization = readPrioritization(chosenOne, findings);
	}
	if (findings.refusals > before) return undefined;
	if (!namesVary(parameters) && !kindVaries(parameters)) fieldsOfRun.set(parameters, fields);
	return fields;
}

function readFieldName(
	value: unknown,
	parameter: string,
	byExpression: boolean,
	findings: Findings,
	what = `'${parameter}'`,
): FieldName | undefined {
	const text = typeof value === 'number' ? String(value) : value;
	if (typeof text === 'string' && !isBlank(text) && !isExpressionAsText(text)) {
		return { ...fieldNamed(text), byExpression };
	}
	const found = isBlank(text)
		? 'empty'
		: typeof text === 'string'
			? `"${show(text)}"`
			: kindOf(text);
	return findings.refuse({
		parameter,
		message: `${what} is ${found}, but it has to be the name of an incoming field`,
		hint: 'Drag the field there from the input, or type its name, such as user_id',
	});
}

function readChosen(
	{ from, label, rows }: Chosen,
	{ parameters, item, items, findings }: NamesReading,
): FieldChoice | undefined {
	const choice = readChoice(parameters.read(from.name, item), from, findings);
	if (choice !== FROM.selected) return { from: choice };
	const before = findings.refusals;
	const parameter = fieldsFor(label);
	const names = new Set<string>();
	const fields = parameters.rows(rows, ROW, item).flatMap((row, index) => {
		const place = `Row ${index + 1} of '${parameter}'`;
		if (!isObject(row)) {
			const message = `${place} is ${kindOf(row)}, but it has to name a field`;
			findings.refuse({ parameter, message });
			return [];
		}
		if (isBlank(row.field) && isBlank(row.name)) return [];
		const byExpression = [[rows], [rows, ROW], [rows, ROW, String(index), selectedField.name]].some(
			(path) => parameters.isExpressionAt(path),
		);
		const field = readFieldName(row.field, parameter, byExpression, findings, place);
		if (!field) return [];
		const name = isBlank(row.name)
			? ownName(field, items)
			: readText(row.name, nameInBraze, findings);
		if (names.has(name)) {
			findings.refuse({
				parameter,
				message: `'${parameter}' has "${show(name)}" more than once`,
				hint: "Give one of the fields another 'Name in Braze'",
			});
		}
		names.add(name);
		return [{ field, name }];
	});
	if (fields.length === 0 && findings.refusals === before) {
		findings.refuse({
			parameter,
			message: `'${parameter}' is empty`,
			hint: `Add a field, or set '${from.displayName}' to 'None' or 'All Other Fields'`,
		});
	}
	return findings.refusals === before ? { from: FROM.selected, fields } : undefined;
}

/** The recipient that an item names with its own fields. */
export function readRecipientFromFields(reading: Reading): {
	recipients: Recipient[];
	idField?: string;
} {
	const { parameters, json, target, findings } = reading;
	const names = readNames(reading);
	const fields = names && readPersonFields(reading, names);
	if (!fields) return { recipients: [] };
	if (namesVary(parameters)) {
		refuseFieldsNotIn(json, itemsFor(reading), fields, target, findings);
	}
	const recipient = findings.refusals > 0 ? undefined : personFrom(json, fields, target, findings);
	return { recipients: recipient ? [recipient] : [], idField: fields.id.text };
}

/** Why an item without an ID is skipped, if that is chosen. */
export function reasonToSkip(reading: Reading): string | undefined {
	const { parameters, item, json, findings } = reading;
	if (readChoice(parameters.read('ifIdEmpty', item), ifEmpty, findings) !== 'skip')
		return undefined;
	// What is wrong with the names is said where the recipient is read.
	const names = readNames({ ...reading, findings: noFindings() });
	if (!names || !hasNoId(json, names)) return undefined;
	// An expression that returns the ID itself would skip every item.
	if (parameters.isExpression(idField.name) && !hasField(json, names.id)) return undefined;
	return `The item has no ID in its field "${show(names.id.text)}"`;
}
