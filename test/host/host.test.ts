import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { day } from '../day';
import { createCampaign, NODE } from '../n8n';
import { NARROW_KEY, useStage, WRONG_KEY } from './stage';

const stage = useStage();

const { orderReminder } = SEED.campaigns;
const { onboarding } = SEED.canvases;

const rows = (...entries: Array<[name: string, value: unknown, type: string]>) => ({
	assignments: entries.map(([name, value, type]) => ({ id: name, name, value, type })),
});

const FIRST = day(10);
const SECOND = day(11);

describe('the nodes panel', () => {
	test('offers Braze Schedule under its name, with its operations and its icon', async () => {
		const offered = (await stage.n8n.nodeTypes()).filter(({ name }) => name === NODE);
		expect(offered).toHaveLength(1);
		const [node] = offered;
		expect(node).toMatchObject({
			displayName: 'Braze Schedule',
			version: 1,
			communityNodePackageVersion: expect.stringMatching(/^\d+\.\d+\.\d+$/) as string,
			credentials: [expect.objectContaining({ name: 'brazeApi', required: true })],
		});
		for (const url of Object.values(node.iconUrl as Record<string, string>)) {
			const icon = await fetch(`${stage.n8n.url}/${url}`);
			expect([icon.status, icon.headers.get('content-type')]).toEqual([
				200,
				expect.stringContaining('image/svg'),
			]);
		}
	});

	test('shows the output of each operation before it has run', async () => {
		for (const resource of ['campaign', 'canvas']) {
			for (const operation of ['create', 'update', 'delete']) {
				const schema = await fetch(
					`${stage.n8n.url}/schemas/${NODE}/1.0.0/${resource}/${operation}.json`,
				);
				expect(await schema.json()).toMatchObject({ type: 'object' });
			}
		}
	});
});

describe('the pickers', () => {
	const pick = async (methodName: string, filter: string) =>
		(await stage.n8n.rest('POST', '/dynamic-node-parameters/resource-locator-results', {
			path: 'parameters.campaignId',
			nodeTypeAndVersion: { name: NODE, version: 1 },
			currentNodeParameters: {},
			methodName,
			filter,
			credentials: {
				brazeApi: { id: stage.credential.id, name: stage.credential.name },
			},
		})) as { results: Array<{ name: string; value: string }> };

	test('find a campaign and a Canvas by part of the name', async () => {
		expect((await pick('searchCampaigns', 'order rem')).results).toEqual([
			expect.objectContaining({ name: 'Order reminder', value: orderReminder }),
		]);
		expect((await pick('searchCanvases', 'onboard')).results).toEqual([
			expect.objectContaining({ name: 'Onboarding journey', value: onboarding }),
		]);
	});

	test('find a time zone', async () => {
		expect((await pick('searchTimeZones', 'berlin')).results).toEqual([
			expect.objectContaining({ value: 'Europe/Berlin' }),
		]);
	});
});

describe('the credential test', () => {
	const tested = async (data: Record<string, unknown>) =>
		await stage.n8n.testCredential({
			type: 'brazeApi',
			data: {
				instance: 'custom',
				customUrl: stage.sandbox.url,
				apiKey: stage.sandbox.key,
				...data,
			},
		});

	test('accepts a valid key', async () => {
		expect(await tested({})).toMatchObject({ status: 'OK' });
	});

	test('refuses an invalid key with a message that does not repeat it', async () => {
		const result = await tested({ apiKey: 'mistyped-key' });
		expect(result).toMatchObject({
			status: 'Error',
			message: expect.stringMatching(/rejected the REST API key/) as string,
		});
		expect(JSON.stringify(result)).not.toContain('mistyped-key');
	});

	test('accepts a key that cannot list campaigns, and reports it', async () => {
		expect(await tested({ apiKey: NARROW_KEY })).toMatchObject({
			status: 'OK',
			message: expect.stringContaining('campaigns.list') as string,
		});
	});

	test('reports an address that does not respond', async () => {
		expect(await tested({ customUrl: 'http://127.0.0.1:1' })).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('could not be reached') as string,
		});
	});
});

