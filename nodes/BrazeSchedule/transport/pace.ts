import { sleep } from 'n8n-workflow';

const SLICE_MS = 250;
const FIRST_BACKOFF_MS = 500;
const LONGEST_BACKOFF_MS = 30_000;
/** Spread over which several n8n processes come back after an announced reset. */
const JITTER_MS = 500;

/**
 * In short slices, because older n8n versions can't interrupt a sleep. Resolves early if canceled.
 */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	const end = Date.now() + milliseconds;
	for (let left = milliseconds; left > 0 && !signal?.aborted; left = end - Date.now()) {
		await sleep(Math.ceil(Math.min(left, SLICE_MS)));
	}
}

/** Grows with each try. The random half keeps several workers from continuing together. */
export const backoff = (attempt: number): number =>
	Math.min(LONGEST_BACKOFF_MS, FIRST_BACKOFF_MS * 2 ** attempt) * (0.5 + Math.random() / 2);

/** When Braze accepts requests again. */
export interface Opening {
	at: number;
	/** Whether Braze announced it; otherwise, when to try again. */
	announced: boolean;
}

/**
 * How many requests are in flight, and when none may leave. The limit doubles with each round of
 * good answers. When Braze limits the rate, it falls to half of what was in use. A refused request
 * goes before every request that was never sent.
 */
export class Pace {
	private limit: number;
	private active = 0;
	/** The most requests in flight since Braze last limited the rate. */
	private peak = 0;
	private successes = 0;
	/** Whether Braze has returned server errors, so that the limit grows more slowly. */
	private isStruggling = false;

	/** Increases when Braze limits the rate: requests sent before belong to an earlier burst. */
	private burst = 0;
	/** The first burst after the window last closed. */
	private burstAfterClosing = 0;
	private closedUntil: Opening = { at: 0, announced: false };
	/** A little later than `closedUntil`, if Braze announced that. */
	private opensAt = 0;
	/** In progress while requests wait for the window to open. */
	private reopening?: Promise<void>;
	/** How many requests the current window has left, by the latest answer, and when it ends. */
	private remaining = Infinity;
	private remainingUntil = 0;

	/**
	 * Since the last success: how often the window closed, since when, and which requests were
	 * refused.
	 */
	private closings = 0;
	private fruitlessSince = 0;
	private readonly refusedInVain = new Set<object>();
	/** Set if the window opens too late for every request. */
	abandonedUntil?: Opening;

	private readonly refusedQueue: Array<() => void> = [];
	private readonly newQueue: Array<() => void> = [];

	constructor(
		private readonly most: number,
		private readonly maximumWait: number,
		private readonly signal?: AbortSignal,
	) {
		this.limit = Math.min(4, most);
	}

	/** Waits for a place and an open window. Returns the burst that the request belongs to. */
	async enter(): Promise<number> {
		return await this.waitIn(this.newQueue);
	}

	/** Releases the place and takes another one, ahead of every request that was never sent. */
	async comeBack(): Promise<number> {
		this.active -= 1;
		return await this.waitIn(this.refusedQueue);
	}

	leave(): void {
		this.active -= 1;
		this.letIn();
	}

	succeeded(): void {
		this.closings = 0;
		this.refusedInVain.clear();
		this.successes += 1;
		if (this.isStruggling && this.successes < this.limit) return;
		this.limit = Math.min(this.most, this.limit + 1);
		this.successes = 0;
		this.letIn();
	}

	/** A server error, or no answer. */
	struggled(burst: number): void {
		this.isStruggling = true;
		this.pushBack(burst);
	}

	/** A 429. Several of them in one burst close the window once. */
	refused(request: object, burst: number, reset?: number): Opening {
		if (this.refusedInVain.size === 0) this.fruitlessSince = Date.now();
		this.refusedInVain.add(request);
		const isFirst = burst >= this.burstAfterClosing;
		this.pushBack(burst);
		if (reset !== undefined) this.close({ at: reset, announced: true });
		else if (isFirst) {
			this.close({ at: Date.now() + backoff(this.closings), announced: false });
		}
		if (isFirst) {
			this.closings += 1;
			this.burstAfterClosing = this.burst;
		}
		if (this.isOutOfReach()) this.abandon();
		return this.closedUntil;
	}

	/** What is left of the window, according to an answer. */
	remains(requests: number, reset?: number): void {
		const until = reset ?? Infinity;
		if (requests === 0 && until - Date.now() <= this.maximumWait) {
			if (this.close({ at: until, announced: true })) this.halve();
		}
		// Answers may arrive out of order, and a window never gains requests.
		const isSameWindow = reset === this.remainingUntil;
		this.remaining = isSameWindow ? Math.min(requests, this.remaining) : requests;
		this.remainingUntil = until;
		this.letIn();
	}

	private async waitIn(queue: Array<() => void>): Promise<number> {
		await new Promise<void>((resolve) => {
			queue.push(resolve);
			this.letIn();
		});
		return this.burst;
	}

	private letIn(): void {
		while (this.hasRoom()) {
			const next = this.refusedQueue.shift() ?? this.newQueue.shift();
			if (!next) return;
			this.active += 1;
			this.peak = Math.max(this.peak, this.active);
			next();
		}
	}

	private hasRoom(): boolean {
		// Nothing is sent anymore, so nothing needs to wait.
		if (this.signal?.aborted || this.abandonedUntil) return true;
		const now = Date.now();
		if (this.opensAt > now) {
			if (this.refusedQueue.length + this.newQueue.length > 0) this.reopening ??= this.reopen();
			return false;
		}
		const left = this.remainingUntil > now ? this.remaining : Infinity;
		return this.active < Math.max(1, Math.min(this.limit, left));
	}

	private async reopen(): Promise<void> {
		await pause(this.opensAt - Date.now(), this.signal);
		this.reopening = undefined;
		this.letIn();
	}

	private pushBack(burst: number): void {
		if (burst < this.burst) return;
		this.burst += 1;
		this.halve();
	}

	private halve(): void {
		const inUse = Math.min(this.limit, this.peak);
		this.limit = Math.max(1, Math.floor(inUse / 2));
		this.peak = 0;
		this.successes = 0;
	}

	private close(until: Opening): boolean {
		if (until.at <= this.closedUntil.at) return false;
		this.closedUntil = until;
		this.opensAt = until.at + (until.announced ? Math.random() * JITTER_MS : 0);
		return true;
	}

	/** One request that is always refused isn't representative of the others. */
	private isOutOfReach(): boolean {
		const { at } = this.closedUntil;
		return (
			at - Date.now() > this.maximumWait ||
			(this.refusedInVain.size > 1 && at - this.fruitlessSince > this.maximumWait)
		);
	}

	private abandon(): void {
		this.abandonedUntil = this.closedUntil;
		this.letIn();
	}
}
