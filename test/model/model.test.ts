/**
 * The guarantees as a model: random sequences on n8n's engine against the sandbox, with a check of
 * every guarantee after each command.
 *
 * FUZZ_CASES and FUZZ_SEED set their number and the seed (`npm run fuzz` sets both).
 * MODEL_ONLY='a check; another' runs only these checks, even if they are turned off. MODEL_HUNT=1
 * searches for a violation of each check on its own.
 */
import fc from 'fast-check';

import { SEED as WORKSPACE } from '../../sandbox/seed';
import { useBraze } from '../engine/braze';
import { CASES, SEED, tell } from '../fuzz/seed';
import { startClock } from './clock';
import { SWITCHED_OFF } from './known';
import { CHECKS } from './oracle/checks';
import type { Check, Violation } from './oracle/checks';
import { SEND_IDS } from './parameters';
import { anySequence, limits, lived, play } from './sequence';
import type { Sequence, Told } from './sequence';
import { stories } from './stories';
import { storyOf, verdictOf } from './story';

jest.mock('n8n-workflow', () => ({
	...jest.requireActual<object>('n8n-workflow'),
	sleep: async (milliseconds: number) =>
		await jest.requireActual<typeof import('./clock')>('./clock').sleep(milliseconds),
}));

/** A sequence takes about ten times as long as a fuzzed execution. */
const RUNS = Math.ceil(CASES / 10);
const ONLY = (process.env.MODEL_ONLY ?? '').split(';').filter((name) => name !== '');

const { orderReminder, welcomeOffer } = WORKSPACE.campaigns;
const braze = useBraze({
	campaigns: [
		{ id: orderReminder, name: 'Order reminder', sendIds: SEND_IDS },
		{ id: welcomeOffer, name: 'Welcome offer', sendIds: SEND_IDS },
	],
	limits,
});

beforeAll(startClock);
afterAll(() => {
	jest.useRealTimers();
});

class Broken extends Error {}

const counts = ({ check }: Violation): boolean =>
	ONLY.length > 0 ? ONLY.includes(check) : SWITCHED_OFF[check] === undefined;

async function search(counting: (violation: Violation) => boolean, numRuns: number) {
	const result = await fc.check(
		fc.asyncProperty(anySequence, async (sequence) => {
			const { violations } = await play(sequence, braze(), counting);
			if (violations.length > 0) throw new Broken();
		}),
		{ seed: SEED, numRuns },
	);
	if (!result.failed) return undefined;
	if (!(result.errorInstance instanceof Broken)) throw result.errorInstance;
	const [sequence] = result.counterexample as [Sequence];
	return { sequence, after: result.numRuns, told: await play(sequence, braze(), counting) };
}

/** The story and its result, up to the last command that ran. */
const report = (sequence: Sequence, { violations, commands }: Told): string =>
	[
		storyOf({ ...sequence, commands: sequence.commands.slice(0, commands) }),
		verdictOf(violations),
	].join('\n');

/** Reports a violation of each check on its own. */
const hunt = () =>
	it('searches for a violation of every check', async () => {
		const seen = new Map<Check, number>();
		await search(({ check }) => {
			seen.set(check, (seen.get(check) ?? 0) + 1);
			return false;
		}, RUNS);
		for (const check of CHECKS) {
			const times = seen.get(check);
			const found = times && (await search((violation) => violation.check === check, RUNS));
			const text = found
				? `${times} times in ${RUNS} sequences\n${report(found.sequence, found.told)}`
				: `not in ${RUNS} sequences`;
			tell(`${check}: ${text}\n`);
		}
	}, 3_600_000);

const hold = () =>
	it('for any sequence, every guarantee holds after every command', async () => {
		tell(`${RUNS} sequences of the model from seed ${SEED}`);
		const found = await search(counts, RUNS);
		if (!found) {
			tell(
				`${lived.executions} executions; ${lived.accepted} requests accepted, ${lived.refused} refused, ${lived.unknown} with unknown outcome`,
			);
			// Without faults, the run proves nothing.
			expect(Math.min(lived.accepted, lived.refused, lived.unknown)).toBeGreaterThan(RUNS / 10);
			return;
		}
		throw new Error(
			[
				`The same again: FUZZ_SEED=${SEED} FUZZ_CASES=${CASES} npx jest --selectProjects model`,
				report(found.sequence, found.told),
			].join('\n'),
		);
	}, 3_600_000);

const retell = () =>
	it.each(stories)('%s', async (_, sequence) => {
		const told = await play(sequence, braze(), counts);
		if (told.violations.length > 0) throw new Error(report(sequence, told));
	});

if (process.env.MODEL_HUNT === undefined) {
	retell();
	hold();
} else {
	hunt();
}
