import type { Draft } from '../domain/drafts';
import type { Late } from '../domain/passedTime';
import { isReferenced } from '../domain/underReference';
import type { Settings } from '../form/options';
import type { ItemResult } from '../output/outputRows';
import type { Ledger } from '../transport/ledger';
import type { LeftOut, PartOutcome, QuietOutcome } from '../transport/outcome';

/** An item of which something is left to be sent. */
interface Open {
	result: ItemResult;
	draft: Draft;
}

/**
 * Takes out what needs no request, and tells each item why; returns the drafts that are left. What
 * an earlier try has sent is recalled before anything depends on the clock, however late it is now;
 * a preview shows it as well.
 */
export function leaveOut(
	results: ItemResult[],
	{ preview, testRecipients }: Pick<Settings, 'preview' | 'testRecipients'>,
	ledger: Ledger,
): Draft[] {
	const open = results.flatMap((result) => (result.draft ? { result, draft: result.draft } : []));
	const wanted = open.filter((one) => isWanted(one, preview));
	const tested = testRecipients ? onlyFirstTests(wanted, ledger, preview) : wanted;
	const unsent = preview ? tested : recall(tested, ledger);
	const left = unsent.filter((one) => isNotLate(one, preview)).filter(isInGoodTime);
	return (preview ? left : withTheirLeaders(left, ledger)).map(({ draft }) => draft);
}

/** Not if only an item of unknown outcome may decide, which isn't sent again. */
function withTheirLeaders(open: Open[], ledger: Ledger): Open[] {
	const leaderless = ledger.leaderless(open.map(({ draft }) => draft));
	return open.filter(({ result, draft }) => {
		const part = leaderless.get(draft);
		if (part) result.parts.push(part);
		return !part;
	});
}

/** Not if an earlier operation or the form has left it out already. */
function isWanted({ result, draft }: Open, isPreview: boolean): boolean {
	const { passedOn, skipped } = draft;
	if (!passedOn && skipped === undefined) return true;
	const outcome: PartOutcome = passedOn
		? { kind: 'passedOn' }
		: leftOut('noId', skipped ?? '', isPreview);
	result.parts.push({ counting: 0, outcome, request: draft });
	return false;
}

/** The other items of a test are skipped. */
function onlyFirstTests(open: Open[], ledger: Ledger, isPreview: boolean): Open[] {
	const tests = ledger.firstTests(open.map(({ draft }) => draft));
	return open.filter(({ result, draft }) => {
		if (tests.has(draft)) return true;
		const reason = `Only the first item of each ${draft.target.label} is sent to the test recipients`;
		const outcome = leftOut('notTested', reason, isPreview);
		result.parts.push({ counting: 0, outcome, request: draft });
		return false;
	});
}

function recall(open: Open[], ledger: Ledger): Open[] {
	const drafts = open.map(({ draft }) => draft);
	return ledger.recallAll(drafts).flatMap(({ recalled, rest }, index) => {
		const { result } = open[index];
		result.parts.push(...recalled);
		return rest ? { result, draft: rest } : [];
	});
}

/** Not if the option 'Too Close to Send Time' stops it. */
function isInGoodTime({ result, draft }: Open): boolean {
	const { tooClose, schedule } = draft;
	if (!tooClose) return true;
	const failure = { message: tooClose.message, description: tooClose.hint };
	const outcome = { kind: 'refused', failure } as const;
	result.parts.push({ counting: 0, schedule, outcome, request: draft });
	return false;
}

/**
 * Items whose time has passed take no reference, so nothing is remembered of them. An item that
 * fails as a whole is invalid.
 */
function isNotLate({ result, draft }: Open, isPreview: boolean): boolean {
	const { late, people } = draft;
	if (!late) return true;
	if (late.problem && result.parts.length === 0) {
		result.draft = undefined;
		result.problems = [late.problem];
		return false;
	}
	const counting = people?.length ?? 0;
	const outcome = outcomeOf(draft, late, isPreview);
	result.parts.push({ people, counting, outcome, request: draft });
	return false;
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

function leftOut(
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
