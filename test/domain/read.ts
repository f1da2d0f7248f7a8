import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import type { Findings } from '../../nodes/BrazeSchedule/domain/findings';

/** What a rule returned, and what it had to say. */
export function read<T>(rule: (findings: Findings) => T) {
	const findings = noFindings();
	const result = rule(findings);
	return {
		result,
		problems: findings.problems.map(({ message }) => message),
		hints: findings.problems.map(({ hint }) => hint),
		parameters: findings.problems.map(({ parameter }) => parameter),
		warnings: [...findings.warnings],
	};
}

/** JSON as an expression hands it over: `__proto__` is an ordinary key in it. */
export const fromJson = (text: string): unknown => JSON.parse(text);

/** A list within a list, and so on: deeper than anything that walks it by recursion can bear. */
export const bomb = (open: string, close: string, depth = 60_000): string =>
	open.repeat(depth) + close.repeat(depth);
