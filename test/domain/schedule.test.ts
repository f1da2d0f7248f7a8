import fc from 'fast-check';
import { DateTime, Settings } from 'luxon';

import { composeSchedule, hasPassed } from '../../nodes/BrazeSchedule/domain/schedule';
import type { Schedule } from '../../nodes/BrazeSchedule/domain/schedule';
import { fromJson, read } from './read';

const NOW = Date.UTC(2026, 0, 15);
const BERLIN = 'Europe/Berlin';

const schedule = (mode: unknown, time: unknown, zone = BERLIN, now = NOW) =>
	read((findings) => composeSchedule({ mode, time, zone, now }, findings));

const exact = (time: unknown, zone?: string, now?: number) => schedule('exact', time, zone, now);
const local = (time: unknown, zone?: string, now?: number) => schedule('local', time, zone, now);
const optimal = (time: unknown, zone?: string, now?: number) =>
	schedule('optimal', time, zone, now);

/** A DateTime as another copy of luxon makes it: it looks the same and is of another class. */
function fromAnotherLuxon(iso: string, zone: string): DateTime {
	let Other: typeof DateTime | undefined;
	jest.isolateModules(() => {
		Other = (jest.requireActual('luxon') as { DateTime: typeof DateTime }).DateTime;
	});
	return (Other as typeof DateTime).fromISO(iso, { zone });
}

describe('the three kinds of time', () => {
	test.each([
		['exact', { time: '2026-03-31T07:00:00Z' }],
		['local', { time: '2026-03-31T09:00:00', in_local_time: true }],
		['optimal', { time: '2026-03-31T00:00:00', at_optimal_time: true }],
	])('%s sends only its own flag', (mode, expected) => {
		const { result, problems, warnings } = schedule(mode, '2026-03-31T09:00:00');
		expect({ result, problems, warnings }).toEqual({
			result: expected,
			problems: [],
			warnings: [],
		});
	});

	test.each([
		[undefined, "'When' is not chosen"],
		['', "'When' is not chosen"],
		['in_local_time', `'When' cannot be "in_local_time"`],
		[['exact'], `'When' cannot be "["exact"]"`],
	])('%j is none of them', (mode, message) => {
		const { result, problems, parameters } = schedule(mode, '2026-03-31T09:00:00');
		expect(result).toBeUndefined();
		expect(problems).toEqual([message]);
		expect(parameters).toEqual(['When']);
	});

	test('an expression typed as a time zone is named as one', () => {
		expect(exact('2026-03-31T09:00:00', '{{ $json.zone }}')).toMatchObject({
			problems: [`'Time Zone' "{{ $json.zone }}" is not a known time zone`],
			hints: ['Switch the field from Fixed to Expression'],
		});
	});

	test('an unknown time zone is reported, not replaced', () => {
		for (const zone of ['Europe/Atlantis', '', 'Default', 'local', 'UTC+2', 'CEST', '__proto__']) {
			const { result, problems, parameters } = exact('2026-03-31T09:00:00', zone);
			expect(result).toBeUndefined();
			expect(problems).toEqual([`'Time Zone' "${zone}" is not a known time zone`]);
			expect(parameters).toEqual(['Time Zone']);
		}
	});
});

