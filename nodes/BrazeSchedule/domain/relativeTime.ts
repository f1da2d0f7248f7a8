import type { DateTime } from 'luxon';

import { isAvoidingNothing, moveOut, onDay, whyAvoided, MOST_DAYS } from './avoid';
import type { Avoid, Place, Way } from './avoid';
import { asDateTime, dayOf, timeOfDay, wallOf } from './clock';
import type { Wall } from './clock';
import { LOCAL_TIME, dayText, movedText, ruleText } from './explained';
import type { Notes } from './findings';
import { show } from './json';
import { outOfDate, update } from './oldZoneData';
import { AT, AVOID, DATE, IN, isElapsed, UNIT } from './shift';
import type { Shift } from './shift';
import { clockFace, isZone, momentIn, momentOf, yearOf } from './time';
import type { ReadTime } from './time';
import { outdatedZone } from './zoneChanges';
import { DAY_MS, MINUTE_MS } from './units';

/** Where and when the rule applies. */
export interface Setting {
	/** The time zone under 'In'. For local time, the one in which a moment is shown. */
	zone: string;
	/** Each user's local time: without an offset. */
	isLocal: boolean;
	avoid: Avoid;
	now: number;
}

export interface RelativeTime {
	/** The local time, without a time zone. */
	wall: DateTime;
	/** The moment, unless it is each user's local time. */
	instant?: number;
	/** The date that was counted from, or the end of that day if it has no time of day. */
	date: number;
	/** The rule in words, and why the time was moved. */
	explained: string;
}

/** Local time has no clock changes: its days are counted on a clock that never changes. */
const timelineOf = ({ zone, isLocal }: Setting): string => (isLocal ? 'utc' : zone);

/** Business days skip weekends, so nothing is moved onto one afterwards. */
export const avoidedBy = ({ unit }: Shift, { avoid }: Setting): Avoid =>
	unit === 'businessDays' ? { ...avoid, weekends: true } : avoid;

/** The date that is counted from. */
interface Base {
	wall: Wall;
	instant: number;
	isNow: boolean;
	dateOnly: boolean;
	/** How a skipped or repeated time became the moment. */
	edge?: string;
}

/**
 * The time before or after a date. What is to be avoided moves a time before the date earlier, so
 * that it stays at least that long before it, and any other time later. On that day too: earlier
 * would be a day on which nothing has happened yet.
 */
export function relativeTime(
	date: ReadTime | 'now',
	shift: Shift,
	setting: Setting,
	notes: Notes,
): RelativeTime | undefined {
	const { isLocal } = setting;
	const base = isUsable(date, shift, setting, notes) && baseOf(date, setting, notes);
	if (!base || isBeyondYears(base.wall, notes)) return undefined;
	const zone = timelineOf(setting);
	const avoid = avoidedBy(shift, setting);
	const start = shifted(base, shift, avoid, zone);
	const way: Way = shift.direction === 'before' ? 'earlier' : 'later';
	const moved = start && moveOut(start, zone, avoid, way);
	if (!moved) return notes.refuse(allAvoided(start?.wall ?? base.wall));
	const { instant, reasons } = moved;
	const shown = wallOf(instant, zone);
	if (isBeyondYears(shown, notes) || isBeyondYears(instant, notes)) return undefined;
	if (!isLocal) warnOfClocks(base, shift, moved, setting, notes);
	const rule = ruleText(shift, base, isLocal ? LOCAL_TIME : zone);
	return {
		wall: asDateTime(shown),
		...(!isLocal && { instant }),
		date: base.dateOnly ? momentOf(asDateTime(base.wall + DAY_MS), zone).instant : base.instant,
		explained: `${rule}${movedText(start.wall, reasons, avoid)}`,
	};
}

/** Whether the values fit together. */
function isUsable(date: ReadTime | 'now', shift: Shift, setting: Setting, notes: Notes): boolean {
	const { zone, isLocal } = setting;
	if (!isZone(zone)) {
		notes.refuse({
			parameter: IN,
			message: `'${IN}' "${show(zone)}" is not a known time zone`,
			hint: 'Choose one from the list, or use a name like Europe/Berlin',
		});
		return false;
	}
	if (isLocal && isElapsed(shift)) {
		notes.refuse({
			parameter: UNIT,
			message: `'${UNIT}' can't be minutes or hours in each user's local time`,
			hint: `Choose a time zone under '${IN}', or count in days`,
		});
		return false;
	}
	if (date !== 'now' && date.dateOnly && shift.at === undefined) {
		notes.refuse({
			parameter: DATE,
			message: `'${DATE}' ${dayText(date.wall.toMillis())} has no time of day`,
			hint: isElapsed(shift)
				? 'Add the time of day, for example 2026-03-31T09:00:00'
				: `Enter the time of day under '${AT}', or add it to the date, for example 2026-03-31T09:00:00`,
		});
		return false;
	}
	return true;
}

function baseOf(date: ReadTime | 'now', setting: Setting, notes: Notes): Base {
	const zone = timelineOf(setting);
	if (date === 'now') {
		// In local time, today is what it is in the workflow's time zone.
		const wall = wallOf(setting.now, setting.zone);
		const instant = setting.isLocal ? wall : setting.now;
		return { wall, instant, isNow: true, dateOnly: false };
	}
	const { dateOnly } = date;
	const written = date.wall.toMillis();
	const isMoment = date.instant !== undefined || date.zone !== undefined;
	if (setting.isLocal && isMoment && !dateOnly) warnOfLostZone(date, notes);
	if (setting.isLocal || dateOnly) {
		const { instant } = onDay(written, zone);
		return { wall: written, instant, isNow: false, dateOnly };
	}
	const { instant, edge } = momentIn(date, zone);
	// A skipped time is still the time of day that was meant.
	const wall = isMoment ? wallOf(instant, zone) : written;
	const base = { wall, instant, isNow: false, dateOnly };
	return { ...base, ...(edge && { edge: edgeText(written, date.zone ?? zone, edge) }) };
}

