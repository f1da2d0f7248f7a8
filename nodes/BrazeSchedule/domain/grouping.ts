import { inBuckets } from './buckets';
import type { Draft } from './drafts';
import { inBatches, personKey, RECIPIENTS_PER_REQUEST } from './recipients';
import type { Recipient } from './recipients';
import { batchesOf, batchOf, lastToName } from './requests';
import type { Batch, Part } from './requests';
import { roomForPeople, sizeIn } from './sizes';

/** One schedule per item, or as few as possible for items that share everything but their people. */
export function group(drafts: Draft[], combine: boolean): Batch[] {
	if (!combine) return drafts.flatMap(batchesOf);
	const texts = new Map<object, string>();
	const textOf = (body: object) => {
		let text = texts.get(body);
		if (text === undefined) texts.set(body, (text = JSON.stringify(body)));
		return text;
	};
	// A list with references may come in another order.
	const alike = inBuckets(
		[...drafts].sort(byItem),
		({ operation, target, body }) => `${operation} ${target.resource} ${textOf(body)}`,
	);
	return alike.flatMap((same) =>
		same[0].people
			? combinePeople(same as ToPeople[])
			: [batchOf(same.map((draft) => ({ draft, counting: 0 })))],
	);
}

/** How many kinds of requests there are only because the values for all recipients differ. */
export function keptApartByProperties(drafts: Draft[]): number {
	const kinds = new Set<string>();
	const withoutValues = new Set<string>();
	for (const { target, body, people } of drafts) {
		if (!people) continue;
		const { propertiesField, olderPropertiesField = propertiesField } = target;
		const rest = { ...body, [propertiesField]: undefined, [olderPropertiesField]: undefined };
		kinds.add(JSON.stringify([target.resource, body]));
		withoutValues.add(JSON.stringify([target.resource, rest]));
	}
	return kinds.size - withoutValues.size;
}

type ToPeople = Draft & { people: Recipient[] };

/** A request that is being filled. */
interface Slot {
	parts: Map<Draft, Required<Part>>;
	count: number;
	bytes: number;
}

/** Fills requests item by item. An item stays in one request if it fits, so that it has one result. */
function combinePeople(drafts: ToPeople[]): Batch[] {
	const last = lastToName(drafts);
	const named = drafts.reduce((sum, { people }) => sum + people.length, 0);
	// Usually nobody is named twice, and then nothing needs to be sorted out.
	if (named === last.size) return fill(drafts);
	const counts = (draft: Draft, person: Recipient) => last.get(personKey(person)) === draft;
	const room = roomForPeople(drafts[0]);
	const slots: Slot[] = [];
	const slotOf = new Map<string, Slot>();
	for (const draft of drafts) {
		const counting = draft.people.filter((person) => counts(draft, person));
		for (const people of inBatches(counting)) {
			const slot = slotFor(draft, people, slots, room);
			slot.parts.set(draft, { draft, people: [...people], counting: people.length });
			for (const person of people) slotOf.set(personKey(person), slot);
		}
	}
	// Someone whom a later item names again goes where that item is: one request, one message.
	for (const draft of drafts) {
		for (const person of draft.people) {
			const slot = slotOf.get(personKey(person));
			if (!slot || counts(draft, person)) continue;
			const part = slot.parts.get(draft) ?? { draft, people: [], counting: 0 };
			part.people.push(person);
			slot.parts.set(draft, part);
		}
	}
	return slots.map(({ parts }) =>
		batchOf([...parts.values()].sort((one, other) => byItem(one.draft, other.draft))),
	);
}

/** Fills requests with people of whom nobody is named twice. */
function fill(drafts: ToPeople[]): Batch[] {
	const room = roomForPeople(drafts[0]);
	const slots: Slot[] = [];
	for (const draft of drafts) {
		for (const people of inBatches(draft.people)) {
			const part = { draft, people, counting: people.length };
			slotFor(draft, people, slots, room).parts.set(draft, part);
		}
	}
	return slots.map(({ parts }) => batchOf([...parts.values()]));
}

const byItem = (one: Draft, other: Draft): number => one.item - other.item;

/** The last request if these people fit into it, otherwise a new one. */
function slotFor(draft: Draft, people: Recipient[], slots: Slot[], room: number): Slot {
	const bytes = sizeIn(draft, people);
	let slot = slots.at(-1);
	if (!slot || slot.count + people.length > RECIPIENTS_PER_REQUEST || slot.bytes + bytes > room) {
		slot = { parts: new Map(), count: 0, bytes: 0 };
		slots.push(slot);
	}
	slot.count += people.length;
	slot.bytes += bytes;
	return slot;
}
