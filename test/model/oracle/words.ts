import type { Sandbox } from '../../../sandbox';
import { BRAZE } from '../rows';
import type { WorkflowResult } from '../../engine/harness';
import type { Execution } from '../world';
import { violation } from './checks';
import type { Violation } from './checks';

/** The text that a user sees about a failed execution. */
export const errorText = ({ error }: WorkflowResult): string =>
	`${error?.message ?? ''} ${String(error?.description ?? '')}`.trim();

/** Everything that n8n saves or shows about an execution. */
export function judgeSecret({ result }: Execution, { key }: Sandbox): Violation[] {
	const seen = new WeakSet();
	const errors = result.spec.nodes.some(({ name }) => name === BRAZE)
		? result.node(BRAZE).thrown
		: [];
	const text = JSON.stringify(
		[
			result.runData,
			result.error,
			errors.map((error) => ({ ...error, message: error.message, stack: error.stack })),
		],
		(name, value: unknown) => {
			// The credential itself contains the key, because the model set it.
			if (name === 'credentials' || typeof value !== 'object' || value === null) {
				return name === 'credentials' ? undefined : value;
			}
			if (seen.has(value)) return undefined;
			seen.add(value);
			return value;
		},
	);
	return text.includes(key) ? [violation('the key is visible', 'in the saved execution')] : [];
}
