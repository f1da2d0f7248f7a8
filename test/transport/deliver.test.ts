import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { composeUpdate } from '../../nodes/BrazeSchedule/domain/drafts';
import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { Batch } from '../../nodes/BrazeSchedule/domain/requests';
import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import type { Delivered } from '../../nodes/BrazeSchedule/transport/deliver';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledger';
import { BACKOFF, created, fault, JITTER, MINUTE, pretendClock, START } from './context';
import type { Reply } from './context';
import { createDraft, draftFor } from '../domain/drafts';
import {
	campaign,
	SECONDS,
	person,
	creates,
	one,
	keyStore,
	delivery,
	failureOf,
	kinds,
	busy,
	broken,
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
		expect(failureOf(results[0]).message).toBe('Braze refused the request: Bad header: Bearer [hidden]');
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

describe('when the execution is cancelled', () => {
	const CANCELLED = {
		message: 'The execution was canceled before this request was sent',
		description: 'This request scheduled nothing',
	};

	test('before it begins, nothing is sent, and no key is used', async () => {
		const batches = batchesOf(createDraft({ deduplicationKey: 'order-1' }));
		const store = keyStore();
		const asked = jest.spyOn(store, 'checkProcessedAndRecord');
		const { results, sent, keys } = await delivery(batches, () => created(), {
			cancelAfter: 0,
			keys: store,
		});
		expect(sent).toHaveLength(0);
		expect(keys.size).toBe(0);
		expect(asked).not.toHaveBeenCalled();
		expect(kinds(results)).toEqual(['refused']);
		expect(failureOf(results[0])).toEqual(CANCELLED);
	});

	test('the rest is not sent; what was under way is told as it came', async () => {
		const { results, sent } = await delivery(creates(10), () => ({ ...created(), after: 1000 }), {
			concurrency: 2,
			cancelAfter: 500,
		});
		expect(sent).toHaveLength(2);
		expect(kinds(results)).toEqual(['accepted', 'accepted', ...Array(8).fill('refused')]);
		expect(failureOf(results[9])).toEqual(CANCELLED);
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

	test('a request that waited for its key is not sent either', async () => {
		const keys = keyStore();
		keys.failing = 1;
		const batches = batchesOf(createDraft({ deduplicationKey: 'order-1' }));
		const { results, sent } = await delivery(batches, () => created(), { keys, cancelAfter: 100 });
		expect(sent).toHaveLength(0);
		expect(failureOf(results[0])).toEqual(CANCELLED);
		expect([...keys.keys]).toEqual([]);
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
					'The connection to Braze broke off before the answer came, so the outcome is unknown',
			},
		});
	});

	test('an update that was lost is', async () => {
		expect((await again('update', () => broken)).rest).toMatchObject(draftFor(campaign, 'update'));
	});
});

describe('with deduplication keys', () => {
	const keyed = (item: number, id: string, deduplicationKey: string) =>
		createDraft({
			item,
			deduplicationKey,
			to: { sendTo: 'recipients', recipients: [person(id)] },
		});

	test('what another execution has sent is left out, and says which key it was', async () => {
		const keys = keyStore('braze-schedule:order-1');
		const { results, sent } = await delivery(
			batchesOf(keyed(0, 'ada', 'order-1')),
			created.bind(null, 's-1'),
			{
				keys,
			},
		);
		expect(sent).toHaveLength(0);
		expect(results).toEqual([
			expect.objectContaining({ item: 0, outcome: { kind: 'skipped', key: 'order-1' } }),
		]);
	});

	test('the others of the same request still go out, without those who are left out', async () => {
		const keys = keyStore('braze-schedule:order-2');
		const batches = group(
			[keyed(0, 'ada', 'order-1'), keyed(1, 'bob', 'order-2'), keyed(2, 'cy', 'order-3')],
			true,
		);
		expect(batches).toHaveLength(1);
		const { results, sent } = await delivery(batches, () => created(), { keys });
		expect(sent.map(({ body }) => JSON.parse(body).recipients)).toEqual([
			[person('ada'), person('cy')],
		]);
		const byItem = [...results].sort((a, b) => a.item - b.item);
		expect(kinds(byItem)).toEqual(['accepted', 'skipped', 'accepted']);
		// Beside the marks of the execution.
		expect([...keys.keys].filter((key) => !/^braze-schedule:.*:/.test(key)).sort()).toEqual([
			'braze-schedule:order-1',
			'braze-schedule:order-2',
			'braze-schedule:order-3',
		]);
	});

	test('someone whose later entry is left out counts by the earlier one', async () => {
		const keys = keyStore('braze-schedule:order-2');
		const batches = group([keyed(0, 'ada', 'order-1'), keyed(1, 'ada', 'order-2')], true);
		const { results } = await delivery(batches, () => created(), { keys });
		const byItem = [...results].sort((a, b) => a.item - b.item);
		expect(byItem.map(({ counting }) => counting)).toEqual([1, 1]);
		expect(kinds(byItem)).toEqual(['accepted', 'skipped']);
	});

	test('a key is given back when Braze refuses', async () => {
		const { keys } = await delivery(batchesOf(keyed(0, 'ada', 'order-1')), () => ({
			statusCode: 400,
		}));
		expect([...keys]).toEqual([]);
	});

	test('a refusal stays a refusal when the key cannot be given back', async () => {
		const keys = keyStore();
		const { results } = await delivery(
			batchesOf(keyed(0, 'ada', 'order-1')),
			() => {
				keys.failing = 3;
				return { statusCode: 400, body: { message: 'No' } };
			},
			{ keys },
		);
		expect(failureOf(results[0]).message).toBe('Braze refused the request: No');
	});

	test('when n8n cannot write a key down, nothing is sent', async () => {
		const keys = keyStore();
		keys.failing = 3;
		const { results, sent } = await delivery(
			batchesOf(keyed(0, 'ada', 'order-1')),
			() => created(),
			{ keys },
		);
		expect(sent).toHaveLength(0);
		expect(kinds(results)).toEqual(['refused']);
		expect(failureOf(results[0])).toEqual({
			message: "n8n could not write down the 'Deduplication Key', so this request was not sent",
			description:
				'Save the workflow if it is new, and run it again. If another node of this workflow removes duplicates for the whole workflow in another way, choose the scope This Node',
		});
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
