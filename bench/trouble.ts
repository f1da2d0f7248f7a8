import type { Execution } from '../host/executions';
import type { FaultSpec, SandboxOptions } from '../sandbox';
import type { Contestant } from './contestants';
import { publish, runOnce, whatArrived } from './measure';
import type { Arrived, Stage } from './measure';

/** The maximum of n8n's own retries: five tries, five seconds apart. */
const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 5, waitBetweenTries: 5000 };

/**
 * With it, the rarer fault occurs once among the first 40 requests, so that short runs include it.
 */
const SEED = 71;

/** The sandbox's fault, and the windows in which it counts requests. */
export interface Trouble {
	id: string;
	name: string;
	fault?: FaultSpec;
	limits?: SandboxOptions['limits'];
	contacts: (perRequest: number) => number;
}

/** The result of a contestant. */
export interface Suffered extends Arrived {
	trouble: string;
	contestant: string;
	count: number;
	wall: number;
	/** How often the fault occurred. */
	hits?: number;
	status: string;
	words: string[];
}

export const TROUBLES: Trouble[] = [
	{
		id: 'refused',
		name: '2 % answered 429',
		fault: { kind: 'status', status: 429, probability: 0.02, seed: SEED },
		// So that a 429 announces a reset within seconds.
		limits: { shared: { windowMs: 5000 } },
		contacts: (perRequest) => (perRequest === 1 ? 400 : 2500),
	},
	{
		id: 'dropped',
		name: '1 % accepted, the answer lost',
		fault: { kind: 'dropAfter', probability: 0.01, seed: SEED },
		contacts: (perRequest) => (perRequest === 1 ? 400 : 2500),
	},
	{
		id: 'window',
		name: '250 requests a minute',
		limits: { shared: { limit: 250, windowMs: 60_000 } },
		contacts: (perRequest) => (perRequest === 1 ? 400 : 13_000),
	},
];

/** What n8n shows at the end. */
function lastWords({ status, data }: Execution): Pick<Suffered, 'status' | 'words'> {
	const { message, description } = data.resultData.error ?? {};
	return { status, words: [message, description].flatMap((text) => text || []) };
}

export async function suffer(
	{ n8n, sandbox, stand }: Pick<Stage, 'n8n' | 'sandbox' | 'stand'>,
	contestant: Contestant,
	trouble: Trouble,
	{ latency, count }: { latency: number; count: number },
): Promise<Suffered> {
	sandbox.reset();
	sandbox.fault({ kind: 'latency', ms: latency, times: 'always' });
	const fault = trouble.fault && sandbox.fault(trouble.fault);
	const workflow = await publish(n8n, stand, contestant, RETRY_ON_FAIL);
	const { execution, from, to } = await runOnce(n8n, workflow, count);
	return {
		trouble: trouble.id,
		contestant: contestant.id,
		count,
		wall: to - from,
		hits: fault?.hits,
		...whatArrived(sandbox, count),
		...lastWords(execution),
	};
}
