/**
 * Runs a node on n8n-core's own engine: real expressions, real Retry On Fail, real error outputs,
 * pairing, hints, and n8n's own HTTP helper. Nothing of `IExecuteFunctions` is imitated; what this
 * file supplies is what n8n keeps outside of n8n-core: the list of node types, the credential
 * store, the data tables, and the start of an execution.
 */
import { parse, stringify } from 'flatted';
import { version as engineVersion } from 'n8n-core/package.json';
import {
	CredentialTestContext,
	ExecuteContext,
	ExecutionLifecycleHooks,
	LoadOptionsContext,
	RoutingNode,
	WorkflowExecute,
} from 'n8n-core';
import {
	createRunExecutionData,
	NodeConnectionTypes,
	NodeHelpers,
	UnexpectedError,
	UserError,
	Workflow,
} from 'n8n-workflow';
import type {
	EngineResponse,
	IConnections,
	ICredentialDataDecryptedObject,
	ICredentialType,
	IDataObject,
	IExecuteContextData,
	IExecuteFunctions,
	IExecuteWorkflowInfo,
	INode,
	INodeExecutionData,
	INodeListSearchResult,
	INodeParameters,
	INodeType,
	INodeTypes,
	IRun,
	IRunExecutionData,
	ITaskData,
	IWorkflowExecuteAdditionalData,
	IWorkflowIssues,
	IWorkflowSettings,
	NodeExecutionHint,
	OnError,
	WorkflowExecuteMode,
} from 'n8n-workflow';
import { FakeDataTables } from '../memory/fakeDataTables';
import { TestCredentials } from './harness-credentials';
import type { CredentialValues } from './harness-credentials';
import { agentNode, asTool, setNode, startNode, stubNode } from './harness-nodes';

export { FakeDataTables } from '../memory/fakeDataTables';
export { loopNode, setNode, startNode, stubNode } from './harness-nodes';

/** The published package's name, so that the type names are those of a user's workflow. */
const PACKAGE = 'n8n-nodes-braze-schedule';

export const START = 'Start';

/** Whether these tests run on the engine of n8n 1 (scripts/compat.ts). */
export const OLD_ENGINE = engineVersion.startsWith('1.');

/** One node on the canvas, with the values of its panel and its Settings tab. */
export interface NodeSpec {
	node: INodeType;
	/** Default: the node's own default name. */
	name?: string;
	parameters?: IDataObject;
	credentials?: CredentialValues;
	onError?: OnError;
	retryOnFail?: boolean | { maxTries?: number; waitMs?: number };
	alwaysOutputData?: boolean;
	executeOnce?: boolean;
}

/** From one node to another: `[from, to, output = 0, input = 0]`. */
export type ConnectionSpec = [from: string, to: string, output?: number, input?: number];

interface ExecutionOptions {
	credentialTypes?: ICredentialType[];
	/** The trigger's output; plain objects become the `json` of an item. */
	items?: Array<IDataObject | INodeExecutionData>;
	/** The workflow's time zone. Default: n8n's, America/New_York. */
	timezone?: string;
	/** Default `trigger`, a production run; `manual` is a click on Execute in the editor. */
	mode?: WorkflowExecuteMode;
	settings?: IWorkflowSettings;
	workflowId?: string;
	staticData?: IDataObject;
	contextData?: IExecuteContextData;
	/** The data tables of this n8n; an n8n without any for each execution by default. */
	tables?: FakeDataTables;
	/** The Stop button: at this signal, or this many milliseconds after the start. */
	signal?: AbortSignal;
	cancelAfter?: number;
}

export interface WorkflowSpec extends ExecutionOptions {
	nodes: NodeSpec[];
	/** Default: Start, then the nodes in a chain. */
	connections?: ConnectionSpec[];
}

/** One node after an execution. */
interface NodeResult {
	/** One entry per run: more than one in a loop. */
	runs: ITaskData[];
	/** The outputs of its last run. */
	outputs: INodeExecutionData[][];
	/** The json of its last run's first output. */
	json: IDataObject[];
	hints: NodeExecutionHint[];
	/** How often its `execute` was called, over all runs and retries. */
	tries: number;
	/** What `execute` threw, in the order of the tries, before n8n turned it into a record. */
	thrown: Error[];
}

export interface WorkflowResult {
	status: IRun['status'];
	finished: boolean;
	/** The failure in the execution list: n8n's record, a plain object. */
	error?: Error & IDataObject;
	runData: IRunExecutionData;
	contextData: IExecuteContextData;
	staticData: IDataObject;
	/** The result of one node, by its name; empty when it did not run. */
	node(name: string): NodeResult;
	/** Names of the nodes that ran, in the order they first finished. */
	ran: string[];
	/** What {@link retryExecution} needs to run it again. */
	spec: WorkflowSpec;
}

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

/** The node and the credential of this package, loaded on first use. */
export async function brazeSchedule(): Promise<INodeType> {
	const { BrazeSchedule } = await import('../../nodes/BrazeSchedule/BrazeSchedule.node');
	return new BrazeSchedule();
}

