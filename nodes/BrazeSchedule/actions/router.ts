import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { broadcastFields } from '../descriptions/broadcasts';
import { sendIdFields } from '../descriptions/sendId';
import { TARGETS } from '../domain/targets';
import type { Operation, Target } from '../domain/targets';
import { create } from './create.operation';
import { createSendId } from './createSendId';
import { deleteSchedule } from './delete.operation';
import { getManyBroadcasts } from './getManyBroadcasts';
import type { OperationModule } from './operation';
import { run } from './run';
import { update } from './update.operation';

interface Entry {
	fields: INodeProperties[];
	execute: (this: IExecuteFunctions) => Promise<INodeExecutionData[]>;
}

/** Campaign and Canvas share their operations; what differs is in their target. */
const SCHEDULE_OPERATIONS: Record<Operation, OperationModule> = {
	create,
	delete: deleteSchedule,
	update,
};

const scheduleEntries = (target: Target): Record<string, Entry> =>
	Object.fromEntries(
		Object.entries(SCHEDULE_OPERATIONS).map(([name, operation]) => [
			name,
			{
				fields: operation.fields(target),
				async execute(this: IExecuteFunctions) {
					return await run.call(this, operation, target);
				},
			},
		]),
	);

/** Every resource and operation there is. */
const TABLE: Record<string, Record<string, Entry>> = {
	campaign: scheduleEntries(TARGETS.campaign),
	canvas: scheduleEntries(TARGETS.canvas),
	sendId: { create: { fields: sendIdFields, execute: createSendId } },
	upcomingBroadcast: { getAll: { fields: broadcastFields, execute: getManyBroadcasts } },
};

export const operationFields: INodeProperties[] = Object.entries(TABLE).flatMap(
	([resource, operations]) =>
		Object.entries(operations).flatMap(([operation, { fields }]) =>
			updateDisplayOptions({ show: { resource: [resource], operation: [operation] } }, fields),
		),
);

export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const resource = this.getNodeParameter('resource', 0) as string;
	const operation = this.getNodeParameter('operation', 0) as string;
	return [await TABLE[resource][operation].execute.call(this)];
}
