import { deletes, dueOf } from '../domain/references';
import type { Draft } from '../domain/drafts';
import type { Deed, Handle, Plan, Wish } from '../domain/references';
import type { Operation } from '../domain/targets';
import type { Referenced } from '../domain/underReference';
import type { Outcome, PartOutcome } from '../transport/outcome';
import type { Settled } from './claims';
import type { Wanted } from './contest';
import { laterOf, timeOf } from './remembered';
import { idsIn, settledFrom, settledRow, traceOf } from './settled';
import type { Row } from './store';
import { wordsForFollower } from './words';

/** One reference of this run, and the items that have it. */
export interface Case {
	/** The item that decides. */
	leader: Referenced;
	/** The latest event of its items. */
	eventTime?: number;
	followers: Referenced[];
	wanted: Wanted;
	known?: Row;
	plan?: Plan;
	/** Of a replacement, what became of the first half. */
	deleted?: Outcome;
	/** What the items learn. */
	outcome?: PartOutcome;
	/** Whether recipients of its item count in one of its requests. Then that one is remembered. */
	counts?: boolean;
	/** How many references are remembered with its schedule. */
	shared: number;
	/** Of its requests, how many are not settled yet. */
	pending: number;
	/** To be written down without a request. */
	quietRow?: Settled;
	/** Those that its request was for too and that are settled with another part. */
	mates?: Case[];
	/** The one that moves or cancels the schedule that both share, for everyone in it. */
	beside?: Case;
	/** Those that it decides for. */
	sharers?: Case[];
	/** Whether its items only hear what became of that one. */
	isBehind?: boolean;
}

/** What an item learns without a request of its own. */
export interface Told {
	draft: Draft;
	outcome: PartOutcome;
	/** The request that its outcome is of, if that is another item's. */
	request?: object;
}

/** What an item learns for which another one has decided. */
export interface ToldBehind extends Told {
	/** The other one. */
	leader: Draft;
}

/** The new time in the zone of the schedule, unless another one was chosen. */
export function inZoneOf(known: Row | undefined, draft: Referenced): Referenced {
	const zone = known?.timeZone;
	if (!zone || zone === draft.zone) return draft;
	return { ...draft, ...draft.under.inZone?.(zone) };
}

export function wishOf({ leader, wanted }: Case): Wish {
	const { schedule, under, fromNow } = leader;
	return {
		intent: under.intent,
		fromNow,
		due: schedule && dueOf(schedule),
		content: wanted.content,
		eventTime: under.eventTime,
		forEveryone: under.forEveryone,
		tooClose: under.tooClose,
	};
}

export const withDeed = (draft: Referenced, deed: Deed): Draft => ({
	...draft,
	under: { ...draft.under, deed },
});

/** A move without an answer can't be why a cancellation is refused. */
const mayBeDone = (known: Row | undefined, deed: Deed): boolean =>
	known?.state === 'unknown' && deletes(known.deed) === deletes(deed);

/** What an update and a delete of a remembered schedule have in common. */
function aboutExisting({ leader, known }: Case, deed: 'update' | 'delete', scheduleId: string) {
	const { target, body, under } = leader;
	return {
		...leader,
		operation: deed,
		under: { ...under, deed, known, mayBeDone: mayBeDone(known, deed) },
		body: { [target.idField]: body[target.idField], schedule_id: scheduleId },
		people: undefined,
		idField: undefined,
		// Of what it was made of, which isn't sent again.
		warnings: leader.operation === 'create' ? [] : leader.warnings,
	};
}

export function asUpdate(one: Case, scheduleId: string, warnings: string[] = []): Draft {
	const draft = aboutExisting(one, 'update', scheduleId);
	const body = { ...draft.body, schedule: draft.schedule };
	return { ...draft, body, warnings: [...draft.warnings, ...warnings] };
}

export function asDelete(one: Case, scheduleId: string, warnings: string[] = []): Draft {
	const draft = aboutExisting(one, 'delete', scheduleId);
	return {
		...draft,
		schedule: undefined,
		timeWarnings: undefined,
		warnings: [...draft.warnings, ...warnings],
	};
}

export function replacementOf({ leader, plan }: Case): Draft {
	const draft = withDeed(leader, 'replace');
	const warnings = plan?.do === 'replace' ? (plan.warnings ?? []) : [];
	return { ...draft, warnings: [...draft.warnings, ...warnings] };
}

/** Whether nothing is to be sent or written down for it. */
export const isQuiet = ({ plan, quietRow: row, beside }: Case): boolean =>
	beside ? isQuiet(beside) : !isRequest(plan) && row === undefined;

const isRequest = (plan?: Plan): boolean =>
	plan !== undefined && plan.do !== 'nothing' && plan.do !== 'refuse';

/** Whether all of its requests have ended. */
export function isDone({ plan, deleted, outcome, pending, beside }: Case): boolean {
	if (beside || !isRequest(plan)) return true;
	if (plan?.do === 'replace' && deleted && deleted.kind !== 'accepted') return true;
	return outcome !== undefined && pending === 0;
}

