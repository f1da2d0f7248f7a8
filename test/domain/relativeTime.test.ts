import { DateTime } from 'luxon';

import { AVOID_NOTHING, readAvoid } from '../../nodes/BrazeSchedule/domain/avoid';
import type { AvoidInput } from '../../nodes/BrazeSchedule/domain/avoid';
import type { Findings } from '../../nodes/BrazeSchedule/domain/findings';
import { readIfPassed, unlessPassed } from '../../nodes/BrazeSchedule/domain/passedTime';
import type { IfPassed } from '../../nodes/BrazeSchedule/domain/passedTime';
import { relativeTime } from '../../nodes/BrazeSchedule/domain/relativeTime';
import type { RelativeTime } from '../../nodes/BrazeSchedule/domain/relativeTime';
import { readShift } from '../../nodes/BrazeSchedule/domain/shift';
import { readTime, utcText, wallText } from '../../nodes/BrazeSchedule/domain/time';
import { read } from './read';
import { OLD_VANCOUVER, withData } from './zoneData';

const NOW = '2026-01-15T12:00:00Z';
const BERLIN = 'Europe/Berlin';
const NIGHT = { from: '21:00', until: '08:00' };

interface Rule extends Partial<AvoidInput> {
	amount?: unknown;
	unit?: unknown;
	direction?: unknown;
	at?: unknown;
	date?: unknown;
	zone?: string;
	isLocal?: boolean;
	now?: string;
}

function compose(rule: Rule, findings: Findings, choice?: IfPassed) {
	const { amount = 1, unit = 'days', direction = 'before', at, isLocal = false } = rule;
	const { date = 'now', zone = BERLIN, now = NOW } = rule;
	const shift = readShift({ amount, unit, direction, at }, findings);
	const { weekends = false, dates, from, until } = rule;
	const avoid = readAvoid({ weekends, dates, from, until }, zone, findings);
	const base = date === 'now' ? 'now' : readTime(date, zone);
	if (!shift || !avoid || (base !== 'now' && 'problem' in base)) return undefined;
	const setting = { zone, isLocal, avoid, now: Date.parse(now) };
	const time = relativeTime(base, shift, setting, findings);
	if (!time || !choice) return time && { time };
	return unlessPassed(time, choice, shift, setting, findings);
}

const sent = ({ wall, instant }: RelativeTime) =>
	instant === undefined ? wallText(wall) : utcText(instant);

function timeOf(rule: Rule) {
	const { result, problems, warnings } = read((findings) => compose(rule, findings));
	expect(problems).toEqual([]);
	const time = result?.time;
	return { time: time && sent(time), explained: time?.explained, warnings };
}

