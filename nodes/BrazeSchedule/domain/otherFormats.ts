import { DateTime } from 'luxon';

import { show } from './json';

/** Day, month and year as digits, in any order, with or without a time of day. */
const DIGITS =
	/^(\d{1,4})([./-])(\d{1,2})\2(\d{1,4})(?:(, ?| +|T)(\d{1,2}):\d{2}(:\d{2})?( ?)([AP]M)?)?$/i;
/** The month as an English word. */
const MONTH_FIRST =
	/^([a-z]{3,9}) \d{1,2}(,?) \d{4}(?:(, ?| +)(\d{1,2}):\d{2}(:\d{2})?( ?)([AP]M)?)?$/i;
const DAY_FIRST = /^\d{1,2} ([a-z]{3,9}) \d{4}(?:(, ?| +)(\d{1,2}):\d{2}(:\d{2})?( ?)([AP]M)?)?$/i;

interface OtherFormat {
	problem: string;
	hint: string;
}

interface Reading {
	/** In the notation of Luxon, which n8n's expressions use. */
	format: string;
	time: DateTime;
}

/** A date that people and CRMs write, and that the node reads only in ISO order. */
export function inOtherFormat(text: string): OtherFormat | undefined {
	const readings = formatsOf(text).flatMap((format): Reading[] => {
		const time = DateTime.fromFormat(text, format, { zone: 'utc', locale: 'en-US' });
		return time.isValid ? [{ format, time }] : [];
	});
	if (readings.length === 0) return undefined;
	const [first] = readings;
	const other = readings.find(({ time }) => time.toMillis() !== first.time.toMillis());
	const hasTime = first.format.includes('mm');
	const written = [first, other].flatMap((one) => (one ? [writtenAs(one, hasTime)] : []));
	const ifDateOnly = hasTime ? '' : ', with a time of day after it if one is needed (T09:00:00)';
	const orElse = other ? `, or with '${other.format}' if the month comes first` : '';
	return {
		problem: `"${show(text)}" is a date${hasTime ? ' and time' : ''} in another format`,
		hint: `Write it as ${written.join(' or ')}${ifDateOnly}. To convert a value such as {{ $json.date }}, use {{ ${conversion(first.format, hasTime)} }}${orElse}`,
	};
}

const writtenAs = ({ time }: Reading, hasTime: boolean): string =>
	time.toFormat(hasTime ? "yyyy-MM-dd'T'HH:mm:ss" : 'yyyy-MM-dd');

/** Without an offset, so that the time zone of the form still applies. */
const conversion = (format: string, hasTime: boolean): string =>
	`DateTime.fromFormat($json.date, ${quoted(format)}).${hasTime ? 'toISO({ includeOffset: false })' : 'toISODate()'}`;

const quoted = (format: string): string =>
	format.includes("'") ? JSON.stringify(format) : `'${format}'`;

/** The formats that the text may have; two if either number may be the day. */
function formatsOf(text: string): string[] {
	const digits = DIGITS.exec(text);
	if (digits) {
		const [, start, separator, , end, between, hour, second, space, half] = digits;
		const time = timeFormat({ between, hour, second, space, half });
		return datesOf(start, separator, end).map((date) => `${date}${time}`);
	}
	const monthFirst = MONTH_FIRST.exec(text);
	if (monthFirst) {
		const [, month, comma, between, hour, second, space, half] = monthFirst;
		const time = timeFormat({ between, hour, second, space, half });
		return [`${monthFormat(month)} d${comma} yyyy${time}`];
	}
	const dayFirst = DAY_FIRST.exec(text);
	if (!dayFirst) return [];
	const [, month, between, hour, second, space, half] = dayFirst;
	return [`d ${monthFormat(month)} yyyy${timeFormat({ between, hour, second, space, half })}`];
}

const monthFormat = (month: string): string => (month.length === 3 ? 'MMM' : 'MMMM');

function datesOf(start: string, separator: string, end: string): string[] {
	const joined = (...parts: string[]) => parts.join(separator);
	if (start.length === 4) return [joined('yyyy', 'M', 'd')];
	const year = end.length === 4 ? 'yyyy' : 'yy';
	// With dots, the day always comes first.
	return separator === '.'
		? [joined('d', 'M', year)]
		: [joined('d', 'M', year), joined('M', 'd', year)];
}

/** As far as the text has them. */
type TimeParts = Record<'between' | 'hour' | 'second' | 'space' | 'half', string | undefined>;

function timeFormat({ between, hour, second, space, half }: TimeParts): string {
	if (hour === undefined) return '';
	const joint = between?.toUpperCase() === 'T' ? "'T'" : between;
	return `${joint}${half ? 'h' : 'H'}:mm${second ? ':ss' : ''}${half ? `${space}a` : ''}`;
}
