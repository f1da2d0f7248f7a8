import { hash } from 'node:crypto';

import type { JsonObject } from '../domain/json';
import { audienceFingerprint, isSameAudience } from '../domain/sameAudience';
import type { AudienceFingerprint } from '../domain/sameAudience';
import { personKey } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import type { Draft } from '../domain/drafts';
import type { Deed } from '../domain/references';
import type { Batch, Part } from '../domain/requests';
import type { Schedule } from '../domain/schedule';
import { scheduleIdOf } from './decisions';
import type { Outcome, PartOutcome } from './outcome';
import { converges } from './retryPolicy';
import { wordsForSameRequest } from './scheduleWords';

/** The fields of an answer that are stored, beside the two IDs that every answer has. */
interface Remarks {
	send_id?: unknown;
	message?: unknown;
	queued?: true;
	warnings?: string[];
	/** Why the outcome is unknown. */
	lost?: string;
	/** What it did for its reference. */
	deed?: Deed;
	/** The schedule that it moved or canceled. */
	existing?: string;
	/** When it was sent, where there was something to say about its time. */
	asOf?: number;
}

/**
 * The result of one request. A list rather than an object, because n8n saves one of these with the
 * execution for every request. Without a schedule ID and remarks, the outcome is unknown.
 */
type Entry = [about: number, scheduleId?: unknown, dispatchId?: unknown, remarks?: Remarks];

/** What many requests have in common. */
interface About {
	/** The campaign or Canvas. */
	id: string;
	schedule?: Schedule;
}

interface MessagedAudience {
	windows: AudienceFingerprint['windows'];
	/** The place. */
	place: string;
	/** The outcome of the message. */
	entry: number;
}

export interface LedgerMemory {
	abouts: About[];
	entries: Entry[];
	/**
	 * The entry of each claim; ~n instead of n for a recipient that a later item repeats, so that the
	 * other item's entry applies.
	 */
	claims: Record<string, number>;
	/**
	 * Creates and deletes of unknown outcome, by what was sent: the same request may return at
	 * another place.
	 */
	lost: Record<string, [entry: number, run: string]>;
	/** The audiences that were messaged, without the moments in time in their filters. */
	audiences: Record<string, MessagedAudience[]>;
}

/** What n8n stores for this node during the execution and its retries. */
export interface LedgerStore {
	ledger?: LedgerMemory;
}

export const newMemory = (): LedgerMemory => ({
	abouts: [],
	entries: [],
	claims: {},
	lost: {},
	audiences: {},
});

/** Schedules that were moved or canceled since; shared by all nodes of an execution. */
export type Touched = Record<string, 'changed' | 'cancelled'>;

/** The place of a request, as a text that is the same on every try. */
export interface Place {
	run: string;
	item: string;
	/** It failed in an earlier run, as far as n8n can tell. */
	cameBack?: boolean;
}

/** What one item has in one request, and its result. */
export interface PartResult {
	people?: Recipient[];
	/** How many of the recipients apply here; a later item repeats the others. */
	counting: number;
	schedule?: Schedule;
	outcome: PartOutcome;
	/** The same object for all parts of one request. */
	request: object;
	/** The campaign or Canvas of an earlier try that sent it. */
	recalledFor?: string;
	/** What a request of an earlier try did for its reference, and to which schedule. */
	deed?: Deed;
	existing?: string;
	/** What is said about its time holds for this moment of Braze's clock. */
	asOf?: number;
}

/** What of an item was sent before, and what hasn't been sent yet. */
interface Recalled {
	recalled: PartResult[];
	rest?: Draft;
}

const unknownFromEarlier = (
	message = 'An earlier try of this execution got no answer, so the outcome is unknown',
): Outcome => ({
	kind: 'unknown',
	failure: {
		message,
		description:
			'An earlier try of this execution sent it. It was not sent again, because the message could then go out twice. Check the analytics in Braze after the time has passed. If the message is missing, start a new execution with the items of unknown outcome alone',
	},
});

/** How an earlier try ended that n8n never saved completely. */
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
 *
 * A request is recognized by its place and its person alone: an expression may give another
 * campaign, send ID, time, filter or property on every try.
 */
export class Ledger {
	private readonly memory: LedgerMemory;
	/** Nothing was sent before. */
	private readonly isBlank: boolean;
	private readonly aboutNumbers = new Map<string, number>();
	/** The item of this run that has each claim: an item may return twice. */
	private readonly takers = new Map<string, number>();

	constructor(
		store: LedgerStore,
		private readonly placeOf: (item: number) => Place,
		/** For an agent's tool, whose schedules other tools may have moved or canceled. */
		private readonly touched?: Touched,
		/** Earlier tries may have sent requests without a saved record. */
		private readonly lost?: Lost,
	) {
		this.memory = store.ledger ??= newMemory();
		this.isBlank = this.memory.entries.length === 0;
		this.memory.abouts.forEach((about, index) => {
			this.aboutNumbers.set(JSON.stringify(about), index);
		});
	}

