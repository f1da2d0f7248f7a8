import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { DateTime } from 'luxon';
import { NodeApiError, NodeConnectionTypes, NodeOperationError } from 'n8n-workflow';
import type {
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	ICredentialType,
	IDataObject,
	IExecuteFunctions,
	IHttpRequestOptions,
	INodeExecutionData,
	INodeProperties,
	JsonObject,
} from 'n8n-workflow';
import {
	listSearch,
	loopNode,
	OLD_ENGINE,
	retryExecution,
	runNode,
	runTool,
	runWorkflow,
	savedSize,
	setNode,
	stubNode,
	testCredential,
} from './harness';

const field = (name: string, extra: Partial<INodeProperties> = {}): INodeProperties => ({
	displayName: name,
	name,
	type: 'string',
	default: '',
	...extra,
});

/** Sends "messages" (into `sent`), stores what it sent in its context, and fails on demand. */
function sender(sent: string[], fails: { times: number }) {
	return stubNode(async function () {
		const ledger = this.getContext('node');
		ledger.sent ??= [];
		const done = ledger.sent as string[];
		const items = this.getInputData();
		for (const { json } of items) {
			const id = String(json.id);
			if (done.includes(id)) continue;
			if (id === 'c' && fails.times-- > 0) {
				throw new NodeOperationError(this.getNode(), 'Braze said no', { itemIndex: 2 });
			}
			sent.push(id);
			done.push(id);
		}
		return [
			items.map(({ json }, item) => ({ json: { ...json, sent: true }, pairedItem: { item } })),
		];
	});
}

const letters = ['a', 'b', 'c', 'd'].map((id) => ({ id }));

const onNewEngine = OLD_ENGINE ? test.skip : test;

/** Those that receive a tool's failure: in n8n 1, it ends the execution of the current agent. */
const agents = OLD_ENGINE ? (['invoke'] as const) : (['engine', 'invoke'] as const);

describe('tries', () => {
	test('without Retry On Fail, one failure ends the execution, with the original error', async () => {
		const result = await runNode({ node: sender([], { times: 9 }), items: letters });
		expect(result).toMatchObject({ status: 'error', finished: false, tries: 1, outputs: [] });
		expect(result.error).toMatchObject({ message: 'Braze said no', context: { itemIndex: 2 } });
		expect(result.thrown[0]).toBeInstanceOf(NodeOperationError);
	});

	test('Retry On Fail runs the whole node again, and the context is kept between the tries', async () => {
		const sent: string[] = [];
		const result = await runNode({
			node: sender(sent, { times: 2 }),
			items: letters,
			retryOnFail: { maxTries: 3 },
		});
		expect(result).toMatchObject({ status: 'success', finished: true, tries: 3 });
		expect(sent).toEqual(['a', 'b', 'c', 'd']);
		expect(result.json).toHaveLength(4);
	});

	test('a first item with an error counts as a failure for Retry On Fail too', async () => {
		const node = stubNode(async () => [[{ json: { error: 'no' } }]]);
		const options = { node, onError: 'continueRegularOutput', retryOnFail: true } as const;
		expect((await runNode(options)).tries).toBe(3);
		const second = stubNode(async () => [[{ json: {} }, { json: { error: 'no' } }]]);
		expect((await runNode({ ...options, node: second })).tries).toBe(1);
	});

	test('the retry button starts at the failed node, from saved data, with its context', async () => {
		const sent: string[] = [];
		const failed = await runNode({
			node: sender(sent, { times: 1 }),
			items: letters.map((item) => ({
				...item,
				at: DateTime.fromISO('2026-12-01T10:00Z') as never,
			})),
			next: [{ value: '={{ $json.sent }}' }],
		});
		expect(failed.ran).toEqual(['Start', 'Stub']);
		expect(sent).toEqual(['a', 'b']);

		const retried = await retryExecution(failed);
		expect(retried).toMatchObject({ status: 'success', tries: 1 });
		expect(retried.ran).toEqual(['Stub', 'Next 1']);
		expect(sent).toEqual(['a', 'b', 'c', 'd']);
		// The failed execution's own record stays the same, and saved data contains no DateTimes.
		expect(failed.error?.message).toBe('Braze said no');
		expect(typeof retried.json[0].at).toBe('string');
		await expect(retryExecution(retried)).rejects.toThrow('succeeded');
	});

	test('the retry button can carry edited parameters', async () => {
		const node = stubNode(
			async function () {
				const value = this.getNodeParameter('value', 0) as string;
				if (value === 'bad') throw new NodeOperationError(this.getNode(), 'bad value');
				return [[{ json: { value } }]];
			},
			{ properties: [field('value')] },
		);
		const failed = await runNode({ node, parameters: { value: 'bad' } });
		const changes = { nodes: { Stub: { parameters: { value: 'good' } } } };
		expect((await retryExecution(failed, changes)).json).toEqual([{ value: 'good' }]);
		expect((await retryExecution(failed)).error?.message).toBe('bad value');
	});
});

