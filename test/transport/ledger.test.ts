import { stringify } from 'flatted';

import fc from 'fast-check';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import { batchesOf, composeDelete, composeUpdate } from '../../nodes/BrazeSchedule/domain/requests';
import type { CreateIntent, Draft } from '../../nodes/BrazeSchedule/domain/requests';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore, Touched } from '../../nodes/BrazeSchedule/transport/ledger';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { refused, unknown } from './context';
import { createDraft, draftFor, OPERATIONS, people, TARGET_LIST } from '../domain/drafts';

const accepted = (schedule_id = 's-1'): Outcome => ({
	kind: 'accepted',
	queued: false,
	body: { message: 'success', schedule_id, dispatch_id: 'd-1' },
	warnings: [],
});

const open = (store: LedgerStore, run = 'run 0') =>
	new Ledger(store, (item) => ({ run, item: String(item) }));

/** One try of the node: everything that is not recalled is sent, and has this outcome. */
function attempt(store: LedgerStore, drafts: Draft[], outcome: Outcome | 'cut off', run?: string) {
	const ledger = open(store, run);
	const recalled = ledger.recallAll(drafts);
	const batches = recalled.flatMap(({ rest }) => (rest ? batchesOf(rest) : []));
	for (const batch of batches) {
		const claim = ledger.claim(batch);
		if (outcome !== 'cut off') claim.settle(outcome);
	}
	return {
		sent: batches.map(({ body }) => body),
		recalled: recalled.flatMap((one) => one.recalled),
	};
}

/** What n8n's database makes of the store between two tries. */
const saved = (store: LedgerStore): LedgerStore => JSON.parse(JSON.stringify(store)) as LedgerStore;

const toPeople = (count: number, from?: number): CreateIntent['to'] => ({
	sendTo: 'recipients',
	recipients: people(count, from),
});

const usedAppAfter = (second: number) => ({
	last_used_app: { comparison: 'after', value: `2026-03-01T00:00:0${second}Z` },
});
const audience = { custom_attribute: { custom_attribute_name: 'plan', comparison: 'exists' } };

