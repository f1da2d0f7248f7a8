import fc from 'fast-check';

import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { group, keptApartByProperties } from '../../nodes/BrazeSchedule/domain/grouping';
import type { Intent } from '../../nodes/BrazeSchedule/domain/references';
import { repeatedAudiences } from '../../nodes/BrazeSchedule/domain/repeatedAudiences';
import { personKey } from '../../nodes/BrazeSchedule/domain/recipients';
import type { Recipient } from '../../nodes/BrazeSchedule/domain/recipients';
import { composeCreate, composeDelete } from '../../nodes/BrazeSchedule/domain/drafts';
import { BODY_LIMIT_BYTES } from '../../nodes/BrazeSchedule/domain/sizes';
import type { CreateIntent, Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import { batchOf, recounted } from '../../nodes/BrazeSchedule/domain/requests';
import type { Batch } from '../../nodes/BrazeSchedule/domain/requests';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { refuseRepeats } from '../../nodes/BrazeSchedule/form/repeats';
import { range } from '../range';

const { campaign, canvas } = TARGETS;
const schedule = { time: '2026-03-31T07:00:00Z' };
const audience = { email_subscription_status: { comparison: 'is', value: 'opted_in' } };

const draft = (item: number, intent: Partial<CreateIntent> = {}): Draft =>
	composeCreate(
		{ item, target: campaign, id: 'c-1', to: { sendTo: 'everyone' }, schedule, ...intent },
		noFindings(),
	);

const toPeople = (...ids: number[]): CreateIntent['to'] => ({
	sendTo: 'recipients',
	recipients: ids.map((id) => ({ external_user_id: `u${id}` })),
});

const recipientsOf = ({ body }: Batch) => (body.recipients ?? []) as Recipient[];
const idsOf = (batch: Batch) => recipientsOf(batch).map(({ external_user_id: id }) => id);
const itemsOf = ({ parts }: Batch) => parts.map((part) => part.draft.item);

describe('one schedule per item', () => {
	test('keeps even equal items apart', () => {
		const drafts = [draft(0, { to: toPeople(1) }), draft(1, { to: toPeople(1) }), draft(2)];
		const batches = group(drafts, false);
		expect(batches.map(idsOf)).toEqual([['u1'], ['u1'], []]);
		expect(batches.map(itemsOf)).toEqual([[0], [1], [2]]);
	});

	test('cuts one item into as many as it needs', () => {
		const batches = group([draft(0, { to: toPeople(...range(101)) })], false);
		expect(batches.map((batch) => idsOf(batch).length)).toEqual([50, 50, 1]);
	});
});

describe('combined items', () => {
	test('become one schedule when they share everything but their people', () => {
		const batches = group(
			range(50).map((item) => draft(item, { to: toPeople(item) })),
			true,
		);
		expect(batches).toHaveLength(1);
		expect(idsOf(batches[0])).toEqual(range(50).map((id) => `u${id}`));
		expect(batches[0].body).toMatchObject({ campaign_id: 'c-1', schedule });
		expect(batches[0].body).not.toHaveProperty('broadcast');
	});

	test.each<[string, Partial<CreateIntent>]>([
		['campaign', { id: 'c-2' }],
		['kind of message', { target: canvas }],
		['time', { schedule: { time: '2026-03-31T08:00:00Z' } }],
		['way to mean the time', { schedule: { ...schedule, in_local_time: true } }],
		['value for everyone', { properties: { a: 1 } }],
		['send ID', { sendId: 'x' }],
		[
			'audience',
			{ to: { sendTo: 'recipients', recipients: [{ external_user_id: 'u2' }], audience } },
		],
		['way to send', { to: { sendTo: 'audience', audience } }],
	])('never mix with those of another %s', (_, other) => {
		const drafts = [
			draft(0, { to: toPeople(1) }),
			draft(1, { to: toPeople(2), ...other }),
			draft(2, { to: toPeople(3) }),
		];
		const batches = group(drafts, true);
		expect(batches.map(itemsOf)).toEqual([[0, 2], [1]]);
	});

	test('for the same audience are one broadcast, not many', () => {
		for (const to of [{ sendTo: 'everyone' }, { sendTo: 'audience', audience }] as const) {
			const batches = group([draft(0, { to }), draft(1, { to }), draft(2, { to })], true);
			expect(batches.map(itemsOf)).toEqual([[0, 1, 2]]);
			expect(batches[0].body).not.toHaveProperty('recipients');
			expect(batches[0].body.broadcast).toBe(true);
		}
	});

	test('with the same person send once, what the last item says', () => {
		const withValue = (item: number, n: number) =>
			draft(item, {
				to: {
					sendTo: 'recipients',
					recipients: [
						{ external_user_id: 'ada', trigger_properties: { n } },
						{ external_user_id: `u${item}` },
					],
				},
			});
		const [batch, ...others] = group([withValue(0, 1), withValue(1, 2)], true);
		expect(others).toEqual([]);
		expect(recipientsOf(batch)).toHaveLength(3);
		expect(recipientsOf(batch)).toContainEqual({
			external_user_id: 'ada',
			trigger_properties: { n: 2 },
		});
	});

	test('count in the order of their items, whatever the order they are sent in', () => {
		const withValue = (item: number) =>
			draft(item, {
				to: {
					sendTo: 'recipients',
					recipients: [{ external_user_id: 'ada', trigger_properties: { item } }],
				},
			});
		// A replacement is sent after what is new, even if its item came first.
		const [batch, ...others] = group([2, 0, 1].map(withValue), true);
		expect(others).toEqual([]);
		expect(itemsOf(batch)).toEqual([0, 1, 2]);
		expect(recipientsOf(batch)).toEqual([
			{ external_user_id: 'ada', trigger_properties: { item: 2 } },
		]);
		const audiences = group(
			[1, 0].map((item) => draft(item)),
			true,
		);
		expect(audiences.map(itemsOf)).toEqual([[0, 1]]);
	});

	test('of at most 50 people stay whole, so that each has one result', () => {
		const drafts = [30, 30, 20, 50, 1].map((count, item) =>
			draft(item, { to: toPeople(...range(count, item * 100)) }),
		);
		expect(group(drafts, true).map(itemsOf)).toEqual([[0], [1, 2], [3], [4]]);
	});

	test('never make a request of more than 4 MB', () => {
		const large = (item: number) =>
			draft(item, {
				to: {
					sendTo: 'recipients',
					recipients: [{ external_user_id: `u${item}`, attributes: { a: 'é'.repeat(500_000) } }],
				},
			});
		const batches = group(range(10).map(large), true);
		expect(batches.flatMap(idsOf)).toEqual(range(10).map((id) => `u${id}`));
		expect(batches).toHaveLength(3);
		for (const { body } of batches) {
			expect(Buffer.byteLength(JSON.stringify(body))).toBeLessThanOrEqual(BODY_LIMIT_BYTES);
		}
	});

	describe('fill a request of 4 MB, whatever else is in it', () => {
		const properties = { text: 'p'.repeat(50_000) };
		const size = (value: unknown) => Buffer.byteLength(JSON.stringify(value));
		/** Ten items of one person each, in one request of so many bytes. */
		const tenIn = (bytes: number): Draft[] => {
			const person = (item: number, text: string) => ({
				external_user_id: `u${item}`,
				attributes: { text },
			});
			const base = draft(0, { to: toPeople(), properties }).body;
			const bare = size({ ...base, recipients: range(10).map((item) => person(item, '')) });
			const share = Math.floor((bytes - bare) / 10);
			return range(10).map((item) =>
				draft(item, {
					properties,
					to: {
						sendTo: 'recipients',
						recipients: [person(item, 'x'.repeat(share + (item === 9 ? (bytes - bare) % 10 : 0)))],
					},
				}),
			);
		};

		test('to the last byte but one', () => {
			const batches = group(tenIn(BODY_LIMIT_BYTES - 1), true);
			expect(batches.map(({ body }) => size(body))).toEqual([BODY_LIMIT_BYTES - 1]);
		});

		test.each([1, 2, 10, 40_000])('but not with %i bytes more', (more) => {
			const batches = group(tenIn(BODY_LIMIT_BYTES + more), true);
			expect(batches).toHaveLength(2);
			for (const { body } of batches) expect(size(body)).toBeLessThanOrEqual(BODY_LIMIT_BYTES);
		});
	});

	test('have one part each in a request, however many of their people a later item names', () => {
		const [batch, ...others] = group(
			[draft(0, { to: toPeople(1, 2, 3) }), draft(1, { to: toPeople(1, 2) })],
			true,
		);
		expect(others).toEqual([]);
		expect(
			batch.parts.map(({ draft: { item }, people, counting }) => [item, people?.length, counting]),
		).toEqual([
			[0, 3, 1],
			[1, 2, 2],
		]);
		expect(idsOf(batch)).toEqual(['u3', 'u1', 'u2']);
	});

	test('that stay when others are left out count for whom those had named again', () => {
		const [batch] = group(
			[
				draft(0, { to: toPeople(1, 2, 3) }),
				draft(1, { to: toPeople(1, 2) }),
				draft(2, { to: toPeople(2) }),
			],
			true,
		);
		const [first, second, third] = batch.parts;
		const rest = batchOf(recounted([first, second]));
		expect(rest.parts.map(({ counting }) => counting)).toEqual([1, 2]);
		// An item still names everyone it is for, those who count for it first.
		expect(
			rest.parts.map(({ people = [] }) => people.map(({ external_user_id: id }) => id)),
		).toEqual([
			['u3', 'u1', 'u2'],
			['u1', 'u2'],
		]);
		expect(idsOf(rest).sort()).toEqual(['u1', 'u2', 'u3']);
		expect(idsOf(batchOf(recounted([first]))).sort()).toEqual(['u1', 'u2', 'u3']);
		expect(idsOf(batchOf(recounted([first, third]))).sort()).toEqual(['u1', 'u2', 'u3']);
		expect(recounted([first]).map(({ counting }) => counting)).toEqual([3]);
	});

	test('that move or cancel different schedules stay apart', () => {
		const cancel = (item: number, scheduleId: string) =>
			composeDelete({ item, target: campaign, id: 'c-1', scheduleId });
		const batches = group([cancel(0, 's-1'), cancel(1, 's-2')], true);
		expect(batches.map(({ body }) => body.schedule_id)).toEqual(['s-1', 's-2']);
	});

	const anyDrafts = fc
		.array(
			fc.record({
				id: fc.constantFrom('c-1', 'c-2'),
				people: fc.array(fc.nat(120), { minLength: 1, maxLength: 130, size: 'max' }),
			}),
			{ maxLength: 12, size: 'max' },
		)
		.map((items) =>
			items.map(({ id, people }, item) =>
				draft(item, {
					id,
					to: {
						sendTo: 'recipients',
						recipients: people.map((person) => ({
							external_user_id: `u${person}`,
							trigger_properties: { item },
						})),
					},
				}),
			),
		);

	test('law: per campaign everybody once, from the last item, in requests of at most 50', () => {
		fc.assert(
			fc.property(anyDrafts, (drafts) => {
				const batches = group(drafts, true);
				for (const id of ['c-1', 'c-2']) {
					const wanted = new Map<string, number>();
					for (const { body, item, people } of drafts) {
						if (body.campaign_id !== id) continue;
						for (const person of people ?? []) wanted.set(personKey(person), item);
					}
					const sent = batches.filter(({ body }) => body.campaign_id === id).flatMap(recipientsOf);
					expect(sent).toHaveLength(wanted.size);
					expect(
						new Map(
							sent.map((one) => [
								personKey(one),
								(one.trigger_properties as { item: number }).item,
							]),
						),
					).toEqual(wanted);
				}
				for (const batch of batches) {
					expect(recipientsOf(batch).length).toBeGreaterThan(0);
					expect(recipientsOf(batch).length).toBeLessThanOrEqual(50);
				}
			}),
		);
	});

	test('law: each person of each item is in exactly one part, in a request that reaches them', () => {
		fc.assert(
			fc.property(anyDrafts, (drafts) => {
				const found = new Map<Draft, string[]>(drafts.map((one) => [one, []]));
				for (const batch of group(drafts, true)) {
					const reached = new Set(recipientsOf(batch).map(personKey));
					for (const part of batch.parts) {
						const keys = (part.people ?? []).map(personKey);
						for (const key of keys) expect(reached).toContain(key);
						found.get(part.draft)?.push(...keys);
					}
					const counting = batch.parts.flatMap(({ people = [], counting: count }) =>
						people.slice(0, count).map(personKey),
					);
					expect(counting).toHaveLength(reached.size);
					expect(new Set(counting)).toEqual(reached);
					expect(new Set(itemsOf(batch)).size).toBe(batch.parts.length);
					expect(itemsOf(batch)).toEqual([...itemsOf(batch)].sort((a, b) => a - b));
				}
				for (const [{ people }, keys] of found) {
					expect(keys.sort()).toEqual((people ?? []).map(personKey).sort());
				}
			}),
		);
	});

	test('100,000 items are grouped without comparing each with each', () => {
		const batches = group(
			range(100_000).map((item) => draft(item, { to: toPeople(item) })),
			true,
		);
		expect(batches).toHaveLength(2000);
	});
});

describe('combined items that stay apart because of their values for everyone', () => {
	const to = toPeople(1);
	const withValue = (item: number, n: number, more: Partial<CreateIntent> = {}) =>
		draft(item, { to, properties: { n }, ...more });
	const later = { schedule: { time: '2026-03-31T08:00:00Z' } };
	const inCanvas = { target: canvas, id: 'v-1' };
	const older = { ...inCanvas, olderName: true };
	const everyone: Partial<CreateIntent> = { to: { sendTo: 'everyone' } };
	const cancel = (item: number) =>
		composeDelete({ item, target: campaign, id: 'c-1', scheduleId: `s-${item}` });

	test.each<[string, Draft[], number]>([
		['none at all', [], 0],
		['the same values', [withValue(0, 1), withValue(1, 1)], 0],
		['other values', [withValue(0, 1), withValue(1, 2), withValue(2, 3)], 2],
		['a value and none', [withValue(0, 1), draft(1, { to })], 1],
		['other values at another time', [withValue(0, 1), withValue(1, 2, later)], 0],
		['other values for a campaign and a Canvas', [withValue(0, 1), withValue(1, 2, inCanvas)], 0],
		['another context of a Canvas', [withValue(0, 1, inCanvas), withValue(1, 2, inCanvas)], 1],
		['another context by its older name', [withValue(0, 1, older), withValue(1, 2, older)], 1],
		['other values in broadcasts', [withValue(0, 1, everyone), withValue(1, 2, everyone)], 0],
		['cancellations', [cancel(0), cancel(1)], 0],
	])('%s', (_, drafts, apart) => {
		expect(keptApartByProperties(drafts)).toBe(apart);
	});
});

describe('many messages to one audience', () => {
	const problems = (drafts: Draft[], combine = false) =>
		repeatedAudiences(drafts, combine).flatMap((repeated) =>
			repeated.drafts.map(({ item }) => [item, refuseRepeats(repeated, combine).message]),
		);
	const two = '2 schedules would each message the whole audience of the same campaign';

	test('are stopped, at each item that would send one', () => {
		expect(problems([draft(0), draft(1)])).toEqual([
			[0, two],
			[1, two],
		]);
		const later = { schedule: { time: '2026-04-01T07:00:00Z' }, properties: { a: 1 } };
		expect(problems([draft(0), draft(1, later)])).toHaveLength(2);
	});

	test('are not stopped when combining makes them one', () => {
		expect(problems([draft(0), draft(1)], true)).toEqual([]);
		expect(problems([draft(0), draft(1, { properties: { a: 1 } })], true)).toEqual([
			[0, two],
			[1, two],
		]);
	});

	test('are none under one reference, of which one item decides', () => {
		const under = (item: number, reference: string, intent: Intent = 'create') =>
			draft(item, {
				under: { reference, intent, forEveryone: false, stopIfNotFound: false, name: '' },
			});
		expect(problems([under(0, 'a'), under(1, 'a')])).toEqual([]);
		expect(problems([under(0, 'a', 'upsert'), under(1, 'a', 'upsert')], true)).toEqual([]);
		expect(problems([under(0, 'a'), under(1, 'b')])).toHaveLength(2);
		expect(problems([under(0, 'a'), under(1, 'a'), draft(2)])).toEqual([
			[0, two],
			[1, two],
			[2, two],
		]);
	});

	const toFilter = (item: number, ...filters: object[]) =>
		draft(item, { to: { sendTo: 'audience', audience: { AND: filters } } });
	const seen = (comparison: string, instant: number) => ({
		last_used_app: { comparison, value: new Date(instant).toISOString() },
	});
	const NOON = Date.UTC(2026, 2, 31, 12);
	const DAY = 86_400_000;
	/** Last seen on one day, which only two limits can say. */
	const onDay = (item: number, start: number) =>
		toFilter(item, seen('after', start), seen('before', start + DAY));

	test('are stopped even when their filters hold the time of the moment', () => {
		expect(
			problems([toFilter(0, seen('after', NOON)), toFilter(1, seen('after', NOON + 3))]),
		).toEqual([
			[0, two],
			[1, two],
		]);
	});

	test('are stopped even when combining does not make them one, and then combining is not advised', () => {
		const drafts = [toFilter(0, seen('after', NOON)), toFilter(1, seen('after', NOON + 3))];
		expect(problems(drafts, true)).toHaveLength(2);
		const hintOf = (combine: boolean) =>
			refuseRepeats(repeatedAudiences(drafts, combine)[0], combine).hint;
		expect(hintOf(false)).toContain('choose to combine items');
		expect(hintOf(true)).not.toContain('choose to combine items');
		expect(hintOf(true)).toContain("turn on 'Allow Repeated Audience Sends'");
	});

	test('are stopped where their windows of time overlap', () => {
		const drafts = [
			onDay(0, NOON),
			onDay(1, NOON + 9 * DAY),
			onDay(2, NOON + 5),
			onDay(3, NOON - DAY),
		];
		expect(problems(drafts)).toEqual([
			[0, two],
			[2, two],
		]);
	});

	test('are stopped where a window lies within a wide one, even if it is far from the others', () => {
		const within = (item: number, from: number, days: number) =>
			toFilter(item, seen('after', from), seen('before', from + days * DAY));
		const drafts = [
			within(0, NOON, 1),
			within(1, NOON, 90),
			within(2, NOON + 30 * DAY, 1),
			within(3, NOON + 90 * DAY, 1),
		];
		expect(problems(drafts).map(([item]) => item)).toEqual([0, 1, 2]);
	});

	test('are a problem of where the message is sent', () => {
		const [repeated] = repeatedAudiences([draft(0), draft(1)], false);
		expect(refuseRepeats(repeated, false).parameter).toBe('Send To');
	});

	test('are none when each has a day of its own, for as many as 10,000', () => {
		expect(problems(range(10_000).map((item) => onDay(item, NOON - item * DAY)))).toEqual([]);
	});

	test.each<[string, Draft[]]>([
		['one message to everyone', [draft(0)]],
		['messages to people', [draft(0, { to: toPeople(1) }), draft(1, { to: toPeople(1) })]],
		['messages of two campaigns', [draft(0), draft(1, { id: 'c-2' })]],
		['a campaign and a Canvas', [draft(0), draft(1, { target: canvas })]],
		['two audiences', [draft(0), draft(1, { to: { sendTo: 'audience', audience } })]],
		[
			'canceling',
			range(2).map((item) =>
				composeDelete({ item, target: campaign, id: 'c-1', scheduleId: 's-1' }),
			),
		],
	])('%s are none of the sort', (_, drafts) => {
		expect(problems(drafts)).toEqual([]);
	});
});
