import { DateTime, IANAZone, Settings } from 'luxon';

import { composeSchedule } from '../../nodes/BrazeSchedule/domain/schedule';
import {
	clockFace,
	clockTime,
	inZone,
	isZone,
	momentOf,
	readTime,
	timeInWords,
	utcText,
	yearOf,
} from '../../nodes/BrazeSchedule/domain/time';
import { read } from './read';
import { OLD_VANCOUVER, withData } from './zoneData';

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

/** Whose rules changed in 2026: what this Node.js says of them depends on its age. */
const CHANGED = new Set([
	...['Africa/Casablanca', 'Africa/El_Aaiun', 'America/Edmonton', 'America/Havana'],
	...['America/Inuvik', 'America/Rainy_River', 'America/Vancouver', 'America/Winnipeg'],
	...['America/Yellowknife', 'Canada/Central', 'Canada/Mountain', 'Canada/Pacific', 'Cuba'],
]);

/** Since then their clocks no longer change, although this Node.js may still say so; Cuba's do. */
const isGone = ({ zone, at }: Edge): boolean =>
	CHANGED.has(zone) &&
	at >= Date.UTC(2026, 8, 20, 1) &&
	!(['America/Havana', 'Cuba'].includes(zone) && at >= Date.UTC(2027, 10, 7, 5));

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

/** Without the notes on midnight, the far future and old time zone data, which are not the matter here. */
const clockWarnings = (warnings: string[]) =>
	warnings.filter((warning) => !/90 days|out of date|exactly midnight/.test(warning));

const minuteOf = (wall: string) => wall.slice(0, 16).replace('T', ' ');

test('the scan found clock changes in both hemispheres, of an hour and of half an hour', () => {
	expect(ZONES.length).toBeGreaterThan(400);
	expect(SPRING.length).toBeGreaterThan(200);
	expect(AUTUMN.length).toBeGreaterThan(200);
	const zones = new Set(EDGES.map(({ zone }) => zone));
	for (const zone of ['Europe/Berlin', 'America/Santiago', 'Australia/Lord_Howe', 'Africa/Cairo']) {
		expect(zones).toContain(zone);
	}
});

test('in every time zone, the time that is sent is the local time there', () => {
	for (const zone of ZONES) {
		expect(isZone(zone)).toBe(true);
		for (const typed of ['2026-02-11T09:30:00', '2026-08-12T23:59:59', '2027-12-31T00:00:00']) {
			const { result, warnings } = exact(typed, zone);
			expect(clockIn(zone, result?.time as string)).toBe(typed);
			expect(clockWarnings(warnings)).toEqual([]);
		}
	}
});

test('around every clock change, hours that exist once have no warning', () => {
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
	for (const edge of SPRING) {
		const { zone, at, before, after } = edge;
		const gap = after - before;
		// The first minute that is skipped, one in the middle, and the last.
		for (const into of [0, Math.floor(gap / 2), gap - 1]) {
			const typed = shown(at + into * MINUTE, before);
			const { result, warnings } = exact(typed, zone);
			const moved = clockIn(zone, result?.time as string);
			expect(moved).toBe(shown(at + into * MINUTE, after));
			const said = `${minuteOf(typed)} does not exist in ${zone}: the clocks go forward then. ${minuteOf(moved)} is used instead`;
			expect(clockWarnings(warnings)).toEqual(isGone(edge) ? [] : [said]);
		}
		const last = shown(at - MINUTE, before);
		expect(clockIn(zone, exact(last, zone).result?.time as string)).toBe(last);
		const first = shown(at, after);
		expect(clockIn(zone, exact(first, zone).result?.time as string)).toBe(first);
	}
});

test('of a time that comes twice the first is used, and this is said', () => {
	for (const edge of AUTUMN) {
		const { zone, at, before, after } = edge;
		const overlap = before - after;
		for (const into of [0, Math.floor(overlap / 2), overlap - 1]) {
			const second = at + into * MINUTE;
			const typed = shown(second, after);
			const { result, warnings } = exact(typed, zone);
			expect(Date.parse(result?.time as string)).toBe(second - overlap * MINUTE);
			expect(clockIn(zone, result?.time as string)).toBe(typed);
			const said = `${minuteOf(typed)} happens twice in ${zone}: the clocks go back then. The first one is used`;
			expect(clockWarnings(warnings)).toEqual(isGone(edge) ? [] : [said]);
		}
	}
});