describe('a second try', () => {
	test.each(
		TARGET_LIST.flatMap((target) => OPERATIONS.map((operation) => ({ target, operation }))),
	)(
		'does not send an accepted $operation of a $target.label again, and has its answer',
		({ target, operation }) => {
			const store: LedgerStore = {};
			const draft = draftFor(target, operation);
			expect(attempt(store, [draft], accepted('s-7')).sent).toHaveLength(1);
			const again = attempt(saved(store), [draft], accepted('s-8'));
			expect(again.sent).toEqual([]);
			expect(again.recalled).toMatchObject([
				{ schedule: draft.schedule, outcome: { kind: 'accepted', body: { schedule_id: 's-7' } } },
			]);
		},
	);

	test.each(OPERATIONS)('sends a refused %s again', (operation) => {
		const store: LedgerStore = {};
		const draft = draftFor(TARGETS.campaign, operation);
		attempt(store, [draft], refused);
		const again = attempt(saved(store), [draft], accepted());
		expect(again).toMatchObject({ sent: [expect.anything()], recalled: [] });
		expect(attempt(saved(store), [draft], accepted()).sent).toHaveLength(1);
	});

	test.each([
		['whose outcome is unknown', unknown],
		['that was cut off before its answer', 'cut off'],
	] as const)('leaves out a create %s, and says so', (_, outcome) => {
		for (const target of TARGET_LIST) {
			const store: LedgerStore = {};
			const draft = draftFor(target, 'create');
			attempt(store, [draft], outcome);
			const { sent, recalled } = attempt(saved(store), [draft], accepted());
			expect(sent).toEqual([]);
			expect(recalled).toMatchObject([
				{
					outcome: {
						kind: 'unknown',
						failure: {
							description: expect.stringContaining('An earlier try of this execution sent it'),
						},
					},
				},
			]);
		}
	});

	test.each(['update', 'delete'] as const)(
		'repeats an unknown %s, which does no harm',
		(operation) => {
			const store: LedgerStore = {};
			const draft = draftFor(TARGETS.canvas, operation);
			attempt(store, [draft], unknown);
			expect(attempt(saved(store), [draft], accepted()).sent).toHaveLength(1);
		},
	);

	test('keeps what the answer said: queued, warnings, and no more of it than is needed', () => {
		const store: LedgerStore = {};
		const answer: Outcome = {
			kind: 'accepted',
			queued: true,
			body: { message: 'queued', schedule_id: 's-1', send_id: 'x', page: 'y'.repeat(10_000) },
			warnings: ['Braze noted: paused'],
		};
		attempt(store, [createDraft()], answer);
		expect(attempt(saved(store), [createDraft()], refused).recalled[0].outcome).toEqual({
			kind: 'accepted',
			queued: true,
			body: { message: 'queued', schedule_id: 's-1', send_id: 'x' },
			warnings: ['Braze noted: paused'],
		});
	});

	test('knows a create whose time and properties are calculated anew on each try', () => {
		const store: LedgerStore = {};
		const at = (time: string, n: number): Draft =>
			createDraft({
				schedule: { time },
				properties: { n },
				to: {
					sendTo: 'recipients',
					recipients: [{ external_user_id: 'ada', trigger_properties: { n }, attributes: { n } }],
				},
			});
		attempt(store, [at('2026-03-31T07:00:00Z', 1)], accepted());
		const again = attempt(saved(store), [at('2026-03-31T07:00:05Z', 2)], accepted());
		expect(again.sent).toEqual([]);
		expect(again.recalled[0].schedule).toEqual({ time: '2026-03-31T07:00:00Z' });
	});

	test.each<[string, (n: number) => CreateIntent['to']]>([
		['an audience', (n) => ({ sendTo: 'audience', audience: usedAppAfter(n) })],
		[
			'people who also match an audience',
			(n) => ({ sendTo: 'recipients', recipients: people(60), audience: usedAppAfter(n) }),
		],
	])('knows a create for %s whose filter counts from now', (_, to) => {
		const store: LedgerStore = {};
		attempt(store, [createDraft({ to: to(1) })], accepted());
		const again = attempt(saved(store), [createDraft({ to: to(2) })], accepted());
		expect(again.sent).toEqual([]);
	});

	test('does not repeat an update whose time is calculated anew on each try', () => {
		const store: LedgerStore = {};
		const to = (time: string) =>
			composeUpdate(
				{ item: 0, target: TARGETS.campaign, id: 'c-1', scheduleId: 's-1' },
				{ time },
				noFindings(),
			);
		attempt(store, [to('2026-03-31T07:00:00Z')], accepted());
		const again = attempt(saved(store), [to('2026-03-31T07:00:05Z')], accepted());
		expect(again.sent).toEqual([]);
		expect(again.recalled[0].schedule).toEqual({ time: '2026-03-31T07:00:00Z' });
	});

	test.each<[string, Partial<CreateIntent>]>([
		['campaign', { id: 'c-2' }],
		['send ID', { sendId: 'launch-2' }],
		['audience filter', { to: { sendTo: 'audience', audience: usedAppAfter(2) } }],
		['broadcast', { to: { sendTo: 'everyone' } }],
	])('does not repeat a create whose %s is another one on each try', (_, change) => {
		const store: LedgerStore = {};
		const to = change.to && ({ sendTo: 'audience', audience: usedAppAfter(1) } as const);
		attempt(store, [createDraft({ ...(to && { to }), sendId: 'launch-1' })], accepted());
		const again = attempt(saved(store), [createDraft(change)], accepted());
		expect(again.sent).toEqual([]);
		expect(again.recalled).toMatchObject([{ recalledFor: 'c-1' }]);
	});

	test('sends only the people who are missing', () => {
		const store: LedgerStore = {};
		attempt(store, [createDraft({ to: toPeople(60) })], accepted());
		const { sent, recalled } = attempt(
			saved(store),
			[createDraft({ to: toPeople(80) })],
			accepted(),
		);
		expect(sent.flatMap(({ recipients }) => recipients)).toEqual(people(20, 60));
		expect(recalled.flatMap((part) => part.people)).toEqual(people(60));
		expect(recalled.map((part) => part.people?.length)).toEqual([50, 10]);
	});
});

