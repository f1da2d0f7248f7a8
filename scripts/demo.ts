/** n8n with the packed node installed as a user would install it, and the sandbox. */
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { COLUMNS, installExamples, walkBooking } from '../host/examples';
import { ensureN8n } from '../host/install';
import { startN8n } from '../host/n8n';
import type { N8n } from '../host/n8n';
import { packPackage } from '../host/pack';
import { freePort } from '../host/ports';
import type { Workflow } from '../host/workflows';
import { startSandbox } from '../sandbox';
import type { Sandbox } from '../sandbox';
import { say, Undo } from './setup';

/** Not UTC, and rarely a machine's own, so that an unconverted time is noticed. */
export const CHECK_TIMEZONE = 'Asia/Kolkata';

const USUAL_N8N_PORT = 5678;
const USUAL_SANDBOX_PORT = 4010;

interface DemoOptions {
	timezone: string;
	/** The examples to install; all by default. */
	wanted?: (example: Workflow) => boolean;
}

interface Demo {
	n8n: N8n;
	sandbox: Sandbox;
	timezone: string;
	tarball: string;
}

const undo = new Undo();

export const cleanUp = undo.all;

export async function setUp({ timezone, wanted }: DemoOptions): Promise<Demo> {
	const folder = await mkdtemp(path.join(os.tmpdir(), 'braze-schedule-demo-'));
	undo.add(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));

	say('Building and packing the node.');
	const tarball = await packPackage({ into: folder });

	const host = await ensureN8n({ log: say });

	const sandbox = await startSandbox({ port: await freePort(USUAL_SANDBOX_PORT) });
	undo.add(() => sandbox.close());

	say(`Starting n8n ${host.version} with the packed node installed.`);
	const n8n = await startN8n({
		host,
		tarball,
		userFolder: path.join(folder, 'n8n'),
		port: USUAL_N8N_PORT,
		timezone,
	});
	undo.add(() => n8n.close());

	await n8n.createCredential({
		name: 'Braze API',
		type: 'brazeApi',
		data: { instance: 'custom', customUrl: sandbox.url, apiKey: sandbox.key },
	});
	await installExamples(n8n, wanted);
	return { n8n, sandbox, timezone, tarball };
}

function printTable(rows: string[][]): void {
	const lines = [COLUMNS, ...rows];
	const widths = COLUMNS.map((_, column) => Math.max(...lines.map((line) => line[column].length)));
	say();
	for (const line of lines) {
		say(`  ${line.map((cell, column) => cell.padEnd(widths[column])).join('  ')}`.trimEnd());
		if (line === COLUMNS) say(`  ${widths.map((width) => '─'.repeat(width)).join('  ')}`);
	}
	say();
}

/** Whether the booking example had all expected results. */
export async function checkBooking(demo: Demo): Promise<boolean> {
	const { rows, problems } = await walkBooking({ ...demo, log: say });
	say('\nWhat arrived at the sandbox:');
	printTable(rows);
	if (problems.length === 0) {
		say('Everything is correct: the schedule was created once, then moved and canceled.');
		return true;
	}
	say('These results are wrong:');
	for (const problem of problems) say(`  ✗ ${problem}`);
	return false;
}