test.each<[string, Rule, string, string]>([
	[
		'the day before at 18:00, in the time zone of the customer',
		{ date: '2027-01-05T09:00:00-08:00', at: '18:00', zone: 'America/Los_Angeles' },
		'2027-01-05T02:00:00Z',
		'1 day before Tue 5 Jan 2027, at 18:00 America/Los_Angeles',
	],
	[
		'two business days after, over a weekend',
		{ date: '2026-06-04T10:30', direction: 'after', amount: 2, unit: 'businessDays' },
		'2026-06-08T08:30:00Z',
		'2 business days after Thu 4 Jun 2026, 10:30 Europe/Berlin',
	],
	[
		'two business days before, over New Year and a weekend',
		{
			date: '2027-01-05T09:00:00',
			amount: 2,
			unit: 'businessDays',
			dates: '2027-01-01, 2027-01-04',
		},
		'2026-12-30T08:00:00Z',
		'2 business days before Tue 5 Jan 2027, 09:00 Europe/Berlin',
	],
	[
		'in two hours',
		{ direction: 'after', amount: 2, unit: 'hours' },
		'2026-01-15T14:00:00Z',
		'2 hours after now (Thu 15 Jan 2026, 13:00 Europe/Berlin)',
	],
	[
		'in two hours, but not at night',
		{ direction: 'after', amount: 2, unit: 'hours', now: '2026-01-15T19:30:00Z', ...NIGHT },
		'2026-01-16T07:00:00Z',
		'2 hours after now (Thu 15 Jan 2026, 20:30 Europe/Berlin), moved from Thu 15 Jan 2026, 22:30 because of the hours between 21:00 and 08:00',
	],
	[
		'in two hours, but neither at night nor on a weekend',
		{
			direction: 'after',
			amount: '2',
			unit: 'hours',
			now: '2026-01-16T19:30:00Z',
			weekends: true,
			...NIGHT,
		},
		'2026-01-19T07:00:00Z',
		'2 hours after now (Fri 16 Jan 2026, 20:30 Europe/Berlin), moved from Fri 16 Jan 2026, 22:30 because of the hours between 21:00 and 08:00 and the weekend',
	],
	[
		'one week before, at the same time, over the change on 29 March 2026',
		{ date: '2026-04-02T09:00:00', unit: 'weeks' },
		'2026-03-26T08:00:00Z',
		'1 week before Thu 2 Apr 2026, 09:00 Europe/Berlin',
	],
	[
		'one week before, at the same time, over the change on 25 October 2026',
		{ date: '2026-10-28T09:00:00', unit: 'weeks' },
		'2026-10-21T07:00:00Z',
		'1 week before Wed 28 Oct 2026, 09:00 Europe/Berlin',
	],
	[
		'24 hours before is not one day before, if the clocks change',
		{ date: '2026-03-29T12:00:00', amount: 24, unit: 'hours' },
		'2026-03-28T10:00:00Z',
		'24 hours before Sun 29 Mar 2026, 12:00 Europe/Berlin',
	],
	[
		'the day before, not on a weekend: Friday',
		{ date: '2027-01-03T09:00:00', weekends: true },
		'2027-01-01T08:00:00Z',
		'1 day before Sun 3 Jan 2027, 09:00 Europe/Berlin, moved from Sat 2 Jan 2027 because of the weekend',
	],
	[
		'the day before, neither on a weekend nor on New Year',
		{ date: '2027-01-03T09:00:00', weekends: true, dates: ['2027-01-01T00:00:00'] },
		'2026-12-31T08:00:00Z',
		'1 day before Sun 3 Jan 2027, 09:00 Europe/Berlin, moved from Sat 2 Jan 2027 because of the weekend and a date to avoid',
	],
	[
		'two hours before a breakfast: the evening before',
		{ date: '2026-06-04T07:30', amount: 2, unit: 'hours', ...NIGHT },
		'2026-06-03T18:59:00Z',
		'2 hours before Thu 4 Jun 2026, 07:30 Europe/Berlin, moved from Thu 4 Jun 2026, 05:30 because of the hours between 21:00 and 08:00',
	],
	[
		'on that day at 10:00, in the time of each user',
		{ date: '2026-06-04', direction: 'onThatDay', at: '10:00', isLocal: true },
		'2026-06-04T10:00:00',
		"on Thu 4 Jun 2026, at 10:00 in each user's local time",
	],
	[
		'on that day, but not on a weekend: Monday',
		{ date: '2026-06-06', direction: 'onThatDay', at: '10:00', weekends: true },
		'2026-06-08T08:00:00Z',
		'on Sat 6 Jun 2026, at 10:00 Europe/Berlin, moved from Sat 6 Jun 2026 because of the weekend',
	],
	[
		'tomorrow at 9:00',
		{ direction: 'after', at: '9:00' },
		'2026-01-16T08:00:00Z',
		'1 day after today (Thu 15 Jan 2026), at 09:00 Europe/Berlin',
	],
	[
		'30 days after a leap day',
		{ date: '2028-02-29T09:00:00', direction: 'after', amount: 30 },
		'2028-03-30T07:00:00Z',
		'30 days after Tue 29 Feb 2028, 09:00 Europe/Berlin',
	],
	[
		'zero business days after a Saturday: Monday',
		{ date: '2026-06-06T10:00', direction: 'after', amount: 0, unit: 'businessDays' },
		'2026-06-08T08:00:00Z',
		'0 business days after Sat 6 Jun 2026, 10:00 Europe/Berlin, moved from Sat 6 Jun 2026 because of the weekend',
	],
	[
		'a moment is read in the time zone before days are counted',
		{ date: '2026-06-04T23:30:00Z', at: '18:00' },
		'2026-06-04T16:00:00Z',
		'1 day before Fri 5 Jun 2026, at 18:00 Europe/Berlin',
	],
	[
		'so is a time with its own time zone',
		{ date: '2026-06-04T23:30:00[America/New_York]', at: ' 18:00 ' },
		'2026-06-04T16:00:00Z',
		'1 day before Fri 5 Jun 2026, at 18:00 Europe/Berlin',
	],
	[
		'minutes lead to a moment, even to the second 02:30 of the night when the clocks go back',
		{ date: '2026-10-25T04:00:00', amount: 90, unit: 'minutes' },
		'2026-10-25T01:30:00Z',
		'90 minutes before Sun 25 Oct 2026, 04:00 Europe/Berlin',
	],
	[
		'no time is skipped on the clock of each user',
		{ date: '2026-03-30T02:30:00', isLocal: true },
		'2026-03-29T02:30:00',
		"1 day before Mon 30 Mar 2026, 02:30 in each user's local time",
	],
	[
		'in two hours, but not at night, on a weekend, or on a date to avoid',
		{
			direction: 'after',
			amount: 2,
			unit: 'hours',
			now: '2026-01-16T19:30:00Z',
			weekends: true,
			dates: '2026-01-19',
			...NIGHT,
		},
		'2026-01-20T07:00:00Z',
		'2 hours after now (Fri 16 Jan 2026, 20:30 Europe/Berlin), moved from Fri 16 Jan 2026, 22:30 because of the hours between 21:00 and 08:00, the weekend, and a date to avoid',
	],
	[
		'from the first year on that is not a mistake',
		{ date: '1000-06-04T10:00', zone: 'UTC' },
		'1000-06-03T10:00:00Z',
		'1 day before Wed 4 Jun 1000, 10:00 UTC',
	],
	[
		'the largest amount',
		{ date: '2026-06-04T10:00', direction: 'after', amount: 10_000, zone: 'UTC' },
		'2053-10-20T10:00:00Z',
		'10,000 days after Thu 4 Jun 2026, 10:00 UTC',
	],
])('%s', (_, rule, time, explained) => {
	expect(timeOf(rule)).toEqual({ time, explained, warnings: [] });
});

