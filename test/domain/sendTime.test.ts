import { Settings } from 'luxon';

import { AVOID_NOTHING } from '../../nodes/BrazeSchedule/domain/avoid';
import type { Avoid } from '../../nodes/BrazeSchedule/domain/avoid';
import {
	composeRelative,
	composeTime,
	countsFromNow,
} from '../../nodes/BrazeSchedule/domain/sendTime';
import type { RelativeInput, TimeInput } from '../../nodes/BrazeSchedule/domain/sendTime';
import { read } from './read';
import { OLD_VANCOUVER, withData } from './zoneData';

const NOW = Date.UTC(2026, 2, 1);
const BERLIN = 'Europe/Berlin';
const WEEKENDS: Avoid = { ...AVOID_NOTHING, weekends: true };
const NIGHTS: Avoid = { ...AVOID_NOTHING, hours: { from: 21 * 60, until: 8 * 60 } };
const on = (...dates: string[]): Avoid => ({
	...AVOID_NOTHING,
	days: new Set(dates.map((date) => Date.parse(date) / 86_400_000)),
});
const IN_THE_PAST = expect.stringContaining('is in the past') as string;

afterEach(() => {
	jest.restoreAllMocks();
	Settings.defaultZone = 'system';
});

const time = (input: Partial<TimeInput>) =>
	read((findings) =>
		composeTime(
			{
				mode: 'exact',
				time: '2026-03-27T09:00:00',
				zone: BERLIN,
				now: NOW,
				avoid: AVOID_NOTHING,
				...input,
			},
			findings,
		),
	);

const relative = (input: Partial<RelativeInput>) =>
	read((findings) =>
		composeRelative(
			{
				fromNow: false,
				date: '2026-03-31T09:00:00',
				direction: 'before',
				amount: 1,
				unit: 'days',
				at: undefined,
				zone: BERLIN,
				isLocal: false,
				avoid: AVOID_NOTHING,
				ifPassed: 'skip',
				now: NOW,
				...input,
			},
			findings,
		),
	);

test.each<[boolean, unknown, boolean]>([
	[true, undefined, true],
	[false, 'now', true],
	[false, ' Now\n', true],
	[false, 'tomorrow', false],
	[false, 2026, false],
])('whether it counts from now: %j, %j', (isChosen, date, fromNow) => {
	expect(countsFromNow(isChosen, date)).toBe(fromNow);
});

describe('a time before or after a date', () => {
	test('is a moment, or a time of each user', () => {
		expect(relative({}).result).toMatchObject({ schedule: { time: '2026-03-30T07:00:00Z' } });
		expect(relative({ isLocal: true }).result).toMatchObject({
			schedule: { time: '2026-03-30T09:00:00', in_local_time: true },
		});
	});

	test('depends on now only if it counts from now, or has passed and is sent soon', () => {
		const soon = { ifPassed: 'soon', now: Date.UTC(2026, 2, 31) };
		const after = { fromNow: true, direction: 'after' };
		expect(relative({}).result?.fromNow).toBeUndefined();
		expect(relative({ ifPassed: 'soon' }).result?.fromNow).toBeUndefined();
		expect(relative(soon).result).toMatchObject({
			fromNow: true,
			schedule: { time: '2026-03-31T00:02:00Z' },
		});
		expect(relative(after).result).toMatchObject({
			fromNow: true,
			schedule: { time: '2026-03-02T00:00:00Z' },
		});
	});

	test('is late, with the reason, if it has passed', () => {
		expect(relative({}).result?.late).toBeUndefined();
		expect(relative({ now: Date.UTC(2026, 2, 31) }).result?.late?.reason).toMatch(
			/^The time has passed: it was Mon 30 Mar 2026, 09:00 Europe\/Berlin/,
		);
	});
});

describe('warnings', () => {
	test('about the clock belong to the moment of sending', () => {
		const { result } = time({});
		expect(result?.warnings()).toEqual([]);
		for (const later of [Date.UTC(2026, 2, 28), Date.UTC(2026, 2, 28)]) {
			expect(result?.warnings(later)).toEqual([IN_THE_PAST]);
		}
		expect(result?.warnings()).toEqual([]);
		expect(time({ now: Date.UTC(2026, 2, 28) }).result?.warnings()).toEqual([IN_THE_PAST]);
	});

	test('about the date are the same at whatever moment it is sent', () => {
		const { result } = relative({ date: '2026-03-30T02:30:00' });
		const skipped = expect.stringMatching(/^2026-03-29 02:30 does not exist/) as string;
		expect(result?.warnings()).toEqual([skipped]);
		expect(result?.warnings(Date.UTC(2026, 2, 30))).toEqual([skipped, IN_THE_PAST]);
	});
});

