import type { INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { isBlank, show } from '../domain/json';
import type { CreateIntent } from '../domain/drafts';
import { readSendId } from '../domain/ids';
import type { Target } from '../domain/targets';
import { readTestRecipients, TEST_LABEL } from '../domain/testRecipients';
import { days } from '../domain/time';
import { COMBINE_ITEMS, MAXIMUM_WAIT, PREVIEW_ONLY } from '../domain/labels';
import { SECOND_MS } from '../domain/units';
import { avoidOption } from './avoid';
import { collection } from './collection';
import { includeInput } from './includeInput';
import { dataTable, dataTableId, forgetAfter, memoryOptions } from './memory';
import type { FormParameters } from './parameters';
import type { Reading } from './reading';
import { eventTime, forEveryone } from './reference';
import type { Values } from './rows';
import { sendIdOption } from './sendId';
import { tooCloseOptions } from './tooClose';
import { readChoice, readFlag, readNumber, readOption, readText } from './values';
import type { ChoiceField, NumberField } from './values';

export const COMBINE = {
	off: 'off',
	perItem: 'perItem',
	perSchedule: 'perSchedule',
} as const;

type Combine = (typeof COMBINE)[keyof typeof COMBINE];

const olderContextName: INodeProperties = {
	displayName: 'Use the Older Name for Context',
	name: 'olderContextName',
	type: 'boolean',
	default: true,
	description:
		'Whether to send the context as canvas_entry_properties, its name before 2025. Only needed for Canvases whose messages still use that name.',
};

export const allowRepeatedAudienceSends: INodeProperties = {
	displayName: 'Allow Repeated Audience Sends',
	name: 'allowRepeatedAudienceSends',
	type: 'boolean',
	default: true,
	description:
		'Whether several items may each message the same audience. If off, the node stops before it sends anything, because users would get the message several times.',
};

const combine: ChoiceField<Combine> = {
	displayName: COMBINE_ITEMS,
	name: 'combine',
	type: 'options',
	options: [
		{
			name: 'Off: One Schedule per Item',
			value: COMBINE.off,
			description: 'You can move and cancel each schedule separately',
		},
		{
			name: 'Combine, One Result per Item',
			value: COMBINE.perItem,
			description: 'Up to 50 recipients per schedule, and a result for each item',
		},
		{
			name: 'Combine, One Result per Schedule',
			value: COMBINE.perSchedule,
			description:
				"Up to 50 recipients per schedule, and one result for all of them. Later nodes can't refer to a single incoming item.",
		},
	],
	// What a person adds does something; without the option, nothing is combined.
	default: 'perItem',
	description:
		'Whether to put items that differ only in their recipients into one schedule. This needs far fewer requests, but you can only move or cancel those recipients together.',
};

const maximumWait: NumberField = {
	displayName: MAXIMUM_WAIT,
	name: 'maximumWait',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: 86_400 },
	default: 120,
	hint: 'In seconds',
	description:
		'How many seconds to wait for the rate limit to reset after Braze refused a request, and for another execution that uses the same reference. After that, the item fails.',
};

const previewOnly: INodeProperties = {
	displayName: PREVIEW_ONLY,
	name: 'previewOnly',
	type: 'boolean',
	default: true,
	description:
		'Whether to only show the requests, with their times and warnings, and send nothing to Braze',
};

const concurrency: NumberField = {
	displayName: 'Requests at Once',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 64 },
	default: 8,
	description:
		'How many requests to send at the same time. The node sends fewer when Braze limits the rate.',
};

const timeout: NumberField = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 3600 },
	default: 60,
	hint: 'In seconds',
	description:
		'How many seconds to wait for an answer. If the timeout is too short, some requests end with an unknown outcome.',
};

const testRecipients: INodeProperties = {
	displayName: TEST_LABEL,
	name: 'testRecipients',
	type: 'string',
	default: '',
	placeholder: 'e.g. qa-ada, qa-grace',
	description:
		"External user IDs, separated by commas, that get the message instead of the item's recipients. Only the first item of each campaign or Canvas is sent, with its own properties. No reference is used.",
};

const optionsOf = (options: INodeProperties[]): INodeProperties[] =>
	collection({
		displayName: 'Options',
		name: 'options',
		placeholder: 'Add Option',
		default: {},
		options: options.sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
	});

const forEveryOperation = [
	concurrency,
	eventTime,
	includeInput,
	maximumWait,
	...memoryOptions,
	previewOnly,
	timeout,
];

const newOptions = (target: Target): INodeProperties[] => [
	...forEveryOperation,
	allowRepeatedAudienceSends,
	avoidOption,
	combine,
	testRecipients,
	target.takesSendId ? sendIdOption : olderContextName,
];

/** For an existing schedule that is canceled. */
export const deleteOptions = optionsOf([...forEveryOperation, forEveryone, ...tooCloseOptions]);

/** For an existing schedule that is moved. */
export const updateOptions = optionsOf([
	...forEveryOperation,
	avoidOption,
	forEveryone,
	...tooCloseOptions,
]);

