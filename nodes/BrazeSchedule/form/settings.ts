import type { Findings } from '../domain/findings';
import { isBlank, show } from '../domain/json';
import type { DeduplicationOptions } from '../transport/deduplication';
import { readChoice, readFlag, readNumber, readOption } from './values';
import type { Parameters, Row } from './parameters';

export const COMBINE = {
	off: 'off',
	perItem: 'perItem',
	perSchedule: 'perSchedule',
} as const;

export type Combine = (typeof COMBINE)[keyof typeof COMBINE];

/** What holds for the whole run. */
export interface Settings {
	combine: Combine;
	preview: boolean;
	allowRepeats: boolean;
	deduplication: DeduplicationOptions;
	concurrency: number;
	/** In milliseconds, like `timeout`. */
	maximumWait: number;
	timeout: number;
}

const SECOND = 1000;

/** The options of the run, and their labels. The others belong to each item. */
const LABELS = {
	allowRepeatedAudienceSends: 'Allow Repeated Audience Sends',
	combine: 'Combine Items',
	concurrency: 'Requests at Once',
	deduplicationHistorySize: 'Deduplication Key History Size',
	deduplicationScope: 'Deduplication Key Scope',
	maximumWait: 'Maximum Wait',
	previewOnly: 'Preview Only',
	timeout: 'Timeout',
};

type RunOption = keyof typeof LABELS;
const NAMES = Object.keys(LABELS) as RunOption[];

/**
 * Reads the options of the run. Where they contain expressions, every item is asked, and all have
 * to agree. An item whose options fail decides nothing: its own reading reports the failure.
 */
export function readSettings(
	parameters: Parameters,
	itemCount: number,
	findings: Findings,
): Settings {
	const before = findings.refusals;
	const mayDiffer = parameters.optionsVary(NAMES);
	let first: { item: number; options: Row; settings: Settings } | undefined;
	for (let item = 0; item < itemCount; item += 1) {
		const options = optionsAt(parameters, item, findings);
		if (!options) continue;
		if (first) refuseDifference([first.item, first.options], [item, options], findings);
		else first = { item, options, settings: settingsFrom(options, findings) };
		if (!mayDiffer || findings.refusals > before) break;
	}
	return first?.settings ?? settingsFrom({}, findings);
}

function optionsAt(parameters: Parameters, item: number, findings: Findings): Row | undefined {
	try {
		return parameters.options(item, findings);
	} catch {
		return undefined;
	}
}

function refuseDifference(
	[one, first]: [number, Row],
	[other, options]: [number, Row],
	findings: Findings,
): void {
	for (const name of NAMES) {
		const [found, foundLater] = [first, options].map((row) => settingOf(row, name));
		if (found === foundLater) continue;
		findings.refuse({
			parameter: LABELS[name],
			message: `'${LABELS[name]}' is ${found} for item ${one} but ${foundLater} for item ${other}. It applies to the whole run, so it has to be the same for every item`,
			hint: 'Use a fixed value, or separate the items before this node and give each group a node of its own',
		});
	}
}

function settingOf(options: Row, name: string): string {
	if (!(name in options)) return 'not set';
	return isBlank(options[name]) ? 'empty' : show(options[name]);
}

function settingsFrom(options: Row, findings: Findings): Settings {
	const number = (name: RunOption, preset: number, least: number, most: number) =>
		readOption(options, name, LABELS[name], preset, findings, (value) =>
			readNumber(value, LABELS[name], [least, most], findings),
		);
	const flag = (name: RunOption) =>
		readOption(options, name, LABELS[name], false, findings, (value) =>
			readFlag(value, LABELS[name], findings),
		);
	const choice = <T extends string>(name: RunOption, choices: readonly T[]) =>
		readOption(options, name, LABELS[name], choices[0], findings, (value) =>
			readChoice(value, LABELS[name], choices, findings),
		);

	return {
		combine: choice('combine', Object.values(COMBINE)),
		preview: flag('previewOnly'),
		allowRepeats: flag('allowRepeatedAudienceSends'),
		deduplication: {
			scope: choice('deduplicationScope', ['node', 'workflow'] as const),
			historySize: Math.floor(number('deduplicationHistorySize', 10_000, 1, 1_000_000)),
		},
		concurrency: Math.floor(number('concurrency', 8, 1, 64)),
		maximumWait: number('maximumWait', 120, 0, 86_400) * SECOND,
		timeout: number('timeout', 60, 1, 3600) * SECOND,
	};
}
