import type { Recipient } from '../domain/recipients';
import type { Draft } from '../domain/drafts';
import type { Deed, Handle } from '../domain/references';
import type { Batch, Part } from '../domain/requests';
import type { Schedule } from '../domain/schedule';
import { scheduleIdOf } from './decisions';
import { claimKey, isToAudience, keysOfLost, placeKey, testKey } from './ledgerKeys';
import type { Place } from './ledgerKeys';
import {
	entryOf,
	isCanceled,
	isChanged,
	isUnknown,
	newMemory,
	readOutcome,
	writeOutcome,
} from './ledgerMemory';
import type {
	About,
	Behind,
	LedgerEntry,
	Remarks,
	LedgerMemory,
	LedgerStore,
	Touched,
} from './ledgerMemory';
import { MessagedAudiences } from './messagedAudiences';
import type { Outcome, PartOutcome } from './outcome';
import { converges } from './retryPolicy';
import { wordsForBehind, wordsForSameRequest } from './scheduleWords';

/** What one item has in one request, and what became of it. */
export interface PartResult {
	people?: Recipient[];
	/** How many of the people count here; the others are named again by a later item. */
	counting: number;
	schedule?: Schedule;
	outcome: PartOutcome;
	/** The same object for all parts of one request. */
	request: object;
	/** The campaign or Canvas of an earlier try that sent it. */
	recalledFor?: string;
	/** An agent has moved its schedule since, or may have canceled it: its time is not known. */
	isChanged?: true;
	/** What a request of an earlier try did for its reference, and to which schedule. */
	deed?: Deed;
	existing?: Handle;
	/** What is said about its time holds for this moment of Braze's clock. */
	asOf?: number;
}

/** An item for whose reference or schedule another one of its run has decided. */
interface Follower {
	draft: Draft;
	/** The other one. */
	leader: Draft;
	outcome: PartOutcome;
}

/** What of an item was sent before, and what is still to be sent. */
interface Recalled {
	recalled: PartResult[];
	rest?: Draft;
}

/** How an earlier try ended that was never saved to its end. */
export type Lost = 'killed' | 'stopped';

const LOST = {
	killed: 'n8n stopped during an earlier try of this execution, so the outcome is unknown',
	stopped: 'An earlier try of this execution was stopped, so the outcome is unknown',
};

const forgotten = (lost: Lost): Outcome => ({
	kind: 'unknown',
	failure: {
		message: LOST[lost],
		description:
			"n8n didn't save what that try had sent. Nothing was sent now, because the message could then go out twice. Check the analytics in Braze after the time has passed, and start a new execution with the missing items alone",
	},
});

/**
 * n8n runs the whole node again on Retry On Fail and on its retry button, finished requests
 * included. The ledger remembers, person by person, what this execution has already sent.
 */
export class Ledger {
	private readonly memory: LedgerMemory;
	/** Nothing was sent before. */
	private readonly isBlank: boolean;
	private readonly audiences: MessagedAudiences;
	private readonly aboutNumbers = new Map<string, number>();
	/** Which item of this run takes each claim: an item may come back twice. */
	private readonly takers = new Map<string, number>();

	constructor(
		store: LedgerStore,
		private readonly placeOf: (item: number) => Place,
		/** Given for an agent's tool, whose schedules may have been moved or canceled by other tools. */
		private readonly touched?: Touched,
		/** Earlier tries may have sent what was never written down. */
		private readonly lost?: Lost,
	) {
		this.memory = store.ledger ??= newMemory();
		this.isBlank = this.memory.entries.length === 0;
		this.audiences = new MessagedAudiences(this.memory, placeOf, touched);
		this.memory.abouts.forEach((about, index) => {
			this.aboutNumbers.set(JSON.stringify(about), index);
		});
	}

	/** Splits drafts into what was sent before and what is still to be sent. */
	recallAll(drafts: Draft[]): Recalled[] {
		return drafts.map((draft) => this.recall(draft));
	}

