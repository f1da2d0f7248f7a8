import { randomUUID } from 'node:crypto';
import { poll } from '../../host/poll';
import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { day } from '../day';
import { LINE, NODE } from '../n8n';
import { startModel } from './model';
import type { Model } from './model';
import { useStage } from './stage';

const isOld = LINE === '1.x';
const stage = useStage(isOld ? {} : { N8N_ENABLED_MODULES: 'agents' });
let model: Model;
let openAi: { id: string; name: string; type: string };

beforeAll(async () => {
	model = await startModel();
	openAi = await stage.n8n.createCredential({
		name: 'OpenAI',
		type: 'openAiApi',
		data: { apiKey: 'scripted', url: model.url },
	});
});

afterAll(async () => {
	await model.close();
});

const TOOL = `${NODE}Tool`;
const SOON = `${day(14)}T09:00:00`;
const campaignId = byId(SEED.campaigns.deliveryUpdate);

const forOnePerson = {
	resource: 'campaign',
	operation: 'create',
	campaignId,
	sendTo: 'recipients',
	recipientsInput: 'fields',
	recipients: {
		recipient: [{ identifier: 'externalUserId', externalUserId: "={{ $fromAI('person') }}" }],
	},
	scheduleMode: 'exact',
	time: "={{ $fromAI('time') }}",
};
const forEveryone = {
	resource: 'campaign',
	operation: 'create',
	campaignId,
	sendTo: 'everyone',
	confirmEveryone: true,
	scheduleMode: 'exact',
	time: "={{ $fromAI('time') }}",
};
const TOOLS = [
	{ name: 'One person', parameters: forOnePerson },
	{ name: 'Everybody', parameters: forEveryone },
];

/** Each call is about another booking. */
const askFor = (booking: string = randomUUID()) => ({
	person: 'customer-7001',
	time: SOON,
	Reference: booking,
});

const toolNodes = () =>
	TOOLS.map(({ name, parameters }) => ({
		name,
		type: TOOL,
		typeVersion: 1,
		parameters: { ...parameters, options: stage.memory },
	}));

const wired = (name: string, type: string, to: string) => ({
	[name]: { [type]: [[{ node: to, type, index: 0 }]] },
});

/** A workflow with a webhook whose agent has both tools. */
async function publishAgent(typeVersion: number) {
	const { n8n, credential } = stage;
	const hook = randomUUID();
	const workflow = await n8n.createWorkflow(
		{
			name: `Agent ${typeVersion}`,
			nodes: [
				{
					name: 'Webhook',
					type: 'n8n-nodes-base.webhook',
					typeVersion: 2,
					parameters: { httpMethod: 'POST', path: hook, responseMode: 'lastNode', options: {} },
				},
				{
					name: 'Agent',
					type: '@n8n/n8n-nodes-langchain.agent',
					typeVersion,
					parameters: {
						...(typeVersion < 2 && { agent: 'toolsAgent' }),
						promptType: 'define',
						text: 'Schedule it.',
						options: { maxIterations: 4, ...(typeVersion >= 2.1 && { enableStreaming: false }) },
					},
				},
				{
					name: 'Model',
					type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
					typeVersion: 1.2,
					parameters: { model: byId('scripted'), options: {} },
					credentials: { openAiApi: { id: openAi.id, name: openAi.name } },
				},
				...toolNodes(),
			],
			connections: {
				...wired('Webhook', 'main', 'Agent'),
				...wired('Model', 'ai_languageModel', 'Agent'),
				...wired('One person', 'ai_tool', 'Agent'),
				...wired('Everybody', 'ai_tool', 'Agent'),
			},
		},
		{ credential },
	);
	await n8n.activate(workflow.id);
	return hook;
}

/** The result of its call, as the model reads it. */
const readByModel = (question = 1) => {
	const { messages = [] } = model.questions.at(question) ?? {};
	const last = messages.filter(({ role }) => role === 'tool').at(-1);
	return JSON.stringify(JSON.parse(String(last?.content)));
};

const refusal = { kind: 'status', status: 400, body: { message: 'No such customer' } } as const;

const REFUSED = [
	'"status":"failed"',
	'"outcome":"refused"',
	'"error":"Braze refused the request: No such customer"',
	"it's safe to use this tool again once the cause is fixed",
	'This request scheduled nothing.',
];
const UNKNOWN = [
	'"outcome":"unknown"',
	'so the outcome is unknown"',
	"Don't use this tool again for the same message: it could go out twice",
];

const expectAll = (text: string, parts: string[]) => {
	for (const part of parts) expect(text).toContain(part);
};

const VERSIONS = isOld ? [1.9, 2, 2.2, 3] : [1.9, 2, 2.2, 3, 3.1];

