import { createHash } from 'node:crypto';
import fs from 'node:fs';
import fsp from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { lock } from 'proper-lockfile';
import type { LockOptions } from 'proper-lockfile';

import { plainEnv, run } from './processes';
import { findProgram } from './programs';

/** Each n8n line is one folder with a manifest and a lock file. */
const LINES = {
	'2.x': { folder: 'n8n-2', native: ['sqlite3'] },
	'1.x': { folder: 'n8n-1', native: ['sqlite3'] },
};

export type Line = keyof typeof LINES;

/** Takes what is to be said of the progress. */
type Log = (line: string) => void;

/** An installed n8n. */
export interface Host {
	dir: string;
	node: string;
	n8nBin: string;
	version: string;
	nodeVersion: string;
}

const MANIFEST = ['package.json', 'package-lock.json', '.npmrc'];
const PROGRESS_EVERY_MS = 10_000;
const POLL_MS = 1_000;
/** The lock's owner refreshes it far more often than this. */
const LOCK_STALE_AFTER_MS = 30_000;

const silent: Log = () => {};

const elapsed = (since: number): string => {
	const seconds = Math.round((Date.now() - since) / 1000);
	return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
};

const cacheRoot = () =>
	path.join(
		process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
		'n8n-nodes-braze-schedule',
	);

const readJson = <Content>(file: string): Content =>
	JSON.parse(fs.readFileSync(file, 'utf8')) as Content;

function fingerprint(folder: string): string {
	const hash = createHash('sha256');
	for (const file of MANIFEST) hash.update(fs.readFileSync(path.join(folder, file)));
	return hash.update(`${process.platform}-${process.arch}`).digest('hex').slice(0, 16);
}

function describe(dir: string): Host {
	const modules = path.join(dir, 'node_modules');
	const version = (name: string) =>
		readJson<{ version: string }>(path.join(modules, name, 'package.json')).version;
	return {
		dir,
		node: path.join(modules, 'node', 'bin', 'node'),
		n8nBin: path.join(modules, 'n8n', 'bin', 'n8n'),
		version: version('n8n'),
		nodeVersion: version('node'),
	};
}

/** The tools for a C++ build that this machine lacks. */
function missingBuildTools(): string[] {
	const needs: Array<[string, string[]]> = [
		['python3', ['python3', 'python']],
		['make', ['make', 'gmake']],
		['g++', ['g++', 'c++', 'clang++']],
	];
	return needs.filter(([, commands]) => !findProgram(commands)).map(([name]) => name);
}

/**
 * npm creates every folder first and fills it later: a package is complete once its manifest
 * exists.
 */
async function countPackages(modules: string): Promise<number> {
	const names = await fsp.readdir(modules).catch(() => []);
	const scopes = names.filter((name) => name.startsWith('@'));
	const scoped = await Promise.all(
		scopes.map(async (scope) =>
			(await fsp.readdir(path.join(modules, scope)).catch(() => [])).map((name) =>
				path.join(scope, name),
			),
		),
	);
	return [...names, ...scoped.flat()].filter((name) =>
		fs.existsSync(path.join(modules, name, 'package.json')),
	).length;
}

interface Progress {
	log: Log;
	since: number;
}

/** Runs a step and prints a line from time to time, so that it doesn't look stuck. */
async function step<Result>(
	{ log, since }: Progress,
	what: string,
	work: () => Promise<Result>,
	detail: () => Promise<string> = async () => '',
): Promise<Result> {
	const line = async () => log(`  ${elapsed(since)}  ${what}${await detail()}`);
	await line();
	const ticker = setInterval(() => void line(), PROGRESS_EVERY_MS);
	try {
		return await work();
	} finally {
		clearInterval(ticker);
	}
}

/**
 * Builds one native module with the Node.js that n8n will run on. The headers come from the `node`
 * package if it includes them, so that only the npm registry is needed.
 */
async function buildNative(host: Host, name: string): Promise<void> {
	const modules = path.join(host.dir, 'node_modules');
	const cwd = path.join(modules, name);
	const PATH = [path.dirname(host.node), process.env.PATH].join(path.delimiter);
	const env = plainEnv({ PATH });
	const missing = missingBuildTools();
	if (missing.length === 0) {
		const nested = path.join(modules, 'node', 'node_modules');
		const headers = (await fsp.readdir(nested).catch(() => []))
			.map((entry) => path.join(nested, entry))
			.find((entry) => fs.existsSync(path.join(entry, 'include', 'node', 'node_api.h')));
		const gyp = path.join(modules, 'node-gyp', 'bin', 'node-gyp.js');
		const args = [gyp, 'rebuild', `--jobs=${os.cpus().length}`];
		await run(host.node, headers ? [...args, `--nodedir=${headers}`] : args, { cwd, env });
	} else {
		const prebuilt = path.join(modules, 'prebuild-install', 'bin.js');
		await run(host.node, [prebuilt, '-r', 'napi'], { cwd, env }).catch(() => {
			throw new Error(
				`${name}, which n8n keeps its data with, has to be built on this machine, and that ` +
					`needs ${new Intl.ListFormat('en').format(missing)}. On Debian or Ubuntu: ` +
					'"apt-get install python3 make g++"; on macOS: "xcode-select --install". ' +
					'Then run the same command again.',
			);
		});
	}
	// Intermediate files of tens of megabytes.
	await fsp.rm(path.join(cwd, 'build', 'Release', 'obj.target'), { recursive: true, force: true });
}

