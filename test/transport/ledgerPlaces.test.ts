import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { CreateIntent } from '../../nodes/BrazeSchedule/domain/drafts';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import type { Target } from '../../nodes/BrazeSchedule/domain/targets';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore, Touched } from '../../nodes/BrazeSchedule/transport/ledgerMemory';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { refused, unknown } from './context';
import { createDraft, draftFor, OPERATIONS, people } from '../domain/drafts';
import { accepted, open, attempt, saved, toPeople, audience } from './tries';

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
		ledger.noteSending(first).noteOutcome(accepted());
		ledger.noteSending(second).noteOutcome(refused);
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

describe('a message with values of its recipient', () => {
	const { campaign, canvas } = TARGETS;
	const order = (target: Target, field: string, number: number) =>
		createDraft({
			target,
			to: {
				sendTo: 'recipients',
				recipients: [{ external_user_id: 'ada', [field]: { order: number } }],
			},
		});

	test.each([
		[campaign, 'trigger_properties'],
		[canvas, 'context'],
		[canvas, 'canvas_entry_properties'],
	] as const)('is sent although another one in the loop is unknown: %#', (target, field) => {
		const store: LedgerStore = {};
		attempt(store, [order(target, field, 1)], unknown);
		const nextPass = open(saved(store), 'run 1');
		expect(nextPass.recallAll([order(target, field, 2)])).toMatchObject([
			{ recalled: [], rest: expect.anything() },
		]);
		for (const back of [
			order(target, field, 1),
			{ ...order(target, field, 2), cameBackUnknown: true },
		]) {
			expect(open(saved(store), 'run 1').recallAll([back])).toMatchObject([
				{ recalled: [{ outcome: { kind: 'unknown' } }], rest: undefined },
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
});

describe('a schedule that an agent has moved or canceled since', () => {
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

	test('lets a create with the same values go out again if it is canceled', () => {
		for (const draft of [createDraft(), toAudience]) {
			const tool = tools();
			tool('create').noteSending(batchesOf(draft)[0]).noteOutcome(accepted('s-1'));
			tool('delete')
				.noteSending(batchesOf(ofOne('delete'))[0])
				.noteOutcome(accepted());
			expect(tool('create').hasMessaged(draft)).toBe(false);
			expect(tool('create').recallAll([draft])).toMatchObject([
				{ recalled: [], rest: { item: 0 } },
			]);
		}
	});

	test.each<[Operation, Outcome]>([
		['update', accepted()],
		['update', unknown],
		['delete', unknown],
	])('stays canceled, whatever is asked for it afterwards: %s', (operation, outcome) => {
		const tool = tools();
		tool('create').noteSending(batchesOf(toAudience)[0]).noteOutcome(accepted('s-1'));
		const ask = (one: Operation, answer: Outcome) => {
			const sending = tool(one).noteSending(batchesOf(ofOne(one))[0]);
			sending.noteOutcome(answer);
		};
		ask('delete', accepted());
		ask(operation, outcome);
		expect(tool('create').hasMessaged(toAudience)).toBe(false);
		expect(tool('create').recallAll([toAudience])).toMatchObject([{ recalled: [], rest: {} }]);
	});

	test.each<[Operation, string, Outcome, boolean]>([
		['delete', 'perhaps canceled', unknown, true],
		['delete', 'not canceled', refused, false],
		['update', 'moved', accepted(), true],
		['update', 'perhaps moved', unknown, true],
		['update', 'not moved', refused, false],
	])('keeps a create with the same values back: %s, %s', (operation, _, outcome, isChanged) => {
		for (const draft of [createDraft(), toAudience]) {
			const tool = tools();
			tool('create').noteSending(batchesOf(draft)[0]).noteOutcome(accepted('s-1'));
			tool(operation)
				.noteSending(batchesOf(ofOne(operation))[0])
				.noteOutcome(outcome);
			const [{ recalled, rest }] = tool('create').recallAll([draft]);
			expect(rest).toBeUndefined();
			expect(recalled).toMatchObject([{ outcome: { body: { schedule_id: 's-1' } } }]);
			expect(recalled[0].isChanged).toBe(isChanged || undefined);
			expect(recalled[0].schedule).toEqual(isChanged ? undefined : draft.schedule);
		}
	});

	test('lets nothing go out again to an audience that another call has messaged since', () => {
		const tool = tools();
		tool('create', 'one').noteSending(batchesOf(toAudience)[0]).noteOutcome(accepted('s-1'));
		tool('delete')
			.noteSending(batchesOf(ofOne('delete'))[0])
			.noteOutcome(accepted());
		tool('create', 'another').noteSending(batchesOf(toAudience)[0]).noteOutcome(accepted('s-2'));
		expect(tool('create', 'one').hasMessaged(toAudience)).toBe(true);
		expect(tool('create', 'another').hasMessaged(toAudience)).toBe(false);
	});

	test.each<[Operation, string, Outcome, boolean]>([
		['delete', 'canceled', accepted(), false],
		['delete', 'perhaps canceled', unknown, true],
		['delete', 'not canceled', refused, true],
		['update', 'moved', accepted(), true],
	])('still has its audience unless it is canceled: %s, %s', (operation, _, outcome, has) => {
		const tool = tools();
		tool('create', 'one').noteSending(batchesOf(toAudience)[0]).noteOutcome(accepted('s-1'));
		expect(tool('create', 'another').hasMessaged(toAudience)).toBe(true);
		tool(operation)
			.noteSending(batchesOf(ofOne(operation))[0])
			.noteOutcome(outcome);
		expect(tool('create', 'another').hasMessaged(toAudience)).toBe(has);
	});

	test.each(['update', 'delete'] as const)(
		'can be the object of the same %s again',
		(operation) => {
			const tool = tools();
			tool(operation)
				.noteSending(batchesOf(ofOne(operation))[0])
				.noteOutcome({
					kind: 'accepted',
					queued: false,
					body: { message: 'success' },
					warnings: [],
				});
			expect(tool(operation).recallAll([ofOne(operation)])).toEqual([
				{ recalled: [], rest: ofOne(operation) },
			]);
		},
	);

	test.each<[string, Outcome, string]>([
		['what Braze has canceled', accepted(), 'canceled'],
		['what it may have canceled', unknown, 'changed'],
	])('is distinguished from others: %s', (_, outcome, state) => {
		const touched: Touched = {};
		tools(touched)('delete')
			.noteSending(batchesOf(ofOne('delete'))[0])
			.noteOutcome(outcome);
		expect(touched).toEqual({ 's-1': state });
	});

	test('is never one that was only made, even if its outcome is unknown', () => {
		const tool = tools();
		tool('create', 'one').noteSending(batchesOf(createDraft())[0]).noteOutcome(accepted());
		tool('create', 'another').noteSending(batchesOf(createDraft())[0]).noteOutcome(unknown);
		expect(tool('create', 'another').recallAll([createDraft()])).toMatchObject([
			{ recalled: [{ outcome: { kind: 'unknown' } }], rest: undefined },
		]);
	});

	test('is another one than the schedules of other creates', () => {
		const tool = tools();
		tool('create').noteSending(batchesOf(toAudience)[0]).noteOutcome(accepted('s-2'));
		tool('delete')
			.noteSending(batchesOf(ofOne('delete'))[0])
			.noteOutcome(accepted());
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
		create.noteSending(batchesOf(createDraft())[0]).noteOutcome(accepted('s-1'));
		expect(asTool(store).recallAll([createDraft()])[0].rest).toBeUndefined();
		const cancel = draftFor(TARGETS.campaign, 'delete');
		asTool({}).noteSending(batchesOf(cancel)[0]).noteOutcome(accepted('s-1'));
		expect(asTool(store).recallAll([createDraft()])[0].rest).toMatchObject(createDraft());
	});
});
