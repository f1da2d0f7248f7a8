import { addFrom } from '../../nodes/BrazeSchedule/transport/ledgerCopies';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledgerMemory';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { createDraft, people } from '../domain/drafts';
import { unknown } from './context';
import { accepted, attempt, audience, open, saved, toPeople } from './tries';

const item = (number: number, to = toPeople(1, number)) => createDraft({ item: number, to });

/** A worker's copy, after it has sent these items with these outcomes. */
function copyOf(sent: Array<[number, Outcome]>, from: LedgerStore = {}): LedgerStore {
	const store = saved(from);
	for (const [number, outcome] of sent) attempt(store, [item(number)], outcome);
	return saved(store);
}

function together(one: LedgerStore, other: LedgerStore): LedgerStore {
	const store = saved(one);
	if (store.ledger && other.ledger) addFrom(store.ledger, other.ledger);
	return store;
}

const nextTry = (store: LedgerStore, ...numbers: number[]) =>
	attempt(
		store,
		numbers.map((number) => item(number)),
		accepted('s-again'),
	);

test('what either worker has sent is not sent again', () => {
	const first = copyOf([[0, accepted('s-0')]]);
	const own = copyOf([[1, accepted('s-1')]], first);
	const other = copyOf([[2, accepted('s-2')]], first);
	for (const store of [together(own, other), together(other, own)]) {
		const { sent, recalled } = nextTry(store, 0, 1, 2, 3);
		expect(sent).toHaveLength(1);
		expect(recalled.map(({ outcome }) => outcome)).toMatchObject(
			['s-0', 's-1', 's-2'].map((id) => ({ body: { schedule_id: id } })),
		);
	}
});

test('what one of them knows is better than what the other one does not', () => {
	const known = copyOf([[0, accepted('s-0')]]);
	const lost = copyOf([[0, unknown]]);
	for (const store of [together(known, lost), together(lost, known)]) {
		expect(nextTry(store, 0).recalled).toMatchObject([{ outcome: { kind: 'accepted' } }]);
	}
	expect(nextTry(together(lost, lost), 0)).toMatchObject({
		sent: [],
		recalled: [{ outcome: { kind: 'unknown' } }],
	});
});

test('whom a later item names again is still counted there', () => {
	const store: LedgerStore = {};
	const [ledger, draft] = [open(store), item(0, toPeople(2))];
	ledger.recallAll([draft]);
	const part = { draft, people: draft.people };
	const body = { recipients: draft.people?.slice(0, 1) };
	const { noteOutcome } = ledger.noteSending({ body, parts: [part] } as never);
	noteOutcome(accepted('s-0'));
	const copy = together(copyOf([[5, accepted('s-5')]]), saved(store));
	expect(attempt(copy, [draft], accepted()).recalled).toMatchObject([
		{ counting: 1, people: people(2) },
	]);
});

test('an audience that either of them has messaged, and a message that got lost', () => {
	const toAudience = createDraft({ to: { sendTo: 'audience', audience } });
	const store: LedgerStore = {};
	attempt(store, [toAudience], accepted('s-0'));
	const copy = together(copyOf([[5, unknown]]), saved(store));
	expect(open(copy, 'run 1').hasMessaged({ ...toAudience, item: 7 })).toBe(true);
	const back = { ...item(5), cameBackUnknown: true } as const;
	const other = together(copyOf([[6, accepted('s-6')]]), copy);
	expect(open(other, 'run 1').recallAll([back])).toMatchObject([
		{ recalled: [{ outcome: { kind: 'unknown' } }] },
	]);
});
