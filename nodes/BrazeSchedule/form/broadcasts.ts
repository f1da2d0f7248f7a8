import type { INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { kindOf } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { days, readTime, utcText } from '../domain/time';
import { collection } from './collection';
import { limitFields, readLimit } from './limit';
import type { FormParameters } from './parameters';
import type { Values } from './rows';
import { isLeftBlank, readChoice, readOption } from './values';
import type { ChoiceField } from './values';

/** How many days to list if nothing is chosen. */
const DAYS_AHEAD = 30;

const until: INodeProperties = {
	displayName: 'Until',
	name: 'until',
	type: 'dateTime',
	typeOptions: { dateOnly: true },
	default: '',
	placeholder: `${DAYS_AHEAD} days from now`,
	description: `The last day to list, in UTC. The list starts now. If empty, it ends in ${DAYS_AHEAD} days.`,
};

const kind: ChoiceField<'Campaign' | 'Canvas'> = {
	displayName: 'Kind',
	name: 'kind',
	type: 'options',
	options: [
		{ name: 'Campaigns', value: 'Campaign' },
		{ name: 'Canvases', value: 'Canvas' },
	],
	default: 'Campaign',
	description: 'Whether to list only campaigns or only Canvases',
};

const nameContains: INodeProperties = {
	displayName: 'Name Contains',
	name: 'name',
	type: 'string',
	default: '',
	placeholder: 'e.g. newsletter',
	description: 'Only list broadcasts whose name contains this text',
};

export const broadcastFields: INodeProperties[] = [
	{
		displayName:
			"Braze lists the broadcasts that are scheduled in its dashboard. Don't expect schedules made through the API here, including this node's. To move or cancel those, keep the output of Create.",
		name: 'dashboardOnlyNotice',
		type: 'notice',
		default: '',
	},
	until,
	...limitFields,
	...collection({
		displayName: 'Filters',
		name: 'filters',
		placeholder: 'Add Filter',
		default: {},
		options: [kind, nameContains],
	}),
];

export interface WantedBroadcasts {
	endTime: string;
	limit: number;
	isWanted: (row: JsonObject) => boolean;
}

export function readWantedBroadcasts(
	parameters: FormParameters,
	item: number,
	findings: Findings,
): WantedBroadcasts {
	const endTime = readUntil(parameters, item, findings);
	const limit = readLimit(parameters, item, findings);
	const isWanted = readFilters(parameters.collection('filters', item, findings), findings);
	return { endTime, limit, isWanted };
}

/** Braze stops at midnight UTC, so the day after includes the whole last day. */
function readUntil(parameters: FormParameters, item: number, findings: Findings): string {
	const parameter = until.displayName;
	const hint = 'Use a date like 2026-03-31';
	const chosen = parameters.read(until.name, item);
	const last = isLeftBlank(parameters, until.name, chosen) ? Date.now() + days(DAYS_AHEAD) : chosen;
	const read = readTime(last, parameters.workflowZone);
	if ('problem' in read) {
		findings.refuse({ parameter, message: `'${parameter}' ${read.problem}`, hint });
		return '';
	}
	const { year } = read.wall;
	if (year < 1000 || year > 9998) {
		findings.refuse({ parameter, message: `'${parameter}' is in the year ${year}`, hint });
		return '';
	}
	// The day in UTC may differ from the local day: the list includes both.
	const lastDay = Math.max(read.wall.toMillis(), read.instant ?? 0);
	return utcText(Math.floor(lastDay / DAY_MS) * DAY_MS + DAY_MS);
}

const DAY_MS = days(1);

/** An empty expression in a filter would list everything, so it is refused. */
function readFilters(filters: Values, findings: Findings): (row: JsonObject) => boolean {
	const wantedKind = readOption<string | undefined>(filters, kind, undefined, findings, (chosen) =>
		readChoice(chosen, kind, findings),
	);
	const part = readOption(filters, nameContains, '', findings, (text) => {
		if (typeof text === 'string' || typeof text === 'number') return String(text);
		const parameter = nameContains.displayName;
		const message = `'${parameter}' is ${kindOf(text)}, but it has to be text`;
		findings.refuse({ parameter, message });
		return '';
	});
	return ({ type, name }) =>
		(wantedKind === undefined || type === wantedKind) &&
		String(name ?? '')
			.toLowerCase()
			.includes(part.trim().toLowerCase());
}
