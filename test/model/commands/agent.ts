/** The node as a tool: an agent that creates, moves and cancels, in turns of one or more calls. */
import fc from 'fast-check';
import { NodeConnectionTypes } from 'n8n-workflow';
import type {
	EngineRequest,
	EngineResponse,
	IDataObject,
	IExecuteFunctions,
	INodeExecutionData,
} from 'n8n-workflow';

import type { Schedule } from '../../../sandbox';
import { byId, credentialFor, orderReminder } from '../../engine/braze';
import { runWorkflow, stubNode } from '../../engine/harness';
import type { NodeSpec } from '../../engine/harness';
import { asTool } from '../../engine/harness-nodes';
import { arm, someFaults } from '../faults';
import type { Fault } from '../faults';
import { judgeTalk } from '../oracle/talk';
import { WORKFLOW_ZONE } from '../parameters';
import type { Lineage } from '../state';
import type { World } from '../world';
import { HOURS } from './change';

export interface Call {
	tool: 'Create' | 'Move' | 'Cancel';
	person: 'eve' | 'fay';
	hour: keyof typeof HOURS;
	/** The index among the schedules of the conversation, modulo their number. */
	which: number;
}

export interface Talk {
	/** `invoke`: older agents, which make the calls of a turn at the same time. */
	via: 'engine' | 'invoke';
	turns: Call[][];
	tries: 1 | 2;
	faults: Fault[];
}

export const anyTalk: fc.Arbitrary<Talk> = fc.record({
	via: fc.constantFrom('invoke' as const, 'engine' as const),
	turns: fc.array(
		fc.array(
			fc.record({
				tool: fc.constantFrom('Create' as const, 'Move' as const, 'Cancel' as const),
				person: fc.constantFrom('eve' as const, 'fay' as const),
				hour: fc.constantFrom('ten' as const, 'eleven' as const),
				which: fc.nat(1),
			}),
			{ minLength: 1, maxLength: 2 },
		),
		{ minLength: 1, maxLength: 6 },
	),
	tries: fc.constantFrom(1 as const, 2 as const),
	faults: someFaults,
});

export interface Answer {
	call: Call;
	/** The schedule that was moved or canceled. */
	scheduleId?: string;
	response: IDataObject[];
	failed?: string;
}

/** One turn, with its results. */
export interface Turn {
	answers: Answer[];
	/** The number of requests before it. */
	before: number;
	/** The state of Braze right after it. */
	schedules: Array<Pick<Schedule, 'schedule_id' | 'state' | 'recipients'> & { time: number }>;
}

const fromModel = (name: string) => `={{ $fromAI('${name}') }}`;
const time = { scheduleMode: 'exact', time: fromModel('time') };
const existing = {
	campaignId: byId(orderReminder),
	findBy: 'scheduleId',
	scheduleId: fromModel('schedule'),
};
const TOOLS = {
	Create: {
		operation: 'create',
		campaignId: byId(orderReminder),
		reference: '',
		sendTo: 'recipients',
		recipients: {
			recipient: [{ identifier: 'externalUserId', externalUserId: fromModel('person') }],
		},
		...time,
	},
	Move: { operation: 'update', ...existing, ...time },
	Cancel: { operation: 'delete', ...existing },
};

const textOf = (hour: Call['hour']) => `2026-02-03T${HOURS[hour]}:00:00`;
export const momentOf = (hour: Call['hour']) => Date.UTC(2026, 1, 3, HOURS[hour] - 1);

/** The model's call, once its schedule is known. */
type Asked = { call: Call; scheduleId?: string; args: IDataObject };

/** Runs the turns of a conversation and records the answers. */
class Talker {
	readonly turns: Turn[] = [];
	private readonly made: string[] = [];
	private before = 0;

	constructor(
		private readonly world: World,
		private readonly planned: Call[][],
	) {}

	/** The calls of the next turn, or undefined at the end. */
	next(): Asked[] | undefined {
		this.before = this.world.braze.requests.length;
		const calls = this.planned[this.turns.length];
		return calls?.flatMap((call): Asked[] => {
			const { tool, person, hour, which } = call;
			if (tool === 'Create') return [{ call, args: { person, time: textOf(hour) } }];
			if (this.made.length === 0) return [];
			const schedule = this.made[which % this.made.length];
			const args = tool === 'Move' ? { schedule, time: textOf(hour) } : { schedule };
			return [{ call, scheduleId: schedule, args }];
		});
	}

