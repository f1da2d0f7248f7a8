import { SEED } from '../../sandbox';
import { CAMPAIGN, campaignCreate, CANVAS, canvasCreate, paths, people, useSandbox } from './braze';

const braze = useSandbox();
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

describe('an accepted create', () => {
	it.each([
		['campaign', campaignCreate()],
		['canvas', canvasCreate()],
	] as const)('has the recorded answer for a %s', async (kind, body) => {
		const reply = await braze.post(paths[kind].create, body);

		expect(reply.status).toBe(201);
		expect(Object.keys(reply.json)).toEqual(['dispatch_id', 'schedule_id', 'message']);
		expect(reply.json.dispatch_id).toMatch(/^[0-9a-f]{32}$/);
		expect(reply.json.schedule_id).toMatch(UUID);
		expect(reply.json.message).toBe('success');
		expect(reply.headers.get('content-type')).toBe('application/json');
		expect(reply.headers.get('cache-control')).toBe('max-age=0, private, must-revalidate');
	});

	it('stores everything that was asked for', async () => {
		const audience = { email_subscription_status: { comparison: 'is', value: 'subscribed' } };
		await braze.post(
			paths.campaign.create,
			campaignCreate({
				send_id: SEED.sendIds.orderReminder,
				audience,
				broadcast: false,
				trigger_properties: { order: 7 },
			}),
		);

		expect(braze.sandbox.schedules).toEqual([
			expect.objectContaining({
				kind: 'campaign',
				id: CAMPAIGN,
				name: 'Order reminder',
				send_id: SEED.sendIds.orderReminder,
				recipients: [{ external_user_id: 'ada' }],
				audience,
				broadcast: false,
				properties: { order: 7 },
				schedule: { time: '2026-03-11T09:00:00Z' },
				state: 'scheduled',
			}),
		]);
	});

	it.each(['context', 'canvas_entry_properties'])('accepts %s on a Canvas', async (name) => {
		await braze.post(paths.canvas.create, canvasCreate({ [name]: { tier: 'gold' } }));

		expect(braze.sandbox.schedules[0].properties).toEqual({ tier: 'gold' });
		expect(braze.sandbox.requests[0].unknownFields).toEqual([]);
	});

	it('accepts numbers as IDs, offsets and the old name of context, as in recorded requests', async () => {
		const reply = await braze.post(
			paths.canvas.create,
			canvasCreate({
				recipients: [{ external_user_id: 12345, canvas_entry_properties: { first_name: 'John' } }],
				schedule: { time: '2026-08-07T00:00:00+02:00', in_local_time: false },
			}),
		);

		expect(reply.status).toBe(201);
		expect(reply.headers.get('server')).toBe('nginx');
		expect(braze.sandbox.requests[0].unknownFields).toEqual([]);
	});

	it('ignores undocumented fields but records them', async () => {
		const reply = await braze.post(
			paths.canvas.create,
			canvasCreate({
				send_id: 'no-such-thing-on-a-canvas',
				schedule: { time: '2026-03-11T09:00:00Z', timezone: 'Europe/Berlin' },
				recipients: [{ external_user_id: 'ada', trigger_properties: {} }],
			}),
		);

		expect(reply.status).toBe(201);
		expect(braze.sandbox.requests[0].unknownFields.sort()).toEqual([
			'recipients[0].trigger_properties',
			'schedule.timezone',
			'send_id',
		]);
		expect(braze.sandbox.schedules[0]).not.toHaveProperty('send_id');
	});
});

describe('the audience', () => {
	it('refuses recipients together with broadcast', async () => {
		const reply = await braze.post(paths.campaign.create, campaignCreate({ broadcast: true }));

		expect(reply.status).toBe(400);
		expect(braze.sandbox.schedules).toEqual([]);
	});

	it.each([{}, { broadcast: false }, { recipients: [] }])(
		'refuses a create without recipients or audience: %j',
		async (changes) => {
			const body = { ...campaignCreate(), recipients: undefined, ...changes };
			const reply = await braze.post(paths.campaign.create, body);

			expect(reply.status).toBe(400);
			expect(reply.json).toEqual({ message: 'No Recipients' });
		},
	);

	it('accepts a broadcast to everyone', async () => {
		const body = { ...canvasCreate(), recipients: undefined, broadcast: true };
		const reply = await braze.post(paths.canvas.create, body);

		expect(reply.status).toBe(201);
		expect(braze.sandbox.audienceSchedules()).toEqual([
			expect.objectContaining({ id: CANVAS, broadcast: true, recipients: [] }),
		]);
		expect(braze.sandbox.schedulesPerPerson()).toEqual({});
	});

	it.each([true, false, undefined])('accepts an audience with broadcast %s', async (broadcast) => {
		const audience = { push_subscription_status: { comparison: 'is_not', value: 'opted_in' } };
		const body = { ...campaignCreate(), recipients: undefined, audience, broadcast };

		expect((await braze.post(paths.campaign.create, body)).status).toBe(201);
		expect(braze.sandbox.audienceSchedules()).toHaveLength(1);
	});

	it('refuses a broadcast flag that is not a boolean', async () => {
		const body = { ...campaignCreate(), recipients: undefined, broadcast: 'true' };

		expect((await braze.post(paths.campaign.create, body)).status).toBe(400);
	});

	it('accepts 50 recipients and refuses 51', async () => {
		const fifty = await braze.post(
			paths.campaign.create,
			campaignCreate({ recipients: people(50) }),
		);
		const more = await braze.post(
			paths.campaign.create,
			campaignCreate({ recipients: people(51) }),
		);

		expect(fifty.status).toBe(201);
		expect(more.status).toBe(400);
		expect(more.json).toEqual({
			message: 'The max number of external_ids and aliases per request was exceeded',
		});
		expect(Object.keys(braze.sandbox.schedulesPerPerson())).toHaveLength(50);
	});
});

