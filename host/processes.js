const { spawn } = require('node:child_process');
const path = require('node:path');

/** Everything under way, so that a script that is interrupted can end it. */
const underWay = new Set();

/** Enough of a failed command's output to see why it failed. */
const TAIL = 6000;

/**
 * The environment a command would have had if a person had typed it: npm passes a script settings
 * of its own project, which must not leak into an npm that works elsewhere.
 * @param {NodeJS.ProcessEnv} [extra]
 * @returns {NodeJS.ProcessEnv}
 */
function plainEnv(extra = {}) {
	const env = Object.fromEntries(
		Object.entries(process.env).filter(
			([name]) =>
				!/^npm_(package_|lifecycle_|command$|execpath$|config_local_prefix$)/.test(name) &&
				!/^(NODE_ENV|NODE_OPTIONS|NODE_PATH|INIT_CWD|NODE)$/.test(name),
		),
	);
	return { ...env, ...extra };
}

/**
 * Starts a command that cannot outlive this process (see leash.js).
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: 'pipe' | 'inherit', grace?: number, folder?: string }} [options]
 *   `grace`: seconds it gets to end by itself when it is stopped; `folder`: its temporary one,
 *   which goes with it if this process is killed
 */
function start(
	command,
	args,
	{ cwd, env = plainEnv(), stdio = 'pipe', grace = 10, folder = '' } = {},
) {
	const leash = spawn(
		process.execPath,
		[path.join(__dirname, 'leash.js'), String(grace), folder, command, ...args],
		{ cwd, env, stdio: ['ignore', stdio, stdio, 'ipc'], detached: true },
	);

	/** @type {{ code: number | null, signal: string | null, error?: string } | undefined} */
	let outcome;
	let running = true;
	/** @type {(pid: number | undefined) => void} */
	let tellPid;
	/** @type {Promise<number | undefined>} The command's own process, not the leash's. */
	const pid = new Promise((resolve) => {
		tellPid = resolve;
	});

	leash.on('message', (/** @type {any} */ message) => {
		if (message.pid) tellPid(message.pid);
		else outcome = message;
	});

	/** @type {Promise<{ code: number | null, signal: string | null, error?: string }>} */
	const ended = new Promise((resolve) => {
		const settle = (/** @type {any} */ result) => {
			running = false;
			underWay.delete(task);
			tellPid(undefined);
			resolve(outcome ?? result);
		};
		leash.on('close', (code, signal) => settle({ code, signal }));
		leash.on('error', (error) => settle({ code: null, signal: null, error: error.message }));
	});

	const killGroup = () => {
		try {
			if (leash.pid) process.kill(-leash.pid, 'SIGKILL');
		} catch {
			// Already gone.
		}
	};

	const task = {
		pid,
		ended,
		stdout: leash.stdout,
		stderr: leash.stderr,
		/** Ends the command and everything it started; resolves when all of it is gone. */
		async stop() {
			if (running) {
				leash.kill('SIGTERM');
				const lastResort = setTimeout(killGroup, (grace + 5) * 1000);
				await ended;
				clearTimeout(lastResort);
			}
			killGroup();
		},
	};
	underWay.add(task);
	return task;
}

/**
 * Runs a command to its end. Rejects with the end of its output when it fails.
 * @param {string} command
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, stdio?: 'pipe' | 'inherit' }} [options]
 * @returns {Promise<string>} what it wrote to stdout
 */
async function run(command, args, options = {}) {
	const task = start(command, args, { grace: 2, ...options });
	let stdout = '';
	let tail = '';
	const keep = (/** @type {Buffer | string} */ chunk) => {
		tail = (tail + chunk).slice(-TAIL);
	};
	task.stdout?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
		stdout += chunk;
		keep(chunk);
	});
	task.stderr?.setEncoding('utf8').on('data', keep);
	const { code, signal, error } = await task.ended;
	if (code === 0) return stdout;
	const what = [path.basename(command), ...args].join(' ');
	const why = error ?? (signal ? `ended by ${signal}` : `exit code ${code}`);
	throw Object.assign(new Error(`"${what}" did not succeed (${why}).\n${tail.trim()}`.trim()), {
		exitCode: code,
	});
}

/** Ends everything that was started here and has not ended yet. */
const stopAll = () => Promise.all([...underWay].map((task) => task.stop()));

module.exports = { plainEnv, run, start, stopAll };
