import { campaignCreate, paths, useSandbox } from './braze';

const braze = useSandbox();
const create = async () => await braze.post(paths.campaign.create, campaignCreate());
const control = async (method: string, name: string, body?: unknown) =>
	await braze.get(`/_sandbox/${name}`, { method, body: JSON.stringify(body) });

it('shows its state to other processes', async () => {
	await create();
	const { json } = await control('GET', 'state');

	expect(json).toEqual({
		now: braze.sandbox.clock.iso(),
		stats: braze.sandbox.stats(),
		schedules: braze.sandbox.schedules,
		schedulesPerPerson: { 'external_user_id:ada': 1 },
		activePerPerson: { 'external_user_id:ada': 1 },
		requests: braze.sandbox.requests,
	});
	expect((await control('GET', 'state?requests=0')).json).not.toHaveProperty('requests');
});

it('does not count requests to the controls', async () => {
	await control('GET', 'state');
	await braze.get('/');

	expect(braze.sandbox.stats()).toMatchObject({ requests: 0, connections: 0, maxConcurrent: 0 });
});

it('accepts faults and clears them', async () => {
	await control('POST', 'faults', { kind: 'status', status: 503, times: 'always' });
	expect((await create()).status).toBe(503);

	await control('DELETE', 'faults');
	expect((await create()).status).toBe(201);
});

it('moves the clock of a running sandbox', async () => {
	await create();
	const advanced = await control('POST', 'clock', { advance: 60_000 });
	expect(advanced.json).toEqual({ now: '2026-03-10T12:01:00.000Z' });
	expect(braze.sandbox.schedules[0].state).toBe('scheduled');

	await control('POST', 'clock', { set: '2026-03-11T09:00:00Z' });
	expect(braze.sandbox.schedules[0].state).toBe('sent');
});

it.each([
	['faults', { kind: 'gremlin' }],
	['clock', { set: 'noon' }],
	['clock', {}],
	['clock', undefined],
])('refuses an invalid request to %s: %j', async (name, body) => {
	expect((await control('POST', name, body)).status).toBe(400);
});

it('starts over with the seeded workspace and nothing scheduled', async () => {
	const start = braze.sandbox.clock.iso();
	await create();
	await control('POST', 'faults', { kind: 'status', status: 503 });
	await control('POST', 'clock', { advance: 1 });
	await control('POST', 'reset');

	expect(braze.sandbox.schedules).toEqual([]);
	expect(braze.sandbox.requests).toEqual([]);
	expect(braze.sandbox.clock.iso()).toBe(start);
	const { status, headers } = await create();
	expect([status, headers.get('x-ratelimit-remaining')]).toEqual([201, '249999']);
});

it('answers 404 to controls that it does not have', async () => {
	expect((await control('GET', 'secrets')).status).toBe(404);
	expect((await control('GET', 'toString')).status).toBe(404);
});

it('reports events as they happen', async () => {
	const abort = new AbortController();
	const response = await fetch(`${braze.sandbox.url}/_sandbox/events`, { signal: abort.signal });
	const reader = response.body!.pipeThrough(new TextDecoderStream()).getReader();
	let text = '';
	const readUntil = async (mark: string) => {
		while (!text.includes(mark)) text += (await reader.read()).value;
	};
	await readUntil('connected');
	const { json } = await create();
	await braze.post(paths.campaign.delete, {
		campaign_id: campaignCreate().campaign_id,
		schedule_id: json.schedule_id,
	});
	braze.sandbox.clock.advance(1);
	braze.sandbox.reset();
	await readUntil('event: reset');
	abort.abort();

	expect(response.headers.get('content-type')).toBe('text/event-stream');
	const events = text
		.split('\n\n')
		.map((block) => /^event: (\w+)\ndata: (.*)$/.exec(block))
		.flatMap((match) => (match ? [{ name: match[1], data: JSON.parse(match[2]) }] : []));
	expect(events.map(({ name, data }) => data.type ?? name)).toEqual([
		'created',
		'request',
		'canceled',
		'request',
		'clock',
		'reset',
	]);
	expect(events[0].data.schedule).toMatchObject({
		schedule_id: json.schedule_id,
		name: 'Order reminder',
		people: ['external_user_id:ada'],
		mode: 'exact',
	});
});

describe('the page', () => {
	/** A module of the page and everything that it imports. */
	const modulesFrom = async (path: string, seen = new Map<string, string>()) => {
		if (seen.has(path)) return seen;
		const { status, headers, text } = await braze.get(path);
		expect([path, status, headers.get('content-type')]).toEqual([
			path,
			200,
			'text/javascript; charset=utf-8',
		]);
		seen.set(path, text);
		for (const [, name] of text.matchAll(/from '([^']+)'/g)) {
			await modulesFrom(new URL(name, `http://sandbox${path}`).pathname, seen);
		}
		return seen;
	};

	it('gets everything from the sandbox', async () => {
		const { status, headers, text } = await braze.get('/');
		const addresses = [...text.matchAll(/(?:src|href)="([^"]*)"/g)].map(([, link]) => link);
		const modules = await modulesFrom('/_sandbox/page/main');

		expect([status, headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
		expect(addresses).toEqual(['data:,', '/_sandbox/page/main']);
		expect([...modules.keys()]).toContain('/_sandbox/page/axis');
		for (const source of [text, ...modules.values()]) {
			expect(source).not.toMatch(/https?:\/\/|@import|url\(/);
		}
	});

	it.each(['nothing', '../control', '../../package.json', '%2e%2e/control', ''])(
		'has no module %j',
		async (name) => {
			expect((await braze.get(`/_sandbox/page/${name}`)).status).toBe(404);
		},
	);

	it('has one name, that of the sandbox', async () => {
		const { text } = await braze.get('/');

		expect(text).toContain('<title>Sandbox</title>');
		expect(text).toContain('<h1>Sandbox</h1>');
		expect(text).not.toMatch(/timeline/i);
	});

	it('gets the time zone and the quiet hours of the workspace', async () => {
		const { json } = await control('GET', 'timeline');

		expect([json.timeZone, json.quietHours]).toEqual(['America/New_York', []]);
	});

	it('gets the schedules that it draws from the controls', async () => {
		const made = await braze.post(
			paths.campaign.create,
			campaignCreate({ schedule: { time: '2026-03-11T09:00:00', in_local_time: true } }),
		);
		await braze.post(paths.campaign.update, {
			campaign_id: campaignCreate().campaign_id,
			schedule_id: made.json.schedule_id,
			schedule: { time: '2026-03-12', at_optimal_time: true },
		});
		const [schedule] = (await control('GET', 'timeline')).json.schedules;

		expect(schedule).toMatchObject({
			mode: 'optimal',
			span: {
				from: Date.parse('2026-03-11T10:00:00Z'),
				to: Date.parse('2026-03-13T12:00:00Z'),
			},
			earlier: [
				{ from: Date.parse('2026-03-10T19:00:00Z'), to: Date.parse('2026-03-11T21:00:00Z') },
			],
		});
		expect(
			schedule.history.map((entry: { type: string; mode: string }) => [entry.type, entry.mode]),
		).toEqual([
			['created', 'local'],
			['moved', 'optimal'],
		]);
	});
});