describe('requests that are not the same', () => {
	const both = (one: Draft, other: Draft) =>
		attempt(
			(() => {
				const store: LedgerStore = {};
				attempt(store, [one], accepted());
				return saved(store);
			})(),
			[other],
			accepted(),
		).sent.length;

	const everyone: CreateIntent['to'] = { sendTo: 'everyone' };
	test.each<[string, Partial<CreateIntent>, Partial<CreateIntent>]>([
		['people', {}, { to: toPeople(1) }],
		[
			'kinds of identifier',
			{},
			{ to: { sendTo: 'recipients', recipients: [{ braze_id: 'ada' }] } },
		],
		['kinds of message', {}, { target: TARGETS.canvas }],
		['input items', {}, { item: 1 }],
		['ways to send', {}, { to: everyone }],
		['items that broadcast', { to: everyone }, { to: everyone, item: 1 }],
	])('other %s do not collide', (_, one, other) => {
		expect(both(createDraft(one), createDraft(other))).toBe(1);
	});

	test('operations on the same schedule do not collide', () => {
		const { campaign } = TARGETS;
		expect(both(draftFor(campaign, 'update'), draftFor(campaign, 'delete'))).toBe(1);
		expect(both(draftFor(campaign, 'create'), draftFor(campaign, 'delete'))).toBe(1);
	});

	test('runs of the node in a loop do not collide', () => {
		const store: LedgerStore = {};
		attempt(store, [createDraft()], accepted('s-1'), 'run 0');
		expect(attempt(store, [createDraft()], accepted('s-2'), 'run 1').sent).toHaveLength(1);
		expect(attempt(saved(store), [createDraft()], accepted(), 'run 0').recalled).toMatchObject([
			{ outcome: { body: { schedule_id: 's-1' } } },
		]);
	});

	test('a schedule is not another one that the same item names on another try', () => {
		const of = (scheduleId: string) =>
			composeDelete({ item: 0, target: TARGETS.campaign, id: 'c-1', scheduleId });
		expect(both(of('s-1'), of('s-1'))).toBe(0);
		expect(both(of('s-1'), of('s-2'))).toBe(1);
	});

	test('an item of equal content does not stand for one of unknown outcome in the same run', () => {
		const store: LedgerStore = {};
		attempt(store, [createDraft()], unknown);
		expect(attempt(saved(store), [createDraft({ item: 1 })], accepted()).sent).toHaveLength(1);
	});

	test('the same request for two items is meant twice', () => {
		const store: LedgerStore = {};
		const two = [createDraft({ item: 0 }), createDraft({ item: 1 })];
		expect(attempt(store, two, accepted()).sent).toHaveLength(2);
		expect(attempt(saved(store), two, accepted()).sent).toEqual([]);
	});
});

test('however often a run is tried and whatever happens, nobody is accepted twice or forgotten', () => {
	const anyOutcome = fc.constantFrom<Outcome | 'cut off'>(accepted(), refused, unknown, 'cut off');
	const anyItem = fc.record({
		target: fc.constantFrom(...TARGET_LIST),
		to: fc.oneof(
			fc.constant<CreateIntent['to']>({ sendTo: 'everyone' }),
			fc.constant<CreateIntent['to']>({ sendTo: 'audience', audience }),
			fc
				.tuple(fc.integer({ min: 1, max: 120 }), fc.nat(50))
				.map(([count, from]) => toPeople(count, from)),
		),
	});
	fc.assert(
		fc.property(
			fc.array(anyItem, { minLength: 1, maxLength: 4 }),
			fc.array(fc.array(anyOutcome, { minLength: 1 }), { minLength: 1, maxLength: 5 }),
			(items, tries) => {
				const drafts = items.map((intent, item) => createDraft({ ...intent, item }));
				let store: LedgerStore = {};
				const mayBeScheduled = new Map<string, number>();
				for (const outcomes of tries) {
					const ledger = open(store);
					let next = 0;
					for (const [index, { recalled, rest }] of ledger.recallAll(drafts).entries()) {
						const draft = drafts[index];
						const toSend = rest ? batchesOf(rest) : [];
						const count = (list: Array<{ people?: unknown[] }>) =>
							list.reduce((sum, part) => sum + (part.people?.length ?? 1), 0);
						expect(count(recalled) + count(toSend.flatMap(({ parts }) => parts))).toBe(
							draft.people?.length ?? 1,
						);
						for (const batch of toSend) {
							const outcome = outcomes[next++ % outcomes.length];
							const claim = ledger.claim(batch);
							if (outcome !== 'cut off') claim.settle(outcome);
							if (outcome === refused) continue;
							for (const person of batch.parts[0].people ?? [{}]) {
								const key = `${draft.item} ${JSON.stringify(person)}`;
								mayBeScheduled.set(key, (mayBeScheduled.get(key) ?? 0) + 1);
							}
						}
					}
					store = saved(store);
				}
				for (const [who, times] of mayBeScheduled)
					expect({ who, times }).toEqual({ who, times: 1 });
			},
		),
	);
});

