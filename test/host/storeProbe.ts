import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { IExecuteFunctions } from 'n8n-workflow';

import { ensureN8n } from '../../host/install';
import type { Line } from '../../host/install';
import { startN8n } from '../../host/n8n';
import type { N8n } from '../../host/n8n';
import { packPackage } from '../../host/pack';
import type { plainFields } from '../../nodes/BrazeSchedule/form/plainFields';
import type { dataTableStore } from '../../nodes/BrazeSchedule/memory/dataTableStore';
import type { Store } from '../../nodes/BrazeSchedule/memory/store';

const execute = promisify(execFile);

/** What a script is handed: it runs inside a node, with the built store. */
interface Inside {
	store: Store;
	/** Another store of the same execution. */
	open: (place?: Parameters<typeof dataTableStore>[1]) => Store;
	/** Calls the inline workflow of a table of one's own, as the store does. */
	context: IExecuteFunctions;
	plainFields: typeof plainFields;
}

export interface Problem {
	name: string;
	kind: string;
	message: string;
	description: string;
}

export type Result<Value> = { value: Value; ms: number } | { problem: Problem };

type Script<Args extends unknown[], Value> = (
	inside: Inside,
	...args: Args
) => Promise<Value> | Value;

export interface Probe {
	n8n: N8n;
	/**
	 * Runs a script in a node of a workflow. It is sent as text, so it can use nothing but what it is
	 * handed.
	 */
	run: <Args extends unknown[], Value>(
		script: Script<Args, Value>,
		...args: Args
	) => Promise<Value>;
	/** The same, where the script may fail. */
	attempt: <Args extends unknown[], Value>(
		script: Script<Args, Value>,
		...args: Args
	) => Promise<Result<Value>>;
	/** Another workflow with such a node. */
	workflow: (settings?: Record<string, unknown>) => Promise<{ id: string; hook: string }>;
	/** The workflow that scripts run in. */
	use: (workflow: { id: string; hook: string }) => void;
	workflowId: () => string;
	/** Where the store of a script keeps its rows. */
	place: NonNullable<Parameters<typeof dataTableStore>[1]>;
	close: () => Promise<void>;
}

/** A node that is no part of the package: it runs what it is sent. */
const NODE = `
const { dataTableStore } = require('../nodes/BrazeSchedule/memory/dataTableStore.js');
const { plainFields } = require('../nodes/BrazeSchedule/form/plainFields.js');
class StoreProbe {
	constructor() {
		this.description = {
			displayName: 'Store Probe', name: 'storeProbe', group: ['transform'], version: 1,
			description: 'For tests', defaults: { name: 'Store Probe' },
			inputs: ['main'], outputs: ['main'], properties: [],
		};
	}
	async execute() {
		const { script, args, place } = this.getInputData()[0].json.body;
		const open = (where) => dataTableStore(this, where);
		const inside = { store: open(place), open, context: this, plainFields };
		try {
			const since = performance.now();
			const value = await eval('(' + script + ')')(inside, ...args);
			return [[{ json: { value: value ?? null, ms: performance.now() - since } }]];
		} catch (error) {
			const { name, kind = '', message, description = '' } = error;
			return [[{ json: { problem: { name, kind, message, description } } }]];
		}
	}
}
module.exports = { StoreProbe };
`;

/** The packed package with one more node in it. */
async function packWithProbe(into: string): Promise<string> {
	const tarball = await packPackage({ into, build: false });
	await execute('tar', ['-xzf', tarball, '-C', into]);
	const folder = path.join(into, 'package');
	const manifest = JSON.parse(await readFile(path.join(folder, 'package.json'), 'utf8')) as {
		n8n: { nodes: string[] };
	};
	manifest.n8n.nodes.push('dist/probe/StoreProbe.node.js');
	await writeFile(path.join(folder, 'package.json'), JSON.stringify(manifest));
	await mkdir(path.join(folder, 'dist', 'probe'));
	await writeFile(path.join(folder, 'dist', 'probe', 'StoreProbe.node.js'), NODE);
	const packed = path.join(into, 'with-probe.tgz');
	await execute('tar', ['-czf', packed, '-C', into, 'package']);
	return packed;
}

export async function startProbe(line: Line, env: Record<string, string> = {}): Promise<Probe> {
	const host = await ensureN8n({ line });
	const folder = await mkdtemp(path.join(os.tmpdir(), 'braze-schedule-probe-'));
	const tarball = await packWithProbe(folder);
	const n8n = await startN8n({ host, tarball, env });

	const workflow = async (settings: Record<string, unknown> = {}) => {
		const hook = randomUUID();
		const { id } = await n8n.createWorkflow({
			name: `Probe ${hook}`,
			nodes: [
				{
					name: 'Webhook',
					type: 'n8n-nodes-base.webhook',
					typeVersion: 2,
					parameters: { httpMethod: 'POST', path: hook, responseMode: 'lastNode', options: {} },
				},
				{
					name: 'Probe',
					type: 'n8n-nodes-braze-schedule.storeProbe',
					typeVersion: 1,
					parameters: {},
				},
			],
			connections: { Webhook: { main: [[{ node: 'Probe', type: 'main', index: 0 }]] } },
			settings,
		});
		await n8n.activate(id);
		return { id, hook };
	};
	let current: { id: string; hook: string } = await workflow();

	const attempt: Probe['attempt'] = async (script, ...args) => {
		const { status, body } = await n8n.webhook(current.hook, {
			script: script.toString(),
			args,
			place: probe.place,
		});
		if (status !== 200) throw new Error(`The probe failed: ${JSON.stringify(body)}`);
		return body as never;
	};

	const probe: Probe = {
		n8n,
		place: {},
		workflow,
		attempt,
		use: (other) => {
			current = other;
		},
		workflowId: () => current.id,
		run: async (script, ...args) => {
			const result = await attempt(script, ...args);
			if ('problem' in result) throw new Error(JSON.stringify(result.problem));
			return result.value;
		},
		close: async () => {
			await n8n.close();
			await rm(folder, { recursive: true, force: true });
		},
	};
	return probe;
}
