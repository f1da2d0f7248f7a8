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

let ending = false;
const end = () => {
	if (ending) return;
	ending = true;
	child.kill('SIGTERM');
	setTimeout(endGroup, Number(grace) * 1000);
};

process.on('disconnect', end);
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP']) process.on(signal, end);
