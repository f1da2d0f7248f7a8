import type { IExecuteFunctions } from 'n8n-workflow';

import type { LedgerStore, Touched } from '../transport/ledger';

/** What n8n saves with the execution for this node alone. */
export const nodeMemory = (context: IExecuteFunctions): LedgerStore => memoryOf(context, 'node');

/** What n8n saves with the execution for all of its nodes. */
export const flowMemory = (context: IExecuteFunctions): { touchedSchedules?: Touched } =>
	memoryOf(context, 'flow');

/** n8n's own Agents run a node outside of any execution, so there nothing is remembered. */
function memoryOf(context: IExecuteFunctions, type: 'node' | 'flow'): object {
	try {
		return context.getContext(type);
	} catch {
		return {};
	}
}
