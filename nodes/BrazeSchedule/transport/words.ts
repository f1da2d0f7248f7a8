import { isObject, shorten } from '../domain/json';
import type { BrazeRequest } from '../domain/requests';
import type { Schedule } from '../domain/schedule';
import { permissionFor } from '../domain/targets';
import type { Operation } from '../domain/targets';
import { utcText } from '../domain/time';
import type { Answer } from './answer';
import type { Opening } from './pace';

/** The answer of a server that may have carried out the request, and shows the result elsewhere. */
export const SEE_OTHER = 303;

export interface Words {
	message: string;
	/** What to do next. */
	description: string;
}

type Response = Extract<Answer, { kind: 'response' }>;
type Fault = Extract<Answer, { kind: 'fault' }>;

/** Braze's own message, which may be text, a list, or missing. */
export function brazeSays(body: unknown): string | undefined {
	if (!isObject(body)) return undefined;
	const errors = Array.isArray(body.errors) ? body.errors : [];
	const said = [body.message, body.error, ...errors]
		.filter((part) => part !== undefined && part !== null && part !== '')
		.map((part) => (typeof part === 'string' ? part : JSON.stringify(part)));
	return said.length > 0 ? shorten(said.join('. ')) : undefined;
}

export const DONE = { create: 'scheduled', update: 'rescheduled', delete: 'cancelled' };
const TO_DO = { create: 'create', update: 'move', delete: 'cancel' };

export const KEYS_PAGE = 'Settings > APIs and Identifiers in Braze';

/** How to find out the result of a request without an answer. */
function howToCheck({ operation, target }: BrazeRequest): string {
	if (operation === 'update') return 'You can run it again: it sets the same time';
	if (operation === 'delete') {
		return 'You can run it again. If Braze then refuses the schedule ID, this request has probably cancelled the schedule';
	}
	return `It may or may not be scheduled, so it was not sent again, and a retry skips it. Braze can't list schedules made through its API: check the analytics of the ${target.label} after the time has passed. If the message is missing, start a new execution with the items of unknown outcome alone`;
}

/** Only this request: other requests of the run, even of the same item, may have succeeded. */
const NOTHING_DONE = ({ operation }: BrazeRequest) => `This request ${DONE[operation]} nothing`;

export function wordsForUnreadable(request: BrazeRequest): Words {
	return {
		message:
			'Braze accepted the connection but its answer cannot be read, so the outcome is unknown',
		description: `${howToCheck(request)}. If this happens every time, check that the instance address in the credential is Braze's REST endpoint`,
	};
}

/** A 2xx with a text that isn't a success. */
export const wordsForUnconfirmed = (request: BrazeRequest, said: string): Words => ({
	message: "Braze's answer does not confirm the request, so the outcome is unknown",
	description: `Braze says: ${said}. ${request.operation === 'delete' ? 'You can run it again' : howToCheck(request)}`,
});

/** Statuses that Braze may return for a schedule that no longer exists. */
const GONE = [400, 404, 409, 410, 422];

const MAY_BE_DONE = {
	create: 'The message may be scheduled',
	update: 'The schedule may have been moved',
	delete: 'The schedule may be cancelled',
};

/** A refusal doesn't show what happened to an earlier request without an answer. */
export function wordsForRefusedRepetition(request: BrazeRequest, answer: Answer): Words {
	const { operation, target } = request;
	const isAnswer = answer.kind === 'response';
	const mayBeGone = isAnswer && GONE.includes(answer.statusCode);
	const said = isAnswer && mayBeGone ? brazeSays(answer.body) : undefined;
	const quote = said ? `. Braze says: ${said}` : '';
	const lookUp = `To check, look at the analytics of the ${target.label} after the time has passed`;
	if (mayBeGone && operation === 'delete') {
		return {
			message:
				'The schedule is probably cancelled, but Braze did not confirm it, so the outcome is unknown',
			description: `An earlier request got no answer. Braze refused the repetition (${answer.statusCode}), probably because the earlier request had already cancelled the schedule${quote}. ${lookUp}`,
		};
	}
	const message = `${MAY_BE_DONE[operation]}, but Braze did not confirm it, so the outcome is unknown`;
	if (mayBeGone) {
		return {
			message,
			description: `An earlier request got no answer, and Braze refused the repetition (${answer.statusCode})${quote}. The schedule may have been sent or cancelled in the meantime. ${lookUp}`,
		};
	}
	const refusal = isAnswer ? wordsForStatus(request, answer) : wordsForFault(request, answer);
	return {
		message,
		description: `An earlier request got no answer, and the repetition did not go through: ${refusal.message}. ${howToCheck(request)}`,
	};
}

