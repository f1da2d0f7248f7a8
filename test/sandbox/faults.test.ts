import { request } from 'node:http';
import { startSandbox, type FaultKind, type FaultSpec } from '../../sandbox';
import { campaignCreate, paths, useSandbox } from './braze';

const braze = useSandbox();
const create = async (changes: object = {}) =>
	await braze.post(paths.campaign.create, campaignCreate(changes));
const list = async () => await braze.get('/campaigns/list');
const made = () => braze.sandbox.schedules.length;
const lastRequest = () => braze.sandbox.requests.at(-1);

/** The answer with its headers as sent, or the error's code. */
const rawCreate = async () =>
	await new Promise<
		{ status?: number; version?: string; headers: string[]; text: string } | string
	>((resolve) => {
		const outgoing = request(braze.sandbox.url + paths.campaign.create, {
			method: 'POST',
			headers: {
				Authorization: `Bearer ${braze.sandbox.key}`,
				'Content-Type': 'application/json',
			},
		});
		const failed = (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message);
		outgoing.on('error', failed);
		outgoing.on('response', (response) => {
			let text = '';
			response.on('error', failed);
			response.on('data', (chunk: Buffer) => (text += chunk.toString()));
			response.on('end', () =>
				resolve({
					status: response.statusCode,
					version: response.httpVersion,
					headers: response.rawHeaders,
					text,
				}),
			);
		});
		outgoing.end(JSON.stringify(campaignCreate()));
	});

describe('faults in which nothing is scheduled', () => {
	it.each([
		[400, 'Bad Request'],
		[403, 'Forbidden'],
		[429, 'Rate limit exceeded'],
		[500, 'Internal Server Error'],
		[502, 'Bad Gateway'],
		[503, 'Service Unavailable'],
		[504, 'Gateway Timeout'],
	])('status %s', async (status, message) => {
		braze.sandbox.fault({ kind: 'status', status });
		const reply = await create();

		expect(reply.status).toBe(status);
		expect(reply.json).toEqual({ message });
		expect(made()).toBe(0);
		expect(lastRequest()).toMatchObject({ status, accepted: false, faults: ['status'] });
		expect((await create()).status).toBe(201);
	});

	it('status 429 has no requests left', async () => {
		braze.sandbox.fault({ kind: 'status', status: 429 });
		const { headers } = await create();

		expect(headers.get('x-ratelimit-remaining')).toBe('0');
		expect(Number(headers.get('x-ratelimit-reset'))).toBe(
			Date.parse('2026-03-10T13:00:00Z') / 1000,
		);
	});

	it('a status with a body and headers of its own', async () => {
		braze.sandbox.fault({
			kind: 'status',
			status: 429,
			body: { message: 'Slow down' },
			headers: { 'x-ratelimit-reset': 'soon', 'X-RateLimit-Limit': null, 'Retry-After': 3 },
		});
		const { headers, json } = await create();

		expect(json).toEqual({ message: 'Slow down' });
		expect(headers.get('x-ratelimit-reset')).toBe('soon');
		expect(headers.get('x-ratelimit-limit')).toBeNull();
		expect(headers.get('retry-after')).toBe('3');
	});

	it('a gateway page instead of JSON', async () => {
		braze.sandbox.fault({ kind: 'status', status: 502, body: '<html>Bad gateway</html>' });
		const { headers, text } = await create();

		expect(headers.get('content-type')).toContain('text/html');
		expect(text).toBe('<html>Bad gateway</html>');
	});

	it('a dropped connection', async () => {
		braze.sandbox.fault({ kind: 'dropBefore' });

		expect(await rawCreate()).toBe('ECONNRESET');
		expect(made()).toBe(0);
		expect(lastRequest()).toMatchObject({ status: null, accepted: false });
	});

	it('a redirect', async () => {
		braze.sandbox.fault({ kind: 'redirect', location: 'http://127.0.0.1:9/else', status: 308 });
		const { status, headers } = await create();

		expect([status, headers.get('location')]).toEqual([308, 'http://127.0.0.1:9/else']);
		expect(made()).toBe(0);
	});
});