describe('parameters', () => {
	test('hidden ones are dropped, defaults of shown ones filled in', async () => {
		const node = stubNode(
			async function () {
				return [
					[
						{
							json: {
								shown: this.getNodeParameter('shown', 0),
								hidden: this.getNodeParameter('hidden', 0, 'nothing'),
							} as IDataObject,
						},
					],
				];
			},
			{
				properties: [
					field('kind', { default: 'x' }),
					field('shown', { default: 'filled in' }),
					field('hidden', { displayOptions: { show: { kind: ['y'] } } }),
				],
			},
		);
		const result = await runNode({ node, parameters: { kind: 'x', hidden: 'saved earlier' } });
		expect(result.json).toEqual([{ shown: 'filled in', hidden: 'nothing' }]);
	});

	test('an empty required one refuses the start', async () => {
		const node = stubNode(async () => [[]], { properties: [field('value', { required: true })] });
		const result = await runNode({ node });
		expect(result).toMatchObject({ status: 'error', tries: 0 });
		expect(result.error?.message).toContain('issues');
	});

	const asks = stubNode(
		async function () {
			const value = this.getNodeParameter('value', 0);
			return [
				[
					{
						json: {
							zone: this.getTimezone(),
							isDateTime: DateTime.isDateTime(value),
							text: `${value}`,
						},
					},
				],
			];
		},
		{ properties: [field('value')] },
	);

	test("expressions use the workflow's time zone and return DateTimes", async () => {
		const { json } = await runNode({
			node: asks,
			timezone: 'Asia/Tokyo',
			items: [{ at: '2026-12-01T10:00:00Z' }],
			parameters: { value: '={{ DateTime.fromISO($json.at) }}' },
		});
		expect(json).toEqual([
			{ zone: 'Asia/Tokyo', isDateTime: true, text: '2026-12-01T19:00:00.000+09:00' },
		]);
	});

	test("without a zone n8n's default applies", async () => {
		expect((await runNode({ node: asks })).json[0].zone).toBe('America/New_York');
	});
});

