import type { INodeProperties } from 'n8n-workflow';

/**
 * A collection, and a hidden field of the same name after it. n8n empties a collection that one
 * expression supplies before a node can read it. Of two fields with one name, the last one
 * determines what the node gets, and a hidden field keeps its value.
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
