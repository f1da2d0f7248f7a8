import { connect } from 'node:net';

import { startSandbox } from '../../sandbox';
import { campaignCreate, NOON, paths, useSandbox } from './braze';

const narrow = 'narrow-key';
const elsewhere = 'office-only-key';
const braze = useSandbox({
	keys: [
		{ key: 'full-key', permissions: 'all' },
		{ key: narrow, permissions: ['campaigns.trigger.schedule.create'] },
		{ key: elsewhere, allowedIps: ['203.0.113.7'] },
		{ key: 'inactive-key', isAccountInactive: true },
	],
});
const as = (authorization: string) => ({ headers: { Authorization: authorization } });

describe('the key', () => {
	it.each([
		['Bearer wrong', 'Invalid API key: wrong'],
		['Bearer "full-key"', 'Invalid API key: "full-key"'],
		['full-key', 'Invalid API key: '],
		['Basic full-key', 'Invalid API key: '],
		['', 'Invalid API key: '],
	])('%s is refused, repeated, and without rate limits', async (authorization, message) => {
		const reply = await braze.get('/campaigns/list', as(authorization));

		expect([reply.status, reply.json]).toEqual([401, { message }]);
		for (const name of ['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']) {
			expect(reply.headers.get(name)).toBe('');
		}
		expect(reply.headers.get('cache-control')).toBe('no-cache');
	});

	it.each(['Bearer full-key', 'bearer full-key', 'BEARER full-key'])(
		'%s is accepted',
		async (text) => {
			expect((await braze.get('/campaigns/list', as(text))).status).toBe(200);
		},
	);

	it('only does what it has a permission for', async () => {
		const headers = { Authorization: `Bearer ${narrow}` };
		const create = await braze.post(paths.campaign.create, campaignCreate(), headers);
		const update = await braze.post(paths.campaign.update, {}, headers);
		const list = await braze.get('/campaigns/list', as(`Bearer ${narrow}`));

		expect([create.status, update.status, list.status]).toEqual([201, 403, 403]);
		expect(list.json).toEqual({ message: 'Access Denied' });
	});

	it('is refused from an address that is not on its list', async () => {
		const reply = await braze.get('/campaigns/list', as(`Bearer ${elsewhere}`));

		expect([reply.status, reply.json]).toEqual([403, { message: 'Invalid whitelisted IPs' }]);
	});
});

it('refuses the key of an inactive account, or of a plan without the endpoint', async () => {
	const reply = await braze.get('/campaigns/list', as('Bearer inactive-key'));

	expect([reply.status, reply.json]).toEqual([403, { message: 'Forbidden' }]);
});

it.each([
	['an accepted request', 'Bearer full-key'],
	['a refused key', 'Bearer wrong'],
])('has every header of the answer to %s in lowercase', async (_, authorization) => {
	const names = await rawHeaderNames(authorization);

	expect(names).toEqual(names.map((name) => name.toLowerCase()));
	expect(names).toEqual(
		expect.arrayContaining(['x-ratelimit-limit', 'x-ratelimit-remaining', 'x-ratelimit-reset']),
	);
});

/** As sent: fetch itself would convert them to lowercase. */
async function rawHeaderNames(authorization: string) {
	const socket = connect(braze.sandbox.port, '127.0.0.1');
	socket.write(
		`GET /campaigns/list HTTP/1.1\r\nHost: sandbox\r\nAuthorization: ${authorization}\r\nConnection: close\r\n\r\n`,
	);
	let text = '';
	for await (const chunk of socket) text += chunk;
	// Node.js adds these itself, in its own spelling.
	const added = ['Date', 'Connection'];
	return text
		.split('\r\n\r\n')[0]
		.split('\r\n')
		.slice(1)
		.map((line) => line.split(':')[0])
		.filter((name) => !added.includes(name));
}

