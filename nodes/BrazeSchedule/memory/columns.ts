import { isObject } from '../domain/json';
import type { Deed, Due } from '../domain/references';
import type { Identity, NewRow, Row, State } from './store';

/** The types that n8n's data tables know; booleans aren't used here. */
type ColumnType = 'string' | 'number' | 'date';

/** A value of a cell, as n8n takes it. */
export type Cell = string | number | null;

export interface Column {
	name: string;
	type: ColumnType;
}

/** In the order people see them in n8n: what is technical comes last. */
export const COLUMNS = [
	{ name: 'reference', type: 'string' },
	{ name: 'state', type: 'string' },
	{ name: 'time', type: 'string' },
	{ name: 'note', type: 'string' },
	{ name: 'name', type: 'string' },
	{ name: 'recipients', type: 'number' },
	{ name: 'time_zone', type: 'string' },
	{ name: 'resource', type: 'string' },
	{ name: 'resource_id', type: 'string' },
	{ name: 'schedule_id', type: 'string' },
	{ name: 'event_time', type: 'string' },
	{ name: 'workflow', type: 'string' },
	{ name: 'over_at', type: 'date' },
	{ name: 'claim', type: 'string' },
	{ name: 'part', type: 'number' },
	{ name: 'version', type: 'number' },
	{ name: 'deed', type: 'string' },
	{ name: 'lease_until', type: 'date' },
	{ name: 'details', type: 'string' },
] as const satisfies Column[];

export type ColumnName = (typeof COLUMNS)[number]['name'] | 'id';

/** As n8n's editor calls the types. */
const TYPE_LABELS = { string: 'String', number: 'Number', date: 'Datetime' };

/** For the person who makes the table by hand. */
export const columnsInWords = (): string =>
	COLUMNS.map(({ name, type }) => `${name} (${TYPE_LABELS[type]})`).join(', ');

/** What nobody has to read, as one text. */
interface Details {
	mode: NewRow['mode'];
	dispatch_id: string;
	send_id: string;
	shared: number;
	content: string;
	/** Only of a move without an answer. */
	other_times?: Due[];
	/** The name of the table: a table of another name with this in it was renamed. */
	table: string;
}

const iso = (milliseconds: number | undefined): string | null =>
	milliseconds === undefined ? null : new Date(milliseconds).toISOString();

/** n8n takes several times as long for a date that is text. */
const date = (milliseconds: number | undefined): Date | null =>
	milliseconds === undefined ? null : new Date(milliseconds);

export const toCells = (row: NewRow, table: string): Record<string, Cell | Date> => ({
	reference: row.reference,
	state: row.state,
	note: row.note,
	resource: row.resource,
	name: row.name,
	resource_id: row.resourceId,
	time: row.time,
	time_zone: row.timeZone,
	recipients: row.recipients ?? null,
	schedule_id: row.scheduleId,
	event_time: iso(row.eventTime),
	workflow: row.workflow,
	over_at: date(row.overAt),
	claim: row.claim,
	part: row.part ?? null,
	version: row.version,
	deed: row.deed,
	lease_until: date(row.leaseUntil),
	details: JSON.stringify({
		mode: row.mode,
		dispatch_id: row.dispatchId,
		send_id: row.sendId,
		shared: row.shared,
		content: row.content,
		...(row.otherTimes && { other_times: row.otherTimes }),
		table,
	} satisfies Details),
});

const SETTLED: readonly string[] = ['scheduled', 'deleted', 'unknown'] satisfies State[];
const MARKED: readonly string[] = ['claiming', 'sending', 'unknown'] satisfies State[];

const DEEDS: Deed[] = ['create', 'update', 'delete', 'replace'];

const BY_HAND = 'The state of this row was changed by hand';

const text = (cell: unknown): string => (typeof cell === 'string' ? cell : '');

const number = (cell: unknown): number | undefined =>
	typeof cell === 'number' && Number.isFinite(cell) ? cell : undefined;

/** A date comes as a Date or as text, depending on the version of n8n. */
function moment(cell: unknown): number | undefined {
	if (typeof cell !== 'string' && !(cell instanceof Date)) return undefined;
	const milliseconds = new Date(cell).getTime();
	return Number.isNaN(milliseconds) ? undefined : milliseconds;
}

export function detailsOf(cells: Record<string, unknown>): Partial<Details> {
	try {
		const details: unknown = JSON.parse(text(cells.details));
		return isObject(details) ? (details as Partial<Details>) : {};
	} catch {
		return {};
	}
}

const isDue = (one: unknown): one is Due =>
	isObject(one) && typeof one.time === 'string' && typeof one.mode === 'string';

export const identityIn = (cells: Record<string, unknown>): Identity => ({
	reference: text(cells.reference),
	resource: cells.resource === 'canvas' ? 'canvas' : 'campaign',
	resourceId: text(cells.resource_id),
});

/** Whatever people did to a row, it is read: what can't be understood counts as unknown. */
export function fromCells(cells: Record<string, unknown>): Row {
	const details = detailsOf(cells);
	const part = number(cells.part);
	const known = (part === undefined ? SETTLED : MARKED).includes(text(cells.state));
	return {
		id: number(cells.id) ?? Number(cells.id),
		...identityIn(cells),
		state: known ? (cells.state as State) : 'unknown',
		note: known ? text(cells.note) : BY_HAND,
		name: text(cells.name),
		time: text(cells.time),
		timeZone: text(cells.time_zone),
		recipients: number(cells.recipients),
		scheduleId: text(cells.schedule_id),
		eventTime: moment(cells.event_time),
		workflow: text(cells.workflow),
		overAt: moment(cells.over_at),
		claim: text(cells.claim),
		part,
		leaseUntil: moment(cells.lease_until),
		mode: details.mode ?? '',
		dispatchId: text(details.dispatch_id),
		sendId: text(details.send_id),
		shared: number(details.shared) ?? 1,
		content: text(details.content),
		...(Array.isArray(details.other_times) && { otherTimes: details.other_times.filter(isDue) }),
		version: number(cells.version) ?? 0,
		deed: DEEDS.find((deed) => deed === cells.deed) ?? 'create',
	};
}
