import { DateTime } from 'luxon';

import {
	bodies,
	byId,
	createCampaign,
	createCanvas,
	many,
	ofEachItem,
	people,
	perItem,
	run,
	SOON,
	useBraze,
	welcomeOffer,
} from './braze';
import { FakeDataTables, savedSize } from './harness';

const braze = useBraze();

const combined = (combine: string, more: object = {}) => ({
	...perItem,
	options: { combine, ...more },
});
const counts = () => Object.values(braze().schedulesPerPerson());

describe('Combine Items', () => {
	it('one result per schedule: every item of a refused request is in the error output', async () => {
		braze().fault({ kind: 'status', status: 400 });
		const { outputs } = await run(braze(), combined('perSchedule'), {
			items: people('ada', 'bob', 'cy'),
			onError: 'continueErrorOutput',
		});
		expect(outputs[1].map(({ json }) => json.external_user_id)).toEqual(['ada', 'bob', 'cy']);
	});

	it('puts 120 items into three schedules, and gives every item its result', async () => {
		const { json, outputs } = await run(braze(), combined('perItem'), { items: many(120) });
		expect(bodies(braze()).map(({ recipients }) => recipients.length)).toEqual([50, 50, 20]);
		expect(counts()).toEqual(Array(120).fill(1));
		expect(json).toHaveLength(120);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(
			json.map((_, item) => ({ item })),
		);
		expect(json[0].schedule_id).toBe(json[49].schedule_id);
		expect(json[0].schedule_id).not.toBe(json[50].schedule_id);
		expect(json[0]).toMatchObject({ recipients: 1, status: 'scheduled', warnings: [] });
	});

	it('gives one result per schedule if chosen, paired with all of its items', async () => {
		const { json, outputs } = await run(braze(), combined('perSchedule'), { items: many(60) });
		expect(json.map(({ recipients }) => recipients)).toEqual([50, 10]);
		expect(outputs[0][1].pairedItem).toEqual(
			Array.from({ length: 10 }, (_, index) => ({ item: 50 + index })),
		);
	});

	it('keeps items separate that differ in anything but the recipients', async () => {
		const items = [
			{ external_user_id: 'a', plan: 'gold' },
			{ external_user_id: 'b', plan: 'free' },
			{ external_user_id: 'c', plan: 'gold' },
		];
		const properties = {
			assignments: [{ id: '1', name: 'plan', type: 'string', value: '={{ $json.plan }}' }],
		};
		await run(braze(), { ...combined('perItem'), properties }, { items });
		expect(
			bodies(braze()).map(({ recipients, trigger_properties }) => [
				trigger_properties.plan,
				recipients.map((one) => one.external_user_id),
			]),
		).toEqual([
			['gold', ['a', 'c']],
			['free', ['b']],
		]);
	});

	it("keeps each recipient's own properties", async () => {
		const recipients = {
			recipient: [
				{
					identifier: 'externalUserId',
					externalUserId: '={{ $json.external_user_id }}',
					additionalFields: {
						properties: {
							assignments: [{ id: '1', name: 'n', type: 'string', value: '={{ $json.n }}' }],
						},
					},
				},
			],
		};
		await run(
			braze(),
			{ ...createCanvas, recipients, options: { combine: 'perItem' } },
			{
				items: [
					{ external_user_id: 'a', n: '1' },
					{ external_user_id: 'b', n: '2' },
				],
			},
		);
		expect(bodies(braze())[0].recipients).toEqual([
			{ external_user_id: 'a', context: { n: '1' } },
			{ external_user_id: 'b', context: { n: '2' } },
		]);
	});

	it('merges the same recipient over several requests, with the last entry and a warning', async () => {
		const items = [...many(60), ...people('user-3')];
		const { json } = await run(braze(), combined('perItem'), { items });
		expect(counts()).toEqual(Array(60).fill(1));
		expect(json).toHaveLength(61);
		expect(json[3].warnings).toEqual(['1 recipient is also in a later item, whose entry is used']);
		expect(json[3].schedule_id).toBe(json[60].schedule_id);
		expect(json[60].warnings).toEqual([]);
	});

	describe("keeps a recipient in the earlier item's result if a later item repeats it", () => {
		const lists = (combine: string) => ({
			...combined(combine),
			recipientsInput: 'json',
			recipientsJson: '={{ $json.rows }}',
		});
		const rows = (...ids: string[]) => ({ rows: people(...ids) });
		const fifty = { rows: many(50) };

		it.each([
			['in one schedule', [rows('ada', 'ben'), rows('ada')], 1],
			['in two', [rows('ada', 'ben'), fifty, rows('ada')], 2],
			['in three', [rows('ada', 'ben'), fifty, rows('ada'), { rows: many(49) }, rows('ben')], 3],
		])('%s', async (_, items) => {
			const { json, outputs } = await run(braze(), lists('perItem'), { items });
			expect(json).toHaveLength(items.length);
			expect(outputs[0][0].pairedItem).toEqual({ item: 0 });
			const both = json[0].recipients === 2;
			expect(json[0].warnings).toEqual([
				`${both ? '2 recipients are' : '1 recipient is'} also in a later item, whose entry is used`,
			]);
		});

		it.each(['perItem', 'perSchedule'])(
			'and fails for that recipient if the later request is refused: %s',
			async (combine) => {
				braze().fault({
					kind: 'status',
					status: 400,
					body: { message: 'No' },
					match: { bodyIncludes: '"ada"' },
				});
				const { json, outputs } = await run(braze(), lists(combine), {
					items: [rows('ada', 'ben'), fifty, rows('ada')],
					onError: 'continueRegularOutput',
				});
				const own = json.filter((_, index) =>
					[outputs[0][index].pairedItem]
						.flat()
						.some((pair) => (pair as { item: number }).item === 0),
				);
				expect(own.map(({ status, outcome }) => status ?? outcome).sort()).toEqual([
					'refused',
					'scheduled',
				]);
			},
		);

		it.each(['perItem', 'perSchedule'])(
			'and fails once if all are in one request: %s',
			async (combine) => {
				const items = [rows('ada', 'ben'), rows('ada')];
				braze().fault({ kind: 'status', status: 400, times: 2 });
				const { json, hints } = await run(braze(), lists(combine), {
					items,
					onError: 'continueRegularOutput',
				});
				expect(json.map(({ error }) => String(error).slice(-8))).toEqual(['[item 0]', '[item 1]']);
				expect(hints.map(({ message }) => message)).toEqual(['2 items not scheduled.']);
				const { error } = await run(braze(), lists(combine), { items });
				expect(error?.description).toContain('0 of 2 scheduled, 2 not scheduled');
			},
		);

		it('counts each recipient of a schedule once', async () => {
			const { json } = await run(braze(), lists('perSchedule'), {
				items: [rows('ada', 'ben'), rows('ada')],
			});
			expect(json.map(({ recipients }) => recipients)).toEqual([2]);
		});
	});

	it('does not split an item that fits into one schedule', async () => {
		const rows = (count: number, prefix: string) => ({
			rows: Array.from({ length: count }, (_, index) => ({
				external_user_id: `${prefix}${index}`,
			})),
		});
		const { json } = await run(
			braze(),
			{ ...combined('perItem'), recipientsInput: 'json', recipientsJson: '={{ $json.rows }}' },
			{ items: [rows(30, 'a'), rows(30, 'b'), rows(20, 'c'), rows(70, 'd')] },
		);
		expect(bodies(braze()).map(({ recipients }) => recipients.length)).toEqual([30, 50, 50, 20]);
		expect(json.map(({ recipients }) => recipients)).toEqual([30, 30, 20, 50, 20]);
		expect(counts()).toEqual(Array(150).fill(1));
	});

	it('keeps a request below 4 MB', async () => {
		const recipientsJson =
			'={{ [{ external_user_id: $json.external_user_id, attributes: { blob: "x".repeat(200000) } }] }}';
		await run(
			braze(),
			{ ...combined('perItem'), recipientsInput: 'json', recipientsJson },
			{ items: many(50) },
		);
		expect(braze().writes.length).toBe(3);
		for (const { rawBody } of braze().writes)
			expect(Buffer.byteLength(rawBody)).toBeLessThanOrEqual(4 * 1024 * 1024);
		expect(counts()).toEqual(Array(50).fill(1));
	});

	it('makes one send of many equal ones to everyone', async () => {
		const { json } = await run(
			braze(),
			{ ...combined('perItem'), sendTo: 'everyone', confirmEveryone: true },
			{ items: many(30) },
		);
		expect(braze().schedules).toHaveLength(1);
		expect(json).toHaveLength(30);
		expect(new Set(json.map((item) => item.schedule_id)).size).toBe(1);
	});

	it('still identifies all of its items as one send to everyone on Retry On Fail', async () => {
		const campaigns = [createCampaign.campaignId.value, createCampaign.campaignId.value];
		braze().fault({ kind: 'status', status: 400, match: { bodyIncludes: welcomeOffer } });
		const { json, error } = await run(
			braze(),
			{
				...combined('perItem'),
				campaignId: byId('={{ $json.campaign }}'),
				sendTo: 'everyone',
				confirmEveryone: true,
			},
			{
				items: [...campaigns, welcomeOffer].map((campaign) => ({ campaign })),
				retryOnFail: true,
			},
		);
		expect(error).toBeUndefined();
		expect(json.map(({ status }) => status)).toEqual(Array(3).fill('scheduled'));
		expect(braze().schedules).toHaveLength(2);
	});

	it('reports the unknown outcome of one send to everyone to each of its items', async () => {
		braze().fault({ kind: 'dropAfter' });
		const { json } = await run(
			braze(),
			{ ...combined('perItem'), sendTo: 'everyone', confirmEveryone: true },
			{ items: many(3), retryOnFail: true, onError: 'continueRegularOutput' },
		);
		expect(json.map(({ outcome }) => outcome)).toEqual(Array(3).fill('unknown'));
		expect(braze().schedules).toHaveLength(1);
	});

	it('reports a refused request to each of its items, and does not affect the others', async () => {
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: '"user-70"' },
		});
		const { json } = await run(braze(), combined('perItem'), {
			items: many(120),
			onError: 'continueRegularOutput',
		});
		expect(json.filter((item) => item.error)).toHaveLength(50);
		expect(json.filter((item) => item.status === 'scheduled')).toHaveLength(70);
	});

	it('sends each recipient once on Retry On Fail, in any new combination of the items', async () => {
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: '"user-70"' },
		});
		const { tries, json } = await run(
			braze(),
			{
				...combined('perItem'),
				time: '={{ $now.plus({ days: 2, seconds: $itemIndex % 7 + Math.floor(Math.random() * 5) }) }}',
			},
			{ items: [...many(120), ...people('user-70', 'user-3')], retryOnFail: { maxTries: 5 } },
		);
		expect(tries).toBe(2);
		expect(json).toHaveLength(122);
		// With different times, the two who are in several items get two messages.
		const {
			'external_user_id:user-3': one,
			'external_user_id:user-70': another,
			...others
		} = braze().schedulesPerPerson();
		expect([1, 2]).toEqual(expect.arrayContaining([one, another]));
		expect(Object.values(others)).toEqual(Array(118).fill(1));
	});

	it('10,000 contacts: 200 requests, every recipient once, while 5 % of the answers are 429 and Retry On Fail runs', async () => {
		braze().fault({
			kind: 'status',
			status: 429,
			body: { message: 'busy' },
			headers: { 'X-RateLimit-Reset': null },
			probability: 0.05,
			seed: 7,
		});
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: '"user-5000"' },
		});
		const { json, tries, runData } = await run(braze(), combined('perItem'), {
			items: many(10_000),
			retryOnFail: { maxTries: 3 },
		});
		expect(tries).toBe(2);
		expect(json).toHaveLength(10_000);
		expect(counts()).toHaveLength(10_000);
		expect(counts().every((count) => count === 1)).toBe(true);
		expect(braze().writes.filter(({ accepted }) => accepted)).toHaveLength(200);
		const { contextData } = runData.executionData ?? {};
		expect(JSON.stringify(contextData).length).toBeLessThan(3_000_000);
	}, 120_000);
});

