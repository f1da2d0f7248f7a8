import { clock, day, DAY, HOUR, MINUTE, type Span } from './times';

export type Range = 'most' | 'week' | 'month' | 'year' | 'all';

export interface Axis {
	from: number;
	to: number;
}

/** A part of the axis with a name of its own: a year, or a day if the ticks are hours. */
interface Band {
	from: number;
	to: number;
	label: string;
}

interface Tick {
	at: number;
	label: string;
}

const DAYS = { week: 7, month: 30, year: 365 };
/** The share of schedules that may be outside, so that a few distant ones don't squeeze the rest. */
const OUTLIERS = 0.2;
const MARGIN = 0.04;
const TICK_WIDTH = 64;
const LETTER_WIDTH = 7.5;

export const middleOf = ({ from, to }: Span) => (from + to) / 2;

export function axisOf(spans: Span[], now: number, range: Range): Axis {
	if (range !== 'most' && range !== 'all') {
		const length = DAYS[range] * DAY;
		return { from: now - length * MARGIN, to: now + length };
	}
	const shown = range === 'all' ? spans : withoutOutliers(spans);
	const from = Math.min(now, ...shown.map((span) => span.from));
	const to = Math.max(now, ...shown.map((span) => span.to));
	const margin = Math.max((to - from) * MARGIN, HOUR / 2);
	return { from: from - margin, to: to + margin };
}

/** Leaves out the few at one end without which the rest needs less than half of the axis. */
function withoutOutliers(spans: Span[]): Span[] {
	let sorted = [...spans].sort((a, b) => middleOf(a) - middleOf(b));
	let spare = Math.floor(sorted.length * OUTLIERS);
	const length = (part: Span[]) => middleOf(part[part.length - 1]) - middleOf(part[0]);
	for (let size = 1; size <= spare; size += 1) {
		const rest = [sorted.slice(0, -size), sorted.slice(size)].find(
			(part) => length(part) < length(sorted) / 2,
		);
		if (!rest) continue;
		sorted = rest;
		spare -= size;
		size = 0;
	}
	return sorted;
}

interface Step {
	unit: 'minute' | 'day' | 'month';
	size: number;
}

const STEPS: Step[] = [
	...[15, 30, 60, 180, 360, 720].map((size) => ({ unit: 'minute' as const, size })),
	...[1, 2, 7, 14].map((size) => ({ unit: 'day' as const, size })),
	...[1, 3, 6, 12, 24, 60, 120].map((size) => ({ unit: 'month' as const, size })),
];
const MONTH = 30 * DAY;
const LENGTHS = { minute: MINUTE, day: DAY, month: MONTH };
/** 1970 began on a Thursday; weeks begin on a Monday. */
const FIRST_MONDAY = 4 * DAY;

/** The ticks that fit into a width, with the bands above them. */
export function ticksOf({ from, to }: Axis, width: number): { ticks: Tick[]; bands: Band[] } {
	const room = Math.max(2, width / TICK_WIDTH);
	const step =
		STEPS.find(({ unit, size }) => (to - from) / (LENGTHS[unit] * size) <= room) ??
		STEPS[STEPS.length - 1];
	const isHours = step.unit === 'minute';
	return {
		ticks: momentsOf(step, from, to).map((at) => ({ at, label: labelOf(step, at) })),
		bands: bandsOf(isHours ? { unit: 'day', size: 1 } : { unit: 'month', size: 12 }, from, to)
			.map((band) => ({ ...band, label: isHours ? day(band.from) : year(band.from) }))
			.filter((band, _, all) => hasRoom(band, (to - from) / width) || isWidest(band, all)),
	};
}

function momentsOf({ unit, size }: Step, from: number, to: number): number[] {
	const moments = [];
	if (unit === 'month') {
		const start = new Date(from);
		const first = start.getUTCFullYear() * 12 + start.getUTCMonth();
		for (let month = Math.floor(first / size) * size; ; month += size) {
			const at = Date.UTC(Math.floor(month / 12), month % 12);
			if (at >= to) break;
			if (at >= from) moments.push(at);
		}
		return moments;
	}
	const length = LENGTHS[unit] * size;
	const start = length % (7 * DAY) === 0 ? FIRST_MONDAY : 0;
	const first = start + Math.ceil((from - start) / length) * length;
	for (let at = first; at < to; at += length) moments.push(at);
	return moments;
}

function bandsOf(step: Step, from: number, to: number): Array<Omit<Band, 'label'>> {
	const starts = [from, ...momentsOf(step, from, to).filter((at) => at > from)];
	return starts.map((start, index) => ({ from: start, to: starts[index + 1] ?? to }));
}

function labelOf({ unit, size }: Step, at: number) {
	if (unit === 'minute') return clock(at);
	const [, date, month] = day(at).split(' ');
	if (unit === 'day') return `${date} ${month}`;
	return size >= 12 ? year(at) : month;
}

const year = (at: number) => String(new Date(at).getUTCFullYear());

const hasRoom = ({ from, to, label }: Band, msPerPixel: number) =>
	(to - from) / msPerPixel >= (label.length + 1) * LETTER_WIDTH;

const isWidest = (band: Band, all: Band[]) =>
	all.every((other) => other.to - other.from <= band.to - band.from);
