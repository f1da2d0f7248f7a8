import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
	INodeType,
} from 'n8n-workflow';

import { live } from '../live';
import { createCampaign, credentialFor, SOON, useBraze } from './braze';
import {
	brazeSchedule,
	loopNode,
	OLD_ENGINE,
	retryExecution,
	runWorkflow,
	stubNode,
} from './harness';
import type { NodeSpec, WorkflowSpec } from './harness';
import { asTool } from './harness-nodes';

const braze = useBraze();

interface Call {
	tool: 'Create' | 'Move' | 'Cancel';
	input: IDataObject;
}

const at = (hour: number) => SOON.replace('T09', `T${hour}`);
const create = (hour = 17, person = 'ada'): Call => ({
	tool: 'Create',
	input: { person, time: at(hour) },
});
/** The n-th answer of all returns the schedule ID. */
const move = (answer: number, hour: number): Call => ({
	tool: 'Move',
	input: { answer, time: at(hour) },
});
const cancel = (answer: number): Call => ({ tool: 'Cancel', input: { answer } });

/**
 * An agent whose model calls the tools of each turn in `turns`. Engine: n8n runs the calls of a
 * turn one after the other. Invoke: the agent makes them all at the same time.
 */
const agent = (): INodeType =>
	stubNode(
		async function (this: IExecuteFunctions, response?: EngineResponse) {
			const turns = this.getNodeParameter('turns', 0) as unknown as Call[][];
			const answers = this.getContext('node') as { list?: IDataObject[] };
			const list = (answers.list ??= []);
			const inputOf = ({ input: { answer, ...input } }: Call) => ({
				...input,
				...(answer !== undefined && { schedule: list[answer as number].schedule_id }),
			});
			if (this.getNodeParameter('via', 0) === 'engine') {
				const done = (response?.metadata as { turn?: number } | undefined)?.turn ?? -1;
				for (const { data } of response?.actionResponses ?? []) {
					list.push(data.data?.ai_tool?.[0]?.[0]?.json ?? { error: data.error?.message });
				}
				const turn = done + 1;
				if (turn < turns.length) {
					return {
						actions: turns[turn].map((call, index) => ({
							actionType: 'ExecutionNodeAction',
							nodeName: call.tool,
							input: inputOf(call),
							type: NodeConnectionTypes.AiTool,
							id: `call-${turn}-${index}`,
							metadata: { itemIndex: 0 },
						})),
						metadata: { turn },
					} as never;
				}
			} else {
				const tools = (await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0)) as Array<{
					name: string;
					invoke: (input: IDataObject) => Promise<string>;
				}>;
				for (const turn of turns) {
					const texts = await Promise.all(
						turn.map(async (call) => {
							const tool = tools.find(({ name }) => name === call.tool);
							return await tool?.invoke(inputOf(call));
						}),
					);
					list.push(...texts.map((text) => (JSON.parse(text ?? '[]') as IDataObject[])[0]));
				}
			}
			const output = list.map((json): INodeExecutionData => ({ json, pairedItem: { item: 0 } }));
			answers.list = [];
			return [output];
		} as NonNullable<INodeType['execute']>,
		{
			displayName: 'Agent',
			inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
			properties: [
				{ displayName: 'Turns', name: 'turns', type: 'json', default: '[]' },
				{ displayName: 'Via', name: 'via', type: 'string', default: 'engine' },
			],
		},
	);

const toolNamed = async (name: Call['tool'], parameters: IDataObject): Promise<NodeSpec> => {
	const node = asTool(await brazeSchedule());
	return { node, name, parameters, credentials: credentialFor(braze()) };
};

async function toolSpecs(to: IDataObject): Promise<NodeSpec[]> {
	const time = "={{ $fromAI('time') }}";
	const existing = {
		resource: 'campaign',
		campaignId: createCampaign.campaignId,
		findBy: 'scheduleId',
		scheduleId: "={{ $fromAI('schedule') }}",
		scheduleMode: 'exact',
	};
	const person = "={{ $fromAI('person') }}";
	const first = await toolNamed('Create', {
		...createCampaign,
		reference: '',
		recipients: { recipient: [{ identifier: 'externalUserId', externalUserId: person }] },
		time,
		...to,
	});
	// One node type, three nodes, as on a canvas.
	const others = [
		await toolNamed('Move', { ...existing, operation: 'update', time }),
		await toolNamed('Cancel', { ...existing, operation: 'delete' }),
	].map((spec) => ({ ...spec, node: first.node }));
	return [first, ...others];
}

async function converse(
	via: string,
	turns: Call[][],
	workflow: Partial<WorkflowSpec> = {},
	around: NodeSpec[] = [],
	to: IDataObject = {},
) {
	const result = await runWorkflow({
		connections: [['Start', 'Agent']],
		timezone: 'Europe/Berlin',
		...workflow,
		nodes: [
			...around,
			{ node: agent(), name: 'Agent', parameters: { turns, via } as unknown as IDataObject },
			...(await toolSpecs(to)),
		],
	});
	return { result, answers: result.node('Agent').json };
}

const ATTEMPTS = ['engine', 'invoke'] as const;