describe('the campaign or Canvas', () => {
	const { campaigns, canvases } = SEED;
	const PAUSED =
		'The campaign is paused. Resume the campaign in order for trigger requests to take effect.';
	const ARCHIVED =
		'The campaign is archived. Unarchive the campaign in order for trigger requests to take effect.';
	const unknownId = '00000000-0000-4000-8000-000000000000';

	it.each([
		[undefined, 'campaign_id must be a string of the campaign api identifier'],
		[42, 'campaign_id must be a string of the campaign api identifier'],
		['not-an-id', 'campaign_id must be a string of the campaign api identifier'],
		[unknownId, 'Invalid Campaign ID'],
		[canvases.onboarding, 'Invalid Campaign ID'],
		[campaigns.weeklyNewsletter, 'Invalid Campaign ID'],
		[campaigns.passwordResetMessagesApi, 'Invalid Campaign ID'],
		[campaigns.winBackPaused, PAUSED],
		[campaigns.blackFridayArchived, ARCHIVED],
		[campaigns.springPreviewDraft, PAUSED],
	])('refuses the campaign id %s', async (id, message) => {
		const reply = await braze.post(paths.campaign.create, campaignCreate({ campaign_id: id }));

		expect([reply.status, reply.json]).toEqual([400, { message }]);
		expect(braze.sandbox.schedules).toEqual([]);
	});

	it.each([undefined, 'not-an-id', unknownId])('refuses the Canvas id %s', async (id) => {
		const reply = await braze.post(paths.canvas.create, canvasCreate({ canvas_id: id }));

		expect(reply.status).toBe(400);
		expect(reply.json).toEqual({
			message: 'canvas_id must be a string of the Canvas api identifier',
		});
	});

	it.each([
		[
			canvases.summerJourneyStopped,
			'The Canvas is paused. Resume the Canvas to ensure trigger requests will take effect.',
		],
		[
			canvases.reactivationDraft,
			'The Canvas is paused. Resume the Canvas to ensure trigger requests will take effect.',
		],
		[
			canvases.holidayJourneyArchived,
			'The Canvas is archived. Unarchive the Canvas to ensure trigger requests will take effect.',
		],
	])(
		'accepts a Canvas that does not run, with a notice, and sends nothing: %s',
		async (id, notice) => {
			const reply = await braze.post(paths.canvas.create, canvasCreate({ canvas_id: id }));
			braze.sandbox.clock.set('2026-03-12T00:00:00Z');

			expect(reply.status).toBe(201);
			expect(reply.json.notice).toBe(notice);
			expect(braze.sandbox.schedules[0].state).toBe('not_sent');
		},
	);
});

describe('properties', () => {
	const ofBytes = (bytes: number) => ({ text: 'x'.repeat(bytes - '{"text":""}'.length) });

	it.each([
		['campaign', 'trigger_properties'],
		['canvas', 'context'],
		['canvas', 'canvas_entry_properties'],
	] as const)('of a %s in %s may have 50 KB, counted in UTF-8', async (kind, name) => {
		const body = kind === 'campaign' ? campaignCreate : canvasCreate;
		const post = async (properties: unknown) =>
			(await braze.post(paths[kind].create, body({ [name]: properties }))).status;

		expect(await post(ofBytes(51_200))).toBe(201);
		expect(await post(ofBytes(51_201))).toBe(400);
		expect(await post({ text: 'é'.repeat(25_600) })).toBe(400);
	});

	it.each(['text', ['list'], 5])('must be an object, not %j', async (value) => {
		const top = campaignCreate({ trigger_properties: value });
		const own = campaignCreate({
			recipients: [{ external_user_id: 'ada', trigger_properties: value }],
		});

		expect((await braze.post(paths.campaign.create, top)).status).toBe(400);
		expect((await braze.post(paths.campaign.create, own)).status).toBe(400);
	});

	it('are measured per recipient', async () => {
		const two = ['ada', 'bob'].map((id) => ({
			external_user_id: id,
			trigger_properties: ofBytes(40_000),
		}));
		const large = [{ external_user_id: 'ada', trigger_properties: ofBytes(51_201) }];

		expect(
			(await braze.post(paths.campaign.create, campaignCreate({ recipients: two }))).status,
		).toBe(201);
		expect(
			(await braze.post(paths.campaign.create, campaignCreate({ recipients: large }))).status,
		).toBe(400);
	});
});

