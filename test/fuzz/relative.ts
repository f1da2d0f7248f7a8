import { Temporal } from '@js-temporal/polyfill';

/**
 * What *Before or After a Date* means, computed with Temporal alone. It follows the words of the
 * documentation and shares nothing with the node.
 */
export interface Asked {
	/** Text without a time zone, text with one in brackets, a day, or a moment in milliseconds. */
	date: { wall: string } | { zoned: string } | { day: string } | { moment: number } | 'now';
	direction: 'before' | 'after' | 'onThatDay';
	unit: 'minutes' | 'hours' | 'days' | 'weeks' | 'businessDays';
	amount: number;
	at?: string;
	zone: string;
	isLocal: boolean;
	weekends: boolean;
	dates: string[];
	quiet?: { from: string; until: string };
	now: number;
}

type Meant = { wall: string; moment?: number; isMoved: boolean } | 'refused';

const { Instant, PlainDate, PlainDateTime, PlainTime, ZonedDateTime } = Temporal;

const MOST_DAYS = 366;

export function meantBy(asked: Asked): Meant {
	const { direction, unit, amount, at, isLocal } = asked;
	const isElapsed = direction !== 'onThatDay' && (unit === 'minutes' || unit === 'hours');
	const isDay = typeof asked.date === 'object' && 'day' in asked.date;
	if (isElapsed && (isLocal || at !== undefined || isDay)) return 'refused';
	if (isDay && at === undefined) return 'refused';
	// Each user's own clock, on which no day is longer or shorter than another.
	const zone = isLocal ? 'UTC' : asked.zone;
	const written = clockOf(asked);
	if (isElapsed) {
		const moment = momentOf(asked).toZonedDateTimeISO(zone);
		const there =
			direction === 'before' ? moment.subtract({ [unit]: amount }) : moment.add({ [unit]: amount });
		return allowed(asked, there, there.toPlainDateTime());
	}
	const day = dayOf(asked, written.toPlainDate());
	if (day === undefined) return 'refused';
	const time = at === undefined ? written.toPlainTime() : PlainTime.from(at);
	const wanted = day.toPlainDateTime(time);
	// Nothing changes about a moment, also if clocks show its time twice.
	const isItself = isMoment(asked) && wanted.equals(written) && at === undefined;
	const start = isItself ? momentOf(asked).toZonedDateTimeISO(zone) : wanted.toZonedDateTime(zone);
	return allowed(asked, start, wanted);
}

/** What a clock under *In* shows at the date; in local time, what is written. */
function clockOf({ date, zone, isLocal, now }: Asked): Temporal.PlainDateTime {
	if (date === 'now')
		return Instant.fromEpochMilliseconds(now).toZonedDateTimeISO(zone).toPlainDateTime();
	if ('day' in date) return PlainDate.from(date.day).toPlainDateTime();
	if ('wall' in date) return PlainDateTime.from(date.wall);
	if ('moment' in date)
		return Instant.fromEpochMilliseconds(date.moment).toZonedDateTimeISO(zone).toPlainDateTime();
	const own = ZonedDateTime.from(date.zoned);
	if (isLocal || own.timeZoneId === zone) return PlainDateTime.from(date.zoned);
	return own.withTimeZone(zone).toPlainDateTime();
}

function momentOf({ date, zone, now }: Asked): Temporal.Instant {
	if (date === 'now') return Instant.fromEpochMilliseconds(now);
	if ('moment' in date) return Instant.fromEpochMilliseconds(date.moment);
	if ('zoned' in date) return ZonedDateTime.from(date.zoned).toInstant();
	if ('wall' in date) return PlainDateTime.from(date.wall).toZonedDateTime(zone).toInstant();
	throw new Error('A day is not a moment.');
}

const isMoment = ({ date, isLocal }: Asked) =>
	!isLocal && (date === 'now' || 'moment' in date || 'zoned' in date);

const isWeekend = (day: Temporal.PlainDate) => day.dayOfWeek >= 6;

const isOff = ({ weekends, dates, unit, direction }: Asked, day: Temporal.PlainDate) =>
	((weekends || (unit === 'businessDays' && direction !== 'onThatDay')) && isWeekend(day)) ||
	dates.includes(day.toString());

