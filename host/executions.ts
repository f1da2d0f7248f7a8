import { parse } from 'flatted';
import type { IDataObject } from 'n8n-workflow';

import { poll } from './poll';
import type { Rest } from './session';

const UNFINISHED = new Set(['new', 'running', 'waiting']);

/** An output item of a node. */
export interface OutputItem {
	json: IDataObject;
	pairedItem?: unknown;
	error?: unknown;
}

/** One run of a node. */
interface NodeRun {
	startTime: number;
	executionTime: number;
	data?: { main?: Array<OutputItem[] | null> };
}

/** What n8n keeps of an execution, as it had it in memory. */
interface RunData {
	resultData: {
		runData: Record<string, NodeRun[]>;
		error?: { message: string; description?: string | null };
	};
	executionData?: {
		nodeExecutionStack?: Array<{ data?: { main?: Array<OutputItem[] | null> } }>;
	};
}

/** In the notation of n8n's database. */
export const readRunData = (text: string): RunData => parse(text) as RunData;

const NOTHING_YET: RunData = { resultData: { runData: {} } };

interface ExecutionSummary {
	id: string;
	status: string;
	mode: string;
	retryOf?: string;
	stoppedAt?: string;
}

export interface Execution extends ExecutionSummary {
	data: RunData;
}

export interface Executions {
	/** The editor's "Execute workflow" button, from a manual trigger. Returns the execution's ID. */
	runManually: (workflowId: string, trigger: string) => Promise<string>;
	/** Newest first. */
	executions: (workflowId: string) => Promise<ExecutionSummary[]>;
	execution: (id: string) => Promise<Execution>;
	waitForExecution: (id: string) => Promise<Execution>;
	/** Waits until a workflow has run this many times, and the latest run has ended. */
	waitForExecutions: (workflowId: string, count?: number) => Promise<Execution[]>;
	/** The retry button of a failed execution; `loadWorkflow`: with the current workflow. */
	retryExecution: (id: string, options?: { loadWorkflow?: boolean }) => Promise<ExecutionSummary>;
	stopExecution: (id: string) => Promise<unknown>;
}

export function driveExecutions(rest: Rest, isOld: boolean): Executions {
	const runManually: Executions['runManually'] = async (workflowId, trigger) => {
		const { executionId } = await rest<{ executionId: string }>(
			'POST',
			`/workflows/${workflowId}/run`,
			{
				triggerToStartFrom: { name: trigger },
				...(isOld && { workflowData: await rest('GET', `/workflows/${workflowId}`) }),
			},
		);
		return executionId;
	};

	const executions: Executions['executions'] = async (workflowId) => {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await rest<{ results: ExecutionSummary[] }>(
			'GET',
			`/executions?filter=${filter}&limit=100`,
		);
		return results;
	};

	const execution: Executions['execution'] = async (id) => {
		const found = await rest<ExecutionSummary & { data?: string }>('GET', `/executions/${id}`);
		return { ...found, data: found.data ? readRunData(found.data) : NOTHING_YET };
	};

	const waitForExecution: Executions['waitForExecution'] = async (id) =>
		await poll(`execution ${id} to end`, async () => {
			const found = await execution(id);
			return UNFINISHED.has(found.status) ? undefined : found;
		});

	const waitForExecutions: Executions['waitForExecutions'] = async (workflowId, count = 1) =>
		await poll(`${count} executions of workflow ${workflowId}`, async () => {
			const found = await executions(workflowId);
			const done = found.filter(({ status }) => !UNFINISHED.has(status));
			if (done.length < count) return undefined;
			return await Promise.all(found.map(({ id }) => execution(id)));
		});

	const retryExecution: Executions['retryExecution'] = async (id, { loadWorkflow = false } = {}) =>
		await rest('POST', `/executions/${id}/retry`, { loadWorkflow });

	const stopExecution: Executions['stopExecution'] = async (id) =>
		await rest('POST', `/executions/${id}/stop`, {});

	return {
		runManually,
		executions,
		execution,
		waitForExecution,
		waitForExecutions,
		retryExecution,
		stopExecution,
	};
}

/** The output items of a node in an execution. */
export const outputOf = (
	execution: { data?: RunData },
	node: string,
	{ run = 0, output = 0 } = {},
): OutputItem[] => execution.data?.resultData?.runData?.[node]?.[run]?.data?.main?.[output] ?? [];
