import type { IDataObject } from 'n8n-workflow';

import type { Draft } from '../domain/drafts';
import { isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import type { Recipient } from '../domain/recipients';
import type { Operation } from '../domain/targets';
import { isReferenced } from '../domain/underReference';
import type { Referenced } from '../domain/underReference';
import type { PartOutcome, QuietOutcome } from '../transport/outcome';
import { recipientsIn, soleRecipient } from './people';
import { summaryOf } from './previewWords';
import { deedOf, idFields, referencedHead, timeFields } from './referenced';
import type { DraftPart } from './outputRows';
import { dueFields } from './times';
import { warningsOf } from './warnings';

/** The fields of a result, in the order of the output schemas: the most important ones first. */
export function successOf(parts: DraftPart[], asTool: boolean): IDataObject {
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
