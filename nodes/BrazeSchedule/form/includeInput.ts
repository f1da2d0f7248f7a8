import type { INodeProperties } from 'n8n-workflow';

/** Without it, nothing of the incoming item is in the output. */
export const includeInput: INodeProperties = {
	displayName: 'Include Input Fields',
	name: 'includeInput',
	type: 'boolean',
	default: true,
	description:
		"Whether to add the fields of the incoming item to the output, under 'input'. Not added to a result that several items share.",
};
