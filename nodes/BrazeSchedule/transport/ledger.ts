import { hash } from 'node:crypto';

import type { JsonObject } from '../domain/json';
import { personKey } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import type { Batch, Draft } from '../domain/requests';
import type { Schedule } from '../domain/schedule';
import type { Outcome, PartOutcome } from './outcome';

/** What became of a request in an earlier try; without a body, nobody knows. */
interface Entry {
	/** Why the outcome is unknown. */
	lost?: string;
	body?: JsonObject;
	schedule?: Schedule;
	queued?: true;
	warnings?: string[];
}

interface Page {
	entries: Entry[];
	/**
	 * Which entry each claim belongs to; ~n instead of n for someone whom a later item names again,
	 * so that the other item's entry is the one that counts.
	 */
	claims: Record<string, number>;
}

/** What n8n keeps for this node as long as the execution and its retries last. */
export type LedgerStore = { [run: string]: Page };

/** What one item has in one request, and what became of it. */
export interface PartResult {
	people?: Recipient[];
	/** How many of the people count here; the others are named again by a later item. */
	counting: number;
	schedule?: Schedule;
	outcome: PartOutcome;
	/** The same object for all parts of one request. */
	request: object;
	/** Sent by an earlier try of this execution. */
	recalled?: true;
}

const KEPT_FIELDS = ['schedule_id', 'dispatch_id', 'send_id', 'message'];

const lost = (
	message = 'An earlier try of this execution got no answer, so the outcome is unknown',
): Outcome => ({
	kind: 'unknown',
	failure: {
		message,
		description:
			'An earlier try of this execution sent it. It was not sent again, because the message could then go out twice. Check in Braze; to send it in any case, run the workflow anew',
	},
});

/**
 * n8n runs the whole node again on Retry On Fail and on its retry button, finished requests
 * included. The ledger remembers, person by person, what this execution has already sent.
 */
export class Ledger {
	private readonly page: Page;
	/** Nothing was sent before. */
	private readonly isBlank: boolean;

	/**
	 * `run` and `placeOf` say where a request belongs, in words that are the same on every try:
	 * mostly the run's and the item's number.
	 */
	constructor(
		store: LedgerStore,
		run: string,
		private readonly placeOf: (item: number) => string,
	) {
		this.page = store[run] ??= { entries: [], claims: {} };
		this.isBlank = this.page.entries.length === 0;
	}

	/** Splits a draft into what was sent before and what is still to be sent. */
	recall(draft: Draft): { recalled: PartResult[]; rest?: Draft } {
		const { people } = draft;
		if (this.isBlank) return { recalled: [], rest: draft };
		if (!people) {
			const [entry] = this.find(this.claimOf(draft));
			return entry ? { recalled: [resultFrom(entry)] } : { recalled: [], rest: draft };
		}
		const known = new Map<Entry, { people: Recipient[]; counting: number }>();
		const rest = people.filter((person) => {
			const [entry, counts] = this.find(this.claimOf(draft, person));
			if (!entry) return true;
			const part = known.get(entry) ?? { people: [], counting: 0 };
			part.people.push(person);
			part.counting += Number(counts);
			known.set(entry, part);
			return false;
		});
		return {
			recalled: [...known].map(([entry, part]) => resultFrom(entry, part)),
			rest: rest.length > 0 ? { ...draft, people: rest, resumed: known.size > 0 } : undefined,
		};
	}

	/** Written down before a request leaves: should the answer never come, it counts as sent. */
	claim(batch: Batch): { settle: (outcome: Outcome) => void } {
		const index = this.page.entries.push({}) - 1;
		const counting = new Set(batch.body.recipients as Recipient[] | undefined);
		const claims = batch.parts.flatMap(({ draft, people }) =>
			(people ?? [undefined]).map((person) => {
				const claim = this.claimOf(draft, person);
				this.page.claims[claim] = !person || counting.has(person) ? index : ~index;
				return claim;
			}),
		);
		return {
			settle: (outcome) => {
				if (outcome.kind === 'accepted') {
					this.page.entries[index] = entryFrom(outcome, batch.schedule);
				}
				if (outcome.kind === 'unknown') {
					this.page.entries[index] = { lost: outcome.failure.message };
				}
				if (outcome.kind === 'refused' || (outcome.kind === 'unknown' && converges(batch))) {
					for (const claim of claims) delete this.page.claims[claim];
				}
			},
		};
	}

	private find(claim: string): [Entry | undefined, boolean] {
		const index = Object.hasOwn(this.page.claims, claim) ? this.page.claims[claim] : undefined;
		if (index === undefined) return [undefined, false];
		return [this.page.entries[index < 0 ? ~index : index], index >= 0];
	}

	/**
	 * A create is recognised by its place, its target and its people, not by its time, filters and
	 * properties: an expression such as {{ $now }} gives another value on every try.
	 */
	private claimOf(draft: Draft, person?: Recipient): string {
		const { target, operation, body, item } = draft;
		const content =
			operation === 'create' ? [body[target.idField], body.broadcast, body.send_id] : body;
		const place = this.placeOf(item);
		const who = person && personKey(person);
		const claim = JSON.stringify([operation, target.resource, content, place, who]);
		return hash('sha256', claim, 'base64url').slice(0, 16);
	}
}

/** Update and Delete end at the same place however often they are sent. */
const converges = ({ operation }: Batch): boolean => operation !== 'create';

function resultFrom(
	entry: Entry,
	part: { people?: Recipient[]; counting: number } = { counting: 0 },
): PartResult {
	const { body, schedule, queued = false, warnings = [] } = entry;
	return {
		...part,
		schedule,
		outcome: body ? { kind: 'accepted', queued, body, warnings } : lost(entry.lost),
		request: entry,
		recalled: true,
	};
}

function entryFrom(
	{ body, queued, warnings }: Extract<Outcome, { kind: 'accepted' }>,
	schedule?: Schedule,
): Entry {
	return {
		body: Object.fromEntries(Object.entries(body).filter(([key]) => KEPT_FIELDS.includes(key))),
		schedule,
		...(queued && { queued }),
		...(warnings.length > 0 && { warnings }),
	};
}
