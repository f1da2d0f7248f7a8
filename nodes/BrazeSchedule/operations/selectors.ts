import type { INodeProperties } from 'n8n-workflow';

import { TARGETS } from '../domain/targets';
import type { Target } from '../domain/targets';

const targets = Object.values(TARGETS);

const resources = targets
	.map(({ displayName, resource }) => ({ name: displayName, value: resource as string }))
	.concat(
		{ name: 'Send ID', value: 'sendId' },
		{ name: 'Upcoming Broadcast', value: 'upcomingBroadcast' },
	);

export const resourceField: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: resources,
	default: 'campaign',
};

const operationSelector = ({ resource, label }: Target): INodeProperties => ({
	displayName: 'Operation',
	name: 'operation',
	type: 'options',
	noDataExpression: true,
	displayOptions: { show: { resource: [resource] } },
	options: [
		{
			name: 'Create',
			value: 'create',
			description: `Schedule an API-triggered ${label}`,
			action: `Create ${label} schedule`,
		},
		{
			name: 'Delete',
			value: 'delete',
			description: 'Cancel a schedule before it is sent',
			action: `Delete ${label} schedule`,
		},
		{
			name: 'Update',
			value: 'update',
			description: 'Move a schedule to another time',
			action: `Update ${label} schedule`,
		},
	],
	default: 'create',
});

export const operationSelectors: INodeProperties[] = [
	...targets.map(operationSelector),
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['sendId'] } },
		options: [
			{
				name: 'Create',
				value: 'create',
				description: 'Create a send ID for a campaign, to group several sends in its analytics',
				action: 'Create send ID',
			},
		],
		default: 'create',
	},
	{
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: ['upcomingBroadcast'] } },
		options: [
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'List broadcasts that are scheduled in the Braze dashboard',
				action: 'Get many upcoming broadcasts',
			},
		],
		default: 'getAll',
	},
];
