import type { Findings } from '../domain/findings';
import { show } from '../domain/json';
import type { DeduplicationOptions } from '../transport/deduplication';
import type { Parameters, Row } from './parameters';

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
	const options = (parameters.read('options', 0) ?? {}) as Row;

	const refuse = (label: string, wanted: string, value: unknown) =>
		findings.problems.push({
			parameter: label,
			message: `'${label}' is ${show(value)}, but it has to be ${wanted}`,
		});
	const number = (name: string, label: string, preset: number, least: number, most: number) => {
		const value = options[name] ?? preset;
		const read = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
		if (typeof read === 'number' && read >= least && read <= most) return read;
		refuse(label, `a number from ${least} to ${most}`, value);
		return preset;
	};
	const flag = (name: string, label: string) => {
		const value = options[name] ?? false;
		if (value === true || value === 'true') return true;
		if (value !== false && value !== 'false') refuse(label, 'true or false', value);
		return false;
	};
	const choice = <T extends string>(name: string, label: string, choices: readonly T[]) => {
		const value = (options[name] ?? choices[0]) as T;
		if (!choices.includes(value)) refuse(label, `one of ${choices.join(', ')}`, value);
		return value;
	};

	return {
		combine: choice('combine', 'Combine Items', Object.values(COMBINE)),
		preview: flag('previewOnly', 'Preview Only'),
		allowRepeats: flag('allowRepeatedAudienceSends', 'Allow Repeated Audience Sends'),
		deduplication: {
			scope: choice('deduplicationScope', 'Deduplication Scope', ['node', 'workflow'] as const),
			historySize: Math.floor(
				number('deduplicationHistorySize', 'Deduplication History Size', 10_000, 1, 1_000_000),
			),
		},
		concurrency: Math.floor(number('concurrency', 'Requests at Once', 8, 1, 64)),
		maximumWait: number('maximumWait', 'Maximum Wait', 120, 0, 86_400) * SECOND,
		timeout: number('timeout', 'Timeout', 60, 1, 3600) * SECOND,
	};
}
