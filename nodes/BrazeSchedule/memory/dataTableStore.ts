import type { IDataObject, IExecuteFunctions } from 'n8n-workflow';

import { DEFAULT_TABLE } from '../domain/references';
import { fromCells, identityIn, toCells } from './columns';
import {
	alwaysOn,
	deleteRows,
	FIRST_STEP,
	getRows,
	inlineWorkflow,
	insertRows,
	isRead,
	MOST_CONDITIONS,
	once,
	PAGE,
	updateRows,
} from './inlineWorkflow';
import type { Condition, Selection, Step } from './inlineWorkflow';
import { closeTable, openTableOnce } from './openTable';
import type { Answer, Ask, TableChoice } from './openTable';
import type { MemoryProblem } from './problem';
import { problemFor, saidBy, withoutWorkflowId } from './problem';
import { MAX_ID, rangesOf } from './ranges';
import type { ClaimRange } from './ranges';
import { anyOf, readNewest, readWith } from './readRows';
import type { Run } from './readRows';
import { keyOf } from './rows';
import { fits, searchConditions } from './search';
import type { Announcement, NewRow, RowKey, State, Store } from './store';

/** As much of n8n's contexts as the store needs; pickers don't have it. */
export type Caller = Pick<IExecuteFunctions, 'executeWorkflow' | 'getWorkflow'>;

/** Where references are kept: in the default table, one of another name, or one that was created by hand. */
export interface Place {
	/** The default name, if it's empty. */
	table?: string;
	tableId?: string;
	/** A missing table is not made, and has no rows. */
	readOnly?: boolean;
}

/** How often a read is repeated that n8n refuses because rows came or went. */
const READS = 5;

/** As many removals as one inline workflow has steps for; more of them take one of their own. */
const MOST_STEPS = 20;

/** As many references as are looked for one by one; more of them are read first. */
const MOST_QUERIES = 20;

/** As many as are forgotten at a time. */
const FORGOTTEN_AT_ONCE = 300;

