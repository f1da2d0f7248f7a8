import { planFor } from '../domain/references';
import type { Draft } from '../domain/drafts';
import type { PartOutcome } from '../transport/outcome';
import type { Words } from '../transport/words';
import { asDelete, asUpdate, inZoneOf, quietRow, wishOf, withDeed } from './cases';
import type { Case, Told } from './cases';
import type { CasesOfRun } from './casesOfRun';
import type { Claims, Taken } from './claims';
import type { Wanted } from './contest';
import {
	changesForEveryone,
	decidingOf,
	groupsOf,
	hasASay,
	isAsMarked,
	isIn,
	wantedFor,
} from './everyone';
import type { Group, WantedForGroup } from './everyone';
import type { OpenParts, PartOptions } from './openParts';
import { knownOf } from './remembered';
import { wordsForBusy, wordsForBusyBeside, wordsForNotFound } from './words';

/** What can be sent at the same time. */
export interface Round {
	/** The first half of replacements. */
	deletes: Draft[];
	drafts: Draft[];
	told: Told[];
}

export interface RoundOptions extends PartOptions {
	/** What the data table is called in messages. */
	table?: string;
}

/** How often the references of a schedule are looked for again because they have changed meanwhile. */
const MOST_REGROUPINGS = 3;

const emptyRound = (): Round => ({ deletes: [], drafts: [], told: [] });

/** What a run has to send for its references: as soon as they are its own, it is decided for each. */
export class Rounds {
	/** Those whose schedule is to be moved or canceled for everyone in it. */
	private forEveryone: Case[] = [];

	constructor(
		private readonly claims: Pick<Claims, 'take' | 'inSchedules'>,
		private readonly cases: CasesOfRun,
		private readonly parts: OpenParts,
		private readonly options: RoundOptions,
	) {}

	/** What is free comes first, and what other runs are at work on comes later. */
	async *all(): AsyncGenerator<Round> {
		const wanted = this.cases.all.map((one) => ({ ...one.wanted, case: one }));
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
			groups = groupsOf(cases, rows, this.cases.workflow);
		} catch (error) {
			yield this.refuseAll(cases, () => this.options.wordsFor(error));
			return;
		}
		for (const { own, others } of groups) this.cases.setApart([...own, ...others]);
		for await (const taken of this.claims.take(groups.flatMap(wantedFor))) {
			yield this.roundOfGroups(taken);
		}
	}

	private refuseAll(cases: Case[], wordsFor: (wanted: Wanted) => Words): Round {
		const round = emptyRound();
		for (const one of cases) tell(round, one, { kind: 'refused', failure: wordsFor(one.wanted) });
		return round;
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
		this.parts.releaseQuiet();
		return round;
	}

	private roundOfGroups(taken: Array<Taken<WantedForGroup>>): Round {
		const round = emptyRound();
		const owned = new Set(this.sortTaken(round, taken, wordsForBusyBeside));
		for (const group of new Set(taken.map(({ wanted }) => wanted.group))) {
			if (owned.has(group.deciding)) this.groupInto(round, group);
		}
		this.parts.releaseQuiet();
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
		for (const one of others) this.parts.add(one);
		for (const one of own) {
			if (one !== deciding && !one.beside && changesForEveryone(one)) this.leaveForEveryone([one]);
			else if (one.isBehind) this.parts.add(one);
			else this.openInto(round, one);
		}
	}

	/** They are claimed again, with all others that are in their schedules. */
	private leaveForEveryone(cases: Case[]): void {
		this.forEveryone.push(...cases.filter((one) => this.cases.has(one)));
		this.parts.release(cases);
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
			if (this.cases.has(found)) tell(round, found, { kind: 'refused', failure });
			return [];
		});
	}

	private plan(one: Case): void {
		one.leader = inZoneOf(one.known, one.leader);
		const { now, table } = this.options;
		one.plan = planFor(wishOf(one), one.known && knownOf(one.known), now(), table);
	}

	private openInto(round: Round, one: Case): void {
		planInto(round, one, this.options.now());
		this.parts.add(one);
	}
}

function tell({ told }: Round, one: Case, outcome: PartOutcome): void {
	one.outcome = outcome;
	told.push({ draft: one.leader, outcome });
}

function planInto(round: Round, one: Case, now: number): void {
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
			tell(round, one, { kind: plan.as, failure: { message, description } });
			return;
		}
		case 'nothing': {
			one.quietRow = quietRow(one, plan, now);
			if (plan.status === 'not_found' && leader.under.stopIfNotFound) {
				const failure = wordsForNotFound(leader.under.reference, plan.reason);
				tell(round, one, { kind: 'refused', failure });
				return;
			}
			tell(round, one, { kind: 'quiet', ...plan, known });
		}
	}
}
