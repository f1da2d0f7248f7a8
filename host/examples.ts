import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';

import { COLUMNS as TABLE_COLUMNS } from '../nodes/BrazeSchedule/memory/columns';
import type { RequestRecord, Sandbox } from '../sandbox';
import type { N8n } from './n8n';
import type { Workflow, WorkflowNode } from './workflows';

const folder = path.join(__dirname, '..', 'examples');

/** The example for tests that need only one. */
export const BOOKING = 'Booking reminder';

/** The trigger, in every example with a data table, that creates it. */
const SET_UP = 'Set up once';

const DATA_TABLE = 'n8n-nodes-base.dataTable';
const AGENT = '@n8n/n8n-nodes-langchain.agent';

/** Where the examples' schedules are remembered. */
export const SCHEDULES = 'Braze schedules';

/** The example workflows, as n8n exports them. */
export async function readExamples(): Promise<Workflow[]> {
	const files = (await readdir(folder)).filter((file) => file.endsWith('.json')).sort();
	return await Promise.all(
		files.map(
			async (file) => JSON.parse(await readFile(path.join(folder, file), 'utf8')) as Workflow,
		),
	);
}

/** The relevant fields of a data table's node. */
interface TableParameters {
	resource?: string;
	tableName: string;
	columns: { column: unknown[] };
	dataTableId?: { value: string };
}

interface Remembering {
	reference?: string;
	options?: object;
}

const parametersOf = ({ parameters }: WorkflowNode) => parameters as unknown as TableParameters;

interface Table {
	id: string;
	name: string;
}

/** The ID of a table of the project, which is made if there is none with this name. */
const makeTable = async (n8n: N8n, name: string, columns: readonly unknown[]): Promise<string> => {
	const project = await n8n.projectId();
	const path = `/projects/${project}/data-tables`;
	const { data: tables } = await n8n.rest<{ data: Table[] }>('GET', path);
	const known = tables.find((table) => table.name === name);
	if (known) return known.id;
	return (await n8n.rest<Table>('POST', path, { name, columns })).id;
};

/** Does what n8n 2 does by itself: n8n 1 can't create a table in a workflow, or find it by name. */
async function makeTables(n8n: N8n, example: Workflow): Promise<Workflow> {
	const ids = new Map<string, string>();
	const tables = example.nodes.filter(
		(node) => node.type === DATA_TABLE && parametersOf(node).resource === 'table',
	);
	for (const { tableName, columns } of tables.map(parametersOf)) {
		ids.set(tableName, await makeTable(n8n, tableName, columns.column));
	}
	return {
		...example,
		nodes: example.nodes
			.filter((node) => !tables.includes(node))
			.map((node) => {
				const table = parametersOf(node).dataTableId;
				if (!table) return node;
				const dataTableId = { ...table, mode: 'id', value: ids.get(table.value) };
				return { ...node, parameters: { ...node.parameters, dataTableId } };
			}),
	};
}

/** What docs/installation.md asks for on n8n 1: a table made by hand, and the agent that it has. */
async function fitToOld(n8n: N8n, example: Workflow, schedules: string): Promise<Workflow> {
	const { nodes, ...rest } = await makeTables(n8n, example);
	return {
		...rest,
		nodes: nodes.map((node) => {
			if (node.type === AGENT) return { ...node, typeVersion: 3 };
			const { reference, options = {} } = node.parameters as Remembering;
			if (reference === undefined) return node;
			const withTable = { ...options, dataTableId: schedules };
			return { ...node, parameters: { ...node.parameters, options: withTable } };
		}),
	};
}

/**
 * Imports the examples as a user would: n8n finds the credentials by their names, and the workflows
 * that need a table are set up. They are active, unless a credential is missing. Returns the
 * examples with the IDs of their workflows.
 */
export async function installExamples(
	n8n: N8n,
	wanted: (example: Workflow) => boolean = () => true,
): Promise<Array<Workflow & { id: string }>> {
	const installed: Array<Workflow & { id: string }> = [];
	const schedules = n8n.isOld ? await makeTable(n8n, SCHEDULES, TABLE_COLUMNS) : '';
	for (const example of (await readExamples()).filter(wanted)) {
		const fitting = n8n.isOld ? await fitToOld(n8n, example, schedules) : example;
		const { id, nodes } = await n8n.createWorkflow(fitting);
		const setUp = example.nodes.some(({ name }) => name === SET_UP);
		if (setUp && !n8n.isOld) {
			const { status } = await n8n.waitForExecution(await n8n.runManually(id, SET_UP));
			if (status !== 'success') throw new Error(`"${SET_UP}" of "${example.name}": ${status}`);
		}
		const isBound = nodes.every(({ credentials = {} }) =>
			Object.values(credentials).every((credential) => credential.id),
		);
		if (isBound) await n8n.activate(id);
		installed.push({ ...example, id });
	}
	return installed;
}

