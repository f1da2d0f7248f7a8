/** Update and Delete of schedules from earlier commands. */
import fc from 'fast-check';

import { byId, credentialFor } from '../../engine/braze';
import { runWorkflow } from '../../engine/harness';
import { TO_FIRST } from '../ask';
import type { Around } from '../ask';
import { arm, someFaults } from '../faults';
import type { Fault } from '../faults';
import { judgeChange } from '../oracle/change';
import { WORKFLOW_ZONE } from '../parameters';
import { BRAZE } from '../rows';
import { State } from '../state';
import type { Handle, Lineage } from '../state';
import type { World } from '../world';
import { NEXT, settingsOf } from './schedule';

export const HOURS = { ten: 10, eleven: 11, noon: 12 };

export interface Move {
	/** The index among the schedules that are waiting in Braze, modulo their number. */
	which: number;
	to: keyof typeof HOURS;
	/** Whether the item has the ID, has none, or was skipped. */
	id: 'given' | 'nothing' | 'skipped';
}

export interface Change {
	operation: 'update' | 'delete';
	moves: Move[];
	around: Pick<Around, 'onError' | 'tries'>;
	faults: Fault[];
}

export const anyChange: fc.Arbitrary<Change> = fc.record({
	operation: fc.constantFrom('update' as const, 'delete' as const),
	moves: fc.array(
		fc.record({
			which: fc.nat(2),
			to: fc.constantFrom('ten' as const, 'eleven' as const, 'noon' as const),
			id: fc.oneof(
				TO_FIRST,
				{ weight: 9, arbitrary: fc.constant('given' as const) },
				{ weight: 1, arbitrary: fc.constantFrom('nothing' as const, 'skipped' as const) },
			),
		}),
		{ minLength: 1, maxLength: 4 },
	),
	around: fc.record({
		onError: fc.constantFrom('stop' as const, 'continue' as const, 'errorOutput' as const),
		tries: fc.constantFrom(1 as const, 2 as const),
	}),
	faults: someFaults,
});

/** One item of the run: a move with its schedule. */
export interface Moved {
	id: Move['id'];
	handle: Handle;
	time: number;
	text: string;
}

function movedBy({ which, to, id }: Move, index: number, handles: Handle[]): Moved {
	// A minute apart, so that a request identifies its item.
	const text = `2026-02-03T${HOURS[to]}:0${index}:00`;
	return {
		id,
		handle: handles[which % handles.length],
		// Berlin is an hour ahead of UTC in winter.
		time: Date.UTC(2026, 1, 3, HOURS[to] - 1, index),
		text,
	};
}

const parametersOf = (operation: Change['operation']) => ({
	resource: 'campaign',
	operation,
	campaignId: byId('={{ $json.campaign_id }}'),
	findBy: 'scheduleId',
	scheduleId: '={{ $json.schedule_id }}',
	...(operation === 'update' && { scheduleMode: 'exact', time: '={{ $json.to }}' }),
	options: {},
});

const itemOf = ({ id, handle, text }: Moved) => ({
	campaign_id: handle.campaign,
	to: text,
	...(id === 'given' && { schedule_id: handle.scheduleId }),
	...(id === 'skipped' && { status: 'skipped', schedule_id: null }),
});

/** Undefined if no schedule is waiting in Braze. */
export async function change(world: World, wanted: Change): Promise<Lineage | undefined> {
	const { braze } = world;
	const handles = State.handlesIn(braze);
	if (handles.length === 0) return undefined;
	const { operation, around } = wanted;
	const moves = wanted.moves.map((move, index) => movedBy(move, index, handles));
	const before = new Map(
		braze.schedules.map(({ schedule_id, schedule }) => [schedule_id, Date.parse(schedule.time)]),
	);
	const armAll = (faults: Fault[]) => {
		for (const fault of faults) {
			const { handle } = moves[fault.item % moves.length];
			arm(braze, fault, { path: `/${operation}`, bodyIncludes: handle.scheduleId });
		}
	};
	armAll(wanted.faults);
	const first = await world.record(
		'run',
		async () =>
			await runWorkflow({
				items: moves.map(itemOf),
				timezone: WORKFLOW_ZONE,
				nodes: [
					{
						node: world.node,
						name: BRAZE,
						parameters: parametersOf(operation),
						credentials: credentialFor(braze),
						...settingsOf(around),
					},
					NEXT,
				],
				connections: [
					['Start', BRAZE],
					[BRAZE, NEXT.name],
					[BRAZE, NEXT.name, 1],
				],
			}),
	);
	const executions = [first];
	return {
		executions,
		arm: armAll,
		judge: () => judgeChange({ operation, around, moves, executions, before }, braze),
	};
}
