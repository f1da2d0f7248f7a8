import type { IDataObject } from 'n8n-workflow';

import { keyOf, restUrl } from '../domain/instances';
import { isObject } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { permissionFor } from '../domain/targets';
import type { Answer } from './answer';
import { ask } from './ask';
import type { Context } from './ask';
import type { Failure } from './outcome';
import { backoff, pause } from './pace';
import { resetTime } from './rateLimit';
import { withoutSecret } from './secrets';
import { brazeSays } from './words';

export interface ReadRequest {
	path: string;
	qs: IDataObject;
	/** What it lists, for sentences. */
	what: string;
	/** What a person can do instead, if anything. */
	instead?: string;
	/** How long to wait for a rate limit or for Braze to recover, in milliseconds. */
	maximumWait?: number;
	timeout?: number;
}

const TIMEOUT = 30_000;

/** Reads a list. Reading again can do no harm, so it tries again as long as it may wait. */
export async function read(
	this: Context,
	request: ReadRequest,
): Promise<{ body: JsonObject } | { failure: Failure }> {
	const credential = await this.getCredentials('brazeApi');
	const address = restUrl(credential);
	if ('problem' in address) return { failure: { message: address.problem, description: '' } };
	const signal = 'getExecutionCancelSignal' in this ? this.getExecutionCancelSignal() : undefined;
	const { path, qs, maximumWait = 0, timeout = TIMEOUT } = request;
	const giveUpAt = Date.now() + maximumWait;
	for (let attempt = 0; ; attempt += 1) {
		const answer = withoutSecret(
			await ask.call(this, { method: 'GET', url: `${address.url}${path}`, qs, timeout }),
			keyOf(credential),
		);
		if (answer.kind === 'response' && answer.statusCode === 200 && isObject(answer.body)) {
			return { body: answer.body };
		}
		const until = worthTryingAt(answer, attempt);
		if (until === undefined || until > giveUpAt || signal?.aborted) {
			return { failure: wordsForRead(request, answer) };
		}
		await pause(until - Date.now(), signal);
	}
}

function worthTryingAt(answer: Answer, attempt: number): number | undefined {
	const soon = Date.now() + backoff(attempt);
	if (answer.kind === 'fault') return answer.code === 'ERR_CANCELED' ? undefined : soon;
	if (answer.statusCode === 429) return resetTime(answer.headers, Date.now()) ?? soon;
	return answer.statusCode >= 500 ? soon : undefined;
}

function wordsForRead({ path, what, instead = '' }: ReadRequest, answer: Answer): Failure {
	const then = instead === '' ? '' : `. ${instead}`;
	if (answer.kind === 'fault') {
		return {
			message: 'Braze could not be reached',
			description: `Check the instance in the Braze API credential (${answer.code})${then}`,
		};
	}
	const httpCode = String(answer.statusCode);
	switch (answer.statusCode) {
		case 401:
			return {
				httpCode,
				message: 'Braze does not know this REST API key',
				description: `Check the instance and the key in the Braze API credential${then}`,
			};
		case 403:
			return {
				httpCode,
				message: `The REST API key lacks the permission ${permissionFor(path)}`,
				description: `Braze needs it to list ${what}. Permissions are fixed when a key is made, so create a new key with it${then}`,
			};
		default:
			return {
				httpCode,
				message: `Braze could not list its ${what} (${answer.statusCode})`,
				description: `${brazeSays(answer.body) ?? 'Try again in a minute'}${then}`,
			};
	}
}