describe.each(VERSIONS)('AI Agent %s', (typeVersion) => {
	let hook: string;

	beforeAll(async () => {
		hook = await publishAgent(typeVersion);
	});

	const call = async () => {
		model.play({ tool: 'One_person', arguments: askFor() }, { say: 'Done.' });
		const { status, body } = await stage.n8n.webhook(hook, {});
		expect([status, body]).toEqual([200, expect.objectContaining({ output: 'Done.' })]);
	};

	test('schedules, and reads the result', async () => {
		await call();
		const [{ schedule_id }] = stage.sandbox.schedules;
		expectAll(readByModel(), ['"status":"scheduled"', schedule_id]);
		expect(stage.sandbox.schedulesPerPerson()).toEqual({ 'external_user_id:customer-7001': 1 });
	});

	test('schedules once, however often it repeats a call with a reference', async () => {
		const ask = { tool: 'One_person', arguments: askFor() };
		for (let run = 0; run < 2; run += 1) {
			model.play(ask, ask, { say: 'Done.' });
			await stage.n8n.webhook(hook, {});
			const [{ schedule_id }] = stage.sandbox.schedules;
			expectAll(readByModel(-1), ['"status":"skipped"', schedule_id]);
		}
		expect(stage.sandbox.schedulesPerPerson()).toEqual({ 'external_user_id:customer-7001': 1 });
	});

	test('reads a complete refusal', async () => {
		stage.sandbox.fault(refusal);
		await call();
		expectAll(readByModel(), REFUSED);
	});

	test('reads that the outcome is unknown, and what to do', async () => {
		stage.sandbox.fault({ kind: 'dropAfter' });
		await call();
		expectAll(readByModel(), UNKNOWN);
	});

	test('distinguishes a tool for one recipient from one for everyone', async () => {
		await call();
		const told = Object.fromEntries(
			(model.questions[0].tools ?? []).map(({ function: { name, description } }) => [
				name,
				description,
			]),
		);
		expect(told.One_person).toContain('individual recipients');
		expect(told.Everybody).toContain('everyone in its audience');
	});
});

/** A minimal client of the Model Context Protocol. */
async function connectToMcp(path: string) {
	const headers: Record<string, string> = {
		'content-type': 'application/json',
		accept: 'application/json, text/event-stream',
	};
	let id = 0;
	const post = async (message: object) =>
		await fetch(`${stage.n8n.url}/mcp/${path}`, {
			method: 'POST',
			headers,
			body: JSON.stringify({ jsonrpc: '2.0', ...message }),
		});
	const ask = async (method: string, params: object) => {
		id += 1;
		const response = await post({ id, method, params });
		const session = response.headers.get('mcp-session-id');
		if (session) headers['mcp-session-id'] = session;
		const text = await response.text();
		const data = text.match(/^data: (.*)$/m)?.[1] ?? text;
		return (JSON.parse(data) as { result: unknown }).result;
	};
	// It becomes available a moment after its workflow is active.
	await poll('the MCP server', async () => {
		await ask('initialize', {
			protocolVersion: '2025-03-26',
			capabilities: {},
			clientInfo: { name: 'test', version: '1' },
		});
		return headers['mcp-session-id'];
	});
	await post({ method: 'notifications/initialized' });
	return ask;
}

describe('MCP Server Trigger', () => {
	type Ask = Awaited<ReturnType<typeof connectToMcp>>;
	let ask: Ask;

	beforeAll(async () => {
		const path = randomUUID();
		const workflow = await stage.n8n.createWorkflow(
			{
				name: 'MCP',
				nodes: [
					{
						name: 'MCP',
						type: '@n8n/n8n-nodes-langchain.mcpTrigger',
						typeVersion: 2,
						parameters: { path },
						webhookId: path,
					},
					...toolNodes(),
				],
				connections: {
					...wired('One person', 'ai_tool', 'MCP'),
					...wired('Everybody', 'ai_tool', 'MCP'),
				},
			},
			{ credential: stage.credential },
		);
		await stage.n8n.activate(workflow.id);
		ask = await connectToMcp(path);
	});

	const call = async () => {
		const result = await ask('tools/call', { name: 'One_person', arguments: askFor() });
		return (result as { content: Array<{ text: string }> }).content[0].text;
	};

	test('lists tools with different descriptions', async () => {
		const { tools } = (await ask('tools/list', {})) as { tools: Array<{ description: string }> };
		expect(new Set(tools.map(({ description }) => description)).size).toBe(2);
	});

	test('returns a complete refusal, and a complete unknown outcome', async () => {
		stage.sandbox.fault({ ...refusal, times: 1 });
		expectAll(await call(), REFUSED);
		stage.sandbox.fault({ kind: 'dropAfter', times: 1 });
		expectAll(await call(), UNKNOWN);
	});
});

/** They run a node without an execution. n8n 1 doesn't have them. */
(isOld ? describe.skip : describe)("n8n's own Agents", () => {
	let agent: string;

	beforeAll(async () => {
		const { n8n, credential } = stage;
		agent = `/projects/${await n8n.projectId()}/agents/v2`;
		const { id } = (await n8n.rest('POST', agent, {
			name: 'Braze',
			schema: {
				name: 'Braze',
				model: 'openai/scripted',
				credential: openAi.id,
				instructions: 'Schedule what you are asked for.',
				tools: TOOLS.map(({ name, parameters }) => ({
					type: 'node',
					name,
					description: name,
					node: {
						nodeType: NODE,
						nodeTypeVersion: 1,
						// References need a saved workflow, which these agents don't have.
						nodeParameters: { ...parameters, reference: '' },
						credentials: { brazeApi: { id: credential.id, name: credential.name } },
					},
				})),
			},
		})) as { id: string };
		agent += `/${id}`;
	});

	const call = async () => {
		model.play({ tool: 'One_person', arguments: askFor() }, { say: 'Done.' });
		return await stage.n8n.rest('POST', `${agent}/chat`, { message: 'Schedule it.' });
	};

	test('schedule', async () => {
		await call();
		expect(stage.sandbox.schedulesPerPerson()).toEqual({ 'external_user_id:customer-7001': 1 });
		const [{ schedule_id }] = stage.sandbox.schedules;
		expectAll(readByModel(), ['"status":"scheduled"', schedule_id]);
	});

	test('read a complete refusal, and a complete unknown outcome', async () => {
		stage.sandbox.fault({ ...refusal, times: 1 });
		await call();
		expectAll(readByModel(), REFUSED);
		stage.sandbox.fault({ kind: 'dropAfter', times: 1 });
		await call();
		expectAll(readByModel(), UNKNOWN);
	});
});
