import { backoff, Pace, pause } from '../../nodes/BrazeSchedule/transport/pace';
import { MINUTE, START } from './context';

const MAXIMUM_WAIT = 2 * MINUTE;

beforeEach(() => {
	jest.useFakeTimers({ now: START });
});
afterEach(() => {
	jest.restoreAllMocks();
	jest.useRealTimers();
});

/** Runs as many jobs as Pace lets through, and says how many are at work. */
function office(pace: Pace, jobs: number) {
	let inside = 0;
	let most = 0;
	let done = 0;
	const finish: Array<() => void> = [];
	const work = async () => {
		await pace.enter();
		inside += 1;
		most = Math.max(most, inside);
		await new Promise<void>((resolve) => finish.push(resolve));
		inside -= 1;
		done += 1;
		pace.leave();
	};
	for (let job = 0; job < jobs; job += 1) void work();
	const settle = async () => await jest.advanceTimersByTimeAsync(0);
	return {
		settle,
		inside: () => inside,
		most: () => most,
		done: () => done,
		/** One of those at work is ready. */
		async finishOne() {
			finish.shift()?.();
			await settle();
		},
	};
}

describe('how many requests are under way at once', () => {
	test.each([1, 2, 3, 8])('never more than %i, and all get through', async (most) => {
		const pace = new Pace(most, MAXIMUM_WAIT);
		const { settle, finishOne, ...seen } = office(pace, 40);
		await settle();
		for (let job = 0; job < 40; job += 1) {
			pace.succeeded();
			await finishOne();
		}
		expect(seen.done()).toBe(40);
		expect(seen.most()).toBeLessThanOrEqual(most);
	});

	/** How many are at work after so many more good answers. */
	async function grows(pace: Pace, steps: Array<[answers: number, expected: number]>) {
		const { settle, inside } = office(pace, 100);
		await settle();
		for (const [answers, expected] of steps) {
			for (let answer = 0; answer < answers; answer += 1) pace.succeeded();
			await settle();
			expect(inside()).toBe(expected);
		}
	}

	test('starts with four and doubles with each round of good answers, up to the maximum', async () => {
		await grows(new Pace(20, MAXIMUM_WAIT), [
			[0, 4],
			[1, 5],
			[3, 8],
			[8, 16],
			[4, 20],
			[50, 20],
		]);
	});

	/** A pace with so many requests under way, which will all be finished. */
	async function busy(inUse: number) {
		const pace = new Pace(64, MAXIMUM_WAIT);
		for (let more = 4; more < inUse; more += 1) pace.succeeded();
		const bursts = await Promise.all(Array.from({ length: inUse }, async () => await pace.enter()));
		return { pace, bursts };
	}

	test('after a server error, half of what was in use, then one more with each round', async () => {
		const { pace, bursts } = await busy(4);
		pace.struggled(bursts[0]);
		bursts.forEach(() => pace.leave());
		await grows(pace, [
			[0, 2],
			[1, 2],
			[1, 3],
			[2, 3],
			[1, 4],
			[4, 5],
			[5000, 64],
		]);
	});

	test('after a closed window, half of what was in use, then one more with each good answer', async () => {
		const { pace, bursts } = await busy(12);
		pace.refused({}, bursts[0], Date.now() + 1000);
		bursts.forEach(() => pace.leave());
		await jest.advanceTimersByTimeAsync(2000);
		await grows(pace, [
			[0, 6],
			[1, 7],
			[7, 14],
			[500, 64],
		]);
	});

	test.each([1, 2, 3])('at least one, from %i in use', async (inUse) => {
		const { pace, bursts } = await busy(inUse);
		pace.struggled(bursts[0]);
		bursts.forEach(() => pace.leave());
		const { settle, inside } = office(pace, 10);
		await settle();
		expect(inside()).toBe(1);
	});

	test('several push-backs in one burst halve once', async () => {
		const { pace, bursts } = await busy(32);
		for (const burst of bursts) pace.struggled(burst);
		for (const burst of bursts) pace.refused({}, burst, Date.now() + 1000);
		bursts.forEach(() => pace.leave());
		await jest.advanceTimersByTimeAsync(2000);
		const { settle, inside } = office(pace, 64);
		await settle();
		expect(inside()).toBe(16);
	});

	test('push-backs in consecutive bursts halve each time', async () => {
		const { pace, bursts } = await busy(32);
		for (const burst of bursts) pace.struggled(burst);
		bursts.forEach(() => pace.leave());
		const again = await Promise.all(Array.from({ length: 16 }, async () => await pace.enter()));
		for (const burst of again) pace.struggled(burst);
		again.forEach(() => pace.leave());
		const { settle, inside } = office(pace, 64);
		await settle();
		expect(inside()).toBe(8);
	});

	test('nobody waits forever, whatever Braze answers', async () => {
		const pace = new Pace(8, MAXIMUM_WAIT);
		const { settle, done, finishOne } = office(pace, 30);
		await settle();
		for (let job = 0; job < 30; job += 1) {
			if (job % 3 === 0) pace.struggled(job);
			else pace.succeeded();
			await finishOne();
		}
		expect(done()).toBe(30);
	});
});

