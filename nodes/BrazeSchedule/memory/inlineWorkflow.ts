import type { IDataObject, IWorkflowBase } from 'n8n-workflow';

import type { Cell, ColumnName } from './columns';
import { COLUMNS } from './columns';

/** A Data Table node of an inline workflow. */
export interface Step {
	parameters: IDataObject;
	/** Runs once, whatever the step before returned. */
	once?: boolean;
	/** Returns something even if it found nothing, so that the next step runs. */
	goesOn?: boolean;
}

export interface Condition {
	column: ColumnName;
	is: 'eq' | 'neq' | 'gt' | 'gte' | 'lt' | 'lte' | 'ilike' | 'isEmpty' | 'isNotEmpty';
	/** `field`: the field of the input item that the value is taken from. */
	value?: Cell | { field: string } | { expression: string };
}

/** As many rows as n8n reads without a second page, whose order nothing guarantees. */
export const PAGE = 1_000;

/** SQLite takes fewer than 1,000 conditions in one query. */
export const MOST_CONDITIONS = 500;

/**
 * Text that n8n takes for itself. Only a leading equals sign makes an expression of it; then the text is
 * written as one, with every character that could mean something to n8n as a code.
 */
function literal(value: Cell): Cell {
	if (typeof value !== 'string' || !value.startsWith('=')) return value;
	const codes = value.replace(
		/[^a-zA-Z0-9]/g,
		(character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
	);
	return `={{ "${codes}" }}`;
}

function valueOf(value: Condition['value']): Cell | undefined {
	if (value === undefined || value === null || typeof value !== 'object') {
		return value === undefined ? undefined : literal(value);
	}
	return 'field' in value ? `={{ $json.${value.field} }}` : `={{ ${value.expression} }}`;
}

const filter = (match: 'all' | 'any', conditions: Condition[]): IDataObject => ({
	matchType: match === 'all' ? 'allConditions' : 'anyCondition',
	filters: {
		conditions: conditions.map(({ column, is, value }) => {
			const keyValue = valueOf(value);
			return { keyName: column, condition: is, ...(keyValue !== undefined && { keyValue }) };
		}),
	},
});

const inTable = (table: string, operation: string): IDataObject => ({
	resource: 'row',
	operation,
	dataTableId: { __rl: true, mode: 'id', value: table },
});

/** Writes the input items as rows: all of them, or none. */
export const insertRows = (table: string): Step => ({
	parameters: {
		...inTable(table, 'insert'),
		columns: { mappingMode: 'autoMapInputData', value: null, matchingColumns: [], schema: [] },
		options: { optimizeBulk: true },
	},
	goesOn: true,
});

export interface Selection {
	match?: 'all' | 'any';
	conditions: Condition[];
}

export const getRows = (
	table: string,
	{ match = 'all', conditions }: Selection,
	{ limit = PAGE, newestFirst = false }: { limit?: number; newestFirst?: boolean } = {},
): Step => ({
	parameters: {
		...inTable(table, 'get'),
		...filter(match, conditions),
		returnAll: false,
		limit,
		...(newestFirst && { orderBy: true, orderByColumn: 'id', orderByDirection: 'DESC' }),
	},
});

export const isRead = ({ parameters }: Step): boolean => parameters.operation === 'get';

export const updateRows = (
	table: string,
	conditions: Condition[],
	values: Partial<Record<ColumnName, Cell>>,
): Step => ({
	parameters: {
		...inTable(table, 'update'),
		...filter('all', conditions),
		columns: {
			mappingMode: 'defineBelow',
			value: Object.fromEntries(
				Object.entries(values).map(([name, value]) => [name, literal(value)]),
			),
			matchingColumns: [],
			schema: COLUMNS.filter(({ name }) => name in values).map(({ name, type }) => ({
				id: name,
				displayName: name,
				type: type === 'date' ? 'dateTime' : type,
				required: false,
				defaultMatch: false,
				display: true,
			})),
		},
		options: {},
	},
});

export const deleteRows = (table: string, conditions: Condition[]): Step => ({
	parameters: { ...inTable(table, 'deleteRows'), ...filter('all', conditions), options: {} },
	goesOn: true,
});

export const listTables = (): Step => ({
	parameters: { resource: 'table', operation: 'list', returnAll: true, options: {} },
});

export const createTable = (name: string): Step => ({
	parameters: {
		resource: 'table',
		operation: 'create',
		tableName: literal(name),
		columns: { column: COLUMNS.map((column) => ({ ...column })) },
		options: { createIfNotExists: true },
	},
});

export const once = (step: Step): Step => ({ ...step, once: true });

export const alwaysOn = (step: Step): Step => ({ ...step, goesOn: true });

const TRIGGER = 'Start';

const nameOf = (step: number) => `Data table ${step}`;

/** What the first step returned; a step that runs once sees only the first item itself. */
export const FIRST_STEP = `$('${nameOf(1)}')`;

/** Who the inline workflow belongs to in n8n's eyes. */
interface Parent {
	id: string;
	name: string;
}

/**
 * The steps, one after another, as a workflow that is saved nowhere. n8n writes into it, so every call
 * needs one of its own. With the parent's ID and name, n8n counts it as the parent's; with its own
 * settings, nothing of it stays in the list of executions, and no error workflow starts.
 */
export function inlineWorkflow({ id, name }: Parent, steps: Step[]): IWorkflowBase {
	const names = [TRIGGER, ...steps.map((_, index) => nameOf(index + 1))];
	const now = new Date();
	return {
		id,
		name,
		active: false,
		isArchived: false,
		createdAt: now,
		updatedAt: now,
		activeVersionId: null,
		settings: {
			executionOrder: 'v1',
			saveDataSuccessExecution: 'none',
			saveDataErrorExecution: 'none',
			saveManualExecutions: false,
			saveExecutionProgress: false,
			callerPolicy: 'workflowsFromSameOwner',
		},
		nodes: names.map((nodeName, index) => {
			const place = {
				id: `braze-schedule-${index}`,
				name: nodeName,
				position: [index * 200, 0] as [number, number],
			};
			if (index === 0) {
				const type = 'n8n-nodes-base.executeWorkflowTrigger';
				return { ...place, type, typeVersion: 1, parameters: {} };
			}
			const { parameters, once: executeOnce = false, goesOn = false } = steps[index - 1];
			return {
				...place,
				type: 'n8n-nodes-base.dataTable',
				typeVersion: 1,
				parameters: parameters as IWorkflowBase['nodes'][number]['parameters'],
				executeOnce,
				alwaysOutputData: goesOn && index < steps.length,
			};
		}),
		connections: Object.fromEntries(
			names
				.slice(0, -1)
				.map((nodeName, index) => [
					nodeName,
					{ main: [[{ node: names[index + 1], type: 'main' as const, index: 0 }]] },
				]),
		),
	};
}
