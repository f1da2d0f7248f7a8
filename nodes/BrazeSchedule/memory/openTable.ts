import type { IDataObject } from 'n8n-workflow';

import { isObject } from '../domain/json';
import { COLUMNS, columnsInWords, detailsOf } from './columns';
import type { Column } from './columns';
import { createTable, getRows, listTables } from './inlineWorkflow';
import type { Step } from './inlineWorkflow';
import type { MemoryProblem } from './problem';
import { needsTableId, notMadeYet, renamed, withoutColumns, withWrongType } from './problem';

/** What became of an inline workflow: the items of its last step, or why it failed. */
export type Answer = { items: IDataObject[] } | { problem: MemoryProblem; said: string };

export type Ask = (steps: Step[], items?: IDataObject[]) => Promise<Answer>;

/** A table by its name, made when it is missing and is to be made, or one by its ID, which must exist. */
export type TableChoice = { name: string; make: boolean } | { id: string };

interface Table {
	id: string;
	name: string;
	columns: Column[];
}

type Opened = { id: string } | { problem: MemoryProblem };

/** n8n 1 has no such operation, and fails in words of its own. */
const NO_TABLE_OPERATIONS = /cannot read properties of undefined|could not get parameter/i;

/** The ID of the table, or why there is none to be used. */
const openTable = async (ask: Ask, choice: TableChoice): Promise<Opened> =>
	'id' in choice ? await openById(ask, choice.id) : await openByName(ask, choice);

/** n8n checks that a table has the columns of a filter. */
async function openById(ask: Ask, id: string): Promise<Opened> {
	const conditions = COLUMNS.map(({ name }) => ({ column: name, is: 'isNotEmpty' as const }));
	const answer = await ask([getRows(id, { conditions }, { limit: 1 })]);
	return 'problem' in answer ? answer : { id };
}

async function openByName(
	ask: Ask,
	{ name, make }: Extract<TableChoice, { name: string }>,
): Promise<Opened> {
	const listed = await listAll(ask);
	if ('problem' in listed) return listed;
	const { tables } = listed;
	const found = tables.find((table) => table.name === name);
	if (found) return usable(found);
	const holder = await whereItWent(ask, name, tables);
	if (holder) return { problem: renamed(name, holder) };
	return make ? await create(ask, name) : { problem: notMadeYet(name) };
}

async function create(ask: Ask, name: string): Promise<Opened> {
	const answer = await ask([createTable(name)]);
	if ('items' in answer) return usable(toTable(answer.items[0] ?? {}));
	if (answer.problem.kind !== 'tableExists') return answer;
	// Another run was quicker.
	const listed = await listAll(ask);
	if ('problem' in listed) return listed;
	const found = listed.tables.find((table) => table.name === name);
	return found ? usable(found) : answer;
}

async function listAll(ask: Ask): Promise<{ tables: Table[] } | { problem: MemoryProblem }> {
	const answer = await ask([listTables()]);
	if ('items' in answer) return { tables: answer.items.map(toTable) };
	return NO_TABLE_OPERATIONS.test(answer.said)
		? { problem: needsTableId(columnsInWords()) }
		: answer;
}

function toTable({ id, name, columns }: IDataObject): Table {
	const listed: unknown[] = Array.isArray(columns) ? columns : [];
	return {
		id: String(id),
		name: String(name),
		columns: listed.filter(isObject) as unknown as Column[],
	};
}

function usable({ id, name, columns }: Table): Opened {
	const types = new Map(columns.map((column) => [column.name, column.type]));
	const missing = COLUMNS.filter((column) => !types.has(column.name));
	if (missing.length > 0) {
		return {
			problem: withoutColumns(
				name,
				missing.map((column) => column.name),
			),
		};
	}
	const wrong = COLUMNS.find((column) => types.get(column.name) !== column.type);
	return wrong ? { problem: withWrongType(name, wrong.name, wrong.type) } : { id };
}

/** The table that was renamed and has the schedules of this name. Others of our tables have their own. */
async function whereItWent(ask: Ask, name: string, tables: Table[]): Promise<string | undefined> {
	const alike = tables.filter((table) => 'id' in usable(table));
	for (const { id, name: holder } of alike) {
		const written = `%"table":${JSON.stringify(name)}%`;
		const conditions = [{ column: 'details', is: 'ilike', value: written } as const];
		const answer = await ask([getRows(id, { conditions })]);
		// Rather refuse than forget: a table that can't be read may be the one.
		if ('problem' in answer || answer.items.some((cells) => detailsOf(cells).table === name)) {
			return holder;
		}
	}
	return undefined;
}

/** By workflow and table. A process looks for each once. */
const opened = new Map<string, Promise<Opened>>();

/** Far more than one n8n has workflows that use references. */
const MOST_OPENED = 10_000;

export async function openTableOnce(key: string, ask: Ask, choice: TableChoice): Promise<Opened> {
	const known = opened.get(key);
	if (known) return await known;
	if (opened.size >= MOST_OPENED) opened.clear();
	const opening = openTable(ask, choice);
	opened.set(key, opening);
	const result = await opening;
	if ('problem' in result && opened.get(key) === opening) opened.delete(key);
	return result;
}

/** n8n says that the table is gone: look again next time. */
export const closeTable = (key: string): void => {
	opened.delete(key);
};

/** For tests, which are one process. */
export const forgetTables = (): void => {
	opened.clear();
};
