import { shorten } from '../domain/json';
import { DEFAULT_TABLE } from '../domain/references';
import { DATA_TABLE_ID } from '../domain/labels';
import type { Words } from '../transport/words';

/**
 * References can't be kept or looked up, in words for the person. 'kind' is for code that reacts to it;
 * what a failed step was to do may have been done or not.
 */
export class MemoryProblem extends Error {
	readonly description: string;

	constructor(
		readonly kind: Kind,
		{ message, description }: Words,
	) {
		super(message);
		this.name = 'MemoryProblem';
		this.description = description;
	}
}

type Kind =
	| 'noWorkflowId'
	| 'disabled'
	| 'full'
	| 'denied'
	| 'readOnly'
	| 'needsTableId'
	| 'tableGone'
	| 'tableNotMade'
	| 'tableRenamed'
	| 'tableExists'
	| 'columns'
	| 'countChanged'
	| 'other';

const DATA_TABLES_TAB = "'Data tables' tab of your project in n8n";

/** What n8n said, and what it was about. */
interface Said {
	message: string;
	description: string;
}

export const saidBy = (error: unknown): Said => {
	const { message, description } = (error ?? {}) as { message?: unknown; description?: unknown };
	return {
		message: typeof message === 'string' && message !== '' ? message : 'nothing about the cause',
		description: typeof description === 'string' ? description : '',
	};
};

interface Rule {
	kind: Kind;
	says: RegExp;
	words: (table: string, found: RegExpExecArray, said: string) => Words;
}

const noWorkflowId = (): Words => ({
	message: 'References need a saved workflow, and this one has no ID yet',
	description:
		"Save the workflow and run it again. In one of n8n's own agents, references can't be used yet: put the node into a workflow and give the agent that workflow as a tool",
});

export const withoutWorkflowId = () => new MemoryProblem('noWorkflowId', noWorkflowId());

/** Nothing is remembered, and somebody who only reads doesn't make a table for it. */
export const notMadeYet = (table: string) =>
	new MemoryProblem('tableNotMade', {
		message: `The data table '${table}' doesn't exist yet`,
		description: 'It is made when the first schedule with a reference is created',
	});

const missingColumns = (table: string, names: string[]): Words => {
	const [noun, verb, them] =
		names.length === 1 ? ['column', 'is', 'it'] : ['columns', 'are', 'them'];
	const listed = names.map((name) => `'${name}'`).join(', ');
	return {
		message: `The data table '${table}' can't be used: the ${noun} ${listed} ${verb} missing`,
		description: `Open the table on the ${DATA_TABLES_TAB} and add ${them} again, or give ${them} the old name back. The page about references lists all columns with their types`,
	};
};

export const withoutColumns = (table: string, names: string[]) =>
	new MemoryProblem('columns', missingColumns(table, names));

const wrongType = (table: string, type: string, column?: string): Words => {
	const which = column ? `the column '${column}'` : 'one of its columns';
	const must = column
		? `Its type must be '${type}'`
		: `A column of the type '${type}' should have another type`;
	return {
		message: `The data table '${table}' can't be used: ${which} has the wrong type`,
		description: `${must}. n8n can't change the type of a column: delete it and add it with the right type. The page about references lists all columns with their types`,
	};
};

export const withWrongType = (table: string, column: string, type: string) =>
	new MemoryProblem('columns', wrongType(table, type, column));

export const renamed = (table: string, holder: string) =>
	new MemoryProblem('tableRenamed', {
		message: `The data table '${table}' seems to have been renamed to '${holder}'`,
		description: `There is no table '${table}', and '${holder}' holds its schedules. A new, empty table would forget them, and messages could go out twice. Rename '${holder}' back to '${table}' on the ${DATA_TABLES_TAB}, or choose '${holder}' in this node`,
	});

