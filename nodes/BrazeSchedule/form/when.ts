import type { INodeProperties } from 'n8n-workflow';

import { noFindings } from '../domain/findings';
import type { Findings } from '../domain/findings';
import { isBlank, show } from '../domain/json';
import type { TimeWarnings } from '../domain/drafts';
import { composeSchedule } from '../domain/schedule';
import type { Schedule, ScheduleInput } from '../domain/schedule';
import type { Parameters } from './parameters';
import type { Reading } from './reading';
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

const timeZone: INodeProperties = {
	displayName: 'Time Zone',
	name: 'timezone',
	type: 'resourceLocator',
	default: { mode: 'list', value: 'workflow', cachedResultName: 'Workflow time zone' },
	description:
		"The time zone of the time above. The workflow's time zone is set in the workflow settings.",
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
};

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
];

export const replaceNotice: INodeProperties = {
	displayName:
		"Braze replaces the time and the kind of time. An update can't change recipients, audience or properties: use 'Create or Update' with a reference, or delete the schedule and create a new one. Close to the send time, an update may apply to only some users.",
	name: 'replaceNotice',
	type: 'notice',
	default: '',
};

interface ReadSchedule {
	schedule: Schedule;
	timeWarnings: TimeWarnings;
}

interface Read {
	input: ScheduleInput;
	schedule?: Schedule;
	findings: Findings;
	timeWarnings: TimeWarnings;
}

/** Usually all items share one time, and reading it takes longer than the rest of an item. */
const lastRead = new WeakMap<Parameters, Read>();

export function readSchedule(
	{ parameters, item, now, findings }: Reading,
	zone: string,
): ReadSchedule | undefined {
	const input: ScheduleInput = {
		mode: parameters.read('scheduleMode', item),
		time: parameters.read('time', item),
		zone,
		now,
	};
	let read = lastRead.get(parameters);
	if (!read || !isSame(read.input, input)) {
		const own = noFindings();
		const composed = composeSchedule(input, own);
		const warnings = timeWarningsOf(input, own.warnings);
		read = { input, schedule: composed, findings: own, timeWarnings: warnings };
		lastRead.set(parameters, read);
	}
	for (const problem of read.findings.problems) findings.refuse(problem);
	const { schedule, timeWarnings } = read;
	return schedule && { schedule, timeWarnings };
}

/** Items with the same time share its warnings, which are computed once for each moment. */
function timeWarningsOf(input: ScheduleInput, warnings: readonly string[]): TimeWarnings {
	const known = new Map([[input.now, warnings]]);
	return (now = input.now) => {
		const said = known.get(now);
		if (said) return said;
		const findings = noFindings();
		composeSchedule({ ...input, now }, findings);
		known.set(now, findings.warnings);
		return findings.warnings;
	};
}

const isSame = (one: ScheduleInput, other: ScheduleInput): boolean =>
	one.mode === other.mode &&
	one.time === other.time &&
	one.zone === other.zone &&
	one.now === other.now;

/**
 * The time zone for times without their own. Only the choice 'Workflow time zone' uses the
 * workflow's, and a local or optimal time, for which n8n hides the field.
 */
export function readZone({ parameters, item, findings }: Reading): string {
	const { displayName: label } = timeZone;
	if (!parameters.has('timezone')) return parameters.workflowZone;
	const chosen = parameters.read('timezone', item);
	if (isBlank(chosen)) {
		findings.refuse({
			parameter: label,
			message: `'${label}' is empty`,
			hint: "Choose one from the list, or check that its expression finds a name like Europe/Berlin. For the workflow's own zone, choose 'Workflow time zone'",
		});
	}
	return isBlank(chosen) || chosen === 'workflow' ? parameters.workflowZone : show(chosen).trim();
}
