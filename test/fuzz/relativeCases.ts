import fc from 'fast-check';
import { DateTime, IANAZone } from 'luxon';

import type { Asked } from './relative';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
const FROM = Date.UTC(2008, 0, 1);
const TO = Date.UTC(2032, 0, 1);
/** No zone keeps an offset for less than this, except Morocco's in Ramadan. */
const STEP = 14 * DAY;

export const ZONES = Intl.supportedValuesOf('timeZone');

const changes = new Map<string, number[]>();

/** The moments at which the clocks change there. */
function changesOf(zone: string): number[] {
	const known = changes.get(zone);
	if (known) return known;
	const iana = IANAZone.create(zone);
	const found: number[] = [];
	for (let start = FROM; start < TO; start += STEP) {
		let [early, late] = [start, start + STEP];
		const before = iana.offset(early);
		if (before === iana.offset(late)) continue;
		while (late - early > MINUTE) {
			const middle = early + Math.floor((late - early) / 2 / MINUTE) * MINUTE;
			if (iana.offset(middle) === before) early = middle;
			else late = middle;
		}
		found.push(late);
	}
	changes.set(zone, found);
	return found;
}

const UNIT_MS = {
	minutes: MINUTE,
	hours: HOUR,
	days: DAY,
	weeks: 7 * DAY,
	businessDays: 1.4 * DAY,
};

const UNITS = Object.keys(UNIT_MS) as Asked['unit'][];
const EDGES_OF_MONTHS = ['01-01', '01-31', '02-28', '02-29', '03-01', '12-25', '12-31', '10-31'];

interface Dice {
	zone: string;
	unit: Asked['unit'];
	direction: Asked['direction'];
	amount: number;
	near: 'change' | 'month' | 'anywhere';
	pick: number;
	quarters: number;
	seconds: number;
	form: 'wall' | 'zoned' | 'day' | 'moment' | 'now';
	isAtResult: boolean;
	at?: number;
	isLocal: boolean;
	weekends: boolean;
	dates: number[];
	isAllOff: boolean;
	quiet?: { from: number; length: number };
	otherZone: string;
}

const twoDigits = (value: number) => String(value).padStart(2, '0');

const clockText = (minutes: number): string => {
	const within = ((minutes % 1440) + 1440) % 1440;
	return `${twoDigits(Math.floor(within / 60))}:${twoDigits(within % 60)}`;
};

const textOf = (wall: number): string => new Date(wall).toISOString().slice(0, 19);

/** A moment at which something special may happen. */
function centreOf({ zone, near, pick }: Dice): number {
	const found = near === 'change' ? changesOf(zone) : [];
	if (found.length > 0) return found[pick % found.length];
	if (near === 'month') {
		const year = 2008 + (pick % 24);
		const day = Date.parse(`${year}-${EDGES_OF_MONTHS[pick % EDGES_OF_MONTHS.length]}T12:00:00Z`);
		return Number.isNaN(day) ? Date.UTC(year, 1, 28, 12) : day;
	}
	return FROM + (pick % ((TO - FROM) / MINUTE)) * MINUTE;
}

function dateOf(dice: Dice, moment: number): Asked['date'] {
	const { form, zone, otherZone } = dice;
	const wall = moment + IANAZone.create(zone).offset(moment) * MINUTE;
	if (form === 'now') return 'now';
	if (form === 'moment') return { moment };
	if (form === 'day') return { day: textOf(wall).slice(0, 10) };
	if (form === 'wall') return { wall: textOf(wall) };
	return {
		zoned: `${DateTime.fromMillis(moment, { zone: otherZone }).toFormat("yyyy-MM-dd'T'HH:mm:ss")}[${otherZone}]`,
	};
}

