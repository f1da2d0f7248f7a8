import { DateTime } from 'luxon';

import { mustRefuse } from './tree';

/**
 * The meaning of a time, computed only with Date and Intl. A wall is a local time, represented as
 * UTC.
 */
interface Meaning {
	wall: number;
	instant?: number;
	zone?: string;
	dateOnly?: boolean;
}

const WRITTEN =
	/^(\d{4})(-?)(\d{2})\2(\d{2})(?:[T ]+(\d{2})(?::?(\d{2})(?::?(\d{2})(?:[.,](\d{1,30}))?)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?)?(?:\[([^[\]]+)\])?$/i;

const MINUTE = 60_000;
const DAY = 1440 * MINUTE;
const LONGEST = 120;

const formats = new Map<string, Intl.DateTimeFormat | undefined>();

function formatFor(zone: string): Intl.DateTimeFormat | undefined {
	if (!formats.has(zone)) {
		try {
			const parts = { year: 'numeric', month: '2-digit', day: '2-digit' } as const;
			const clock = { hour: '2-digit', minute: '2-digit', second: '2-digit' } as const;
			const cycle = { hourCycle: 'h23', era: 'short' } as const;
			const options = { timeZone: zone, ...parts, ...clock, ...cycle };
			formats.set(zone, new Intl.DateTimeFormat('en-GB', options));
		} catch {
			formats.set(zone, undefined);
		}
	}
	return formats.get(zone);
}

export const isZone = (zone: string): boolean => zone !== '' && formatFor(zone) !== undefined;

function utc(year: number, month: number, day: number, hour = 0, minute = 0, second = 0): number {
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) mustRefuse('no such day');
	return date.getTime() + ((hour * 60 + minute) * 60 + second) * 1000;
}

/** What a clock in the zone shows at a moment. */
function wallAt(instant: number, zone: string): number {
	const parts = formatFor(zone)?.formatToParts(new Date(instant)) ?? [];
	const part = (type: string) => Number(parts.find((one) => one.type === type)?.value);
	const year = parts.some(({ type, value }) => type === 'era' && value.startsWith('B'))
		? 1 - part('year')
		: part('year');
	return utc(year, part('month'), part('day'), part('hour'), part('minute'), part('second'));
}

function atInstant(instant: number, zone: string): Meaning {
	if (Number.isNaN(new Date(instant).getTime())) return mustRefuse('no such moment');
	const whole = Math.floor(instant / 1000) * 1000;
	return { wall: wallAt(whole, zone), instant: whole };
}

function fromText(text: string): Meaning {
	const parts = text.length > LONGEST ? null : WRITTEN.exec(text);
	if (!parts) return mustRefuse('no time');
	const [, year, , month, day, hour, minute = '0', second = '0', , offset, zone] = parts;
	if (zone !== undefined && !isZone(zone)) return mustRefuse('no such zone');
	const clock = [hour ?? '0', minute, second].map(Number);
	const endOfDay =
		clock[0] === 24 && clock[1] === 0 && clock[2] === 0 && !/[1-9]/.test(parts[8] ?? '');
	if (!endOfDay && (clock[0] > 23 || clock[1] > 59 || clock[2] > 59)) {
		return mustRefuse('no such hour');
	}
	const wall = utc(Number(year), Number(month), Number(day), ...clock);
	const instant = offset === undefined ? undefined : wall - minutesOf(offset) * MINUTE;
	if (zone !== undefined && instant !== undefined && !/^(?:z|-00:?00)$/i.test(offset)) {
		// For historical offsets with seconds, an offset of whole minutes is close enough.
		if (Math.abs(wallAt(instant, zone) - wall) >= MINUTE) mustRefuse('another offset there');
	}
	return { wall, instant, zone, dateOnly: hour === undefined };
}

const END_OF_EPOCH = Date.parse('2100-01-01T00:00:00Z');

/** Whether ten digits are a date and an hour, including one that doesn't exist. */
function isDayAndHour(digits: string): boolean {
	const [century, month, day, hour] = [
		digits.slice(0, 2),
		...[4, 6, 8].map((at) => Number(digits.slice(at, at + 2))),
	] as [string, number, number, number];
	if (digits.length !== 10 || century !== '20') return false;
	return month >= 1 && month <= 12 && day >= 1 && day <= 31 && hour <= 24;
}

/**
 * Seconds or milliseconds since 1970 in this century, which aren't mistaken for a date in digits.
 */
function ofEpoch(value: number, zone: string): Meaning {
	const isSeconds = value >= 1e9 && value * 1000 < END_OF_EPOCH;
	const isMilliseconds = value >= 1e12 && value < END_OF_EPOCH;
	if (isSeconds && isDayAndHour(String(Math.floor(value)))) return mustRefuse('maybe a date');
	if (isMilliseconds) return atInstant(value, zone);
	return isSeconds ? atInstant(value * 1000, zone) : mustRefuse('no time');
}

function minutesOf(offset: string): number {
	if (/z/i.test(offset)) return 0;
	const [, sign, hours, minutes = '0'] = /^([+-])(\d{2}):?(\d{2})?$/.exec(offset) ?? [];
	const size = Number(hours) * 60 + Number(minutes);
	if (Number(minutes) > 59 || size > 14 * 60) return mustRefuse('no such offset');
	return sign === '-' ? -size : size;
}

/** Only complete DateTimes of Luxon, and no imitations. */
export function meaningOf(value: unknown, zone: string): Meaning {
	if (value instanceof DateTime) {
		if (!value.isValid) return mustRefuse('no such moment');
		const instant = Math.floor(value.toMillis() / 1000) * 1000;
		return { wall: instant + value.offset * MINUTE, instant };
	}
	if (value instanceof Date) return atInstant(value.getTime(), zone);
	if (typeof value === 'number') return ofEpoch(value, zone);
	if (typeof value !== 'string' || value.trim() === '') return mustRefuse('no time');
	const text = value.trim();
	return /^(?:\d{10}|\d{13})$/.test(text) ? ofEpoch(Number(text), zone) : fromText(text);
}

/** Whether a moment is the intended one; a time that the clocks skip moves forward by the gap. */
export function isMoment(sent: string, meant: Meaning, zone: string, isMoved: boolean): boolean {
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(sent)) return false;
	const instant = Date.parse(sent);
	if (meant.instant !== undefined) return instant === Math.floor(meant.instant / 1000) * 1000;
	const shown = wallAt(instant, meant.zone ?? zone);
	const early = meant.wall > shown;
	return isMoved ? !early && shown - meant.wall <= DAY : shown === meant.wall;
}

export function isFace(sent: string, meant: Meaning, isDay: boolean): boolean {
	if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/.test(sent)) return false;
	const wall = isDay ? Math.floor(meant.wall / DAY) * DAY : meant.wall;
	return Date.parse(`${sent}Z`) === wall;
}
