import { randomUUID } from 'node:crypto';

import type { Credential } from './credentials';
import { poll } from './poll';
import { messageOf, parseBody } from './session';
import type { Ask, Rest } from './session';

/** A node in n8n's export format. Missing fields are filled in. */
export interface WorkflowNode {
	id?: string;
	name: string;
	type: string;
	typeVersion: number;
	position?: number[];
	parameters: Record<string, unknown>;
	credentials?: Record<string, { id?: string | null; name: string }>;
	webhookId?: string;
	[setting: string]: unknown;
}

/** A workflow in n8n's export format. */
export interface Workflow {
	name: string;
	nodes: WorkflowNode[];
	connections: Record<string, unknown>;
	settings?: object;
}

export interface SavedWorkflow extends Workflow {
	id: string;
	versionId: string;
}

interface WebhookAnswer {
	status: number;
	headers: Headers;
	body: unknown;
}

export interface Workflows {
	/** The owner's own project, which contains everything here. */
	projectId: () => Promise<string>;
	/** `credential`: set in each of our nodes. */
	createWorkflow: (
		workflow: Workflow,
		options?: { credential?: Credential },
	) => Promise<SavedWorkflow>;
	activate: (id: string) => Promise<unknown>;
	/**
	 * Calls a production webhook by the Webhook node's path. It becomes available a moment after
	 * `activate` returns, so a missing one is called again; `wait: false` returns "not registered".
	 */
	webhook: (
		hook: string,
		body?: unknown,
		options?: { wait?: boolean; method?: string; headers?: Record<string, string> },
	) => Promise<WebhookAnswer>;
}

export function driveWorkflows(ask: Ask, rest: Rest): Workflows {
	let project: Promise<string> | undefined;
	const projectId = async () =>
		await (project ??= rest<{ id: string }>('GET', '/projects/personal').then(({ id }) => id));

	const createWorkflow: Workflows['createWorkflow'] = async (
		{ name, nodes, connections, settings = {} },
		{ credential } = {},
	) =>
		await rest<SavedWorkflow>('POST', '/workflows', {
			name,
			active: false,
			// Without it, n8n 1 doesn't find credentials by their names.
			projectId: await projectId(),
			connections,
			settings: { executionOrder: 'v1', ...settings },
			// Without it, "Execute step" stops with an error of n8n.
			pinData: {},
			nodes: nodes.map((node) => ({
				...node,
				id: node.id ?? randomUUID(),
				position: node.position ?? [0, 0],
				// Without one, n8n puts the workflow's ID and the node's name before the path.
				...(node.type === 'n8n-nodes-base.webhook' && {
					webhookId: node.webhookId ?? randomUUID(),
				}),
				...(credential &&
					node.type.startsWith('n8n-nodes-braze-schedule.') && {
						credentials: { [credential.type]: { id: credential.id, name: credential.name } },
					}),
			})),
		});

	const activate = async (id: string) => {
		const { versionId } = await rest<SavedWorkflow>('GET', `/workflows/${id}`);
		return await rest('POST', `/workflows/${id}/activate`, { versionId });
	};

	const webhook: Workflows['webhook'] = async (
		hook,
		body = {},
		{ wait = true, method = 'POST', headers = {} } = {},
	) =>
		await poll(`the webhook ${hook}`, async () => {
			const response = await ask(`/webhook/${hook}`, {
				method,
				headers: { 'content-type': 'application/json', ...headers },
				body: method === 'GET' ? undefined : JSON.stringify(body),
			});
			const answer = parseBody(await response.text());
			const missing = response.status === 404 && /not registered/.test(messageOf(answer) ?? '');
			if (missing && wait) return undefined;
			return { status: response.status, headers: response.headers, body: answer };
		});

	return { projectId, createWorkflow, activate, webhook };
}
