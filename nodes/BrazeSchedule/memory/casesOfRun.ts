import { RECIPIENTS_PER_REQUEST } from '../domain/recipients';
import type { Part } from '../domain/requests';
import { decidingAfter, isReferenced } from '../domain/underReference';
import type { Referenced } from '../domain/underReference';
import type { PartOutcome } from '../transport/outcome';
import { outcomeBehind } from './cases';
import type { Case, Told, ToldBehind } from './cases';
import type { Wanted } from './contest';
import { heardBeside } from './everyone';
import { identityOf, rememberedFrom } from './remembered';
import { keyOf } from './rows';

/**
 * So many references are announced and settled together: few at first, since a crash leaves them
 * unknown. Full requests of combined items fill them without a rest.
 */
const FIRST_PART = RECIPIENTS_PER_REQUEST;
const LARGEST_PART = 64 * RECIPIENTS_PER_REQUEST;

/** Asked for every part of every request, so it works out nothing else. */
const keyOfDraft = (draft: Referenced): string => keyOf(identityOf(draft));

/** The references of a run, each of them once, and the items that have them. */
export class CasesOfRun {
	private readonly byReference = new Map<string, Case>();
	private readonly parts = new PartNumbers();

	/** `workflow`: its name, for the people who open the table. */
	constructor(readonly workflow: string) {}

	get all(): Case[] {
		return [...this.byReference.values()];
	}

	add(drafts: Referenced[]): void {
		for (const draft of drafts) {
			const wanted = this.remembered(draft);
			const key = keyOf(wanted);
			const known = this.byReference.get(key);
			if (known) {
				this.decideBetween(known, draft);
				continue;
			}
			this.byReference.set(key, {
				leader: draft,
				eventTime: draft.under.eventTime,
				followers: [],
				wanted: { ...wanted, part: this.parts.next() },
				shared: 1,
				pending: 0,
			});
		}
	}

	/** A part of their own for references that are changed together. */
	setApart(cases: Case[]): void {
		const part = this.parts.next(cases.length);
		for (const one of cases) one.wanted = { ...one.wanted, part };
	}

	/** Whether items of this run have asked for it. */
	has(one: Case): boolean {
		return this.byReference.get(keyOf(one.wanted)) === one;
	}

	of({ draft }: Part): Case | undefined {
		return isReferenced(draft) ? this.byReference.get(keyOfDraft(draft)) : undefined;
	}

	in(parts: Part[]): Case[] {
		return parts.flatMap((part) => this.of(part) ?? []);
	}

	/**
	 * What the items learn that another item of this run has decided for. What became of that one
	 * is looked for among the results, if no request for it left.
	 */
	followers(results: Told[]): ToldBehind[] {
		const byItem = new Map(results.map((result) => [result.draft.item, result]));
		const outcomeOf = ({ outcome, leader }: Case): PartOutcome | undefined =>
			outcome ?? byItem.get(leader.item)?.outcome;
		const beside = this.all.flatMap((one): ToldBehind[] => {
			const decided = one.isBehind && one.beside ? outcomeOf(one.beside) : undefined;
			if (!one.beside || !decided) return [];
			const heard = heardBeside(one, one.beside, decided);
			one.outcome = heard.outcome;
			const { leader } = one.beside;
			return [{ ...heard, leader, request: byItem.get(leader.item)?.request }];
		});
		const behind = this.all.flatMap((one) => {
			const outcome = outcomeOf(one);
			if (!outcome) return [];
			// Only this one's request is written down.
			const { leader } = one.isBehind && one.beside ? one.beside : one;
			return one.followers.map((draft) => ({
				...{ draft, leader },
				outcome: outcomeBehind(one, draft, outcome),
			}));
		});
		return [...beside, ...behind];
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
		one.wanted = { ...this.remembered(leader), eventTime, part };
	}

	private remembered(draft: Referenced): Omit<Wanted, 'part'> {
		const deedIfNew = draft.operation === 'create' ? 'create' : undefined;
		return { ...rememberedFrom(draft, this.workflow), deedIfNew };
	}
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
