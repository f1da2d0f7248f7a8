import type { Draft } from '../domain/drafts';
import type { BrazeRequest } from '../domain/requests';
import type { PartResult } from './ledger';
import { hasFailed } from './outcome';
import type { PartOutcome } from './outcome';
import { wordsForAlreadyDeleted, wordsForDecision, wordsForSuperseded } from './scheduleWords';
import type { Deciding } from './scheduleWords';

interface Decision extends Deciding {
	/** Shared by all items of one request. */
	request: object;
}

/** By schedule ID. */
export type Decisions = Map<string | undefined, Decision>;

interface ItemParts {
	item: number;
	draft?: Draft;
	parts: PartResult[];
}

/** The schedule of an update or a delete. */
export const scheduleIdOf = ({ body }: Pick<BrazeRequest, 'body'>): string | undefined =>
	body.schedule_id as string | undefined;

/** Of several updates, the last one applies; of several deletes the first, as no other is sent. */
export function decide(decisions: Decisions, scheduleId: string, decision: Decision): void {
	const known = decisions.get(scheduleId);
	if (!known || (decision.operation === 'update' && decision.item > known.item)) {
		decisions.set(scheduleId, decision);
	}
}

/** The results of the accepted parts of a run. */
export function decisionsIn(results: ItemParts[]): Decisions {
	const decisions: Decisions = new Map();
	for (const { item, draft, parts } of results) {
		const scheduleId = draft && scheduleIdOf(draft);
		const part = parts.find(({ outcome }) => outcome.kind === 'accepted');
		if (!scheduleId || !part) continue;
		const { schedule, request } = part;
		decide(decisions, scheduleId, { item, operation: draft.operation, schedule, request });
	}
	return decisions;
}

/** The outcome of a request that must not be sent, because another item has decided. */
export function outcomeWithoutSending(
	{ operation }: BrazeRequest,
	item: number,
	decision?: Decision,
): PartOutcome | undefined {
	if (!decision) return undefined;
	if (decision.item > item) {
		return {
			kind: 'superseded',
			by: decision.item,
			warning: wordsForSuperseded(decision),
		};
	}
	if (operation !== 'delete') return undefined;
	const warnings = [wordsForAlreadyDeleted(decision)];
	return { kind: 'accepted', queued: false, body: {}, warnings };
}

/** Names the later item that decided about an item's schedule. */
export function nameDecisions(results: ItemParts[]): void {
	const decisions = decisionsIn(results);
	for (const { item, draft, parts } of results) {
		const decision = decisions.get(draft && scheduleIdOf(draft));
		if (!decision || decision.item <= item) continue;
		for (const part of parts) {
			if (part.request !== decision.request) part.outcome = decidedBy(decision, part.outcome);
		}
	}
}

function decidedBy(decision: Decision, outcome: PartOutcome): PartOutcome {
	if (outcome.kind === 'accepted') {
		return { ...outcome, warnings: [...outcome.warnings, wordsForDecision(decision)] };
	}
	if (!hasFailed(outcome)) return outcome;
	const warning = wordsForSuperseded(decision, outcome.failure);
	return { kind: 'superseded', by: decision.item, warning };
}
