import type { INodeProperties } from 'n8n-workflow';

import type { Target } from '../domain/targets';
import { inputMode } from './inputMode';

export const propertyFields = (target: Target): INodeProperties[] => [
	inputMode('propertiesInput', target.propertiesLabel),
	{
		displayName: target.propertiesLabel,
		name: 'properties',
		type: 'assignmentCollection',
		default: {},
		description: `Values that the message shows with {{ ${target.propertiesLiquid} }}, the same for all recipients of this schedule`,
		displayOptions: { show: { propertiesInput: ['fields'] } },
	},
	{
		displayName: `${target.propertiesLabel} (JSON)`,
		name: 'propertiesJson',
		type: 'json',
		typeOptions: { rows: 4 },
		default: '{}',
		hint: 'For example { "first_name": "Ada" }',
		description: `Values that the message shows with {{ ${target.propertiesLiquid} }}, at most 50 KB`,
		displayOptions: { show: { propertiesInput: ['json'] } },
	},
];
