import type { Draft } from './drafts';
import type { Deed, Handle, Intent } from './references';
import type { TooClose } from './tooClose';

/** The reference that a draft is remembered under, and what is asked for there. */
export interface UnderReference {
	reference: string;
	intent: Intent;
	/** When the event behind it happened, in milliseconds. */
	eventTime?: number;
	/** Also for the others whom a combined schedule holds. */
	forEveryone: boolean;
	/** When a change comes too late. */
	tooClose?: TooClose;
	/** An item whose schedule isn't found fails. */
	stopIfNotFound: boolean;
	/** The name of the campaign or Canvas, where it is known. */
	name: string;
	/** What a request for it does, once that is known. */
	deed?: Deed;
	/** Its new time in the zone of the schedule, if it is to stay in that zone. */
	inZone?: (zone: string) => InZone | undefined;
	/** The schedule that it moves or cancels. */
	known?: Handle;
	/** The same was asked of its schedule before, and got no answer. */
	mayBeDone?: boolean;
}

/** A time, read in a time zone. */
export type InZone = Required<Pick<Draft, 'schedule' | 'zone' | 'timeWarnings'>>;

/** A draft that is remembered. */
export type Referenced = Draft & { under: UnderReference };

export const isReferenced = (draft: Draft): draft is Referenced => draft.under !== undefined;

/** The item that decides for a reference, of those of one run, and the latest event among them. */
export interface Deciding<D extends Referenced = Referenced> {
	draft: D;
	eventTime?: number;
}

/**
 * The latest event decides. Where there is none, the last item does, as if the items came one after
 * the other; but of creates the first one, since a second one isn't sent.
 */
export function decidingAfter<D extends Referenced>(
	before: Deciding<D> | undefined,
	draft: D,
): Deciding<D> {
	const { intent, eventTime } = draft.under;
	if (!before) return { draft, eventTime };
	if (intent === 'create') {
		const isLater = eventTime !== undefined && eventTime > (before.eventTime ?? Infinity);
		return isLater ? { draft, eventTime } : before;
	}
	const isOlder = eventTime !== undefined && eventTime < (before.eventTime ?? -Infinity);
	return isOlder ? before : { draft, eventTime: eventTime ?? before.eventTime };
}
