import { spawn } from 'node:child_process';

import { RUNNER } from '../root';
import { CAMPAIGN, CANVAS, useSandbox } from './braze';

const USER = 'tester-1';

// Each starts its own Node.js.
jest.setTimeout(60_000);

/** Represents the real workspace; its clock is in real time, like a workspace's. */
const workspace = useSandbox({ now: undefined, frozen: false });

async function check(env: Record<string, string | undefined>, ...args: string[]) {
	const child = spawn(process.execPath, [RUNNER, 'live-check', ...args], {
		env: { PATH: process.env.PATH, ...env },
	});
	let output = '';
	for (const stream of [child.stdout, child.stderr]) {
		stream.on('data', (chunk: Buffer) => {
			output += chunk.toString();
		});
	}
	const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
	return { code, output };
}

const campaign = (): Record<string, string> => ({
	BRAZE_REST_URL: workspace.sandbox.url,
	BRAZE_API_KEY: workspace.sandbox.key,
	BRAZE_CAMPAIGN_ID: CAMPAIGN,
	BRAZE_TEST_USER: USER,
});

it.each([
	['a campaign', {}],
	['a Canvas', { BRAZE_CAMPAIGN_ID: undefined, BRAZE_CANVAS_ID: CANVAS }],
])('finds no difference between two sandboxes, with %s, and leaves no schedule', async (_, env) => {
	const { code, output } = await check({ ...campaign(), ...env }, '--yes');
	expect(output).toContain('The sandbox answers as this workspace does.');
	expect(output).not.toContain('≠');
	expect(output.match(/^\| = \|/gm)?.length).toBeGreaterThan(10);
	expect(code).toBe(0);
	const { schedules } = workspace.sandbox;
	expect(schedules.map(({ state }) => state)).toEqual(['canceled', 'canceled']);
});

it('sends for one user, in the distant future, and never a broadcast or an audience', async () => {
	await check(campaign(), '--yes');
	const bodies = workspace.sandbox.writes.map(({ body }) => body as Record<string, unknown>);
	// Two schedules are created.
	expect(bodies.filter((body) => 'recipients' in body)).toHaveLength(2);
	for (const body of bodies) {
		expect(body).not.toHaveProperty('broadcast');
		expect(body).not.toHaveProperty('audience');
		if ('recipients' in body) expect(body.recipients).toEqual([{ external_user_id: USER }]);
		if ('schedule' in body) {
			const { time } = body.schedule as { time: string };
			expect(Date.parse(time)).toBeGreaterThan(Date.now() + 79 * 86_400_000);
		}
	}
});

it('shows where the workspace answers differently than the sandbox', async () => {
	workspace.sandbox.fault({
		kind: 'status',
		status: 400,
		body: { message: 'Too far ahead' },
		match: { path: '/create' },
	});
	const { code, output } = await check(campaign(), '--yes');
	expect(output).toMatch(/^\| ≠ \| create, exact, a year ahead \| 400 message: Too far ahead/m);
	expect(output).toMatch(/^\| ≠ \| create, exact, 80 days ahead \| 201 .* \| not asked \|$/m);
	expect(output).toContain('2 of 13 answers differ');
	expect(code).toBe(0);
	expect(workspace.sandbox.activePerPerson()).toEqual({});
});

it('cancels what it created even if a cancellation fails at first', async () => {
	workspace.sandbox.fault({ kind: 'status', status: 503, match: { path: '/delete' }, times: 2 });
	await check(campaign(), '--yes');
	expect(workspace.sandbox.schedules.length).toBeGreaterThan(0);
	expect(workspace.sandbox.activePerPerson()).toEqual({});
});

it('names the schedule that is left if every cancellation fails', async () => {
	workspace.sandbox.fault({
		kind: 'status',
		status: 503,
		match: { path: '/delete' },
		times: 'always',
	});
	const { code, output } = await check(campaign(), '--yes');
	expect(workspace.sandbox.schedules.length).toBeGreaterThan(0);
	for (const { schedule_id } of workspace.sandbox.schedules) {
		expect(output).toContain(`The schedule ${schedule_id} is left`);
	}
	expect(code).toBe(1);
});

it('reports that a schedule may be left if the answer to it is lost', async () => {
	workspace.sandbox.fault({ kind: 'dropAfter', match: { path: '/create' } });
	const { code, output } = await check(campaign(), '--yes');
	expect(output).toMatch(/^\| ≠ \| create, exact, a year ahead \| no answer/m);
	expect(output).toContain('Of 1 schedules it is not known whether they were made');
	expect(code).toBe(1);
});

it('never shows the key, although Braze repeats it', async () => {
	const { output } = await check({ ...campaign(), BRAZE_API_KEY: 'wrong-key-123' }, '--yes');
	expect(output).toContain('401');
	expect(output).toContain('[hidden]');
	expect(output).not.toContain('wrong-key-123');
});

it('sends nothing to Braze without a yes', async () => {
	const { code, output } = await check(campaign());
	expect(output).toContain('Nothing was sent');
	expect(code).toBe(1);
	expect(workspace.sandbox.requests).toHaveLength(0);
});

it.each([
	[{ BRAZE_API_KEY: '' }, 'BRAZE_API_KEY is missing'],
	[{ BRAZE_TEST_USER: ' ' }, 'BRAZE_TEST_USER is missing'],
	[{ BRAZE_CAMPAIGN_ID: undefined }, 'one of them'],
	[{ BRAZE_CANVAS_ID: CANVAS }, 'one of them'],
	[{ BRAZE_REST_URL: 'http://rest.example.com' }, 'has to begin with https://'],
])('refuses %j', async (env, words) => {
	const { code, output } = await check({ ...campaign(), ...env }, '--yes');
	expect(output).toContain(words);
	expect(code).toBe(1);
	expect(workspace.sandbox.requests).toHaveLength(0);
});