describe('the six operations', () => {
	test('a campaign is scheduled, moved and canceled', async () => {
		const { execution, items, writes } = await stage.run(
			[
				{
					name: 'Create',
					parameters: {
						...createCampaign,
						recipients: {
							recipient: [
								{
									identifier: 'externalUserId',
									externalUserId: '={{ $json.user }}',
									additionalFields: {
										properties: rows(['visits', 3, 'number'], ['vip', true, 'boolean']),
									},
								},
								{ identifier: 'userAlias', aliasName: 'grace', aliasLabel: 'shop' },
								{
									identifier: 'email',
									email: 'alan@example.com',
									prioritization: 'identified,most_recently_updated',
								},
							],
						},
						properties: rows(['city', '={{ $json.city }}', 'string']),
						options: { sendId: SEED.sendIds.orderReminder },
					},
				},
				{
					name: 'Update',
					parameters: {
						resource: 'campaign',
						operation: 'update',
						findBy: 'scheduleId',
						scheduleMode: 'local',
						time: `${SECOND}T18:30:00`,
					},
				},
				{
					name: 'Delete',
					parameters: { resource: 'campaign', operation: 'delete', findBy: 'scheduleId' },
				},
			],
			[{ user: 'ada', city: 'Łódź' }],
		);

		expect(execution.status).toBe('success');
		const [schedule] = stage.sandbox.schedules;
		const ids = { campaign_id: orderReminder, schedule_id: schedule.schedule_id };
		expect(writes.map(({ path, status }) => [path, status])).toEqual([
			['/campaigns/trigger/schedule/create', 201],
			['/campaigns/trigger/schedule/update', expect.any(Number)],
			['/campaigns/trigger/schedule/delete', expect.any(Number)],
		]);
		expect(writes.map(({ body }) => body as unknown)).toEqual([
			{
				campaign_id: orderReminder,
				send_id: SEED.sendIds.orderReminder,
				recipients: [
					{ external_user_id: 'ada', trigger_properties: { visits: 3, vip: true } },
					{ user_alias: { alias_name: 'grace', alias_label: 'shop' } },
					{
						email: 'alan@example.com',
						prioritization: ['identified', 'most_recently_updated'],
					},
				],
				trigger_properties: { city: 'Łódź' },
				// 09:00 in Kolkata.
				schedule: { time: `${FIRST}T03:30:00Z` },
			},
			{ ...ids, schedule: { time: `${SECOND}T18:30:00`, in_local_time: true } },
			ids,
		]);
		expect(schedule.history.map(({ type }) => type)).toEqual(['created', 'moved', 'canceled']);
		expect(stage.sandbox.activePerPerson()).toEqual({});

		expect(items('Create')).toEqual([
			{
				json: expect.objectContaining({
					resource: 'campaign',
					...ids,
					dispatch_id: schedule.dispatch_id,
					message: 'success',
					schedule: { time: `${FIRST}T03:30:00Z` },
					recipients: 3,
					status: 'scheduled',
					warnings: [],
				}) as object,
				pairedItem: { item: 0 },
			},
		]);
		expect(items('Update')[0].json).toMatchObject({
			...ids,
			schedule: { time: `${SECOND}T18:30:00`, in_local_time: true },
		});
		expect(items('Delete')[0].json).toMatchObject({ ...ids, deleted: true });
	});

	test('a Canvas is scheduled, moved and canceled', async () => {
		const { execution, items, writes } = await stage.run([
			{
				name: 'Create',
				parameters: {
					resource: 'canvas',
					operation: 'create',
					canvasId: byId(onboarding),
					sendTo: 'recipients',
					recipientsInput: 'json',
					recipientsJson: '[{ "external_user_id": "ada", "context": { "step": 1 } }]',
					scheduleMode: 'optimal',
					time: FIRST,
					propertiesInput: 'json',
					propertiesJson: '{ "season": { "name": "spring" } }',
				},
			},
			{
				name: 'Update',
				parameters: {
					resource: 'canvas',
					operation: 'update',
					findBy: 'scheduleId',
					scheduleMode: 'exact',
					time: `${SECOND}T08:15:00`,
					timezone: byId('UTC'),
				},
			},
			{
				name: 'Delete',
				parameters: { resource: 'canvas', operation: 'delete', findBy: 'scheduleId' },
			},
		]);

		expect(execution.status).toBe('success');
		const [schedule] = stage.sandbox.schedules;
		const ids = { canvas_id: onboarding, schedule_id: schedule.schedule_id };
		expect(writes.map(({ path }) => path)).toEqual([
			'/canvas/trigger/schedule/create',
			'/canvas/trigger/schedule/update',
			'/canvas/trigger/schedule/delete',
		]);
		const [create, update, remove] = writes.map(({ body }) => body as Record<string, unknown>);
		expect(create).toEqual({
			canvas_id: onboarding,
			recipients: [{ external_user_id: 'ada', context: { step: 1 } }],
			context: { season: { name: 'spring' } },
			schedule: {
				time: expect.stringMatching(new RegExp(`^${FIRST}T\\d\\d:\\d\\d:\\d\\d$`)) as string,
				at_optimal_time: true,
			},
		});
		expect(update).toEqual({ ...ids, schedule: { time: `${SECOND}T08:15:00Z` } });
		expect(remove).toEqual(ids);
		expect(schedule.history.map(({ type }) => type)).toEqual(['created', 'moved', 'canceled']);
		expect(items('Create')[0].json).toMatchObject({
			resource: 'canvas',
			...ids,
			recipients: 1,
			status: 'scheduled',
		});
		expect(items('Delete')[0].json).toMatchObject({ ...ids, deleted: true });
	});
});