describe('every form in which n8n passes a time', () => {
	const instant = Date.UTC(2026, 2, 31, 7);

	test.each<[string, unknown]>([
		['text of the picker', '2026-03-31T09:00:00'],
		['text with a space', '2026-03-31 09:00:00'],
		['text without seconds', '2026-03-31T09:00'],
		['text with nothing but the hour', '2026-03-31T09'],
		['text with milliseconds', '2026-03-31T09:00:00.999'],
		['text in lower case', '2026-03-31t09:00:00'],
		['text in basic format', '20260331T090000'],
		['text with blanks around it', ' \n2026-03-31T09:00:00\t '],
		['text with Z', '2026-03-31T07:00:00Z'],
		['text with a lower-case z', '2026-03-31T07:00:00z'],
		['text with a blank before Z', '2026-03-31 07:00:00 Z'],
		['text with +01:00', '2026-03-31T08:00:00+01:00'],
		['text with +0100', '2026-03-31T08:00:00+0100'],
		['text with +01', '2026-03-31T08:00:00+01'],
		['text with a blank before +0100', '2026-03-31 08:00:00 +0100'],
		['text with -05:30', '2026-03-31T01:30:00.000-05:30'],
		['text with -00:00', '2026-03-31T07:00:00-00:00'],
		['text with the farthest offset', '2026-03-31T21:00:00+14:00'],
		['text with its own zone', '2026-03-31T16:00:00[Asia/Tokyo]'],
		['text with offset and zone', '2026-03-31T16:00:00+09:00[Asia/Tokyo]'],
		['text with Z and a zone to show it in', '2026-03-31T07:00:00Z[Asia/Tokyo]'],
		['a DateTime', DateTime.fromMillis(instant, { zone: 'America/New_York' })],
		['a DateTime of another luxon', fromAnotherLuxon('2026-03-31T16:00:00', 'Asia/Tokyo')],
		['a Date', new Date(instant)],
		['milliseconds', instant],
		['seconds', instant / 1000],
		['seconds with a fraction', instant / 1000 + 0.25],
		['milliseconds as text', String(instant)],
		['seconds as text', String(instant / 1000)],
	])('%s', (_, time) => {
		const { result, problems, warnings } = exact(time);
		expect({ result, problems, warnings }).toEqual({
			result: { time: '2026-03-31T07:00:00Z' },
			problems: [],
			warnings: [],
		});
	});

	test('a Date of another realm is still a Date', () => {
		const foreign = Object.create(Date.prototype, {
			[Symbol.toStringTag]: { value: 'Date' },
			getTime: { value: () => instant },
		}) as Date;
		expect(exact(foreign).result).toEqual({ time: '2026-03-31T07:00:00Z' });
	});

	test.each<[unknown, string]>([
		[undefined, "'Time' is empty"],
		[null, "'Time' is empty"],
		['', "'Time' is empty"],
		['   ', "'Time' is empty"],
		['tomorrow', `'Time' "tomorrow" is not a date and time`],
		['{{ $json.time }}', `'Time' is "{{ $json.time }}", an expression typed as text`],
		['undefined', `'Time' "undefined" is not a date and time`],
		['09:00', `'Time' "09:00" is not a date and time`],
		['T09:00:00', `'Time' "T09:00:00" is not a date and time`],
		['31.03.2026 09:00', `'Time' "31.03.2026 09:00" is a date and time in another format`],
		['03/31/2026 9:00 AM', `'Time' "03/31/2026 9:00 AM" is a date and time in another format`],
		['2026-W14-2T09:00', `'Time' "2026-W14-2T09:00" is not a date and time`],
		['2026-090T09:00', `'Time' "2026-090T09:00" is not a date and time`],
		['Tue Mar 31 2026 09:00:00', `'Time' "Tue Mar 31 2026 09:00:00" is not a date and time`],
		['+002026-03-31T09:00:00Z', `'Time' "+002026-03-31T09:00:00Z" is not a date and time`],
		['2026-03-31T', `'Time' "2026-03-31T" is not a date and time`],
		['2026-03-31T9:00', `'Time' "2026-03-31T9:00" is a date and time in another format`],
		['2026-03-31 09:00 PM', `'Time' "2026-03-31 09:00 PM" is a date and time in another format`],
		['2026-03-31 09 30', `'Time' "2026-03-31 09 30" is not a date and time that exists`],
		['2026-03-31T25:00:00', `'Time' "2026-03-31T25:00:00" is not a date and time that exists`],
		['2026-03-31T09:60:00', `'Time' "2026-03-31T09:60:00" is not a date and time that exists`],
		['2026-06-30T23:59:60Z', `'Time' "2026-06-30T23:59:60Z" is not a date and time that exists`],
		['2026-13-01T09:00:00', `'Time' "2026-13-01T09:00:00" is not a date and time that exists`],
		['2026-04-31T09:00:00', `'Time' "2026-04-31T09:00:00" is not a date and time that exists`],
		['2026-02-29T09:00:00', `'Time' "2026-02-29T09:00:00" is not a date and time that exists`],
		[
			'2026-03-31T09:00+25:00',
			`'Time' "2026-03-31T09:00+25:00" is not a date and time that exists`,
		],
		[
			'2026-03-31T09:00+14:30',
			`'Time' "2026-03-31T09:00+14:30" is not a date and time that exists`,
		],
		[
			'2026-03-31T09:00+05:60',
			`'Time' "2026-03-31T09:00+05:60" is not a date and time that exists`,
		],
		[
			'2026-03-31T09:00:00[Europe/Atlantis]',
			`'Time' "2026-03-31T09:00:00[Europe/Atlantis]" names a time zone that is not known`,
		],
		['2026-03-31T09:00:00[]', `'Time' "2026-03-31T09:00:00[]" names a time zone that is not known`],
		['0000-01-01T00:00:00', "'Time' is in the year 0"],
		['0999-12-31T00:00:00', "'Time' is in the year 999"],
		['9999-12-31T23:59:59-12:00', "'Time' is in the year 10000"],
		[{ [Symbol.toStringTag]: 'Date' }, "'Time' {} is not a date and time"],
		[new Date(8.64e15 - 86_400_000), "'Time' is in the year 275760"],
		[8.64e15 - 86_400_000, "'Time' 8639999913600000 is not a date and time"],
		[8.64e15 + 1, "'Time' 8640000000000001 is not a date and time"],
		[Infinity, "'Time' Infinity is not a date and time"],
		[
			'2026-03-31T08:00:00+01:00[Asia/Tokyo]',
			`'Time' "2026-03-31T08:00:00+01:00[Asia/Tokyo]" contradicts itself: Asia/Tokyo is at +09:00 then, not at +01:00`,
		],
		[NaN, "'Time' NaN is not a date and time"],
		[0, "'Time' 0 is not a date and time"],
		[-1_774_940_400, "'Time' -1774940400 is not a date and time"],
		[46_112, "'Time' 46112 is not a date and time"],
		[true, "'Time' true is not a date and time"],
		[10n, "'Time' 10 is not a date and time"],
		[{}, "'Time' {} is not a date and time"],
		[['2026-03-31T09:00'], `'Time' ["2026-03-31T09:00"] is not a date and time`],
		[new Date(NaN), "'Time' is not a date and time that exists"],
		[DateTime.invalid('for the test'), "'Time' is not a date and time that exists"],
		[
			fromJson('{"isLuxonDateTime":true,"isValid":true}'),
			`'Time' {"isLuxonDateTime":true,"isValid":true} is not a date and time`,
		],
	])('%p is refused with a message', (time, message) => {
		const { result, problems, parameters } = exact(time);
		expect(result).toBeUndefined();
		expect(problems).toEqual([message]);
		expect(parameters).toEqual(['Time']);
	});

	test.each([
		['brackets', '['.repeat(1_000_000)],
		['blanks', `2026-03-31T09${' '.repeat(1_000_000)}x`],
		['digits', '7'.repeat(1_000_000)],
		['a fraction', `2026-03-31T09:00:00.${'0'.repeat(1_000_000)}`],
	])('a megabyte of %s is refused immediately', (_, text) => {
		expect(exact(text).problems).toEqual([`'Time' "${text.slice(0, 57)}…" is not a date and time`]);
	});

	test('a circular object is refused like any other', () => {
		const circle: Record<string, unknown> = {};
		circle.itself = circle;
		expect(exact(circle).problems).toEqual(["'Time' an object is not a date and time"]);
	});

	test('a day that exists only in leap years, and midnight written as 24:00', () => {
		expect(exact('2028-02-29T09:00:00').result).toEqual({ time: '2028-02-29T08:00:00Z' });
		expect(exact('2026-03-31T24:00:00').result).toEqual({ time: '2026-03-31T22:00:00Z' });
	});

	test('a date alone is accepted for an optimal time only', () => {
		for (const date of ['2026-03-31', '20260331']) {
			expect(optimal(date).result).toEqual({ time: '2026-03-31T00:00:00', at_optimal_time: true });
			for (const { result, problems, hints } of [exact(date), local(date)]) {
				expect(result).toBeUndefined();
				expect(problems).toEqual([`'Time' "${date}" has a date but no time of day`]);
				expect(hints[0]).toContain('2026-03-31T09:00:00');
			}
		}
	});

	test('the field is called Date if it asks for one', () => {
		const { problems, parameters } = optimal('soon');
		expect(problems).toEqual([`'Date' "soon" is not a date and time`]);
		expect(parameters).toEqual(['Date']);
	});
});