test.each<[string, Rule, string]>([
	['a minute before the night', { date: '2026-06-04T20:59' }, '2026-06-03T18:59:00Z'],
	['at its beginning', { date: '2026-06-04T21:00' }, '2026-06-03T18:59:00Z'],
	['a minute before its end', { date: '2026-06-04T07:59' }, '2026-06-02T18:59:00Z'],
	['at its end', { date: '2026-06-04T08:00' }, '2026-06-03T06:00:00Z'],
	[
		'a minute before its end, after',
		{ date: '2026-06-04T07:59', direction: 'after' },
		'2026-06-05T06:00:00Z',
	],
	[
		'within one day, from its beginning',
		{ date: '2026-06-04T12:00', direction: 'after', from: '12:00', until: '14:00' },
		'2026-06-05T12:00:00Z',
	],
	[
		'of two times at which it ends, the first one',
		{ date: '2026-10-24T22:00', direction: 'onThatDay', from: '21:00', until: '02:30' },
		'2026-10-25T00:30:00Z',
	],
	[
		'but never one before the time itself',
		{ date: '2026-10-24T22:00Z', direction: 'after', amount: 195, unit: 'minutes', until: '02:30' },
		'2026-10-25T01:30:00Z',
	],
	[
		'of two last minutes before it, the second one',
		{ date: '2026-10-26T04:00', from: '03:00', until: '06:00' },
		'2026-10-25T01:59:00Z',
	],
	[
		'the end is skipped: the moment of the change',
		{ date: '2026-03-28T22:00', direction: 'onThatDay', from: '21:00', until: '02:30' },
		'2026-03-29T01:00:00Z',
	],
	[
		'the last minute before the beginning is skipped: the minute before the change',
		{ date: '2026-03-30T04:00', from: '02:45', until: '06:00' },
		'2026-03-29T00:59:00Z',
	],
	[
		'Saturday night becomes Monday morning',
		{ date: '2026-06-06T22:00', direction: 'onThatDay', weekends: true },
		'2026-06-08T06:00:00Z',
	],
	[
		'Saturday morning becomes Monday, at the same time',
		{ date: '2026-06-06T10:00', direction: 'onThatDay', weekends: true },
		'2026-06-08T08:00:00Z',
	],
	[
		'business days stay business days',
		{
			date: '2026-06-04T22:00',
			direction: 'after',
			unit: 'businessDays',
		},
		'2026-06-08T06:00:00Z',
	],
])('not at night: %s', (_, rule, time) => {
	expect(timeOf({ ...NIGHT, ...rule })).toMatchObject({ time, warnings: [] });
});

test('skipped and repeated times warn', () => {
	expect(timeOf({ date: '2026-03-30T02:30:00' })).toMatchObject({
		time: '2026-03-29T01:30:00Z',
		warnings: [
			'2026-03-29 02:30 does not exist in Europe/Berlin: the clocks go forward then. 2026-03-29 03:30 is used instead',
		],
	});
	expect(timeOf({ date: '2026-10-26T02:30:00' })).toMatchObject({
		time: '2026-10-25T00:30:00Z',
		warnings: [
			'2026-10-25 02:30 happens twice in Europe/Berlin: the clocks go back then. The first one is used',
		],
	});
	expect(timeOf({ date: '2026-03-29T02:30:00', unit: 'hours' })).toMatchObject({
		time: '2026-03-29T00:30:00Z',
		warnings: [
			'2026-03-29 02:30 does not exist in Europe/Berlin: the clocks go forward then. 2026-03-29 03:30 is used instead',
		],
	});
	const inBerlin = { date: '2026-03-29T02:30:00[Europe/Berlin]', unit: 'hours', zone: 'UTC' };
	expect(timeOf(inBerlin).warnings).toEqual([
		expect.stringMatching(/^2026-03-29 02:30 does not exist in Europe\/Berlin: /),
	]);
	expect(timeOf({ date: '2026-03-29T02:30:00' }).warnings).toEqual([]);
});