/** References in an n8n data table, through inline workflows with n8n's own Data Table node. */
export function dataTableStore(caller: Caller, place: Place = {}): Store {
	const name = place.table?.trim() || DEFAULT_TABLE;
	const id = place.tableId?.trim();
	const run = runIn(caller, id ? { id } : { name, make: place.readOnly !== true });

	const cellsOf = (rows: NewRow[]): IDataObject[] =>
		rows.map((row) => toCells(row, id ? '' : name));
	const readReferences = async (references: string[], besides?: Condition[]) =>
		(await readWith(run, 'reference', references, besides)).map(fromCells);
	const removeRows = async (rows: RowKey[], state: State) => {
		if (rows.length === 0) return;
		await run((table) => [deleteRows(table, [...KEYS, inState(state)])], asItems(rangesOf(rows)));
	};

	return {
		claim: async (marks) => {
			const references = [...new Set(marks.map(({ reference }) => reference))];
			if (references.length === 0) return [];
			const others = [...ofOneTarget(marks), ofOthers(marks)];
			const selection =
				references.length > MOST_CONDITIONS
					? { conditions: others }
					: anyOf('reference', references);
			const found = await insertAndRead(run, cellsOf(marks), selection);
			if (!found) return await readReferences(references, others);
			const wanted = new Set(references);
			return found.map(fromCells).filter(({ reference }) => wanted.has(reference));
		},
		claimNew: async (mark, as) => {
			const { reference, claim, part } = mark;
			const its = [...anyOf('reference', [reference]).conditions, ...ofOneTarget([mark])];
			const found = await run(
				(table) => [
					insertRows(table),
					alwaysOn(once(getRows(table, { conditions: [...its, ofOthers([mark])] }))),
					alwaysOn(
						once(updateRows(table, [...marksOf(claim, part, 'claiming'), IF_NONE], sending(as))),
					),
					once(getRows(table, { conditions: its })),
				],
				cellsOf([mark]),
			);
			return found.length < PAGE ? found.map(fromCells) : await readReferences([reference]);
		},
		read: async (references) => await readReferences(references),
		inSchedules: async (scheduleIds) =>
			(await readWith(run, 'schedule_id', scheduleIds)).map(fromCells),
		announce: async (claim, part, as) => {
			const announced = await run((table) => [
				updateRows(table, marksOf(claim, part, 'claiming'), sending(as)),
			]);
			// Nothing else is asked of them, and reading whole rows takes its time.
			return announced.filter(({ state }) => state === SENDING).map(identityIn);
		},
		settle: async ({ claim, part, rows, obsolete }) => {
			const ranges = rangesOf(obsolete);
			const atOnce = ranges.length <= MOST_STEPS ? ranges : [];
			await run(
				(table) => [
					...(rows.length > 0 ? [insertRows(table)] : []),
					once(deleteRows(table, marksOf(claim, part))),
					...atOnce.map((range) => once(deleteRows(table, inRange(range)))),
				],
				cellsOf(rows),
			);
			if (ranges.length > atOnce.length)
				await run((table) => [deleteRows(table, KEYS)], asItems(ranges));
		},
		remove: removeRows,
		withdraw: async (claim, which) => {
			const marks: Condition[] = [{ column: 'claim', is: 'eq', value: claim }, inState('claiming')];
			if (!which) {
				await run((table) => [deleteRows(table, marks)]);
			} else if (which.length > MOST_QUERIES) {
				const keys = new Set(which.map(keyOf));
				const rows = await readReferences(which.map(({ reference }) => reference));
				const its = rows.filter((row) => row.claim === claim && keys.has(keyOf(row)));
				await removeRows(its, 'claiming');
			} else if (which.length > 0) {
				const items = which.map(({ reference, resourceId }) => ({ reference, resourceId }));
				await run((table) => [deleteRows(table, [...marks, ...NAMED])], items);
			}
		},
		giveUp: async (rows, note) => {
			if (rows.length === 0) return;
			const values = { state: 'unknown', note };
			await run(
				(table) => [updateRows(table, [...KEYS, inState('sending')], values)],
				asItems(rangesOf(rows)),
			);
		},
		renew: async (claim, leaseUntil) => {
			const marks: Condition[] = [
				{ column: 'claim', is: 'eq', value: claim },
				{ column: 'part', is: 'isNotEmpty' },
			];
			await run((table) => [updateRows(table, marks, { lease_until: iso(leaseUntil) })]);
		},
		search: async (search) =>
			await readNewest(run, searchConditions(search), fits(search), search.limit ?? Infinity),
		forget: async (before) => {
			const forgotten = await run((table) => forgetting(table, iso(before)));
			return forgotten.length >= FORGOTTEN_AT_ONCE;
		},
	};
}

const iso = (milliseconds: number) => new Date(milliseconds).toISOString();

const SENDING: State = 'sending';

const inState = (state: State): Condition => ({ column: 'state', is: 'eq', value: state });

const sending = ({ version, deed }: Announcement) => ({ state: SENDING, version, deed });

/** Any row, if the step before has found none. */
const IF_NONE: Condition = {
	column: 'id',
	is: 'lte',
	value: { expression: `$json.id === undefined ? ${MAX_ID} : 0` },
};

const marksOf = (claim: string, part: number, state?: State): Condition[] => [
	{ column: 'claim', is: 'eq', value: claim },
	{ column: 'part', is: 'eq', value: part },
	...(state ? [inState(state)] : []),
];

const inRange = ({ from, to, claim }: ClaimRange): Condition[] => [
	{ column: 'id', is: 'gte', value: from },
	{ column: 'id', is: 'lte', value: to },
	{ column: 'claim', is: 'eq', value: claim },
];

/** The rows that the input item says, range by range. */
const KEYS: Condition[] = [
	{ column: 'id', is: 'gte', value: { field: 'from' } },
	{ column: 'id', is: 'lte', value: { field: 'to' } },
	{ column: 'claim', is: 'eq', value: { field: 'claim' } },
];

const asItems = (ranges: ClaimRange[]): IDataObject[] => ranges.map((range) => ({ ...range }));

/** The references that the input item says, one by one. */
const NAMED: Condition[] = [
	{ column: 'reference', is: 'eq', value: { field: 'reference' } },
	{ column: 'resource_id', is: 'eq', value: { field: 'resourceId' } },
];

/** What this run has just written itself needn't be read back, which takes as long as writing it. */
const ofOthers = ([{ claim }]: NewRow[]): Condition => ({
	column: 'claim',
	is: 'neq',
	value: claim,
});

