import type {
	IDataObject,
	IExecuteFunctions,
	INode,
	INodeExecutionData,
	JsonObject,
} from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { Problem } from '../domain/findings';
import type { Draft } from '../domain/requests';
import type { Recalled } from '../transport/ledger';
import type { Failure, Outcome } from '../transport/outcome';

/** What became of one input item: what stood in its way, or its part in each request. */
export interface ItemResult {
	item: number;
	draft?: Draft;
	problems: Problem[];
	parts: Recalled[];
}

type Accepted = Extract<Outcome, { kind: 'accepted' }>;

/** [item 3] tells a person which of the incoming items is meant, counted as n8n counts them. */
const atItem = (item: number): string => `[item ${item}]`;

const sentences = (texts: Array<string | undefined>): string =>
	texts.filter((text) => text !== undefined && text !== '').join('. ');

export function invalidInput(node: INode, results: ItemResult[]): NodeOperationError {
	const [{ item, problems }] = results;
	const [first, ...more] = problems;
	const others = results.length - 1;
	return new NodeOperationError(node, `${first.message} ${atItem(item)}`, {
		itemIndex: item,
		description: `${sentences([
			first.hint,
			...more.map(({ message, hint }) => sentences([message, hint])),
			others > 0 ? `${others} more ${others === 1 ? 'item needs' : 'items need'} a correction` : '',
			'Nothing was sent',
		])}.`,
	});
}

function success(draft: Draft, part: Recalled, accepted: Accepted): IDataObject {
	const { target, operation, body } = draft;
	const answer = accepted.body as IDataObject;
	const ids = { resource: target.resource, [target.idField]: body[target.idField] as string };
	const warnings = [...draft.warnings, ...accepted.warnings];
	const message = (answer.message as string | undefined) ?? 'success';
	if (operation === 'delete') {
		return {
			...ids,
			schedule_id: body.schedule_id as string,
			deleted: !accepted.queued,
			message,
			status: accepted.queued ? 'queued' : 'deleted',
			warnings,
		};
	}
	const status = accepted.queued ? 'queued' : 'scheduled';
	const schedule = part.schedule as unknown as IDataObject;
	if (operation === 'update') {
		return { ...ids, schedule_id: body.schedule_id as string, message, schedule, status, warnings };
	}
	return {
		...ids,
		schedule_id: answer.schedule_id ?? null,
		dispatch_id: answer.dispatch_id ?? null,
		...(answer.send_id !== undefined && { send_id: answer.send_id }),
		message,
		schedule,
		recipients: part.people ? part.people.length : null,
		status,
		warnings,
	};
}

const failed = (item: number, error: string, message: string): INodeExecutionData => ({
	// No other keys: n8n takes an item with more of them for a success.
	json: { error, message },
	pairedItem: { item },
});

export function report(this: IExecuteFunctions, results: ItemResult[]): INodeExecutionData[] {
	const failures = results.flatMap(({ item, parts }) =>
		parts.flatMap(({ outcome }) => (outcome.kind === 'accepted' ? [] : [{ item, outcome }])),
	);
	if (failures.length > 0 && !this.continueOnFail()) {
		throw summary(this.getNode(), results, failures);
	}
	return results.flatMap((result) => outputsOf(result));
}

function outputsOf({ item, draft, problems, parts }: ItemResult): INodeExecutionData[] {
	if (!draft) {
		const [first, ...more] = problems;
		return [
			failed(
				item,
				`${first.message} ${atItem(item)}`,
				`${sentences([first.hint, ...more.map(({ message }) => message), 'Nothing was sent for this item'])}.`,
			),
		];
	}
	return parts.map((part) =>
		part.outcome.kind === 'accepted'
			? { json: success(draft, part, part.outcome), pairedItem: { item } }
			: failed(
					item,
					`${part.outcome.failure.message} ${atItem(item)}`,
					`${part.outcome.failure.description}.`,
				),
	);
}

const DONE = { create: 'scheduled', update: 'rescheduled', delete: 'cancelled' };

type Unsuccessful = { item: number; outcome: Exclude<Outcome, Accepted> };

/** One error for the whole run. What was accepted is in the ledger, so trying again repeats nothing. */
function summary(node: INode, results: ItemResult[], failures: Unsuccessful[]): NodeApiError {
	const [{ item, outcome }] = failures;
	const all = results.flatMap(({ parts }) => parts);
	const accepted = all.filter((part) => part.outcome.kind === 'accepted').length;
	const unknown = failures.filter((failure) => failure.outcome.kind === 'unknown').length;
	const refused = failures.length - unknown;
	const operation = results.find(({ draft }) => draft)?.draft?.operation ?? 'create';
	const counts = [
		`${accepted} of ${all.length} ${DONE[operation]}`,
		refused > 0 ? `${refused} not ${DONE[operation]}` : '',
		unknown > 0 ? `${unknown} with unknown outcome` : '',
	].filter((part) => part !== '');
	const tally =
		all.length > 1
			? `${counts.join(', ')}. Running this execution again repeats none of those that were ${DONE[operation]}`
			: '';
	return apiError(node, outcome.failure, item, tally);
}

function apiError(node: INode, failure: Failure, item: number, tally: string): NodeApiError {
	const message = `${failure.message} ${atItem(item)}`;
	const description = `${sentences([failure.description, tally])}.`;
	// Made from our own words alone: the original error carries the request with its key.
	const response: JsonObject = { message, description };
	return new NodeApiError(node, response, {
		message,
		description,
		httpCode: failure.httpCode,
		itemIndex: item,
	});
}
