import type { INodeProperties } from 'n8n-workflow';

import { isBlank } from '../domain/json';
import { isZone } from '../domain/time';
import { ZONE_CHOICES } from '../domain/zoneChoices';
import type { Reading } from './reading';
import { isRelative } from './relative';
import { chosen } from './timeZone';
import { readZone } from './when';

const ZONE = 'timezone';

/** The fields of a new time, with a time zone that starts with that of the schedule. */
export const keepingZone = (fields: INodeProperties[]): INodeProperties[] =>
	fields.map((field) =>
		field.name === ZONE
			? {
					...field,
					default: chosen('schedule'),
					description:
						"The time zone of the time above. By default, the one that the schedule was created in. If it isn't known, the workflow's time zone.",
					modes: field.modes?.map((mode) =>
						mode.name === 'list'
							? {
									...mode,
									typeOptions: { ...mode.typeOptions, searchListMethod: 'searchTimeZonesToKeep' },
								}
							: mode,
					),
				}
			: field,
	);

interface KeptZone {
	zone: string;
	/** Whether the zone of the schedule is to be used, which a reference may still bring. */
	isKept: boolean;
}

/** The time zone of an update. */
export function readKeptZone(reading: Reading, scheduleId?: string): KeptZone {
	const { parameters, item, json } = reading;
	const isShown = parameters.has(ZONE) && !isRelative(reading);
	if (!isShown || parameters.read(ZONE, item) !== ZONE_CHOICES.schedule.value) {
		return { zone: readZone(reading), isKept: false };
	}
	const own = isOf(json, scheduleId) ? zoneIn(json.time_zone) : undefined;
	return { zone: own ?? parameters.workflowZone, isKept: true };
}

/** An item may have a time zone of its own, such as that of a customer. Only its own schedule counts. */
const isOf = (json: Reading['json'], scheduleId?: string): boolean =>
	!isBlank(scheduleId) && json.schedule_id === scheduleId;

const zoneIn = (value: unknown): string | undefined =>
	typeof value === 'string' && isZone(value) ? value : undefined;
