import {
	DAY,
	HOUR,
	EARLIEST_ZONE_HOURS,
	LATEST_ZONE_HOURS,
	parseIsoTime,
	zoneOffset,
} from '../isoTime';
import { refuseInvalid } from '../refusal';
import { isMissing, isObject, unknownFields } from './json';

const FLAGS = ['in_local_time', 'at_optimal_time'];

export interface ScheduleObject {
	time: string;
	in_local_time?: boolean;
	at_optimal_time?: boolean;
}

/** When a local time counts as passed. */
export type LocalTimeRule = 'allZones' | 'companyZone';

export interface TimeRules {
	now: number;
	companyTimeZone: string;
	localTimeRule: LocalTimeRule;
}

/** `unknown` collects the names of unknown fields. */
export function checkSchedule(
	schedule: unknown,
	rules: TimeRules,
	unknown: string[],
): ScheduleObject {
	if (!isObject(schedule)) refuseInvalid('schedule must be an object');
	unknown.push(...unknownFields(schedule, ['time', ...FLAGS], 'schedule.'));
	for (const flag of FLAGS) {
		const value = schedule[flag];
		if (!isMissing(value) && typeof value !== 'boolean') {
			refuseInvalid(`schedule.${flag} must be a boolean`);
		}
	}
	const { time: text } = schedule;
	const time = parseIsoTime(text);
	if (typeof text !== 'string' || !time) refuseInvalid('Cannot parse send_at datetime');
	const flag = FLAGS.find((name) => schedule[name] === true);
	if (flag && time.hasOffset) {
		refuseInvalid(`schedule.time must not have a UTC offset when ${flag} is true`);
	}
	if (schedule.in_local_time === true && isPassedLocally(time.wall, rules)) {
		refuseInvalid('schedule.time has already passed in the local time of the users');
	}
	return {
		time: text,
		...(schedule.in_local_time === true && { in_local_time: true }),
		...(schedule.at_optimal_time === true && { at_optimal_time: true }),
	};
}

function isPassedLocally(wall: number, { now, companyTimeZone, localTimeRule }: TimeRules) {
	return localTimeRule === 'companyZone'
		? wall < now + zoneOffset(companyTimeZone, now)
		: wall < now + LATEST_ZONE_HOURS * HOUR;
}

/**
 * From when to when a schedule sends: one moment, or the hours in which a local time (or a date,
 * for optimal time) passes through all time zones.
 */
export function sendingSpan(schedule: ScheduleObject) {
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
