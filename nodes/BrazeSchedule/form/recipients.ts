import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import { NEEDS_A_PERSON } from '../domain/findings';
import type { Findings } from '../domain/findings';
import { isBlank, isObject } from '../domain/json';
import { checkRecipients, readRecipientsJson } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import { ownPropertiesLabel } from '../domain/targets';
import type { Target } from '../domain/targets';
import { collection } from './collection';
import { aliasLabel, identifier, prioritization, prioritizationOf, readKind } from './identifiers';
import {
	checkInputFields,
	inputFields,
	readRecipientFromFields,
	reasonToSkip,
} from './inputFields';
import { inputMode } from './inputMode';
import type { FormParameters } from './parameters';
import { readAssignments } from './properties';
import type { Reading, RunReading } from './reading';
import { readValues } from './rows';
import type { Values } from './rows';
import { fromModel, inTools } from './tool';
import { readChoice, readFlag } from './values';
import type { ChoiceField } from './values';

const RECIPIENTS = 'Recipients';

const FROM_MODEL = fromModel('External_User_ID', 'The ID of the recipient in our own systems');

const firstRow = (externalUserId: string) => ({ identifier: 'externalUserId', externalUserId });

const { options: byHand, ...ways } = inputMode('recipientsInput', RECIPIENTS);

const FROM_INPUT = 'From Input Fields';

const recipientsInput: ChoiceField<'fields' | 'json' | 'inputFields'> = {
	...ways,
	options: [
		{
			name: FROM_INPUT,
			value: 'inputFields',
			description: 'One recipient for each item. The fastest way for a list, without expressions.',
		},
		...byHand,
	],
};

/** Shown if individual recipients get the message. */
export const recipientFields = (
	target: Target,
	show: IDisplayOptions['show'],
): INodeProperties[] => [
	// A tool has no incoming items.
	...inTools({ ...recipientsInput, displayOptions: { show } }, { options: byHand }),
	...inTools(
		{
			displayName: RECIPIENTS,
			name: 'recipients',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			placeholder: 'Add Recipient',
			// n8n merges a field that is dragged onto an expression with it, so the row starts empty.
			default: { recipient: [firstRow('')] },
			description: `Who gets the message. Recipients must also be in the target audience that is set on the ${target.label} in Braze.`,
			displayOptions: { show: { ...show, recipientsInput: ['fields'] } },
			options: [
				{
					displayName: 'Recipient',
					name: 'recipient',
					values: recipientRow(target),
				},
			],
		},
		{ default: { recipient: [firstRow(FROM_MODEL)] } },
	),
	...inputFields(target, { ...show, recipientsInput: ['inputFields'] }),
	{
		displayName: `${RECIPIENTS} (JSON)`,
		name: 'recipientsJson',
		type: 'json',
		typeOptions: { rows: 6 },
		default: '[]',
		hint: `For example [{ "external_user_id": "user-123", "${target.propertiesField}": { "first_name": "Ada" } }]`,
		description:
			'A list of recipient objects in the format that Braze documents. More than 50 are split into several schedules.',
		displayOptions: { show: { ...show, recipientsInput: ['json'] } },
	},
];

const MORE = 'Additional Fields';

const attributes: INodeProperties = {
	displayName: 'Attributes',
	name: 'attributes',
	type: 'assignmentCollection',
	default: {},
	description: "Written to the recipient's profile before the message is sent",
};

const sendToExistingOnly: INodeProperties = {
	displayName: 'Send to Existing Users Only',
	name: 'sendToExistingOnly',
	type: 'boolean',
	default: true,
	description:
		"Whether to skip this recipient if there is no such user in Braze. If off, Braze creates the user, which needs at least one attribute. Can't be used with user aliases.",
};

const recipientRow = (target: Target): INodeProperties[] => [
	identifier,
	{
		displayName: 'External User ID',
		name: 'externalUserId',
		type: 'string',
		// Empty, because n8n uses these defaults for a row that one expression supplies.
		default: '',
		placeholder: 'Drag the ID here, or type it, e.g. user-123',
		description: 'The ID of the recipient in your own systems',
		displayOptions: { show: { identifier: ['externalUserId'] } },
	},
	{
		displayName: 'Alias Name',
		name: 'aliasName',
		type: 'string',
		default: '',
		placeholder: 'e.g. ada.lovelace',
		description: 'The name of the alias. Case-sensitive.',
		displayOptions: { show: { identifier: ['userAlias'] } },
	},
	{ ...aliasLabel, displayOptions: { show: { identifier: ['userAlias'] } } },
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		placeholder: 'name@email.com',
		displayOptions: { show: { identifier: ['email'] } },
	},
	{ ...prioritization, displayOptions: { show: { identifier: ['email'] } } },
	{
		displayName: 'Braze ID',
		name: 'brazeId',
		type: 'string',
		default: '',
		placeholder: 'e.g. 5f6b2c1d9e8a7b0012345678',
		displayOptions: { show: { identifier: ['brazeId'] } },
	},
	...collection({
		displayName: MORE,
		name: 'additionalFields',
		placeholder: 'Add Field for This Recipient',
		default: {},
		options: [
			attributes,
			{
				displayName: ownPropertiesLabel(target),
				name: 'properties',
				type: 'assignmentCollection',
				default: {},
				description: `Values for this recipient only, shown in the message with {{ ${target.propertiesLiquid} }}. They override the values for all recipients below.`,
			},
			sendToExistingOnly,
		],
	}),
];

