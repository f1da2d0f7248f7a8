import { planFor } from '../domain/references';
import type { Draft } from '../domain/drafts';
import type { Deed } from '../domain/references';
import type { Batch, Part } from '../domain/requests';
import { decidingAfter, isReferenced } from '../domain/underReference';
import type { Referenced } from '../domain/underReference';
import type { Outcome, PartOutcome } from '../transport/outcome';
import type { Failure, Words } from '../transport/words';
import {
	asDelete,
	asUpdate,
	deedOf,
	inZoneOf,
	isDone,
	isQuiet,
	outcomeBehind,
	quietRow,
	replacementOf,
	rowOf,
	wishOf,
	withDeed,
} from './cases';
import type { Case } from './cases';
import type { Claims, Settled, Taken } from './claims';
import type { Wanted } from './contest';
import {
	areOwned,
	changesForEveryone,
	decidingOf,
	groupsOf,
	hasASay,
	heardBeside,
	isAsMarked,
	isIn,
	wantedFor,
} from './everyone';
import type { Group, WantedForGroup } from './everyone';
import { OpenCases } from './openCases';
import { identityOf, knownOf, rememberedFrom } from './remembered';
import { keyOf } from './rows';
import {
	wordsForBusy,
	wordsForBusyBeside,
	wordsForNotFound,
	wordsForTakenOver,
	wordsForUnremembered,
} from './words';

/** What an item learns without a request of its own. */
export interface Told {
	draft: Draft;
	outcome: PartOutcome;
	/** The request that its outcome is of, if that is another item's. */
	request?: object;
}

/** What can be sent at the same time. */
export interface Round {
	/** The first half of replacements. */
	deletes: Draft[];
	drafts: Draft[];
	told: Told[];
}

interface Announced {
	owned: Set<string>;
	error?: unknown;
}

export type ClaimsOfRun = Pick<
	Claims,
	'take' | 'inSchedules' | 'announce' | 'mayStillSend' | 'settle' | 'release' | 'close'
>;

