import { DateTime } from 'luxon';

import { warnIf } from './findings';
import type { Findings } from './findings';
import { show } from './json';
import { AS_EXPRESSION, isExpressionAsText } from './keys';
import { wrongFace, wrongMoment } from './oldZoneData';
import {
	clockFace,
	dayFace,
	days,
	faceIn,
	hours,
	isZone,
	LAST_ZONE_MS,
	momentIn,
	placeOf,
	readTime,
	utcText,
	wallText,
	yearOf,
} from './time';
import type { ReadTime } from './time';
import { TIME_ZONE } from './labels';

export type ScheduleMode = 'exact' | 'local' | 'optimal';

/** Braze's schedule object. */
export interface Schedule {
	time: string;
	in_local_time?: true;
	at_optimal_time?: true;
}

export interface ScheduleInput {
	mode: unknown;
	time: unknown;
	/** The time zone for a picked time. */
	zone: string;
	/** Without it, the time isn't final: nothing is said about when it comes. */
	now?: number;
	/** Its time of day was worked out, so it isn't one that somebody has left out. */
	isWorkedOut?: boolean;
}

/**
 * Braze's documents stated this limit for years and no longer mention it, so it's only a warning.
 */
const HORIZON_DAYS = 90;

/** From Braze's guide to Intelligent Timing; another page says 24. */
const OPTIMAL_HOURS = 48;

/**
 * Whether the time has passed; for a local or optimal time, whether it has passed in every time
 * zone.
 */
export function hasPassed(schedule: Schedule, now: number): boolean {
	const { time, in_local_time: local, at_optimal_time: optimal } = schedule;
	if (optimal) return clockOf(time) + days(1) + LAST_ZONE_MS <= now;
	return local ? clockOf(time) + LAST_ZONE_MS <= now : Date.parse(time) <= now;
}

/** The moment of an exact time; a local or optimal time represented as UTC. */
export const clockOfSchedule = ({ time }: Schedule): number =>
	DateTime.fromISO(time, { zone: 'utc' }).toMillis();

/** A local time without a time zone, represented as UTC. */
const clockOf = (time: string): number => Date.parse(`${time}Z`);

const labelOf = (mode: ScheduleMode): string => (mode === 'optimal' ? 'Date' : 'Time');

export function composeSchedule(input: ScheduleInput, findings: Findings): Schedule | undefined {
	const { mode, zone } = input;
	if (mode !== 'exact' && mode !== 'local' && mode !== 'optimal') {
		findings.refuse({
			parameter: 'When',
			message: mode ? `'When' cannot be "${show(mode)}"` : "'When' is not chosen",
			hint: "Choose whether the time is exact, each user's local time, each user's optimal time, or before or after a date",
		});
		return undefined;
	}
	if (!isZone(zone)) {
		findings.refuse({
			parameter: TIME_ZONE,
			message: `'${TIME_ZONE}' "${show(zone)}" is not a known time zone`,
			hint: isExpressionAsText(zone)
				? AS_EXPRESSION
				: 'Choose one from the list, or use a name like Europe/Berlin',
		});
		return undefined;
	}
	const parameter = labelOf(mode);
	const read = readTime(input.time, zone);
	if ('problem' in read) {
		findings.refuse({
			parameter,
			message: `'${parameter}' ${read.problem}`,
			hint: read.hint,
		});
		return undefined;
	}
	// In UTC, it may already be the next year.
	const years = [read.wall.year, yearOf(momentIn(read, zone).instant)];
	const impossible = years.find((year) => year > 9999 || year < 1000);
	if (impossible !== undefined) {
		findings.refuse({ parameter, message: `'${parameter}' is in the year ${impossible}` });
		return undefined;
	}
	if (read.dateOnly && mode !== 'optimal') {
		findings.refuse({
			parameter,
			message: `'${parameter}' "${show(input.time)}" has a date but no time of day`,
			hint: 'Add the time of day, for example 2026-03-31T09:00:00',
		});
		return undefined;
	}
	const schedule = COMPOSE[mode](read, input, findings);
	if (mode !== 'optimal' && !input.isWorkedOut) warnOfMidnight(read, findings);
	return schedule;
}

/** The calendar and many systems use midnight where nobody has entered a time of day. */
function warnOfMidnight({ wall }: ReadTime, findings: Findings): void {
	if (wall.toMillis() !== wall.startOf('day').toMillis()) return;
	findings.warn(
		`The time is exactly midnight: ${clockFace(wall)}. If you only chose a date, add the time of day, for example ${dayFace(wall)}T09:00:00`,
	);
}

