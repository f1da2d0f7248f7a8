/**
 * Runs a node on n8n-core's own engine: real expressions, real Retry On Fail, real error outputs,
 * pairing, hints, and n8n's own HTTP helper. Nothing of `IExecuteFunctions` is imitated; what
 * the harness supplies is what n8n keeps outside of n8n-core: the list of node types, the credential
 * store, the data tables, and the start of an execution.
 */
import { parse, stringify } from 'flatted';
import { CredentialTestContext, ExecuteContext, LoadOptionsContext, RoutingNode } from 'n8n-core';
import { createRunExecutionData, Workflow } from 'n8n-workflow';
import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	INode,
	INodeListSearchResult,
	INodeParameters,
	INodeType,
	IRunExecutionData,
} from 'n8n-workflow';
import { TestCredentials } from './harness-credentials';
import type { CredentialValues } from './harness-credentials';
import {
	additionalDataFor,
	asItem,
	brazeApi,
	brazeSchedule,
	execute,
	nameOf,
	NodeTypes,
	START,
	typeName,
	versionOf,
} from './harness-execution';
import type {
	ExecutionOptions,
	NodeResult,
	NodeSpec,
	WorkflowResult,
	WorkflowSpec,
} from './harness-execution';
import { agentNode, asTool, setNode, stubNode } from './harness-nodes';

export { FakeDataTables } from '../memory/fakeDataTables';
export { brazeApi, brazeSchedule, OLD_ENGINE, START } from './harness-execution';
export type { ConnectionSpec, NodeSpec, WorkflowResult, WorkflowSpec } from './harness-execution';
export { loopNode, setNode, startNode, stubNode } from './harness-nodes';

/** Runs a workflow from its trigger to its end. */
export async function runWorkflow(spec: WorkflowSpec): Promise<WorkflowResult> {
	return await execute(spec, (workflow) =>
		createRunExecutionData({
			executionData: {
				contextData: spec.contextData,
				nodeExecutionStack: [
					{
						node: workflow.getNode(START) as INode,
						data: { main: [(spec.items ?? [{}]).map(asItem)] },
						source: null,
					},
				],
			},
		}),
	);
}

/**
 * The retry button on a failed execution: n8n takes the saved data, removes the error and the
 * failed run, and starts a new execution at the failed node. `changes` simulates "retry with
 * currently saved workflow": edited parameters per node, or another credential.
 */
export async function retryExecution<Result extends WorkflowResult>(
	previous: Result,
	changes: ExecutionOptions & { nodes?: Record<string, Partial<NodeSpec>> } = {},
): Promise<Result> {
	if (previous.finished) throw new Error('The execution succeeded, so it cannot be retried');
	const saved = reload(previous.runData);
	const { lastNodeExecuted, runData } = saved.resultData;
	if (lastNodeExecuted) {
		delete saved.resultData.error;
		const runs = runData[lastNodeExecuted] ?? [];
		if (runs.at(-1)?.error !== undefined) runs.pop();
	}
	const { nodes, ...options } = changes;
	const spec: WorkflowSpec = {
		...previous.spec,
		signal: undefined,
		cancelAfter: undefined,
		...options,
		mode: 'retry',
		nodes: previous.spec.nodes.map((node) => ({ ...node, ...nodes?.[nameOf(node)] })),
	};
	const result = await execute(spec, (workflow) => {
		for (const entry of saved.executionData?.nodeExecutionStack ?? []) {
			entry.node = workflow.getNode(entry.node.name) ?? entry.node;
		}
		return saved;
	});
	return viewed(result, views.get(previous) as View<Result> | undefined);
}

/** The form of a result, stored so that a retry returns its result in the same form. */
type View<Result extends WorkflowResult> = (result: WorkflowResult) => Result;
const views = new WeakMap<WorkflowResult, View<WorkflowResult>>();

function viewed<Result extends WorkflowResult>(
	result: WorkflowResult,
	view?: View<Result>,
): Result {
	if (!view) return result as Result;
	const shown = view(result);
	views.set(shown, view);
	return shown;
}

