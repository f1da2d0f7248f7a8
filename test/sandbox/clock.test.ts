import { startSandbox } from '../../sandbox';
import { NOON } from './braze';

it('runs on by itself unless it is frozen', async () => {
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

it('is the real time when nothing else was asked for', async () => {
	const before = Date.now();
	const sandbox = await startSandbox();
	const now = sandbox.clock.now();
	await sandbox.close();

	expect(now).toBeGreaterThanOrEqual(before);
	expect(now).toBeLessThanOrEqual(Date.now());
});

it('does not take what is no time', async () => {
	const sandbox = await startSandbox({ now: NOON, frozen: true });
	expect(() => sandbox.clock.set('noon')).toThrow(RangeError);
	expect(() => sandbox.clock.advance(NaN)).toThrow(RangeError);
	expect(sandbox.clock.iso()).toBe(NOON);
	await sandbox.close();
});
