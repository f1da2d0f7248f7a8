import type {
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	IPairedItemData,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { Problem } from '../domain/findings';
import { show } from '../domain/json';
import type { Draft } from '../domain/requests';
import type { Schedule } from '../domain/schedule';
import { inZone } from '../domain/time';
import type { PartResult } from '../transport/ledger';
import type { Failure, Outcome } from '../transport/outcome';
import { DONE } from '../transport/words';
import { COMBINE } from './settings';
import type { Settings } from './settings';

/** What became of one input item: what stood in its way, or its part in each request. */
export interface ItemResult {
	item: number;
	/** Missing when something stood in its way. */
	draft?: Draft;
	problems: Problem[];
	parts: PartResult[];
}

/** The parts of one request that come out as one item. */
interface Row {
	results: Array<{ draft: Draft; part: PartResult }>;
}

/** [item 3] tells a person which of the incoming items is meant, counted as n8n counts them. */
export const atItem = (item: number): string => `[item ${item}]`;

const sentences = (texts: Array<string | undefined>): string =>
	texts.filter((text) => text !== undefined && text !== '').join('. ');

/** Nobody reads more of one item's mistakes at once. */
const MOST_TOLD = 5;

function further([, ...problems]: Problem[], tell: (problem: Problem) => string): string[] {
	const untold = problems.length - MOST_TOLD;
	return [
		...problems.slice(0, MOST_TOLD).map(tell),
		untold > 0 ? `${untold} more ${untold === 1 ? 'mistake' : 'mistakes'} in this item` : '',
	];
}

export function invalidInput(node: INode, results: ItemResult[]): NodeOperationError {
	const [{ item, problems }] = results;
	const [first] = problems;
	const others = results.length - 1;
	return new NodeOperationError(node, `${first.message} ${atItem(item)}`, {
		itemIndex: item,
		description: `${sentences([
			first.hint,
			...further(problems, ({ message, hint }) => sentences([message, hint])),
			others > 0 ? `${others} more ${others === 1 ? 'item needs' : 'items need'} a correction` : '',
			'Nothing was sent',
		])}.`,
	});
}

export function report(
	this: IExecuteFunctions,
	results: ItemResult[],
	settings: Settings,
): INodeExecutionData[] {
	const failures = results.flatMap(({ item, parts }) =>
		parts.flatMap(({ outcome }) =>
			outcome.kind === 'refused' || outcome.kind === 'unknown' ? [{ item, outcome }] : [],
		),
	);
	// A cancelled execution ends as cancelled, with what it has done, rather than as failed.
	const cancelled = this.getExecutionCancelSignal()?.aborted;
	if (failures.length > 0 && !this.continueOnFail() && !cancelled) {
		throw summary(this.getNode(), results, failures);
	}
	// Whoever previews combined items wants to see the requests, not each of them once per item.
	const perRequest = settings.combine === COMBINE.perSchedule || settings.preview;
	const outputs = perRequest ? rowsPerRequest(results) : results.flatMap(rowsPerItem);
	return outputs.map((output) => ('json' in output ? output : outputOf(output)));
}

type Output = Row | INodeExecutionData;

function rowsPerItem(result: ItemResult): Output[] {
	const { draft, parts } = result;
	if (!draft) return [invalidOutput(result)];
	// An item has its result where its people count; elsewhere it was only named again.
	const own = parts.filter(({ people, counting }) => !people || counting > 0);
	return (own.length > 0 ? own : parts.slice(0, 1)).map((part) => ({ results: [{ draft, part }] }));
}

function rowsPerRequest(results: ItemResult[]): Output[] {
	const rows = new Map<object, Row>();
	const outputs: Output[] = [];
	for (const result of results) {
		const { draft } = result;
		if (!draft) outputs.push(invalidOutput(result));
		for (const part of draft ? result.parts : []) {
			const known = part.outcome.kind === 'skipped' ? undefined : rows.get(part.request);
			if (known) {
				known.results.push({ draft: draft as Draft, part });
				continue;
			}
			const row: Row = { results: [{ draft: draft as Draft, part }] };
			outputs.push(row);
			if (part.outcome.kind !== 'skipped') rows.set(part.request, row);
		}
	}
	return outputs;
}

function invalidOutput({ item, problems }: ItemResult): INodeExecutionData {
	const [first] = problems;
	return failed(
		item,
		`${first.message} ${atItem(item)}`,
		`${sentences([first.hint, ...further(problems, ({ message }) => message), 'Nothing was sent for this item'])}.`,
	);
}

export const failed = (
	item: number,
	error: string,
	message: string,
	pairedItem: INodeExecutionData['pairedItem'] = { item },
): INodeExecutionData => ({
	// No other keys: n8n takes an item with more of them for a success.
	json: { error, message },
	pairedItem,
});

function outputOf({ results }: Row): INodeExecutionData {
	const [{ draft, part }] = results;
	const { outcome } = part;
	const pairs: IPairedItemData[] = results.map((result) => ({ item: result.draft.item }));
	const pairedItem = pairs.length === 1 ? pairs[0] : pairs;
	if (outcome.kind === 'refused' || outcome.kind === 'unknown') {
		const { message, description } = outcome.failure;
		return failed(draft.item, `${message} ${atItem(draft.item)}`, `${description}.`, pairedItem);
	}
	return { json: successOf(results), pairedItem };
}

/** The fields of a result, in the order of the output schemas: what a person looks for comes first. */
function successOf(results: Row['results']): IDataObject {
	const [{ draft, part }] = results;
	const { target, operation, body, zone } = draft;
	const { outcome, schedule } = part;
	const ids = { resource: target.resource, [target.idField]: body[target.idField] as string };
	const people = part.people && results.reduce((sum, result) => sum + countOf(result.part), 0);
	const warnings = [...new Set(results.flatMap(warningsOf))];
	if (outcome.kind === 'preview') {
		const { path, body: previewed } = outcome.request;
		return {
			status: 'preview',
			...(schedule && zone && { time: timesOf(schedule, zone) }),
			...(schedule && { schedule: scheduleFields(schedule) }),
			...(operation === 'create' && { recipients: people ?? null }),
			...ids,
			request: { method: 'POST', path, body: previewed as IDataObject },
			warnings,
		};
	}
	const answer = (outcome.kind === 'accepted' ? outcome.body : {}) as IDataObject;
	const queued = outcome.kind === 'accepted' && outcome.queued;
	const message = (answer.message as string | undefined) ?? 'success';
	if (operation === 'delete') {
		return {
			status: queued ? 'queued' : 'deleted',
			deleted: !queued,
			...ids,
			schedule_id: body.schedule_id as string,
			message,
			warnings,
		};
	}
	const status = outcome.kind === 'skipped' ? 'skipped' : queued ? 'queued' : 'scheduled';
	const head = { status, schedule: scheduleFields(schedule) };
	if (operation === 'update') {
		return { ...head, ...ids, schedule_id: body.schedule_id as string, message, warnings };
	}
	return {
		...head,
		recipients: people ?? null,
		...ids,
		schedule_id: answer.schedule_id ?? null,
		dispatch_id: answer.dispatch_id ?? null,
		...(answer.send_id !== undefined && { send_id: answer.send_id }),
		message: outcome.kind === 'skipped' ? 'skipped' : message,
		warnings,
	};
}

const scheduleFields = (schedule?: Schedule): IDataObject | undefined =>
	schedule && ({ ...schedule } as IDataObject);

/** How many people an item has in a request; all of them if none counts for it alone. */
const countOf = ({ people, counting }: PartResult): number => counting || (people?.length ?? 0);

export function warningsOf({ draft, part }: Row['results'][number]): string[] {
	const { outcome, people, counting } = part;
	const again = (people?.length ?? 0) - counting;
	return [
		...draft.warnings,
		...(again > 0 && outcome.kind !== 'skipped'
			? [
					`${again === 1 ? '1 recipient is' : `${again} recipients are`} also in a later item, whose entry counts`,
				]
			: []),
		...(outcome.kind === 'accepted' ? outcome.warnings : []),
		...(outcome.kind === 'skipped'
			? [
					`Not sent: an earlier item or execution has used the deduplication key "${show(outcome.key)}"`,
				]
			: []),
	];
}

/** A time as Braze gets it, and as the clock shows it where it was meant. */
const timesOf = (
	{ time, in_local_time: local, at_optimal_time: optimal }: Schedule,
	zone: string,
) =>
	local || optimal
		? { on_each_users_clock: time }
		: { utc: time, in_zone: inZone(Date.parse(time), zone), zone };

interface Unsuccessful {
	item: number;
	outcome: Exclude<Outcome, { kind: 'accepted' }>;
}

/** One error for the whole run. What was accepted is in the ledger, so trying again repeats nothing. */
function summary(node: INode, results: ItemResult[], failures: Unsuccessful[]): NodeApiError {
	const [{ item, outcome }] = failures;
	const all = results.flatMap(({ parts }) => parts);
	const accepted = all.filter((part) => part.outcome.kind === 'accepted').length;
	const unknown = failures.filter((failure) => failure.outcome.kind === 'unknown').length;
	const refused = failures.length - unknown;
	const operation = results.find(({ draft }) => draft)?.draft?.operation ?? 'create';
	const counts = [
		`${accepted} of ${all.length} ${DONE[operation]}`,
		refused > 0 ? `${refused} not ${DONE[operation]}` : '',
		unknown > 0 ? `${unknown} with unknown outcome` : '',
	].filter((part) => part !== '');
	const tally =
		all.length > 1
			? `${counts.join(', ')}. Running this execution again repeats none of those that were ${DONE[operation]}`
			: '';
	return apiError(node, outcome.failure, item, tally);
}

function apiError(node: INode, failure: Failure, item: number, tally: string): NodeApiError {
	const message = `${failure.message} ${atItem(item)}`;
	const description = `${sentences([failure.description, tally])}.`;
	// Made from our own words alone: the original error carries the request with its key.
	const response: JsonObject = { message, description };
	return new NodeApiError(node, response, {
		message,
		description,
		httpCode: failure.httpCode,
		itemIndex: item,
	});
}
