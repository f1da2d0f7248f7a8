import type { Schedule, ScheduleMode } from './schedule';
import { closenessOf } from './tooClose';
import type { Start, TooClose } from './tooClose';
import { days, hours, minutes } from './time';
import { COMBINE_ITEMS, EVENT_TIME, FOR_EVERYONE } from './labels';

/** What the form asks for under a reference. */
export type Intent = 'create' | 'upsert' | 'update' | 'delete';

/** What a request under a reference does; a replacement deletes a schedule and makes another one. */
export type Deed = 'create' | 'update' | 'delete' | 'replace';

/** When a schedule is due, as it is remembered: a moment, or a clock for local and optimal time. */
export interface Due {
	/** With its offset, or without one for local and optimal time; nothing where none is known. */
	time: string;
	mode: ScheduleMode;
}

/** How a remembered schedule can be found, and when it is due. */
export interface Handle extends Omit<Due, 'mode'> {
	mode: ScheduleMode | '';
	timeZone: string;
	recipients?: number;
	scheduleId: string;
	dispatchId: string;
	sendId: string;
}

/** What is remembered of a reference, as far as plans need it. */
export interface Known extends Due {
	state: 'scheduled' | 'deleted' | 'unknown';
	/** Of an unknown move, when else it may be due. */
	otherTimes?: Due[];
	/** When it reaches nobody anymore, whichever of its requests was carried out. In milliseconds. */
	overAt?: number;
	/** What its latest event asked for; of an unknown one, what the request did. */
	deed: Deed;
	scheduleId: string;
	/** How many references share the schedule. */
	shared: number;
	/** Tells recipients, audience and properties apart from others. */
	content: string;
	/** When the event happened that asked for this last, in milliseconds. */
	eventTime?: number;
}

export interface Wish {
	intent: Intent;
	/** Not for a delete. */
	due?: Due;
	/** For a create or an upsert. */
	content?: string;
	eventTime?: number;
	/** The time is counted from now, so each delivery of one event asks for another one. */
	fromNow?: boolean;
	/** Also for the others whom the schedule holds. */
	forEveryone?: boolean;
	/** When a change comes too late. */
	tooClose?: TooClose;
}

export type Plan =
	| { do: 'create' }
	| { do: 'update' | 'delete' | 'replace'; scheduleId: string; warnings?: string[] }
	/** Nothing is to be sent; `reason` says why where the status alone doesn't. */
	| { do: 'nothing'; status: Quiet; reason?: string; warnings?: string[]; scheduleId?: string }
	/** Nothing can be sent. */
	| { do: 'refuse'; as: 'refused' | 'unknown'; message: string; hint: string };

/** How an item comes out for which nothing was to be sent. */
export type Quiet = 'skipped' | 'unchanged' | 'not_found' | 'ignored';

/** Less than this before its time, a schedule isn't replaced: the new one might come too late. */
const TOO_CLOSE_MS = minutes(5);

export const dueOf = ({ time, in_local_time: local, at_optimal_time: optimal }: Schedule): Due => ({
	time,
	mode: optimal ? 'optimal' : local ? 'local' : 'exact',
});

/** The first moment at which it reaches somebody, and the moment after which it reaches nobody. */
export function spanOf({ time, mode }: Due): [start: number, end: number] {
	if (mode === 'exact') {
		const moment = Date.parse(time);
		return [moment, moment];
	}
	// Local clocks are at most 14 hours ahead of UTC, and 12 hours behind.
	const clock = Date.parse(`${time}Z`);
	return [clock - hours(14), clock + hours(12) + (mode === 'optimal' ? days(1) : 0)];
}

/** Of an optimal time, where clocks are ahead by 14 hours. */
export const LONGEST_SPAN_MS = hours(14 + 12) + days(1);

export const startOf = (due: Due): Start => ({
	at: spanOf(due)[0],
	isExact: due.mode === 'exact',
});

const endsAt = (due: Due): number => spanOf(due)[1];

/** All times that it may be due at: an unknown move has several. */
const duesOf = (known: Known): Due[] => [known, ...(known.otherTimes ?? [])];

/** When it may reach somebody next. */
function nextStart(known: Known, now: number): Start {
	const ahead = duesOf(known).filter((due) => endsAt(due) > now);
	const [next = known] = ahead.sort((one, other) => spanOf(one)[0] - spanOf(other)[0]);
	return startOf(next);
}

export const isSameTime = (one: Due, other: Due): boolean =>
	one.mode === other.mode && endsAt(one) === endsAt(other);

/**
 * The state of a reference as its latest request left it. `now` is by Braze's clock, and `table` is
 * where people find it.
 */
export function planFor(
	wish: Wish,
	known: Known | undefined,
	now: number,
	table = DEFAULT_TABLE,
): Plan {
	if (!known) return planWithout(wish);
	return unlessTooClose(wish, known, planWith(wish, known, now, table), now);
}

