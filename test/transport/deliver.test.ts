import { sleep } from 'n8n-workflow';

import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { batchesOf, composeDelete, composeUpdate } from '../../nodes/BrazeSchedule/domain/requests';
import type { Batch, Draft } from '../../nodes/BrazeSchedule/domain/requests';
import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import { Deduplication } from '../../nodes/BrazeSchedule/transport/deduplication';
import { deliver } from '../../nodes/BrazeSchedule/transport/deliver';
import type { Delivered, DeliveryOptions } from '../../nodes/BrazeSchedule/transport/deliver';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledger';
import { inTurn } from '../../nodes/BrazeSchedule/transport/turns';
import {
	BACKOFF,
	context,
	created,
	fault,
	JITTER,
	MINUTE,
	outcomeOf,
	pretendClock,
	START,
} from './context';
import type { Reply, Sent } from './context';
import { createDraft, draftFor, TARGET_LIST } from '../domain/drafts';

pretendClock();

const [campaign] = TARGET_LIST;
const SECONDS = 1000;

const person = (id: string) => ({ external_user_id: id });
const draftOf = (item: number, ...ids: string[]) =>
	createDraft({ item, to: { sendTo: 'recipients', recipients: ids.map(person) } });
const creates = (count: number): Batch[] =>
	Array.from({ length: count }, (_, item) => draftOf(item, `u${item}`)).flatMap(batchesOf);
const one = (operation: 'create' | 'update' | 'delete') => batchesOf(draftFor(campaign, operation));

type Script = (request: Sent, earlier: Sent[]) => Reply | Error;

interface Setting extends Partial<DeliveryOptions> {
	cancelAfter?: number;
	cancellable?: boolean;
	keys?: ReturnType<typeof keyStore>;
	store?: LedgerStore;
}

let records = 0;

/** n8n's record of keys. */
function keyStore(...used: string[]) {
	const keys = new Set(used);
	return {
		keys,
		failing: 0,
		name: `record ${(records += 1)}`,
		async checkProcessedAndRecord(asked: string[]) {
			if (this.failing-- > 0) throw new Error('database is locked');
			const unseen = asked.filter((key) => !keys.has(key));
			for (const key of unseen) keys.add(key);
			return { new: unseen, processed: asked.filter((key) => !unseen.includes(key)) };
		},
		async removeProcessed(gone: string[]) {
			if (this.failing-- > 0) throw new Error('database is locked');
			for (const key of gone) keys.delete(key);
		},
	};
}

async function delivery(batches: Batch[], script: Script, setting: Setting = {}) {
	const { cancelAfter, cancellable, keys = keyStore(), store = {}, ...options } = setting;
	const { self, sent } = context(script, { cancelAfter, cancellable });
	const ledger = new Ledger(store, (item) => ({ run: 'run', item: String(item) }));
	const deduplication = new Deduplication(
		keys as never,
		{ scope: 'node', historySize: 100 },
		batches,
		keys.name,
	);
	const results = await outcomeOf(
		deliver.call(self, batches, {
			baseUrl: 'https://rest.iad-01.braze.com',
			apiKey: 'the-key',
			ledger,
			deduplication,
			readAt: START,
			concurrency: 4,
			maximumWait: 2 * MINUTE,
			timeout: 30 * SECONDS,
			...options,
		}),
	);
	return { results, sent, times: sent.map(({ at }) => at), keys: keys.keys };
}

const failureOf = ({ outcome }: Delivered) =>
	'failure' in outcome ? outcome.failure : { message: outcome.kind, description: '' };
const kinds = (results: Delivered[]) => results.map(({ outcome }) => outcome.kind);

const busy = (secondsAhead?: number): Reply => ({
	statusCode: 429,
	body: { message: 'Too many requests' },
	headers:
		secondsAhead === undefined ? {} : { 'X-RateLimit-Reset': String(START / 1000 + secondsAhead) },
});
const broken: Reply = { statusCode: 500, body: { message: 'Internal error' } };

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
		expect(failureOf(results[0]).message).toBe('Braze refused it: Bad header: Bearer [hidden]');
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
		// Those that were under way already, and the one that was told.
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
		expect(failureOf(results[0]).message).toBe('Braze refused it: No');
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

