/**
 * Runs one command and takes it down, with everything it started, as soon as the process that
 * asked for it is gone. `processes.ts` starts it in a process group of its own, joined to its
 * parent by an IPC channel: the channel closes however the parent ends, SIGKILL included.
 *
 *     node leash.js <seconds to end by itself> <folder> <command> [...arguments]
 *
 * The folder, unless it is empty text, is the command's own and temporary: when nobody is left to
 * remove it, the leash does.
 *
 * It is JavaScript because every command starts one, in whichever Node and environment: it has to be
 * up at once and needs nothing that is installed.
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
			// Somebody still writes into it.
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

// Nobody reads its output any more, which may keep it from ending in good order: no use waiting.
process.on('disconnect', () => {
	orphaned = true;
	end(1);
});
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end(Number(grace)));
