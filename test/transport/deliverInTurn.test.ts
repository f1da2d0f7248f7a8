import { sleep } from 'n8n-workflow';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { composeDelete, composeUpdate } from '../../nodes/BrazeSchedule/domain/drafts';
import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import type { DeliveryOptions } from '../../nodes/BrazeSchedule/transport/deliver';
import { inTurn } from '../../nodes/BrazeSchedule/transport/turns';
import { created, fault, pretendClock } from './context';
import type { Reply, Sent } from './context';
import { campaign, one, delivery, failureOf, kinds, busy, broken } from './delivery';
import type { Script } from './delivery';

pretendClock();

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
			warnings: ['Not sent: [item 0] has already canceled this schedule'],
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
		expect(failureOf(results[1]).message).toContain('probably canceled');
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
			noteSending: () => ({ noteOutcome: () => undefined }),
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

		test('in an earlier try, a canceled execution leaves it unknown', async () => {
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
