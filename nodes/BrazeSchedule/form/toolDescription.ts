import type { INodeProperties } from 'n8n-workflow';

import { TARGETS } from '../domain/targets';
import type { Target } from '../domain/targets';
import { FIND_BY } from './reference';
import { SEND_TO } from './sendTo';

type Shown = Record<string, string>;

/**
 * n8n's automatic description of a tool depends only on the operation, so a model couldn't
 * distinguish a tool for one recipient from a tool for everyone. These defaults describe what each
 * choice does, and for whom.
 */
const field = (show: Shown, words: string): INodeProperties => ({
	displayName: 'Tool Description',
	name: 'toolDescription',
	type: 'string',
	required: true,
	typeOptions: { rows: 4 },
	default: words,
	description:
		'What the AI model reads about this tool. The default follows the resource, the operation and Send To. Add what helps the model to choose, such as what the message is about.',
	displayOptions: {
		show: {
			'@tool': [true],
			...Object.fromEntries(Object.entries(show).map(([name, value]) => [name, [value]])),
		},
	},
});

const RETURNS = 'Returns the schedule_id, which is needed to move or cancel the schedule.';

const REFERENCE = 'Needs its reference, such as the booking or order number.';

const forTarget = ({ resource, label }: Target): INodeProperties[] => {
	const forWhom: Array<[sendTo: string, words: string]> = [
		[
			SEND_TO.recipients,
			`a message of a Braze ${label} for individual recipients. Nobody else gets it.`,
		],
		[
			SEND_TO.audience,
			`a message of a Braze ${label} for everyone in its audience who matches a filter. It can reach many people.`,
		],
		[
			SEND_TO.everyone,
			`a message of a Braze ${label} for everyone in its audience. It can reach all customers, so use it only if the user asks to message the whole audience.`,
		],
	];
	const found: Array<[findBy: string, needs: string]> = [
		[FIND_BY.reference, REFERENCE],
		[FIND_BY.scheduleId, 'Needs its schedule_id.'],
	];
	return [
		...forWhom.flatMap(([sendTo, words]) => [
			field({ resource, operation: 'create', sendTo }, `Schedules ${words} ${RETURNS}`),
			field(
				{ resource, operation: 'upsert', sendTo },
				`Schedules, or moves or replaces if it is scheduled already, ${words} ${REFERENCE}`,
			),
		]),
		...found.flatMap(([findBy, needs]) => [
			field(
				{ resource, operation: 'update', findBy },
				`Moves a schedule of a Braze ${label} to another time. ${needs} The recipients stay the same.`,
			),
			field(
				{ resource, operation: 'delete', findBy },
				`Cancels a schedule of a Braze ${label} before it is sent. ${needs}`,
			),
		]),
		field(
			{ resource, operation: 'getAll' },
			`Lists the schedules of a Braze ${label} that are remembered under a reference, such as a booking or order number, with their times. Sends no message.`,
		),
	];
};

export const toolDescriptions: INodeProperties[] = [
	...Object.values(TARGETS).flatMap(forTarget),
	field(
		{ resource: 'sendId', operation: 'create' },
		'Creates a send ID for a Braze campaign, which groups several sends in its analytics. Sends no message.',
	),
	field(
		{ resource: 'upcomingBroadcast', operation: 'getAll' },
		"Lists the upcoming broadcasts that were scheduled in the Braze dashboard. Sends no message. Schedules made through the API, such as those of other Braze tools, aren't in the list.",
	),
];
