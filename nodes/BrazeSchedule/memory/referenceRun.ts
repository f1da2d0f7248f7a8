import { dueOf, planFor } from '../domain/references';
import type { Draft } from '../domain/drafts';
import type { Deed, Handle, Plan, Wish } from '../domain/references';
import type { Batch, Part } from '../domain/requests';
import { isReferenced } from '../domain/underReference';
import type { Referenced } from '../domain/underReference';
import type { Outcome, PartOutcome } from '../transport/outcome';
import type { Failure, Words } from '../transport/words';
import type { Claims, Settled, Taken } from './claims';
import type { Wanted } from './contest';
import { identityOf, knownOf, rememberedFrom, timeOf } from './remembered';
import { keyOf } from './rows';
import { idsIn, settledFrom, settledRow, traceOf } from './settled';
import type { Row } from './store';
import {
	wordsForBusy,
	wordsForFollower,
	wordsForNotFound,
	wordsForTakenOver,
	wordsForUnremembered,
} from './words';

/** What an item learns without a request of its own. */
export interface Told {
	draft: Draft;
	outcome: PartOutcome;
}

/** What can be sent at the same time. */
export interface Round {
	/** The first half of replacements. */
	deletes: Draft[];
	drafts: Draft[];
	told: Told[];
}

/** One reference of this run, and the items that have it. */
interface Case {
	/** The item that decides. */
	leader: Referenced;
	followers: Referenced[];
	wanted: Wanted;
	known?: Row;
	plan?: Plan;
	/** Of a replacement, what became of the first half. */
	deleted?: Outcome;
	/** What the items learn. */
	outcome?: PartOutcome;
	/** Whether the item's own recipients count in the request that the outcome is of. */
	counts?: boolean;
	/** How many references the request is for. */
	shared: number;
	/** Of its requests, how many are not settled yet. */
	pending: number;
	/** To be written down without a request. */
	quietRow?: Settled;
}

interface Announced {
	owned: Set<string>;
	error?: unknown;
}

export type ClaimsOfRun = Pick<
	Claims,
	'take' | 'announce' | 'mayStillSend' | 'settle' | 'release' | 'close'
>;

export interface ReferenceRunOptions {
	/** The name of the workflow, for the people who open the table. */
	workflow: string;
	/** By Braze's clock. */
	now: () => number;
	/** A failure of the store, in words. */
	wordsFor: (error: unknown) => Words;
	/** Forgets what is old. */
	tidyUp: () => Promise<void>;
}

/** So many references are announced and settled together: few at first, since a crash leaves them unknown. */
const FIRST_PART = 64;
const LARGEST_PART = 2048;

/** What can be repeated least comes last. */
const BY_RISK: Deed[] = ['update', 'delete', 'create', 'replace'];

/** Asked for every part of every request, so it works out nothing else. */
const keyOfDraft = (draft: Referenced): string => keyOf(identityOf(draft));

/**
 * Takes the drafts of a run to what their references need: the request that was asked for, another
 * one, or none. What is about to be sent is written down before, and what became of it afterwards.
 */
export class ReferenceRun {
	private readonly cases = new Map<string, Case>();
	/** Those that are this run's own, until they are settled. */
	private open: Case[] = [];
	private readonly announced = new Map<number, Promise<Announced>>();
	private settling: Array<Promise<void>> = [];

	constructor(
		private readonly claims: ClaimsOfRun,
		private readonly options: ReferenceRunOptions,
	) {}

	/** What is free comes first, and what other runs are at work on comes later. */
	async *rounds(drafts: Referenced[]): AsyncGenerator<Round> {
		this.sortIn(drafts);
		const wanted = [...this.cases.values()].map((one) => ({ ...one.wanted, case: one }));
		for await (const taken of this.claims.take(wanted)) yield this.roundOf(taken);
	}

	/** The second half of the replacements whose first half Braze has confirmed. */
	replacements(): Draft[] {
		return this.open
			.filter(({ deleted }) => deleted?.kind === 'accepted')
			.map(({ leader }) => withDeed(leader, 'replace'));
	}

	/** The second half of all replacements, for a preview. */
	allReplacements(): Draft[] {
		return this.open
			.filter(({ plan }) => plan?.do === 'replace')
			.map(({ leader }) => withDeed(leader, 'replace'));
	}

	/** Needs to know all requests before the first of them is admitted. */
	expect(batches: Batch[]): void {
		for (const { parts } of batches) {
			const cases = new Set(this.casesIn(parts));
			for (const one of cases) {
				one.pending += 1;
				one.shared = Math.max(one.shared, cases.size);
			}
		}
	}

	/** Writes down what is about to be sent. Says of each part why it must not be, if so. */
	async admit(parts: Part[]): Promise<Array<Failure | undefined>> {
		return await Promise.all(parts.map(async (part) => await this.refusalOf(part)));
	}

	mayStillSend(parts: Part[]): boolean {
		return this.casesIn(parts).every(({ wanted }) => this.claims.mayStillSend(wanted));
	}

