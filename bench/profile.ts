import { readFile } from 'node:fs/promises';

/** In milliseconds of the clock that profiles are written with. */
export interface Window {
	from: number;
	to: number;
}

export type Owner = keyof typeof SHARES;

export interface Profile {
	/** CPU time in milliseconds, by the owner of the code. */
	shares: Record<Owner, number>;
	/** The node's own functions that take the most time, in milliseconds. */
	hot: Array<[name: string, spent: number]>;
}

interface ProfileNode {
	id: number;
	callFrame: { functionName: string; url: string };
	children?: number[];
}

interface CpuProfile {
	nodes: ProfileNode[];
	samples: number[];
	timeDeltas: number[];
	startTime: number;
}

const OWN = /n8n-nodes-braze-schedule\/dist\//;

/** The owner of a file; the first match applies. Other files belong to their callers. */
const OWNERS: Array<[Owner, RegExp]> = [
	['own', OWN],
	['expressions', /\/@n8n\/expression-runtime\/|\/n8n-workflow\/|\/@n8n\/tournament\//],
	['http', /\/axios\/|\/follow-redirects\/|\/@n8n\/backend-network\/|request-helper|http-request/],
	['nodes', /\/n8n-nodes-base\//],
	['n8n', /\/n8n-core\/|\/n8n\/dist\/|\/@n8n\//],
];

/** In the order in which they are shown. */
export const SHARES = {
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
 * CPU time in milliseconds by the owner of the code, within a window of the profile. What a file
 * asks Node.js or a library to do (JSON, hashes, dates) counts as its own.
 */
export async function readProfile(file: string, { from, to }: Window): Promise<Profile> {
	const { nodes, samples, timeDeltas, startTime } = JSON.parse(
		await readFile(file, 'utf8'),
	) as CpuProfile;
	const byId = new Map(nodes.map((node) => [node.id, node]));
	const parents = new Map<number, number>();
	for (const node of nodes) for (const child of node.children ?? []) parents.set(child, node.id);

	const frameOf = (id: number) => {
		const node = byId.get(id);
		if (!node) throw new Error(`${file} has no node ${id}.`);
		return node.callFrame;
	};
	const owners = new Map<number, Owner | 'idle'>();
	const ownerOf = (id: number) => {
		const owner = owners.get(id) ?? findOwner(id);
		owners.set(id, owner);
		return owner;
	};
	const findOwner = (id: number): Owner | 'idle' => {
		const { functionName, url } = frameOf(id);
		if (functionName === '(garbage collector)') return 'garbage';
		if (functionName === '(idle)') return 'idle';
		const match = OWNERS.find(([, pattern]) => pattern.test(url));
		if (match) return match[0];
		const parent = parents.get(id);
		const caller = parent === undefined ? 'program' : ownerOf(parent);
		return caller === 'program' && url.startsWith('node:') ? 'node' : caller;
	};

	const shares = Object.fromEntries(Object.keys(SHARES).map((owner) => [owner, 0])) as Record<
		Owner,
		number
	>;
	const hot = new Map<string, number>();
	let at = startTime;
	samples.forEach((id, index) => {
		at += timeDeltas[index];
		const moment = at / 1000;
		if (moment < from || moment > to) return;
		const owner = ownerOf(id);
		if (owner === 'idle') return;
		const spent = (timeDeltas[index + 1] ?? 0) / 1000;
		shares[owner] += spent;
		if (owner !== 'own') return;
		let own: number | undefined = id;
		while (own !== undefined && !OWN.test(frameOf(own).url)) own = parents.get(own);
		const { functionName, url } = frameOf(own ?? id);
		const name = `${functionName} (${url.split('/').pop()})`;
		hot.set(name, (hot.get(name) ?? 0) + spent);
	});
	return { shares, hot: [...hot].sort((a, b) => b[1] - a[1]).slice(0, 15) };
}
