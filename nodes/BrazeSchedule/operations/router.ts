import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { NodeOperationError, updateDisplayOptions } from 'n8n-workflow';

import { broadcastFields } from '../form/broadcasts';
import { sendIdFields } from '../form/sendId';
import { isBlank, show } from '../domain/json';
import { TARGETS } from '../domain/targets';
import type { Operation, Target } from '../domain/targets';
import { create } from './create';
import { createSendId } from './createSendId';
import { deleteSchedule } from './delete';
import { problemFrom } from '../output/problemFrom';
import { failedByInput } from '../output/failures';
import { getManyBroadcasts } from './getManyBroadcasts';
import { answer, isTool } from '../output/tool';
import type { OperationModule } from './operation';
import { run } from './scheduleItems';
import { update } from './update';

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

export async function router(
	this: IExecuteFunctions,
	continues: boolean,
): Promise<INodeExecutionData[][]> {
	if (isTool(this.getNode())) return [await answer.call(this, execute)];
	if (!continues) return [await execute.call(this)];
	// n8n takes the incoming items for the result of a node that throws and is told to continue.
	try {
		return [await execute.call(this)];
	} catch (error) {
		const problems = [problemFrom(error)];
		return [this.getInputData().map((_, item) => failedByInput(this, { item, problems }))];
	}
}

async function execute(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	const operations = chosen(this, 'Resource', TABLE);
	return await chosen(this, 'Operation', operations).execute.call(this);
}

/** What the table has for a choice of the form, which n8n takes literally. */
function chosen<T>(context: IExecuteFunctions, label: string, choices: Record<string, T>): T {
	// With a fallback, since n8n hides the operations of a resource that does not exist.
	const choice: unknown = context.getNodeParameter(label.toLowerCase(), 0, null);
	if (typeof choice === 'string' && Object.hasOwn(choices, choice)) return choices[choice];
	const found = isBlank(choice) ? 'empty' : `${show(choice)}, which is none of its choices`;
	throw new NodeOperationError(context.getNode(), `'${label}' is ${found}`, {
		description: `${CHOOSE}.`,
	});
}

const CHOOSE =
	"Choose 'Resource' and 'Operation' from their lists; an expression can't choose them";
