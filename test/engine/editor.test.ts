import { startSandbox } from '../../sandbox';
import type { FaultSpec, Sandbox } from '../../sandbox';
import { SEED } from '../../sandbox/seed';
import { ONLY_THE_CALENDAR } from '../calendar';
import { credentialFor, onboarding, orderReminder, useBraze } from './braze';
import { listSearch, testCredential } from './harness';

const braze = useBraze({
	keys: [
		{ key: 'full-key', permissions: 'all' },
		{ key: 'narrow-key', permissions: ['campaigns.trigger.schedule.create'] },
		{ key: 'office-key', permissions: 'all', allowedIps: ['10.0.0.1'] },
		{ key: 'inactive-key', permissions: 'all', isAccountInactive: true },
	],
});

describe('The campaign and Canvas pickers', () => {
	let now = Date.now();
	beforeEach(() => {
		jest.useFakeTimers({ now, ...ONLY_THE_CALENDAR });
	});
	afterEach(() => {
		jest.useRealTimers();
	});
	/** Every search here reads its own list: see picker.test.ts for what is kept for a minute. */
	const searchLater: typeof listSearch = async (...search) => {
		now += 60_000;
		jest.setSystemTime(now);
		return await listSearch(...search);
	};

	const search = async (
		method: string,
		filter?: string,
		paginationToken?: string,
		apiKey = 'full-key',
	) =>
		await searchLater(method, {
			credentials: credentialFor(braze(), apiKey),
			filter,
			paginationToken,
		});

	it.each([
		['searchCampaigns', orderReminder, 'Order reminder', 'Black Friday'],
		['searchCanvases', onboarding, 'Onboarding journey', 'Holiday journey'],
	])('%s lists names without the archived ones', async (method, value, name, archived) => {
		const { results, paginationToken } = await search(method);
		expect(results).toContainEqual(expect.objectContaining({ name, value }));
		expect(results.map((result) => result.name)).not.toContain(archived);
		expect(paginationToken).toBeUndefined();
	});

	it('finds part of a name in uppercase or lowercase, and a pasted ID', async () => {
		expect((await search('searchCampaigns', 'ORDER rem')).results).toEqual([
			expect.objectContaining({ name: 'Order reminder' }),
		]);
		expect((await search('searchCampaigns', orderReminder)).results).toHaveLength(1);
		expect((await search('searchCampaigns', 'nothing like it')).results).toEqual([]);
	});

	it('marks what cannot be sent in its current state, if there are few results', async () => {
		const namesFor = async (method: string, filter: string) =>
			(await search(method, filter)).results.map(({ name }) => name);
		expect(await namesFor('searchCampaigns', 'spring preview')).toEqual(['Spring preview (draft)']);
		expect(await namesFor('searchCampaigns', 'win-back')).toEqual([
			'Win-back text message (stopped)',
		]);
		expect(await namesFor('searchCanvases', 'reactivation')).toEqual(['Reactivation (draft)']);
		expect(await namesFor('searchCanvases', 'onboarding')).toEqual(['Onboarding journey']);
		braze().fault({
			kind: 'status',
			status: 403,
			body: {},
			match: { path: '/details' },
			times: 'always',
		});
		expect(await namesFor('searchCampaigns', 'spring preview')).toEqual(['Spring preview']);
	});

	it('names the missing permission, and says that the ID can be entered', async () => {
		await expect(search('searchCanvases', '', undefined, 'narrow-key')).rejects.toMatchObject({
			message: 'The REST API key is not allowed to list Canvases',
			description: expect.stringMatching(/the permission canvas\.list\..+'By ID'.+identifier\.$/),
		});
	});

	it('never shows the key that Braze repeats', async () => {
		await expect(search('searchCampaigns', '', undefined, 'unknown-key')).rejects.toMatchObject({
			message: 'Braze rejected the REST API key',
			description: expect.not.stringContaining('unknown-key'),
		});
	});

	describe('in a workspace with thousands', () => {
		let large: Sandbox;
		beforeAll(async () => {
			large = await startSandbox({ seedMany: { campaigns: 2500, canvases: 150 } });
		});
		afterAll(async () => {
			await large.close();
		});
		const searchLarge = async (filter?: string, paginationToken?: string) =>
			await searchLater('searchCampaigns', {
				credentials: credentialFor(large),
				filter,
				paginationToken,
			});

		it('opens with one page and loads the next on demand, to the end', async () => {
			const seen = new Set<unknown>();
			let token: string | undefined;
			let pages = 0;
			do {
				const { results, paginationToken } = await searchLarge(undefined, token);
				for (const { value } of results) seen.add(value);
				token = paginationToken as string | undefined;
				pages += 1;
			} while (token !== undefined);
			expect(large.requests).toHaveLength(pages);
			const { results } = await searchLarge('a campaign that does not exist');
			expect(results).toEqual([]);
			const walked = large.requests.slice(pages).map(({ query }) => Number(query.page));
			expect(walked.length).toBeGreaterThanOrEqual(pages);
			expect(seen.size).toBeGreaterThan((pages - 1) * 100);
			expect(seen.size).toBeLessThanOrEqual(pages * 100);
			expect(pages).toBeGreaterThanOrEqual(25);
		});

		it('finds the one match on any page', async () => {
			const all = await searchLarge('Order reminder');
			expect(all.results.map(({ name }) => name)).toContain('Order reminder');
		});

		it('continues after a page with rows that cannot be chosen', async () => {
			const rows = Array.from({ length: 97 }, (_, index) => ({ id: `c${index}`, name: 'One' }));
			const campaigns = [...rows, null, { id: 7, name: 'Seven' }, { name: 'Without an ID' }];
			const fault: FaultSpec = {
				kind: 'status',
				status: 200,
				body: { message: 'success', campaigns },
			};
			large.fault(fault);
			const { results, paginationToken } = await searchLarge();
			expect(results).toHaveLength(97);
			expect(paginationToken).toBe('1');
			large.fault(fault);
			const found = await searchLarge('Order reminder');
			expect(found.results.map(({ name }) => name)).toContain('Order reminder');
		});
	});

	describe('in a workspace with more than 20,000', () => {
		let huge: Sandbox;
		beforeAll(async () => {
			huge = await startSandbox({ seedMany: { campaigns: 21_000, canvases: 21_000 } });
		});
		beforeEach(() => huge.reset());
		afterAll(async () => {
			await huge.close();
		});
		const searchHuge = async (method: string, filter?: string, paginationToken?: string) =>
			await searchLater(method, { credentials: credentialFor(huge), filter, paginationToken });

		it('says that it has not searched the oldest', async () => {
			await expect(searchHuge('searchCanvases', 'Onboarding journey')).rejects.toMatchObject({
				message: "'Onboarding journey' is not among the newest 20,000 Canvases",
				description: expect.stringContaining("choose 'By ID'"),
			});
			expect(huge.requests).toHaveLength(200);
		}, 60_000);

		it('finds matches among the newest', async () => {
			const { results, paginationToken } = await searchHuge('searchCampaigns', 'campaign 1501');
			expect(results.map(({ name }) => name)).toContain('Price drop campaign 1501');
			expect(paginationToken).toBeUndefined();
		}, 60_000);

		it('ends a list that is scrolled to its end without an error', async () => {
			const { results, paginationToken } = await searchHuge('searchCampaigns', '', '199');
			expect(results).toHaveLength(100);
			expect(paginationToken).toBeUndefined();
			// Shown after the results of an earlier page of this search.
			expect(await searchHuge('searchCampaigns', 'Order reminder', '196')).toEqual({ results: [] });
		});
	});

	it('reads an error with a 2xx status as an error, not as an empty list', async () => {
		braze().fault({ kind: 'status', status: 200, body: { error: 'login required' } });
		await expect(search('searchCampaigns')).rejects.toMatchObject({
			message: 'Braze could not list campaigns',
			description: expect.stringContaining('login required'),
		});
	});

	describe('with campaigns of one name', () => {
		const listed = async (campaigns: unknown[], filter = '') => {
			braze().reset();
			braze().fault({
				kind: 'status',
				status: 200,
				body: { message: 'success', campaigns },
				match: { path: '/campaigns/list' },
				times: 'always',
			});
			return (await search('searchCampaigns', filter)).results.map(({ name }) => name);
		};
		const edited = (id: string, name: string, last_edited?: unknown) => ({ id, name, last_edited });

		it("shows when each was last edited, in the workflow's time zone", async () => {
			expect(
				await listed([
					edited('a', 'Reminder', '2026-03-31T09:00:00+00:00'),
					edited('b', 'Other', '2026-03-31T09:00:00+00:00'),
					edited('c', 'reminder ', '2026-01-31T22:30:00+00:00'),
				]),
			).toEqual([
				'Reminder (edited 2026-03-31 05:00)',
				'Other',
				'reminder (edited 2026-01-31 17:30)',
			]);
		});

		it('shows the ID if the time does not distinguish them', async () => {
			expect(
				await listed([
					edited('a', 'Reminder', '2026-03-31T09:00:10+00:00'),
					edited('b', 'Reminder', '2026-03-31T09:00:50+00:00'),
					edited('c', 'Reminder', 'yesterday'),
					edited('d', 'Reminder'),
					edited('e', 'Reminder', '2026-04-01T09:00:00+00:00'),
				]),
			).toEqual([
				'Reminder (edited 2026-03-31 05:00, a)',
				'Reminder (edited 2026-03-31 05:00, b)',
				'Reminder (c)',
				'Reminder (d)',
				'Reminder (edited 2026-04-01 05:00)',
			]);
		});

		it('marks what is no API-triggered campaign, as far as it can be known', async () => {
			const other = { ...edited('a', 'Password reset'), is_api_campaign: true };
			expect(await listed([other, edited('b', 'Other')])).toEqual([
				'Password reset (not API-triggered)',
				'Other',
			]);
			braze().reset();
			const { results } = await search('searchCampaigns', 'weekly newsletter');
			expect(results.map(({ name }) => name)).toEqual(['Weekly newsletter (not API-triggered)']);
		});

		it('also marks what cannot be sent in its current state', async () => {
			const { springPreviewDraft } = SEED.campaigns;
			expect(
				await listed(
					[
						edited(springPreviewDraft, 'Spring', '2026-03-31T09:00:00+00:00'),
						edited(orderReminder, 'Spring', '2026-04-01T09:00:00+00:00'),
					],
					'spring',
				),
			).toEqual(['Spring (draft, edited 2026-03-31 05:00)', 'Spring (edited 2026-04-01 05:00)']);
		});
	});
});