export const needsTableId = (columns: string) =>
	new MemoryProblem('needsTableId', {
		message: "This version of n8n can't create the data table for references by itself",
		description: `Create a data table '${DEFAULT_TABLE}' by hand on the ${DATA_TABLES_TAB}, with these columns: ${columns}. Then enter its ID, the last part of the table's URL, in '${DATA_TABLE_ID}'. n8n 2 does this by itself`,
	});

/** In this order: the first that matches is meant. */
const RULES: Rule[] = [
	{
		kind: 'countChanged',
		says: /synchronization error/i,
		words: (table) => ({
			message: `The data table '${table}' changed while it was being read`,
			description: 'Run the workflow again',
		}),
	},
	{
		kind: 'tableGone',
		says: /data table with id '.*' could not be found|could not find the data table/i,
		words: (table) => ({
			message: `The data table '${table}' was not found in the project of this workflow`,
			description: `It may have been deleted, or it belongs to another project. Check '${DATA_TABLE_ID}': the ID is the last part of the table's URL`,
		}),
	},
	{
		kind: 'tableExists',
		// n8n looks before it makes one, and two runs may both find nothing. Then its database refuses.
		says: /data table with name '.*' already exists|violates unique constraint|UNIQUE constraint failed/i,
		words: (table) => ({
			message: `The data table '${table}' was created by another execution at the same time`,
			description: 'Run the workflow again',
		}),
	},
	{
		kind: 'full',
		says: /data table size limit exceeded/i,
		words: () => ({
			message: "n8n's storage for data tables is full",
			description: `Delete rows or tables you no longer need on the ${DATA_TABLES_TAB}, or ask your n8n administrator to raise N8N_DATA_TABLES_MAX_SIZE_BYTES`,
		}),
	},
	{
		kind: 'columns',
		says: /column\(s\) "([^"]*)" do not exist|unknown column name '([^']*)'/i,
		words: (table, [, several, one]) =>
			missingColumns(
				table,
				(several ?? one).split(',').map((name) => name.trim()),
			),
	},
	{
		kind: 'columns',
		says: /does not match column type '(\w+)'/i,
		words: (table, [, type]) => wrongType(table, type),
	},
	{
		kind: 'disabled',
		says: /unrecognized node type: \S*datatable|data table node but the module is disabled|getDataTable\w*Proxy is not a function/i,
		words: () => ({
			message: 'References need data tables, and this n8n has them turned off',
			description:
				'Ask your n8n administrator to allow the Data Table node (NODES_EXCLUDE) and the data-table module (N8N_DISABLED_MODULES)',
		}),
	},
	{
		kind: 'readOnly',
		says: /protected instance|read-only mode/i,
		words: () => ({
			message: 'References need to write to a data table, and this n8n is read-only',
			description:
				"Run the workflow on an n8n instance that isn't protected, or ask your n8n administrator to end read-only mode",
		}),
	},
	{
		kind: 'noWorkflowId',
		says: /foreign key constraint|without an id|not null constraint failed: \S*workflowId|null value in column "workflowId"/i,
		words: noWorkflowId,
	},
	{
		kind: 'denied',
		says: /be called by|limits which workflows|not allowed|permission|polic(y|ies)|access on project|blocked/i,
		words: (_table, _found, said) => ({
			message: "n8n doesn't allow this workflow to use data tables",
			description: `Ask your n8n administrator to allow the Data Table and Execute Sub-workflow Trigger nodes for this project. n8n says: ${said}`,
		}),
	},
];

/** n8n's own error in our words. What no rule knows is quoted, shortened. */
export function problemFor(error: unknown, table: string): MemoryProblem {
	if (error instanceof MemoryProblem) return error;
	const { message, description } = saidBy(error);
	const all = `${message} ${description}`;
	const short = shorten(message.replace(/[.\s]+$/, ''), 300);
	for (const { kind, says, words } of RULES) {
		const found = says.exec(all);
		if (found) return new MemoryProblem(kind, words(table, found, short));
	}
	return new MemoryProblem('other', {
		message: `The data table '${table}' can't be used`,
		description: `n8n says: ${short}. Run the workflow again. If this happens every time, show this message to your n8n administrator`,
	});
}