describe('several items about one schedule', () => {
	const hour = (item: number) => `2026-05-01T1${item}:00:00Z`;
	const update = (item: number, scheduleId = 's-1', time = hour(item)) =>
		composeUpdate({ item, target: campaign, id: 'c-1', scheduleId }, { time }, noFindings());
	const remove = (item: number, scheduleId = 's-1') =>
		composeDelete({ item, target: campaign, id: 'c-1', scheduleId });
	const each = (drafts: Draft[]) => drafts.flatMap(batchesOf);
	const itemOf = ({ body }: Sent) => Number(/T1(\d):/.exec(body)?.[1]);
	const slowFirst: Script = (_, earlier) => ({
		...created(),
		after: earlier.length === 0 ? 5000 : 10,
	});

	test('go out in the order of the items, one after the other', async () => {
		const { sent } = await delivery(each([update(0), update(1), update(2)]), slowFirst);
		expect(sent.map(itemOf)).toEqual([0, 1, 2]);
		expect(Math.max(...sent.map(({ underWay }) => underWay))).toBe(1);
	});

	test('a repetition goes before the next item', async () => {
		const { sent, results } = await delivery(each([update(0), update(1)]), (_, earlier) =>
			earlier.length === 0 ? broken : created(),
		);
		expect(sent.map(itemOf)).toEqual([0, 0, 1]);
		expect(kinds(results)).toEqual(['accepted', 'accepted']);
	});

	test('a refusal for the rate limit comes back before the next item', async () => {
		const { sent } = await delivery(each([update(0), update(1)]), (_, earlier) =>
			earlier.length === 0 ? busy(10) : created(),
		);
		expect(sent.map(itemOf)).toEqual([0, 0, 1]);
	});

	test('do not hold up other schedules', async () => {
		const { sent, results } = await delivery(
			each([update(0), update(1), update(2, 's-2'), update(3, 's-3')]),
			slowFirst,
		);
		expect(sent.map(itemOf)).toEqual([0, 2, 3, 1]);
		expect(results.map(({ item }) => item)).toEqual([0, 1, 2, 3]);
	});

	test('items that share a request are as new as the last of them', async () => {
		const drafts = [update(0, 's-1', hour(5)), update(1), update(2, 's-1', hour(5))];
		const { sent } = await delivery(group(drafts, true), slowFirst);
		expect(sent.map(itemOf)).toEqual([1, 5]);
	});

	test('an item of an earlier try that has decided supersedes an older one', async () => {
		const decisions = new Map([
			['s-1', { item: 1, operation: 'update' as const, schedule: { time: hour(1) }, request: {} }],
		]);
		const { sent, results } = await delivery(each([update(0), update(2)]), slowFirst, {
			decisions,
		});
		expect(sent.map(itemOf)).toEqual([2]);
		expect(results.map(({ outcome }) => outcome)).toEqual([
			{
				kind: 'superseded',
				by: 1,
				warning:
					'[item 1] moved this schedule again, to 2026-05-01T11:00:00Z. It is not sent again',
			},
			expect.objectContaining({ kind: 'accepted' }),
		]);
	});

	test('a second delete is not sent once the first was accepted', async () => {
		const { sent, results } = await delivery(each([remove(0), remove(1)]), slowFirst);
		expect(sent).toHaveLength(1);
		expect(results[1].outcome).toEqual({
			kind: 'accepted',
			queued: false,
			body: {},
			warnings: ['Not sent: [item 0] has already cancelled this schedule'],
		});
	});

	test('a second delete is sent if the first was refused', async () => {
		const { sent } = await delivery(each([remove(0), remove(1)]), () => ({ statusCode: 403 }));
		expect(sent).toHaveLength(2);
	});

	test('a second delete after an unknown one repeats it', async () => {
		const { results } = await delivery(each([remove(0), remove(1)]), (_, earlier) =>
			earlier.length < 4 ? broken : { statusCode: 400, body: { message: 'Invalid schedule_id' } },
		);
		expect(kinds(results)).toEqual(['unknown', 'unknown']);
		expect(failureOf(results[1]).message).toContain('probably cancelled');
	});

	test('a second delete after an unknown one repeats it, whatever campaign it names', async () => {
		const other = remove(1);
		const drafts = [remove(0), { ...other, body: { ...other.body, campaign_id: 'c-2' } }];
		const { results } = await delivery(each(drafts), (_, earlier) =>
			earlier.length < 4 ? broken : { statusCode: 400 },
		);
		expect(kinds(results)).toEqual(['unknown', 'unknown']);
	});

	test.each<[string, Draft[], number, string[]]>([
		[
			'an unknown update, for it cancels nothing',
			[update(0), remove(1)],
			4,
			['unknown', 'refused'],
		],
		['an accepted delete', [remove(0), update(1)], 0, ['accepted', 'refused']],
		['a refused delete', [remove(0), update(1)], -1, ['refused', 'refused']],
	])('a refusal is a refusal after %s', async (_, drafts, faults, expected) => {
		const { results } = await delivery(each(drafts), (_request, earlier) => {
			if (earlier.length < faults) return broken;
			return faults === 0 && earlier.length === 0 ? created() : { statusCode: 400 };
		});
		expect(kinds(results)).toEqual(expected);
	});

	test('requests of another execution in this process wait as well', async () => {
		const order: string[] = [];
		let release = () => {};
		const other = inTurn('https://rest.iad-01.braze.com s-1', async () => {
			await new Promise<void>((resolve) => (release = resolve));
			order.push('other');
		});
		void sleep(1000).then(() => release());
		const { times } = await delivery(each([update(0)]), () => {
			order.push('own');
			return created();
		});
		await other;
		expect(order).toEqual(['other', 'own']);
		expect(times).toEqual([1000]);
	});

	test('other schedules go out while one waits for another execution', async () => {
		let release = () => {};
		const other = inTurn(
			'https://rest.iad-01.braze.com s-1',
			async () => await new Promise<void>((resolve) => (release = resolve)),
		);
		void sleep(1000).then(() => release());
		const { sent } = await delivery(
			each([
				update(0),
				...Array.from({ length: 8 }, (_, index) => update(index + 1, `t-${index}`)),
			]),
			() => ({ ...created(), after: 10 }),
			{ concurrency: 2 },
		);
		await other;
		expect(sent.map(itemOf)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 0]);
	});
});