	/** Splits drafts into what was sent before and what hasn't been sent yet. */
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
		const known = new Map<Entry, { people: Recipient[]; counting: number }>();
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
		const entry = this.find(claim, draft)?.entry;
		const counting = draft.people?.length ?? 0;
		return entry && !(converges(draft) && isUnknown(entry))
			? { recalled: [this.resultFrom(entry, { people: draft.people, counting })] }
			: { recalled: [], rest: draft };
	}

	/** The other item of this run that represents the same request. */
	private takerOf(claim: string, { item }: Draft): number | undefined {
		const taker = this.takers.get(claim);
		if (taker === undefined) this.takers.set(claim, item);
		return taker;
	}

	/** Written down before a request leaves: should the answer never come, it counts as sent. */
	noteSending(batch: Batch): { noteOutcome: (outcome: Outcome, asOf?: number) => void } {
		const { memory } = this;
		const entry: Entry = [this.aboutNumber(batch)];
		const index = memory.entries.push(entry) - 1;
		const counting = new Set(batch.body.recipients as Recipient[] | undefined);
		const claims = batch.parts.flatMap(({ draft, people }) =>
			claimants(draft, people).map((person) => {
				const claim = this.claimOf(draft, person);
				memory.claims[claim] = !person || counting.has(person) ? index : ~index;
				return claim;
			}),
		);
		const [{ draft }] = batch.parts;
		if (isToAudience(draft)) this.noteAudience(draft, index);
		return {
			noteOutcome: (outcome, asOf) => {
				if (outcome.kind === 'accepted') {
					const isWorthSaying = batch.parts.some((part) => hasTimeWarnings(part, asOf));
					write(entry, outcome, {
						...(isWorthSaying && asOf !== undefined && { asOf }),
						...remarksFor(draft),
					});
				}
				if (outcome.kind === 'unknown') {
					entry[3] = { lost: outcome.failure.message };
					if (draft.operation !== 'update' && !draft.under) this.noteLost(batch, index);
				}
				if (outcome.kind === 'refused') {
					for (const claim of claims) delete memory.claims[claim];
					if (isToAudience(draft)) this.releaseAudience(draft);
				} else this.noteTouched(draft, outcome);
			},
		};
	}

	/** Whether an earlier try of this update or delete ended without a known outcome. */
	wasUnknown({ parts: [{ draft }] }: Batch): boolean {
		const entry = converges(draft) ? this.find(this.claimOf(draft), draft)?.entry : undefined;
		return entry !== undefined && isUnknown(entry);
	}

	/**
	 * Whether another item, run or call of this execution has already messaged the same audience.
	 * What the item itself has sent, also together with others, is recalled instead.
	 */
	hasMessaged(draft: Draft): boolean {
		if (!isToAudience(draft) || Object.hasOwn(this.memory.claims, this.claimOf(draft)))
			return false;
		const { shape, windows } = fingerprintOf(draft);
		return (this.memory.audiences[shape] ?? []).some(
			(messaged) =>
				!this.isCancelled(this.memory.entries[messaged.entry]) &&
				isSameAudience({ shape, windows }, { shape, windows: messaged.windows }),
		);
	}

	private noteAudience(draft: Draft, entry: number): void {
		const { shape, windows } = fingerprintOf(draft);
		const place = placeText(this.placeOf(draft.item));
		(this.memory.audiences[shape] ??= []).push({ windows, place, entry });
	}

	private releaseAudience(draft: Draft): void {
		const { shape } = fingerprintOf(draft);
		const place = placeText(this.placeOf(draft.item));
		const { audiences } = this.memory;
		audiences[shape] = audiences[shape].filter((messaged) => messaged.place !== place);
	}

	private find(
		claim: string,
		draft: Draft,
		person?: Recipient,
	): { entry: Entry; counts: boolean } | undefined {
		const { entries, claims, lost } = this.memory;
		if (Object.hasOwn(claims, claim)) {
			const index = claims[claim];
			const entry = entries[index < 0 ? ~index : index];
			if (this.isTouched(entry)) return undefined;
			return { entry, counts: index >= 0 };
		}
		if (draft.under || Object.keys(lost).length === 0) return undefined;
		const key = keysOfLost(draft, person).find((one) => Object.hasOwn(lost, one));
		if (key === undefined) return undefined;
		const [index, run] = lost[key];
		// In one run, two items may deliberately ask for the same message.
		const place = this.placeOf(draft.item);
		const isOwnRun = run === place.run && !place.cameBack;
		if (isOwnRun && !converges(draft) && !draft.cameBackUnknown) return undefined;
		return { entry: entries[index], counts: true };
	}

	private isTouched([, scheduleId]: Entry): boolean {
		return Object.hasOwn(this.touched ?? {}, String(scheduleId));
	}

	private isCancelled([, scheduleId]: Entry): boolean {
		return this.touched?.[String(scheduleId)] === 'cancelled';
	}

	/**
	 * An update or a delete is also identified by its schedule: an earlier node that runs again in a
	 * retry may return another one, and repeating such a request has no further effect.
	 */
	private claimOf(draft: Draft, person?: Recipient): string {
		const { target, operation, item, under } = draft;
		const { run, item: place } = this.placeOf(item);
		if (under) return short([under.intent, target.resource, run, place, under.reference]);
		const about = person ? personKey(person) : scheduleIdOf(draft);
		return short([operation, target.resource, run, place, about]);
	}

	private noteTouched(draft: Draft, { kind }: Outcome): void {
		const scheduleId = scheduleIdOf(draft);
		if (!this.touched || scheduleId === undefined) return;
		const isCancelled = draft.operation === 'delete' && kind === 'accepted';
		this.touched[scheduleId] = isCancelled ? 'cancelled' : 'changed';
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
		entry: Entry,
		part: { people?: Recipient[]; counting: number } = { counting: 0 },
	): PartResult {
		const { id, schedule } = this.memory.abouts[entry[0]];
		const { asOf, deed, existing } = entry[3] ?? {};
		const outcome = read(entry);
		return { ...part, schedule, outcome, request: entry, recalledFor: id, asOf, deed, existing };
	}
}

