import type { Draft } from './drafts';
import type { Findings } from './findings';
import { jsonSize } from './json';
import type { JsonObject } from './json';
import { inBatches } from './recipients';
import type { Recipient } from './recipients';

export const BODY_LIMIT_BYTES = 4 * 1024 * 1024;

/** The size of a request apart from its people; undefined if it cannot be written as JSON. */
function sizeWithoutPeople({ body, people }: Draft): number | undefined {
	if (!people) return jsonSize(body);
	let known = sizesWithoutPeople.get(body);
	if (known === undefined) {
		sizesWithoutPeople.set(body, (known = jsonSize({ ...body, recipients: [] })));
	}
	return known;
}

/** Items that differ only in their people share one body. */
const sizesWithoutPeople = new WeakMap<JsonObject, number | undefined>();

/** How many bytes a request has for its people. */
export const roomForPeople = (draft: Draft): number =>
	BODY_LIMIT_BYTES - (sizeWithoutPeople(draft) ?? 0);

/** How much a list grows by these people, with a comma after each. */
const sizeOfPeople = (people: Recipient[]): number | undefined =>
	people.reduce<number | undefined>((sum, person) => {
		const size = jsonSize(person);
		return sum === undefined || size === undefined ? undefined : sum + size + 1;
	}, 0);

/** The same for those of a draft, who may have been measured before. */
export const sizeIn = ({ measured }: Draft, people: Recipient[]): number =>
	measured?.people === people ? measured.size : (sizeOfPeople(people) ?? 0);

/** The size of the largest request of a draft, measured without building any. */
function largestOf(draft: Draft): number | undefined {
	const rest = sizeWithoutPeople(draft);
	if (rest === undefined || !draft.people) return rest;
	let largest = 0;
	for (const people of inBatches(draft.people)) {
		const size = sizeOfPeople(people);
		if (size === undefined) return undefined;
		draft.measured = { people, size };
		// No comma after the last one.
		largest = Math.max(largest, rest + size - 1);
	}
	return largest;
}

/** Checked before anything is sent, so that size never causes a partial send. */
export function checkSize(draft: Draft, findings: Findings): void {
	const parameter = draft.target.propertiesLabel;
	const size = largestOf(draft);
	if (size === undefined) {
		const message = 'The request for this item cannot be written as JSON';
		findings.refuse({ parameter, message });
		return;
	}
	if (size <= BODY_LIMIT_BYTES) return;
	findings.refuse({
		parameter,
		message: `The request for this item is ${(size / 1024 / 1024).toFixed(1)} MB, and Braze takes at most 4 MB`,
		hint: `Use less in '${parameter}' or in the attributes of each recipient`,
	});
}