describe('after a request without an answer', () => {
	const LOST: Array<[string, Reply | Error]> = [
		['a server error', broken],
		['a timeout', fault('ECONNABORTED')],
		['a broken connection', fault('ECONNRESET')],
		['an unreadable answer', { statusCode: 200, body: '<html>' }],
	];
	const REFUSALS: Array<[string, Reply | Error]> = [
		...[400, 401, 403, 404, 409, 410, 413, 422].map((statusCode): [string, Reply] => [
			String(statusCode),
			{ statusCode, body: { message: 'Invalid schedule_id' } },
		]),
		['a 429 that is given up', busy(3600)],
		['200 with an error text', { statusCode: 200, body: { message: 'Invalid schedule_id' } }],
		['200 with errors', { statusCode: 200, body: { errors: ['schedule not found'] } }],
		['a redirect', { statusCode: 302 }],
		['no connection', fault('ENOTFOUND')],
	];

	describe.each(['update', 'delete'] as const)('%s', (operation) => {
		describe.each(LOST)('%s', (_, first) => {
			test.each(REFUSALS)('and then %s, the outcome is unknown', async (__, then) => {
				const { results, sent } = await delivery(one(operation), (___, earlier) =>
					earlier.length === 0 ? first : then,
				);
				expect(sent.length).toBeGreaterThan(1);
				expect(kinds(results)).toEqual(['unknown']);
				expect(failureOf(results[0]).description).not.toContain('nothing');
			});
		});

		test('and then a success, it is accepted', async () => {
			const { results } = await delivery(one(operation), (_, earlier) =>
				earlier.length === 0 ? broken : { statusCode: 200, body: { message: 'success' } },
			);
			expect(kinds(results)).toEqual(['accepted']);
		});

		const told = (unknown: boolean): DeliveryOptions['ledger'] => ({
			claim: () => ({ settle: () => undefined }),
			wasUnknown: () => unknown,
		});

		test.each([
			[true, 'unknown'],
			[false, 'refused'],
		])('in an earlier try of the execution (%s), a refusal is %s', async (unknown, kind) => {
			const { results } = await delivery(one(operation), () => ({ statusCode: 400 }), {
				ledger: told(unknown),
			});
			expect(kinds(results)).toEqual([kind]);
		});

		test('in an earlier try, a cancelled execution leaves it unknown', async () => {
			const { results, sent } = await delivery(one(operation), () => created(), {
				ledger: told(true),
				cancelAfter: 0,
			});
			expect(sent).toHaveLength(0);
			expect(kinds(results)).toEqual(['unknown']);
		});
	});

	test.each(['update', 'delete'] as const)(
		'%s is refused if Braze refuses it and the earlier request never left',
		async (operation) => {
			const { results } = await delivery(one(operation), (_, earlier) =>
				earlier.length === 0 ? fault('ENOTFOUND') : { statusCode: 400 },
			);
			expect(kinds(results)).toEqual(['refused']);
		},
	);

	test('a create is refused if Braze refuses it', async () => {
		const { results } = await delivery(one('create'), (_, earlier) =>
			earlier.length === 0 ? fault('ENOTFOUND') : { statusCode: 400 },
		);
		expect(kinds(results)).toEqual(['refused']);
	});
});
