import type { JsonObject } from '../domain/json';
import { spanOf } from '../domain/references';
import type { Deed, Due } from '../domain/references';
import type { Referenced } from '../domain/underReference';
import type { Outcome } from '../transport/outcome';
import type { Settled } from './claims';
import { laterOf, timeOf } from './remembered';
import { rememberedOf, timesOf } from './rows';
import type { Remembered, Row } from './store';

/** What became of the requests about one reference. */
export interface Story {
	draft: Referenced;
	/** What the draft leaves in the memory. */
	wanted: Remembered;
	/** What was remembered before. */
	known?: Row;
	deed: Deed;
	/** Of a replacement, what became of the first half. */
	deleted?: Outcome;
	/** Nothing, if it was never sent. */
	outcome?: Outcome;
	/** How many references the request was for. */
	shared: number;
	now: number;
}

/** The row to be written; without one, the reference stays as it was. */
export function settledFrom(story: Story): Settled | undefined {
	const { wanted, known } = story;
	// Where the campaign or Canvas is given by its ID, the name that is known stays.
	const name = wanted.name || (known?.name ?? '');
	const row = rowFrom({ ...story, wanted: { ...wanted, name } });
	return row && settledRow(row);
}

/** Leaves out what else is known of a mark. */
export const settledRow = (row: Settled): Settled => {
	const { state, note, deed } = row;
	return { ...rememberedOf(row), state, note, deed };
};

function rowFrom(story: Story): Settled | undefined {
	const { deed, outcome, deleted, known } = story;
	if (deed === 'replace' && deleted?.kind !== 'accepted') {
		return deleted?.kind === 'unknown' && known ? unknownRow(story, known, deleted) : undefined;
	}
	if (outcome?.kind === 'accepted') return acceptedRow(story, outcome.body);
	if (outcome?.kind === 'unknown') {
		const isNew = deed === 'create' || deed === 'replace' || !known;
		return unknownRow(story, isNew ? story.wanted : known, outcome);
	}
	return deed === 'replace' ? { ...traceOf(story.wanted, story.now, known), deed } : undefined;
}

/** The IDs in an answer of Braze's. */
export function idsIn({ schedule_id, dispatch_id, send_id }: JsonObject) {
	const text = (value: unknown) => (typeof value === 'string' ? value : '');
	return { scheduleId: text(schedule_id), dispatchId: text(dispatch_id), sendId: text(send_id) };
}

function acceptedRow({ wanted, known, deed, draft, shared }: Story, body: JsonObject): Settled {
	const eventTime = laterOf(wanted.eventTime, known?.eventTime);
	const names = { ...namesOf(wanted), eventTime, note: '', deed };
	const before = { ...(known ?? wanted), ...names, otherTimes: undefined };
	if (deed === 'delete') return { ...before, state: 'deleted' };
	if (deed === 'update') return { ...before, ...timeOf(draft), state: 'scheduled' };
	const ids = idsIn(body);
	return {
		...wanted,
		...ids,
		sendId: ids.sendId || wanted.sendId,
		shared,
		eventTime,
		state: 'scheduled',
		note: '',
		deed,
	};
}

const namesOf = ({ workflow, name }: Remembered) => ({ workflow, name });

function unknownRow(
	{ wanted, known, deed, draft, now }: Story,
	base: Remembered,
	outcome: Extract<Outcome, { kind: 'unknown' }>,
): Settled {
	const since = new Date(now).toISOString();
	const moved = deed === 'update' ? timeOf(draft) : undefined;
	return {
		...base,
		...namesOf(wanted),
		...(moved && { ...moved, otherTimes: timesAhead(base, now) }),
		overAt: laterOf(base.overAt, moved?.overAt),
		eventTime: laterOf(wanted.eventTime, known?.eventTime),
		state: 'unknown',
		note: `Since ${since}: ${outcome.failure.message}`,
		deed,
	};
}

/** When it is due if the move was not carried out. */
const timesAhead = (known: Remembered, now: number): Due[] =>
	timesOf(known).filter((due) => spanOf(due)[1] > now);

/**
 * What stays of a reference that stands for no schedule: the time of its latest event, so that an
 * earlier one is recognized when it arrives late.
 */
export const traceOf = (wanted: Remembered, now: number, known?: Row): Settled => ({
	...wanted,
	time: '',
	mode: '',
	timeZone: '',
	// From when on it may be forgotten.
	overAt: now,
	scheduleId: '',
	recipients: undefined,
	content: '',
	eventTime: laterOf(wanted.eventTime, known?.eventTime),
	state: 'deleted',
	note: '',
	deed: 'delete',
});
