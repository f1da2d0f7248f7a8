import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IPairedItemData,
} from 'n8n-workflow';

import { differing } from '../domain/findings';
import type { Problem } from '../domain/findings';
import type { Draft } from '../domain/drafts';
import type { Schedule } from '../domain/schedule';
import { inZone } from '../domain/time';
import type { Operation } from '../domain/targets';
import type { PartResult } from '../transport/ledger';
import type { Place } from '../transport/ledgerKeys';
import { hasFailed } from '../transport/outcome';
import type { PartOutcome } from '../transport/outcome';
import { DONE } from '../transport/words';
import { isReferenced } from '../domain/underReference';
import { failed, failedByInput } from './failures';
import { referencedFields } from './referenced';
import { runFailed } from './runFailed';
import { isTool, continuesOnFail } from './tool';

/** The result of one input item: its problems, or its part in each request. */
export interface ItemResult {
	item: number;
	/** Missing if there was a problem. */
	draft?: Draft;
	problems: readonly Problem[];
	parts: PartResult[];
}

/** A part and its draft. */
interface DraftPart {
	draft: Draft;
	part: PartResult;
}

/** What one output item represents: parts of one request, or of one input item. */
interface OutputItem {
	parts: DraftPart[];
}

/** The results as items: one for each item, or one for each request with all of its items. */
export function report(
	context: IExecuteFunctions,
	results: ItemResult[],
	perRequest: boolean,
	placeOf: (item: number) => Place,
): INodeExecutionData[] {
	const failures = results.flatMap(({ item, parts }) =>
		parts.flatMap(({ outcome }) => (hasFailed(outcome) ? [{ item, outcome }] : [])),
	);
	if (failures.length > 0 && !continuesOnFail(context)) throw runFailed(context, results, failures);
	const outputs = perRequest ? rowsPerRequest(results) : results.flatMap(rowsPerItem);
	return outputs.map((output) =>
		'problems' in output ? failedByInput(context, output) : outputOf(context, output, placeOf),
	);
}

type Output = OutputItem | ItemResult;

function rowsPerItem(result: ItemResult): Output[] {
	const { draft, parts } = result;
	if (!draft) return [result];
	const rows = parts
		.filter((part) => !isNamedAgain(part))
		.map((part): OutputItem => ({ parts: [{ draft, part }] }));
	const again = parts.filter(isNamedAgain).map((part) => ({ draft, part }));
	if (again.length === 0) return rows;
	const done = rows.find(({ parts: [{ part }] }) => !hasFailed(part.outcome));
	if (!done) return [{ parts: again }, ...rows];
	done.parts.push(...again);
	return rows;
}

/**
 * A later item decides for all its recipients, which is only worth a warning if that item doesn't
 * fail.
 */
const isNamedAgain = (part: PartResult): boolean =>
	part.people !== undefined && part.counting === 0 && !hasFailed(part.outcome);

/** An error output passes on each failed item with its own fields. */
const comesOutAlone = (outcome: PartOutcome): boolean =>
	outcome.kind === 'quiet' || hasFailed(outcome);

function rowsPerRequest(results: ItemResult[]): Output[] {
	const rows = new Map<object, OutputItem>();
	const outputs: Output[] = [];
	for (const result of results) {
		const { draft } = result;
		if (!draft) outputs.push(result);
		for (const part of draft ? result.parts : []) {
			const isOwn = comesOutAlone(part.outcome);
			const known = isOwn ? undefined : rows.get(part.request);
			if (known) {
				known.parts.push({ draft: draft as Draft, part });
				continue;
			}
			const row: OutputItem = { parts: [{ draft: draft as Draft, part }] };
			outputs.push(row);
			if (!isOwn) rows.set(part.request, row);
		}
	}
	return outputs;
}

function outputOf(
	context: IExecuteFunctions,
	{ parts }: OutputItem,
	placeOf: (item: number) => Place,
): INodeExecutionData {
	const [{ draft, part }] = parts;
	const { outcome } = part;
	const items = new Set(parts.map((one) => one.draft.item));
	const pairs: IPairedItemData[] = [...items].map((item) => ({ item }));
	const pairedItem = pairs.length === 1 ? pairs[0] : pairs;
	if (!hasFailed(outcome)) {
		return { json: successOf(parts, isTool(context.getNode())), pairedItem };
	}
	return failed(context, {
		item: draft.item,
		outcome: outcome.kind,
		words: outcome.failure,
		operation: draft.operation,
		pairedItem,
		place: placeOf(draft.item),
		reference: draft.under?.reference,
	});
}

