import { SECOND_MS } from '../domain/units';
import type { Answer } from './answer';
import { headerOf, resetTime } from './rateLimit';

/** Less than this may come from rounding, or from the way that an answer takes. */
const TOLERATED_MS = 5000;
/** No machine on the internet is further off, so a greater difference is no clock's. */
const LARGEST_OFFSET_MS = 86_400_000;

/**
 * Braze's clock, from the Date header of its own answers. Braze decides about times and rate
 * limits, and the clock of this machine may be minutes off.
 */
export class BrazeClock {
	/** How far it is ahead of this machine's, in milliseconds; 0 unless they clearly differ. */
	offset = 0;

	/** `sentAt` is when the request left. The Date of the answer may be any time since then. */
	learn(answer: Answer, sentAt: number): void {
		const measured = answer.kind === 'response' ? offsetIn(answer.headers, sentAt) : undefined;
		if (measured === undefined || Math.abs(measured) > LARGEST_OFFSET_MS) return;
		const offset = Math.abs(measured) > TOLERATED_MS ? measured : 0;
		if (Math.abs(offset - this.offset) > TOLERATED_MS) this.offset = offset;
	}

	now(): number {
		return this.toBraze(Date.now());
	}

	/** A time of this machine's clock, converted to Braze's. */
	toBraze(moment: number): number {
		return moment + this.offset;
	}

	/** A time of Braze's clock, converted to this machine's. */
	toOurs(moment: number): number {
		return moment - this.offset;
	}
}

/** When the rate limit resets, by this machine's clock, which all waits use. */
export function resetIn(answer: Answer, clock: BrazeClock): number | undefined {
	const reset = answer.kind === 'response' ? resetTime(answer.headers, clock.now()) : undefined;
	return reset === undefined ? undefined : clock.toOurs(reset);
}

function offsetIn(headers: Record<string, unknown>, sentAt: number): number | undefined {
	const date = headerOf(headers, 'date');
	const dated = typeof date === 'string' ? Date.parse(date) : Number.NaN;
	if (Number.isNaN(dated)) return undefined;
	const ahead = Math.max(0, dated - Date.now());
	// The header tells whole seconds.
	const behind = Math.min(0, dated + SECOND_MS - sentAt);
	return ahead + behind;
}
