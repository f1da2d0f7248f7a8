import type { IExecuteFunctions } from 'n8n-workflow';

import type { Batch, Part } from '../domain/requests';
import type { Outcome } from './outcome';
import { backoff, pause } from './pace';
import { RecentKeys } from './recentKeys';

export interface DeduplicationOptions {
	scope: 'node' | 'workflow';
	historySize: number;
}

/** An item that has a key. */
interface Keyed {
	key: string;
	/** Where it stands in the order of the requests. */
	place: number;
	/** How many of its requests are still to be made. */
	requests: number;
	sent: boolean;
	/** One for the item, however many requests it has. */
	decision?: Promise<boolean>;
}

interface Waiting {
	key: string;
	resolve: (isNew: boolean) => void;
	reject: (reason: unknown) => void;
}

const TRIES = 3;

/** How long to wait before looking whether a key has stayed: longer than n8n takes to write. */
const SETTLING = 500;
/** On a busy n8n, so many times as long as our own last write took. */
const WRITES_LONG = 10;
const LOOKS = 12;
/** A key, and who uses it. */
const ENTRIES_PER_KEY = 2;

/**
 * How many items' keys are written down ahead of their requests, since that takes a while. More
 * would leave more keys used for nothing if the process dies.
 */
const AHEAD = 64;

/** n8n's own node for this keeps its values in the same place, as they are. */
const PREFIX = 'braze-schedule:';

/**
 * Which items other executions have already sent, by the key that the user gives them. n8n keeps
 * the record. It reads, changes and writes it as a whole and without a lock, so calls are made one
 * after the other, each for all the keys that have come together meanwhile. An execution of another
 * process may still undo what was written, or write the same key: so each key is written together
 * with a mark of this execution's own, and is ours once both are seen to stay; and what was sent of
 * late is written again with every call.
 */
export class Deduplication {
	private readonly items = new Map<number, Keyed>();
	/** In the order of their requests. */
	private readonly order: Keyed[];
	private decided = 0;
	private waiting: Waiting[] = [];
	private busy: Promise<void> = Promise.resolve();
	private readonly mark = String(Math.random());
	private readonly recent: RecentKeys;

	/** `record` names n8n's record, the same for all executions that share it. */
	constructor(
		private readonly helpers: IExecuteFunctions['helpers'],
		private readonly options: DeduplicationOptions,
		batches: Batch[],
		record: string,
	) {
		this.recent = RecentKeys.of(record);
		for (const { draft } of batches.flatMap(({ parts }) => parts)) {
			const { item, deduplicationKey: key, resumed = false } = draft;
			if (key === undefined) continue;
			const known = this.items.get(item);
			if (known) known.requests += 1;
			else {
				this.items.set(item, {
					key: PREFIX + key,
					place: this.items.size,
					requests: 1,
					sent: resumed,
					// What was sent in part is this execution's own, and has used its key already.
					decision: resumed ? Promise.resolve(true) : undefined,
				});
			}
		}
		this.order = [...this.items.values()];
	}

	/** Whether this part may be sent; from here on its key counts as used. */
	async admit({ draft }: Part): Promise<boolean> {
		const keyed = this.items.get(draft.item);
		if (!keyed) return true;
		this.decideUntil(keyed.place + AHEAD);
		return (await keyed.decision) === true;
	}

	/** Gives keys back when nothing of their items was sent. */
	async settle(parts: Part[], outcome: Outcome): Promise<void> {
		const settled = parts.flatMap(({ draft }) => this.items.get(draft.item) ?? []);
		for (const keyed of settled) {
			keyed.requests -= 1;
			keyed.sent ||= outcome.kind !== 'refused';
		}
		this.recent.sent(settled.filter(({ sent }) => sent).map(({ key }) => key));
		await this.giveBack(settled.filter(({ requests, sent }) => requests === 0 && !sent));
	}

	/**
	 * Looks once more after the requests, since a slow execution may have undone a key later than
	 * anyone waits for, and gives back what was taken for requests that then were not made.
	 */
	async close(): Promise<void> {
		const used = this.order.filter(({ sent }) => sent).map(({ key }) => key);
		if (used.length > 0) await this.inTurn(async () => void (await this.write(used)));
		const unmade = this.order.filter(({ requests, sent }) => requests > 0 && !sent);
		const taken = await Promise.all(
			unmade.map(async ({ decision }) => await decision?.catch(() => undefined)),
		);
		await this.giveBack(unmade.filter((_, index) => taken[index]));
	}

