import type { INodeProperties } from 'n8n-workflow';

import type { Target } from '../domain/targets';
import { collection } from './collection';
import { inputMode } from './inputMode';
import { SEND_TO } from './sendTo';
import { fromModel, inTools } from './tool';

const FROM_ITEM = '={{ $json.external_user_id }}';
const FROM_MODEL = fromModel('External_User_ID', 'The ID of the recipient in our own systems');

const firstRow = (externalUserId: string) => ({ identifier: 'externalUserId', externalUserId });

const toRecipients = { show: { sendTo: [SEND_TO.recipients] } };

export const recipientFields = (target: Target): INodeProperties[] => [
	inputMode('recipientsInput', 'Recipients', toRecipients),
	...inTools(
		{
			displayName: 'Recipients',
			name: 'recipients',
			type: 'fixedCollection',
			typeOptions: { multipleValues: true, sortable: true },
			placeholder: 'Add Recipient',
			default: { recipient: [firstRow(FROM_ITEM)] },
			description: `Who gets the message. Recipients must also be in the target audience that is set on the ${target.label} in Braze.`,
			displayOptions: { show: { ...toRecipients.show, recipientsInput: ['fields'] } },
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
		displayName: 'Recipients (JSON)',
		name: 'recipientsJson',
		type: 'json',
		typeOptions: { rows: 6 },
		default: '[]',
		hint: `For example [{ "external_user_id": "user-123", "${target.propertiesField}": { "first_name": "Ada" } }]`,
		description:
			'A list of recipient objects in the format that Braze documents. More than 50 are split into several schedules.',
		displayOptions: { show: { ...toRecipients.show, recipientsInput: ['json'] } },
	},
];

const recipientRow = (target: Target): INodeProperties[] => [
	{
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
	},
	{
		displayName: 'External User ID',
		name: 'externalUserId',
		type: 'string',
		// Empty, because n8n replaces a row that is given as one expression by these defaults.
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
		displayName: 'More for This Recipient',
		name: 'additionalFields',
		placeholder: 'Add Field for This Recipient',
		default: {},
		options: [
			{
				displayName: 'Attributes',
				name: 'attributes',
				type: 'assignmentCollection',
				default: {},
				description: "Written to the recipient's profile before the message is sent",
			},
			{
				displayName: target.propertiesLabel,
				name: 'properties',
				type: 'assignmentCollection',
				default: {},
				description: `Values for this recipient only, shown in the message with {{ ${target.propertiesLiquid} }}. They override the values for all recipients below.`,
			},
			{
				displayName: 'Send to Existing Users Only',
				name: 'sendToExistingOnly',
				type: 'boolean',
				default: true,
				description:
					"Whether to skip this recipient if there is no such user in Braze. If off, Braze creates the user, which needs at least one attribute. Can't be used with user aliases.",
			},
		],
	}),
];