/** A reference belongs to a campaign or Canvas, so rows of others needn't be read. */
function ofOneTarget(marks: NewRow[]): Condition[] {
	const [{ resourceId }] = marks;
	return marks.every((mark) => mark.resourceId === resourceId)
		? [{ column: 'resource_id', is: 'eq', value: resourceId }]
		: [];
}

/** Nothing, where n8n can't say it all in one answer: then the marks are written, and to be read apart. */
async function insertAndRead(
	run: Run,
	cells: IDataObject[],
	selection: Selection,
): Promise<IDataObject[] | undefined> {
	const found = await run((table) => [insertRows(table), once(getRows(table, selection))], cells);
	return found.length < PAGE ? found : undefined;
}

/** Some of the oldest, and then every old one up to the last of them. */
function forgetting(table: string, before: string): Step[] {
	const old: Condition[] = [
		{ column: 'over_at', is: 'lt', value: before },
		{ column: 'part', is: 'isEmpty' },
		{ column: 'state', is: 'neq', value: 'unknown' },
	];
	const last = { expression: `Math.max(...${FIRST_STEP}.all().map((item) => item.json.id))` };
	return [
		getRows(table, { conditions: old }, { limit: FORGOTTEN_AT_ONCE }),
		once(deleteRows(table, [...old, { column: 'id', is: 'lte', value: last }])),
	];
}

/** Runs steps on the table, which is opened first where this process doesn't know it yet. */
function runIn(caller: Caller, choice: TableChoice): Run {
	const { id: workflow = '', name: workflowName = '' } = caller.getWorkflow();
	const shown = 'name' in choice ? choice.name : choice.id;
	const key = JSON.stringify([workflow, choice]);
	const ask: Ask = async (steps, items) => {
		if (workflow === '') return failedWith(withoutWorkflowId());
		const code = inlineWorkflow({ id: workflow, name: workflowName }, steps);
		const call = async () => await callInline(caller, code, { items, table: shown });
		return 'id' in choice ? await inTurn(call) : await call();
	};

	const attempt = async (
		stepsFor: (table: string) => Step[],
		items?: IDataObject[],
	): Promise<Answer> => {
		const table = await openTableOnce(key, ask, choice);
		return 'problem' in table ? failedWith(table.problem) : await ask(stepsFor(table.id), items);
	};

	return async (stepsFor, items) => {
		let answer = await attempt(stepsFor, items);
		if ('problem' in answer && answer.problem.kind === 'tableGone') {
			closeTable(key);
			// Nothing was done to a table that doesn't exist. By its name, it's looked for or made again.
			if ('name' in choice) answer = await attempt(stepsFor, items);
		}
		for (let reads = 1; reads < READS && needsAnotherRead(answer); reads += 1) {
			answer = await attempt(fromRead(stepsFor), items);
		}
		if ('items' in answer) return answer.items;
		if (answer.problem.kind === 'tableNotMade') return [];
		throw answer.problem;
	};
}

let latest: Promise<unknown> = Promise.resolve();

/**
 * One after another in this process. n8n 1, where tables are opened by ID, has one connection to SQLite
 * unless told otherwise, and two transactions of its data tables at once break it for all of n8n.
 */
async function inTurn(call: () => Promise<Answer>): Promise<Answer> {
	const mine = latest.then(call);
	latest = mine.catch(() => undefined);
	return await mine;
}

const failedWith = (problem: MemoryProblem): Answer => ({ problem, said: problem.message });

const needsAnotherRead = (answer: Answer) =>
	'problem' in answer && answer.problem.kind === 'countChanged';

/** What was to be written before it is written. */
const fromRead =
	(stepsFor: (table: string) => Step[]) =>
	(table: string): Step[] => {
		const steps = stepsFor(table);
		return steps.slice(steps.findIndex(isRead));
	};

interface Call {
	items?: IDataObject[];
	/** What the table is called in messages. */
	table: string;
}

async function callInline(
	caller: Caller,
	code: ReturnType<typeof inlineWorkflow>,
	{ items = [], table }: Call,
): Promise<Answer> {
	const input = items.length > 0 ? items : [{}];
	try {
		const { data } = await caller.executeWorkflow(
			{ code },
			input.map((json) => ({ json })),
		);
		return { items: (data[0] ?? []).map(({ json }) => json) };
	} catch (error) {
		return { problem: problemFor(error, table), said: saidBy(error).message };
	}
}