describe('a time that may be one to avoid', () => {
	test.each<[string, Partial<TimeInput>]>([
		['nothing to avoid', {}],
		['no weekend', { avoid: WEEKENDS }],
		['no night', { avoid: NIGHTS }],
		['another date', { avoid: on('2026-03-28') }],
	])('stays as it is: %s', (_, input) => {
		const { result, problems } = time(input);
		expect(problems).toEqual([]);
		expect(result?.explained).toBeUndefined();
		expect(result?.schedule).toEqual({ time: '2026-03-27T08:00:00Z' });
		expect(result?.warnings()).toEqual([]);
	});

	test.each<[string, Partial<TimeInput>, object]>([
		[
			'a night',
			{ time: '2026-03-27T22:00:00', avoid: NIGHTS },
			{
				schedule: { time: '2026-03-28T07:00:00Z' },
				explained:
					'Sat 28 Mar 2026, 08:00 Europe/Berlin, moved from Fri 27 Mar 2026, 22:00 because of the hours between 21:00 and 08:00',
			},
		],
		[
			'a weekend, on the clock of each user',
			{ mode: 'local', time: '2026-03-28T10:00:00', avoid: WEEKENDS },
			{ schedule: { time: '2026-03-30T10:00:00', in_local_time: true } },
		],
		[
			'a weekend, at the optimal time of each user',
			{ mode: 'optimal', time: '2026-03-28', avoid: WEEKENDS },
			{ schedule: { time: '2026-03-30T00:00:00', at_optimal_time: true } },
		],
	])('is moved later, whatever time zone this n8n has: %s', (_, input, expected) => {
		Settings.defaultZone = 'Asia/Tokyo';
		expect(time(input).result).toMatchObject(expected);
	});

	test('is moved to a time that exists, which only matters in a time zone', () => {
		const input = { time: '2026-03-28T02:30:00', avoid: on('2026-03-28') };
		const exact = time(input).result;
		expect(exact?.schedule).toEqual({ time: '2026-03-29T01:30:00Z' });
		expect(exact?.warnings()).toEqual([
			expect.stringMatching(/^2026-03-29 02:30 does not exist in Europe\/Berlin/),
		]);
		const local = time({ ...input, mode: 'local' }).result;
		expect(local?.schedule).toEqual({ time: '2026-03-29T02:30:00', in_local_time: true });
		expect(local?.warnings()).toEqual([]);
	});

	test('warns of old time zone data, with the field in which to choose another zone', () => {
		const zone = 'America/Vancouver';
		withData(zone, OLD_VANCOUVER);
		const input = { zone, time: '2026-10-31T09:00:00', avoid: on('2026-10-31', '2026-11-01') };
		const { result } = time({ ...input, now: Date.UTC(2026, 9, 1) });
		expect(result?.warnings()).toEqual([
			"The time zone data of this n8n is out of date for America/Vancouver: when it shows 2026-11-02 09:00, clocks there show 2026-11-02 10:00. Choose a time zone with a fixed offset under 'Time Zone', such as Etc/GMT+7, or update Node.js to one with tzdata 2026b or later",
		]);
	});

	test.each([
		['a moment', '2026-12-02T04:30:00Z', 1],
		['in another time zone', '2026-12-02T05:30:00[Europe/Berlin]', 1],
		['in that time zone: once', '2026-12-01T20:30:00', 1],
		['before the change', '2026-10-02T03:30:00Z', 0],
		['in the middle of the day', '2026-12-02T20:00:00Z', 0],
	])('warns of old time zone data if a time stays only for it: %s', (_, text, count) => {
		const zone = 'America/Vancouver';
		withData(zone, OLD_VANCOUVER);
		const { result } = time({ zone, time: text, avoid: NIGHTS, now: Date.UTC(2026, 9, 1) });
		expect(result?.explained).toBeUndefined();
		const outdated = result?.warnings().filter((one) => one.includes('is out of date for'));
		expect(outdated).toHaveLength(count);
	});

	test('has to be a time', () => {
		const { result, problems } = time({ time: 'soon', avoid: WEEKENDS });
		expect(result).toBeUndefined();
		expect(problems).toEqual(['\'Time\' "soon" is not a date and time']);
	});
});
