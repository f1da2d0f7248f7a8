import { stringify } from 'flatted';

import fc from 'fast-check';
import { noFindings } from '../../../nodes/BrazeSchedule/domain/findings';
import { group } from '../../../nodes/BrazeSchedule/domain/grouping';
import { batchesOf, composeUpdate } from '../../../nodes/BrazeSchedule/domain/requests';
import type { CreateIntent, Draft } from '../../../nodes/BrazeSchedule/domain/requests';
import { TARGETS } from '../../../nodes/BrazeSchedule/domain/targets';
import { Ledger } from '../../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore } from '../../../nodes/BrazeSchedule/transport/ledger';
import type { Outcome } from '../../../nodes/BrazeSchedule/transport/outcome';
import { createDraft, draftFor, OPERATIONS, TARGET_LIST } from './requests';

const accepted = (schedule_id = 's-1'): Outcome => ({
	kind: 'accepted',
	queued: false,
	body: { message: 'success', schedule_id, dispatch_id: 'd-1' },
	warnings: [],
});
const failure = { message: 'm', description: 'd' };
const refused: Outcome = { kind: 'refused', failure };
const unknown: Outcome = { kind: 'unknown', failure };

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

const people = (count: number, from = 0) =>
	Array.from({ length: count }, (_, index) => ({ external_user_id: `u${from + index}` }));
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
			const store: LedgerStore = {};
			attempt(store, [createDraft()], unknown);
			const places = how === 'at its place' ? ['0'] : [];
			const back = new Ledger(saved(store), secondRun(...places));
			expect(back.recallAll([createDraft()])).toMatchObject([
				{ recalled: [{ outcome: { kind: 'unknown' } }], rest: undefined },
			]);
		},
	);

	test('without a trace is sent if anything about it differs', () => {
		const store: LedgerStore = {};
		attempt(store, [createDraft()], unknown);
		const back = new Ledger(saved(store), secondRun());
		expect(back.recallAll([createDraft({ properties: { order: 2 } })])).toMatchObject([
			{ recalled: [], rest: expect.anything() },
		]);
	});
});

describe('the audience of a run', () => {
	const draft = (item = 0) => createDraft({ item, to: { sendTo: 'audience', audience } });

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

describe('a schedule that an agent has moved or cancelled since', () => {
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
		const { abouts, entries, claims } = saved(store).ledger ?? {};
		const body = { message: 'success', schedule_id: 's-1', dispatch_id: 'd-1' };
		expect(abouts).toEqual([{ id: 'c-1', schedule: audienceDraft().schedule }]);
		expect(entries).toEqual([[0, 's-1', 'd-1']]);
		expect(Object.keys(claims ?? {})).toEqual([expect.stringMatching(/^[\w-]{12}$/)]);
		const [recalled] = attempt(saved(store), [audienceDraft()], refused).recalled;
		expect(recalled).toMatchObject({
			counting: 0,
			recalledFor: 'c-1',
			outcome: { kind: 'accepted', queued: false, body, warnings: [] },
		});
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
