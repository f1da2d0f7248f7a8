import { isAvoidingNothing, moveOut } from './avoid';
import type { Setting } from './baseDate';
import { asDateTime, wallOf } from './clock';
import { warnOfMoved } from './clockWarnings';
import { LOCAL_TIME, movedText, timeText } from './explained';
import type { Notes, Problem } from './findings';
import { isBlank, show } from './json';
import { avoidedBy } from './relativeTime';
import type { RelativeTime } from './relativeTime';
import { AVOID, IN } from './shift';
import type { Shift } from './shift';
import { LAST_ZONE_MS } from './time';
import { MINUTE_MS } from './units';

export const IF_PASSED = 'If That Time Has Passed';

export type IfPassed = 'skip' | 'soon' | 'stop';

const CHOICES: readonly unknown[] = ['skip', 'soon', 'stop'] satisfies IfPassed[];

const isChoice = (value: unknown): value is IfPassed => CHOICES.includes(value);

/** Time for the request to reach Braze, and to stop a mistake. */
const SOON_MINUTES = 2;

export function readIfPassed(
	value: unknown,
	{ isLocal }: Pick<Setting, 'isLocal'>,
	notes: Notes,
): IfPassed | undefined {
	if (!isChoice(value)) {
		return notes.refuse({
			parameter: IF_PASSED,
			message: isBlank(value)
				? `'${IF_PASSED}' is not chosen`
				: `'${IF_PASSED}' cannot be "${show(value)}"`,
			hint: 'Choose to skip the item, to send in 2 minutes, or to stop with an error',
		});
	}
	if (value !== 'soon' || !isLocal) return value;
	return notes.refuse({
		parameter: IF_PASSED,
		message: `'${IF_PASSED}' can't be to send in 2 minutes in each user's local time, which is a different moment in every time zone`,
		hint: `Choose to skip the item or to stop with an error, or a time zone under '${IN}'`,
	});
}

/** Local time has passed when it has passed in every time zone. */
const hasGone = ({ wall, instant }: RelativeTime, now: number): boolean =>
	(instant ?? wall.toMillis() + LAST_ZONE_MS) <= now;

/** Why an item isn't sent. With a problem, that is its failure. */
export interface Late {
	reason: string;
	problem?: Problem;
}

interface Outcome {
	time: RelativeTime;
	/** It has passed, and is not to be sent. */
	late?: Late;
	/** It has passed, and is counted from now instead. */
	fromNow?: true;
}

/** What to do, if the time has passed. Undefined if the item is refused. */
export function unlessPassed(
	time: RelativeTime,
	choice: IfPassed,
	shift: Shift,
	setting: Setting,
	notes: Notes,
): Outcome | undefined {
	if (!hasGone(time, setting.now)) return { time };
	if (choice === 'soon') return sendSoon(time, shift, setting, notes);
	const reason = passedText(time, setting);
	if (choice === 'skip') return { time, late: { reason } };
	const hint = `Choose a later time, or what to do under '${IF_PASSED}'`;
	return { time, late: { reason, problem: { parameter: IF_PASSED, message: reason, hint } } };
}

function passedText({ wall, explained }: RelativeTime, { zone, isLocal }: Setting): string {
	const where = isLocal ? ` ${LOCAL_TIME}, in every time zone` : ` ${zone}`;
	return `The time has passed: it was ${timeText(wall.toMillis())}${where} (${explained})`;
}

/** Moves out of what is to be avoided too, and only later: earlier has passed. */
function sendSoon(
	{ date, explained }: RelativeTime,
	shift: Shift,
	setting: Setting,
	notes: Notes,
): Outcome | undefined {
	const { zone, now } = setting;
	const avoid = avoidedBy(shift, setting);
	const instant = now + SOON_MINUTES * MINUTE_MS;
	const from = wallOf(instant, zone);
	const moved = moveOut({ wall: from, instant, isByClock: false }, zone, avoid, 'later');
	if (!moved) {
		return notes.refuse({
			parameter: AVOID,
			message: `'${AVOID}' leaves no day within a year from now`,
			hint: 'Remove some of the dates to avoid',
		});
	}
	const { reasons } = moved;
	if (!isAvoidingNothing(avoid)) warnOfMoved(moved, zone, IN, notes);
	if (shift.direction === 'before' && moved.instant >= date) {
		notes.warn(
			`The time has passed. The next possible one is ${timeText(wallOf(moved.instant, zone))} ${zone}, which is after the date itself`,
		);
	}
	const time: RelativeTime = {
		wall: asDateTime(wallOf(moved.instant, zone)),
		instant: moved.instant,
		date,
		explained: `${explained}, which has passed, so ${SOON_MINUTES} minutes from now${movedText(from, reasons, avoid)}`,
	};
	return { time, fromNow: true };
}
