import type { IExecuteFunctions } from 'n8n-workflow';

import type { Draft } from '../domain/drafts';
import type { Connected } from '../domain/instances';
import { batchOf, recounted } from '../domain/requests';
import type { Batch } from '../domain/requests';
import { hasPassed } from '../domain/schedule';
import type { Answer } from './answer';
import { BrazeClock, resetIn } from './brazeClock';
import { decide, outcomeWithoutSending, scheduleIdOf } from './decisions';
import type { Decisions } from './decisions';
import { OPEN } from './gate';
import type { Gate } from './gate';
import type { Ledger, PartResult } from './ledger';
import { judge } from './outcome';
import type { Outcome, PartOutcome } from './outcome';
import { backoff, Pace, pause } from './pace';
import type { Opening } from './pace';
import { remainingRequests } from './rateLimit';
import { converges } from './retryPolicy';
import { withoutSecret } from './secrets';
import { sendOnce } from './sendOnce';
import { inTurn } from './turns';
import {
	failureOf,
	wordsForCanceled,
	wordsForOpening,
	wordsForPassed,
	wordsForRefusedRepetition,
	wordsForStandstill,
} from './scheduleWords';

export interface DeliveryOptions {
	connection: Connected;
	ledger: Pick<Ledger, 'noteSending' | 'wasUnknown'>;
	/** Asked before each request whose item has a reference. */
	gate?: Gate;
	/** What earlier tries of this execution have decided. */
	decisions?: Decisions;
	/** When the items were read. A time that was ahead then may pass while a request waits. */
	readAt: number;
	/** Determines Braze's time from its answers. */
	clock?: BrazeClock;
	/** The maximum number of requests at once. */
	concurrency: number;
	/** How long one request may wait for a rate limit after it was refused, in milliseconds. */
	maximumWait: number;
	/** How long to wait for an answer, in milliseconds. */
	timeout: number;
}

/** What all requests of a run share. */
interface Delivery extends DeliveryOptions {
	pace: Pace;
	signal?: AbortSignal;
	clock: BrazeClock;
	decisions: Decisions;
	gate: Gate;
	/** Schedules that a request of this run has tried to cancel without an answer. */
	uncertainDeletes: Set<string | undefined>;
}

const TRIES = 4;

/** What became of one item's part in a request. */
export type Delivered = PartResult & { item: number; draft: Draft };

/** Sends every batch, several at a time. The results keep the order of the batches. */
export async function deliver(
	this: IExecuteFunctions,
	batches: Batch[],
	options: DeliveryOptions,
): Promise<Delivered[]> {
	const signal = this.getExecutionCancelSignal();
	const delivery: Delivery = {
		...options,
		signal,
		clock: options.clock ?? new BrazeClock(),
		pace: new Pace(options.concurrency, options.maximumWait, signal),
		decisions: new Map(options.decisions),
		uncertainDeletes: new Set(),
		gate: options.gate ?? OPEN,
	};
	const delivered = new Map<Batch, Delivered[]>();
	const lines = inLines(batches).values();

	const worker = async (): Promise<void> => {
		// All workers share the iterator, so each takes the next line.
		for (const line of lines) {
			for (const batch of line) {
				delivered.set(batch, await deliverInTurn.call(this, batch, delivery));
			}
		}
	};
	await Promise.all(Array.from({ length: options.concurrency }, worker));
	const results = batches.flatMap((batch) => delivered.get(batch) ?? []);
	for (const part of results) part.asOf = asOf(delivery);
	return results;
}

/** When the items were read, by Braze's clock. A time that passes later is reported elsewhere. */
const asOf = ({ clock, readAt }: Delivery): number => clock.toBraze(readAt);

/** The batches about one schedule, in the order of their items; every other batch alone. */
function inLines(batches: Batch[]): Batch[][] {
	const lines = new Map<unknown, Batch[]>();
	for (const batch of batches) {
		const key = scheduleIdOf(batch) ?? batch;
		const line = lines.get(key);
		if (line) line.push(batch);
		else lines.set(key, [batch]);
	}
	return [...lines.values()].map((line) => line.sort((a, b) => lastItem(a) - lastItem(b)));
}