export const deedOf = ({ plan, beside }: Case): Deed =>
	beside
		? deedOf(beside)
		: plan?.do === 'create' || plan?.do === 'delete' || plan?.do === 'replace'
			? plan.do
			: 'update';

/** An event may be the latest one without changing anything. */
export function quietRow(
	{ leader, wanted, known }: Case,
	{ status, warnings = [] }: Extract<Plan, { do: 'nothing' }>,
	now: number,
): Settled | undefined {
	const { eventTime, intent } = leader.under;
	if (eventTime === undefined || status === 'ignored') return undefined;
	// The booking that a move belongs to may come later, and would be ignored.
	if (status === 'not_found' && intent === 'update') return undefined;
	if (!known) return settledRow(traceOf(wanted, now));
	// It asked for another time than the reference keeps.
	if (status === 'skipped' && warnings.length > 0) return undefined;
	const { state, note } = known;
	if (state !== 'scheduled' && state !== 'deleted') return undefined;
	const asked = state === 'deleted' ? 'create' : known.deed;
	// At the same moment a cancellation wins, also one that came too late to cancel anything.
	const deed = intent === 'delete' ? intent : asked;
	const knownTime = known.eventTime ?? -Infinity;
	if (knownTime > eventTime || (knownTime === eventTime && deed === known.deed)) return undefined;
	return settledRow({ ...known, state, note, deed, eventTime });
}

/** These share a request that is yet to be sent. Its schedule is remembered under those `here`. */
export function expectRequest(cases: Case[], here: Case[]): void {
	for (const one of cases) one.pending += 1;
	const areMates = here.some(({ wanted }) => wanted.part !== here[0].wanted.part);
	for (const one of here) {
		one.shared = Math.max(one.shared, here.length);
		if (areMates) one.mates = here;
	}
}

/** What became of a request for it. */
export function noteOutcome(
	one: Case,
	{ operation, counts }: { operation: Operation; counts: boolean },
	outcome: Outcome,
): void {
	one.pending -= 1;
	if (one.plan?.do === 'replace' && operation === 'delete') {
		one.deleted = outcome;
		return;
	}
	// A request may count for it after all, if the item that names its recipients again isn't sent.
	const isRemembered = one.outcome ? counts && !one.counts : counts || !one.counts;
	if (isRemembered) Object.assign(one, { outcome, counts });
}

export function rowOf(one: Case, now: number): Settled | undefined {
	if (one.beside) {
		return isRequest(one.beside.plan)
			? rowBeside(one, one.beside, now)
			: quietRowBeside(one, one.beside);
	}
	const { leader, wanted, known, plan, deleted, outcome, shared, quietRow: quiet } = one;
	if (!plan || plan.do === 'nothing' || plan.do === 'refuse') return quiet;
	return settledFrom({
		draft: leader,
		wanted,
		known,
		deed: plan.do,
		deleted,
		outcome: outcome && isSent(outcome) ? outcome : undefined,
		shared,
		now,
	});
}

/** What the request for everyone has done is done for this one too. */
function rowBeside(
	{ wanted, known, shared }: Case,
	beside: Case,
	now: number,
): Settled | undefined {
	const { leader: draft, outcome } = beside;
	const eventTime = laterOf(wanted.eventTime, beside.wanted.eventTime);
	return settledFrom({
		...{ draft, wanted: { ...wanted, eventTime }, known, deed: deedOf(beside), shared, now },
		outcome: outcome && isSent(outcome) ? outcome : undefined,
	});
}

/** An event that changes nothing for everyone is the latest one of this one too. */
function quietRowBeside({ known }: Case, { leader, quietRow: row }: Case): Settled | undefined {
	if (!known || !row || known.state !== 'scheduled') return undefined;
	const { state, note } = known;
	const eventTime = laterOf(known.eventTime, leader.under.eventTime);
	return settledRow({ ...known, state, note, eventTime });
}

const isSent = (outcome: PartOutcome): outcome is Outcome =>
	outcome.kind === 'accepted' || outcome.kind === 'refused' || outcome.kind === 'unknown';

export function outcomeBehind(one: Case, draft: Referenced, outcome: PartOutcome): PartOutcome {
	if (outcome.kind === 'refused' || outcome.kind === 'unknown') return outcome;
	const { item } = one.leader;
	const warning = wordsForFollower(item);
	return draft.under.intent === 'create'
		? { kind: 'quiet', status: 'skipped', reason: warning, known: handleOf(one, outcome) }
		: { kind: 'superseded', by: item, warning };
}

/** The schedule that a reference stands for after its request. */
function handleOf({ leader, known, plan }: Case, outcome: PartOutcome): Handle | undefined {
	if (outcome.kind === 'quiet') return outcome.known;
	if (outcome.kind !== 'accepted' || plan?.do !== 'create') return known;
	const recipients = leader.people?.length;
	return { ...timeOf(leader), recipients, ...idsIn(outcome.body) };
}
