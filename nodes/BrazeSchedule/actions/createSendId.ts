import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { sendIdFields } from '../descriptions/sendId';
import { noFindings } from '../domain/findings';
import { readSendId } from '../domain/requests';
import { SEND_IDS_PATH, TARGETS } from '../domain/targets';
import { call } from '../transport/call';
import type { Parameters } from './parameters';
import { forEachItem, MAXIMUM_WAIT } from './perItem';
import type { Result } from './perItem';
import { readTarget } from './readTarget';

/** Makes a send ID known to Braze, so that Create may use it. */
export async function createSendId(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await forEachItem.call(
		this,
		async (parameters, item) => await make.call(this, parameters, item),
		sendIdFields,
	);
}

async function make(
	this: IExecuteFunctions,
	parameters: Parameters,
	item: number,
): Promise<Result> {
	const { idField } = TARGETS.campaign;
	const findings = noFindings();
	const id = readTarget(TARGETS.campaign, parameters, item, findings);
	const sendId = readSendId(parameters.read('sendId', item), findings);
	const [problem] = findings.problems;
	if (problem) return { invalid: { message: problem.message, description: problem.hint ?? '' } };
	const result = await call.call(this, {
		path: SEND_IDS_PATH,
		body: { [idField]: id, ...(sendId !== undefined && { send_id: sendId }) },
		to: 'create the send ID',
		maximumWait: MAXIMUM_WAIT,
	});
	if ('failure' in result) return result;
	const { send_id, message } = result.body as IDataObject;
	return { rows: [{ resource: 'sendId', [idField]: id, send_id, message }] };
}
