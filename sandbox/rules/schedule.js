'use strict';

const {
	DAY,
	HOUR,
	EARLIEST_ZONE_HOURS,
	LATEST_ZONE_HOURS,
	parseIsoTime,
	zoneOffset,
} = require('../isoTime');
const { refuseInvalid } = require('../refusal');
const { isObject, unknownFields } = require('./json');

const FLAGS = ['in_local_time', 'at_optimal_time'];

/**
 * @typedef {{ now: number, companyTimeZone: string, localTimeRule: 'allZones' | 'companyZone' }} TimeRules
 * @typedef {import('../types').ScheduleObject} ScheduleObject
 */

/**
 * @param {unknown} schedule
 * @param {TimeRules} rules
 * @param {string[]} unknown Collects the names of unknown fields.
 * @returns {ScheduleObject}
 */
function checkSchedule(schedule, rules, unknown) {
	if (!isObject(schedule)) refuseInvalid('schedule must be an object');
	unknown.push(...unknownFields(schedule, ['time', ...FLAGS], 'schedule.'));
	for (const flag of FLAGS) {
		if (![undefined, null, true, false].includes(schedule[flag])) {
			refuseInvalid(`schedule.${flag} must be a boolean`);
		}
	}
	const time = parseIsoTime(schedule.time);
	if (!time) refuseInvalid('Cannot parse send_at datetime');
	const flag = FLAGS.find((name) => schedule[name] === true);
	if (flag && time.hasOffset) {
		refuseInvalid(`schedule.time must not have a UTC offset when ${flag} is true`);
	}
	if (schedule.in_local_time === true && isPassedLocally(time.wall, rules)) {
		refuseInvalid('schedule.time has already passed in the local time of the users');
	}
	return {
		time: schedule.time,
		...(schedule.in_local_time === true && { in_local_time: true }),
		...(schedule.at_optimal_time === true && { at_optimal_time: true }),
	};
}

/**
 * @param {number} wall
 * @param {TimeRules} rules
 */
function isPassedLocally(wall, { now, companyTimeZone, localTimeRule }) {
	return localTimeRule === 'companyZone'
		? wall < now + zoneOffset(companyTimeZone, now)
		: wall < now + LATEST_ZONE_HOURS * HOUR;
}

/**
 * From when to when a schedule sends: one instant, or the hours in which a wall-clock time (or a
 * date, for optimal time) goes round the world.
 *
 * @param {ScheduleObject} schedule
 */
function sendingSpan(schedule) {
	const time = parseIsoTime(schedule.time);
	if (!time) throw new Error(`Stored schedule without a time: ${schedule.time}`);
	const { wall, instant } = time;
	if (schedule.at_optimal_time) {
		const day = Math.floor(wall / DAY) * DAY;
		return { from: day - EARLIEST_ZONE_HOURS * HOUR, to: day + DAY - LATEST_ZONE_HOURS * HOUR };
	}
	if (schedule.in_local_time) {
		return { from: wall - EARLIEST_ZONE_HOURS * HOUR, to: wall - LATEST_ZONE_HOURS * HOUR };
	}
	return { from: instant, to: instant };
}

module.exports = { checkSchedule, sendingSpan };
