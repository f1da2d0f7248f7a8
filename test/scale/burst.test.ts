import { randomUUID } from 'node:crypto';
import type { WorkflowNode } from '../../host/workflows';
import { publish } from './figures';
import { useStage } from './stage';
import type { Published } from './stage';

/** How many deliveries arrive at the same moment. */
const DELIVERIES = process.env.SCALE_WRITE === '1' ? 200 : 60;
const ROUNDS = process.env.SCALE_WRITE === '1' ? 3 : 1;

const LONGEST_SECONDS = 600;

const stage = useStage({ latencyMs: 150 });

const COLUMNS = ['booking', 'schedule_id'].map((name) => ({ name, type: 'string' }));

const dataTable = (name: string, id: string, parameters: object): WorkflowNode => ({
	name,
	type: 'n8n-nodes-base.dataTable',
	typeVersion: 1,
	parameters: {
		resource: 'row',
		dataTableId: { __rl: true, mode: 'id', value: id },
		...parameters,
	},
	alwaysOutputData: true,
});

const BOOKING = "={{ $('Items').first().json.user }}";

/** As people remember their schedules without a reference: look it up, create it, write it down. */
async function byHand(): Promise<Published> {
	const { id } = await stage.tables.make(`Made by hand ${randomUUID()}`, COLUMNS);
	const lookUp = dataTable('Look up', id, {
		operation: 'get',
		matchType: 'allConditions',
		filters: { conditions: [{ keyName: 'booking', condition: 'eq', keyValue: BOOKING }] },
		limit: 1,
	});
	const isNew: WorkflowNode = {
		name: 'Is it new?',
		type: 'n8n-nodes-base.if',
		typeVersion: 2.2,
		parameters: {
			conditions: {
				options: { caseSensitive: true, leftValue: '', typeValidation: 'loose', version: 2 },
				combinator: 'and',
				conditions: [
					{
						id: 'new',
						leftValue: '={{ $json.booking }}',
						rightValue: '',
						operator: { type: 'string', operation: 'notExists', singleValue: true },
					},
				],
			},
			options: {},
		},
	};
	const event: WorkflowNode = {
		name: 'Event',
		type: 'n8n-nodes-base.set',
		typeVersion: 3.4,
		parameters: {
			mode: 'raw',
			jsonOutput: "={{ JSON.stringify($('Items').first().json) }}",
			options: {},
		},
	};
	const remember = dataTable('Remember', id, {
		operation: 'insert',
		columns: {
			mappingMode: 'defineBelow',
			value: { booking: BOOKING, schedule_id: '={{ $json.schedule_id }}' },
			matchingColumns: [],
			schema: COLUMNS.map(({ name, type }) => ({
				...{ id: name, displayName: name, type },
				...{ required: false, defaultMatch: false, display: true },
			})),
		},
		options: {},
	});
	return await stage.publish({}, { before: [lookUp, isNew, event], after: [remember] });
}

const withReference = async (): Promise<Published> =>
	await stage.publish({ operation: 'upsert', reference: '={{ $json.user }}' });

/** From the first delivery until the last execution has ended, in milliseconds. */
async function timeOf({ workflowId, call }: Published, users: string[]): Promise<number> {
	const { query } = stage.queue;
	const [before] = await query<number>(
		'select to_json(coalesce(max(id), 0)) from execution_entity',
	);
	await Promise.all(users.map(async (user) => await call([user])));
	await stage.settled(workflowId, LONGEST_SECONDS);
	const [took] = await query<number>(
		`select to_json(extract(epoch from max("stoppedAt") - min("createdAt")) * 1000)
		from execution_entity
		where "workflowId" = '${workflowId}' and mode = 'webhook' and id > ${before}`,
	);
	return took;
}

test(
	`${DELIVERIES} deliveries at the same moment are all scheduled, once each`,
	async () => {
		const ways = { byHand: await byHand(), withReference: await withReference() };
		// The first execution of each prepares what the others use.
		for (const { call, workflowId } of Object.values(ways)) {
			await call([`first of ${workflowId}`]);
			await stage.settled(workflowId, LONGEST_SECONDS);
		}
		const took = { byHand: 0, withReference: 0 };
		const people: string[] = [];
		for (let round = 0; round < ROUNDS; round += 1) {
			for (const way of ['byHand', 'withReference'] as const) {
				const users = Array.from({ length: DELIVERIES }, (_, index) => `${way}-${round}-${index}`);
				people.push(...users);
				took[way] += await timeOf(ways[way], users);
			}
		}
		const seconds = (ms: number) => (ms / ROUNDS / 1000).toFixed(1);
		await publish('burst', [
			['', 'With a reference', 'With its own table'],
			['Deliveries at the same moment', DELIVERIES, DELIVERIES],
			['Seconds until the last one has ended', seconds(took.withReference), seconds(took.byHand)],
			['Ratio', (took.withReference / took.byHand).toFixed(2), '1.00'],
		]);

		const scheduled = stage.sandbox.schedulesPerPerson();
		expect(people.filter((user) => scheduled[`external_user_id:${user}`] !== 1)).toEqual([]);
		const { workflowId } = ways.withReference;
		const executions = (await stage.executions(workflowId)).filter(({ isInline }) => !isInline);
		expect(executions.filter(({ status }) => status !== 'success')).toEqual([]);
		expect(executions).toHaveLength(ROUNDS * DELIVERIES + 1);
	},
	LONGEST_SECONDS * 1000 * 2,
);
