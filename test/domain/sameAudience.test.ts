import fc from 'fast-check';

import { audienceFingerprint, isSameAudience } from '../../nodes/BrazeSchedule/domain/sameAudience';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';

const { campaign, canvas } = TARGETS;

const printOf = (audience?: object, id = 'c-1') =>
	audienceFingerprint(campaign, { campaign_id: id, ...(audience && { audience }) });

const isSame = (one: object, other: object) => isSameAudience(printOf(one), printOf(other));

const attribute = (name: string, comparison: string, value?: unknown) => ({
	custom_attribute: {
		custom_attribute_name: name,
		comparison,
		...(value !== undefined && { value }),
	},
});

const DAY = 86_400_000;
const NOW = Date.UTC(2026, 2, 31, 9);
const iso = (instant: number) => new Date(instant).toISOString();

/** The shapes in which a moment may arrive. */
const WRITTEN: Array<[string, (instant: number) => unknown]> = [
	['text', iso],
	['text without milliseconds', (instant) => iso(instant).replace(/\.\d+/, '')],
	['text without a zone', (instant) => iso(instant).slice(0, 19)],
	['milliseconds', (instant) => instant],
	['seconds', (instant) => Math.floor(instant / 1000)],
];

describe('the same audience', () => {
	describe.each(WRITTEN)('with a time as %s', (_, write) => {
		test.each([
			'after',
			'before',
			'greater_than',
			'greater_than_or_equal_to',
			'less_than',
			'less_than_or_equal_to',
			'not_equal',
			'does_not_equal',
			'is_none_of',
			'does_not_include_value',
		])('that an expression changes: %s', (comparison) => {
			const at = (instant: number) => attribute('seen', comparison, write(instant));
			expect(isSame(at(NOW), at(NOW + 7))).toBe(true);
			expect(isSame(at(NOW), at(NOW - 40 * DAY))).toBe(true);
		});

		test.each(['equals', 'includes_value', 'is_any_of', 'matches_regex'])(
			'needs the same value if it must match exactly: %s',
			(comparison) => {
				const at = (instant: number) => attribute('checkin', comparison, write(instant));
				expect(isSame(at(NOW), at(NOW))).toBe(true);
				expect(isSame(at(NOW), at(NOW + DAY))).toBe(false);
			},
		);
	});

	test('by its last use of the app', () => {
		const at = (instant: number, comparison = 'after') => ({
			last_used_app: { comparison, value: iso(instant) },
		});
		expect(isSame(at(NOW), at(NOW + 1))).toBe(true);
		expect(isSame(at(NOW), at(NOW, 'before'))).toBe(false);
	});

	test('is another one on another date', () => {
		const on = (date: string) => attribute('checkin_date', 'equals', date);
		expect(isSame(on('2026-03-31'), on('2026-04-01'))).toBe(false);
		expect(isSame(on('2026-03-31'), on('2026-03-31'))).toBe(true);
	});

	test.each<[string, unknown, unknown]>([
		['a number that counts something', 100, 200],
		['a number before 2001, beside the first moment', 999_999_999, 1_000_000_000],
		['a number after 2100, beside the last moment', 4_200_000_000, 4_199_999_999],
		['a number before 2001', 999_999_999, 999_999_998],
		['a number after 2100, in seconds and milliseconds', 4_200_000_000, 4_200_000_001],
		['a number after 2100, in milliseconds', 4_200_000_000_000, 4_200_000_000_001],
		['a number that is no time of this century', 50_000_000_000, 50_000_000_001],
		['text that is no time', 'gold', 'silver'],
		['a date that does not exist', '2026-02-30', '2026-02-31'],
		['digits that may be an ID', '1774947600', '1774947601'],
		['a flag', true, false],
	])('is another one with another value: %s', (_, value, other) => {
		const not = (one: unknown) => attribute('plan', 'not_equal', one);
		expect(isSame(not(value), not(other))).toBe(false);
		expect(isSame(not(value), not(value))).toBe(true);
	});

	test('recognizes times from 2001 to 2100', () => {
		const after = (value: number) => attribute('seen', 'greater_than', value);
		const [first, last] = [1e9, 4.2e9 - 1];
		for (const moment of [last, first * 1000, last * 1000]) {
			expect(isSame(after(first), after(moment))).toBe(true);
		}
		expect(isSame(after(first), after(first - 1))).toBe(false);
		expect(isSame(after(first), after(4.2e9))).toBe(false);
	});

	test('is another one for another number of days', () => {
		const within = (days: number) => attribute('seen', 'less_than_x_days_ago', days);
		expect(isSame(within(7), within(30))).toBe(false);
	});

	test('is not text that looks like a removed time', () => {
		expect(isSame(attribute('a', 'not_equal', 'a moment'), attribute('a', 'not_equal', NOW))).toBe(
			false,
		);
	});

	test('is a list in any order', () => {
		const anyOf = (...values: string[]) => attribute('plan', 'is_any_of', values);
		expect(isSame(anyOf('a', 'b'), anyOf('b', 'a', 'b'))).toBe(true);
		expect(isSame(anyOf('a'), attribute('plan', 'is_any_of', 'a'))).toBe(true);
		expect(isSame(anyOf('a', 'b'), anyOf('a', 'c'))).toBe(false);
	});

	test('is a group of filters in any order', () => {
		const [a, b, c] = ['a', 'b', 'c'].map((name) => attribute(name, 'exists'));
		for (const group of ['AND', 'OR']) {
			for (const other of [
				[a, c, b],
				[b, a, c],
				[b, c, a],
				[c, a, b],
				[c, b, a],
			]) {
				expect(isSame({ [group]: [a, b, c] }, { [group]: other })).toBe(true);
			}
		}
	});

	test('keeps groups separate, and ignores those that change nothing', () => {
		const [a, b, c] = ['a', 'b', 'c'].map((name) => attribute(name, 'exists'));
		expect(isSame({ AND: [a, b] }, { OR: [a, b] })).toBe(false);
		expect(isSame({ AND: [{ OR: [a, b] }, c] }, { AND: [{ OR: [a, c] }, b] })).toBe(false);
		expect(isSame({ AND: [a] }, a)).toBe(true);
		expect(isSame({ OR: [{ AND: [a] }] }, a)).toBe(true);
		expect(isSame({ AND: [{ AND: [a, b] }, c] }, { AND: [a, b, c] })).toBe(true);
		expect(isSame({ AND: [{ OR: [{ AND: [a, b] }] }, c] }, { AND: [a, b, c] })).toBe(true);
		expect(isSame({ OR: [a, a] }, a)).toBe(true);
	});

	test('belongs to one campaign or Canvas', () => {
		const body = { campaign_id: 'x', canvas_id: 'x' };
		expect(isSameAudience(printOf(), printOf())).toBe(true);
		expect(isSameAudience(printOf(), printOf(undefined, 'c-2'))).toBe(false);
		expect(isSameAudience(printOf(), printOf(attribute('a', 'exists')))).toBe(false);
		expect(
			isSameAudience(audienceFingerprint(campaign, body), audienceFingerprint(canvas, body)),
		).toBe(false);
	});

	test('has a fingerprint that stays the same when it is stored as JSON', () => {
		const audience = windowOf(NOW, NOW + DAY);
		const stored = JSON.parse(JSON.stringify(printOf(audience)));
		expect(stored).toEqual(printOf(audience));
	});
});

