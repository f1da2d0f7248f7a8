import type { IExecuteFunctions, INodeExecutionData, IPairedItemData } from 'n8n-workflow';

import type { Place } from '../transport/ledgerKeys';
import { hasFailed } from '../transport/outcome';
import { failed, failedByInput } from './failures';
import { soleRecipient } from './people';
import { rowsPerItem, rowsPerRequest } from './outputRows';
import type { DraftPart, ItemResult, OutputItem } from './outputRows';
import { runFailed } from './runFailed';
import { successOf } from './success';
import { continuesOnFail, isTool } from './tool';

/** The results as items: one for each item, or one for each request with all of its items. */
export function report(
	context: IExecuteFunctions,
	results: ItemResult[],
	perRequest: boolean,
	placeOf: (item: number) => Place,
): INodeExecutionData[] {
	const failures = results.flatMap(({ item, parts }) =>
		parts.flatMap(({ outcome }) => (hasFailed(outcome) ? [{ item, outcome }] : [])),
	);
	if (failures.length > 0 && !continuesOnFail(context)) throw runFailed(context, results, failures);
	const outputs = perRequest ? rowsPerRequest(results) : results.flatMap(rowsPerItem);
	return outputs.map((output) =>
		'problems' in output ? failedByInput(context, output) : outputOf(context, output, placeOf),
	);
}

function pairedWith(parts: DraftPart[]): IPairedItemData | IPairedItemData[] {
	const [{ draft }] = parts;
	if (parts.every((one) => one.draft.item === draft.item)) return { item: draft.item };
	return [...new Set(parts.map((one) => one.draft.item))].map((item) => ({ item }));
}

function outputOf(
	context: IExecuteFunctions,
	{ parts }: OutputItem,
	placeOf: (item: number) => Place,
): INodeExecutionData {
	const [{ draft, part }] = parts;
	const { outcome } = part;
	const pairedItem = pairedWith(parts);
	if (!hasFailed(outcome)) {
		return { json: successOf(parts, isTool(context.getNode())), pairedItem };
	}
	return failed(context, {
		item: draft.item,
		outcome: outcome.kind,
		words: outcome.failure,
		operation: draft.operation,
		pairedItem,
		place: placeOf(draft.item),
		reference: draft.under?.reference,
		...soleRecipient(parts),
	});
}