test('local time leaves out the time zone of the date, and warns', () => {
	expect(timeOf({ date: '2026-06-04T09:00:00+05:00', isLocal: true })).toEqual({
		time: '2026-06-03T09:00:00',
		explained: "1 day before Thu 4 Jun 2026, 09:00 in each user's local time",
		warnings: [
			'The time zone "+05:00" in \'Date\' was left out: local time has none, so 2026-06-04 09:00 is used',
		],
	});
	const moment = new Date('2026-06-03T22:30:00Z');
	expect(timeOf({ date: moment, at: '18:00', isLocal: true })).toMatchObject({
		time: '2026-06-03T18:00:00',
		warnings: [
			"'Date' is a moment, read in Europe/Berlin as 2026-06-04 00:30. Local time has no time zone",
		],
	});
});

describe('a moment that clocks show twice', () => {
	const second = { date: '2026-10-25T02:30:00+01:00' };

	test.each<[string, Rule]>([
		['on that day', { ...second, direction: 'onThatDay' }],
		['0 days after', { ...second, amount: 0, direction: 'after' }],
		['0 weeks before', { ...second, amount: 0, unit: 'weeks' }],
		['0 business days before a Sunday', { ...second, amount: 0, unit: 'businessDays' }],
		['in UTC', { date: '2026-10-25T01:30:00Z', direction: 'onThatDay' }],
		['as seconds', { date: 1_792_891_800, direction: 'onThatDay' }],
		['now', { direction: 'onThatDay', now: '2026-10-25T01:30:00Z' }],
	])('stays the one it is: %s', (_, rule) => {
		const isBusiness = rule.unit === 'businessDays';
		expect(timeOf(rule)).toMatchObject({
			// Sunday is no business day, so it is Friday.
			time: isBusiness ? '2026-10-23T00:30:00Z' : '2026-10-25T01:30:00Z',
			warnings: [],
		});
	});

	test('a time of day is still the first one', () => {
		const rule: Rule = { date: '2026-10-25T04:00:00+01:00', direction: 'onThatDay', at: '02:30' };
		expect(timeOf(rule)).toMatchObject({
			time: '2026-10-25T00:30:00Z',
			warnings: [expect.stringContaining('happens twice in Europe/Berlin')],
		});
	});

	const SKIPPED = '2026-03-29T02:30:00[Europe/Berlin]';

	test.each<[string, Rule, string, string[]]>([
		[
			'in its own time zone, a skipped time of day is kept',
			{ date: SKIPPED },
			'2026-03-30T00:30:00Z',
			[],
		],
		[
			'in another, it has become one that is shown',
			{ date: SKIPPED, zone: 'Asia/Tokyo' },
			'2026-03-30T01:30:00Z',
			[
				'2026-03-29 02:30 does not exist in Europe/Berlin: the clocks go forward then. 2026-03-29 03:30 is used instead',
			],
		],
		[
			'a repeated one as well',
			{ date: '2026-10-25T02:30:00[Europe/Berlin]', zone: 'Asia/Tokyo' },
			'2026-10-26T00:30:00Z',
			[
				'2026-10-25 02:30 happens twice in Europe/Berlin: the clocks go back then. The first one is used',
			],
		],
		[
			'unless a time of day is set',
			{ date: '2026-10-25T02:30:00[Europe/Berlin]', zone: 'Asia/Tokyo', at: '09:00' },
			'2026-10-26T00:00:00Z',
			[],
		],
	])('the day after it: %s', (_, rule, time, warnings) => {
		expect(timeOf({ ...rule, direction: 'after' })).toMatchObject({ time, warnings });
	});

	test('of its own time zone, the first one is used, with a warning', () => {
		const rule: Rule = { date: '2026-10-25T02:30:00[Europe/Berlin]', direction: 'onThatDay' };
		expect(timeOf({ ...rule, zone: 'Asia/Tokyo' })).toMatchObject({
			time: '2026-10-25T00:30:00Z',
			warnings: [
				'2026-10-25 02:30 happens twice in Europe/Berlin: the clocks go back then. The first one is used',
			],
		});
	});
});