	private recall(draft: Draft): Recalled {
		const { recalled, rest } = this.recallKnown(draft);
		if (!this.lost || rest?.operation !== 'create') return { recalled, rest };
		// What was sent is remembered under its reference.
		if (rest.under) return { recalled, rest };
		const { people } = rest;
		const counting = people?.length ?? 0;
		const outcome = forgotten(this.lost);
		return { recalled: [...recalled, { people, counting, outcome, request: rest }] };
	}

	private recallKnown(draft: Draft): Recalled {
		const { people } = draft;
		if (this.isBlank) return { recalled: [], rest: draft };
		if (!people || draft.under) return this.recallWhole(draft);
		const known = new Map<LedgerEntry, { people: Recipient[]; counting: number }>();
		const twice = new Map<number, Recipient[]>();
		const rest = people.filter((person) => {
			const claim = this.claimOf(draft, person);
			const taker = this.takerOf(claim, draft);
			if (taker !== undefined) {
				const named = twice.get(taker);
				if (named) named.push(person);
				else twice.set(taker, [person]);
				return false;
			}
			const found = this.find(claim, draft, person);
			if (!found) return true;
			const part = known.get(found.entry) ?? { people: [], counting: 0 };
			part.people.push(person);
			part.counting += Number(found.counts);
			known.set(found.entry, part);
			return false;
		});
		return {
			recalled: [
				...[...known].map(([entry, part]) => this.resultFrom(entry, part)),
				...[...twice].map(([taker, named]) => supersededBy(taker, draft, named)),
			],
			rest: rest.length > 0 ? { ...draft, people: rest, resumed: known.size > 0 } : undefined,
		};
	}

	private recallWhole(draft: Draft): Recalled {
		// A model may well move a schedule back to where it was.
		if ((converges(draft) || draft.under) && this.touched) return { recalled: [], rest: draft };
		const claim = this.claimOf(draft);
		const taker = this.takerOf(claim, draft);
		if (taker !== undefined) return { recalled: [supersededBy(taker, draft)] };
		const own = this.find(claim, draft)?.entry;
		const behind = own ? undefined : this.memory.behind?.[claim];
		const entry = behind ? this.find(behind.leader, draft)?.entry : own;
		if (!entry || (converges(draft) && isUnknown(entry))) return { recalled: [], rest: draft };
		const result = this.resultFrom(entry, wholeOf(draft), claim);
		return { recalled: [behind ? resultBehind(behind, draft, result) : result] };
	}

	/** The other item of this run that stands for the same request. */
	private takerOf(claim: string, { item }: Draft): number | undefined {
		const taker = this.takers.get(claim);
		if (taker === undefined) this.takers.set(claim, item);
		return taker;
	}

	/** Written down before a request leaves: should the answer never come, it counts as sent. */
	noteSending(batch: Batch): { noteOutcome: (outcome: Outcome, asOf?: number) => void } {
		const { memory } = this;
		const entry: LedgerEntry = [this.aboutNumber(batch)];
		const index = memory.entries.push(entry) - 1;
		const counting = new Set(batch.body.recipients as Recipient[] | undefined);
		const claims = batch.parts.flatMap((part) =>
			claimants(part).map((person) => {
				const claim = this.claimOf(part.draft, person);
				memory.claims[claim] = !person || counting.has(person) ? index : ~index;
				return claim;
			}),
		);
		const [{ draft }] = batch.parts;
		if (isToAudience(draft)) this.audiences.note(draft, index);
		if (draft.test) (memory.tests ??= {})[testKey(draft)] = this.testPlaceOf(draft);
		return {
			noteOutcome: (outcome, asOf) => {
				if (outcome.kind === 'accepted') {
					const isWorthSaying = batch.parts.some((part) => hasTimeWarnings(part, asOf));
					writeOutcome(entry, outcome, {
						...(isWorthSaying && asOf !== undefined && { asOf }),
						...this.remarksFor(batch),
					});
				}
				if (outcome.kind === 'unknown') {
					entry[3] = { lost: outcome.failure.message };
					if (draft.operation !== 'update' && !draft.under) this.noteLost(batch, index);
				}
				if (outcome.kind === 'refused') {
					for (const claim of claims) delete memory.claims[claim];
					if (isToAudience(draft)) this.audiences.remove(draft);
					if (draft.test) delete memory.tests?.[testKey(draft)];
				} else this.noteTouched(draft, outcome);
			},
		};
	}

