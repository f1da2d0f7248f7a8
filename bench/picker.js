const { median } = require('./statistics');

const CAMPAIGNS = 5000;

/** What is typed into the picker, and how it is called in the report. */
const SEARCHES = [
	{ name: 'opened', filter: undefined },
	{ name: 'a rare word typed', filter: 'campaign 4999' },
	{ name: 'a word that is in none', filter: 'zeppelin' },
];

/**
 * How long the campaign picker takes to its first result, as the editor asks for it.
 * @param {import('../host/n8n').N8n} n8n
 * @param {import('../sandbox/types').Sandbox} sandbox with so many campaigns
 * @param {import('./contestants').Credential} credential
 * @param {{ latency: number, rounds: number }} options
 */
async function measurePicker(n8n, sandbox, credential, { latency, rounds }) {
	const results = [];
	for (const { name, filter } of SEARCHES) {
		const times = [];
		let found = 0;
		let requests = 0;
		for (let round = 0; round < rounds; round++) {
			sandbox.reset();
			sandbox.fault({ kind: 'latency', ms: latency, times: 'always' });
			const started = Date.now();
			const { results: list } = await n8n.rest(
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

module.exports = { CAMPAIGNS, measurePicker };
