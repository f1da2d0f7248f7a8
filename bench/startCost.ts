import { readdir, stat } from 'node:fs/promises';
import path from 'node:path';

import type { Host } from '../host/install';
import { run } from '../host/processes';
import { median } from './statistics';

const NODE = 'dist/nodes/BrazeSchedule/BrazeSchedule.node.js';
const CREDENTIAL = 'dist/credentials/BrazeApi.credentials.js';

/**
 * In a new process: first n8n-workflow, which every n8n has loaded, then the node and credential.
 */
const LOAD = `
const [modules, folder] = process.argv.slice(1);
const { createRequire } = require('node:module');
const started = performance.now();
createRequire(modules)('n8n-workflow');
const between = performance.now();
const { BrazeSchedule } = require(folder + '/${NODE}');
const { BrazeApi } = require(folder + '/${CREDENTIAL}');
new BrazeSchedule().description;
new BrazeApi();
console.log(JSON.stringify({ workflow: between - started, node: performance.now() - between }));
`;

async function sizeOf(folder: string): Promise<number> {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile());
	const sizes = files.map(async (file) => (await stat(path.join(file.parentPath, file.name))).size);
	return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

interface Loaded {
	workflow: number;
	node: number;
}

export interface StartCost extends Loaded {
	nodeMost: number;
	tarball: number;
	dist: number;
}

/** What the package, installed in `folder`, costs an n8n that never runs it. */
export async function startCost(
	host: Host,
	tarball: string,
	folder: string,
	rounds: number,
): Promise<StartCost> {
	const modules = path.join(path.dirname(host.n8nBin), 'package.json');
	const times: Loaded[] = [];
	for (let round = 0; round < rounds; round++) {
		const env = { ...process.env, NODE_PATH: path.join(path.dirname(host.n8nBin), '..', '..') };
		const answer = await run(host.node, ['-e', LOAD, modules, folder], { env });
		times.push(JSON.parse(answer) as Loaded);
	}
	return {
		workflow: median(times.map((time) => time.workflow)),
		node: median(times.map((time) => time.node)),
		nodeMost: Math.max(...times.map((time) => time.node)),
		tarball: (await stat(tarball)).size,
		dist: await sizeOf(path.join(folder, 'dist')),
	};
}
