import type { IExecuteFunctions, IRunExecutionData } from 'n8n-workflow';

import type { Lost } from '../transport/ledger';
import { addFrom } from '../transport/ledgerCopies';
import { newMemory } from '../transport/ledgerMemory';
import type { LedgerMemory, LedgerStore, Touched } from '../transport/ledgerMemory';
import { isTool } from '../output/tool';

/** What n8n stores for this node, and saves with a failed execution. */
interface NodeMemory extends LedgerStore {
	/** The first execution that ran the node; a retry has its own ID. */
	origin?: string;
}

/** What n8n saves with the execution for all of its nodes. */
interface FlowMemory {
	touchedSchedules?: Touched;
}

interface OpenMemory {
	store: LedgerStore;
	/** Why the record of what the node had sent was never saved, if it wasn't. */
	lost?: Lost;
	/** Only for an agent's tool. */
	touched?: Touched;
}

/** The number of recipients and requests that this process keeps for retries. */
const MOST_CLAIMS = 200_000;

/**
 * What the retries in this process have sent, the newest last. Every retry of one execution starts
 * from the same saved data, which doesn't include the other retries.
 */
const sentByRetries = new Map<string, LedgerMemory>();

/** Call it first: without this record, a retry assumes that the data was lost. */
export function openMemory(context: IExecuteFunctions): OpenMemory {
	const memory: NodeMemory = memoryOf(context, 'node');
	if (isTool(context.getNode())) {
		const flow: FlowMemory = memoryOf(context, 'flow');
		return { store: memory, touched: (flow.touchedSchedules ??= {}) };
	}
	const lost = isRetry(context) && memory.origin === undefined ? lostIn(context) : undefined;
	if (lost) return { store: memory, lost };
	memory.origin ??= context.getExecutionId();
	if (isRetry(context)) shareWithRetries(memory, chainOf(context));
	return { store: memory };
}

/** How an execution ended that n8n didn't save completely. */
function lostIn(context: IExecuteFunctions): Lost | undefined {
	if (hasStarted(context)) return 'killed';
	return wasStopped(context) ? 'stopped' : undefined;
}

/**
 * n8n saves a stopped execution in its initial state, with the error of the stop, and a retry keeps
 * that error. n8n offers no other way to detect it.
 */
function wasStopped(context: IExecuteFunctions): boolean {
	const { runExecutionData: data } = context as { runExecutionData?: Partial<IRunExecutionData> };
	const { name, message } = data?.resultData?.error ?? {};
	return [name, message].some((text) => /cancell?ed/i.test(String(text)));
}

/**
 * Calls that must run one after the other. Agents up to version 2 make the calls of one turn at the
 * same time, and two retries of one execution may run at once: the second must see what the first
 * sends.
 */
export function turnOf(context: IExecuteFunctions): string | undefined {
	const { id } = context.getNode();
	if (isRetry(context)) return `retries of ${chainOf(context)}`;
	const execution = context.getExecutionId() as string | undefined;
	return isTool(context.getNode()) && execution !== undefined
		? `execution ${execution} node ${id}`
		: undefined;
}

const isRetry = (context: IExecuteFunctions): boolean => context.getMode() === 'retry';

/** n8n's own Agents run a node outside of any execution, so nothing is stored there. */
export function memoryOf(context: IExecuteFunctions, type: 'node' | 'flow'): object {
	try {
		return context.getContext(type);
	} catch {
		return {};
	}
}

/** Whether the execution had already reached this node, as far as n8n recorded it. */
function hasStarted(context: IExecuteFunctions): boolean {
	const { $ } = context.getWorkflowDataProxy(0) as unknown as {
		$: (node: string) => { isExecuted: boolean };
	};
	return $(context.getNode().name).isExecuted;
}

/**
 * What this node shares with an execution and all its retries, and with nothing else. In n8n 2,
 * they have the same token of the resume URL. n8n 1 has none.
 */
function chainOf(context: IExecuteFunctions): string {
	const { $execution } = context.getWorkflowDataProxy(0);
	const { resumeUrl } = $execution as { resumeUrl: string };
	const token = /[?&]signature=([^&]+)/.exec(resumeUrl)?.[1];
	const { origin } = memoryOf(context, 'node') as NodeMemory;
	return `${token ?? origin ?? context.getExecutionId()} ${context.getNode().id}`;
}

/**
 * The live memory, so that it also includes what is sent from now on. In queue mode, another worker
 * may have sent and saved what this process doesn't know.
 */
function shareWithRetries(memory: NodeMemory, chain: string): void {
	const saved = memory.ledger;
	memory.ledger = sentByRetries.get(chain) ?? saved ?? newMemory();
	if (saved && saved !== memory.ledger) addFrom(memory.ledger, saved);
	sentByRetries.delete(chain);
	sentByRetries.set(chain, memory.ledger);
	forgetOldest();
}

function forgetOldest(): void {
	let claims = 0;
	for (const [chain, memory] of [...sentByRetries].reverse()) {
		if (claims > MOST_CLAIMS) sentByRetries.delete(chain);
		claims += 1 + Object.keys(memory.claims).length;
	}
}
