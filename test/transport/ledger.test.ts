import fc from 'fast-check';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { composeDelete, composeUpdate } from '../../nodes/BrazeSchedule/domain/drafts';
import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { CreateIntent, Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledgerMemory';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { refused, unknown } from './context';
import { createDraft, draftFor, OPERATIONS, people, TARGET_LIST } from '../domain/drafts';
import { accepted, open, attempt, saved, toPeople, usedAppAfter, audience } from './tries';

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

	test('knows a create whose time and properties are calculated again on each try', () => {
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

	test('does not repeat an update whose time is calculated again on each try', () => {
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
							const sending = ledger.noteSending(batch);
							if (outcome !== 'cut off') sending.noteOutcome(outcome);
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
		const claims = [ledger.noteSending(first), ledger.noteSending(second)];
		claims[0].noteOutcome(accepted());
		claims[1].noteOutcome(refused);
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

describe('a test', () => {
	const message = (item: number, more: Partial<CreateIntent> = {}) =>
		createDraft({ item, ...more });
	const testFor = (item: number, more: Partial<CreateIntent> = {}) =>
		message(item, { ...more, test: true });

	test('is sent for the first item of each campaign and each Canvas', () => {
		const { canvas } = TARGETS;
		const drafts = [
			message(0),
			testFor(1),
			testFor(2),
			testFor(3, { id: 'c-2' }),
			testFor(4, { target: canvas }),
			testFor(5, { target: canvas }),
		];
		expect([...open({}).firstTests(drafts)].map(({ item }) => item)).toEqual([1, 3, 4]);
	});

	test.each([
		['accepted', accepted(), 0],
		['of unknown outcome', unknown, 0],
		['refused', refused, 1],
	] as const)(
		'that was %s: how many another item, run or call sends after it',
		(_, outcome, sent) => {
			const store: LedgerStore = {};
			attempt(store, [testFor(0)], outcome);
			for (const [draft, run] of [
				[testFor(0), 'run 1'],
				[testFor(1), 'run 0'],
			] as const) {
				expect(open(saved(store), run).firstTests([draft]).size).toBe(sent);
			}
			// The item itself may be sent on another try, which its claims decide.
			expect(open(saved(store)).firstTests([testFor(0)]).size).toBe(1);
			expect(open(saved(store), 'run 1').firstTests([testFor(0, { id: 'c-2' })]).size).toBe(1);
		},
	);

	test('is none of the messages themselves, whatever became of them', () => {
		for (const outcome of [accepted(), refused]) {
			const store: LedgerStore = {};
			attempt(store, [message(0)], outcome);
			expect(open(saved(store), 'run 1').firstTests([testFor(0)]).size).toBe(1);
			attempt(store, [testFor(1)], accepted());
			attempt(store, [message(2)], outcome);
			expect(open(saved(store), 'run 1').firstTests([testFor(0)]).size).toBe(0);
		}
	});

	test.each([
		['accepted', accepted(), 'run 0'],
		['of unknown outcome, and comes back in another run', unknown, 'run 1'],
	] as const)(
		'of a tester who is a recipient too does not stand for the message: one that was %s',
		(_, outcome, run) => {
			for (const [first, second] of [
				[testFor(0), message(0)],
				[message(0), testFor(0)],
			]) {
				const store: LedgerStore = {};
				attempt(store, [first], outcome);
				for (const back of [{}, { cameBackUnknown: true }]) {
					const [same] = open(saved(store), run).recallAll([{ ...first, ...back }]);
					expect(same).toMatchObject({ recalled: [{ counting: 1 }], rest: undefined });
					const [other] = open(saved(store), run).recallAll([{ ...second, ...back }]);
					expect(other).toMatchObject({ recalled: [], rest: second });
				}
			}
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