	note(asked: Asked[], answers: Array<Pick<Answer, 'response' | 'failed'>>): void {
		const { braze } = this.world;
		this.turns.push({
			answers: asked.map(({ call, scheduleId }, index) => ({
				call,
				scheduleId,
				...answers[index],
			})),
			before: this.before,
			schedules: braze.schedules.map(({ schedule_id, state, recipients, schedule }) => ({
				schedule_id,
				state,
				recipients,
				time: Date.parse(schedule.time),
			})),
		});
		answers.forEach(({ response }, index) => {
			const id = response[0]?.schedule_id;
			if (asked[index].call.tool === 'Create' && typeof id === 'string') this.made.push(id);
		});
	}
}

interface Tool {
	name: string;
	invoke: (args: IDataObject) => Promise<string>;
}

const agentFor = (talker: Talker, via: Talk['via']) => {
	let open: Asked[] | undefined;
	const viaEngine = (response?: EngineResponse): INodeExecutionData[][] | EngineRequest => {
		if (open) {
			const answers = (response?.actionResponses ?? []).map(({ data }) => ({
				response: data.data?.ai_tool?.[0]?.map(({ json }) => json) ?? [],
				...(data.error && { failed: data.error.message }),
			}));
			talker.note(open, answers);
		}
		do {
			open = talker.next();
			if (open?.length === 0) talker.note([], []);
		} while (open?.length === 0);
		if (!open) return [[{ json: {} }]];
		return {
			actions: open.map(({ call, args }, index) => ({
				actionType: 'ExecutionNodeAction' as const,
				nodeName: call.tool,
				input: args,
				type: NodeConnectionTypes.AiTool,
				id: `call-${talker.turns.length}-${index}`,
				metadata: { itemIndex: 0 },
			})),
			metadata: {},
		};
	};
	const viaInvoke = async (tools: Tool[]): Promise<INodeExecutionData[][]> => {
		for (let asked = talker.next(); asked; asked = talker.next()) {
			const answers = asked.map(async ({ call, args }) => {
				const tool = tools.find(({ name }) => name === call.tool) as Tool;
				return await tool.invoke(args).then(readAnswer, (error: Error) => ({
					response: [],
					failed: error.message || 'an empty text',
				}));
			});
			talker.note(asked, await Promise.all(answers));
		}
		return [[{ json: {} }]];
	};
	return stubNode(
		async function (this: IExecuteFunctions, response?: EngineResponse) {
			if (via === 'engine') return viaEngine(response);
			const tools = await this.getInputConnectionData(NodeConnectionTypes.AiTool, 0);
			return await viaInvoke(tools as Tool[]);
		} as never,
		{
			displayName: 'Agent',
			inputs: [NodeConnectionTypes.Main, NodeConnectionTypes.AiTool],
		},
	);
};

/** A tool answers with text: its items, or an error message. */
function readAnswer(text: unknown): Pick<Answer, 'response'> {
	try {
		const read = JSON.parse(String(text)) as IDataObject | IDataObject[];
		return { response: Array.isArray(read) ? read : [read] };
	} catch {
		return { response: [{ message: String(text) }] };
	}
}

export async function talk(world: World, wanted: Talk): Promise<Lineage> {
	const { braze } = world;
	for (const fault of wanted.faults) {
		const match = [
			{ path: '/create', bodyIncludes: '"eve"' },
			{ path: '/create', bodyIncludes: '"fay"' },
			{ path: '/update' },
			{ path: '/delete' },
		];
		arm(braze, fault, match[fault.item % match.length]);
	}
	const talker = new Talker(world, wanted.turns);
	const tool = asTool(world.node);
	const nodes: NodeSpec[] = [
		{ node: agentFor(talker, wanted.via), name: 'Agent' },
		...Object.entries(TOOLS).map(([name, parameters]) => ({
			node: tool,
			name,
			parameters: { resource: 'campaign', ...parameters, options: {} },
			credentials: credentialFor(braze),
			...(wanted.tries > 1 && { retryOnFail: { maxTries: wanted.tries } }),
		})),
	];
	const execution = await world.record(
		'run',
		async () =>
			await runWorkflow({ nodes, timezone: WORKFLOW_ZONE, connections: [['Start', 'Agent']] }),
	);
	return {
		executions: [execution],
		arm: () => {},
		judge: () => judgeTalk(talker.turns, execution),
	};
}
