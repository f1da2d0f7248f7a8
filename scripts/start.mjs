/**
 * npm start: a real n8n with this package installed, beside a make-believe Braze.
 * npm start -- --check: runs the example workflows there once, says what Braze got, and ends.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { installDependencies, runCommand, say } from './setup.mjs';

const require = createRequire(import.meta.url);
const { COLUMNS, importExamples, runExamples } = require('../host/examples.js');
const { ensureN8n } = require('../host/install.js');
const { packPackage } = require('../host/pack.js');
const { freePort, startN8n } = require('../host/n8n.js');
const { startSandbox } = require('../sandbox/index.js');

const HELP = `Usage: npm start [-- --check]

  (nothing)   Start n8n with Braze Schedule installed, and a sandbox in place of Braze.
              Stays up until Ctrl-C.
  --check     Run the example workflows once, print what the sandbox saw, and end.
  --help      Show this text.
`;

/** For --check: unlike UTC and most machines' own, so that a time left unconverted is seen. */
const CHECK_TIMEZONE = 'Asia/Kolkata';

const USUAL_N8N_PORT = 5678;
const USUAL_SANDBOX_PORT = 4010;

/** What has to be undone at the end, last first. */
const undo = [];

async function cleanUp() {
	for (const step of undo.splice(0).reverse()) await step();
}

/** @param {string} timezone */
async function setUp(timezone) {
	await installDependencies();

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

	const credential = await n8n.createCredential({
		name: 'Braze API',
		type: 'brazeApi',
		data: { instance: 'custom', customUrl: sandbox.url, apiKey: sandbox.key },
	});
	await importExamples(n8n, credential);
	return { n8n, sandbox, timezone };
}

function welcome({ n8n, sandbox }) {
	say(`
n8n is running, with Braze Schedule installed.

  n8n         ${n8n.url}
  Email       ${n8n.owner.email}
  Password    ${n8n.owner.password}

  Timeline    ${sandbox.url}/
              The sandbox stands in for Braze. This page shows each schedule as it is made,
              moved or cancelled.

What to try first

  1. Open n8n, log in, and open the workflow "Booking reminder".
  2. Click "Execute workflow" and look at the timeline: a reminder is scheduled.
  3. Open the workflow "Campaign: schedule, move, cancel" and run it too.
  4. Make a workflow of your own: search for "Braze Schedule" in the node panel. The credential
     "Braze API" is there already, and "From List" offers the sandbox's campaigns.

Or send a booking from another terminal:

  curl -H 'content-type: application/json' ${n8n.url}/webhook/booking -d \\
    '{"customer_id": "customer-7", "first_name": "Grace", "starts_at": "${inDays(5)}T18:30"}'

Nothing leaves this machine, and no real Braze is involved. Each start begins afresh: its data is
in a temporary folder that goes when you stop.

Press Ctrl-C to stop.`);
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

/** Whether everything the examples caused is as it should be. */
async function check(running) {
	const { rows, problems } = await runExamples({ ...running, log: say });
	say('\nWhat the sandbox saw:');
	printTable(rows);
	if (problems.length === 0) {
		say('All as it should be: every schedule was made once, moved and cancelled as told.');
		return true;
	}
	say('Not as it should be:');
	for (const problem of problems) say(`  ✗ ${problem}`);
	return false;
}

const inDays = (days) => new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

async function main() {
	const { values } = parseArgs({
		options: { check: { type: 'boolean' }, help: { type: 'boolean' } },
	});
	if (values.help) {
		say(HELP);
		return 0;
	}
	if (values.check) return (await check(await setUp(CHECK_TIMEZONE))) ? 0 : 1;

	const running = await setUp(Intl.DateTimeFormat().resolvedOptions().timeZone);
	welcome(running);
	await running.n8n.ended;
	throw new Error(`n8n has ended by itself.\n${running.n8n.logs.slice(-4000)}`);
}

await runCommand(main, cleanUp);
