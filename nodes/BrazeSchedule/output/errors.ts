import type { INode } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { Problem } from '../domain/findings';
import { atItem, sentences } from '../transport/words';
import type { Failure, Words } from '../transport/words';
import { COUNTED_FROM_0, itemsInWords } from './itemNumbers';

/** The part of n8n's contexts that an error needs. */
interface NodeContext {
	getNode(): INode;
}

interface InvalidItem {
	item: number;
	problems: readonly Problem[];
}

/** The node as a whole can't do what it was asked to. */
export const nodeFailed = (
	context: NodeContext,
	{ message, description }: Words,
): NodeOperationError => new NodeOperationError(context.getNode(), message, { description });

/** Items are invalid, so nothing was sent. The message explains the first of them. */
export function invalidInput(
	context: NodeContext & { getInputData(): unknown[] },
	items: InvalidItem[],
): NodeOperationError {
	const [{ item, problems }, ...others] = items;
	const more = others.length === 1 ? '1 more item needs' : `${others.length} more items need`;
	const message = `${problems[0].message} ${atItem(item)}`;
	const description = adviceOn(problems, [
		others.length > 0
			? `${more} a correction: ${itemsInWords(others.map((other) => other.item))}`
			: '',
		context.getInputData().length > 1 ? COUNTED_FROM_0 : '',
	]);
	return new NodeOperationError(context.getNode(), message, { itemIndex: item, description });
}

/** What is wrong is no item's fault: the credential, or an option of the whole run. */
export const invalidNode = (
	context: NodeContext,
	problems: readonly Problem[],
): NodeOperationError =>
	nodeFailed(context, { message: problems[0].message, description: adviceOn(problems) });

function adviceOn([first, ...further]: readonly Problem[], tally: string[] = []): string {
	const others = further.map(({ message, hint }) =>
		sentences([message, hint === first.hint ? '' : hint]),
	);
	return `${sentences([first.hint, ...others, ...tally, 'Nothing was sent'])}.`;
}

/** The message names the item if its position doesn't make it clear. */
export const itemFailed = (
	context: NodeContext,
	{ message, description }: { message: string; description?: string },
	item: number,
): NodeOperationError =>
	new NodeOperationError(context.getNode(), message, { description, itemIndex: item });

/** Braze didn't do what an item asked for. `tally` reports the outcome of the others. */
export const requestFailed = (
	context: NodeContext,
	{ message, description, httpCode }: Failure,
	item: number,
	tally = '',
): NodeApiError => {
	const text = sentences([description, tally]);
	const words = { message: `${message} ${atItem(item)}`, description: text && `${text}.` };
	return apiError(context, { ...words, httpCode }, item);
};

/** There is no list to choose from. The editor shows this error instead. */
export const listFailed = (context: NodeContext, { message, description }: Words): NodeApiError =>
	apiError(context, { message, description: description && `${description}.` });

/** Built only from this node's own words: the original error contains the request with its key. */
function apiError(
	context: NodeContext,
	{ message, description, httpCode }: Failure,
	itemIndex?: number,
): NodeApiError {
	const options = { message, description, httpCode, itemIndex };
	return new NodeApiError(context.getNode(), { message, description }, options);
}
