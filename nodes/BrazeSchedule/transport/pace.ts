import { sleep } from 'n8n-workflow';

const SLICE = 250;
const FIRST_BACKOFF = 500;
const LONGEST_BACKOFF = 30_000;

/** In short slices, since older n8n versions cannot interrupt a sleep. Resolves early when cancelled. */
export async function pause(milliseconds: number, signal?: AbortSignal): Promise<void> {
	const end = Date.now() + milliseconds;
	for (let left = milliseconds; left > 0 && !signal?.aborted; left = end - Date.now()) {
		await sleep(Math.min(left, SLICE));
	}
}

/** Grows with each try; the random half keeps several workers from coming back together. */
export const backoff = (attempt: number): number =>
	Math.min(LONGEST_BACKOFF, FIRST_BACKOFF * 2 ** attempt) * (0.5 + Math.random() / 2);

/**
 * How many requests go out at once, and when none may. Doubles with each round of good answers
 * until Braze pushes back; then it halves, and grows by one a round. After a closed window it
 * starts with a single request.
 */
export class Pace {
	private limit: number;
	private active = 0;
	private good = 0;
	private isUntroubled = true;
	private opensAt = 0;
	/** Set when the window opens too late to wait for. */
	abandonedUntil?: number;
	private readonly waiting: Array<() => void> = [];

	constructor(
		private readonly most: number,
		private readonly signal?: AbortSignal,
	) {
		this.limit = Math.min(4, most);
	}

	async enter(): Promise<void> {
		while (this.active >= Math.max(1, Math.floor(this.limit))) {
			await new Promise<void>((resolve) => this.waiting.push(resolve));
		}
		this.active += 1;
		await this.opened();
	}

	leave(): void {
		this.active -= 1;
		this.wake();
	}

	/** After a refusal: gives its place up and takes one anew, so that not all come back at once. */
	async comeBack(): Promise<void> {
		this.leave();
		await this.enter();
	}

	/** Waits until the window is open. */
	async opened(): Promise<void> {
		while (this.opensAt > Date.now() && !this.signal?.aborted) {
			await pause(this.opensAt - Date.now(), this.signal);
		}
	}

	wentWell(): void {
		// An answer to what went out before the window closed says nothing about the next one.
		if (this.opensAt > Date.now()) return;
		this.good += 1;
		if ((this.isUntroubled || this.good >= this.limit) && this.limit < this.most) {
			this.limit = Math.min(this.most, this.limit + 1);
			this.good = 0;
			this.wake();
		}
	}

	pushedBack(): void {
		this.limit = Math.max(1, this.limit / 2);
		this.good = 0;
		this.isUntroubled = false;
	}

	closeUntil(time: number): void {
		this.opensAt = Math.max(this.opensAt, time);
		this.limit = 1;
		this.good = 0;
		this.isUntroubled = false;
	}

	abandon(time: number): void {
		this.abandonedUntil = time;
	}

	private wake(): void {
		const free = Math.max(1, Math.floor(this.limit)) - this.active;
		for (const resolve of this.waiting.splice(0, Math.max(0, free))) resolve();
	}
}
