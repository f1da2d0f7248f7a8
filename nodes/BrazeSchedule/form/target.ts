import type { INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { readId } from '../domain/ids';
import { isBlank } from '../domain/json';
import type { Existing } from '../domain/drafts';
import type { Target } from '../domain/targets';
import { orOfItem, readScheduleId, SCHEDULE_ID } from './fromItem';
import type { FormParameters } from './parameters';
import { whyWithoutId } from './passedOn';
import type { Reading } from './reading';
import {
	FIND_BY,
	readFindBy,
	readReference,
	readStopIfNotFound,
	refuseWithScheduleId,
	warnOfReference,
} from './reference';
import { fromModel, inTools } from './tool';
import { readTooClose } from './tooClose';

/** The campaign or Canvas. Update and Delete take it from the Create node's output. */
export function targetField(target: Target, from: 'list' | 'item'): INodeProperties[] {
	const field: INodeProperties = {
		displayName: target.displayName,
		name: target.idParameter,
		type: 'resourceLocator',
		required: true,
		default: { mode: 'list', value: '' },
		description: `The API-triggered ${target.label} to schedule. Its delivery must be set to API-Triggered in Braze.`,
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: `Choose a ${target.label}…`,
				typeOptions: {
					searchListMethod: target.listSearch,
					searchable: true,
				},
			},
			{
				displayName: 'By ID',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. 3f1c9b0e-52d4-4c6b-9a57-0f4f5d1f7a10',
				hint: `In Braze, open the ${target.label} and copy its API identifier`,
			},
		],
	};
	if (from === 'list') return [field];
	const description = `The ${target.label} of the schedule`;
	return inTools(
		{
			...field,
			required: false,
			description: `${description}. If empty, ${target.idField} of the incoming item is used, as Create returns it.`,
			modes: field.modes?.map((mode) => ({
				...mode,
				placeholder: `${target.idField} of the incoming item`,
			})),
		},
		{ required: true, description, modes: field.modes },
	);
}

export const scheduleIdField = (target: Target): INodeProperties[] =>
	inTools(
		{
			...SCHEDULE_ID,
			type: 'string',
			// n8n merges a field that is dragged onto an expression with it, so it starts empty.
			default: '',
			placeholder: 'schedule_id of the incoming item',
			description: `The schedule_id from the output of Create for this ${target.label}. If empty, schedule_id of the incoming item is used, as Create returns it. Keep it: Braze can't list schedules made through its API, and without the ID you can't move or cancel one.`,
		},
		{
			required: true,
			default: fromModel('Schedule_ID', 'The schedule_id that creating the schedule returned'),
			placeholder: 'e.g. 886a0a5a-75fb-4d2f-9f19-c6a1e0017fa8',
		},
	);

/** The campaign or Canvas of the item. */
export const readTarget = (
	{ idParameter, displayName, label }: Target,
	parameters: FormParameters,
	item: number,
	findings: Findings,
): string =>
	readId(
		parameters.read(idParameter, item),
		displayName,
		`Choose the ${label} from the list, or paste its API identifier`,
		findings,
	);

const FROM_CREATE =
	"Create returns it. Connect this node to the Create node, or store Create's output and load it before this node";

/** The name of the campaign or Canvas, if it was chosen from the list. */
export const readTargetName = ({ idParameter }: Target, parameters: FormParameters): string =>
	parameters.chosenName(idParameter);

/** The schedule that Update and Delete are about. */
export function readExisting(reading: Reading, intent: 'update' | 'delete'): Existing | undefined {
	const { target, parameters, item, findings } = reading;
	// Here so that options that fail are this item's own problem.
	const options = parameters.options(item, findings);
	if (readFindBy(reading) === FIND_BY.scheduleId) {
		refuseWithScheduleId(options, findings);
		const { displayName: parameter } = SCHEDULE_ID;
		const scheduleId = readScheduleId(reading);
		const why = isBlank(scheduleId) ? whyWithoutId(reading.json, parameter) : undefined;
		if (why) return findings.refuse({ parameter, ...why });
		const id = orOfItem(reading, target.idParameter, target.idField);
		warnOfReference(reading.json, scheduleId, findings);
		return {
			item,
			target,
			id: readId(id, target.displayName, FROM_CREATE, findings),
			scheduleId: readId(scheduleId, parameter, FROM_CREATE, findings),
			tooClose: readTooClose(options, findings),
		};
	}
	const id = readTarget(target, parameters, item, findings);
	const found = readReference(reading, true);
	const stopIfNotFound = readStopIfNotFound(reading);
	if (!found) return undefined;
	const name = readTargetName(target, parameters);
	return { item, target, id, under: { ...found, intent, name, stopIfNotFound } };
}
