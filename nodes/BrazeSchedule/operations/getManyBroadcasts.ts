import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { broadcastFields, readWantedBroadcasts } from '../form/broadcasts';
import type { WantedBroadcasts } from '../form/broadcasts';
import { isObject } from '../domain/json';
import { BROADCASTS_PATH } from '../domain/targets';
import { requestWithRetry } from '../transport/requestWithRetry';
import { remarksIn } from '../transport/outcome';
import { forEachItem, MAXIMUM_WAIT_MS } from './forEachItem';
import type { Result } from './forEachItem';

/** Lists what the Braze dashboard has scheduled. */
export async function getManyBroadcasts(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await forEachItem<WantedBroadcasts>(context, {
		fields: broadcastFields,
		read: readWantedBroadcasts,
		request: async (wanted) => await list(context, wanted),
	});
}

async function list(
	context: IExecuteFunctions,
	{ endTime, limit, isWanted }: WantedBroadcasts,
): Promise<Result> {
	const result = await requestWithRetry.call(context, {
		path: BROADCASTS_PATH,
		qs: { end_time: endTime },
		to: 'list upcoming broadcasts',
		maximumWait: MAXIMUM_WAIT_MS,
		confirms: ({ scheduled_broadcasts: listed }) => Array.isArray(listed),
	});
	if ('failure' in result) return result;
	const remarks = remarksIn(result.body);
	if (remarks.length > 0) {
		context.addExecutionHints({
			message: remarks.join('. '),
			type: 'warning',
			location: 'outputPane',
		});
	}
	const rows = (result.body.scheduled_broadcasts as unknown[]).filter(
		(row) => isObject(row) && isWanted(row),
	) as IDataObject[];
	return { rows: rows.slice(0, limit) };
}
