import { entryOf, isUnknown } from './ledgerMemory';
import type { LedgerMemory } from './ledgerMemory';

/**
 * Adds what another copy of the record knows more. Each worker of n8n has a copy of its own, and the
 * one that is saved with an execution may be of any of them.
 */
export function addFrom(memory: LedgerMemory, other: LedgerMemory): void {
	const numbers = new Map<number, number>();
	/** The number of the other's entry in this record. */
	const numberOf = (index: number): number => {
		const known = numbers.get(index);
		if (known !== undefined) return known;
		const [about, ...rest] = other.entries[index];
		const number = memory.entries.push([memory.abouts.push(other.abouts[about]) - 1, ...rest]) - 1;
		numbers.set(index, number);
		return number;
	};
	for (const [claim, signed] of Object.entries(other.claims)) {
		const index = entryOf(signed);
		const known = Object.hasOwn(memory.claims, claim) ? memory.claims[claim] : undefined;
		const isNews = known === undefined || isUnknown(memory.entries[entryOf(known)]);
		if (!isNews || (known !== undefined && isUnknown(other.entries[index]))) continue;
		memory.claims[claim] = signed < 0 ? ~numberOf(index) : numberOf(index);
	}
	for (const [key, [index, run]] of Object.entries(other.lost)) {
		if (!Object.hasOwn(memory.lost, key)) memory.lost[key] = [numberOf(index), run];
	}
	for (const [shape, messaged] of Object.entries(other.audiences)) {
		const own = (memory.audiences[shape] ??= []);
		const places = new Set(own.map(({ place }) => place));
		for (const one of messaged.filter(({ place }) => !places.has(place))) {
			own.push({ ...one, entry: numberOf(one.entry) });
		}
	}
	if (other.behind) memory.behind = { ...other.behind, ...memory.behind };
	if (other.tests) memory.tests = { ...other.tests, ...memory.tests };
}