describe('local times', () => {
	test.each<[string, unknown]>([
		['what the picker shows', '2026-03-31T09:00:00'],
		['Z', '2026-03-31T09:00:00Z'],
		['an offset', '2026-03-31T09:00:00+0100'],
		['a zone', '2026-03-31T09:00:00-07:00[America/Los_Angeles]'],
		['a DateTime in its own zone', DateTime.fromISO('2026-03-31T09:00:00', { zone: 'Asia/Tokyo' })],
		['a DateTime of another luxon', fromAnotherLuxon('2026-03-31T09:00:00', 'Asia/Tokyo')],
		["a Date, as the workflow's zone shows it", new Date('2026-03-31T07:00:00Z')],
		["milliseconds, as the workflow's zone shows them", Date.UTC(2026, 2, 31, 7)],
		["seconds, as the workflow's zone shows them", Date.UTC(2026, 2, 31, 7) / 1000],
	])('the local time stays as it is written: %s', (_, time) => {
		expect(local(time).result).toEqual({ time: '2026-03-31T09:00:00', in_local_time: true });
		expect(optimal(time).result).toEqual({ time: '2026-03-31T00:00:00', at_optimal_time: true });
	});

	test('an offset is not mentioned if only the day applies', () => {
		for (const time of ['2026-03-31T09:00:00+01:00', '2026-03-31T09:00:00Z[Asia/Tokyo]']) {
			expect(optimal(time).warnings).toEqual([]);
		}
	});

	describe('a moment that is not the same day everywhere', () => {
		const OTHER = '2026-03-31T23:30:00Z';
		const moment = Date.parse(OTHER);

		test.each<[string, unknown, string, string]>([
			['text', OTHER, '2026-03-31', 'it is 2026-03-31 in UTC, but 2026-04-01 in Europe/Berlin'],
			[
				'text with an offset',
				'2026-03-31T18:30:00-05:00',
				'2026-03-31',
				'it is 2026-03-31 in UTC-05:00, but 2026-04-01 in Europe/Berlin',
			],
			[
				'a DateTime',
				DateTime.fromMillis(moment, { zone: 'America/New_York' }),
				'2026-03-31',
				'it is 2026-03-31 in America/New_York, but 2026-04-01 in Europe/Berlin',
			],
			[
				'a Date',
				new Date(moment),
				'2026-04-01',
				'it is 2026-04-01 in Europe/Berlin, but 2026-03-31 in UTC',
			],
			['milliseconds', moment, '2026-04-01', 'it is 2026-04-01 in Europe/Berlin'],
		])('%s: the warning names the day that was used, and the other one', (_, time, day, said) => {
			const { result, warnings } = optimal(time);
			expect(result).toMatchObject({ time: `${day}T00:00:00` });
			expect(warnings).toEqual([
				expect.stringMatching(/^'Date' has a time of day, so the day depends on the time zone: /),
			]);
			expect(warnings[0]).toContain(said);
			expect(warnings[0]).toContain(`Braze gets ${day}. To be sure of the day, enter the date`);
		});

		test.each<[string, unknown]>([
			['as the clock shows it', '2026-03-31T23:30:00'],
			["a DateTime of the workflow's zone", DateTime.fromMillis(moment, { zone: BERLIN })],
			['a moment at noon', new Date('2026-03-31T12:00:00Z')],
			['a date', '2026-03-31'],
		])('%s needs no warning', (__, time) => {
			expect(optimal(time).warnings).toEqual([]);
		});
	});

	test('an offset that is left out has a warning', () => {
		for (const [written, shown] of [
			['2026-03-31T09:00:00Z', 'Z'],
			['2026-03-31T09:00:00+01:00', '+01:00'],
			['2026-03-31T09:00:00[Asia/Tokyo]', '[Asia/Tokyo]'],
			['2026-03-31T09:00:00+09:00[Asia/Tokyo]', '+09:00[Asia/Tokyo]'],
		]) {
			expect(local(written).warnings).toEqual([
				`The time zone "${shown}" in the time was left out: local time has none, so each user gets the message when their own clock shows 2026-03-31 09:00`,
			]);
		}
		expect(local('2026-03-31T09:00:00').warnings).toEqual([]);
	});

	test('so does the time zone of a DateTime', () => {
		for (const time of [
			DateTime.fromISO('2026-03-31T09:00:00', { zone: 'Asia/Tokyo' }),
			fromAnotherLuxon('2026-03-31T09:00:00', 'Asia/Tokyo'),
		]) {
			expect(local(time).warnings).toEqual([
				'The time zone "Asia/Tokyo" in the time was left out: local time has none, so each user gets the message when their own clock shows 2026-03-31 09:00',
			]);
		}
	});

	test('so does the zone in which a moment became a local time', () => {
		const moment = Date.UTC(2026, 2, 31, 7);
		for (const time of [new Date(moment), moment, moment / 1000, String(moment)]) {
			expect(local(time).warnings).toEqual([
				'The time is a moment, read in Europe/Berlin. Local time has no time zone, so each user gets the message when their own clock shows 2026-03-31 09:00',
			]);
		}
	});

	const anyTime = fc
		.date({ min: new Date('2026-01-16'), max: new Date('2099-12-30'), noInvalidDate: true })
		.chain((date) => {
			const wall = date.toISOString().slice(0, 19);
			const offset = fc
				.tuple(fc.constantFrom('+', '-'), fc.integer({ min: 0, max: 13 }), fc.nat(59))
				.map(([sign, hour, minute]) => {
					const two = (number: number) => String(number).padStart(2, '0');
					return `${sign}${two(hour)}:${two(minute)}`;
				});
			return fc.oneof(
				fc.constant<unknown>(wall),
				fc.constantFrom('Z', 'z', '[Asia/Tokyo]', 'Z[UTC]').map((end) => wall + end),
				offset.map((end) => wall + end),
				offset.map((end) => wall.replace('T', ' ') + end.replace(':', '')),
				fc.constant(date),
				fc.constant(date.getTime()),
				fc.constant(Math.floor(date.getTime() / 1000)),
				fc
					.constantFrom('Asia/Kolkata', 'America/St_Johns', 'utc')
					.map((zone) => DateTime.fromJSDate(date, { zone })),
			);
		});
	const anyZone = fc.constantFrom('UTC', BERLIN, 'Pacific/Kiritimati', 'Pacific/Pago_Pago');

	test('no input of any form puts an offset into a local or optimal time', () => {
		fc.assert(
			fc.property(anyTime, anyZone, (time, zone) => {
				expect(local(time, zone).result).toEqual({
					time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d$/) as string,
					in_local_time: true,
				});
				expect(optimal(time, zone).result).toEqual({
					time: expect.stringMatching(/^\d{4}-\d\d-\d\dT00:00:00$/) as string,
					at_optimal_time: true,
				});
			}),
		);
	});

	test('and every exact time is plain UTC, to the second', () => {
		fc.assert(
			fc.property(anyTime, anyZone, (time, zone) => {
				expect(exact(time, zone).result).toEqual({
					time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/) as string,
				});
			}),
		);
	});

	test('any input becomes a schedule or a problem, and nothing is thrown', () => {
		fc.assert(
			fc.property(
				fc.constantFrom('exact', 'local', 'optimal'),
				fc.oneof(fc.anything({ withDate: true, withBigInt: true }), fc.string()),
				(mode, time) => {
					const { result, problems } = schedule(mode, time);
					expect(problems).toHaveLength(result ? 0 : 1);
				},
			),
			{ numRuns: 500 },
		);
	});
});

