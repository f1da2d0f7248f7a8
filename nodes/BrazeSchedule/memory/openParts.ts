import type { Deed } from '../domain/references';
import type { Failure, Words } from '../transport/words';
import { deedOf, isDone, isQuiet, rowOf } from './cases';
import type { Case } from './cases';
import type { Claims, Settled } from './claims';
import { areOwned } from './everyone';
import { OpenCases } from './openCases';
import { keyOf } from './rows';
import { wordsForTakenOver, wordsForUnremembered } from './words';

interface Announced {
	owned: Set<string>;
	error?: unknown;
}

export interface PartOptions {
	/** By Braze's clock. */
	now: () => number;
	/** A failure of the store, in words. */
	wordsFor: (error: unknown) => Words;
}

/** What can be repeated least comes last. */
const BY_RISK: Deed[] = ['update', 'delete', 'create', 'replace'];

/**
 * The references that are a run's own, part by part: what is about to be sent is written down
 * before, and what became of it afterwards.
 */
export class OpenParts {
	private readonly open = new OpenCases();
	private readonly announced = new Map<number, Promise<Announced>>();
	private settling: Array<Promise<void>> = [];
	private releasing: Promise<unknown> = Promise.resolve();

	constructor(
		private readonly claims: Pick<Claims, 'announce' | 'settle' | 'release'>,
		private readonly options: PartOptions,
	) {}

	get cases(): Case[] {
		return this.open.all;
	}

	add(one: Case): void {
		this.open.add(one);
	}

	/** Others may have them. */
	release(cases: Case[]): void {
		if (cases.length === 0) return;
		const releasing = this.claims.release(cases.map(({ wanted }) => wanted));
		this.settling.push(releasing);
		this.releasing = Promise.all([this.releasing, releasing]);
	}

	/** Those for which nothing is to be sent or written down are others' to take at once. */
	releaseQuiet(): void {
		const quiet = this.open.all.filter(isQuiet);
		for (const one of quiet) this.open.remove(one);
		this.release(quiet);
	}

	/** Announces its part. Says why its request must not leave, if so. */
	async refusalOf(one: Case): Promise<Failure | undefined> {
		const { owned, error } = await this.announce(one.wanted.part);
		// The next ones are written down while these are sent.
		const next = one.wanted.part + 1;
		if (!this.announced.has(next) && this.open.has(next)) void this.announce(next);
		if (areOwned([one, ...(one.sharers ?? [])], owned)) return undefined;
		return error === undefined ? wordsForTakenOver(one.wanted) : this.options.wordsFor(error);
	}

	/** Settles the parts whose last requests these were. */
	settleEnded(cases: Case[]): void {
		const ended = cases.filter((one) => this.open.endsPart(one));
		for (const part of new Set(ended.map(({ wanted }) => wanted.part))) {
			this.settling.push(this.settle(part));
		}
	}

	async finish(): Promise<void> {
		for (const part of this.open.parts) this.settling.push(this.settle(part));
		await Promise.all(this.settling);
		this.settling = [];
		this.announced.clear();
	}

	private async announce(part: number, cases?: Case[]): Promise<Announced> {
		let announced = this.announced.get(part);
		if (!announced) {
			announced = this.announceNow(part, cases ?? this.open.in(part));
			this.announced.set(part, announced);
		}
		return await announced;
	}

	private async announceNow(part: number, cases: Case[]): Promise<Announced> {
		const deeds = cases.map(deedOf);
		const riskiest = Math.max(...deeds.map((deed) => BY_RISK.indexOf(deed)));
		// A crash would make announced marks unknown, also those that are released.
		await this.releasing;
		const { owned, error } = await this.claims.announce(part, BY_RISK[riskiest]);
		return { owned: new Set(owned.map(keyOf)), error };
	}

	private async settle(part: number): Promise<void> {
		const cases = this.open.close(part);
		const now = this.options.now();
		const rows = cases.flatMap((one) => rowOf(one, now) ?? []);
		if (rows.length > 0) await this.announce(part, cases);
		const { lost, error } = await this.claims.settle(part, rows, earlyRows(cases, now));
		if (lost.length === 0) return;
		const warning = wordsForUnremembered(this.options.wordsFor(error));
		const forgotten = new Set(lost.map(keyOf));
		for (const { wanted, ...one } of cases) {
			const { outcome } = one.beside ?? one;
			const isLost = outcome?.kind === 'accepted' && forgotten.has(keyOf(wanted));
			if (isLost) outcome.warnings.push(warning);
		}
	}
}

/** Once one reference of a schedule is known, all of them are. */
function earlyRows(cases: Case[], now: number): Settled[] {
	const mates = new Set(
		cases.flatMap((one) => (one.outcome?.kind === 'accepted' ? one.mates : undefined) ?? []),
	);
	for (const one of cases) mates.delete(one);
	return [...mates].filter(isDone).flatMap((one) => rowOf(one, now) ?? []);
}