	/** What became of a request. */
	note({ operation, parts }: Batch, outcome: Outcome): void {
		const touched = new Set<number>();
		for (const part of parts) {
			const one = this.caseOf(part);
			if (!one) continue;
			const counts = part.counting > 0;
			one.pending -= 1;
			if (one.plan?.do === 'replace' && operation === 'delete') one.deleted = outcome;
			else if (!one.outcome || (counts && !one.counts)) Object.assign(one, { outcome, counts });
			touched.add(one.wanted.part);
		}
		for (const part of touched) {
			if (this.openIn(part).every(isDone)) this.settling.push(this.settle(part));
		}
	}

	/** Writes down the rest of a round. */
	async finish(): Promise<void> {
		for (const part of new Set(this.open.map(({ wanted }) => wanted.part))) {
			this.settling.push(this.settle(part));
		}
		await Promise.all(this.settling);
		this.settling = [];
		this.announced.clear();
	}

	async close(): Promise<void> {
		await this.claims.close();
		await this.options.tidyUp();
	}

	/**
	 * What the items learn that another item of this run has decided for. What became of that one
	 * is looked for among the results, if no request for it left.
	 */
	followers(results: Told[]): Told[] {
		const byItem = new Map(results.map(({ draft, outcome }) => [draft.item, outcome]));
		return [...this.cases.values()].flatMap((one) => {
			const outcome = one.outcome ?? byItem.get(one.leader.item);
			if (!outcome) return [];
			return one.followers.map((draft) => ({ draft, outcome: outcomeBehind(one, draft, outcome) }));
		});
	}

	private sortIn(drafts: Referenced[]): void {
		let part = 0;
		let room = FIRST_PART;
		for (const draft of drafts) {
			const wanted = rememberedFrom(draft, this.options.workflow);
			const key = keyOf(wanted);
			const known = this.cases.get(key);
			if (known) {
				this.decideBetween(known, draft);
				continue;
			}
			if (room === 0) {
				part += 1;
				room = Math.min(LARGEST_PART, FIRST_PART * 2 ** part);
			}
			room -= 1;
			this.cases.set(key, {
				leader: draft,
				followers: [],
				wanted: { ...wanted, part },
				shared: 1,
				pending: 0,
			});
		}
	}

	/** The first create decides; of everything else the latest event, and without one the last item. */
	private decideBetween(one: Case, draft: Referenced): void {
		const isFirst = draft.under.intent === 'create';
		const [own, other] = [one.leader.under.eventTime ?? 0, draft.under.eventTime ?? 0];
		if (isFirst || other < own) {
			one.followers.push(draft);
			return;
		}
		one.followers.push(one.leader);
		one.leader = draft;
		const { part } = one.wanted;
		one.wanted = { ...rememberedFrom(draft, this.options.workflow), part };
	}

	private roundOf(taken: Array<Taken<Wanted & { case: Case }>>): Round {
		const round: Round = { deletes: [], drafts: [], told: [] };
		for (const one of taken) {
			const found = one.wanted.case;
			if (one.is === 'owned') {
				found.known = one.current;
				this.open.push(found);
				this.planInto(round, found);
				continue;
			}
			const failure =
				one.is === 'busy' ? wordsForBusy(found.wanted) : this.options.wordsFor(one.error);
			this.tell(round, found, { kind: 'refused', failure });
		}
		this.releaseQuiet();
		return round;
	}

	private tell({ told }: Round, one: Case, outcome: PartOutcome): void {
		one.outcome = outcome;
		told.push({ draft: one.leader, outcome });
	}

	private planInto(round: Round, one: Case): void {
		const { leader, known } = one;
		const plan = planFor(wishOf(one), known && knownOf(known), this.options.now());
		one.plan = plan;
		switch (plan.do) {
			case 'create':
				round.drafts.push(withDeed(leader, 'create'));
				return;
			case 'update':
				round.drafts.push(asUpdate(one, plan.scheduleId, plan.warnings));
				return;
			case 'delete':
				round.drafts.push(asDelete(one, plan.scheduleId));
				return;
			case 'replace':
				round.deletes.push(asDelete(one, plan.scheduleId));
				return;
			case 'refuse': {
				const { message, hint: description } = plan;
				this.tell(round, one, { kind: plan.as, failure: { message, description } });
				return;
			}
			case 'nothing': {
				one.quietRow = quietRow(one, plan, this.options.now());
				if (plan.status === 'not_found' && leader.under.stopIfNotFound) {
					const failure = wordsForNotFound(leader.under.reference, plan.reason);
					this.tell(round, one, { kind: 'refused', failure });
					return;
				}
				this.tell(round, one, { kind: 'quiet', ...plan, known });
			}
		}
	}

