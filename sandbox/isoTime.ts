export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The first and the last time zone to reach a local time, in hours from UTC. */
export const EARLIEST_ZONE_HOURS = 14;
export const LATEST_ZONE_HOURS = -12;

const ISO =
	/^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(?: ?(Z|[+-]\d{1,2}(?::?\d{2})?))?$/i;

interface IsoTime {
	/** The clock face as if it were UTC. */
	wall: number;
	hasOffset: boolean;
	/** A missing offset counts as UTC. */
	instant: number;
}

/** Undefined if the text isn't an ISO 8601 time, or the date doesn't exist. */
export function parseIsoTime(text: unknown): IsoTime | undefined {
	const parts = typeof text === 'string' ? ISO.exec(text.trim()) : null;
	if (!parts) return undefined;
	const [year, month, day, hour, minute, second] = parts.slice(1, 7).map((p) => Number(p ?? 0));
	const date = new Date(0);
	date.setUTCFullYear(year, month - 1, day);
	if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return undefined;
	if (hour > 23 || minute > 59 || second > 59) return undefined;
	const fraction = Math.floor(Number(`0.${parts[7] ?? 0}`) * 1000);
	const wall = date.getTime() + hour * HOUR + minute * MINUTE + second * 1000 + fraction;
	const offset = parseOffset(parts[8]);
	if (offset === undefined) return undefined;
	return { wall, hasOffset: parts[8] !== undefined, instant: wall - offset };
}

function parseOffset(text: string | undefined): number | undefined {
	if (text === undefined || text.toUpperCase() === 'Z') return 0;
	const [, sign, hours, minutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text) ?? [];
	if (sign === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
	return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
}

/** How far a time zone is ahead of UTC at a moment. */
export function zoneOffset(timeZone: string, instant: number): number {
	const parts = new Intl.DateTimeFormat('en-US', {
		timeZone,
		hourCycle: 'h23',
		year: 'numeric',
		month: 'numeric',
		day: 'numeric',
		hour: 'numeric',
		minute: 'numeric',
		second: 'numeric',
	}).formatToParts(instant);
	const get = (type: Intl.DateTimeFormatPartTypes) =>
		Number(parts.find((part) => part.type === type)?.value);
	const wall = Date.UTC(
		get('year'),
		get('month') - 1,
		get('day'),
		get('hour'),
		get('minute'),
		get('second'),
	);
	return wall - Math.floor(instant / 1000) * 1000;
}

/**
 * The moment of a local time in a time zone. A time that daylight saving skips moves forward with
 * the clock.
 */
export function wallToInstant(wall: number, timeZone: string): number {
	const guess = wall - zoneOffset(timeZone, wall);
	return wall - zoneOffset(timeZone, guess);
}

export function formatWall(wall: number): string {
	return new Date(wall).toISOString().slice(0, 19);
}

export function formatOffset(offset: number): string {
	const minutes = Math.abs(offset) / MINUTE;
	const two = (n: number) => String(n).padStart(2, '0');
	return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}
