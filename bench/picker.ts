import type { Credential } from '../host/credentials';
import type { N8n } from '../host/n8n';
import type { Sandbox } from '../sandbox';
import { median } from './statistics';

export const CAMPAIGNS = 5000;

/** What is typed into the picker, and its name in the report. */
const SEARCHES = [
	{ name: 'opened', filter: undefined },
	{ name: 'a rare word typed', filter: 'campaign 4999' },
	{ name: 'a word that is in none', filter: 'zeppelin' },
];

export interface Search {
	name: string;
	wall: number;
	found: number;
	requests: number;
}

/**
 * How long the campaign picker takes to its first result, requested like in the editor, from a
 * sandbox with this number of campaigns.
 */
export async function measurePicker(
	n8n: N8n,
	sandbox: Sandbox,
	credential: Credential,
	{ latency, rounds }: { latency: number; rounds: number },
): Promise<Search[]> {
	const results: Search[] = [];
	for (const { name, filter } of SEARCHES) {
		const times: number[] = [];
		let found = 0;
		let requests = 0;
		for (let round = 0; round < rounds; round++) {
			sandbox.reset();
			sandbox.fault({ kind: 'latency', ms: latency, times: 'always' });
			const started = Date.now();
			const { results: list } = await n8n.rest<{ results: unknown[] }>(
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
			times.push(Date.now() - started);
			found = list.length;
			requests = sandbox.stats().requests;
		}
		results.push({ name, wall: median(times), found, requests });
	}
	return results;
}
