import type { Problem } from './findings';
import { jsonSize } from './json';
import { inBatches, personKey, RECIPIENTS_PER_REQUEST } from './recipients';
import type { Recipient } from './recipients';
import { batchesOf, batchOf, BODY_LIMIT_BYTES } from './requests';
import type { Batch, Draft, Part } from './requests';
import { audienceFingerprint, isSameAudience } from './sameAudience';
import type { AudienceFingerprint } from './sameAudience';

/** One schedule per item, or as few as possible for items that differ only in their recipients. */
export function group(drafts: Draft[], combine: boolean): Batch[] {
	if (!combine) return drafts.flatMap(batchesOf);
	const alike = inBuckets(drafts, ({ operation, target, body }) =>
		JSON.stringify([operation, target.resource, body]),
	);
	return alike.flatMap((bucket) =>
		bucket[0].people
			? combinePeople(bucket as ToPeople[])
			: [batchOf(bucket.map((draft) => ({ draft })))],
	);
}

function inBuckets<T>(list: T[], keyOf: (one: T) => string): T[][] {
	const buckets = new Map<string, T[]>();
	for (const one of list) {
		const key = keyOf(one);
		const bucket = buckets.get(key);
		if (bucket) bucket.push(one);
		else buckets.set(key, [one]);
	}
	return [...buckets.values()];
}

type ToPeople = Draft & { people: Recipient[] };

/**
 * Fills requests item by item. An item stays in one request if it fits, so that it has one result.
 */
function combinePeople(drafts: ToPeople[]): Batch[] {
	const lastWith = new Map<string, Draft>();
	for (const draft of drafts) {
		for (const person of draft.people) lastWith.set(personKey(person), draft);
	}
	const room = BODY_LIMIT_BYTES - (jsonSize({ ...drafts[0].body, recipients: [] }) ?? 0);
	const slots: Part[][] = [];
	const slotOf = new Map<string, Part[]>();
	let count = 0;
	let bytes = 0;
	const place = (part: Required<Part>, size: number) => {
		if (
			slots.length === 0 ||
			count + part.people.length > RECIPIENTS_PER_REQUEST ||
			bytes + size > room
		) {
			slots.push([]);
			count = 0;
			bytes = 0;
		}
		const slot = slots[slots.length - 1];
		slot.push(part);
		for (const person of part.people) slotOf.set(personKey(person), slot);
		count += part.people.length;
		bytes += size;
	};
	for (const draft of drafts) {
		const counting = draft.people.filter((one) => lastWith.get(personKey(one)) === draft);
		for (const people of inBatches(counting)) {
			// One comma after each.
			const size = people.reduce((sum, person) => sum + (jsonSize(person) ?? 0) + 1, 0);
			place({ draft, people }, size);
		}
	}
	placeSuperseded(drafts, lastWith, slotOf);
	return slots.map((parts) => batchOf(parts.sort((a, b) => a.draft.item - b.draft.item)));
}

/** A recipient that a later item repeats goes to that item's request: one request, one message. */
function placeSuperseded(
	drafts: ToPeople[],
	lastWith: Map<string, Draft>,
	slotOf: Map<string, Part[]>,
): void {
	for (const draft of drafts) {
		const bySlot = new Map<Part[], Required<Part>>();
		for (const person of draft.people) {
			const key = personKey(person);
			const slot = slotOf.get(key);
			if (!slot || lastWith.get(key) === draft) continue;
			let part = bySlot.get(slot);
			if (!part) {
				part = { draft, people: [] };
				bySlot.set(slot, part);
				slot.push(part);
			}
			part.people.push(person);
		}
	}
}

/** How many recipients of each part apply in its request. A later part repeats the others. */
export function countingIn({ parts }: Pick<Batch, 'parts'>): number[] {
	const last = new Map<string, number>();
	parts.forEach(({ people }, index) => {
		for (const person of people ?? []) last.set(personKey(person), index);
	});
	return parts.map(
		({ people }, index) =>
			people?.filter((person) => last.get(personKey(person)) === index).length ?? 0,
	);
}

interface ToAudience {
	draft: Draft;
	fingerprint: AudienceFingerprint;
}

const startOf = ({ fingerprint }: ToAudience): number => fingerprint.windows[0]?.[0] ?? 0;
const endOf = ({ fingerprint }: ToAudience): number => fingerprint.windows[0]?.[1] ?? Infinity;

/** Each draft, with the drafts that would message mostly the same users. */
function byAudience(drafts: Draft[]): Draft[][] {
	const marked = drafts.map((draft) => ({
		draft,
		fingerprint: audienceFingerprint(draft.target, draft.body),
	}));
	return inBuckets(marked, ({ fingerprint }) => fingerprint.shape)
		.flatMap(overlapping)
		.map((alike) => alike.map(({ draft }) => draft));
}

function overlapping(sameShape: ToAudience[]): ToAudience[][] {
	const groups: ToAudience[][] = [];
	let open: ToAudience[][] = [];
	for (const one of [...sameShape].sort((a, b) => startOf(a) - startOf(b))) {
		// The others start even later, so entries that have ended need no more comparisons.
		open = open.filter((members) => members.some((member) => endOf(member) > startOf(one)));
		const same = open.find((members) =>
			members.some(({ fingerprint }) => isSameAudience(fingerprint, one.fingerprint)),
		);
		if (same) {
			same.push(one);
			continue;
		}
		const started = [one];
		open.push(started);
		groups.push(started);
	}
	return groups;
}

/**
 * Items that would each message the same audience. Each is a message to everyone in it, which is
 * rarely intended.
 */
export function repeatedAudiences(drafts: Draft[], combine: boolean): Array<[Draft, Problem]> {
	const toAudiences = drafts.filter(({ operation, people }) => operation === 'create' && !people);
	return byAudience(toAudiences).flatMap((alike) => {
		const requests = combine
			? new Set(alike.map(({ body }) => JSON.stringify(body))).size
			: alike.length;
		if (requests < 2) return [];
		const [{ target }] = alike;
		const problem: Problem = {
			parameter: 'Send To',
			message: `${requests} schedules would each message the whole audience of the same ${target.label}`,
			hint: combine
				? "Send one item into this node. If you mean it, turn on 'Allow Repeated Audience Sends' under 'Options'"
				: "Send one item into this node, or choose to combine items under 'Options'. If you mean it, turn on 'Allow Repeated Audience Sends' there",
		};
		return alike.map((draft): [Draft, Problem] => [draft, problem]);
	});
}
