import fc from 'fast-check';

import { remainingRequests, resetTime } from '../../nodes/BrazeSchedule/transport/rateLimit';

const NOW = Date.UTC(2026, 2, 31, 9, 41, 7);
const SECONDS = NOW / 1000;
const DAY = 86_400;

describe('when Braze takes requests again', () => {
	const at = (reset: unknown, name = 'X-RateLimit-Reset') => resetTime({ [name]: reset }, NOW);

	test.each<[string, unknown]>([
		['seconds as text', String(SECONDS + 60)],
		['seconds as a number', SECONDS + 60],
		['milliseconds', String(NOW + 60_000)],
		['a list with one entry', [String(SECONDS + 60)]],
		['a list of several', [String(SECONDS + 60), String(SECONDS + 90)]],
		['text with blanks', ` ${SECONDS + 60} `],
	])('%s', (_, reset) => {
		expect(at(reset)).toBe(NOW + 60_000);
	});

	test.each(['X-RateLimit-Reset', 'x-ratelimit-reset', 'X-RATELIMIT-RESET', 'X-Ratelimit-Reset'])(
		'%s is the header, anyway',
		(name) => {
			expect(at(SECONDS + 60, name)).toBe(NOW + 60_000);
		},
	);

	test.each<[string, unknown]>([
		['missing', undefined],
		['empty, as on a 401', ''],
		['blank', ' '],
		['null', null],
		['an empty list', []],
		['a list of an empty text', ['']],
		['a word', 'soon'],
		['a date', 'Tue, 31 Mar 2026 10:00:00 GMT'],
		['several in one', `${SECONDS + 60}, ${SECONDS + 90}`],
		['not a number', NaN],
		['without end', Infinity],
		['an object', { a: 1 }],
		['zero', '0'],
		['negative', '-60'],
		['now', String(SECONDS)],
		['past', String(SECONDS - 60)],
		['a day and a second ahead', String(SECONDS + DAY + 1)],
		['a year ahead', String(SECONDS + 365 * DAY)],
		['past in milliseconds', String(NOW - 1)],
		['in microseconds', String(NOW * 1000)],
	])('is not known when the header is %s', (_, reset) => {
		expect(at(reset)).toBeUndefined();
	});

	test('a day ahead is as far as a window goes', () => {
		expect(at(SECONDS + DAY)).toBe(NOW + DAY * 1000);
	});

	test('Retry-After speaks when the other header says nothing believable', () => {
		const headers = { 'retry-after': '30' };
		expect(resetTime(headers, NOW)).toBe(NOW + 30_000);
		for (const reset of ['', String(SECONDS - 5), String(SECONDS + 400 * DAY)]) {
			expect(resetTime({ ...headers, 'x-ratelimit-reset': reset }, NOW)).toBe(NOW + 30_000);
		}
		expect(resetTime({ ...headers, 'x-ratelimit-reset': SECONDS + 60 }, NOW)).toBe(NOW + 60_000);
		expect(resetTime({ 'retry-after': 'Tue, 31 Mar 2026 10:00:00 GMT' }, NOW)).toBeUndefined();
		expect(resetTime({ 'retry-after': '-1' }, NOW)).toBeUndefined();
	});

	test('whatever the headers hold, it is ahead and within a day, or not known', () => {
		const anyHeaders = fc.dictionary(
			fc.constantFrom('X-RateLimit-Reset', 'retry-after', 'x-ratelimit-remaining', 'date'),
			fc.oneof(
				fc.anything(),
				fc.integer().map(String),
				fc.double(),
				fc.integer({ min: 0, max: 2e6 }).map((n) => SECONDS - 1e6 + n),
			),
		);
		fc.assert(
			fc.property(anyHeaders, (headers) => {
				const time = resetTime(headers, NOW);
				if (time === undefined) return;
				expect(time).toBeGreaterThan(NOW);
				expect(time).toBeLessThanOrEqual(NOW + DAY * 1000);
			}),
			{ numRuns: 500 },
		);
	});
});

describe('how many requests a window still has', () => {
	test.each<[unknown, number]>([
		['0', 0],
		[0, 0],
		[['0'], 0],
		[' 0 ', 0],
		['1', 1],
		['249999', 249_999],
		['2.5', 2],
	])('%p says so', (remaining, expected) => {
		expect(remainingRequests({ 'X-RateLimit-Remaining': remaining })).toBe(expected);
	});

	test.each([
		[''],
		[' '],
		[undefined],
		[null],
		[[]],
		['none'],
		[false],
		['-1'],
		[NaN],
		['Infinity'],
	])('%p does not', (remaining) => {
		expect(remainingRequests({ 'x-ratelimit-remaining': remaining })).toBeUndefined();
	});
});
