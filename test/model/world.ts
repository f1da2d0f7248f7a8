/** Braze, n8n and the clock of one sequence, and the record of each execution. */
import type { INodeType } from 'n8n-workflow';

import type { RequestRecord, Sandbox } from '../../sandbox';
import { brazeSchedule } from '../engine/harness';
import type { WorkflowResult } from '../engine/harness';
import { advance } from './clock';

/** One call of the node's `execute`: the number of requests before it, and its run. */
interface Try {
	before: number;
	run: number;
}

export interface Execution {
	how: 'run' | 'the retry button' | 'a retry of an older execution';
	result: WorkflowResult;
	/** The schedule requests that left. */
	requests: RequestRecord[];
	tries: Try[];
	/** The time at its start and its end. */
	between: [number, number];
}

export class World {
	private tries: Try[] = [];

	private constructor(
		readonly braze: Sandbox,
		/** The node of this package. Each try takes a second, so that two reads of the clock differ. */
		readonly node: INodeType,
	) {}

	static async begin(braze: Sandbox): Promise<World> {
		const real = await brazeSchedule();
		const world = new World(braze, Object.create(real) as INodeType);
		const { execute } = real;
		world.node.execute = async function (...args) {
			advance(1000);
			// A tool outside of a run has none.
			const run = (this.getWorkflowDataProxy(0) as { $runIndex?: number }).$runIndex ?? 0;
			world.tries.push({ before: braze.requests.length, run });
			return await (execute as NonNullable<INodeType['execute']>).apply(this, args);
		};
		return world;
	}

	async record(how: Execution['how'], work: () => Promise<WorkflowResult>): Promise<Execution> {
		const { braze } = this;
		const [start, before] = [Date.now(), braze.requests.length];
		this.tries = [];
		const result = await work();
		braze.clearFaults();
		const requests = braze.writes.filter(({ number }) => number > before);
		return { how, result, requests, tries: this.tries, between: [start, Date.now()] };
	}
}

/** The run and try in which a request left. */
export const tryOf = ({ tries }: Execution, { number }: RequestRecord): Try =>
	tries.findLast(({ before }) => before < number) ?? { before: 0, run: 0 };
