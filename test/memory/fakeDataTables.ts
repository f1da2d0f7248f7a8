import { randomUUID } from 'node:crypto';
import { compileFunction } from 'node:vm';

import type { IDataObject, INode, INodeExecutionData, IWorkflowBase } from 'n8n-workflow';

import type { Caller } from '../../nodes/BrazeSchedule/memory/dataTableStore';

type Cells = Record<string, unknown> & { id: number };

interface FakeTable {
	id: string;
	name: string;
	columns: Array<{ name: string; type: string }>;
	rows: Cells[];
}

interface Condition {
	keyName: string;
	condition: string;
	keyValue?: unknown;
}

interface Options {
	/** n8n 1 knows rows only, and doesn't sort them. */
	isOld?: boolean;
	/** What happens before the inline workflow of this number starts, which waits for it. */
	before?: (call: number) => void | Promise<void>;
	workflow?: { id?: string; name?: string };
}

/** What the nodes before returned. */
type Outputs = Map<string, INodeExecutionData[]>;

const SYSTEM = { id: 'number', createdAt: 'date', updatedAt: 'date' };
const PAGE = 1_000;
/** n8n 2.41 with SQLite took 900 and refused 1,100. */
const MOST_CONDITIONS = 900;

/** n8n's Data Table node as far as the store uses it, by what its sources do, over tables in memory. */
export class FakeDataTables {
	readonly tables: FakeTable[] = [];
	readonly calls: Array<{ code: IWorkflowBase; items: IDataObject[] }> = [];
	/** What the next inline workflow fails with. */
	failures: unknown[] = [];
	/** How many inline workflows ran at the same time. */
	mostActive = 0;
	private active = 0;
	private readonly seen = new WeakSet<object>();

	constructor(readonly options: Options = {}) {}

	get caller(): Caller {
		return {
			getWorkflow: () => ({ id: 'W1', name: 'Bookings', active: true, ...this.options.workflow }),
			executeWorkflow: async ({ code }, items) => {
				if (!code || this.seen.has(code)) throw new Error('The code was used before');
				this.seen.add(code);
				await this.options.before?.(this.calls.length);
				this.calls.push({ code, items: (items ?? []).map(({ json }) => json) });
				this.active += 1;
				this.mostActive = Math.max(this.mostActive, this.active);
				await new Promise(setImmediate);
				this.active -= 1;
				const failure = this.failures.shift();
				if (failure) throw failure;
				return { executionId: '1', data: [this.execute(code, items ?? [])] };
			},
		};
	}

	table(name: string): FakeTable {
		const found = this.tables.find((table) => table.name === name);
		if (!found) throw new Error(`No table '${name}'`);
		return found;
	}

	add(name: string, columns: FakeTable['columns']): FakeTable {
		const table = { id: randomUUID(), name, columns: columns.map((one) => ({ ...one })), rows: [] };
		this.tables.unshift(table);
		return table;
	}

	private execute(code: IWorkflowBase, items: INodeExecutionData[]): INodeExecutionData[] {
		let node = code.nodes.find(({ type }) => type === 'n8n-nodes-base.executeWorkflowTrigger');
		if (!node) throw new Error('Missing node to start execution');
		let output = items;
		const outputs: Outputs = new Map();
		for (;;) {
			const next = code.connections[node.name]?.main[0]?.[0]?.node;
			if (next === undefined || output.length === 0) return output;
			node = code.nodes.find(({ name }) => name === next) as INode;
			const input = node.executeOnce ? output.slice(0, 1) : output;
			output = this.runNode(node, input, outputs);
			if (output.length === 0 && node.alwaysOutputData) output = [{ json: {} }];
			outputs.set(node.name, output);
		}
	}

