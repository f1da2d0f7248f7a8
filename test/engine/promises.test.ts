import type { IDataObject, INodeExecutionData } from 'n8n-workflow';

import {
	byId,
	createCampaign,
	credentialFor,
	people,
	perItem,
	recipients,
	run,
	SOON,
	useBraze,
} from './braze';
import { brazeSchedule, loopNode, retryExecution, runWorkflow, stubNode } from './harness';
import type { NodeSpec, RunNodeOptions } from './harness';
import { SEED } from '../../sandbox/seed';

const braze = useBraze();

const { orderReminder, welcomeOffer } = SEED.campaigns;
const once = (...ids: string[]) =>
	Object.fromEntries(ids.map((id) => [`external_user_id:${id}`, 1]));

/** The second request is refused, and the others succeed. */
const refuseSecond = () =>
	braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1, times: 1 });
const loseFirst = () => braze().fault({ kind: 'dropAfter', times: 1 });

describe('An expression that differs from try to try repeats nothing', () => {
	const other = `{{ $now.toMillis() % 2 ? '${orderReminder}' : '${welcomeOffer}' }}`;
	const changing: Array<[string, IDataObject]> = [
		[
			'a send ID from the clock',
			{ options: { sendId: "={{ 'launch-' + ($now.toMillis() % 10) }}" } },
		],
		[
			'a send ID from the execution',
			{ options: { sendId: "={{ 'launch-' + ($execution.id % 10) }}" } },
		],
		['a campaign', { campaignId: byId(`=${other}`) }],
		['a time', { time: '={{ $now.plus({ days: 2 }) }}' }],
	];

	beforeEach(async () => {
		for (const [campaign_id, id] of Object.entries(SEED.campaigns)
			.slice(0, 2)
			.flatMap(([, one]) =>
				Array.from({ length: 10 }, (_, digit): [string, string] => [one, `launch-${digit}`]),
			)) {
			await fetch(`${braze().url}/sends/id/create`, {
				method: 'POST',
				headers: { Authorization: `Bearer ${braze().key}`, 'Content-Type': 'application/json' },
				body: JSON.stringify({ campaign_id, send_id: id }),
			});
		}
	});

	it.each(changing)('Retry On Fail: %s', async (_, change) => {
		refuseSecond();
		const { finished, tries } = await run(
			braze(),
			{ ...perItem, ...change },
			{ items: people('ada', 'bob'), retryOnFail: true },
		);
		expect({ finished, tries }).toEqual({ finished: true, tries: 2 });
		expect(braze().schedulesPerPerson()).toEqual(once('ada', 'bob'));
	});

	it.each(changing)('the retry button: %s', async (_, change) => {
		refuseSecond();
		const first = await run(braze(), { ...perItem, ...change }, { items: people('ada', 'bob') });
		expect(first.finished).toBe(false);
		const second = await retryExecution(first);
		expect(second.finished).toBe(true);
		expect(braze().schedulesPerPerson()).toEqual(once('ada', 'bob'));
	});

	it('a broadcast of unknown outcome is sent once', async () => {
		loseFirst();
		const everyone = {
			...perItem,
			sendTo: 'everyone',
			confirmEveryone: true,
			options: { sendId: "={{ 'launch-' + ($now.toMillis() % 10) }}" },
		};
		const first = await run(braze(), everyone, { retryOnFail: true });
		expect(first.error?.message).toContain('unknown');
		await retryExecution(first);
		expect(braze().schedules).toHaveLength(1);
	});

	it('what an earlier try sent is reported, with the campaign that it was sent for', async () => {
		refuseSecond();
		let turn = 0;
		const pick = () => [orderReminder, welcomeOffer][turn++ % 2];
		const first = await run(
			braze(),
			{ ...perItem, campaignId: byId('={{ $json.campaign }}') },
			{ items: people('ada', 'bob').map((item) => ({ ...item, campaign: pick() })) },
		);
		const second = await retryExecution(first, {
			nodes: { 'Braze Schedule': { parameters: { ...perItem, campaignId: byId(welcomeOffer) } } },
		});
		expect(second.json).toMatchObject([
			{
				status: 'scheduled',
				campaign_id: orderReminder,
				warnings: [expect.stringContaining('Already scheduled by an earlier try')],
			},
			{ status: 'scheduled', campaign_id: welcomeOffer, warnings: [] },
		]);
	});
});

