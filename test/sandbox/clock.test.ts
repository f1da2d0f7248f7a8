import { startSandbox } from '../../sandbox';
import { campaignCreate, NOON, paths, useSandbox } from './braze';

it('runs unless it is frozen', async () => {
	const sandbox = await startSandbox({ now: NOON });
	const { clock } = sandbox;
	const start = clock.now();
	while (clock.now() === start);
	expect(clock.now()).toBeGreaterThan(Date.parse(NOON));

	clock.freeze();
	clock.set('2030-01-01T00:00:00Z');
	clock.advance(1500);
	expect(clock.iso()).toBe('2030-01-01T00:00:01.500Z');

	clock.resume();
	const resumed = clock.now();
	while (clock.now() === resumed);
	expect(clock.now()).toBeGreaterThan(Date.parse('2030-01-01T00:00:01.500Z'));
	await sandbox.close();
});

it('is in real time by default', async () => {
	const before = Date.now();
	const sandbox = await startSandbox();
	const now = sandbox.clock.now();
	await sandbox.close();

	expect(now).toBeGreaterThanOrEqual(before);
	expect(now).toBeLessThanOrEqual(Date.now());
});

it('refuses an invalid time', async () => {
	const sandbox = await startSandbox({ now: NOON, frozen: true });
	expect(() => sandbox.clock.set('noon')).toThrow(RangeError);
	expect(() => sandbox.clock.advance(NaN)).toThrow(RangeError);
	expect(sandbox.clock.iso()).toBe(NOON);
	await sandbox.close();
});

describe('the Date of every answer', () => {
	const braze = useSandbox();
	const dateOf = async (path = paths.campaign.create) =>
		(await braze.post(path, campaignCreate())).headers.get('date');

	it("is the sandbox's clock", async () => {
		expect(await dateOf()).toBe('Tue, 10 Mar 2026 12:00:00 GMT');
		braze.sandbox.clock.advance(90_000);
		expect(await dateOf()).toBe('Tue, 10 Mar 2026 12:01:30 GMT');
		expect(await dateOf('/nowhere')).toBe('Tue, 10 Mar 2026 12:01:30 GMT');
	});

	it.each(['status', 'html', 'redirect', 'http10Close', 'queued', 'emptyBody'] as const)(
		'is there with the fault %s too, and once',
		async (kind) => {
			braze.sandbox.fault({ kind });
			expect(await dateOf()).toBe('Tue, 10 Mar 2026 12:00:00 GMT');
		},
	);

	it.each([
		['another one', 'Tue, 10 Mar 2026 13:00:00 GMT'],
		['none', null],
	])('is %s if a fault sets it', async (_, date) => {
		braze.sandbox.fault({ kind: 'headers', headers: { Date: date } });
		expect(await dateOf()).toBe(date);
	});
});
