import { decisionsIn, nameDecisions } from '../../nodes/BrazeSchedule/transport/decisions';
import type { PartResult } from '../../nodes/BrazeSchedule/transport/ledger';
import type { PartOutcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { composeDelete, composeUpdate } from '../../nodes/BrazeSchedule/domain/drafts';
import { TARGET_LIST } from '../domain/drafts';

const [campaign] = TARGET_LIST;
const hour = (item: number) => `2026-05-01T1${item}:00:00Z`;

const accepted = (...warnings: string[]): PartOutcome => ({
	kind: 'accepted',
	queued: false,
	body: {},
	warnings,
});
const failed = (kind: 'refused' | 'unknown'): PartOutcome => ({
	kind,
	failure: { message: 'Braze refused the request: No', description: 'Nothing was done' },
});

/** The result of an item that moves or cancels a schedule. */
function item(
	number: number,
	operation: 'update' | 'delete',
	outcome: PartOutcome,
	scheduleId = 's-1',
) {
	const existing = { item: number, target: campaign, id: 'c-1', scheduleId };
	const schedule = { time: hour(number) };
	const draft =
		operation === 'update'
			? composeUpdate(existing, schedule, noFindings())
			: composeDelete(existing);
	const part: PartResult = { counting: 0, schedule: draft.schedule, outcome, request: {} };
	return { item: number, draft, parts: [part] };
}

function named(...results: Array<ReturnType<typeof item>>) {
	nameDecisions(results);
	return results.map(({ parts: [{ outcome }] }) =>
		outcome.kind === 'accepted'
			? outcome.warnings
			: outcome.kind === 'superseded'
				? [outcome.by, outcome.warning]
				: outcome.kind,
	);
}

describe('what a later item decided', () => {
	test('stands in the warnings of an earlier item', () => {
		expect(
			named(
				item(0, 'update', accepted('before')),
				item(1, 'update', accepted()),
				item(2, 'update', accepted()),
				item(3, 'update', failed('refused')),
			),
		).toEqual([
			['before', '[item 2] moved this schedule again, to 2026-05-01T12:00:00Z'],
			['[item 2] moved this schedule again, to 2026-05-01T12:00:00Z'],
			[],
			'refused',
		]);
	});

	test.each(['refused', 'unknown'] as const)('supersedes an earlier item that was %s', (kind) => {
		expect(named(item(0, 'update', failed(kind)), item(1, 'update', accepted()))).toEqual([
			[
				1,
				"[item 1] moved this schedule again, to 2026-05-01T11:00:00Z. This item's own request had ended with: Braze refused the request: No. It is not sent again",
			],
			[],
		]);
	});

	test('supersedes an earlier delete that failed', () => {
		expect(named(item(0, 'delete', failed('unknown')), item(1, 'delete', accepted()))).toEqual([
			[
				1,
				"[item 1] canceled this schedule. This item's own request had ended with: Braze refused the request: No. It is not sent again",
			],
			[],
		]);
	});

	test('is nothing new where a later delete was not sent', () => {
		expect(named(item(0, 'delete', accepted()), item(1, 'delete', accepted('not sent')))).toEqual([
			[],
			['not sent'],
		]);
	});

	test('is nothing new for items of the same request', () => {
		const [first, second] = [item(0, 'update', accepted()), item(1, 'update', accepted())];
		second.parts[0].request = first.parts[0].request;
		expect(named(first, second)).toEqual([[], []]);
	});

	test('concerns one schedule only', () => {
		expect(
			named(item(0, 'update', accepted(), 's-1'), item(1, 'update', accepted(), 's-2')),
		).toEqual([[], []]);
	});

	test('leaves alone what was not sent, and items without a draft', () => {
		const results = [
			item(0, 'update', { kind: 'superseded', by: 1, warning: 'w' }),
			{ item: 1, draft: undefined, parts: [] },
			item(2, 'update', accepted()),
		];
		nameDecisions(results);
		expect(results[0].parts[0].outcome).toEqual({ kind: 'superseded', by: 1, warning: 'w' });
	});

	test.each<[string, object, string]>([
		['local', { in_local_time: true }, "2026-05-01T18:00:00 in each user's local time"],
		['optimal', { at_optimal_time: true }, "each user's optimal time on 2026-05-01"],
	])('names a %s time', (_, more, words) => {
		const later = item(1, 'update', accepted());
		later.parts[0].schedule = { time: '2026-05-01T18:00:00', ...more };
		expect(named(item(0, 'update', accepted()), later)[0]).toEqual([
			`[item 1] moved this schedule again, to ${words}`,
		]);
	});
});

test('what earlier tries decided is identified by schedule', () => {
	const decisions = decisionsIn([
		item(0, 'update', accepted(), 's-1'),
		item(1, 'update', accepted(), 's-2'),
		item(2, 'update', accepted(), 's-1'),
		item(3, 'update', failed('refused'), 's-2'),
	]);
	expect([...decisions].map(([id, decision]) => [id, decision.item])).toEqual([
		['s-1', 2],
		['s-2', 1],
	]);
});

test('an earlier item that ends later decides nothing', () => {
	const decisions = decisionsIn([
		item(2, 'update', accepted(), 's-1'),
		item(1, 'update', accepted(), 's-1'),
		item(3, 'delete', accepted(), 's-2'),
		item(4, 'delete', accepted(), 's-2'),
	]);
	expect([...decisions].map(([id, decision]) => [id, decision.item])).toEqual([
		['s-1', 2],
		['s-2', 3],
	]);
});