describe('an item that comes back', () => {
	/** The places of a second run, into which items of the first one come back. */
	const secondRun =
		(...places: string[]) =>
		(item: number) =>
			places[item] ? { run: 'run 0', item: places[item] } : { run: 'run 1', item: String(item) };

	test('is sent for the people who are missing, once, however often it came', () => {
		const store: LedgerStore = {};
		const draft = createDraft({ to: toPeople(60) });
		const ledger = open(store);
		const [first, second] = ledger.recallAll([draft]).flatMap(({ rest }) => batchesOf(rest!));
		ledger.claim(first).settle(accepted());
		ledger.claim(second).settle(refused);
		const back = new Ledger(saved(store), secondRun('0', '0'));
		const [one, other] = back.recallAll([draft, { ...draft, item: 1 }]);
		expect(one).toMatchObject({ recalled: [{ counting: 50 }], rest: { people: people(10, 50) } });
		expect(other.rest).toBeUndefined();
		expect(other.recalled).toMatchObject([
			{ people: draft.people, outcome: { kind: 'superseded', by: 0 } },
		]);
	});

	test.each(['at its place', 'without a trace'])(
		'%s is not sent again while its outcome is unknown',
		(how) => {
			const places = how === 'at its place' ? ['0'] : [];
			for (const [to, counting] of [
				[toPeople(3), 3],
				[{ sendTo: 'audience', audience }, 0],
			] as const) {
				const store: LedgerStore = {};
				attempt(store, [createDraft({ to })], unknown);
				const back = new Ledger(saved(store), secondRun(...places));
				expect(back.recallAll([createDraft({ to })])).toMatchObject([
					{ recalled: [{ counting, outcome: { kind: 'unknown' } }], rest: undefined },
				]);
			}
		},
	);

	test.each(['run 0', 'run 1'])(
		'with another time, and says that its outcome is unknown, is not sent again in %s',
		(run) => {
			const store: LedgerStore = {};
			attempt(store, [createDraft({ to: toPeople(2) })], unknown);
			const later = { time: '2027-01-01T09:00:00Z' };
			const draft = createDraft({ to: toPeople(3), item: 7, schedule: later });
			const [other] = open(saved(store), run).recallAll([draft]);
			expect(other).toMatchObject({ recalled: [], rest: { people: people(3) } });
			const [back] = open(saved(store), run).recallAll([{ ...draft, cameBackUnknown: true }]);
			expect(back).toMatchObject({
				recalled: [{ counting: 2, outcome: { kind: 'unknown' } }],
				rest: { people: people(1, 2) },
			});
		},
	);

	test('is a repetition wherever it stands, if it deletes and an earlier delete was lost', () => {
		const store: LedgerStore = {};
		const draft = draftFor(TARGETS.campaign, 'delete');
		const [batch] = batchesOf({ ...draft, item: 3 });
		for (const run of ['run 0', 'run 1']) {
			expect(open(saved(store), run).wasUnknown(batch)).toBe(false);
		}
		attempt(store, [draft], unknown);
		for (const run of ['run 0', 'run 1']) {
			const ledger = open(saved(store), run);
			expect(ledger.recallAll([{ ...draft, item: 3 }])).toMatchObject([{ recalled: [] }]);
			expect(ledger.wasUnknown(batch)).toBe(true);
		}
	});

	test.each<[string, CreateIntent['to']]>([
		['one person', toPeople(1)],
		['an audience', { sendTo: 'audience', audience }],
	])('stands for the later ones that come from the same place: %s', (_, to) => {
		const store: LedgerStore = {};
		attempt(store, [createDraft({ to })], refused);
		const drafts = [0, 1, 2].map((item) => createDraft({ to, item }));
		const back = new Ledger(saved(store), secondRun('0', '0', '0'));
		const [first, ...others] = back.recallAll(drafts);
		expect(first).toMatchObject({ recalled: [], rest: { item: 0 } });
		const outcome = { kind: 'superseded', by: 0, warning: expect.stringContaining('[item 0]') };
		expect(others).toEqual(
			drafts.slice(1).map((draft) => ({
				recalled: [
					{
						people: draft.people,
						counting: 0,
						schedule: draft.schedule,
						request: draft,
						outcome,
					},
				],
			})),
		);
	});

	test('names for each person the item that stands for them', () => {
		const store: LedgerStore = {};
		attempt(store, [createDraft({ to: toPeople(3) })], refused);
		const back = new Ledger(saved(store), secondRun('0', '0', '0'));
		const drafts = [toPeople(1), toPeople(1, 1), toPeople(3)].map((to, item) =>
			createDraft({ to, item }),
		);
		expect(back.recallAll(drafts)[2]).toMatchObject({
			recalled: [
				{ people: people(1), outcome: { kind: 'superseded', by: 0 } },
				{ people: people(1, 1), outcome: { kind: 'superseded', by: 1 } },
			],
			rest: { people: people(1, 2), resumed: false },
		});
	});

	test('without a trace is sent if anything about it differs', () => {
		const store: LedgerStore = {};
		attempt(store, [createDraft()], unknown);
		const back = new Ledger(saved(store), secondRun());
		for (const other of [{ properties: { order: 2 } }, { to: toPeople(1) }]) {
			expect(back.recallAll([createDraft(other)])).toMatchObject([
				{ recalled: [], rest: expect.anything() },
			]);
		}
	});
});

