import { isSameAudience } from '../domain/sameAudience';
import type { Draft } from '../domain/drafts';
import { claimKey, fingerprintOf, isToAudience, placeKey } from './ledgerKeys';
import type { Place } from './ledgerKeys';
import { isCanceled } from './ledgerMemory';
import type { LedgerMemory, Touched } from './ledgerMemory';

/** The part of the ledger about messages to audiences, which name nobody. */
export class MessagedAudiences {
	constructor(
		private readonly memory: LedgerMemory,
		private readonly placeOf: (item: number) => Place,
		private readonly touched?: Touched,
	) {}

	/**
	 * Whether another item, run or call of this execution has already messaged the same audience.
	 * What the item itself has sent, also together with others, is recalled instead.
	 */
	include(draft: Draft): boolean {
		const { claims, audiences, entries } = this.memory;
		if (!isToAudience(draft)) return false;
		const own = claims[claimKey(draft, this.placeOf(draft.item))] as number | undefined;
		if (own !== undefined && !isCanceled(entries[own], this.touched)) return false;
		const { shape, windows } = fingerprintOf(draft);
		return (audiences[shape] ?? []).some(
			(messaged) =>
				!isCanceled(entries[messaged.entry], this.touched) &&
				isSameAudience({ shape, windows }, { shape, windows: messaged.windows }),
		);
	}

	note(draft: Draft, entry: number): void {
		const { shape, windows } = fingerprintOf(draft);
		const place = placeKey(this.placeOf(draft.item));
		(this.memory.audiences[shape] ??= []).push({ windows, place, entry });
	}

	/** Nothing was sent to it after all. */
	remove(draft: Draft): void {
		const { shape } = fingerprintOf(draft);
		const place = placeKey(this.placeOf(draft.item));
		const { audiences } = this.memory;
		audiences[shape] = audiences[shape].filter((messaged) => messaged.place !== place);
	}
}
