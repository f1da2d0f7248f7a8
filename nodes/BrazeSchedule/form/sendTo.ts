import type { INodeProperties } from 'n8n-workflow';

import type { Target } from '../domain/targets';
import { inTools } from './tool';

export const SEND_TO = {
	recipients: 'recipients',
	audience: 'audience',
	everyone: 'everyone',
} as const;

const everyone = (target: Target, howOften: string): string =>
	`This messages every user in the target audience of the ${target.label}, ${howOften}. Check the audience in Braze first.`;

export const sendToFields = (target: Target): INodeProperties[] => [
	{
		displayName: 'Send To',
		name: 'sendTo',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Recipients',
				value: SEND_TO.recipients,
				description: 'Only the users you name below or take from the incoming items',
			},
			{
				name: 'Audience Filter',
				value: SEND_TO.audience,
				description: `Everyone in the target audience of the ${target.label} who also matches a filter`,
			},
			{
				name: 'Everyone in the Audience',
				value: SEND_TO.everyone,
				description: `Everyone in the target audience that is set on the ${target.label} in Braze`,
			},
		],
		default: 'recipients',
		description: 'Who gets the message',
	},
	...inTools(
		{
			displayName: everyone(target, 'once for each incoming item'),
			name: 'everyoneNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { sendTo: [SEND_TO.everyone] } },
		},
		{ displayName: everyone(target, 'each time the model uses this tool') },
	),
	{
		displayName: 'Yes, Send to Everyone',
		name: 'confirmEveryone',
		type: 'boolean',
		noDataExpression: true,
		default: false,
		description:
			'Whether to message everyone in the audience. Nothing is scheduled until this is on.',
		displayOptions: { show: { sendTo: [SEND_TO.everyone] } },
	},
];
