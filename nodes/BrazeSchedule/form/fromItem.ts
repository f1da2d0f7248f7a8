import type { Reading } from './reading';
import { isLeftBlank } from './values';

export const SCHEDULE_ID = { name: 'scheduleId', displayName: 'Schedule ID' };

/** What a field holds, or what the incoming item has if the field is left blank. */
export function orOfItem({ parameters, item, json }: Reading, name: string, key: string): unknown {
	const chosen = parameters.read(name, item);
	return isLeftBlank(parameters, name, chosen) ? json[key] : chosen;
}

export const readScheduleId = (reading: Reading): unknown =>
	orOfItem(reading, SCHEDULE_ID.name, 'schedule_id');