export async function brazeApi(): Promise<ICredentialType[]> {
	const { BrazeApi } = await import('../../credentials/BrazeApi.credentials');
	return [new BrazeApi()];
}

/** The node types of one workflow, with a counter for the tries. */
class NodeTypes implements INodeTypes {
	private readonly types = new Map<string, INodeType>();

	readonly tries = new Map<string, number>();

	readonly thrown = new Map<string, Error[]>();

	constructor(nodes: INodeType[]) {
		for (const node of new Set(nodes)) {
			const name = typeName(node);
			if (this.types.has(name)) throw new Error(`Two different node types are called ${name}`);
			this.types.set(name, this.watched(node));
		}
	}

	getByName(name: string) {
		const type = this.types.get(name);
		if (!type) throw new Error(`Unknown node type ${name}`);
		return type;
	}

	getByNameAndVersion(name: string, version?: number) {
		return NodeHelpers.getVersionedNodeType(this.getByName(name), version);
	}

	getKnownTypes() {
		return {};
	}

	private watched(node: INodeType): INodeType {
		const { tries, thrown } = this;
		const run = node.execute;
		if (!run) return node;
		return Object.assign(Object.create(node) as INodeType, {
			execute(this: IExecuteFunctions, response?: EngineResponse) {
				const { name } = this.getNode();
				tries.set(name, (tries.get(name) ?? 0) + 1);
				const running = run.call(this, response);
				running.catch((error: Error) => thrown.set(name, [...(thrown.get(name) ?? []), error]));
				return running;
			},
		});
	}
}

let executions = 0;

/** One n8n remembers the tables it has opened. */
const numbers = new WeakMap<FakeDataTables, number>();
let numbered = 0;

function numberOf(tables: FakeDataTables): number {
	const number = numbers.get(tables) ?? (numbered += 1);
	numbers.set(tables, number);
	return number;
}

const wordsOf = (issues: IWorkflowIssues): string =>
	Object.entries(issues)
		.map(([name, { parameters = {} }]) => [
			`The '${name}' node has issues:`,
			...Object.values(parameters).flat(),
		])
		.flat()
		.join('\n');

async function execute(
	spec: WorkflowSpec,
	prepare: (workflow: Workflow) => IRunExecutionData,
): Promise<WorkflowResult> {
	const { mode = 'trigger', signal, cancelAfter } = spec;
	const helper = new TestCredentials(
		spec.credentialTypes ??
			(spec.nodes.some(({ credentials }) => credentials) ? await brazeApi() : []),
	);
	const nodeTypes = new NodeTypes([startNode, ...spec.nodes.map(({ node }) => node)]);
	const names = spec.nodes.map(nameOf);
	const connections = spec.connections ?? chain([START, ...names]);
	const { tables = new FakeDataTables() } = spec;
	const workflow = new Workflow({
		// The same package serves them all, so their workflows must not look alike.
		id: `${numberOf(tables)}-${spec.workflowId ?? 'workflow-under-test'}`,
		name: 'Workflow under test',
		nodes: [
			nodeOnCanvas({ node: startNode, name: START }, 0, helper),
			...spec.nodes.map((node, index) => nodeOnCanvas(node, index + 1, helper)),
		],
		connections: toConnections(connections, spec.nodes),
		active: mode !== 'manual',
		nodeTypes,
		staticData: spec.staticData ?? {},
		settings: {
			executionOrder: 'v1',
			...(spec.timezone ? { timezone: spec.timezone } : {}),
			...spec.settings,
		},
	});

	executions += 1;
	const executionId = String(executions);
	const ran: string[] = [];
	const hooks = new ExecutionLifecycleHooks(mode, executionId, {
		id: workflow.id,
		name: workflow.name ?? '',
		active: workflow.active,
		isArchived: false,
		createdAt: new Date(),
		updatedAt: new Date(),
		nodes: [],
		connections: {},
		activeVersionId: null,
	});
	hooks.addHandler('nodeExecuteAfter', (name) => {
		if (!ran.includes(name)) ran.push(name);
	});
	const additionalData = {
		...additionalDataFor(helper),
		hooks,
		executionId,
		executeWorkflow: async (
			info: IExecuteWorkflowInfo,
			_: unknown,
			{ inputData }: { inputData?: INodeExecutionData[] },
		) => await tables.caller.executeWorkflow(info, inputData),
	};
	const runData = prepare(workflow);

	let run: Pick<IRun, 'status' | 'finished' | 'data'>;
	try {
		const engine = new WorkflowExecute(additionalData, mode, runData);
		const issues = OLD_ENGINE && engine.checkReadyForExecution(workflow, { startNode: START });
		// n8n 1 shows what is missing beside the field, and doesn't repeat it in its error.
		if (issues) throw new UserError(wordsOf(issues));
		const execution = engine.processRunExecutionData(workflow);
		const cancel = () => execution.cancel();
		const timer = cancelAfter === undefined ? undefined : setTimeout(cancel, cancelAfter);
		signal?.addEventListener('abort', cancel, { once: true });
		if (signal?.aborted) cancel();
		run = await execution;
		clearTimeout(timer);
		signal?.removeEventListener('abort', cancel);
	} catch (error) {
		// An empty required field: n8n doesn't start, and shows this instead of a run.
		runData.resultData.error = error as never;
		run = { status: 'error', finished: false, data: runData };
	}

	const { resultData, executionData } = run.data;
	return {
		status: run.status,
		finished: run.finished === true,
		error: resultData.error as unknown as WorkflowResult['error'],
		runData: run.data,
		contextData: executionData?.contextData ?? {},
		staticData: workflow.staticData,
		ran,
		spec: { ...spec, staticData: workflow.staticData },
		node: (name) => {
			if (name !== START && !names.includes(name)) throw new Error(`No node is called ${name}`);
			const runs = resultData.runData[name] ?? [];
			const outputs = (runs.at(-1)?.data?.main ?? []).map((items) => items ?? []);
			return {
				runs,
				outputs,
				json: (outputs[0] ?? []).map(({ json }) => json),
				hints: runs.flatMap(({ hints }) => hints ?? []),
				tries: nodeTypes.tries.get(name) ?? 0,
				thrown: nodeTypes.thrown.get(name) ?? [],
			};
		},
	};
}