	private runNode(
		node: INode,
		input: INodeExecutionData[],
		outputs: Outputs,
	): INodeExecutionData[] {
		if (node.type !== 'n8n-nodes-base.dataTable' || node.typeVersion !== 1) {
			throw new Error(`Unrecognized node type: ${node.type}`);
		}
		const parameters = (item: INodeExecutionData) =>
			resolved(node.parameters, item.json, outputs) as Record<string, never>;
		const { resource, operation } = parameters(input[0]);
		if (resource === 'table') {
			if (this.options.isOld) {
				throw new TypeError("Cannot read properties of undefined (reading 'execute')");
			}
			return this.runOnTables(operation, parameters(input[0]));
		}
		if (operation === 'insert') {
			return this.insert(this.find(parameters(input[0])), input);
		}
		return input.flatMap((item) =>
			this.runOnRows(operation, parameters(item)).map((row) => ({ json: row as IDataObject })),
		);
	}

	private runOnTables(operation: string, parameters: Record<string, unknown>) {
		if (operation === 'list') {
			return this.tables.map(({ id, name, columns }) => ({ json: { id, name, columns } }));
		}
		if (operation !== 'create') throw new Error(`No operation ${operation}`);
		const name = parameters.tableName as string;
		const { column } = parameters.columns as { column: FakeTable['columns'] };
		const like = this.tables.find((table) => table.name.toLowerCase().includes(name.toLowerCase()));
		const { createIfNotExists } = parameters.options as { createIfNotExists?: boolean };
		const exists = this.tables.some((table) => table.name === name);
		if (exists && !(createIfNotExists && like?.name === name)) {
			throw new Error(`Data table with name '${name}' already exists in this project`);
		}
		const table = exists ? this.table(name) : this.add(name, column);
		return [{ json: { id: table.id, name, columns: table.columns } }];
	}

	private find(parameters: Record<string, unknown>): FakeTable {
		const { mode, value } = parameters.dataTableId as { mode: string; value: string };
		if (mode !== 'id') throw new Error('Only an ID means one table');
		const table = this.tables.find(({ id }) => id === value);
		if (table) return table;
		throw new Error(`Data table with ID '${value}' could not be found in this project`);
	}

	private insert(table: FakeTable, input: INodeExecutionData[]): INodeExecutionData[] {
		const rows = input.map(({ json }) => cellsFor(table, json));
		// SQLite gives the highest ID again once its row is gone.
		const highest = table.rows.reduce((most, { id }) => Math.max(most, id), 0);
		const empty = Object.fromEntries(table.columns.map(({ name }) => [name, null]));
		for (const [index, row] of rows.entries()) {
			table.rows.push({ ...empty, ...row, id: highest + 1 + index });
		}
		return [{ json: { success: true, insertedRows: rows.length } }];
	}

	private runOnRows(operation: string, parameters: Record<string, never>): Cells[] {
		const table = this.find(parameters);
		const isMatch = this.matcher(table, parameters);
		const matching = table.rows.filter(isMatch);
		switch (operation) {
			case 'get':
				return this.page(matching, parameters).map((row) => ({ ...row }));
			case 'update': {
				const { mappingMode, value } = parameters.columns as unknown as {
					mappingMode: string;
					value: Record<string, unknown>;
				};
				if (mappingMode !== 'defineBelow') throw new Error('An update takes its own values');
				for (const row of matching) Object.assign(row, cellsFor(table, value));
				return matching.map((row) => ({ ...row }));
			}
			case 'deleteRows':
				table.rows = table.rows.filter((row) => !isMatch(row));
				return matching;
			default:
				throw new Error(`No operation ${operation}`);
		}
	}

	private page(rows: Cells[], parameters: Record<string, unknown>): Cells[] {
		const { limit, returnAll } = parameters as { limit: number; returnAll?: boolean };
		if (returnAll || limit > PAGE) throw new Error('synchronization error: result count changed');
		const isSorted = parameters.orderBy === true && !this.options.isOld;
		const descending = isSorted && parameters.orderByDirection === 'DESC';
		return (descending ? rows.slice().reverse() : rows).slice(0, limit);
	}

