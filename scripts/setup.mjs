import { createRequire } from 'node:module';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const require = createRequire(import.meta.url);
const { stopAll } = require('../host/processes.js');

export const root = fileURLToPath(new URL('..', import.meta.url));

export const say = (line = '') => console.log(line);

/** How long an interrupted command may take to put away what it was making. */
const PUT_AWAY_MS = 15_000;

/**
 * Runs a command's work and exits with the code it gives. However it ends, by itself, by Ctrl-C
 * or by a failure, nothing it started is left, and `cleanUp` has run.
 * @param {() => Promise<number>} work
 * @param {() => Promise<unknown>} [cleanUp]
 */
export async function runCommand(work, cleanUp = async () => {}) {
	let interrupted = false;
	const working = work().catch((error) => {
		// What was stopped because somebody pressed Ctrl-C is no news.
		if (!interrupted) console.error(`\n${error instanceof Error ? error.message : error}`);
		return 1;
	});

	const end = async (code) => {
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

	const interrupt = (code) => {
		if (interrupted) return;
		interrupted = true;
		say('\nStopping …');
		void end(code);
	};
	for (const [signal, code] of Object.entries({ SIGINT: 130, SIGTERM: 143, SIGHUP: 129 })) {
		process.on(signal, () => interrupt(code));
	}
	// npm runs a script through a shell, which a SIGTERM ends without telling the script.
	if (process.env.npm_lifecycle_event) {
		const parent = process.ppid;
		setInterval(() => process.ppid !== parent && interrupt(143), 500).unref();
	}
	const code = await working;
	if (!interrupted) await end(code);
}
