const path = require('node:path');
const { randomUUID } = require('node:crypto');
const { poll } = require('../host/n8n');
const { run } = require('../host/processes');
const { contactsOf, personOf } = require('./contestants');

const SOURCE = [
	{
		name: 'Webhook',
		type: 'n8n-nodes-base.webhook',
		typeVersion: 2,
		parameters: {
			httpMethod: 'POST',
			responseMode: 'lastNode',
			responseData: 'noData',
			options: {},
		},
	},
	{
		name: 'Contacts',
		type: 'n8n-nodes-base.splitOut',
		typeVersion: 1,
		parameters: { fieldToSplitOut: 'body.contacts', options: {} },
	},
];

/**
 * A contestant's workflow, active: a webhook hands over the contacts, then come its own nodes.
 * @param {import('../host/n8n').N8n} n8n
 * @param {import('./contestants').Stand} stand
 * @param {import('./contestants').Contestant} contestant
 * @param {object} [settings] of its nodes
 */
async function publish(n8n, stand, contestant, settings = {}) {
	const steps = contestant.steps?.(stand).map((step) => ({ ...step, ...settings })) ?? [];
	const hook = randomUUID();
	const [webhook, ...rest] = SOURCE;
	const nodes = [
		{ ...webhook, parameters: { ...webhook.parameters, path: hook } },
		...rest,
		...steps,
	];
	const connections = Object.fromEntries(
		nodes
			.slice(0, -1)
			.map(({ name }, index) => [
				name,
				{ main: [[{ node: nodes[index + 1].name, type: 'main', index: 0 }]] },
			]),
	);
	const { id } = await n8n.createWorkflow({ name: contestant.name, nodes, connections });
	await n8n.activate(id);
	return { id, hook, steps: steps.map(({ name }) => name), executions: 0 };
}

/**
 * @param {import('../host/n8n').N8n} n8n
 * @param {Awaited<ReturnType<typeof publish>>} workflow
 * @param {number} count contacts
 */
async function runOnce(n8n, workflow, count) {
	await n8n.webhook(workflow.hook, { contacts: contactsOf(count) });
	workflow.executions += 1;
	// A flood of requests keeps n8n from its database for a while, which it answers with a 503.
	const [execution] = await poll('n8n to come to itself', () =>
		n8n.waitForExecutions(workflow.id, workflow.executions).catch((error) => {
			if (error.status !== 503) throw error;
		}),
	);
	const { runData } = execution.data.resultData;
	const runs = workflow.steps.flatMap((name) => runData[name] ?? []);
	const from = Math.min(...runs.map(({ startTime }) => startTime));
	const to = Math.max(...runs.map(({ startTime, executionTime }) => startTime + executionTime));
	return { execution, from, to };
}

/** @param {import('../sandbox/types').Sandbox} sandbox */
function whatArrived(sandbox, /** @type {number} */ count) {
	const { requests, connections, maxConcurrent } = sandbox.stats();
	const perPerson = sandbox.schedulesPerPerson();
	const times = contactsOf(count).map((contact) => perPerson[personOf(contact)] ?? 0);
	return {
		requests,
		connections,
		atOnce: maxConcurrent,
		scheduled: times.filter((made) => made > 0).length,
		twice: times.filter((made) => made > 1).length,
		most: Math.max(...times),
	};
}

/**
 * @typedef {object} Stage
 * @property {import('../host/install').Host} host
 * @property {import('../host/n8n').N8n} n8n
 * @property {import('./watch').Probe} probe
 * @property {import('../sandbox/types').Sandbox} sandbox
 * @property {import('./contestants').Stand} stand
 * @property {Map<string, Awaited<ReturnType<typeof publish>>>} workflows
 */

/**
 * One run of one contestant.
 * @param {Stage} stage
 * @param {import('./contestants').Contestant} contestant
 * @param {{ count: number, latency: number, profile?: string }} options
 */
async function measure(stage, contestant, { count, latency, profile }) {
	const { host, n8n, probe, sandbox, stand, workflows } = stage;
	sandbox.reset();
	sandbox.fault({ kind: 'latency', ms: latency, times: 'always' });
	if (!contestant.steps) {
		const args = [stand.url, stand.key, String(count), String(contestant.perRequest)];
		const answer = await run(host.node, [path.join(__dirname, 'bare.js'), ...args]);
		return { ...JSON.parse(answer), ...whatArrived(sandbox, count) };
	}
	let workflow = workflows.get(contestant.id);
	if (!workflow) {
		workflow = await publish(n8n, stand, contestant);
		workflows.set(contestant.id, workflow);
	}
	const before = await probe.settle();
	const started = profile ? (await probe.startProfile()).at : 0;
	const { execution, from, to } = await runOnce(n8n, workflow, count);
	const { cpu, peakRss } = await probe.between(from, to);
	if (profile) await probe.stopProfile(profile);
	if (execution.status !== 'success') {
		throw new Error(
			`${contestant.name} with ${count} contacts: ${execution.data.resultData.error?.message}`,
		);
	}
	const after = await probe.settle();
	return {
		wall: to - from,
		cpu,
		memory: peakRss - before.rss,
		retained: after.heap - before.heap,
		...whatArrived(sandbox, count),
		...(profile && { window: { from: from - started, to: to - started } }),
	};
}

module.exports = { measure, publish, runOnce, whatArrived };