describe('a date at exactly midnight', () => {
	const date = '2026-07-01T00:00:00';
	const ON_THAT_DAY: Rule = { direction: 'onThatDay' };

	test.each<[string, Rule]>([
		['days', {}],
		['on that day', ON_THAT_DAY],
		['local time', { isLocal: true }],
	])('warns if the time of day is taken from it: %s', (_, rule) => {
		expect(timeOf({ date, ...rule }).warnings).toEqual([
			"'Date' is exactly midnight: 2026-07-01 00:00. If its time of day is missing, enter it under 'At', or add it to the date, for example 2026-07-01T09:00:00",
		]);
	});

	test('also if hours are counted from it', () => {
		expect(timeOf({ date, unit: 'hours' }).warnings).toEqual([
			"'Date' is exactly midnight: 2026-07-01 00:00. If its time of day is missing, add it to the date, for example 2026-07-01T09:00:00",
		]);
	});

	test.each<[string, Rule]>([
		['a time of day is set', { date, at: '09:00' }],
		['it is not midnight', { date: '2026-07-01T00:00:01' }],
		['it is a day', { date: '2026-07-01', at: '00:00' }],
		['it is now', { now: '2026-07-01T22:00:00Z' }],
		['its day is the same', { date: '2026-07-01T00:00:00Z', at: '09:00' }],
		['hours are counted from a moment', { date: '2026-07-01T00:00:00Z', unit: 'hours' }],
		[
			'it is another day, but a real time',
			{ date: '2026-07-01T00:30:00Z', at: '09:00', zone: 'America/New_York' },
		],
	])('says nothing if %s', (_, rule) => {
		expect(timeOf(rule).warnings).toEqual([]);
	});

	test.each<[string, Rule]>([
		['UTC', { date: '2026-07-01T00:00:00Z', zone: 'Asia/Tokyo' }],
		['Asia/Tokyo', { date: '2026-06-30T15:00:00Z', zone: 'Asia/Tokyo' }],
		['UTC', { date: new Date('2026-07-01T00:00:00Z') }],
		['UTC+05:00', { date: '2026-07-01T00:00:00+05:00' }],
	])('says where it is midnight: in %s', (place, rule) => {
		expect(timeOf(rule).warnings).toEqual([
			`'Date' is exactly midnight in ${place}: 2026-07-01 00:00. If its time of day is missing, enter it under 'At', or add it to the date, for example 2026-07-01T09:00:00`,
		]);
	});

	test('of another time zone may mean another day', () => {
		const rule = { date: '2026-06-10T00:00:00.000Z', at: '10:00', zone: 'America/New_York' };
		expect(timeOf({ ...rule, ...ON_THAT_DAY })).toMatchObject({
			time: '2026-06-09T14:00:00Z',
			warnings: [
				"'Date' is midnight in UTC. In America/New_York, that is Tue 9 Jun 2026, and days are counted from there. If the day 2026-06-10 is meant, pass on the day alone",
			],
		});
	});
});

describe('old time zone data', () => {
	const zone = 'America/Vancouver';
	beforeEach(() => withData(zone, OLD_VANCOUVER));

	test.each<[string, Rule]>([
		['hours', { amount: 2, unit: 'hours' }],
		['days', { amount: 2 }],
	])("warns of the date's own time zone: %s", (_, rule) => {
		const date = '2026-12-02T09:00:00[America/Vancouver]';
		expect(timeOf({ ...rule, date }).warnings).toEqual([
			"The time zone data of this n8n is out of date for America/Vancouver: 2026-12-02 09:00 in 'Date' was taken for a moment when clocks there show 2026-12-02 10:00. Add the right offset, as in 2026-12-02T09:00:00-07:00, or update Node.js to one with tzdata 2026b or later",
		]);
		// Only the day in Berlin matters, which is the same.
		expect(timeOf({ date, at: '10:00' }).warnings).toEqual([]);
		const lateThere = '2026-12-02T15:30:00[America/Vancouver]';
		expect(timeOf({ date: lateThere, at: '10:00' }).warnings).toHaveLength(1);
		// Nothing is known of how a DateTime was made.
		const time = DateTime.fromISO('2026-12-02T17:00:00Z', { zone });
		expect(timeOf({ ...rule, date: time }).warnings).toEqual([]);
		// One warning if both are the same.
		expect(timeOf({ ...rule, date, zone }).warnings).toHaveLength(1);
	});

	test('warns of a moment in local time, if it is shown as another one', () => {
		const said = expect.stringContaining(
			"the moment in 'Date' became 2026-12-02 09:00, but clocks there show 2026-12-02 10:00 then. ",
		) as string;
		const local: Rule = { zone, isLocal: true };
		expect(timeOf({ ...local, date: Date.parse('2026-12-02T17:00:00Z') }).warnings).toEqual([
			expect.stringContaining('Local time has no time zone'),
			said,
		]);
		const now = '2026-12-02T17:00:00Z';
		expect(timeOf({ ...local, now, direction: 'after' }).warnings).toEqual([
			'The time zone data of this n8n is out of date for America/Vancouver: it is 2026-12-02 10:00 there now, and not 2026-12-02 09:00. Count from a date, or update Node.js to one with tzdata 2026b or later',
		]);
		expect(timeOf({ ...local, now, direction: 'after', at: '18:00' }).warnings).toEqual([]);
		const late = { now: '2026-12-02T07:30:00Z', direction: 'after', at: '18:00' };
		expect(timeOf({ ...local, ...late }).warnings).toEqual([
			expect.stringContaining('it is 2026-12-02 00:30 there now, and not 2026-12-01 23:30. '),
		]);
	});
	afterEach(() => {
		jest.restoreAllMocks();
	});

	test('warns, with a time zone that is right', () => {
		expect(timeOf({ date: '2026-12-02T09:00:00', zone }).warnings).toEqual([
			"The time zone data of this n8n is out of date for America/Vancouver: when it shows 2026-12-01 09:00, clocks there show 2026-12-01 10:00. Choose a time zone with a fixed offset under 'In', such as Etc/GMT+7, or update Node.js to one with tzdata 2026b or later",
		]);
		const fixed = { date: '2026-12-02T09:00:00', zone: 'Etc/GMT+7', at: '10:00' };
		expect(timeOf(fixed).warnings).toEqual([]);
		withData('Africa/Casablanca', () => 60);
		expect(timeOf({ date: '2026-10-02T09:00:00', zone: 'Africa/Casablanca' }).warnings).toEqual([
			expect.stringContaining('clocks there show 2026-10-01 08:00. '),
		]);
		expect(timeOf({ date: '2026-10-02T09:00:00', zone: 'Africa/Casablanca' }).warnings).toEqual([
			expect.stringContaining('such as Etc/GMT+0, or '),
		]);
	});

	const LATER: Rule = { date: '2026-10-30T09:00:00', zone, direction: 'after' };

	test.each<[string, Rule, number]>([
		['a moment does not depend on it', { amount: 96, unit: 'hours' }, 0],
		['a day does', { amount: 4 }, 1],
		['a moment outside of weekends does', { amount: 96, unit: 'hours', weekends: true }, 1],
		['or of dates', { amount: 96, unit: 'hours', dates: '2026-12-25' }, 1],
		['or of quiet hours', { amount: 96, unit: 'hours', ...NIGHT }, 1],
	])('%s', (_, rule, count) => {
		const { time, warnings } = timeOf({ ...LATER, ...rule });
		expect(time).toBe(`2026-11-03T${rule.amount === 4 ? '17' : '16'}:00:00Z`);
		expect(warnings).toHaveLength(count);
	});
});