describe('warnings', () => {
	const at = (iso: string) => Date.parse(iso);

	test('the first year that is accepted is in the past', () => {
		expect(exact('1000-01-01T00:00:01Z').warnings).toEqual([
			expect.stringContaining('is in the past'),
		]);
	});

	test('an exact time in the past', () => {
		expect(exact('2026-01-15T00:59:59', BERLIN).warnings).toEqual([
			'The time 2026-01-15 00:59 in Europe/Berlin is in the past. Braze does not say whether it sends such a message at once or not at all',
		]);
		expect(exact('2026-01-15T01:00:00', BERLIN).warnings).toEqual([
			expect.stringContaining('is in the past'),
		]);
		expect(exact('2026-01-15T01:00:01', BERLIN).warnings).toEqual([]);
	});

	test.each<[string, unknown, string]>([
		['an offset', '2026-01-14T09:00:00+09:00', '2026-01-14 09:00 in UTC+09:00'],
		['an offset without a colon', '2026-01-14 09:00 -0530', '2026-01-14 09:00 in UTC-0530'],
		['Z', '2026-01-14T09:00:00z', '2026-01-14 09:00 in UTC'],
		['Z and a zone to show it in', '2026-01-14T09:00:00Z[Asia/Tokyo]', '2026-01-14 09:00 in UTC'],
		['a zone', '2026-01-14T09:00:00[Asia/Tokyo]', '2026-01-14 09:00 in Asia/Tokyo'],
		['both', '2026-01-14T09:00:00+09:00[Asia/Tokyo]', '2026-01-14 09:00 in Asia/Tokyo'],
		[
			"a DateTime's zone",
			DateTime.fromISO('2026-01-14T09:00:00', { zone: 'Asia/Tokyo' }),
			'2026-01-14 09:00 in Asia/Tokyo',
		],
		['none, as a Date', new Date('2026-01-14T09:00:00Z'), '2026-01-14 10:00 in Europe/Berlin'],
	])('a time in the past is shown as it was entered, with %s', (_, time, shown) => {
		expect(exact(time).warnings).toEqual([expect.stringMatching(/^The time .+ is in the past\./)]);
		expect(exact(time).warnings[0]).toContain(`The time ${shown} is in the past`);
	});

	const FAR =
		'The time is more than 90 days ahead. Braze used to refuse that; check that the schedule was accepted';

	const MIDNIGHT = (day: string) =>
		`The time is exactly midnight: ${day} 00:00. If you only chose a date, add the time of day, for example ${day}T09:00:00`;

	test.each<[string, unknown]>([
		['from the calendar', '2026-03-31T00:00:00'],
		['with an offset', '2026-03-31T00:00:00+02:00'],
		['of a DateTime', DateTime.fromISO('2026-03-31', { zone: 'Asia/Tokyo' })],
		['of a Date', new Date('2026-03-30T22:00:00Z')],
	])('exactly midnight has a warning: %s', (_, time) => {
		expect(exact(time).warnings).toEqual([MIDNIGHT('2026-03-31')]);
		expect(local(time).warnings).toContain(MIDNIGHT('2026-03-31'));
		expect(optimal(time).warnings).not.toContain(MIDNIGHT('2026-03-31'));
	});

	test.each(['2026-03-31T00:00:01', '2026-03-31T12:00:00'])('%s is not midnight', (time) => {
		expect(exact(time).warnings).toEqual([]);
	});

	test('more than 90 days ahead has a warning', () => {
		expect(exact('2026-04-15T00:00:00Z').warnings).toEqual([MIDNIGHT('2026-04-15')]);
		expect(exact('2026-04-15T00:00:01Z').warnings).toEqual([FAR]);
		expect(local('2026-04-16T00:00:00')).toMatchObject({
			warnings: [FAR, MIDNIGHT('2026-04-16')],
			problems: [],
		});
		expect(optimal('2026-04-16')).toMatchObject({ warnings: [FAR], problems: [] });
	});

	test.each([
		// The easternmost place is 14 hours ahead of UTC, the westernmost 12 behind.
		['has passed nowhere', '2026-01-15T21:59:59', undefined],
		['has just passed in the east', '2026-01-15T22:00:00', 'already passed in some'],
		['is still to come in the west', '2026-01-16T23:59:59', 'already passed in some'],
		['has just passed in the west too', '2026-01-17T00:00:00', 'passed in every'],
	])('a local time that %s', (_, now, said) => {
		const { result, warnings } = local('2026-01-16T12:00:00', BERLIN, at(`${now}Z`));
		expect(result).toEqual({ time: '2026-01-16T12:00:00', in_local_time: true });
		expect(warnings).toHaveLength(said ? 1 : 0);
		if (said) expect(warnings[0]).toContain(said);
	});

	test('an optimal day needs 48 hours before it begins in the easternmost place', () => {
		const warningsAt = (now: string) => optimal('2026-01-16', BERLIN, at(now)).warnings;
		expect(warningsAt('2026-01-13T09:59:59Z')).toEqual([]);
		expect(warningsAt('2026-01-13T10:00:00Z')).toEqual([
			expect.stringMatching(/^2026-01-16 begins in less than 48 hours in some time zones/),
		]);
	});

	test.each([
		['a date', '2026-01-16'],
		['a date with a late hour, which does not count', '2026-01-16T23:00:00'],
	])('an optimal day is over when it has ended in the westernmost place: %s', (_, date) => {
		expect(optimal(date, BERLIN, at('2026-01-17T11:59:59Z')).warnings).toEqual([
			expect.stringContaining('less than 48 hours'),
		]);
		expect(optimal(date, BERLIN, at('2026-01-17T12:00:00Z')).warnings).toEqual([
			'2026-01-16 has passed in every time zone, so Braze will probably refuse it',
		]);
	});
});

