import { IANAZone } from 'luxon';
import { COMPARISONS, composeAudience } from '../../nodes/BrazeSchedule/domain/audience';
import type { FilterRow } from '../../nodes/BrazeSchedule/domain/audience';
import { optedIn } from './drafts';
import { attribute, blue } from './filters';
import { read } from './read';

describe('the form', () => {
	const row = (attributeType: string, comparison: unknown, value?: unknown): FilterRow => ({
		filterBy: 'custom_attribute',
		attributeName: 'plan',
		attributeType,
		comparison,
		value,
	});

	const form = (
		filters: FilterRow[],
		groups: Array<{ match: unknown; filters: FilterRow[] }> = [],
		match: unknown = 'AND',
		zone = 'Europe/Berlin',
	) => read((findings) => composeAudience({ match, filters, groups }, zone, findings));

	test.each<[string, string, unknown, unknown]>([
		['string', 'equals', 'blue', 'blue'],
		['string', 'equals', 5, '5'],
		['string', 'not_equal', true, 'true'],
		['string', 'matches_regex', '^a, b$', '^a, b$'],
		['string', 'is_any_of', 'blue, green\nred,', ['blue', 'green', 'red']],
		['string', 'is_none_of', ['a,b', 'c'], ['a,b', 'c']],
		['array', 'is_any_of', [1, true], ['1', 'true']],
		['array', 'is_any_of', 5, ['5']],
		['array', 'includes_value', 'pizza, no list', 'pizza, no list'],
		['array', 'does_not_include_value', 5, 5],
		['array', 'is_any_of', 'pizza,pasta', ['pizza', 'pasta']],
		['number', 'equals', 5, 5],
		['number', 'equals', '9007199254740991', 2 ** 53 - 1],
		['string', 'equals', '9007199254740993', '9007199254740993'],
		['number', 'equals', '5', 5],
		['number', 'less_than', ' -5.5 ', -5.5],
		['boolean', 'equals', true, true],
		['boolean', 'equals', 'false', false],
		['boolean', 'not_equal', 'true', true],
		['time', 'after', '2026-03-31T09:00:00', '2026-03-31T07:00:00Z'],
		['time', 'before', '2026-03-31', '2026-03-30T22:00:00Z'],
		['time', 'after', '2026-03-31T09:00:00Z', '2026-03-31T09:00:00Z'],
		['time', 'after', '2026-03-31T09:00:00[Asia/Tokyo]', '2026-03-31T00:00:00Z'],
		['time', 'less_than_x_days_ago', '7', 7],
		['time', 'greater_than_x_days_in_the_future', 0, 0],
	])('a %s that %s %j goes out as %j', (type, comparison, value, sent) => {
		expect(form([row(type, comparison, value)])).toMatchObject({
			result: attribute(comparison, sent),
			problems: [],
		});
	});

	test.each<[string, string, unknown, string]>([
		['number', 'equals', 'five', 'text for "plan", but needs a number'],
		['number', 'equals', '0x10', 'text for "plan", but needs a number'],
		...['9007199254740993', '9007199254740992', 2 ** 53, '1e400'].map(
			(value): [string, string, unknown, string] => [
				'number',
				'less_than',
				value,
				`${value} for "plan", a number too large to keep exactly`,
			],
		),
		[
			'time',
			'less_than_x_days_ago',
			'9007199254740993',
			'9007199254740993 for "plan", a number too large to keep exactly',
		],
		...['equals', 'is_any_of'].map((comparison): [string, string, unknown, string] => [
			'string',
			comparison,
			2 ** 53,
			'9007199254740992 for "plan", a number too large to keep exactly',
		]),
		[
			'number',
			'equals',
			2 ** 53 + 2,
			'9007199254740994 for "plan", a number too large to keep exactly',
		],
		[
			'time',
			'after',
			'90071992547409930',
			'a wrong time for "plan": "90071992547409930" is not a date and time',
		],
		['number', 'equals', '', 'an empty value for "plan", but needs a number'],
		[
			'number',
			'greater_than',
			NaN,
			'a calculation without a result (NaN) for "plan", but needs a number',
		],
		['string', 'is_any_of', undefined, 'nothing for "plan", but needs text or a list of texts'],
		['boolean', 'equals', 'yes', 'text for "plan", but needs true or false'],
		['boolean', 'equals', 1, '1 for "plan", but needs true or false'],
		['boolean', 'equals', '9007199254740993', 'text for "plan", but needs true or false'],
		['string', 'equals', '', 'an empty value for "plan", but needs text'],
		['string', 'equals', undefined, 'nothing for "plan", but needs text'],
		['string', 'equals', NaN, 'a calculation without a result (NaN) for "plan", but needs text'],
		['string', 'is_any_of', ' , ', 'an empty list for "plan", but needs text or a list of texts'],
		[
			'time',
			'after',
			'',
			'an empty value for "plan", but needs a date and time like 2026-03-31T09:00:00Z',
		],
		[
			'time',
			'after',
			' ',
			'an empty value for "plan", but needs a date and time like 2026-03-31T09:00:00Z',
		],
		...[[''], ['pro', ' ']].map((value): [string, string, unknown, string] => [
			'array',
			'is_none_of',
			value,
			'an empty value for "plan", but needs text or a list of texts',
		]),
		['string', 'not_equal', ' ', 'an empty value for "plan", but needs text'],
		[
			'string',
			'is_none_of',
			'pro, undefined',
			'the text "undefined", which an expression leaves if it finds no value',
		],
		[
			'array',
			'does_not_include_value',
			'null',
			'the text "null", which an expression leaves if it finds no value',
		],
		['time', 'after', 'soon', 'a wrong time for "plan": "soon" is not a date and time'],
		[
			'time',
			'before',
			'2026-12-01T09:00+05:00[Europe/Berlin]',
			'a wrong time for "plan": "2026-12-01T09:00+05:00[Europe/Berlin]" contradicts itself: Europe/Berlin is at +01:00 then, not at +05:00',
		],
		[
			'time',
			'after',
			2026123109,
			'a wrong time for "plan": 2026123109 is a date in digits alone, which can be mistaken for the seconds or milliseconds since 1970',
		],
		[
			'time',
			'after',
			null,
			'nothing for "plan", but needs a date and time like 2026-03-31T09:00:00Z',
		],
		[
			'time',
			'after',
			[],
			'an empty list for "plan", but needs a date and time like 2026-03-31T09:00:00Z',
		],
		[
			'time',
			'less_than_x_days_ago',
			'a week',
			'text for "plan", but needs a number of days, 0 or more',
		],
	])('a %s that %s %j matches nobody, so it is refused', (type, comparison, value, message) => {
		for (const { result, problems } of [
			form([row(type, comparison, value)]),
			form(
				[row('string', 'equals', 'blue')],
				[{ match: 'OR', filters: [row(type, comparison, value)] }],
			),
		]) {
			expect(result).toBeUndefined();
			expect(problems).toEqual([`'Filters' has ${message}`]);
		}
	});

	test('a time of the last use that cannot be used is refused in the same words', () => {
		const filters = [{ filterBy: 'last_used_app', comparison: 'after', value: 20261231090000 }];
		expect(form(filters).problems).toEqual([
			"'Filters' has a wrong time for Last Used App: 20261231090000 is a date in digits alone, which can be mistaken for the seconds or milliseconds since 1970",
		]);
	});

	test('a time in a zone of which this Node.js has old data carries a warning', () => {
		const { offset } = IANAZone.prototype;
		const spy = jest.spyOn(IANAZone.prototype, 'offset').mockImplementation(function (
			this: IANAZone,
			instant: number,
		) {
			return this.name === 'America/Vancouver' ? -480 : offset.call(this, instant);
		});
		const filters = [row('time', 'after', '2026-12-01T09:00:00')];
		expect(form(filters, [], 'AND', 'America/Vancouver')).toMatchObject({
			result: attribute('after', '2026-12-01T17:00:00Z'),
			warnings: [
				expect.stringContaining(
					"out of date for America/Vancouver: 2026-12-01 09:00 in 'Filters' was taken for a moment when clocks there show 2026-12-01 10:00",
				),
			],
		});
		expect(form(filters).warnings).toEqual([]);
		spy.mockRestore();
	});

	test('every comparison it offers goes out with a value of its kind, or none', () => {
		const values = { string: 'x', array: 'x', number: 1, boolean: true, time: '2026-03-31T09:00Z' };
		for (const [type, comparisons] of Object.entries(COMPARISONS)) {
			for (const [comparison, kind] of Object.entries(comparisons)) {
				const value = kind === 'days' ? 3 : values[type as keyof typeof values];
				const { result, problems } = form([row(type, comparison, value)]);
				expect(problems).toEqual([]);
				const sent = (result as typeof blue).custom_attribute;
				expect(sent.comparison).toBe(comparison);
				expect('value' in sent).toBe(kind !== 'none');
			}
		}
	});

	test.each<[string, string[]]>([
		['string', ['greater_than', 'includes_value', 'after']],
		['number', ['matches_regex', 'is_any_of', 'before']],
		['boolean', ['greater_than', 'is_any_of', 'does_not_equal']],
		['array', ['equals', 'matches_regex']],
		['time', ['equals', 'greater_than']],
		['nonsense', ['equals']],
	])('a comparison that a %s does not have is refused', (type, comparisons) => {
		for (const comparison of [...comparisons, undefined, 'constructor']) {
			expect(form([row(type, comparison, 'x')])).toMatchObject({
				result: undefined,
				problems: [expect.stringContaining(`'Filters' compares "plan" by`)],
			});
		}
	});

	test('the other filters', () => {
		expect(
			form([
				{ filterBy: 'email_subscription_status', comparison: 'is', value: 'opted_in' },
				{ filterBy: 'push_subscription_status', comparison: 'is_not', value: 'unsubscribed' },
				{ filterBy: 'last_used_app', comparison: 'after', value: '2026-03-31T09:00:00' },
			]),
		).toMatchObject({
			result: {
				AND: [
					optedIn,
					{ push_subscription_status: { comparison: 'is_not', value: 'unsubscribed' } },
					{ last_used_app: { comparison: 'after', value: '2026-03-31T07:00:00Z' } },
				],
			},
			problems: [],
		});
	});

	test.each([undefined, '', 'segment', 'constructor', '__proto__'])(
		'filter by %p is refused',
		(filterBy) => {
			const { result, problems } = form([{ filterBy, comparison: 'is', value: 'x' }]);
			expect(result).toBeUndefined();
			expect(problems).toHaveLength(1);
		},
	);

	test('filters and groups are joined as chosen, each group in its own way', () => {
		const [a, b, c] = ['a', 'b', 'c'].map((value) => row('string', 'equals', value));
		const [A, B, C] = ['a', 'b', 'c'].map((value) => attribute('equals', value));
		expect(form([a]).result).toEqual(A);
		expect(form([a, b]).result).toEqual({ AND: [A, B] });
		expect(form([a, b], [], 'OR').result).toEqual({ OR: [A, B] });
		expect(form([a], [{ match: 'OR', filters: [b, c] }]).result).toEqual({
			AND: [A, { OR: [B, C] }],
		});
		expect(form([], [{ match: 'OR', filters: [a, b] }]).result).toEqual({ OR: [A, B] });
		expect(
			form(
				[],
				[
					{ match: 'AND', filters: [a, b] },
					{ match: 'AND', filters: [c] },
				],
				'OR',
			).result,
		).toEqual({ OR: [{ AND: [A, B] }, { AND: [C] }] });
	});

	test.each<[string, FilterRow[], Array<{ match: unknown; filters: FilterRow[] }>]>([
		['nothing at all', [], []],
		['an empty group', [], [{ match: 'AND', filters: [] }]],
		['a filter and an empty group', [row('string', 'equals', 'a')], [{ match: 'OR', filters: [] }]],
		['a filter without a name', [{ ...row('string', 'equals', 'a'), attributeName: '' }], []],
		['a filter that nobody filled in', [{ ...row('string', 'equals', ''), attributeName: '' }], []],
	])('%s is refused', (_, filters, groups) => {
		const { result, problems } = form(filters, groups);
		expect(result).toBeUndefined();
		expect(problems).toHaveLength(1);
	});

	test('a way to join that does not exist is refused', () => {
		const rows = ['a', 'b'].map((value) => row('string', 'equals', value));
		for (const match of [null, '', 'and', 'NOT']) {
			expect(form(rows, [], match).result).toBeUndefined();
			expect(form([], [{ match, filters: rows }]).result).toBeUndefined();
		}
	});
});
