/**
 * npm run bench: compares the node with its alternatives, in a complete n8n against the sandbox,
 * and writes docs/benchmarks.md. npm run bench -- --short: two minutes of it, and fails if a ratio
 * is out of bounds.
 */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';

import { contestantOf, CONTESTANTS } from '../bench/contestants';
import type { Contestant, Stand } from '../bench/contestants';
import { measure } from '../bench/measure';
import type { Stage } from '../bench/measure';
import { measurePicker, workspaceWithMany } from '../bench/picker';
import { readProfile } from '../bench/profile';
import { referenceCosts, referenceTable } from '../bench/references';
import type { Results } from '../bench/report';
import { startCost } from '../bench/startCost';
import { ratios, slips, troubleSlips } from '../bench/targets';
import type { Run } from '../bench/targets';
import { suffer, TROUBLES } from '../bench/trouble';
import type { Suffered, Trouble } from '../bench/trouble';
import { withProbe } from '../bench/watch';
import { write, writeReferences } from '../bench/write';
import { ensureN8n } from '../host/install';
import { startN8n } from '../host/n8n';
import type { N8n } from '../host/n8n';
import { packPackage } from '../host/pack';
import { startSandbox } from '../sandbox';
import type { Sandbox, SandboxOptions } from '../sandbox';
import { root, runCommand, say, Undo } from './setup';

const HELP = `Usage: npm run bench [-- options]

  --sizes 100,1000,10000,50000   How many contacts (more than 10,000 only with the first latency)
  --latency 50,200               How long the sandbox takes to answer, in milliseconds
  --rounds 3                     How often each contestant is measured; the median is used
  --only fields,expert           Only these contestants, pair by pair; prints the ratios, writes nothing
  --short                        A two-minute run: checks the ratios with a margin, writes nothing
  --references                   Measure only what references cost, and write it; fails if a ratio is out of bounds
  --again                        Measure only the profiles and the cost of loading, and add them to the last run
  --redraw                       Write the documents again from the figures of the last run
  --help                         Show this text
`;

const FULL = { sizes: '100,1000,10000,50000', latency: '50,200', rounds: '3' };
const SHORT = { sizes: '1000', latency: '50', rounds: '1' };
/** Not in the repository: all figures of the last full run. */
const LAST_RUN = path.join(root, '.tmp', 'benchmarks.json');
/** Above this number, one latency is enough. */
const MANY = 10_000;

const undo = new Undo();

interface Options {
	sizes: number[];
	latencies: number[];
	rounds: number;
	contestants: Contestant[];
	/** The command with its arguments. */
	command: string;
}

/** Where the contestants run, and what is measured there. */
interface Bench extends Stage {
	tarball: string;
	/** The folder of the package in n8n. */
	installed: string;
}

/** A sandbox, and n8n's credentials for it. */
async function makeStand(
	n8n: N8n,
	options: SandboxOptions = {},
): Promise<{ sandbox: Sandbox; stand: Stand }> {
	const sandbox = await startSandbox(options);
	undo.add(() => sandbox.close());
	const { url, key } = sandbox;
	const braze = await brazeCredential(n8n, url, key);
	const header = await n8n.createCredential({
		name: 'Braze header',
		type: 'httpHeaderAuth',
		data: { name: 'Authorization', value: `Bearer ${key}` },
	});
	return { sandbox, stand: { url, key, braze, header } };
}

const brazeCredential = async (n8n: N8n, customUrl: string, apiKey: string) =>
	await n8n.createCredential({
		name: 'Braze API',
		type: 'brazeApi',
		data: { instance: 'custom', customUrl, apiKey },
	});

async function setUp(): Promise<Bench> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'braze-schedule-bench-'));
	undo.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
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
		// Keeps the Code node's helper process, so that it isn't started for every other run.
		env: { ...probe.env, N8N_RUNNERS_AUTO_SHUTDOWN_TIMEOUT: '0' },
	});
	undo.add(() => n8n.close());
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

const numbers = (text: string) => text.split(',').map(Number);
const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;