/** For a new schedule. */
export const createOptions = (target: Target): INodeProperties[] => optionsOf(newOptions(target));

/** For a schedule that may exist. */
export const upsertOptions = (target: Target): INodeProperties[] =>
	optionsOf([...newOptions(target), forEveryone, ...tooCloseOptions]);

/** The options that apply to the whole run. */
export interface Settings {
	combine: Combine;
	preview: boolean;
	allowRepeats: boolean;
	includeInput: boolean;
	/** Missing if the message goes to its own recipients. */
	testRecipients?: readonly string[];
	/** Where references are remembered, and for how many milliseconds after their time. */
	memory: { table: string; tableId: string; forgetAfter: number };
	concurrency: number;
	/** In milliseconds, like `timeout`. */
	maximumWait: number;
	timeout: number;
}

/** The options of the run. The others apply to each item. */
const RUN_OPTIONS: INodeProperties[] = [
	allowRepeatedAudienceSends,
	combine,
	concurrency,
	dataTable,
	dataTableId,
	forgetAfter,
	includeInput,
	maximumWait,
	previewOnly,
	testRecipients,
	timeout,
];

/**
 * Reads the options of the run. If they contain expressions, it reads them for every item, and all
 * must have the same result. An item whose options fail is left out here: reading that item reports
 * the failure.
 */
export function readSettings(
	parameters: FormParameters,
	itemCount: number,
	findings: Findings,
): Settings {
	const before = findings.refusals;
	const mayDiffer = parameters.optionsVary(RUN_OPTIONS.map(({ name }) => name));
	let first: { item: number; options: Values; settings: Settings } | undefined;
	for (let item = 0; item < itemCount; item += 1) {
		const options = optionsAt(parameters, item, findings);
		if (!options) continue;
		if (first) refuseDifference([first.item, first.options], [item, options], findings);
		else first = { item, options, settings: settingsFrom(options, findings) };
		if (!mayDiffer || findings.refusals > before) break;
	}
	return first?.settings ?? settingsFrom({}, findings);
}

function optionsAt(
	parameters: FormParameters,
	item: number,
	findings: Findings,
): Values | undefined {
	try {
		return parameters.options(item, findings);
	} catch {
		return undefined;
	}
}

function refuseDifference(
	[one, first]: [number, Values],
	[other, options]: [number, Values],
	findings: Findings,
): void {
	for (const { name, displayName: label } of RUN_OPTIONS) {
		const [found, foundLater] = [first, options].map((row) => settingOf(row, name));
		if (found === foundLater && isSameList(first[name], options[name])) continue;
		findings.refuse({
			parameter: label,
			message: `'${label}' is ${found} for item ${one} but ${foundLater} for item ${other}. It applies to all items together, so it must be the same for every item`,
			hint: 'Use a fixed value, or separate the items before this node and give each group a node of its own',
		});
	}
}

/** A long list is shown shortened. */
const isSameList = (one: unknown, other: unknown): boolean =>
	!Array.isArray(one) || JSON.stringify(one) === JSON.stringify(other);

function settingOf(options: Values, name: string): string {
	if (!(name in options)) return 'not set';
	return isBlank(options[name]) ? 'empty' : show(options[name]);
}

function settingsFrom(options: Values, findings: Findings): Settings {
	const number = (field: NumberField) =>
		readOption(options, field, field.default, findings, (value) =>
			readNumber(value, field, findings),
		);
	const flag = (field: INodeProperties) =>
		readOption(options, field, false, findings, (value) => readFlag(value, field, findings));
	const choice = <T extends string>(field: ChoiceField<T>, preset: T) =>
		readOption(options, field, preset, findings, (value) => readChoice(value, field, findings));

	const text = (field: INodeProperties) =>
		readOption(options, field, field.default as string, findings, (value) =>
			readText(value, field, findings),
		);

	return {
		combine: choice(combine, COMBINE.off),
		preview: flag(previewOnly),
		allowRepeats: flag(allowRepeatedAudienceSends),
		includeInput: flag(includeInput),
		testRecipients: readOption<string[] | undefined>(
			options,
			testRecipients,
			undefined,
			findings,
			(value) => readTestRecipients(value, findings),
		),
		memory: {
			table: text(dataTable),
			tableId: text(dataTableId),
			forgetAfter: days(number(forgetAfter)),
		},
		concurrency: Math.floor(number(concurrency)),
		maximumWait: number(maximumWait) * SECOND_MS,
		timeout: number(timeout) * SECOND_MS,
	};
}

/** The options that apply to each item. */
export function readItemOptions({
	target,
	parameters,
	item,
	findings,
}: Reading): Pick<CreateIntent, 'sendId' | 'olderName'> {
	const options = parameters.options(item, findings);
	const option = <T>(
		field: INodeProperties,
		read: (value: unknown) => T | undefined,
	): T | undefined => readOption(options, field, undefined, findings, read);
	return {
		sendId: target.takesSendId
			? option(sendIdOption, (value) => readSendId(value, findings))
			: undefined,
		olderName: target.olderPropertiesField
			? option(olderContextName, (value) => readFlag(value, olderContextName, findings))
			: undefined,
	};
}
