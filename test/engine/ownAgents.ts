/**
 * Runs the node like n8n's own Agents (n8n's ephemeral-node-executor.js): on n8n-core's execute
 * context, but without execution data, a workflow ID or an execution ID.
 */
import { ExecuteContext } from 'n8n-core';
import { UnexpectedError, Workflow } from 'n8n-workflow';
import type {
	IDataObject,
	INode,
	INodeExecutionData,
	INodeParameters,
	IRunExecutionData,
	IWorkflowExecuteAdditionalData,
} from 'n8n-workflow';
import { brazeApi, brazeSchedule } from './harness';
import { TestCredentials } from './harness-credentials';
import type { CredentialValues } from './harness-credentials';
import { asTool } from './harness-nodes';

interface OwnAgentCall {
	parameters: IDataObject;
	credentials: CredentialValues;
	/** The model's values for the node's `$fromAI(…)` parameters. */
	asked?: IDataObject;
	/** n8n uses the copy for agents. Without it: the node on the canvas. */
	isTool?: boolean;
}

export async function callAsOwnAgent({
	parameters,
	credentials,
	asked = {},
	isTool = true,
}: OwnAgentCall): Promise<INodeExecutionData[]> {
	const canvasNode = await brazeSchedule();
	const nodeType = isTool ? asTool(canvasNode) : canvasNode;
	const helper = new TestCredentials(await brazeApi());
	const node: INode = {
		id: 'a-new-one-for-each-call',
		name: 'Target Node',
		type: `n8n-nodes-braze-schedule.${nodeType.description.name}`,
		typeVersion: 1,
		position: [0, 0],
		parameters: parameters as INodeParameters,
		credentials: helper.save('Target Node', credentials),
	};
	const nodeTypes = {
		getByName: () => nodeType,
		getByNameAndVersion: () => nodeType,
		getKnownTypes: () => ({}),
	};
	const workflow = new Workflow({ nodes: [node], connections: {}, active: false, nodeTypes });
	const input = [{ json: asked }];
	const inputData = { main: [input] };
	const nothingYet = { version: 1, resultData: { runData: {} } } as IRunExecutionData;
	const context = new ExecuteContext(
		workflow,
		node,
		additionalDataFor(helper),
		'internal',
		nothingYet,
		0,
		input,
		inputData,
		{ node, data: inputData, source: null },
		[],
	);
	const output = await nodeType.execute?.call(context);
	if (!Array.isArray(output)) throw new UnexpectedError('No output data');
	return output[0];
}

const base = 'http://localhost:5678/';

const additionalDataFor = (credentialsHelper: TestCredentials) =>
	({
		credentialsHelper,
		currentNodeExecutionIndex: 0,
		variables: {},
		instanceBaseUrl: base,
		restApiUrl: `${base}rest`,
		webhookWaitingBaseUrl: `${base}webhook-waiting`,
	}) as unknown as IWorkflowExecuteAdditionalData;
