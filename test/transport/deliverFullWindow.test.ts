import { created, JITTER, MINUTE, pretendClock, START } from './context';
import { SECONDS, creates, one, delivery, failureOf, kinds, busy } from './delivery';

pretendClock();

describe('a full window (429)', () => {
	test('the same request goes out again when the window opens', async () => {
		const { results, sent, times } = await delivery(one('create'), (_, earlier) =>
			earlier.length === 0 ? busy(10) : created(),
		);
		expect(times).toEqual([0, 10 * SECONDS + JITTER]);
		expect(sent[1].body).toBe(sent[0].body);
		expect(kinds(results)).toEqual(['accepted']);
	});

	test('as often as it takes within the maximum wait, not only four times', async () => {
		const { results, sent } = await delivery(one('create'), ({ at }, earlier) =>
			earlier.length < 9 ? busy(Math.ceil(at / SECONDS) + 5) : created(),
		);
		expect(sent).toHaveLength(10);
		expect(kinds(results)).toEqual(['accepted']);
	});

	test('nothing else goes out meanwhile', async () => {
		const { sent } = await delivery(
			creates(12),
			(_, earlier) => (earlier.length === 4 ? busy(10) : { ...created(), after: 10 }),
			{ concurrency: 4 },
		);
		const before = sent.filter(({ at }) => at < 10 * SECONDS);
		// Those that were under way already, and the one that was informed.
		expect(before.length).toBeLessThanOrEqual(8);
		expect(sent).toHaveLength(13);
		for (const { at } of sent.slice(before.length)) {
			expect(at).toBeGreaterThanOrEqual(10 * SECONDS + JITTER);
		}
	});

	test('without a time, it is asked again after a while that grows', async () => {
		const { times } = await delivery(one('create'), (_, earlier) =>
			earlier.length < 3 ? busy() : created(),
		);
		expect(times).toEqual([0, 375, 375 + 750, 375 + 750 + 1500]);
	});

	test.each([119, 120])('waits %i seconds of the two minutes it may', async (seconds) => {
		const { results, sent } = await delivery(one('create'), (_, earlier) =>
			earlier.length === 0 ? busy(seconds) : created(),
		);
		expect(sent).toHaveLength(2);
		expect(kinds(results)).toEqual(['accepted']);
	});

	test('beyond that it ends, and says when Braze takes requests again', async () => {
		const { results, times } = await delivery(one('create'), () => busy(1800), {
			maximumWait: 2 * MINUTE,
		});
		expect(times).toEqual([0]);
		expect(failureOf(results[0])).toEqual({
			httpCode: '429',
			message: 'The Braze rate limit has been reached',
			description:
				"Your workspace has used up its requests for now. This request scheduled nothing. Braze accepts requests again at 2026-03-31T09:30:00Z, later than 'Maximum Wait' allows. Run it again after that time",
		});
	});

	test('adds up what one request has waited for windows', async () => {
		const { results, times } = await delivery(one('create'), ({ at }) =>
			busy(Math.floor(at / SECONDS) + 50),
		);
		expect(times).toEqual([0, 50 * SECONDS + JITTER, 100 * SECONDS + JITTER]);
		expect(kinds(results)).toEqual(['refused']);
	});

	test('waiting for a turn uses up nothing of the maximum wait', async () => {
		const { results, times } = await delivery(
			creates(6),
			({ at }, earlier) =>
				earlier.length % 2 === 0 ? busy(Math.floor(at / SECONDS) + 50) : created(),
			{ concurrency: 1 },
		);
		expect(kinds(results)).toEqual(Array(6).fill('accepted'));
		expect(times.at(-1)).toBeGreaterThan(2 * 2 * MINUTE);
	});

	test('without a time, the words do not name one', async () => {
		const { results, times } = await delivery(one('create'), () => busy());
		expect(kinds(results)).toEqual(['refused']);
		expect(failureOf(results[0]).description).toBe(
			"Your workspace has used up its requests for now. This request scheduled nothing. Braze did not say when it accepts requests again, and 'Maximum Wait' has run out. Run it again later",
		);
		expect(times.at(-1)).toBeLessThanOrEqual(2 * MINUTE);
	});

	test('then the others are not even sent, and say the same', async () => {
		const { results, sent } = await delivery(creates(10), () => busy(1800), { concurrency: 1 });
		expect(sent).toHaveLength(1);
		expect(results).toHaveLength(10);
		for (const result of results) {
			expect(result.outcome.kind).toBe('refused');
			expect(failureOf(result).message).toBe('The Braze rate limit has been reached');
			expect(failureOf(result).description).toContain('again at 2026-03-31T09:30:00Z');
		}
	});

	test('one request that has waited too long does not end the patience of the next', async () => {
		// Each window is short, but there are many of them.
		const { results, sent } = await delivery(
			creates(2),
			({ at, body }) => (body.includes('"u0"') ? busy(Math.ceil(at / SECONDS) + 40) : created()),
			{ concurrency: 1 },
		);
		expect(kinds(results)).toEqual(['refused', 'accepted']);
		expect(failureOf(results[0]).description).toContain("later than 'Maximum Wait' allows");
		expect(sent.filter(({ body }) => body.includes('"u0"'))).toHaveLength(3);
	});

	test('an answer that says the window is used up closes it before the next request', async () => {
		const usedUp = {
			'X-RateLimit-Remaining': '0',
			'X-RateLimit-Reset': String(START / 1000 + 30),
		};
		const { times, results } = await delivery(
			creates(3),
			(_, earlier) => (earlier.length === 0 ? { ...created(), headers: usedUp } : created()),
			{ concurrency: 1 },
		);
		expect(times).toEqual([0, 30 * SECONDS + JITTER, 30 * SECONDS + JITTER]);
		expect(kinds(results)).toEqual(['accepted', 'accepted', 'accepted']);
	});

	test.each([
		['longer than anybody would wait', { 'X-RateLimit-Remaining': '0' }, 1800],
		['not used up', { 'X-RateLimit-Remaining': '1' }, 30],
	])('a window that is %s does not hold up the next request', async (_, headers, seconds) => {
		const reset = { 'X-RateLimit-Reset': String(START / 1000 + seconds) };
		const { times } = await delivery(
			creates(3),
			() => ({ ...created(), headers: { ...headers, ...reset } }),
			{ concurrency: 1 },
		);
		expect(times).toEqual([0, 0, 0]);
	});

	test('a window is waited for that ends just within the maximum wait', async () => {
		const { times } = await delivery(
			creates(2),
			() => ({
				...created(),
				headers: {
					'X-RateLimit-Remaining': '0',
					'X-RateLimit-Reset': String(START / 1000 + 120),
				},
			}),
			{ concurrency: 1, maximumWait: 2 * MINUTE },
		);
		expect(times).toEqual([0, 120 * SECONDS + JITTER]);
	});
});