describe('send IDs', () => {
	const create = async (sendId: unknown) =>
		await braze.post(paths.campaign.create, campaignCreate({ send_id: sendId }));

	it('must exist before they are used', async () => {
		expect((await create('spring')).status).toBe(400);

		const made = await braze.post('/sends/id/create', { campaign_id: CAMPAIGN, send_id: 'spring' });
		expect(made.json).toEqual({ message: 'success', send_id: 'spring' });

		expect((await create('spring')).status).toBe(201);
	});

	it('are generated by Braze if there is none', async () => {
		const made = await braze.post('/sends/id/create', { campaign_id: CAMPAIGN });

		expect((await create(made.json.send_id)).status).toBe(201);
	});

	it.each(['größe', 'x'.repeat(65), '', 7])('must be ASCII of at most 64: %j', async (sendId) => {
		const made = await braze.post('/sends/id/create', { campaign_id: CAMPAIGN, send_id: sendId });

		expect(made.status).toBe(400);
		expect((await create(sendId)).status).toBe(400);
	});

	describe('of a broadcast', () => {
		const broadcast = (changes: object = {}) => ({
			...campaignCreate(changes),
			recipients: undefined,
			broadcast: true,
		});
		const gold = {
			custom_attribute: { custom_attribute_name: 'tier', comparison: 'equals', value: 'gold' },
		};

		it.each([{}, { audience: gold }, { audience: gold, broadcast: false }])(
			'are generated, returned and usable for later sends: %j',
			async (changes) => {
				const body = { ...broadcast(), ...changes };
				const { status, json } = await braze.post(paths.campaign.create, body);

				expect(status).toBe(201);
				expect(Object.keys(json)).toEqual(['dispatch_id', 'schedule_id', 'message', 'send_id']);
				expect(json.send_id).toMatch(/^[0-9a-f]{24}$/);
				expect(braze.sandbox.schedules[0].send_id).toBe(json.send_id);
				expect((await create(json.send_id)).status).toBe(201);
			},
		);

		it('are those of the request, if it has one', async () => {
			const body = broadcast({ send_id: SEED.sendIds.orderReminder });

			expect((await braze.post(paths.campaign.create, body)).json.send_id).toBe(
				SEED.sendIds.orderReminder,
			);
		});

		it('are not returned for recipients or by a Canvas', async () => {
			const named = campaignCreate({ send_id: SEED.sendIds.orderReminder, audience: gold });
			const canvas = { ...canvasCreate(), recipients: undefined, broadcast: true };

			expect((await braze.post(paths.campaign.create, named)).json).not.toHaveProperty('send_id');
			expect((await braze.post(paths.canvas.create, canvas)).json).not.toHaveProperty('send_id');
		});

		it('do not count against the 100 a day', async () => {
			await braze.post(paths.campaign.create, broadcast());
			const { headers } = await braze.post('/sends/id/create', { campaign_id: CAMPAIGN });

			expect(headers.get('x-ratelimit-remaining')).toBe('99');
		});
	});

	it('accept any ASCII character', async () => {
		const sendId = 'week 7\tof ~2026';
		await braze.post('/sends/id/create', { campaign_id: CAMPAIGN, send_id: sendId });

		expect((await create(sendId)).status).toBe(201);
	});

	it('can be created 100 times a day', async () => {
		const statuses = [];
		for (let count = 0; count < 101; count++) {
			statuses.push((await braze.post('/sends/id/create', { campaign_id: CAMPAIGN })).status);
		}
		expect(statuses).toEqual([...Array<number>(100).fill(201), 429]);

		braze.sandbox.clock.advance(24 * 3_600_000);
		expect((await braze.post('/sends/id/create', { campaign_id: CAMPAIGN })).status).toBe(201);
	});
});

it('reports the problem in a list of errors beside the message', async () => {
	const reply = await braze.post(
		paths.campaign.create,
		campaignCreate({ recipients: [{ external_user_id: '' }] }),
	);

	expect([reply.status, reply.json]).toEqual([
		400,
		{
			message: 'Bad Request',
			errors: ['recipients[0].external_user_id must be a non-empty string'],
		},
	]);
});
