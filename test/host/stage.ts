import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { outputOf } from '../../host/executions';
import type { Execution, OutputItem } from '../../host/executions';
import { ensureN8n } from '../../host/install';
import { startN8n } from '../../host/n8n';
import type { N8n } from '../../host/n8n';
import { packPackage } from '../../host/pack';
import { SEED, startSandbox } from '../../sandbox';
import type { RequestRecord, Sandbox } from '../../sandbox';
import { cleanUp, LINE, NODE, SET_UP_LIMIT } from '../n8n';
import { driveTables } from './tables';
import type { Tables } from './tables';

/** A key with no permission except to schedule campaigns. */
export const NARROW_KEY = 'sandbox-narrow-key';

/** A key that Braze rejects. */
export const WRONG_KEY = 'a-key-that-nobody-knows';

const FULL_KEY = SEED.key;
const SECRETS = [FULL_KEY, NARROW_KEY, WRONG_KEY];

/** Neither UTC nor a time zone of whole hours, so that an unconverted time is noticed. */
export const TIMEZONE = 'Asia/Kolkata';

const TEST_LIMIT = 60_000;

/** Settings of a node that tries again. */
export const retryOnFail = { retryOnFail: true, maxTries: 3, waitBetweenTries: 10 };

export interface Step {
	name: string;
	parameters: Record<string, unknown>;
	/** The node's settings, such as retryOnFail or onError. */
	settings?: Record<string, unknown>;
	type?: string;
	typeVersion?: number;
	/** The next steps of each output. By default, the only output leads to the next step. */
	to?: string[];
}

export interface Run {
	workflowId: string;
	/** The path of its webhook, for further calls. */
	hook: string;
	answer: { status: number; body: unknown };
	execution: Execution;
	/** The items of a node's output, by default its only one. */
	items: (step: string, output?: number) => OutputItem[];
	/** The schedule requests that it caused, in order. */
	writes: RequestRecord[];
}

interface Stage {
	n8n: N8n;
	sandbox: Sandbox;
	credential: { id: string; name: string; type: string };
	tables: Tables;
	/** The options of a node with references: n8n 1 needs the ID of a table that was made by hand. */
	memory: { dataTableId?: string };
	/**
	 * Runs steps one after another in a new workflow, behind a webhook that passes on `items`. A step
	 * is a Braze Schedule node unless it names another type.
	 */
	run: (
		steps: Step[],
		items?: Array<Record<string, unknown>>,
		settings?: Record<string, unknown>,
	) => Promise<Run>;
	/** The same workflow, active and not called yet. */
	publish: (
		steps: Step[],
		settings?: Record<string, unknown>,
	) => Promise<{ workflowId: string; hook: string }>;
	useCredential: (data: Record<string, unknown>) => Promise<void>;
	/** Braze refuses this user's next request or requests, and takes everybody else's. */
	refuse: (user: string, times?: number | 'always') => ReturnType<Sandbox['fault']>;
}

function workflowOf(hook: string, steps: Step[], settings: Record<string, unknown>) {
	const nodes = [
		{
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			parameters: { httpMethod: 'POST', path: hook, responseMode: 'lastNode', options: {} },
		},
		{
			name: 'Items',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'body.items', options: {} },
		},
		...steps.map((step) => ({
			name: step.name,
			type: step.type ?? NODE,
			typeVersion: step.typeVersion ?? 1,
			parameters: step.parameters,
			...step.settings,
		})),
	];
	const connections = Object.fromEntries(
		nodes.map(({ name }, index) => {
			const next = nodes.slice(index + 1, index + 2);
			const to = steps.find((step) => step.name === name)?.to ?? next.map((node) => node.name);
			return [name, { main: to.map((node) => [{ node, type: 'main', index: 0 }]) }];
		}),
	);
	return { name: `Test ${hook}`, nodes, connections, settings };
}

/**
 * One n8n with the packed node and one sandbox, for every test of the suite. `env`: additional
 * environment variables of n8n.
 */
export function useStage(env: Record<string, string> = {}): Stage {
	const stage = {} as Stage;
	const undo: Array<() => Promise<unknown>> = [];

	beforeAll(async () => {
		const host = await ensureN8n({ line: LINE });
		const tarball = await packPackage({ build: false });
		undo.push(() => rm(path.dirname(tarball), { recursive: true }));
		stage.sandbox = await startSandbox({
			keys: [
				{ key: FULL_KEY, permissions: 'all' },
				{
					key: NARROW_KEY,
					permissions: ['create', 'update', 'delete'].map(
						(operation) => `campaigns.trigger.schedule.${operation}`,
					),
				},
			],
		});
		undo.push(stage.sandbox.close);
		stage.n8n = await startN8n({
			host,
			tarball,
			timezone: TIMEZONE,
			// As much as can be printed, for the search for keys.
			env: { N8N_LOG_LEVEL: 'debug', ...env },
			secrets: SECRETS,
		});
		undo.push(stage.n8n.close);
		stage.tables = driveTables(stage.n8n);
		stage.memory = {};
		stage.credential = await stage.n8n.createCredential({
			name: 'Braze API',
			type: 'brazeApi',
			data: good(),
		});
		if (LINE === '1.x') stage.memory = { dataTableId: (await stage.tables.make()).id };
	}, SET_UP_LIMIT);

	beforeEach(() => {
		stage.sandbox.reset();
	});

	afterAll(async () => {
		await cleanUp(undo);
	}, TEST_LIMIT);

	const good = () => ({
		instance: 'custom',
		customUrl: stage.sandbox.url,
		apiKey: stage.sandbox.key,
	});

	stage.useCredential = async (data) => {
		const { id, name, type } = stage.credential;
		await stage.n8n.rest('PATCH', `/credentials/${id}`, {
			id,
			name,
			type,
			data: { ...good(), ...data },
		});
	};

	stage.refuse = (user, times = 1) =>
		stage.sandbox.fault({
			kind: 'status',
			status: 400,
			body: { message: 'Not now' },
			match: { bodyIncludes: `"${user}"` },
			times,
		});

	stage.publish = async (steps, settings = {}) => {
		const { n8n, credential } = stage;
		const hook = randomUUID();
		const { id } = await n8n.createWorkflow(workflowOf(hook, steps, settings), { credential });
		await n8n.activate(id);
		return { workflowId: id, hook };
	};

	stage.run = async (steps, items = [{}], settings = {}) => {
		const { n8n, sandbox } = stage;
		const { workflowId, hook } = await stage.publish(steps, settings);
		const before = sandbox.writes.length;
		const answer = await n8n.webhook(hook, { items });
		const executions = await n8n.waitForExecutions(workflowId, 1);
		// n8n leaves the inline ones in the list that it can't even begin.
		const execution = executions.find(({ mode }) => mode === 'webhook') ?? executions[0];
		return {
			workflowId,
			hook,
			answer,
			execution,
			items: (step, output = 0) => outputOf(execution, step, { output }),
			writes: sandbox.writes.slice(before),
		};
	};
	return stage;
}

jest.setTimeout(TEST_LIMIT);