/** The item that determines how new a request is. */
const lastItem = ({ parts }: Batch): number =>
	parts.reduce((last, { draft }) => Math.max(last, draft.item), 0);

/** The results of a request, for each item with a part in it. */
export function resultsOf(batch: Batch, outcome: PartOutcome): Delivered[] {
	return batch.parts.map((part) => ({
		item: part.draft.item,
		draft: part.draft,
		people: part.people,
		counting: part.counting,
		schedule: batch.schedule,
		outcome,
		request: batch,
	}));
}

/** Requests about one schedule wait for each other before they take a place among the others. */
async function deliverInTurn(
	this: IExecuteFunctions,
	batch: Batch,
	delivery: Delivery,
): Promise<Delivered[]> {
	const scheduleId = scheduleIdOf(batch);
	if (scheduleId === undefined) return await deliverAdmitted.call(this, batch, delivery);
	const { connection, decisions, uncertainDeletes, signal } = delivery;
	const { operation, schedule } = batch;
	const item = lastItem(batch);
	const decided = outcomeWithoutSending(batch, item, decisions.get(scheduleId));
	if (decided) return resultsOf(batch, decided);
	const turn = `${connection.url} ${scheduleId}`;
	const delivered = await inTurn(
		turn,
		async () => await deliverAdmitted.call(this, batch, delivery),
		signal,
	);
	const kinds = delivered.map(({ outcome }) => outcome.kind);
	if (kinds.includes('accepted')) {
		decide(decisions, scheduleId, { item, operation, schedule, request: delivered[0].request });
	}
	if (kinds.includes('unknown') && operation === 'delete') uncertainDeletes.add(scheduleId);
	return delivered;
}

/** Sends those parts of a request that may leave. */
async function deliverAdmitted(
	this: IExecuteFunctions,
	batch: Batch,
	delivery: Delivery,
): Promise<Delivered[]> {
	const { gate, signal } = delivery;
	if (signal?.aborted) return resultsOf(batch, canceled(batch, wasSentBefore(batch, delivery)));
	const refusals = await gate.admit(batch.parts);
	const refused = batch.parts.flatMap((part, index): Delivered[] => {
		const failure = refusals[index];
		if (!failure) return [];
		return resultsOf({ ...batch, parts: recounted([part]) }, { kind: 'refused', failure });
	});
	const parts = batch.parts.filter((_, index) => !refusals[index]);
	if (parts.length === 0) return refused;
	const rest = refused.length === 0 ? batch : batchOf(recounted(parts));
	const outcome = await deliverOne.call(this, rest, delivery);
	gate.note(rest, outcome);
	return [...resultsOf(rest, outcome), ...refused];
}

/** This run may have been taken for dead, and another one may be at work on its references. */
const tooLate = (batch: Batch, isRepetition: boolean): Outcome => ({
	kind: isRepetition ? 'unknown' : 'refused',
	failure: wordsForStandstill(batch, isRepetition),
});

const canceled = (batch: Batch, isRepetition: boolean): Outcome => ({
	kind: isRepetition ? 'unknown' : 'refused',
	failure: wordsForCanceled(batch, isRepetition),
});

async function deliverOne(
	this: IExecuteFunctions,
	batch: Batch,
	delivery: Delivery,
): Promise<Outcome> {
	const { ledger, pace } = delivery;
	const burst = await pace.enter();
	const isRepetition = wasSentBefore(batch, delivery);
	const sending = ledger.noteSending(batch);
	const outcome = await sendWithRetry.call(this, batch, delivery, burst, isRepetition);
	sending.noteOutcome(outcome, asOf(delivery));
	pace.leave();
	return outcome;
}

