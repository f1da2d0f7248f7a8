import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { isBlank, isObject } from '../domain/json';
import { checkRecipients, readRecipientsJson } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import type { Target } from '../domain/targets';
import { collection } from './collection';
import { inputMode } from './inputMode';
import type { Parameters } from './parameters';
import { readAssignments } from './properties';
import { readValues } from './rows';
import type { Values } from './rows';
import { fromModel, inTools } from './tool';
import { readChoice, readFlag, usesJson } from './values';
import type { ChoiceField } from './values';

const RECIPIENTS = 'Recipients';

const FROM_ITEM = '={{ $json.external_user_id }}';
const FROM_MODEL = fromModel('External_User_ID', 'The ID of the recipient in our own systems');

const firstRow = (externalUserId: string) => ({ identifier: 'externalUserId', externalUserId });

const recipientsInput = inputMode('recipientsInput', RECIPIENTS);

/** Shown if individual recipients get the message. */
export const recipientFields = (
	target: Target,
	show: IDisplayOptions['show'],
): INodeProperties[] => [
	{ ...recipientsInput, displayOptions: { show } },
	...inTools(
		{
			displayName: RECIPIENTS,
			name: 'recipients',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			placeholder: 'Add Recipient',
			default: { recipient: [firstRow(FROM_ITEM)] },
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

/** From the most common to the rarest, the order in which a message lists them. */
const IDENTIFIERS = ['externalUserId', 'userAlias', 'email', 'brazeId'] as const;

const identifier: ChoiceField<(typeof IDENTIFIERS)[number]> = {
	displayName: 'Identify By',
	name: 'identifier',
	type: 'options',
	options: [
		{ name: 'Braze ID', value: 'brazeId' },
		{ name: 'Email', value: 'email' },
		{ name: 'External User ID', value: 'externalUserId' },
		{ name: 'User Alias', value: 'userAlias' },
	],
	default: 'externalUserId',
	description: 'Which kind of ID identifies the recipient in Braze',
};

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
		placeholder: 'e.g. user-123',
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
	{
		displayName: 'Alias Label',
		name: 'aliasLabel',
		type: 'string',
		default: '',
		placeholder: 'e.g. shop_login',
		description: 'The label that the alias has in Braze',
		displayOptions: { show: { identifier: ['userAlias'] } },
	},
	{
		displayName: 'Email',
		name: 'email',
		type: 'string',
		default: '',
		placeholder: 'name@email.com',
		displayOptions: { show: { identifier: ['email'] } },
	},
	{
		displayName: 'Prioritization',
		name: 'prioritization',
		type: 'options',
		options: [
			{
				name: 'Identified, Then Least Recently Updated',
				value: 'identified,least_recently_updated',
			},
			{ name: 'Identified, Then Most Recently Updated', value: 'identified,most_recently_updated' },
			{ name: 'Least Recently Updated', value: 'least_recently_updated' },
			{ name: 'Most Recently Updated', value: 'most_recently_updated' },
			{ name: 'Only If Identified', value: 'identified' },
			{ name: 'Only If Unidentified', value: 'unidentified' },
			{
				name: 'Unidentified, Then Least Recently Updated',
				value: 'unidentified,least_recently_updated',
			},
			{
				name: 'Unidentified, Then Most Recently Updated',
				value: 'unidentified,most_recently_updated',
			},
		],
		default: 'identified,most_recently_updated',
		description:
			'Which profile gets the message when several share this email. Braze sends only if exactly one is left.',
		displayOptions: { show: { identifier: ['email'] } },
	},
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
				displayName: target.propertiesLabel,
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
	switch (readChoice(row.identifier, identifier, findings, IDENTIFIERS)) {
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

const prioritizationOf = (value: unknown): unknown =>
	typeof value === 'string'
		? value
				.split(',')
				.map((entry) => entry.trim())
				.filter((entry) => entry !== '')
		: value;

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
	const ownProperties = typed('properties', target.propertiesLabel);
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
function rowsIn(parameters: Parameters, item: number): unknown[] {
	const rows = parameters.rows('recipients', 'recipient', item);
	return !parameters.isExpression('recipients') && rows.every(isBlankRow) ? [] : rows;
}

export function readRecipients(
	parameters: Parameters,
	item: number,
	target: Target,
	findings: Findings,
): Recipient[] {
	const before = findings.refusals;
	const raw = usesJson(parameters, recipientsInput, item, findings)
		? readRecipientsJson(parameters.read('recipientsJson', item), findings)
		: rowsIn(parameters, item).map((row, index) =>
				recipientFromRow(row, index + 1, target, findings),
			);
	if (raw.length === 0 && findings.refusals === before) {
		findings.refuse({
			parameter: RECIPIENTS,
			message: `'${RECIPIENTS}' is empty`,
			hint: "Name at least one person. If one expression gives the whole list, use 'Specify Recipients: Using JSON'. To message everyone in the audience, choose that under 'Send To'",
		});
	}
	return checkRecipients(raw, target, findings);
}
