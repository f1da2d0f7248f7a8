import { inspect } from 'node:util';
import fc from 'fast-check';

/**
 * `npm run fuzz` sets both, and the start is random. A plain run of the tests is short and always
 * the same.
 */
export const CASES = Number(process.env.FUZZ_CASES ?? 3000);
export const SEED = Number(process.env.FUZZ_SEED ?? 1);

export const tell = (line: string) => process.stderr.write(`  fuzz: ${line}\n`);

export async function check<T>(
	cases: fc.Arbitrary<T>,
	property: (one: T) => void | Promise<void>,
	numRuns: number,
): Promise<void> {
	tell(`${numRuns} cases from seed ${SEED}`);
	const result = await fc.check(
		fc.asyncProperty(cases, async (one) => await property(one)),
		{
			seed: SEED,
			numRuns,
		},
	);
	if (!result.failed) return;
	// The generated values include objects that throw, which would break fast-check's own report.
	const [one] = result.counterexample ?? [];
	throw new Error(
		[
			`The same cases again: FUZZ_SEED=${SEED} FUZZ_CASES=${CASES} npm run fuzz`,
			inspect(one, { depth: 8, maxStringLength: 500, getters: false }).slice(0, 5000),
			result.errorInstance instanceof Error ? result.errorInstance.message : '',
		].join('\n'),
		{ cause: result.errorInstance },
	);
}
