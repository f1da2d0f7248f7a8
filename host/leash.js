/**
 * Runs one command and takes it down, with everything it started, as soon as the process that
 * asked for it is gone. `processes.js` starts it in a process group of its own, joined to its
 * parent by an IPC channel: the channel closes however the parent ends, SIGKILL included.
 *
 *     node leash.js <seconds to end by itself> <command> [...arguments]
 */
const { spawn } = require('node:child_process');

const [grace, command, ...args] = process.argv.slice(2);

const endGroup = () => process.kill(-process.pid, 'SIGKILL');

const report = (message) => {
	if (!process.connected) return endGroup();
	process.send(message, endGroup);
};

const child = spawn(command, args, { stdio: ['ignore', 'inherit', 'inherit'] });

child.on('spawn', () => process.send({ pid: child.pid }));
child.on('error', (error) => report({ error: error.message }));
child.on('exit', (code, signal) => report({ code, signal }));

/** @param {number} seconds */
const end = (seconds) => {
	child.kill('SIGTERM');
	setTimeout(endGroup, seconds * 1000);
};

// Nobody reads its output any more, which may keep it from ending in good order: no use waiting.
process.on('disconnect', () => end(1));
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, () => end(Number(grace)));
