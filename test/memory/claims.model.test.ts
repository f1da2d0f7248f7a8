import fc from 'fast-check';

import { protocolHolds, RUNS, SEED } from './property';

test('only one process at a time is at work on a reference, and whatever it sends is remembered', async () => {
	await fc.assert(protocolHolds(), { numRuns: RUNS, seed: SEED });
}, 3_600_000);
