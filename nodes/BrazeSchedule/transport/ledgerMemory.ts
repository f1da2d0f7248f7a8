import type { JsonObject } from '../domain/json';
import type { Deed, Handle } from '../domain/references';
import type { AudienceFingerprint } from '../domain/sameAudience';
import type { Schedule } from '../domain/schedule';
import type { Outcome, PartOutcome } from './outcome';

/** The parts of an answer that are kept, beside the two IDs that every answer has. */
export interface Remarks {
	send_id?: unknown;
	message?: unknown;
	queued?: true;
	warnings?: string[];
	/** Why the outcome is unknown. */
	lost?: string;
	/** The claims of those for whom it took the place of an older schedule. */
	replaced?: string[];
	/** What else it did for its reference. */
	deed?: Deed;
	/** The schedule that it moved or canceled. */
	existing?: Handle;
	/** When it was sent, where there was something to say about its time. */
	asOf?: number;
}

/**
 * What became of one request. A list rather than an object, because n8n saves one of these with the
 * execution for every request. Without a schedule ID and remarks, nobody knows what became of it.
 */
export type LedgerEntry = [
	about: number,
	scheduleId?: unknown,
	dispatchId?: unknown,
	remarks?: Remarks,
];

/** What many requests have in common. */
export interface About {
	/** The campaign or Canvas. */
	id: string;
	schedule?: Schedule;
}

/** An item for which another one of its run has decided. */
export interface Behind {
	/** The claim of the other one, and which item it was. */
	leader: string;
	by: number;
	/** Its own, which is not that of the request. */
	outcome: PartOutcome;
	/** The schedule that was moved or canceled for it too. */
	existing?: Handle;
}

interface MessagedAudience {
	windows: AudienceFingerprint['windows'];
	/** Where from. */
	place: string;
	/** What became of the message. */
	entry: number;
}

export interface LedgerMemory {
	abouts: About[];
	entries: LedgerEntry[];
	/**
	 * Which entry each claim belongs to; ~n instead of n for someone whom a later item names again,
	 * so that the other item's entry is the one that counts.
	 */
	claims: Record<string, number>;
	/** By the claim of the item. */
	behind?: Partial<Record<string, Behind>>;
	/** Creates and deletes of unknown outcome, by what was sent: the same request may come back at another place. */
	lost: Record<string, [entry: number, run: string]>;
	/** Which audiences were messaged, by what they are apart from their moments in time. */
	audiences: Record<string, MessagedAudience[]>;
	/** Which campaigns and Canvases were tested, and where from. */
	tests?: Record<string, string>;
}

/** What n8n keeps for this node as long as the execution and its retries last. */
export interface LedgerStore {
	ledger?: LedgerMemory;
}

export const newMemory = (): LedgerMemory => ({
	abouts: [],
	entries: [],
	claims: {},
	lost: {},
	audiences: {},
});

/** Schedules that were moved or canceled since; shared by all nodes of an execution. */
export type Touched = Record<string, 'changed' | 'canceled'>;

/** Only a schedule that is certainly canceled makes room for another one. */
export const isCanceled = ([, scheduleId]: LedgerEntry, touched?: Touched): boolean =>
	touched?.[String(scheduleId)] === 'canceled';

/** Moved, or perhaps canceled. */
export const isChanged = ([, scheduleId]: LedgerEntry, touched?: Touched): boolean =>
	touched?.[String(scheduleId)] === 'changed';

/** Where the entry of a claim is. */
export const entryOf = (claimed: number): number => (claimed < 0 ? ~claimed : claimed);

const unknownFromEarlier = (
	message = 'An earlier try of this execution got no answer, so the outcome is unknown',
): Outcome => ({
	kind: 'unknown',
	failure: {
		message,
		description:
			'An earlier try of this execution sent it. It was not sent again, because the message could then go out twice. Check the analytics in Braze after the time has passed. If the message is missing, start a new execution with the items of unknown outcome alone',
	},
});

export const isUnknown = ([, scheduleId, , remarks]: LedgerEntry): boolean =>
	remarks ? remarks.lost !== undefined : scheduleId === undefined;

/** Keeps what an answer said. */
export function writeOutcome(
	entry: LedgerEntry,
	{ body, queued, warnings }: Extract<Outcome, { kind: 'accepted' }>,
	more: Pick<Remarks, 'asOf' | 'deed' | 'replaced' | 'existing'> = {},
): void {
	const { schedule_id, dispatch_id, send_id, message } = body;
	const remarks: Remarks = {
		...(send_id !== undefined && { send_id }),
		...(message !== 'success' && { message: message ?? null }),
		...(queued && { queued }),
		...(warnings.length > 0 && { warnings }),
		...more,
	};
	entry.push(schedule_id ?? null, dispatch_id ?? null);
	if (Object.keys(remarks).length > 0) entry.push(remarks);
}

/** What an earlier try was answered. */
export function readOutcome(entry: LedgerEntry): Outcome {
	const [, schedule_id, dispatch_id, remarks = {}] = entry;
	const { lost, queued = false, warnings = [], send_id, message = 'success' } = remarks;
	if (isUnknown(entry)) return unknownFromEarlier(lost);
	const body: JsonObject = {
		...(message !== null && { message }),
		...(schedule_id !== null && { schedule_id }),
		...(dispatch_id !== null && { dispatch_id }),
		...(send_id !== undefined && { send_id }),
	};
	return { kind: 'accepted', queued, body, warnings };
}
