import type { Sandbox } from '../../sandbox';
import type { Message } from '../../sandbox/message';
import { startSandbox } from '../../sandbox';
import { ONLY_THE_CALENDAR } from '../calendar';
import { credentialFor } from './braze';
import { listSearch } from './harness';

const NOW = Date.UTC(2026, 2, 31, 9);
const MINUTE = 60_000;

const campaigns: Message[] = Array.from({ length: 2550 }, (_, index) => ({
	id: `campaign-${index}`,
	name: `Offer ${index}${index % 1000 === 7 ? ' rare' : ''}`,
}));
const keys = Array.from({ length: 40 }, (_, index) => ({
	key: `key-${index}`,
	permissions: 'all' as const,
}));

let braze: Sandbox;
let key: string;
let used = 0;

beforeAll(async () => {
	braze = await startSandbox({ campaigns, canvases: campaigns, keys });
});
beforeEach(() => {
	jest.useFakeTimers({ now: NOW, ...ONLY_THE_CALENDAR });
	campaigns.length = 2550;
	braze.reset();
	// Another credential has another list.
	key = keys[used].key;
	used += 1;
});
afterEach(() => {
	jest.useRealTimers();
});
afterAll(async () => {
	await braze.close();
});

const search = async (filter?: string, paginationToken?: string, apiKey = key) =>
	await listSearch('searchCampaigns', {
		credentials: credentialFor(braze, apiKey),
		filter,
		paginationToken,
	});
const idsOf = async (filter?: string, apiKey = key) =>
	(await search(filter, undefined, apiKey)).results.map(({ value }) => value);
/** With this test's key: pages that an earlier search didn't need anymore may still arrive. */
const asked = () =>
	braze.requests.filter(({ headers }) => headers.authorization === `Bearer ${key}`);
const pagesAsked = () =>
	asked()
		.filter(({ path }) => path.endsWith('/list'))
		.map(({ query }) => query.page);
const later = (ms: number) => jest.setSystemTime(Date.now() + ms);
const addCampaign = (id: string) => {
	campaigns.push({ id, name: `A new one, ${id}` });
	const { requests } = braze;
	const earlier = [...requests];
	braze.reset();
	requests.push(...earlier);
};

const RARE = ['campaign-2007', 'campaign-1007', 'campaign-7'];

it('reads a page once, and answers the next keystrokes from memory', async () => {
	expect(await idsOf('rar')).toEqual(RARE);
	expect(pagesAsked()).toEqual([...new Set(pagesAsked())]);
	expect(asked().length).toBeLessThan(26 + 12 + RARE.length);
	braze.requests.length = 0;
	expect(await idsOf('rare')).toEqual(RARE);
	expect(await idsOf('offer 7 rare')).toEqual(['campaign-7']);
	expect(await idsOf('nothing like it')).toEqual([]);
	const { results, paginationToken } = await search();
	expect([results.length, paginationToken]).toEqual([100, '1']);
	expect((await search('', '3')).results).toHaveLength(100);
	expect(asked()).toEqual([]);
});

it('requests several pages at the same time', async () => {
	// Much longer than a busy machine takes to send one.
	braze.fault({ kind: 'latency', ms: 500, times: 'always' });
	await idsOf('nothing like it');
	expect(braze.stats().maxConcurrent).toBeGreaterThan(4);
	expect(braze.stats().maxConcurrent).toBeLessThanOrEqual(12);
});

it('shares what another search is loading', async () => {
	braze.fault({ kind: 'latency', ms: 20, times: 'always' });
	const found = await Promise.all(
		['r', 'ra', 'rar', 'rare'].map(async (word) => await idsOf(word)),
	);
	expect(found.slice(1)).toEqual([RARE, RARE, RARE]);
	expect(pagesAsked()).toEqual([...new Set(pagesAsked())]);
	expect(asked().filter(({ path }) => path.endsWith('/details'))).toHaveLength(3);
});

it('shows a new campaign after a minute at most', async () => {
	expect(await idsOf('a new one')).toEqual([]);
	addCampaign('born');
	later(MINUTE - 1);
	expect(await idsOf('a new one')).toEqual([]);
	later(1);
	expect(await idsOf('a new one')).toEqual(['born']);
});

it('shows a changed state after a minute at most', async () => {
	const namesOf = async () => (await search('offer 7 rare')).results.map(({ name }) => name);
	expect(await namesOf()).toEqual(['Offer 7 rare']);
	campaigns[7] = { ...campaigns[7], enabled: false };
	addCampaign('another');
	later(MINUTE);
	expect(await namesOf()).toEqual(['Offer 7 rare (stopped)']);
	campaigns[7] = { ...campaigns[7], enabled: true };
});

it('does not bring back an older list that took long', async () => {
	const slow = braze.fault({ kind: 'latency', ms: 400, times: 'always' });
	const older = idsOf('a new one');
	// The slow search has begun, and now waits for its first pages.
	while (braze.requests.length === 0) await new Promise(setImmediate);
	slow.remove();
	campaigns.push({ id: 'born', name: 'A new one' });
	later(MINUTE);
	expect(await older).toEqual([]);
	addCampaign('born later');
	expect(await idsOf('a new one')).toEqual(['born later', 'born']);
});

it.each([
	['another key', () => ({ ...credentialFor(braze, keys[39].key) })],
	[
		'another address',
		() =>
			credentialFor({ ...braze, url: braze.url.replace('127.0.0.1', 'localhost') } as Sandbox, key),
	],
])('does not show the list of a credential with %s', async (_, other) => {
	await idsOf('rare');
	braze.requests.length = 0;
	await listSearch('searchCampaigns', { credentials: other(), filter: 'rare' });
	expect(braze.requests.length).toBeGreaterThan(26);
});

it('does not show campaigns among Canvases', async () => {
	await idsOf('rare');
	braze.requests.length = 0;
	await listSearch('searchCanvases', { credentials: credentialFor(braze, key), filter: 'rare' });
	expect(braze.requests.filter(({ path }) => path === '/canvas/list').length).toBeGreaterThan(25);
});

it('does not keep an error', async () => {
	braze.fault({ kind: 'status', status: 503, body: {}, skip: 5, times: 1 });
	await expect(search('rare')).rejects.toMatchObject({
		message: expect.stringContaining('server error (503)'),
	});
	expect(await idsOf('rare')).toEqual(RARE);
	const pages = pagesAsked();
	const again = pages.filter((page, index) => pages.indexOf(page) !== index);
	expect(again).toHaveLength(1);
	braze.requests.length = 0;
	expect(await idsOf('rare')).toEqual(RARE);
	expect(asked()).toEqual([]);
});

it.each([401, 403, 404])('asks once for a state that Braze refuses to tell: %s', async (status) => {
	braze.fault({
		kind: 'status',
		status,
		body: { message: 'no' },
		match: { path: '/details' },
		times: 'always',
	});
	expect(await idsOf('rare')).toEqual(RARE);
	braze.requests.length = 0;
	expect(await idsOf('offer 7 rare')).toEqual(['campaign-7']);
	expect(asked()).toEqual([]);
});

it('asks again for a state that it could not learn', async () => {
	braze.fault({ kind: 'status', status: 503, body: {}, match: { path: '/details' }, times: 3 });
	await idsOf('rare');
	braze.requests.length = 0;
	await idsOf('rare');
	expect(asked().map(({ path }) => path)).toEqual(RARE.map(() => '/campaigns/details'));
});
