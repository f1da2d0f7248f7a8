import type { BookingEvent } from './events';
import type { Delivery } from './sender';
import type { Execution } from './stage';

/** n8n's messages for an execution that didn't finish. */
const BROKEN_OFF = new Set(['crashed', 'canceled', 'error', 'new', 'running', 'waiting']);

/** What became of everybody: each person is in exactly one line. */
interface Account {
	once: string[];
	twice: string[];
	/** No call of the webhook got a 2xx response. */
	notDelivered: string[];
	/** A call got a 2xx response, and n8n has no execution for this recipient anymore. */
	lost: string[];
	/** n8n itself reports that an execution didn't finish. */
	brokenOff: string[];
	/** n8n reports that everything succeeded. Nothing explains these. */
	unexplained: string[];
}

export function accountFor(
	deliveries: Delivery[],
	executions: Execution[],
	schedulesOf: (user: string) => number,
): Account {
	const account: Account = {
		once: [],
		twice: [],
		notDelivered: [],
		lost: [],
		brokenOff: [],
		unexplained: [],
	};
	const byUser = new Map<string | undefined, Execution[]>();
	for (const one of executions) byUser.set(one.about, [...(byUser.get(one.about) ?? []), one]);
	for (const { id: user, accepted } of deliveries) {
		const own = byUser.get(user) ?? [];
		const schedules = schedulesOf(user);
		if (schedules === 1) account.once.push(user);
		else if (schedules > 1) account.twice.push(user);
		else if (own.some(({ status }) => BROKEN_OFF.has(status))) account.brokenOff.push(user);
		else if (own.length > 0) account.unexplained.push(user);
		else if (accepted > 0) account.lost.push(user);
		else account.notDelivered.push(user);
	}
	return account;
}

/** What became of each booking: each is in exactly one line. */
interface BookingAccount {
	/** Braze ends as its latest event says. */
	asLatest: string[];
	/** Several schedules wait. */
	twice: string[];
	/** Something else, and its row says that the outcome is unknown. */
	unknown: string[];
	/** Its row says that an execution stopped before it sent anything. */
	notSent: string[];
	/** No call of the webhook with its latest event got a 2xx response. */
	notDelivered: string[];
	/** n8n shows a failed execution of its latest event. */
	failed: string[];
	/** n8n has no execution of its latest event anymore, and nothing of it was sent. */
	lost: string[];
	/** An execution of its latest event succeeded. Nothing explains these. */
	unexplained: string[];
}

interface BookingFacts {
	latest: Map<string, BookingEvent>;
	deliveries: Delivery[];
	executions: Execution[];
	/** The times of a user's waiting schedules. */
	waitingFor: (user: string) => string[];
	/** The references whose outcome is unknown. */
	unknown: Set<string>;
	/** Those for which nothing was sent, though an execution had begun. */
	notSent: Set<string>;
}

export function accountForBookings(facts: BookingFacts): BookingAccount {
	const { latest, deliveries, executions, waitingFor, unknown, notSent } = facts;
	const account: BookingAccount = {
		asLatest: [],
		twice: [],
		unknown: [],
		notSent: [],
		notDelivered: [],
		failed: [],
		lost: [],
		unexplained: [],
	};
	const accepted = new Set(deliveries.filter((one) => one.accepted > 0).map(({ id }) => id));
	for (const [booking, { id, user, canceled, starts }] of latest) {
		const waiting = waitingFor(user);
		const own = executions.filter(({ about }) => about === id);
		const wanted = canceled ? [] : [starts];
		if (waiting.length > 1) account.twice.push(booking);
		else if (waiting.join() === wanted.join()) account.asLatest.push(booking);
		else if (unknown.has(booking)) account.unknown.push(booking);
		else if (own.some(({ status }) => status === 'success')) account.unexplained.push(booking);
		else if (notSent.has(booking)) account.notSent.push(booking);
		else if (own.length > 0) account.failed.push(booking);
		else if (accepted.has(id)) account.lost.push(booking);
		else account.notDelivered.push(booking);
	}
	return account;
}

/** The number of executions with each status. */
export const countStatuses = (executions: Execution[]): Record<string, number> =>
	Object.fromEntries(
		[...new Set(executions.map(({ status }) => status))]
			.sort()
			.map((status) => [status, executions.filter((one) => one.status === status).length]),
	);
