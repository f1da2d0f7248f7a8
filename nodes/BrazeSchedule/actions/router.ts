import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import { TARGETS } from '../domain/targets';
import type { Operation, Target } from '../domain/targets';
import { create } from './create.operation';
import { deleteSchedule } from './delete.operation';
import type { OperationModule } from './operation';
import { run } from './run';
import { update } from './update.operation';

/** Every operation there is. Campaign and Canvas share them; what differs is in their target. */
const OPERATIONS: Record<Operation, OperationModule> = { create, delete: deleteSchedule, update };

const entries = Object.entries(OPERATIONS) as Array<[Operation, OperationModule]>;

export const operationFields: INodeProperties[] = Object.values(TARGETS).flatMap((target) =>
	entries.flatMap(([operation, { fields }]) =>
		updateDisplayOptions(
			{ show: { resource: [target.resource], operation: [operation] } },
			fields(target),
		),
	),
);

export async function router(this: IExecuteFunctions): Promise<INodeExecutionData[][]> {
	const resource = this.getNodeParameter('resource', 0) as Target['resource'];
	const operation = this.getNodeParameter('operation', 0) as Operation;
	return [await run.call(this, OPERATIONS[operation], TARGETS[resource])];
}
