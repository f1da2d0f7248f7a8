/** The node's output, and the incoming items of each output item. */
import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import type { WorkflowResult } from '../engine/harness';

export const BRAZE = 'Braze';

export interface Row {
	/** The trigger's item numbers. */
	items: number[];
	json: IDataObject;
	failed: boolean;
}

/** One run of the node that finished. */
export interface NodeRun {
	items: number[];
	rows: Row[];
}

/** `passes` are the items of each run; items that were connected back come from the run before. */
export function runsOf(result: WorkflowResult, passes: number[][]): NodeRun[] {
	const runs: NodeRun[] = [];
	for (const { data } of result.node(BRAZE).runs) {
		if (!data?.main) break;
		const items =
			passes[runs.length] ??
			runs.at(-1)?.rows.flatMap((row) => (row.failed ? row.items.slice(0, 1) : [])) ??
			[];
		const outputs = data.main.map((output) => output ?? []);
		const rows = outputs.flatMap((output, branch) =>
			output.map((item, index) => ({
				items: pairsOf(item, index).map((pair) => items[pair]),
				json: item.json,
				failed: branch > 0 || item.error !== undefined || typeof item.json.error === 'string',
			})),
		);
		runs.push({ items, rows });
	}
	return runs;
}

function pairsOf({ pairedItem }: INodeExecutionData, index: number): number[] {
	if (pairedItem === undefined) return [index];
	const pairs = Array.isArray(pairedItem) ? pairedItem : [pairedItem];
	return pairs.map((pair) => (typeof pair === 'number' ? pair : pair.item));
}
