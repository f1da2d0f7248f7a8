import { stringify } from 'flatted';
import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { CreateIntent } from '../../nodes/BrazeSchedule/domain/drafts';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledgerMemory';
import { refused, unknown } from './context';
import { createDraft, draftFor, people } from '../domain/drafts';
import { accepted, open, attempt, saved, toPeople, audience } from './tries';

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
			ledger.noteSending(batch).noteOutcome({
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
				people: undefined,
				counting: 0,
				schedule: draft.schedule,
				outcome: { kind: 'accepted', queued: false, body: {}, warnings: [] },
				request: [0, null, null, { message: null }],
				recalledFor: 'c-1',
				asOf: undefined,
				deed: undefined,
				existing: undefined,
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
			open(store).noteSending(batch).noteOutcome(accepted(), asOf);
			expect(saved(store).ledger?.entries).toEqual([[0, 's-1', 'd-1', ...remarks]]);
			const { recalled } = attempt(saved(store), [drafts[0]], refused);
			expect(recalled).toMatchObject([{ asOf: remarks[0]?.asOf, outcome: accepted() }]);
		}
	});

	test('has no moment of sending where none is known', () => {
		const store: LedgerStore = {};
		const timeWarnings = () => ['The time is in the past'];
		const [batch] = batchesOf({ ...createDraft(), timeWarnings });
		open(store).noteSending(batch).noteOutcome(accepted());
		expect(store.ledger?.entries).toStrictEqual([[0, 's-1', 'd-1']]);
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
		ledger.noteSending(first).noteOutcome(accepted());
		ledger.noteSending(second).noteOutcome(refused);
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
		open(store).noteSending(batch).noteOutcome(accepted('s-1'));
		const again = open(saved(store));
		expect(again.recallAll(drafts)).toMatchObject([
			{ recalled: [{ people: [ada, bob], counting: 1 }], rest: undefined },
			{ recalled: [{ people: [bob, cy], counting: 2 }], rest: undefined },
		]);
		expect(again.recallAll([of(9, cy)])).toMatchObject([{ recalled: [{ counting: 1 }] }]);
	});
});
