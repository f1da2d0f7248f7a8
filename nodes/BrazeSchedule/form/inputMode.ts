import type { IDisplayOptions, INodeProperties } from 'n8n-workflow';

/** Whether something is entered in a form or as Braze's own JSON. */
export const inputMode = (
	name: string,
	what: string,
	displayOptions?: IDisplayOptions,
): INodeProperties => ({
	displayName: `Specify ${what}`,
	name,
	type: 'options',
	options: [
		{ name: 'Using Fields Below', value: 'fields' },
		{ name: 'Using JSON', value: 'json' },
	],
	default: 'fields',
	displayOptions,
});
