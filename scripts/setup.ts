import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

import { stopAll } from '../host/processes';

export const root = path.join(__dirname, '..');

export const say = (line = ''): void => console.log(line);

/** The program of an installed tool. */
export const bin = (name: string): string => path.join(root, 'node_modules', '.bin', name);

/** How long an interrupted command may take to clean up. */
const PUT_AWAY_MS = 15_000;

/**
 * For jest: a process for each core, also the last one. A process that has become large is
 * replaced: every copy of n8n's engine that a test has loaded makes later tests in it slower.
 */
export const ON_ALL_CORES = ['--maxWorkers=100%', '--workerIdleMemoryLimit=1GB'];

/**
 * Runs a command and exits with its code. However it ends, by itself, by Ctrl-C or by a failure,
 * everything it started has ended, and `cleanUp` has run. If npm's shell ends first, run.mjs sends
 * the signal.
 */
export async function runCommand(
	work: () => Promise<number>,
	cleanUp: () => Promise<unknown> = async () => {},
): Promise<void> {
	let interrupted = false;
	const working = work().catch((error: unknown) => {
		// Nothing to report if the user pressed Ctrl-C.
		if (!interrupted) console.error(`\n${error instanceof Error ? error.message : error}`);
		return 1;
	});

	const end = async (code: number) => {
		try {
			await stopAll();
			await Promise.race([working, sleep(PUT_AWAY_MS)]);
			await cleanUp();
		} catch (error) {
			console.error(error);
			process.exit(code || 1);
		}
		process.exit(code);
	};

	const interrupt = (code: number) => {
		if (interrupted) return;
		interrupted = true;
		say('\nStopping …');
		void end(code);
	};
	for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
		process.on(signal, () => interrupt(code));
	}
	const code = await working;
	if (!interrupted) await end(code);
}

/** What to undo at the end of a command, last first. */
export class Undo {
	private readonly steps: Array<() => Promise<unknown>> = [];

	add(step: () => Promise<unknown>): void {
		this.steps.push(step);
	}

	/** Undoes everything, and can be called again. */
	readonly all = async (): Promise<void> => {
		for (const step of this.steps.splice(0).reverse()) await step();
	};
}
