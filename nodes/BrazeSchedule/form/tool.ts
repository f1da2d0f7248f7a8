import type { INodeProperties } from 'n8n-workflow';

/** How the editor itself marks a value that the model fills in. */
const MARK = '/*n8n-auto-generated-fromAI-override*/';

/** A default that asks an agent's model. */
export const fromModel = (name: string, description: string): string =>
	`={{ ${MARK} $fromAI('${name}', \`${description}\`, 'string') }}`;

/** An agent's tool has no incoming item to take a value from, so there the field differs. */
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
