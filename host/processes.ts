import { spawn } from 'node:child_process';
import path from 'node:path';
import type { Readable } from 'node:stream';

/** All running processes, so that an interrupted script can end them. */
const underWay = new Set<Task>();

/** Enough of a failed command's output to see why it failed. */
const TAIL = 6000;

interface CommandOptions {
	cwd?: string;
	env?: NodeJS.ProcessEnv;
	stdio?: 'pipe' | 'inherit';
}

interface StartOptions extends CommandOptions {
	/** Seconds the command gets to end by itself when it is stopped. */
	grace?: number;
	/** The command's temporary folder, which is removed if this process is killed. */
	folder?: string;
}

export interface Ending {
	code: number | null;
	signal: string | null;
	error?: string;
}

export interface Task {
	/** The command's own process, not that of leash.js. */
	pid: Promise<number | undefined>;
	ended: Promise<Ending>;
	stdout: Readable | null;
	stderr: Readable | null;
	/** Ends the command and everything it started. Resolves when all of it has ended. */
	stop: () => Promise<void>;
}

/** A command that did not succeed, with the end of its output. */
class CommandError extends Error {
	constructor(
		message: string,
		/** None if it couldn't be started, or a signal ended it. */
		readonly exitCode: number | null,
	) {
		super(message);
		this.name = 'CommandError';
	}
}

/**
 * The environment of a command that a user types: npm passes a script the settings of its own
 * project, which must not affect an npm that works elsewhere.
 */
export function plainEnv(extra: NodeJS.ProcessEnv = {}): NodeJS.ProcessEnv {
	const env = Object.fromEntries(
		Object.entries(process.env).filter(
			([name]) =>
				!/^npm_(package_|lifecycle_|command$|execpath$|config_local_prefix$)/.test(name) &&
				!/^(NODE_ENV|NODE_OPTIONS|NODE_PATH|INIT_CWD|NODE)$/.test(name),
		),
	);
	return { ...env, ...extra };
}

/** The messages of leash.js: first the command's process, then how it ended. */
type LeashMessage = { pid: number | undefined } | Ending;

/** Starts a command that ends with this process (see leash.js). */
export function start(
	command: string,
	args: string[],
	{ cwd, env = plainEnv(), stdio = 'pipe', grace = 10, folder = '' }: StartOptions = {},
): Task {
	const leash = spawn(
		process.execPath,
		[path.join(__dirname, 'leash.js'), String(grace), folder, command, ...args],
		{ cwd, env, stdio: ['ignore', stdio, stdio, 'ipc'], detached: true },
	);

	let outcome: Ending | undefined;
	let running = true;
	let tellPid: (pid: number | undefined) => void;
	const pid = new Promise<number | undefined>((resolve) => {
		tellPid = resolve;
	});

	leash.on('message', (message: LeashMessage) => {
		if ('pid' in message) tellPid(message.pid);
		else outcome = message;
	});

	const ended = new Promise<Ending>((resolve) => {
		const settle = (result: Ending) => {
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
			// It has already ended.
		}
	};

	const stop = async () => {
		if (running) {
			leash.kill('SIGTERM');
			const lastResort = setTimeout(killGroup, (grace + 5) * 1000);
			await ended;
			clearTimeout(lastResort);
		}
		killGroup();
	};

	const task: Task = { pid, ended, stdout: leash.stdout, stderr: leash.stderr, stop };
	underWay.add(task);
	return task;
}

/** Runs a command to its end and returns what it wrote to stdout. */
export async function run(
	command: string,
	args: string[],
	options: CommandOptions = {},
): Promise<string> {
	const task = start(command, args, { grace: 2, ...options });
	let stdout = '';
	let tail = '';
	const keep = (chunk: string) => {
		tail = (tail + chunk).slice(-TAIL);
	};
	task.stdout?.setEncoding('utf8').on('data', (chunk: string) => {
		stdout += chunk;
		keep(chunk);
	});
	task.stderr?.setEncoding('utf8').on('data', keep);
	const { code, signal, error } = await task.ended;
	if (code === 0) return stdout;
	const what = [path.basename(command), ...args].join(' ');
	const why = error ?? (signal ? `ended by ${signal}` : `exit code ${code}`);
	const message = `"${what}" did not succeed (${why}).\n${tail.trim()}`.trim();
	throw new CommandError(message, code ?? null);
}

/** Runs a command, shows its output, and returns its exit code. */
export async function runInView(
	command: string,
	args: string[],
	options: Omit<CommandOptions, 'stdio'> = {},
): Promise<number> {
	try {
		await run(command, args, { ...options, stdio: 'inherit' });
		return 0;
	} catch (error) {
		if (error instanceof CommandError && error.exitCode !== null) return error.exitCode;
		throw error;
	}
}

/** Ends everything that was started here and is still running. */
export const stopAll = async () => await Promise.all([...underWay].map((task) => task.stop()));
