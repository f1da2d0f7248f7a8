import { createHash } from 'node:crypto';

import type { JsonObject } from '../domain/json';
import { personKey } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import type { Batch, Draft } from '../domain/requests';
import type { Schedule } from '../domain/schedule';
import type { Outcome } from './outcome';

/** What became of a request in an earlier try; without a body, nobody knows. */
interface Entry {
	body?: JsonObject;
	schedule?: Schedule;
	queued?: true;
	warnings?: string[];
}

interface Page {
	entries: Entry[];
	/** Which entry each claim belongs to. */
	claims: Record<string, number>;
}

/** What n8n keeps for this node as long as the execution and its retries last. */
export type LedgerStore = { [run: string]: Page };

export interface Recalled {
	people?: Recipient[];
	schedule?: Schedule;
	outcome: Outcome;
}

const KEPT_FIELDS = ['schedule_id', 'dispatch_id', 'send_id', 'message'];

const LOST: Outcome = {
	kind: 'unknown',
	failure: {
		message:
			'An earlier try of this execution sent this request and got no answer, so the outcome is unknown',
		description:
			'It was not sent again, because the message could then go out twice. Check in Braze; to send it in any case, run the workflow anew',
	},
};

/**
 * n8n runs the whole node again on Retry On Fail and on its retry button, finished requests
 * included. The ledger remembers, person by person, what this execution has already sent.
 */
export class Ledger {
	private readonly page: Page;

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
	}

	/** Splits a draft into what was sent before and what is still to be sent. */
	recall(draft: Draft): { recalled: Recalled[]; rest?: Draft } {
		const { people } = draft;
		if (!people) {
			const entry = this.find(this.claimOf(draft));
			return entry
				? { recalled: [recalledFrom(entry)], rest: undefined }
				: { recalled: [], rest: draft };
		}
		const known = new Map<Entry, Recipient[]>();
		const rest = people.filter((person) => {
			const entry = this.find(this.claimOf(draft, person));
			if (entry) known.set(entry, [...(known.get(entry) ?? []), person]);
			return !entry;
		});
		return {
			recalled: [...known].map(([entry, part]) => recalledFrom(entry, part)),
			rest: rest.length > 0 ? { ...draft, people: rest } : undefined,
		};
	}

	/** Written down before a request leaves: should the answer never come, it counts as sent. */
	claim(batch: Batch): { settle: (outcome: Outcome) => void } {
		const claims = batch.parts.flatMap(({ draft, people }) =>
			people ? people.map((person) => this.claimOf(draft, person)) : [this.claimOf(draft)],
		);
		const index = this.page.entries.push({}) - 1;
		for (const claim of claims) this.page.claims[claim] = index;
		return {
			settle: (outcome) => {
				if (outcome.kind === 'accepted') {
					this.page.entries[index] = entryFrom(outcome, batch.schedule);
				}
				if (outcome.kind === 'refused' || (outcome.kind === 'unknown' && converges(batch))) {
					for (const claim of claims) delete this.page.claims[claim];
				}
			},
		};
	}

	private find(claim: string): Entry | undefined {
		return this.page.entries[this.page.claims[claim]];
	}

	/**
	 * A create is recognised by its place, its target and its people, not by its time and its
	 * properties: an expression such as {{ $now }} gives another value on every try.
	 */
	private claimOf(draft: Draft, person?: Recipient): string {
		const { target, operation, body, item } = draft;
		const content =
			operation === 'create'
				? [body[target.idField], body.audience, body.broadcast, body.send_id]
				: body;
		const place = this.placeOf(item);
		const who = person && personKey(person);
		return createHash('sha256')
			.update(JSON.stringify([operation, target.resource, content, place, who]))
			.digest('base64url')
			.slice(0, 16);
	}
}

/** Update and Delete end at the same place however often they are sent. */
const converges = ({ operation }: Batch): boolean => operation !== 'create';

function recalledFrom(entry: Entry, people?: Recipient[]): Recalled {
	const { body, schedule, queued = false, warnings = [] } = entry;
	return {
		people,
		schedule,
		outcome: body ? { kind: 'accepted', queued, body, warnings } : LOST,
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
