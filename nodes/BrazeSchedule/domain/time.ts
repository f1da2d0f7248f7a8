import { DateTime, IANAZone } from 'luxon';

import { isDate, show } from './json';

const DAY = 86_400_000;

/** A moment, or a wall-clock time that becomes one only in some zone. */
export interface ReadTime {
	/** The clock as it was written or picked, without a zone. */
	wall: DateTime;
	/** Set when the value itself says which moment it is. */
	instant?: number;
	/** The zone in square brackets, as Java and Temporal write it. */
	zone?: string;
	/** The offset, the zone, or both, as written. */
	offset?: string;
	dateOnly: boolean;
}

type TimeResult = ReadTime | { problem: string; hint?: string };

/** Luxon remembers each zone it was asked for; `isValidZone` tries it anew every time, which is slow. */
export const isZone = (zone: string): boolean => IANAZone.create(zone).isValid;

const EXAMPLE = 'Use a date and a time like 2026-03-31T09:00:00';
const WRITTEN = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]+(\d{2}.*))?$/i;
const OFFSET = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i;
/** No time takes as many characters, and some patterns take far too long on a text of a megabyte. */
const LONGEST = 100;
const BRACKETS = /\[([^\]]*)\]$/;
/** As far from UTC as any place on earth. */
const POSSIBLE_OFFSET = /^(?:Z|[+-](?:0\d|1[0-3])(?::?[0-5]\d)?|[+-]14(?::?00)?)$/i;

/** Keeps the clock's face and forgets the zone. */
const faceOf = (time: DateTime): DateTime => time.setZone('utc', { keepLocalTime: true });

function fromInstant(millis: number, zone: string): TimeResult {
	const time = DateTime.fromMillis(millis, { zone });
	if (!time.isValid) return { problem: 'is not a date and time that exists', hint: EXAMPLE };
	return { wall: faceOf(time), instant: millis, dateOnly: false };
}

function fromText(text: string): TimeResult {
	if (text.length > LONGEST)
		return { problem: `"${show(text)}" is not a date and time`, hint: EXAMPLE };
	const [brackets = '', zone] = BRACKETS.exec(text) ?? [];
	const clock = WRITTEN.exec(text.slice(0, text.length - brackets.length));
	if (!clock) return { problem: `"${show(text)}" is not a date and time`, hint: EXAMPLE };
	if (zone !== undefined && !isZone(zone)) {
		return { problem: `"${show(text)}" names a time zone that is not known`, hint: EXAMPLE };
	}
	const [written, , , , timeOfDay] = clock;
	// In capitals: the Luxon of n8n 1 does not take "z" for "Z".
	const iso = written
		.replace(/[T ]+/i, 'T')
		.replace(/\s+(?=[-+Z])/i, '')
		.toUpperCase();
	const time = DateTime.fromISO(iso, { setZone: true, zone: 'utc' });
	const offset = timeOfDay && OFFSET.exec(timeOfDay)?.[0];
	if (!time.isValid || (offset && !POSSIBLE_OFFSET.test(offset))) {
		return { problem: `"${show(text)}" is not a date and time that exists`, hint: EXAMPLE };
	}
	return {
		wall: faceOf(time),
		instant: offset ? time.toMillis() : undefined,
		zone,
		offset: `${offset ?? ''}${brackets}` || undefined,
		dateOnly: timeOfDay === undefined,
	};
}

/**
 * n8n hands over a time in four shapes: text without a zone (the picker), a luxon DateTime (an
 * expression), a Date, or a number. `zone` is the one a bare moment is shown in.
 */
export function readTime(value: unknown, zone: string): TimeResult {
	if (value === undefined || value === null) return { problem: 'is empty' };
	// The mark alone proves nothing: an incoming item may hold it as plain data.
	if (DateTime.isDateTime(value) && typeof value.toMillis === 'function') {
		if (!value.isValid) return { problem: 'is not a date and time that exists', hint: EXAMPLE };
		// Rebuilt with our own luxon: n8n may run another copy of it.
		const { year, month, day, hour, minute, second, millisecond } = value;
		const wall = DateTime.utc(year, month, day, hour, minute, second, millisecond);
		return { wall, instant: value.toMillis(), dateOnly: false };
	}
	if (isDate(value)) return fromInstant(value.getTime(), zone);
	if (typeof value === 'number') {
		// Seconds since 1970 have ten digits for the next two centuries, milliseconds thirteen.
		if (value >= 1e9 && value < 1e11) return fromInstant(value * 1000, zone);
		if (value >= 1e11) return fromInstant(value, zone);
		return { problem: `${value} is not a date and time`, hint: EXAMPLE };
	}
	if (typeof value === 'string') {
		const text = value.trim();
		if (text === '') return { problem: 'is empty' };
		return /^\d{10}$|^\d{13}$/.test(text) ? readTime(Number(text), zone) : fromText(text);
	}
	return { problem: `${show(value)} is not a date and time`, hint: EXAMPLE };
}

interface Moment {
	instant: number;
	/** The wall-clock time is skipped or repeated by a change of the clocks. */
	edge?: { kind: 'skipped' | 'repeated'; shown: string };
}

/** Which moment a wall-clock time is in a zone, and whether the clocks change around it. */
export function momentOf(wall: DateTime, zone: string): Moment {
	const local = wall.setZone(zone, { keepLocalTime: true });
	if (faceOf(local).toMillis() !== wall.toMillis()) {
		return { instant: local.toMillis(), edge: { kind: 'skipped', shown: clockFace(local) } };
	}
	const possible = local.getPossibleOffsets().map((time) => time.toMillis());
	const instant = Math.min(...possible);
	if (possible.length === 1) return { instant };
	return { instant, edge: { kind: 'repeated', shown: clockFace(local) } };
}

/** The moment of a time that was read; `zone` is for a clock that names none itself. */
export const momentIn = (read: ReadTime, zone: string): Moment =>
	read.instant === undefined ? momentOf(read.wall, read.zone ?? zone) : { instant: read.instant };

/** In English throughout, for on a machine set to Arabic even the digits would be others. */
export const utcText = (instant: number): string =>
	DateTime.fromMillis(instant, { zone: 'utc' }).toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'", {
		locale: 'en',
	});

/** Local times go out as the clock shows them: Braze refuses an offset there. */
export const wallText = (wall: DateTime): string =>
	wall.toFormat("yyyy-MM-dd'T'HH:mm:ss", { locale: 'en' });

export const clockFace = (time: DateTime): string =>
	time.toFormat('yyyy-MM-dd HH:mm', { locale: 'en' });

export const inZone = (instant: number, zone: string): string =>
	DateTime.fromMillis(instant, { zone }).toFormat("yyyy-MM-dd'T'HH:mm:ssZZ", { locale: 'en' });

/** A moment as a clock in a zone shows it. */
export const clockTime = (instant: number, zone: string): string =>
	clockFace(DateTime.fromMillis(instant, { zone }));

export const yearOf = (instant: number): number =>
	DateTime.fromMillis(instant, { zone: 'utc' }).year;

export const days = (count: number): number => count * DAY;
export const hours = (count: number): number => (count * DAY) / 24;
