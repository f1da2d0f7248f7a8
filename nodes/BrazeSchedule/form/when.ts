import type { INodeProperties } from 'n8n-workflow';

import { noFindings } from '../domain/findings';
import type { Findings } from '../domain/findings';
import { composeRelative, composeTime } from '../domain/sendTime';
import type { RelativeInput, SendTime, TimeInput } from '../domain/sendTime';
import { TIME_ZONE } from '../domain/labels';
import { readAvoidOption } from './avoid';
import type { FormParameters } from './parameters';
import type { Reading } from './reading';
import { isRelative, readPlace, readRelative, RELATIVE, relativeFields } from './relative';
import type { Values } from './rows';
import { readChosenZone, zoneField } from './timeZone';
import { fromModel, inTools } from './tool';

const WHEN_OPTIONS = [
	{
		name: 'At an Exact Time',
		value: 'exact',
		description: 'Everyone at the same moment',
	},
	{
		name: "At Each User's Local Time",
		value: 'local',
		description: 'At this time in the time zone of each user',
	},
	{
		name: "At Each User's Optimal Time",
		value: 'optimal',
		description: 'On this date, when each user is most likely to engage',
	},
	{
		name: 'Before or After a Date',
		value: RELATIVE,
		description: 'For example two days before a booking, or in two hours',
	},
];

export const whenField: INodeProperties = {
	displayName: 'When',
	name: 'scheduleMode',
	type: 'options',
	options: WHEN_OPTIONS,
	default: 'exact',
	description: 'How to interpret the time below',
};

/**
 * Update has no default: Braze also replaces the kind of time, and a silent default would turn a
 * local time into an exact one.
 */
export const whenAgainField: INodeProperties = {
	...whenField,
	options: [
		// Without it, the editor reports that the value "" is not supported, rather than missing.
		{ name: 'Choose…', value: '', description: 'No option is selected' },
		...WHEN_OPTIONS,
	],
	required: true,
	default: '',
	description:
		'How to interpret the new time. Braze replaces the kind of time too, so choose again even if only the time changes.',
};

const time: INodeProperties = {
	displayName: 'Time',
	name: 'time',
	type: 'dateTime',
	required: true,
	default: '',
	placeholder: 'e.g. 2026-03-31T09:00:00',
	hint: 'In the calendar, type the time of day with its seconds: 09:00:00',
};

const timeZone = zoneField({
	displayName: TIME_ZONE,
	name: 'timezone',
	description:
		"The time zone of the time above. The workflow's time zone is set in the workflow settings.",
	displayOptions: { show: { scheduleMode: ['exact'] } },
	searchListMethod: 'searchTimeZones',
});

export const timeFields: INodeProperties[] = [
	...inTools(
		{
			...time,
			description: 'When to send. A time without a time zone is in the time zone chosen below.',
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
			hint: 'Choose a time at least 24 hours ahead. In the calendar, type it with its seconds: 09:00:00',
			description:
				"The time in each user's own time zone. Users without a time zone get the message in the time zone of your company in Braze.",
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
	timeZone,
	...relativeFields,
];

export const replaceNotice: INodeProperties = {
	displayName:
		"Braze replaces the time and the kind of time. An update can't change recipients, audience or properties: use 'Create or Update' with a reference, or delete the schedule and create a new one. Close to the send time, an update may apply to only some users.",
	name: 'replaceNotice',
	type: 'notice',
	default: '',
};

type Input = TimeInput | (RelativeInput & { mode: typeof RELATIVE });

interface Read {
	input: Input;
	time?: SendTime;
	findings: Findings;
}

/** Usually all items share one time, and reading it takes longer than the rest of an item. */
const lastRead = new WeakMap<FormParameters, Read>();

export function readSchedule(reading: Reading, zone: string): SendTime | undefined {
	const { parameters, findings } = reading;
	const input = readInput(reading, zone);
	if (!input) return undefined;
	let read = lastRead.get(parameters);
	if (!read || !isSame(read.input, input)) {
		const own = noFindings();
		read = { input, time: compose(input, own), findings: own };
		lastRead.set(parameters, read);
	}
	for (const problem of read.findings.problems) findings.refuse(problem);
	return read.time;
}

function readInput(reading: Reading, zone: string): Input | undefined {
	const { parameters, item, now } = reading;
	const avoid = readAvoidOption(reading, zone);
	if (!avoid) return undefined;
	if (isRelative(reading)) return { mode: RELATIVE, ...readRelative(reading, zone), avoid };
	const mode = parameters.read('scheduleMode', item);
	return { mode, time: parameters.read('time', item), zone, now, avoid };
}

const compose = (input: Input, findings: Findings): SendTime | undefined =>
	'time' in input ? composeTime(input, findings) : composeRelative(input, findings);

const isSame = (one: Input, other: Input): boolean =>
	one.mode === other.mode &&
	Object.entries(one).every(([name, value]) => (other as unknown as Values)[name] === value);

/** What a draft says about its time; nothing of what it said about another one stays. */
export const aboutTime = ({ warnings, explained, late, fromNow }: SendTime) => ({
	timeWarnings: warnings,
	explained,
	late,
	fromNow,
});

/** The time zone for times without their own; n8n hides the field for a local or optimal time. */
export function readZone(reading: Reading): string {
	const { parameters } = reading;
	if (isRelative(reading)) return readPlace(reading);
	return parameters.has(timeZone.name)
		? readChosenZone(reading, timeZone)
		: parameters.workflowZone;
}
