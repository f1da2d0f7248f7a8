import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { composeUpdate } from '../../nodes/BrazeSchedule/domain/drafts';
import { batchesOf, batchOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { Batch, Part } from '../../nodes/BrazeSchedule/domain/requests';
import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import type { Delivered } from '../../nodes/BrazeSchedule/transport/deliver';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledgerMemory';
import { BACKOFF, created, fault, JITTER, MINUTE, pretendClock, START } from './context';
import type { Reply, Sent } from './context';
import { createDraft, draftFor } from '../domain/drafts';
import {
	campaign,
	SECONDS,
	person,
	creates,
	one,
	delivery,
	failureOf,
	kinds,
	busy,
	broken,
	gateFor,
	REFUSAL,
} from './delivery';
import type { Script } from './delivery';

pretendClock();

describe('one request', () => {
	test('goes out once, as JSON text, to the path of its operation', async () => {
		const { results, sent } = await delivery(creates(1), () => created('s-7'));
		expect(sent.map(({ options }) => options)).toEqual([
			{
				method: 'POST',
				url: 'https://rest.iad-01.braze.com/campaigns/trigger/schedule/create',
				headers: { 'Content-Type': 'application/json' },
				body: JSON.stringify({
					campaign_id: 'c-1',
					schedule: { time: '2026-03-31T07:00:00Z' },
					recipients: [{ external_user_id: 'u0' }],
				}),
				timeout: 30_000,
				json: true,
				returnFullResponse: true,
				ignoreHttpStatusErrors: true,
				encoding: 'stream',
				disableFollowRedirect: true,
			},
		]);
		expect(results).toEqual([
			{
				item: 0,
				draft: expect.objectContaining({ item: 0, operation: 'create' }),
				people: [{ external_user_id: 'u0' }],
				counting: 1,
				schedule: { time: '2026-03-31T07:00:00Z' },
				request: expect.objectContaining({ operation: 'create' }),
				asOf: START,
				outcome: {
					kind: 'accepted',
					queued: false,
					body: { message: 'success', schedule_id: 's-7', dispatch_id: 'd-1' },
					warnings: [],
				},
			},
		]);
	});

	test('what comes back is without the key', async () => {
		const { results } = await delivery(one('create'), () => ({
			statusCode: 400,
			body: { message: 'Bad header: Bearer the-key' },
		}));
		expect(failureOf(results[0]).message).toBe(
			'Braze refused the request: Bad header: Bearer [hidden]',
		);
	});

	test.each(['ECONNRESET', 'ETIMEDOUT', 'ECONNABORTED', 'ERR_CANCELED'])(
		'a create that may have arrived is not repeated (%s)',
		async (code) => {
			const { results, sent } = await delivery(one('create'), () => fault(code));
			expect(kinds(results)).toEqual(['unknown']);
			expect(sent).toHaveLength(1);
		},
	);

	test.each([500, 502, 503, 599, 400, 403, 404, 302])(
		'a create is not repeated after %i',
		async (statusCode) => {
			const { sent } = await delivery(one('create'), () => ({ statusCode }));
			expect(sent).toHaveLength(1);
		},
	);

	test('a create that never left is tried four times, waiting longer each time', async () => {
		const { results, times } = await delivery(one('create'), () => fault('ENOTFOUND'));
		expect(times).toEqual([0, 375, 375 + 750, 375 + 750 + 1500]);
		expect(kinds(results)).toEqual(['refused']);
	});

	test.each(['update', 'delete'] as const)(
		'%s can be repeated, so it is tried four times',
		async (operation) => {
			const { results, sent } = await delivery(one(operation), () => broken);
			expect(sent).toHaveLength(4);
			expect(kinds(results)).toEqual(['unknown']);
			const better = await delivery(one(operation), (_, earlier) =>
				earlier.length < 3 ? broken : { statusCode: 200, body: { message: 'success' } },
			);
			expect(better.sent).toHaveLength(4);
			expect(kinds(better.results)).toEqual(['accepted']);
		},
	);
});

describe('many requests', () => {
	test('the results are in the order of the items, whichever answer comes first', async () => {
		const { results } = await delivery(
			creates(6),
			({ body }) => {
				const number = Number(/"u(\d)"/.exec(body)?.[1]);
				return { ...created(`s-${number}`), after: 1000 - 100 * number };
			},
			{ concurrency: 3 },
		);
		expect(results.map(({ item }) => item)).toEqual([0, 1, 2, 3, 4, 5]);
		expect(results.map(({ outcome }) => outcome)).toEqual(
			[0, 1, 2, 3, 4, 5].map((number) =>
				expect.objectContaining({
					body: { message: 'success', schedule_id: `s-${number}`, dispatch_id: 'd-1' },
				}),
			),
		);
	});

	test.each([1, 2, 3])('never more than %i at once', async (concurrency) => {
		const { sent } = await delivery(creates(20), () => ({ ...created(), after: 10 }), {
			concurrency,
		});
		expect(sent).toHaveLength(20);
		expect(Math.max(...sent.map(({ underWay }) => underWay))).toBe(concurrency);
	});

	test('four to begin with, more while answers are good, up to what is allowed', async () => {
		const { sent } = await delivery(creates(200), () => ({ ...created(), after: 10 }), {
			concurrency: 16,
		});
		expect(sent.slice(0, 4).map(({ at }) => at)).toEqual([0, 0, 0, 0]);
		expect(sent[4].at).toBe(10);
		expect(Math.max(...sent.map(({ underWay }) => underWay))).toBe(16);
	});

	test.each([
		['faults of its own', () => ({ ...broken, after: 10 })],
		['connections that break', () => fault('ECONNRESET')],
	])('no more than at the beginning while Braze has %s', async (_, script) => {
		const { sent } = await delivery(creates(60), script, { concurrency: 16 });
		expect(sent).toHaveLength(60);
		expect(sent.filter(({ underWay }) => underWay > 1).length).toBeLessThan(8);
	});

	test('refusals are answers, but no reason to hurry', async () => {
		const { sent } = await delivery(creates(60), () => ({ statusCode: 400, after: 10 }), {
			concurrency: 16,
		});
		expect(Math.max(...sent.map(({ underWay }) => underWay))).toBe(4);
		expect(sent.filter(({ underWay }) => underWay === 4).length).toBeGreaterThan(10);
	});
});

describe('when the execution is canceled', () => {
	const CANCELED = {
		message: 'The execution was canceled before this request was sent',
		description: 'This request scheduled nothing',
	};

	test('before it begins, nothing is sent or written down', async () => {
		const gate = gateFor();
		const { results, sent } = await delivery(creates(1), () => created(), {
			cancelAfter: 0,
			gate,
		});
		expect(sent).toHaveLength(0);
		expect(gate.asked).toEqual([]);
		expect(kinds(results)).toEqual(['refused']);
		expect(failureOf(results[0])).toEqual(CANCELED);
	});

	test('the rest is not sent; what was under way keeps its result as it came', async () => {
		const { results, sent } = await delivery(creates(10), () => ({ ...created(), after: 1000 }), {
			concurrency: 2,
			cancelAfter: 500,
		});
		expect(sent).toHaveLength(2);
		expect(kinds(results)).toEqual(['accepted', 'accepted', ...Array(8).fill('refused')]);
		expect(failureOf(results[9])).toEqual(CANCELED);
	});

	test('where n8n knows no such thing, everything is sent', async () => {
		const { results } = await delivery(
			[...creates(2), ...one('update')],
			(_, earlier) => (earlier.length === 2 ? broken : created()),
			{ cancellable: false, concurrency: 1 },
		);
		expect(kinds(results)).toEqual(['accepted', 'accepted', 'accepted']);
	});

	test('while it waits for a window, it is a refusal', async () => {
		const { results, sent } = await delivery(one('create'), () => busy(60), {
			cancelAfter: 5 * SECONDS,
		});
		expect(sent).toHaveLength(1);
		expect(failureOf(results[0]).message).toBe('The Braze rate limit has been reached');
		expect(Date.now() - START).toBeLessThan(6 * SECONDS);
	});

	test('while it waits for another try, it is what the last try was', async () => {
		const { results, sent } = await delivery(one('update'), () => broken, { cancelAfter: 100 });
		expect(sent).toHaveLength(1);
		expect(kinds(results)).toEqual(['unknown']);
		expect(Date.now() - START).toBeLessThan(BACKOFF[0]);
	});

	test('a request that waited for its gate is not sent either', async () => {
		const gate = gateFor({ takes: 5 * SECONDS });
		const { results, sent } = await delivery(creates(1), () => created(), {
			gate,
			cancelAfter: 100,
		});
		expect(sent).toHaveLength(0);
		expect(failureOf(results[0])).toEqual(CANCELED);
		expect(gate.noted).toEqual([[['u0'], 'refused']]);
	});
});

describe('what the ledger knows afterwards', () => {
	const again = async (operation: 'create' | 'update', script: Script) => {
		const store: LedgerStore = {};
		await delivery(one(operation), script, { store });
		const ledger = new Ledger(store, (item) => ({ run: 'run', item: String(item) }));
		return ledger.recallAll([draftFor(campaign, operation)])[0];
	};

	test('an accepted request is not to be sent again', async () => {
		const { recalled, rest } = await again('create', () => created('s-3'));
		expect(rest).toBeUndefined();
		expect(recalled[0].outcome).toMatchObject({ kind: 'accepted', body: { schedule_id: 's-3' } });
	});

	test('a refused one is', async () => {
		const { recalled, rest } = await again('create', () => ({ statusCode: 400 }));
		expect(recalled).toEqual([]);
		expect(rest).toMatchObject(draftFor(campaign, 'create'));
	});

	test('a create that was lost is not', async () => {
		const { recalled, rest } = await again('create', () => fault('ECONNRESET'));
		expect(rest).toBeUndefined();
		expect(recalled[0].outcome).toMatchObject({
			kind: 'unknown',
			failure: {
				message:
					'The connection to Braze was lost before the answer arrived, so the outcome is unknown',
			},
		});
	});

	test('an update that was lost is', async () => {
		expect((await again('update', () => broken)).rest).toMatchObject(draftFor(campaign, 'update'));
	});
});

describe('a gate', () => {
	const draftFrom = (item: number, id: string) =>
		createDraft({ item, to: { sendTo: 'recipients', recipients: [person(id)] } });
	const recipientsOf = ({ body }: Sent) => (JSON.parse(body) as { recipients: unknown }).recipients;
	const byItem = (results: Delivered[]) => [...results].sort((a, b) => a.item - b.item);

	test('is asked about every request, before it leaves, and told once what became of it', async () => {
		const gate = gateFor({ takes: 2 * SECONDS });
		const { results, times } = await delivery(
			creates(2),
			(_, earlier) => (earlier.length === 0 ? created() : { statusCode: 400 }),
			{ gate },
		);
		expect(gate.asked).toEqual([['u0'], ['u1']]);
		expect(times).toEqual([2000, 2000]);
		expect(gate.noted).toEqual([
			[['u0'], 'accepted'],
			[['u1'], 'refused'],
		]);
		expect(kinds(results)).toEqual(['accepted', 'refused']);
	});

	test('is reported once, however often a request is tried', async () => {
		const gate = gateFor();
		const { sent } = await delivery(one('update'), () => broken, { gate });
		expect(sent).toHaveLength(4);
		expect(gate.asked).toHaveLength(1);
		expect(gate.askedAgain).toHaveLength(4);
		expect(gate.noted).toEqual([[[], 'unknown']]);
	});

	test('that refuses a request keeps it back, and learns nothing', async () => {
		const gate = gateFor({ refuses: ['u0'] });
		const { results, sent } = await delivery(creates(1), () => created(), { gate });
		expect(sent).toHaveLength(0);
		expect(kinds(results)).toEqual(['refused']);
		expect(failureOf(results[0])).toEqual(REFUSAL);
		expect(gate.askedAgain).toEqual([]);
		expect(gate.noted).toEqual([]);
	});

	test('the others of the same request still go out, without those who are refused', async () => {
		const gate = gateFor({ refuses: ['bob'] });
		const batches = group([draftFrom(0, 'ada'), draftFrom(1, 'bob'), draftFrom(2, 'cy')], true);
		expect(batches).toHaveLength(1);
		const { results, sent } = await delivery(batches, () => created(), { gate });
		expect(sent.map(recipientsOf)).toEqual([[person('ada'), person('cy')]]);
		expect(kinds(byItem(results))).toEqual(['accepted', 'refused', 'accepted']);
		expect(gate.asked).toEqual([['ada', 'bob', 'cy']]);
		expect(gate.noted).toEqual([[['ada', 'cy'], 'accepted']]);
	});

	test('someone whose later entry is refused counts by the earlier one', async () => {
		const drafts = [draftFrom(0, 'ada'), draftFrom(1, 'ada')];
		const refuseLast = {
			...gateFor(),
			admit: async (parts: Part[]) =>
				parts.map(({ draft }) => (draft.item === 1 ? REFUSAL : undefined)),
		};
		const { results } = await delivery(group(drafts, true), () => created(), { gate: refuseLast });
		expect(byItem(results).map(({ counting }) => counting)).toEqual([1, 1]);
		expect(kinds(byItem(results))).toEqual(['accepted', 'refused']);
	});

	test('a cancellation for several references still goes out for those that are not refused', async () => {
		const drafts = [0, 1, 2].map((item) => draftFor(campaign, 'delete', item));
		const refuseFirst = {
			...gateFor(),
			admit: async (parts: Part[]) =>
				await Promise.resolve(parts.map(({ draft }) => (draft.item === 0 ? REFUSAL : undefined))),
		};
		const { results, sent } = await delivery(group(drafts, true), () => created(), {
			gate: refuseFirst,
		});
		expect(sent.map(({ body }) => JSON.parse(body) as unknown)).toEqual([
			{ campaign_id: 'c-1', schedule_id: 's-1' },
		]);
		expect(kinds(byItem(results))).toEqual(['refused', 'accepted', 'accepted']);
	});

	test('a part that is refused leaves no trace in the ledger', async () => {
		const store: LedgerStore = {};
		const drafts = [draftFrom(0, 'ada'), draftFrom(1, 'bob')];
		const gate = gateFor({ refuses: ['bob'] });
		await delivery(group(drafts, true), () => created(), { gate, store });
		const ledger = new Ledger(store, (item) => ({ run: 'run', item: String(item) }));
		expect(ledger.recallAll(drafts).map(({ rest }) => rest?.item)).toEqual([undefined, 1]);
	});

	test('that no longer lets a request go, before its first try, is a refusal', async () => {
		const gate = gateFor({ stillSends: [false] });
		const { results, sent } = await delivery(creates(1), () => created(), { gate });
		expect(sent).toHaveLength(0);
		expect(kinds(results)).toEqual(['refused']);
		expect(failureOf(results[0])).toEqual({
			message: 'n8n was stalled for so long that this request was not sent',
			description:
				'This request scheduled nothing. Another execution may be at work on its reference. Run this item again',
		});
		expect(gate.noted).toEqual([[['u0'], 'refused']]);
	});

	test('that no longer lets it be repeated leaves its outcome unknown', async () => {
		const gate = gateFor({ stillSends: [true, false] });
		const { results, sent } = await delivery(one('delete'), () => broken, { gate });
		expect(sent).toHaveLength(1);
		expect(kinds(results)).toEqual(['unknown']);
		expect(failureOf(results[0])).toEqual({
			message:
				'n8n was stalled for so long that this request was not repeated, so the outcome is unknown',
			description: expect.stringMatching(
				/^An earlier request got no answer\. You can run it again/,
			),
		});
		expect(gate.noted).toEqual([[[], 'unknown']]);
	});

	test('is asked again after a wait for the rate limit', async () => {
		const gate = gateFor({ stillSends: [true, false] });
		const { results, sent } = await delivery(creates(1), () => busy(60), { gate });
		expect(sent).toHaveLength(1);
		expect(kinds(results)).toEqual(['refused']);
	});

	test('a cancellation that an earlier execution may have sent for one of its items is a repetition', async () => {
		const parts = [false, true].map((mayBeDone, item) => {
			const under = {
				reference: `order-${item}`,
				intent: 'delete',
				forEveryone: true,
				stopIfNotFound: false,
				name: '',
				deed: 'delete',
				mayBeDone,
			} as const;
			return { draft: { ...draftFor(campaign, 'delete', item), under }, counting: 0 };
		});
		const send = async (some: typeof parts) => {
			const { results } = await delivery([batchOf(some)], () => ({
				statusCode: 400,
				body: { message: 'Invalid schedule_id' },
			}));
			return results;
		};
		const [ofOne, ofBoth] = [await send(parts.slice(0, 1)), await send(parts)];
		expect(kinds(ofOne)).toEqual(['refused']);
		expect(kinds(ofBoth)).toEqual(['unknown', 'unknown']);
		expect(failureOf(ofBoth[0]).message).toContain('probably canceled');
	});
});

describe('a time that passes while a request waits', () => {
	const at = (time: string, more: object = {}) =>
		batchesOf(createDraft({ schedule: { time, ...more } }));
	const waits: Script = (_, earlier) => (earlier.length === 0 ? busy(90) : created());
	const warningsOf = ([{ outcome }]: Delivered[]) =>
		outcome.kind === 'accepted' ? outcome.warnings : outcome.kind;

	test.each<[string, Batch[], string]>([
		[
			'exact',
			at('2026-03-31T09:01:00Z'),
			'The time, 2026-03-31T09:01:00Z, passed while this request was waiting. Braze does not say whether it sends such a message at once or not at all',
		],
		[
			'local',
			at('2026-03-30T21:01:00', { in_local_time: true }),
			"The time, 2026-03-30T21:01:00 in each user's local time, passed in every time zone while this request was waiting, so Braze may not send the message",
		],
	])('%s: the result says so', async (_, batches, warning) => {
		expect(warningsOf((await delivery(batches, waits)).results)).toEqual([warning]);
	});

	test('optimal: the result says so', async () => {
		const batches = at('2026-03-29T00:00:00', { at_optimal_time: true });
		const { results } = await delivery(batches, waits, { readAt: START - 24 * 60 * MINUTE });
		expect(warningsOf(results)).toEqual([expect.stringContaining('optimal time on 2026-03-29')]);
	});

	test.each<[string, Batch[]]>([
		['is still ahead', at('2026-03-31T09:02:00Z')],
		['is still ahead somewhere', at('2026-03-30T22:00:00', { in_local_time: true })],
		['had passed before', at('2026-03-31T09:00:00Z')],
	])('one that %s needs no such words', async (_, batches) => {
		expect(warningsOf((await delivery(batches, waits)).results)).toEqual([]);
	});

	test('an update that is repeated looks at the clock again', async () => {
		const batches = batchesOf(
			composeUpdate(
				{ item: 0, target: campaign, id: 'c-1', scheduleId: 's-1' },
				{ time: '2026-03-31T09:00:01Z' },
				noFindings(),
			),
		);
		const { results } = await delivery(batches, (_, earlier) =>
			earlier.length < 2 ? broken : created(),
		);
		expect(warningsOf(results)).toEqual([expect.stringContaining('passed while')]);
	});
});

describe.each([
	['slow', 300],
	['fast', -300],
])('a clock that is five minutes %s', (_, ahead) => {
	/** By Braze's clock, so long after it has answered. */
	const header = (seconds: number, now = Date.now()) => ({
		date: new Date(now + ahead * SECONDS).toUTCString(),
		'x-ratelimit-reset': String(START / 1000 + ahead + seconds),
	});
	const dated = (reply: Reply, seconds = 0): Reply => ({
		...reply,
		headers: { ...reply.headers, ...header(seconds) },
	});

	test('waits for a window as long as Braze means', async () => {
		const { results, times } = await delivery(one('create'), (__, earlier) =>
			earlier.length === 0 ? dated(busy(), 60) : dated(created()),
		);
		expect(kinds(results)).toEqual(['accepted']);
		expect(Math.abs(Number(times[1]) - 60 * SECONDS)).toBeLessThanOrEqual(SECONDS + JITTER);
	});

	test('waits for a used-up window as long as Braze means', async () => {
		const { times } = await delivery(
			creates(2),
			() => {
				const reply = dated(created(), 60);
				return { ...reply, headers: { ...reply.headers, 'x-ratelimit-remaining': '0' } };
			},
			{ concurrency: 1 },
		);
		expect(Math.abs(Number(times[1]) - 60 * SECONDS)).toBeLessThanOrEqual(SECONDS + JITTER);
	});

	test("names the moment of Braze's clock at which a window opens", async () => {
		const { results } = await delivery(one('create'), () => dated(busy(), 1800));
		const opening = new Date(START + (ahead + 1800) * SECONDS).toISOString().replace('.000', '');
		expect(failureOf(results[0]).description).toContain(`accepts requests again at ${opening}`);
	});

	test("does not hide that a time passes by Braze's clock while the request waits", async () => {
		const time = (seconds: number) =>
			new Date(START + (ahead + seconds) * SECONDS).toISOString().replace('.000', '');
		const lateness = async (seconds: number) => {
			jest.setSystemTime(START);
			const batches = batchesOf(createDraft({ schedule: { time: time(seconds) } }));
			const [{ outcome }] = (
				await delivery(batches, (__, earlier) =>
					earlier.length === 0 ? dated(busy(), 60) : dated(created()),
				)
			).results;
			return outcome.kind === 'accepted' ? outcome.warnings : outcome.kind;
		};
		expect(await lateness(30)).toEqual([expect.stringContaining('passed while this request')]);
		expect(await lateness(90)).toEqual([]);
		// It had passed before.
		expect(await lateness(-30)).toEqual([]);
	});
});
