import { DateTime, IANAZone, Settings } from 'luxon';

import { composeSchedule } from '../../nodes/BrazeSchedule/domain/schedule';
import {
	clockFace,
	inZone,
	isZone,
	momentOf,
	readTime,
	utcText,
	yearOf,
} from '../../nodes/BrazeSchedule/domain/time';
import { read } from './read';

const HOUR = 3_600_000;
const MINUTE = 60_000;
const FROM = Date.UTC(2026, 0, 1);
const TO = Date.UTC(2028, 0, 1);

interface Edge {
	zone: string;
	/** The first moment under the new offset. */
	at: number;
	before: number;
	after: number;
}

/** Every change of the clocks in a zone, found by looking at its offset and not by any rule. */
function edgesOf(zone: string): Edge[] {
	const iana = IANAZone.create(zone);
	const edges: Edge[] = [];
	// No zone changes its clocks twice within this.
	const step = 20 * 24 * HOUR;
	for (let day = FROM; day < TO; day += step) {
		const before = iana.offset(day);
		const after = iana.offset(day + step);
		if (before === after) continue;
		let early = day;
		let late = day + step;
		while (late - early > MINUTE) {
			const middle = early + Math.floor((late - early) / 2 / MINUTE) * MINUTE;
			if (iana.offset(middle) === before) early = middle;
			else late = middle;
		}
		edges.push({ zone, at: late, before, after });
	}
	return edges;
}

const ZONES = Intl.supportedValuesOf('timeZone');
const EDGES = ZONES.flatMap(edgesOf);
const SPRING = EDGES.filter(({ before, after }) => after > before);
const AUTUMN = EDGES.filter(({ before, after }) => after < before);

/** What a clock with this offset shows, as n8n's picker writes it. */
const shown = (instant: number, offset: number): string =>
	new Date(instant + offset * MINUTE).toISOString().slice(0, 19);

const formats = new Map<string, Intl.DateTimeFormat>();

function formatFor(zone: string): Intl.DateTimeFormat {
	const known = formats.get(zone);
	if (known) return known;
	const format = new Intl.DateTimeFormat('en-GB', {
		timeZone: zone,
		hourCycle: 'h23',
		year: 'numeric',
		month: '2-digit',
		day: '2-digit',
		hour: '2-digit',
		minute: '2-digit',
		second: '2-digit',
	});
	formats.set(zone, format);
	return format;
}

/** What a clock in this zone shows, asked of Intl alone. */
function clockIn(zone: string, iso: string): string {
	const parts = formatFor(zone).formatToParts(new Date(iso));
	const part = (type: string) => parts.find((one) => one.type === type)?.value;
	const date = `${part('year')}-${part('month')}-${part('day')}`;
	return `${date}T${part('hour')}:${part('minute')}:${part('second')}`;
}

const exact = (time: unknown, zone: string) =>
	read((findings) => composeSchedule({ mode: 'exact', time, zone, now: 0 }, findings));

/** Without the note on the far future, which is not the matter here. */
const clockWarnings = (warnings: string[]) =>
	warnings.filter((warning) => !warning.includes('90 days'));

const minuteOf = (wall: string) => wall.slice(0, 16).replace('T', ' ');

test('the scan saw clocks change in both hemispheres, by an hour and by half of one', () => {
	expect(ZONES.length).toBeGreaterThan(400);
	expect(SPRING.length).toBeGreaterThan(200);
	expect(AUTUMN.length).toBeGreaterThan(200);
	const zones = new Set(EDGES.map(({ zone }) => zone));
	for (const zone of ['Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Cairo']) {
		expect(zones).toContain(zone);
	}
});

test('in every zone, the time that goes out is the time on the clock there', () => {
	for (const zone of ZONES) {
		expect(isZone(zone)).toBe(true);
		for (const typed of ['2026-02-11T09:30:00', '2026-08-12T23:59:59', '2027-12-31T00:00:00']) {
			const { result, warnings } = exact(typed, zone);
			expect(clockIn(zone, result?.time as string)).toBe(typed);
			expect(clockWarnings(warnings)).toEqual([]);
		}
	}
});

test('around every change of the clocks, hours that exist once are kept without a word', () => {
	for (const { zone, at, before, after } of EDGES) {
		const gap = Math.abs(after - before) * MINUTE;
		for (const instant of [at - gap - MINUTE, at + gap + MINUTE, at - 26 * HOUR, at + 26 * HOUR]) {
			const typed = shown(instant, instant < at ? before : after);
			const { result, warnings } = exact(typed, zone);
			expect({ zone, typed, time: result?.time, warnings: clockWarnings(warnings) }).toEqual({
				zone,
				typed,
				time: new Date(instant).toISOString().replace('.000Z', 'Z'),
				warnings: [],
			});
		}
	}
});

test('a time that the clocks skip moves forward by the gap, and this is said', () => {
	for (const { zone, at, before, after } of SPRING) {
		const gap = after - before;
		// The first minute that is skipped, one in the middle, and the last.
		for (const into of [0, Math.floor(gap / 2), gap - 1]) {
			const typed = shown(at + into * MINUTE, before);
			const { result, warnings } = exact(typed, zone);
			const moved = clockIn(zone, result?.time as string);
			expect(moved).toBe(shown(at + into * MINUTE, after));
			expect(clockWarnings(warnings)).toEqual([
				`${minuteOf(typed)} does not exist in ${zone}: the clocks go forward then. ${minuteOf(moved)} is used instead`,
			]);
		}
		const last = shown(at - MINUTE, before);
		expect(clockIn(zone, exact(last, zone).result?.time as string)).toBe(last);
		const first = shown(at, after);
		expect(clockIn(zone, exact(first, zone).result?.time as string)).toBe(first);
	}
});