function unlessTooClose({ tooClose, due }: Wish, known: Known, plan: Plan, now: number): Plan {
	if (!tooClose || (plan.do !== 'update' && plan.do !== 'delete' && plan.do !== 'replace')) {
		return plan;
	}
	const times = {
		old: nextStart(known, now),
		// A replacement is a new schedule, which is no late change.
		next: plan.do === 'update' && due ? startOf(due) : undefined,
	};
	const verb = plan.do === 'delete' ? 'cancel' : 'move';
	const { warnings, refusal } = closenessOf(tooClose, times, verb, now);
	if (refusal) return { do: 'refuse', as: 'refused', ...refusal };
	if (warnings.length === 0) return plan;
	return { ...plan, warnings: [...(plan.warnings ?? []), ...warnings] };
}

function planWith(wish: Wish, known: Known, now: number, table: string): Plan {
	if (isOlder(wish, known)) {
		return {
			do: 'nothing',
			status: 'ignored',
			reason: 'A later event for this reference was handled before',
			scheduleId: known.scheduleId,
		};
	}
	const { state, deed, scheduleId, overAt } = known;
	// Without an ID, it's a create or the second half of a replacement, and neither may be repeated.
	const isRepeatable = scheduleId !== '' && deed !== 'create';
	if (state === 'unknown' && !isRepeatable) return staysUnknown(deed, table);
	if (state === 'deleted' || (overAt !== undefined && overAt <= now)) {
		return planAfter(wish, known, now);
	}
	return planBeside(wish, known, now);
}

/** At the same moment, a cancellation wins, so that the order of arrival decides nothing. */
function isOlder({ intent, eventTime }: Wish, known: Known): boolean {
	if (eventTime === undefined || known.eventTime === undefined) return false;
	if (eventTime !== known.eventTime) return eventTime < known.eventTime;
	return isCanceled(known) && intent !== 'delete';
}

/**
 * The latest event of a deleted one may also have asked for a schedule, and got none; and one may
 * have canceled what had reached its time already.
 */
const isCanceled = ({ deed }: Known): boolean => deed === 'delete';

function planWithout({ intent }: Wish): Plan {
	return intent === 'create' || intent === 'upsert'
		? { do: 'create' }
		: { do: 'nothing', status: 'not_found', reason: 'Nothing is remembered under this reference' };
}

/** The same request again is a repetition; a new time ahead is a new schedule. */
function planAfter(wish: Wish, known: Known, now: number): Plan {
	const wasDeleted = known.state === 'deleted';
	const { scheduleId } = known;
	const end = wasDeleted ? 'was canceled before' : 'has reached its time';
	if (wish.intent === 'update' || wish.intent === 'delete') {
		const reason = `The schedule of this reference ${end}`;
		return { do: 'nothing', status: 'not_found', reason, scheduleId };
	}
	const due = wish.due as Due;
	if (wish.fromNow && known.time !== '' && !isNewer(wish, known)) {
		return { do: 'nothing', status: 'skipped', reason: cannotTell(wish, end), scheduleId };
	}
	const isNewEvent = wasDeleted && isNewer(wish, known);
	if (known.time !== '' && isSameTime(due, known) && !isNewEvent) {
		return {
			do: 'nothing',
			status: 'skipped',
			reason: wasDeleted
				? `A schedule for this reference and this time ${end}. To schedule it again for the same time, set '${EVENT_TIME}' under 'Options'`
				: 'The schedule of this reference has reached this time already',
			scheduleId,
		};
	}
	if (endsAt(due) <= now) {
		const reason = `The schedule of this reference ${end}, and the new time has passed`;
		return { do: 'nothing', status: 'skipped', reason, scheduleId };
	}
	return { do: 'create' };
}

/** The time doesn't tell a repeated event from a new one. */
const cannotTell = ({ eventTime }: Wish, end: string): string =>
	eventTime === undefined
		? `The schedule of this reference ${end}. A time counted from now doesn't show whether this is a new event. To schedule it again, set '${EVENT_TIME}' under 'Options', or count from a date`
		: `The schedule of this reference ${end}, and this event is not newer`;

const isNewer = ({ eventTime }: Wish, known: Known): boolean =>
	eventTime !== undefined && (known.eventTime === undefined || eventTime > known.eventTime);

function planBeside(wish: Wish, known: Known, now: number): Plan {
	const { scheduleId } = known;
	if (scheduleId === '' && wish.intent !== 'create' && !isAsWished(wish, known)) return WITHOUT_ID;
	const mayBeDeleted = known.state === 'unknown' && deletes(known.deed);
	switch (wish.intent) {
		case 'create':
			return mayBeDeleted ? MAY_BE_DELETED : skippedBeside(known, wish.due as Due);
		case 'delete':
			return unlessShared(wish, known, 'cancel', { do: 'delete', scheduleId });
		case 'update':
			if (mayBeDeleted) return MAY_BE_DELETED;
			return isUnchanged(wish, known)
				? { do: 'nothing', status: 'unchanged', scheduleId }
				: unlessShared(wish, known, 'move', { do: 'update', scheduleId });
		case 'upsert':
			return bringTo(wish, known, mayBeDeleted, now);
	}
}

