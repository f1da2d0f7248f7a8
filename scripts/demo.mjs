/** A real n8n with the packed node installed as a user would, beside the sandbox. */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { say } from './setup.mjs';

const require = createRequire(import.meta.url);
const { COLUMNS, installExamples, walkBooking } = require('../host/examples.js');
const { ensureN8n } = require('../host/install.js');
const { packPackage } = require('../host/pack.js');
const { freePort, startN8n } = require('../host/n8n.js');
const { startSandbox } = require('../sandbox');

/** Unlike UTC and most machines' own, so that a time left unconverted is seen. */
export const CHECK_TIMEZONE = 'Asia/Kolkata';

const USUAL_N8N_PORT = 5678;
const USUAL_SANDBOX_PORT = 4010;

/** What has to be undone at the end, last first. */
const undo = [];

export async function cleanUp() {
	for (const step of undo.splice(0).reverse()) await step();
}

/**
 * @param {{ timezone: string, wanted?: (example: any) => boolean }} options `wanted`: the examples
 *   to install, all if left out
 */
export async function setUp({ timezone, wanted }) {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'braze-schedule-demo-'));
	undo.push(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

	say('Building and packing the node.');
	const tarball = await packPackage({ into: folder });

	const host = await ensureN8n({ log: say });

	const sandbox = await startSandbox({ port: await freePort(USUAL_SANDBOX_PORT) });
	undo.push(() => sandbox.close());

	say(`Starting n8n ${host.version} with the packed node installed.`);
	const n8n = await startN8n({
		host,
		tarball,
		userFolder: path.join(folder, 'n8n'),
		port: USUAL_N8N_PORT,
		timezone,
	});
	undo.push(() => n8n.close());

	await n8n.createCredential({
		name: 'Braze API',
		type: 'brazeApi',
		data: { instance: 'custom', customUrl: sandbox.url, apiKey: sandbox.key },
	});
	await installExamples(n8n, wanted);
	return { n8n, sandbox, timezone, tarball };
}

function printTable(rows) {
	const lines = [COLUMNS, ...rows];
	const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
	say();
	for (const line of lines) {
		say(`  ${line.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd());
		if (line === COLUMNS) say(`  ${widths.map((width) => '─'.repeat(width)).join('  ')}`);
	}
	say();
}

/** Whether everything that the booking example caused is as it should be. */
export async function checkBooking(running) {
	const { rows, problems } = await walkBooking({ ...running, log: say });
	say('\nWhat the sandbox saw:');
	printTable(rows);
	if (problems.length === 0) {
		say('All as it should be: the schedule was made once, moved and cancelled as told.');
		return true;
	}
	say('Not as it should be:');
	for (const problem of problems) say(`  ✗ ${problem}`);
	return false;
}
