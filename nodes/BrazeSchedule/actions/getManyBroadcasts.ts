import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeApiError, NodeOperationError } from 'n8n-workflow';

import { isObject } from '../domain/json';
import { BROADCASTS_PATH } from '../domain/targets';
import { readTime } from '../domain/time';
import { read } from '../transport/read';
import { Parameters } from './parameters';
import type { Row } from './parameters';
import { atItem, failed } from './report';

const MAXIMUM_WAIT = 120_000;

/** Lists what the Braze dashboard has scheduled, once for each incoming item. */
export async function getManyBroadcasts(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const parameters = new Parameters(this);
	const output: INodeExecutionData[] = [];
	for (let item = 0; item < this.getInputData().length; item += 1) {
		const result = await listFor.call(this, parameters, item);
		if ('rows' in result) {
			output.push(...result.rows.map((json) => ({ json, pairedItem: { item } })));
		} else if (this.continueOnFail()) {
			output.push(failed(item, `${result.error.message} ${atItem(item)}`, result.error.hint));
		} else {
			throw errorFor.call(this, result.error, item);
		}
	}
	return output;
}

interface ListError {
	message: string;
	hint: string;
	/** Braze said no, rather than the input being wrong. */
	fromBraze: boolean;
	httpCode?: string;
}

function errorFor(this: IExecuteFunctions, error: ListError, itemIndex: number) {
	const message = `${error.message} ${atItem(itemIndex)}`;
	const { hint: description, httpCode } = error;
	return error.fromBraze
		? new NodeApiError(
				this.getNode(),
				{ message, description },
				{ message, description, httpCode, itemIndex },
			)
		: new NodeOperationError(this.getNode(), message, { description, itemIndex });
}

async function listFor(
	this: IExecuteFunctions,
	parameters: Parameters,
	item: number,
): Promise<{ rows: IDataObject[] } | { error: ListError }> {
	const until = readTime(parameters.read('until', item), this.getTimezone());
	if ('problem' in until) {
		const hint = 'Use a date like 2026-03-31';
		return { error: { message: `'Until' ${until.problem}`, hint, fromBraze: false } };
	}
	const limit = parameters.read('limit', item);
	const all = parameters.read('returnAll', item) === true;
	if (!all && !(typeof limit === 'number' && limit >= 1)) {
		const hint = "Use a number from 1, or turn on 'Return All'";
		return { error: { message: "'Limit' is not a number from 1", hint, fromBraze: false } };
	}
	const result = await read.call(this, {
		path: BROADCASTS_PATH,
		// Braze stops at midnight UTC of this date, so the day after includes the whole last day.
		qs: { end_time: until.wall.plus({ days: 1 }).toFormat("yyyy-MM-dd'T'00:00:00'Z'") },
		what: 'upcoming broadcasts',
		maximumWait: MAXIMUM_WAIT,
	});
	if ('failure' in result) {
		const { message, description: hint, httpCode } = result.failure;
		return { error: { message, hint, httpCode, fromBraze: true } };
	}
	const { kind, name } = (parameters.read('filters', item) ?? {}) as Row;
	const wanted = typeof name === 'string' ? name.trim().toLowerCase() : '';
	const listed = result.body.scheduled_broadcasts;
	const rows = (Array.isArray(listed) ? listed : []).filter(
		(row) =>
			isObject(row) &&
			(!kind || row.type === kind) &&
			String(row.name ?? '')
				.toLowerCase()
				.includes(wanted),
	) as IDataObject[];
	return { rows: all ? rows : rows.slice(0, limit as number) };
}