/** Whether an earlier request like this one got no answer, in this run or in an earlier try. */
function wasSentBefore(batch: Batch, { ledger, uncertainDeletes }: Delivery): boolean {
	if (batch.parts.some(({ draft }) => draft.under?.mayBeDone)) return true;
	return uncertainDeletes.has(scheduleIdOf(batch)) || ledger.wasUnknown(batch);
}

/** Holds a place when it begins and when it ends. */
async function sendWithRetry(
	this: IExecuteFunctions,
	batch: Batch,
	delivery: Delivery,
	firstBurst: number,
	wasSent: boolean,
): Promise<Outcome> {
	const { pace, gate, signal, maximumWait, clock } = delivery;
	let isRepetition = wasSent;
	let outcome = canceled(batch, isRepetition);
	let burst = firstBurst;
	let waited = 0;
	for (let tries = 0; !signal?.aborted; burst = await pace.comeBack()) {
		if (pace.abandonedUntil) return outOfReach(batch, pace.abandonedUntil, isRepetition, clock);
		if (!gate.mayStillSend(batch.parts)) return tooLate(batch, isRepetition);
		const sentAt = Date.now();
		const answer = withoutSecret(
			await sendOnce.call(this, delivery.connection, batch, delivery.timeout),
			delivery.connection.key,
		);
		clock.learn(answer, sentAt);
		const judgement = judge(batch, answer, isRepetition);
		const isLate = passedBetween(batch, clock.toBraze(delivery.readAt), clock.toBraze(sentAt));
		outcome = isLate ? withLateWarning(batch, judgement.outcome) : judgement.outcome;
		if (judgement.again === 'at-reset') {
			const opening = pace.refused(batch, burst, resetIn(answer, clock));
			waited += Math.max(0, opening.at - Date.now());
			if (waited > maximumWait) return outOfReach(batch, opening, isRepetition, clock);
			continue;
		}
		tellPace(pace, burst, answer, outcome, clock);
		isRepetition ||= converges(batch) && outcome.kind === 'unknown';
		tries += 1;
		if (judgement.again === 'never' || tries === TRIES) break;
		await pause(backoff(tries - 1), signal);
	}
	return outcome;
}

/** Whether the time was ahead when the items were read, and passed while the request waited. */
const passedBetween = ({ schedule }: Batch, readAt: number, sentAt: number): boolean =>
	schedule !== undefined && !hasPassed(schedule, readAt) && hasPassed(schedule, sentAt);

/** A request whose time passed while it waited is sent anyway, with a warning. */
function withLateWarning({ schedule }: Batch, outcome: Outcome): Outcome {
	if (!schedule || outcome.kind !== 'accepted') return outcome;
	return { ...outcome, warnings: [...outcome.warnings, wordsForPassed(schedule)] };
}

function tellPace(
	pace: Pace,
	burst: number,
	answer: Answer,
	outcome: Outcome,
	clock: BrazeClock,
): void {
	if (answer.kind !== 'response' || answer.statusCode >= 500) {
		pace.struggled(burst);
		return;
	}
	const remaining = remainingRequests(answer.headers);
	if (remaining !== undefined) pace.remains(remaining, resetIn(answer, clock));
	if (outcome.kind === 'accepted') pace.succeeded();
}

const RATE_LIMITED: Answer = { kind: 'response', statusCode: 429, headers: {}, body: undefined };

/** The window opens later than the request may wait. */
function outOfReach(
	batch: Batch,
	{ at, announced }: Opening,
	isRepetition: boolean,
	clock: BrazeClock,
): Outcome {
	const failure = failureOf(batch, RATE_LIMITED);
	const words = isRepetition ? wordsForRefusedRepetition(batch, RATE_LIMITED) : failure;
	const opening = wordsForOpening({ at: clock.toBraze(at), announced });
	return {
		kind: isRepetition ? 'unknown' : 'refused',
		failure: { ...failure, ...words, description: `${words.description}. ${opening}` },
	};
}