/** The contestants run in rounds, one after the other, so that a slow machine slows all of them. */
async function measureAll(
	stage: Stage,
	{ sizes, latencies, rounds, contestants }: Options,
): Promise<Run[]> {
	say('Warming up.');
	for (const contestant of contestants) {
		await measure(stage, contestant, { count: 100, latency: latencies[0] });
	}
	const runs: Run[] = [];
	for (const latency of latencies) {
		for (const count of sizes.filter((size) => size <= MANY || latency === latencies[0])) {
			for (let round = 1; round <= rounds; round++) {
				say(`${count.toLocaleString('en')} contacts, ${latency} ms, round ${round} of ${rounds}`);
				for (const contestant of contestants.filter(({ most }) => count <= most)) {
					const run = await measure(stage, contestant, { count, latency });
					runs.push({ contestant: contestant.id, count, latency, round, ...run });
					say(
						`  ${contestant.name.padEnd(40)} wall ${seconds(run.wall)}, CPU ${seconds(run.cpu)}, ${Math.round(run.memory / 1e6)} MB, ${run.requests} requests`,
					);
				}
			}
		}
	}
	return runs;
}

type Profiles = Results['profiles'];

const PROFILED = ['expressions', 'single', 'combine', 'fields'];
/** Profiled with each number of contacts. */
const AT_EACH_SIZE = ['combine', 'fields'];

async function profileAll(
	stage: Stage,
	{ sizes, latencies, contestants }: Options,
): Promise<Profiles> {
	const [latency] = latencies;
	const largest = Math.max(...sizes.filter((size) => size <= MANY));
	const profiles: Profiles = [];
	for (const id of PROFILED.filter((one) => contestants.includes(contestantOf(one)))) {
		const contestant = contestantOf(id);
		const counts = AT_EACH_SIZE.includes(id) ? sizes.filter((size) => size >= 1000) : [largest];
		for (const count of counts) {
			say(`Profiling ${contestant.name} with ${count.toLocaleString('en')} contacts`);
			const profile = path.join(stage.folder, `${id}-${count}.cpuprofile`);
			const { window } = await measure(stage, contestant, { count, latency, profile });
			if (!window) throw new Error(`There is no profile of ${contestant.name}.`);
			profiles.push({ contestant: id, count, ...(await readProfile(profile, window)) });
		}
	}
	return profiles;
}

interface Suffering {
	latency: number;
	/** The contestants. */
	who: string[];
	/** The faults. */
	which: string[];
	/** The numbers of contacts. */
	countOf?: (contestant: Contestant, trouble: Trouble) => number;
}