describe('faults after the schedule was created', () => {
	it('a dropped connection', async () => {
		braze.sandbox.fault({ kind: 'dropAfter' });

		expect(await rawCreate()).toBe('ECONNRESET');
		expect(made()).toBe(1);
		expect(lastRequest()).toMatchObject({ status: null, accepted: true });
	});

	it('an answer that is cut off in the middle', async () => {
		braze.sandbox.fault({ kind: 'truncate' });

		expect(await rawCreate()).toBe('ECONNRESET');
		expect(made()).toBe(1);
	});

	it('an answer that ends in the middle of its headers', async () => {
		braze.sandbox.fault({ kind: 'halfHeaders' });

		expect(typeof (await rawCreate())).toBe('string');
		expect(made()).toBe(1);
		expect(lastRequest()).toMatchObject({ status: 201, accepted: true });
	});

	it('an answer that is complete but stops in the middle of its JSON', async () => {
		braze.sandbox.fault({ kind: 'truncate', mode: 'short', bytes: 20 });
		const { status, text, json } = await create();

		expect([status, text.length, json]).toEqual([201, 20, undefined]);
		expect(made()).toBe(1);
	});

	it('a queued request, without a schedule ID', async () => {
		braze.sandbox.fault({ kind: 'queued' });
		const { status, json } = await create();

		expect([status, json]).toEqual([202, { message: 'queued' }]);
		expect(made()).toBe(1);
	});

	it('an empty body', async () => {
		braze.sandbox.fault({ kind: 'emptyBody', status: 204 });
		const { status, text } = await create();

		expect([status, text]).toEqual([204, '']);
		expect(made()).toBe(1);
	});

	it('a success with the errors of some messages beside it', async () => {
		braze.sandbox.fault({ kind: 'errors', errors: ['one push was too long'] });
		const { status, json } = await create();

		expect(status).toBe(201);
		expect(json).toMatchObject({ message: 'success', errors: ['one push was too long'] });
		expect(json.schedule_id).toBe(braze.sandbox.schedules[0].schedule_id);
	});

	it('a success with a notice', async () => {
		braze.sandbox.fault({ kind: 'notice', notice: 'Paused.' });

		expect((await create()).json).toMatchObject({ message: 'success', notice: 'Paused.' });
	});

	it.each([true, false])('with accept %s, a page or a server error', async (accept) => {
		braze.sandbox.fault({ kind: 'html', accept });
		braze.sandbox.fault({ kind: 'status', status: 504, accept });
		const page = await create();
		const gatewayTimeout = await create();

		expect([page.status, page.headers.get('content-type')]).toEqual([
			200,
			'text/html; charset=utf-8',
		]);
		expect(gatewayTimeout.status).toBe(504);
		expect(made()).toBe(accept ? 2 : 0);
	});

	it.each([true, false])('with accept %s, silence', async (accept) => {
		braze.sandbox.fault({ kind: 'hang', accept });
		const controller = new AbortController();
		const pending = fetch(braze.sandbox.url + paths.campaign.create, {
			method: 'POST',
			headers: { Authorization: `Bearer ${braze.sandbox.key}`, 'Content-Type': 'application/json' },
			body: JSON.stringify(campaignCreate()),
			signal: controller.signal,
		}).catch((error: Error) => error.name);
		while (braze.sandbox.requests.length === 0) await list();
		controller.abort();

		expect(await pending).toBe('AbortError');
		expect(made()).toBe(accept ? 1 : 0);
		expect(braze.sandbox.writes[0]).toMatchObject({ status: null, accepted: accept });
	});

	it('do not change a refusal', async () => {
		for (const kind of ['queued', 'errors', 'notice', 'emptyBody'] as const) {
			braze.sandbox.fault({ kind });
		}

		const { status, json } = await create({ recipients: [] });

		expect([status, json]).toEqual([400, { message: 'No Recipients' }]);
	});
});

