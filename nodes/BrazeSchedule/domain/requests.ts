import type { Audience } from './audience';
import type { Findings } from './findings';
import { isBlank, isNothing, jsonSize, kindOf, show } from './json';
import type { JsonObject } from './json';
import { AS_EXPRESSION, isExpressionAsText, isLeftover, NO_ID } from './keys';
import { inBatches, RECIPIENTS_PER_REQUEST, uniqueRecipients } from './recipients';
import type { Recipient } from './recipients';
import type { Schedule } from './schedule';
import { schedulePath } from './targets';
import type { Operation, Target } from './targets';
import type { UnderReference } from './underReference';

export const BODY_LIMIT_BYTES = 4 * 1024 * 1024;
const SEND_ID_LENGTH = 64;

/** What one input item asks for, before it is divided into requests. */
export interface Draft {
	item: number;
	target: Target;
	operation: Operation;
	/** The body without its recipients. */
	body: JsonObject;
	/**
	 * The recipients it names, without duplicates; undefined for an audience, or if none are needed.
	 */
	people?: Recipient[];
	schedule?: Schedule;
	/** The time zone of its time. */
	zone?: string;
	under?: UnderReference;
	/** What Create did with this item instead of scheduling it, so there is nothing to move or cancel. */
	passedOn?: 'skipped' | 'superseded';
	/** The incoming item shows that an earlier request for it got no answer. */
	cameBackUnknown?: boolean;
	/** An earlier try of this execution sent a part of it. */
	resumed?: boolean;
	warnings: readonly string[];
	/** What to report about its time, which depends on when it is sent. */
	timeWarnings?: TimeWarnings;
}

/** At a time of Braze's clock; without one, when the item was read. */
export type TimeWarnings = (now?: number) => readonly string[];

/** One request to Braze. */
export interface BrazeRequest {
	target: Target;
	operation: Operation;
	path: string;
	body: JsonObject;
}

/** What one input item has in a request. */
export interface Part {
	draft: Draft;
	people?: Recipient[];
}

/** A request and its items, in the order of the items. */
export interface Batch extends BrazeRequest {
	schedule?: Schedule;
	parts: Part[];
}

export type Audiences =
	| { sendTo: 'recipients'; recipients: Recipient[]; audience?: Audience }
	| { sendTo: 'audience'; audience: Audience }
	| { sendTo: 'everyone' };

export interface CreateIntent {
	item: number;
	target: Target;
	id: string;
	to: Audiences;
	schedule: Schedule;
	properties?: JsonObject;
	sendId?: string;
	zone?: string;
	under?: UnderReference;
	/** Uses the name that Canvas context had before 2025. */
	olderName?: boolean;
}

/** Renames the context of a Canvas, or of one recipient, to its older name. */
function withOlderName<T extends JsonObject>(target: Target, body: T): JsonObject {
	const { propertiesField, olderPropertiesField } = target;
	if (!olderPropertiesField || !(propertiesField in body)) return body;
	const { [propertiesField]: properties, [olderPropertiesField]: older, ...rest } = body;
	return {
		...rest,
		[olderPropertiesField]: { ...(older as JsonObject), ...(properties as JsonObject) },
	};
}

export function composeCreate(intent: CreateIntent, findings: Findings): Draft {
	const { item, target, to, schedule, zone, under } = intent;
	const rename = (body: JsonObject) => (intent.olderName ? withOlderName(target, body) : body);
	const body: JsonObject = {
		[target.idField]: intent.id,
		...(intent.sendId !== undefined && { send_id: intent.sendId }),
		...(to.sendTo !== 'recipients' && { broadcast: true }),
		...('audience' in to && to.audience && { audience: to.audience }),
		...(intent.properties && { [target.propertiesField]: intent.properties }),
		schedule,
	};
	const people =
		to.sendTo === 'recipients' ? onlyOnce(to.recipients, findings).map(rename) : undefined;
	if (under && people && people.length > RECIPIENTS_PER_REQUEST) {
		findings.refuse({
			parameter: 'Reference',
			message: `The item has ${people.length} recipients and a reference, but a reference is for one schedule, and Braze takes at most ${RECIPIENTS_PER_REQUEST} recipients for one`,
			hint: 'Pass on one item for each recipient, with a reference each, or leave out the reference',
		});
	}
	return {
		item,
		target,
		operation: 'create',
		body: rename(body),
		people,
		schedule,
		zone,
		under,
		warnings: findings.warnings,
	};
}

function onlyOnce(recipients: Recipient[], findings: Findings): Recipient[] {
	const people = uniqueRecipients(recipients);
	const repeated = recipients.length - people.length;
	if (repeated > 0) {
		findings.warn(
			`${repeated === 1 ? '1 recipient was' : `${repeated} recipients were`} named more than once; the last entry of each person counts`,
		);
	}
	return people;
}

export interface Existing {
	item: number;
	target: Target;
	id: string;
	/** How it is found: by Braze's ID, or by its reference. */
	scheduleId?: string;
	under?: UnderReference;
}