	private decideUntil(place: number): void {
		for (; this.decided < Math.min(place, this.order.length); this.decided += 1) {
			const keyed = this.order[this.decided];
			keyed.decision ??= new Promise<boolean>((resolve, reject) => {
				this.waiting.push({ key: keyed.key, resolve, reject });
			});
			// A cancelled execution never asks for it.
			keyed.decision.catch(() => undefined);
		}
		void this.inTurn(async () => await this.record());
	}

	private async giveBack(items: Keyed[]): Promise<void> {
		if (items.length === 0) return;
		const keys = items.map(({ key }) => key);
		await this.inTurn(async () => await this.remove(keys));
		this.recent.release(keys);
	}

	private inTurn(work: () => Promise<void>): Promise<void> {
		const turn = this.busy.then(work);
		this.busy = turn.catch(() => undefined);
		return turn;
	}

	private async record(): Promise<void> {
		const batch = this.waiting;
		if (batch.length === 0) return;
		this.waiting = [];
		const keys = [...new Set(batch.map(({ key }) => key))];
		try {
			const fresh = new Set(await this.take(keys));
			// The first item with a key takes it; the next one with the same key comes too late.
			for (const { key, resolve } of batch) resolve(fresh.delete(key));
		} catch (error) {
			for (const { reject } of batch) reject(error);
		}
	}

	/** Makes keys that nobody has used this execution's own, and says which ones are. */
	private async take(keys: string[]): Promise<string[]> {
		const free = this.recent.take(keys, this.options.historySize);
		if (free.length === 0) return free;
		let taken = new Set<string>();
		try {
			taken = await this.claim(free);
		} finally {
			this.recent.release(free.filter((key) => !taken.has(key)));
		}
		return [...taken];
	}

	/** As `take`, against executions of other processes. */
	private async claim(keys: string[]): Promise<Set<string>> {
		let since = Date.now();
		const unused = await this.write(keys);
		const fresh = keys.filter((key) => unused.has(key));
		const taken = new Set(fresh);
		// What does not fit into the history has been forgotten at once, as the user wants it.
		let open = fresh.slice(-this.options.historySize);
		for (let look = 0; open.length > 0; look += 1) {
			if (look === LOOKS) {
				await this.remove(fresh).catch(() => undefined);
				throw new Error('The keys do not stay');
			}
			await pause(Math.max(SETTLING, WRITES_LONG * (Date.now() - since)) * (1 + Math.random()));
			since = Date.now();
			const missing = await this.write(open);
			for (const key of open) {
				if (!missing.has(key) && missing.has(this.marked(key))) taken.delete(key);
			}
			open = open.filter((key) => missing.has(key));
		}
		return taken;
	}

	private readonly marked = (key: string) => `${key}:${this.mark}`;
	private readonly withMarks = (keys: string[]) => keys.flatMap((key) => [key, this.marked(key)]);

	/** Gives back which keys and marks were not there. */
	private async write(keys: string[]): Promise<Set<unknown>> {
		const { scope, historySize } = this.options;
		const { new: missing } = await patiently(
			async () =>
				await this.helpers.checkProcessedAndRecord(
					// n8n takes a key that is named twice for two.
					[...new Set([...this.recent.toKeep(historySize), ...this.withMarks(keys)])],
					scope,
					{ mode: 'entries', maxEntries: historySize * ENTRIES_PER_KEY },
				),
		);
		return new Set(missing);
	}

	private async remove(keys: string[]): Promise<void> {
		await patiently(
			async () =>
				await this.helpers.removeProcessed(this.withMarks(keys), this.options.scope, {
					mode: 'entries',
				}),
		);
	}
}

/** Two executions that make their first record at the same moment get in each other's way. */
async function patiently<T>(work: () => Promise<T>): Promise<T> {
	for (let attempt = 1; attempt < TRIES; attempt += 1) {
		const result = await work().then(
			(value) => ({ value }),
			() => undefined,
		);
		if (result) return result.value;
		await pause(backoff(0));
	}
	return await work();
}
