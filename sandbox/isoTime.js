'use strict';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** The first and the last zone of the world to reach a wall-clock time, in hours from UTC. */
const EARLIEST_ZONE_HOURS = 14;
const LATEST_ZONE_HOURS = -12;

const ISO =
	/^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?)?(?: ?(Z|[+-]\d{1,2}(?::?\d{2})?))?$/i;

/**
 * Reads an ISO 8601 time. `wall` is the clock face as if it were UTC; `instant` counts a missing
 * offset as UTC. Undefined when the text is no time, or a date that does not exist.
 *
 * @param {unknown} text
 * @returns {{ wall: number, hasOffset: boolean, instant: number } | undefined}
 */
function parseIsoTime(text) {
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

/** @param {string | undefined} text */
function parseOffset(text) {
	if (text === undefined || text.toUpperCase() === 'Z') return 0;
	const [, sign, hours, minutes = '0'] = /^([+-])(\d{1,2}):?(\d{2})?$/.exec(text) ?? [];
	if (sign === undefined || Number(hours) > 23 || Number(minutes) > 59) return undefined;
	return (sign === '-' ? -1 : 1) * (Number(hours) * HOUR + Number(minutes) * MINUTE);
}

/**
 * How far a zone's clock is ahead of UTC at an instant.
 *
 * @param {string} timeZone
 * @param {number} instant
 */
function zoneOffset(timeZone, instant) {
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
	/** @param {string} type */
	const get = (type) => Number(parts.find((part) => part.type === type)?.value);
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
 * The instant at which a zone's clock shows a wall time; a time skipped by daylight saving moves
 * forward with the clock.
 *
 * @param {number} wall
 * @param {string} timeZone
 */
function wallToInstant(wall, timeZone) {
	const guess = wall - zoneOffset(timeZone, wall);
	return wall - zoneOffset(timeZone, guess);
}

/** @param {number} wall */
function formatWall(wall) {
	return new Date(wall).toISOString().slice(0, 19);
}

/** @param {number} offset */
function formatOffset(offset) {
	const minutes = Math.abs(offset) / MINUTE;
	/** @param {number} n */
	const two = (n) => String(n).padStart(2, '0');
	return `${offset < 0 ? '-' : '+'}${two(Math.floor(minutes / 60))}:${two(minutes % 60)}`;
}

module.exports = {
	MINUTE,
	HOUR,
	DAY,
	EARLIEST_ZONE_HOURS,
	LATEST_ZONE_HOURS,
	parseIsoTime,
	zoneOffset,
	wallToInstant,
	formatWall,
	formatOffset,
};