describe('a try after n8n has stopped without saving', () => {
	const incomplete = (store: LedgerStore) =>
		new Ledger(store, (item) => ({ run: 'run 0', item: String(item) }), undefined, 'killed');
	const forgotten = {
		kind: 'unknown',
		failure: {
			message: 'n8n stopped during an earlier try of this execution, so the outcome is unknown',
			description: expect.stringContaining('Nothing was sent now'),
		},
	};

	test.each<[string, CreateIntent['to'], number]>([
		['people', toPeople(3), 3],
		['everyone', { sendTo: 'everyone' }, 0],
	])('sends no create to %s, and says so', (_, to, counting) => {
		const draft = createDraft({ to });
		expect(incomplete({}).recallAll([draft])).toEqual([
			{ recalled: [{ people: draft.people, counting, outcome: forgotten, request: draft }] },
		]);
	});

	test('still knows what was saved before', () => {
		const store: LedgerStore = {};
		attempt(store, [createDraft({ to: toPeople(2) })], accepted('s-7'));
		const [one] = incomplete(saved(store)).recallAll([createDraft({ to: toPeople(5) })]);
		expect(one.rest).toBeUndefined();
		expect([one]).toMatchObject([
			{
				recalled: [
					{ people: people(2), counting: 2, outcome: { body: { schedule_id: 's-7' } } },
					{ people: people(3, 2), counting: 3, outcome: forgotten },
				],
			},
		]);
		expect(incomplete(saved(store)).recallAll([createDraft({ to: toPeople(2) })])).toMatchObject([
			{ recalled: [{ counting: 2 }], rest: undefined },
		]);
	});

	test.each(['update', 'delete'] as const)('repeats an %s, which does no harm', (operation) => {
		const draft = draftFor(TARGETS.campaign, operation);
		expect(incomplete({}).recallAll([draft])).toEqual([{ recalled: [], rest: draft }]);
	});

	test('sends what has a Deduplication Key, which knows what was sent', () => {
		const draft = createDraft({ deduplicationKey: 'order-7' });
		expect(incomplete({}).recallAll([draft])).toEqual([{ recalled: [], rest: draft }]);
	});
});

describe('the audience of a run', () => {
	const draft = (item = 0) => createDraft({ item, to: { sendTo: 'audience', audience } });

	test('is not messaged before anything was sent', () => {
		expect(open({}).hasMessaged(draft())).toBe(false);
	});

	test('is no matter of people who also have to match it', () => {
		const store: LedgerStore = {};
		const some = createDraft({ item: 1, to: { ...toPeople(1), audience } as CreateIntent['to'] });
		attempt(store, [some], accepted());
		expect(open(saved(store)).hasMessaged(draft())).toBe(false);
		attempt(store, [draft()], accepted());
		const later = open(saved(store), 'run 1');
		expect(later.hasMessaged(draft(1))).toBe(true);
		expect(later.hasMessaged(some)).toBe(false);
	});

	test('is messaged as long as one of its messages was not refused', () => {
		const store: LedgerStore = {};
		const ledger = open(store);
		const [first, second] = [draft(0), draft(1)].flatMap(batchesOf);
		const claims = [ledger.claim(first), ledger.claim(second)];
		claims[0].settle(accepted());
		claims[1].settle(refused);
		expect(ledger.hasMessaged(draft(2))).toBe(true);
		expect(ledger.hasMessaged(draft(0))).toBe(false);
	});

	test('of an item that comes back in another run is messaged by itself', () => {
		const store: LedgerStore = {};
		attempt(store, [draft()], unknown);
		const back = new Ledger(saved(store), () => ({ run: 'run 0', item: '0' }));
		expect(back.hasMessaged(draft(5))).toBe(false);
	});

	test.each([
		['accepted', accepted(), true],
		['of unknown outcome', unknown, true],
		['refused', refused, false],
	] as const)(
		'counts as messaged for later runs if its message was %s',
		(_, outcome, isMessaged) => {
			const store: LedgerStore = {};
			attempt(store, [draft()], outcome);
			expect(open(saved(store), 'run 1').hasMessaged(draft())).toBe(isMessaged);
			expect(open(saved(store), 'run 0').hasMessaged(draft())).toBe(false);
			expect(open(saved(store), 'run 1').hasMessaged(createDraft())).toBe(false);
		},
	);
});

describe('whether an earlier try of a request ended without an answer', () => {
	test.each([
		['accepted', accepted(), false],
		['refused', refused, false],
		['of unknown outcome', unknown, true],
		['cut off', 'cut off', true],
	] as const)('one that was %s', (_, outcome, wasUnknown) => {
		for (const operation of ['update', 'delete'] as const) {
			const store: LedgerStore = {};
			const draft = draftFor(TARGETS.campaign, operation);
			attempt(store, [draft], outcome);
			expect(open(saved(store)).wasUnknown(batchesOf(draft)[0])).toBe(wasUnknown);
		}
	});

	test('is no question of a create, which is not repeated, nor of another schedule', () => {
		const store: LedgerStore = {};
		const create = createDraft({ to: { sendTo: 'everyone' } });
		attempt(store, [create, draftFor(TARGETS.campaign, 'delete')], unknown);
		const ledger = open(saved(store));
		expect(ledger.wasUnknown(batchesOf(create)[0])).toBe(false);
		const other = { item: 1, target: TARGETS.campaign, id: 'c-1', scheduleId: 's-2' };
		expect(ledger.wasUnknown(batchesOf(composeDelete(other))[0])).toBe(false);
		expect(ledger.wasUnknown(batchesOf(composeDelete({ ...other, item: 0 }))[0])).toBe(false);
	});
});

