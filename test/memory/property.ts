import fc from 'fast-check';

import { SOUND } from './process';
import type { Parts } from './process';
import { scenario } from './scenario';
import { World } from './world';

/** `npm run fuzz` sets both. */
export const RUNS = Number(process.env.FUZZ_CASES ?? 3000);
export const SEED = Number(process.env.FUZZ_SEED ?? 1);

export const protocolHolds = (parts: Partial<Parts> = {}, scenarios = scenario) =>
	fc.asyncProperty(fc.scheduler(), scenarios, async (scheduler, one) => {
		await new World(scheduler, one, { ...SOUND, ...parts }).play();
	});
