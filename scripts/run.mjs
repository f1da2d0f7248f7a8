/**
 * node scripts/run.mjs <name> [arguments]: runs scripts/<name>.ts, or the sandbox. On a bare clone,
 * it installs the dependencies first. That is why this file and host/leash.js are plain JavaScript,
 * while everything else is TypeScript, run by tsx.
 */
import { spawn } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('..', import.meta.url));
const OLDEST_NODE = [20, 19];
/** Enough of npm's output to see why it failed. */
const TAIL = 6000;

/** On stderr, because a program may read the command's own output. */
const say = (line) => process.stderr.write(`${line}\n`);

function isNodeTooOld() {
	const [major, minor] = process.versions.node.split('.').map(Number);
	const [oldestMajor, oldestMinor] = OLDEST_NODE;
	return major < oldestMajor || (major === oldestMajor && minor < oldestMinor);
}

const packagesOf = (file) => JSON.parse(readFileSync(path.join(root, file), 'utf8')).packages;

/** npm records what it installed at the end: an interrupted installation has no such file. */
function isInstalled() {
	const record = path.join('node_modules', '.package-lock.json');
	if (!existsSync(path.join(root, record))) return false;
	const installed = packagesOf(record);
	return Object.entries(packagesOf('package-lock.json'))
		.filter(
			([where, { optional, devOptional, peer }]) => where && !optional && !devOptional && !peer,
		)
		.every(([where, { version }]) => installed[where]?.version === version);
}

/** npm ci in a process that ends with this one, see host/leash.js. */
function startInstallation() {
	// The tools are needed regardless of NODE_ENV or the user's own settings.
	const npm = ['npm', 'ci', '--include=dev', '--include=optional', '--loglevel=error'];
	const leash = spawn(process.execPath, [path.join(root, 'host', 'leash.js'), '2', '', ...npm], {
		cwd: root,
		env: { ...process.env, NODE_ENV: undefined },
		stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
		detached: true,
	});
	let output = '';
	for (const stream of [leash.stdout, leash.stderr]) {
		stream.setEncoding('utf8').on('data', (chunk) => {
			output = (output + chunk).slice(-TAIL);
		});
	}
	let outcome = {};
	leash.on('message', (message) => {
		outcome = message;
	});
	const ended = new Promise((resolve) => {
		leash.on('error', ({ message }) => resolve({ error: message, output }));
		leash.on('close', () => resolve({ ...outcome, output }));
	});
	return { ended, stop: () => leash.kill('SIGTERM') };
}

/**
 * Calls back with an exit code if this process should end. Returns a function that stops listening.
 */
function onInterrupt(callback) {
	const signals = Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 }).map(
		([signal, code]) => [signal, () => callback(code)],
	);
	for (const [signal, listener] of signals) process.on(signal, listener);
	return () => {
		for (const [signal, listener] of signals) process.off(signal, listener);
	};
}

/** npm runs a script through a shell, which a SIGTERM ends without notifying the script. */
function endWithParent() {
	if (!process.env.npm_lifecycle_event) return;
	const parent = process.ppid;
	const watch = setInterval(() => {
		if (process.ppid === parent) return;
		clearInterval(watch);
		process.kill(process.pid, 'SIGTERM');
	}, 500);
	watch.unref();
}

async function installDependencies() {
	if (isInstalled()) return;
	say('Installing the development dependencies (once; a minute or two).');
	const since = Date.now();
	const ticker = setInterval(
		() => say(`  ${Math.round((Date.now() - since) / 1000)} s  npm ci is running`),
		10_000,
	);
	const installation = startInstallation();
	let exitCode;
	const ignoreInterrupts = onInterrupt((code) => {
		if (exitCode !== undefined) return;
		exitCode = code;
		say('\nStopping …');
		installation.stop();
	});
	const { code, signal, error, output } = await installation.ended;
	clearInterval(ticker);
	ignoreInterrupts();
	if (exitCode !== undefined) process.exit(exitCode);
	if (code === 0) return;
	const why = error ?? (signal ? `ended by ${signal}` : `exit code ${code}`);
	say(`"npm ci" failed (${why}).\n${output.trim()}`);
	process.exit(1);
}

async function main() {
	const [name = '', ...args] = process.argv.slice(2);
	if (isNodeTooOld()) {
		say(`Node ${OLDEST_NODE.join('.')} or later is needed. This is Node ${process.versions.node}.`);
		process.exit(1);
	}
	endWithParent();
	await installDependencies();

	const base = path.join(root, ...(name === 'sandbox' ? ['sandbox', 'cli'] : ['scripts', name]));
	const file = `${base}.ts`;
	if (!existsSync(file)) {
		say(`There is no command "${name}".`);
		process.exit(1);
	}
	process.argv = [process.execPath, file, ...args];
	const require = createRequire(import.meta.url);
	require('tsx/cjs/api').register();
	require(file);
}

await main();
