const { createHash } = require('node:crypto');
const fs = require('node:fs');
const fsp = require('node:fs/promises');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { plainEnv, run } = require('./processes');

/** Each line of n8n is one folder with a manifest and a lock file. */
const LINES = {
	'2.x': { folder: 'n8n-2', native: ['sqlite3'] },
	'1.x': { folder: 'n8n-1', native: ['sqlite3'] },
};

const MANIFEST = ['package.json', 'package-lock.json', '.npmrc'];
const PROGRESS_EVERY = 10_000;
const POLL_EVERY = 1_000;
/** The lock's owner touches it far more often than this. */
const LOCK_STALE_AFTER = 30_000;

const silent = () => {};

/** @param {number} since */
const elapsed = (since) => {
	const seconds = Math.round((Date.now() - since) / 1000);
	return `${Math.floor(seconds / 60)}m${String(seconds % 60).padStart(2, '0')}s`;
};

const cacheRoot = () =>
	path.join(
		process.env.XDG_CACHE_HOME || path.join(os.homedir(), '.cache'),
		'n8n-nodes-braze-schedule',
	);

/** @param {string} folder */
function fingerprint(folder) {
	const hash = createHash('sha256');
	for (const file of MANIFEST) hash.update(fs.readFileSync(path.join(folder, file)));
	return hash.update(`${process.platform}-${process.arch}`).digest('hex').slice(0, 16);
}

/** @param {string} dir an installed n8n */
function describe(dir) {
	const modules = path.join(dir, 'node_modules');
	/** @param {string} name */
	const version = (name) =>
		JSON.parse(fs.readFileSync(path.join(modules, name, 'package.json'), 'utf8')).version;
	return {
		dir,
		node: path.join(modules, 'node', 'bin', 'node'),
		n8nBin: path.join(modules, 'n8n', 'bin', 'n8n'),
		version: /** @type {string} */ (version('n8n')),
		nodeVersion: /** @type {string} */ (version('node')),
	};
}

/** @typedef {ReturnType<typeof describe>} Host */

/** @param {string[]} commands */
const onPath = (...commands) =>
	commands.some((command) =>
		(process.env.PATH ?? '')
			.split(path.delimiter)
			.some((folder) => folder && fs.existsSync(path.join(folder, command))),
	);

/** What a C++ build needs and this machine lacks. */
function missingBuildTools() {
	/** @type {[string, string[]][]} */
	const needs = [
		['python3', ['python3', 'python']],
		['make', ['make', 'gmake']],
		['g++', ['g++', 'c++', 'clang++']],
	];
	return needs.filter(([, commands]) => !onPath(...commands)).map(([name]) => name);
}

/**
 * npm makes every folder first and fills it later: a package has come when its manifest has.
 * @param {string} modules
 */
async function countPackages(modules) {
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

/**
 * Runs a step with a line every now and then, so that minutes of silence are not taken for a hang.
 * @template T
 * @param {{ log: (line: string) => void, since: number }} progress
 * @param {string} what
 * @param {() => Promise<T>} work
 * @param {() => Promise<string>} [detail]
 */
async function step({ log, since }, what, work, detail = async () => '') {
	const line = async () => log(`  ${elapsed(since)}  ${what}${await detail()}`);
	await line();
	const ticker = setInterval(() => void line(), PROGRESS_EVERY);
	try {
		return await work();
	} finally {
		clearInterval(ticker);
	}
}

/**
 * Builds one native module with the Node that n8n will run on. The headers come with the `node`
 * package where it brings them, so that nothing but the npm registry is asked.
 * @param {Host} host
 * @param {string} name
 */
async function buildNative(host, name) {
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
	// Intermediate files, tens of megabytes of them.
	await fsp.rm(path.join(cwd, 'build', 'Release', 'obj.target'), { recursive: true, force: true });
}

/**
 * @param {string} manifest
 * @param {string[]} native
 * @param {string} target
 * @param {(line: string) => void} log
 */
async function install(manifest, native, target, log) {
	const progress = { log, since: Date.now() };
	const { dependencies } = JSON.parse(
		await fsp.readFile(path.join(manifest, 'package.json'), 'utf8'),
	);
	const lock = JSON.parse(await fsp.readFile(path.join(manifest, 'package-lock.json'), 'utf8'));
	const total = Object.keys(lock.packages).filter(
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
		// Given on the command line too: there they win over a setting in the user's own .npmrc.
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
		await fsp.rename(draft, target).catch((error) => {
			// Somebody else was quicker: theirs is as good.
			if (!fs.existsSync(target)) throw error;
		});
		log(`  ${elapsed(progress.since)}  n8n ${dependencies.n8n} is installed.`);
	} finally {
		await fsp.rm(draft, { recursive: true, force: true });
	}
}

/** @param {string} file */
const age = (file) =>
	fsp.stat(file).then(
		({ mtimeMs }) => Date.now() - mtimeMs,
		() => Infinity,
	);

/**
 * Runs `work` while holding a lock file. Its owner keeps the file fresh, so that one left behind
 * by a killed run is known by its age. The lock only saves work: `install` is safe without it.
 * @param {string} file
 * @param {(line: string) => void} log
 * @param {() => boolean} isDone
 * @param {() => Promise<void>} work
 */
async function withLock(file, log, isDone, work) {
	let told = 0;
	const since = Date.now();
	for (;;) {
		try {
			await fsp.writeFile(file, `${process.pid}\n`, { flag: 'wx' });
			break;
		} catch (error) {
			if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error;
		}
		if (isDone()) return;
		if ((await age(file)) > LOCK_STALE_AFTER) {
			await fsp.rm(file, { force: true });
			continue;
		}
		if (Date.now() - told > PROGRESS_EVERY) {
			log(`  ${elapsed(since)}  another run is installing n8n; waiting for it`);
			told = Date.now();
		}
		await sleep(POLL_EVERY);
	}
	const heartbeat = setInterval(() => {
		const now = new Date();
		void fsp.utimes(file, now, now).catch(() => {});
	}, LOCK_STALE_AFTER / 6);
	try {
		if (!isDone()) await work();
	} finally {
		clearInterval(heartbeat);
		await fsp.rm(file, { force: true });
	}
}

/**
 * An n8n of the given line, with a Node of its own, installed once per machine and lock file in
 * the user's cache folder (XDG_CACHE_HOME, or ~/.cache).
 * @param {{ line?: keyof typeof LINES, log?: (line: string) => void }} [options]
 * @returns {Promise<Host>}
 */
async function ensureN8n({ line = '2.x', log = silent } = {}) {
	if (process.platform === 'win32') {
		throw new Error('This runs on Linux and macOS. On Windows, use it inside WSL.');
	}
	const { folder, native } = LINES[line];
	const manifest = path.join(__dirname, folder);
	const target = path.join(cacheRoot(), `n8n-${fingerprint(manifest)}`);
	const isDone = () => fs.existsSync(target);

	if (!isDone()) {
		await fsp.mkdir(path.dirname(target), { recursive: true });
		await withLock(`${target}.lock`, log, isDone, async () => {
			// Drafts of runs that were killed; whoever holds the lock is the only one at work.
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

module.exports = { ensureN8n };