test('a written offset chooses between the two, without a warning', () => {
	for (const { zone, at, before, after } of AUTUMN.filter((edge) => !CHANGED.has(edge.zone))) {
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

test('a time zone in brackets applies', () => {
	expect(exact('2026-03-29T02:30:00[Europe/Berlin]', 'America/New_York')).toMatchObject({
		result: { time: '2026-03-29T01:30:00Z' },
		warnings: [
			'2026-03-29 02:30 does not exist in Europe/Berlin: the clocks go forward then. 2026-03-29 03:30 is used instead',
			expect.stringContaining('90 days'),
		],
	});
});

test('clock changes do not affect a moment', () => {
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

test('a date alone begins at midnight, or at the first local time of the day', () => {
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

	test('can have any number of spaces between their parts', () => {
		expect(sent('2026-03-31   09:00:00   Z')).toBe(NINE);
		expect(sent('2026-03-31  10:00  +01:00')).toBe(NINE);
	});

	test('are read up to a hundred characters', () => {
		const padded = (length: number) => `2026-03-31${'09:00:00Z'.padStart(length - 10)}`;
		expect(sent(padded(100))).toBe(NINE);
		expect(exact(padded(101), 'UTC').problems[0]).toMatch(/is not a date and time$/);
	});

	test('are seconds or milliseconds of a moment from 2001 to 2099', () => {
		const last = Date.UTC(2100) - 1000;
		for (const [number, time] of [
			[1e9, '2001-09-09T01:46:40Z'],
			[1e12, '2001-09-09T01:46:40Z'],
			[last / 1000, '2099-12-31T23:59:59Z'],
			[last, '2099-12-31T23:59:59Z'],
		] as const) {
			expect(sent(number)).toBe(time);
			expect(sent(String(number))).toBe(time);
		}
		for (const number of [1e9 - 1, last / 1000 + 1, 1e11, 1e12 - 1, last + 1000, 1e15, 1e18]) {
			for (const [time, shown] of [
				[number, `${number}`],
				[String(number), `"${number}"`],
			]) {
				const { problems, hints } = exact(time, 'UTC');
				expect(problems).toEqual([`'Time' ${shown} is not a date and time`]);
				expect(hints[0]).toContain('seconds or milliseconds since 1970');
			}
		}
	});

	test.each([
		['the hour', 2026123109],
		['the hour, of a day that does not exist', 2026023109],
		['midnight at the end of the day', 2026123124],
		['the minute', 202612310900],
		['the second', 20261231090000],
		['the millisecond', 20261231090000000],
	])('are refused as dates in digits alone, down to %s', (_, digits) => {
		// Numbers of so many digits end in what JavaScript still keeps.
		for (const [time, shown] of [
			[digits, `${digits}`],
			[String(digits), `"${digits}"`],
			[` ${digits} `, `"${digits}"`],
		]) {
			for (const mode of ['exact', 'local', 'optimal']) {
				const { result, problems, hints } = read((findings) =>
					composeSchedule({ mode, time, zone: 'UTC', now: 0 }, findings),
				);
				expect(result).toBeUndefined();
				expect(problems[0]).toContain(
					`${shown} is a date in digits alone, which can be mistaken for the seconds or milliseconds since 1970`,
				);
				expect(hints[0]).toContain('20260331T090000');
			}
		}
	});

	test('that are no date in digits are seconds, even if their year would begin with 20', () => {
		expect(sent(2_000_000_000)).toBe('2033-05-18T03:33:20Z');
		expect(sent(2026130100)).toBe('2034-03-16T13:55:00Z');
		expect(sent(2026123125)).toBe('2034-03-16T11:58:45Z');
		expect(sent('2026003100')).toBe('2034-03-15T02:38:20Z');
	});

	test('are empty or missing', () => {
		for (const nothing of [undefined, null, '', '  ']) {
			expect(exact(nothing, 'UTC').problems).toEqual(["'Time' is empty"]);
		}
	});
});

describe('with any language and time zone of this n8n', () => {
	afterEach(() => {
		Settings.defaultLocale = 'en';
		Settings.defaultZone = 'system';
	});

	test('times are written in decimal digits, in the intended time zone', () => {
		Settings.defaultLocale = 'ar-EG';
		Settings.defaultZone = 'Asia/Tokyo';
		const nine = Date.UTC(2026, 2, 31, 9);
		expect(utcText(nine)).toBe('2026-03-31T09:00:00Z');
		expect(inZone(nine, 'Europe/Berlin')).toBe('2026-03-31T11:00:00+02:00');
		expect(clockFace(DateTime.fromMillis(nine, { zone: 'utc' }))).toBe('2026-03-31 09:00');
		expect(clockTime(nine, 'Europe/Berlin')).toBe('2026-03-31 11:00');
		expect(exact('2026-03-31T09:00:00', 'Europe/Berlin').result).toMatchObject({
			time: '2026-03-31T07:00:00Z',
		});
		const words: Array<[object, string, string | null, string]> = [
			[{}, '2026-03-31T11:00:00+02:00', 'Europe/Berlin', ', 11:00 Europe/Berlin'],
			[{}, '2026-03-31T09:00:00Z', null, ', 09:00 UTC'],
			[{ in_local_time: true }, '2026-03-31T09:00:00', null, ", 09:00 in each user's local time"],
			[{ at_optimal_time: true }, '2026-03-31T00:00:00', null, ", at each user's optimal time"],
		];
		for (const [flags, time, zone, said] of words) {
			expect(timeInWords(flags, time, zone)).toBe(`Tue 31 Mar 2026${said}`);
		}
		// The year that counts is Braze's, not the one that has begun here already.
		expect(yearOf(Date.UTC(2026, 11, 31, 20))).toBe(2026);
	});
});

describe('an offset beside a zone', () => {
	/** A clock in the zone at a moment, with an offset that may be another one. */
	const written = (instant: number, zone: string, minutes: number) => {
		const sign = minutes < 0 ? '-' : '+';
		const two = (number: number) => String(number).padStart(2, '0');
		const size = Math.abs(minutes);
		const offset = `${sign}${two(Math.floor(size / 60))}:${two(size % 60)}`;
		return `${shown(instant, minutes)}${offset}[${zone}]`;
	};

	test('must be the one of that moment, on both sides of every clock change', () => {
		for (const { zone, at, before, after } of EDGES.filter((edge) => !CHANGED.has(edge.zone))) {
			for (const [instant, right, wrong] of [
				[at - MINUTE, before, after],
				[at, after, before],
			]) {
				const { result, problems } = exact(written(instant, zone, right), 'UTC');
				expect(problems).toEqual([]);
				expect(Date.parse(result?.time as string)).toBe(instant);
				expect(exact(written(instant, zone, wrong), 'UTC').problems).toEqual([
					expect.stringContaining(` contradicts itself: ${zone} is at `),
				]);
			}
		}
	});

	test('is refused with a message if the time zone never has it', () => {
		for (const mode of ['exact', 'local', 'optimal']) {
			const time = '2026-12-01T09:00+05:00[Europe/Berlin]';
			const { result, problems, hints } = read((findings) =>
				composeSchedule({ mode, time, zone: 'UTC', now: 0 }, findings),
			);
			expect(result).toBeUndefined();
			expect(problems[0]).toContain(
				'"2026-12-01T09:00+05:00[Europe/Berlin]" contradicts itself: Europe/Berlin is at +01:00 then, not at +05:00',
			);
			expect(hints[0]).toContain('Leave out the offset or the time zone in brackets');
		}
	});

	test.each([
		['2026-07-01T09:00+0200[Europe/Berlin]', '2026-07-01T07:00:00Z'],
		['2026-07-01T09:00:00.5+02[europe/berlin]', '2026-07-01T07:00:00Z'],
		// In UTC, with a zone to show it in.
		['2026-07-01T07:00Z[Europe/Berlin]', '2026-07-01T07:00:00Z'],
		['2026-07-01T07:00-00:00[Europe/Berlin]', '2026-07-01T07:00:00Z'],
		['2026-01-01T07:00+00:00[Europe/London]', '2026-01-01T07:00:00Z'],
		// Clocks in Paris were once 9 minutes and 21 seconds ahead.
		['1900-01-01T09:00+00:09[Europe/Paris]', '1900-01-01T08:51:00Z'],
	])('is accepted if it is correct: %s', (text, time) => {
		expect(exact(text, 'UTC')).toMatchObject({ result: { time }, problems: [] });
	});

	test.each([
		['in the wrong half of the year', '2026-07-01T09:00+01:00[Europe/Berlin]'],
		['in the wrong half of the year', '2026-07-01T07:00+00:00[Europe/London]'],
		['a minute off', '2026-07-01T09:01+02:01[Europe/Berlin]'],
	])('is refused %s: %s', (_, text) => {
		expect(exact(text, 'UTC').problems).toEqual([expect.stringContaining('contradicts itself')]);
	});
});

describe('zones whose rules changed in 2026', () => {
	afterEach(() => {
		jest.restoreAllMocks();
		Settings.defaultZone = 'system';
	});

	const winter = (zone: string, old: number, right: number, release: string, day = '2026-12-01') =>
		[zone, { old, right, release, day }] as const;

	const oldOffset = (minutes: number) => (instant: number) =>
		// Only the winter between is asked for.
		instant < Date.UTC(2026, 8, 20, 1) ? minutes + 60 : minutes;

	const TABLE = [
		winter('America/Vancouver', -480, -420, '2026b'),
		winter('Canada/Pacific', -480, -420, '2026b'),
		winter('america/vancouver', -480, -420, '2026b'),
		winter('Africa/Casablanca', 60, 0, '2026c', '2026-10-01'),
		winter('Africa/El_Aaiun', 60, 0, '2026c', '2026-10-01'),
		winter('America/Edmonton', -420, -360, '2026c'),
		winter('America/Yellowknife', -420, -360, '2026c'),
		winter('Canada/Mountain', -420, -360, '2026c'),
		winter('America/Inuvik', -420, -360, '2026d'),
		winter('America/Winnipeg', -360, -300, '2026e'),
		winter('America/Rainy_River', -360, -300, '2026e'),
		winter('Canada/Central', -360, -300, '2026e'),
		winter('America/Havana', -300, -240, '2026f'),
		winter('Cuba', -300, -240, '2026f'),
	];

	const outdated = (warnings: string[]) => warnings.filter((one) => one.includes('out of date'));
	const offsetText = (minutes: number) => `${minutes < 0 ? '-' : '+'}0${Math.abs(minutes) / 60}:00`;

	test.each(TABLE)('%s: older data is seen, and said', (zone, { old, right, release, day }) => {
		withData(zone, oldOffset(old));
		const { result, warnings } = exact(`${day}T12:00:00`, zone);
		expect(result).toEqual({ time: utcText(Date.parse(`${day}T12:00:00Z`) - old * MINUTE) });
		const really = 12 + (right - old) / 60;
		expect(outdated(warnings)).toEqual([
			`The time zone data of this n8n is out of date for ${zone}: ${day} 12:00 in 'Time' was taken for a moment when clocks there show ${day} ${really}:00. Add the right offset, as in ${day}T12:00:00${offsetText(right)}, or update Node.js to one with tzdata ${release} or later`,
		]);
		// What the preview shows is what clocks there show.
		expect(inZone(Date.parse(result?.time as string), zone)).toBe(
			`${day}T${really}:00:00${offsetText(right)}`,
		);
	});

	test.each(TABLE)('%s: with current data there is no warning', (zone, { right, day }) => {
		withData(zone, () => right);
		const { result, warnings } = exact(`${day}T12:00:00`, zone);
		expect(result).toEqual({ time: utcText(Date.parse(`${day}T12:00:00Z`) - right * MINUTE) });
		expect(outdated(warnings)).toEqual([]);
		expect(inZone(Date.parse(result?.time as string), zone)).toBe(
			`${day}T12:00:00${offsetText(right)}`,
		);
	});

	test.each(TABLE)('%s: before the change, old data is correct', (zone, { old }) => {
		withData(zone, oldOffset(old));
		expect(outdated(exact('2026-09-01T12:00:00', zone).warnings)).toEqual([]);
	});

	test('begins at the first minute that is wrong, and ends where the table ends', () => {
		withData('America/Vancouver', OLD_VANCOUVER);
		const said = (time: string, zone = 'America/Vancouver') => outdated(exact(time, zone).warnings);
		expect(said('2026-11-01T00:59:00')).toEqual([]);
		expect(said('2026-11-01T02:00:00')).toHaveLength(1);
		expect(said('2028-12-31T12:00:00')).toHaveLength(1);
		expect(said('2029-01-01T12:00:00')).toEqual([]);
		withData('America/Havana', () => -300);
		expect(said('2027-11-06T12:00:00', 'America/Havana')).toHaveLength(1);
		expect(said('2027-11-07T12:00:00', 'America/Havana')).toEqual([]);
		expect(inZone(Date.UTC(2026, 10, 1, 5), 'America/Havana')).toBe('2026-11-01T01:00:00-04:00');
		expect(inZone(Date.UTC(2027, 10, 7, 5), 'America/Havana')).toBe('2027-11-07T00:00:00-05:00');
	});

	test('is not said beside a change of the clocks that only older data has', () => {
		const zone = 'America/Vancouver';
		const isSummer = (instant: number) =>
			instant < Date.UTC(2026, 10, 1, 9) || instant >= Date.UTC(2027, 2, 14, 10);
		withData(zone, (instant) => (isSummer(instant) ? -420 : -480));
		const back = exact('2026-11-01T01:30:00', zone);
		expect(back.result).toEqual({ time: '2026-11-01T08:30:00Z' });
		expect(clockWarnings(back.warnings)).toEqual([]);
		expect(outdated(back.warnings)).toEqual([]);
		const forward = exact('2027-03-14T02:30:00', zone);
		expect(outdated(forward.warnings)).toHaveLength(1);
		expect(clockWarnings(forward.warnings)).toEqual([]);
	});

	test('a local time that only older data skips is the moment when clocks there show it', () => {
		const zone = 'Africa/Casablanca';
		const endOfRamadan = Date.UTC(2027, 2, 14, 2);
		withData(zone, (instant) => (instant < endOfRamadan ? 0 : 60));
		const { result, warnings } = exact('2027-03-14T02:30:00', zone);
		expect(result).toEqual({ time: '2027-03-14T02:30:00Z' });
		expect(clockWarnings(warnings)).toEqual([]);
	});

	test('is given by the clocks there, whatever zone this n8n has', () => {
		withData('America/Vancouver', oldOffset(-480));
		Settings.defaultZone = 'Asia/Tokyo';
		expect(outdated(exact('2026-12-01T12:00:00', 'America/Vancouver').warnings)).toEqual([
			expect.stringContaining('when clocks there show 2026-12-01 13:00.'),
		]);
	});

	test('affects no other time zone, and no time with its own offset', () => {
		withData('America/Vancouver', oldOffset(-480));
		expect(outdated(exact('2026-12-01T09:00:00', 'America/Los_Angeles').warnings)).toEqual([]);
		for (const time of ['2026-12-01T09:00:00-07:00', '2026-12-01T16:00:00Z']) {
			const { result, warnings } = exact(time, 'America/Vancouver');
			expect(result).toEqual({ time: '2026-12-01T16:00:00Z' });
			expect(outdated(warnings)).toEqual([]);
		}
	});

	test('the correct offset beside the time zone is accepted, and the old one is refused', () => {
		for (const data of [oldOffset(-480), () => -420]) {
			withData('America/Vancouver', data);
			expect(exact('2026-12-01T09:00-07:00[America/Vancouver]', 'UTC')).toMatchObject({
				result: { time: '2026-12-01T16:00:00Z' },
				problems: [],
			});
			expect(exact('2026-12-01T09:00-08:00[America/Vancouver]', 'UTC').problems).toEqual([
				expect.stringContaining('America/Vancouver is at -07:00 then, not at -08:00'),
			]);
			jest.restoreAllMocks();
		}
	});

	test('a DateTime, and a moment that becomes a local time, depend on the data too', () => {
		withData('America/Vancouver', oldOffset(-480));
		const zone = 'America/Vancouver';
		const dateTime = DateTime.fromISO('2026-12-01T09:00:00', { zone });
		expect(outdated(exact(dateTime, 'UTC').warnings)).toEqual([
			expect.stringContaining(
				"2026-12-01 09:00 in 'Time' was taken for a moment when clocks there show 2026-12-01 10:00",
			),
		]);
		const wallClock = (mode: string, time: unknown) =>
			read((findings) => composeSchedule({ mode, time, zone, now: 0 }, findings));
		const moment = Date.UTC(2026, 11, 1, 16);
		for (const time of [moment, new Date(moment)]) {
			expect(outdated(wallClock('local', time).warnings)).toEqual([
				"The time zone data of this n8n is out of date for America/Vancouver: the moment in 'Time' became 2026-12-01 08:00, but clocks there show 2026-12-01 09:00 then. Enter it as text without a time zone, or update Node.js to one with tzdata 2026b or later",
			]);
			expect(outdated(wallClock('optimal', time).warnings)).toEqual([]);
		}
		expect(outdated(wallClock('local', '2026-12-01T09:00:00').warnings)).toEqual([]);
		expect(outdated(wallClock('optimal', Date.UTC(2026, 11, 1, 7, 30)).warnings)).toEqual([
			"The time zone data of this n8n is out of date for America/Vancouver: the moment in 'Date' became 2026-11-30, but clocks there show 2026-12-01 then. Enter it as text without a time zone, or update Node.js to one with tzdata 2026b or later",
		]);
	});
});
