import { SEED } from '../../sandbox';
import { CAMPAIGN, useSandbox } from './braze';

const { campaigns, canvases } = SEED;

describe('the seeded workspace', () => {
	const braze = useSandbox();
	const idsOf = (rows: Array<{ id: string }>) => rows.map(({ id }) => id);

	it('lists campaigns in the documented format, oldest first, without archived ones', async () => {
		const { status, json } = await braze.get('/campaigns/list');

		expect(status).toBe(200);
		expect(json.message).toBe('success');
		expect(json.campaigns[0]).toEqual({
			id: campaigns.orderReminder,
			last_edited: expect.any(String),
			name: 'Order reminder',
			is_api_campaign: false,
			tags: ['transactional'],
		});
		expect(idsOf(json.campaigns)).toContain(campaigns.springPreviewDraft);
		expect(idsOf(json.campaigns)).not.toContain(campaigns.blackFridayArchived);
		expect(
			json.campaigns.filter((row: { is_api_campaign: boolean }) => row.is_api_campaign),
		).toEqual([expect.objectContaining({ id: campaigns.passwordResetMessagesApi })]);
	});

	it('lists Canvases, including stopped ones', async () => {
		const { json } = await braze.get('/canvas/list');

		expect(json.canvases[0]).toEqual({
			id: canvases.onboarding,
			last_edited: expect.any(String),
			name: 'Onboarding journey',
			tags: ['lifecycle'],
		});
		expect(idsOf(json.canvases)).toContain(canvases.summerJourneyStopped);
		expect(idsOf(json.canvases)).not.toContain(canvases.holidayJourneyArchived);
	});

	it('lists archived ones on request, and in the other direction', async () => {
		const asc = await braze.get('/campaigns/list?include_archived=true');
		const desc = await braze.get('/campaigns/list?include_archived=true&sort_direction=desc');

		expect(idsOf(asc.json.campaigns)).toContain(campaigns.blackFridayArchived);
		expect(idsOf(desc.json.campaigns)).toEqual(idsOf(asc.json.campaigns).reverse());
	});

	it('lists what was edited after a time', async () => {
		const all = (await braze.get('/canvas/list')).json.canvases;
		const time = encodeURIComponent(all[2].last_edited.slice(0, 19));
		const newer = (await braze.get(`/canvas/list?last_edit.time[gt]=${time}`)).json.canvases;

		expect(newer).toEqual(all.slice(3));
	});

	it.each([
		'/campaigns/list?page=-1',
		'/campaigns/list?page=one',
		'/canvas/list?sort_direction=up',
		'/canvas/list?last_edit.time[gt]=lately',
	])('refuses %s', async (path) => {
		expect((await braze.get(path)).status).toBe(400);
	});

	it.each([
		[campaigns.orderReminder, { archived: false, draft: false, enabled: true }],
		[campaigns.springPreviewDraft, { archived: false, draft: true, enabled: false }],
		[campaigns.blackFridayArchived, { archived: true, draft: false, enabled: false }],
		[campaigns.winBackPaused, { archived: false, draft: false, enabled: false }],
	])('shows the state of campaign %s', async (id, expected) => {
		const { json } = await braze.get(`/campaigns/details?campaign_id=${id}`);

		expect(json).toMatchObject({ message: 'success', has_post_launch_draft: false, ...expected });
	});

	it.each([
		['', undefined],
		['&include_has_translatable_content=false', undefined],
		['&include_has_translatable_content=true', false],
		['&post_launch_draft_version=true', undefined],
	])('shows whether a message can be translated only on request: %j', async (query, expected) => {
		const { json } = await braze.get(`/campaigns/details?campaign_id=${CAMPAIGN}${query}`);
		const messages = Object.values<{ has_translatable_content?: boolean }>(json.messages);

		expect(messages.map((message) => message.has_translatable_content)).toEqual(
			messages.map(() => expected),
		);
	});

	it('returns the details of a Canvas', async () => {
		const { json } = await braze.get(`/canvas/details?canvas_id=${canvases.summerJourneyStopped}`);

		expect(json).toMatchObject({ message: 'success', name: 'Summer journey', enabled: false });
	});

	it('refuses details of an unknown ID, with the recorded message', async () => {
		const { status, json, headers } = await braze.get('/canvas/details?canvas_id=non-existing');

		expect(status).toBe(400);
		expect(json).toEqual({ message: 'canvas_id must be a string of the Canvas api identifier' });
		expect(headers.get('cache-control')).toBe('no-cache');
	});

	it('lists segments', async () => {
		const { json } = await braze.get('/segments/list');

		expect(json.segments[0]).toEqual({
			id: SEED.segments.newsletterReaders,
			name: 'Newsletter readers',
			analytics_tracking_enabled: true,
			tags: [],
		});
	});
});

