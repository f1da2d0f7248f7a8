import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { readWantedSendId, sendIdFields } from '../form/sendId';
import type { WantedSendId } from '../form/sendId';
import { isBlank } from '../domain/json';
import { SEND_IDS_PATH, TARGETS } from '../domain/targets';
import { requestWithRetry } from '../transport/requestWithRetry';
import { remarksIn } from '../transport/outcome';
import { memoryOf } from './executionMemory';
import { forEachItem, MAXIMUM_WAIT_MS } from './forEachItem';
import type { Result } from './forEachItem';
import { placesOf } from './places';
import { isTool } from '../output/tool';

/** The result of each item in this execution and its retries, by its place and the fixed settings. */
type Made = Record<string, Result>;

/** Registers a send ID in Braze, so that Create can use it. */
export async function createSendId(context: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const made = openMade(context);
	const placeOf = placesOf(context, false);
	return await forEachItem<WantedSendId>(context, {
		fields: sendIdFields,
		read: readWantedSendId,
		request: async (wanted, item) => {
			const { run, item: place } = placeOf(item);
			// The settings may have been corrected before a retry.
			const key = `${run} item ${place} ${JSON.stringify(wanted.fixed)}`;
			if (made[key]) return made[key];
			const result = await make(context, wanted);
			if ('rows' in result) made[key] = result;
			else if (result.isUnknown) made[key] = notAgain(result);
			return result;
		},
	});
}

/** A retry must not use up another of the 100 send IDs a day. A model may deliberately want two. */
function openMade(context: IExecuteFunctions): Made {
	if (isTool(context.getNode())) return {};
	const memory = memoryOf(context, 'node') as { sendIds?: Made };
	return (memory.sendIds ??= {});
}

const notAgain = <Failed extends Extract<Result, { failure: unknown }>>(
	result: Failed,
): Failed => ({
	...result,
	failure: {
		...result.failure,
		description:
			'An earlier try of this execution asked for this send ID, so it was not asked again: Braze allows 100 new ones a day. To ask again, start a new execution',
	},
});

const IF_UNKNOWN =
	"The send ID may or may not exist. A retry doesn't ask again, because Braze allows 100 new send IDs a day. To ask again, start a new execution";

async function make(context: IExecuteFunctions, { id, sendId }: WantedSendId): Promise<Result> {
	const { idField, label } = TARGETS.campaign;
	const result = await requestWithRetry.call(context, {
		path: SEND_IDS_PATH,
		body: { [idField]: id, ...(sendId !== undefined && { send_id: sendId }) },
		to: 'create the send ID',
		label,
		ifRefused: 'No send ID was created',
		ifUnknown: IF_UNKNOWN,
		maximumWait: MAXIMUM_WAIT_MS,
		confirms: (answer) =>
			!isBlank(answer.send_id) || (sendId !== undefined && answer.message === 'success'),
	});
	if ('failure' in result) return result;
	const { send_id = sendId, message = null } = result.body;
	const row = { resource: 'sendId', [idField]: id, send_id, message };
	return { rows: [{ ...row, warnings: remarksIn(result.body) } as IDataObject] };
}
