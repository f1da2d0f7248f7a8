/** The model: the possible state of Braze, and what later commands can use. */
import type { Schedule, Sandbox } from '../../sandbox';
import { live } from '../live';
import type { Ask } from './ask';
import type { Fault } from './faults';
import { violation } from './oracle/checks';
import type { Violation } from './oracle/checks';
import type { Execution } from './world';

/** A schedule that can be moved and canceled. */
export interface Handle {
	scheduleId: string;
	campaign: string;
}

/** One ask with all its executions, which are checked together. */
export interface Lineage {
	ask?: Ask;
	executions: Execution[];
	arm: (faults: Fault[]) => void;
	judge: () => Violation[];
}

export class State {
	/** The newest one, whose retry button is clicked. */
	lineage?: Lineage;
	/** The state of each schedule after the last command about it. */
	private readonly known = new Map<string, string>();

	static handlesIn(braze: Sandbox): Handle[] {
		return live(braze).map(({ schedule_id, id }) => ({ scheduleId: schedule_id, campaign: id }));
	}

	/** Whether a command has changed a schedule that it wasn't about. Then records the new state. */
	judge(braze: Sandbox, mayTouch: (scheduleId: string) => boolean): Violation[] {
		const found: Violation[] = [];
		for (const schedule of braze.schedules) {
			const { schedule_id: id } = schedule;
			const [before, now] = [this.known.get(id), standing(schedule)];
			if (before !== undefined && before !== now && !mayTouch(id)) {
				found.push(violation('a schedule changes by itself', `${before} became ${now}`));
			}
			this.known.set(id, now);
		}
		return found;
	}
}

/** That its time has passed is no change. */
const standing = ({ state, schedule }: Schedule): string =>
	`${state === 'canceled' ? 'canceled' : 'scheduled'} for ${schedule.time}`;
