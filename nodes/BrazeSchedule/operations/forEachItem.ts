import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';

import { noFindings, problemFrom } from '../domain/findings';
import type { Findings, Problem } from '../domain/findings';
import type { FailedRequest } from '../transport/requestWithRetry';
import { connect, credentialProblem } from '../form/credential';
import { invalidInput, invalidNode, requestFailed } from '../output/errors';
import { failed, failedByInput } from '../output/failures';
import { continuesOnFail } from '../output/tool';
import { FormParameters } from '../form/parameters';

/** How long to wait for Braze's rate limit. */
export const MAXIMUM_WAIT_MS = 120_000;

/** The result of an item: rows, or why there are none. */
export type Result = { rows: IDataObject[] } | FailedRequest;

/** The pipeline of the operations that message nobody: one request for each incoming item. */
interface ItemOperation<Input> {
	fields: INodeProperties[];
	read: (parameters: FormParameters, item: number, findings: Findings) => Input | undefined;
	request: (input: Input, item: number) => Promise<Result>;
}

interface ReadItem<Input> {
	item: number;
	/** Missing if there was a problem. */
	input?: Input;
	problems: readonly Problem[];
}

export async function forEachItem<Input>(
	context: IExecuteFunctions,
	{ fields, read, request }: ItemOperation<Input>,
): Promise<INodeExecutionData[]> {
	const parameters = new FormParameters(context, fields);
	const connection = await connect(context);
	const refused = 'problem' in connection ? credentialProblem(connection) : undefined;
	if (refused && !continuesOnFail(context)) throw invalidNode(context, [refused]);
	// Every item is checked before the first request leaves.
	const items = context
		.getInputData()
		.map((_, item) => (refused ? { item, problems: [refused] } : readItem(parameters, item, read)));
	const invalid = items.filter(({ input }) => input === undefined);
	if (invalid.length > 0 && !continuesOnFail(context)) throw invalidInput(context, invalid);
	const output: INodeExecutionData[] = [];
	for (const { item, input, problems } of items) {
		if (input === undefined) {
			output.push(failedByInput(context, { item, problems }));
			continue;
		}
		const result = await attempt(async () => await request(input, item));
		if ('rows' in result) {
			output.push(...result.rows.map((json) => ({ json, pairedItem: { item } })));
		} else if ('problems' in result) {
			if (!continuesOnFail(context)) throw invalidInput(context, [{ item, ...result }]);
			output.push(failedByInput(context, { item, ...result }));
		} else {
			if (!continuesOnFail(context)) throw requestFailed(context, result.failure, item);
			const outcome = result.isUnknown ? 'unknown' : 'refused';
			output.push(failed(context, { item, outcome, words: result.failure }));
		}
	}
	return output;
}

function readItem<Input>(
	parameters: FormParameters,
	item: number,
	read: ItemOperation<Input>['read'],
): ReadItem<Input> {
	const findings = noFindings();
	let input: Input | undefined;
	try {
		input = read(parameters, item, findings);
	} catch (error) {
		findings.refuse(problemFrom(error));
	}
	const { problems } = findings;
	return { item, input: problems.length > 0 ? undefined : input, problems };
}

/** An invalid credential is a problem of every item. */
async function attempt(
	work: () => Promise<Result>,
): Promise<Result | { problems: readonly Problem[] }> {
	try {
		return await work();
	} catch (error) {
		return { problems: [problemFrom(error)] };
	}
}
