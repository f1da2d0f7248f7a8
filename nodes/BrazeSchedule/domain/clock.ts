import { DateTime } from 'luxon';

import type { Notes } from './findings';
import { isBlank, show } from './json';
import { faceIn } from './time';
import { DAY_MS, MINUTE_MS } from './units';

/** A time of day, in minutes since midnight. */
export type Clock = number;

/**
 * A local time, represented as the milliseconds of the same time in UTC. Days are counted with it,
 * because a day on it never has 23 or 25 hours.
 */
export type Wall = number;

/** Seconds only if they are zero, as spreadsheets write them. */
const CLOCK = /^([01]?\d|2[0-3]):([0-5]\d)(?::00)?$/;

export function readClock(value: unknown, parameter: string, notes: Notes): Clock | undefined {
	const found = typeof value === 'string' ? CLOCK.exec(value.trim()) : null;
	if (found) return Number(found[1]) * 60 + Number(found[2]);
	return notes.refuse({
		parameter,
		message: isBlank(value)
			? `'${parameter}' is empty`
			: `'${parameter}' "${show(value)}" is not a time of day`,
		hint: 'Use a time of day like 18:00, from 00:00 to 23:59',
	});
}

/** The calendar day, counted from 1 January 1970. */
export const dayOf = (wall: Wall): number => Math.floor(wall / DAY_MS);

export const timeOfDay = (wall: Wall): number => wall - dayOf(wall) * DAY_MS;

export const clockOf = (wall: Wall): Clock => Math.floor(timeOfDay(wall) / MINUTE_MS);

/** 1 January 1970 was a Thursday. */
export const weekdayOf = (day: number): number => (((day + 4) % 7) + 7) % 7;

export const isWeekend = (day: number): boolean => weekdayOf(day) % 6 === 0;

export const wallOf = (instant: number, zone: string): Wall => faceIn(instant, zone).toMillis();

export const asDateTime = (wall: Wall): DateTime => DateTime.fromMillis(wall, { zone: 'utc' });

/** The moments at which clocks there show it: none if it is skipped, two if it is repeated. */
export function momentsOf(wall: Wall, zone: string): number[] {
	const local = asDateTime(wall).setZone(zone, { keepLocalTime: true });
	return local
		.getPossibleOffsets()
		.map((time) => time.toMillis())
		.filter((instant) => wallOf(instant, zone) === wall);
}

const twoDigits = (value: number): string => String(value).padStart(2, '0');

export const clockText = (clock: Clock): string =>
	`${twoDigits(Math.floor(clock / 60))}:${twoDigits(clock % 60)}`;
