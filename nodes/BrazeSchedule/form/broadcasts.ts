import type { INodeProperties } from 'n8n-workflow';

import { collection } from './collection';

export const broadcastFields: INodeProperties[] = [
	{
		displayName:
			"Braze lists the broadcasts that are scheduled in its dashboard. Don't expect schedules made through the API here, including this node's. To move or cancel those, keep the output of Create.",
		name: 'dashboardOnlyNotice',
		type: 'notice',
		default: '',
	},
	{
		displayName: 'Until',
		name: 'until',
		type: 'dateTime',
		required: true,
		typeOptions: { dateOnly: true },
		default: '={{ $now.plus({ days: 30 }).toISODate() }}',
		placeholder: 'e.g. 2026-03-31',
		description: 'The last day to list, in UTC. The list starts now.',
	},
	{
		displayName: 'Return All',
		name: 'returnAll',
		type: 'boolean',
		default: false,
		description: 'Whether to return all results or only up to a given limit',
	},
	{
		displayName: 'Limit',
		name: 'limit',
		type: 'number',
		typeOptions: { minValue: 1 },
		default: 50,
		description: 'Max number of results to return',
		displayOptions: { show: { returnAll: [false] } },
	},
	...collection({
		displayName: 'Filters',
		name: 'filters',
		placeholder: 'Add Filter',
		default: {},
		options: [
			{
				displayName: 'Kind',
				name: 'kind',
				type: 'options',
				options: [
					{ name: 'Campaigns', value: 'Campaign' },
					{ name: 'Canvases', value: 'Canvas' },
				],
				default: 'Campaign',
				description: 'Whether to list only campaigns or only Canvases',
			},
			{
				displayName: 'Name Contains',
				name: 'name',
				type: 'string',
				default: '',
				placeholder: 'e.g. newsletter',
				description: 'Only list broadcasts whose name contains this text',
			},
		],
	}),
];
