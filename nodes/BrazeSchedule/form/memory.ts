import type { INodeProperties } from 'n8n-workflow';

import { DEFAULT_TABLE } from '../domain/references';
import { DATA_TABLE_ID } from '../domain/labels';
import type { NumberField } from './values';

export const dataTable: INodeProperties = {
	displayName: 'Data Table',
	name: 'dataTable',
	type: 'string',
	default: DEFAULT_TABLE,
	description:
		"The name of the data table that references are remembered in. If it doesn't exist, it is created in this workflow's project with the first schedule.",
};

export const dataTableId: INodeProperties = {
	displayName: DATA_TABLE_ID,
	name: 'dataTableId',
	type: 'string',
	default: '',
	placeholder: 'e.g. aB3dE5fG7hJ9kL1m',
	description:
		'The ID of a data table that was created by hand, which n8n 1 needs. It is the last part of the address of the open table.',
};

export const forgetAfter: NumberField = {
	displayName: 'Forget After',
	name: 'forgetAfter',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 3650 },
	default: 30,
	hint: 'In days',
	description:
		'How many days after its time a reference is forgotten. References with an unknown outcome are never forgotten.',
};

/** The options of every operation that uses references. */
export const memoryOptions: INodeProperties[] = [dataTable, dataTableId, forgetAfter];