const nameOf = ({ node, name }: NodeSpec) =>
	name ?? (node.description.defaults.name as string | undefined) ?? node.description.displayName;

const typeName = (node: INodeType) => `${PACKAGE}.${node.description.name}`;

function versionOf({ description: { version, defaultVersion } }: INodeType): number {
	return defaultVersion ?? (Array.isArray(version) ? Math.max(...version) : version);
}

function nodeOnCanvas(spec: NodeSpec, index: number, helper: TestCredentials): INode {
	const { retryOnFail, onError, executeOnce, alwaysOutputData, credentials } = spec;
	const name = nameOf(spec);
	const { maxTries = 3, waitMs = 1 } = typeof retryOnFail === 'object' ? retryOnFail : {};
	return {
		id: `id-of-${name}`,
		name,
		type: typeName(spec.node),
		typeVersion: versionOf(spec.node),
		position: [index * 200, 0],
		parameters: (spec.parameters ?? {}) as INodeParameters,
		...(credentials ? { credentials: helper.save(name, credentials) } : {}),
		...(onError ? { onError } : {}),
		...(executeOnce ? { executeOnce } : {}),
		...(alwaysOutputData ? { alwaysOutputData } : {}),
		// n8n reads 0 as "one second", so the shortest wait is a millisecond.
		...(retryOnFail ? { retryOnFail: true, maxTries, waitBetweenTries: Math.max(1, waitMs) } : {}),
	};
}

const chain = (names: string[]): ConnectionSpec[] =>
	names.slice(1).map((name, index) => [names[index], name]);

function toConnections(list: ConnectionSpec[], specs: NodeSpec[]): IConnections {
	const connections: IConnections = {};
	for (const [from, to, output = 0, index = 0] of list) {
		const outputs = ((connections[from] ??= {}).main ??= []);
		while (outputs.length <= output) outputs.push([]);
		outputs[output]?.push({ node: to, type: NodeConnectionTypes.Main, index });
	}
	const agent = specs.find(({ node }) =>
		node.description.inputs.includes(NodeConnectionTypes.AiTool as never),
	);
	for (const tool of specs) {
		if (!tool.node.description.outputs.includes(NodeConnectionTypes.AiTool as never)) continue;
		if (!agent) throw new UnexpectedError('A tool needs an agent');
		connections[nameOf(tool)] = {
			ai_tool: [[{ node: nameOf(agent), type: NodeConnectionTypes.AiTool, index: 0 }]],
		};
	}
	return connections;
}

const asItem = (item: IDataObject | INodeExecutionData): INodeExecutionData =>
	'json' in item && typeof item.json === 'object'
		? (item as INodeExecutionData)
		: { json: item as IDataObject };

function additionalDataFor(credentialsHelper: TestCredentials): IWorkflowExecuteAdditionalData {
	const base = 'http://localhost:5678/';
	const unavailable = async () => {
		throw new UnexpectedError('Not part of these tests');
	};
	return {
		credentialsHelper,
		currentNodeExecutionIndex: 0,
		variables: {},
		externalSecretsProxy: {} as IWorkflowExecuteAdditionalData['externalSecretsProxy'],
		instanceBaseUrl: base,
		restApiUrl: `${base}rest`,
		formBaseUrl: `${base}form`,
		formTestBaseUrl: `${base}form-test`,
		formWaitingBaseUrl: `${base}form-waiting`,
		webhookBaseUrl: `${base}webhook`,
		webhookTestBaseUrl: `${base}webhook-test`,
		webhookWaitingBaseUrl: `${base}webhook-waiting`,
		mcpBaseUrl: `${base}mcp`,
		mcpTestBaseUrl: `${base}mcp-test`,
		executeWorkflow: unavailable,
		startRunnerTask: unavailable,
		getRunExecutionData: async () => undefined,
		getRuntimeCredential: async () => undefined,
		logAiEvent: () => {},
	};
}
