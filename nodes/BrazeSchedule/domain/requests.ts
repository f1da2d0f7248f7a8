import type { Draft } from './drafts';
import type { JsonObject } from './json';
import { inBatches, personKey } from './recipients';
import type { Recipient } from './recipients';
import type { Schedule } from './schedule';
import { schedulePath } from './targets';
import type { Operation, Target } from './targets';

/** One request to Braze. */
export interface BrazeRequest {
	target: Target;
	operation: Operation;
	path: string;
	body: JsonObject;
}

/** What one input item has in a request. */
export interface Part {
	draft: Draft;
	/** Those who count here come first; a later item names the others again. */
	people?: Recipient[];
	/** How many of the people count here. */
	counting: number;
}

/** A request, and whose it is, in the order of the items. */
export interface Batch extends BrazeRequest {
	schedule?: Schedule;
	parts: Part[];
}

/** One request for parts that share everything but their people. */
export function batchOf(parts: Part[]): Batch {
	const [{ draft }] = parts;
	const { target, operation, schedule } = draft;
	const recipients =
		draft.people && parts.flatMap(({ people = [], counting }) => people.slice(0, counting));
	return {
		target,
		operation,
		path: schedulePath(target, operation),
		body: recipients ? { ...draft.body, recipients } : draft.body,
		schedule,
		parts,
	};
}

/** Cuts a draft into requests of at most 50 people; all of them belong to its item. */
export function batchesOf(draft: Draft): Batch[] {
	return draft.people
		? inBatches(draft.people).map((people) => batchOf([{ draft, people, counting: people.length }]))
		: [batchOf([{ draft, counting: 0 }])];
}

/** Of several entries for one person, the last one counts. */
export function lastToName<Naming extends { people?: Recipient[] }>(
	list: Naming[],
): Map<string, Naming> {
	const last = new Map<string, Naming>();
	for (const naming of list) {
		for (const person of naming.people ?? []) last.set(personKey(person), naming);
	}
	return last;
}

/** The parts that are left of a request: for those in none of the later ones, an earlier one counts. */
export function recounted(parts: Part[]): Part[] {
	const last = lastToName(parts);
	return parts.map((part) => {
		const { draft, people } = part;
		if (!people) return part;
		const isOwn = (person: Recipient) => last.get(personKey(person)) === part;
		const own = people.filter(isOwn);
		const named = people.filter((person) => !isOwn(person));
		return { draft, people: [...own, ...named], counting: own.length };
	});
}