const windowOf = (from: number, to: number, name = 'checkin') => ({
	AND: [attribute(name, 'after', iso(from)), attribute(name, 'before', iso(to))],
});

describe('a time window', () => {
	const HOUR = DAY / 24;

	test.each<[string, number, number, boolean]>([
		['that an expression moved a little', NOW + 7, NOW + DAY + 8, true],
		['moved by less than half of it', NOW + 11 * HOUR, NOW + 35 * HOUR, true],
		['moved by half of it', NOW + 12 * HOUR, NOW + 36 * HOUR, false],
		['of the next day', NOW + DAY, NOW + 2 * DAY, false],
		['of the next day, a second too early', NOW + DAY - 1000, NOW + 2 * DAY, false],
		['of the day before', NOW - DAY, NOW, false],
		['within it', NOW + HOUR, NOW + 2 * HOUR, true],
		['around it', NOW - 7 * DAY, NOW + 7 * DAY, true],
	])('is compared by its overlap: one %s', (_, from, to, same) => {
		expect(isSame(windowOf(NOW, NOW + DAY), windowOf(from, to))).toBe(same);
		expect(isSame(windowOf(from, to), windowOf(NOW, NOW + DAY))).toBe(same);
	});

	test('can be one among other filters, and be nested', () => {
		const within = (from: number) => ({
			AND: [
				attribute('checkin', 'less_than', from + DAY),
				{ OR: [attribute('plan', 'exists'), attribute('age', 'greater_than', 18)] },
				{ AND: [attribute('checkin', 'greater_than', from)] },
			],
		});
		expect(isSame(within(NOW), within(NOW + 5))).toBe(true);
		expect(isSame(within(NOW), within(NOW + DAY))).toBe(false);
		expect(isSame(within(NOW), windowOf(NOW, NOW + DAY))).toBe(false);
	});

	test('is as narrow as its narrowest limits', () => {
		const narrowed = (from: number) => ({
			AND: [
				attribute('checkin', 'after', iso(NOW - 300 * DAY)),
				...windowOf(from, from + DAY).AND,
				attribute('checkin', 'before', iso(NOW + 300 * DAY)),
			],
		});
		expect(isSame(narrowed(NOW), narrowed(NOW + DAY))).toBe(false);
		expect(isSame(narrowed(NOW), windowOf(NOW, NOW + DAY))).toBe(true);
	});

	test('takes two limits of one attribute, joined by AND', () => {
		const limits = (from: number, names: string[]) => [
			attribute(names[0], 'after', iso(from)),
			attribute(names[1], 'before', iso(from + DAY)),
		];
		const other = NOW + 30 * DAY;
		const two = ['checkin', 'checkout'];
		expect(isSame({ AND: limits(NOW, two) }, { AND: limits(other, two) })).toBe(true);
		const one = ['checkin', 'checkin'];
		expect(isSame({ OR: limits(NOW, one) }, { OR: limits(other, one) })).toBe(true);
		expect(isSame({ AND: limits(NOW, one) }, { AND: limits(other, one) })).toBe(false);
	});

	test('that contains nothing is none', () => {
		expect(isSame(windowOf(NOW, NOW - DAY), windowOf(NOW + 9 * DAY, NOW + 8 * DAY))).toBe(true);
		expect(printOf(windowOf(NOW, NOW)).windows).toEqual([]);
	});

	test('is the same in another notation, and another one for another attribute', () => {
		const inSeconds = {
			AND: [
				attribute('checkin', 'greater_than', NOW / 1000),
				attribute('checkin', 'less_than', (NOW + DAY) / 1000),
			],
		};
		expect(isSame(windowOf(NOW, NOW + DAY), inSeconds)).toBe(true);
		expect(isSame(windowOf(NOW, NOW + DAY), windowOf(NOW, NOW + DAY, 'checkout'))).toBe(false);
		expect(isSame({ AND: [windowOf(NOW, NOW + DAY), attribute('a', 'exists')] }, inSeconds)).toBe(
			false,
		);
	});

	test('does not end at a time that is only left out', () => {
		const seen = (comparison: string, value: string) => ({
			AND: [attribute('seen', 'after', iso(NOW)), attribute('seen', comparison, value)],
		});
		expect(printOf(seen('not_equal', iso(NOW + DAY))).windows).toEqual([]);
		expect(printOf(seen('before', 'soon')).windows).toEqual([]);
	});

	test('stays one beside a limit that is not a time', () => {
		const day = (from: number) => ({
			AND: [...windowOf(from, from + DAY).AND, attribute('checkin', 'before', 'soon')],
		});
		expect(isSame(day(NOW), day(NOW + 5))).toBe(true);
		expect(isSame(day(NOW), day(NOW + DAY))).toBe(false);
	});

	test('can be written without a time zone', () => {
		const day = (from: number) => ({
			AND: [
				attribute('checkin', 'after', iso(from).slice(0, 19)),
				attribute('checkin', 'before', iso(from + DAY).slice(0, 19)),
			],
		});
		expect(isSame(day(NOW), windowOf(NOW, NOW + DAY))).toBe(true);
		expect(isSame(day(NOW), day(NOW + DAY))).toBe(false);
	});

	test('can be one of several, in any order', () => {
		const days = (...starts: number[]) => ({
			OR: starts.map((start) => windowOf(NOW + start * DAY, NOW + (start + 1) * DAY)),
		});
		expect(isSame(days(0, 5, 9), days(9, 0, 5))).toBe(true);
		expect(isSame(days(0, 5, 9), days(0, 5, 12))).toBe(false);
		expect(isSame(days(0, 5), days(0, 0))).toBe(false);
	});

	test('of each attribute must be mostly the same', () => {
		const both = (first: number, second: number) => ({
			AND: [...windowOf(first, first + DAY, 'a').AND, ...windowOf(second, second + DAY, 'b').AND],
		});
		expect(isSame(both(NOW, NOW), both(NOW + 1, NOW + 1))).toBe(true);
		expect(isSame(both(NOW, NOW), both(NOW, NOW + DAY))).toBe(false);
		expect(isSame(both(NOW, NOW), both(NOW + DAY, NOW))).toBe(false);
	});
});

