import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	IPairedItemData,
} from 'n8n-workflow';

import { differing } from '../domain/findings';
import { personKey, personOf } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import type { Problem } from '../domain/findings';
import type { Draft, NoSchedule, PassedOn } from '../domain/drafts';
import { isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import type { Operation } from '../domain/targets';
import type { PartResult } from '../transport/ledger';
import type { Place } from '../transport/ledgerKeys';
import { hasFailed } from '../transport/outcome';
import type { PartOutcome, QuietOutcome } from '../transport/outcome';
import { DONE } from '../transport/words';
import { isReferenced } from '../domain/underReference';
import type { Referenced } from '../domain/underReference';
import { failed, failedByInput } from './failures';
import { summaryOf } from './previewWords';
import { deedOf, idFields, referencedHead, timeFields } from './referenced';
import { runFailed } from './runFailed';
import { dueFields } from './times';
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
export interface DraftPart {
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
	if (parts.length === 1) return [{ parts: [{ draft, part: parts[0] }] }];
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

function pairedWith(parts: DraftPart[]): IPairedItemData | IPairedItemData[] {
	const [{ draft }] = parts;
	if (parts.every((one) => one.draft.item === draft.item)) return { item: draft.item };
	return [...new Set(parts.map((one) => one.draft.item))].map((item) => ({ item }));
}

function outputOf(
	context: IExecuteFunctions,
	{ parts }: OutputItem,
	placeOf: (item: number) => Place,
): INodeExecutionData {
	const [{ draft, part }] = parts;
	const { outcome } = part;
	const pairedItem = pairedWith(parts);
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
		...soleRecipient(parts),
	});
}

/** The fields of a result, in the order of the output schemas: the most important ones first. */
function successOf(parts: DraftPart[], asTool: boolean): IDataObject {
	const [{ draft, part }] = parts;
	const { target, operation, body } = draft;
	const { outcome, recalledFor } = part;
	const ids = {
		resource: target.resource,
		[target.idField]: recalledFor ?? (body[target.idField] as string),
	};
	const warnings = warningsOf(parts, asTool);
	if (outcome.kind === 'preview') return { ...previewOf(parts, ids), warnings };
	const answer = (outcome.kind === 'accepted' ? outcome.body : {}) as IDataObject;
	// Braze's message, if there is one.
	const message = answer.message ?? null;
	if (isReferenced(draft)) {
		const [time, handle] = handleOf(draft, parts, answer);
		return {
			...referencedHead(draft, part),
			...explainedIn(parts),
			...time,
			...ids,
			...handle,
			message,
			warnings,
		};
	}
	const status = statusOf(outcome, operation);
	const head = { status, ...reasonOf(outcome), ...explainedIn(parts) };
	if (operation === 'create') {
		const [time, handle] =
			outcome.kind === 'quiet' ? [timeFields(undefined), NO_IDS] : newHandle(parts, answer);
		return { ...head, ...testFields(draft), ...time, ...ids, ...handle, message, warnings };
	}
	return {
		...head,
		...(operation === 'delete' && { deleted: status === 'deleted' }),
		...(operation === 'update' && dueFields(part.schedule, draft.zone)),
		...ids,
		schedule_id: (body.schedule_id as string) || null,
		message,
		warnings,
	};
}

function previewOf(parts: DraftPart[], ids: IDataObject): IDataObject {
	const [{ draft, part }] = parts;
	const { operation, zone, idField } = draft;
	const { outcome, schedule } = part;
	if (outcome.kind !== 'preview') return {};
	const head = isReferenced(draft)
		? referencedHead(draft, part)
		: { status: 'preview', ...testFields(draft), ...wouldSkip(outcome.instead) };
	if (!outcome.request) {
		const { known } = outcome.instead;
		return { ...head, ...timeFields(known), ...ids, ...idFields(known), request: null };
	}
	const { path, body } = outcome.request;
	return {
		...head,
		summary: summaryOf(parts[0]),
		...explainedIn(parts),
		...(schedule && dueFields(schedule, zone)),
		...(operation === 'create' && whomFields(parts)),
		...(idField !== undefined && { fields: { id: idField, ...fieldsIn(body) } }),
		...ids,
		request: { method: 'POST', path, body: body as IDataObject },
	};
}

/** In a preview without a reference. */
const wouldSkip = (instead?: QuietOutcome): IDataObject =>
	instead ? { would: 'skip', ...reasonOf(instead) } : {};

const reasonOf = (outcome: PartOutcome): IDataObject =>
	outcome.kind === 'quiet' && outcome.reason !== undefined ? { reason: outcome.reason } : {};

/**
 * How the time came about. Not for a time that an earlier try sent, if it was another one then, and
 * not for items of one request whose equal times came about in different ways.
 */
function explainedIn(parts: DraftPart[]): IDataObject {
	const texts = new Set(parts.map(explainedOf));
	const [explained] = texts;
	return texts.size === 1 && explained !== undefined ? { explained } : {};
}

function explainedOf({ draft, part }: DraftPart): string | undefined {
	const { outcome, schedule } = part;
	const isSent = outcome.kind === 'accepted' || (outcome.kind === 'preview' && outcome.request);
	return isSent && schedule?.time === draft.schedule?.time ? draft.explained : undefined;
}

const NO_IDS: IDataObject = { schedule_id: null, dispatch_id: null };

/** The names of all values that the recipients of a request bring. */
function fieldsIn({ recipients }: JsonObject): IDataObject {
	const names = new Map<string, Set<string>>();
	for (const recipient of recipients as Recipient[]) {
		for (const [kind, values] of Object.entries(recipient)) {
			if (kind === 'user_alias' || !isObject(values)) continue;
			const known = names.get(kind) ?? new Set();
			for (const name of Object.keys(values)) known.add(name);
			names.set(kind, known);
		}
	}
	return Object.fromEntries([...names].map(([kind, known]) => [kind, [...known]]));
}