describe('a schedule that an agent has moved or cancelled since', () => {
	type Operation = (typeof OPERATIONS)[number];
	const tools = (touched: Touched = {}) => {
		const stores = new Map<string, LedgerStore>();
		return (tool: Operation, place: string = tool) => {
			const store = stores.get(tool) ?? {};
			stores.set(tool, store);
			return new Ledger(store, () => ({ run: 'agent', item: place }), touched);
		};
	};
	const toAudience = createDraft({ to: { sendTo: 'audience', audience } });
	const ofOne = (operation: Operation) => draftFor(TARGETS.campaign, operation);

	test.each<[Operation, string, Outcome, boolean]>([
		['delete', 'cancelled', accepted(), true],
		['delete', 'perhaps cancelled', unknown, true],
		['delete', 'not cancelled', refused, false],
		['update', 'moved', accepted(), true],
		['update', 'perhaps moved', unknown, true],
		['update', 'not moved', refused, false],
	])('lets a create with the same values go out again: %s, %s', (operation, _, outcome, goes) => {
		for (const draft of [createDraft(), toAudience]) {
			const tool = tools();
			tool('create').claim(batchesOf(draft)[0]).settle(accepted('s-1'));
			tool(operation)
				.claim(batchesOf(ofOne(operation))[0])
				.settle(outcome);
			const [{ recalled, rest }] = tool('create').recallAll([draft]);
			expect(rest).toEqual(goes ? expect.objectContaining({ item: 0 }) : undefined);
			expect(recalled).toHaveLength(goes ? 0 : 1);
		}
	});

	test.each<[Operation, string, Outcome, boolean]>([
		['delete', 'cancelled', accepted(), false],
		['delete', 'perhaps cancelled', unknown, true],
		['delete', 'not cancelled', refused, true],
		['update', 'moved', accepted(), true],
	])('still has its audience unless it is cancelled: %s, %s', (operation, _, outcome, has) => {
		const tool = tools();
		tool('create', 'one').claim(batchesOf(toAudience)[0]).settle(accepted('s-1'));
		expect(tool('create', 'another').hasMessaged(toAudience)).toBe(true);
		tool(operation)
			.claim(batchesOf(ofOne(operation))[0])
			.settle(outcome);
		expect(tool('create', 'another').hasMessaged(toAudience)).toBe(has);
	});

	test.each(['update', 'delete'] as const)(
		'can be the object of the same %s again',
		(operation) => {
			const tool = tools();
			tool(operation)
				.claim(batchesOf(ofOne(operation))[0])
				.settle({ kind: 'accepted', queued: false, body: { message: 'success' }, warnings: [] });
			expect(tool(operation).recallAll([ofOne(operation)])).toEqual([
				{ recalled: [], rest: ofOne(operation) },
			]);
		},
	);

	test.each<[string, Outcome, string]>([
		['what Braze has cancelled', accepted(), 'cancelled'],
		['what it may have cancelled', unknown, 'changed'],
	])('is told from others: %s', (_, outcome, state) => {
		const touched: Touched = {};
		tools(touched)('delete')
			.claim(batchesOf(ofOne('delete'))[0])
			.settle(outcome);
		expect(touched).toEqual({ 's-1': state });
	});

	test('is never one that was only made, even if its outcome is unknown', () => {
		const tool = tools();
		tool('create', 'one').claim(batchesOf(createDraft())[0]).settle(accepted());
		tool('create', 'another').claim(batchesOf(createDraft())[0]).settle(unknown);
		expect(tool('create', 'another').recallAll([createDraft()])).toMatchObject([
			{ recalled: [{ outcome: { kind: 'unknown' } }], rest: undefined },
		]);
	});

	test('is another one than the schedules of other creates', () => {
		const tool = tools();
		tool('create').claim(batchesOf(toAudience)[0]).settle(accepted('s-2'));
		tool('delete')
			.claim(batchesOf(ofOne('delete'))[0])
			.settle(accepted());
		expect(tool('create').recallAll([toAudience])).toMatchObject([
			{ recalled: [{ outcome: { body: { schedule_id: 's-2' } } }], rest: undefined },
		]);
	});

	test('is no reason to leave out a create with the same values', () => {
		const touched = {};
		const asTool = (store: LedgerStore) =>
			new Ledger(store, () => ({ run: 'agent', item: 'create ada' }), touched);
		const store: LedgerStore = {};
		const create = asTool(store);
		create.claim(batchesOf(createDraft())[0]).settle(accepted('s-1'));
		expect(asTool(store).recallAll([createDraft()])[0].rest).toBeUndefined();
		const cancel = draftFor(TARGETS.campaign, 'delete');
		asTool({}).claim(batchesOf(cancel)[0]).settle(accepted('s-1'));
		expect(asTool(store).recallAll([createDraft()])[0].rest).toMatchObject(createDraft());
	});
});

