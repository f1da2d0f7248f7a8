import { group } from '../domain/grouping';
import type { Draft } from '../domain/drafts';
import type { Batch } from '../domain/requests';
import { isReferenced } from '../domain/underReference';
import type { ReferenceRun } from '../memory/referenceRun';
import { resultsOf } from '../transport/deliver';
import type { Delivered } from '../transport/deliver';
import type { PartOutcome, QuietOutcome } from '../transport/outcome';
import { resultOf } from './sendDrafts';

/** Shows the requests that would be sent. References are only read. */
export async function previewDrafts(
	drafts: Draft[],
	combine: boolean,
	openReferences: () => ReferenceRun,
): Promise<Delivered[]> {
	const referenced = drafts.filter(isReferenced);
	const others = drafts.filter((draft) => !isReferenced(draft));
	const show = (some: Draft[]) => group(some, combine).flatMap(preview);
	if (referenced.length === 0) return show(others);
	const references = openReferences();
	const shown: Delivered[] = show(others);
	for await (const round of references.rounds(referenced)) {
		shown.push(...round.told.map(resultOf).map(withoutRequest));
		shown.push(...show([...round.drafts, ...references.allReplacements()]));
		await references.finish();
	}
	return [...shown, ...references.followers(shown).map(resultOf).map(withoutRequest)];
}

/** Of an item for which nothing would be sent. */
function withoutRequest(result: Delivered): Delivered {
	const { outcome } = result;
	if (outcome.kind === 'superseded') {
		const { warning: reason } = outcome;
		return { ...result, outcome: wouldSkip({ kind: 'quiet', status: 'skipped', reason }) };
	}
	return outcome.kind === 'quiet' ? { ...result, outcome: wouldSkip(outcome) } : result;
}

const wouldSkip = (instead: QuietOutcome): PartOutcome => ({ kind: 'preview', instead });

const preview = (batch: Batch): Delivered[] =>
	resultsOf(batch, { kind: 'preview', request: batch });