export const wordsForCancelled = (request: BrazeRequest, isRepetition: boolean): Words =>
	isRepetition
		? {
				message:
					'The execution was canceled before this request was repeated, so the outcome is unknown',
				description: `An earlier request got no answer. ${howToCheck(request)}`,
			}
		: {
				message: 'The execution was canceled before this request was sent',
				description: NOTHING_DONE(request),
			};

/** Another run may have taken this one for dead. */
export const wordsForStandstill = (request: BrazeRequest, isRepetition: boolean): Words =>
	isRepetition
		? {
				message:
					'n8n stood still for so long that this request was not repeated, so the outcome is unknown',
				description: `An earlier request got no answer. ${howToCheck(request)}`,
			}
		: {
				message: 'n8n stood still for so long that this request was not sent',
				description: `${NOTHING_DONE(request)}. Another execution may be at work on its reference. Run this item again`,
			};

/** [item 3] tells which of the incoming items is meant, counted as n8n counts them. */
export const atItem = (item: number): string => `[item ${item}]`;

function wordsForTime({ time, in_local_time: local, at_optimal_time: optimal }: Schedule): string {
	if (optimal) return `each user's optimal time on ${time.slice(0, 10)}`;
	return local ? `${time} in each user's local time` : time;
}

/** The item whose request determined the schedule. */
export interface Deciding {
	item: number;
	operation: Operation;
	schedule?: Schedule;
}

/** What a later item did to the schedule. */
export const wordsForDecision = ({ item, operation, schedule }: Deciding): string =>
	operation === 'delete' || !schedule
		? `${atItem(item)} cancelled this schedule`
		: `${atItem(item)} moved this schedule again, to ${wordsForTime(schedule)}`;

/** A request that isn't sent, or isn't sent again, because a later item decides. */
export const wordsForSuperseded = (decision: Deciding, failure?: Words): string =>
	[
		wordsForDecision(decision),
		failure && `This item's own request had ended with: ${failure.message}`,
		'It is not sent again',
	]
		.filter((sentence) => sentence !== undefined)
		.join('. ');

export const wordsForAlreadyDeleted = ({ item }: Deciding): string =>
	`Not sent: ${atItem(item)} has already cancelled this schedule`;

/** An item that returned twice from one error output. */
export const wordsForSameRequest = (item: number): string =>
	`Not sent: ${atItem(item)} is the same item of an earlier run`;

/** A time that was still ahead when the run began. */
export const wordsForPassed = (schedule: Schedule): string =>
	schedule.in_local_time || schedule.at_optimal_time
		? `The time, ${wordsForTime(schedule)}, passed in every time zone while this request was waiting, so Braze may not send the message`
		: `The time, ${wordsForTime(schedule)}, passed while this request was waiting. Braze does not say whether it sends such a message at once or not at all`;

/** Compressed or encoded in a way that n8n can't decode. */
const UNREADABLE = /^(Z_|HPE_|ERR_PADDING|ERR__ERROR_FORMAT)/;