/** What n8n's database does to an execution: dates and DateTimes become text. */
export const reload = (data: IRunExecutionData): IRunExecutionData =>
	parse(stringify(data)) as IRunExecutionData;

/** The size of the saved execution in n8n's database, in bytes. */
export const savedSize = (data: IRunExecutionData): number => Buffer.byteLength(stringify(data));

export interface RunNodeOptions extends ExecutionOptions, Partial<Omit<NodeSpec, 'name'>> {
	/** Default: Braze Schedule. */
	node?: INodeType;
	nodeName?: string;
	/** Further nodes, in a chain behind the first output: plain parameters mean a Set node. */
	next?: Array<NodeSpec | { name?: string; value: string }>;
}

export interface RunNodeResult extends WorkflowResult, NodeResult {}

/** Runs one node behind a trigger. */
export async function runNode(options: RunNodeOptions): Promise<RunNodeResult> {
	const {
		node = await brazeSchedule(),
		nodeName: name,
		parameters,
		credentials,
		onError,
		retryOnFail,
		alwaysOutputData,
		executeOnce,
		next = [],
		...execution
	} = options;
	const settings = { onError, retryOnFail, alwaysOutputData, executeOnce };
	const spec: NodeSpec = { node, name, parameters, credentials, ...settings };
	const further = next.map((entry, index) =>
		'node' in entry
			? entry
			: {
					node: setNode,
					name: entry.name ?? `Next ${index + 1}`,
					parameters: { value: entry.value },
				},
	);
	const result = await runWorkflow({ ...execution, nodes: [spec, ...further] });
	return viewed(result, (whole) => ({ ...whole, ...whole.node(nameOf(spec)) }));
}

export interface RunToolOptions extends Omit<RunNodeOptions, 'next' | 'items' | 'nodeName'> {
	/** The model's values for the node's `$fromAI(…)` parameters: one entry per call. */
	calls?: IDataObject[];
	/** `engine`: the current AI Agent. `invoke`: older agents, and all other consumers of tools. */
	via?: 'engine' | 'invoke';
}

interface RunToolResult extends WorkflowResult {
	/** Per call, what the agent gets to read: the node's items, and the words of a failure. */
	responses: Array<{ response: IDataObject[]; failed?: string }>;
	tries: number;
	thrown: Error[];
}

/** Runs a node as a tool of an AI agent. */
export async function runTool(options: RunToolOptions): Promise<RunToolResult> {
	const { node = await brazeSchedule(), calls = [{}], via = 'engine', ...rest } = options;
	const { parameters, credentials, onError, retryOnFail, ...execution } = rest;
	const tool = asTool(node);
	const toolName = tool.description.displayName;
	const result = await runWorkflow({
		...execution,
		nodes: [
			{ node: agentNode, name: 'Agent', parameters: { calls, toolName, via } },
			{ node: tool, name: toolName, parameters, credentials, onError, retryOnFail },
		],
		connections: [[START, 'Agent']],
	});
	return viewed(result, (whole) => {
		const { tries, thrown } = whole.node(toolName);
		const responses = whole.node('Agent').json as unknown as RunToolResult['responses'];
		return { ...whole, responses, tries, thrown };
	});
}

/** Calls a picker's search, like the editor when a user opens its list or types into it. */
export async function listSearch(
	method: string,
	options: {
		node?: INodeType;
		credentials: CredentialValues;
		credentialTypes?: ICredentialType[];
		filter?: string;
		paginationToken?: string;
		/** The current values of the panel. */
		parameters?: INodeParameters;
		path?: string;
	},
): Promise<INodeListSearchResult> {
	const { node = await brazeSchedule(), parameters = {}, path = `parameters.${method}` } = options;
	const search = node.methods?.listSearch?.[method];
	if (!search) throw new Error(`${node.description.displayName} has no list search "${method}"`);
	const helper = new TestCredentials(options.credentialTypes ?? (await brazeApi()));
	const workflow = new Workflow({
		id: 'editor',
		nodes: [
			{
				id: 'temp',
				name: 'Temp-Node',
				type: typeName(node),
				typeVersion: versionOf(node),
				position: [0, 0],
				parameters,
				credentials: helper.save('Temp-Node', options.credentials),
			},
		],
		connections: {},
		active: false,
		nodeTypes: new NodeTypes([node]),
	});
	const additionalData = { ...additionalDataFor(helper), currentNodeParameters: parameters };
	const temp = workflow.getNode('Temp-Node') as INode;
	const context = new LoadOptionsContext(workflow, temp, additionalData, path);
	return await search.call(context, options.filter, options.paginationToken);
}