describe('options from expressions', () => {
	test('in one expression are read as they were written', async () => {
		const { items, writes } = await stage.run(
			[
				{
					name: 'Create',
					parameters: { ...createCampaign, options: '={{ { previewOnly: $json.dry } }}' },
				},
			],
			[{ user: 'ada', dry: true }],
		);
		expect(items('Create')).toMatchObject([{ json: { status: 'preview' } }]);
		expect(writes).toEqual([]);
	});

	test.each(['={{ $vars.DRY_RUN }}', '={{ $json.nothing }}', '={{ $json.no.thing }}'])(
		'without a result send nothing: %s',
		async (previewOnly) => {
			const { execution, writes } = await stage.run(
				[{ name: 'Create', parameters: { ...createCampaign, options: { previewOnly } } }],
				[{ user: 'ada' }],
			);
			expect(execution.data.resultData.error?.message).toMatch(/^'Preview Only' /);
			expect(writes).toEqual([]);
		},
	);
});

describe('several items', () => {
	test('each create their own schedule and stay paired with their input', async () => {
		const users = ['ada', 'grace', 'alan'];
		const { items } = await stage.run(
			[
				{ name: 'Create', parameters: createCampaign },
				{
					name: 'After',
					type: 'n8n-nodes-base.set',
					typeVersion: 3.4,
					parameters: {
						assignments: rows(['user', "={{ $('Items').item.json.user }}", 'string']),
						includeOtherFields: true,
						options: {},
					},
				},
			],
			users.map((user) => ({ user })),
		);
		const scheduledFor = new Map(
			stage.sandbox.schedules.map(({ schedule_id, recipients: [first] }) => [
				schedule_id,
				first.external_user_id as string,
			]),
		);
		expect(stage.sandbox.schedules).toHaveLength(3);
		expect(Object.values(stage.sandbox.schedulesPerPerson())).toEqual([1, 1, 1]);
		expect(items('After').map(({ json }) => json.user as string)).toEqual(users);
		expect(items('After').map(({ json }) => scheduledFor.get(json.schedule_id as string))).toEqual(
			users,
		);
	});

	test("the workflow's time zone has priority over the server's", async () => {
		const { writes } = await stage.run(
			[{ name: 'Create', parameters: createCampaign }],
			[{ user: 'ada' }],
			{ timezone: 'Africa/Lagos' },
		);
		expect(writes[0].body).toMatchObject({ schedule: { time: `${FIRST}T08:00:00Z` } });
	});
});