describe('what is left of a window', () => {
	/** How many enter after these answers. */
	async function enters(told: Array<[remaining: number, reset?: number]>, wait = 0) {
		const pace = new Pace(16, MAXIMUM_WAIT);
		for (let more = 0; more < 12; more += 1) pace.succeeded();
		for (const [remaining, reset] of told) {
			pace.remains(remaining, reset === undefined ? undefined : START + reset);
		}
		await jest.advanceTimersByTimeAsync(wait);
		const { settle, inside } = office(pace, 30);
		await settle();
		return inside();
	}

	test.each<[string, Array<[number, number?]>, number]>([
		['fewer than allowed at once', [[3, 60_000]], 3],
		['more than allowed at once', [[100, 60_000]], 16],
		[
			'an older answer that comes late',
			[
				[3, 60_000],
				[7, 60_000],
			],
			3,
		],
		[
			'another window',
			[
				[3, 60_000],
				[7, 90_000],
			],
			7,
		],
		['no reset', [[3]], 3],
		['nothing, without a reset', [[0]], 1],
		['nothing, with a reset too far away to wait for', [[0, 3_600_000]], 1],
		['nothing, until the reset', [[0, 60_000]], 0],
	])('%s', async (_, told, expected) => {
		expect(await enters(told)).toBe(expected);
	});

	test('lets one through at a time if the next window is further off than anybody may wait', async () => {
		expect(await enters([[0, MAXIMUM_WAIT]])).toBe(0);
		expect(await enters([[0, MAXIMUM_WAIT + 1000]])).toBe(1);
	});

	test('says nothing about the next window', async () => {
		expect(await enters([[3, 60_000]], 60_000)).toBe(16);
	});

	test('a used-up window reopens for half of what was in use', async () => {
		const pace = new Pace(16, MAXIMUM_WAIT);
		for (let request = 0; request < 4; request += 1) await pace.enter();
		for (let answer = 3; answer >= 0; answer -= 1) {
			pace.remains(answer, START + 10_000);
			pace.remains(answer, START + 10_000);
			pace.leave();
		}
		const { settle, inside } = office(pace, 30);
		await settle();
		expect(inside()).toBe(0);
		await jest.advanceTimersByTimeAsync(10_600);
		expect(inside()).toBe(2);
	});
});

describe('a closed window', () => {
	const REFUSED = {};

	test('lets nothing out before it opens', async () => {
		const pace = new Pace(8, MAXIMUM_WAIT);
		pace.refused(REFUSED, await pace.enter(), START + 60_000);
		pace.leave();
		const { settle, inside } = office(pace, 10);
		await settle();
		await jest.advanceTimersByTimeAsync(59_700);
		expect(inside()).toBe(0);
		await jest.advanceTimersByTimeAsync(900);
		expect(inside()).toBe(1);
	});

	test('lets refused requests go before those that were never sent', async () => {
		const pace = new Pace(1, MAXIMUM_WAIT);
		const order: string[] = [];
		const burst = await pace.enter();
		for (const name of ['new 1', 'new 2']) void pace.enter().then(() => order.push(name));
		pace.refused(REFUSED, burst, START + 1000);
		void pace.comeBack().then(() => order.push('refused'));
		await jest.advanceTimersByTimeAsync(2000);
		expect(order).toEqual(['refused']);
		pace.leave();
		await jest.advanceTimersByTimeAsync(0);
		expect(order).toEqual(['refused', 'new 1']);
	});

	test('stays closed until the later of two resets', async () => {
		const pace = new Pace(8, MAXIMUM_WAIT);
		const bursts = [await pace.enter(), await pace.enter()];
		pace.refused(REFUSED, bursts[0], START + 60_000);
		pace.refused(REFUSED, bursts[1], START + 1000);
		bursts.forEach(() => pace.leave());
		const { inside } = office(pace, 1);
		await jest.advanceTimersByTimeAsync(30_000);
		expect(inside()).toBe(0);
		await jest.advanceTimersByTimeAsync(31_000);
		expect(inside()).toBe(1);
	});

	test('can be prolonged while requests wait', async () => {
		const pace = new Pace(8, MAXIMUM_WAIT);
		const bursts = [await pace.enter(), await pace.enter()];
		pace.refused(REFUSED, bursts[0], START + 1000);
		bursts.forEach(() => pace.leave());
		const { inside } = office(pace, 1);
		await jest.advanceTimersByTimeAsync(500);
		pace.refused(REFUSED, bursts[1], START + 5500);
		await jest.advanceTimersByTimeAsync(4500);
		expect(inside()).toBe(0);
		await jest.advanceTimersByTimeAsync(2000);
		expect(inside()).toBe(1);
	});

	test('is not waited for once the execution is canceled', async () => {
		const cancel = new AbortController();
		const pace = new Pace(8, Infinity, cancel.signal);
		pace.refused(REFUSED, await pace.enter(), START + 3_600_000);
		let isOver = false;
		void pace.comeBack().then(() => (isOver = true));
		await jest.advanceTimersByTimeAsync(10_000);
		expect(isOver).toBe(false);
		cancel.abort();
		await jest.advanceTimersByTimeAsync(1000);
		expect(isOver).toBe(true);
	});
});

