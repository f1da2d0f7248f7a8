import type { Audience } from './audience';
import type { Findings } from './findings';
import type { JsonObject } from './json';
import type { Late } from './passedTime';
import { RECIPIENTS_PER_REQUEST, uniqueRecipients } from './recipients';
import type { Recipient } from './recipients';
import type { Schedule } from './schedule';
import type { Operation, Target } from './targets';
import type { Refusal, TooClose } from './tooClose';
import type { UnderReference } from './underReference';

/** What one input item asks for, before it is cut into requests. */
export interface Draft {
	item: number;
	target: Target;
	operation: Operation;
	/** The name of the campaign or Canvas, where it is known. */
	name?: string;
	/** The body without its recipients. */
	body: JsonObject;
	/** The people it names, each once; undefined where an audience decides, or none is needed. */
	people?: Recipient[];
	/** How many bytes these people have as JSON, with a comma after each. */
	measured?: { people: Recipient[]; size: number };
	schedule?: Schedule;
	/** The zone that its time was meant in. */
	zone?: string;
	under?: UnderReference;
	/** What became of this item before, instead of a schedule, so there is nothing to move or cancel. */
	passedOn?: PassedOn;
	/** The incoming field with the ID, if its people come from the item's own fields. */
	idField?: string;
	/** Why nothing is sent for it, if the form says that it is skipped. */
	skipped?: string;
	/** Why it comes too late to be sent. */
	tooClose?: Refusal;
	/** It goes to test recipients only. */
	test?: true;
	/** The incoming item says that an earlier request for it got no answer. */
	cameBackUnknown?: boolean;
	/** A part of it went out in an earlier try of this execution. */
	resumed?: boolean;
	/** How its time came about, in words. */
	explained?: string;
	/** Its time has passed, and it is not to be sent. */
	late?: Late;
	/** Its time is counted from now. */
	fromNow?: true;
	warnings: readonly string[];
	/** What is to be said about its time, which depends on when it is sent. */
	timeWarnings?: TimeWarnings;
}

export interface PassedOn {
	status: NoSchedule;
	/** As the operation before said it, as far as it did. */
	reason?: string;
}

/** How an item comes out of an operation that scheduled nothing for it. */
export type NoSchedule = 'skipped' | 'superseded' | 'ignored' | 'not_found' | 'not_sent';

/** At a moment of Braze's clock; without one, when the item was read. */
export type TimeWarnings = (now?: number) => readonly string[];

export type Audiences =
	| { sendTo: 'recipients'; recipients: Recipient[]; audience?: Audience; idField?: string }
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
	test?: true;
	/** Name the Canvas context as Braze did before 2025. */
	olderName?: boolean;
}

/** Renames the context of a Canvas, or of one recipient, to the name it had before. */
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
	const body = bodyFor(intent);
	const toPeople = to.sendTo === 'recipients' ? to : undefined;
	const named = toPeople && onlyOnce(toPeople.recipients, findings);
	const people = intent.olderName ? named?.map((one) => withOlderName(target, one)) : named;
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
		body,
		people,
		idField: toPeople?.idField,
		schedule,
		zone,
		under,
		test: intent.test,
		warnings: findings.warnings,
	};
}

/** What the last item with a schedule was made of, and the body that came of it. */
const lastBodies = new WeakMap<Schedule, { parts: unknown[]; body: JsonObject }>();

/** Items of a list share one body, as long as nothing but their people differs. */
function bodyFor(intent: CreateIntent): JsonObject {
	const { target, id, to, schedule, properties, sendId, olderName } = intent;
	const audience = 'audience' in to ? to.audience : undefined;
	const parts = [target, id, to.sendTo, audience, properties, sendId, olderName];
	const last = lastBodies.get(schedule);
	if (last?.parts.every((part, index) => part === parts[index])) return last.body;
	const body: JsonObject = {
		[target.idField]: id,
		...(sendId !== undefined && { send_id: sendId }),
		...(to.sendTo !== 'recipients' && { broadcast: true }),
		...(audience && { audience }),
		...(properties && { [target.propertiesField]: properties }),
		schedule,
	};
	const renamed = olderName ? withOlderName(target, body) : body;
	lastBodies.set(schedule, { parts, body: renamed });
	return renamed;
}

function onlyOnce(recipients: Recipient[], findings: Findings): Recipient[] {
	if (recipients.length < 2) return recipients;
	const people = uniqueRecipients(recipients);
	const repeated = recipients.length - people.length;
	if (repeated > 0) {
		findings.warn(
			`${repeated === 1 ? '1 recipient was' : `${repeated} recipients were`} named more than once; the last entry for each recipient is used`,
		);
	}
	return people;
}

/** An item for which nothing is sent. */
export const composeSkipped = (
	{ item, target, id, under }: Pick<CreateIntent, 'item' | 'target' | 'under'> & { id?: string },
	reason: string,
): Draft => ({
	item,
	target,
	operation: 'create',
	body: { [target.idField]: id || null },
	people: [],
	under,
	skipped: reason,
	warnings: [],
});

export interface Existing {
	item: number;
	target: Target;
	id: string;
	/** How it is found: by Braze's ID, or by its reference. */
	scheduleId?: string;
	under?: UnderReference;
	tooClose?: TooClose;
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

export const composeDelete = (existing: Existing, warnings: readonly string[] = []): Draft => ({
	...about(existing),
	operation: 'delete',
	body: bodyAbout(existing),
	warnings: [...warnings],
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
