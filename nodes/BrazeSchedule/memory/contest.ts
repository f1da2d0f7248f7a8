import type { Deed } from '../domain/references';
import { byKey, isAtWork, keyOf, NOTE_OF_DEAD, rememberedOf, standingIn } from './rows';
import type { NewMark, Remembered, Row, RowKey, Store } from './store';

/** A reference that this run wants for itself, with what is to be remembered of it if the run dies. */
export interface Wanted extends Remembered {
	/** All references of a part are announced and settled together. */
	part: number;
	/** Of those with the same, one alone is of no use: all are owned, or none. */
	together?: string;
	/** What is sent for it if nothing is known of it, whatever else is asked for. */
	deedIfNew?: Deed;
}

interface Contestant<W extends Wanted> {
	wanted: W;
	/** What this run's own mark was written with; missing if another run has removed it already. */
	claim?: string;
	/** The marks of other runs. */
	rivals: Row[];
	/** Everything else. */
	rest: Row[];
	/** Among all who want it, its mark is the one that may stay. */
	comesFirst?: boolean;
}

export type Ours<W extends Wanted> = Contestant<W> & { claim: string };

export interface Contested<W extends Wanted> {
	ours: Array<Ours<W>>;
	/** Other runs are at work on them. */
	contended: Array<Contestant<W>>;
	/** The store failed. */
	failed: Array<{ wanted: W; claim?: string; error: unknown }>;
}

export interface Round<W extends Wanted> {
	/** The claim that the mark of a reference was written with. */
	claimOf: (wanted: W) => string;
	now: () => number;
	/** Whether this run has made a claim. */
	isOwn: (claim: string) => boolean;
}

/** What was read after the marks were written, and a moment before that. */
export interface Seen {
	rows: Row[];
	/** A lease may be renewed until its mark is read. So it has to be over before. */
	moment: number;
	/** Whether this run's own marks are among them. Otherwise, it learns when it announces them. */
	withOwn: boolean;
}

/** A run that was taken for dead may announce its mark in between, so once may not be enough. */
const TAKEOVERS = 2;

/** Looks who else has marked these references, and takes over what dead runs left behind. */
export async function contest<W extends Wanted>(
	store: Store,
	wanted: W[],
	round: Round<W>,
	seen: Seen,
): Promise<Contested<W>> {
	const contested: Contested<W> = { ours: [], contended: [], failed: [] };
	let now = seen;
	let open = wanted;
	for (let takeovers = 0; ; takeovers += 1) {
		const leftBehind = sort(contestants(open, now, round), now.moment, contested);
		if (leftBehind.length === 0) return contested;
		if (takeovers === TAKEOVERS) {
			contested.contended.push(...leftBehind);
			return contested;
		}
		try {
			await takeOver(
				store,
				leftBehind.flatMap(({ rivals }) => rivals),
			);
			const moment = round.now();
			open = leftBehind.map((one) => one.wanted);
			const rows = await store.read(open.map(({ reference }) => reference));
			now = { rows, moment, withOwn: true };
		} catch (error) {
			contested.failed.push(...leftBehind.map((one) => ({ ...one, error })));
			return contested;
		}
	}
}

/** Those of which no other run is at work, as far as can be seen without a mark. */
export function freeAmong<W extends Wanted>(
	wanted: W[],
	{ rows, moment }: Pick<Seen, 'rows' | 'moment'>,
	isOwn: (claim: string) => boolean,
): W[] {
	const found = byKey(rows);
	return wanted.filter((one) => {
		const rivals = (found.get(keyOf(one)) ?? []).filter(isRivalTo(isOwn));
		return standingIn(rivals, moment) !== 'contended';
	});
}

export const markOf = (wanted: Wanted, claim: string, leaseUntil: number): NewMark => ({
	...rememberedOf(wanted),
	part: wanted.part,
	state: 'claiming',
	note: '',
	deed: 'create',
	version: 0,
	claim,
	leaseUntil,
});

function contestants<W extends Wanted>(
	wanted: W[],
	{ rows, withOwn }: Seen,
	{ claimOf, isOwn }: Round<W>,
): Array<Contestant<W>> {
	const found = byKey(rows);
	return wanted.map((one) => {
		const all = found.get(keyOf(one)) ?? [];
		const claim = claimOf(one);
		const isThere = all.some((row) => row.claim === claim && row.state === 'claiming');
		return {
			wanted: one,
			claim: isThere || !withOwn ? claim : undefined,
			rivals: all.filter(isRivalTo(isOwn)),
			rest: all.filter((row) => !isAtWork(row)),
		};
	});
}

/** A mark that this run could not withdraw is in nobody's way but others'. */
const isRivalTo =
	(isOwn: (claim: string) => boolean) =>
	(row: Row): boolean =>
		isAtWork(row) && !(row.state === 'claiming' && isOwn(row.claim));

/** Puts them where they belong, and returns those that stand behind dead runs alone. */
function sort<W extends Wanted>(
	all: Array<Contestant<W>>,
	moment: number,
	{ ours, contended }: Contested<W>,
): Array<Contestant<W>> {
	const leftBehind: Array<Contestant<W>> = [];
	for (const one of all) {
		const { claim } = one;
		const standing = claim === undefined ? 'contended' : standingIn(one.rivals, moment);
		if (standing === 'left behind') leftBehind.push(one);
		else if (standing === 'ours' && claim !== undefined) ours.push({ ...one, claim });
		else contended.push({ ...one, comesFirst: comesFirst(one) });
	}
	return leftBehind;
}

/**
 * All who want it see the same claims, so one of them is first. Those who have it already don't
 * look anymore, and those who want several at once must not hold some.
 */
const comesFirst = <W extends Wanted>({ wanted, claim: own, rivals }: Contestant<W>): boolean =>
	own !== undefined &&
	wanted.together === undefined &&
	rivals.every(({ state, claim }) => state === 'sending' || own < claim);

/** Each only if its run did nothing meanwhile; what became of it has to be read again. */
async function takeOver(store: Store, marks: Row[]): Promise<void> {
	const claiming = marks.filter(({ state }) => state === 'claiming');
	const sending = marks.filter(({ state }) => state === 'sending');
	if (claiming.length > 0) await store.remove(claiming.map(rowKey), 'claiming');
	if (sending.length > 0) await store.giveUp(sending.map(rowKey), NOTE_OF_DEAD);
}

/** Where one of several that are wanted together is missing, none is ours. */
export function allOrNone<W extends Wanted>({
	ours,
	contended,
	failed,
}: Contested<W>): Contested<W> {
	const errors = new Map(failed.map(({ wanted, error }) => [wanted.together, error]));
	const missing = new Set(contended.map(({ wanted }) => wanted.together));
	errors.delete(undefined);
	missing.delete(undefined);
	const fails = ({ wanted }: Contestant<W>) => errors.has(wanted.together);
	const isMissing = ({ wanted }: Contestant<W>) => missing.has(wanted.together);
	const rest = ours.filter((one) => !fails(one));
	return {
		ours: rest.filter((one) => !isMissing(one)),
		contended: [...contended.filter((one) => !fails(one)), ...rest.filter(isMissing)],
		failed: [
			...failed,
			...[...ours, ...contended]
				.filter(fails)
				.map((one) => ({ ...one, error: errors.get(one.wanted.together) })),
		],
	};
}

export const rowKey = ({ id, claim }: RowKey): RowKey => ({ id, claim });