describe('items', () => {
	const failsOnOdd = (pairing: (item: number) => INodeExecutionData['pairedItem']) =>
		stubNode(async function () {
			return [
				this.getInputData().map(({ json }, item) => ({
					json: item % 2 ? { error: 'odd', message: 'odd' } : { done: json.id },
					pairedItem: pairing(item),
				})),
			];
		});

	test('$("Node").item follows object pairing, and stops if it is ambiguous', async () => {
		const options = { items: letters, next: [{ value: "={{ $('Start').item.json.id }}" }] };
		const one = await runNode({ ...options, node: failsOnOdd((item) => ({ item })) });
		expect(one.node('Next 1').json.map(({ value }) => value)).toEqual(['a', 'b', 'c', 'd']);

		const merged = stubNode(async () => [[{ json: {}, pairedItem: [{ item: 0 }, { item: 1 }] }]]);
		const many = await runNode({ ...options, node: merged });
		expect(many.node('Next 1').json[0].failed).toContain('Multiple matches');
	});

	test('a missing pairing is filled in only if the counts match', async () => {
		const pairs = async (count: number) => {
			const node = stubNode(async () => [Array.from({ length: count }, () => ({ json: {} }))]);
			const { outputs } = await runNode({ node, items: letters });
			return outputs[0].map(({ pairedItem }) => pairedItem);
		};
		expect(await pairs(4)).toEqual([{ item: 0 }, { item: 1 }, { item: 2 }, { item: 3 }]);
		expect(await pairs(2)).toEqual([undefined, undefined]);
	});

	test('the error output gets failed items, joined with their input items', async () => {
		const { outputs, status } = await runNode({
			node: failsOnOdd((item) => ({ item })),
			items: letters,
			onError: 'continueErrorOutput',
		});
		expect(status).toBe('success');
		expect(outputs[0].map(({ json }) => json)).toEqual([{ done: 'a' }, { done: 'c' }]);
		expect(outputs[1].map(({ json }) => json)).toEqual([
			{ id: 'b', error: 'odd', message: 'odd' },
			{ id: 'd', error: 'odd', message: 'odd' },
		]);
	});

	test('binary data and hints are kept', async () => {
		const node = stubNode(async function () {
			this.addExecutionHints({ message: 'Look here', location: 'outputPane' });
			return [this.getInputData()];
		});
		const binary = { file: { data: 'aGk=', mimeType: 'text/plain' } };
		const result = await runNode({ node, items: [{ json: { id: 1 }, binary }] });
		expect(result.outputs[0][0].binary).toEqual(binary);
		expect(result.hints).toMatchObject([{ message: 'Look here' }]);
	});
});

describe('executions', () => {
	test('the Stop button aborts the signal, and ends the run as canceled', async () => {
		const node = stubNode(async function () {
			const signal = this.getExecutionCancelSignal();
			await sleep(20_000, undefined, { signal }).catch(() => {});
			return [[{ json: { aborted: signal?.aborted === true } }]];
		});
		const started = Date.now();
		const result = await runNode({ node, cancelAfter: 20, next: [{ value: 'x' }] });
		expect(result.status).toBe('canceled');
		expect(result.ran).toEqual(['Start', 'Stub']);
		expect(Date.now() - started).toBeLessThan(5_000);
		const controller = new AbortController();
		controller.abort();
		expect((await runNode({ node, signal: controller.signal })).status).toBe('canceled');
	});

	test('a loop runs the node several times, in one context', async () => {
		const node = stubNode(async function () {
			const context = this.getContext('node');
			context.runs = ((context.runs as number) ?? 0) + 1;
			return [[{ json: { id: this.getInputData()[0].json.id, run: context.runs as number } }]];
		});
		const result = await runWorkflow({
			items: letters,
			nodes: [
				{ node: loopNode, name: 'Loop', parameters: { batchSize: 2 } },
				{ node, name: 'Send' },
				{ node: setNode, name: 'After', parameters: { value: '={{ $json.run }}' } },
			],
			connections: [
				['Start', 'Loop'],
				['Loop', 'Send', 1],
				['Send', 'Loop'],
				['Loop', 'After', 0],
			],
		});
		expect(result.node('Send').runs).toHaveLength(2);
		expect(result.node('Send').tries).toBe(2);
		expect(result.node('After').json).toEqual([{ value: 1 }, { value: 2 }]);
		expect(savedSize(result.runData)).toBeGreaterThan(100);
	});

	test('two nodes of one type have separate contexts, and share static data', async () => {
		const node = stubNode(async function () {
			const context = this.getContext('node');
			context.count = ((context.count as number) ?? 0) + 1;
			const saved = this.getWorkflowStaticData('global');
			saved.count = ((saved.count as number) ?? 0) + 1;
			return [[{ json: { count: context.count, saved: saved.count } as IDataObject }]];
		});
		const nodes = [
			{ node, name: 'One' },
			{ node, name: 'Two' },
		];
		const first = await runWorkflow({ nodes });
		expect(first.node('Two').json).toEqual([{ count: 1, saved: 2 }]);
		const { staticData } = first;
		expect((await runWorkflow({ nodes, staticData })).node('Two').json[0].saved).toBe(4);
	});
});

