import { isObject, shorten } from '../domain/json';
import type { BrazeRequest } from '../domain/requests';
import { permissionFor } from '../domain/targets';
import { utcText } from '../domain/time';
import type { Answer } from './answer';
import type { Opening } from './pace';

/** The answer of a server that may have done what it was asked, and shows the result elsewhere. */
export const SEE_OTHER = 303;

export interface Words {
	message: string;
	/** What to do next. */
	description: string;
}

type Response = Extract<Answer, { kind: 'response' }>;
type Fault = Extract<Answer, { kind: 'fault' }>;

/** What Braze itself says, which may come as text, as a list, or not at all. */
export function brazeSays(body: unknown): string | undefined {
	if (!isObject(body)) return undefined;
	const errors = Array.isArray(body.errors) ? body.errors : [];
	const said = [body.message, body.error, ...errors]
		.filter((part) => part !== undefined && part !== null && part !== '')
		.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
	return said.length > 0 ? shorten(said.join('. ')) : undefined;
}

export const DONE = { create: 'scheduled', update: 'rescheduled', delete: 'cancelled' };
const TO_DO = { create: 'schedule', update: 'reschedule', delete: 'cancel' };

const KEYS_PAGE = 'Settings > APIs and Identifiers in Braze';

/** How to find out what became of a request whose answer is missing. */
function howToCheck({ operation, target }: BrazeRequest): string {
	return operation === 'create'
		? `It may or may not be scheduled, so it was not sent again. Braze cannot list schedules made through its API: look at the analytics of the ${target.label} after the time has passed, or run it for a test user first. To send it in any case, run the workflow anew; running this execution again leaves it out`
		: 'Running it again does no harm: it ends at the same place however often it is sent';
}

const NOTHING_DONE = ({ operation }: BrazeRequest) => `Nothing was ${DONE[operation]}`;

export function wordsForUnreadable(request: BrazeRequest): Words {
	return {
		message:
			'Braze accepted the connection but its answer cannot be read, so the outcome is unknown',
		description: `${howToCheck(request)}. If this happens every time, check that the instance address in the credential is Braze’s REST endpoint`,
	};
}

/** Compressed, or framed, in a way that nobody understands. */
const UNREADABLE = /^(Z_|HPE_|ERR_PADDING|ERR__ERROR_FORMAT)/;

/** Why there is no answer to a request that has left. */
export function wordsForLost(code: string): string {
	switch (code) {
		case 'ECONNABORTED':
		case 'ETIMEDOUT':
			return 'Braze did not answer in time';
		case 'ERR_CANCELED':
			return 'The execution was cancelled while Braze was still working';
		default:
			return UNREADABLE.test(code)
				? 'Braze’s answer cannot be read'
				: 'The connection to Braze broke off before the answer came';
	}
}

export function wordsForFault(request: BrazeRequest, { code, neverLeft }: Fault): Words {
	if (neverLeft) {
		return {
			// n8n replaces a message that holds an error code by a sentence of its own.
			message: 'Braze could not be reached',
			description: `${NOTHING_DONE(request)} (${code}). Check the instance in the Braze API credential, and whether this n8n may reach the internet`,
		};
	}
	if (UNREADABLE.test(code)) return wordsForUnreadable(request);
	return {
		message: `${wordsForLost(code)}, so the outcome is unknown`,
		description: howToCheck(request),
	};
}

export function wordsForStatus(request: BrazeRequest, answer: Response): Words {
	const { target, operation, path } = request;
	const { statusCode, body } = answer;
	const said = brazeSays(body);
	const quote = said ? `. Braze says: ${said}` : '';
	switch (statusCode) {
		case 401:
			// Never quoted: Braze repeats the key in it.
			return {
				message: 'Braze does not know this REST API key',
				description: `Most often the key is fine and the instance is not: compare the instance in the Braze API credential with the REST endpoint shown under ${KEYS_PAGE}. Otherwise the key is mistyped, deleted, from another workspace, or lacks the permission ${permissionFor(path)}. ${NOTHING_DONE(request)}`,
			};
		case 403:
			return {
				message: `The REST API key is not allowed to ${TO_DO[operation]} a ${target.label}`,
				description: `It needs the permission ${permissionFor(path)}. Permissions are fixed when a key is made, so create a new key under ${KEYS_PAGE} and tick it. If the key is limited to certain IP addresses, add the one of this n8n. ${NOTHING_DONE(request)}${quote}`,
			};
		case 404:
			return {
				message: 'Braze does not know this address',
				description: `Check that the instance in the Braze API credential is the REST endpoint, without anything after it. ${NOTHING_DONE(request)}${quote}`,
			};
		case 413:
			return {
				message: 'The request is too large for Braze',
				description: `Send fewer or smaller properties and attributes; a request may have 4 MB. ${NOTHING_DONE(request)}`,
			};
		case 429:
			return {
				message: 'Braze takes no more requests for now',
				description: `The rate limit of your workspace is used up. ${NOTHING_DONE(request)}`,
			};
	}
	if (statusCode >= 500) {
		return {
			message: `Braze has a fault of its own (${statusCode}), so the outcome is unknown`,
			description: `${howToCheck(request)}${quote}`,
		};
	}
	if (statusCode === SEE_OTHER) {
		return {
			message: `${wordsForRedirect(statusCode)}, so the outcome is unknown`,
			description: `Check the instance in the Braze API credential. ${howToCheck(request)}`,
		};
	}
	if (statusCode < 400) {
		return {
			message: wordsForRedirect(statusCode),
			description: `Check the instance in the Braze API credential. ${NOTHING_DONE(request)}`,
		};
	}
	return {
		message: said ? `Braze refused it: ${said}` : `Braze refused it (${statusCode})`,
		description: `${hintFor(said ?? '', request)}${NOTHING_DONE(request)}`,
	};
}

/** When a request that Braze refused with a 429 can go out again. */
export const wordsForOpening = ({ at, announced }: Opening): string =>
	announced
		? `Braze accepts requests again at ${utcText(at)}, later than 'Maximum Wait' allows. Run it again after that time`
		: "Braze doesn't say when it accepts requests again, and 'Maximum Wait' has run out. Run it again later";

export const wordsForRedirect = (statusCode: number): string =>
	`The address answers with a redirect (${statusCode}), which was not followed to keep the key safe`;

/** What usually lies behind Braze's own sentences. */
function hintFor(said: string, { target }: BrazeRequest): string {
	if (/schedule_id/i.test(said)) {
		return 'Check the schedule ID: it is the schedule_id that Create gave out. The schedule may be sent or cancelled already. ';
	}
	if (/(campaign|canvas)/i.test(said) && /(invalid|exist|string of the|not found)/i.test(said)) {
		return `Check the ID: it is the API identifier of the ${target.label}, not the one in the browser’s address, and the ${target.label} must be API-triggered and in the same workspace as the key. `;
	}
	if (/(archived|paused|draft)/i.test(said)) {
		return `Start or restore the ${target.label} in Braze. `;
	}
	if (/(time|date)/i.test(said)) return 'Check the time. ';
	return '';
}
