const { readFile } = require('node:fs/promises');

/** Whose a file is; the first that matches. Files of none belong to whoever called them. */
const OWNERS = [
	['own', /n8n-nodes-braze-schedule\/dist\//],
	['expressions', /\/@n8n\/expression-runtime\/|\/n8n-workflow\/|\/@n8n\/tournament\//],
	['http', /\/axios\/|\/follow-redirects\/|\/@n8n\/backend-network\/|request-helper|http-request/],
	['nodes', /\/n8n-nodes-base\//],
	['n8n', /\/n8n-core\/|\/n8n\/dist\/|\/@n8n\//],
];

/** In the order in which they are shown. */
const SHARES = {
	own: "Braze Schedule's own code",
	expressions: 'n8n: parameters and expressions',
	http: 'n8n: HTTP client',
	nodes: 'n8n: its own nodes',
	n8n: 'n8n: everything else',
	node: 'Node.js: sockets, streams, timers',
	garbage: 'Garbage collection',
	program: 'Native code without a caller',
};

/**
 * CPU time in milliseconds by whose code it was, within a window of the profile. What a file asks
 * Node.js or a library to do (JSON, hashes, dates) counts as its own.
 * @param {string} file
 * @param {{ from: number, to: number }} window milliseconds after the start
 */
async function readProfile(file, { from, to }) {
	const { nodes, samples, timeDeltas, startTime } = JSON.parse(await readFile(file, 'utf8'));
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const parents = new Map();
	for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node.id);

	const owners = new Map();
	const ownerOf = (id) => {
		if (!owners.has(id)) owners.set(id, findOwner(id));
		return owners.get(id);
	};
	const findOwner = (id) => {
		const { functionName, url } = byId.get(id).callFrame;
		if (functionName === '(garbage collector)') return 'garbage';
		if (functionName === '(idle)') return 'idle';
		const match = OWNERS.find(([, pattern]) => pattern.test(url));
		if (match) return match[0];
		const caller = parents.has(id) ? ownerOf(parents.get(id)) : 'program';
		return caller === 'program' && url.startsWith('node:') ? 'node' : caller;
	};

	const shares = Object.fromEntries(Object.keys(SHARES).map((owner) => [owner, 0]));
	const hot = new Map();
	let at = startTime;
	samples.forEach((id, index) => {
		at += timeDeltas[index];
		const moment = (at - startTime) / 1000;
		if (moment < from || moment > to) return;
		const owner = ownerOf(id);
		if (owner === 'idle') return;
		const spent = (timeDeltas[index + 1] ?? 0) / 1000;
		shares[owner] += spent;
		if (owner !== 'own') return;
		let own = id;
		while (!OWNERS[0][1].test(byId.get(own).callFrame.url)) own = parents.get(own);
		const { functionName, url } = byId.get(own).callFrame;
		const name = `${functionName} (${url.split('/').pop()})`;
		hot.set(name, (hot.get(name) ?? 0) + spent);
	});
	return { shares, hot: [...hot].sort((a, b) => b[1] - a[1]).slice(0, 15) };
}

module.exports = { SHARES, readProfile };
