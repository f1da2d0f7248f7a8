import type { BrazeRequest } from '../domain/requests';
import type { Schedule } from '../domain/schedule';
import type { Operation } from '../domain/targets';
import { MAXIMUM_WAIT } from '../domain/labels';
import type { Answer, HttpResponse } from './answer';
import { failureFor } from './failureWords';
import type { Purpose } from './failureWords';
import type { Opening } from './pace';
import { effectOf } from './retryPolicy';
import { acceptsAgainAt, atItem, brazeSays, DONE, sentences } from './words';
import type { Failure, Words } from './words';

const TO_DO = { create: 'create', update: 'move', delete: 'cancel' };

/** How to find out what became of a request whose answer is missing. */
function howToCheck({ operation, target }: BrazeRequest): string {
	if (operation === 'update') return 'You can run it again: it sets the same time';
	if (operation === 'delete') {
		return 'You can run it again. If Braze then refuses the schedule ID, this request has probably canceled the schedule';
	}
	return `It may or may not be scheduled, so it was not sent again, and a retry skips it. Braze can't list schedules made through its API: check the analytics of the ${target.label} after the time has passed. If the message is missing, start a new execution with the items of unknown outcome alone`;
}

/** Of this request alone: other requests of the run, even of the same item, may have gone through. */
const nothingDone = ({ operation }: BrazeRequest) => `This request ${DONE[operation]} nothing`;

/** A schedule request, as the table of words sees it. */
const purposeOf = (request: BrazeRequest): Purpose => ({
	to: `${TO_DO[request.operation]} a ${request.target.label} schedule`,
	path: request.path,
	effect: effectOf(request),
	label: request.target.label,
	ifRefused: nothingDone(request),
	ifUnknown: howToCheck(request),
	...(request.operation === 'delete' && { ifUnconfirmed: 'You can run it again' }),
});

export const failureOf = (request: BrazeRequest, answer: Answer): Failure =>
	failureFor(purposeOf(request), answer);

/** Statuses that Braze may give for a schedule that is gone. */
const GONE: Array<number | undefined> = [400, 404, 409, 410, 422];

const MAY_BE_DONE = {
	create: 'The message may be scheduled',
	update: 'The schedule may have been moved',
	delete: 'The schedule may be canceled',
};

/** A refusal says nothing about an earlier request that got no answer. */
export function wordsForRefusedRepetition(request: BrazeRequest, answer: Answer): Words {
	const { operation, target } = request;
	// Without an answer, there is neither.
	const { statusCode, body } = answer as Partial<HttpResponse>;
	const message = `${MAY_BE_DONE[operation]}, but Braze did not confirm it, so the outcome is unknown`;
	if (!GONE.includes(statusCode)) {
		return {
			message,
			description: `An earlier request got no answer, and the repetition did not go through: ${failureOf(request, answer).message}. ${howToCheck(request)}`,
		};
	}
	const said = brazeSays(body);
	const quote = said ? `. Braze says: ${said}` : '';
	const lookUp = `To check, look at the analytics of the ${target.label} after the time has passed`;
	if (operation === 'delete') {
		return {
			message:
				'The schedule is probably canceled, but Braze did not confirm it, so the outcome is unknown',
			description: `An earlier request got no answer. Braze refused the repetition (${statusCode}), probably because the earlier request had already canceled the schedule${quote}. ${lookUp}`,
		};
	}
	return {
		message,
		description: `An earlier request got no answer, and Braze refused the repetition (${statusCode})${quote}. The schedule may have been sent or canceled in the meantime. ${lookUp}`,
	};
}

export const wordsForCanceled = (request: BrazeRequest, isRepetition: boolean): Words =>
	isRepetition
		? {
				message:
					'The execution was canceled before this request was repeated, so the outcome is unknown',
				description: `An earlier request got no answer. ${howToCheck(request)}`,
			}
		: {
				message: 'The execution was canceled before this request was sent',
				description: nothingDone(request),
			};

/** Another run may have taken this one for dead. */
export const wordsForStandstill = (request: BrazeRequest, isRepetition: boolean): Words =>
	isRepetition
		? {
				message:
					'n8n was stalled for so long that this request was not repeated, so the outcome is unknown',
				description: `An earlier request got no answer. ${howToCheck(request)}`,
			}
		: {
				message: 'n8n was stalled for so long that this request was not sent',
				description: `${nothingDone(request)}. Another execution may be at work on its reference. Run this item again`,
			};

function wordsForTime({ time, in_local_time: local, at_optimal_time: optimal }: Schedule): string {
	if (optimal) return `each user's optimal time on ${time.slice(0, 10)}`;
	return local ? `${time} in each user's local time` : time;
}

/** The item whose request made a schedule what it is. */
export interface Deciding {
	item: number;
	operation: Operation;
	/** Set by an update, and not by a delete. */
	schedule?: Schedule;
}

/** What a later item made of the schedule. */
export const wordsForDecision = ({ item, schedule }: Deciding): string =>
	schedule
		? `${atItem(item)} moved this schedule again, to ${wordsForTime(schedule)}`
		: `${atItem(item)} canceled this schedule`;

/** A request that is not sent, or not sent again, because a later item has decided. */
export const wordsForSuperseded = (decision: Deciding, failure?: Words): string =>
	sentences([
		wordsForDecision(decision),
		failure && `This item's own request had ended with: ${failure.message}`,
		'It is not sent again',
	]);

export const wordsForAlreadyDeleted = ({ item }: Deciding): string =>
	`Not sent: ${atItem(item)} has already canceled this schedule`;

/** Another item has the same reference, or is about the same schedule. */
export const wordsForBehind = (item: number): string =>
	`Not sent: ${atItem(item)} decides for the same schedule`;

/** An item that came back twice from one error output. */
export const wordsForSameRequest = (item: number): string =>
	`Not sent: ${atItem(item)} is the same item of an earlier run`;

/** A time that was still ahead when the run began. */
export const wordsForPassed = (schedule: Schedule): string =>
	schedule.in_local_time || schedule.at_optimal_time
		? `The time, ${wordsForTime(schedule)}, passed in every time zone while this request was waiting, so Braze may not send the message`
		: `The time, ${wordsForTime(schedule)}, passed while this request was waiting. Braze does not say whether it sends such a message at once or not at all`;

/** When a request that Braze refused with a 429 can go out again. */
export const wordsForOpening = ({ at, announced }: Opening): string =>
	announced
		? `${acceptsAgainAt(at)}, later than '${MAXIMUM_WAIT}' allows. Run it again after that time`
		: `Braze did not say when it accepts requests again, and '${MAXIMUM_WAIT}' has run out. Run it again later`;
