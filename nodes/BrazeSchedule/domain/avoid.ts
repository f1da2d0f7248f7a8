import { asDateTime, clockOf, dayOf, isWeekend, momentsOf, readClock, wallOf } from './clock';
import type { Clock, Wall } from './clock';
import type { Notes } from './findings';
import { isBlank, show } from './json';
import { momentOf, readTime } from './time';
import { DAY_MS, MINUTE_MS } from './units';

export const AVOID_DATES = 'Dates to Avoid';
export const NOT_BETWEEN = 'Not Between';

/** From the first clock time, until just before the second, possibly after midnight. */
export interface QuietHours {
	from: Clock;
	until: Clock;
}

/** When not to send. */
export interface Avoid {
	weekends: boolean;
	/** Calendar days, counted from 1970. */
	days: ReadonlySet<number>;
	hours?: QuietHours;
}

export const AVOID_NOTHING: Avoid = { weekends: false, days: new Set() };

export const isAvoidingNothing = ({ weekends, days, hours }: Avoid): boolean =>
	!weekends && days.size === 0 && !hours;

/** The values of the form. */
export interface AvoidInput {
	weekends: boolean;
	/** A list, or text with commas or line breaks between the dates. */
	dates: unknown;
	from: unknown;
	until: unknown;
}

/** `zone` is for a date that is given as a moment. */
export function readAvoid(input: AvoidInput, zone: string, notes: Notes): Avoid | undefined {
	const days = readDays(input.dates, zone, notes);
	const hours = readHours(input, notes);
	return days && hours && { weekends: input.weekends, days, ...hours };
}

function readDays(dates: unknown, zone: string, notes: Notes): Set<number> | undefined {
	const days = listOf(dates).map((date) => readDay(date, zone, notes));
	return days.every((day) => day !== undefined) ? new Set(days) : undefined;
}

function listOf(dates: unknown): unknown[] {
	const list: unknown[] = Array.isArray(dates) ? dates : [dates];
	return list
		.flatMap((date) => (typeof date === 'string' ? date.trim().split(/\s*[,;\n]\s*/) : [date]))
		.filter((date) => !isBlank(date));
}

/** The day as it is written: what time zone and time of day come with it doesn't matter. */
function readDay(date: unknown, zone: string, notes: Notes): number | undefined {
	const read = readTime(date, zone);
	if (!('problem' in read)) return dayOf(read.wall.toMillis());
	return notes.refuse({
		parameter: AVOID_DATES,
		message: `'${AVOID_DATES}' contains "${show(date)}", which is not a date that exists`,
		hint: 'Use dates like 2026-12-25',
	});
}

function readHours({ from, until }: AvoidInput, notes: Notes): { hours?: QuietHours } | undefined {
	if (isBlank(from) && isBlank(until)) return {};
	if (isBlank(from) || isBlank(until)) {
		return notes.refuse({
			parameter: NOT_BETWEEN,
			message: `'${NOT_BETWEEN}' has only one of its two times`,
			hint: 'Enter both, such as 21:00 and 08:00, or remove it',
		});
	}
	const hours = [from, until].map((clock) => readClock(clock, NOT_BETWEEN, notes));
	const [start, end] = hours;
	if (start === undefined || end === undefined) return undefined;
	if (start !== end) return { hours: { from: start, until: end } };
	return notes.refuse({
		parameter: NOT_BETWEEN,
		message: `'${NOT_BETWEEN}' begins and ends at the same time`,
		hint: 'Enter two different times, such as 21:00 and 08:00, or remove it',
	});
}

export type Reason = 'weekend' | 'date' | 'hours';

/** The two ways to leave a time to avoid. */
export type Way = 'earlier' | 'later';

const STEP: Record<Way, number> = { earlier: -1, later: 1 };

/** What a clock should show, and the moment for it. They differ if the clocks skip that time. */
export interface Place {
	wall: Wall;
	instant: number;
	/** The moment comes from the clock time, and not the other way around. */
	isByClock: boolean;
}

export interface Moved extends Place {
	/** In the order in which they applied. Empty if the time has stayed. */
	reasons: Reason[];
}

/** Beyond this many days, every day is to be avoided. */
export const MOST_DAYS = 366;

export const whyAvoided = (day: number, { weekends, days }: Avoid): Reason | undefined => {
	if (weekends && isWeekend(day)) return 'weekend';
	return days.has(day) ? 'date' : undefined;
};

export const isQuiet = (clock: Clock, { from, until }: QuietHours): boolean =>
	from < until ? clock >= from && clock < until : clock >= from || clock < until;

/**
 * Moves a time earlier or later until nothing speaks against it. Quiet hours come first: they move
 * Saturday, 22:00 to Sunday, 08:00 and then to Monday, 08:00. The other way around, it would be
 * Monday, 22:00, and then a day later. On another day, the clock time stays.
 */
export function moveOut(start: Place, zone: string, avoid: Avoid, way: Way): Moved | undefined {
	const reasons = new Set<Reason>();
	let place = start;
	while (Math.abs(place.wall - start.wall) <= MOST_DAYS * DAY_MS) {
		const shown = wallOf(place.instant, zone);
		const reason = reasonAt(shown, avoid);
		if (reason === undefined) return { ...place, reasons: [...reasons] };
		reasons.add(reason);
		place =
			reason === 'hours' && avoid.hours
				? outOfHours(shown, place.instant, zone, avoid.hours, way)
				: onDay(place.wall + STEP[way] * DAY_MS, zone);
	}
	return undefined;
}

export function reasonAt(shown: Wall, avoid: Avoid): Reason | undefined {
	if (avoid.hours && isQuiet(clockOf(shown), avoid.hours)) return 'hours';
	return whyAvoided(dayOf(shown), avoid);
}

export const onDay = (wall: Wall, zone: string): Place => ({
	wall,
	instant: momentOf(asDateTime(wall), zone).instant,
	isByClock: true,
});

/** The end of the quiet hours, or the last minute before them. */
function outOfHours(
	shown: Wall,
	instant: number,
	zone: string,
	{ from, until }: QuietHours,
	way: Way,
): Place {
	const edge = way === 'later' ? until : from;
	const wall = edgeNear(shown, edge, way) - (way === 'earlier' ? MINUTE_MS : 0);
	return { wall, instant: nearest(wall, instant, zone, way), isByClock: false };
}

/** The next time that a clock shows the edge, or the last time that it showed it. */
function edgeNear(shown: Wall, edge: Clock, way: Way): Wall {
	const today = dayOf(shown) * DAY_MS + edge * MINUTE_MS;
	if (way === 'later') return today > shown ? today : today + DAY_MS;
	return today <= shown ? today : today - DAY_MS;
}

/**
 * The nearest moment on that side at which a clock shows this time. If the clocks skip it, the moment
 * of the change is the first after it, and the minute before the change is the last before it.
 */
function nearest(wall: Wall, instant: number, zone: string, way: Way): number {
	const sign = STEP[way];
	for (let near = wall; ; near += sign * MINUTE_MS) {
		const there = momentsOf(near, zone).filter((one) => sign * (one - instant) >= 0);
		if (there.length > 0) return way === 'later' ? Math.min(...there) : Math.max(...there);
	}
}