describe.each(['continueRegularOutput', 'continueErrorOutput'] as const)('With %s', (onError) => {
	const withContinue = async (parameters: object, options: Partial<RunNodeOptions> = {}) => {
		const result = await run(braze(), { ...perItem, ...parameters } as IDataObject, {
			items: people('ada', 'bob', 'cy'),
			onError,
			...options,
		});
		expect(result.finished).toBe(true);
		const failures = (onError === 'continueErrorOutput' ? result.outputs[1] : result.outputs[0])
			.map(({ json }) => json)
			.filter(({ error }) => error !== undefined);
		const successes = result.json.filter(({ error }) => error === undefined);
		return { failures, successes };
	};

	it('an expression that throws fails only its own item', async () => {
		const { failures, successes } = await withContinue({
			time: "={{ $json.external_user_id === 'bob' ? $json.nope.toDateTime() : '" + SOON + "' }}",
		});
		expect(successes).toMatchObject([{ status: 'scheduled' }, { status: 'scheduled' }]);
		expect(failures).toMatchObject([
			{ error: expect.stringContaining('[item 1]'), outcome: 'invalid' },
		]);
		expect(braze().schedulesPerPerson()).toEqual(once('ada', 'cy'));
	});

	it.each<[string, object, Partial<RunNodeOptions>]>([
		['a wrong option', { options: { concurrency: 0 } }, {}],
		[
			'an unusable credential',
			{},
			{ credentials: { brazeApi: { instance: 'us-01', apiKey: 'two words' } } },
		],
		['a missing credential', {}, { credentials: {} }],
		['an operation that does not exist', { operation: 'constructor' }, {}],
	])('%s fails every item, and nothing is sent', async (_, parameters, options) => {
		const { failures, successes } = await withContinue(parameters, options);
		expect(successes).toEqual([]);
		expect(failures).toHaveLength(3);
		for (const [item, failure] of failures.entries()) {
			expect(failure).toMatchObject({
				error: expect.stringContaining(`[item ${item}]`),
				outcome: 'invalid',
			});
		}
		expect(braze().requests).toEqual([]);
	});

	it.each([
		['sendId', 'create'],
		['upcomingBroadcast', 'getAll'],
	])('an expression that throws in %s: %s fails only its own item', async (resource, operation) => {
		const bad =
			"={{ $json.external_user_id === 'bob' ? $json.nope.toDateTime() : 'x-' + $itemIndex }}";
		const { failures, successes } = await withContinue({
			resource,
			operation,
			sendId: bad,
			until: "={{ $json.external_user_id === 'bob' ? $json.nope.toDateTime() : '2027-03-01' }}",
			returnAll: true,
		});
		expect(failures).toMatchObject([
			{ error: expect.stringContaining('[item 1]'), outcome: 'invalid' },
		]);
		expect(JSON.stringify(successes)).not.toContain('"external_user_id":"ada"}');
	});

	it('reports whether a failed item was refused or is unknown', async () => {
		braze().fault({ kind: 'dropAfter', skip: 1, times: 1 });
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1, times: 1 });
		const { failures } = await withContinue({ options: { concurrency: 1 } });
		expect(failures.map(({ outcome }) => outcome)).toEqual(['unknown', 'refused']);
	});
});

