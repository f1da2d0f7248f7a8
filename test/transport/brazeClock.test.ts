import { BrazeClock } from '../../nodes/BrazeSchedule/transport/brazeClock';
import { pretendClock, START } from './context';

pretendClock();

const SECONDS = 1000;
const dated = (date: unknown, name = 'date') => ({
	kind: 'response' as const,
	statusCode: 200,
	headers: { [name]: date },
	body: {},
});
const at = (moment: number) => new Date(moment).toUTCString();

function offsetAfter(date: unknown, took = 0, name?: string): number {
	const clock = new BrazeClock();
	jest.setSystemTime(START + took);
	clock.learn(dated(date, name), START);
	return clock.offset;
}

describe("how far Braze's clock is ahead of this machine's", () => {
	test.each([
		['minutes ahead', 300],
		['minutes behind', -300],
		['six seconds ahead', 6],
		['an hour ahead', 3600],
	])('%s', (_, seconds) => {
		expect(offsetAfter(at(START + seconds * SECONDS)) / SECONDS).toBeCloseTo(seconds, -0.5);
		expect(offsetAfter(at(START + seconds * SECONDS), 0, 'Date')).not.toBe(0);
		expect(offsetAfter([at(START + seconds * SECONDS)])).not.toBe(0);
	});

	test.each([-5, -1, 0, 1, 5])('%i seconds are not worth a correction', (seconds) => {
		expect(offsetAfter(at(START + seconds * SECONDS))).toBe(0);
	});

	test('an answer that took a minute may be dated at any moment in between', () => {
		for (const seconds of [0, 30, 60]) {
			expect(offsetAfter(at(START + seconds * SECONDS), 60 * SECONDS)).toBe(0);
		}
		expect(offsetAfter(at(START + 90 * SECONDS), 60 * SECONDS)).toBe(30 * SECONDS);
	});

	const noText = new Date(START + 300 * SECONDS);

	test.each([undefined, null, '', 'soon', 12, {}, [], noText, at(0), at(START + 2 * 86_400_000)])(
		'%p says nothing',
		(date) => {
			expect(offsetAfter(date)).toBe(0);
		},
	);

	test('is a day at most', () => {
		expect(offsetAfter(at(START + 86_400 * SECONDS))).toBe(86_400 * SECONDS);
		expect(offsetAfter(at(START + 86_401 * SECONDS))).toBe(0);
	});

	test('stays the same as long as the answers agree, and follows a clock that was set', () => {
		const clock = new BrazeClock();
		clock.learn(dated(at(START + 300 * SECONDS)), START);
		const first = clock.offset;
		for (const seconds of [302, 305, 295]) {
			clock.learn(dated(at(START + seconds * SECONDS)), START);
			expect(clock.offset).toBe(first);
		}
		clock.learn({ kind: 'fault', code: 'ECONNRESET', neverLeft: false }, START);
		clock.learn(dated(undefined), START);
		expect(clock.offset).toBe(first);
		clock.learn(dated(at(START + 5 * SECONDS)), START);
		expect(clock.offset).toBe(0);
	});

	test("tells Braze's time", () => {
		const clock = new BrazeClock();
		clock.learn(dated(at(START + 300 * SECONDS)), START);
		expect(clock.now()).toBe(START + 300 * SECONDS);
		expect(clock.toBraze(START)).toBe(START + 300 * SECONDS);
		expect(clock.toOurs(START + 300 * SECONDS)).toBe(START);
	});
});