function identifierOf(row: Values, findings: Findings): Values {
	switch (readKind(row.identifier, findings)) {
		case 'userAlias':
			return { user_alias: { alias_name: row.aliasName, alias_label: row.aliasLabel } };
		case 'email':
			return { email: row.email ?? '', prioritization: prioritizationOf(row.prioritization) };
		case 'brazeId':
			return { braze_id: row.brazeId ?? '' };
		case 'externalUserId':
			return { external_user_id: row.externalUserId ?? '' };
	}
}

/** A form row in Braze's format, so that one check covers rows and JSON. */
function recipientFromRow(
	row: unknown,
	position: number,
	target: Target,
	findings: Findings,
): unknown {
	if (!isObject(row)) return row;
	const notes = findings.ofRecipient(position);
	const more = readValues(row.additionalFields, { parameter: MORE }, notes) ?? {};
	const typed = (field: string, label: string) =>
		field in more ? readAssignments(more[field], label, notes) : undefined;
	const ownProperties = typed('properties', ownPropertiesLabel(target));
	const ownAttributes = typed(attributes.name, attributes.displayName);
	return {
		...identifierOf(row, findings),
		...(ownProperties && { [target.propertiesField]: ownProperties }),
		...(ownAttributes && { attributes: ownAttributes }),
		...('sendToExistingOnly' in more && {
			send_to_existing_only: readFlag(more.sendToExistingOnly, sendToExistingOnly, findings),
		}),
	};
}

const ID_FIELDS = ['externalUserId', 'aliasName', 'aliasLabel', 'email', 'brazeId'];

/** A row as the form adds it, with nothing filled in. */
const isBlankRow = (row: unknown): boolean =>
	isObject(row) &&
	ID_FIELDS.every((name) => isBlank(row[name])) &&
	isObject(row.additionalFields) &&
	Object.keys(row.additionalFields).length === 0;

/** n8n makes blank rows of a list that is given as one expression, so those alone are no list. */
function rowsIn(parameters: FormParameters, item: number): unknown[] {
	const rows = parameters.rows('recipients', 'recipient', item);
	return !parameters.isExpression('recipients') && rows.every(isBlankRow) ? [] : rows;
}

/** What is wrong with the field names for the whole run. */
export function checkRecipientsInput(run: RunReading): void {
	const { parameters, isTool, findings } = run;
	if (!parameters.has(recipientsInput.name) || parameters.isExpression(recipientsInput.name))
		return;
	if (parameters.read(recipientsInput.name, 0) !== 'inputFields') return;
	if (!isTool) {
		checkInputFields(run);
		return;
	}
	findings.refuse({
		parameter: recipientsInput.displayName,
		message: `'${recipientsInput.displayName}' is '${FROM_INPUT}', but a tool has no incoming items`,
		hint: "Choose 'Using Fields Below', and let the model fill in the ID",
		forModel: NEEDS_A_PERSON,
	});
}

const readInput = ({ parameters, item, findings }: Reading) =>
	readChoice(parameters.read(recipientsInput.name, item), recipientsInput, findings);

/** Why nothing is sent for an item without an ID, if the form says so. */
export const readReasonToSkip = (reading: Reading): string | undefined =>
	reading.parameters.read(recipientsInput.name, reading.item) === 'inputFields'
		? reasonToSkip(reading)
		: undefined;

interface ReadRecipients {
	recipients: Recipient[];
	/** The incoming field with the ID, if there is one. */
	idField?: string;
}

export function readRecipients(reading: Reading): ReadRecipients {
	const { parameters, item, target, findings } = reading;
	const before = findings.refusals;
	const input = readInput(reading);
	if (input === 'inputFields') return readRecipientFromFields(reading);
	const raw =
		input === 'json'
			? readRecipientsJson(parameters.read('recipientsJson', item), findings)
			: rowsIn(parameters, item).map((row, index) =>
					recipientFromRow(row, index + 1, target, findings),
				);
	if (raw.length === 0 && findings.refusals === before) {
		findings.refuse({
			parameter: RECIPIENTS,
			message: `'${RECIPIENTS}' is empty`,
			hint: "Drag the field with the recipient's ID from the input into the first row, or type the ID. If one expression gives the whole list, use 'Specify Recipients: Using JSON'. To message everyone in the audience, choose that under 'Send To'",
		});
	}
	return { recipients: checkRecipients(raw, target, findings) };
}
