import type { DateTime } from 'luxon';

import { moveOut, onDay, whyAvoided, MOST_DAYS } from './avoid';
import type { Avoid, Place, Way } from './avoid';
import { baseOf, timelineOf } from './baseDate';
import type { Base, Setting } from './baseDate';
import { asDateTime, dayOf, timeOfDay, wallOf } from './clock';
import type { Wall } from './clock';
import { warnOfClocks } from './clockWarnings';
import { LOCAL_TIME, dayText, movedText, ruleText } from './explained';
import type { Notes } from './findings';
import { show } from './json';
import { AT, AVOID, DATE, IN, isElapsed, UNIT } from './shift';
import type { Shift } from './shift';
import { isZone, momentOf, yearOf } from './time';
import type { ReadTime } from './time';
import { DAY_MS, MINUTE_MS } from './units';

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

/** Business days skip weekends, so nothing is moved onto one afterwards. */
export const avoidedBy = ({ unit }: Shift, { avoid }: Setting): Avoid =>
	unit === 'businessDays' ? { ...avoid, weekends: true } : avoid;

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
	const base = isUsable(date, shift, setting, notes)
		? baseOf(date, shift, setting, notes)
		: undefined;
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
	const today = dayOf(base.wall);
	const day = dayFrom(today, sign, shift, avoid);
	if (day === undefined) return undefined;
	const { at } = shift;
	if (day === today && at === undefined && base.isMoment) {
		return { wall: base.wall, instant: base.instant, isByClock: false };
	}
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
