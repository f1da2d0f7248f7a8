import type { ScheduleView } from '../scheduleView';

export type Span = ScheduleView['span'];
type Mode = ScheduleView['mode'];

export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** The first time zone of the day is 14 hours ahead of UTC. */
const EARLIEST_ZONE = 14 * HOUR;

const formats = new Map<string, Intl.DateTimeFormat>();

function partsIn(timeZone: string, at: number) {
	let format = formats.get(timeZone);
	if (!format) {
		format = new Intl.DateTimeFormat('en-US', {
			timeZone,
			hourCycle: 'h23',
			weekday: 'short',
			day: 'numeric',
			month: 'short',
			year: 'numeric',
			hour: '2-digit',
			minute: '2-digit',
			second: '2-digit',
		});
		formats.set(timeZone, format);
	}
	const parts = Object.fromEntries(
		format.formatToParts(at).map(({ type, value }) => [type, value]),
	) as Record<Intl.DateTimeFormatPartTypes, string>;
	return parts;
}

/** For example, Sat 12 Dec 2026. */
export function day(at: number, timeZone = 'UTC') {
	const { weekday, day, month, year } = partsIn(timeZone, at);
	return `${weekday} ${day} ${month} ${year}`;
}

/** For example, 17:00, or 17:00:30 if there are seconds. */
export function clock(at: number, timeZone = 'UTC', withSeconds = at % MINUTE !== 0) {
	const { hour, minute, second } = partsIn(timeZone, at);
	return withSeconds ? `${hour}:${minute}:${second}` : `${hour}:${minute}`;
}

const dayAndTime = (at: number, timeZone = 'UTC', withSeconds?: boolean) =>
	`${day(at, timeZone)}, ${clock(at, timeZone, withSeconds)}`;

/** For example, Berlin. */
const cityOf = (timeZone: string) =>
	timeZone.slice(timeZone.lastIndexOf('/') + 1).replaceAll('_', ' ');

/** A moment in a time zone, to stand beside the same in UTC: the day is only shown if it differs. */
export function localTime(at: number, timeZone: string, withSeconds?: boolean) {
	if (timeZone === 'UTC') return '';
	const isSameDay = day(at) === day(at, timeZone);
	const text = isSameDay ? clock(at, timeZone, withSeconds) : dayAndTime(at, timeZone, withSeconds);
	return `${text} in ${cityOf(timeZone)}`;
}

/** A moment in UTC and in a time zone. */
export function moment(at: number, timeZone: string, withSeconds?: boolean) {
	const local = localTime(at, timeZone, withSeconds);
	return `${dayAndTime(at, 'UTC', withSeconds)} UTC${local && `, ${local}`}`;
}

/** When a schedule sends, and the same in a time zone if that has only one answer. */
export function sendTime(mode: Mode, span: Span, timeZone: string) {
	// Each user's clock shows this time.
	const face = span.from + EARLIEST_ZONE;
	if (mode === 'optimal') return { text: `${day(face)}, at each user's optimal time`, local: '' };
	if (mode === 'local') return { text: `${dayAndTime(face)} in each user's local time`, local: '' };
	return { text: `${dayAndTime(span.from)} UTC`, local: localTime(span.from, timeZone) };
}

/** The same on one line. */
export function sendTimeText(mode: Mode, span: Span, timeZone: string) {
	const { text, local } = sendTime(mode, span, timeZone);
	return local ? `${text}, ${local}` : text;
}

export function ago(ms: number) {
	if (ms < MINUTE) return 'just now';
	if (ms < HOUR) return `${Math.floor(ms / MINUTE)} min ago`;
	if (ms < DAY) return `${Math.floor(ms / HOUR)} h ago`;
	const days = Math.floor(ms / DAY);
	return days === 1 ? '1 day ago' : `${days} days ago`;
}