const supersededBy = (by: number, draft: Draft, people?: Recipient[]): PartResult => ({
	people,
	counting: 0,
	schedule: draft.schedule,
	outcome: { kind: 'superseded', by, warning: wordsForSameRequest(by) },
	request: draft,
});

/**
 * For whom a request is written down. A reference is known by itself, whoever gets the message, and
 * of a replacement only the second half counts.
 */
function claimants(
	{ under, operation }: Draft,
	people?: Recipient[],
): Array<Recipient | undefined> {
	if (!under) return people ?? [undefined];
	return under.intent === 'upsert' && operation === 'delete' ? [] : [undefined];
}

const isToAudience = ({ operation, people }: Draft): boolean => operation === 'create' && !people;

function fingerprintOf({ target, body }: Draft): AudienceFingerprint {
	const { shape, windows } = audienceFingerprint(target, body);
	return { shape: short(shape), windows };
}

const placeText = ({ run, item }: Place): string => short([run, item]);

const short = (content: unknown): string =>
	hash('sha256', JSON.stringify(content), 'base64url').slice(0, 12);

const contentKey = ({ target, body }: Draft, person?: Recipient): string =>
	short([target.resource, body, person && personKey(person)]);

/**
 * An item that itself reports an unknown outcome is the same, even if its expressions return other
 * values now, or a node in between has reordered the items.
 */
const keysOfLost = (draft: Draft, person?: Recipient): string[] => [
	contentKey(draft, person),
	...(draft.cameBackUnknown && person
		? [short([draft.target.resource, 'lost', personKey(person)])]
		: []),
];

const hasTimeWarnings = ({ draft }: Part, asOf?: number): boolean =>
	(draft.timeWarnings?.(asOf).length ?? 0) > 0;

const isUnknown = ([, scheduleId, , remarks]: Entry): boolean =>
	remarks ? remarks.lost !== undefined : scheduleId === undefined;

/** For an item with a reference, that is more than Braze says. */
const remarksFor = (draft: Draft): Pick<Remarks, 'deed' | 'existing'> => {
	const deed = draft.under?.deed;
	if (deed === undefined || deed === 'create') return {};
	return { deed, ...(converges(draft) && { existing: scheduleIdOf(draft) }) };
};

function write(
	entry: Entry,
	{ body, queued, warnings }: Extract<Outcome, { kind: 'accepted' }>,
	more: Pick<Remarks, 'asOf' | 'deed' | 'existing'>,
): void {
	const { schedule_id, dispatch_id, send_id, message } = body;
	const remarks: Remarks = {
		...(send_id !== undefined && { send_id }),
		...(message !== 'success' && { message: message ?? null }),
		...(queued && { queued }),
		...(warnings.length > 0 && { warnings }),
		...more,
	};
	entry.push(schedule_id ?? null, dispatch_id ?? null);
	if (Object.keys(remarks).length > 0) entry.push(remarks);
}

function read(entry: Entry): Outcome {
	const [, schedule_id, dispatch_id, remarks = {}] = entry;
	const { lost, queued = false, warnings = [], send_id, message = 'success' } = remarks;
	if (isUnknown(entry)) return unknownFromEarlier(lost);
	const body: JsonObject = {
		...(message !== null && { message }),
		...(schedule_id !== null && { schedule_id }),
		...(dispatch_id !== null && { dispatch_id }),
		...(send_id !== undefined && { send_id }),
	};
	return { kind: 'accepted', queued, body, warnings };
}