export interface ReferenceRunOptions {
	/** The name of the workflow, for the people who open the table. */
	workflow: string;
	/** What the data table is called in messages. */
	table?: string;
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

/** How often the references of a schedule are looked for again because they have changed meanwhile. */
const MOST_REGROUPINGS = 3;

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
	private readonly open = new OpenCases();
	/** Those whose schedule is to be moved or canceled for everyone in it. */
	private forEveryone: Case[] = [];
	private readonly parts = new PartNumbers();
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
		for (let tries = 1; this.forEveryone.length > 0; tries += 1) {
			const cases = this.forEveryone;
			this.forEveryone = [];
			if (tries > MOST_REGROUPINGS) yield this.refuseAll(cases, wordsForBusyBeside);
			else yield* this.roundsForEveryone(cases);
		}
	}

	/** A schedule is moved or canceled for everyone in it only by a run that has all of its references. */
	private async *roundsForEveryone(cases: Case[]): AsyncGenerator<Round> {
		let groups: Group[];
		try {
			const ids = new Set(cases.map(({ known }) => known?.scheduleId ?? ''));
			const rows = await this.claims.inSchedules([...ids]);
			groups = groupsOf(cases, rows, this.options.workflow);
		} catch (error) {
			yield this.refuseAll(cases, () => this.options.wordsFor(error));
			return;
		}
		for (const { own, others } of groups) {
			const part = this.parts.next(own.length + others.length);
			for (const one of [...own, ...others]) one.wanted = { ...one.wanted, part };
		}
		for await (const taken of this.claims.take(groups.flatMap(wantedFor))) {
			yield this.roundOfGroups(taken);
		}
	}

	private refuseAll(cases: Case[], wordsFor: (wanted: Wanted) => Words): Round {
		const round = emptyRound();
		for (const one of cases) {
			this.tell(round, one, { kind: 'refused', failure: wordsFor(one.wanted) });
		}
		return round;
	}

	/** The second half of the replacements whose first half Braze has confirmed. */
	replacements(): Draft[] {
		return this.open.all.filter(({ deleted }) => deleted?.kind === 'accepted').map(replacementOf);
	}

	/** The second half of all replacements, for a preview. */
	allReplacements(): Draft[] {
		return this.open.all.filter(({ plan }) => plan?.do === 'replace').map(replacementOf);
	}

	/** Needs to know all requests before the first of them is admitted. */
	expect(batches: Batch[]): void {
		for (const batch of batches) {
			const cases = [...new Set(this.casesIn(batch.parts))];
			const mates = cases.some(({ wanted }) => wanted.part !== cases[0].wanted.part);
			for (const one of cases) {
				one.pending += 1;
				one.shared = Math.max(one.shared, cases.length);
				if (mates) one.mates = cases;
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
		const touched: Case[] = [];
		for (const part of parts) {
			const one = this.caseOf(part);
			if (!one) continue;
			const counts = part.counting > 0;
			one.pending -= 1;
			if (one.plan?.do === 'replace' && operation === 'delete') one.deleted = outcome;
			else if (!one.outcome || (counts && !one.counts)) Object.assign(one, { outcome, counts });
			touched.push(one);
		}
		const ended = touched.filter((one) => this.open.endsPart(one));
		for (const part of new Set(ended.map(({ wanted }) => wanted.part))) {
			this.settling.push(this.settle(part));
		}
	}

	/** Writes down the rest of a round. */
	async finish(): Promise<void> {
		for (const part of this.open.parts) this.settling.push(this.settle(part));
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
		const byItem = new Map(results.map((result) => [result.draft.item, result]));
		const outcomeOf = ({ outcome, leader }: Case) => outcome ?? byItem.get(leader.item)?.outcome;
		const beside = [...this.cases.values()].flatMap((one): Told[] => {
			const decided = one.isBehind && one.beside ? outcomeOf(one.beside) : undefined;
			if (!one.beside || !decided) return [];
			const heard = heardBeside(one, one.beside, decided);
			one.outcome = heard.outcome;
			return [{ ...heard, request: byItem.get(one.beside.leader.item)?.request }];
		});
		const behind = [...this.cases.values()].flatMap((one) => {
			const outcome = outcomeOf(one);
			if (!outcome) return [];
			return one.followers.map((draft) => ({ draft, outcome: outcomeBehind(one, draft, outcome) }));
		});
		return [...beside, ...behind];
	}

	private sortIn(drafts: Referenced[]): void {
		for (const draft of drafts) {
			const wanted = rememberedFrom(draft, this.options.workflow);
			const key = keyOf(wanted);
			const known = this.cases.get(key);
			if (known) {
				this.decideBetween(known, draft);
				continue;
			}
			this.cases.set(key, {
				leader: draft,
				eventTime: draft.under.eventTime,
				followers: [],
				wanted: { ...wanted, part: this.parts.next() },
				shared: 1,
				pending: 0,
			});
		}
	}

	private decideBetween(one: Case, draft: Referenced): void {
		const before = one.leader;
		const { draft: leader, eventTime } = decidingAfter(
			{ draft: before, eventTime: one.eventTime },
			draft,
		);
		one.followers.push(leader === draft ? before : draft);
		one.eventTime = eventTime;
		if (leader !== draft) return;
		one.leader = leader;
		const { part } = one.wanted;
		one.wanted = { ...rememberedFrom(leader, this.options.workflow), eventTime, part };
	}

	private roundOf(taken: Array<Taken<Wanted & { case: Case }>>): Round {
		const round = emptyRound();
		const owned = this.sortTaken(round, taken, wordsForBusy);
		for (const one of owned) this.plan(one);
		const changed = new Set(owned.filter(changesForEveryone).map(({ known }) => known?.scheduleId));
		const later = owned.filter((one) => hasASay(one) && changed.has(one.known?.scheduleId));
		this.leaveForEveryone(later);
		const left = new Set(later);
		for (const one of owned.filter((other) => !left.has(other))) this.openInto(round, one);
		this.releaseQuiet();
		return round;
	}

	private roundOfGroups(taken: Array<Taken<WantedForGroup>>): Round {
		const round = emptyRound();
		const owned = new Set(this.sortTaken(round, taken, wordsForBusyBeside));
		for (const group of new Set(taken.map(({ wanted }) => wanted.group))) {
			if (owned.has(group.deciding)) this.groupInto(round, group);
		}
		this.releaseQuiet();
		return round;
	}

	/** The request of one of them counts for all. */
	private groupInto(round: Round, group: Group): void {
		const { scheduleId, own, others } = group;
		for (const one of own) this.plan(one);
		const isInIt = isIn(scheduleId);
		const withASay = own.filter((one) => isInIt(one) && hasASay(one));
		const deciding = decidingOf(withASay);
		if (deciding && !isAsMarked(deciding, group)) {
			this.leaveForEveryone([...own, ...others]);
			return;
		}
		for (const one of [...own, ...others]) {
			one.beside = deciding && one !== deciding && isInIt(one) ? deciding : undefined;
			one.isBehind = one.beside !== undefined && withASay.includes(one);
		}
		if (deciding) deciding.sharers = [...own, ...others].filter(({ beside }) => beside);
		for (const one of others) this.open.add(one);
		for (const one of own) {
			if (one !== deciding && !one.beside && changesForEveryone(one)) this.leaveForEveryone([one]);
			else if (one.isBehind) this.open.add(one);
			else this.openInto(round, one);
		}
	}

	/** They are claimed again, with all others that are in their schedules. */
	private leaveForEveryone(cases: Case[]): void {
		if (cases.length === 0) return;
		const known = new Set(this.cases.values());
		this.forEveryone.push(...cases.filter((one) => known.has(one)));
		this.settling.push(this.claims.release(cases.map(({ wanted }) => wanted)));
	}

	/** Returns what is this run's own now; the items of the rest hear why it isn't. */
	private sortTaken(
		round: Round,
		taken: Array<Taken<Wanted & { case: Case }>>,
		ifBusy: (wanted: Wanted) => Words,
	): Case[] {
		return taken.flatMap((one) => {
			const found = one.wanted.case;
			if (one.is === 'owned') {
				found.known = one.current;
				return [found];
			}
			const failure = one.is === 'busy' ? ifBusy(found.wanted) : this.options.wordsFor(one.error);
			if (this.cases.get(keyOf(found.wanted)) === found) {
				this.tell(round, found, { kind: 'refused', failure });
			}
			return [];
		});
	}

	private plan(one: Case): void {
		one.leader = inZoneOf(one.known, one.leader);
		const { now, table } = this.options;
		one.plan = planFor(wishOf(one), one.known && knownOf(one.known), now(), table);
	}

	private openInto(round: Round, one: Case): void {
		this.planInto(round, one);
		this.open.add(one);
	}

	private tell({ told }: Round, one: Case, outcome: PartOutcome): void {
		one.outcome = outcome;
		told.push({ draft: one.leader, outcome });
	}

	private planInto(round: Round, one: Case): void {
		const { leader, known, plan } = one;
		if (!plan) return;
		switch (plan.do) {
			case 'create':
				round.drafts.push(withDeed(leader, 'create'));
				return;
			case 'update':
				round.drafts.push(asUpdate(one, plan.scheduleId, plan.warnings));
				return;
			case 'delete':
				round.drafts.push(asDelete(one, plan.scheduleId, plan.warnings));
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
		const quiet = this.open.parts.filter((part) => this.open.in(part).every(isQuiet));
		const cases = quiet.flatMap((part) => this.open.close(part));
		if (cases.length === 0) return;
		this.settling.push(this.claims.release(cases.map(({ wanted }) => wanted)));
	}

	private async refusalOf(part: Part): Promise<Failure | undefined> {
		const one = this.caseOf(part);
		if (!one) return undefined;
		const { owned, error } = await this.announce(one.wanted.part);
		// The next ones are written down while these are sent.
		const next = one.wanted.part + 1;
		if (!this.announced.has(next) && this.open.has(next)) void this.announce(next);
		if (areOwned([one, ...(one.sharers ?? [])], owned)) return undefined;
		return error === undefined ? wordsForTakenOver(one.wanted) : this.options.wordsFor(error);
	}

	private async announce(part: number, cases?: Case[]): Promise<Announced> {
		let announced = this.announced.get(part);
		if (!announced) {
			announced = this.announceNow(part, cases ?? this.open.in(part));
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
		const cases = this.open.close(part);
		const now = this.options.now();
		const rows = cases.flatMap((one) => rowOf(one, now) ?? []);
		if (rows.length > 0) await this.announce(part, cases);
		const { lost, error } = await this.claims.settle(part, rows, earlyRows(cases, now));
		if (lost.length === 0) return;
		const warning = wordsForUnremembered(this.options.wordsFor(error));
		const forgotten = new Set(lost.map(keyOf));
		for (const { wanted, ...one } of cases) {
			const { outcome } = one.beside ?? one;
			const isLost = outcome?.kind === 'accepted' && forgotten.has(keyOf(wanted));
			if (isLost) outcome.warnings.push(warning);
		}
	}

	private caseOf({ draft }: Part): Case | undefined {
		return isReferenced(draft) ? this.cases.get(keyOfDraft(draft)) : undefined;
	}

	private casesIn(parts: Part[]): Case[] {
		return parts.flatMap((part) => this.caseOf(part) ?? []);
	}
}

const emptyRound = (): Round => ({ deletes: [], drafts: [], told: [] });

/** Once one reference of a schedule is known, all of them are. */
function earlyRows(cases: Case[], now: number): Settled[] {
	const mates = new Set(
		cases.flatMap((one) => (one.outcome?.kind === 'accepted' ? one.mates : undefined) ?? []),
	);
	for (const one of cases) mates.delete(one);
	return [...mates].filter(isDone).flatMap((one) => rowOf(one, now) ?? []);
}

/** Fills parts, few references at first. */
class PartNumbers {
	private part = -1;
	private room = 0;

	/** The part of so many references, which stay together. */
	next(count = 1): number {
		if (this.room <= 0) {
			this.part += 1;
			this.room = Math.min(LARGEST_PART, FIRST_PART * 2 ** this.part);
		}
		this.room -= count;
		return this.part;
	}
}