function dayOf(asked: Asked, from: Temporal.PlainDate): Temporal.PlainDate | undefined {
	const { direction, unit, amount } = asked;
	if (direction === 'onThatDay') return from;
	const sign = direction === 'before' ? -1 : 1;
	if (unit !== 'businessDays') return from.add({ [unit]: sign * amount });
	let day = from;
	let left = amount;
	for (let without = 0; left > 0;) {
		day = day.add({ days: sign });
		without = isOff(asked, day) ? without + 1 : 0;
		if (without === MOST_DAYS) return undefined;
		if (without === 0) left -= 1;
	}
	return day;
}

/** The nearest time that nothing speaks against, on the side to which times are moved. */
function allowed(
	asked: Asked,
	start: Temporal.ZonedDateTime,
	wantedAtFirst: Temporal.PlainDateTime,
): Meant {
	const sign = asked.direction === 'before' ? -1 : 1;
	let there = start;
	let wanted = wantedAtFirst;
	const give = (): Meant => ({
		wall: there.toPlainDateTime().round('second').toString({ smallestUnit: 'second' }),
		...(!asked.isLocal && { moment: there.epochMilliseconds }),
		isMoved: !there.equals(start) || !wanted.equals(wantedAtFirst),
	});
	const isFar = () =>
		wanted.since(wantedAtFirst, { largestUnit: 'hours' }).abs().total('hours') > MOST_DAYS * 24;
	while (!isFar()) {
		const quiet = stretchAround(asked, there.toPlainDateTime());
		if (quiet) {
			wanted = sign > 0 ? quiet.end : quiet.start.subtract({ minutes: 1 });
			there = nearest(wanted, there, sign);
		} else if (isOff(asked, there.toPlainDate())) {
			wanted = wanted.add({ days: sign });
			there = wanted.toZonedDateTime(there.timeZoneId);
		} else {
			return give();
		}
	}
	return 'refused';
}

/** The night, or whichever hours, in which a clock shows this. */
function stretchAround({ quiet }: Asked, clock: Temporal.PlainDateTime) {
	if (!quiet) return undefined;
	const today = clock.toPlainDate();
	for (const day of [today.subtract({ days: 1 }), today]) {
		const start = day.toPlainDateTime(quiet.from);
		const isOverMidnight = PlainTime.compare(quiet.from, quiet.until) > 0;
		const end = day.add({ days: isOverMidnight ? 1 : 0 }).toPlainDateTime(quiet.until);
		if (PlainDateTime.compare(start, clock) <= 0 && PlainDateTime.compare(clock, end) < 0) {
			return { start, end };
		}
	}
	return undefined;
}

/** Of the moments at which a clock shows this, the nearest on that side. */
function nearest(
	clock: Temporal.PlainDateTime,
	from: Temporal.ZonedDateTime,
	sign: number,
): Temporal.ZonedDateTime {
	const zone = from.timeZoneId;
	const both = (['earlier', 'later'] as const).map((disambiguation) =>
		clock.toZonedDateTime(zone, { disambiguation }),
	);
	const real = both.filter((one) => one.toPlainDateTime().equals(clock));
	if (real.length === 0) {
		const change = changeBetween(both[0], both[1]);
		return sign > 0 ? change : change.subtract({ minutes: 1 });
	}
	const onSide = real.filter((one) => sign * ZonedDateTime.compare(one, from) >= 0);
	const [found] = sign > 0 ? onSide : onSide.reverse();
	if (!found) throw new Error(`No ${clock.toString()} on that side of ${from.toString()}.`);
	return found;
}

/** The first moment with the new offset. */
function changeBetween(
	before: Temporal.ZonedDateTime,
	after: Temporal.ZonedDateTime,
): Temporal.ZonedDateTime {
	let [early, late] = [before.epochMilliseconds, after.epochMilliseconds];
	const at = (moment: number) =>
		Instant.fromEpochMilliseconds(moment).toZonedDateTimeISO(before.timeZoneId);
	while (late - early > 1) {
		const middle = Math.floor((early + late) / 2);
		if (at(middle).offsetNanoseconds === before.offsetNanoseconds) early = middle;
		else late = middle;
	}
	return at(late);
}
