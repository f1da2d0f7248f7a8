import type { IExecuteFunctions, NodeApiError } from 'n8n-workflow';

import type { Draft } from '../domain/drafts';
import type { Operation } from '../domain/targets';
import { isReferenced } from '../domain/underReference';
import type { Outcome } from '../transport/outcome';
import { DONE, sentences } from '../transport/words';
import { requestFailed } from './errors';
import { COUNTED_FROM_0, itemsInWords } from './itemNumbers';
import { doneFor } from './warnings';
import type { DraftPart, ItemResult } from './outputRows';
import { isSubWorkflow } from './tool';

interface Unsuccessful {
	item: number;
	outcome: Exclude<Outcome, { kind: 'accepted' }>;
}

/**
 * One error for the whole run. The ledger contains what Braze accepted, so a retry repeats nothing.
 */
export function runFailed(
	context: IExecuteFunctions,
	results: ItemResult[],
	failures: Unsuccessful[],
): NodeApiError {
	const [{ item, outcome }] = failures;
	const all = results.flatMap(({ draft, parts }) =>
		draft ? parts.map((part) => ({ draft, part })) : [],
	);
	const unknown = failures.filter((failure) => failure.outcome.kind === 'unknown');
	const refused = failures.filter((failure) => failure.outcome.kind !== 'unknown');
	const operation = operationOf(all[0]?.draft);
	const done = DONE[operation];
	const counts = [
		...whatWasDone(all, done),
		refused.length > 0 ? `${refused.length} not ${done} (${listed(refused)})` : '',
		unknown.length > 0 ? `${unknown.length} with unknown outcome (${listed(unknown)})` : '',
	].filter((part) => part !== '');
	const tally = all.length > 1 ? sentences([counts.join(', '), countedIn(results)]) : '';
	const isSafe = operation !== 'create' || all.every(({ draft }) => isReferenced(draft));
	const advice = adviceFor(context, isSafe, all.length);
	if (context.getExecutionCancelSignal()?.aborted) {
		return stopped(context, operation, failures, sentences([tally, advice]));
	}
	return requestFailed(context, outcome.failure, item, sentences([tally, advice]));
}

/**
 * If the error says so in n8n's own spelling, n8n marks an execution as canceled rather than
 * failed. A retry would pass output items to the next node; after an error, it runs this node.
 */
function stopped(
	context: IExecuteFunctions,
	operation: Operation,
	failures: Unsuccessful[],
	tally: string,
): NodeApiError {
	const [{ item, outcome }] = failures;
	const unknown = failures.find((failure) => failure.outcome.kind === 'unknown')?.outcome;
	const description = (unknown ?? (failures.length === 1 ? outcome : undefined))?.failure
		.description;
	const message = `The execution was canceled before everything was ${DONE[operation]}`;
	return requestFailed(context, { message, description: description ?? '' }, item, tally);
}

const countedIn = (results: ItemResult[]): string => (results.length > 1 ? COUNTED_FROM_0 : '');

const listed = (failures: Unsuccessful[]): string => itemsInWords(failures.map(({ item }) => item));

/** What the items asked for. */
function operationOf(draft?: Draft): Operation {
	if (!draft?.under) return draft?.operation ?? 'create';
	const { intent } = draft.under;
	return intent === 'upsert' ? 'create' : intent;
}

/** How many of all were done; under references, other things may have been done, or nothing. */
function whatWasDone(all: DraftPart[], done: string): string[] {
	const counts = new Map([[done, 0]]);
	const count = (what: string) => counts.set(what, (counts.get(what) ?? 0) + 1);
	for (const one of all) {
		const { outcome } = one.part;
		if (outcome.kind === 'accepted') count(doneFor(one));
		if (outcome.kind === 'quiet') count(outcome.status.replace('_', ' '));
	}
	return [...counts].map(([what, number], index) =>
		index === 0 ? `${number} of ${all.length} ${what}` : `${number} ${what}`,
	);
}

/** Whether a retry sends anything again. */
function adviceFor(context: IExecuteFunctions, isSafe: boolean, requests: number): string {
	if (isSafe) return requests > 1 ? 'You can safely retry this execution' : '';
	if (isSubWorkflow(context)) {
		return 'This is a sub-workflow. Retry this execution, not the workflow that calls it: each call is a new execution and sends everything again';
	}
	return requests > 1
		? 'A retry of this execution sends only the others. If you retry more than once, retry the newest failed execution'
		: '';
}
