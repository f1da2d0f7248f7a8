import type { INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import type { FormParameters } from './parameters';
import { readFlag, readNumber } from './values';
import type { NumberField } from './values';

const returnAll: INodeProperties = {
	displayName: 'Return All',
	name: 'returnAll',
	type: 'boolean',
	default: false,
	description: 'Whether to return all results or only up to a given limit',
};

const limit: NumberField = {
	displayName: 'Limit',
	name: 'limit',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 50,
	description: 'Max number of results to return',
	displayOptions: { show: { returnAll: [false] } },
};

export const limitFields: INodeProperties[] = [returnAll, limit];

const OR_RETURN_ALL = `Use a number, or turn on '${returnAll.displayName}'`;

export function readLimit(parameters: FormParameters, item: number, findings: Findings): number {
	if (readFlag(parameters.read(returnAll.name, item), returnAll, findings)) return Infinity;
	return readNumber(parameters.read(limit.name, item), limit, findings, OR_RETURN_ALL);
}