describe.each(ATTEMPTS)('An agent (%s)', (via) => {
	it('moves a schedule back to where it was', async () => {
		const { answers } = await converse(via, [
			[create(12)],
			[move(0, 17)],
			[move(0, 18)],
			[move(0, 17)],
		]);
		expect(live(braze())).toHaveLength(1);
		expect(live(braze())[0].schedule.time).toBe(`${at(16)}Z`);
		expect(answers[3]).toMatchObject({ status: 'scheduled', schedule: { time: `${at(16)}Z` } });
	});

	it('creates again what it has canceled', async () => {
		const { answers } = await converse(via, [[create()], [cancel(0)], [create()]]);
		expect(live(braze())).toHaveLength(1);
		expect(answers[2].schedule_id).toBe(live(braze())[0].schedule_id);
		expect(answers[2].schedule_id).not.toBe(answers[0].schedule_id);
	});

	const everyone = { sendTo: 'everyone', confirmEveryone: true };

	it.each([
		['one recipient', {}],
		['everyone', everyone],
	])('does not create again what it has moved: %s', async (_, to) => {
		const turns = [[create(17)], [move(0, 18)], [create(17)]];
		const { answers } = await converse(via, turns, {}, [], to);
		expect(live(braze())).toHaveLength(1);
		expect(answers[2]).toMatchObject({
			status: 'scheduled',
			schedule: null,
			time: null,
			schedule_id: answers[0].schedule_id,
			warnings: [expect.stringContaining('A later call moved it, or may have canceled it')],
		});
	});

	it('messages everyone at another time after it has canceled the first message', async () => {
		const turns = [[create(17)], [cancel(0)], [create(18)]];
		const { answers } = await converse(via, turns, {}, [], everyone);
		expect(answers[2]).toMatchObject({ status: 'scheduled' });
		expect(live(braze())).toHaveLength(1);
	});

	it('does not message everyone again while it is unknown whether the first message is canceled', async () => {
		const unknown = { match: { path: 'delete' }, times: 'always' } as const;
		braze().fault({ kind: 'html', ...unknown });
		const turns = [[create(17)], [cancel(0)], [create(18)]];
		const { answers } = await converse(via, turns, {}, [], everyone);
		expect(answers[1]).toMatchObject({ status: 'failed', outcome: 'unknown' });
		expect(answers[2]).toMatchObject({ status: 'failed', outcome: 'invalid' });
		expect(live(braze())).toHaveLength(1);
	}, 30_000);

	it('does not message everyone again after it has moved the first message', async () => {
		const turns = [[create(17)], [move(0, 18)], [create(19)]];
		const { answers } = await converse(via, turns, {}, [], everyone);
		expect(answers[2]).toMatchObject({ status: 'failed', outcome: 'invalid' });
		expect(live(braze())).toHaveLength(1);
	});

	it('does not message everyone again if it repeats the call while a cancellation is unknown', async () => {
		const unknown = { match: { path: 'delete' }, times: 'always' } as const;
		braze().fault({ kind: 'html', ...unknown });
		const turns = [[create()], [cancel(0)], [create()]];
		const { answers } = await converse(via, turns, {}, [], everyone);
		expect(answers[2]).toMatchObject({ schedule_id: answers[0].schedule_id });
		expect(live(braze())).toHaveLength(1);
	}, 30_000);

	it.each([
		['in one turn', [[create(), create()]]],
		['one after the other', [[create()], [create()]]],
	])('that asks for the same twice %s schedules once, and is informed', async (_, turns) => {
		const { answers } = await converse(via, turns);
		expect(live(braze())).toHaveLength(1);
		const warnings = answers.map((answer) => JSON.stringify(answer.warnings));
		expect(
			warnings.filter((text) => text.includes('Already scheduled by an earlier call')),
		).toHaveLength(1);
	});

	it('asking for two things in one turn gets both', async () => {
		await converse(via, [[create(17), create(18), create(17, 'bob')]]);
		expect(live(braze())).toHaveLength(3);
	});

	it('is not sent again while its outcome is unknown', async () => {
		braze().fault({ kind: 'dropAfter', times: 1 });
		const { answers } = await converse(via, [[create()], [create()], [create()]]);
		expect(answers).toMatchObject(Array(3).fill({ status: 'failed', outcome: 'unknown' }));
		expect(live(braze())).toHaveLength(1);
	});

	it('moves a schedule in the order of the calls, even if the first request is slow', async () => {
		braze().fault({ kind: 'latency', ms: 60, times: 1, skip: 1 });
		await converse(via, [[create()], [move(0, 18), move(0, 19)]]);
		// The engine of n8n 1 makes the calls of one turn in reverse order.
		const last = OLD_ENGINE && via === 'engine' ? 17 : 18;
		expect(live(braze())[0].schedule.time).toBe(`${at(last)}Z`);
	});

	it('sends in every pass of a loop', async () => {
		await converse(
			via,
			[[create()]],
			{
				items: [{ id: 1 }, { id: 2 }],
				connections: [
					['Start', 'Loop'],
					['Loop', 'Agent', 1],
					['Agent', 'Loop'],
				],
			},
			[{ node: loopNode, name: 'Loop', parameters: { batchSize: 1 } }],
		);
		expect(live(braze())).toHaveLength(2);
	});
});

it('an agent that is run again by the retry button learns what is already scheduled', async () => {
	const failing = stubNode(async () => {
		throw new Error('No');
	});
	const { result } = await converse(
		'invoke',
		[[create()]],
		{
			connections: [
				['Start', 'Agent'],
				['Agent', 'After'],
			],
		},
		[{ node: failing, name: 'After' }],
	);
	expect(result.finished).toBe(false);
	await retryExecution(result);
	expect(live(braze())).toHaveLength(1);
});
