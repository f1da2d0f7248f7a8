import { MINUTE_MS } from './units';

export const TOO_CLOSE_LABEL = 'Too Close to Send Time';
export const IF_TOO_CLOSE_LABEL = 'If Too Close';

/** From when on a change comes too late to be sure of it. */
export interface TooClose {
	minutes: number;
	stop: boolean;
}

export interface Refusal {
	message: string;
	hint: string;
}

/** What there is to say about a change. */
interface Closeness {
	warnings: string[];
	/** It must not be sent. */
	refusal?: Refusal;
}

/** The moment at which a schedule first reaches somebody. */
export interface Start {
	at: number;
	isExact: boolean;
}

/** The times that a change has to do with, as far as they are known. */
interface Times {
	old?: Start;
	/** Of an update. */
	next?: Start;
}

/**
 * Braze applies a change close to the send time only as best effort. That holds for the time that
 * is changed, and for the new one, which Braze may not reach anymore.
 */
export function closenessOf(
	{ minutes, stop }: TooClose,
	{ old, next }: Times,
	verb: 'move' | 'cancel',
	now: number,
): Closeness {
	const isOldKnown = old !== undefined && !Number.isNaN(old.at);
	const close =
		(isOldKnown && within(old, minutes, now, 'The time of the schedule')) ||
		(next && within(next, minutes, now, 'The new time'));
	if (!close) return { warnings: isOldKnown ? [] : [next ? ONLY_THE_NEW : NOTHING_CHECKED] };
	const message = `${close}, and '${TOO_CLOSE_LABEL}' is ${inMinutes(minutes)}`;
	if (!stop) return { warnings: [`${message}. ${BEST_EFFORT}`] };
	const hint = `${BEST_EFFORT}. To ${verb} it anyway, set '${IF_TOO_CLOSE_LABEL}' to 'Warn' under 'Options'`;
	return { warnings: [], refusal: { message, hint } };
}

const BEST_EFFORT =
	'So close to the send time, Braze makes no promise: a change may apply to only some users';

const NOTHING_CHECKED = `'${TOO_CLOSE_LABEL}' was not checked, because the time of the schedule is not known`;

const ONLY_THE_NEW = `'${TOO_CLOSE_LABEL}' was only checked for the new time, because the old one is not known`;

const inMinutes = (count: number): string => (count === 1 ? '1 minute' : `${count} minutes`);

function within(
	{ at, isExact }: Start,
	minutes: number,
	now: number,
	what: string,
): string | undefined {
	const left = at - now;
	if (left >= minutes * MINUTE_MS) return undefined;
	const where = isExact ? '' : ' in the first time zone';
	if (left <= 0) return `${what} has been reached${where}`;
	const whole = Math.floor(left / MINUTE_MS);
	return `${what} is ${whole === 0 ? 'less than a minute' : inMinutes(whole)} away${where}`;
}
