import { composeDelete, composeUpdate } from '../../nodes/BrazeSchedule/domain/drafts';
import type { Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import type { Deed, Handle, Intent } from '../../nodes/BrazeSchedule/domain/references';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledgerMemory';
import type { Outcome, PartOutcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { createDraft, schedule } from '../domain/drafts';
import { refused, unknown } from './context';
import { accepted, attempt, audience, open, saved, toPeople } from './tries';

const under = (intent: Intent, deed?: Deed) => ({
	...{ reference: 'order-1', intent, forEveryone: false, stopIfNotFound: false, name: '' },
	deed,
});

const create = (deed: Deed = 'create', to = toPeople(2)): Draft =>
	createDraft({ to, under: under('upsert', deed) });

const HANDLE: Handle = {
	time: '2026-03-30T09:00:00+02:00',
	mode: 'exact',
	timeZone: 'Europe/Berlin',
	recipients: 2,
	scheduleId: 's-1',
	dispatchId: 'd-1',
	sendId: 'launch-1',
};

const existing = (intent: Intent, deed: Deed) => ({
	...{ item: 0, target: TARGETS.campaign, id: 'c-1', scheduleId: 's-1' },
	// A row of the data table has more than its handle.
	under: { ...under(intent, deed), known: { ...HANDLE, workflow: 'Reminders' } },
});
const update = (intent: Intent) =>
	composeUpdate(existing(intent, 'update'), schedule, noFindings());
const cancellation = (intent: Intent) => composeDelete(existing(intent, 'delete'));

/** Of a second try, after this draft had this outcome on the first. */
function again(draft: Draft, outcome = accepted('s-7'), second: Draft = draft) {
	const store: LedgerStore = {};
	attempt(store, [draft], outcome);
	return attempt(saved(store), [second], accepted('s-8'));
}

describe('an item with a reference, on a second try', () => {
	test('is the same request, no matter for whom it is by then', () => {
		for (const to of [toPeople(3, 5), { sendTo: 'audience', audience } as const]) {
			const second = create('create', to);
			const { sent, recalled } = again(create(), accepted('s-7'), second);
			expect(sent).toEqual([]);
			expect(recalled).toMatchObject([
				{
					people: second.people,
					counting: second.people?.length ?? 0,
					outcome: { kind: 'accepted', body: { schedule_id: 's-7' } },
				},
			]);
			expect(recalled).toHaveLength(1);
		}
	});

	test('is another request under another reference, or with another operation', () => {
		const other = createDraft({
			to: toPeople(2),
			under: { ...under('upsert', 'create'), reference: 'order-2' },
		});
		expect(again(create(), accepted(), other).sent).toHaveLength(1);
		expect(again(create(), accepted(), cancellation('delete')).sent).toHaveLength(1);
	});

	test('is sent again after a refusal', () => {
		expect(again(create(), refused).sent).toHaveLength(1);
	});

	test.each<[string, Draft, object]>([
		['a creation', create(), { deed: undefined, existing: undefined }],
		['a replacement', create('replace'), { deed: 'replace', existing: undefined }],
		['an update', update('update'), { deed: 'update', existing: HANDLE }],
		['a move by Create', update('upsert'), { deed: 'update', existing: HANDLE }],
		['a cancellation', cancellation('delete'), { deed: 'delete', existing: HANDLE }],
	])('says what the first one did, and to which schedule: %s', (_, draft, said) => {
		const { sent, recalled } = again(draft);
		expect(sent).toEqual([]);
		expect(recalled).toEqual([expect.objectContaining(said)]);
	});

	test.each<[string, Deed[]]>([
		['the first was replaced', ['replace', 'create', 'create']],
		['the others were replaced', ['create', 'replace', 'replace']],
		['all were replaced', ['replace', 'replace', 'replace']],
		['none was replaced', ['create', 'create', 'create']],
	])('that was combined with others says what was done for it: %s', (_, deeds) => {
		const store: LedgerStore = {};
		const drafts = deeds.map((deed, item) =>
			createDraft({ item, to: toPeople(1, item), under: under('upsert', deed) }),
		);
		const [batch, ...others] = group(drafts, true);
		expect(others).toEqual([]);
		open(store).noteSending(batch).noteOutcome(accepted());
		const { recalled } = attempt(saved(store), drafts, accepted());
		expect(recalled.map(({ deed = 'create' }) => deed)).toEqual(deeds);
	});

	test('of a replacement, the old schedule is canceled again, because the new one may be missing', () => {
		const store: LedgerStore = {};
		const firstHalf = cancellation('upsert');
		attempt(store, [firstHalf], accepted());
		expect(store.ledger?.claims).toEqual({});
		expect(attempt(saved(store), [firstHalf], accepted()).sent).toHaveLength(1);
		expect(attempt(saved(store), [create('replace')], accepted()).sent).toHaveLength(1);
	});

	test('is sent even if n8n lost what earlier tries did, because its reference remembers it', () => {
		const ledger = new Ledger(
			{},
			(item) => ({ run: 'run 0', item: String(item) }),
			undefined,
			'killed',
		);
		const draft = create();
		expect(ledger.recallAll([draft])).toEqual([{ recalled: [], rest: draft }]);
	});

	test('is not looked for at other places while its outcome is unknown', () => {
		const store: LedgerStore = {};
		attempt(store, [create()], unknown);
		expect(store.ledger?.lost).toEqual({});
		const back = open(saved(store), 'run 1');
		expect(back.recallAll([create()])).toMatchObject([{ recalled: [], rest: {} }]);
	});

	test('is not taken for an item without one whose outcome is unknown', () => {
		const store: LedgerStore = {};
		const to = { sendTo: 'audience', audience } as const;
		attempt(store, [createDraft({ to })], unknown);
		const back = open(saved(store), 'run 1');
		expect(back.recallAll([create('create', to)])).toMatchObject([{ recalled: [], rest: {} }]);
		expect(back.recallAll([createDraft({ to })])).toMatchObject([{ recalled: [{}] }]);
	});

	test('called by an agent, is decided by its reference alone', () => {
		const store: LedgerStore = {};
		const draft = create();
		attempt(store, [draft], accepted());
		const ledger = new Ledger(saved(store), (item) => ({ run: 'run 0', item: String(item) }), {});
		expect(ledger.recallAll([draft])).toEqual([{ recalled: [], rest: draft }]);
	});
});

describe('an item for which another one has decided, on a second try', () => {
	const leader = createDraft({ item: 1, to: toPeople(2), under: under('upsert', 'create') });
	const follower = create();
	const superseded = { kind: 'superseded', by: 1, warning: 'The other one decides' } as const;
	const move = update('update');
	const other = { ...move, item: 1 };
	let store: LedgerStore;
	beforeEach(() => {
		store = {};
	});

	/** What is remembered after the leader's request had this outcome, and the other one that. */
	function tried(outcome: Outcome, [first, second]: [Draft, Draft], told: PartOutcome): Ledger {
		const ledger = open(store);
		ledger.noteSending(group([first], false)[0]).noteOutcome(outcome);
		ledger.noteFollowers([{ draft: second, leader: first, outcome: told }]);
		return ledger;
	}

	/** After the leader's request had this outcome on the first. */
	function recalledAfter(outcome: Outcome, both: [Draft, Draft] = [leader, follower]) {
		tried(outcome, both, superseded);
		return open(saved(store)).recallAll([both[1]]);
	}

	test('has the same result again, and is not left to decide', () => {
		expect(recalledAfter(accepted())).toEqual([
			{
				recalled: [
					{
						...{ people: follower.people, counting: 2, schedule: follower.schedule },
						...{ outcome: superseded, request: follower },
					},
				],
			},
		]);
	});

	test('is unknown as long as the other one is', () => {
		expect(recalledAfter(unknown)).toMatchObject([
			{ recalled: [{ outcome: { kind: 'unknown' } }] },
		]);
	});

	test('is decided again together with the other one, if that was refused', () => {
		expect(recalledAfter(refused)).toEqual([{ recalled: [], rest: follower }]);
	});

	test('is decided again together with the other one, if that is sent again', () => {
		expect(recalledAfter(unknown, [other, move])).toEqual([{ recalled: [], rest: move }]);
	});

	test('does not decide while the other one is unknown, and not sent again', () => {
		const ledger = tried(unknown, [other, move], superseded);
		const next = open(saved(store));
		next.recallAll([other, move]);
		expect(next.leaderless([other, move])).toEqual(new Map());
		expect([...next.leaderless([move])]).toEqual([
			[move, expect.objectContaining({ outcome: expect.objectContaining({ kind: 'unknown' }) })],
		]);
		// One that Braze has refused no longer stands for anything.
		ledger.noteSending(group([other], false)[0]).noteOutcome(refused);
		expect(open(saved(store)).leaderless([move])).toEqual(new Map());
	});

	test.each([unknown, refused])(
		'that was %j with it is over, once the other one is done',
		(was) => {
			const move = update('update');
			const other = { ...move, item: 1 };
			const store: LedgerStore = {};
			const ledger = open(store);
			ledger.noteSending(group([other], false)[0]).noteOutcome(unknown);
			ledger.noteFollowers([{ draft: move, leader: other, outcome: was }]);
			attempt(store, [other], accepted());
			expect(open(saved(store)).recallAll([move])).toMatchObject([
				{
					recalled: [
						{
							outcome: {
								...{ kind: 'superseded', by: 1 },
								warning: 'Not sent: [item 1] decides for the same schedule',
							},
						},
					],
				},
			]);
		},
	);

	test('is not remembered if nothing was sent for the other one', () => {
		open(store).noteFollowers([{ draft: follower, leader, outcome: superseded }]);
		expect(store.ledger?.behind).toBeUndefined();
	});

	test('is recalled by its own request, once it has decided itself', () => {
		const ledger = tried(accepted('s-1'), [leader, follower], superseded);
		ledger.noteSending(group([follower], false)[0]).noteOutcome(accepted('s-2'));
		expect(open(saved(store)).recallAll([follower])).toMatchObject([
			{ recalled: [{ outcome: { kind: 'accepted', body: { schedule_id: 's-2' } } }] },
		]);
	});

	test('called by an agent, is decided by its reference alone', () => {
		const place = (item: number) => ({ run: 'run 0', item: String(item) });
		const ledger = new Ledger(store, place, {});
		ledger.noteSending(group([leader], false)[0]).noteOutcome(accepted());
		ledger.noteFollowers([{ draft: follower, leader, outcome: superseded }]);
		expect(new Ledger(saved(store), place, {}).recallAll([follower])).toEqual([
			{ recalled: [], rest: follower },
		]);
	});
});
