import type { INodeProperties } from 'n8n-workflow';

import { fromModel, inTools } from './tool';

export const WHEN_OPTIONS = [
	{
		name: 'At an Exact Time',
		value: 'exact',
		description: 'Everyone at the same moment',
	},
	{
		name: 'At Each User’s Local Time',
		value: 'local',
		description: 'When the clock of each user shows this time, wherever they are',
	},
	{
		name: 'At Each User’s Optimal Time',
		value: 'optimal',
		description: 'On this date, when each user is most likely to engage',
	},
];

export const whenField: INodeProperties = {
	displayName: 'When',
	name: 'scheduleMode',
	type: 'options',
	options: WHEN_OPTIONS,
	default: 'exact',
	description: 'How the time below is meant',
};

/**
 * Update asks again, with nothing chosen: Braze replaces the whole schedule, and a silent default
 * would turn a local time into an exact one.
 */
export const whenAgainField: INodeProperties = {
	...whenField,
	options: [
		// Without it, the editor says that the value "" is not supported, rather than missing.
		{ name: 'Choose…', value: '', description: 'Nothing is chosen yet' },
		...WHEN_OPTIONS,
	],
	required: true,
	default: '',
	description:
		'How the new time is meant. Braze replaces the whole schedule, so choose again even if only the time changes.',
};

const time: INodeProperties = {
	displayName: 'Time',
	name: 'time',
	type: 'dateTime',
	required: true,
	default: '',
	placeholder: 'e.g. 2026-03-31T09:00:00',
};

export const timeFields: INodeProperties[] = [
	...inTools(
		{
			...time,
			description:
				'The moment to send. A time without a time zone is read in the one chosen below.',
			displayOptions: { show: { scheduleMode: ['exact'] } },
		},
		{
			default: fromModel(
				'Time',
				'The moment to send, as date and time with its offset, for example 2026-03-31T09:00:00+02:00',
			),
		},
	),
	...inTools(
		{
			...time,
			hint: 'Choose a time at least 24 hours ahead, so that it has not passed anywhere yet',
			description:
				'The time on each user’s own clock. Users whose time zone Braze does not know get it in your workspace’s time zone.',
			displayOptions: { show: { scheduleMode: ['local'] } },
		},
		{
			default: fromModel(
				'Time',
				'Date and time on the clock of each user, without an offset, at least 24 hours ahead, for example 2026-03-31T09:00:00',
			),
		},
	),
	...inTools(
		{
			...time,
			displayName: 'Date',
			typeOptions: { dateOnly: true },
			placeholder: 'e.g. 2026-03-31',
			hint: 'Choose a date at least 48 hours ahead. Users whose optimal time passed more than an hour ago get nothing.',
			description: 'The day to send. Braze chooses the time of day for each user.',
			displayOptions: { show: { scheduleMode: ['optimal'] } },
		},
		{
			default: fromModel(
				'Date',
				'The day to send, at least 48 hours ahead, for example 2026-03-31',
			),
		},
	),
	{
		displayName: 'Time Zone',
		name: 'timezone',
		type: 'resourceLocator',
		default: { mode: 'list', value: 'workflow', cachedResultName: 'Workflow time zone' },
		description:
			'The time zone of the time above. The workflow’s own is set in the workflow settings.',
		displayOptions: { show: { scheduleMode: ['exact'] } },
		modes: [
			{
				displayName: 'From List',
				name: 'list',
				type: 'list',
				placeholder: 'Choose a time zone…',
				typeOptions: {
					searchListMethod: 'searchTimeZones',
					searchable: true,
					skipCredentialsCheckInRLC: true,
				},
			},
			{
				displayName: 'By Name',
				name: 'id',
				type: 'string',
				placeholder: 'e.g. Europe/Berlin',
			},
		],
	},
];

export const replaceNotice: INodeProperties = {
	displayName:
		'Braze replaces the whole schedule, not just the time. Recipients, audience and properties stay as they are; to change those, delete the schedule and create a new one. Close to the send time an update may reach only some users.',
	name: 'replaceNotice',
	type: 'notice',
	default: '',
};
