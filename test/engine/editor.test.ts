import { startSandbox } from '../../sandbox';
import type { FaultSpec, Sandbox } from '../../sandbox';
import { credentialFor, onboarding, orderReminder, useBraze } from './braze';
import { listSearch, testCredential } from './harness';

const braze = useBraze({
	keys: [
		{ key: 'full-key', permissions: 'all' },
		{ key: 'narrow-key', permissions: ['campaigns.trigger.schedule.create'] },
		{ key: 'office-key', permissions: 'all', allowedIps: ['10.0.0.1'] },
	],
});

describe('The campaign and Canvas pickers', () => {
	const search = async (
		method: string,
		filter?: string,
		paginationToken?: string,
		apiKey = 'full-key',
	) =>
		await listSearch(method, {
			credentials: credentialFor(braze(), apiKey),
			filter,
			paginationToken,
		});

	it.each([
		['searchCampaigns', orderReminder, 'Order reminder', 'Black Friday'],
		['searchCanvases', onboarding, 'Onboarding journey', 'Holiday journey'],
	])('%s lists names and leaves the archived ones out', async (method, value, name, archived) => {
		const { results, paginationToken } = await search(method);
		expect(results).toContainEqual(expect.objectContaining({ name, value }));
		expect(results.map((result) => result.name)).not.toContain(archived);
		expect(paginationToken).toBeUndefined();
	});

	it('finds part of a name, whatever its case, and a pasted ID', async () => {
		expect((await search('searchCampaigns', 'ORDER rem')).results).toEqual([
			expect.objectContaining({ name: 'Order reminder' }),
		]);
		expect((await search('searchCampaigns', orderReminder)).results).toHaveLength(1);
		expect((await search('searchCampaigns', 'nothing like it')).results).toEqual([]);
	});

	it('marks what cannot be sent as it is, once there are few to choose from', async () => {
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

	it('says which permission is missing, and that the ID can be typed', async () => {
		await expect(search('searchCanvases', '', undefined, 'narrow-key')).rejects.toMatchObject({
			message: 'The REST API key lacks the permission canvas.list',
			description: expect.stringContaining("'By ID'"),
		});
	});

	it('never shows the key that Braze repeats', async () => {
		await expect(search('searchCampaigns', '', undefined, 'unknown-key')).rejects.toMatchObject({
			message: 'Braze does not know this REST API key',
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
			await listSearch('searchCampaigns', {
				credentials: credentialFor(large),
				filter,
				paginationToken,
			});

		it('opens with one page and gives the next on demand, to the end', async () => {
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

		it('finds the one match wherever it is', async () => {
			const all = await searchLarge('Order reminder');
			expect(all.results.map(({ name }) => name)).toContain('Order reminder');
		});
	});

	it('stops at a cap when a list never ends', async () => {
		const page = Array.from({ length: 100 }, (_, index) => ({
			id: `c${index}`,
			name: `Campaign ${index}`,
		}));
		braze().fault({
			kind: 'status',
			status: 200,
			body: { message: 'success', campaigns: page },
			times: 'always',
		});
		const { paginationToken } = await search('searchCampaigns', 'not there');
		expect(paginationToken).toBeUndefined();
		expect(braze().requests).toHaveLength(200);
	}, 30_000);
});

describe('The time zone picker', () => {
	it('offers the workflow’s own zone first and finds a city', async () => {
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
});

describe('The credential test', () => {
	const test = async (apiKey: string, customUrl = braze().url, instance = 'custom') =>
		await testCredential({ instance, customUrl, apiKey });

	it('passes with a good key', async () => {
		expect(await test('full-key')).toEqual({ status: 'OK', message: 'Connection successful' });
	});

	it('cleans the address', async () => {
		expect(await test('full-key', `${braze().url}/campaigns/list/`)).toMatchObject({
			status: 'OK',
		});
	});

	it('passes with a narrow key, and says what it lacks', async () => {
		expect(await test('narrow-key')).toEqual({
			status: 'OK',
			message: expect.stringContaining('It lacks the permission campaigns.list'),
		});
	});

	it('fails for a wrong key or a wrong instance, without repeating the key', async () => {
		const { status, message } = await test('wrong-key');
		expect(status).toBe('Error');
		expect(message).toContain('the instance is the wrong one');
		expect(message).not.toContain('wrong-key');
	});

	it('fails for a key that is limited to other IP addresses', async () => {
		expect(await test('office-key')).toMatchObject({
			status: 'Error',
			message: expect.stringContaining('IP addresses'),
		});
	});

	it.each([
		['http://127.0.0.1:9', 'http://127.0.0.1:9 cannot be reached (ECONNREFUSED)'],
		['https://dashboard-03.braze.com', 'use https://rest.iad-03.braze.com'],
		['https://sdk.fra-02.braze.eu', 'use https://rest.fra-02.braze.eu'],
		['http://rest.iad-01.braze.com', 'must start with https://'],
		['', "Fill in the 'Custom URL'"],
	])('fails for the address "%s" with a sentence', async (url, words) => {
		const { status, message } = await test('full-key', url);
		expect(status).toBe('Error');
		expect(message).toContain(words);
	});

	it('fails when no instance is chosen', async () => {
		expect(await test('full-key', '', '')).toMatchObject({
			status: 'Error',
			message: expect.stringContaining("Choose your 'Instance'"),
		});
	});

	it.each<[FaultSpec, string]>([
		[{ kind: 'html', accept: true }, 'not like Braze'],
		[{ kind: 'status', status: 503, body: {} }, 'status 503'],
		[{ kind: 'redirect', status: 302, location: 'http://127.0.0.1:9/' }, 'status 302'],
	])('fails when the address behaves unlike Braze: %j', async (fault, words) => {
		braze().fault(fault);
		const { status, message } = await test('full-key');
		expect(status).toBe('Error');
		expect(message).toContain(words);
	});
});