const YEARS = Array.from({ length: 900 }, (_, day) =>
	new Date(Date.UTC(2025, 0, 1 + day)).toISOString().slice(0, 10),
);

test.each<[Rule, string, string]>([
	[{ amount: -1 }, 'Amount', "'Amount' -1 is not a whole number of 0 or more"],
	[{ amount: 1.5 }, 'Amount', "'Amount' 1.5 is not a whole number of 0 or more"],
	[{ amount: 'two' }, 'Amount', "'Amount' two is not a whole number of 0 or more"],
	[{ amount: NaN }, 'Amount', "'Amount' NaN is not a whole number of 0 or more"],
	[{ amount: ' ' }, 'Amount', "'Amount' is empty"],
	[{ amount: null }, 'Amount', "'Amount' is empty"],
	[{ amount: 10_001 }, 'Amount', "'Amount' 10,001 is too large"],
	[{ unit: '' }, 'Unit', "'Unit' is not chosen"],
	[{ unit: 'toString' }, 'Unit', '\'Unit\' cannot be "toString"'],
	[{ unit: 5 }, 'Unit', '\'Unit\' cannot be "5"'],
	[{ direction: 'during' }, 'Direction', '\'Direction\' cannot be "during"'],
	[{ at: '' }, 'At', "'At' is empty"],
	[{ at: '24:00' }, 'At', '\'At\' "24:00" is not a time of day'],
	[{ at: 18 }, 'At', '\'At\' "18" is not a time of day'],
	[{ at: '6pm' }, 'At', '\'At\' "6pm" is not a time of day'],
	[{ at: '18:00', unit: 'hours' }, 'At', "'At' can't be a set time if 'Unit' is minutes or hours"],
	[{ date: '2026-06-04' }, 'Date', "'Date' Thu 4 Jun 2026 has no time of day"],
	[{ date: '2026-06-04', unit: 'hours' }, 'Date', "'Date' Thu 4 Jun 2026 has no time of day"],
	[{ zone: 'Mars' }, 'In', '\'In\' "Mars" is not a known time zone'],
	[
		{ isLocal: true, unit: 'hours' },
		'Unit',
		"'Unit' can't be minutes or hours in each user's local time",
	],
	[
		{ dates: '2026-12-25, 2026-02-30' },
		'Dates to Avoid',
		'\'Dates to Avoid\' contains "2026-02-30", which is not a date that exists',
	],
	[
		{ dates: ['2026-12-25', ' 2026-02-30 '] },
		'Dates to Avoid',
		'\'Dates to Avoid\' contains "2026-02-30", which is not a date that exists',
	],
	[
		{ from: '21:00', until: '21:00:00' },
		'Not Between',
		"'Not Between' begins and ends at the same time",
	],
	[{ from: '21:00' }, 'Not Between', "'Not Between' has only one of its two times"],
	[{ from: '21:00', until: 'dawn' }, 'Not Between', '\'Not Between\' "dawn" is not a time of day'],
	[{ from: 'dusk', until: '08:00' }, 'Not Between', '\'Not Between\' "dusk" is not a time of day'],
	[{ dates: YEARS }, 'Avoid', "'Avoid' leaves no day within a year of Wed 14 Jan 2026"],
	[
		{ dates: YEARS, unit: 'businessDays', amount: 2 },
		'Avoid',
		"'Avoid' leaves no day within a year of Thu 15 Jan 2026",
	],
	[{ date: '0999-06-04T10:00' }, 'Date', "'Date' leads to the year 999"],
	[{ date: '9999-12-31T10:00', direction: 'after' }, 'Date', "'Date' leads to the year 10000"],
	[
		{ date: '9999-12-31T10:00', direction: 'onThatDay', dates: '9999-12-31' },
		'Date',
		"'Date' leads to the year 10000",
	],
	// Braze gets it in UTC.
	[
		{ date: '9999-12-31T20:00', direction: 'onThatDay', zone: 'America/New_York' },
		'Date',
		"'Date' leads to the year 10000",
	],
])('%j is refused', (rule, parameter, problem) => {
	const { result, parameters, problems, hints } = read((findings) => compose(rule, findings));
	expect(result).toBeUndefined();
	expect([parameters, problems]).toEqual([[parameter], [problem]]);
	if (parameter !== 'Date') expect(hints).toEqual([expect.stringMatching(/^[A-Z]/)]);
});

