import type { INodeProperties } from 'n8n-workflow';

import { isBlank, show } from '../domain/json';
import { ZONE_CHOICES } from '../domain/zoneChoices';
import type { Reading } from './reading';

/** As the editor keeps a choice from the list. */
export const chosen = (choice: keyof typeof ZONE_CHOICES) => {
	const { value, label } = ZONE_CHOICES[choice];
	return { mode: 'list', value, cachedResultName: label };
};

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
	default: chosen('workflow'),
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

/** The zone or another choice, as it is filled in. */
export function zoneText({ parameters, item }: Reading, { name }: INodeProperties): string {
	const value = parameters.read(name, item);
	return isBlank(value) ? '' : show(value).trim();
}

/** The zone that is chosen. Only the choice 'Workflow time zone' means the workflow's. */
export function readChosenZone(reading: Reading, field: INodeProperties): string {
	const { parameters, findings } = reading;
	const text = zoneText(reading, field);
	if (text === '') {
		findings.refuse({
			parameter: field.displayName,
			message: `'${field.displayName}' is empty`,
			hint: `Choose a time zone from the list, or check that its expression finds a name like Europe/Berlin. For the workflow's own zone, choose '${ZONE_CHOICES.workflow.label}'`,
		});
	}
	return ['', ZONE_CHOICES.workflow.value].includes(text) ? parameters.workflowZone : text;
}