describe('requests', () => {
	let server: Server;
	let baseUrl: string;
	const seen: IncomingMessage[] = [];

	beforeAll(async () => {
		server = createServer((request, response) => {
			seen.push(request);
			const status = Number(
				new URL(request.url ?? '', 'http://x').searchParams.get('status') ?? 200,
			);
			response.writeHead(status, { 'content-type': 'application/json', 'x-left': '7' });
			response.end(JSON.stringify({ message: 'hello', path: request.url }));
		});
		await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
		baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	});

	afterAll(() => server.close());
	beforeEach(() => seen.splice(0));

	const base = {
		name: 'stubApi',
		displayName: 'Stub API',
		properties: [field('key'), field('host', { default: 'https://nowhere.invalid' })],
		test: {
			request: { baseURL: '={{ $credentials.host }}', url: '/check' },
			rules: [
				{ type: 'responseCode' as const, properties: { value: 401, message: 'The key is wrong' } },
			],
		},
	};
	const declarative: ICredentialType = {
		...base,
		authenticate: {
			type: 'generic',
			properties: { headers: { Authorization: '=Bearer {{ $credentials.key }}' } },
		},
	};
	const programmatic: ICredentialType = {
		...base,
		authenticate: async ({ key }, options: IHttpRequestOptions) => ({
			...options,
			headers: { ...options.headers, Authorization: `Bearer ${key as string}` },
		}),
	};

	const caller = Object.assign(
		stubNode(
			async function (this: IExecuteFunctions) {
				const { host } = await this.getCredentials<{ host: string }>('stubApi');
				const status = this.getNodeParameter('status', 0) as number;
				const url = `${host}/call?status=${status}`;
				const request = this.helpers.httpRequestWithAuthentication;
				const body = (await request.call(this, 'stubApi', { url, json: true })) as IDataObject;
				return [[{ json: body }]];
			},
			{
				usableAsTool: true,
				credentials: [{ name: 'stubApi', required: true }],
				properties: [field('status', { type: 'number', default: 200 })],
			},
		),
		{
			methods: {
				listSearch: {
					async search(this: never, filter?: string, paginationToken?: string) {
						const context = this as unknown as IExecuteFunctions & {
							getCurrentNodeParameter: (name: string) => unknown;
						};
						const { host } = await context.getCredentials<{ host: string }>('stubApi');
						const url = `${host}/list`;
						await context.helpers.httpRequestWithAuthentication.call(context, 'stubApi', { url });
						const name = `${filter} ${paginationToken} ${context.getCurrentNodeParameter('kind')}`;
						return { results: [{ name, value: '1' }], paginationToken: '2' };
					},
				},
			},
		},
	);

	const execution = (type: ICredentialType) => ({
		node: caller,
		credentialTypes: [type],
		credentials: { stubApi: { key: 'k-1', host: baseUrl } },
	});

	test.each([
		['declarative', declarative],
		['programmatic', programmatic],
	])("are sent by n8n's helper, signed by a %s credential", async (_, type) => {
		const { json } = await runNode(execution(type));
		expect(json).toEqual([{ message: 'hello', path: '/call?status=200' }]);
		expect(seen[0].headers.authorization).toBe('Bearer k-1');
	});

	test("a refusal is n8n's NodeApiError, with the answer in it", async () => {
		const { thrown, error } = await runNode({
			...execution(programmatic),
			parameters: { status: 429 },
		});
		expect(thrown[0]).toBeInstanceOf(NodeApiError);
		expect(error).toMatchObject({ httpCode: '429', description: 'hello' });
		expect((error as unknown as JsonObject).message).toContain('too many requests');
	});

	test('a credential that is not set stops the node', async () => {
		const result = await runNode({ ...execution(declarative), credentials: undefined });
		expect(result.status).toBe('error');
	});

	test('a list search gets filter, token and the current parameters', async () => {
		const result = await listSearch('search', {
			...execution(programmatic),
			filter: 'spring',
			paginationToken: '1',
			parameters: { kind: 'campaign' },
		});
		expect(result.results[0].name).toBe('spring 1 campaign');
		expect(seen[0].headers.authorization).toBe('Bearer k-1');
	});

	// The error of n8n 1 doesn't contain the answer, so its rules are never applied.
	onNewEngine('a credential test speaks in the words of its rules', async () => {
		const tested = async (url: string, type = programmatic, host = baseUrl) => {
			const test = { ...base.test, request: { ...base.test.request, url } };
			return await testCredential({ key: 'k-1', host }, { credentialType: { ...type, test } });
		};
		expect(await tested('/check')).toEqual({ status: 'OK', message: 'Connection successful!' });
		expect(seen[0].headers.authorization).toBe('Bearer k-1');
		expect(await tested('/check', declarative)).toMatchObject({ status: 'OK' });
		expect(await tested('/?status=401')).toEqual({ status: 'Error', message: 'The key is wrong' });
		expect(await tested('/?status=500')).toMatchObject({ message: 'Internal Server Error' });
		expect(await tested('/', programmatic, 'http://127.0.0.1:1')).toEqual({
			status: 'Error',
			message: 'ECONNREFUSED',
		});
	});

	test("without one, the node's own function tests the credential", async () => {
		const node = {
			...stubNode(async () => [[]], { credentials: [{ name: 'stubApi', testedBy: 'check' }] }),
			methods: {
				credentialTest: {
					async check(this: ICredentialTestFunctions, { data }: ICredentialsDecrypted) {
						const uri = `${data?.host as string}/mine?key=${data?.key as string}`;
						// n8n gives a credential test no other way to send a request.
						const { path } = (await this.helpers.request({ uri, json: true })) as { path: string };
						return { status: 'OK' as const, message: path };
					},
				},
			},
		};
		const credentialType = { ...base, test: undefined };
		const data = { key: 'k-1', host: baseUrl };
		expect(await testCredential(data, { credentialType, node })).toEqual({
			status: 'OK',
			message: '/mine?key=k-1',
		});
		expect(await testCredential(data, { credentialType, node: caller })).toMatchObject({
			message: 'No testing function found for this credential.',
		});
	});

	test.each(agents)('an agent uses the node as a tool (%s)', async (via) => {
		const result = await runTool({
			...execution(programmatic),
			via,
			parameters: { status: "={{ $fromAI('status', 'The status', 'number') }}" },
			calls: [{ status: 200 }, { status: 404 }],
		});
		expect(result.responses).toHaveLength(2);
		expect(result.responses[0].response).toEqual([{ message: 'hello', path: '/call?status=200' }]);
		expect(JSON.stringify(result.responses[1])).toContain('could not be found');
		expect(result.tries).toBe(2);
	});

	test.each(agents.map((via) => ({ via, runs: via === 'engine' ? [0, 0, 1, 1] : [0, 1, 2, 3] })))(
		'what an agent retries is the same run, or a new one ($via)',
		async ({ via, runs }) => {
			const seen: number[] = [];
			const node = stubNode(
				async function () {
					seen.push(this.getWorkflowDataProxy(0).$runIndex as number);
					throw new NodeOperationError(this.getNode(), 'no');
				},
				{ usableAsTool: true },
			);
			const result = await runTool({ node, via, calls: [{}, {}], retryOnFail: { maxTries: 2 } });
			expect(result.responses).toMatchObject([{ failed: 'no' }, { failed: 'no' }]);
			expect(seen).toEqual(runs);
		},
	);

	test('only a usable node becomes a tool', async () => {
		const node = stubNode(async () => [[]], { outputs: [NodeConnectionTypes.Main] });
		await expect(runTool({ node })).rejects.toThrow('not usable as a tool');
	});
});
