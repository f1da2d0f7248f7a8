import type { IDataObject } from 'n8n-workflow';

import type { Handle } from '../domain/references';
import type { Schedule } from '../domain/schedule';
import { inZone, utcText } from '../domain/time';

/** When a schedule is due: as Braze gets it, and as the clocks of its time zone show it. */
export function dueFields(schedule: Schedule | undefined, zone = 'UTC'): IDataObject {
	if (!schedule) return { schedule: null, time: null, time_zone: null };
	const { time, in_local_time: local, at_optimal_time: optimal } = schedule;
	const isOnEachClock = local === true || optimal === true;
	return {
		schedule: { ...schedule },
		time: isOnEachClock ? time : clockOf(time, zone),
		time_zone: isOnEachClock ? null : zone,
	};
}

let last = { time: '', zone: '', clock: '' };

/** Usually all items share one time, and writing it takes longer than the rest of an item. */
function clockOf(time: string, zone: string): string {
	if (last.time !== time || last.zone !== zone) {
		last = { time, zone, clock: inZone(Date.parse(time), zone) };
	}
	return last.clock;
}

/** The same of a remembered schedule. */
export const knownDueFields = (known: Handle | undefined): IDataObject => ({
	schedule: known ? scheduleOf(known) : null,
	time: known?.time || null,
	time_zone: known?.timeZone || null,
});

/** What Braze schedules for a remembered time. */
function scheduleOf({ time, mode }: Pick<Handle, 'time' | 'mode'>): IDataObject | null {
	if (time === '') return null;
	if (mode === 'local') return { time, in_local_time: true };
	if (mode === 'optimal') return { time, at_optimal_time: true };
	return { time: utcText(Date.parse(time)) };
}