/** The fields of a result, in the order of the output schemas: the most important ones first. */
function successOf(parts: DraftPart[], asTool: boolean): IDataObject {
	const [{ draft, part }] = parts;
	const { target, operation, body, zone } = draft;
	const { outcome, schedule, recalledFor } = part;
	const id = recalledFor ?? (body[target.idField] as string);
	const ids = { resource: target.resource, [target.idField]: id };
	const people = part.people && recipientsIn(parts);
	const warnings = warningsOf(parts, asTool);
	const more = isReferenced(draft) ? referencedFields(draft, part) : {};
	if (outcome.kind === 'quiet') return { ...more, ...ids, message: null, warnings };
	if (outcome.kind === 'preview') {
		const { path, body: previewed } = outcome.request;
		return {
			status: 'preview',
			...more,
			...(schedule && zone && { time: timesOf(schedule, zone) }),
			...(schedule && { schedule: scheduleFields(schedule) }),
			...(operation === 'create' && { recipients: people ?? null }),
			...ids,
			request: { method: 'POST', path, body: previewed as IDataObject },
			warnings,
		};
	}
	const answer = (outcome.kind === 'accepted' ? outcome.body : {}) as IDataObject;
	const status = statusOf(outcome, operation);
	// Braze's message, if there is one.
	const message = answer.message ?? null;
	if (operation === 'create') {
		return {
			status,
			...more,
			schedule: scheduleFields(schedule),
			recipients: people ?? null,
			...ids,
			schedule_id: answer.schedule_id ?? null,
			dispatch_id: answer.dispatch_id ?? null,
			...(answer.send_id !== undefined && { send_id: answer.send_id }),
			message,
			warnings,
		};
	}
	return {
		status,
		...more,
		...(operation === 'delete' && { deleted: status === 'deleted' }),
		...(operation === 'update' && { schedule: scheduleFields(schedule) }),
		...ids,
		schedule_id: more.schedule_id ?? ((body.schedule_id as string) || null),
		message,
		warnings,
	};
}

function statusOf(outcome: PartOutcome, operation: Operation): string {
	switch (outcome.kind) {
		case 'accepted':
			if (outcome.queued) return 'queued';
			return operation === 'delete' ? 'deleted' : 'scheduled';
		case 'superseded':
			return 'superseded';
		default:
			return 'skipped';
	}
}

const scheduleFields = (schedule?: Schedule): IDataObject | undefined =>
	schedule && ({ ...schedule } as IDataObject);

/**
 * How many recipients of these parts apply here, and how many only where a later item repeats them.
 */
function peopleIn(parts: DraftPart[]): { counting: number; elsewhere: number } {
	let counting = 0;
	let elsewhere = 0;
	for (const { part } of parts) {
		counting += part.counting;
		elsewhere += (part.people?.length ?? 0) - part.counting;
	}
	return { counting, elsewhere };
}

/** The recipients that apply here; all of them if a later item repeats each. */
function recipientsIn(parts: DraftPart[]): number {
	const { counting, elsewhere } = peopleIn(parts);
	return counting || elsewhere;
}

export function warningsOf(parts: DraftPart[], asTool = false): string[] {
	return differing([
		...parts.flatMap(timeWarningsOf),
		...parts.flatMap(({ draft }) => draft.warnings),
		...namedAgain(parts),
		...parts.flatMap(({ draft, part: { outcome, recalledFor } }) => [
			...(outcome.kind === 'accepted' ? outcome.warnings : reasonFor(draft, outcome)),
			...(recalledFor === undefined ? [] : [fromMemory(draft, asTool)]),
		]),
	]);
}

/** What an earlier try sent was on time or late then, regardless of the time now. */
function timeWarningsOf({ draft, part }: DraftPart): readonly string[] {
	const wasInTime = part.recalledFor !== undefined && part.asOf === undefined;
	return wasInTime ? [] : (draft.timeWarnings?.(part.asOf) ?? []);
}

function namedAgain(parts: DraftPart[]): string[] {
	const sent = parts.filter(({ part }) => ['accepted', 'preview'].includes(part.outcome.kind));
	const { elsewhere: again } = peopleIn(sent);
	if (again === 0) return [];
	return [
		`${again === 1 ? '1 recipient is' : `${again} recipients are`} also in a later item, whose entry counts`,
	];
}

/** Why nothing was sent for a part that didn't fail. */
function reasonFor({ operation, passedOn }: Draft, outcome: PartOutcome): string[] {
	switch (outcome.kind) {
		case 'quiet':
			return outcome.warnings ?? [];
		case 'passedOn':
			return [
				passedOn === 'superseded'
					? `Not sent: another item was scheduled in place of this one, so there is nothing to ${operation}`
					: `Not sent: this item was skipped when it was to be scheduled, so there is nothing to ${operation}`,
			];
		case 'superseded':
			return [outcome.warning];
		default:
			return [];
	}
}

const fromMemory = ({ operation }: Draft, asTool: boolean): string =>
	asTool
		? `Already ${DONE[operation]} by an earlier call with the same values in this run. Not sent again`
		: `Already ${DONE[operation]} by an earlier try of this execution. Not sent again`;

/** A time as it is sent to Braze, and as a local time in its time zone. */
const timesOf = (
	{ time, in_local_time: local, at_optimal_time: optimal }: Schedule,
	zone: string,
) =>
	local || optimal
		? { on_each_users_clock: time }
		: { utc: time, in_zone: inZone(Date.parse(time), zone), zone };
