import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import { deliver } from '../../nodes/BrazeSchedule/transport/deliver';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import { seededRandom } from '../../sandbox/random';
import { CONNECTION, context, created, outcomeOf, pretendClock, START } from './context';
import type { Reply } from './context';
import { createDraft } from '../domain/drafts';

pretendClock();

const SECONDS = 1000;
const MAXIMUM_WAIT = 120 * SECONDS;
/** The longest an answer takes. */
const LATENCY = 150;
/** The longest wait after the first 429 without a reset. */
const FIRST_PAUSE = 500;
/** The most that is added to an announced reset. */
const JITTER = 500;

interface Simulation {
	requests: number;
	concurrency: number;
	seed: number;
	/** What Braze answers, given the time since the start. */
	answer: (at: number, random: () => number) => Reply;
}

/** Delivers everything on virtual time. */
async function simulate({ requests, concurrency, seed, answer }: Simulation) {
	const random = seededRandom(seed);
	jest.spyOn(Math, 'random').mockImplementation(random);
	const batches = Array.from({ length: requests }, (_, item) =>
		createDraft({
			item,
			to: { sendTo: 'recipients', recipients: [{ external_user_id: `u${item}` }] },
		}),
	).flatMap(batchesOf);
	const { self, sent } = context(({ at }) => ({
		...answer(at, random),
		after: Math.round(LATENCY * (1 / 3 + (2 / 3) * random())),
	}));
	let took = 0;
	const results = await outcomeOf(
		deliver
			.call(self, batches, {
				connection: CONNECTION,
				ledger: new Ledger({}, (item) => ({ run: 'run', item: String(item) })),
				readAt: START,
				concurrency,
				maximumWait: MAXIMUM_WAIT,
				timeout: 30 * SECONDS,
			})
			.finally(() => {
				took = Date.now() - START;
			}),
	);
	const givenUp = results.filter(({ outcome }) => outcome.kind !== 'accepted').length;
	return { took, givenUp, attempts: sent.length, sent };
}

const full = (headers: Record<string, unknown> = {}): Reply => ({
	statusCode: 429,
	headers,
	body: { message: 'Too many requests' },
});

/** Braze counts in windows that begin on the clock. */
function windows(limit: number, length: number, withHeaders: boolean) {
	const used = new Map<number, number>();
	return (at: number): Reply => {
		const window = Math.floor(at / length);
		const before = used.get(window) ?? 0;
		const headers = withHeaders
			? {
					'X-RateLimit-Remaining': String(Math.max(0, limit - before - 1)),
					'X-RateLimit-Reset': String((START + (window + 1) * length) / SECONDS),
				}
			: {};
		if (before >= limit) return full(headers);
		used.set(window, before + 1);
		return { ...created(), headers };
	};
}

const SEEDS = [1, 2, 3];

describe.each(SEEDS)('fairness under a tight limit (seed %i)', (seed) => {
	test.each([
		['with', true],
		['without', false],
	])(
		'25 requests per 6 seconds, 64 at once, %s rate-limit headers: all 300 get through',
		async (_, withHeaders) => {
			const length = 6 * SECONDS;
			const { took, givenUp, attempts } = await simulate({
				requests: 300,
				concurrency: 64,
				seed,
				answer: windows(25, length, withHeaders),
			});
			expect(givenUp).toBe(0);
			expect(took).toBeLessThanOrEqual(2 * Math.ceil(300 / 25) * length);
			// Obeying the headers, hardly any request is refused at all.
			expect(attempts).toBeLessThanOrEqual(withHeaders ? 310 : 3 * 300);
		},
	);

	/**
	 * Every refusal closes the window for everybody, so the requests go out in bursts: at best as
	 * many at once as allowed, followed by an answer and the pause. Three requests are needed for
	 * two that are accepted.
	 */
	const bound = (requests: number, concurrency: number, pause: number) =>
		2 * ((requests * 1.5) / concurrency) * (LATENCY + pause);

	test.each([8, 64])(
		'a third of all answers is 429 without headers, %i at once: all 2,000 get through',
		async (concurrency) => {
			const { took, givenUp } = await simulate({
				requests: 2000,
				concurrency,
				seed,
				answer: (_, random) => (random() < 1 / 3 ? full() : created()),
			});
			expect(givenUp).toBe(0);
			expect(took).toBeLessThanOrEqual(bound(2000, concurrency, FIRST_PAUSE));
		},
	);

	test.each([8, 64])(
		'a third of all answers is 429 with a reset in one second, %i at once: all 2,000 get through',
		async (concurrency) => {
			const { took, givenUp } = await simulate({
				requests: 2000,
				concurrency,
				seed,
				answer: (at, random) =>
					random() < 1 / 3
						? full({ 'X-RateLimit-Reset': String(Math.floor((START + at) / SECONDS) + 1) })
						: created(),
			});
			expect(givenUp).toBe(0);
			expect(took).toBeLessThanOrEqual(bound(2000, concurrency, SECONDS + JITTER));
		},
	);
});

test('a workspace whose limit never opens ends after the maximum wait, not once per request', async () => {
	const { took, givenUp } = await simulate({
		requests: 500,
		concurrency: 8,
		seed: 1,
		answer: () => full(),
	});
	expect(givenUp).toBe(500);
	expect(took).toBeLessThanOrEqual(2 * MAXIMUM_WAIT);
});
