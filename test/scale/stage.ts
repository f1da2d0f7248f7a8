import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { outputOf, readRunData } from '../../host/executions';
import { ensureN8n } from '../../host/install';
import { packPackage } from '../../host/pack';
import { poll } from '../../host/poll';
import { startQueueMode } from '../../host/queue';
import type { QueueMode } from '../../host/queue';
import type { WorkflowNode } from '../../host/workflows';
import { startSandbox } from '../../sandbox';
import type { Sandbox, SandboxOptions } from '../../sandbox';
import { driveTables } from '../host/tables';
import type { Tables } from '../host/tables';
import { cleanUp, createCampaign, LINE, NODE, SET_UP_LIMIT } from '../n8n';

/**
 * n8n's own values are one minute and half a minute, and a check every three hours. With them, the
 * results are the same, only later.
 */
const QUICKER_TO_NOTICE = {
	QUEUE_WORKER_LOCK_DURATION: '10000',
	QUEUE_WORKER_LOCK_RENEW_TIME: '2000',
	QUEUE_WORKER_STALLED_INTERVAL: '5000',
	N8N_EXECUTIONS_QUEUE_RECOVERY_INTERVAL: '1',
};

/** Longer than any execution waits for what a dead worker was at work on. */
const STILL_MS = 150_000;

export interface Execution {
	id: string;
	status: string;
	/** Whether our node started it, to read or write its table. */
	isInline: boolean;
	/** What the first item of the webhook is about. */
	about?: string;
	/** The result for each item, if the execution finished. */
	results: string[];
	/** For how long our node ran, in milliseconds. */
	took?: number;
	/** Why it failed. */
	error?: string;
}

interface Stage {
	queue: QueueMode;
	sandbox: Sandbox;
	version: string;
	/** A sandbox with other settings, which n8n uses from now on. */
	useSandbox: (options: SandboxOptions) => Promise<void>;
	tables: Tables;
	/**
	 * An active workflow: a webhook that answers immediately, and our node for its items. By default,
	 * it creates schedules.
	 */
	publish: (parameters?: Record<string, unknown>, more?: More) => Promise<Published>;
	executions: (workflowId: string) => Promise<Execution[]>;
	/** Waits until n8n has no running executions, or only those that it will never notice to be dead. */
	settled: (workflowId: string, seconds: number) => Promise<void>;
}

interface More {
	/** The webhook answers with the last node's items. */
	answers?: boolean;
	/** Nodes before and after ours. */
	before?: WorkflowNode[];
	after?: WorkflowNode[];
}

interface About {
	id: string;
}

/** The body of a webhook. */
export const bodyFor = (items: About[]) => ({ items });

/** Items about these users. */
export const forUsers = (users: string[]) => bodyFor(users.map((user) => ({ id: user, user })));

export interface Published {
	workflowId: string;
	hook: string;
	url: string;
	/** Calls it once, for one or more recipients. */
	call: (users: string[]) => Promise<void>;
}

const toNext = (node: string) => ({ main: [[{ node, type: 'main', index: 0 }]] });

function workflowOf(
	hook: string,
	parameters: Record<string, unknown>,
	{ answers = false, before = [], after = [] }: More,
) {
	const responseMode = answers ? 'lastNode' : 'onReceived';

	const nodes = [
		{
			name: 'Webhook',
			type: 'n8n-nodes-base.webhook',
			typeVersion: 2,
			parameters: {
				httpMethod: 'POST',
				path: hook,
				responseMode,
				...(answers && { responseData: 'allEntries' }),
				options: {},
			},
		},
		{
			name: 'Items',
			type: 'n8n-nodes-base.splitOut',
			typeVersion: 1,
			parameters: { fieldToSplitOut: 'body.items', options: {} },
		},
		...before,
		{ name: 'Braze', type: NODE, typeVersion: 1, parameters },
		...after,
	];
	const names = nodes.map(({ name }) => name);
	return {
		name: `Scale ${hook}`,
		nodes,
		connections: Object.fromEntries(
			names.slice(0, -1).map((name, index) => [name, toNext(names[index + 1])]),
		),
	};
}