describe('what is stored', () => {
	test('no person and no value stands in it in clear', () => {
		const store: LedgerStore = {};
		const secret = 'ada.lovelace@example.com';
		const recipients = [
			{ email: secret, prioritization: ['identified'], attributes: { secret } },
			{ external_user_id: secret },
			{ braze_id: secret, trigger_properties: { [secret]: secret } },
			{ user_alias: { alias_name: secret, alias_label: secret } },
		];
		const drafts = [accepted(), refused, unknown].map((_, item) =>
			createDraft({
				item,
				properties: { secret },
				to: {
					sendTo: 'recipients',
					recipients,
					audience: {
						custom_attribute: {
							custom_attribute_name: secret,
							comparison: 'equals',
							value: secret,
						},
					},
				},
			}),
		);
		[accepted(), refused, unknown].forEach((outcome, item) =>
			attempt(store, [drafts[item]], outcome),
		);
		expect(JSON.stringify(store)).not.toMatch(/ada|lovelace|example/i);
		expect(Object.keys(store)).toHaveLength(1);
	});

	test('10,000 requests stay under 1.3 MB, in JSON and as n8n saves it', () => {
		const store: LedgerStore = {};
		const ledger = open(store);
		for (let item = 0; item < 10_000; item += 1) {
			const [batch] = batchesOf(createDraft({ item, to: toPeople(1, item) }));
			ledger.claim(batch).settle({
				kind: 'accepted',
				queued: false,
				body: {
					message: 'success',
					schedule_id: `3f1c9b0e-52d4-4c6b-9a57-${String(item).padStart(12, '0')}`,
					dispatch_id: String(item).padStart(32, '0'),
				},
				warnings: [],
			});
		}
		const LIMIT = 1.3 * 1024 * 1024;
		expect(Buffer.byteLength(JSON.stringify(store))).toBeLessThan(LIMIT);
		expect(Buffer.byteLength(stringify(store))).toBeLessThan(LIMIT);
	});

	test('two people do not get the same fingerprint', () => {
		const store: LedgerStore = {};
		attempt(store, [createDraft({ to: toPeople(20_000) })], accepted());
		expect(Object.keys(store.ledger?.claims ?? {})).toHaveLength(20_000);
	});
});

