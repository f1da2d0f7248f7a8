import type { Findings } from '../domain/findings';
import type { DeduplicationOptions } from '../transport/deduplication';
import { readChoice, readFlag, readNumber } from './choices';
import type { Parameters } from './parameters';

export const COMBINE = {
	off: 'off',
	perItem: 'perItem',
	perSchedule: 'perSchedule',
} as const;

export type Combine = (typeof COMBINE)[keyof typeof COMBINE];

/** What holds for the whole run, read from the first item. */
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

export function readSettings(parameters: Parameters, findings: Findings): Settings {
	const options = parameters.options(0, findings);
	const number = (name: string, label: string, preset: number, least: number, most: number) =>
		readNumber(options[name], label, preset, [least, most], findings);
	const flag = (name: string, label: string) => readFlag(options[name], label, findings);
	const choice = <T extends string>(name: string, label: string, choices: readonly T[]) =>
		readChoice(options[name], label, choices, findings);

	return {
		combine: choice('combine', 'Combine Items', Object.values(COMBINE)),
		preview: flag('previewOnly', 'Preview Only'),
		allowRepeats: flag('allowRepeatedAudienceSends', 'Allow Repeated Audience Sends'),
		deduplication: {
			scope: choice('deduplicationScope', 'Deduplication Key Scope', ['node', 'workflow'] as const),
			historySize: Math.floor(
				number('deduplicationHistorySize', 'Deduplication Key History Size', 10_000, 1, 1_000_000),
			),
		},
		concurrency: Math.floor(number('concurrency', 'Requests at Once', 8, 1, 64)),
		maximumWait: number('maximumWait', 'Maximum Wait', 120, 0, 86_400) * SECOND,
		timeout: number('timeout', 'Timeout', 60, 1, 3600) * SECOND,
	};
}