describe('a machine set to another language', () => {
	afterEach(() => {
		Settings.defaultLocale = 'en-US';
	});

	test.each(['ar-EG', 'fa-IR', 'my-MM'])('%s writes the same digits', (locale) => {
		Settings.defaultLocale = locale;
		const dateTime = DateTime.fromISO('2026-03-31T09:00:00', { zone: BERLIN });
		expect(exact(dateTime).result).toEqual({ time: '2026-03-31T07:00:00Z' });
		expect(local(dateTime).result).toMatchObject({ time: '2026-03-31T09:00:00' });
		expect(optimal(dateTime).result).toMatchObject({ time: '2026-03-31T00:00:00' });
		expect(exact('2026-01-14T09:00:00').warnings[0]).toContain('2026-01-14 09:00');
	});
});

describe('whether a time has passed', () => {
	const at = (time: string) => Date.parse(time);

	test.each<[string, Schedule, string]>([
		['an exact time, at its second', { time: '2026-01-16T12:00:00Z' }, '2026-01-16T12:00:00Z'],
		[
			'a local time, when the last zone has reached it',
			{ time: '2026-01-16T12:00:00', in_local_time: true },
			'2026-01-17T00:00:00Z',
		],
		[
			'an optimal day, when it has ended in the last zone',
			{ time: '2026-01-16T00:00:00', at_optimal_time: true },
			'2026-01-17T12:00:00Z',
		],
	])('%s', (_, schedule, end) => {
		expect(hasPassed(schedule, at(end) - 1)).toBe(false);
		expect(hasPassed(schedule, at(end))).toBe(true);
	});
});
