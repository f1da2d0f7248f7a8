import { hash } from 'node:crypto';

import { audienceFingerprint } from '../domain/sameAudience';
import type { AudienceFingerprint } from '../domain/sameAudience';
import { personKey } from '../domain/recipients';
import type { Recipient } from '../domain/recipients';
import type { Draft } from '../domain/drafts';
import type { Target } from '../domain/targets';
import { scheduleIdOf } from './decisions';

/** Where a request belongs, in words that are the same on every try. */
export interface Place {
	run: string;
	item: string;
	/** It failed in an earlier run, as far as n8n can tell. */
	cameBack?: boolean;
}

/**
 * A request is recognized by its place and its person alone: an expression may give another
 * campaign, send ID, time, filter or property on every try.
 *
 * The schedule of an update or a delete belongs to it: an earlier node that runs again in a retry
 * may name another one, and to repeat such a request does no harm.
 */
export function claimKey(draft: Draft, { run, item }: Place, person?: Recipient): string {
	const { target, operation, under, test } = draft;
	if (under) return short([under.intent, target.resource, run, item, under.reference]);
	const about = person ? personKey(person) : scheduleIdOf(draft);
	// A tester may be a recipient too: what was a test doesn't count as the message itself.
	return short([operation, target.resource, run, item, about, test]);
}

export const isToAudience = ({ operation, people }: Draft): boolean =>
	operation === 'create' && !people;

export function fingerprintOf({ target, body }: Draft): AudienceFingerprint {
	const { shape, windows } = audienceFingerprint(target, body);
	return { shape: short(shape), windows };
}

/** What a test is of. */
export const testKey = ({ target, body }: Draft): string =>
	short([target.resource, body[target.idField]]);

/** The same for one place on every try. */
export const placeKey = ({ run, item }: Place): string => short([run, item]);

const short = (content: unknown): string =>
	hash('sha256', JSON.stringify(content), 'base64url').slice(0, 12);

/** With the recipient's own values: in a loop, two messages to one person may differ in them alone. */
const contentKey = ({ target, body, test }: Draft, person?: Recipient): string =>
	short([target.resource, body, person && [personKey(person), ownValuesOf(person, target)], test]);

const ownValuesOf = (
	person: Recipient,
	{ propertiesField, olderPropertiesField }: Target,
): unknown[] => [person[propertiesField], olderPropertiesField && person[olderPropertiesField]];

/**
 * An item that says itself that its outcome is unknown is the same whatever its expressions find
 * now, also behind a node that has put the items in another order.
 */
export const keysOfLost = (draft: Draft, person?: Recipient): string[] => [
	contentKey(draft, person),
	...(draft.cameBackUnknown && person
		? [short([draft.target.resource, personKey(person), draft.test])]
		: []),
];
