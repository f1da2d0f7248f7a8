import { isDone } from './cases';
import type { Case } from './cases';

/** The references that are a run's own until they are settled, by their part. */
export class OpenCases {
	private readonly byPart = new Map<number, Set<Case>>();
	private readonly unfinished = new Map<number, Set<Case>>();

	add(one: Case): void {
		addTo(this.byPart, one);
		if (!isDone(one)) addTo(this.unfinished, one);
	}

	get parts(): number[] {
		return [...this.byPart.keys()];
	}

	get all(): Case[] {
		return this.parts.flatMap((part) => this.in(part));
	}

	in(part: number): Case[] {
		return [...(this.byPart.get(part) ?? [])];
	}

	has(part: number): boolean {
		return this.byPart.has(part);
	}

	/** Whether all of its part have ended, now that this one may have. */
	endsPart(one: Case): boolean {
		const { part } = one.wanted;
		const unfinished = this.unfinished.get(part);
		if (isDone(one)) unfinished?.delete(one);
		return this.byPart.has(part) && (unfinished?.size ?? 0) === 0;
	}

	/** Removes one that has ended. */
	remove(one: Case): void {
		const { part } = one.wanted;
		const its = this.byPart.get(part);
		its?.delete(one);
		if (its?.size === 0) this.close(part);
	}

	/** Removes those of a part, and returns them. */
	close(part: number): Case[] {
		const cases = this.in(part);
		this.byPart.delete(part);
		this.unfinished.delete(part);
		return cases;
	}
}

function addTo(cases: Map<number, Set<Case>>, one: Case): void {
	const { part } = one.wanted;
	const known = cases.get(part);
	if (known) known.add(one);
	else cases.set(part, new Set([one]));
}
