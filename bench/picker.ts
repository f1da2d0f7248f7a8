import type { Credential } from '../host/credentials';
import type { N8n } from '../host/n8n';
import type { Sandbox, SandboxOptions } from '../sandbox';
import { median } from './statistics';

const CAMPAIGNS = 5000;

interface Step {
	/** In the report. */
	name: string;
	filter?: string;
}

/** What a user types into the picker, one after the other; each begins with a new list. */
const SESSIONS: Step[][] = [
	[
		{ name: 'opened' },
		{ name: 'then a rare word typed', filter: 'deal campaign 499' },
		{ name: 'then one more character', filter: 'deal campaign 4998' },
	],
	[{ name: 'a rare word typed at once', filter: 'campaign 4999' }],
	[{ name: 'a word that is in none', filter: 'zeppelin' }],
];

export interface Search {
	name: string;
	wall: number;
	found: number;
	requests: number;
}

/** A workspace with many campaigns. The node keeps lists per key, so each session has its own. */
export const workspaceWithMany = (rounds: number): SandboxOptions => ({
	seedMany: { campaigns: CAMPAIGNS },
	keys: Array.from({ length: rounds * SESSIONS.length }, (_, index) => ({
		key: `bench-key-${index}`,
		permissions: 'all',
	})),
});

interface Place {
	n8n: N8n;
	sandbox: Sandbox;
	/** A credential with one of the sandbox's keys. */
	credentialWith: (key: string) => Promise<Credential>;
}

/**
 * How long the campaign picker takes to its first result, requested like in the editor, and how
 * long to the next one.
 */
export async function measurePicker(
	{ n8n, sandbox, credentialWith }: Place,
	{ latency, rounds }: { latency: number; rounds: number },
): Promise<Search[]> {
	const measured = new Map<string, Search[]>();
	sandbox.reset();
	sandbox.fault({ kind: 'latency', ms: latency, times: 'always' });
	for (let round = 0; round < rounds; round++) {
		for (const [index, steps] of SESSIONS.entries()) {
			const credential = await credentialWith(`bench-key-${round * SESSIONS.length + index}`);
			for (const { name, filter } of steps) {
				const earlier = sandbox.stats().requests;
				const started = Date.now();
				const found = await pick(n8n, credential, filter);
				const wall = Date.now() - started;
				// Pages behind the end may still be on their way.
				await settled(sandbox);
				const requests = sandbox.stats().requests - earlier;
				measured.set(name, [...(measured.get(name) ?? []), { name, wall, found, requests }]);
			}
		}
	}
	return [...measured.values()].map((times) => ({
		...times[0],
		wall: median(times.map(({ wall }) => wall)),
	}));
}

async function pick(n8n: N8n, credential: Credential, filter?: string): Promise<number> {
	const { results } = await n8n.rest<{ results: unknown[] }>(
		'POST',
		'/dynamic-node-parameters/resource-locator-results',
		{
			nodeTypeAndVersion: { name: 'n8n-nodes-braze-schedule.brazeSchedule', version: 1 },
			path: 'parameters.campaignId',
			methodName: 'searchCampaigns',
			credentials: { [credential.type]: { id: credential.id, name: credential.name } },
			currentNodeParameters: { resource: 'campaign', operation: 'create' },
			...(filter && { filter }),
		},
	);
	return results.length;
}

async function settled({ requests }: Sandbox): Promise<void> {
	let seen = -1;
	while (seen !== requests.length || requests.some(({ status }) => status === null)) {
		seen = requests.length;
		await new Promise((resolve) => setTimeout(resolve, 100));
	}
}