describe('when Braze refuses a request', () => {
	afterEach(async () => await stage.useCredential({}));

	test('the execution fails with a message, and nothing that n8n stores contains the key', async () => {
		await stage.useCredential({ apiKey: WRONG_KEY });
		const { execution, answer } = await stage.run(
			[{ name: 'Create', parameters: createCampaign }],
			[{ user: 'ada' }],
		);
		expect(execution.status).toBe('error');
		expect(execution.data.resultData.error?.message).toEqual(expect.stringMatching(/key/i));
		expect(JSON.stringify(execution)).not.toContain(WRONG_KEY);
		expect(JSON.stringify(answer.body)).not.toContain(WRONG_KEY);
		expect(stage.n8n.logs).not.toContain(WRONG_KEY);
	});

	test('an error output separates valid and invalid items', async () => {
		const { items } = await stage.run(
			[
				{
					name: 'Create',
					parameters: {
						...createCampaign,
						campaignId: byId('={{ $json.campaign ?? "' + orderReminder + '" }}'),
					},
					settings: { onError: 'continueErrorOutput' },
				},
			],
			[{ user: 'ada' }, { user: 'grace', campaign: 'no-such-campaign' }, { user: 'alan' }],
		);
		expect(items('Create').map(({ pairedItem }) => pairedItem as unknown)).toEqual([
			{ item: 0 },
			{ item: 2 },
		]);
		expect(items('Create', 1)).toEqual([
			expect.objectContaining({
				json: expect.objectContaining({
					error: expect.stringMatching(/^Braze refused the request: .+ \[item 1\]$/) as string,
					outcome: 'refused',
				}) as object,
				pairedItem: { item: 1 },
			}),
		]);
		expect(Object.values(stage.sandbox.schedulesPerPerson())).toEqual([1, 1]);
	});
});

describe('running again', () => {
	const users = ['ada', 'grace', 'alan'];
	const items = users.map((user) => ({ user }));
	const onceEach = users.map(() => 1);

	/** Braze accepts the others, and refuses this user's request this many times. */
	const refuse = (user: string, times: number) =>
		stage.sandbox.fault({ kind: 'status', status: 400, match: { bodyIncludes: user }, times });

	test('Retry On Fail sends only what was not scheduled yet', async () => {
		refuse('grace', 1);
		const { execution, writes } = await stage.run(
			[
				{
					name: 'Create',
					parameters: createCampaign,
					settings: { retryOnFail: true, maxTries: 2, waitBetweenTries: 10 },
				},
			],
			items,
		);
		expect(execution.status).toBe('success');
		expect(writes).toHaveLength(4);
		expect(Object.values(stage.sandbox.schedulesPerPerson())).toEqual(onceEach);
	});

	test('the retry button sends only what was not scheduled yet', async () => {
		refuse('grace', 1);
		const failed = await stage.run([{ name: 'Create', parameters: createCampaign }], items);
		expect(failed.execution.status).toBe('error');
		expect(Object.values(stage.sandbox.schedulesPerPerson())).toEqual([1, 1]);

		await stage.n8n.retryExecution(failed.execution.id);
		const [retried] = await stage.n8n.waitForExecutions(failed.workflowId, 2);
		expect(retried.status).toBe('success');
		expect(stage.sandbox.writes).toHaveLength(4);
		expect(Object.values(stage.sandbox.schedulesPerPerson())).toEqual(onceEach);
	});
});

describe('a credential with an expression', () => {
	afterEach(async () => await stage.useCredential({}));

	/** The keys are only in the credential, which n8n encrypts. */
	const scheduled = async (isNarrow: string, kinds: string[]) => {
		const apiKey = `={{ ${isNarrow} ? "${NARROW_KEY}" : "${stage.sandbox.key}" }}`;
		await stage.useCredential({ apiKey });
		const items = kinds.map((kind, index) => ({ kind, user: `person-${index}` }));
		return await stage.run([{ name: 'Create', parameters: createCampaign }], items);
	};

	test.each([
		['$json.kind === "narrow"'],
		['$json?.kind === "narrow"'],
		['$input.item?.json?.kind === "narrow"'],
		['$("Items").item.json.kind === "narrow"'],
		['$itemIndex === 2'],
	])('stops a run whose items have different keys: %s', async (isNarrow) => {
		const { execution, writes } = await scheduled(isNarrow, ['full', 'full', 'narrow']);
		expect(execution.status).toBe('error');
		expect(execution.data.resultData.error?.message).toContain(
			'different results for item 0 and item 2',
		);
		expect(writes).toEqual([]);
	});

	test('is used if all items have the same key', async () => {
		const isNarrow = '$json.kind === "narrow"';
		const { execution, writes } = await scheduled(isNarrow, ['narrow', 'narrow']);
		expect(execution.status).toBe('success');
		expect(writes.map(({ headers }) => headers.authorization)).toEqual([
			`Bearer ${NARROW_KEY}`,
			`Bearer ${NARROW_KEY}`,
		]);
	});
});
