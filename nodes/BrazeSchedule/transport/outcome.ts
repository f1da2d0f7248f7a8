import { noFindings } from '../domain/findings';
import { isBlank, isObject, isRounded, shorten } from '../domain/json';
import type { JsonObject } from '../domain/json';
import type { Handle, Quiet } from '../domain/references';
import type { BrazeRequest } from '../domain/requests';
import type { Answer, HttpResponse } from './answer';
import { effectOf, ruleFor } from './retryPolicy';
import type { Again } from './retryPolicy';
import { failureOf, wordsForRefusedRepetition } from './scheduleWords';
import { brazeSays } from './words';
import type { Failure } from './words';

export type Outcome =
	| { kind: 'accepted'; queued: boolean; body: JsonObject; warnings: string[] }
	/** Braze refused it, or the request never left: nothing was scheduled or changed. */
	| { kind: 'refused'; failure: Failure }
	/** It left, and the result isn't known. */
	| { kind: 'unknown'; failure: Failure };

export type LeftOut = 'late' | 'noId' | 'notTested';

/** Nothing was to be sent. `known` is what is remembered of a reference. */
export interface QuietOutcome {
	kind: 'quiet';
	status: Quiet;
	reason?: string;
	warnings?: string[];
	known?: Handle;
	/** What in the form leaves the item out, whatever is remembered. */
	leftOut?: LeftOut;
}

/** What an item learns: the outcome of a request, or why there was none. */
export type PartOutcome =
	| Outcome
	| QuietOutcome
	| { kind: 'preview'; request: BrazeRequest; instead?: undefined }
	/** A preview of nothing: no request would be sent. */
	| { kind: 'preview'; request?: undefined; instead: QuietOutcome }
	/** Create has skipped the item, so there is nothing to move or cancel. */
	| { kind: 'passedOn' }
	/** Not sent, or not sent again, because the item `by` decides. */
	| { kind: 'superseded'; by: number; warning: string };

/** Refused or unknown: what an item reports as its failure. */
export const hasFailed = (
	outcome: PartOutcome,
): outcome is Exclude<Outcome, { kind: 'accepted' }> =>
	outcome.kind === 'refused' || outcome.kind === 'unknown';

interface Judgement {
	outcome: Outcome;
	again: Again;
}

/** Braze documents its `errors` as a list of texts, and sometimes returns objects, or one text. */
function errorsIn({ error, errors }: JsonObject): string[] {
	return [error, errors]
		.flat()
		.filter((one) => !isBlank(one))
		.map((one) => (typeof one === 'string' ? one : JSON.stringify(one)));
}

/** Braze's notes on a success. There may be one error for each recipient. */
export function remarksIn(body: JsonObject): string[] {
	const findings = noFindings();
	for (const error of errorsIn(body)) {
		findings.warn(`Braze accepted the request and noted: ${error}`);
	}
	return [...findings.warnings];
}

/** The errors come last, because there may be one for each recipient. */
function warningsIn(request: BrazeRequest, body: JsonObject, queued: boolean): string[] {
	const findings = noFindings();
	if (typeof body.notice === 'string') findings.warn(`Braze noted: ${body.notice}`);
	const { message } = body;
	if (typeof message === 'string' && !['success', 'queued', ''].includes(message)) {
		findings.warn(`Braze says: ${message}`);
	}
	if (queued) {
		findings.warn(
			'Braze is busy and has put the request into its queue; it will carry it out later',
		);
	}
	if (request.operation === 'create' && usableId(body.schedule_id) === undefined) {
		const returned = isRounded(body.schedule_id)
			? 'the schedule_id as a number too large to keep exactly'
			: 'no schedule_id';
		findings.warn(
			`Braze returned ${returned}, so this schedule can be neither moved nor canceled from here`,
		);
	}
	return [...findings.warnings, ...remarksIn(body)];
}

/** An ID that Update and Delete can use. A number that JavaScript has rounded is another ID. */
function usableId(id: unknown): string | undefined {
	if (Number.isSafeInteger(id)) return String(id);
	return typeof id === 'string' && !isBlank(id) ? id.trim() : undefined;
}

/**
 * What is stored of an answer. Its message goes into every row, so it is shortened to a sentence.
 */
function keptOf({ schedule_id, message, ...rest }: JsonObject): JsonObject {
	const id = usableId(schedule_id);
	return {
		...(message !== undefined && {
			message: typeof message === 'string' ? shorten(message) : message,
		}),
		...(id !== undefined && { schedule_id: id }),
		...rest,
	};
}

/** What Braze may send as an ID, even an empty one. */
const isIdLike = (id: unknown): boolean => typeof id === 'string' || typeof id === 'number';

/** Whether a 2xx comes from Braze at all: a proxy's login page may have one too. */
function isSuccess({ operation }: BrazeRequest, body: unknown): boolean {
	if (operation === 'create') {
		return isObject(body) && (isIdLike(body.schedule_id) || body.message === 'success');
	}
	// Braze doesn't document the answer to update and delete, so an empty success is a success.
	if (!isObject(body)) return body === undefined || body === null || body === '';
	const { message, schedule_id: id } = body;
	const saysNothing = Object.values(body).every(isBlank);
	return message === 'success' || saysNothing || (isIdLike(id) && brazeSays(body) === undefined);
}

/** A 202 alone may not come from Braze: a firewall's check page has one too. */
function isQueued(statusCode: number, body: unknown): boolean {
	if (!isObject(body)) return statusCode === 202 && isBlank(body);
	const { message, error } = body;
	return message === 'queued' || (statusCode === 202 && (message === 'success' || isBlank(error)));
}

/** What a 2xx has confirmed, if it has. */
function acceptedBy(
	request: BrazeRequest,
	{ statusCode, body }: HttpResponse,
): Extract<Outcome, { kind: 'accepted' }> | undefined {
	if (statusCode >= 300) return undefined;
	const queued = isQueued(statusCode, body);
	if (!isSuccess(request, body) && !queued) return undefined;
	const kept = isObject(body) ? keptOf(body) : {};
	const warnings = warningsIn(request, isObject(body) ? body : {}, queued);
	return { kind: 'accepted', queued, body: kept, warnings };
}

/**
 * `isRepetition`: an earlier request with the same content got no answer. A refusal then leaves the
 * outcome unknown, because that request may have been carried out.
 */
export function judge(request: BrazeRequest, answer: Answer, isRepetition = false): Judgement {
	const accepted = answer.kind === 'response' ? acceptedBy(request, answer) : undefined;
	if (accepted) return { outcome: accepted, again: 'never' };
	const { isUnknown, again } = ruleFor(answer, effectOf(request));
	const failure = failureOf(request, answer);
	if (isUnknown) return { outcome: { kind: 'unknown', failure }, again };
	if (!isRepetition) return { outcome: { kind: 'refused', failure }, again };
	const words = wordsForRefusedRepetition(request, answer);
	return { outcome: { kind: 'unknown', failure: { ...failure, ...words } }, again };
}
