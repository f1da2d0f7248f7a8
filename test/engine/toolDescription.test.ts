import { NodeHelpers, Workflow } from 'n8n-workflow';
import type { INode, INodeParameters, INodeType } from 'n8n-workflow';
import { brazeSchedule } from './harness';
import { asTool } from './harness-nodes';

let tool: INodeType;

beforeAll(async () => {
	tool = asTool(await brazeSchedule());
});

const TYPE = 'n8n-nodes-braze-schedule.brazeScheduleTool';

/** The tool as n8n loads it from a workflow. */
function loaded(parameters: INodeParameters): INode {
	const workflow = new Workflow({
		nodes: [{ id: '1', name: 'Tool', type: TYPE, typeVersion: 1, position: [0, 0], parameters }],
		connections: {},
		active: false,
		nodeTypes: {
			getByName: () => tool,
			getByNameAndVersion: () => tool,
			getKnownTypes: () => ({}),
		},
	});
	return workflow.getNode('Tool') as INode;
}

/** What an agent's model reads about the tool. */
const describedAs = (parameters: INodeParameters) =>
	NodeHelpers.getToolDescriptionForNode(loaded(parameters), tool);

const creates = ['create', 'upsert'].flatMap((operation) =>
	['campaign', 'canvas'].flatMap((resource) =>
		['recipients', 'audience', 'everyone'].map((sendTo) => ({ resource, operation, sendTo })),
	),
);
const tools: INodeParameters[] = [
	...creates,
	...['campaign', 'canvas'].flatMap((resource) =>
		['update', 'delete'].flatMap((operation) =>
			['reference', 'scheduleId'].map((findBy) => ({ resource, operation, findBy })),
		),
	),
	{ resource: 'campaign', operation: 'getAll' },
	{ resource: 'canvas', operation: 'getAll' },
	{ resource: 'sendId', operation: 'create' },
	{ resource: 'upcomingBroadcast', operation: 'getAll' },
];

test('a model can distinguish every kind of tool from every other', () => {
	const descriptions = tools.map(describedAs);
	expect(new Set(descriptions).size).toBe(tools.length);
	// n8n's own, which would be the same for several of them.
	expect(descriptions.filter((words) => words.includes('in Braze Schedule'))).toEqual([]);
	// The format that OpenAI accepts.
	expect(Math.max(...descriptions.map(({ length }) => length))).toBeLessThan(1024);
});

test.each(creates)('a tool that creates describes what it does and for whom: %p', (parameters) => {
	const words = describedAs(parameters);
	expect(words).toMatch(parameters.resource === 'campaign' ? /Braze campaign/ : /Braze Canvas/);
	const whom = {
		recipients: /individual recipients\. Nobody else/,
		audience: /everyone in its audience who matches a filter/,
		everyone: /everyone in its audience\. .*only if the user asks/,
	}[parameters.sendTo];
	expect(words).toMatch(whom as RegExp);
});

test.each([
	[{ operation: 'update', findBy: 'reference' }, 'Needs its reference'],
	[{ operation: 'delete', findBy: 'reference' }, 'Needs its reference'],
	[{ operation: 'upsert', sendTo: 'recipients' }, 'Needs its reference'],
	[{ operation: 'update', findBy: 'scheduleId' }, 'Needs its schedule_id'],
	[{ operation: 'delete', findBy: 'scheduleId' }, 'Needs its schedule_id'],
])('a tool describes what it needs: %p', (parameters, needs) => {
	expect(describedAs({ resource: 'canvas', ...parameters })).toContain(needs);
});

test('a new tool in the editor is described as one for individual recipients', () => {
	expect(describedAs({})).toBe(describedAs(creates[0]));
});

test('a description that a user wrote stays, even one from before this field', () => {
	for (const parameters of tools) {
		expect(describedAs({ ...parameters, toolDescription: 'Mine' })).toBe('Mine');
	}
	const older = { ...creates[0], descriptionType: 'manual', toolDescription: 'Mine' };
	expect(describedAs(older)).toBe('Mine');
	expect(describedAs({ ...creates[2], descriptionType: 'auto' })).toBe(describedAs(creates[2]));
});

/**
 * What the editor does when a user changes a choice: it keeps the values that differ from the
 * defaults.
 */
test('an unchanged description follows the choice of Send To', () => {
	const node = loaded(creates[0]);
	const { properties } = tool.description;
	const read = (parameters: INodeParameters, withDefaults: boolean) =>
		NodeHelpers.getNodeParameters(
			properties,
			parameters,
			withDefaults,
			false,
			node,
			tool.description,
		) as INodeParameters;
	const changed = { ...read(node.parameters, false), sendTo: 'everyone' };
	expect(read(changed, true).toolDescription).toBe(describedAs(creates[2]));
});

test('the node on the canvas has no description for a model', async () => {
	const node = await brazeSchedule();
	const parameters = NodeHelpers.getNodeParameters(
		node.description.properties,
		{},
		true,
		false,
		{ typeVersion: 1 },
		node.description,
	);
	expect(parameters).not.toHaveProperty('toolDescription');
});
