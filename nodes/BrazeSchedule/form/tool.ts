import type { INodeProperties } from 'n8n-workflow';

/** The editor's own marker for a value that the model fills in. */
const MARK = '/*n8n-auto-generated-fromAI-override*/';

/** A default value that the model of an agent fills in. */
export const fromModel = (name: string, description: string): string =>
	`={{ ${MARK} $fromAI('${name}', \`${description}\`, 'string') }}`;

/** An agent's tool has no incoming item with values, so the field differs there. */
export const inTools = (
	field: INodeProperties,
	difference: Partial<INodeProperties>,
): INodeProperties[] =>
	[false, true].map((isTool) => ({
		...field,
		...(isTool && difference),
		displayOptions: {
			...field.displayOptions,
			show: { ...field.displayOptions?.show, '@tool': [isTool] },
		},
	}));
