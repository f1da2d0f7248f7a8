import { group } from '../../nodes/BrazeSchedule/domain/grouping';
import type { Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import type { Deed, Intent } from '../../nodes/BrazeSchedule/domain/references';
import type { Batch } from '../../nodes/BrazeSchedule/domain/requests';
import type { Referenced } from '../../nodes/BrazeSchedule/domain/underReference';
import { Claims } from '../../nodes/BrazeSchedule/memory/claims';
import type { ClaimOptions } from '../../nodes/BrazeSchedule/memory/claims';
import { problemFor } from '../../nodes/BrazeSchedule/memory/problem';
import { readOnly } from '../../nodes/BrazeSchedule/memory/readOnly';
import { ReferenceRun } from '../../nodes/BrazeSchedule/memory/referenceRun';
import type { Told } from '../../nodes/BrazeSchedule/memory/cases';
import type { Round } from '../../nodes/BrazeSchedule/memory/rounds';
import { rememberedFrom } from '../../nodes/BrazeSchedule/memory/remembered';
import type { NewRow, Row } from '../../nodes/BrazeSchedule/memory/store';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { refused, unknown } from '../transport/context';
import { accepted } from '../transport/tries';
import { MemoryStore, Table } from './memoryStore';
import type { Steps } from './memoryStore';
import { EVENT, referenced } from './referenced';
import type { Asked } from './referenced';

const NOW = Date.UTC(2026, 2, 1);
const LATER = '2026-04-01T07:00:00Z';

let table: Table;
let clock: number;

beforeEach(() => {
	table = new Table();
	clock = NOW;
});

/** Only the lease of a run waits; whatever else waits does so no time at all. */
const wait: ClaimOptions['wait'] = async (milliseconds, signal) => {
	if (milliseconds < 20_000) {
		clock += milliseconds;
		return;
	}
	await new Promise<void>((resolve) => signal?.addEventListener('abort', () => resolve()));
};

const steps = (fails: (label: string) => boolean, when: 'before' | 'after' = 'before'): Steps => ({
	begin: async (label) => {
		if (when === 'before' && fails(label)) throw new Error('database is locked');
	},
	end: (label) => {
		if (when === 'after' && fails(label)) throw new Error('database is locked');
	},
});

let opened = 0;

function open(store = new MemoryStore(table)) {
	opened += 1;
	const token = `run-${opened}`;
	const claims = new Claims(store, {
		...{ token, lease: 120_000, margin: 30_000, maximumWait: 1_000 },
		...{ now: () => clock, wait, random: () => 0.5 },
	});
	return new ReferenceRun(claims, {
		workflow: 'Bookings',
		now: () => clock,
		wordsFor: (error) => problemFor(error, 'Braze schedules'),
		tidyUp: async () => await Promise.resolve(),
	});
}

/** What Braze makes of a request, by its name. */
type Answer = Outcome | ((name: string) => Outcome);

const nameOf = ({ operation, parts }: Batch): string =>
	[operation, ...parts.map(({ draft }) => `${draft.under?.reference} of item ${draft.item}`)].join(
		' ',
	);

const TAKEN_OVER = 'the lease is over';

/** What a run does with its drafts, as the operations do it. */
async function play(
	drafts: Referenced[],
	answer: Answer = () => accepted(),
	{ run = open(), combine = false }: { run?: ReferenceRun; combine?: boolean } = {},
) {
	const sent: string[] = [];
	const results: Told[] = [];
	const send = async (some: Draft[], isFirstHalf = false) => {
		const batches = group(some, combine);
		run.expect(batches);
		for (const batch of batches) {
			const refusals = await run.admit(batch.parts);
			const tell = (outcome: Outcome) => {
				if (isFirstHalf && outcome.kind === 'accepted') return;
				results.push(...batch.parts.map(({ draft }) => ({ draft, outcome })));
			};
			const refusal = refusals.find((failure) => failure);
			if (refusal) {
				tell({ kind: 'refused', failure: refusal });
				continue;
			}
			sent.push(run.mayStillSend(batch.parts) ? nameOf(batch) : TAKEN_OVER);
			const outcome =
				typeof answer === 'function' ? answer(nameOf(batch)) : structuredClone(answer);
			run.note(batch, outcome);
			tell(outcome);
		}
	};
	const rounds: Round[] = [];
	for await (const round of run.rounds(drafts)) {
		rounds.push(round);
		results.push(...round.told);
		await send(round.deletes, true);
		await send([...round.drafts, ...run.replacements()]);
		await run.finish();
	}
	results.push(...run.followers(results));
	await run.close();
	return { sent, rounds, results: Object.fromEntries(results.map(said)) };
}

/** Of each item, how it comes out and what it hears. */
const said = ({ draft, outcome }: Told): [item: number, string] => {
	const more =
		'failure' in outcome
			? outcome.failure.message
			: outcome.kind === 'quiet'
				? [outcome.status, outcome.reason].filter(Boolean).join(': ')
				: outcome.kind === 'superseded'
					? outcome.warning
					: outcome.kind === 'accepted'
						? outcome.warnings.join()
						: '';
	return [draft.item, more === '' ? outcome.kind : `${outcome.kind}: ${more}`];
};

/** A reference whose schedule is waiting. */
function remember(reference: string, more: Partial<NewRow> & Asked = {}): void {
	const { time, people, ...row } = more;
	const wanted = rememberedFrom(referenced(0, reference, 'create', { time, people }), 'Bookings');
	table.insert({
		...wanted,
		...{ state: 'scheduled', note: '', deed: 'create', scheduleId: `old-${reference}` },
		...{ version: 1, claim: 'before.0', ...row },
	});
}

const rows = () =>
	table.rows.map(({ reference, state, scheduleId }) =>
		`${reference} ${state} ${scheduleId}`.trim(),
	);

const ask = (item: number, reference: string, intent: Intent, asked?: Asked) =>
	referenced(item, reference, intent, asked);

describe('what is sent for a reference', () => {
	test('that is new: what was asked for, and it is remembered', async () => {
		const { sent, results } = await play([ask(0, 'a', 'create'), ask(1, 'b', 'upsert')]);
		expect(sent).toEqual(['create a of item 0', 'create b of item 1']);
		expect(results).toEqual({ 0: 'accepted', 1: 'accepted' });
		expect(rows()).toEqual(['a scheduled s-1', 'b scheduled s-1']);
	});

	test('that is known: another request, or none', async () => {
		for (const reference of ['a', 'b', 'c', 'd', 'e']) remember(reference);
		const { sent, results } = await play([
			ask(0, 'a', 'create'),
			ask(1, 'b', 'upsert', { time: LATER }),
			ask(2, 'c', 'upsert', { people: ['bob'] }),
			ask(3, 'd', 'delete'),
			ask(4, 'e', 'update'),
		]);
		// The first half of replacements comes first, and the second half last.
		expect(sent).toEqual([
			'delete c of item 2',
			'update b of item 1',
			'delete d of item 3',
			'create c of item 2',
		]);
		expect(results).toEqual({
			0: 'quiet: skipped: A schedule for this reference is waiting already',
			1: 'accepted',
			2: 'accepted',
			3: 'accepted',
			4: 'quiet: unchanged',
		});
		expect(rows().sort()).toEqual([
			'a scheduled old-a',
			'b scheduled old-b',
			'c scheduled s-1',
			'd deleted old-d',
			'e scheduled old-e',
		]);
	});

	test('that nothing is remembered of: none, and an error only if that was asked for', async () => {
		const { sent, results } = await play([
			ask(0, 'a', 'update', { stopIfNotFound: true }),
			ask(1, 'b', 'delete'),
		]);
		expect(sent).toEqual([]);
		expect(results).toEqual({
			0: 'refused: No waiting schedule is remembered under the reference "a"',
			1: 'quiet: not_found: Nothing is remembered under this reference',
		});
		expect(rows()).toEqual([]);
	});

	test('goes by its ID and without a time', async () => {
		remember('a');
		const { rounds } = await play([ask(0, 'a', 'delete')]);
		expect(rounds[0].drafts).toMatchObject([
			{
				operation: 'delete',
				body: { campaign_id: 'c-1', schedule_id: 'old-a' },
				under: { deed: 'delete' },
			},
		]);
		expect(rounds[0].drafts[0].schedule).toBeUndefined();
	});

	test.each<[Intent, Asked, Deed, boolean]>([
		['update', { time: LATER }, 'update', true],
		['upsert', { time: LATER }, 'update', true],
		['delete', {}, 'update', false],
		['upsert', { people: ['bob'] }, 'update', false],
		['delete', {}, 'delete', true],
		['upsert', { people: ['bob'] }, 'delete', true],
		['delete', {}, 'replace', true],
		['upsert', {}, 'replace', true],
	])('%s %j may be done after an unknown %s: %s', async (intent, asked, deed, mayBeDone) => {
		remember('a', { state: 'unknown', deed });
		const { rounds } = await play([ask(0, 'a', intent, asked)]);
		const [{ drafts, deletes }] = rounds;
		expect([...deletes, ...drafts].map(({ under }) => under?.mayBeDone)).toEqual([mayBeDone]);
	});
});

describe('a replacement', () => {
	const replaced = () => ask(0, 'a', 'upsert', { people: ['bob'] });
	const half =
		(first: Outcome, second: Outcome): Answer =>
		(name) =>
			name.startsWith('delete') ? first : second;

	test.each<[string, Outcome, Outcome, string[], string[]]>([
		['refused at once', refused, accepted(), ['delete a of item 0'], ['a scheduled old-a']],
		['lost at once', unknown, accepted(), ['delete a of item 0'], ['a unknown old-a']],
		[
			'refused half way',
			accepted(),
			refused,
			['delete a of item 0', 'create a of item 0'],
			['a deleted'],
		],
		[
			'lost half way',
			accepted(),
			unknown,
			['delete a of item 0', 'create a of item 0'],
			['a unknown'],
		],
	])('%s', async (_, first, second, sent, remembered) => {
		remember('a');
		const played = await play([replaced()], half(first, second));
		expect(played.sent).toEqual(sent);
		expect(rows()).toEqual(remembered);
	});

	test('whose first half is refused tells the items behind it too', async () => {
		remember('a');
		const earlier = ask(1, 'a', 'upsert', { people: ['cy'] });
		const { results } = await play([earlier, { ...replaced(), item: 2 }], refused);
		expect(results).toEqual({ 1: 'refused: m', 2: 'refused: m' });
	});
});

describe('several items with one reference', () => {
	test('the first create decides, and the others are skipped', async () => {
		const { sent, results } = await play([
			ask(0, 'a', 'create'),
			ask(1, 'a', 'create', { time: LATER }),
		]);
		expect(sent).toEqual(['create a of item 0']);
		expect(results).toEqual({
			0: 'accepted',
			1: 'quiet: skipped: [item 0] has the same reference, so it decides',
		});
	});

	test('a booking made again after its cancellation is scheduled, although the old one comes too', async () => {
		await play([ask(0, 'a', 'create', { eventTime: EVENT })]);
		await play([ask(0, 'a', 'delete', { eventTime: EVENT + 1 })]);
		const { sent, results } = await play([
			ask(0, 'a', 'create', { eventTime: EVENT }),
			ask(1, 'a', 'create', { eventTime: EVENT + 2, time: LATER }),
		]);
		expect(sent).toEqual(['create a of item 1']);
		expect(results).toEqual({
			0: 'quiet: skipped: [item 1] has the same reference, so it decides',
			1: 'accepted',
		});
		expect(table.rows).toMatchObject([{ eventTime: EVENT + 2 }]);
	});

	test.each<[string, Array<number | undefined>, number]>([
		['the last item', [undefined, undefined, undefined], 2],
		['the latest event', [EVENT, EVENT + 2, EVENT + 1], 1],
		['of equal events, the last item', [EVENT, EVENT, EVENT - 1], 1],
		// As if they came one after the other: an item without an event time is never ignored.
		['an item without an event time, behind one that has it', [EVENT + 1, undefined, EVENT], 1],
		['the later event behind an item without one', [EVENT, undefined, EVENT + 1], 2],
	])('of everything else, %s', async (_, eventTimes, leader) => {
		const { sent, results } = await play(
			eventTimes.map((eventTime, item) => ask(item, 'a', 'upsert', { eventTime })),
		);
		expect(sent).toEqual([`create a of item ${leader}`]);
		const behind = `superseded: [item ${leader}] has the same reference, so it decides`;
		expect(results).toEqual({ 0: behind, 1: behind, 2: behind, [leader]: 'accepted' });
	});

	test('the latest event is remembered, even if an item without one decides', async () => {
		const asked = [EVENT, undefined].map((eventTime, item) =>
			ask(item, 'a', 'upsert', { eventTime }),
		);
		await play(asked);
		expect(table.rows).toMatchObject([{ eventTime: EVENT }]);
	});

	test.each<[string, Outcome]>([
		['refused', refused],
		['unknown', unknown],
	])('fail together: %s', async (kind, outcome) => {
		const { results } = await play([ask(0, 'a', 'upsert'), ask(1, 'a', 'upsert')], outcome);
		expect(results).toEqual({ 0: `${kind}: m`, 1: `${kind}: m` });
	});

	test('the same one in another campaign has nothing to do with them', async () => {
		const other = ask(1, 'a', 'create');
		const elsewhere = { ...other, body: { ...other.body, campaign_id: 'c-2' } };
		const { sent } = await play([ask(0, 'a', 'create'), elsewhere]);
		expect(sent).toHaveLength(2);
	});

	test('a preview tells the items behind, although nothing is sent', async () => {
		const run = new ReferenceRun(readOnly(new MemoryStore(table)), {
			...{ workflow: 'w', now: () => clock, wordsFor: () => ({ message: '', description: '' }) },
			tidyUp: async () => await Promise.resolve(),
		});
		const shown: Told[] = [];
		for await (const { drafts } of run.rounds([ask(0, 'a', 'upsert'), ask(1, 'a', 'upsert')])) {
			for (const batch of group(drafts, false)) {
				shown.push({ draft: batch.parts[0].draft, outcome: { kind: 'preview', request: batch } });
			}
		}
		expect(run.followers(shown).map(said)).toEqual([
			[0, 'superseded: [item 1] has the same reference, so it decides'],
		]);
		expect(table.rows).toEqual([]);
	});
});

describe('references in parts', () => {
	const many = (count: number) =>
		Array.from({ length: count }, (_, item) => ask(item, `r-${item}`, 'create'));
	/** Of each request, how many references were written down as about to be sent. */
	const announcedAt = async (count: number, answer: Outcome = accepted()) => {
		const sending: number[] = [];
		await play(many(count), () => {
			sending.push(table.rows.filter(({ state }) => state === 'sending').length);
			return structuredClone(answer);
		});
		return sending;
	};

	test('a part is written down before its first request leaves, few references at first', async () => {
		const sending = await announcedAt(50 + 100 + 1);
		expect(sending[0]).toBeGreaterThanOrEqual(50);
		expect(sending[0]).toBeLessThanOrEqual(50 + 100);
		expect(sending[50]).toBeGreaterThanOrEqual(100);
		expect(table.rows).toHaveLength(50 + 100 + 1);
		expect(new Set(table.rows.map(({ state }) => state))).toEqual(new Set(['scheduled']));
	});

	test('one that is done is settled while others are still sent', async () => {
		const settledAt: number[] = [];
		await play(many(51), () => {
			settledAt.push(table.rows.filter(({ state }) => state === 'scheduled').length);
			return accepted();
		});
		expect(settledAt.slice(0, 50)).toEqual(Array(50).fill(0));
		expect(table.rows).toHaveLength(51);
	});

	test('those that are done are settled at the same time', async () => {
		const store = new MemoryStore(table);
		const settle = store.settle.bind(store);
		let begun = 0;
		let go = () => {};
		const areTwo = new Promise<void>((resolve) => {
			go = resolve;
		});
		store.settle = async (settlement) => {
			begun += 1;
			if (begun === 2) go();
			await areTwo;
			await settle(settlement);
		};
		await play(many(51), () => accepted(), { run: open(store) });
		expect(table.rows).toHaveLength(51);
	});

	test('full requests of combined items are of one part', async () => {
		const store = new MemoryStore(table);
		const settle = jest.spyOn(store, 'settle');
		const drafts = Array.from({ length: 150 }, (_, item) =>
			ask(item, `r-${item}`, 'create', { people: [`p-${item}`] }),
		);
		await play(drafts, () => accepted(), { run: open(store), combine: true });
		expect(settle.mock.calls.map(([{ rows: written }]) => written.length)).toEqual([50, 100]);
		expect(table.rows).toHaveLength(150);
	});

	test('one that nothing is sent for is not announced with the others of its part', async () => {
		await play([ask(0, 'a', 'create')]);
		const marks: Array<Array<Pick<Row, 'reference' | 'state'>>> = [];
		await play([ask(0, 'a', 'create'), ask(1, 'b', 'create')], () => {
			marks.push(table.rows.map(({ reference, state }) => ({ reference, state })));
			return accepted();
		});
		expect(marks).toEqual([
			[
				{ reference: 'a', state: 'scheduled' },
				{ reference: 'b', state: 'sending' },
			],
		]);
	});

	test('one that nothing is sent for is free again at once', async () => {
		remember('a');
		let marks = 0;
		await play([ask(0, 'a', 'create')]);
		const { rounds } = await play([ask(0, 'a', 'update')], () => {
			marks += 1;
			return accepted();
		});
		expect([rounds[0].drafts, marks]).toEqual([[], 0]);
		expect(rows()).toEqual(['a scheduled old-a']);
	});

	test('what is combined shares one schedule', async () => {
		await play(
			[ask(0, 'a', 'create'), ask(1, 'b', 'create', { people: ['bob'] })],
			() => accepted(),
			{
				combine: true,
			},
		);
		expect(table.rows.map(({ reference, shared }) => [reference, shared])).toEqual([
			['a', 2],
			['b', 2],
		]);
	});
});

describe('a combined schedule, for everyone in it', () => {
	const everyone = { forEveryone: true };
	/** Their schedule is one. */
	const combine = (references: string[], more: Partial<NewRow> & Asked = {}) => {
		for (const one of references) {
			remember(one, { scheduleId: 'shared', shared: references.length, ...more });
		}
	};
	const times = () => table.rows.map(({ reference, time }) => `${reference} ${time}`);
	const MOVED = '2026-04-01T09:00:00+02:00';

	test('that is canceled: all of its references are', async () => {
		combine(['a', 'b', 'c']);
		remember('d');
		const { sent, results } = await play([ask(0, 'b', 'delete', everyone)]);
		expect(sent).toEqual(['delete b of item 0']);
		expect(results).toEqual({ 0: 'accepted' });
		expect(rows().sort()).toEqual([
			'a deleted shared',
			'b deleted shared',
			'c deleted shared',
			'd scheduled old-d',
		]);
	});

	test.each(['update', 'upsert'] as const)('that is moved (%s): all are', async (intent) => {
		combine(['a', 'b']);
		const { sent } = await play([ask(0, 'a', intent, { ...everyone, time: LATER })]);
		expect(sent).toEqual(['update a of item 0']);
		expect(rows().sort()).toEqual(['a scheduled shared', 'b scheduled shared']);
		expect(times().sort()).toEqual([`a ${MOVED}`, `b ${MOVED}`]);
		const again = await play([ask(0, 'b', 'update', { ...everyone, time: LATER })]);
		expect(again.results).toEqual({ 0: 'quiet: unchanged' });
	});

	test('whose request is refused: all stay as they were', async () => {
		combine(['a', 'b']);
		await play([ask(0, 'a', 'delete', everyone)], refused);
		expect(rows().sort()).toEqual(['a scheduled shared', 'b scheduled shared']);
	});

	test('whose request got no answer: all are unknown, and it can be sent again by any', async () => {
		combine(['a', 'b']);
		await play([ask(0, 'a', 'update', { ...everyone, time: LATER })], unknown);
		expect(rows().sort()).toEqual(['a unknown shared', 'b unknown shared']);
		expect(table.rows.map(({ deed }) => deed)).toEqual(['update', 'update']);
		const { sent } = await play([ask(0, 'b', 'delete', everyone)]);
		expect(sent).toEqual(['delete b of item 0']);
		expect(rows().sort()).toEqual(['a deleted shared', 'b deleted shared']);
	});

	test('is remembered with the latest event, for all of them', async () => {
		combine(['a', 'b'], { eventTime: EVENT });
		await play([ask(0, 'a', 'delete', { ...everyone, eventTime: EVENT + 2 })]);
		expect(table.rows.map(({ eventTime }) => eventTime)).toEqual([EVENT + 2, EVENT + 2]);
		const { results } = await play([ask(0, 'b', 'upsert', { eventTime: EVENT + 1 })]);
		expect(results[0]).toMatch(/^quiet: ignored/);
	});

	test('while another run has one of its references: nothing is sent', async () => {
		combine(['a', 'b']);
		const work = { state: 'sending', part: 0, claim: 'other.0', leaseUntil: clock + 600_000 };
		table.insert({ ...table.rows[1], ...work, scheduleId: '' } as NewRow);
		const before = rows();
		const { sent, results } = await play([ask(0, 'a', 'delete', everyone)]);
		expect(sent).toEqual([]);
		expect(results).toEqual({
			0: 'refused: Another execution is working on a reference in the same schedule as "a", so nothing was sent for this item',
		});
		expect(rows()).toEqual(before);
	});

	test('of which another run has taken over a reference meanwhile: nothing is sent', async () => {
		combine(['a', 'b']);
		const run = open(
			new MemoryStore(
				table,
				steps((label) => {
					const others = ({ reference, part }: Row) => reference === 'b' && part !== undefined;
					if (label === 'announces') table.remove(others);
					return false;
				}),
			),
		);
		const { sent, results } = await play([ask(0, 'a', 'delete', everyone)], () => accepted(), {
			run,
		});
		expect(sent).toEqual([]);
		expect(results[0]).toMatch(/^refused: Another execution has taken over/);
		expect(rows()).toEqual(['a scheduled shared', 'b scheduled shared']);
	});

	test('by several items of one run: one request, and every item hears', async () => {
		combine(['a', 'b', 'c']);
		const canceled = await play(['a', 'b'].map((one, item) => ask(item, one, 'delete', everyone)));
		expect(canceled.sent).toEqual(['delete b of item 1']);
		expect(canceled.results).toEqual({
			0: 'accepted: Not sent: [item 1] has already canceled this schedule',
			1: 'accepted',
		});
		expect(rows().sort()).toEqual(['a deleted shared', 'b deleted shared', 'c deleted shared']);
	});

	test('by several items of one run, to other times: the latest event decides, else the last item', async () => {
		combine(['a', 'b', 'c']);
		const moves = (eventTimes: Array<number | undefined>) => [
			ask(0, 'a', 'update', { ...everyone, time: LATER, eventTime: eventTimes[0] }),
			ask(1, 'b', 'update', {
				...everyone,
				time: '2026-05-01T07:00:00Z',
				eventTime: eventTimes[1],
			}),
			ask(2, 'c', 'update', { ...everyone, time: LATER, eventTime: eventTimes[2] }),
		];
		const last = await play(moves([]));
		expect(last.sent).toEqual(['update c of item 2']);
		expect(last.results).toEqual({
			0: 'accepted: Not sent: [item 2] moves the same schedule to the same time',
			1: 'superseded: [item 2] moves the same schedule for everyone in it, so it decides',
			2: 'accepted',
		});
		const byEvent = await play(moves([EVENT, EVENT + 1, EVENT]));
		expect(byEvent.sent).toEqual(['update b of item 1']);
		expect(new Set(times().map((one) => one.slice(2)))).toEqual(
			new Set(['2026-05-01T09:00:00+02:00']),
		);
	});

	test('that was there first: an item that wants it as it is may decide too', async () => {
		combine(['a', 'b']);
		const { sent, results } = await play([
			ask(0, 'a', 'update', { ...everyone, time: LATER }),
			ask(1, 'b', 'update', everyone),
		]);
		expect(sent).toEqual([]);
		expect(results).toEqual({
			0: 'superseded: [item 1] moves the same schedule for everyone in it, so it decides',
			1: 'quiet: unchanged',
		});
	});

	test('of whose references nothing can be read: nothing is sent', async () => {
		combine(['a', 'b']);
		const store = new MemoryStore(table);
		jest.spyOn(store, 'inSchedules').mockRejectedValue(new Error('database is locked'));
		const { sent, results } = await play([ask(0, 'a', 'delete', everyone)], () => accepted(), {
			run: open(store),
		});
		expect(sent).toEqual([]);
		expect(results).toEqual({ 0: "refused: The data table 'Braze schedules' can't be used" });
		expect(rows()).toEqual(['a scheduled shared', 'b scheduled shared']);
	});

	describe('whose items are split over two requests', () => {
		const guests = Array.from({ length: 49 }, (_, index) => `m-${index}`);
		const shared = () =>
			Object.fromEntries(
				table.rows.map((row) => [row.reference, `${row.scheduleId} of ${row.shared}`]),
			);
		const drafts = [
			ask(0, 'a', 'create', { people: ['p', 'q'] }),
			ask(1, 'm', 'create', { people: guests }),
			ask(2, 'b', 'create', { people: ['p'] }),
		];
		const byRequest: Answer = (name) => accepted(name.includes('m of') ? 's-9' : 's-10');

		test('counts only the references that are remembered with it', async () => {
			const { sent } = await play(drafts, byRequest, { combine: true });
			expect(sent).toEqual(['create a of item 0 m of item 1', 'create a of item 0 b of item 2']);
			expect(shared()).toEqual({ a: 's-9 of 2', m: 's-9 of 2', b: 's-10 of 1' });
			const canceled = await play([ask(0, 'b', 'delete')]);
			expect(canceled.results).toEqual({ 0: 'accepted' });
		});

		test('remembers nothing of an item whose own recipients were refused', async () => {
			const answer: Answer = (name) => (name.includes('m of') ? refused : accepted('s-10'));
			await play(drafts, answer, { combine: true });
			expect(shared()).toEqual({ b: 's-10 of 1' });
		});

		test('counts an item in both if all of its recipients are named again', async () => {
			const renamed = [
				ask(0, 'a', 'create', { people: ['p', 'm-0'] }),
				ask(1, 'm', 'create', { people: [...guests, 'q'] }),
				drafts[2],
			];
			const { sent } = await play(renamed, byRequest, { combine: true });
			expect(sent).toHaveLength(2);
			expect(shared()).toEqual({ a: 's-9 of 2', m: 's-9 of 2', b: 's-10 of 2' });
		});
	});

	test('is known as a whole as soon as one of its references is', async () => {
		// The second request is for references of two parts.
		const drafts = Array.from({ length: 70 }, (_, item) =>
			ask(item, `r-${item}`, 'create', {
				people: [`p-${item}`],
				...(item < 30 && { time: LATER }),
			}),
		);
		const seen: number[] = [];
		const store = new MemoryStore(table, {
			begin: async () => {
				const ids = table.rows.map(({ scheduleId }) => scheduleId);
				seen.push(ids.filter((id) => id === 's-40').length);
			},
			end: () => undefined,
		});
		await play(drafts, (name) => accepted(`s-${name.split(' item ').length - 1}`), {
			run: open(store),
			combine: true,
		});
		expect(new Set(seen)).toEqual(new Set([0, 40]));
		expect(table.rows).toHaveLength(70);
	});
});

describe('an event that changes nothing', () => {
	const announced = () => {
		const store = new MemoryStore(table);
		const asked = jest.spyOn(store, 'announce');
		return { run: open(store), deeds: () => asked.mock.calls.map(([, , { deed }]) => deed) };
	};

	test('is remembered as the latest one', async () => {
		remember('a', { eventTime: EVENT - 1 });
		const { run, deeds } = announced();
		await play([ask(0, 'a', 'upsert', { eventTime: EVENT })], () => accepted(), { run });
		expect(table.rows).toMatchObject([{ state: 'scheduled', eventTime: EVENT, deed: 'create' }]);
		// Should this run die now, its mark must say that the schedule is still there.
		expect(deeds()).toEqual(['update']);
	});

	test('leaves a trace where nothing is remembered', async () => {
		const { run, deeds } = announced();
		await play([ask(0, 'a', 'delete', { eventTime: EVENT })], () => accepted(), { run });
		expect(table.rows).toMatchObject([{ state: 'deleted', scheduleId: '', eventTime: EVENT }]);
		expect(deeds()).toEqual(['update']);
		const { results } = await play([ask(0, 'a', 'upsert', { eventTime: EVENT - 1 })]);
		expect(results).toEqual({
			0: 'quiet: ignored: A later event for this reference was handled before',
		});
	});

	test.each([EVENT, EVENT + 1])('is not written down if it is no later (%i)', async (eventTime) => {
		remember('a', { eventTime });
		const { run, deeds } = announced();
		await play([ask(0, 'a', 'update', { eventTime: EVENT })], () => accepted(), { run });
		expect(deeds()).toEqual([]);
		expect(table.rows).toMatchObject([{ eventTime }]);
	});
});

describe('a store that fails', () => {
	const WORDS = "The data table 'Braze schedules' can't be used";
	const failing = (fails: (label: string) => boolean, when?: 'before' | 'after') =>
		open(new MemoryStore(table, steps(fails, when)));

	test.each(['marks a', 'reads a'])('when it %s: nothing is sent', async (step) => {
		const run = failing((label) => label === step);
		const { sent, results } = await play([ask(0, 'a', 'create')], () => accepted(), { run });
		expect(sent).toEqual([]);
		expect(results).toEqual({ 0: `refused: ${WORDS}` });
		expect(rows()).toEqual([]);
	});

	test.each(['before', 'after'] as const)(
		'when it announces, %s its effect: nothing is sent, and all items hear',
		async (when) => {
			const run = failing((label) => label === 'announces', when);
			const drafts = [ask(0, 'a', 'upsert'), ask(1, 'a', 'upsert'), ask(2, 'b', 'upsert')];
			const { sent, results } = await play(drafts, () => accepted(), { run });
			expect(sent).toEqual([]);
			const all = `refused: ${WORDS}`;
			expect(results).toEqual({ 0: all, 1: all, 2: all });
			expect(rows()).toEqual([]);
		},
	);

	test('when it writes what became of a request: the item hears', async () => {
		const run = failing((label) => label.startsWith('writes'));
		const { results } = await play([ask(0, 'a', 'create')], () => accepted(), { run });
		expect(results).toEqual({
			0: `accepted: Braze has it, but n8n couldn't remember it under its reference: ${WORDS}. Keep the schedule_id to move or cancel it`,
		});
		// Once its lease is over, it is of unknown outcome for other runs.
		expect(rows()).toEqual(['a sending']);
	});

	test('for a moment when it writes: nobody notices', async () => {
		let failures = 2;
		const run = failing((label) => label.startsWith('writes') && failures-- > 0);
		const { results } = await play([ask(0, 'a', 'create')], () => accepted(), { run });
		expect(results).toEqual({ 0: 'accepted' });
		expect(rows()).toEqual(['a scheduled s-1']);
	});

	test('when it removes a mark: another try does', async () => {
		let failures = 1;
		const run = failing((label) => label === 'removes its marks' && failures-- > 0);
		await play([ask(0, 'a', 'create')], () => accepted(), { run });
		expect(new Set(rows())).toEqual(new Set(['a scheduled s-1']));
	});
});

test('a reference that another run is at work on is refused after a while', async () => {
	const mark = rememberedFrom(ask(0, 'a', 'create'), 'Other');
	const work = { state: 'sending', note: '', deed: 'create', version: 1, part: 0 } as const;
	table.insert({ ...mark, ...work, claim: 'other.0', leaseUntil: clock + 600_000 });
	const { sent, results } = await play([ask(0, 'a', 'create'), ask(1, 'b', 'create')]);
	expect(sent).toEqual(['create b of item 1']);
	expect(results[0]).toBe(
		'refused: Another execution is working on the reference "a", so nothing was sent for this item',
	);
});

test('an item without a reference is none of its business', async () => {
	const run = open();
	const [batch] = group([{ ...ask(0, 'a', 'create'), under: undefined }], false);
	run.expect([batch]);
	expect(await run.admit(batch.parts)).toEqual([undefined]);
	expect(run.mayStillSend(batch.parts)).toBe(true);
	run.note(batch, accepted());
	await run.finish();
	expect(table.rows).toEqual([]);
});