describe('a 429 without a reset', () => {
	/** When the window opens after each of these answers, one request at a time. */
	async function openings(answers: string) {
		jest.spyOn(Math, 'random').mockReturnValue(1);
		const pace = new Pace(1, Infinity);
		let burst = await pace.enter();
		const waits: number[] = [];
		for (const answer of answers) {
			if (answer === '+') {
				pace.succeeded();
				pace.leave();
				burst = await pace.enter();
				continue;
			}
			const now = Date.now();
			waits.push(pace.refused({}, burst).at - now);
			const back = pace.comeBack();
			await jest.advanceTimersByTimeAsync(30_000);
			burst = await back;
		}
		return waits;
	}

	test('backs off further with each closing, whichever request was refused', async () => {
		expect(await openings('-----')).toEqual([500, 1000, 2000, 4000, 8000]);
	});

	test('starts again after a success', async () => {
		expect(await openings('---+--+-')).toEqual([500, 1000, 2000, 500, 1000, 500]);
	});

	test('closes the window once for a whole burst', async () => {
		const pace = new Pace(8, MAXIMUM_WAIT);
		const bursts = [await pace.enter(), await pace.enter(), await pace.enter()];
		const [first, ...others] = bursts.map((burst) => pace.refused({}, burst).at);
		expect(first).toBeLessThanOrEqual(START + 500);
		expect(others).toEqual([first, first]);
	});

	test('backs off by one step for a whole burst', async () => {
		jest.spyOn(Math, 'random').mockReturnValue(1);
		const pace = new Pace(8, MAXIMUM_WAIT);
		const bursts = [await pace.enter(), await pace.enter(), await pace.enter()];
		for (const burst of bursts) pace.refused({}, burst);
		const [back] = bursts.map(async () => await pace.comeBack());
		await jest.advanceTimersByTimeAsync(1000);
		const now = Date.now();
		expect(pace.refused({}, await back).at - now).toBe(1000);
	});

	test('closes the window even if a server error of the same burst came first', async () => {
		const pace = new Pace(8, MAXIMUM_WAIT);
		const bursts = [await pace.enter(), await pace.enter()];
		pace.struggled(bursts[0]);
		expect(pace.refused({}, bursts[1]).at).toBeGreaterThan(START);
	});
});

describe('a window that is too far away', () => {
	test('is abandoned: requests stop waiting for it', async () => {
		const pace = new Pace(1, MAXIMUM_WAIT);
		const burst = await pace.enter();
		const { settle, most } = office(pace, 5);
		await settle();
		expect(most()).toBe(0);
		const opening = pace.refused({}, burst, START + MAXIMUM_WAIT + 1000);
		expect(pace.abandonedUntil).toEqual(opening);
		expect(opening).toEqual({ at: START + MAXIMUM_WAIT + 1000, announced: true });
		await settle();
		expect(most()).toBe(5);
	});

	/** Each request is refused again and again until the window is abandoned or time is up. */
	async function refusedInTurn(requests: object[], succeeds = false) {
		const pace = new Pace(1, MAXIMUM_WAIT);
		let burst = await pace.enter();
		for (let round = 0; round < 8 && !pace.abandonedUntil; round += 1) {
			pace.refused(requests[round % requests.length], burst, Date.now() + 30_000);
			const back = pace.comeBack();
			await jest.advanceTimersByTimeAsync(31_000);
			burst = await back;
			if (succeeds && round % 3 === 2) pace.succeeded();
		}
		return pace.abandonedUntil !== undefined;
	}

	test('shows when several requests are refused for longer than the maximum wait', async () => {
		expect(await refusedInTurn([{}, {}])).toBe(true);
	});

	test('is not inferred from one request that is always refused', async () => {
		expect(await refusedInTurn([{}])).toBe(false);
	});

	test('is not inferred while requests succeed in between', async () => {
		expect(await refusedInTurn([{}, {}], true)).toBe(false);
	});
});

describe('a pause', () => {
	test.each([0, -5, NaN])('of %d is none', async (milliseconds) => {
		let isOver = false;
		void pause(milliseconds).then(() => (isOver = true));
		await jest.advanceTimersByTimeAsync(0);
		expect(isOver).toBe(true);
	});

	test('of a canceled execution is none', async () => {
		let isOver = false;
		void pause(60_000, AbortSignal.abort()).then(() => (isOver = true));
		await jest.advanceTimersByTimeAsync(0);
		expect(isOver).toBe(true);
	});
});

test('waits grow with each try, are never the same for all, and stay within half a minute', () => {
	for (let attempt = 0; attempt < 12; attempt += 1) {
		const longest = Math.min(30_000, 500 * 2 ** attempt);
		const waits = Array.from({ length: 200 }, () => backoff(attempt));
		expect(Math.min(...waits)).toBeGreaterThanOrEqual(longest / 2);
		expect(Math.max(...waits)).toBeLessThanOrEqual(longest);
		expect(new Set(waits).size).toBeGreaterThan(100);
	}
});