describe('Several audience sends in one run', () => {
	const everyone = { ...createCampaign, sendTo: 'everyone', confirmEveryone: true };

	it('are stopped before anything is sent', async () => {
		const { error } = await run(braze(), everyone, { items: many(3) });
		expect(error?.message).toBe(
			'3 schedules would each message the whole audience of the same campaign [item 0]',
		);
		expect(error?.description).toContain("'Allow Repeated Audience Sends'");
		expect(braze().requests).toHaveLength(0);
	});

	it('are stopped with Continue On Fail too', async () => {
		const { json } = await run(braze(), everyone, {
			items: many(3),
			onError: 'continueRegularOutput',
		});
		expect(json).toEqual(
			Array(3).fill(
				expect.objectContaining({
					error: expect.stringContaining('would each message the whole audience'),
					outcome: 'invalid',
				}),
			),
		);
		expect(braze().requests).toHaveLength(0);
	});

	it('are stopped even if an expression makes their times differ slightly', async () => {
		const time = '={{ $now.plus({ days: 1, seconds: $itemIndex }) }}';
		for (const combine of ['off', 'perItem']) {
			const { error } = await run(
				braze(),
				{ ...everyone, time, options: { combine } },
				{ items: many(2) },
			);
			expect(error?.message).toContain('2 schedules would each message');
		}
		expect(braze().requests).toHaveLength(0);
	});

	it('are stopped even if an expression makes their filters differ slightly', async () => {
		const lastUsedValue = '={{ $now.minus({ days: 30, seconds: $itemIndex }) }}';
		for (const combine of ['off', 'perItem']) {
			const { error } = await run(
				braze(),
				{
					...everyone,
					sendTo: 'audience',
					audience: {
						filter: [{ filterBy: 'last_used_app', lastUsedComparison: 'after', lastUsedValue }],
					},
					options: { combine },
				},
				{ items: many(2) },
			);
			expect(error?.message).toContain('2 schedules would each message');
		}
		expect(braze().requests).toHaveLength(0);
	});

	it('are sent if the option allows it', async () => {
		const { json } = await run(
			braze(),
			{ ...everyone, options: { allowRepeatedAudienceSends: true } },
			{ items: many(2) },
		);
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'scheduled']);
		expect(braze().schedules).toHaveLength(2);
	});
});

