import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeProperties,
	INodeType,
	INodeTypeDescription,
} from 'n8n-workflow';

type Execute = NonNullable<INodeType['execute']>;

let stubs = 0;

/** A small node for a test: its function, and the relevant parts of its description. */
export function stubNode(
	execute: Execute,
	description: Partial<INodeTypeDescription> = {},
): INodeType {
	stubs += 1;
	return {
		description: {
			displayName: 'Stub',
			name: `stub${stubs}`,
			group: ['transform'],
			version: 1,
			description: 'A node made for one test',
			defaults: { name: 'Stub' },
			inputs: [NodeConnectionTypes.Main],
			outputs: [NodeConnectionTypes.Main],
			properties: [],
			...description,
		},
		execute,
	};
}

/** The start of a run: passes on the items of the trigger, like a webhook node. */
export const startNode = stubNode(
	async function () {
		return [this.getInputData()];
	},
	{ name: 'start', displayName: 'Start', group: ['trigger'], inputs: [] },
);

/**
 * Like n8n's Edit Fields: one output item per input item, with `value` as the node's expression
 * returned it, or the error's text if the expression failed.
 */
export const setNode = stubNode(
	async function () {
		const items = this.getInputData();
		return [items.map((_, item) => ({ json: readValue(this, item), pairedItem: { item } }))];
	},
	{
		name: 'set',
		displayName: 'Set',
		properties: [{ displayName: 'Value', name: 'value', type: 'string', default: '' }],
	},
);

function readValue(context: IExecuteFunctions, item: number): IDataObject {
	try {
		return { value: context.getNodeParameter('value', item) as IDataObject };
	} catch (error) {
		return { failed: (error as Error).message };
	}
}

/** Like n8n's Loop Over Items: output 0 is "done", output 1 the next batch. */
export const loopNode = stubNode(
	async function () {
		const context = this.getContext('node');
		const size = this.getNodeParameter('batchSize', 0) as number;
		const incoming = this.getInputData();
		if (!context.started) {
			context.started = true;
			context.left = [...incoming];
			context.done = [];
		} else {
			context.done.push(...incoming);
		}
		const batch = (context.left as INodeExecutionData[]).splice(0, size);
		return batch.length === 0 ? [context.done, []] : [[], batch];
	},
	{
		name: 'loop',
		displayName: 'Loop',
		outputs: [NodeConnectionTypes.Main, NodeConnectionTypes.Main],
		properties: [{ displayName: 'Batch Size', name: 'batchSize', type: 'number', default: 1 }],
	},
);

/**
 * A stand-in for n8n's AI Agent that calls its one tool once per entry of `calls`. The current
 * agent asks the engine to run the tool's node; older agents, and other consumers of tools, invoke
 * a LangChain tool that n8n-core builds around the node. Both use n8n-core's own code.
 */
export const agentNode = stubNode(
	async function (this: IExecuteFunctions, response?: EngineResponse) {
		const calls = this.getNodeParameter('calls', 0) as IDataObject[];
		const toolName = this.getNodeParameter('toolName', 0) as string;
		if (this.getNodeParameter('via', 0) === 'engine') {
			const answers = response?.actionResponses ?? [];
			if (answers.length === 0) return toolRequest(toolName, calls);
			return [
				answers.map(({ data }) => ({
					json: {
						response: data.data?.ai_tool?.[0]?.map((item) => item.json) ?? [],
						...(data.error ? { failed: data.error.message } : {}),
					},
				})),
			];
		}
		const [tool] = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Array<{
			invoke: (args: IDataObject) => Promise<string>;
		}>;
		const items: INodeExecutionData[] = [];
		for (const args of calls) {
			items.push({
				json: await tool.invoke(args).then(
					(text) => ({ response: JSON.parse(text) as IDataObject[] }),
					(error: Error) => ({ response: [], failed: error.message }),
				),
			});
		}
		return [items];
	} as Execute,
	{
		name: 'agent',
		displayName: 'Agent',
		inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
		properties: [
			{ displayName: 'Calls', name: 'calls', type: 'json', default: '[]' },
			{ displayName: 'Tool Name', name: 'toolName', type: 'string', default: '' },
			{ displayName: 'Via', name: 'via', type: 'string', default: 'engine' },
		],
	},
);

const toolRequest = (nodeName: string, calls: IDataObject[]): EngineRequest => ({
	actions: calls.map((input, index) => ({
		actionType: 'ExecutionNodeAction' as const,
		nodeName,
		input,
		type: NodeConnectionTypes.AiTool,
		id: `call-${index + 1}`,
		metadata: { itemIndex: 0 },
	})),
	metadata: {},
});

/** The copy of a node for agents if it has `usableAsTool`. */
export function asTool(node: INodeType): INodeType {
	const { usableAsTool, ...description } = node.description;
	if (!usableAsTool) throw new Error(`${description.displayName} is not usable as a tool`);
	return Object.assign(Object.create(node) as INodeType, {
		description: {
			...description,
			name: `${description.name}Tool`,
			displayName: `${description.displayName} Tool`,
			inputs: [],
			outputs: [NodeConnectionTypes.AiTool],
			properties: [
				// Only if the node doesn't have its own description.
				...(description.properties.some(({ name }) => name === 'toolDescription')
					? []
					: toolDescription(description)),
				...description.properties,
			],
		},
	});
}

const toolDescription = ({ description }: INodeTypeDescription): INodeProperties[] => [
	{
		displayName: 'Tool Description',
		name: 'descriptionType',
		type: 'options',
		options: [
			{ name: 'Set Automatically', value: 'auto' },
			{ name: 'Set Manually', value: 'manual' },
		],
		default: 'auto',
	},
	{
		displayName: 'Description',
		name: 'toolDescription',
		type: 'string',
		default: description,
		displayOptions: { show: { descriptionType: ['manual'] } },
	},
];
