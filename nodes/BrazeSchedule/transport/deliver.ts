import type { IExecuteFunctions } from 'n8n-workflow';

import { countingIn } from '../domain/grouping';
import { batchOf } from '../domain/requests';
import type { Batch, Part } from '../domain/requests';
import type { Answer } from './answer';
import type { Deduplication } from './deduplication';
import type { Ledger, PartResult } from './ledger';
import { judge } from './outcome';
import type { Outcome, PartOutcome } from './outcome';
import { backoff, Pace, pause } from './pace';
import type { Opening } from './pace';
import { remainingRequests, resetTime } from './rateLimit';
import { withoutSecret } from './secrets';
import { send } from './send';
import { wordsForOpening } from './words';

export interface DeliveryOptions {
	baseUrl: string;
	/** Hidden from everything that comes back. */
	apiKey: string;
	ledger: Ledger;
	deduplication: Deduplication;
	/** How many requests at once, at most. */
	concurrency: number;
	/** How long one request may wait for a rate limit after it was refused, in milliseconds. */
	maximumWait: number;
	/** How long to wait for an answer, in milliseconds. */
	timeout: number;
}

const TRIES = 4;

/** What became of one item's part in a request. */
export type Delivered = PartResult & { item: number };

/** Sends every batch, several at a time; the results keep the batches' order. */
export async function deliver(
	this: IExecuteFunctions,
	batches: Batch[],
	options: DeliveryOptions,
): Promise<Delivered[]> {
	const signal = this.getExecutionCancelSignal();
	const pace = new Pace(options.concurrency, options.maximumWait, signal);
	const delivered: Delivered[][] = [];
	let next = 0;

	const worker = async (): Promise<void> => {
		for (let index = next++; index < batches.length; index = next++) {
			delivered[index] = await deliverAdmitted.call(this, batches[index], options, pace, signal);
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
	const burst = await pace.enter();
	const claim = options.ledger.claim(batch);
	const outcome = await sendUntilSettled.call(this, batch, options, pace, burst, signal);
	claim.settle(outcome);
	pace.leave();
	return outcome;
}

/** Holds a place when it begins and when it ends. */
async function sendUntilSettled(
	this: IExecuteFunctions,
	batch: Batch,
	options: DeliveryOptions,
	pace: Pace,
	firstBurst: number,
	signal?: AbortSignal,
): Promise<Outcome> {
	let outcome: Outcome = CANCELLED;
	let burst = firstBurst;
	let waited = 0;
	for (let tries = 0; !signal?.aborted; burst = await pace.comeBack()) {
		if (pace.abandonedUntil) return outOfReach(batch, pace.abandonedUntil);
		const answer = withoutSecret(
			await send.call(this, options.baseUrl, batch, options.timeout),
			options.apiKey,
		);
		const judgement = judge(batch, answer);
		outcome = judgement.outcome;
		if (judgement.again === 'at-reset') {
			const opening = pace.refused(batch, burst, resetIn(answer));
			waited += Math.max(0, opening.at - Date.now());
			if (waited > options.maximumWait) return outOfReach(batch, opening);
			continue;
		}
		tellPace(pace, burst, answer, outcome);
		tries += 1;
		if (judgement.again === 'never' || tries === TRIES) break;
		await pause(backoff(tries - 1), signal);
	}
	return outcome;
}

const resetIn = (answer: Answer): number | undefined =>
	answer.kind === 'response' ? resetTime(answer.headers, Date.now()) : undefined;

function tellPace(pace: Pace, burst: number, answer: Answer, outcome: Outcome): void {
	if (answer.kind !== 'response' || answer.statusCode >= 500) {
		pace.struggled(burst);
		return;
	}
	const remaining = remainingRequests(answer.headers);
	if (remaining !== undefined) pace.remains(remaining, resetIn(answer));
	if (outcome.kind === 'accepted') pace.succeeded();
}

const RATE_LIMITED: Answer = { kind: 'response', statusCode: 429, headers: {}, body: undefined };

/** A refusal because the window opens later than the request may wait. */
function outOfReach(batch: Batch, opening: Opening): Outcome {
	const { outcome } = judge(batch, RATE_LIMITED);
	if (outcome.kind !== 'refused') return outcome;
	const { failure } = outcome;
	return {
		...outcome,
		failure: { ...failure, description: `${failure.description}. ${wordsForOpening(opening)}` },
	};
}
