import type { IExecuteFunctions } from 'n8n-workflow';

import { countingIn } from '../domain/grouping';
import { batchOf } from '../domain/requests';
import type { Batch, Part } from '../domain/requests';
import { utcText } from '../domain/time';
import type { Answer } from './answer';
import type { Deduplication } from './deduplication';
import type { Ledger, PartResult } from './ledger';
import { judge } from './outcome';
import type { Outcome, PartOutcome } from './outcome';
import { backoff, Pace, pause } from './pace';
import { isUsedUp, resetTime } from './rateLimit';
import { withoutSecret } from './secrets';
import { send } from './send';

export interface DeliveryOptions {
	baseUrl: string;
	/** Hidden from everything that comes back. */
	apiKey: string;
	ledger: Ledger;
	deduplication: Deduplication;
	/** How many requests at once, at most. */
	concurrency: number;
	/** How long one request may wait for a rate limit, in milliseconds. */
	maximumWait: number;
	/** How long to wait for an answer, in milliseconds. */
	timeout: number;
}

const TRIES = 4;
/** Spread over which the workers come back after a closed window. */
const JITTER = 500;

/** What became of one item's part in a request. */
export type Delivered = PartResult & { item: number };

/** Sends every batch, several at a time; the results keep the batches' order. */
export async function deliver(
	this: IExecuteFunctions,
	batches: Batch[],
	options: DeliveryOptions,
): Promise<Delivered[]> {
	const signal = this.getExecutionCancelSignal();
	const pace = new Pace(options.concurrency, signal);
	const delivered: Delivered[][] = [];
	let next = 0;

	const worker = async (): Promise<void> => {
		for (let index = next++; index < batches.length; index = next++) {
			await pace.enter();
			delivered[index] = await deliverAdmitted.call(this, batches[index], options, pace, signal);
			pace.leave();
		}
	};
	await Promise.all(Array.from({ length: options.concurrency }, worker));
	await options.deduplication.close().catch(() => undefined);
	return delivered.flat();
}

/** The results of a request, for each item that has a part in it. */
export function resultsOf(
	batch: Batch,
	outcome: PartOutcome | ((part: Part) => PartOutcome),
): Delivered[] {
	const counting = countingIn(batch);
	return batch.parts.map((part, index) => ({
		item: part.draft.item,
		people: part.people,
		counting: counting[index],
		schedule: batch.schedule,
		outcome: typeof outcome === 'function' ? outcome(part) : outcome,
		request: batch,
	}));
}

/** Leaves out what another execution has sent, and sends the rest. */
async function deliverAdmitted(
	this: IExecuteFunctions,
	batch: Batch,
	options: DeliveryOptions,
	pace: Pace,
	signal?: AbortSignal,
): Promise<Delivered[]> {
	const { deduplication } = options;
	if (signal?.aborted) return resultsOf(batch, CANCELLED);
	let admitted: boolean[];
	try {
		admitted = await Promise.all(batch.parts.map(async (part) => await deduplication.admit(part)));
	} catch {
		return resultsOf(batch, UNRECORDED);
	}
	const skipped = batch.parts.filter((_, index) => !admitted[index]);
	const skippedResults = resultsOf({ ...batch, parts: skipped }, ({ draft }) => ({
		kind: 'skipped',
		key: draft.deduplicationKey ?? '',
	}));
	const parts = batch.parts.filter((_, index) => admitted[index]);
	if (parts.length === 0) return skippedResults;
	const rest = skipped.length > 0 ? batchOf(parts) : batch;
	const outcome = await deliverOne.call(this, rest, options, pace, signal);
	await deduplication.settle(parts, outcome).catch(() => undefined);
	return [...skippedResults, ...resultsOf(rest, outcome)];
}

const UNRECORDED: Outcome = {
	kind: 'refused',
	failure: {
		message: "n8n could not write down the 'Deduplication Key', so nothing was sent",
		description:
			'Save the workflow if it is new, and run it again. If another node of this workflow removes duplicates for the whole workflow in another way, choose the scope This Node',
	},
};

const CANCELLED: Outcome = {
	kind: 'refused',
	failure: {
		message: 'The execution was cancelled before this request was sent',
		description: 'Nothing was sent for this item',
	},
};

async function deliverOne(
	this: IExecuteFunctions,
	batch: Batch,
	options: DeliveryOptions,
	pace: Pace,
	signal?: AbortSignal,
): Promise<Outcome> {
	const startedAt = Date.now();
	const claim = options.ledger.claim(batch);
	let outcome: Outcome = CANCELLED;
	for (let attempt = 0; ; attempt += 1) {
		await pace.opened();
		if (signal?.aborted) break;
		if (pace.abandonedUntil !== undefined) {
			outcome = beyondPatience(judge(batch, RATE_LIMITED).outcome, pace.abandonedUntil);
			break;
		}
		const answer = withoutSecret(
			await send.call(this, options.baseUrl, batch, options.timeout),
			options.apiKey,
		);
		const judgement = judge(batch, answer);
		outcome = judgement.outcome;
		if (judgement.again === 'at-reset') {
			const opensAt = openingAfter(answer, attempt);
			pace.pushedBack();
			if (opensAt - startedAt <= options.maximumWait) {
				pace.closeUntil(opensAt);
				await pace.comeBack();
				continue;
			}
			// Nobody else needs to wait for it either.
			if (opensAt - Date.now() > options.maximumWait) pace.abandon(opensAt);
			outcome = beyondPatience(outcome, opensAt);
			break;
		}
		notePace(answer, outcome, pace, options.maximumWait);
		if (judgement.again === 'never' || attempt + 1 >= TRIES) break;
		await pause(backoff(attempt), signal);
	}
	claim.settle(outcome);
	return outcome;
}

const RATE_LIMITED: Answer = { kind: 'response', statusCode: 429, headers: {}, body: undefined };

/** When Braze takes requests again after a 429, or when to ask again if it does not say. */
function openingAfter(answer: Answer, attempt: number): number {
	const now = Date.now();
	const reset = answer.kind === 'response' ? resetTime(answer.headers, now) : undefined;
	return reset === undefined ? now + backoff(attempt + 1) : reset + Math.random() * JITTER;
}

function notePace(answer: Answer, outcome: Outcome, pace: Pace, maximumWait: number): void {
	if (answer.kind !== 'response' || answer.statusCode >= 500) {
		pace.pushedBack();
		return;
	}
	if (outcome.kind === 'accepted') pace.wentWell();
	const reset = isUsedUp(answer.headers) ? resetTime(answer.headers, Date.now()) : undefined;
	if (reset !== undefined && reset - Date.now() <= maximumWait) {
		pace.closeUntil(reset + Math.random() * JITTER);
	}
}

function beyondPatience(outcome: Outcome, reset: number): Outcome {
	if (outcome.kind !== 'refused') return outcome;
	return {
		...outcome,
		failure: {
			...outcome.failure,
			description: `${outcome.failure.description}. It takes requests again at ${utcText(reset)}; that is longer than this node waits. Run it again after that time`,
		},
	};
}