describe('The time zone picker', () => {
	it("lists the workflow's time zone first and finds a city", async () => {
		const options = { credentials: credentialFor(braze(), 'full-key') };
		const { results } = await listSearch('searchTimeZones', options);
		expect(results[0]).toEqual({
			name: 'Workflow time zone (America/New_York)',
			value: 'workflow',
		});
		const found = await listSearch('searchTimeZones', { ...options, filter: 'new york' });
		expect(found.results.map(({ value }) => value)).toContain('America/New_York');
		for (const [filter, zone] of [
			['kolkata', 'Asia/Kolkata'],
			['kyiv', 'Europe/Kyiv'],
			['utc', 'UTC'],
		]) {
			const { results: some } = await listSearch('searchTimeZones', { ...options, filter });
			expect(some.map(({ value }) => value)).toContain(zone);
			expect(new Set(some.map(({ value }) => value)).size).toBe(some.length);
		}
		expect(braze().requests).toHaveLength(0);
	});

	it("offers the schedule's own time zone for Update, and finds a city too", async () => {
		const options = { credentials: credentialFor(braze(), 'full-key') };
		const { results } = await listSearch('searchTimeZonesToKeep', options);
		expect(results.slice(0, 2)).toEqual([
			{ name: 'Time zone of the schedule', value: 'scheduled' },
			{ name: 'Workflow time zone (America/New_York)', value: 'workflow' },
		]);
		const berlin = { ...options, filter: 'berlin' };
		const found = await listSearch('searchTimeZonesToKeep', berlin);
		expect(found.results).toEqual([{ name: 'Europe/Berlin', value: 'Europe/Berlin' }]);
	});
});

