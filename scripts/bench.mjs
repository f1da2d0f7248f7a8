/**
 * npm run bench: measures the node beside what one would use instead, in a real n8n against the
 * pretend Braze, and writes docs/benchmarks.md.
 * npm run bench -- --short: two minutes of it, and fails when a ratio is out of bounds.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { root, runCommand, say } from './setup.mjs';

const require = createRequire(import.meta.url);
const { ensureN8n } = require('../host/install.js');
const { packPackage } = require('../host/pack.js');
const { startN8n } = require('../host/n8n.js');
const { startSandbox } = require('../sandbox');
const { CONTESTANTS } = require('../bench/contestants.js');
const { measure } = require('../bench/measure.js');
const { CAMPAIGNS, measurePicker } = require('../bench/picker.js');
const { readProfile } = require('../bench/profile.js');
const { startCost } = require('../bench/startCost.js');
const { ratios, slips, troubleSlips } = require('../bench/targets.js');
const { TROUBLES, suffer } = require('../bench/trouble.js');
const { write } = require('../bench/write.js');
const { withProbe } = require('../bench/watch.js');

const HELP = `Usage: npm run bench [-- options]

  --sizes 100,1000,10000,50000   How many contacts (more than 10,000 only with the first latency)
  --latency 50,200               How long the pretend Braze takes to answer, in milliseconds
  --rounds 3                     How often each contestant is measured; the median counts
  --short                        Two minutes of it: checks the ratios with slack, writes nothing
  --again                        Only the profiles and what loading costs, into the figures of the last run
  --redraw                       Write the documents again from the figures of the last run
  --help                         Show this text
`;

const FULL = { sizes: '100,1000,10000,50000', latency: '50,200', rounds: '3' };
const SHORT = { sizes: '1000', latency: '50', rounds: '1' };
/** Kept out of the repository: every figure of the last full run. */
const LAST_RUN = path.join(root, '.tmp', 'benchmarks.json');
/** Beyond this, one latency is enough. */
const MANY = 10_000;

/** What has to be undone at the end, last first. */
const undo = [];

async function cleanUp() {
	for (const step of undo.splice(0).reverse()) await step();
}

/** A pretend Braze, and n8n's credentials for it. */
async function makeStand(n8n, options = {}) {
	const sandbox = await startSandbox(options);
	undo.push(() => sandbox.close());
	const { url, key } = sandbox;
	const braze = await n8n.createCredential({
		name: 'Braze API',
		type: 'brazeApi',
		data: { instance: 'custom', customUrl: url, apiKey: key },
	});
	const header = await n8n.createCredential({
		name: 'Braze header',
		type: 'httpHeaderAuth',
		data: { name: 'Authorization', value: `Bearer ${key}` },
	});
	return { sandbox, stand: { url, key, braze, header } };
}

async function setUp() {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'braze-schedule-bench-'));
	undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
	say('Building and packing the node.');
	const tarball = await packPackage({ into: folder });
	const host = await ensureN8n({ log: say });
	const probe = await withProbe();
	say(`Starting n8n ${host.version}.`);
	const userFolder = path.join(folder, 'n8n');
	const n8n = await startN8n({
		host,
		tarball,
		userFolder,
		// The Code node's helper process stays, rather than being started for every other run.
		env: { ...probe.env, N8N_RUNNERS_AUTO_SHUTDOWN_TIMEOUT: '0' },
	});
	undo.push(() => n8n.close());
	const installed = path.join(
		userFolder,
		'.n8n',
		'nodes',
		'node_modules',
		'n8n-nodes-braze-schedule',
	);
	const stand = await makeStand(n8n);
	return { folder, tarball, installed, host, probe, n8n, ...stand, workflows: new Map() };
}

const numbers = (text) => text.split(',').map(Number);
const seconds = (ms) => `${(ms / 1000).toFixed(2)} s`;

/** Every contestant in turn, round after round, so that what slows the machine slows all of them. */
async function measureAll(stage, { sizes, latencies, rounds }) {
	say('Warming up.');
	for (const contestant of CONTESTANTS) {
		await measure(stage, contestant, { count: 100, latency: latencies[0] });
	}
	const runs = [];
	for (const latency of latencies) {
		for (const count of sizes.filter((size) => size <= MANY || latency === latencies[0])) {
			for (let round = 1; round <= rounds; round++) {
				say(`${count.toLocaleString('en')} contacts, ${latency} ms, round ${round} of ${rounds}`);
				for (const contestant of CONTESTANTS.filter(({ most }) => count <= most)) {
					const run = await measure(stage, contestant, { count, latency });
					runs.push({ contestant: contestant.id, count, latency, round, ...run });
					say(
						`  ${contestant.name.padEnd(40)} wall ${seconds(run.wall)}, CPU ${seconds(run.cpu)}, ${run.requests} requests`,
					);
				}
			}
		}
	}
	return runs;
}

const PROFILED = ['expressions', 'single', 'combine'];

async function profileAll(stage, { sizes, latency }) {
	const largest = Math.max(...sizes.filter((size) => size <= MANY));
	const profiles = [];
	for (const id of PROFILED) {
		const contestant = CONTESTANTS.find((one) => one.id === id);
		const counts = id === 'combine' ? sizes.filter((size) => size >= 1000) : [largest];
		for (const count of counts) {
			say(`Profiling ${contestant.name} with ${count.toLocaleString('en')} contacts`);
			const profile = path.join(stage.folder, `${id}-${count}.cpuprofile`);
			const { window } = await measure(stage, contestant, { count, latency, profile });
			profiles.push({ contestant: id, count, ...(await readProfile(profile, window)) });
		}
	}
	return profiles;
}