test('a day is looked for within a year and a day', () => {
	const from = Date.UTC(2026, 0, 12);
	const dayAfter = (days: number) => new Date(from + days * 86_400_000).toISOString().slice(0, 10);
	const dates = Array.from({ length: 366 }, (_, days) => dayAfter(days));
	const rule: Rule = { date: '2026-01-12T10:00', zone: 'UTC', dates };
	for (const direction of ['onThatDay', 'after']) {
		const found = timeOf({ ...rule, direction, unit: 'businessDays' });
		expect(found.time).toBe('2027-01-13T10:00:00Z');
	}
});

test.each<[string, unknown]>([
	['commas', '2026-06-04,2026-06-05 , 2026-06-08'],
	['semicolons and lines', '2026-06-04;2026-06-05\n2026-06-08\n'],
	['a list', ['2026-06-04', ' 2026-06-05 ', '2026-06-08T23:00:00-08:00', '']],
	['a list of moments', [4, 5, 8].map((day) => new Date(Date.UTC(2026, 5, day, 12)))],
])('dates to avoid, separated by %s', (_, dates) => {
	const rule: Rule = { date: '2026-06-04T10:00', direction: 'onThatDay', weekends: true };
	expect(timeOf({ ...rule, dates }).time).toBe('2026-06-09T08:00:00Z');
});