type Handles = [time: IDataObject, ids: IDataObject];

/** Of a schedule that was made. */
const newHandle = (parts: DraftPart[], answer: IDataObject): Handles => [
	{ ...dueFields(parts[0].part.schedule, parts[0].draft.zone), ...whomFields(parts) },
	{
		schedule_id: answer.schedule_id ?? null,
		dispatch_id: answer.dispatch_id ?? null,
		...(answer.send_id !== undefined && { send_id: answer.send_id }),
	},
];

/** That it is a test, so that later nodes don't count it as sent. */
const testFields = ({ test }: Draft): IDataObject => (test ? { test } : {});

/** Of the schedule that a reference stands for. */
function handleOf(draft: Referenced, parts: DraftPart[], answer: IDataObject): Handles {
	const [{ part }] = parts;
	const { outcome, schedule, existing } = part;
	if (outcome.kind === 'quiet') {
		return [{ ...timeFields(outcome.known), ...soleRecipient(parts) }, idFields(outcome.known)];
	}
	const deed = deedOf(draft, part);
	if (outcome.kind !== 'accepted' || deed === 'create' || deed === 'replace') {
		return newHandle(parts, answer);
	}
	const known = existing ?? draft.under.known;
	const id = existing?.scheduleId ?? ((draft.body.schedule_id as string) || null);
	return [
		{ ...timeFields(known), ...(deed === 'update' && dueFields(schedule, draft.zone)) },
		{ ...idFields(known), schedule_id: id },
	];
}

/** How many get the message, and who, if it is one person. */
const whomFields = (parts: DraftPart[]): IDataObject => ({
	recipients: parts[0].part.people ? recipientsIn(parts) : null,
	...soleRecipient(parts),
});

/** The one person that these parts are for, which distinguishes rows that otherwise look alike. */
function soleRecipient(parts: DraftPart[]): IDataObject {
	const people = new Map<string, Recipient>();
	for (const { part } of parts) {
		for (const person of part.people ?? []) {
			people.set(personKey(person), person);
			if (people.size > 1) return {};
		}
	}
	const [person] = people.values();
	return person ? { recipient: personOf(person) } : {};
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
	const warnings: string[] = [];
	// Most items of a long list have none, and this is asked for each of them.
	const add = (some: readonly string[]) => {
		for (const warning of some) warnings.push(warning);
	};
	for (const one of parts) add(timeWarningsOf(one));
	for (const { draft } of parts) add(draft.warnings);
	add(namedAgain(parts));
	for (const one of parts) {
		const { outcome, recalledFor } = one.part;
		add(outcome.kind === 'accepted' ? outcome.warnings : reasonFor(one.draft, outcome));
		if (recalledFor !== undefined) warnings.push(fromMemory(one, asTool));
	}
	return warnings.length > 0 ? differing(warnings) : warnings;
}

/** Skipped, whatever its time is. */
const isLeftOut = (outcome: PartOutcome): boolean =>
	(outcome.kind === 'quiet' && outcome.leftOut !== undefined) ||
	(outcome.kind === 'preview' && outcome.instead?.leftOut !== undefined);

/** What an earlier try sent was on time or late then, regardless of the time now. */
function timeWarningsOf({ draft, part }: DraftPart): readonly string[] {
	if (isLeftOut(part.outcome)) return NONE;
	const wasInTime = part.recalledFor !== undefined && part.asOf === undefined;
	return wasInTime ? NONE : (draft.timeWarnings?.(part.asOf) ?? NONE);
}

const NONE: readonly string[] = [];

function namedAgain(parts: DraftPart[]): readonly string[] {
	let again = 0;
	for (const { part } of parts) {
		if (isSentOrShown(part)) again += (part.people?.length ?? 0) - part.counting;
	}
	if (again === 0) return NONE;
	return [
		`${again === 1 ? '1 recipient is' : `${again} recipients are`} also in a later item, whose entry counts`,
	];
}

const isSentOrShown = ({ outcome }: PartResult): boolean =>
	outcome.kind === 'accepted' || outcome.kind === 'preview';

const WHY_NO_SCHEDULE: Record<NoSchedule, string> = {
	skipped: 'this item was skipped when it was to be scheduled',
	superseded: 'another item was scheduled in place of this one',
	ignored: 'this item was ignored, because a later event was handled before',
	not_found: "nothing was found under this item's reference",
};

/** Why nothing was sent for a part that didn't fail. */
function reasonFor({ operation, passedOn }: Draft, outcome: PartOutcome): readonly string[] {
	switch (outcome.kind) {
		case 'quiet':
			return outcome.warnings ?? [];
		case 'preview':
			return outcome.instead?.warnings ?? [];
		case 'passedOn':
			return passedOn ? [wordsForPassedOn(operation, passedOn)] : [];
		case 'superseded':
			return [outcome.warning];
		default:
			return [];
	}
}

function wordsForPassedOn(operation: Operation, { status, reason }: PassedOn): string {
	const words = `Not sent: ${WHY_NO_SCHEDULE[status]}, so there is nothing to ${operation}`;
	return reason === undefined ? words : `${words}. Reason: ${reason}`;
}

const fromMemory = (one: DraftPart, asTool: boolean): string =>
	asTool
		? `Already ${doneFor(one)} by an earlier call with the same values in this run. Not sent again`
		: `Already ${doneFor(one)} by an earlier try of this execution. Not sent again`;

/** What was done, in words. */
export function doneFor({ draft, part }: DraftPart): string {
	const deed = isReferenced(draft) ? deedOf(draft, part) : draft.operation;
	return deed === 'replace' ? 'replaced' : DONE[deed];
}
