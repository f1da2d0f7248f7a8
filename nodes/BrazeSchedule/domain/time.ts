import { DateTime, FixedOffsetZone, IANAZone } from 'luxon';

import { isDate, show } from './json';
import { offsetAt, offsetText } from './zoneChanges';

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;

/** A moment, or a wall-clock time that becomes one only in some zone. */
export interface ReadTime {
	/** The clock as it was written or picked, without a zone. */
	wall: DateTime;
	/** Set when the value itself says which moment it is. */
	instant?: number;
	/** The zone whose clock it is, where the value says so or has to be shown in one. */
	zone?: string;
	/** The offset, the zone, or both, as written, or the zone of a DateTime. */
	named?: string;
	dateOnly: boolean;
}

type TimeResult = ReadTime | { problem: string; hint?: string };

/** Luxon remembers each zone it was asked for; `isValidZone` looks it up every time, which is slow. */
export const isZone = (zone: string): boolean => IANAZone.create(zone).isValid;

const EXAMPLE = 'Use a date and a time like 2026-03-31T09:00:00';
const WRITTEN = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]+(\d{2}.*))?$/i;
const OFFSET = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i;
/** No time takes as many characters, and some patterns take far too long on a text of a megabyte. */
const LONGEST = 100;
/** As Java and Temporal write a zone. */
const BRACKETS = /\[([^\]]*)\]$/;
/** More than the eight of a date, which may be written without hyphens. */
const DIGITS = /^[1-9]\d{8,18}$/;
/** As far from UTC as any place on earth. */
const POSSIBLE_OFFSET = /^(?:Z|[+-](?:0\d|1[0-3])(?::?[0-5]\d)?|[+-]14(?::?00)?)$/i;

/** In UTC: a zone in brackets beside it only says where to show the moment. */
const IS_UTC = /^(?:Z|-00:?00)$/i;

/** Keeps the clock's face and forgets the zone. */
const faceOf = (time: DateTime): DateTime => time.setZone('utc', { keepLocalTime: true });

function fromInstant(millis: number, zone: string): TimeResult {
	const time = DateTime.fromMillis(millis, { zone });
	if (!time.isValid) return { problem: 'is not a date and time that exists', hint: EXAMPLE };
	return { wall: faceOf(time), instant: millis, zone, dateOnly: false };
}

const NUMBER =
	'Use a date and a time like 2026-03-31T09:00:00. A number has to be the seconds or milliseconds since 1970 of a moment from 2001 to 2099';

/** From 9 September 2001, when they got their tenth digit, to the end of 2099. */
const isEpochSecond = (value: number): boolean => value >= 1e9 && value < Date.UTC(2100) / 1000;

/** yyyyMMdd, mostly with HH, HHmm or HHmmss, and maybe with milliseconds. */
const DATE_IN_DIGITS =
	/^20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-4])(?:[0-5]\d(?:[0-5]\d(?:\d{3})?)?)?)?$/;

/**
 * Seconds have ten digits and milliseconds thirteen. Of all dates in digits only yyyyMMddHH has as
 * many: as seconds, 2026123109 would be a day in 2034.
 */
function fromNumber(value: number, shown: string, zone: string): TimeResult {
	if (DATE_IN_DIGITS.test(String(Math.floor(value)))) {
		return {
			problem: `${shown} is a date in digits alone, which can be mistaken for the seconds or milliseconds since 1970`,
			hint: 'Write a date like 2026-03-31T09:00:00 or 20260331T090000, and a moment in milliseconds',
		};
	}
	if (isEpochSecond(value)) return fromInstant(value * 1000, zone);
	if (isEpochSecond(value / 1000)) return fromInstant(value, zone);
	return { problem: `${shown} is not a date and time`, hint: NUMBER };
}

/** The offset that a zone has at that moment, if the time has another one. */
function otherOffset(time: DateTime, zone: string): string | undefined {
	const real = offsetAt(zone, time.toMillis());
	// Long ago, clocks were not set to whole minutes.
	return Math.abs(real - time.offset) < 1 ? undefined : offsetText(real);
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
	const isUtc = IS_UTC.test(offset || '');
	const real = zone !== undefined && offset && !isUtc ? otherOffset(time, zone) : undefined;
	if (real !== undefined) {
		return {
			problem: `"${show(text)}" contradicts itself: ${zone} is at ${real} then, not at ${offset}`,
			hint: 'Leave out the offset or the time zone in brackets, whichever is wrong',
		};
	}
	return {
		wall: faceOf(time),
		instant: offset ? time.toMillis() : undefined,
		zone: isUtc ? undefined : zone,
		named: `${offset ?? ''}${brackets}` || undefined,
		dateOnly: timeOfDay === undefined,
	};
}

/**
 * n8n passes a time in four shapes: text without a zone (the picker), a luxon DateTime (an
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
		const named = value.zoneName ?? undefined;
		return { wall, instant: value.toMillis(), zone: named, named, dateOnly: false };
	}
	if (isDate(value)) return fromInstant(value.getTime(), zone);
	if (typeof value === 'number') return fromNumber(value, String(value), zone);
	if (typeof value === 'string') {
		const text = value.trim();
		if (text === '') return { problem: 'is empty' };
		return DIGITS.test(text) ? fromNumber(Number(text), `"${text}"`, zone) : fromText(text);
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

/** Where a clock shows what was entered, in words; `zone` is for one that names none itself. */
export function placeOf({ zone: own, named }: ReadTime, zone: string): string {
	if (own !== undefined || !named) return own ?? zone;
	const offset = named.replace(BRACKETS, '');
	return IS_UTC.test(offset) ? 'UTC' : `UTC${offset}`;
}

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

/** What clocks in the zone show, also where the data of this Node.js is older. */
export const inZone = (instant: number, zone: string): string =>
	DateTime.fromMillis(instant, {
		zone: FixedOffsetZone.instance(Math.round(offsetAt(zone, instant))),
	}).toFormat("yyyy-MM-dd'T'HH:mm:ssZZ", { locale: 'en' });

/** What a clock of the zone shows, as if it were in UTC. */
export const faceIn = (instant: number, zone: string): DateTime =>
	faceOf(DateTime.fromMillis(instant, { zone }));

/** A moment as a clock in a zone shows it. */
export const clockTime = (instant: number, zone: string): string =>
	clockFace(DateTime.fromMillis(instant, { zone }));

export const yearOf = (instant: number): number =>
	DateTime.fromMillis(instant, { zone: 'utc' }).year;

export const days = (count: number): number => count * DAY;
export const minutes = (count: number): number => count * MINUTE;
export const hours = (count: number): number => (count * DAY) / 24;
