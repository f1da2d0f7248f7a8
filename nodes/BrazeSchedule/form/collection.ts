import type { INodeProperties } from 'n8n-workflow';

/**
 * A collection, and a hidden field of the same name behind it. n8n empties a collection that is
 * given as one expression before a node can read it; of the two fields, the last one decides what
 * the node gets, and a hidden field keeps what was written.
 */
export const collection = (field: Omit<INodeProperties, 'type'>): INodeProperties[] => [
	{ ...field, type: 'collection' },
	{
		displayName: field.displayName,
		name: field.name,
		type: 'hidden',
		default: {},
		...(field.displayOptions && { displayOptions: field.displayOptions }),
	},
];