describe('thousands of campaigns', () => {
	const braze = useSandbox({ seedMany: { campaigns: 2500, canvases: 150 }, campaigns: [] });

	it('have a hundred on a page, with no total', async () => {
		const sizes: number[] = [];
		const ids = new Set<string>();
		for (let page = 0; sizes.at(-1) !== 0; page++) {
			const { json } = await braze.get(`/campaigns/list?include_archived=true&page=${page}`);
			sizes.push(json.campaigns.length);
			for (const { id } of json.campaigns) ids.add(id);
		}
		expect(sizes).toEqual([...Array<number>(25).fill(100), 0]);
		expect(ids.size).toBe(2500);
	});

	it('leave out archived ones before the pages are formed', async () => {
		const { json } = await braze.get('/canvas/list?page=1');

		expect(json.canvases).toHaveLength(150 + 7 - 3 - 1 - 100);
	});
});

describe('scheduled broadcasts', () => {
	const braze = useSandbox({ companyTimeZone: 'Europe/Berlin' });
	const until = async (endTime: string) =>
		await braze.get(`/messages/scheduled_broadcasts?end_time=${encodeURIComponent(endTime)}`);

	it('are those of the dashboard, with their next time only', async () => {
		const { json } = await until('2026-04-30');

		expect(json).toEqual({
			scheduled_broadcasts: [
				{
					name: 'Product launch',
					id: canvases.productLaunch,
					type: 'Canvas',
					tags: [],
					next_send_time: '2026-04-03T12:00:00',
					schedule_type: 'intelligent_delivery',
				},
				{
					name: 'Monday flash sale',
					id: campaigns.mondayFlashSale,
					type: 'Campaign',
					tags: [],
					next_send_time: '2026-03-16T18:30:00',
					schedule_type: 'local_time_zones',
				},
				{
					name: 'Weekly newsletter',
					id: campaigns.weeklyNewsletter,
					type: 'Campaign',
					tags: ['newsletter'],
					next_send_time: '2026-03-17T09:00:00+01:00',
					schedule_type: 'Europe/Berlin',
				},
			].sort((a, b) => a.next_send_time.localeCompare(b.next_send_time)),
		});
	});

	it('end at midnight UTC of the given date', async () => {
		const names = async (endTime: string) =>
			(await until(endTime)).json.scheduled_broadcasts.map((row: { name: string }) => row.name);

		expect(await names('2026-03-16T23:59:59Z')).toEqual([]);
		expect(await names('2026-03-17T00:00:00Z')).toEqual(['Monday flash sale']);
	});

	it('follow the change to summer time', async () => {
		braze.sandbox.clock.set('2026-03-30T00:00:00Z');
		const { json } = await until('2026-04-02');

		expect(json.scheduled_broadcasts).toContainEqual(
			expect.objectContaining({ next_send_time: '2026-03-31T09:00:00+02:00' }),
		);
	});

	it('never include what was scheduled through the API', async () => {
		await braze.post('/campaigns/trigger/schedule/create', {
			campaign_id: campaigns.orderReminder,
			broadcast: true,
			schedule: { time: '2026-03-11T09:00:00Z' },
		});
		const { json } = await until('2026-04-30');

		expect(json.scheduled_broadcasts).toHaveLength(3);
		expect(JSON.stringify(json)).not.toContain(campaigns.orderReminder);
	});

	it.each(['', 'soon'])('need an end_time, not %j', async (endTime) => {
		expect((await until(endTime)).status).toBe(400);
	});

	it('need a permission whose spelling differs from the path', async () => {
		const { startSandbox } = await import('../../sandbox');
		const sandbox = await startSandbox({
			keys: [{ key: 'reader', permissions: ['messages.schedule_broadcasts'] }],
		});
		const response = await fetch(
			`${sandbox.url}/messages/scheduled_broadcasts?end_time=2030-01-01`,
			{ headers: { Authorization: 'Bearer reader' } },
		);
		await sandbox.close();

		expect(response.status).toBe(200);
	});
});
