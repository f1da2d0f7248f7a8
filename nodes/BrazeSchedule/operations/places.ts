import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { inOneOrder } from '../domain/json';
import { FIRST_TRIED } from '../output/failures';
import type { Place } from '../transport/ledgerKeys';
import { isTool } from '../output/tool';

/**
 * The place of each item, the same on every try. Usually that is the number of the run and of the
 * item. An item that failed in an earlier run, and returns through a loop, keeps the place where it
 * failed. For an agent's tool, each call is its own run, so the agent's run and the model's input
 * are the place.
 */
export function placesOf(
	context: IExecuteFunctions,
	mayComeBack: boolean,
): (item: number) => Place {
	const items = context.getInputData();
	if (isTool(context.getNode())) {
		const agentRun = `agent ${JSON.stringify(sourceOf(context))}`;
		return (item) => ({ run: agentRun, item: asked(items[item]) });
	}
	const index = runIndexOf(context);
	const run = `run ${index}`;
	const own = (item: number): Place => ({ run, item: String(item) });
	if (!mayComeBack || index === 0) return own;
	const places = items.map((item, number) => firstTried(context, item, number) ?? own(number));
	return (item) => places[item];
}

/** The model's input, in whatever order it names its values; the ID of the call differs on every try. */
function asked({ json }: INodeExecutionData): string {
	return JSON.stringify(inOneOrder({ ...json, toolCallId: undefined }));
}

/** n8n's own Agents run a node outside of any execution. */
function runIndexOf(context: IExecuteFunctions): number {
	try {
		return context.getWorkflowDataProxy(0).$runIndex as number;
	} catch {
		return 0;
	}
}

function sourceOf(context: IExecuteFunctions): unknown {
	try {
		return context.getExecuteData().source;
	} catch {
		return null;
	}
}

/** n8n traces an item back through the nodes in between, if they kept the pairing. */
function firstTried(
	context: IExecuteFunctions,
	{ pairedItem }: INodeExecutionData,
	index: number,
): Place | undefined {
	try {
		const { $getPairedItem } = context.getWorkflowDataProxy(index) as unknown as {
			$getPairedItem: (node: string, source: unknown, pair: unknown) => INodeExecutionData | null;
		};
		const pair = Array.isArray(pairedItem) ? pairedItem[0] : pairedItem;
		const input = typeof pair === 'object' ? pair.input : 0;
		const earlier = $getPairedItem(
			context.getNode().name,
			context.getInputSourceData(input ?? 0),
			pair ?? { item: index },
		);
		const place = earlier?.[FIRST_TRIED] as Place | undefined;
		return place && { ...place, cameBack: true };
	} catch {
		return undefined;
	}
}
