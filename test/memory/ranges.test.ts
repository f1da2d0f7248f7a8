import fc from 'fast-check';

import { allIds, MAX_ID, rangesOf, split } from '../../nodes/BrazeSchedule/memory/ranges';
import type { Range } from '../../nodes/BrazeSchedule/memory/ranges';

const joined = (ranges: Range[]) =>
	ranges.every(
		({ from, to }, index) => from <= to && (index === 0 || from === ranges[index - 1].to + 1),
	);

test('the ranges of all IDs leave none out, and are few', () => {
	const ranges = allIds(1_000);
	expect(joined(ranges)).toBe(true);
	expect([ranges[0].from, ranges.at(-1)?.to]).toEqual([0, MAX_ID]);
	expect(ranges.length).toBeLessThan(15);
});

test('a range is split into smaller ones that leave nothing out', () => {
	const numbers = fc.tuple(fc.nat(10_000), fc.integer({ min: 1, max: 1_000_000 }));
	fc.assert(
		fc.property(numbers, ([from, width]) => {
			const range = { from, to: from + width };
			const parts = split(range, 1_000, 64);
			expect(joined(parts)).toBe(true);
			expect({ from: parts[0].from, to: parts.at(-1)?.to }).toEqual(range);
			expect(parts.length).toBeLessThanOrEqual(64);
			if (width >= 1_000) expect(parts.length).toBeGreaterThan(1);
		}),
	);
});

test('rows become ranges that, with their claims, hold those rows and no others', () => {
	const keys = fc.uniqueArray(
		fc.record({ id: fc.integer({ min: 1, max: 40 }), claim: fc.constantFrom('a', 'b') }),
		{ selector: ({ id }) => id },
	);
	fc.assert(
		fc.property(keys, (rows) => {
			const held = rangesOf(rows).flatMap(({ from, to, claim }) =>
				Array.from({ length: to - from + 1 }, (_, index) => ({ id: from + index, claim })),
			);
			expect(held).toEqual([...rows].sort((one, other) => one.id - other.id));
		}),
	);
	expect(rangesOf([3, 1, 2].map((id) => ({ id, claim: 'a' })))).toEqual([
		{ from: 1, to: 3, claim: 'a' },
	]);
	expect(rangesOf([1, 1, 2].map((id) => ({ id, claim: 'a' })))).toHaveLength(1);
});
