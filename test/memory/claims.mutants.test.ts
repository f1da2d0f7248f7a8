import fc from 'fast-check';

import { MUTANTS } from './mutants';
import { protocolHolds } from './property';
import { alone } from './scenario';

/** More than any of them needs; the same ones each time. */
const RUNS = 4000;
const SEED = 1;

describe('every step is needed: the model finds what goes wrong when', () => {
	test.each(MUTANTS)(
		'$name',
		async ({ parts, scenarios = alone, spy }) => {
			const replaced = spy?.();
			const { failed } = await fc.check(protocolHolds(parts, scenarios), {
				numRuns: RUNS,
				seed: SEED,
				endOnFailure: true,
			});
			replaced?.mockRestore();
			expect(failed).toBe(true);
		},
		600_000,
	);
});
