const { stat } = require('node:fs/promises');
const path = require('node:path');
const { readdir } = require('node:fs/promises');
const { run } = require('../host/processes');
const { median } = require('./statistics');

const NODE = 'dist/nodes/BrazeSchedule/BrazeSchedule.node.js';
const CREDENTIAL = 'dist/credentials/BrazeApi.credentials.js';

/** In a new process: first n8n-workflow, which every n8n has loaded, then the node and credential. */
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

/** @param {string} folder */
async function sizeOf(folder) {
	const entries = await readdir(folder, { recursive: true, withFileTypes: true });
	const files = entries.filter((entry) => entry.isFile());
	const sizes = files.map(
		async (file) => (await stat(path.join(file.parentPath ?? file.path, file.name))).size,
	);
	return (await Promise.all(sizes)).reduce((sum, size) => sum + size, 0);
}

/**
 * What the package costs an n8n that never runs it.
 * @param {import('../host/install').Host} host
 * @param {string} tarball
 * @param {string} folder the installed package
 * @param {number} rounds
 */
async function startCost(host, tarball, folder, rounds) {
	const modules = path.join(path.dirname(host.n8nBin), 'package.json');
	const times = [];
	for (let round = 0; round < rounds; round++) {
		const env = { ...process.env, NODE_PATH: path.join(path.dirname(host.n8nBin), '..', '..') };
		times.push(JSON.parse(await run(host.node, ['-e', LOAD, modules, folder], { env })));
	}
	return {
		workflow: median(times.map((time) => time.workflow)),
		node: median(times.map((time) => time.node)),
		nodeMost: Math.max(...times.map((time) => time.node)),
		tarball: (await stat(tarball)).size,
		dist: await sizeOf(path.join(folder, 'dist')),
	};
}

module.exports = { startCost };