/** Most values fit together. Some don't, so that refusals are tested too. */
function fitting(dice: Dice): Dice {
	const isOdd = dice.pick % 16 === 0;
	if (isOdd) return dice;
	if (dice.direction !== 'onThatDay' && (dice.unit === 'minutes' || dice.unit === 'hours')) {
		const form = dice.form === 'day' ? 'wall' : dice.form;
		return { ...dice, form, at: undefined, isLocal: false };
	}
	return dice.form === 'day' ? { ...dice, at: dice.at ?? 0 } : dice;
}

function askedBy(dice: Dice): Asked {
	const { zone, unit, direction, amount, isAtResult, quarters, seconds, quiet, isAllOff } = dice;
	const centre = centreOf(dice);
	const offset = Math.round(IANAZone.create(zone).offset(centre - 1));
	const clockAtCentre = Math.floor((centre / MINUTE + offset) % 1440);
	const sign = direction === 'before' ? 1 : -1;
	const distance = direction === 'onThatDay' ? 0 : sign * amount * UNIT_MS[unit];
	const moment =
		Math.round(centre + (isAtResult ? distance : 0)) + quarters * 15 * MINUTE + seconds * 1000;
	const result = moment - distance;
	const day = (count: number) => textOf(result + offset * MINUTE + count * DAY).slice(0, 10);
	const dates = isAllOff
		? Array.from({ length: 900 }, (_, index) => day(index - 450))
		: dice.dates.map(day);
	return {
		zone,
		unit,
		direction,
		amount,
		date: dateOf(dice, moment),
		...(dice.at !== undefined && { at: clockText(clockAtCentre + dice.at * 15) }),
		isLocal: dice.isLocal,
		weekends: dice.weekends,
		dates,
		...(quiet && {
			quiet: {
				from: clockText(clockAtCentre + quiet.from * 15),
				until: clockText(clockAtCentre + quiet.from * 15 + quiet.length * 15),
			},
		}),
		now: moment,
	};
}

const mostly = <T>(value: T, weight: number, other: fc.Arbitrary<T>) =>
	fc.oneof({ weight, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });

const zones = fc.constantFrom(...ZONES);

export const anyAsked: fc.Arbitrary<Asked> = fc
	.record<Dice>(
		{
			zone: zones,
			otherZone: zones,
			unit: fc.constantFrom(...UNITS),
			direction: fc.constantFrom('before', 'after', 'before', 'after', 'onThatDay'),
			amount: fc.oneof(fc.integer({ min: 0, max: 12 }), fc.integer({ min: 0, max: 400 })),
			near: fc.constantFrom('change', 'change', 'month', 'anywhere'),
			pick: fc.integer({ min: 0, max: 2 ** 30 }),
			quarters: fc.integer({ min: -12, max: 12 }),
			seconds: mostly(0, 3, fc.integer({ min: -59, max: 59 })),
			form: fc.constantFrom('wall', 'wall', 'zoned', 'day', 'moment', 'now'),
			isAtResult: fc.boolean(),
			at: fc.option(fc.integer({ min: -10, max: 10 }), { nil: undefined }),
			isLocal: mostly(false, 5, fc.constant(true)),
			weekends: fc.boolean(),
			dates: mostly<number[]>([], 1, fc.array(fc.integer({ min: -6, max: 6 }), { maxLength: 8 })),
			isAllOff: mostly(false, 300, fc.constant(true)),
			quiet: fc.option(
				fc.record({
					from: fc.oneof(fc.integer({ min: -10, max: 10 }), fc.integer({ min: 0, max: 95 })),
					length: fc.integer({ min: 1, max: 95 }),
				}),
				{ nil: undefined },
			),
		},
		{
			requiredKeys: [
				'zone',
				'otherZone',
				'unit',
				'direction',
				'amount',
				'near',
				'pick',
				'quarters',
				'seconds',
				'form',
				'isAtResult',
				'isLocal',
				'weekends',
				'dates',
				'isAllOff',
			],
		},
	)
	.map((dice) => askedBy(fitting(dice)));
