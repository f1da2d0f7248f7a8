import type { RowKey } from './store';

/** Whole numbers from `from` to `to`, both included. */
export interface Range {
	from: number;
	to: number;
}

/** Neighbours that one claim wrote. */
export interface ClaimRange extends Range {
	claim: string;
}

/** The ranges that, together with their claim, hold these rows and no others. */
export function rangesOf(rows: RowKey[]): ClaimRange[] {
	const ranges: ClaimRange[] = [];
	for (const { id, claim } of [...rows].sort((one, other) => one.id - other.id)) {
		const last = ranges.at(-1);
		if (last?.claim === claim && id - last.to <= 1) last.to = id;
		else ranges.push({ from: id, to: id, claim });
	}
	return ranges;
}

/** The highest ID there can be: on PostgreSQL, a higher number is an error. */
export const MAX_ID = 2_147_483_647;

const GROWTH = 4;

/** All IDs there can be, in ranges that grow, so that few of them reach the last row. */
export function allIds(page: number): Range[] {
	const ranges: Range[] = [{ from: 0, to: page }];
	for (let to = page * GROWTH; to < MAX_ID; to *= GROWTH) {
		ranges.push({ from: (ranges.at(-1) as Range).to + 1, to });
	}
	ranges.push({ from: (ranges.at(-1) as Range).to + 1, to: MAX_ID });
	return ranges;
}

/** Smaller ranges in the place of one, none of them smaller than a page. */
export function split({ from, to }: Range, page: number, most: number): Range[] {
	const width = Math.max(page, Math.ceil((to - from + 1) / most));
	const ranges: Range[] = [];
	for (let start = from; start <= to; start += width) {
		ranges.push({ from: start, to: Math.min(to, start + width - 1) });
	}
	return ranges;
}
