/** One execution on n8n-core's engine, and the parts of n8n around it that the engine asks for. */
import { version as engineVersion } from 'n8n-core/package.json';
import { ExecutionLifecycleHooks, WorkflowExecute } from 'n8n-core';
import {
	NodeConnectionTypes,
	NodeHelpers,
	UnexpectedError,
	UserError,
	Workflow,
} from 'n8n-workflow';
import type {
	EngineResponse,
	IConnections,
	ICredentialType,
	IDataObject,
	IExecuteContextData,
	IExecuteFunctions,
	IExecuteWorkflowInfo,
	INode,
	INodeExecutionData,
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
import { startNode } from './harness-nodes';

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

export interface ExecutionOptions {
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
export interface NodeResult {
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
	/** What `retryExecution` needs to run it again. */
	spec: WorkflowSpec;
}

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
export class NodeTypes implements INodeTypes {
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

export async function execute(
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

export const nameOf = ({ node, name }: NodeSpec) =>
	name ?? (node.description.defaults.name as string | undefined) ?? node.description.displayName;

export const typeName = (node: INodeType) => `${PACKAGE}.${node.description.name}`;

export function versionOf({ description: { version, defaultVersion } }: INodeType): number {
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

export const asItem = (item: IDataObject | INodeExecutionData): INodeExecutionData =>
	'json' in item && typeof item.json === 'object'
		? (item as INodeExecutionData)
		: { json: item as IDataObject };

export function additionalDataFor(
	credentialsHelper: TestCredentials,
): IWorkflowExecuteAdditionalData {
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
