import type { Deed } from '../domain/references';
import { allOrNone, contest, freeAmong, markOf, rowKey } from './contest';
import type { Contested, Ours, Seen, Wanted } from './contest';
import { Leases } from './leases';
import type { LeaseOptions } from './leases';
import { Leftovers } from './leftovers';
import { claimIn, currentOf, keyOf, rememberedOf, runOf, supersededIn } from './rows';
import type {
	Announcement,
	Identity,
	NewMark,
	NewRow,
	Remembered,
	Row,
	RowKey,
	State,
	Store,
} from './store';

export interface ClaimOptions extends LeaseOptions {
	/** No other run has the same. */
	token: string;
	/** How long to wait for other runs, in milliseconds. */
	maximumWait: number;
	random: () => number;
	signal?: AbortSignal;
}

export type Taken<W extends Wanted> = { wanted: W } & (
	| { is: 'owned'; current?: Row }
	/** Another run has been at work on it all the time. */
	| { is: 'busy' }
	/** The store failed, and nothing may be sent. */
	| { is: 'failed'; error: unknown }
);

export interface Settled extends Remembered {
	state: Extract<State, 'scheduled' | 'deleted' | 'unknown'>;
	note: string;
	deed: Deed;
}

interface Settlements {
	/** What could not be written. */
	lost: Settled[];
	error?: unknown;
}

/** A mark of this run. */
interface Mark {
	wanted: Identity & Pick<Wanted, 'part'>;
	claim: string;
	/** The version with which it was announced as soon as it was written. Nothing is sent under it yet. */
	early?: number;
}

interface Held extends Mark {
	wanted: Wanted;
	/** All other rows of the reference. */
	others: Row[];
	/** What its rows are written with; it has one once it is announced. */
	version?: number;
	/** Its row was written with another part. */
	isWritten?: boolean;
}

const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;
const SETTLE_TRIES = 4;

/**
 * Makes sure that of all runs, only one at a time is at work on a reference, and that whatever it
 * sends is written down before it leaves. The protocol is in docs/architecture.md.
 */
export class Claims {
	private readonly leases: Leases;
	private readonly held = new Map<string, Held>();
	/** Marks that have come first, and wait until they are alone. */
	private readonly staying = new Map<string, Mark>();
	private rounds = 0;
	/** Parts that are being settled, and the last one with rows of other parts. */
	private readonly settling = new Set<Promise<unknown>>();
	private writingEarly: Promise<unknown> = Promise.resolve();
	private highest = 0;
	private readonly leftovers = new Leftovers();

	constructor(
		private readonly store: Store,
		private readonly options: ClaimOptions,
	) {
		this.leases = new Leases(store, options);
	}

	/**
	 * Makes these references this run's own, each of them once. Yields what is free at once, and
	 * tries for the rest only afterwards, so that nothing waits for a reference that another run has.
	 */
	async *take<W extends Wanted>(wanted: W[]): AsyncGenerator<Array<Taken<W>>, void> {
		const { now, wait, maximumWait, signal } = this.options;
		let open = [...new Map(wanted.map((one) => [keyOf(one), one])).values()];
		let giveUpAt: number | undefined;
		for (let attempt = 0; open.length > 0; attempt += 1) {
			const { ours, failed, contended } =
				attempt === 0 ? await this.enter(open) : await this.lookAgain(open);
			open = contended.map((one) => one.wanted);
			const taken = [...ours.map(asOwned), ...failed.map(asFailed)];
			if (taken.length > 0) yield taken;
			giveUpAt ??= now() + maximumWait;
			if (open.length > 0 && (now() >= giveUpAt || signal?.aborted)) {
				await this.leave(open);
				yield open.map((one) => ({ wanted: one, is: 'busy' }));
				return;
			}
			if (open.length > 0) await wait(Math.min(this.pauseAfter(attempt), giveUpAt - now()), signal);
		}
	}