	private matcher(table: FakeTable, parameters: Record<string, unknown>) {
		const { conditions } = parameters.filters as { conditions: Condition[] };
		if (conditions.length === 0) throw new Error('At least one condition is required');
		if (conditions.length > MOST_CONDITIONS) {
			throw new Error('SQLITE_ERROR: Expression tree is too large (maximum depth 1000)');
		}
		const types = new Map([
			...Object.entries(SYSTEM),
			...table.columns.map(({ name, type }) => [name, type] as const),
		]);
		const unknown = conditions.filter(({ keyName }) => !types.has(keyName));
		if (unknown.length > 0) {
			const names = unknown.map(({ keyName }) => keyName).join(', ');
			throw new Error(
				`Filter validation failed: Column(s) "${names}" do not exist in the selected table. Please update your filter conditions.`,
			);
		}
		const tests = conditions.map((condition) =>
			testFor(condition, types.get(condition.keyName) as string),
		);
		return parameters.matchType === 'allConditions'
			? (row: Cells) => tests.every((test) => test(row))
			: (row: Cells) => tests.some((test) => test(row));
	}
}

/** Text with a leading equals sign is an expression, wherever it is. */
function resolved(value: unknown, json: IDataObject, outputs: Outputs): unknown {
	if (Array.isArray(value)) return value.map((one) => resolved(one, json, outputs));
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(
			Object.entries(value).map(([key, one]) => [key, resolved(one, json, outputs)]),
		);
	}
	if (typeof value !== 'string' || !value.startsWith('=')) return value;
	const code = /^=\{\{(.*)\}\}$/s.exec(value)?.[1];
	if (code === undefined) return value.slice(1);
	const evaluate = compileFunction(`return (${code});`, ['$json', '$']);
	return (evaluate as (...args: unknown[]) => unknown)(json, (node: string) => ({
		all: () => outputs.get(node),
	}));
}

function cellsFor(table: FakeTable, values: Record<string, unknown>): Record<string, unknown> {
	const types = new Map(table.columns.map(({ name, type }) => [name, type]));
	return Object.fromEntries(
		Object.entries(values)
			.filter(([name]) => !(name in SYSTEM))
			.map(([name, value]) => {
				const type = types.get(name);
				if (type === undefined) {
					throw new Error(
						`Validation error with data table request: unknown column name '${name}'`,
					);
				}
				return [name, coerced(value, type)];
			}),
	);
}

function coerced(value: unknown, type: string): unknown {
	if (value === null || value === undefined) return null;
	if (typeof value === 'object' && !(value instanceof Date)) {
		throw new Error(`unexpected object input '${JSON.stringify(value)}' in row 0`);
	}
	const refuse = () =>
		new Error(
			`Validation error with data table request: value '${String(value)}' does not match column type '${type}'`,
		);
	if (type === 'string') return String(value);
	if (type === 'date') {
		const date = new Date(value as string);
		if (Number.isNaN(date.getTime())) throw refuse();
		return date;
	}
	const number = Number(value);
	if (Number.isNaN(number)) throw refuse();
	return number;
}

const comparable = (value: unknown) =>
	value instanceof Date ? value.getTime() : (value as string | number | null);

function testFor({ keyName, condition, keyValue }: Condition, type: string) {
	const wanted = comparable(coerced(keyValue, type));
	const compare = (test: (one: never, other: never) => boolean) => (row: Cells) => {
		const value = comparable(row[keyName]);
		return value !== null && wanted !== null && test(value as never, wanted as never);
	};
	switch (condition) {
		case 'eq':
			return compare((one, other) => one === other);
		case 'neq':
			return (row: Cells) => comparable(row[keyName]) !== wanted;
		case 'gt':
			return compare((one, other) => one > other);
		case 'gte':
			return compare((one, other) => one >= other);
		case 'lt':
			return compare((one, other) => one < other);
		case 'lte':
			return compare((one, other) => one <= other);
		case 'ilike':
			return compare((one, other) => likePattern(other).test(upper(one)));
		case 'isEmpty':
			return (row: Cells) => row[keyName] === null || row[keyName] === '';
		case 'isNotEmpty':
			return (row: Cells) => row[keyName] !== null && row[keyName] !== '';
		default:
			throw new Error(`Unsupported filter condition: ${condition}`);
	}
}

/** SQLite's: only English letters have a case. */
const upper = (text: string) => text.replace(/[a-z]/g, (letter) => letter.toUpperCase());

const likePattern = (pattern: string) =>
	new RegExp(
		`^${upper(pattern)
			.split('%')
			.map((part) => part.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&'))
			.join('.*')}$`,
		's',
	);