test('of a time that comes twice the first is used, and this is said', () => {
	for (const { zone, at, before, after } of AUTUMN) {
		const overlap = before - after;
		for (const into of [0, Math.floor(overlap / 2), overlap - 1]) {
			const second = at + into * MINUTE;
			const typed = shown(second, after);
			const { result, warnings } = exact(typed, zone);
			expect(Date.parse(result?.time as string)).toBe(second - overlap * MINUTE);
			expect(clockIn(zone, result?.time as string)).toBe(typed);
			expect(clockWarnings(warnings)).toEqual([
				`${minuteOf(typed)} happens twice in ${zone}: the clocks go back then. The first one is used`,
			]);
		}
	}
});

test('a written offset chooses between the two, without a warning', () => {
	for (const { zone, at, before, after } of AUTUMN) {
		for (const [instant, offset] of [
			[at - MINUTE, before],
			[at, after],
		]) {
			const text = inZone(instant, zone);
			expect(text.slice(0, 19)).toBe(shown(instant, offset));
			const { result, warnings } = exact(text, zone);
			expect(Date.parse(result?.time as string)).toBe(instant);
			expect(clockWarnings(warnings)).toEqual([]);
		}
	}
});

test('a zone in brackets is the one whose clocks count', () => {
	expect(exact('2026-03-29T02:30:00[Europe/Berlin]', 'America/New_York')).toMatchObject({
		result: { time: '2026-03-29T01:30:00Z' },
		warnings: [
			'2026-03-29 02:30 does not exist in Europe/Berlin: the clocks go forward then. 2026-03-29 03:30 is used instead',
			expect.stringContaining('90 days'),
		],
	});
});

test('a moment that is already known is not touched by the clocks', () => {
	const { at, zone } = AUTUMN.find((edge) => edge.zone === 'Europe/Berlin') as Edge;
	for (const instant of [at - HOUR, at, at + 30 * MINUTE]) {
		const expected = new Date(instant).toISOString().replace('.000Z', 'Z');
		for (const time of [instant, new Date(instant), DateTime.fromMillis(instant, { zone })]) {
			const { result, warnings } = exact(time, zone);
			expect(result).toEqual({ time: expected });
			expect(clockWarnings(warnings)).toEqual([]);
		}
	}
});

test('a date alone begins at midnight, or when the clocks first show the day', () => {
	const midnight = readTime('2026-04-24', 'Africa/Cairo');
	if ('problem' in midnight) throw new Error(midnight.problem);
	expect(midnight.dateOnly).toBe(true);
	// Clocks in Egypt go from 23:59 to 01:00 that night.
	expect(momentOf(midnight.wall, 'Africa/Cairo')).toEqual({
		instant: Date.parse('2026-04-23T22:00:00Z'),
		edge: { kind: 'skipped', shown: '2026-04-24 01:00' },
	});
});

describe('text and numbers', () => {
	const NINE = '2026-03-31T09:00:00Z';
	const sent = (time: unknown) => exact(time, 'UTC').result?.time;

	test('may have any number of blanks between their parts', () => {
		expect(sent('2026-03-31   09:00:00   Z')).toBe(NINE);
		expect(sent('2026-03-31  10:00  +01:00')).toBe(NINE);
	});

	test('are read up to a hundred signs, and no further', () => {
		const padded = (length: number) => `2026-03-31${'09:00:00Z'.padStart(length - 10)}`;
		expect(sent(padded(100))).toBe(NINE);
		expect(exact(padded(101), 'UTC').problems[0]).toMatch(/is not a date and time$/);
	});

	test('are seconds from 2001 on, and then milliseconds from 1973 on', () => {
		expect(sent(1e9)).toBe('2001-09-09T01:46:40Z');
		expect(sent(1e11 - 1)).toBe('5138-11-16T09:46:39Z');
		expect(sent(1e11)).toBe('1973-03-03T09:46:40Z');
		expect(exact(1e9 - 1, 'UTC').problems).toEqual(["'Time' 999999999 is not a date and time"]);
	});

	test('are empty or not there', () => {
		for (const nothing of [undefined, null, '', '  ']) {
			expect(exact(nothing, 'UTC').problems).toEqual(["'Time' is empty"]);
		}
	});
});

describe('whatever language and zone this n8n has', () => {
	afterEach(() => {
		Settings.defaultLocale = 'en';
		Settings.defaultZone = 'system';
	});

	test('times are written with the ten digits, in the zone that is meant', () => {
		Settings.defaultLocale = 'ar-EG';
		Settings.defaultZone = 'Asia/Tokyo';
		const nine = Date.UTC(2026, 2, 31, 9);
		expect(utcText(nine)).toBe('2026-03-31T09:00:00Z');
		expect(inZone(nine, 'Europe/Berlin')).toBe('2026-03-31T11:00:00+02:00');
		expect(clockFace(DateTime.fromMillis(nine, { zone: 'utc' }))).toBe('2026-03-31 09:00');
		expect(exact('2026-03-31T09:00:00', 'Europe/Berlin').result).toMatchObject({
			time: '2026-03-31T07:00:00Z',
		});
		// The year that counts is Braze's, not the one that has begun here already.
		expect(yearOf(Date.UTC(2026, 11, 31, 20))).toBe(2026);
	});
});