	/** Parts of which nothing is to be sent or written down are others' to take at once. */
	private releaseQuiet(): void {
		const parts = new Set(
			this.open.filter((one) => !isQuiet(one)).map(({ wanted }) => wanted.part),
		);
		const quiet = this.open.filter(({ wanted }) => !parts.has(wanted.part));
		if (quiet.length === 0) return;
		this.open = this.open.filter(({ wanted }) => parts.has(wanted.part));
		this.settling.push(this.claims.release(quiet.map(({ wanted }) => wanted)));
	}

	private async refusalOf(part: Part): Promise<Failure | undefined> {
		const one = this.caseOf(part);
		if (!one) return undefined;
		const { owned, error } = await this.announce(one.wanted.part);
		// The next ones are written down while these are sent.
		const next = one.wanted.part + 1;
		if (!this.announced.has(next) && this.openIn(next).length > 0) void this.announce(next);
		if (owned.has(keyOf(one.wanted))) return undefined;
		return error === undefined ? wordsForTakenOver(one.wanted) : this.options.wordsFor(error);
	}

	private async announce(part: number, cases = this.openIn(part)): Promise<Announced> {
		let announced = this.announced.get(part);
		if (!announced) {
			announced = this.announceNow(part, cases);
			this.announced.set(part, announced);
		}
		return await announced;
	}

	private async announceNow(part: number, cases: Case[]): Promise<Announced> {
		const deeds = cases.map(deedOf);
		const riskiest = Math.max(...deeds.map((deed) => BY_RISK.indexOf(deed)));
		const { owned, error } = await this.claims.announce(part, BY_RISK[riskiest]);
		return { owned: new Set(owned.map(keyOf)), error };
	}

	private async settle(part: number): Promise<void> {
		const cases = this.openIn(part);
		this.open = this.open.filter(({ wanted }) => wanted.part !== part);
		const now = this.options.now();
		const rows = cases.flatMap((one) => rowOf(one, now) ?? []);
		if (rows.length > 0) await this.announce(part, cases);
		const { lost, error } = await this.claims.settle(part, rows);
		if (lost.length === 0) return;
		const warning = wordsForUnremembered(this.options.wordsFor(error));
		const forgotten = new Set(lost.map(keyOf));
		for (const { outcome, wanted } of cases) {
			const isLost = outcome?.kind === 'accepted' && forgotten.has(keyOf(wanted));
			if (isLost) outcome.warnings.push(warning);
		}
	}

	private openIn(part: number): Case[] {
		return this.open.filter(({ wanted }) => wanted.part === part);
	}

	private caseOf({ draft }: Part): Case | undefined {
		return isReferenced(draft) ? this.cases.get(keyOfDraft(draft)) : undefined;
	}

	private casesIn(parts: Part[]): Case[] {
		return parts.flatMap((part) => this.caseOf(part) ?? []);
	}
}

function wishOf({ leader, wanted }: Case): Wish {
	const { schedule, under, fromNow } = leader;
	return {
		intent: under.intent,
		fromNow,
		due: schedule && dueOf(schedule),
		content: wanted.content,
		eventTime: under.eventTime,
		forEveryone: under.forEveryone,
	};
}

const withDeed = (draft: Referenced, deed: Deed): Draft => ({
	...draft,
	under: { ...draft.under, deed },
});

/** What an update and a delete of a remembered schedule have in common. */
function aboutExisting({ leader, known }: Case, deed: 'update' | 'delete', scheduleId: string) {
	const { target, body, under } = leader;
	return {
		...leader,
		operation: deed,
		under: { ...under, deed, known, mayBeDone: known?.state === 'unknown' },
		body: { [target.idField]: body[target.idField], schedule_id: scheduleId },
		people: undefined,
	};
}

function asUpdate(one: Case, scheduleId: string, warnings: string[] = []): Draft {
	const draft = aboutExisting(one, 'update', scheduleId);
	const body = { ...draft.body, schedule: draft.schedule };
	return { ...draft, body, warnings: [...draft.warnings, ...warnings] };
}

const asDelete = (one: Case, scheduleId: string): Draft => ({
	...aboutExisting(one, 'delete', scheduleId),
	schedule: undefined,
	timeWarnings: undefined,
});

/** Whether nothing is to be sent or written down for it. */
const isQuiet = ({ plan, quietRow: row }: Case): boolean =>
	(plan?.do === 'nothing' || plan?.do === 'refuse') && row === undefined;

function isDone({ plan, deleted, outcome, pending }: Case): boolean {
	if (plan?.do === 'replace' && deleted && deleted.kind !== 'accepted') return true;
	return outcome !== undefined && pending === 0;
}

const deedOf = ({ plan }: Case): Deed =>
	plan?.do === 'create' || plan?.do === 'delete' || plan?.do === 'replace' ? plan.do : 'update';

/** An event may be the latest one without changing anything. */
function quietRow(
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

function rowOf(one: Case, now: number): Settled | undefined {
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

const isSent = (outcome: PartOutcome): outcome is Outcome =>
	outcome.kind === 'accepted' || outcome.kind === 'refused' || outcome.kind === 'unknown';

function outcomeBehind(one: Case, draft: Referenced, outcome: PartOutcome): PartOutcome {
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
