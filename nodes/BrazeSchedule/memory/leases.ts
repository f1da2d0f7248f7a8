import type { Store } from './store';

/** Waits, but no longer than until the signal. */
type Wait = (milliseconds: number, signal?: AbortSignal) => Promise<void>;

export interface LeaseOptions {
	/** For how long other runs leave a mark alone, in milliseconds. */
	lease: number;
	/**
	 * How much of it has to be left when a request is sent, in milliseconds: the longest that a
	 * request takes, and how far the clocks of two machines may differ.
	 */
	margin: number;
	now: () => number;
	wait: Wait;
}

const RENEWALS_PER_LEASE = 3;

/** Until when this run's marks are its own, and keeping them so while it is at work. */
export class Leases {
	private readonly ends = new Map<string, number>();
	private readonly closing = new AbortController();
	private isRenewing = false;

	constructor(
		private readonly store: Pick<Store, 'renew'>,
		private readonly options: LeaseOptions,
	) {}

	/** Returns until when the marks of a new claim are to hold. */
	begin(claim: string): number {
		const end = this.newEnd();
		this.ends.set(claim, end);
		if (!this.isRenewing) {
			this.isRenewing = true;
			void this.keepRenewing();
		}
		return end;
	}

	end(claim: string): void {
		this.ends.delete(claim);
	}

	close(): void {
		this.closing.abort();
	}

	/** Whether other runs leave the marks of a claim alone for as long as a request takes. */
	isHeld(claim: string): boolean {
		return this.options.now() + this.options.margin < (this.ends.get(claim) ?? 0);
	}

	private newEnd(): number {
		return this.options.now() + this.options.lease;
	}

	private async keepRenewing(): Promise<void> {
		const { signal } = this.closing;
		while (!signal.aborted) {
			await this.options.wait(this.options.lease / RENEWALS_PER_LEASE, signal);
			for (const claim of signal.aborted ? [] : [...this.ends.keys()]) await this.renew(claim);
		}
	}

	private async renew(claim: string): Promise<void> {
		const end = this.newEnd();
		try {
			await this.store.renew(claim, end);
		} catch {
			return;
		}
		// Others may have taken over what is renewed too late.
		if (this.isHeld(claim)) this.ends.set(claim, end);
	}
}
