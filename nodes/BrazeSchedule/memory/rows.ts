import type { Due } from '../domain/references';
import type { Identity, Remembered, Row } from './store';

export const keyOf = ({ resource, resourceId, reference }: Identity): string =>
	JSON.stringify([resource, resourceId, reference]);

/** Leaves out whatever else a caller keeps with it. */
export function rememberedOf(one: Remembered): Remembered {
	const { reference, resource, resourceId, name, time, mode, timeZone, overAt, recipients } = one;
	const { scheduleId, dispatchId, sendId, shared, content, eventTime, workflow, otherTimes } = one;
	return {
		...{ reference, resource, resourceId, name, time, mode, timeZone, overAt, recipients },
		...{ scheduleId, dispatchId, sendId, shared, content, eventTime, workflow },
		...(otherTimes && { otherTimes }),
	};
}

export function byKey(rows: Row[]): Map<string, Row[]> {
	const found = new Map<string, Row[]>();
	for (const row of rows) {
		const key = keyOf(row);
		const others = found.get(key);
		if (others) others.push(row);
		else found.set(key, [row]);
	}
	return found;
}

/** A mark of a run that is at work, or died at it. */
export const isAtWork = ({ state }: Row): boolean => state === 'claiming' || state === 'sending';

const isSettled = ({ part }: Row): boolean => part === undefined;

/** A mark that another run gave up on. */
const isGivenUp = (row: Row): boolean => !isSettled(row) && !isAtWork(row);

const latest = (rows: Row[]): Row | undefined =>
	rows.reduce<Row | undefined>(
		(found, row) =>
			!found || row.version > found.version || (row.version === found.version && row.id > found.id)
				? row
				: found,
		undefined,
	);

/** What a reference stands for, as its latest request left it. */
export function currentOf(rows: Row[]): Row | undefined {
	const settled = latest(rows.filter(isSettled));
	const givenUp = latest(rows.filter((row) => isGivenUp(row) && mayHaveSent(row, settled)));
	return givenUp && givenUp.version > (settled?.version ?? -1)
		? afterUnknown(givenUp, settled)
		: settled;
}

/** Without a schedule, there was nothing to move or cancel. */
const mayHaveSent = ({ deed }: Row, settled: Row | undefined): boolean =>
	!leavesTheSchedule(deed) || (settled !== undefined && settled.scheduleId !== '');

const leavesTheSchedule = (deed: Row['deed']): boolean => deed === 'update' || deed === 'delete';

/** A mark was written before its run knew the schedule, so that comes from what was settled last. */
function afterUnknown(mark: Row, settled: Row | undefined): Row {
	// It may have made a new schedule, whatever is known of the old one.
	if (!leavesTheSchedule(mark.deed)) return { ...mark, scheduleId: '' };
	if (!settled) return mark;
	const { id, claim, part, version, state, note, deed, workflow } = mark;
	const isMove = mark.deed === 'update';
	const { time, mode, timeZone } = isMove ? mark : settled;
	return {
		...settled,
		...{ id, claim, part, version, state, note, deed, workflow, time, mode, timeZone },
		overAt: later(settled.overAt, isMove ? mark.overAt : undefined),
		otherTimes: isMove ? timesOf(settled) : settled.otherTimes,
		eventTime: later(settled.eventTime, mark.eventTime),
	};
}

/** Whenever a schedule may be due. */
export const timesOf = ({ time, mode, otherTimes = [] }: Remembered): Due[] => [
	...otherTimes,
	...(time === '' || mode === '' ? [] : [{ time, mode }]),
];

function later(one: number | undefined, other: number | undefined): number | undefined {
	if (one === undefined || other === undefined) return one ?? other;
	return Math.max(one, other);
}

/**
 * What nobody needs anymore, even if the reference stays as it is. A mark that another run gave up
 * on stays until there is a row of a higher version, even if it cannot have sent anything: without
 * it, what its own run still writes would count again.
 */
export function supersededIn(rows: Row[]): Row[] {
	const settled = latest(rows.filter(isSettled));
	return rows.filter(
		(row) => row !== settled && !isAtWork(row) && row.version <= (settled?.version ?? -1),
	);
}

type Standing = 'ours' | 'contended' | 'left behind';

/** Where a run stands that has its own mark among these rows, which were read at or after this moment. */
export function standingIn(marksOfOthers: Row[], moment: number): Standing {
	if (marksOfOthers.length === 0) return 'ours';
	return marksOfOthers.every((mark) => isLeftBehind(mark, moment)) ? 'left behind' : 'contended';
}

export const isLeftBehind = ({ leaseUntil = 0 }: Row, moment: number): boolean =>
	leaseUntil < moment;

/** Why the outcome of a dead run is unknown. */
export const NOTE_OF_DEAD = 'Its execution stopped before it wrote down what Braze answered';

/** For those who only read: what a dead run was sending is unknown, as a run that takes over would find it. */
export const readAt = (rows: Row[], moment: number): Row[] =>
	rows.map((row) =>
		row.state === 'sending' && isLeftBehind(row, moment)
			? { ...row, state: 'unknown', note: NOTE_OF_DEAD }
			: row,
	);

/**
 * What a run had claimed and sent nothing for when it died. Nothing while another run is at work on
 * the reference.
 */
export function interruptedIn(rows: Row[], moment: number): Row | undefined {
	if (rows.some((row) => isAtWork(row) && !isLeftBehind(row, moment))) return undefined;
	const isClaiming = ({ state }: Row) => state === 'claiming';
	// A mark that its run could not withdraw: under a later one, it has sent something.
	const runs = new Set(rows.filter((row) => !isClaiming(row)).map(runOf));
	return latest(rows.filter((row) => isClaiming(row) && isAskedFor(row) && !runs.has(runOf(row))));
}

/** A claim says its run, and the round of it. */
export const claimIn = (run: string, round: number): string => `${run}.${round}`;

export const runOf = ({ claim }: Pick<Row, 'claim'>): string => claim.replace(/\.\d+$/, '');

/** The others of a schedule that is changed for everyone are marked with what is known of them. */
const isAskedFor = ({ scheduleId }: Row): boolean => scheduleId === '';