interface CredentialTestResult {
	status: 'OK' | 'Error';
	message: string;
}

/**
 * The Save button of the credential form. A `test` on the credential type goes through n8n's
 * routing engine, and the answer becomes one sentence. Without one, the node's own `testedBy`
 * function runs.
 */
export async function testCredential(
	data: ICredentialDataDecryptedObject,
	options: { credentialType?: ICredentialType; node?: INodeType } = {},
): Promise<CredentialTestResult> {
	const credential = options.credentialType ?? (await brazeApi())[0];
	const helper = new TestCredentials([credential]);
	const additionalData = additionalDataFor(helper);
	const values = helper.resolved(additionalData, data, credential.name, 'internal');
	const decrypted = {
		id: 'temp',
		name: credential.displayName,
		type: credential.name,
		data: values,
	};
	if (!credential.test) {
		const { description, methods } = options.node ?? (await brazeSchedule());
		const testedBy = description.credentials?.find(
			({ name }) => name === credential.name,
		)?.testedBy;
		const method = methods?.credentialTest?.[testedBy as string];
		if (!method)
			return { status: 'Error', message: 'No testing function found for this credential.' };
		return await method.call(new CredentialTestContext(additionalData), decrypted);
	}
	const { request, rules = [] } = credential.test;
	const carrier = stubNode(async () => [], {
		name: 'noOp',
		credentials: [{ name: credential.name, required: true }],
		properties: [
			{ displayName: 'Temp', name: 'temp', type: 'string', default: '', routing: { request } },
		],
	});
	const node: INode = {
		id: 'temp',
		name: 'Temp-Node',
		type: typeName(carrier),
		typeVersion: 1,
		position: [0, 0],
		parameters: {},
		credentials: helper.save('Temp-Node', { [credential.name]: values }),
	};
	const workflow = new Workflow({
		nodes: [node],
		connections: {},
		active: false,
		nodeTypes: new NodeTypes([carrier]),
	});
	const input = { main: [[{ json: {} }]] };
	const context = new ExecuteContext(
		workflow,
		node,
		additionalData,
		'internal',
		createRunExecutionData(),
		0,
		[],
		input,
		{ node, data: {}, source: null },
		[],
	);
	const routing = new RoutingNode(context, carrier, decrypted);
	return await routing.runNode().then(
		(output) => {
			const body = output?.[0]?.[0]?.json ?? {};
			for (const rule of rules) {
				if (rule.type !== 'responseSuccessBody') continue;
				const { key, value, message } = rule.properties;
				if (at(body, key) === value) return { status: 'Error' as const, message };
			}
			return { status: 'OK' as const, message: 'Connection successful!' };
		},
		(error: Error & { cause?: { code?: string; response?: ErrorResponse } }) => {
			const { response, code } = error.cause ?? {};
			const rule = rules.find(
				({ type: kind, properties }) =>
					kind === 'responseCode' && (properties as { value: unknown }).value === response?.status,
			);
			const message =
				rule?.properties.message ??
				(response
					? response.statusText || `Received HTTP status code: ${response.status}`
					: (code ?? error.message));
			return { status: 'Error' as const, message };
		},
	);
}

interface ErrorResponse {
	status: number;
	statusText: string;
}

const at = (value: unknown, path: string) =>
	path.split('.').reduce<unknown>((part, key) => (part as IDataObject | undefined)?.[key], value);
