import { inBuckets } from './buckets';
import type { Draft } from './drafts';
import { audienceFingerprint, isSameAudience } from './sameAudience';
import type { AudienceFingerprint } from './sameAudience';
import { decidingAfter, isReferenced } from './underReference';
import type { Deciding } from './underReference';

interface ToAudience {
	draft: Draft;
	fingerprint: AudienceFingerprint;
}

const startOf = ({ fingerprint }: ToAudience): number => fingerprint.windows[0]?.[0] ?? 0;
const endOf = ({ fingerprint }: ToAudience): number => fingerprint.windows[0]?.[1] ?? Infinity;

/** Each draft together with those that would message mostly the same people. */
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
		// The rest starts even later, so what has ended by now is compared no more.
		open = open.filter((group) => group.some((member) => endOf(member) > startOf(one)));
		const group = open.find((members) =>
			members.some(({ fingerprint }) => isSameAudience(fingerprint, one.fingerprint)),
		);
		if (group) {
			group.push(one);
			continue;
		}
		const started = [one];
		open.push(started);
		groups.push(started);
	}
	return groups;
}

/** Items that would message the same audience in several requests. */
export interface RepeatedAudience {
	drafts: Draft[];
	requests: number;
}

/** Of those with one reference, one is sent. */
function deciding(alike: Draft[]): Draft[] {
	const byReference = new Map<string, Deciding>();
	for (const draft of alike.filter(isReferenced)) {
		const key = JSON.stringify([
			draft.target.resource,
			draft.body[draft.target.idField],
			draft.under.reference,
		]);
		byReference.set(key, decidingAfter(byReference.get(key), draft));
	}
	return [
		...alike.filter((draft) => !isReferenced(draft)),
		...[...byReference.values()].map(({ draft }) => draft),
	];
}

/** Every one of these items is a message to everyone in its audience, which hardly anybody means. */
export function repeatedAudiences(drafts: Draft[], combine: boolean): RepeatedAudience[] {
	const toAudiences = drafts.filter(({ operation, people }) => operation === 'create' && !people);
	return byAudience(toAudiences)
		.map((alike) => {
			const sent = deciding(alike);
			const bodies = () => new Set(sent.map(({ body }) => JSON.stringify(body))).size;
			return { drafts: alike, requests: combine ? bodies() : sent.length };
		})
		.filter(({ requests }) => requests > 1);
}