describe('faults of delivery', () => {
	it.each<FaultSpec>([
		{ kind: 'latency', ms: 1 },
		{ kind: 'latency', ms: 1, before: true },
		{ kind: 'slowBody', ms: 0 },
		{ kind: 'http10Close' },
		{ kind: 'duplicateHeaders' },
		{ kind: 'wrongContentType', contentType: 'text/plain' },
	])('%j keeps the whole answer', async (fault) => {
		braze.sandbox.fault(fault);
		const { status, json } = await create();

		expect([status, json.schedule_id]).toEqual([201, braze.sandbox.schedules[0].schedule_id]);
	});

	it('wrongContentType changes the header alone', async () => {
		braze.sandbox.fault({ kind: 'wrongContentType' });

		expect((await create()).headers.get('content-type')).toBe('text/plain');
	});

	it.each([true, false])('hugeBody pads an answer that stays JSON, chunked %s', async (chunked) => {
		braze.sandbox.fault({ kind: 'hugeBody', bytes: 3_000_000, chunked });
		const { headers, json, text } = await create();

		expect(text.length).toBeGreaterThan(3_000_000);
		expect(headers.get('content-length')).toBe(chunked ? null : String(text.length));
		expect(json).toMatchObject({ message: 'success', padding: 'x'.repeat(3_000_000) });
	});

	it('hugeBody pads a page too', async () => {
		braze.sandbox.fault({ kind: 'hugeBody', bytes: 100_000 });
		braze.sandbox.fault({ kind: 'html' });

		expect((await create()).text).toMatch(/^<!DOCTYPE html>[^]*x{100000}$/);
	});

	it('a page that is declared as JSON, and JSON without a type', async () => {
		braze.sandbox.fault({ kind: 'html' });
		braze.sandbox.fault({ kind: 'wrongContentType', contentType: 'application/json' });
		const page = await create();
		braze.sandbox.fault({ kind: 'headers', headers: { 'Content-Type': null } });
		const untyped = await create();

		expect([page.headers.get('content-type'), page.json]).toEqual(['application/json', undefined]);
		expect([untyped.headers.get('content-type'), untyped.status]).toEqual([null, 201]);
	});

	it('an answer that is declared as compressed and is not', async () => {
		braze.sandbox.fault({ kind: 'headers', headers: { 'Content-Encoding': 'gzip' } });
		const raw = await rawCreate();

		expect(typeof raw === 'string' ? raw : raw.headers).toContain('content-encoding');
		expect(typeof raw === 'string' ? raw : JSON.parse(raw.text)).toMatchObject({
			message: 'success',
		});
	});

	it('http10Close answers in the old protocol and closes', async () => {
		braze.sandbox.fault({ kind: 'http10Close' });

		expect(await rawCreate()).toMatchObject({ status: 201, version: '1.0' });
	});

	it('duplicateHeaders sends them twice', async () => {
		braze.sandbox.fault({ kind: 'duplicateHeaders' });
		braze.sandbox.fault({ kind: 'headers', headers: { 'Retry-After': 1 } });
		const raw = await rawCreate();
		const names = typeof raw === 'string' ? [] : raw.headers;

		expect(names.filter((name) => name === 'x-ratelimit-reset')).toHaveLength(2);
		expect(names.filter((name) => name === 'content-type')).toHaveLength(2);
		expect(names.filter((name) => name === 'retry-after')).toHaveLength(2);
	});

	it('headers are overwritten, emptied or left out', async () => {
		const headers = { 'X-RATELIMIT-RESET': 99_999_999_999, 'x-ratelimit-remaining': '' };
		braze.sandbox.fault({ kind: 'headers', headers: { ...headers, 'X-RateLimit-Limit': null } });
		const reply = await list();

		expect(reply.headers.get('x-ratelimit-reset')).toBe('99999999999');
		expect(reply.headers.get('x-ratelimit-remaining')).toBe('');
		expect(reply.headers.get('x-ratelimit-limit')).toBeNull();
	});

	it('combine with each other and with one ending', async () => {
		braze.sandbox.fault({ kind: 'latency', ms: 1 });
		braze.sandbox.fault({ kind: 'notice' });
		braze.sandbox.fault({ kind: 'truncate', mode: 'short', bytes: 5 });
		braze.sandbox.fault({ kind: 'status', status: 500 });

		expect((await create()).text).toHaveLength(5);
		expect(lastRequest()?.faults).toEqual(['truncate', 'latency', 'notice']);
		expect((await create()).status).toBe(500);
	});
});

