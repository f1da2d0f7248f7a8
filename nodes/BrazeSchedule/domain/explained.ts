import { asDateTime, clockOf, clockText, dayOf, weekdayOf } from './clock';
import type { Wall } from './clock';
import type { Avoid, Reason } from './avoid';
import { countOf } from './json';
import { isElapsed } from './shift';
import type { Shift, Unit } from './shift';

/** Not Luxon's own names: they depend on the machine's locale, and take longer. */
const WEEKDAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = 'Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec'.split(' ');

const UNITS: Record<Unit, [one: string, more: string]> = {
	minutes: ['minute', 'minutes'],
	hours: ['hour', 'hours'],
	days: ['day', 'days'],
	weeks: ['week', 'weeks'],
	businessDays: ['business day', 'business days'],
};

export const LOCAL_TIME = "in each user's local time";

export function dayText(wall: Wall): string {
	const { year, month, day } = asDateTime(wall);
	return `${WEEKDAYS[weekdayOf(dayOf(wall))]} ${day} ${MONTHS[month - 1]} ${year}`;
}

export const timeText = (wall: Wall): string => `${dayText(wall)}, ${clockText(clockOf(wall))}`;

/** The date that is counted from. */
interface Counted {
	wall: Wall;
	isNow: boolean;
}

/** The rule in words, such as "2 business days before Tue 5 Jan 2027, 09:00 America/Vancouver". */
export function ruleText(shift: Shift, counted: Counted, place: string): string {
	const date = dateText(shift, counted, place);
	if (shift.direction === 'onThatDay') return counted.isNow ? date : `on ${date}`;
	const [one, more] = UNITS[shift.unit];
	const amount = `${countOf(shift.amount)} ${shift.amount === 1 ? one : more}`;
	return `${amount} ${shift.direction} ${date}`;
}

function dateText({ at, ...shift }: Shift, { wall, isNow }: Counted, place: string): string {
	const end = at === undefined ? '' : `, at ${clockText(at)} ${place}`;
	const shown = at === undefined ? `${timeText(wall)} ${place}` : dayText(wall);
	if (!isNow) return `${shown}${end}`;
	return `${isElapsed(shift) || at === undefined ? 'now' : 'today'} (${shown})${end}`;
}

const REASONS: Record<Reason, (avoid: Avoid) => string> = {
	weekend: () => 'the weekend',
	date: () => 'a date to avoid',
	hours: ({ hours }) =>
		hours
			? `the hours between ${clockText(hours.from)} and ${clockText(hours.until)}`
			: /* Without them, nothing is moved for them. */ '',
};

/** The end of the sentence, if the time was moved. */
export function movedText(from: Wall, reasons: Reason[], avoid: Avoid): string {
	if (reasons.length === 0) return '';
	const shown = reasons.includes('hours') ? timeText(from) : dayText(from);
	const why = reasons.map((reason) => REASONS[reason](avoid));
	return `, moved from ${shown} because of ${listed(why)}`;
}

function listed(words: string[]): string {
	return words.length < 3 ? words.join(' and ') : `${words[0]}, ${words[1]}, and ${words[2]}`;
}
