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
	/** Only repeated calls are left, which were skipped because a lost execution had used the key. */
	keyUsed: string[];
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
		keyUsed: [],
		unexplained: [],
	};
	const byUser = new Map<string | undefined, Execution[]>();
	for (const one of executions) byUser.set(one.user, [...(byUser.get(one.user) ?? []), one]);
	for (const { user, accepted } of deliveries) {
		const own = byUser.get(user) ?? [];
		const schedules = schedulesOf(user);
		if (schedules === 1) account.once.push(user);
		else if (schedules > 1) account.twice.push(user);
		else if (own.some(({ status }) => BROKEN_OFF.has(status))) account.brokenOff.push(user);
		else if (own.length > 0 && own.every(({ results }) => results[0] === 'skipped'))
			account.keyUsed.push(user);
		else if (own.length > 0) account.unexplained.push(user);
		else if (accepted > 0) account.lost.push(user);
		else account.notDelivered.push(user);
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
