import fc from 'fast-check';
import { DateTime } from 'luxon';

import { ALIVE, LIARS, POLLUTION, PRETENDERS } from './oddValues';

const MEGABYTE = 1_000_000;

/** Text that is known to break programs. */
export const TEXTS: readonly string[] = [
	'',
	' ',
	'\t\n',
	'0',
	'007',
	'-0',
	'true',
	'false',
	'undefined',
	'null',
	'NaN',
	'Infinity',
	'[object Object]',
	'__proto__',
	'constructor',
	'prototype',
	'toString',
	'hasOwnProperty',
	'={{ $json.x }}',
	'{{ $json.x }}',
	'<img src=x onerror=alert(1)>',
	"' OR 1=1 --",
	'a,b\nc',
	'"',
	'\\',
	'\\"',
	'\u0000',
	'a\u0000b\u0007',
	'\u007f\u0085',
	'\u2028\u2029',
	'\ufeff',
	'\u200b\u200d\u2060',
	'\u202egpj.exe',
	'مرحبا بالعالم',
	'שלום',
	'汉字',
	'e\u0301 \u00e9',
	'🎉👩‍👩‍👧‍👦🏳️‍🌈',
	'\ud83c',
	'\udf89',
	'x\udf89\ud83cx',
	'x'.repeat(235),
	'é'.repeat(118),
	'é'.repeat(119),
];

/** Numbers at which arithmetic, or its writing, changes its ways. */
const NUMBERS: readonly number[] = [
	0,
	-0,
	1,
	-1,
	1.5,
	0.1,
	1e-7,
	5e-324,
	2 ** 31,
	2 ** 53 - 1,
	2 ** 53,
	2 ** 53 + 2,
	-(2 ** 53),
	1e15,
	1e21,
	1e300,
	Number.MAX_VALUE,
	NaN,
	Infinity,
	-Infinity,
];

/** Numbers from other software, not all of which JavaScript represents exactly. */
export const NUMERALS: readonly string[] = [
	'0',
	'-0',
	'7',
	'-7.5',
	'0.1',
	'1e3',
	'1E+3',
	'25e-1',
	'1e300',
	'0.30000000000000004',
	'3.141592653589793',
	'9007199254740991',
	'9007199254740992',
	'9007199254740993',
	'-9007199254740993',
	'9007199254740993.0',
	'9007199254740993e0',
	'9007199254740993.5',
	'900719925474099.3e1',
	'12345678901234567890',
	'1.2345678901234567890e19',
	'1e400',
	'-1e400',
	'1e-400',
	'0e400',
];

/** What is no numeral, although JavaScript makes a number of it. */
const ODD_NUMERALS: readonly string[] = [
	' 7 ',
	'+7',
	'.5',
	'5.',
	'0x10',
	'0b11',
	'0o17',
	'1_000',
	'1,5',
	'1 000',
	'١٢٣',
	'７',
	'7n',
	'--7',
];

/** Times, most of which do not exist, or twice, or a long way off. */
const TIMES: readonly unknown[] = [
	'2026-03-31T09:00:00',
	'2026-03-31 09:00',
	'2026-03-31T09:00:00.999',
	'2026-03-31T09:00:00Z',
	'2026-03-31t09:00:00z',
	'2026-03-31T09:00:00+05:30',
	'2026-03-31T09:00:00 -0800',
	'2026-03-31T09:00:00+01:00[Europe/Berlin]',
	'2026-03-31T09:00:00[Asia/Tokyo]',
	'2026-03-31T09:00:00[Europe/Atlantis]',
	'2026-03-31T09:00:00+14:00',
	'2026-03-31T09:00:00+14:01',
	'2026-03-31T09:00:00+25:00',
	'2026-03-31',
	'20260331',
	'20260331T090000Z',
	// The hours in Berlin and in New York in which the clocks change.
	'2026-03-29T02:30:00',
	'2026-10-25T02:30:00',
	'2026-03-08T02:30:00',
	'2026-11-01T01:30:00',
	'2028-02-29T09:00:00',
	'2026-02-29T09:00:00',
	'2100-02-29T09:00:00',
	'2026-02-30T09:00:00',
	'2026-06-30T23:59:60Z',
	'2016-12-31T23:59:60Z',
	'2026-03-31T24:00:00',
	'2026-12-31T24:00:00Z',
	'2026-03-31T24:00:01',
	'0000-01-01T00:00:00Z',
	'-0001-01-01T00:00:00Z',
	'-271821-04-20T00:00:00Z',
	'1000-01-01T00:00:00+14:00',
	'9999-12-31T23:59:59',
	'9999-12-31T23:59:59-12:00',
	'+10000-01-01T00:00:00Z',
	'+275760-09-13T00:00:00Z',
	'+275760-09-13T00:00:01Z',
	'31.03.2026 09:00',
	'03/31/2026 9:00 AM',
	'tomorrow',
	'Tue Mar 31 2026 09:00:00 GMT+0200 (Central European Summer Time)',
	// Both an offset and a time zone, which may contradict each other.
	'2026-12-01T09:00+05:00[Europe/Berlin]',
	'2026-12-01T09:00+01:00[Europe/Berlin]',
	'2026-12-01T09:00+02:00[Europe/Berlin]',
	'2026-03-29T01:59:59+01:00[Europe/Berlin]',
	'2026-03-29T02:30:00+01:00[Europe/Berlin]',
	'2026-10-25T02:30:00+02:00[Europe/Berlin]',
	'2026-10-25T02:30:00+01:00[Europe/Berlin]',
	'2026-12-01T09:00Z[Europe/Berlin]',
	'2026-12-01T09:00-00:00[Europe/Berlin]',
	'2026-12-01T09:00+00:00[Europe/Berlin]',
	'1890-01-01T09:00+00:53[Europe/Berlin]',
	// Digits only, as dates and as seconds or milliseconds.
	'2026123109',
	'202612310900',
	'20261231090000',
	'20261231090000000',
	'2026123124',
	'2026123125',
	'2026130100',
	'0001774940400',
	2_026_123_109,
	2_026_123_109.5,
	20_261_231,
	202_612_310_900,
	20_261_231_090_000,
	20_261_231_090_000_000,
	999_999_999,
	1_000_000_000,
	999_999_999_999,
	1_000_000_000_000,
	4_102_444_799,
	4_102_444_800,
	4_102_444_799_999,
	4_102_444_800_000,
	'4102444799',
	'4102444800',
	'1774940400',
	'1774940400000',
	1_774_940_400,
	1_774_940_400_000,
	1_774_940_400_000.5,
	-1_774_940_400_000,
	8.64e15,
	8.64e15 + 1,
];