function exactSchedule(read: ReadTime, input: ScheduleInput, findings: Findings): Schedule {
	const { now } = input;
	const zone = read.zone ?? input.zone;
	const { instant, edge } = momentIn(read, zone);
	const outdated = wrongMoment(read, input.zone, 'Time');
	warnIf(outdated, findings);
	// Where the data is out of date, the clocks may not change at all.
	if (!outdated && edge?.kind === 'skipped') {
		findings.warn(
			`${clockFace(read.wall)} does not exist in ${zone}: the clocks go forward then. ${edge.shown} is used instead`,
		);
	}
	if (!outdated && edge?.kind === 'repeated') {
		findings.warn(
			`${clockFace(read.wall)} happens twice in ${zone}: the clocks go back then. The first one is used`,
		);
	}
	const schedule: Schedule = { time: utcText(instant) };
	if (now === undefined) return schedule;
	if (hasPassed(schedule, now)) {
		findings.warn(
			`The time ${clockFace(read.wall)} in ${placeOf(read, zone)} is in the past. Braze does not say whether it sends such a message at once or not at all`,
		);
	}
	warnOfHorizon(instant, now, findings);
	return schedule;
}

function localSchedule(read: ReadTime, { now, zone }: ScheduleInput, findings: Findings): Schedule {
	const { wall } = read;
	const shown = clockFace(wall);
	warnIf(wrongFace(read, zone, 'Time', clockFace), findings);
	const entered = read.named
		? `The time zone "${read.named}" in the time was left out: local time has none`
		: `The time is a moment, read in ${read.zone}. Local time has no time zone`;
	if (read.named || read.instant !== undefined) {
		const when = `, so each user gets the message when their own clock shows ${shown}`;
		findings.warn(`${entered}${now === undefined ? '' : when}`);
	}
	const schedule: Schedule = { time: wallText(wall), in_local_time: true };
	if (now === undefined) return schedule;
	if (hasPassed(schedule, now)) {
		findings.warn(hasPassedEverywhere(shown));
	} else if (wall.toMillis() - hours(14) <= now) {
		findings.warn(
			`${shown} has already passed in some time zones. Braze may leave out the users there, or refuse the schedule`,
		);
	}
	warnOfHorizon(wall.toMillis(), now, findings);
	return schedule;
}

const hasPassedEverywhere = (shown: string): string =>
	`${shown} has passed in every time zone, so Braze will probably refuse it`;

function optimalSchedule(
	read: ReadTime,
	{ now, zone }: ScheduleInput,
	findings: Findings,
): Schedule {
	const day = read.wall.startOf('day');
	const shown = dayFace(day);
	warnOfOtherDay(read, zone, findings);
	warnIf(wrongFace(read, zone, 'Date', dayFace), findings);
	const schedule: Schedule = { time: wallText(day), at_optimal_time: true };
	if (now === undefined) return schedule;
	if (hasPassed(schedule, now)) {
		findings.warn(hasPassedEverywhere(shown));
	} else if (day.toMillis() - hours(OPTIMAL_HOURS + 14) <= now) {
		findings.warn(
			`${shown} begins in less than ${OPTIMAL_HOURS} hours in some time zones. Braze asks for ${OPTIMAL_HOURS} hours to find each user's optimal time, and doesn't send to users whose optimal time passed more than an hour ago`,
		);
	}
	warnOfHorizon(day.toMillis(), now, findings);
	return schedule;
}

/** A moment is a day only in a time zone: its own zone may not be the intended one. */
function warnOfOtherDay(read: ReadTime, zone: string, findings: Findings): void {
	const { wall, instant, named } = read;
	if (instant === undefined) return;
	const shown = dayFace(wall);
	const there = named ? zone : 'UTC';
	const other = dayFace(faceIn(instant, there));
	if (other === shown) return;
	findings.warn(
		`'Date' has a time of day, so the day depends on the time zone: it is ${shown} in ${placeOf(read, zone)}, but ${other} in ${there}. Braze gets ${shown}. To be sure of the day, enter the date alone`,
	);
}

function warnOfHorizon(time: number, now: number, findings: Findings): void {
	if (time - now > days(HORIZON_DAYS)) {
		findings.warn(
			`The time is more than ${HORIZON_DAYS} days ahead. Braze used to refuse that; check that the schedule was accepted`,
		);
	}
}

const COMPOSE = { exact: exactSchedule, local: localSchedule, optimal: optimalSchedule };