describe('when a fault applies', () => {
	const statuses = async (count: number) => {
		const all = [];
		for (let turn = 0; turn < count; turn++) all.push((await create()).status);
		return all;
	};

	it('on the next request alone by default', async () => {
		braze.sandbox.fault({ kind: 'status', status: 500 });
		expect(await statuses(3)).toEqual([500, 201, 201]);
	});

	it('after some requests, and this many times', async () => {
		const fault = braze.sandbox.fault({ kind: 'status', status: 500, skip: 1, times: 2 });
		expect(await statuses(5)).toEqual([201, 500, 500, 201, 201]);
		expect(fault.hits).toBe(2);
	});

	it.each([Infinity, 'always'] as const)('until it is cleared, with times %s', async (times) => {
		const fault = braze.sandbox.fault({ kind: 'status', status: 500, times });
		expect(await statuses(3)).toEqual([500, 500, 500]);
		fault.remove();
		expect(await statuses(1)).toEqual([201]);
		braze.sandbox.fault({ kind: 'status', status: 500, times });
		braze.sandbox.clearFaults();
		expect(await statuses(1)).toEqual([201]);
	});

	it('at random, the same with the same seed', async () => {
		const run = async (seed: number) => {
			const fault = braze.sandbox.fault({ kind: 'status', status: 500, probability: 0.5, seed });
			const result = await statuses(40);
			fault.remove();
			return result;
		};
		const first = await run(7);

		expect(new Set(first)).toEqual(new Set([201, 500]));
		expect(await run(7)).toEqual(first);
		expect(await run(8)).not.toEqual(first);
	});

	it.each([
		{ path: '/campaigns/list' },
		{ path: /^\/campaigns\/list$/ },
		{ method: 'get' },
		{ path: 'list', method: 'GET', key: 'sandbox-rest-api-key' },
	])('only if it matches: %j', async (match) => {
		braze.sandbox.fault({ kind: 'status', status: 500, match });

		expect((await create()).status).toBe(201);
		expect((await list()).status).toBe(500);
	});

	it('only for a body or a key', async () => {
		braze.sandbox.fault({ kind: 'status', status: 500, match: { bodyIncludes: '"bob"' } });
		braze.sandbox.fault({ kind: 'status', status: 503, match: { key: 'another' } });

		expect(await statuses(1)).toEqual([201]);
		expect((await create({ recipients: [{ external_user_id: 'bob' }] })).status).toBe(500);
	});

	it('is an error if the fault does not exist', () => {
		expect(() => braze.sandbox.fault({ kind: 'gremlin' as FaultKind })).toThrow('gremlin');
	});
});

it('closes immediately, even with pending requests', async () => {
	const sandbox = await startSandbox();
	sandbox.fault({ kind: 'hang' });
	sandbox.fault({ kind: 'latency', ms: 3_600_000, skip: 1, times: 'always' });
	const ask = async () => await fetch(`${sandbox.url}/campaigns/list`).catch(() => 'closed');
	const pending = [ask(), ask()];
	while (sandbox.requests.length < 2) await fetch(`${sandbox.url}/_sandbox/timeline`);
	await sandbox.close();

	expect(await Promise.all(pending)).toEqual(['closed', 'closed']);
});

it('can be slow as a whole', async () => {
	const sandbox = await startSandbox({ latencyMs: 1 });
	const response = await fetch(`${sandbox.url}/campaigns/list`);
	await sandbox.close();

	expect(response.status).toBe(401);
});

it('counts connections and how many requests were open at once', async () => {
	braze.sandbox.fault({ kind: 'latency', ms: 50, times: 'always' });
	await Promise.all(Array.from({ length: 5 }, create));

	expect(braze.sandbox.stats()).toMatchObject({
		requests: 5,
		schedulesCreated: 5,
		maxConcurrent: 5,
	});
});
