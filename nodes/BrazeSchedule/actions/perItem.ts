import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import type { Failure } from '../transport/outcome';
import { Parameters } from './parameters';
import { atItem, failed } from './report';

/** How long Braze's rate limit is waited for. */
export const MAXIMUM_WAIT = 120_000;

/** What an item gets: rows, or why not. */
export type Result = { rows: IDataObject[] } | { invalid: Failure } | { failure: Failure };

/** The way of the operations that message nobody: Braze is asked once for each incoming item. */
export async function forEachItem(
	this: IExecuteFunctions,
	work: (parameters: Parameters, item: number) => Promise<Result>,
): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(this);
	const output: INodeExecutionData[] = [];
	for (let item = 0; item < this.getInputData().length; item += 1) {
		const result = await work(parameters, item);
		if ('rows' in result) {
			output.push(...result.rows.map((json) => ({ json, pairedItem: { item } })));
			continue;
		}
		const {
			message: text,
			description,
			httpCode,
		} = 'invalid' in result ? result.invalid : result.failure;
		const message = `${text} ${atItem(item)}`;
		if (this.continueOnFail()) {
			output.push(failed(item, message, description));
			continue;
		}
		throw 'invalid' in result
			? new NodeOperationError(this.getNode(), message, { description, itemIndex: item })
			: // Made from our own words alone: the original error carries the request with its key.
				new NodeApiError(
					this.getNode(),
					{ message, description },
					{ message, description, httpCode, itemIndex: item },
				);
	}
	return output;
}