describe('what it writes down', () => {
	const audienceDraft = () => createDraft({ to: { sendTo: 'audience', audience } });

	test('is no more than is needed', () => {
		const store: LedgerStore = {};
		attempt(store, [audienceDraft()], accepted('s-1'));
		const { abouts, entries, claims, lost, audiences } = saved(store).ledger ?? {};
		const body = { message: 'success', schedule_id: 's-1', dispatch_id: 'd-1' };
		expect(abouts).toEqual([{ id: 'c-1', schedule: audienceDraft().schedule }]);
		expect(entries).toEqual([[0, 's-1', 'd-1']]);
		const short = expect.stringMatching(/^[\w-]{12}$/);
		expect(Object.keys(claims ?? {})).toEqual([short]);
		expect(lost).toEqual({});
		expect(Object.entries(audiences ?? {})).toEqual([
			[short, [{ windows: [], place: short, entry: 0 }]],
		]);
		const [recalled] = attempt(saved(store), [audienceDraft()], refused).recalled;
		expect(recalled).toMatchObject({
			counting: 0,
			recalledFor: 'c-1',
			outcome: { kind: 'accepted', queued: false, body, warnings: [] },
		});
	});

	test('of many requests with one campaign and time has both once, on a later try too', () => {
		const store: LedgerStore = {};
		const to = (item: number, time = '2026-03-31T07:00:00Z') =>
			createDraft({ item, schedule: { time } });
		attempt(store, [to(0), to(1), to(2, '2026-03-31T08:00:00Z')], accepted());
		const later = saved(store);
		attempt(later, [to(0), to(3), to(4, '2026-03-31T08:00:00Z')], accepted());
		expect(later.ledger?.abouts.map(({ schedule }) => schedule?.time)).toEqual([
			'2026-03-31T07:00:00Z',
			'2026-03-31T08:00:00Z',
		]);
		expect(later.ledger?.entries.map(([about]) => about)).toEqual([0, 0, 1, 0, 1]);
	});

	test('of an update or a delete has nothing that only concerns creates', () => {
		for (const outcome of [accepted(), unknown]) {
			for (const operation of ['update', 'delete'] as const) {
				const store: LedgerStore = {};
				attempt(store, [draftFor(TARGETS.campaign, operation)], outcome);
				const isLostDelete = operation === 'delete' && outcome === unknown;
				expect(Object.keys(store.ledger!.lost)).toHaveLength(isLostDelete ? 1 : 0);
				expect(store.ledger?.audiences).toEqual({});
			}
		}
	});

	test('of a refused create is nothing but the try itself', () => {
		const store: LedgerStore = {};
		attempt(store, [audienceDraft(), createDraft({ item: 1 })], refused);
		const { entries, claims, lost } = store.ledger!;
		expect({ entries, claims, lost }).toEqual({ entries: [[0], [0]], claims: {}, lost: {} });
	});

	test('of people who also have to match an audience is nothing about that audience', () => {
		const store: LedgerStore = {};
		const to = { ...toPeople(1), audience } as CreateIntent['to'];
		attempt(store, [createDraft({ to })], accepted());
		expect(store.ledger?.audiences).toEqual({});
	});

	test('has an empty answer as it was', () => {
		const store: LedgerStore = {};
		const draft = draftFor(TARGETS.campaign, 'update');
		attempt(store, [draft], { kind: 'accepted', queued: false, body: {}, warnings: [] });
		expect(attempt(saved(store), [draft], refused).recalled).toStrictEqual([
			{
				counting: 0,
				schedule: draft.schedule,
				outcome: { kind: 'accepted', queued: false, body: {}, warnings: [] },
				request: [0, null, null, { message: null }],
				recalledFor: 'c-1',
				asOf: undefined,
			},
		]);
	});

	test('has the moment of sending only where there is something to say about its time', () => {
		const said = (asOf?: number) => (asOf === 7 ? ['The time is in the past'] : []);
		for (const [asOf, remarks] of [
			[7, [{ asOf: 7 }]],
			[8, []],
		] as const) {
			const store: LedgerStore = {};
			const drafts = [createDraft({ to: toPeople(1) }), createDraft({ to: toPeople(1, 1) })];
			const [batch] = group([drafts[0], { ...drafts[1], item: 1, timeWarnings: said }], true);
			open(store).claim(batch).settle(accepted(), asOf);
			expect(saved(store).ledger?.entries).toEqual([[0, 's-1', 'd-1', ...remarks]]);
			const { recalled } = attempt(saved(store), [drafts[0]], refused);
			expect(recalled).toMatchObject([{ asOf: remarks[0]?.asOf, outcome: accepted() }]);
		}
	});

	test('of what was cut off says so, and of what was lost why', () => {
		for (const [outcome, message] of [
			['cut off', 'An earlier try of this execution got no answer, so the outcome is unknown'],
			[unknown, 'm'],
		] as const) {
			const store: LedgerStore = {};
			attempt(store, [createDraft()], outcome);
			const [recalled] = attempt(saved(store), [createDraft()], accepted()).recalled;
			expect(recalled.outcome).toMatchObject({ kind: 'unknown', failure: { message } });
		}
	});

	test('tells whether a part of an item is out already', () => {
		const store: LedgerStore = {};
		const ledger = open(store);
		const draft = createDraft({ to: toPeople(60) });
		const [first, second] = batchesOf(draft);
		ledger.claim(first).settle(accepted());
		ledger.claim(second).settle(refused);
		const next = open(saved(store));
		const other = createDraft({ item: 1 });
		expect(next.recallAll([draft, other])).toMatchObject([
			{ rest: { people: people(10, 50), resumed: true }, recalled: [{ counting: 50 }] },
			{ recalled: [], rest: { ...other, resumed: false } },
		]);
	});

	test('knows for which of two combined items a person counts', () => {
		const [ada, bob, cy] = people(3);
		const of = (item: number, ...recipients: (typeof ada)[]) =>
			createDraft({
				item,
				to: { sendTo: 'recipients', recipients: recipients.map((one) => ({ ...one })) },
			});
		// Alone, so that what follows is not the first entry of all.
		const store: LedgerStore = {};
		attempt(store, [of(9, cy)], accepted('s-0'));
		const drafts = [of(0, ada, bob), of(1, bob, cy)];
		const [batch, ...more] = group(drafts, true);
		expect(more).toEqual([]);
		open(store).claim(batch).settle(accepted('s-1'));
		const again = open(saved(store));
		expect(again.recallAll(drafts)).toMatchObject([
			{ recalled: [{ people: [ada, bob], counting: 1 }], rest: undefined },
			{ recalled: [{ people: [bob, cy], counting: 2 }], rest: undefined },
		]);
		expect(again.recallAll([of(9, cy)])).toMatchObject([{ recalled: [{ counting: 1 }] }]);
	});
});