function warnOfLostZone({ wall, named, zone }: ReadTime, notes: Notes): void {
	notes.warn(
		named
			? `The time zone "${named}" in '${DATE}' was left out: local time has none, so ${clockFace(wall)} is used`
			: `'${DATE}' is a moment, read in ${zone} as ${clockFace(wall)}. Local time has no time zone`,
	);
}

function isBeyondYears(wall: Wall, notes: Notes): boolean {
	const year = yearOf(wall);
	if (year >= 1000 && year <= 9999) return false;
	notes.refuse({ parameter: DATE, message: `'${DATE}' leads to the year ${year}` });
	return true;
}

/** Undefined if there are no business days. */
function shifted(base: Base, shift: Shift, avoid: Avoid, zone: string): Place | undefined {
	const sign = shift.direction === 'before' ? -1 : 1;
	if (isElapsed(shift)) {
		const minutes = shift.amount * (shift.unit === 'hours' ? 60 : 1);
		const instant = base.instant + sign * minutes * MINUTE_MS;
		return { wall: wallOf(instant, zone), instant, isByClock: false };
	}
	const day = dayFrom(dayOf(base.wall), sign, shift, avoid);
	if (day === undefined) return undefined;
	const { at } = shift;
	const clock = at === undefined ? timeOfDay(base.wall) : at * MINUTE_MS;
	return onDay(day * DAY_MS + clock, zone);
}

function dayFrom(day: number, sign: number, shift: Shift, avoid: Avoid): number | undefined {
	const { amount, unit } = shift;
	if (unit !== 'businessDays') return day + sign * amount * (unit === 'weeks' ? 7 : 1);
	let counted = day;
	for (let left = amount; left > 0; left -= 1) {
		const next = nextBusinessDay(counted, sign, avoid);
		if (next === undefined) return undefined;
		counted = next;
	}
	return counted;
}

function nextBusinessDay(day: number, sign: number, avoid: Avoid): number | undefined {
	for (let distance = 1; distance <= MOST_DAYS; distance += 1) {
		const next = day + sign * distance;
		if (whyAvoided(next, avoid) === undefined) return next;
	}
	return undefined;
}

export const allAvoided = (wall: Wall) => ({
	parameter: AVOID,
	message: `'${AVOID}' leaves no day within a year of ${dayText(wall)}`,
	hint: 'Remove some of the dates to avoid',
});

/** What a change of the clocks, or old data about them, does to the time. */
function warnOfClocks(
	base: Base,
	shift: Shift,
	{ wall, instant, isByClock }: Place,
	{ zone, avoid }: Setting,
	notes: Notes,
): void {
	const dependsOnClocks = isByClock || !isAvoidingNothing(avoid);
	const outdated =
		outdatedIn(zone, isElapsed(shift) ? base.wall : wallOf(base.instant, zone), base.instant, IN) ??
		(dependsOnClocks ? outdatedIn(zone, wallOf(instant, zone), instant, IN) : undefined);
	if (outdated !== undefined) {
		notes.warn(outdated);
		return;
	}
	if (base.edge !== undefined && isElapsed(shift)) notes.warn(base.edge);
	warnOfEdge({ wall, instant, isByClock }, zone, notes);
}

function warnOfEdge({ wall, isByClock }: Place, zone: string, notes: Notes): void {
	const { edge } = momentOf(asDateTime(wall), zone);
	if (isByClock && edge) notes.warn(edgeText(wall, zone, edge));
}

/** The same for a time that was entered and then moved. `parameter` is where its zone is chosen. */
export function warnOfMoved(place: Place, zone: string, parameter: string, notes: Notes): void {
	const { instant } = place;
	const outdated = outdatedIn(zone, wallOf(instant, zone), instant, parameter);
	if (outdated === undefined) warnOfEdge(place, zone, notes);
	else notes.warn(outdated);
}

type Edge = NonNullable<ReturnType<typeof momentOf>['edge']>;

const edgeText = (wall: Wall, zone: string, { kind, shown }: Edge): string =>
	kind === 'skipped'
		? `${clockFace(asDateTime(wall))} does not exist in ${zone}: the clocks go forward then. ${shown} is used instead`
		: `${clockFace(asDateTime(wall))} happens twice in ${zone}: the clocks go back then. The first one is used`;

function outdatedIn(
	zone: string,
	shown: Wall,
	instant: number,
	parameter: string,
): string | undefined {
	const found = outdatedZone(zone, shown, instant);
	if (!found) return undefined;
	const { clock, release } = found;
	const west = (instant - clock) / (60 * MINUTE_MS);
	const fixed = `Etc/GMT${west < 0 ? '-' : '+'}${Math.abs(west)}`;
	return `${outOfDate(zone)}: when it shows ${clockFace(asDateTime(shown))}, clocks there show ${clockFace(asDateTime(clock))}. Choose a time zone with a fixed offset under '${parameter}', such as ${fixed}, or ${update(release)}`;
}
