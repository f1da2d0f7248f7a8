import type { IDisplayOptions } from 'n8n-workflow';

import type { ChoiceField } from './values';

/** Whether the user fills in a form or Braze's own JSON. */
export const inputMode = (
	name: string,
	what: string,
	displayOptions?: IDisplayOptions,
): ChoiceField<'fields' | 'json'> => ({
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
