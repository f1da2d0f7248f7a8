import { onDay } from './avoid';
import type { Avoid } from './avoid';
import { asDateTime, dayOf, timeOfDay, wallOf } from './clock';
import type { Wall } from './clock';
import { dayText } from './explained';
import { warnIf } from './findings';
import type { Notes } from './findings';
import { outOfDate, update, wrongFace, wrongMoment } from './oldZoneData';
import { AT, DATE, isElapsed } from './shift';
import type { Shift } from './shift';
import { clockFace, dayFace, momentIn, placeOf } from './time';
import type { momentOf, ReadTime } from './time';
import { outdatedZone } from './zoneChanges';

/** Where and when the rule applies. */
export interface Setting {
	/** The time zone under 'In'. For local time, the one in which a moment is shown. */
	zone: string;
	/** Each user's local time: without an offset. */
	isLocal: boolean;
	avoid: Avoid;
	now: number;
}

/** A clock time that the clocks of a time zone skip or show twice. */
export interface Edge extends NonNullable<ReturnType<typeof momentOf>['edge']> {
	wall: Wall;
	zone: string;
}

/** The date that is counted from. */
export interface Base {
	wall: Wall;
	instant: number;
	isNow: boolean;
	dateOnly: boolean;
	/** Given as a moment, or in another time zone: what is shown under 'In' follows from it. */
	isMoment: boolean;
	/** How a skipped or repeated time became the moment. */
	edge?: Edge;
}

/** Local time has no clock changes: its days are counted on a clock that never changes. */
export const timelineOf = ({ zone, isLocal }: Setting): string => (isLocal ? 'utc' : zone);

export function baseOf(date: ReadTime | 'now', shift: Shift, setting: Setting, notes: Notes): Base {
	if (date === 'now') return baseNow(shift, setting, notes);
	const base = baseAt(date, setting);
	if (!date.dateOnly) warnOfDate(date, base, shift, setting, notes);
	return base;
}

/** In local time, today is what it is in the workflow's time zone. */
function baseNow(shift: Shift, { zone, isLocal, now }: Setting, notes: Notes): Base {
	const wall = wallOf(now, zone);
	const found = isLocal ? outdatedZone(zone, wall, now) : undefined;
	if (found && isOther(found.clock, wall, shift)) {
		notes.warn(
			`${outOfDate(zone)}: it is ${clockFace(asDateTime(found.clock))} there now, and not ${clockFace(asDateTime(wall))}. Count from a date, or ${update(found.release)}`,
		);
	}
	return {
		wall,
		instant: isLocal ? wall : now,
		isNow: true,
		dateOnly: false,
		isMoment: !isLocal,
	};
}

function baseAt(date: ReadTime, setting: Setting): Base {
	const { dateOnly } = date;
	const zone = timelineOf(setting);
	const written = date.wall.toMillis();
	if (setting.isLocal || dateOnly) {
		const { instant } = onDay(written, zone);
		return { wall: written, instant, isNow: false, dateOnly, isMoment: false };
	}
	const isMoment = date.instant !== undefined || (date.zone ?? zone) !== zone;
	const { instant, edge } = momentIn(date, zone);
	return {
		// A skipped time is still the time of day that was meant.
		wall: isMoment ? wallOf(instant, zone) : written,
		instant,
		isNow: false,
		dateOnly,
		isMoment,
		...(edge && { edge: { ...edge, wall: written, zone: date.zone ?? zone } }),
	};
}

const hasOwnZone = ({ instant, zone }: ReadTime): boolean =>
	instant !== undefined || zone !== undefined;

/** What may not be meant by a date with a time of day. */
function warnOfDate(
	date: ReadTime,
	base: Base,
	shift: Shift,
	{ zone, isLocal }: Setting,
	notes: Notes,
): void {
	if (isLocal && hasOwnZone(date)) {
		warnOfLostZone(date, notes);
		warnOfFace(date, shift, zone, notes);
	}
	// What the zone under 'In' shows is looked at with the time that comes of it.
	if (!isLocal && date.instant === undefined && base.isMoment) {
		const isWrong = (right: number) => isOther(wallOf(right, zone), base.wall, shift);
		warnIf(wrongMoment(date, zone, DATE, isWrong), notes);
	}
	warnOfMidnight(date, base, shift, zone, notes);
}

/** With a set time of day, only the day matters. */
const isOther = (right: Wall, wall: Wall, { at }: Shift): boolean =>
	at === undefined ? right !== wall : dayOf(right) !== dayOf(wall);

function warnOfLostZone({ wall, named, zone }: ReadTime, notes: Notes): void {
	notes.warn(
		named
			? `The time zone "${named}" in '${DATE}' was left out: local time has none, so ${clockFace(wall)} is used`
			: `'${DATE}' is a moment, read in ${zone} as ${clockFace(wall)}. Local time has no time zone`,
	);
}

const warnOfFace = (date: ReadTime, { at }: Shift, zone: string, notes: Notes): void =>
	warnIf(wrongFace(date, zone, DATE, at === undefined ? clockFace : dayFace), notes);

/**
 * The calendar and many systems use midnight where nobody has entered a time of day, and some mean
 * midnight in UTC.
 */
function warnOfMidnight(
	date: ReadTime,
	base: Base,
	shift: Shift,
	zone: string,
	notes: Notes,
): void {
	// Hours before a moment are hours before it, whatever a clock shows then.
	if (base.isMoment && isElapsed(shift)) return;
	const shown = { wall: base.wall, place: base.isMoment ? zone : undefined };
	const written = {
		wall: date.wall.toMillis(),
		place: base.isMoment ? placeOf(date, zone) : undefined,
	};
	const inUtc = base.isMoment ? [{ wall: base.instant, place: 'UTC' }] : [];
	const [found] = [shown, written, ...inUtc].filter(({ wall }) => timeOfDay(wall) === 0);
	if (!found) return;
	const { wall, place } = found;
	const [face, day] = [clockFace, dayFace].map((shownAs) => shownAs(asDateTime(wall)));
	const there = place === undefined ? '' : ` in ${place}`;
	if (shift.at === undefined) {
		const otherwise = isElapsed(shift) ? '' : `enter it under '${AT}', or `;
		notes.warn(
			`'${DATE}' is exactly midnight${there}: ${face}. If its time of day is missing, ${otherwise}add it to the date, for example ${day}T09:00:00`,
		);
	} else if (dayOf(base.wall) !== dayOf(wall)) {
		notes.warn(
			`'${DATE}' is midnight${there}. In ${zone}, that is ${dayText(base.wall)}, and days are counted from there. If the day ${day} is meant, pass on the day alone`,
		);
	}
}
