import type { IExecuteFunctions } from 'n8n-workflow';

import type { Batch, Part } from '../domain/requests';
import type { Outcome } from './outcome';
import { backoff, pause } from './pace';

export interface DeduplicationOptions {
	scope: 'node' | 'workflow';
	historySize: number;
}

interface Waiting {
	key: string;
	resolve: (isNew: boolean) => void;
	reject: (reason: unknown) => void;
}

const TRIES = 3;

/** How long to wait before looking whether a key has stayed: longer than n8n takes to write. */
const SETTLING = 200;
/** On a busy n8n, so many times as long as our own last write took. */
const WRITES_LONG = 4;
const LOOKS = 12;
/** A key, and who uses it. */
const ENTRIES_PER_KEY = 2;

/** n8n's own node for this keeps its values in the same place, as they are. */
const PREFIX = 'braze-schedule:';

/**
 * Which items other executions have already sent, by the key that the user gives them. n8n keeps
 * the record. It reads, changes and writes it as a whole and without a lock, so calls are made one
 * after the other, each for all the keys that have come together meanwhile. Another execution may
 * still undo what was written, or write the same key: so each key is written together with a mark
 * of this execution's own, and is ours once both are seen to stay.
 */
export class Deduplication {
	/** One decision per item, however many requests it has. */
	private readonly decisions = new Map<number, Promise<boolean>>();
	private readonly open = new Map<number, { requests: number; sent: boolean }>();
	private waiting: Waiting[] = [];
	private busy: Promise<void> = Promise.resolve();
	private readonly mark = Math.random().toString(36).slice(2);

	constructor(
		private readonly helpers: IExecuteFunctions['helpers'],
		private readonly options: DeduplicationOptions,
		batches: Batch[],
	) {
		for (const { draft } of batches.flatMap(({ parts }) => parts)) {
			const state = this.open.get(draft.item) ?? { requests: 0, sent: draft.resumed === true };
			state.requests += 1;
			this.open.set(draft.item, state);
		}
	}

	/** Whether this part may be sent; from here on its key counts as used. */
	async admit({ draft }: Part): Promise<boolean> {
		const { deduplicationKey: key, item, resumed } = draft;
		// What was sent in part is this execution's own, and has used its key already.
		if (key === undefined || resumed) return true;
		const known = this.decisions.get(item);
		if (known) return await known;
		const decision = new Promise<boolean>((resolve, reject) => {
			this.waiting.push({ key: PREFIX + key, resolve, reject });
		});
		this.decisions.set(item, decision);
		this.inTurn(async () => await this.record());
		return await decision;
	}

	/** Gives keys back when nothing of their items was sent. */
	async settle(parts: Part[], outcome: Outcome): Promise<void> {
		const unused: string[] = [];
		for (const { draft } of parts) {
			const state = this.open.get(draft.item);
			if (!state || draft.deduplicationKey === undefined) continue;
			state.requests -= 1;
			state.sent ||= outcome.kind !== 'refused';
			if (state.requests === 0 && !state.sent) unused.push(PREFIX + draft.deduplicationKey);
		}
		if (unused.length === 0) return;
		await this.inTurn(async () => await this.remove(unused));
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
		return [...taken];
	}

	private readonly marked = (key: string) => `${key}:${this.mark}`;
	private readonly withMarks = (keys: string[]) => keys.flatMap((key) => [key, this.marked(key)]);

	/** Gives back which keys and marks were not there. */
	private async write(keys: string[]): Promise<Set<unknown>> {
		const { new: missing } = await patiently(
			async () =>
				await this.helpers.checkProcessedAndRecord(this.withMarks(keys), this.options.scope, {
					mode: 'entries',
					maxEntries: this.options.historySize * ENTRIES_PER_KEY,
				}),
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
