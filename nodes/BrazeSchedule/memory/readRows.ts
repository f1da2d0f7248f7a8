import type { IDataObject } from 'n8n-workflow';

import { fromCells } from './columns';
import type { ColumnName } from './columns';
import { getRows, MOST_CONDITIONS, PAGE } from './inlineWorkflow';
import type { Condition, Step } from './inlineWorkflow';
import { allIds, MAX_ID, split } from './ranges';
import type { Range } from './ranges';
import type { Row } from './store';

/** Runs steps on the open table and returns the items of the last one. */
export type Run = (
	steps: (table: string) => Step[],
	items?: IDataObject[],
) => Promise<IDataObject[]>;

/** As many ranges as one step reads, one query each. */
const MOST_RANGES = 64;

export const anyOf = (column: ColumnName, values: string[]) => ({
	match: 'any' as const,
	conditions: values.map((value): Condition => ({ column, is: 'eq', value })),
});

/**
 * All rows with one of these values in the column. n8n has no index, and compares every row with every
 * value: beyond some hundred values, it's quicker to read all rows.
 */
export async function readWith(
	run: Run,
	column: ColumnName,
	values: string[],
	besides: Condition[] = [],
): Promise<IDataObject[]> {
	const wanted = new Set(values);
	if (wanted.size === 0) return [];
	const found =
		wanted.size <= MOST_CONDITIONS
			? await run((table) => [getRows(table, anyOf(column, [...wanted]))])
			: undefined;
	if (found && found.length < PAGE)
		return found.filter((cells) => wanted.has(cells[column] as string));
	const only: Condition[] = wanted.size === 1 ? [{ column, is: 'eq', value: values[0] }] : [];
	const rows = await readByIds(run, [...only, ...besides]);
	return rows.filter((cells) => wanted.has(cells[column] as string));
}

/**
 * All rows that meet the conditions, in ranges of their IDs. A range that is full is read again in
 * smaller ones, and so is everything above it: rows must be read in the order of their IDs. A run that
 * is done writes its row before it removes its mark, and the row has the higher ID; read the other way
 * round, both could be missed.
 */
async function readByIds(run: Run, conditions: Condition[]): Promise<IDataObject[]> {
	const rows: IDataObject[] = [];
	let ranges = allIds(PAGE);
	while (ranges.length > 0) {
		const [now, later] = [ranges.slice(0, MOST_RANGES), ranges.slice(MOST_RANGES)];
		const within: Condition[] = [
			{ column: 'id', is: 'gte', value: { field: 'from' } },
			{ column: 'id', is: 'lte', value: { field: 'to' } },
			...conditions,
		];
		const items = now.map(({ from, to }) => ({ from, to }));
		const found = sortedById(await run((table) => [getRows(table, { conditions: within })], items));
		const byRange = now.map((range) => inRange(found, range));
		const full = byRange.map((some, index) => some.length >= PAGE && isWide(now[index]));
		const first = full.indexOf(true);
		const read = first < 0 ? byRange : byRange.slice(0, first);
		for (const some of read) rows.push(...some);
		const again = now
			.slice(read.length)
			.flatMap((range, index) =>
				full[read.length + index] ? split(range, PAGE, MOST_RANGES) : [range],
			);
		ranges = [...again, ...later];
	}
	return rows;
}

const isWide = ({ from, to }: Range) => to - from + 1 > PAGE;

const sortedById = (rows: IDataObject[]) =>
	rows.sort((one, other) => (one.id as number) - (other.id as number));

function inRange(sorted: IDataObject[], { from, to }: Range): IDataObject[] {
	const after = (id: number) => {
		let [low, high] = [0, sorted.length];
		while (low < high) {
			const middle = (low + high) >> 1;
			if ((sorted[middle].id as number) < id) low = middle + 1;
			else high = middle;
		}
		return low;
	};
	return sorted.slice(after(from), after(to + 1));
}

/** The newest rows that meet the conditions and `fits`, in pages from the newest on. */
export async function readNewest(
	run: Run,
	conditions: Condition[],
	fits: (row: Row) => boolean,
	limit: number,
): Promise<Row[]> {
	const rows: Row[] = [];
	let last = MAX_ID + 1;
	while (rows.length < limit) {
		const older: Condition[] = [{ column: 'id', is: 'lte', value: last - 1 }, ...conditions];
		const page = await run((table) => [
			getRows(table, { conditions: older }, { newestFirst: true }),
		]);
		// n8n 1 can't sort.
		if (!isDescending(page)) return await sortedHere(run, conditions, fits, limit);
		rows.push(...page.map(fromCells).filter(fits));
		if (page.length < PAGE) break;
		last = page.at(-1)?.id as number;
	}
	return rows.slice(0, limit);
}

const isDescending = (page: IDataObject[]) =>
	page.every(({ id }, index) => index === 0 || (id as number) < (page[index - 1].id as number));

async function sortedHere(
	run: Run,
	conditions: Condition[],
	fits: (row: Row) => boolean,
	limit: number,
): Promise<Row[]> {
	const rows = (await readByIds(run, conditions)).map(fromCells).filter(fits);
	return rows.reverse().slice(0, limit);
}
