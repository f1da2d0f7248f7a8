import { hash } from 'node:crypto';

import { contentOf } from '../domain/content';
import { dueOf, spanOf } from '../domain/references';
import type { Known } from '../domain/references';
import type { Draft } from '../domain/drafts';
import { hours, inZone } from '../domain/time';
import type { Referenced } from '../domain/underReference';
import type { Identity, Remembered, Row } from './store';

/** The reference of a draft, in its campaign or Canvas. */
export const identityOf = ({ target, body, under }: Referenced): Identity => ({
	reference: under.reference,
	resource: target.resource,
	resourceId: String(body[target.idField]),
});

/** What a draft leaves in the memory before Braze has answered. */
export function rememberedFrom(draft: Referenced, workflow: string): Remembered {
	const { body, under, people } = draft;
	return {
		...identityOf(draft),
		name: under.name,
		...timeOf(draft),
		...(under.inZone && latestOf(draft)),
		recipients: people?.length,
		scheduleId: '',
		dispatchId: '',
		sendId: typeof body.send_id === 'string' ? body.send_id : '',
		shared: 1,
		content: draft.operation === 'create' ? fingerprint(contentOf(draft)) : '',
		eventTime: under.eventTime,
		workflow,
	};
}

/** The most that two time zones are apart. */
const WIDEST_MS = hours(26);

/** Its zone isn't known yet. Until its time has passed in all of them, it may still be ahead. */
function latestOf(draft: Draft): Pick<Remembered, 'overAt'> {
	const { overAt } = timeOf(draft);
	return { overAt: overAt === undefined ? undefined : overAt + WIDEST_MS };
}

/**
 * When the request behind a mark was to be due. A move in the time zone of its schedule is marked
 * before that zone is known, so its time is right only if it turns out to be the same. A mark without
 * a time is found by that of its schedule.
 */
export function timeOfMark(
	{ time, mode, timeZone, overAt }: Remembered,
	known?: Remembered,
): ReturnType<typeof timeOf> {
	if (time === '' || mode === '') return { ...NO_TIME, overAt: known?.overAt };
	const [, end] = spanOf({ time, mode });
	if (overAt !== end + WIDEST_MS) return { time, mode, timeZone, overAt };
	const isInZone = mode !== 'exact' || (known?.timeZone || timeZone) === timeZone;
	return isInZone ? { time, mode, timeZone, overAt: end } : { ...NO_TIME, overAt: known?.overAt };
}

const NO_TIME = { time: '', mode: '', timeZone: '' } as const;

/** Its time as people read it, and when that is over. */
export function timeOf({
	schedule,
	zone = 'UTC',
}: Pick<Draft, 'schedule' | 'zone'>): Pick<Remembered, 'time' | 'mode' | 'timeZone' | 'overAt'> {
	if (!schedule) return { ...NO_TIME };
	const { time, mode } = dueOf(schedule);
	const [, overAt] = spanOf({ time, mode });
	return mode === 'exact'
		? { time: shownIn(overAt, zone), mode, timeZone: zone, overAt }
		: { time, mode, timeZone: '', overAt };
}

let latest = { moment: NaN, zone: '', text: '' };

/** In a list, most items have the same time, and to work it out takes longer than all else of an item. */
function shownIn(moment: number, zone: string): string {
	if (latest.moment !== moment || latest.zone !== zone) {
		latest = { moment, zone, text: inZone(moment, zone) };
	}
	return latest.text;
}

const fingerprint = (content: string): string => hash('sha256', content, 'base64url').slice(0, 22);

/** A row as a rule sees it. While a run is at work on it, nothing is known of it yet. */
export function knownOf(row: Row): Known {
	const { mode, state } = row;
	return {
		...row,
		mode: mode || 'exact',
		state: state === 'scheduled' || state === 'deleted' ? state : 'unknown',
	};
}

export const laterOf = (one?: number, other?: number): number | undefined =>
	one === undefined || other === undefined ? (one ?? other) : Math.max(one, other);