async function install(
	manifest: string,
	native: string[],
	target: string,
	log: Log,
): Promise<void> {
	const progress = { log, since: Date.now() };
	const { dependencies } = readJson<{ dependencies: { n8n: string; node: string } }>(
		path.join(manifest, 'package.json'),
	);
	const { packages } = readJson<{ packages: object }>(path.join(manifest, 'package-lock.json'));
	const total = Object.keys(packages).filter(
		(key) => key.lastIndexOf('node_modules/') === 0,
	).length;
	log(
		`Installing n8n ${dependencies.n8n} and Node ${dependencies.node} into ${target} ` +
			'(once; a few minutes, 2 GB).',
	);

	const draft = await fsp.mkdtemp(`${target}.draft-`);
	try {
		for (const file of MANIFEST) {
			await fsp.copyFile(path.join(manifest, file), path.join(draft, file));
		}
		const modules = path.join(draft, 'node_modules');
		// Also on the command line: there it overrides a setting in the user's own .npmrc.
		const flags = ['--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error'];
		await step(
			progress,
			'n8n: fetching and unpacking packages',
			() =>
				run('npm', ['ci', '--ignore-scripts', '--legacy-peer-deps', ...flags], {
					cwd: draft,
					env: plainEnv(),
				}),
			async () => `, ${await countPackages(modules)} of about ${total}`,
		);
		await step(progress, `Node ${dependencies.node}: fetching`, () =>
			run('npm', ['rebuild', 'node', '--ignore-scripts=false', ...flags], {
				cwd: draft,
				env: plainEnv(),
			}),
		);
		const host = describe(draft);
		for (const name of native) {
			await step(progress, `${name}: building`, () => buildNative(host, name));
		}
		await step(progress, 'trying it', () =>
			run(host.node, ['-e', native.map((name) => `require('${name}')`).join(';')], { cwd: draft }),
		);
		await fsp.rename(draft, target).catch((error: unknown) => {
			// Another process was faster: its result is just as good.
			if (!fs.existsSync(target)) throw error;
		});
		log(`  ${elapsed(progress.since)}  n8n ${dependencies.n8n} is installed.`);
	} finally {
		await fsp.rm(draft, { recursive: true, force: true });
	}
}

const isLocked = (error: unknown) => (error as NodeJS.ErrnoException).code === 'ELOCKED';

/**
 * Runs `work` unless another run has done it. The owner of the lock keeps it fresh, so the age
 * shows that a lock is left over from a killed run. The lock only saves work: `install` is safe
 * without it.
 */
async function withLock(
	target: string,
	log: Log,
	isDone: () => boolean,
	work: () => Promise<void>,
): Promise<void> {
	const options: LockOptions = {
		lockfilePath: `${target}.installing`,
		// What is to be installed doesn't exist yet.
		realpath: false,
		stale: LOCK_STALE_AFTER_MS,
		onCompromised: () => {},
	};
	const retries = { forever: true, factor: 1, minTimeout: POLL_MS };
	const release = await lock(target, options).catch(async (error: unknown) => {
		if (!isLocked(error)) throw error;
		const progress = { log, since: Date.now() };
		return await step(progress, 'another run is installing n8n; waiting for it', () =>
			lock(target, { ...options, retries }),
		);
	});
	try {
		if (!isDone()) await work();
	} finally {
		// The lock expires if this machine slept for a while.
		await release().catch(() => undefined);
	}
}

/**
 * An n8n of the given line with its own Node.js, installed once per machine and lock file in the
 * user's cache folder (XDG_CACHE_HOME, or ~/.cache).
 */
export async function ensureN8n({
	line = '2.x',
	log = silent,
}: { line?: Line; log?: Log } = {}): Promise<Host> {
	if (process.platform === 'win32') {
		throw new Error('This runs on Linux and macOS. On Windows, use it inside WSL.');
	}
	const { folder, native } = LINES[line];
	const manifest = path.join(__dirname, folder);
	const target = path.join(cacheRoot(), `n8n-${fingerprint(manifest)}`);
	const isDone = () => fs.existsSync(target);

	if (!isDone()) {
		await fsp.mkdir(path.dirname(target), { recursive: true });
		await withLock(target, log, isDone, async () => {
			// Drafts of killed runs. Only the owner of the lock works here.
			for (const entry of await fsp.readdir(path.dirname(target))) {
				if (entry.startsWith(`${path.basename(target)}.draft-`)) {
					await fsp.rm(path.join(path.dirname(target), entry), { recursive: true, force: true });
				}
			}
			await install(manifest, native, target, log);
		});
	}
	return describe(target);
}
