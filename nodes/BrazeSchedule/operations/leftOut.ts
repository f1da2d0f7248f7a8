import type { LeftOut, PartOutcome, QuietOutcome } from '../transport/outcome';

/** An item that the form skips, whatever is remembered. */
export function leftOut(
	because: LeftOut,
	reason: string,
	isPreview: boolean,
	warnings?: string[],
): PartOutcome {
	const skipped: QuietOutcome = {
		kind: 'quiet',
		status: 'skipped',
		reason,
		leftOut: because,
		...(warnings && { warnings }),
	};
	return isPreview ? { kind: 'preview', instead: skipped } : skipped;
}
