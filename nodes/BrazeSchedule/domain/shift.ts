import { readClock } from './clock';
import type { Clock } from './clock';
import type { Notes } from './findings';
import { countOf, isBlank, show } from './json';

export const DATE = 'Date';
export const AMOUNT = 'Amount';
export const UNIT = 'Unit';
export const DIRECTION = 'Direction';
export const AT = 'At';
export const IN = 'In';
export const AVOID = 'Avoid';

export type Unit = 'minutes' | 'hours' | 'days' | 'weeks' | 'businessDays';
export type Direction = 'before' | 'after' | 'onThatDay';

/** How far from the date, and at what time of day. */
export interface Shift {
	direction: Direction;
	unit: Unit;
	amount: number;
	/** The same time of day as the date, if not set. */
	at?: Clock;
}

/** The values of the form. */
export interface ShiftInput {
	direction: unknown;
	unit: unknown;
	amount: unknown;
	/** Undefined for the same time of day as the date. */
	at: unknown;
}

/** More than anybody needs, and few enough to count business days one by one. */
export const LARGEST_AMOUNT = 10_000;

/** How units are written in expressions and by models, without spaces and in lowercase. */
const UNITS: Record<string, Unit> = {
	minute: 'minutes',
	hour: 'hours',
	day: 'days',
	week: 'weeks',
	businessday: 'businessDays',
	workingday: 'businessDays',
};

const DIRECTIONS: readonly unknown[] = ['before', 'after', 'onThatDay'] satisfies Direction[];

function unitFrom(value: unknown): Unit | undefined {
	if (typeof value !== 'string') return undefined;
	const word = value
		.toLowerCase()
		.replace(/[\s_-]/g, '')
		.replace(/s$/, '');
	return Object.hasOwn(UNITS, word) ? UNITS[word] : undefined;
}

const isDirection = (value: unknown): value is Direction => DIRECTIONS.includes(value);

/** Minutes and hours are elapsed time; all others are calendar days. */
export const isElapsed = ({ unit }: Pick<Shift, 'unit'>): boolean =>
	unit === 'minutes' || unit === 'hours';

const notChosen = (parameter: string, value: unknown, choices: string) => ({
	parameter,
	message: isBlank(value)
		? `'${parameter}' is not chosen`
		: `'${parameter}' cannot be "${show(value)}"`,
	hint: `Choose ${choices}`,
});

export function readShift(input: ShiftInput, notes: Notes): Shift | undefined {
	const { direction } = input;
	if (!isDirection(direction)) {
		return notes.refuse(notChosen(DIRECTION, direction, 'before, after, or on that day'));
	}
	if (direction === 'onThatDay')
		return withClock({ direction, unit: 'days', amount: 0 }, input, notes);
	const unit = unitFrom(input.unit);
	if (unit === undefined) {
		const choices = 'minutes, hours, days, weeks, or business days';
		return notes.refuse(notChosen(UNIT, input.unit, choices));
	}
	const amount = readAmount(input.amount, notes);
	return amount === undefined ? undefined : withClock({ direction, unit, amount }, input, notes);
}

function withClock(shift: Shift, { at }: ShiftInput, notes: Notes): Shift | undefined {
	if (at === undefined) return shift;
	if (isElapsed(shift)) {
		return notes.refuse({
			parameter: AT,
			message: `'${AT}' can't be a set time if '${UNIT}' is minutes or hours`,
			hint: `Remove the time under '${AT}', or count in days`,
		});
	}
	const clock = readClock(at, AT, notes);
	return clock === undefined ? undefined : { ...shift, at: clock };
}

/** An expression often returns a number as text. */
const DIGITS = /^\d{1,15}$/;

function readAmount(value: unknown, notes: Notes): number | undefined {
	const amount = typeof value === 'string' && DIGITS.test(value.trim()) ? Number(value) : value;
	if (typeof amount !== 'number' || !Number.isInteger(amount) || amount < 0) {
		return notes.refuse({
			parameter: AMOUNT,
			message: isBlank(value)
				? `'${AMOUNT}' is empty`
				: `'${AMOUNT}' ${show(value)} is not a whole number of 0 or more`,
			hint: amountHint(amount),
		});
	}
	if (amount <= LARGEST_AMOUNT) return amount;
	return notes.refuse({
		parameter: AMOUNT,
		message: `'${AMOUNT}' ${countOf(amount)} is too large`,
		hint: `Use at most ${countOf(LARGEST_AMOUNT)}, or a larger unit`,
	});
}

function amountHint(amount: unknown): string {
	if (show(amount).startsWith('-')) {
		return `Use a number like 2, and choose the other '${DIRECTION}'`;
	}
	return 'Use a number like 2. For part of a day or an hour, count in hours or minutes';
}