/** A replacement begins with it. */
export const deletes = (deed: Deed): boolean => deed === 'delete' || deed === 'replace';

/** Braze has it, but hasn't said under which ID. */
const WITHOUT_ID: Plan = {
	do: 'refuse',
	as: 'refused',
	message:
		'Braze returned no schedule_id for the schedule of this reference, so it can be neither moved nor canceled from here',
	hint: 'If the message must not go out, stop the campaign or Canvas in Braze',
};

const isAsWished = (wish: Wish, known: Known): boolean =>
	wish.intent !== 'delete' &&
	isUnchanged(wish, known) &&
	(wish.intent === 'update' || wish.content === known.content);

/** Of an update without an answer nobody knows at which time it has left the schedule. */
const isUnchanged = ({ due }: Wish, known: Known): boolean =>
	known.state === 'scheduled' && isSameTime(due as Due, known);

function skippedBeside(known: Known, due: Due): Plan {
	const warnings = isSameTime(due, known)
		? []
		: [
				`It stays scheduled for ${known.time}. To move it to the time of this item, use the operation 'Create or Update'`,
			];
	return {
		do: 'nothing',
		status: 'skipped',
		reason: 'A schedule for this reference is waiting already',
		warnings,
		scheduleId: known.scheduleId,
	};
}

/** Another time is an update; anything else that differs takes a new schedule. */
function bringTo(wish: Wish, known: Known, mayBeDeleted: boolean, now: number): Plan {
	const { scheduleId, shared } = known;
	const needsNew = mayBeDeleted || wish.content !== known.content;
	if (needsNew && shared > 1) return cannotReplaceShared(shared);
	const isTooClose = isAboutToBeSent(known, now);
	if (needsNew && !isTooClose) return { do: 'replace', scheduleId };
	if (mayBeDeleted) return MAY_BE_DELETED;
	const warnings = needsNew ? [keepsTheOld(known)] : [];
	if (isUnchanged(wish, known)) {
		return { do: 'nothing', status: 'unchanged', warnings, scheduleId };
	}
	return unlessShared(wish, known, 'move', { do: 'update', scheduleId, warnings });
}

/** At any of the times that it may be due. */
const isAboutToBeSent = (known: Known, now: number): boolean =>
	duesOf(known).some((due) => {
		const [start, end] = spanOf(due);
		return start - now < TOO_CLOSE_MS && end > now;
	});

const keepsTheOld = ({ mode }: Known): string =>
	`Its recipients, audience or properties changed less than 5 minutes before its time${mode === 'exact' ? '' : ' in the first time zone, or after it'}. It keeps the old ones, because a new schedule might come too late`;

const others = (shared: number): string =>
	shared === 2 ? '1 other reference' : `${shared - 1} other references`;

function unlessShared(
	{ forEveryone }: Wish,
	{ shared }: Known,
	verb: 'move' | 'cancel',
	plan: Plan,
): Plan {
	if (shared < 2 || forEveryone) return plan;
	return {
		do: 'refuse',
		as: 'refused',
		message: `The schedule of this reference holds the recipients of ${others(shared)} too, because items were combined`,
		hint: `To ${verb} it for all of them, turn on '${FOR_EVERYONE}' under 'Options'. To ${verb} recipients individually, create schedules without '${COMBINE_ITEMS}'`,
	};
}

const cannotReplaceShared = (shared: number): Plan => ({
	do: 'refuse',
	as: 'refused',
	message: `The schedule of this reference holds the recipients of ${others(shared)} too, so it can't be replaced for one of them`,
	hint: `Cancel it for everyone in it and create the schedules again, or create schedules without '${COMBINE_ITEMS}'`,
});

export const DEFAULT_TABLE = 'Braze schedules';

const WHAT = {
	create: 'was scheduled',
	replace: 'was replaced',
	update: 'was moved',
	delete: 'was canceled',
};

const unknownAfter = (deed: Deed, hint: string): Plan => ({
	do: 'refuse',
	as: 'unknown',
	message: `It's unknown whether the schedule of this reference ${WHAT[deed]}, so nothing was sent`,
	hint,
});

const staysUnknown = (deed: Deed, table: string): Plan =>
	unknownAfter(
		deed,
		`The message could go out twice. Check the analytics in Braze after its time. To free the reference, delete all its rows in the data table '${table}'`,
	);

/** Braze accepts a move of what it has canceled, so only another cancellation tells. */
const MAY_BE_DELETED: Plan = unknownAfter(
	'delete',
	"Run 'Delete' for this reference again: it's safe to repeat. 'Create or Update' does that too, and then creates the schedule",
);