describe('The error output connected back to the node', () => {
	const passes = (most: number) => {
		let count = 0;
		return stubNode(
			async function () {
				count += 1;
				return [count <= most ? this.getInputData() : []];
			},
			{ name: `passes${most}${Math.random().toString(36).slice(2)}` },
		);
	};
	const forgetful = stubNode(
		async function () {
			const items = this.getInputData().map(({ json }, item): INodeExecutionData => ({
				json: { external_user_id: json.external_user_id },
				pairedItem: { item },
			}));
			return [items];
		},
		{ name: 'forgetful' },
	);

	const loop = async (parameters: object, items: Array<IDataObject>, between: NodeSpec[] = []) => {
		const braze1: NodeSpec = {
			node: await brazeSchedule(),
			name: 'Braze',
			parameters: { ...perItem, ...parameters } as IDataObject,
			credentials: credentialFor(braze()),
			onError: 'continueErrorOutput',
		};
		const back: NodeSpec[] = [{ node: passes(2), name: 'Twice' }, ...between];
		const names = back.map(({ name }) => name as string);
		return await runWorkflow({
			nodes: [braze1, ...back],
			connections: [
				['Start', 'Braze'],
				['Braze', names[0], 1],
				...names.map((name, index): [string, string] => [name, names[index + 1] ?? 'Braze']),
			],
			items,
			timezone: 'Europe/Berlin',
		});
	};

	it('sends again what was refused, and never what is unknown', async () => {
		braze().fault({ kind: 'dropAfter', times: 1 });
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1, times: 1 });
		const result = await loop(
			{ options: { concurrency: 1 }, time: '={{ $now.plus({ days: 2 }) }}' },
			people('ada', 'bob', 'cy'),
		);
		expect(braze().schedulesPerPerson()).toEqual(once('ada', 'bob', 'cy'));
		const { runs } = result.node('Braze');
		expect(runs).toHaveLength(3);
		expect(runs[2].data?.main[1]).toMatchObject([
			{ json: { external_user_id: 'ada', outcome: 'unknown' } },
		]);
	});

	it('also if a node in between drops all other fields', async () => {
		loseFirst();
		await loop({ time: '={{ $now.plus({ days: 2 }) }}' }, people('ada'), [
			{ node: forgetful, name: 'Forgetful' },
		]);
		expect(braze().schedulesPerPerson()).toEqual(once('ada'));
	});

	const reversing = stubNode(
		async function () {
			const items = this.getInputData().map(({ json }): INodeExecutionData => ({ json }));
			return [items.reverse()];
		},
		{ name: 'reversing' },
	);

	it('also if a node in between loses the pairing and the time differs', async () => {
		braze().fault({ kind: 'dropAfter', times: 2 });
		const result = await loop(
			{ time: '={{ $now.plus({ days: 2, seconds: 5 * $runIndex }) }}' },
			people('ada', 'bob', 'cy'),
			[{ node: reversing, name: 'Reversing' }],
		);
		expect(braze().schedulesPerPerson()).toEqual(once('ada', 'bob', 'cy'));
		expect(result.node('Braze').runs.at(-1)?.data?.main[1]).toMatchObject([
			{ json: { outcome: 'unknown' } },
			{ json: { outcome: 'unknown' } },
		]);
	});

	it('also if it loses the other fields too', async () => {
		braze().fault({ kind: 'dropAfter', times: 2 });
		await loop({}, people('ada', 'bob', 'cy'), [
			{ node: reversing, name: 'Reversing' },
			{ node: forgetful, name: 'Forgetful' },
		]);
		expect(braze().schedulesPerPerson()).toEqual(once('ada', 'bob', 'cy'));
	});

	it('takes a refused delete for unknown if an earlier one was lost, without the pairing too', async () => {
		const made = await run(braze(), perItem, { items: people('ada', 'bob') });
		const match = { path: 'delete' };
		braze().fault({ kind: 'dropAfter', times: 8, match });
		braze().fault({ kind: 'status', status: 400, times: 'always', match });
		const result = await loop(
			{ operation: 'delete', findBy: 'scheduleId', scheduleId: '={{ $json.schedule_id }}' },
			made.json.map(({ schedule_id: id }) => ({ schedule_id: id })),
			[{ node: reversing, name: 'Reversing' }],
		);
		const probablyCanceled = {
			json: { outcome: 'unknown', error: expect.stringContaining('probably canceled') as string },
		};
		expect(result.node('Braze').runs[1].data?.main[1]).toMatchObject([
			probablyCanceled,
			probablyCanceled,
		]);
	}, 20_000);

	it('sends the missing recipients of a large item, each once', async () => {
		const many = Array.from({ length: 120 }, (_, index) => ({ external_user_id: `u${index}` }));
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1, times: 2 });
		await loop(
			{
				recipientsInput: 'json',
				recipientsJson: '={{ $json.people }}',
				options: { concurrency: 1 },
			},
			[{ people: many }],
		);
		expect(Object.values(braze().schedulesPerPerson())).toEqual(Array(120).fill(1));
	});

	it('reports what is unknown of a large item once, for any number of returns', async () => {
		const many = Array.from({ length: 120 }, (_, index) => ({ external_user_id: `u${index}` }));
		braze().fault({ kind: 'dropAfter', times: 3 });
		const result = await loop({ recipientsInput: 'json', recipientsJson: '={{ $json.people }}' }, [
			{ people: many },
		]);
		const unknown = result.node('Braze').runs.map(({ data }) => data?.main[1]?.length);
		expect(unknown).toEqual([3, 3, 3]);
	});
});

