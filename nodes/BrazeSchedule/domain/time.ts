import { DateTime, FixedOffsetZone, IANAZone } from 'luxon';

import { isDate, show } from './json';
import { AS_EXPRESSION, isExpressionAsText } from './keys';
import { inOtherFormat } from './otherFormats';
import { DAY_MS, MINUTE_MS } from './units';
import { offsetAt, offsetText } from './zoneChanges';

/** A moment, or a local time that is a moment only in a time zone. */
export interface ReadTime {
	/** The local time as it was written or picked, without a time zone. */
	wall: DateTime;
	/** Set if the value itself defines the moment. */
	instant?: number;
	/** Its time zone, if the value has one or is to be shown in one. */
	zone?: string;
	/** The offset, the time zone, or both, as written; or the time zone of a DateTime. */
	named?: string;
	dateOnly: boolean;
}

type TimeResult = ReadTime | { problem: string; hint?: string };

/** Luxon caches each zone it was asked for. `isValidZone` looks it up every time, which is slow. */
export const isZone = (zone: string): boolean => IANAZone.create(zone).isValid;

const EXAMPLE = 'Use a date and a time like 2026-03-31T09:00:00';
const WRITTEN = /^(\d{4})-?(\d{2})-?(\d{2})(?:[T ]+(\d{2}.*))?$/i;
const OFFSET = /(?:Z|[+-]\d{2}(?::?\d{2})?)$/i;
/** No time is longer, and some patterns take far too long on a megabyte of text. */
const LONGEST_CHARACTERS = 100;
/** The notation of Java and Temporal. */
const BRACKETS = /\[([^\]]*)\]$/;
/** More than the eight digits of a date, which may be written without hyphens. */
const DIGITS = /^[1-9]\d{8,18}$/;
/** The greatest distance from UTC on earth. */
const POSSIBLE_OFFSET = /^(?:Z|[+-](?:0\d|1[0-3])(?::?[0-5]\d)?|[+-]14(?::?00)?)$/i;

/** In UTC: a time zone in brackets after it only defines how to show the moment. */
const IS_UTC = /^(?:Z|-00:?00)$/i;

/** Keeps the local time and removes the time zone. */
const faceOf = (time: DateTime): DateTime => time.setZone('utc', { keepLocalTime: true });

function fromInstant(millis: number, zone: string): TimeResult {
	const time = DateTime.fromMillis(millis, { zone });
	if (!time.isValid) return { problem: 'is not a date and time that exists', hint: EXAMPLE };
	return { wall: faceOf(time), instant: millis, zone, dateOnly: false };
}

const NUMBER =
	'Use a date and a time like 2026-03-31T09:00:00. A number has to be the seconds or milliseconds since 1970 of a moment from 2001 to 2099';

/** From 9 September 2001, the first with ten digits, to the end of 2099. */
const isEpochSecond = (value: number): boolean => value >= 1e9 && value < Date.UTC(2100) / 1000;

/** yyyyMMdd, usually with HH, HHmm or HHmmss, and possibly with milliseconds. */
const DATE_IN_DIGITS =
	/^20\d\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:(?:[01]\d|2[0-4])(?:[0-5]\d(?:[0-5]\d(?:\d{3})?)?)?)?$/;

/**
 * Seconds have ten digits and milliseconds thirteen. Of all dates in digits, only yyyyMMddHH has as
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

/** The time zone's offset at that moment, if the time has another one. */
function otherOffset(time: DateTime, zone: string): string | undefined {
	const real = offsetAt(zone, time.toMillis());
	// Historical offsets weren't whole minutes.
	return Math.abs(real - time.offset) < 1 ? undefined : offsetText(real);
}

const noTime = (text: string, rest = ''): TimeResult => ({
	problem: `"${show(text)}" is not a date and time${rest}`,
	hint: EXAMPLE,
});

