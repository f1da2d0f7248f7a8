import { show } from '../domain/json';
import { IF_NOT_FOUND_LABEL, MAXIMUM_WAIT } from '../domain/labels';
import { atItem } from '../transport/words';
import type { Words } from '../transport/words';
import type { Identity } from './store';

const NOT_FINISHED = `It didn't finish within '${MAXIMUM_WAIT}'. Run this item again, or set a longer '${MAXIMUM_WAIT}' under 'Options'`;

export const wordsForBusy = ({ reference }: Identity): Words => ({
	message: `Another execution is working on the reference "${show(reference)}", so nothing was sent for this item`,
	description: NOT_FINISHED,
});

/** Of a schedule that is to be moved or canceled for everyone in it. */
export const wordsForBusyBeside = ({ reference }: Identity): Words => ({
	message: `Another execution is working on a reference in the same schedule as "${show(reference)}", so nothing was sent for this item`,
	description: NOT_FINISHED,
});

/** Another run has taken this one for dead. */
export const wordsForTakenOver = ({ reference }: Identity): Words => ({
	message: `Another execution has taken over the reference "${show(reference)}", so nothing was sent for this item`,
	description: 'This execution was stalled for several minutes. Run this item again',
});

export const wordsForNotFound = (reference: string, reason?: string): Words => ({
	message: `No waiting schedule is remembered under the reference "${show(reference)}"`,
	description: `${reason ? `${reason}. ` : ''}Check the reference and the campaign or Canvas. To go on without an error, set '${IF_NOT_FOUND_LABEL}' to 'Continue'`,
});

export const wordsForFollower = (item: number): string =>
	`${atItem(item)} has the same reference, so it decides`;

/** Another item moves or cancels the same schedule for everyone in it. */
export const wordsForBeside = (item: number): string =>
	`${atItem(item)} moves the same schedule for everyone in it, so it decides`;

export const wordsForSameMove = (item: number): string =>
	`Not sent: ${atItem(item)} moves the same schedule to the same time`;

export const wordsForUnremembered = ({ message }: Words): string =>
	`Braze has it, but n8n couldn't remember it under its reference: ${message}. Keep the schedule_id to move or cancel it`;