export const ZONES: readonly string[] = [
	'Europe/Berlin',
	'America/New_York',
	'Asia/Kolkata',
	'Pacific/Kiritimati',
	'Pacific/Pago_Pago',
	'Australia/Lord_Howe',
	'UTC',
	'utc',
	' Europe/Berlin ',
	'Europe/Atlantis',
	'Mars/Olympus_Mons',
	'UTC+2',
	'CEST',
	'local',
	'workflow',
	'__proto__',
];

/** Text of a megabyte, for anyone who looks at each of its characters from each of its characters. */
const LONG_TEXTS: ReadonlyArray<() => string> = [
	() => 'x'.repeat(MEGABYTE),
	() => ' '.repeat(MEGABYTE),
	() => '['.repeat(MEGABYTE),
	() => '7'.repeat(MEGABYTE),
	() => '🎉'.repeat(MEGABYTE / 4),
	() => ','.repeat(MEGABYTE),
	() => `2026-03-31T09${' '.repeat(MEGABYTE)}x`,
	() => `2026-03-31T09:00:00.${'0'.repeat(MEGABYTE)}`,
	() => `0.${'0'.repeat(MEGABYTE)}1`,
	() => `${'7'.repeat(MEGABYTE)}x`,
	() => '['.repeat(MEGABYTE) + ']'.repeat(MEGABYTE),
	() => '{"a":'.repeat(MEGABYTE / 5),
	() => `"${'\\"'.repeat(MEGABYTE / 2)}"`,
];

const oneOf = (makers: ReadonlyArray<() => unknown>) =>
	fc.constantFrom(...makers).map((make) => make());

export const text = fc.oneof(
	{ weight: 3, arbitrary: fc.constantFrom(...TEXTS) },
	{ weight: 2, arbitrary: fc.string({ unit: 'grapheme', maxLength: 12 }) },
	{ weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 12 }) },
);

export const time: fc.Arbitrary<unknown> = fc.oneof(
	fc.constantFrom(...TIMES),
	fc
		.date({
			min: new Date('0990-01-01T00:00:00Z'),
			max: new Date('+010005-01-01T00:00:00Z'),
			noInvalidDate: false,
		})
		.map((date) => (Number.isNaN(date.getTime()) ? date : date.toISOString().slice(0, -1))),
	fc.date({ noInvalidDate: false }),
	fc
		.tuple(fc.constantFrom('Asia/Kolkata', 'America/St_Johns', 'utc'), fc.date())
		.map(([zone, date]) => DateTime.fromJSDate(date, { zone })),
	// An offset and a time zone, which sometimes match.
	fc
		.tuple(
			fc.date({ min: new Date('1950-01-01'), max: new Date('2090-01-01'), noInvalidDate: true }),
			fc.constantFrom('+00:00', '+01:00', '+0200', '+03', '-05:00', '-0400', 'Z', '-00:00'),
			fc.constantFrom('Europe/Berlin', 'America/New_York', 'utc', 'Europe/Atlantis'),
		)
		.map(([date, offset, zone]) => `${date.toISOString().slice(0, 16)}${offset}[${zone}]`),
	// Digits as users write a date in them, or a moment.
	fc
		.tuple(
			fc.date({ min: new Date('1990-01-01'), max: new Date('2110-01-01'), noInvalidDate: true }),
			fc.constantFrom(8, 10, 12, 14, 17),
			fc.boolean(),
		)
		.map(([date, length, isText]) => {
			const digits = date.toISOString().replace(/\D/g, '').slice(0, length);
			return isText ? digits : Number(digits);
		}),
	fc
		.tuple(fc.integer({ min: 0, max: 2 ** 33 }), fc.constantFrom(1, 1000), fc.boolean())
		.map(([seconds, factor, isText]) => (isText ? String(seconds * factor) : seconds * factor)),
);

/** Any value, in a place where it isn't valid. */
export const hostile: fc.Arbitrary<unknown> = fc.oneof(
	{ weight: 30, arbitrary: text },
	{ weight: 15, arbitrary: fc.constantFrom(...NUMBERS) },
	{ weight: 15, arbitrary: fc.constantFrom(...NUMERALS, ...ODD_NUMERALS) },
	{ weight: 10, arbitrary: fc.constantFrom(true, false, null, 'True', 'FALSE', 'yes', 'on') },
	{ weight: 10, arbitrary: oneOf(POLLUTION) },
	{ weight: 15, arbitrary: oneOf(PRETENDERS) },
	{ weight: 25, arbitrary: oneOf(ALIVE) },
	{ weight: 10, arbitrary: oneOf(LIARS) },
	{ weight: 10, arbitrary: time },
	{ weight: 10, arbitrary: fc.anything({ withBigInt: true, withDate: true, maxDepth: 3 }) },
	{ weight: 1, arbitrary: oneOf(LONG_TEXTS) },
);