function fromText(text: string): TimeResult {
	if (isExpressionAsText(text)) {
		return { problem: `is "${show(text)}", an expression typed as text`, hint: AS_EXPRESSION };
	}
	if (text.length > LONGEST_CHARACTERS) return noTime(text);
	const [brackets = '', zone] = BRACKETS.exec(text) ?? [];
	const clock = WRITTEN.exec(text.slice(0, text.length - brackets.length));
	if (!clock) return inOtherFormat(text) ?? noTime(text);
	if (zone !== undefined && !isZone(zone)) {
		return { problem: `"${show(text)}" names a time zone that is not known`, hint: EXAMPLE };
	}
	const [written, , , , timeOfDay] = clock;
	// In uppercase: the Luxon of n8n 1 doesn't accept "z" for "Z".
	const iso = written
		.replace(/[T ]+/i, 'T')
		.replace(/\s+(?=[-+Z])/i, '')
		.toUpperCase();
	const time = DateTime.fromISO(iso, { setZone: true, zone: 'utc' });
	const offset = timeOfDay && OFFSET.exec(timeOfDay)?.[0];
	if (!time.isValid || (offset && !POSSIBLE_OFFSET.test(offset))) {
		return inOtherFormat(text) ?? noTime(text, ' that exists');
	}
	const isUtc = offset && IS_UTC.test(offset);
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
 * n8n passes a time in four forms: text without a time zone (the picker), a Luxon DateTime (an
 * expression), a Date, or a number. `zone` is for showing a moment that has none.
 */
export function readTime(value: unknown, zone: string): TimeResult {
	if (value === undefined || value === null) return { problem: 'is empty' };
	// The marker alone proves nothing: an incoming item may contain it as plain data.
	if (DateTime.isDateTime(value) && typeof value.toMillis === 'function') {
		if (!value.isValid) return { problem: 'is not a date and time that exists', hint: EXAMPLE };
		// Rebuilt with this package's Luxon: n8n may use another copy of it.
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
	/** A daylight saving change skips or repeats the local time. */
	edge?: { kind: 'skipped' | 'repeated'; shown: string };
}

/** The moment of a local time in a time zone, and whether the clocks change around it. */
export function momentOf(wall: DateTime, zone: string): Moment {
	const local = wall.setZone(zone, { keepLocalTime: true });
	if (faceOf(local).toMillis() !== wall.toMillis()) {
		const instant = local.toMillis();
		if (isFaceAt(wall, zone, instant)) return { instant };
		return { instant, edge: { kind: 'skipped', shown: clockFace(local) } };
	}
	const possible = local.getPossibleOffsets().map((time) => time.toMillis());
	const instant = Math.min(...possible);
	const isRepeated = possible.length > 1 && possible.every((one) => isFaceAt(wall, zone, one));
	return isRepeated
		? { instant, edge: { kind: 'repeated', shown: clockFace(local) } }
		: { instant };
}

/** Whether clocks there show it at this moment, also where the data of this Node.js is older. */
const isFaceAt = (wall: DateTime, zone: string, instant: number): boolean =>
	Math.abs(wall.toMillis() - instant - offsetAt(zone, instant) * MINUTE_MS) < MINUTE_MS;

/** The moment of a time; `zone` is for a local time without its own. */
export const momentIn = (read: ReadTime, zone: string): Moment =>
	read.instant === undefined ? momentOf(read.wall, read.zone ?? zone) : { instant: read.instant };

/** The time zone of what was entered, in words; `zone` is for a local time without its own. */
export function placeOf({ zone: own, named }: ReadTime, zone: string): string {
	if (own !== undefined || !named) return own ?? zone;
	const offset = named.replace(BRACKETS, '');
	return IS_UTC.test(offset) ? 'UTC' : `UTC${offset}`;
}

/** Always in English: on a machine set to Arabic, even the digits would differ. */
export const utcText = (instant: number): string =>
	DateTime.fromMillis(instant, { zone: 'utc' }).toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'", {
		locale: 'en',
	});

/** Local times are sent without an offset, because Braze refuses one there. */
export const wallText = (wall: DateTime): string =>
	wall.toFormat("yyyy-MM-dd'T'HH:mm:ss", { locale: 'en' });

export const clockFace = (time: DateTime): string =>
	time.toFormat('yyyy-MM-dd HH:mm', { locale: 'en' });

export const dayFace = (time: DateTime): string => clockFace(time).slice(0, 10);

/** The local time in the time zone, even if this Node.js has older data. */
export const inZone = (instant: number, zone: string): string =>
	DateTime.fromMillis(instant, {
		zone: FixedOffsetZone.instance(Math.round(offsetAt(zone, instant))),
	}).toFormat("yyyy-MM-dd'T'HH:mm:ssZZ", { locale: 'en' });

/** A clock time for people, in a time zone, on each user's clock, or at each user's optimal time. */
export function timeInWords(
	{
		in_local_time: local,
		at_optimal_time: optimal,
	}: { in_local_time?: true; at_optimal_time?: true },
	time: string,
	zone: string | null,
): string {
	const clock = DateTime.fromISO(time, { setZone: true });
	const day = clock.toFormat('ccc d LLL yyyy', { locale: 'en' });
	if (optimal) return `${day}, at each user's optimal time`;
	const shown = `${day}, ${clock.toFormat('HH:mm', { locale: 'en' })}`;
	return local ? `${shown} in each user's local time` : `${shown} ${zone ?? 'UTC'}`;
}

/** The local time in the time zone, represented as UTC. */
export const faceIn = (instant: number, zone: string): DateTime =>
	faceOf(DateTime.fromMillis(instant, { zone }));

/** A moment as a local time in a time zone. */
export const clockTime = (instant: number, zone: string): string =>
	clockFace(DateTime.fromMillis(instant, { zone }));

export const yearOf = (instant: number): number =>
	DateTime.fromMillis(instant, { zone: 'utc' }).year;

export const days = (count: number): number => count * DAY_MS;
export const minutes = (count: number): number => count * MINUTE_MS;
export const hours = (count: number): number => (count * DAY_MS) / 24;

/** Local clocks are at most 12 hours behind UTC. */
export const LAST_ZONE_MS = hours(12);