describe('the address', () => {
	it.each([
		['GET', paths.campaign.create],
		['PUT', paths.campaign.update],
		['DELETE', paths.campaign.delete],
		['POST', `${paths.campaign.create}/`],
		['POST', '/campaigns/list'],
		['POST', `/v1${paths.campaign.create}`],
		['POST', `/${paths.campaign.create}`],
		['GET', '/campaigns/list/'],
		['GET', '/no/such/thing'],
	])('%s %s does not exist', async (method, path) => {
		const reply = await braze.get(path, { method });

		expect([reply.status, reply.json]).toEqual([404, { message: 'Invalid URL' }]);
	});
});

describe('the body', () => {
	it.each(['text/plain', 'application/x-www-form-urlencoded', ''])(
		'is refused as %j',
		async (type) => {
			const body = campaignCreate();

			expect((await braze.post(paths.campaign.create, body, { 'Content-Type': type })).status).toBe(
				415,
			);
		},
	);

	it('can name its character set', async () => {
		const headers = { 'Content-Type': 'application/json; charset=utf-8' };

		expect((await braze.post(paths.campaign.create, campaignCreate(), headers)).status).toBe(201);
	});

	it.each(['{"campaign_id":', '', '{{}}', '[]', '"text"', 'null'])(
		'must be a JSON object, not %s',
		async (body) => {
			const reply = await braze.post(paths.campaign.create, body);

			expect(reply.status).toBe(400);
			expect(reply.json).toEqual({
				error: 'Error while parsing request body. Please check your syntax.',
			});
		},
	);

	it('can have 4 MB', async () => {
		const sized = (bytes: number) => {
			const empty = JSON.stringify(campaignCreate({ filler: '' })).length;
			return campaignCreate({ filler: 'x'.repeat(bytes - empty) });
		};
		const fits = await braze.post(paths.campaign.create, sized(4 * 1024 * 1024));
		const isTooLarge = await braze.post(paths.campaign.create, sized(4 * 1024 * 1024 + 1));

		expect([fits.status, isTooLarge.status]).toEqual([201, 413]);
	});

	it('is refused with 400 beyond that, where the sandbox is set to', async () => {
		const sandbox = await startSandbox({ tooLargeStatus: 400 });
		const response = await fetch(sandbox.url + paths.campaign.create, {
			method: 'POST',
			headers: { Authorization: `Bearer ${sandbox.key}`, 'Content-Type': 'application/json' },
			body: 'x'.repeat(4 * 1024 * 1024 + 1),
		});
		const answer = [response.status, await response.json()];
		await sandbox.close();

		expect(answer).toEqual([400, { message: 'Bad Request' }]);
	});

	it('is refused when it is nested 50,000 levels deep, and the sandbox goes on', async () => {
		const depth = 50_000;
		const audience = `${'{"AND":['.repeat(depth)}${']}'.repeat(depth)}`;
		const body = JSON.stringify(campaignCreate()).replace(/}$/, `,"audience":${audience}}`);
		const reply = await braze.post(paths.campaign.create, body);

		expect(reply.status).toBeGreaterThanOrEqual(400);
		expect((await braze.get('/campaigns/list')).status).toBe(200);
	});
});

it('records every request', async () => {
	await braze.post(`${paths.campaign.create}?a=1`, campaignCreate(), { 'X-Test': 'yes' });
	await braze.get('/campaigns/list');
	await braze.post(paths.campaign.delete, '{');

	expect(braze.sandbox.requests).toEqual([
		expect.objectContaining({
			number: 1,
			method: 'POST',
			path: paths.campaign.create,
			query: { a: '1' },
			headers: expect.objectContaining({ 'x-test': 'yes' }),
			body: campaignCreate(),
			rawBody: JSON.stringify(campaignCreate()),
			status: 201,
			at: NOON,
			accepted: true,
			faults: [],
			unknownFields: [],
		}),
		expect.objectContaining({ number: 2, path: '/campaigns/list', status: 200, accepted: true }),
		expect.objectContaining({
			number: 3,
			body: undefined,
			rawBody: '{',
			status: 400,
			accepted: false,
		}),
	]);
	expect(braze.sandbox.writes.map(({ number }) => number)).toEqual([1, 3]);
	expect(braze.sandbox.stats()).toMatchObject({
		requests: 3,
		schedulesCreated: 1,
		maxConcurrent: 1,
		rateLimited: 0,
	});
});