async function sufferAll(
	stage: Stage,
	{
		latency,
		who,
		which,
		countOf = ({ perRequest }, trouble) => trouble.contacts(perRequest),
	}: Suffering,
): Promise<Suffered[]> {
	const results: Suffered[] = [];
	for (const trouble of TROUBLES.filter(({ id }) => which.includes(id))) {
		const place = trouble.limits ? await makeStand(stage.n8n, { limits: trouble.limits }) : stage;
		for (const id of who) {
			const contestant = contestantOf(id);
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

const SYSTEMS: Partial<Record<NodeJS.Platform, string>> = { linux: 'Linux', darwin: 'macOS' };

const machineOf = ({ host }: Stage): Results['machine'] => ({
	cores: os.availableParallelism(),
	memory: Math.round(os.totalmem() / 2 ** 30),
	platform: `${SYSTEMS[process.platform] ?? process.platform} on ${process.arch}`,
	n8n: host.version,
	node: host.nodeVersion,
});

/** What is measured separately from the runs. */
const weigh = async (
	stage: Bench,
	options: Options,
): Promise<Pick<Results, 'profiles' | 'start'>> => ({
	profiles: await profileAll(stage, options),
	start: await startCost(stage.host, stage.tarball, stage.installed, 9),
});

async function save(results: Results): Promise<void> {
	await mkdir(path.dirname(LAST_RUN), { recursive: true });
	await writeFile(LAST_RUN, JSON.stringify(results));
	await write(results);
}

const lastRun = async () => JSON.parse(await readFile(LAST_RUN, 'utf8')) as Results;

async function again(stage: Bench, options: Options): Promise<number> {
	await save({ ...(await lastRun()), ...(await weigh(stage, options)) });
	return 0;
}

async function full(stage: Bench, options: Options): Promise<number> {
	const { latencies, rounds } = options;
	const [latency] = latencies;
	const runs = await measureAll(stage, options);
	const weights = await weigh(stage, options);
	const troubles = await sufferAll(stage, {
		latency,
		who: ['http', 'expert', 'single', 'combine'],
		which: ['refused', 'dropped', 'window'],
	});
	const { n8n } = stage;
	const { sandbox: many } = await makeStand(n8n, workspaceWithMany(rounds));
	say('The campaign picker');
	const picker = await measurePicker(
		{
			n8n,
			sandbox: many,
			credentialWith: async (key) => await brazeCredential(n8n, many.url, key),
		},
		{ latency, rounds },
	);
	await save({
		date: new Date().toISOString().slice(0, 10),
		command: options.command,
		machine: machineOf(stage),
		runs,
		troubles,
		picker,
		...weights,
	});
	return reportSlips(runs, troubles) ? 0 : 1;
}

/** Whether every contact was scheduled exactly once, regardless of the speed. */
function reportSlips(runs: Run[], troubles: Suffered[]): boolean {
	const found = [...slips(runs), ...troubleSlips(troubles)];
	for (const slip of found) say(`  ✗ ${slip}`);
	return found.length === 0;
}

/** The machine may have caused a ratio that is out of bounds, so it is measured once more. */
async function short(stage: Bench, options: Options): Promise<number> {
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
		say('\nOnce more, because the machine may have been busy.');
	}
}

/** Some contestants, pair by pair, with their ratios and where their own time goes. */
async function some(stage: Bench, options: Options): Promise<number> {
	const runs = await measureAll(stage, options);
	for (const latency of options.latencies) {
		for (const count of options.sizes) {
			say(`${count.toLocaleString('en')} contacts, ${latency} ms`);
			for (const { text, most, median, range } of ratios(runs, { latency, count })) {
				const [least, largest] = range.map((value) => value.toFixed(2));
				say(`  ${text}: ${median.toFixed(2)} (${least}–${largest}), to reach: ${most}`);
			}
		}
	}
	for (const { contestant, count, shares, hot } of await profileAll(stage, options)) {
		const each = (ms: number) => `${((ms / count) * 1000).toFixed(1)} µs`;
		say(`${contestant}, ${count.toLocaleString('en')} contacts, CPU per contact`);
		for (const [owner, spent] of Object.entries(shares)) say(`  ${owner}: ${each(spent)}`);
		for (const [name, spent] of hot) say(`    ${name}: ${each(spent)}`);
	}
	return reportSlips(runs, []) ? 0 : 1;
}

/** What docs/benchmarks.md shows. */
const REFERENCES = 'npm run bench -- --references';

/**
 * Without arguments, what the limits are meant for, and it is written; smaller sizes and one round
 * for a first look.
 */
async function references(stage: Bench, options: Options): Promise<number> {
	const { sizes, latencies, rounds } = options;
	const isFull = options.command === REFERENCES;
	stage.sandbox.fault({ kind: 'latency', ms: latencies[0], times: 'always' });
	const list = Math.max(...sizes.filter((size) => size <= MANY));
	const compared = await referenceCosts({ ...stage, say }, { list, fill: 5, rounds, calls: 15 });
	const text = referenceTable(compared);
	say(`\n${text}\n`);
	if (isFull) await writeReferences(text);
	for (const { what, with: other, ratio, most } of compared) {
		say(`  ${ratio > most ? '✗' : '✓'} ${what} / ${other}: ${ratio.toFixed(2)}, at most ${most}`);
	}
	return compared.every(({ ratio, most, isExplained }) => isExplained || ratio <= most) ? 0 : 1;
}

async function main(): Promise<number> {
	const { values } = parseArgs({
		options: {
			sizes: { type: 'string' },
			latency: { type: 'string' },
			rounds: { type: 'string' },
			only: { type: 'string' },
			short: { type: 'boolean' },
			references: { type: 'boolean' },
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
	const options: Options = {
		sizes: numbers(chosen.sizes),
		latencies: numbers(chosen.latency),
		rounds: Number(chosen.rounds),
		contestants: values.only?.split(',').map(contestantOf) ?? CONTESTANTS,
		command: ['npm run bench', ...process.argv.slice(2)].join(' ').replace(' --', ' -- --'),
	};
	const stage = await setUp();
	const parts: Array<[unknown, typeof full]> = [
		[values.only, some],
		[values.references, references],
		[values.short, short],
		[values.again, again],
	];
	const [, what] = parts.find(([isWanted]) => isWanted) ?? [true, full];
	return await what(stage, options);
}

void runCommand(main, undo.all);