	/**
	 * Writes down that requests about this part are about to leave, and tells which references still
	 * are this run's own. Whatever is to be settled with a row has to be announced, even without a
	 * request. If the deeds differ, `deed` is the one that can be repeated least.
	 */
	async announce(part: number, deed: Deed): Promise<{ owned: Identity[]; error?: unknown }> {
		const owned: Identity[] = [];
		const version = this.nextVersion();
		for (const [claim, all] of this.claimsIn(part)) {
			for (const one of all.filter(isEarly)) {
				one.version = one.early;
				one.early = undefined;
				owned.push(one.wanted);
			}
			const held = all.filter(({ version: earlier }) => earlier === undefined);
			if (held.length === 0) continue;
			let announced: Set<string>;
			try {
				announced = new Set((await this.store.announce(claim, part, { version, deed })).map(keyOf));
			} catch (error) {
				await this.settleClaim(claim, part, held, []);
				return { owned, error };
			}
			for (const one of held.filter(({ wanted }) => announced.has(keyOf(wanted)))) {
				one.version = version;
				owned.push(one.wanted);
			}
		}
		return { owned };
	}

	/** To be asked right before each request. */
	mayStillSend(reference: Identity): boolean {
		const held = this.held.get(keyOf(reference));
		return held?.version !== undefined && this.leases.isHeld(held.claim);
	}

	/**
	 * Writes down what became of a part. References without a row stay as they were before. `early`
	 * rows are of references that share a schedule with those of this part, and are settled with
	 * another one. Returns those whose row could not be written: they turn unknown when the lease is
	 * over.
	 */
	async settle(part: number, rows: Settled[], early: Settled[] = []): Promise<Settlements> {
		// What one has written early, the next ones have to know.
		const before = early.length > 0 ? Promise.all(this.settling) : this.writingEarly;
		const settling = before.then(async () => await this.settleNow(part, rows, early));
		if (early.length > 0) this.writingEarly = settling;
		this.settling.add(settling);
		return await settling.finally(() => this.settling.delete(settling));
	}

	private async settleNow(part: number, rows: Settled[], early: Settled[]): Promise<Settlements> {
		const lost: Settled[] = [];
		let lastError: unknown;
		for (const [claim, held] of this.claimsIn(part)) {
			const error = await this.settleClaim(claim, part, held, rows, early);
			if (error === undefined) continue;
			lastError = error;
			const keys = new Set(held.map(({ wanted }) => keyOf(wanted)));
			lost.push(...rows.filter((row) => keys.has(keyOf(row))));
		}
		return { lost, error: lastError };
	}

	/** All rows that share a schedule, even if other runs are at work on them. */
	async inSchedules(scheduleIds: string[]): Promise<Row[]> {
		return await this.store.inSchedules(scheduleIds);
	}

	/** Leaves references to others that need no request. */
	async release(references: Identity[]): Promise<void> {
		const held = references.flatMap((one) => this.held.get(keyOf(one)) ?? []);
		this.drop(held);
		await this.withdraw(held);
	}

	/** Withdraws everything that was not announced. */
	async close(): Promise<void> {
		this.leases.close();
		const open = [...this.held.values()].filter(({ version }) => version === undefined);
		const staying = [...this.staying.values()];
		this.staying.clear();
		this.drop(open);
		await this.withdraw([...open, ...staying]);
		await this.leftovers.cleanUp();
	}

	/** Marks references, and looks who else has. */
	private async enter<W extends Wanted>(wanted: W[]): Promise<Contested<W>> {
		await this.leftovers.cleanUp();
		const claim = claimIn(this.options.token, this.rounds);
		this.rounds += 1;
		const moment = this.options.now();
		const leaseUntil = this.leases.begin(claim);
		const marks = wanted.map((one) => markOf(one, claim, leaseUntil));
		const atOnce = this.announcementAtOnce(wanted);
		try {
			if (atOnce) return await this.enterAtOnce(wanted, marks[0], atOnce, moment);
			const rows = await this.store.claim(marks);
			return await this.contest(wanted, () => claim, { rows, moment, withOwn: false });
		} catch (error) {
			await this.withdraw(wanted.map((one) => ({ wanted: one, claim, early: atOnce?.version })));
			return { ours: [], contended: [], failed: wanted.map((one) => ({ wanted: one, error })) };
		} finally {
			this.endUnused([claim]);
		}
	}

	/** For a single reference, the table is asked once instead of twice: that's what deliveries wait for. */
	private announcementAtOnce([{ deedIfNew, together }, ...others]: Wanted[]):
		Announcement | undefined {
		if (others.length > 0 || together !== undefined || !deedIfNew) return undefined;
		return { version: this.nextVersion(), deed: deedIfNew };
	}

