import type { Deed } from '../domain/references';
import { show } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { personOf } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import type { BrazeRequest } from '../domain/requests';
import { timeInWords } from '../domain/time';
import { isReferenced } from '../domain/underReference';
import type { DraftPart } from './outputRows';
import { deedOf } from './referenced';
import { dueFields } from './times';

/** A request that would be sent, as a sentence needs it. */
interface Previewed {
	deed: Deed;
	/** The campaign or Canvas, by its name if that is known. */
	what: string;
	request: BrazeRequest;
	people?: Recipient[];
	when?: string;
	/** For the order of several times. */
	moment: string;
}

/** What one request would do, in a sentence without its full stop. */
export function summaryOf(one: DraftPart): string | undefined {
	const previewed = previewedOf(one);
	return previewed && sentenceFor([previewed]);
}

/** The same of all requests together. */
export function summaryOfAll(parts: DraftPart[]): string | undefined {
	const requests = new Map<object, Previewed>();
	for (const one of parts) {
		const previewed = requests.has(one.part.request) ? undefined : previewedOf(one);
		if (previewed) requests.set(one.part.request, previewed);
	}
	const alike = new Map<string, Previewed[]>();
	for (const one of requests.values()) {
		const key = JSON.stringify([one.deed, one.what, one.people !== undefined]);
		const others = alike.get(key);
		if (others) others.push(one);
		else alike.set(key, [one]);
	}
	const groups = [...alike.values()];
	const more = groups.length - MOST_GROUPS;
	const said = groups.slice(0, MOST_GROUPS).map(sentenceFor);
	if (said.length === 0) return undefined;
	return [...said, ...(more > 0 ? [`And ${more} more kinds of requests`] : [])].join('. ');
}

const MOST_GROUPS = 3;

function previewedOf({ draft, part }: DraftPart): Previewed | undefined {
	const { outcome, schedule } = part;
	if (outcome.kind !== 'preview' || !outcome.request) return undefined;
	const { request } = outcome;
	const { target } = draft;
	const { recipients } = request.body;
	const { time, time_zone: zone } = dueFields(schedule, draft.zone);
	return {
		deed: isReferenced(draft) ? deedOf(draft, part) : draft.operation,
		what: draft.name || `the ${target.label} ${show(request.body[target.idField])}`,
		request,
		people: Array.isArray(recipients) ? (recipients as Recipient[]) : undefined,
		when: schedule && timeInWords(schedule, time as string, zone as string | null),
		moment: schedule?.time ?? '',
	};
}

function sentenceFor(alike: Previewed[]): string {
	const [{ deed, what }] = alike;
	const count = alike.length;
	const schedules = count === 1 ? 'the schedule' : `${count} schedules`;
	if (deed === 'delete') return `Would cancel ${schedules} of ${what}`;
	if (deed === 'update') return `Would move ${schedules} of ${what} to ${whenOf(alike)}`;
	const inSchedules = count === 1 ? '' : ` in ${count} schedules`;
	const asked = `${whomOf(alike)}${inSchedules}, ${whenOf(alike)}`;
	if (deed === 'replace')
		return `Would cancel ${schedules} of ${what} and schedule it for ${asked}`;
	return `Would schedule ${what} for ${asked}`;
}

function whomOf(alike: Previewed[]): string {
	const [{ request, people }] = alike;
	if (!people) {
		const isFiltered = alike.every((one) => 'audience' in one.request.body);
		return isFiltered
			? 'everyone in its audience who matches the filter'
			: 'everyone in its audience';
	}
	const all = alike.flatMap((one) => one.people ?? []);
	const filter = 'audience' in request.body ? ' who match the filter' : '';
	if (all.length !== 1) return `${all.length.toLocaleString('en-US')} recipients${filter}`;
	const [person] = all;
	const { propertiesField: field, olderPropertiesField: older = field } = request.target;
	const values = [request.body, person].flatMap((one) => [one[older], one[field]]);
	return `${show(personOf(person))}${valuesFor(Object.assign({}, ...values) as JsonObject)}`;
}

const MOST_VALUES = 3;

/** What the message shows to one person. */
function valuesFor(properties: JsonObject): string {
	const entries = Object.entries(properties);
	if (entries.length === 0) return '';
	const shown = entries.slice(0, MOST_VALUES).map(([name, value]) => `${name}: ${show(value)}`);
	const more = entries.length - MOST_VALUES;
	return ` (${shown.join(', ')}${more > 0 ? `, and ${more} more` : ''})`;
}

/** The time that all have, or the first and the last. */
function whenOf(alike: Previewed[]): string {
	const sorted = [...alike].sort((one, other) => (one.moment < other.moment ? -1 : 1));
	const first = sorted[0].when ?? '';
	const last = sorted[sorted.length - 1].when ?? '';
	return first === last ? first : `from ${first} to ${last}`;
}
