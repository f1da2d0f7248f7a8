import type {
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
} from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import type { FailedCall } from '../transport/call';
import type { Failure } from '../transport/outcome';
import { problemFrom } from './errors';
import { apiError, atItem, failed } from './failures';
import { continuesOnFail } from './tool';
import { Parameters } from './parameters';

/** How long Braze's rate limit is waited for. */
export const MAXIMUM_WAIT = 120_000;

/** What an item gets: rows, or why not. */
export type Result = { rows: IDataObject[] } | { invalid: Failure } | FailedCall;

/** The way of the operations that message nobody: Braze is asked once for each incoming item. */
export async function forEachItem(
	this: IExecuteFunctions,
	work: (parameters: Parameters, item: number) => Promise<Result>,
	fields: INodeProperties[],
): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(this, fields);
	const output: INodeExecutionData[] = [];
	for (let item = 0; item < this.getInputData().length; item += 1) {
		const result = await attempt(async () => await work(parameters, item));
		if ('rows' in result) {
			output.push(...result.rows.map((json) => ({ json, pairedItem: { item } })));
			continue;
		}
		const isInvalid = 'invalid' in result;
		const failure = isInvalid ? result.invalid : result.failure;
		if (continuesOnFail(this)) {
			const outcome = isInvalid ? 'invalid' : result.isUnknown ? 'unknown' : 'refused';
			output.push(failed(this, { item, outcome, words: failure }));
			continue;
		}
		throw isInvalid
			? new NodeOperationError(this.getNode(), `${failure.message} ${atItem(item)}`, {
					description: failure.description,
					itemIndex: item,
				})
			: apiError(this, failure, item);
	}
	return output;
}

/** An expression that fails is the trouble of its own item. */
async function attempt(work: () => Promise<Result>): Promise<Result> {
	try {
		return await work();
	} catch (error) {
		const { message, hint = '' } = problemFrom(error);
		return { invalid: { message, description: hint } };
	}
}