	private async enterAtOnce<W extends Wanted>(
		wanted: W[],
		mark: NewMark,
		as: Announcement,
		moment: number,
	): Promise<Contested<W>> {
		const { claim } = mark;
		const rows = await this.store.claimNew(mark, as);
		const own = rows.find((row) => row.claim === claim);
		if (own?.state === 'sending') {
			const ours = wanted.map((one) => ({ wanted: one, claim, rivals: [], rest: [] }));
			for (const one of ours) this.hold(one, as.version);
			return { ours, contended: [], failed: [] };
		}
		if (own?.state === 'unknown') {
			// Another run took this one for dead, but nothing has been sent.
			await this.withdraw([{ wanted: mark, claim, early: as.version }]);
			return { ours: [], contended: wanted.map((one) => waiting(one)), failed: [] };
		}
		return await this.contest(wanted, () => claim, { rows, moment, withOwn: true });
	}

	/** Looks whether other runs are done with references; those that have no mark yet get one then. */
	private async lookAgain<W extends Wanted>(wanted: W[]): Promise<Contested<W>> {
		await this.leftovers.cleanUp();
		const moment = this.options.now();
		const [marked, others] = [true, false].map((isMarked) =>
			wanted.filter((one) => this.staying.has(keyOf(one)) === isMarked),
		);
		const claimOf = (one: W) => this.staying.get(keyOf(one))?.claim ?? '';
		const claims = marked.map(claimOf);
		try {
			const rows = await this.store.read(wanted.map(({ reference }) => reference));
			const contested = await this.contest(marked, claimOf, { rows, moment, withOwn: true });
			const free = new Set(freeAmong(others, { rows, moment }, this.isOwn));
			// All of those that are wanted together, or none.
			const missing = new Set(others.flatMap((one) => (free.has(one) ? [] : (one.together ?? []))));
			const next = others.filter((one) => free.has(one) && !missing.has(one.together ?? ''));
			const entered = next.length > 0 ? await this.enter(next) : undefined;
			const later = new Set(next);
			return {
				ours: [...contested.ours, ...(entered?.ours ?? [])],
				contended: [
					...contested.contended,
					...(entered?.contended ?? []),
					...others.filter((one) => !later.has(one)).map((one) => waiting(one)),
				],
				failed: [...contested.failed, ...(entered?.failed ?? [])],
			};
		} catch (error) {
			await this.leave(marked);
			return { ours: [], contended: [], failed: wanted.map((one) => ({ wanted: one, error })) };
		} finally {
			this.endUnused(claims);
		}
	}

	private async contest<W extends Wanted>(
		wanted: W[],
		claimOf: (one: W) => string,
		seen: Seen,
	): Promise<Contested<W>> {
		const { isOwn } = this;
		const { now } = this.options;
		const contested = allOrNone(await contest(this.store, wanted, { claimOf, now, isOwn }, seen));
		const { contended, failed, ours } = contested;
		for (const { wanted: one } of [...ours, ...contended, ...failed])
			this.staying.delete(keyOf(one));
		for (const { wanted: one, claim, comesFirst } of contended) {
			if (comesFirst && claim !== undefined) this.staying.set(keyOf(one), { wanted: one, claim });
		}
		for (const one of ours) this.hold(one);
		const leaving = [...contended.filter(({ comesFirst }) => !comesFirst), ...failed];
		await this.withdraw(leaving.filter(isMarked));
		return contested;
	}

	/** Withdraws the marks that have stayed. */
	private async leave(wanted: Identity[]): Promise<void> {
		const marks = wanted.flatMap((one) => this.staying.get(keyOf(one)) ?? []);
		for (const one of wanted) this.staying.delete(keyOf(one));
		await this.withdraw(marks);
		this.endUnused(marks.map(({ claim }) => claim));
	}

	private readonly isOwn = (claim: string): boolean => runOf({ claim }) === this.options.token;

	private hold<W extends Wanted>({ wanted, claim, rest }: Ours<W>, early?: number): void {
		this.held.set(keyOf(wanted), { wanted, claim, early, others: rest });
		for (const { version } of rest) this.highest = Math.max(this.highest, version);
	}

	/** Above whatever the runs before have written, or may still write late. */
	private nextVersion(): number {
		return this.highest + 1;
	}

