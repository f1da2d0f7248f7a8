import type { INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { DEFAULT_TABLE } from '../domain/references';
import type { Target } from '../domain/targets';
import { collection } from './collection';
import { limitFields, readLimit } from './limit';
import { dataTable, dataTableId } from './memory';
import type { FormParameters } from './parameters';
import type { Values } from './rows';
import { readChoice, readMoment, readOption, readText } from './values';
import type { ChoiceField } from './values';

/** What a remembered schedule is at. */
export type Phase = 'scheduled' | 'past' | 'deleted' | 'unknown' | 'not_sent';

const status: ChoiceField<Phase> = {
	displayName: 'Status',
	name: 'status',
	type: 'options',
	options: [
		{ name: 'Deleted', value: 'deleted', description: 'Canceled before its time' },
		{
			name: 'Not Sent',
			value: 'not_sent',
			description: 'An execution ended before it sent anything for this reference',
		},
		{ name: 'Past', value: 'past', description: 'Its time has passed' },
		{ name: 'Scheduled', value: 'scheduled', description: 'Its time is ahead' },
		{ name: 'Unknown', value: 'unknown', description: 'A request got no answer' },
	],
	default: 'scheduled',
};

const contains: INodeProperties = {
	displayName: 'Reference Contains',
	name: 'reference',
	type: 'string',
	default: '',
	placeholder: 'e.g. B-2041',
	description: 'Only list references that contain this text, in upper or lower case',
};

const after: INodeProperties = {
	displayName: 'Scheduled After',
	name: 'after',
	type: 'dateTime',
	default: '',
	description: "Only list schedules at or after this time, in the workflow's time zone",
};

const before: INodeProperties = {
	displayName: 'Scheduled Before',
	name: 'before',
	type: 'dateTime',
	default: '',
	description: "Only list schedules at or before this time, in the workflow's time zone",
};

const idFilter = ({ displayName, label }: Target): INodeProperties => ({
	displayName: `${displayName} ID`,
	name: 'resourceId',
	type: 'string',
	default: '',
	description: `Only list schedules of this ${label}`,
});

export const rememberedFields = (target: Target): INodeProperties[] => [
	{
		displayName:
			'Lists the schedules that this node remembers under a reference. Schedules without a reference are not in the list.',
		name: 'rememberedNotice',
		type: 'notice',
		default: '',
	},
	...limitFields,
	...collection({
		displayName: 'Filters',
		name: 'filters',
		placeholder: 'Add Filter',
		default: {},
		options: [idFilter(target), contains, after, before, status],
	}),
	...collection({
		displayName: 'Options',
		name: 'options',
		placeholder: 'Add Option',
		default: {},
		options: [dataTable, dataTableId],
	}),
];

export interface WantedSchedules {
	limit: number;
	phase?: Phase;
	text?: string;
	resourceId?: string;
	after?: number;
	before?: number;
	table: string;
	tableId: string;
}

/** A filter whose expression finds nothing would list everything, so it is refused. */
export function readWantedSchedules(
	target: Target,
	parameters: FormParameters,
	item: number,
	findings: Findings,
): WantedSchedules {
	const limit = readLimit(parameters, item, findings);
	const filters = parameters.collection('filters', item, findings);
	const options = parameters.options(item, findings);
	const text = <T>(from: Values, field: INodeProperties, preset: T) =>
		readOption<string | T>(from, field, preset, findings, (value) =>
			readText(value, field, findings),
		);
	const moment = (field: INodeProperties) =>
		readOption<number | undefined>(filters, field, undefined, findings, (value) =>
			readMoment(value, field, parameters, findings),
		);
	return {
		limit,
		phase: readOption<Phase | undefined>(filters, status, undefined, findings, (value) =>
			readChoice(value, status, findings),
		),
		text: text(filters, contains, undefined),
		resourceId: text(filters, idFilter(target), undefined),
		after: moment(after),
		before: moment(before),
		table: text(options, dataTable, DEFAULT_TABLE),
		tableId: text(options, dataTableId, ''),
	};
}
