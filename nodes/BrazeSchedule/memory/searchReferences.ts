import { isAtWork, isLeftBehind, keyOf } from './rows';
import type { Row, Search, Store } from './store';

/**
 * The rows that fit, and all others of the references that a dead run has left a mark of. Only all
 * rows together say what such a reference stands for, and a mark has another time than the schedule,
 * or none.
 */
export async function searchReferences(
	store: Pick<Store, 'search' | 'read'>,
	search: Search,
	moment: number,
): Promise<Row[]> {
	const { overAfter, overBefore, ...anytime } = search;
	if (overAfter === undefined && overBefore === undefined) return await store.search(search);
	const marks = await store.search({ ...anytime, onlyMarks: true });
	const left = marks.filter((mark) => !isAtWork(mark) || isLeftBehind(mark, moment));
	const keys = new Set(left.map(keyOf));
	const isMarked = (row: Row) => keys.has(keyOf(row));
	const marked = left.length > 0 ? await store.read(left.map(({ reference }) => reference)) : [];
	const others = await store.search(search);
	return [...marked.filter(isMarked), ...others.filter((row) => !isMarked(row))];
}
