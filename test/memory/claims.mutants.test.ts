import fc from 'fast-check';

import { MUTANTS } from './mutants';
import { protocolHolds } from './property';

/** Far more than any of them needs. */
const RUNS = Number(process.env.MUT_RUNS ?? 3000);

describe('every step is needed: the model finds what goes wrong when', () => {
	test.each(MUTANTS)('$name', async ({ parts, spy }) => {
		const restore = spy?.();
		const result = await fc.check(protocolHolds(parts), {
			numRuns: RUNS,
			seed: Number(process.env.SEED ?? 1),
			endOnFailure: true,
		});
		restore?.mockRestore();
		if (process.env.SHOW)
			process.stderr.write(
				`${result.numRuns} ${(result.errorInstance as Error)?.message?.split('\n')[0]}\n`,
			);
		expect(result.failed).toBe(true);
	});
});
