import type { INodeProperties } from 'n8n-workflow';

import { AVOID_DATES, AVOID_NOTHING, NOT_BETWEEN, readAvoid } from '../domain/avoid';
import type { Avoid } from '../domain/avoid';
import type { Findings } from '../domain/findings';
import { isBlank, isNothing } from '../domain/json';
import { AVOID } from '../domain/shift';
import type { FormParameters } from './parameters';
import type { Reading } from './reading';
import { readValues } from './rows';
import { readOption, readFlag } from './values';

const weekends: INodeProperties = {
	displayName: 'Weekends',
	name: 'weekends',
	type: 'boolean',
	default: false,
	description: 'Whether to avoid Saturdays and Sundays',
};

const dates: INodeProperties = {
	displayName: AVOID_DATES,
	name: 'dates',
	type: 'string',
	default: '',
	placeholder: 'e.g. 2026-12-25, 2027-01-01',
	description: 'Days on which nothing is sent, separated by commas, or a list from an expression',
};

const from: INodeProperties = {
	displayName: NOT_BETWEEN,
	name: 'from',
	type: 'string',
	default: '',
	placeholder: 'e.g. 21:00',
	description: 'Start of the hours in which nothing is sent',
};

const until: INodeProperties = {
	displayName: 'And',
	name: 'until',
	type: 'string',
	default: '',
	placeholder: 'e.g. 08:00',
	description:
		'End of these hours, possibly on the next day. From this time on, messages can be sent again.',
};

const GROUP = 'rule';

export const avoidOption: INodeProperties = {
	displayName: AVOID,
	name: 'avoid',
	type: 'fixedCollection',
	placeholder: 'Add What to Avoid',
	default: { [GROUP]: {} },
	description: 'When not to send. A time before a date is moved earlier, and any other time later.',
	options: [
		{
			displayName: AVOID,
			name: GROUP,
			values: [weekends, dates, from, until],
		},
	],
};

/** Items without an expression in the option share what it says. */
const lastRead = new WeakMap<FormParameters, { option: unknown; zone: string; avoid?: Avoid }>();

/** Undefined if it is refused. `zone` is for a date to avoid that is given as a moment. */
export function readAvoidOption(reading: Reading, zone: string): Avoid | undefined {
	const { parameters, item, findings } = reading;
	const options = parameters.options(item, findings);
	return readOption<Avoid | undefined>(options, avoidOption, AVOID_NOTHING, findings, (option) => {
		const last = lastRead.get(parameters);
		if (last?.avoid && last.option === option && last.zone === zone) return last.avoid;
		const avoid = readRule(option, zone, reading);
		lastRead.set(parameters, { option, zone, avoid });
		return avoid;
	});
}

function readRule(
	option: unknown,
	zone: string,
	{ parameters, findings }: Reading,
): Avoid | undefined {
	const before = findings.refusals;
	const place = { parameter: AVOID };
	const group = readValues(option, place, findings);
	const rule = group && readValues(group[GROUP] ?? {}, place, findings);
	if (!rule) return undefined;
	for (const { name, displayName } of [dates, from, until]) {
		const isOwn = parameters.isExpressionAt(['options', avoidOption.name, GROUP, name]);
		const isLost = isOwn ? isBlank(rule[name]) : name in rule && isNothing(rule[name]);
		if (isLost) refuseNothing(displayName, findings);
	}
	const isWeekends =
		weekends.name in rule ? readFlag(rule[weekends.name], weekends, findings) : false;
	if (findings.refusals > before) return undefined;
	return readAvoid(
		{
			weekends: isWeekends,
			dates: rule[dates.name],
			from: rule[from.name],
			until: rule[until.name],
		},
		zone,
		findings,
	);
}

/** An expression that finds nothing finds no date and no hours that could be avoided. */
function refuseNothing(parameter: string, findings: Findings): void {
	findings.refuse({
		parameter,
		message: `'${parameter}' is empty`,
		hint: 'Check that its expression finds a value, or remove it',
	});
}
