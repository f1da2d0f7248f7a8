import type { IDataObject } from 'n8n-workflow';

import { connectionFor } from '../domain/instances';
import { isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { permissionFor } from '../domain/targets';
import { utcText } from '../domain/time';
import type { Answer } from './answer';
import { requestOnce } from './requestOnce';
import type { RequestContext } from './requestOnce';
import { BrazeClock, resetIn } from './brazeClock';
import type { Failure } from './outcome';
import { backoff, pause } from './pace';
import { resetTime } from './rateLimit';
import { withoutSecret } from './secrets';
import { brazeSays, SEE_OTHER, wordsForLost, wordsForRedirect } from './words';

/** A request that messages nobody. */
export interface PlainRequest {
	path: string;
	qs?: IDataObject;
	/** Makes it a POST, which is repeated only if it wasn't carried out. */
	body?: IDataObject;
	/** Its purpose, as in "Braze could not list campaigns". */
	to: string;
	/** An alternative for the user, if there is one. */
	instead?: string;
	/** Whether a 2xx with this body did what the request asked for. */
	confirms: (body: JsonObject) => boolean;
	/** How long to wait for a rate limit or for Braze to recover, in milliseconds. */
	maximumWait?: number;
	timeout?: number;
}

export interface FailedRequest {
	failure: Failure;
	/** Braze may still have carried it out. */
	isUnknown?: true;
}

const TIMEOUT_MS = 30_000;

export async function requestWithRetry(
	this: RequestContext,
	request: PlainRequest,
): Promise<{ body: JsonObject } | FailedRequest> {
	const connection = connectionFor(await this.getCredentials('brazeApi'));
	if ('problem' in connection) {
		return { failure: { message: connection.problem, description: 'Nothing was sent' } };
	}
	const signal = 'getExecutionCancelSignal' in this ? this.getExecutionCancelSignal() : undefined;
	const { path, qs, body, maximumWait = 0, timeout = TIMEOUT_MS } = request;
	const method = body ? 'POST' : 'GET';
	const giveUpAt = Date.now() + maximumWait;
	const clock = new BrazeClock();
	for (let attempt = 0; ; attempt += 1) {
		const sentAt = Date.now();
		const answer = withoutSecret(
			await requestOnce.call(this, { method, url: `${connection.url}${path}`, qs, body, timeout }),
			connection.key,
		);
		clock.learn(answer, sentAt);
		if (isSuccess(request, answer)) return { body: answer.body };
		const until = worthTryingAt(request, answer, attempt, clock);
		if (until === undefined || until > giveUpAt || signal?.aborted) {
			const failure = signal?.aborted ? wordsForStopped(request) : wordsFor(request, answer, clock);
			return isUnknown(request, answer) ? { failure, isUnknown: true } : { failure };
		}
		await pause(until - Date.now(), signal);
	}
}

const isSuccess = (
	{ confirms }: PlainRequest,
	answer: Answer,
): answer is Extract<Answer, { body: unknown }> & { body: JsonObject } =>
	answer.kind === 'response' &&
	answer.statusCode >= 200 &&
	answer.statusCode < 300 &&
	isObject(answer.body) &&
	confirms(answer.body);

/** In n8n's own spelling, by which it tells a canceled execution from a failed one. */
const wordsForStopped = ({ to }: PlainRequest): Failure => ({
	message: `The execution was canceled before Braze could ${to}`,
	description: '',
});

/** Reading changes nothing, so nothing is unknown after it. */
function isUnknown({ body }: PlainRequest, answer: Answer): boolean {
	if (!body) return false;
	if (answer.kind === 'fault') return !answer.neverLeft;
	const { statusCode } = answer;
	return statusCode < 300 || statusCode >= 500 || statusCode === SEE_OTHER;
}

function worthTryingAt(
	{ body }: PlainRequest,
	answer: Answer,
	attempt: number,
	clock: BrazeClock,
): number | undefined {
	const soon = Date.now() + backoff(attempt);
	if (answer.kind === 'fault') {
		if (answer.code === 'ERR_CANCELED') return undefined;
		return answer.neverLeft || !body ? soon : undefined;
	}
	if (answer.statusCode === 429) return resetIn(answer, clock) ?? soon;
	return answer.statusCode >= 500 && !body ? soon : undefined;
}

const AGAIN = 'Try again in a minute';
const CHECK = 'Check the instance in the Braze API credential';

function wordsFor(
	{ path, body: sent, to, instead = '' }: PlainRequest,
	answer: Answer,
	clock: BrazeClock,
): Failure {
	const then = instead === '' ? '' : `. ${instead}`;
	if (answer.kind === 'fault') {
		return answer.neverLeft
			? {
					message: 'Braze could not be reached',
					description: `${CHECK} (${answer.code})${then}`,
				}
			: { message: wordsForLost(answer.code), description: `${AGAIN}${then}` };
	}
	const { statusCode, body } = answer;
	const httpCode = String(statusCode);
	const said = brazeSays(body);
	if (statusCode < 300 && said) {
		return {
			httpCode,
			message: sent
				? "Braze's answer does not confirm the request, so the outcome is unknown"
				: `Braze could not ${to}`,
			description: `${sent ? CHECK : AGAIN}. Braze says: ${said}${then}`,
		};
	}
	if (statusCode < 300) {
		return {
			httpCode,
			message: "Braze's answer cannot be read",
			description: `Check that the instance address in the credential is Braze's REST endpoint${then}`,
		};
	}
	if (statusCode < 400) {
		return {
			httpCode,
			message: wordsForRedirect(statusCode),
			description: `${CHECK}${then}`,
		};
	}
	switch (statusCode) {
		case 401:
			return {
				httpCode,
				message: 'Braze rejected the REST API key',
				description: `Check the instance and the key in the Braze API credential${then}`,
			};
		case 403:
			return {
				httpCode,
				message: `The REST API key lacks the permission ${permissionFor(path)}`,
				description: `Braze needs it to ${to}. Permissions are fixed when a key is made, so create a new key with it${then}`,
			};
		case 429: {
			const reset = resetTime(answer.headers, clock.now());
			const again = reset === undefined ? '' : `. It takes requests again at ${utcText(reset)}`;
			return {
				httpCode,
				message: 'The Braze rate limit has been reached',
				description: `The rate limit of your workspace is used up, so Braze could not ${to}${again}${then}`,
			};
		}
		default:
			return {
				httpCode,
				message: `Braze could not ${to} (${statusCode})`,
				description: `${statusCode >= 500 ? AGAIN : CHECK}${said ? `. Braze says: ${said}` : ''}${then}`,
			};
	}
}