/** The same order as the cells of a row. */
export const COLUMNS = ['Call', 'Request', 'Status', 'Schedule', 'People', 'When'];

const BOOKED = {
	booking_id: 'B-20418',
	customer_id: 'customer-1042',
	first_name: 'Marta',
};

const brief = (text: string): string => (text.length > 12 ? `${text.slice(0, 8)}…` : text);

/** A time in Braze's format as a local time in a time zone: "2026-03-31 18:30". */
const clockOf = (time: string, timeZone: string): string =>
	new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'short', timeZone }).format(
		new Date(time),
	);

interface Running {
	/** With the example installed. */
	n8n: N8n;
	/** Empty. */
	sandbox: Sandbox;
	/** n8n's. */
	timezone: string;
	log?: (line: string) => void;
}

interface Walk {
	/** One for each request that came. */
	rows: string[][];
	/** The unexpected results. */
	problems: string[];
}

/** The requests of the booking example. */
interface Sent {
	campaign_id?: string;
	schedule_id?: string;
	recipients?: object[];
	broadcast?: boolean;
	schedule?: { time?: string };
}

const bodyOf = ({ body }: RequestRecord) => (body ?? {}) as Sent;

/**
 * Runs a booking from end to end in n8n, with each call of its webhook delivered twice, and
 * compares what arrived at the sandbox.
 */
export async function walkBooking({
	n8n,
	sandbox,
	timezone,
	log = () => {},
}: Running): Promise<Walk> {
	const problems: string[] = [];
	const rows: string[][] = [];
	const day = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);
	const path = '/campaigns/trigger/schedule';

	const expect = (what: string, actual: unknown, expected: unknown) => {
		if (isDeepStrictEqual(actual, expected)) return;
		problems.push(
			`${what}: expected ${JSON.stringify(expected)}, got ${JSON.stringify(actual) ?? 'nothing'}`,
		);
	};

	const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
	const steps = [
		{
			event: 'booked',
			at: minutesAgo(3),
			startsAt: `${day(5)}T18:30:00`,
			reminder: `${day(4)} 18:30`,
		},
		{
			event: 'moved',
			at: minutesAgo(2),
			startsAt: `${day(7)}T11:00:00`,
			reminder: `${day(6)} 11:00`,
		},
		{
			event: 'cancelled',
			at: minutesAgo(1),
			startsAt: `${day(7)}T11:00:00`,
			reminder: `${day(6)} 11:00`,
		},
	];
	for (const { event, at, startsAt, reminder } of steps) {
		for (const delivery of ['first', 'second']) {
			const call = `${event}, ${delivery} delivery`;
			log(`Calling the webhook of "${BOOKING}": ${call}.`);
			const before = sandbox.writes.length;
			const body = { ...BOOKED, event, starts_at: startsAt, occurred_at: at };
			const { status } = await n8n.webhook('booking', body);
			expect(`${call}: status of the webhook`, status, 200);
			const [schedule, ...others] = sandbox.schedules;
			expect(`${call}: other schedules`, others.length, 0);
			expect(
				`${call}: time of the reminder`,
				schedule && clockOf(schedule.schedule.time, timezone),
				reminder,
			);
			expect(
				`${call}: reminders to come`,
				sandbox.activePerPerson(),
				event === 'cancelled' ? {} : { [`external_user_id:${BOOKED.customer_id}`]: 1 },
			);
			for (const write of sandbox.writes.slice(before)) {
				rows.push([
					call,
					`${write.method} ${write.path}`,
					String(write.status),
					brief(schedule?.schedule_id ?? ''),
					BOOKED.customer_id,
					bodyOf(write).schedule?.time ?? '',
				]);
			}
		}
	}

	const ids = {
		campaign_id: sandbox.schedules[0]?.id,
		schedule_id: sandbox.schedules[0]?.schedule_id,
	};
	expect(
		'Requests',
		sandbox.writes.map(({ path, accepted }) => [path, accepted]),
		// A repeated call has nothing left to do.
		['create', 'update', 'delete'].map((operation) => [`${path}/${operation}`, true]),
	);
	const [create = {}, ...changes] = sandbox.writes.map(bodyOf);
	expect('People and values', create.recipients, [
		{
			external_user_id: BOOKED.customer_id,
			trigger_properties: { first_name: BOOKED.first_name },
		},
	]);
	expect('Broadcast', create.broadcast ?? false, false);
	for (const { campaign_id, schedule_id } of changes) {
		expect('IDs handed on', { campaign_id, schedule_id }, ids);
	}
	expect('What became of the schedule', sandbox.schedules[0]?.state, 'canceled');
	return { rows, problems };
}
