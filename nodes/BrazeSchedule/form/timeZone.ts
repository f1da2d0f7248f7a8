import type { INodeProperties } from 'n8n-workflow';

/** A time zone from a list, or by name, as an expression gives it. */
export const zoneField = ({
	searchListMethod,
	...field
}: Pick<INodeProperties, 'displayName' | 'name' | 'description' | 'displayOptions'> & {
	searchListMethod: string;
}): INodeProperties => ({
	...field,
	type: 'resourceLocator',
	hint: 'Open the list to see which time zone the workflow has',
	default: { mode: 'list', value: 'workflow', cachedResultName: 'Workflow time zone' },
	modes: [
		{
			displayName: 'From List',
			name: 'list',
			type: 'list',
			placeholder: 'Choose a time zone…',
			typeOptions: {
				searchListMethod,
				searchable: true,
				skipCredentialsCheckInRLC: true,
			},
		},
		{
			displayName: 'By Name',
			name: 'id',
			type: 'string',
			placeholder: 'e.g. Europe/Berlin',
		},
	],
});
