import { DateTime, Settings } from 'luxon';

import { inOtherFormat } from '../../nodes/BrazeSchedule/domain/otherFormats';
import { readTime } from '../../nodes/BrazeSchedule/domain/time';

const hintOf = (text: string): string => inOtherFormat(text)?.hint ?? '';

/** What the expression of the hint makes of the text. */
function converted(text: string): string {
	const expression = /\{\{ (DateTime\..*?) \}\}/.exec(hintOf(text))?.[1] ?? '';
	const work = new Function('DateTime', '$json', `return ${expression}`) as (
		luxon: typeof DateTime,
		json: object,
	) => string;
	return work(DateTime, { date: text });
}

describe('a date and time in another format', () => {
	test.each([
		['27.11.2026 09:00', '2026-11-27T09:00:00', 'd.M.yyyy H:mm'],
		['7.1.2026 9:05', '2026-01-07T09:05:00', 'd.M.yyyy H:mm'],
		['27.11.26 09:00', '2026-11-27T09:00:00', 'd.M.yy H:mm'],
		['27.11.2026, 09:00:30', '2026-11-27T09:00:30', 'd.M.yyyy, H:mm:ss'],
		['03/31/2026 9:00 AM', '2026-03-31T09:00:00', 'M/d/yyyy h:mm a'],
		['03/31/2026 9:00PM', '2026-03-31T21:00:00', 'M/d/yyyy h:mma'],
		['31/03/2026 12:00 am', '2026-03-31T00:00:00', 'd/M/yyyy h:mm a'],
		['31-03-2026T09:00', '2026-03-31T09:00:00', "d-M-yyyy'T'H:mm"],
		['2026/03/31 09:00', '2026-03-31T09:00:00', 'yyyy/M/d H:mm'],
		['2026-03-31T9:00', '2026-03-31T09:00:00', "yyyy-M-d'T'H:mm"],
		['2026-03-31 09:00 PM', '2026-03-31T21:00:00', 'yyyy-M-d h:mm a'],
		['Mar 31, 2026 9:00 AM', '2026-03-31T09:00:00', 'MMM d, yyyy h:mm a'],
		['March 31 2026, 14:30', '2026-03-31T14:30:00', 'MMMM d yyyy, H:mm'],
		['31 March 2026 09:00', '2026-03-31T09:00:00', 'd MMMM yyyy H:mm'],
		['31 May 2026 09:00', '2026-05-31T09:00:00', 'd MMM yyyy H:mm'],
	])('%s', (text, written, format) => {
		expect(inOtherFormat(text)?.problem).toBe(`"${text}" is a date and time in another format`);
		expect(hintOf(text)).toContain(`Write it as ${written}. `);
		expect(hintOf(text)).toContain(format);
		expect(readTime(converted(text), 'utc')).toEqual(readTime(written, 'utc'));
	});

	test.each([
		['27.11.2026', '2026-11-27'],
		['November 27, 2026', '2026-11-27'],
	])('%s has no time of day, which some fields need', (text, written) => {
		expect(inOtherFormat(text)).toEqual({
			problem: `"${text}" is a date in another format`,
			hint: expect.stringContaining(
				`Write it as ${written}, with a time of day after it if one is needed (T09:00:00). `,
			) as unknown,
		});
		expect(converted(text)).toBe(written);
	});

	test.each(['03/04/2026 09:00', '03-04-2026 09:00'])('%s may be two days', (text) => {
		const format = text.replace(/\d/g, '').startsWith('/') ? 'M/d/yyyy H:mm' : 'M-d-yyyy H:mm';
		expect(hintOf(text)).toContain('Write it as 2026-04-03T09:00:00 or 2026-03-04T09:00:00. ');
		expect(hintOf(text)).toMatch(new RegExp(`, or with '${format}' if the month comes first$`));
	});

	describe('with any language and time zone of this n8n', () => {
		afterEach(() => {
			Settings.defaultLocale = 'en';
			Settings.defaultZone = 'system';
		});

		// The clocks of Berlin skip this time, which the form may mean in another zone.
		test.each(['29.03.2026 02:30', 'March 29 2026 02:30', '29 March 2026 2:30 AM'])(
			'%s is read in English, and as it is written',
			(text) => {
				Settings.defaultLocale = 'ar-EG';
				Settings.defaultZone = 'Europe/Berlin';
				expect(hintOf(text)).toContain('Write it as 2026-03-29T02:30:00. ');
			},
		);
	});

	test('5/5/2026 09:00 is only one day', () => {
		expect(hintOf('5/5/2026 09:00')).not.toContain(' or ');
	});
});

test.each([
	'soon',
	'09:00',
	'31.13.2026 09:00',
	'30.2.2026 09:00',
	'31.03.2026 25:00',
	'2026-02-30T09:00:00',
	'Smarch 31, 2026',
	'31 Mars 2026 09:00',
	'1.2.3.4',
	`1/1/${'2'.repeat(90)}`,
])('%s is no date in any format', (text) => {
	expect(inOtherFormat(text)).toBeUndefined();
});
