import type { IExecuteFunctions, INodeExecutionData, INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import type { Intent } from '../domain/references';
import { TARGETS } from '../domain/targets';
import type { Target } from '../domain/targets';
import { broadcastFields } from '../form/broadcasts';
import { rememberedFields } from '../form/remembered';
import { sendIdFields } from '../form/sendId';
import { create, createOrUpdate } from './create';
import { createSendId } from './createSendId';
import { deleteSchedule } from './delete';
import { getManyBroadcasts } from './getManyBroadcasts';
import { getManySchedules } from './getManySchedules';
import type { OperationModule } from './operation';
import { scheduleItems } from './scheduleItems';
import { update } from './update';

/** An operation as the form offers it, and its function. */
interface OperationEntry {
	name: string;
	value: string;
	description: string;
	/** Its name in the nodes panel. */
	action: string;
	fields: INodeProperties[];
	execute: (context: IExecuteFunctions) => Promise<INodeExecutionData[]>;
}

export interface ResourceEntry {
	name: string;
	value: string;
	/** The first one is the default. */
	operations: [OperationEntry, ...OperationEntry[]];
}

/** The fields of a schedule operation, and the pipeline for its items. */
const scheduling = (target: Target, operation: OperationModule) => ({
	fields: operation.fields(target),
	execute: async (context: IExecuteFunctions) => await scheduleItems(context, operation, target),
});

/** Campaign and Canvas have the same operations. The target defines the differences. */
const forTarget = (target: Target) =>
	({
		name: target.displayName,
		value: target.resource,
		operations: [
			{
				name: 'Create',
				value: 'create' satisfies Intent,
				description: `Schedule an API-triggered ${target.label}`,
				action: `Create ${target.label} schedule`,
				...scheduling(target, create),
			},
			{
				name: 'Create or Update',
				value: 'upsert' satisfies Intent,
				description: `Schedule an API-triggered ${target.label}, or bring the schedule of its reference up to date`,
				action: `Create or update ${target.label} schedule`,
				...scheduling(target, createOrUpdate),
			},
			{
				name: 'Delete',
				value: 'delete' satisfies Intent,
				description: 'Cancel a schedule before it is sent',
				action: `Delete ${target.label} schedule`,
				...scheduling(target, deleteSchedule),
			},
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'List the schedules that are remembered under a reference',
				action: `Get many ${target.label} schedules`,
				fields: rememberedFields(target),
				execute: getManySchedules(target),
			},
			{
				name: 'Update',
				value: 'update' satisfies Intent,
				description: 'Move a schedule to another time',
				action: `Update ${target.label} schedule`,
				...scheduling(target, update),
			},
		],
	}) satisfies ResourceEntry;

/** Every resource and operation, in the order of the form. The first one is the default. */
export const RESOURCES = [
	forTarget(TARGETS.campaign),
	forTarget(TARGETS.canvas),
	{
		name: 'Send ID',
		value: 'sendId',
		operations: [
			{
				name: 'Create',
				value: 'create',
				description: 'Create a send ID for a campaign, to group several sends in its analytics',
				action: 'Create send ID',
				fields: sendIdFields,
				execute: createSendId,
			},
		],
	},
	{
		name: 'Upcoming Broadcast',
		value: 'upcomingBroadcast',
		operations: [
			{
				name: 'Get Many',
				value: 'getAll',
				description: 'List broadcasts that are scheduled in the Braze dashboard',
				action: 'Get many upcoming broadcasts',
				fields: broadcastFields,
				execute: getManyBroadcasts,
			},
		],
	},
] satisfies ResourceEntry[];

/** In n8n's format for a choice. */
const optionFrom = ({ name, value, description, action }: OperationEntry) => ({
	name,
	value,
	description,
	action,
});

const [{ value: firstResource }] = RESOURCES;

const resourceField: INodeProperties = {
	displayName: 'Resource',
	name: 'resource',
	type: 'options',
	noDataExpression: true,
	options: RESOURCES.map(({ name, value }) => ({ name, value })),
	default: firstResource,
};

function operationField({ value: resource, operations }: ResourceEntry): INodeProperties {
	const [{ value: first }] = operations;
	return {
		displayName: 'Operation',
		name: 'operation',
		type: 'options',
		noDataExpression: true,
		displayOptions: { show: { resource: [resource] } },
		options: operations.map(optionFrom),
		default: first,
	};
}

const fieldsOf = ({ value: resource, operations }: ResourceEntry): INodeProperties[] =>
	operations.flatMap(({ value: operation, fields }) =>
		updateDisplayOptions({ show: { resource: [resource], operation: [operation] } }, fields),
	);

/** The fields of every operation, shown if it is chosen. */
export const operationFields: INodeProperties[] = RESOURCES.flatMap(fieldsOf);

/** The form: the choices of resource and operation, then the fields of each. */
export const operationProperties: INodeProperties[] = [
	resourceField,
	...RESOURCES.map(operationField),
	...operationFields,
];