/** Why there is no answer to a request that was sent. */
export function wordsForLost(code: string): string {
	switch (code) {
		case 'ECONNABORTED':
		case 'ETIMEDOUT':
			return 'Braze did not answer in time';
		case 'ERR_CANCELED':
			return 'The execution was canceled while Braze was still working';
		default:
			return UNREADABLE.test(code)
				? "Braze's answer cannot be read"
				: 'The connection to Braze broke off before the answer came';
	}
}

export function wordsForFault(request: BrazeRequest, { code, neverLeft }: Fault): Words {
	if (neverLeft) {
		return {
			// n8n replaces a message that contains an error code with its own sentence.
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
			// Never quoted, because Braze repeats the key in it.
			return {
				message: 'Braze rejected the REST API key',
				description: `Most often the key is fine and the instance is not: compare the instance in the Braze API credential with the REST endpoint shown under ${KEYS_PAGE}. Otherwise the key is mistyped, deleted, from another workspace, or lacks the permission ${permissionFor(path)}. ${NOTHING_DONE(request)}`,
			};
		case 403:
			if (isObject(body) && body.message === 'Forbidden') return wordsForAccount(request);
			return {
				message: `The REST API key is not allowed to ${TO_DO[operation]} a ${target.label} schedule`,
				description: `It needs the permission ${permissionFor(path)}. Permissions are fixed when a key is made, so create a new key under ${KEYS_PAGE} and tick it. If the key is limited to certain IP addresses, add the one of this n8n. ${NOTHING_DONE(request)}${quote}`,
			};
		case 404:
			return {
				message: 'Braze returned 404 for this URL',
				description: `Compare the address in the Braze API credential with the REST endpoint shown under ${KEYS_PAGE}, or with the address of your gateway. ${NOTHING_DONE(request)}${quote}`,
			};
		case 413:
			return {
				message: 'The request is too large for Braze',
				description: `Send fewer or smaller properties and attributes; a request may have 4 MB. ${NOTHING_DONE(request)}`,
			};
		case 429:
			return {
				message: 'The Braze rate limit has been reached',
				description: `Your workspace has used up its requests for now. ${NOTHING_DONE(request)}`,
			};
	}
	if (statusCode >= 500) {
		return {
			message: `Braze returned a server error (${statusCode}), so the outcome is unknown`,
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

/** A 403 that no other key can fix. */
const wordsForAccount = (request: BrazeRequest): Words => ({
	message: 'Braze does not accept this request from your account',
	description: `Braze says: Forbidden. Your Braze plan may not include it, or the account is inactive. Ask your Braze account manager. ${NOTHING_DONE(request)}`,
});

/** When a request that Braze refused with a 429 can be sent again. */
export const wordsForOpening = ({ at, announced }: Opening): string =>
	announced
		? `Braze accepts requests again at ${utcText(at)}, later than 'Maximum Wait' allows. Run it again after that time`
		: "Braze did not say when it accepts requests again, and 'Maximum Wait' has run out. Run it again later";

export const wordsForRedirect = (statusCode: number): string =>
	`The address answers with a redirect (${statusCode}), which was not followed to keep the key safe`;

/** About a schedule, and not about a request that took too long. */
const isAboutTime = (said: string): boolean =>
	/(?<![a-z])(date|time|date-?time)(?![a-z])/i.test(said.replace(/time[ -]out/gi, ''));

/** The usual reasons for Braze's own sentences. */
function hintFor(said: string, { target }: BrazeRequest): string {
	if (/schedule_id/i.test(said)) {
		return "Check the schedule ID: it is the schedule_id from the Create node's output. The schedule may already be sent or cancelled. ";
	}
	if (/(campaign|canvas)/i.test(said) && /(invalid|exist|string of the|not found)/i.test(said)) {
		return `Check the ID: it is the API identifier of the ${target.label}, not the one in the browser's address, and the ${target.label} must be API-triggered and in the same workspace as the key. `;
	}
	if (/(archived|paused|draft)/i.test(said)) {
		return `Start or restore the ${target.label} in Braze. `;
	}
	return isAboutTime(said) ? 'Check the time. ' : '';
}