describe('Preview Only', () => {
	const recipients = { ...createCampaign, recipients: ofEachItem };

	it('shows the exact request, the times and the warnings of a create', async () => {
		const { json } = await run(braze(), {
			...createCampaign,
			time: '2027-03-28T02:30:00',
			options: { previewOnly: true },
		});
		expect(json[0]).toMatchObject({
			request: {
				method: 'POST',
				path: '/campaigns/trigger/schedule/create',
				body: {
					recipients: [{ external_user_id: 'ada' }],
					schedule: { time: '2027-03-28T01:30:00Z' },
				},
			},
			schedule: { time: '2027-03-28T01:30:00Z' },
			time: '2027-03-28T03:30:00+02:00',
			time_zone: 'Europe/Berlin',
			recipients: 1,
			status: 'preview',
			warnings: [
				expect.stringContaining('does not exist in Europe/Berlin'),
				expect.stringContaining('more than 90 days'),
			],
		});
		expect(braze().requests).toHaveLength(0);
	});

	it('is the request that is then sent', async () => {
		const preview = await run(braze(), { ...createCampaign, options: { previewOnly: true } });
		await run(braze(), createCampaign);
		expect((preview.json[0].request as { body: unknown }).body).toEqual(bodies(braze())[0]);
	});

	const past = DateTime.utc().minus({ days: 1 }).toISO();
	it.each([
		['create', 'campaign', 'recipients', recipients],
		[
			'create',
			'campaign',
			'audience',
			{
				...createCampaign,
				sendTo: 'audience',
				audienceInput: 'json',
				audienceJson: { push_subscription_status: { comparison: 'is', value: 'opted_in' } },
			},
		],
		[
			'create',
			'campaign',
			'everyone',
			{ ...createCampaign, sendTo: 'everyone', confirmEveryone: true },
		],
		['create', 'canvas', 'local', { ...createCanvas, scheduleMode: 'local' }],
		['create', 'canvas', 'optimal', { ...createCanvas, scheduleMode: 'optimal' }],
		['create', 'campaign', 'combined', { ...recipients, options: { combine: 'perItem' } }],
		['create', 'campaign', 'past', { ...createCampaign, time: past }],
		[
			'update',
			'campaign',
			'',
			{ resource: 'campaign', operation: 'update', scheduleMode: 'exact', time: SOON },
		],
		[
			'update',
			'canvas',
			'',
			{ resource: 'canvas', operation: 'update', scheduleMode: 'local', time: SOON },
		],
		['delete', 'campaign', '', { resource: 'campaign', operation: 'delete' }],
		['delete', 'canvas', '', { resource: 'canvas', operation: 'delete' }],
	])('sends nothing: %s of a %s, %s', async (operation, resource, _, parameters) => {
		const options = { ...(parameters as { options?: object }).options, previewOnly: true };
		const items = [{ external_user_id: 'ada', campaign_id: 'c', canvas_id: 'v', schedule_id: 's' }];
		const byId = { findBy: 'scheduleId', ...parameters, options };
		const { json } = await run(braze(), byId as never, { items });
		expect(json[0]).toMatchObject({ status: 'preview', resource });
		expect((json[0].request as { path: string }).path).toMatch(new RegExp(`${operation}$`));
		expect(braze().requests).toHaveLength(0);
	});

	it('remembers nothing: the same items can then be sent, with their references', async () => {
		const tables = new FakeDataTables();
		const parameters = { ...createCampaign, reference: 'order-1' };
		const preview = { ...parameters, options: { previewOnly: true } };
		const { json: shown } = await run(braze(), preview, { tables });
		expect(shown[0]).toMatchObject({ status: 'preview', reference: 'order-1', would: 'schedule' });
		expect(tables.tables.flatMap(({ rows }) => rows)).toEqual([]);
		const { json } = await run(braze(), parameters, { tables });
		expect(json[0].status).toBe('scheduled');
	});

	it('of combined items shows each request once', async () => {
		const { json } = await run(
			braze(),
			{ ...recipients, options: { previewOnly: true, combine: 'perItem' } },
			{ items: many(120) },
		);
		expect(json.map((item) => item.recipients)).toEqual([50, 50, 20]);
	});

	it('of many broadcasts is stopped like the broadcasts themselves', async () => {
		const { error } = await run(
			braze(),
			{
				...createCampaign,
				sendTo: 'everyone',
				confirmEveryone: true,
				options: { previewOnly: true },
			},
			{ items: many(2) },
		);
		expect(error?.message).toContain('2 schedules would each message');
	});
});

describe('The ledger', () => {
	it('takes less than 3 MB of execution data for 10,000 requests', async () => {
		const { runData, json } = await run(
			braze(),
			{ ...createCampaign, recipients: ofEachItem, options: { concurrency: 64 } },
			{ items: many(10_000) },
		);
		expect(json).toHaveLength(10_000);
		const without = structuredClone(runData);
		if (without.executionData) without.executionData.contextData = {};
		expect(savedSize(runData) - savedSize(without)).toBeLessThan(3_000_000);
		expect(JSON.stringify(runData.executionData?.contextData)).not.toContain('user-1');
	}, 120_000);
});
