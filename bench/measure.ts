import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import path from 'node:path';

import type { Execution } from '../host/executions';
import type { Host } from '../host/install';
import type { N8n } from '../host/n8n';
import { poll } from '../host/poll';
import { run } from '../host/processes';
import { RestError } from '../host/session';
import type { WorkflowNode } from '../host/workflows';
import type { Sandbox } from '../sandbox';
import { AT_ONCE, CAMPAIGN, contactsOf, PATH, personOf, TIME } from './contestants';
import type { Contestant, Stand } from './contestants';
import type { Window } from './profile';
import type { Probe } from './watch';

/** A contestant's workflow, active. */
interface Published {
	id: string;
	hook: string;
	steps: string[];
	executions: number;
}

export interface Stage {
	/** A temporary folder. */
	folder: string;
	host: Host;
	n8n: N8n;
	probe: Probe;
	sandbox: Sandbox;
	stand: Stand;
	workflows: Map<string, Published>;
}

export interface Arrived {
	requests: number;
	connections: number;
	atOnce: number;
	scheduled: number;
	twice: number;
	most: number;
}

export interface Measured extends Arrived {
	wall: number;
	cpu: number;
	memory: number;
	retained?: number;
	/** In the profile, if there is one. */
	window?: Window;
}

/** What the bare script sends. Fields that aren't listed go into every request. */
export interface BareJob {
	url: string;
	key: string;
	atOnce: number;
	perRequest: number;
	recipients: object[];
	campaign_id: string;
	schedule: { time: string };
}

const SOURCE: WorkflowNode[] = [
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
 * Builds a contestant's workflow: a webhook passes on the contacts to its own nodes, with
 * `settings`.
 */
export async function publish(
	n8n: N8n,
	stand: Stand,
	contestant: Contestant,
	settings: object = {},
): Promise<Published> {
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

/** Runs a workflow with this number of contacts. Returns when its own nodes began and ended. */
export async function runOnce(
	n8n: N8n,
	workflow: Published,
	count: number,
): Promise<{ execution: Execution; from: number; to: number }> {
	await n8n.webhook(workflow.hook, { contacts: contactsOf(count) });
	workflow.executions += 1;
	// Many requests may keep n8n from its database for a while, and it then answers with a 503.
	const [execution] = await poll('n8n to come to itself', () =>
		n8n.waitForExecutions(workflow.id, workflow.executions).catch((error: unknown) => {
			if (!(error instanceof RestError) || error.status !== 503) throw error;
			return undefined;
		}),
	);
	const { runData } = execution.data.resultData;
	const runs = workflow.steps.flatMap((name) => runData[name] ?? []);
	const from = Math.min(...runs.map(({ startTime }) => startTime));
	const to = Math.max(...runs.map(({ startTime, executionTime }) => startTime + executionTime));
	return { execution, from, to };
}

export function whatArrived(sandbox: Sandbox, count: number): Arrived {
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

/** Sends without n8n. */
async function runBare(
	{ folder, host, stand }: Stage,
	perRequest: number,
	count: number,
): Promise<{ wall: number; cpu: number; memory: number }> {
	const job: BareJob = {
		url: stand.url + PATH,
		key: stand.key,
		atOnce: AT_ONCE,
		perRequest,
		recipients: contactsOf(count).map(({ user_id, first_name }) => ({
			external_user_id: user_id,
			trigger_properties: { first_name },
		})),
		campaign_id: CAMPAIGN,
		schedule: { time: TIME },
	};
	const file = path.join(folder, 'bare.json');
	await writeFile(file, JSON.stringify(job));
	const answer = await run(host.node, [path.join(__dirname, 'bare.js'), file]);
	return JSON.parse(answer) as { wall: number; cpu: number; memory: number };
}

/** One run of one contestant; `profile` is the file for its profile. */
export async function measure(
	stage: Stage,
	contestant: Contestant,
	{ count, latency, profile }: { count: number; latency: number; profile?: string },
): Promise<Measured> {
	const { n8n, probe, sandbox, stand, workflows } = stage;
	sandbox.reset();
	sandbox.fault({ kind: 'latency', ms: latency, times: 'always' });
	if (!contestant.steps) {
		const bare = await runBare(stage, contestant.perRequest, count);
		return { ...bare, ...whatArrived(sandbox, count) };
	}
	let workflow = workflows.get(contestant.id);
	if (!workflow) {
		workflow = await publish(n8n, stand, contestant);
		workflows.set(contestant.id, workflow);
	}
	const before = await probe.settle();
	const zero = profile ? (await probe.startProfile()).zero : 0;
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
		...(profile && { window: { from: from - zero, to: to - zero } }),
	};
}