describe('The credential test', () => {
	const test = async (apiKey: string, customUrl = braze().url, instance = 'custom') =>
		await testCredential({ instance, customUrl, apiKey });

	it('passes with a good key', async () => {
		expect(await test('full-key')).toEqual({ status: 'OK', message: 'Connection successful.' });
	});

	it('normalizes the address', async () => {
		expect(await test('full-key', ` ${braze().url}// `)).toMatchObject({ status: 'OK' });
	});

	it('passes with a limited key, and names what it lacks', async () => {
		expect(await test('narrow-key')).toEqual({
			status: 'OK',
			message: expect.stringContaining('It lacks the permission campaigns.list'),
		});
	});

	it('fails for an invalid key or a wrong instance, without repeating the key', async () => {
		const { status, message } = await test('wrong-key');
		expect(status).toBe('Error');
		expect(message).toContain('Usually, the key is valid but the instance is wrong');
		expect(message).not.toContain('wrong-key');
	});

	it('fails for a key that is limited to other IP addresses', async () => {
		expect(await test('office-key')).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('IP addresses'),
		});
	});

	it.each([
		['http://127.0.0.1:9', 'allowed to connect to http://127.0.0.1:9 (ECONNREFUSED).'],
		['https://dashboard-03.braze.com', 'use https://rest.iad-03.braze.com'],
		['https://sdk.fra-02.braze.eu', 'use https://rest.fra-02.braze.eu'],
		['http://rest.iad-01.braze.com', 'must start with https://'],
		['', "Fill in the 'Custom URL'"],
	])('fails for the address "%s" with a message', async (url, words) => {
		const { status, message } = await test('full-key', url);
		expect(status).toBe('Error');
		expect(message).toContain(words);
	});

	it('fails if no instance is chosen', async () => {
		expect(await test('full-key', '', '')).toMatchObject({
			status: 'Error',
			message: expect.stringContaining("Choose your 'Instance'"),
		});
	});

	const NOT_BRAZE = "doesn't answer like Braze's REST endpoint";

	it.each<[FaultSpec, string]>([
		[{ kind: 'html', accept: true }, NOT_BRAZE],
		[{ kind: 'html', status: 401 }, NOT_BRAZE],
		[{ kind: 'html', status: 403 }, NOT_BRAZE],
		[{ kind: 'html', status: 429 }, NOT_BRAZE],
		[{ kind: 'status', status: 200, body: [] }, NOT_BRAZE],
		[{ kind: 'status', status: 200, body: '' }, NOT_BRAZE],
		[{ kind: 'status', status: 200, body: {} }, NOT_BRAZE],
		[{ kind: 'status', status: 200, body: { campaigns: 'none' } }, NOT_BRAZE],
		[{ kind: 'status', status: 204, body: '' }, NOT_BRAZE],
		[{ kind: 'status', status: 401, body: {} }, NOT_BRAZE],
		[{ kind: 'status', status: 401, body: [] }, NOT_BRAZE],
		[{ kind: 'status', status: 403, body: { error: 'denied' } }, NOT_BRAZE],
		[{ kind: 'status', status: 403, body: { message: 1 } }, NOT_BRAZE],
		[{ kind: 'status', status: 429, body: 'Slow down' }, NOT_BRAZE],
		[{ kind: 'status', status: 429, body: { message: '' } }, NOT_BRAZE],
		[{ kind: 'status', status: 404 }, 'Braze returned 404 for this URL'],
		[{ kind: 'status', status: 503, body: {} }, 'returned a server error (503)'],
		[{ kind: 'redirect', status: 302, location: 'http://127.0.0.1:9/' }, 'redirect (302)'],
	])('fails when the address behaves unlike Braze: %j', async (fault, words) => {
		braze().fault({ ...fault, times: 'always' });
		const { status, message } = await test('full-key');
		expect(status).toBe('Error');
		expect(message).toContain(words);
	});

	it('repeats an error in place of the campaigns, without the key in it', async () => {
		braze().fault({
			kind: 'status',
			status: 200,
			body: { error: 'full-key: login required' },
			times: 'always',
		});
		expect(await test('full-key')).toEqual({
			status: 'Error',
			message: expect.stringMatching(/doesn't answer like.* says: \[hidden\]: login required/),
		});
	});

	it.each([['Forbidden'], ['Missing Authentication Token']])(
		'fails for a 403 that is not about permissions: %s',
		async (words) => {
			braze().fault({ kind: 'status', status: 403, body: { message: words }, times: 'always' });
			const { status, message } = await test('full-key');
			expect(status).toBe('Error');
			expect(message).toContain(`says: ${words}`);
		},
	);

	it('fails for an account that is not active', async () => {
		const { status, message } = await test('inactive-key');
		expect(status).toBe('Error');
		expect(message).toContain('the account is inactive');
	});

	it('passes if only the rate limit prevents the test', async () => {
		braze().fault({ kind: 'status', status: 429, times: 'always' });
		expect(await test('full-key')).toEqual({
			status: 'OK',
			message: expect.stringContaining('rate limit'),
		});
	});
});
