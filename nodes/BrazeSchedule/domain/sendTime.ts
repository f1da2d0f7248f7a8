import { isAvoidingNothing, moveOut, NOT_BETWEEN } from './avoid';
import type { Avoid, Moved } from './avoid';
import { asDateTime, wallOf } from './clock';
import type { TimeWarnings } from './drafts';
import { warnOfAvoided, warnOfMoved } from './clockWarnings';
import { dayText, LOCAL_TIME, movedText, timeText } from './explained';
import { noFindings } from './findings';
import type { Findings } from './findings';
import { zoneOf } from './oldZoneData';
import { readIfPassed, unlessPassed } from './passedTime';
import type { Late } from './passedTime';
import { allAvoided, relativeTime } from './relativeTime';
import { clockOfSchedule, composeSchedule } from './schedule';
import type { Schedule, ScheduleInput } from './schedule';
import { DATE, readShift } from './shift';
import type { ShiftInput } from './shift';
import { readTime, utcText, wallText } from './time';
import type { ReadTime } from './time';
import { TIME_ZONE } from './labels';

/** When an item is to be sent. */
export interface SendTime {
	schedule: Schedule;
	/** What is to be said about it, at a moment of Braze's clock. */
	warnings: TimeWarnings;
	/** How it came about, in words; for a time that isn't the one that was entered. */
	explained?: string;
	/** It has passed, and is not to be sent. */
	late?: Late;
	/** Counted from now, so it's another time on each delivery of the same event. */
	fromNow?: true;
}

/** A time of the form. */
export interface TimeInput extends ScheduleInput {
	now: number;
	avoid: Avoid;
}

/** A time before or after a date. */
export interface RelativeInput extends ShiftInput {
	fromNow: boolean;
	/** Only if it isn't from now. */
	date: unknown;
	zone: string;
	isLocal: boolean;
	avoid: Avoid;
	ifPassed: unknown;
	now: number;
}

export const composeTime = (input: TimeInput, findings: Findings): SendTime | undefined =>
	isAvoidingNothing(input.avoid) ? timed(input, findings) : composeAvoiding(input, findings);

/** The schedule of a time, and its warnings: `before` are those that don't depend on the clock. */
function timed(
	input: ScheduleInput,
	findings: Findings,
	before: readonly string[] = [],
): SendTime | undefined {
	const schedule = composeSchedule(input, findings);
	const known = new Map([[input.now, [...before, ...findings.warnings]]]);
	const warnings: TimeWarnings = (now = input.now) => {
		const said = known.get(now);
		if (said) return said;
		const later = noFindings();
		composeSchedule({ ...input, now }, later);
		const all = [...before, ...later.warnings];
		known.set(now, all);
		return all;
	};
	return schedule && { schedule, warnings };
}

/** Of a time that nobody has entered as it is. */
const workedOut = (time: ScheduleInput, { warnings }: Findings): SendTime | undefined =>
	timed({ ...time, isWorkedOut: true }, noFindings(), warnings);

/** A time before or after a date, and what applies if it has passed. */
export function composeRelative(input: RelativeInput, findings: Findings): SendTime | undefined {
	const { zone, isLocal, now, avoid } = input;
	const shift = readShift(input, findings);
	const choice = readIfPassed(input.ifPassed, input, findings);
	const date = readDate(input, findings);
	if (!shift || !choice || !date) return undefined;
	const setting = { zone, isLocal, avoid, now };
	const counted = relativeTime(date, shift, setting, findings);
	const outcome = counted && unlessPassed(counted, choice, shift, setting, findings);
	if (!outcome) return undefined;
	const { late } = outcome;
	const fromNow = input.fromNow || outcome.fromNow;
	const { wall, instant, explained } = outcome.time;
	const time =
		instant === undefined
			? { mode: 'local', time: wallText(wall), zone, now }
			: { mode: 'exact', time: utcText(instant), zone, now };
	const found = workedOut(time, findings);
	return found && { ...found, explained, ...(late && { late }), ...(fromNow && { fromNow }) };
}

/** In an expression or from a model, the word stands for now. */
const isNow = (value: unknown): boolean =>
	typeof value === 'string' && value.trim().toLowerCase() === 'now';

/** Whether it counts from now, by choice or by word. */
export const countsFromNow = (isChosen: boolean, date: unknown): boolean => isChosen || isNow(date);

function readDate(
	{ fromNow, date, zone }: RelativeInput,
	findings: Findings,
): ReadTime | 'now' | undefined {
	if (fromNow) return 'now';
	const read = readTime(date, zone);
	if (!('problem' in read)) return read;
	return findings.refuse({
		parameter: DATE,
		message: `'${DATE}' ${read.problem}`,
		hint: read.hint ?? 'Enter a date, or check that its expression finds one',
	});
}

/** A time that is to be avoided is moved later, because earlier nobody may be ready for it. */
function composeAvoiding(input: TimeInput, findings: Findings): SendTime | undefined {
	const { zone, avoid, now } = input;
	const schedule = composeSchedule({ ...input, now: undefined }, findings);
	if (!schedule) return undefined;
	if (schedule.at_optimal_time && avoid.hours) return refuseHours(findings);
	const isExact = !schedule.in_local_time && !schedule.at_optimal_time;
	const timeline = isExact ? zone : 'utc';
	const instant = clockOfSchedule(schedule);
	const wall = wallOf(instant, timeline);
	const moved = moveOut({ wall, instant, isByClock: !isExact }, timeline, avoid, 'later');
	if (!moved) return findings.refuse(allAvoided(wall));
	if (moved.reasons.length === 0) {
		const about = noFindings();
		if (isExact && needsNoData(input)) warnOfAvoided(instant, zone, avoid, TIME_ZONE, about);
		return timed(input, noFindings(), about.warnings);
	}
	if (isExact) warnOfMoved(moved, zone, TIME_ZONE, findings);
	const time = isExact ? utcText(moved.instant) : wallText(asDateTime(moved.wall));
	const found = workedOut({ mode: input.mode, time, zone, now }, findings);
	const explained = `${newText(schedule, moved, timeline)}${movedText(wall, moved.reasons, avoid)}`;
	return found && { ...found, explained };
}

/** The moment comes without the data of that time zone, which only says whether to avoid it. */
function needsNoData({ time, zone }: TimeInput): boolean {
	const read = readTime(time, zone);
	return !('problem' in read) && zoneOf(read, zone) !== zone;
}

function newText(
	{ in_local_time: isLocal, at_optimal_time: isOptimal }: Schedule,
	{ instant }: Moved,
	zone: string,
) {
	const shown = wallOf(instant, zone);
	if (isOptimal) return dayText(shown);
	return `${timeText(shown)} ${isLocal ? LOCAL_TIME : zone}`;
}

const refuseHours = (findings: Findings) =>
	findings.refuse({
		parameter: NOT_BETWEEN,
		message: `'${NOT_BETWEEN}' can't be used with each user's optimal time, because Braze chooses the time of day`,
		hint: `Remove '${NOT_BETWEEN}', or choose another time under 'When'`,
	});
