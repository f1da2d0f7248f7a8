import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Operation } from '../domain/targets';
import type { Place } from '../transport/ledgerKeys';
import { atItem, sentences } from '../transport/words';
import type { Words } from '../transport/words';
import { itemFailed } from './errors';
import type { ItemResult } from './outputRows';
import { addressed, isTool, toolFailure } from './tool';
import type { FailureKind } from './tool';

/** The key under which a failed item carries where it was tried first. */
export const FIRST_TRIED = 'firstTried';

interface FailedItem {
	item: number;
	outcome: FailureKind;
	words: Words;
	operation?: Operation;
	pairedItem?: INodeExecutionData['pairedItem'];
	reference?: string;
	/** The only person it is for. */
	recipient?: string;
	/** Where it was tried, for an error output that is connected back to the node. */
	place?: Place;
	/** What an agent's model should do, if it differs from the usual advice. */
	forModel?: string;
}

/** A failed item, in words for its reader: a person, or an agent's model. */
export function failed(context: IExecuteFunctions, failure: FailedItem): INodeExecutionData {
	const { item, outcome, words, operation, pairedItem = { item }, place } = failure;
	const node = context.getNode();
	if (isTool(node)) {
		return { json: toolFailure(outcome, words, operation, failure.forModel), pairedItem };
	}
	const error = `${words.message} ${atItem(item)}`;
	const message = words.description && `${words.description}.`;
	const { reference, recipient } = failure;
	const whose = { ...(reference !== undefined && { reference }), ...(recipient && { recipient }) };
	const json = { error, message, outcome, ...whose };
	const output: INodeExecutionData = { json, pairedItem };
	if (place) output[FIRST_TRIED] = { ...place };
	if (node.onError === 'continueErrorOutput') {
		// n8n detects the error output by this property, regardless of the fields. It must not be
		// copied with the item: n8n then replaces all fields with the error's message.
		Object.defineProperty(output, 'error', {
			value: itemFailed(context, { message: error }, item),
			writable: true,
		});
	}
	return output;
}

export function failedByInput(
	context: IExecuteFunctions,
	{ item, problems }: Pick<ItemResult, 'item' | 'problems'>,
): INodeExecutionData {
	const [{ message, hint = '', forModel }, ...further] = problems;
	const others = further.map((problem) => problem.message);
	const outcome = 'invalid';
	if (!isTool(context.getNode())) {
		const description = sentences([hint, ...others, 'Nothing was sent for this item']);
		return failed(context, { item, outcome, words: { message, description } });
	}
	const advice = addressed(hint);
	// The text for people comes last.
	const [before, after] = advice === hint ? [hint, ''] : ['', advice];
	const description = sentences([before, ...others, 'Nothing was sent', after]);
	return failed(context, { item, outcome, words: { message, description }, forModel });
}
