import type { Delivery } from './sender';
import type { Execution } from './stage';

/** How n8n says that an execution did not come to its end. */
const BROKEN_OFF = new Set(['crashed', 'canceled', 'error', 'new', 'running', 'waiting']);

/** What became of everybody: each person is in exactly one line. */
interface Account {
	once: string[];
	twice: string[];
	/** No answer to the webhook was ever good. */
	notDelivered: string[];
	/** The answer was good, and n8n knows no execution for this person any more. */
	lost: string[];
	/** n8n says itself that an execution did not come to its end. */
	brokenOff: string[];
	/** All that is left are repetitions, skipped because an execution that was lost had used the key. */
	keyUsed: string[];
	/** n8n says that all went well. There is no excuse for these. */
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

/** How many executions there are of each status. */
export const countStatuses = (executions: Execution[]): Record<string, number> =>
	Object.fromEntries(
		[...new Set(executions.map(({ status }) => status))]
			.sort()
			.map((status) => [status, executions.filter((one) => one.status === status).length]),
	);
