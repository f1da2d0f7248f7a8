import type { IDataObject } from 'n8n-workflow';

import { personKey, personOf } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import type { DraftPart } from './outputRows';

/** The one person that these parts are for, which distinguishes rows that otherwise look alike. */
export function soleRecipient(parts: DraftPart[]): IDataObject {
	const people = new Map<string, Recipient>();
	for (const { part } of parts) {
		for (const person of part.people ?? []) {
			people.set(personKey(person), person);
			if (people.size > 1) return {};
		}
	}
	const [person] = people.values();
	return person ? { recipient: personOf(person) } : {};
}

/**
 * How many recipients of these parts apply here, and how many only where a later item repeats them.
 */
function peopleIn(parts: DraftPart[]): { counting: number; elsewhere: number } {
	let counting = 0;
	let elsewhere = 0;
	for (const { part } of parts) {
		counting += part.counting;
		elsewhere += (part.people?.length ?? 0) - part.counting;
	}
	return { counting, elsewhere };
}

/** The recipients that apply here; all of them if a later item repeats each. */
export function recipientsIn(parts: DraftPart[]): number {
	const { counting, elsewhere } = peopleIn(parts);
	return counting || elsewhere;
}