/** One n8n in queue mode and one sandbox, for every test of the suite. */
export function useStage(sandboxOptions: SandboxOptions): Stage {
	const stage = {} as Stage;
	const undo: Array<() => Promise<unknown>> = [];
	let credential: { id: string; name: string; type: string };

	const data = () => ({
		instance: 'custom',
		customUrl: stage.sandbox.url,
		apiKey: stage.sandbox.key,
	});

	beforeAll(async () => {
		const host = await ensureN8n({ line: LINE });
		stage.version = host.version;
		const tarball = await packPackage({ build: false });
		undo.push(async () => await rm(path.dirname(tarball), { recursive: true }));
		stage.sandbox = await startSandbox(sandboxOptions);
		undo.push(async () => await stage.sandbox.close());
		const secrets = [stage.sandbox.key];
		stage.queue = await startQueueMode({ host, tarball, env: QUICKER_TO_NOTICE, secrets });
		undo.push(stage.queue.close);
		stage.tables = driveTables(stage.queue.main);
		credential = await stage.queue.main.createCredential({
			name: 'Braze API',
			type: 'brazeApi',
			data: data(),
		});
	}, SET_UP_LIMIT);

	afterAll(async () => {
		await cleanUp(undo);
	}, 60_000);

	stage.useSandbox = async (options) => {
		await stage.sandbox.close();
		stage.sandbox = await startSandbox(options);
		const { id, name, type } = credential;
		await stage.queue.main.rest('PATCH', `/credentials/${id}`, { id, name, type, data: data() });
	};

	stage.publish = async (parameters = {}, more = {}) => {
		const { main } = stage.queue;
		const hook = randomUUID();
		const { id } = await main.createWorkflow(
			workflowOf(hook, { ...createCampaign, ...parameters }, more),
			{ credential },
		);
		await main.activate(id);
		return {
			workflowId: id,
			hook,
			url: `${main.url}/webhook/${hook}`,
			call: async (users) => {
				const { status } = await main.webhook(hook, forUsers(users));
				if (status !== 200) throw new Error(`The webhook answered ${status}.`);
			},
		};
	};

	stage.executions = async (workflowId) => {
		const rows = await stage.queue.query<{
			id: unknown;
			status: string;
			mode: string;
			data: string;
		}>(
			`select json_build_object('id', e.id, 'status', e.status, 'mode', e.mode, 'data', d.data)
			from execution_entity e join execution_data d on d."executionId" = e.id
			where e."workflowId" = '${workflowId}' and e."deletedAt" is null order by e.id`,
		);
		return rows.map(({ id, status, mode, data: text }) => {
			const run = readRunData(text);
			const waiting = run.executionData?.nodeExecutionStack?.[0]?.data?.main?.[0]?.[0];
			const [received] = outputOf({ data: run }, 'Webhook');
			const body = (received ?? waiting)?.json?.body as ReturnType<typeof bodyFor> | undefined;
			return {
				id: String(id),
				status,
				isInline: mode === 'integrated',
				about: body?.items?.[0]?.id,
				results: outputOf({ data: run }, 'Braze').map(({ json }) => String(json.status)),
				took: run.resultData?.runData?.Braze?.[0]?.executionTime,
				error: run.resultData?.error?.message,
			};
		});
	};

	stage.settled = async (workflowId, seconds) => {
		let unfinished = '';
		let since = Date.now();
		await poll(
			'every execution to end',
			async () => {
				const ids = await stage.queue.query<number>(
					`select to_json(id) from execution_entity
					where "workflowId" = '${workflowId}' and "deletedAt" is null
					and status in ('new', 'running', 'waiting') order by id`,
				);
				if (ids.length === 0) return true;
				if (ids.join() === unfinished) return Date.now() - since > STILL_MS || undefined;
				unfinished = ids.join();
				since = Date.now();
				return undefined;
			},
			seconds,
		);
	};
	return stage;
}
