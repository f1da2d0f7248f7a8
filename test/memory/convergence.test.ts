/**
 * The law of references by their rules alone: tens of thousands of sequences, one execution after
 * the other. test/model has it on n8n's engine, with executions at the same time.
 */
import fc from 'fast-check';

import { anySequence, eventsOf, inOrder, REFERENCES, storyOf } from '../convergence/events';
import type { Content, Happening, Reference, Sequence } from '../convergence/events';
import {
	alwaysWrong,
	keptBy,
	mayBeIgnored,
	replacedTooLate,
	wrongInTheEnd,
} from '../convergence/oracle';
import type { Entry } from '../convergence/oracle';
import { FATES, Rules } from '../convergence/rules';
import type { Fate } from '../convergence/rules';
import { minutesOf } from '../modelClock';
import { RUNS as CASES, SEED } from './property';

/** A sequence is quicker than an interleaving. */
const RUNS = Math.min(CASES * 2, 6_000);

async function play(sequence: Sequence<Fate>): Promise<string[]> {
	const rules = new Rules();
	const wrong: string[] = [];
	const delivered: Happening[] = [];
	let hasWaited = false;
	const deliver = async (events: Happening[], fates: Fate[]) => {
		delivered.push(...events);
		const before = new Map(REFERENCES.map((one) => [one, rules.live(one)]));
		const told = await rules.deliver(events, fates);
		for (const [index, outcome] of told.entries()) {
			if (!outcome) wrong.push(`${events[index].reference} has no result`);
			const isIgnored = outcome?.kind === 'quiet' && outcome.status === 'ignored';
			if (isIgnored && !mayBeIgnored(events[index], delivered)) {
				wrong.push(`${events[index].reference} was ignored, but was the latest`);
			}
		}
		for (const reference of REFERENCES) {
			const live = rules.live(reference);
			const isCanceled = events[0].what === 'canceled';
			const tooLate = isCanceled
				? undefined
				: replacedTooLate(before.get(reference) ?? [], live, rules.now);
			const always = alwaysWrong({ live }) ?? tooLate;
			if (always !== undefined) wrong.push(`${reference} ${always}`);
		}
	};
	for (const step of sequence.steps) {
		if (step.kind === 'wait') {
			rules.now += step.minutes;
			hasWaited = true;
			continue;
		}
		for (const one of step.atOnce) await deliver(eventsOf(sequence, one), one.faults);
	}
	const kept: Kept = { 'B-1': [], 'B-2': [] };
	for (const one of inOrder(sequence)) {
		const { reference } = one;
		kept[reference].push(
			...keptBy({ live: rules.live(reference), rows: entriesOf(rules, reference), now: rules.now }),
		);
		await deliver([one], []);
	}
	for (const reference of REFERENCES) {
		const end = endOf(reference, sequence, rules, hasWaited, kept[reference]);
		if (end !== undefined && end !== 'unknown') wrong.push(`${reference} ${end}`);
	}
	return wrong;
}

function endOf(
	reference: Reference,
	{ happenings }: Sequence<Fate>,
	rules: Rules,
	hasWaited: boolean,
	kept: Content[],
): string | undefined {
	const events = happenings.filter((one) => one.reference === reference);
	if (events.length === 0) return undefined;
	return wrongInTheEnd(events, {
		live: rules.live(reference),
		rows: entriesOf(rules, reference),
		now: rules.now,
		lostCreate: rules.lostCreates.has(reference),
		missedItsTime: hasWaited,
		kept,
	});
}

function entriesOf(rules: Rules, reference: Reference): Entry[] {
	const row = rules.rowOf(reference);
	if (!row) return [];
	const { state, scheduleId, time, otherTimes = [] } = row;
	const otherDues = otherTimes.map((one) => minutesOf(one.time));
	return [{ state, scheduleId, due: time ? minutesOf(time) : undefined, otherDues }];
}

type Kept = Record<Reference, Content[]>;

class Broken extends Error {}

const anyFate: fc.Arbitrary<Fate> = fc.constantFrom(...(Object.keys(FATES) as Fate[]));

test('by the rules alone, Braze ends as the latest event says', async () => {
	const result = await fc.check(
		fc.asyncProperty(anySequence(anyFate), async (sequence) => {
			if ((await play(sequence)).length > 0) throw new Broken();
		}),
		{ seed: SEED, numRuns: RUNS },
	);
	if (!result.failed) return;
	if (!(result.errorInstance instanceof Broken)) throw result.errorInstance;
	const [sequence] = result.counterexample as [Sequence<Fate>];
	throw new Error(
		[
			`The same again: FUZZ_SEED=${SEED} FUZZ_CASES=${CASES} npx jest --selectProjects memory --testPathPatterns convergence`,
			storyOf(sequence, (fate) => FATES[fate]),
			...(await play(sequence)).map((line) => `✗ ${line}`),
		].join('\n'),
	);
}, 3_600_000);
