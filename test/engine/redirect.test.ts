import { startSandbox } from '../../sandbox';
import type { Sandbox } from '../../sandbox';
import { createCampaign, credentialFor, run, SOON, useBraze } from './braze';
import { listSearch, testCredential } from './harness';

const braze = useBraze();

let elsewhere: Sandbox;
beforeAll(async () => {
	elsewhere = await startSandbox();
});
beforeEach(() => elsewhere.reset());
afterAll(async () => await elsewhere.close());

const credentials = () => credentialFor(braze());
const credential = () => credentials().brazeApi;

/** Every part of the node that sends the key. */
const WAYS: Record<string, () => Promise<unknown>> = {
	'a create': async () => await run(braze(), createCampaign),
	'a list of broadcasts': async () =>
		await run(braze(), {
			resource: 'upcomingBroadcast',
			operation: 'getAll',
			until: SOON.slice(0, 10),
			returnAll: true,
		}),
	'the campaign picker': async () =>
		await listSearch('searchCampaigns', { credentials: credentials() }).catch(() => undefined),
	'the Canvas picker': async () =>
		await listSearch('searchCanvases', { credentials: credentials(), filter: 'a' }).catch(
			() => undefined,
		),
	'the credential test': async () => await testCredential(credential()),
};

const HOSTS: Record<string, (sandbox: Sandbox) => string> = {
	'another port': ({ port }) => `http://127.0.0.1:${port}`,
	'another name': ({ port }) => `http://localhost:${port}`,
	'a host without a scheme': ({ port }) => `//127.0.0.1:${port}`,
	'the same host': () => '',
};

describe.each(Object.keys(HOSTS))('A redirect to %s', (host) => {
	it.each(Object.keys(WAYS))('is not followed by %s, for any status', async (way) => {
		for (const status of [301, 302, 303, 307, 308]) {
			braze().reset();
			const location = `${HOSTS[host](elsewhere)}/campaigns/list?page=0`;
			braze().fault({ kind: 'redirect', status, location, times: 'always' });
			await WAYS[way]();
			expect(elsewhere.requests).toHaveLength(0);
			// The one expected request, or the pages of a search, and nothing after them.
			expect(new Set(braze().requests.map((request) => request.status))).toEqual(new Set([status]));
			expect(
				braze().requests.filter(({ query }) => query.sort_direction === undefined),
			).toHaveLength(way.endsWith('picker') ? 0 : 1);
		}
	});
});

it('would have arrived at its target', async () => {
	for (const host of ['another port', 'another name']) {
		await fetch(`${HOSTS[host](elsewhere)}/campaigns/list`);
	}
	expect(elsewhere.requests).toHaveLength(2);
});

it('is reported to the user who tests the credential or opens a picker', async () => {
	const location = `http://127.0.0.1:${elsewhere.port}/`;
	braze().fault({ kind: 'redirect', location, times: 'always' });
	expect(await testCredential(credential())).toMatchObject({
		status: 'Error',
		message: expect.stringContaining('redirect (307), which was not followed'),
	});
	await expect(listSearch('searchCampaigns', { credentials: credentials() })).rejects.toMatchObject(
		{
			message: expect.stringContaining('redirect (307), which was not followed'),
		},
	);
});
