import type { ICredentialDataDecryptedObject, IDataObject } from 'n8n-workflow';

import { connectionFor } from '../domain/instances';
import { isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import type { Answer, HttpResponse } from './answer';
import { BrazeClock, resetIn } from './brazeClock';
import { failureFor } from './failureWords';
import type { Purpose } from './failureWords';
import { backoff, pause } from './pace';
import { requestOnce } from './requestOnce';
import type { RequestContext } from './requestOnce';
import { ruleFor } from './retryPolicy';
import type { Again } from './retryPolicy';
import { withoutSecret } from './secrets';
import { acceptsAgainAt } from './words';
import type { Failure } from './words';

/** A request that messages nobody. `to` is what it is for, as in "list campaigns". */
export interface PlainRequest extends Pick<
	Purpose,
	'to' | 'path' | 'label' | 'ifRefused' | 'ifUnknown' | 'instead'
> {
	qs?: IDataObject;
	/** Makes it a POST, which is repeated only if it wasn't carried out. */
	body?: IDataObject;
	/** Whether a 2xx with this body did what was asked. */
	confirms: (body: JsonObject) => boolean;
	/** How long to wait for a rate limit or for Braze to recover, in milliseconds. */
	maximumWait?: number;
	timeout?: number;
	/** Already decrypted, for many requests in a row: in the editor, decrypting takes n8n long. */
	credential?: ICredentialDataDecryptedObject;
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
	const credential: ICredentialDataDecryptedObject =
		request.credential ?? (await this.getCredentials('brazeApi'));
	const connection = connectionFor(credential);
	if ('problem' in connection) {
		return { failure: { message: connection.problem, description: 'Nothing was sent' } };
	}
	const signal = 'getExecutionCancelSignal' in this ? this.getExecutionCancelSignal() : undefined;
	const { path, qs, body, maximumWait = 0, timeout = TIMEOUT_MS } = request;
	const method = body ? 'POST' : 'GET';
	const effect = body ? 'adds' : 'reads';
	const giveUpAt = Date.now() + maximumWait;
	const clock = new BrazeClock();
	for (let attempt = 0; ; attempt += 1) {
		const sentAt = Date.now();
		const answer = withoutSecret(
			await requestOnce.call(
				this,
				{ method, url: `${connection.url}${path}`, qs, body, timeout },
				credential,
			),
			connection.key,
		);
		clock.learn(answer, sentAt);
		if (isConfirmed(request, answer)) return { body: answer.body };
		const { isUnknown, again } = ruleFor(answer, effect);
		const until = retryTime(again, answer, attempt, clock);
		if (until === undefined || until > giveUpAt || signal?.aborted) {
			const failure = signal?.aborted
				? wordsForStopped(request)
				: failureFor({ ...request, effect, opening: openingIn(answer, clock) }, answer);
			return isUnknown ? { failure, isUnknown } : { failure };
		}
		await pause(until - Date.now(), signal);
	}
}

const isConfirmed = (
	{ confirms }: PlainRequest,
	answer: Answer,
): answer is HttpResponse & { body: JsonObject } =>
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

function retryTime(
	again: Again,
	answer: Answer,
	attempt: number,
	clock: BrazeClock,
): number | undefined {
	if (again === 'never') return undefined;
	const reset = again === 'at-reset' ? resetIn(answer, clock) : undefined;
	return reset ?? Date.now() + backoff(attempt);
}

function openingIn(answer: Answer, clock: BrazeClock): string {
	const reset = resetIn(answer, clock);
	return reset === undefined
		? 'Try again later'
		: `${acceptsAgainAt(clock.toBraze(reset))}. Try again after that time`;
}