describe('laws', () => {
	/** A filter; `moment` stands where it may be another one on every evaluation. */
	type Leaf = { name: string; comparison: string; moment?: number; value?: unknown };
	type Tree = Leaf | { group: 'AND' | 'OR'; members: Tree[] };

	const MOVING = ['after', 'before', 'greater_than', 'less_than', 'not_equal', 'is_none_of'];
	const STANDING = ['equals', 'not_equal', 'is_any_of', 'includes_value', 'less_than_x_days_ago'];

	const name = fc.constantFrom('plan', 'seen', 'checkin', 'age');
	const moment = fc.integer({ min: NOW - 300 * DAY, max: NOW + 300 * DAY });
	const moving = fc.record({ name, comparison: fc.constantFrom(...MOVING), moment });
	const standing = fc.record({
		name,
		comparison: fc.constantFrom(...STANDING),
		value: fc.oneof(fc.constantFrom('gold', 'silver', true), fc.nat(1000)),
	});
	const { tree } = fc.letrec<{ tree: Tree }>((tie) => ({
		tree: fc.oneof(
			{ maxDepth: 3 },
			moving,
			standing,
			fc.record({
				group: fc.constantFrom('AND' as const, 'OR' as const),
				members: fc.array(tie('tree'), { minLength: 1, maxLength: 4 }),
			}),
		),
	}));

	const written = (one: Tree, write: (moment: number) => unknown): object =>
		'group' in one
			? { [one.group]: one.members.map((member) => written(member, write)) }
			: attribute(
					one.name,
					one.comparison,
					one.moment === undefined ? one.value : write(one.moment),
				);

	const shuffled = (one: Tree): fc.Arbitrary<Tree> => {
		if (!('group' in one)) return fc.constant(one);
		const { group } = one;
		return fc
			.tuple(...one.members.map(shuffled))
			.chain((all) => fc.shuffledSubarray(all, { minLength: all.length }))
			.map((members) => ({ group, members }));
	};

	/** Two moments that are further apart than the jitter, for a window is as wide as they say. */
	const momentsOf = (one: Tree): number[] =>
		'group' in one ? one.members.flatMap(momentsOf) : [one.moment ?? []].flat();
	const JITTER = 60_000;
	const farApart = (one: Tree): boolean => {
		const moments = momentsOf(one).sort((a, b) => a - b);
		return moments.every(
			(moment, index) => index === 0 || moment - moments[index - 1] > 9 * JITTER,
		);
	};

	test('other times and another order make no difference', () => {
		const cases = tree.filter(farApart).chain((one) =>
			fc.record({
				one: fc.constant(one),
				other: shuffled(one),
				jitter: fc.array(fc.integer({ min: -JITTER, max: JITTER }), { minLength: 1 }),
			}),
		);
		fc.assert(
			fc.property(cases, ({ one, other, jitter }) => {
				let next = 0;
				const jittered = (instant: number) => iso(instant + jitter[next++ % jitter.length]);
				expect(isSame(written(one, iso), written(other, jittered))).toBe(true);
			}),
			{ numRuns: 500 },
		);
	});

	test('another name, comparison or value makes another audience', () => {
		const changed = (one: Leaf, what: keyof Leaf, to: unknown): Leaf => ({ ...one, [what]: to });
		const change = fc.oneof(
			fc.record({ what: fc.constant('name' as const), to: fc.constant('another') }),
			fc.record({
				what: fc.constant('comparison' as const),
				to: fc.constantFrom('exists', 'does_not_exist'),
			}),
			fc.record({ what: fc.constant('value' as const), to: fc.integer({ min: 1001, max: 2000 }) }),
		);
		const cases = fc.record({
			leaf: fc.oneof(standing, moving),
			others: fc.array(standing, { maxLength: 3 }),
			group: fc.constantFrom('AND' as const, 'OR' as const),
			change,
		});
		fc.assert(
			fc.property(cases, ({ leaf, others, group, change: { what, to } }) => {
				const one: Leaf = leaf;
				fc.pre(what !== 'value' || one.moment === undefined);
				const members = (first: Leaf) => ({ group, members: [first, ...others] });
				// The others must not say the same already.
				fc.pre(!others.some((other) => JSON.stringify(other) === JSON.stringify(one)));
				const before = written(members(one), iso);
				expect(isSame(before, written(members(changed(one, what, to)), iso))).toBe(false);
			}),
			{ numRuns: 500 },
		);
	});

	test('windows without an overlap are different audiences, in both directions', () => {
		const width = fc.integer({ min: 1000, max: 90 * DAY });
		fc.assert(
			fc.property(moment, width, width, fc.nat(90 * DAY), (from, first, second, gap) => {
				const one = windowOf(from, from + first);
				const start = from + first + gap;
				const other = windowOf(start, start + second);
				expect(isSame(one, other)).toBe(false);
				expect(isSame(other, one)).toBe(false);
				expect(isSame(one, one)).toBe(true);
			}),
		);
	});
});
