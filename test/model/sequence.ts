/** A sequence of commands, with a check of every guarantee after each. */
import fc from 'fast-check';

import type { Sandbox, SandboxOptions } from '../../sandbox';
import { anyAsk, TO_FIRST } from './ask';
import type { Ask } from './ask';
import { advance, resetClock } from './clock';
import { retry, retryOlder } from './commands/again';
import { anyTalk, talk } from './commands/agent';
import type { Talk } from './commands/agent';
import { anyChange, change } from './commands/change';
import type { Change } from './commands/change';
import { schedule } from './commands/schedule';
import { fateOf, someFaults } from './faults';
import type { Fault } from './faults';
import type { Violation } from './oracle/checks';
import { judgeSecret } from './oracle/words';
import { State } from './state';
import type { Lineage } from './state';
import { World } from './world';

export type Command =
	| { kind: 'schedule'; ask: Ask }
	| { kind: 'retry'; faults: Fault[] }
	| { kind: 'retryOlder' | 'again' }
	| { kind: 'change'; change: Change }
	| { kind: 'talk'; talk: Talk }
	| { kind: 'wait'; seconds: number };

export interface Sequence {
	/** The requests that the workspace accepts per window; 0: more than any sequence has. */
	limit: number;
	commands: Command[];
}

const kind = <K extends Command['kind']>(name: K) => ({ kind: fc.constant(name) });

/** The state at the beginning of a chapter. */
const opening: fc.Arbitrary<Command> = fc.oneof(
	{ weight: 10, arbitrary: fc.record({ ...kind('schedule'), ask: anyAsk }) },
	{ weight: 3, arbitrary: fc.record({ ...kind('talk'), talk: anyTalk }) },
);

/** Its result. */
const sequel: fc.Arbitrary<Command> = fc.oneof(
	{ weight: 6, arbitrary: fc.record({ ...kind('retry'), faults: someFaults }) },
	{ weight: 4, arbitrary: fc.record({ ...kind('change'), change: anyChange }) },
	{ weight: 1, arbitrary: fc.record(kind('retryOlder')) },
	{ weight: 1, arbitrary: fc.record(kind('again')) },
	{
		weight: 1,
		arbitrary: fc.record({ ...kind('wait'), seconds: fc.constantFrom(1, 30, 100) }),
	},
);

const chapter = fc
	.tuple(opening, fc.array(sequel, { maxLength: 4 }))
	.map(([first, others]) => [first, ...others]);

export const anySequence: fc.Arbitrary<Sequence> = fc.record({
	limit: fc.oneof(
		TO_FIRST,
		{ weight: 9, arbitrary: fc.constant(0) },
		{ weight: 1, arbitrary: fc.constantFrom(2, 3) },
	),
	commands: fc.array(chapter, { minLength: 1, maxLength: 2 }).map((chapters) => chapters.flat()),
});

/** The sandbox's limits; a sequence sets them. */
export const limits: NonNullable<SandboxOptions['limits']> = {};

export interface Told {
	violations: Violation[];
	/** The number of commands before the first violation. */
	commands: number;
}

/** The totals of all sequences. */
export const lived = { executions: 0, accepted: 0, refused: 0, unknown: 0 };

function remember({ executions }: Lineage): void {
	lived.executions += 1;
	for (const request of executions[executions.length - 1].requests) lived[fateOf(request)] += 1;
}

/** Runs a sequence until an active check fails. */
export async function play(
	{ limit, commands }: Sequence,
	braze: Sandbox,
	counts: (violation: Violation) => boolean,
): Promise<Told> {
	resetClock();
	limits.shared = limit > 0 ? { limit, windowMs: 20_000 } : undefined;
	braze.reset();
	const world = await World.begin(braze);
	const state = new State();
	for (const [index, command] of commands.entries()) {
		const lineage = await carryOut(command, world, state, limit > 0);
		if (!lineage) continue;
		remember(lineage);
		const violations = judge(lineage, state, braze).filter(counts);
		if (violations.length > 0) return { violations, commands: index + 1 };
		state.lineage = lineage;
	}
	return { violations: [], commands: commands.length };
}

/** Does nothing, and returns nothing, if the command makes no sense at this point. */
async function carryOut(
	command: Command,
	world: World,
	state: State,
	isLimited: boolean,
): Promise<Lineage | undefined> {
	const { lineage } = state;
	switch (command.kind) {
		case 'schedule':
			return await schedule(world, command.ask, isLimited);
		case 'again':
			return lineage?.ask
				? await schedule(world, { ...lineage.ask, faults: [] }, isLimited)
				: undefined;
		case 'retry':
			return await retry(world, lineage, command.faults);
		case 'retryOlder':
			return await retryOlder(world, lineage);
		case 'change':
			return await change(world, command.change);
		case 'talk':
			return await talk(world, command.talk);
		case 'wait':
			advance(command.seconds * 1000);
			return undefined;
	}
}

function judge(lineage: Lineage, state: State, braze: Sandbox): Violation[] {
	const last = lineage.executions[lineage.executions.length - 1];
	const touched = new Set(
		last.requests.map(({ body }) => (body as { schedule_id?: string }).schedule_id),
	);
	return [
		...lineage.judge(),
		...state.judge(braze, (id) => touched.has(id)),
		...judgeSecret(last, braze),
	];
}