	/** Those of a part, by the claim that their marks were written with. */
	private claimsIn(part: number): Map<string, Held[]> {
		const found = new Map<string, Held[]>();
		for (const held of this.held.values()) {
			if (held.wanted.part !== part) continue;
			const { claim } = held;
			const others = found.get(claim);
			if (others) others.push(held);
			else found.set(claim, [held]);
		}
		return found;
	}

	/** Returns the error if the store fails to the end. */
	private async settleClaim(
		claim: string,
		part: number,
		all: Held[],
		settled: Settled[],
		early: Settled[] = [],
	): Promise<unknown> {
		const byReference = new Map(settled.map((row) => [keyOf(row), row]));
		const rows: NewRow[] = [];
		const obsolete: RowKey[] = [];
		for (const one of all) {
			const row = byReference.get(keyOf(one.wanted));
			const isNew = row !== undefined && one.version !== undefined;
			if (isNew && !one.isWritten) rows.push(newRow(row, one));
			obsolete.push(...(isNew ? one.others : supersededIn(one.others)).map(rowKey));
		}
		const before = early.flatMap((row) => {
			const held = this.held.get(keyOf(row));
			const isOfClaim = held?.claim === claim && held.wanted.part !== part;
			return isOfClaim && held.version !== undefined && !held.isWritten ? [{ row, held }] : [];
		});
		rows.push(...before.map(({ row, held }) => newRow(row, held)));
		const settle = async () => await this.store.settle({ claim, part, rows, obsolete });
		const error = await this.persist(settle);
		this.drop(all);
		if (error !== undefined) this.leftovers.keep(settle);
		else for (const { held } of before) held.isWritten = true;
		return error;
	}

	private async persist(work: () => Promise<void>): Promise<unknown> {
		const { wait, signal } = this.options;
		for (let tries = 1; ; tries += 1) {
			try {
				await work();
				return undefined;
			} catch (error) {
				if (tries === SETTLE_TRIES) return error ?? new Error('Unknown');
			}
			await wait(this.pauseAfter(tries), signal);
		}
	}

	private async withdraw(marks: Mark[]): Promise<void> {
		for (const claim of new Set(marks.map((mark) => mark.claim))) {
			const its = marks.filter((mark) => mark.claim === claim);
			const which = this.isInUse(claim) ? its.map(({ wanted }) => wanted) : undefined;
			const [early] = its.filter(isEarly);
			if (!early) {
				await this.leftovers.tidy(async () => await this.store.withdraw(claim, which));
				continue;
			}
			// Unlike what only claims, it would turn unknown when its lease is over.
			const { part } = early.wanted;
			const settle = async () => await this.store.settle({ claim, part, rows: [], obsolete: [] });
			if ((await this.persist(settle)) !== undefined) this.leftovers.keep(settle);
		}
	}

	private drop(all: Held[]): void {
		for (const { wanted } of all) this.held.delete(keyOf(wanted));
		this.endUnused(all.map(({ claim }) => claim));
	}

	/** Nobody renews the marks of a claim that has none. */
	private endUnused(claims: string[]): void {
		for (const claim of new Set(claims)) if (!this.isInUse(claim)) this.leases.end(claim);
	}

	private isInUse(claim: string): boolean {
		const marks = [...this.held.values(), ...this.staying.values()];
		return marks.some((mark) => mark.claim === claim);
	}

	/** Grows with each try, and differs, so that two runs don't meet for ever. */
	private pauseAfter(attempt: number): number {
		return Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** attempt) * (0.25 + this.options.random());
	}
}

const isMarked = <M extends Partial<Mark>>(one: M): one is M & Pick<Mark, 'claim'> =>
	one.claim !== undefined;

const isEarly = ({ early }: Mark): boolean => early !== undefined;

const waiting = <W extends Wanted>(wanted: W) => ({ wanted, rivals: [], rest: [] });

const newRow = (row: Settled, { claim, version = 0 }: Held): NewRow => {
	const { state, note, deed } = row;
	return { ...rememberedOf(row), state, note, deed, version, claim };
};

const asOwned = <W extends Wanted>({ wanted, rest }: Ours<W>): Taken<W> => ({
	wanted,
	is: 'owned',
	current: currentOf(rest),
});

const asFailed = <W extends Wanted>({
	wanted,
	error,
}: Contested<W>['failed'][number]): Taken<W> => ({
	wanted,
	is: 'failed',
	error,
});