export const composeUpdate = (
	existing: Existing,
	schedule: Schedule,
	findings: Findings,
	zone?: string,
): Draft => ({
	...about(existing),
	operation: 'update',
	body: { ...bodyAbout(existing), schedule },
	schedule,
	zone,
	warnings: findings.warnings,
});

export const composeDelete = (existing: Existing): Draft => ({
	...about(existing),
	operation: 'delete',
	body: bodyAbout(existing),
	warnings: [],
});

const about = ({ item, target, under }: Existing): Pick<Draft, 'item' | 'target' | 'under'> => ({
	item,
	target,
	...(under && { under }),
});

const bodyAbout = ({ target, id, scheduleId }: Existing): JsonObject => ({
	[target.idField]: id,
	...(scheduleId !== undefined && { schedule_id: scheduleId }),
});

/** One request for parts that differ only in their recipients. */
export function batchOf(parts: Part[]): Batch {
	const [{ draft }] = parts;
	const { target, operation, schedule } = draft;
	const recipients = draft.people && uniqueRecipients(parts.flatMap(({ people }) => people ?? []));
	return {
		target,
		operation,
		path: schedulePath(target, operation),
		body: recipients ? { ...draft.body, recipients } : draft.body,
		schedule,
		parts,
	};
}

/** Divides a draft into requests of at most 50 recipients, all for the same item. */
export function batchesOf(draft: Draft): Batch[] {
	return draft.people
		? inBatches(draft.people).map((people) => batchOf([{ draft, people }]))
		: [batchOf([{ draft }])];
}

/** Checked before anything is sent, so that size never causes a partial send. */
export function checkSize(draft: Draft, findings: Findings): void {
	const parameter = draft.target.propertiesLabel;
	let largest = 0;
	for (const { body } of batchesOf(draft)) {
		const size = jsonSize(body);
		if (size === undefined) {
			const message = 'The request for this item cannot be written as JSON';
			findings.refuse({ parameter, message });
			return;
		}
		largest = Math.max(largest, size);
	}
	if (largest <= BODY_LIMIT_BYTES) return;
	findings.refuse({
		parameter,
		message: `The request for this item is ${(largest / 1024 / 1024).toFixed(1)} MB, and Braze takes at most 4 MB`,
		hint: `Use less in '${parameter}' or in the attributes of each recipient`,
	});
}

/** Text in braces would be sent literally. */
function refuseBraces(text: string, parameter: string, findings: Findings): boolean {
	const isRefused = isExpressionAsText(text);
	if (isRefused) {
		findings.refuse({
			parameter,
			message: `'${parameter}' is "${show(text)}", an expression typed as text`,
			hint: AS_EXPRESSION,
		});
	}
	return isRefused;
}

/** Nothing has such an ID: an expression found nothing, or an object instead of text. */
function refuseLeftover(
	text: string,
	parameter: string,
	hint: string,
	findings: Findings,
): boolean {
	const isRefused = isLeftover(text);
	if (isRefused) {
		const message = `'${parameter}' is "${text}", which ${NO_ID}`;
		findings.refuse({ parameter, message, hint });
	}
	return isRefused;
}

/** IDs come as text; a number is taken as it is written, anything else is refused. */
export function readId(
	value: unknown,
	parameter: string,
	hint: string,
	findings: Findings,
): string {
	if (typeof value === 'string' && !isBlank(value)) {
		const isRefused =
			refuseBraces(value, parameter, findings) || refuseLeftover(value, parameter, hint, findings);
		return isRefused ? '' : value.trim();
	}
	if (Number.isSafeInteger(value)) return String(value);
	findings.refuse({
		parameter,
		message: isBlank(value)
			? `'${parameter}' is empty`
			: `'${parameter}' is ${kindOf(value)}, but it has to be text`,
		hint,
	});
	return '';
}

/** Braze generates an ID if the field is empty, but not if an expression returned nothing. */
export function readSendId(value: unknown, findings: Findings): string | undefined {
	const parameter = 'Send ID';
	if (typeof value === 'string' && isBlank(value)) return undefined;
	const hint = 'Check that its expression finds a value';
	if (isNothing(value)) {
		findings.refuse({ parameter, message: `'${parameter}' is empty`, hint });
		return undefined;
	}
	const id = Number.isSafeInteger(value)
		? String(value)
		: typeof value === 'string'
			? value.trim()
			: value;
	// Printable ASCII, as Braze requires.
	if (typeof id !== 'string' || !/^[\x20-\x7e]+$/.test(id) || id.length > SEND_ID_LENGTH) {
		findings.refuse({
			parameter,
			message: `'${parameter}' is ${show(value)}, but it must be printable ASCII characters, at most ${SEND_ID_LENGTH} of them`,
		});
		return undefined;
	}
	const isRefused =
		refuseBraces(id, parameter, findings) || refuseLeftover(id, parameter, hint, findings);
	return isRefused ? undefined : id;
}
