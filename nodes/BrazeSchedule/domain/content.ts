import { inOneOrder } from './json';
import { personKey } from './recipients';
import type { Recipient } from './recipients';
import type { Draft } from './drafts';

/**
 * All of a message but its time: recipients, audience and properties, in one order for all. The
 * send ID only names a line in the analytics, and an expression may make up another one each time.
 */
export function contentOf({ body, people }: Pick<Draft, 'body' | 'people'>): string {
	const recipients = people && [...people].sort(byPerson);
	return JSON.stringify(
		inOneOrder({ ...body, schedule: undefined, send_id: undefined, recipients }),
	);
}

const byPerson = (one: Recipient, other: Recipient): number =>
	personKey(one) < personKey(other) ? -1 : 1;
