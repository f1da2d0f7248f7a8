import type { IExecuteFunctions, INodeExecutionData, JsonObject } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { Operation } from '../domain/targets';
import type { Place } from '../transport/ledger';
import type { Failure, Outcome } from '../transport/outcome';
import { atItem, DONE } from '../transport/words';
import type { Words } from '../transport/words';
import { FIRST_TRIED } from '../operations/places';
import type { ItemResult } from './items';
import { addressed, isSubWorkflow, isTool, toolFailure } from './tool';
import type { FailureKind } from './tool';

const sentences = (texts: Array<string | undefined>): string =>
	texts.filter((text) => text !== undefined && text !== '').join('. ');

export function invalidInput(
	context: IExecuteFunctions,
	results: Array<Pick<ItemResult, 'item' | 'problems'>>,
): NodeOperationError {
	const [{ item, problems }] = results;
	const [first, ...further] = problems;
	const others = results.length - 1;
	return new NodeOperationError(context.getNode(), `${first.message} ${atItem(item)}`, {
		itemIndex: item,
		description: `${sentences([
			first.hint,
			...further.map(({ message, hint }) => sentences([message, hint === first.hint ? '' : hint])),
			others > 0 ? `${others} more ${others === 1 ? 'item needs' : 'items need'} a correction` : '',
			'Nothing was sent',
		])}.`,
	});
}

interface FailedItem {
	item: number;
	outcome: FailureKind;
	words: Words;
	operation?: Operation;
	pairedItem?: INodeExecutionData['pairedItem'];
	/** Where it was tried, for an error output that leads back into the node. */
	place?: Place;
	/** What an agent's model is to do, instead of the usual. */
	forModel?: string;
}

/** An item that failed, in words for whoever reads it: a person, or an agent's model. */
export function failed(context: IExecuteFunctions, failure: FailedItem): INodeExecutionData {
	const { item, outcome, words, operation, pairedItem = { item }, place } = failure;
	const node = context.getNode();
	if (isTool(node)) {
		return { json: toolFailure(outcome, words, operation, failure.forModel), pairedItem };
	}
	const error = `${words.message} ${atItem(item)}`;
	const message = words.description && `${words.description}.`;
	const output: INodeExecutionData = { json: { error, message, outcome }, pairedItem };
	if (place) output[FIRST_TRIED] = { ...place };
	if (node.onError === 'continueErrorOutput') {
		// By this property n8n finds the error output, whatever the fields are. It must not be copied
		// with the item: n8n then replaces all the fields by the error's message.
		Object.defineProperty(output, 'error', {
			value: new NodeOperationError(node, error, { itemIndex: item }),
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
	// What is for people comes last.
	const [before, after] = advice === hint ? [hint, ''] : ['', advice];
	const description = sentences([before, ...others, 'Nothing was sent', after]);
	return failed(context, { item, outcome, words: { message, description }, forModel });
}

interface Unsuccessful {
	item: number;
	outcome: Exclude<Outcome, { kind: 'accepted' }>;
}

/** One error for the whole run. What was accepted is in the ledger, so trying again repeats nothing. */
export function summary(
	context: IExecuteFunctions,
	results: ItemResult[],
	failures: Unsuccessful[],
): NodeApiError {
	const [{ item, outcome }] = failures;
	const all = results.flatMap(({ parts }) => parts);
	const accepted = all.filter((part) => part.outcome.kind === 'accepted').length;
	const unknown = failures.filter((failure) => failure.outcome.kind === 'unknown');
	const refused = failures.length - unknown.length;
	const operation = results.find(({ draft }) => draft)?.draft?.operation ?? 'create';
	const done = DONE[operation];
	const counts = [
		`${accepted} of ${all.length} ${done}`,
		refused > 0 ? `${refused} not ${done}` : '',
		unknown.length > 0 ? `${unknown.length} with unknown outcome (${listed(unknown)})` : '',
	].filter((part) => part !== '');
	const tally = all.length > 1 ? counts.join(', ') : '';
	const advice = adviceFor(context, operation, all.length);
	if (context.getExecutionCancelSignal()?.aborted) {
		return stopped(context, operation, failures, sentences([tally, advice]));
	}
	return apiError(context, outcome.failure, item, sentences([tally, advice]));
}

/**
 * n8n takes an execution for canceled, rather than failed, if its error says so in n8n's own
 * spelling. Items would be handed to the next node by a retry; after an error it runs this one.
 */
function stopped(
	context: IExecuteFunctions,
	operation: Operation,
	failures: Unsuccessful[],
	tally: string,
): NodeApiError {
	const [{ item, outcome }] = failures;
	const unknown = failures.find((failure) => failure.outcome.kind === 'unknown')?.outcome;
	const description = (unknown ?? (failures.length === 1 ? outcome : undefined))?.failure
		.description;
	const message = `The execution was canceled before everything was ${DONE[operation]}`;
	return apiError(context, { message, description: description ?? '' }, item, tally);
}

/** As many as a person reads. */
const MOST_LISTED = 20;

function listed(failures: Unsuccessful[]): string {
	const items = [...new Set(failures.map(({ item }) => item))];
	const more = items.length - MOST_LISTED;
	const numbers = items.slice(0, MOST_LISTED).join(', ');
	return `${items.length === 1 ? 'item' : 'items'} ${numbers}${more > 0 ? ` and ${more} more` : ''}`;
}

/** Whether a retry sends anything again. */
function adviceFor(context: IExecuteFunctions, operation: Operation, requests: number): string {
	if (operation !== 'create') return requests > 1 ? 'You can safely retry this execution' : '';
	if (isSubWorkflow(context)) {
		return 'This is a sub-workflow. Retry this execution, not the workflow that calls it: each call is a new execution and sends everything again';
	}
	return requests > 1
		? 'A retry of this execution sends only the others. If you retry more than once, retry the newest failed execution'
		: '';
}

export function apiError(
	context: IExecuteFunctions,
	failure: Failure,
	item: number,
	tally = '',
): NodeApiError {
	const message = `${failure.message} ${atItem(item)}`;
	const description = `${sentences([failure.description, tally])}.`;
	// Made from our own words alone: the original error carries the request with its key.
	const response: JsonObject = { message, description };
	return new NodeApiError(context.getNode(), response, {
		message,
		description,
		httpCode: failure.httpCode,
		itemIndex: item,
	});
}