describe('if that time has passed', () => {
	afterEach(() => {
		jest.restoreAllMocks();
	});

	const LATE: Rule = { date: '2026-01-15T14:00:00', unit: 'hours', amount: 2 };
	const outcome = (rule: Rule, choice: IfPassed) => {
		const said = read((findings) => compose(rule, findings, choice));
		const { result } = said;
		if (!result) return { ...said, sent: undefined };
		const { time } = result;
		const isLate = 'late' in result;
		return { ...said, isLate, sent: sent(time), explained: time.explained };
	};
	const passed =
		'The time has passed: it was Thu 15 Jan 2026, 12:00 Europe/Berlin (2 hours before Thu 15 Jan 2026, 14:00 Europe/Berlin)';

	test('it is skipped, with the reason', () => {
		expect(outcome(LATE, 'skip').result).toMatchObject({ late: { reason: passed } });
	});

	test('it stops, and the problem names the field that decides', () => {
		expect(outcome(LATE, 'stop').result).toMatchObject({
			late: {
				reason: passed,
				problem: {
					parameter: 'If That Time Has Passed',
					message: passed,
					hint: "Choose a later time, or what to do under 'If That Time Has Passed'",
				},
			},
		});
	});

	test('it is sent 2 minutes from now', () => {
		expect(outcome(LATE, 'soon')).toMatchObject({
			sent: '2026-01-15T12:02:00Z',
			explained:
				'2 hours before Thu 15 Jan 2026, 14:00 Europe/Berlin, which has passed, so 2 minutes from now',
			warnings: [],
			result: { time: expect.anything(), fromNow: true },
		});
	});

	test.each<[string, Rule, boolean]>([
		['on the date itself, which has no time of day', { date: '2026-01-15', at: '8:00' }, false],
		[
			'when that date is over',
			{ date: '2026-01-15', at: '8:00', now: '2026-01-15T22:58:00Z' },
			true,
		],
		['before now', { amount: 1, unit: 'hours' }, true],
		['after a date', { date: '2026-01-15T10:00', direction: 'after', unit: 'hours' }, false],
	])('2 minutes from now may be after the date: %s', (_, rule, isAfter) => {
		const said = expect.stringContaining(', which is after the date itself') as string;
		expect(outcome({ amount: 0, ...rule }, 'soon')).toMatchObject({
			isLate: false,
			warnings: isAfter ? [said] : [],
		});
	});

	test('whether that is a time to avoid depends on the clocks there', () => {
		const said = (rule: Rule) => outcome({ direction: 'after', ...rule }, 'soon').warnings;
		const skipped = { date: '2026-03-26T09:00', now: '2026-03-28T01:28:00Z', dates: '2026-03-28' };
		expect(said(skipped)).toEqual([
			expect.stringMatching(/^2026-03-29 02:30 does not exist in Europe\/Berlin: /),
		]);
		// A moment, which comes once.
		const repeated = { date: '2026-10-23T09:00', now: '2026-10-25T00:28:00Z', dates: '2026-12-25' };
		expect(said(repeated)).toEqual([]);
		const zone = 'America/Vancouver';
		withData(zone, OLD_VANCOUVER);
		const old = { zone, date: '2026-10-30T09:00', now: '2026-11-03T04:30:00Z' };
		expect(said(old)).toEqual([]);
		expect(said({ ...old, ...NIGHT })).toEqual([
			expect.stringContaining(
				'when it shows 2026-11-02 20:32, clocks there show 2026-11-02 21:32. ',
			),
		]);
	});

	test('and there may be no day left for it', () => {
		const rule: Rule = { date: '2024-12-20T10:00', direction: 'after', dates: YEARS };
		expect(outcome(rule, 'soon')).toMatchObject({
			result: undefined,
			parameters: ['Avoid'],
			problems: ["'Avoid' leaves no day within a year from now"],
			hints: ['Remove some of the dates to avoid'],
		});
	});

	test('2 minutes from now may be a time to avoid too, and after the date itself', () => {
		const rule: Rule = { ...LATE, now: '2026-01-16T21:00:00Z', weekends: true, ...NIGHT };
		expect(outcome(rule, 'soon')).toMatchObject({
			sent: '2026-01-19T07:00:00Z',
			explained: expect.stringMatching(
				/which has passed, so 2 minutes from now, moved from Fri 16 Jan 2026, 22:02 because of the hours between 21:00 and 08:00 and the weekend$/,
			),
			warnings: [
				'The time has passed. The next possible one is Mon 19 Jan 2026, 08:00 Europe/Berlin, which is after the date itself',
			],
		});
	});

	test.each<IfPassed>(['skip', 'soon', 'stop'])('a future time stays as it is: %s', (choice) => {
		expect(outcome({ ...LATE, amount: 0 }, choice)).toMatchObject({
			sent: '2026-01-15T13:00:00Z',
			isLate: false,
		});
	});

	test('this very moment has passed', () => {
		expect(outcome({ direction: 'onThatDay' }, 'skip')).toMatchObject({ isLate: true });
	});

	test('local time has passed when it has passed in every time zone', () => {
		const local: Rule = { date: '2026-01-15', direction: 'onThatDay', at: '10:00', isLocal: true };
		const at = (now: string) => outcome({ ...local, now }, 'skip');
		expect(at('2026-01-15T21:59:59Z')).toMatchObject({
			sent: '2026-01-15T10:00:00',
			isLate: false,
		});
		expect(at('2026-01-15T22:00:00Z').result).toMatchObject({
			late: {
				reason:
					"The time has passed: it was Thu 15 Jan 2026, 10:00 in each user's local time, in every time zone (on Thu 15 Jan 2026, at 10:00 in each user's local time)",
			},
		});
	});

	test('what does not fit is refused', () => {
		const choices: Array<[unknown, boolean]> = [
			['', false],
			['later', false],
			['soon', true],
			['skip', true],
		];
		const said = choices.map(([choice, isLocal]) =>
			read((findings) => readIfPassed(choice, { isLocal }, findings)),
		);
		expect(said.map(({ result, problems }) => result ?? problems[0])).toEqual([
			"'If That Time Has Passed' is not chosen",
			'\'If That Time Has Passed\' cannot be "later"',
			"'If That Time Has Passed' can't be to send in 2 minutes in each user's local time, which is a different moment in every time zone",
			'skip',
		]);
	});
});

test.each([
	['Hours', '3 hours'],
	['hour', '3 hours'],
	['business days', '3 business days'],
	['Business_Day', '3 business days'],
	['working days', '3 business days'],
	[' WEEKS ', '3 weeks'],
])('a unit may be written as %j', (unit, words) => {
	const { explained } = timeOf({ unit, amount: 3, direction: 'after' });
	expect(explained).toContain(`${words} after now`);
});

test('an amount may be written as text', () => {
	expect(timeOf({ amount: ' 3 ' }).explained).toContain('3 days before now');
});

test.each<[unknown, string]>([
	[-2, "Use a number like 2, and choose the other 'Direction'"],
	['-2.5', "Use a number like 2, and choose the other 'Direction'"],
	[0.5, 'Use a number like 2. For part of a day or an hour, count in hours or minutes'],
	['two', 'Use a number like 2. For part of a day or an hour, count in hours or minutes'],
])('what to do about the amount %j', (amount, hint) => {
	expect(read((findings) => compose({ amount }, findings)).hints).toEqual([hint]);
});

test('nothing to avoid moves nothing', () => {
	const { result } = read((findings) =>
		readAvoid({ weekends: false, dates: '', from: '', until: undefined }, BERLIN, findings),
	);
	expect(result).toEqual(AVOID_NOTHING);
});