async function sufferAll(
	stage,
	{ latency, who, which, countOf = ({ perRequest }, trouble) => trouble.contacts(perRequest) },
) {
	const results = [];
	for (const trouble of TROUBLES.filter(({ id }) => which.includes(id))) {
		const place = trouble.limits ? await makeStand(stage.n8n, { limits: trouble.limits }) : stage;
		for (const id of who) {
			const contestant = CONTESTANTS.find((one) => one.id === id);
			say(`${trouble.name}: ${contestant.name}`);
			const { sandbox, stand } = place;
			const count = countOf(contestant, trouble);
			const result = await suffer({ n8n: stage.n8n, sandbox, stand }, contestant, trouble, {
				latency,
				count,
			});
			say(`  ${result.scheduled} of ${result.count} scheduled, ${result.twice} more than once`);
			results.push(result);
		}
	}
	return results;
}

/** @param {{ host: { version: string, nodeVersion: string } }} stage */
const machineOf = ({ host }) => ({
	cores: os.availableParallelism(),
	memory: Math.round(os.totalmem() / 2 ** 30),
	platform: `${{ linux: 'Linux', darwin: 'macOS' }[process.platform] ?? process.platform} on ${process.arch}`,
	n8n: host.version,
	node: host.nodeVersion,
});

/** What is measured apart from the runs. */
const weigh = async (stage, { sizes, latencies: [latency] }) => ({
	profiles: await profileAll(stage, { sizes, latency }),
	start: await startCost(stage.host, stage.tarball, stage.installed, 9),
});

async function save(results) {
	await mkdir(path.dirname(LAST_RUN), { recursive: true });
	await writeFile(LAST_RUN, JSON.stringify(results));
	await write(results);
}

const lastRun = async () => JSON.parse(await readFile(LAST_RUN, 'utf8'));

async function again(stage, options) {
	await save({ ...(await lastRun()), ...(await weigh(stage, options)) });
	return 0;
}

async function full(stage, options) {
	const { latencies, rounds } = options;
	const [latency] = latencies;
	const runs = await measureAll(stage, options);
	const weights = await weigh(stage, options);
	const troubles = await sufferAll(stage, {
		latency,
		who: ['http', 'expert', 'single', 'combine'],
		which: ['refused', 'dropped', 'window'],
	});
	const many = await makeStand(stage.n8n, { seedMany: { campaigns: CAMPAIGNS } });
	say('The campaign picker');
	await save({
		date: new Date().toISOString().slice(0, 10),
		command: options.command,
		machine: machineOf(stage),
		runs,
		troubles,
		picker: await measurePicker(stage.n8n, many.sandbox, many.stand.braze, { latency, rounds }),
		...weights,
	});
	return reportSlips(runs, troubles) ? 0 : 1;
}

/** Whether nobody was lost and nobody scheduled twice, however fast or slow. */
function reportSlips(runs, troubles) {
	const found = [...slips(runs), ...troubleSlips(troubles)];
	for (const slip of found) say(`  ✗ ${slip}`);
	return found.length === 0;
}

/** A ratio that is out of bounds may be the machine's doing, so it is measured once more. */
async function short(stage, options) {
	const [latency] = options.latencies;
	const troubles = await sufferAll(stage, {
		latency,
		who: ['single', 'combine'],
		which: ['refused', 'dropped'],
		countOf: ({ perRequest }) => perRequest * 50,
	});
	for (let attempt = 1; ; attempt++) {
		const runs = await measureAll(stage, options);
		if (!reportSlips(runs, troubles)) return 1;
		const found = ratios(runs);
		const out = found.filter(({ median, most, slack }) => median > most * slack);
		say();
		for (const { text, median, most, slack } of found) {
			say(
				`  ${median > most * slack ? '✗' : '✓'} ${text}: ${median.toFixed(2)}, at most ${(most * slack).toFixed(2)} here (target ${most})`,
			);
		}
		if (out.length === 0) return 0;
		if (attempt === 2) return 1;
		say('\nOnce more, for the machine may have been busy.');
	}
}

async function main() {
	const { values } = parseArgs({
		options: {
			sizes: { type: 'string' },
			latency: { type: 'string' },
			rounds: { type: 'string' },
			short: { type: 'boolean' },
			again: { type: 'boolean' },
			redraw: { type: 'boolean' },
			help: { type: 'boolean' },
		},
	});
	if (values.help) {
		say(HELP);
		return 0;
	}
	if (values.redraw) {
		await write(await lastRun());
		return 0;
	}
	const chosen = { ...(values.short ? SHORT : FULL), ...values };
	const options = {
		sizes: numbers(chosen.sizes),
		latencies: numbers(chosen.latency),
		rounds: Number(chosen.rounds),
		command: ['npm run bench', ...process.argv.slice(2)].join(' ').replace(' --', ' -- --'),
	};
	const stage = await setUp();
	const what = values.short ? short : values.again ? again : full;
	return await what(stage, options);
}

await runCommand(main, cleanUp);
