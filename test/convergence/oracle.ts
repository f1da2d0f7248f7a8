/**
 * What has to be true of a reference once all is quiet, by what docs and the form promise alone:
 *
 * - The latest event counts, whatever the order of arrival. At the same moment, a cancellation wins;
 *   of two bookings at the same moment, either may.
 * - Nobody has two schedules for one reference, at no time.
 * - What is unknown stays so, but only a create without an answer makes it unknown for good: moving
 *   and canceling can be repeated.
 * - Less than five minutes before its time, a schedule keeps its content, even if it is moved then.
 *   Of a move without an answer, either time counts.
 * - The table says what Braze has.
 */
import type { Content, Happening } from './events';

export interface Live {
	id: string;
	/** In minutes after the beginning. */
	due: number;
	content: Content;
}

/** The row of a reference. */
export interface Entry {
	state: string;
	scheduleId: string;
	due?: number;
	/** When it may be due as well. */
	otherDues?: number[];
}

export interface Seen {
	/** What Braze still has to send. */
	live: Live[];
	rows: Entry[];
	/** In minutes after the beginning. */
	now: number;
	/** Whether a create for it was left without an answer. */
	lostCreate: boolean;
	/** Whether a move or a cancellation was left without an answer, and time has passed since. */
	missedItsTime: boolean;
	/** What was about to be sent when an event was delivered for the last time. */
	kept: Content[];
}

const TOO_CLOSE = 5;

/** What a schedule keeps that is about to be sent, or may be: of a move without an answer, nobody knows. */
export const keptBy = ({ live, rows, now }: Pick<Seen, 'live' | 'rows' | 'now'>): Content[] => {
	const times = rows.flatMap(({ state, due, otherDues = [] }) =>
		state === 'unknown' ? [...(due === undefined ? [] : [due]), ...otherDues] : [],
	);
	const isClose = (due: number) => due > now && due - now < TOO_CLOSE;
	return live.filter(({ due }) => [due, ...times].some(isClose)).map(({ content }) => content);
};

/** The events that may have the last word. */
export function latestOf(events: Happening[]): Happening[] {
	const last = Math.max(...events.map(({ at }) => at));
	const latest = events.filter(({ at }) => at === last);
	const canceled = latest.filter(({ what }) => what === 'canceled');
	return canceled.length > 0 ? canceled : latest;
}

/** Whether an item may come out as `ignored`: another event that was delivered is later. */
export const mayBeIgnored = (own: Happening, delivered: Happening[]): boolean =>
	delivered.some(
		(other) =>
			other.reference === own.reference &&
			(other.at > own.at ||
				(other.at === own.at && other.what === 'canceled' && own.what !== 'canceled')),
	);

const show = ({ id, due, content }: Live): string => `${id} at ${due} min for ${content}`;

/** What holds at every moment. */
export function alwaysWrong({ live }: Pick<Seen, 'live'>): string | undefined {
	return live.length > 1 ? `has two schedules: ${live.map(show).join(', ')}` : undefined;
}

/** What an execution that canceled nothing did shortly before the time of a schedule. One that is due is over. */
export function replacedTooLate(before: Live[], after: Live[], now: number): string | undefined {
	const kept = new Set(after.map(({ id }) => id));
	const isClose = (due: number) => due > now && due - now < TOO_CLOSE;
	const lost = before.find(({ id, due }) => isClose(due) && !kept.has(id));
	return lost && `was replaced too late: ${show(lost)}, at ${now} min`;
}

/** What is wrong with one reference in the end; `unknown` if its row says so, and may. */
export function wrongInTheEnd(events: Happening[], seen: Seen): string | undefined {
	const { live, rows, now } = seen;
	const twice = alwaysWrong(seen);
	if (twice !== undefined) return twice;
	if (rows.length > 1) return `has ${rows.length} rows: ${JSON.stringify(rows)}`;
	const row = rows.at(0);
	if (row?.state === 'unknown') {
		return seen.lostCreate || seen.missedItsTime ? 'unknown' : 'is unknown without a reason';
	}
	if (row && row.state !== 'scheduled' && row.state !== 'deleted') return `is ${row.state}`;
	const schedule = live.at(0);
	const latest = latestOf(events);
	const due = latest.filter(({ what, due: at }) => what !== 'canceled' && at > now);
	if (due.length === 0) {
		return schedule && `is scheduled, ${show(schedule)}, but the latest event says otherwise`;
	}
	if (!schedule) {
		return due.length < latest.length
			? undefined
			: 'is not scheduled, but the latest event says so';
	}
	const isKept = seen.kept.includes(schedule.content);
	const isAsSaid = due.some(
		({ due: at, content }) => at === schedule.due && (isKept || content === schedule.content),
	);
	if (!isAsSaid) return `is scheduled, ${show(schedule)}, but the latest event says otherwise`;
	if (row?.state !== 'scheduled' || row.scheduleId !== schedule.id || row.due !== schedule.due) {
		return `is scheduled, ${show(schedule)}, but its row says ${JSON.stringify(row)}`;
	}
	return undefined;
}