	/**
	 * What the leaders have sent isn't sent again. In a retry, their followers would otherwise be the
	 * only ones left, and would take the schedule back to what they ask for.
	 */
	noteFollowers(followers: Follower[]): void {
		const { memory } = this;
		for (const { draft, leader: decided, outcome } of followers) {
			const leader = this.claimOf(decided);
			if (!Object.hasOwn(memory.claims, leader)) continue;
			const known = outcome.kind === 'accepted' ? draft.under?.known : undefined;
			const existing = known && handleOf(known);
			const behind: Behind = { leader, by: decided.item, outcome, existing };
			(memory.behind ??= {})[this.claimOf(draft)] = behind;
		}
	}

	/**
	 * Of what is left to be sent, the items that would decide now only because the one that did is not
	 * among them, for example because its time has passed. As long as its outcome is unknown, so is
	 * theirs.
	 */
	leaderless(drafts: Draft[]): Map<Draft, PartResult> {
		const { behind } = this.memory;
		const found = new Map<Draft, PartResult>();
		if (!behind) return found;
		const left = new Set(drafts.map((draft) => this.claimOf(draft)));
		for (const draft of drafts) {
			const claim = this.claimOf(draft);
			const leader = this.find(claim, draft) ? undefined : behind[claim]?.leader;
			const entry = leader && !left.has(leader) ? this.find(leader, draft)?.entry : undefined;
			if (entry) found.set(draft, this.resultFrom(entry, wholeOf(draft), claim));
		}
		return found;
	}

	/** Whether an earlier try of this update or delete ended without a known outcome. */
	wasUnknown({ parts: [{ draft }] }: Batch): boolean {
		const entry = converges(draft) ? this.find(this.claimOf(draft), draft)?.entry : undefined;
		return entry !== undefined && isUnknown(entry);
	}

	/** Whether another item, run or call of this execution has already messaged the same audience. */
	hasMessaged(draft: Draft): boolean {
		return this.audiences.include(draft);
	}

	/**
	 * The tests: of each campaign or Canvas the first whose time hasn't passed, and those before it,
	 * unless another item, run or call of this execution has sent one. Otherwise, a list would fill
	 * the testers' inboxes.
	 */
	firstTests(drafts: Draft[]): Set<Draft> {
		const tests = new Set<Draft>();
		const sent = new Set<string>();
		for (const draft of drafts) {
			const key = testKey(draft);
			const place = this.memory.tests?.[key];
			const isFree = place === undefined || place === this.testPlaceOf(draft);
			if (!draft.test || !isFree || sent.has(key)) continue;
			tests.add(draft);
			// Nothing is sent for one whose time has passed, so the next one is a test too.
			if (!draft.late) sent.add(key);
		}
		return tests;
	}

	private testPlaceOf = ({ item }: Draft): string => placeKey(this.placeOf(item));

	private claimOf(draft: Draft, person?: Recipient): string {
		return claimKey(draft, this.placeOf(draft.item), person);
	}

	private find(
		claim: string,
		draft: Draft,
		person?: Recipient,
	): { entry: LedgerEntry; counts: boolean } | undefined {
		const { entries, claims, lost } = this.memory;
		if (Object.hasOwn(claims, claim)) {
			const index = claims[claim];
			const entry = entries[entryOf(index)];
			if (isCanceled(entry, this.touched)) return undefined;
			return { entry, counts: index >= 0 };
		}
		if (draft.under || Object.keys(lost).length === 0) return undefined;
		const key = keysOfLost(draft, person).find((one) => Object.hasOwn(lost, one));
		if (key === undefined) return undefined;
		const [lostIndex, run] = lost[key];
		// In one run, two items may well ask for the same message.
		const place = this.placeOf(draft.item);
		const isOwnRun = run === place.run && !place.cameBack;
		if (isOwnRun && !converges(draft) && !draft.cameBackUnknown) return undefined;
		return { entry: entries[lostIndex], counts: true };
	}

