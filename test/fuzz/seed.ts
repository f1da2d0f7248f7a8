/* eslint-disable @n8n/community-nodes/no-restricted-globals */
import fc from 'fast-check';

/** `npm run fuzz` sets both; a plain run of the tests is short and begins anywhere. */
export const CASES = Number(process.env.FUZZ_CASES ?? 3000);
export const SEED = Number(process.env.FUZZ_SEED ?? Math.floor(Math.random() * 2 ** 31));

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
	throw new Error(
		`The same cases again: FUZZ_SEED=${SEED} FUZZ_CASES=${CASES} npm run fuzz\n${await fc.asyncDefaultReportMessage(result)}`,
		{ cause: result.errorInstance },
	);
}
