import type { Deed, Due } from '../domain/references';
import type { ScheduleMode } from '../domain/schedule';
import type { Target } from '../domain/targets';

/** What is kept of the schedule that a reference stands for. */
export interface Remembered {
	reference: string;
	resource: Target['resource'];
	/** The ID of the campaign or Canvas; a reference belongs to one of them. */
	resourceId: string;
	/** The name of the campaign or Canvas, where it is known. */
	name: string;
	/** As people read it: with its offset, or a clock without one for local and optimal time. */
	time: string;
	mode: ScheduleMode | '';
	timeZone: string;
	/** Of a move without an answer, when else it may be due. */
	otherTimes?: Due[];
	/** When it is over, everywhere in the world. In milliseconds; nothing where there is no time. */
	overAt?: number;
	recipients?: number;
	scheduleId: string;
	dispatchId: string;
	sendId: string;
	/** How many references share its schedule. */
	shared: number;
	/** Tells recipients, audience and properties apart from others; nobody can be read out of it. */
	content: string;
	/** When the event happened that asked for this last. In milliseconds. */
	eventTime?: number;
	workflow: string;
}

/** The same reference may stand for one schedule in each campaign and Canvas. */
export type Identity = Pick<Remembered, 'resource' | 'resourceId' | 'reference'>;

/**
 * A row is either settled or a mark. A mark says that a run is at work on the reference: `claiming`
 * before it has announced anything, `sending` once a request may have left. `unknown` is either: a
 * mark whose run died, or settled by the run itself.
 */
export type State = 'scheduled' | 'deleted' | 'unknown' | 'claiming' | 'sending';

export interface NewRow extends Remembered {
	state: State;
	/** What the state has to say: why it is unknown, since when. */
	note: string;
	/** Of a mark, it is certain once it is announced. */
	deed: Deed;
	/** Of the rows of one reference that are no mark at work, the highest counts. A mark has one once it is announced. */
	version: number;
	/** The round of the run that wrote the row: all marks of one were written at once. */
	claim: string;
	/** The part of that run that a mark is announced and settled with; settled rows have none. */
	part?: number;
	/** When other runs may take a mark for left behind. In milliseconds. */
	leaseUntil?: number;
}

export type NewMark = NewRow & Required<Pick<NewRow, 'part'>>;

export interface Row extends NewRow {
	id: number;
}

/** One row, and no later one: SQLite gives the highest ID again once its row is removed. */
export type RowKey = Pick<Row, 'id' | 'claim'>;

/** What Get Many asks for. */
export interface Search {
	resource: Target['resource'];
	resourceId?: string;
	/** A part of the reference. */
	text?: string;
	states?: State[];
	/** No settled rows. */
	onlyMarks?: boolean;
	overAfter?: number;
	overBefore?: number;
	limit?: number;
}

/** What a mark says once requests about its reference may leave. */
export type Announcement = Pick<NewRow, 'version' | 'deed'>;

/** What becomes of a part of a run. */
export interface Settlement {
	claim: string;
	part: number;
	/** Written before the marks of this part go, all of them at one moment. */
	rows: NewRow[];
	/** What they take the place of, and whatever else nobody needs anymore. */
	obsolete: RowKey[];
}

/**
 * Where references are kept. Every method is one or a few bulk steps, whatever the number of rows,
 * and what it has written can be read by every process once it returns. Whatever throws may have
 * been done or not.
 */
export interface Store {
	/**
	 * Writes these marks of one claim, and only then reads all other rows of their references. The
	 * marks themselves may be left out.
	 */
	claim(marks: NewRow[]): Promise<Row[]>;
	/**
	 * Writes one mark and reads all other rows of its reference. If there are none, the mark turns to
	 * `sending` with this version and deed. Returns all rows as they are afterwards, the mark among
	 * them if it is still there.
	 */
	claimNew(mark: NewMark, as: Announcement): Promise<Row[]>;
	/**
	 * All rows of these references; those of one reference as they are at one moment or, in a long
	 * list, read one after another in the order of their IDs.
	 */
	read(references: string[]): Promise<Row[]>;
	/** All rows that share a schedule. */
	inSchedules(scheduleIds: string[]): Promise<Row[]>;
	/**
	 * Turns the marks of this part from `claiming` to `sending`, with this version and deed. Returns
	 * those that are `sending` then.
	 */
	announce(claim: string, part: number, as: Announcement): Promise<Identity[]>;
	/** Writes the rows, then removes the marks of the part (also those others called unknown), then what is obsolete. */
	settle(settlement: Settlement): Promise<void>;
	/** Removes these rows while they still are in this state. What others changed in between stays. */
	remove(rows: RowKey[], state: State): Promise<void>;
	/** Removes the `claiming` marks of a claim, all of them or those of some references. */
	withdraw(claim: string, which?: Identity[]): Promise<void>;
	/** Turns these `sending` marks into `unknown`. Those that are gone stay gone. */
	giveUp(rows: RowKey[], note: string): Promise<void>;
	/** Moves the end of the lease of all marks of a claim. */
	renew(claim: string, leaseUntil: number): Promise<void>;
	search(search: Search): Promise<Row[]>;
	/** Removes a few hundred settled rows that were over before this moment. Says whether there may be more. */
	forget(before: number): Promise<boolean>;
}
