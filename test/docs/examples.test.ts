import { readExamples } from '../../host/examples';
import type { Workflow, WorkflowNode } from '../../host/workflows';

interface Size {
	/** Without notes, and without the nodes that only set up or try out. */
	steps: number;
	/** In the Braze node that has the most. */
	perBrazeNode: number;
	/** Different ones in all Braze nodes together. */
	inBrazeNodes: number;
	/** Different ones in all steps. */
	inAll?: number;
}

/** At most. What a model fills in is no expression that somebody has to write. */
const SIZES: Record<string, Size> = {
	'Abandoned cart': { steps: 4, perBrazeNode: 2, inBrazeNodes: 2, inAll: 2 },
	Assistant: { steps: 7, perBrazeNode: 1, inBrazeNodes: 1 },
	// Another time, another name and the latest event each need a field of the booking.
	'Booking reminder': { steps: 4, perBrazeNode: 3, inBrazeNodes: 3, inAll: 4 },
	'Guarded broadcast': { steps: 8, perBrazeNode: 2, inBrazeNodes: 4 },
	'List launch': { steps: 4, perBrazeNode: 2, inBrazeNodes: 2 },
	'Trial ending': { steps: 2, perBrazeNode: 2, inBrazeNodes: 2, inAll: 2 },
};

const NOTE = 'n8n-nodes-base.stickyNote';
const MANUAL = 'n8n-nodes-base.manualTrigger';
const OURS = /^n8n-nodes-braze-schedule\./;
const FROM_MODEL = '$fromAI(';

type Connections = Record<string, { main?: Array<Array<{ node: string }> | null> }>;

/** A manual trigger, and the node behind it if nothing else leads there. */
function trials({ nodes, connections }: Workflow): string[] {
	const links = Object.entries(connections as Connections).flatMap(([from, { main = [] }]) =>
		main.flatMap((output) => (output ?? []).map(({ node }) => ({ from, to: node }))),
	);
	const triggers = nodes.filter(({ type }) => type === MANUAL).map(({ name }) => name);
	const behind = links
		.filter(
			({ from, to }) =>
				triggers.includes(from) && links.every((one) => one.to !== to || one.from === from),
		)
		.map(({ to }) => to);
	return [...triggers, ...behind];
}

function stepsOf(workflow: Workflow): WorkflowNode[] {
	const trying = trials(workflow);
	return workflow.nodes.filter(({ name, type }) => type !== NOTE && !trying.includes(name));
}

/** Everything that starts with "=" is an expression of n8n. */
function expressionsIn(value: unknown): string[] {
	if (typeof value === 'string') {
		return value.startsWith('=') && !value.includes(FROM_MODEL) ? [value] : [];
	}
	return typeof value === 'object' && value !== null
		? Object.values(value).flatMap(expressionsIn)
		: [];
}

const expressionsOf = (nodes: WorkflowNode[]) =>
	nodes.map(({ parameters }) => expressionsIn(parameters));

const differentIn = (nodes: WorkflowNode[]) => new Set(expressionsOf(nodes).flat()).size;

function sizeOf(workflow: Workflow): Size {
	const steps = stepsOf(workflow);
	const braze = steps.filter(({ type }) => OURS.test(type));
	const { inAll } = SIZES[workflow.name] ?? {};
	return {
		steps: steps.length,
		perBrazeNode: Math.max(...expressionsOf(braze).map(({ length }) => length)),
		inBrazeNodes: differentIn(braze),
		...(inAll !== undefined && { inAll: differentIn(steps) }),
	};
}

test('every example has as few nodes and expressions as the form allows', async () => {
	const examples = await readExamples();
	expect(Object.fromEntries(examples.map((one) => [one.name, sizeOf(one)]))).toEqual(SIZES);
});