	private noteTouched(draft: Draft, { kind }: Outcome): void {
		const scheduleId = scheduleIdOf(draft);
		if (!this.touched || scheduleId === undefined) return;
		// Whatever is asked for it afterwards, Braze doesn't bring it back.
		if (this.touched[scheduleId] === 'canceled') return;
		const isCanceled = draft.operation === 'delete' && kind === 'accepted';
		this.touched[scheduleId] = isCanceled ? 'canceled' : 'changed';
	}

	private noteLost(batch: Batch, index: number): void {
		for (const { draft, people } of batch.parts) {
			const { run } = this.placeOf(draft.item);
			for (const person of people ?? [undefined]) {
				for (const key of keysOfLost({ ...draft, cameBackUnknown: true }, person)) {
					this.memory.lost[key] = [index, run];
				}
			}
		}
	}

	private aboutNumber({ schedule, parts: [{ draft }] }: Batch): number {
		const about: About = { id: String(draft.body[draft.target.idField]), schedule };
		const key = JSON.stringify(about);
		let number = this.aboutNumbers.get(key);
		if (number === undefined) {
			number = this.memory.abouts.push(about) - 1;
			this.aboutNumbers.set(key, number);
		}
		return number;
	}

	private resultFrom(
		entry: LedgerEntry,
		part: { people?: Recipient[]; counting: number },
		claim?: string,
	): PartResult {
		const { id, schedule } = this.memory.abouts[entry[0]];
		const { asOf, replaced, existing } = entry[3] ?? {};
		const deed = replaced?.some((one) => one === claim) ? 'replace' : entry[3]?.deed;
		const outcome = readOutcome(entry);
		const result = { ...part, outcome, request: entry, recalledFor: id, asOf, deed, existing };
		return isChanged(entry, this.touched)
			? { ...result, isChanged: true }
			: { ...result, schedule };
	}

	/** For items with a reference, that is more than Braze says. */
	private remarksFor({ parts }: Batch): Pick<Remarks, 'deed' | 'replaced' | 'existing'> {
		const replaced = parts.filter(({ draft }) => draft.under?.deed === 'replace');
		if (replaced.length > 0) return { replaced: replaced.map(({ draft }) => this.claimOf(draft)) };
		const { deed, known } = parts[0].draft.under ?? {};
		return known ? { deed, existing: handleOf(known) } : {};
	}
}

/**
 * For whom a request is written down. A reference is enough, no matter who gets the message, and
 * of a replacement only the second half counts.
 */
function claimants({ draft, people }: Part): Array<Recipient | undefined> {
	const { under, operation } = draft;
	if (!under) return people ?? [undefined];
	return under.intent === 'upsert' && operation === 'delete' ? [] : [undefined];
}

/** So that a later try can say what it was, and not only which one. */
function handleOf(known: Handle): Handle {
	const { time, mode, timeZone, recipients, scheduleId, dispatchId, sendId } = known;
	return { time, mode, timeZone, recipients, scheduleId, dispatchId, sendId };
}

const wholeOf = ({ people }: Draft) => ({ people, counting: people?.length ?? 0 });

/** The same as in the try that sent the leader's request, of which this is the result. */
function resultBehind(behind: Behind, draft: Draft, sent: PartResult): PartResult {
	const { by, outcome, existing } = behind;
	if (sent.outcome.kind === 'unknown') return sent;
	if (outcome.kind === 'accepted') return { ...sent, outcome, existing };
	const { people, counting } = sent;
	const isOver = outcome.kind !== 'unknown' && outcome.kind !== 'refused';
	return {
		people,
		counting,
		schedule: draft.schedule,
		// What the leader has sent since, when this item was not beside it.
		outcome: isOver ? outcome : { kind: 'superseded', by, warning: wordsForBehind(by) },
		request: draft,
	};
}

const supersededBy = (by: number, draft: Draft, people?: Recipient[]): PartResult => ({
	people,
	counting: 0,
	schedule: draft.schedule,
	outcome: { kind: 'superseded', by, warning: wordsForSameRequest(by) },
	request: draft,
});

const hasTimeWarnings = ({ draft }: Part, asOf?: number): boolean =>
	(draft.timeWarnings?.(asOf).length ?? 0) > 0;
