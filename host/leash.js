/**
 * Runs one command, and ends it with everything it started as soon as the parent process has ended.
 * `processes.ts` starts it in its own process group, connected to its parent by an IPC channel: the
 * channel closes however the parent ends, including by SIGKILL.
 *
 *     node leash.js <seconds to end by itself> <folder> <command> [...arguments]
 *
 * The folder, unless it is an empty text, is the command's own temporary folder: if the parent can't
 * remove it, this process does.
 *
 * It is JavaScript because every command starts one, in any Node.js and environment: it must start
 * fast and without installed packages.
 */
// @ts-check
const { spawn } = require('node:child_process');
const fs = require('node:fs');

const [grace, folder, command, ...args] = process.argv.slice(2);

let orphaned = false;

const endGroup = () => {
	if (orphaned && folder) {
		child.kill('SIGKILL');
		try {
			fs.rmSync(folder, { recursive: true, force: true, maxRetries: 10 });
		} catch {
			// A process still writes into it.
		}
	}
	process.kill(-process.pid, 'SIGKILL');
};

/** @param {{ error: string } | { code: number | null, signal: string | null }} message */
const report = (message) => {
	if (!process.connected) {
		orphaned = true;
		return endGroup();
	}
	process.send?.(message, endGroup);
};

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

child.on('spawn', () => process.send?.({ pid: child.pid }));
child.on('error', (error) => report({ error: error.message }));
child.on('exit', (code, signal) => report({ code, signal }));

/** @param {number} seconds */
const end = (seconds) => {
	child.kill('SIGTERM');
	setTimeout(endGroup, seconds * 1000);
};

// Its output is no longer read, which may keep it from ending normally, so there is no point in waiting.
process.on('disconnect', () => {
	orphaned = true;
	end(1);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end(Number(grace)));
