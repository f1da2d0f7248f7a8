import type { Draft } from '../domain/drafts';
import type { Late } from '../domain/passedTime';
import { isReferenced } from '../domain/underReference';
import type { ItemResult } from '../output/outputRows';
import type { PartOutcome } from '../transport/outcome';
import { leftOut } from './leftOut';

/**
 * Of what is left to be sent, takes out the items whose time has passed: what an earlier try of this
 * execution has sent in time is no longer among them. They take no reference, so nothing is
 * remembered of them. An item that fails as a whole is invalid.
 */
export function leaveOutLate(drafts: Draft[], results: ItemResult[], isPreview: boolean): Draft[] {
	for (const draft of drafts) {
		if (!draft.late) continue;
		const result = results[draft.item];
		const { problem } = draft.late;
		if (problem && result.parts.length === 0) {
			results[draft.item] = { ...result, draft: undefined, problems: [problem] };
			continue;
		}
		const { people } = draft;
		const counting = people?.length ?? 0;
		const outcome = outcomeOf(draft, draft.late, isPreview);
		result.parts.push({ people, counting, outcome, request: draft });
	}
	return drafts.filter(({ late }) => !late);
}

function outcomeOf(draft: Draft, { reason, problem }: Late, isPreview: boolean): PartOutcome {
	if (problem) {
		const { message, hint = '' } = problem;
		return { kind: 'refused', failure: { message, description: hint } };
	}
	return leftOut('late', reason, isPreview, maySchedule(draft) ? [KEEPS_ITS_TIME] : undefined);
}

/** Whether an earlier item may have scheduled what this one was to move. */
const maySchedule = (draft: Draft): boolean =>
	draft.operation === 'update' || (isReferenced(draft) && draft.under.intent === 'upsert');

const KEEPS_ITS_TIME =
	"If a schedule is waiting for this item, it keeps its time. To cancel it, use the operation 'Delete'";
