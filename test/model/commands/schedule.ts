/** Create in a workflow, with the nodes around it. */
import { NodeConnectionTypes } from 'n8n-workflow';

import { loopNode, runWorkflow, stubNode } from '../../engine/harness';
import type { ConnectionSpec, NodeSpec, WorkflowSpec } from '../../engine/harness';
import { credentialFor } from '../../engine/braze';
import type { Around, Ask } from '../ask';
import { isBroadcast } from '../expected';
import { arm } from '../faults';
import type { Fault } from '../faults';
import { judgeSchedule } from '../oracle/schedule';
import { itemsOf, parametersOf, peopleOf, WORKFLOW_ZONE } from '../parameters';
import { BRAZE } from '../rows';
import type { Lineage } from '../state';
import type { World } from '../world';

const MOST_ROUNDS = 2;

/** The Limit that a person puts into a retry loop, so that it comes to an end. */
const gateNode = stubNode(
	async function () {
		const context = this.getContext('node') as { rounds?: number };
		context.rounds = (context.rounds ?? 0) + 1;
		return [context.rounds > MOST_ROUNDS ? [] : this.getInputData()];
	},
	{ name: 'gate', displayName: 'Gate', outputs: [NodeConnectionTypes.Main] },
);

const ON_ERROR = {
	stop: undefined,
	continue: 'continueRegularOutput',
	errorOutput: 'continueErrorOutput',
	ledBack: 'continueErrorOutput',
} as const;

/** n8n's own settings of a node. */
export const settingsOf = ({ onError, tries }: Pick<Around, 'onError' | 'tries'>) => ({
	...(ON_ERROR[onError] && { onError: ON_ERROR[onError] }),
	...(tries > 1 && { retryOnFail: { maxTries: tries } }),
});

/** n8n only continues after a node that threw if another node follows. */
export const NEXT = {
	node: stubNode(
		async function () {
			return [this.getInputData()];
		},
		{ name: 'next', displayName: 'Next' },
	),
	name: 'Next',
};
const chain: ConnectionSpec[] = [
	['Start', BRAZE],
	[BRAZE, NEXT.name],
];

function surroundings({ loop, onError }: Around): {
	nodes: NodeSpec[];
	connections: ConnectionSpec[];
} {
	if (loop > 0) {
		return {
			nodes: [{ node: loopNode, name: 'Loop', parameters: { batchSize: loop } }],
			connections: [
				['Start', 'Loop'],
				['Loop', BRAZE, 1],
				[BRAZE, 'Loop'],
			],
		};
	}
	if (onError === 'ledBack') {
		return {
			nodes: [{ node: gateNode, name: 'Gate' }],
			connections: [...chain, [BRAZE, 'Gate', 1], ['Gate', BRAZE]],
		};
	}
	return { nodes: [], connections: [...chain, [BRAZE, NEXT.name, 1]] };
}

function workflowOf(world: World, ask: Ask, isLimited: boolean): WorkflowSpec {
	const { nodes, connections } = surroundings(ask.around);
	const credentials = credentialFor(world.braze);
	if (ask.form.credential === 'unusable') credentials.brazeApi.customUrl = 'http://';
	return {
		items: itemsOf(ask),
		timezone: WORKFLOW_ZONE,
		nodes: [
			{
				node: world.node,
				name: BRAZE,
				parameters: parametersOf(ask, isLimited),
				credentials,
				...settingsOf(ask.around),
			},
			...nodes,
			NEXT,
		],
		connections,
	};
}

export async function schedule(world: World, ask: Ask, isLimited: boolean): Promise<Lineage> {
	const armAll = (faults: Fault[]) => {
		for (const fault of faults) {
			const index = fault.item % ask.items.length;
			const bodyIncludes = isBroadcast(ask.form) ? '' : `"${peopleOf(ask.items, index)[0]}"`;
			arm(world.braze, fault, { path: '/create', bodyIncludes });
		}
	};
	armAll(ask.faults);
	const first = await world.record(
		'run',
		async () => await runWorkflow(workflowOf(world, ask, isLimited)),
	);
	const executions = [first];
	return {
		ask,
		executions,
		arm: armAll,
		judge: () => judgeSchedule({ ask, executions, isLimited }, world.braze),
	};
}
