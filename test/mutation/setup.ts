import fc from 'fast-check';

import { TOO_SLOW } from './tooSlow';

/**
 * The same examples every time, so that the score is the same too, and no search for a smaller one.
 */
fc.configureGlobal({ seed: 20260331, numRuns: 25, endOnFailure: true });

/**
 * A change may make a test wait forever. Jest ends it before Stryker does (timeoutMS), which would
 * have to start another process.
 */
jest.setTimeout(process.env.__STRYKER_ACTIVE_MUTANT__ === undefined ? 60_000 : 5_000);

/** An eighth of the time zones is enough. */
const { supportedValuesOf } = Intl;
Intl.supportedValuesOf = (key: Parameters<typeof supportedValuesOf>[0]) =>
	supportedValuesOf(key).filter((one, index) => index % 8 === 0 || one === 'Europe/Berlin');

const { test } = globalThis;
// Left out and not skipped: Stryker counts what is loaded after a skipped test as a part of it.
globalThis.test = Object.assign(
	(...[name, ...rest]: Parameters<jest.It>) =>
		TOO_SLOW.includes(String(name)) ? undefined : test(name, ...rest),
	test,
);
