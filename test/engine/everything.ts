import type { RunNodeResult } from './harness';

/** All parts of an execution that a person, a log or a database could see, as one text. */
export const everything = ({ error, thrown, runData, outputs, hints }: RunNodeResult): string =>
	[
		error,
		runData,
		outputs,
		hints,
		...thrown.flatMap((one) => [one, one.message, one.stack, one.cause, { ...one }]),
	]
		.map((part) => {
			const seen = new WeakSet();
			return JSON.stringify(part, (_, value: unknown) => {
				if (typeof value !== 'object' || value === null) return value;
				if (seen.has(value)) return undefined;
				seen.add(value);
				return value instanceof Error
					? { ...value, message: value.message, stack: value.stack, cause: value.cause }
					: value;
			});
		})
		.join('\n')
		// The credential itself contains the key, because the test set it.
		.replace(/"credentials":\{[^{}]*(\{[^{}]*\}[^{}]*)*\}/g, '');