describe('An audience filter that one expression supplies', () => {
	const filter = { last_used_app: { comparison: 'after', value: '2026-01-01T00:00:00Z' } };
	const byExpression = {
		...perItem,
		sendTo: 'audience',
		audienceInput: 'json',
		audienceJson: '={{ $json.filter }}',
	};

	it('needs a confirmation', async () => {
		const { error } = await run(braze(), byExpression, { items: [{ filter }] });
		expect(error?.message).toContain("'Yes, an Expression May Choose the Audience' is off");
		expect(braze().requests).toEqual([]);
	});

	it.each<[string, IDataObject]>([
		['with the confirmation', { confirmFilter: true }],
		['if only a value is an expression', { audienceJson: `=${JSON.stringify(filter)}` }],
	])('is used %s', async (_, more) => {
		await run(braze(), { ...byExpression, ...more }, { items: [{ filter }] });
		expect(braze().schedules).toHaveLength(1);
	});

	it('cannot be confirmed by an expression', async () => {
		const more = { confirmFilter: '={{ true }}' };
		await run(braze(), { ...byExpression, ...more }, { items: [{ filter }] });
		expect(braze().requests).toEqual([]);
	});
});

describe('Inside a loop', () => {
	const inLoop = async (parameters: object) =>
		await runWorkflow({
			nodes: [
				{ node: loopNode, name: 'Loop', parameters: { batchSize: 1 } },
				{
					node: await brazeSchedule(),
					name: 'Braze',
					parameters: { ...perItem, ...parameters } as IDataObject,
					credentials: credentialFor(braze()),
				},
			],
			connections: [
				['Start', 'Loop'],
				['Loop', 'Braze', 1],
				['Braze', 'Loop'],
			],
			items: people('ada', 'bob'),
			timezone: 'Europe/Berlin',
		});

	it('everyone is messaged once, and the next pass reports why not', async () => {
		const result = await inLoop({ sendTo: 'everyone', confirmEveryone: true });
		expect(result.error?.message).toContain('has already scheduled a message to the same audience');
		expect(braze().schedules).toHaveLength(1);
	});

	it('a filter that counts from now is the same audience', async () => {
		const filter = {
			filterBy: 'last_used_app',
			lastUsedComparison: 'after',
			lastUsedValue: '={{ $now.minus({ days: 30 }) }}',
		};
		await inLoop({ sendTo: 'audience', audience: { filter: [filter] } });
		expect(braze().schedules).toHaveLength(1);
	});

	it('recipients are messaged in every pass, and audiences too if that is allowed', async () => {
		await inLoop({});
		expect(braze().schedulesPerPerson()).toEqual(once('ada', 'bob'));
		const options = { allowRepeatedAudienceSends: true };
		await inLoop({ sendTo: 'everyone', confirmEveryone: true, options });
		expect(braze().schedules).toHaveLength(4);
	});
});

describe.each(['delete', 'update'] as const)(
	'%s after a Create that skipped items',
	(operation) => {
		it('passes the skipped items on, and processes the others', async () => {
			const created = await run(braze(), { ...createCampaign, recipients: recipients('ada') });
			const [scheduled] = created.json;
			const skipped = { ...scheduled, status: 'skipped', schedule_id: null };
			const result = await run(
				braze(),
				{
					resource: 'campaign',
					operation,
					findBy: 'scheduleId',
					scheduleMode: 'exact',
					time: SOON.replace('T09', 'T10'),
				},
				{ items: [skipped, scheduled] },
			);
			expect(result.json).toMatchObject([
				{
					status: 'skipped',
					schedule_id: null,
					campaign_id: orderReminder,
					warnings: [
						`Not sent: this item was skipped when it was to be scheduled, so there is nothing to ${operation}`,
					],
				},
				{ status: operation === 'delete' ? 'deleted' : 'scheduled' },
			]);
		});

		it.each([
			['superseded', 'another item was scheduled in place of this one'],
			['ignored', 'this item was ignored, because a later event was handled before'],
			['not_found', "nothing was found under this item's reference"],
			['not_sent', 'nothing was sent for this item before'],
		])('passes on an item that is %s and has no schedule', async (status, reason) => {
			const result = await run(
				braze(),
				{ ...createCampaign, operation, findBy: 'scheduleId' },
				{ items: [{ status, schedule_id: null }] },
			);
			expect(result.json).toMatchObject([
				{
					status: 'skipped',
					schedule_id: null,
					warnings: [`Not sent: ${reason}, so there is nothing to ${operation}`],
				},
			]);
		});

		it('still refuses an item without a schedule ID that was not skipped', async () => {
			const { error } = await run(
				braze(),
				{
					resource: 'campaign',
					operation,
					findBy: 'scheduleId',
					scheduleMode: 'exact',
					time: SOON,
				},
				{ items: [{ campaign_id: orderReminder }] },
			);
			expect(error?.message).toContain("'Schedule ID' is empty");
		});
	},
);
