import { backoff, Pace, pause } from '../../../nodes/BrazeSchedule/transport/pace';

beforeEach(() => {
	jest.useFakeTimers();
});
afterEach(() => {
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

describe('how many requests go out at once', () => {
	test.each([1, 2, 3, 8])('never more than %i, and in the end all', async (most) => {
		const pace = new Pace(most);
		const { settle, finishOne, ...seen } = office(pace, 40);
		await settle();
		for (let job = 0; job < 40; job += 1) {
			pace.wentWell();
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
			for (let answer = 0; answer < answers; answer += 1) pace.wentWell();
			await settle();
			expect(inside()).toBe(expected);
		}
	}

	test('a few to begin with, twice as many after each round of good answers, up to the bound', async () => {
		await grows(new Pace(20), [
			[0, 4],
			[1, 5],
			[3, 8],
			[8, 16],
			[4, 20],
			[50, 20],
		]);
	});

	test('one more after each round of good answers once Braze has pushed back', async () => {
		const pace = new Pace(8);
		pace.pushedBack();
		await grows(pace, [
			[0, 2],
			[1, 2],
			[1, 3],
			[2, 3],
			[1, 4],
			[4, 5],
			[50, 8],
		]);
	});

	test('one more after each round once a window has been closed', async () => {
		const pace = new Pace(8);
		pace.closeUntil(Date.now() + 1000);
		await jest.advanceTimersByTimeAsync(1000);
		await grows(pace, [
			[0, 1],
			[1, 2],
			[1, 2],
			[1, 3],
		]);
	});

	test('half as many after Braze pushed back, and never none', async () => {
		const pace = new Pace(8);
		const { settle, inside, finishOne } = office(pace, 30);
		await settle();
		pace.pushedBack();
		await finishOne();
		await finishOne();
		await finishOne();
		expect(inside()).toBe(2);
		for (let time = 0; time < 5; time += 1) pace.pushedBack();
		await finishOne();
		await finishOne();
		expect(inside()).toBe(1);
		await finishOne();
		expect(inside()).toBe(1);
	});

	test('nobody waits for ever: all jobs come through after any push-back', async () => {
		const pace = new Pace(8);
		const { settle, done, finishOne } = office(pace, 30);
		await settle();
		for (let job = 0; job < 30; job += 1) {
			if (job % 3 === 0) pace.pushedBack();
			else pace.wentWell();
			await finishOne();
		}
		expect(done()).toBe(30);
	});
});

describe('a closed window', () => {
	test('lets nothing out before it opens, and then one to try', async () => {
		const pace = new Pace(8);
		pace.closeUntil(Date.now() + 60_000);
		const { settle, inside } = office(pace, 10);
		await settle();
		await jest.advanceTimersByTimeAsync(59_700);
		expect(inside()).toBe(0);
		await jest.advanceTimersByTimeAsync(600);
		expect(inside()).toBe(1);
	});

	test('lets those who were refused come back one by one', async () => {
		const pace = new Pace(8);
		let inside = 0;
		for (let job = 0; job < 4; job += 1) {
			void pace.enter().then(async () => {
				pace.closeUntil(Date.now() + 1000);
				await pace.comeBack();
				inside += 1;
			});
		}
		await jest.advanceTimersByTimeAsync(2000);
		expect(inside).toBe(1);
		pace.leave();
		await jest.advanceTimersByTimeAsync(0);
		expect(inside).toBe(2);
	});

	test('is not forced by good answers to what went out before', async () => {
		const pace = new Pace(8);
		pace.closeUntil(Date.now() + 1000);
		for (let answer = 0; answer < 4; answer += 1) pace.wentWell();
		const { inside } = office(pace, 10);
		await jest.advanceTimersByTimeAsync(2000);
		expect(inside()).toBe(1);
	});

	test('stays closed until the later of two times', async () => {
		const pace = new Pace(8);
		pace.closeUntil(Date.now() + 60_000);
		pace.closeUntil(Date.now() + 1000);
		const { inside } = office(pace, 1);
		await jest.advanceTimersByTimeAsync(30_000);
		expect(inside()).toBe(0);
		await jest.advanceTimersByTimeAsync(31_000);
		expect(inside()).toBe(1);
	});

	test('that closes again while somebody waits keeps them waiting', async () => {
		const pace = new Pace(8);
		pace.closeUntil(Date.now() + 1000);
		const { inside } = office(pace, 1);
		await jest.advanceTimersByTimeAsync(500);
		pace.closeUntil(Date.now() + 5000);
		await jest.advanceTimersByTimeAsync(4500);
		expect(inside()).toBe(0);
		await jest.advanceTimersByTimeAsync(1000);
		expect(inside()).toBe(1);
	});

	test('is not waited for once the execution is cancelled', async () => {
		const cancel = new AbortController();
		const pace = new Pace(8, cancel.signal);
		pace.closeUntil(Date.now() + 3_600_000);
		let isOver = false;
		void pace.opened().then(() => (isOver = true));
		await jest.advanceTimersByTimeAsync(10_000);
		expect(isOver).toBe(false);
		cancel.abort();
		await jest.advanceTimersByTimeAsync(1000);
		expect(isOver).toBe(true);
	});
});

describe('a pause', () => {
	test.each([0, -5, NaN])('of %d is none', async (milliseconds) => {
		let isOver = false;
		void pause(milliseconds).then(() => (isOver = true));
		await jest.advanceTimersByTimeAsync(0);
		expect(isOver).toBe(true);
	});

	test('of a cancelled execution is none', async () => {
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
