const { publish, runOnce, whatArrived } = require('./measure');

/** What n8n offers against trouble, at its most: five tries, five seconds apart. */
const RETRY_ON_FAIL = { retryOnFail: true, maxTries: 5, waitBetweenTries: 5000 };

/** With it the rarer fault strikes once among the first 40 requests, so that short runs see it. */
const SEED = 71;

/**
 * What the pretend Braze does, and in which windows it counts requests.
 * @type {{ id: string, name: string, fault?: import('../sandbox/types').FaultSpec,
 *   limits?: import('../sandbox/types').SandboxOptions['limits'],
 *   contacts: (perRequest: number) => number }[]}
 */
const TROUBLES = [
	{
		id: 'refused',
		name: '2 % answered 429',
		fault: { kind: 'status', status: 429, probability: 0.02, seed: SEED },
		// So that a 429 promises room within seconds.
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

/** What n8n shows at the end. @param {any} execution */
function lastWords({ status, data }) {
	const { error } = data.resultData;
	return { status, words: error ? [error.message, error.description].filter(Boolean) : [] };
}

/**
 * @param {{ n8n: import('../host/n8n').N8n, sandbox: import('../sandbox/types').Sandbox,
 *   stand: import('./contestants').Stand }} stage
 * @param {import('./contestants').Contestant} contestant
 * @param {typeof TROUBLES[number]} trouble
 * @param {{ latency: number, count: number }} options
 */
async function suffer({ n8n, sandbox, stand }, contestant, trouble, { latency, count }) {
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

module.exports = { TROUBLES, suffer };
