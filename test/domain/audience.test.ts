import fc from 'fast-check';
import { DateTime } from 'luxon';
import { checkAudience, readAudienceJson } from '../../nodes/BrazeSchedule/domain/audience';
import { optedIn } from './drafts';
import { attribute, blue } from './filters';
import { bomb, fromJson, read } from './read';

const check = (raw: unknown) => read((findings) => checkAudience(raw, findings));
const asJson = (value: unknown) => read((findings) => readAudienceJson(value, findings));
const passes = (raw: unknown, expected: unknown = raw) => {
	expect(check(raw)).toMatchObject({ result: expected, problems: [], warnings: [] });
};
const refuses = (raw: unknown, ...messages: string[]) => {
	const { result, problems, parameters } = check(raw);
	expect(problems).toEqual(messages.map((message) => `'Filters' ${message}`));
	expect(new Set(parameters)).toEqual(new Set(['Filters']));
	expect(result).toBeUndefined();
};

const used = { last_used_app: { comparison: 'after', value: '2019-07-22T13:17:55+0000' } };

describe('an expression typed as text', () => {
	const typed = '{{ $json.city }}';

	test.each([
		attribute('not_equal', typed),
		attribute('is_none_of', ['Rome', typed]),
		attribute('exists', undefined, typed),
		{ AND: [blue, attribute('does_not_match_regex', typed)] },
	])('is refused: %j', (raw) => {
		refuses(raw, `has "${typed}", an expression typed as text`);
	});

	test('is accepted if the comparison takes no value', () => {
		passes(attribute('exists', typed), attribute('exists'));
	});
});

describe('a value that an expression did not find', () => {
	const blanks = ['', ' ', '\n'];
	const leftovers = ['undefined', 'null', ' NaN', '[object Object]'];

	test.each([
		'equals',
		'not_equal',
		'does_not_equal',
		'matches_regex',
		'does_not_match_regex',
		'is_any_of',
		'is_none_of',
		'includes_value',
		'does_not_include_value',
	])('is refused by %s', (comparison) => {
		for (const value of blanks) {
			const { result, problems, hints } = check({ AND: [blue, attribute(comparison, value)] });
			expect(result).toBeUndefined();
			expect(problems).toEqual([
				expect.stringMatching(/^'Filters' has an empty value for "plan", but needs /),
			]);
			expect(hints).toEqual(['Check that the incoming item has this value']);
		}
		for (const value of leftovers) {
			refuses(
				attribute(comparison, value),
				`has the text "${value}", which an expression leaves if it finds no value`,
			);
		}
	});

	test.each(['is_any_of', 'is_none_of', 'includes_value', 'does_not_include_value'])(
		'is refused in the list of %s',
		(comparison) => {
			for (const list of [blanks.slice(0, 1), ...blanks.map((blank) => ['pro', blank])]) {
				expect(check(attribute(comparison, list)).problems).toEqual([
					expect.stringMatching(/^'Filters' has an empty value for "plan", but needs /),
				]);
			}
			for (const value of leftovers) {
				refuses(
					attribute(comparison, ['pro', value]),
					`has the text "${value}", which an expression leaves if it finds no value`,
				);
			}
		},
	);

	test('is no name of an attribute', () => {
		refuses(
			attribute('does_not_exist', undefined, 'undefined'),
			'has the text "undefined", which an expression leaves if it finds no value',
		);
	});

	test('is accepted as a part of a longer text', () => {
		for (const value of ['null and void', '^null$', 'undefined-1']) {
			passes(attribute('not_equal', value));
		}
	});
});

describe('a filter', () => {
	test.each<[string, unknown[]]>([
		['equals', ['blue', 5, true, 0, false, -1.5]],
		['not_equal', ['blue', 5, true]],
		['does_not_equal', [true]],
		['matches_regex', ['^a.*z$']],
		['does_not_match_regex', ['\\d+']],
		['is_any_of', ['blue', ['blue', 'green'], ['blue']]],
		['is_none_of', ['blue', ['blue', 'green']]],
		['includes_value', ['pizza', 5, true, ['pizza', 'pasta']]],
		['does_not_include_value', ['pizza', ['pizza']]],
		['greater_than', [5, 0, -1]],
		['greater_than_or_equal_to', [5]],
		['less_than', [5.5]],
		['less_than_or_equal_to', [5]],
		['less_than_x_days_ago', [0, 7]],
		['greater_than_x_days_ago', [7]],
		['less_than_x_days_in_the_future', [7]],
		['greater_than_x_days_in_the_future', [0.5]],
		['after', ['2026-03-31', '2026-03-31T09:00:00Z', '2019-07-22T13:17:55+0000']],
		['before', ['2026-03-31T09:00:00.000+02:00']],
	])('on a custom attribute by %s', (comparison, values) => {
		for (const value of values) passes(attribute(comparison, value));
	});

	test.each(['exists', 'does_not_exist'])('by %s is sent without a value', (comparison) => {
		passes(attribute(comparison));
		for (const value of ['', 'blue', null, [], 0]) {
			passes(attribute(comparison, value), attribute(comparison));
		}
	});

	test.each(['push_subscription_status', 'email_subscription_status'])('on %s', (name) => {
		for (const comparison of ['is', 'is_not']) {
			for (const value of ['opted_in', 'subscribed', 'unsubscribed']) {
				passes({ [name]: { comparison, value } });
			}
		}
	});

	test('on the last used app', () => {
		passes(used);
		passes({ last_used_app: { comparison: 'before', value: '2026-03-31' } });
	});

	test('drops fields that Braze does not document', () => {
		passes({ custom_attribute: { ...blue.custom_attribute, type: 'string', note: 'x' } }, blue);
	});

	test.each<[string, unknown, string]>([
		['text for a number', attribute('greater_than', '5'), 'text'],
		['a flag for a number', attribute('less_than', true), 'a true/false value'],
		['NaN for a number', attribute('less_than', NaN), 'a calculation without a result (NaN)'],
		['nothing', attribute('greater_than'), 'nothing'],
		['null', attribute('greater_than', null), 'nothing'],
		['a list', attribute('greater_than', [5]), 'a list'],
	])('needs a number but gets %s', (_, raw, found) => {
		refuses(raw, `has ${found} for "plan", but needs a number`);
	});

	test.each<[string, unknown, string]>([
		['matches_regex', 5, 'has 5 for "plan", but needs text'],
		['matches_regex', '', 'has an empty value for "plan", but needs text'],
		['equals', '', 'has an empty value for "plan", but needs text, a number, or true or false'],
		['equals', ['blue'], 'has a list for "plan", but needs text, a number, or true or false'],
		['is_any_of', [], 'has an empty list for "plan", but needs text or a list of texts'],
		['is_any_of', [5], 'has a list for "plan", but needs text or a list of texts'],
		...['1774940400', '2026-03-31T09:00:00[Asia/Tokyo]', '20260331T090000Z'].map(
			(time): [string, unknown, string] => [
				'after',
				time,
				'has text for "plan", but needs a date and time like 2026-03-31T09:00:00Z',
			],
		),
		...['equals', 'greater_than', 'includes_value', 'less_than_x_days_ago'].map(
			(comparison): [string, unknown, string] => [
				comparison,
				2 ** 53,
				'has 9007199254740992 for "plan", a number too large to keep exactly',
			],
		),
		[
			'includes_value',
			['a', 2 ** 53],
			'has 9007199254740992 for "plan", a number too large to keep exactly',
		],
		['is_any_of', '', 'has an empty value for "plan", but needs text or a list of texts'],
		['is_any_of', ['a', 5], 'has a list for "plan", but needs text or a list of texts'],
		['includes_value', '', 'has an empty value for "plan", but needs a value or a list of values'],
		['includes_value', [1, {}], 'has a list for "plan", but needs a value or a list of values'],
		['is_any_of', [['a']], 'has a list for "plan", but needs text or a list of texts'],
		['includes_value', {}, 'has an object for "plan", but needs a value or a list of values'],
		['after', 5, 'has 5 for "plan", but needs a date and time like 2026-03-31T09:00:00Z'],
		[
			'after',
			'2026-02-30T09:00:00Z',
			'has text for "plan", but needs a date and time like 2026-03-31T09:00:00Z',
		],
		[
			'after',
			DateTime.utc(2026),
			'has a date for "plan", but needs a date and time like 2026-03-31T09:00:00Z',
		],
		['before', 'soon', 'has text for "plan", but needs a date and time like 2026-03-31T09:00:00Z'],
		['less_than_x_days_ago', -1, 'has -1 for "plan", but needs a number of days, 0 or more'],
	])('by %s of %j is refused', (comparison, value, message) => {
		refuses(attribute(comparison, value), message);
	});

	test.each<[string, unknown, string]>([
		['no name', attribute('equals', 'blue', undefined), 'has a custom attribute without a name'],
		['a blank name', attribute('equals', 'blue', ' '), 'has a custom attribute without a name'],
		[
			'no comparison',
			{ custom_attribute: { custom_attribute_name: 'plan' } },
			'compares "plan" by "nothing"',
		],
		['an unknown comparison', attribute('is', 'blue'), 'compares "plan" by "is"'],
		[
			'a comparison that every object has',
			attribute('constructor', 'blue'),
			'compares "plan" by "constructor"',
		],
		['a comparison that is none', attribute(['equals'], 'blue'), 'compares "plan" by "["equals"]"'],
		[
			'a comparison of another filter',
			{ last_used_app: { comparison: 'is', value: '2026-03-31' } },
			'compares Last Used App by "is"',
		],
		[
			'an unknown status',
			{ push_subscription_status: { comparison: 'is', value: 'opted in' } },
			'has "opted in" for Push Subscription Status',
		],
		[
			'text',
			{ custom_attribute: 'plan' },
			'has text under "custom_attribute", but an object belongs there',
		],
		[
			'a list',
			{ last_used_app: [] },
			'has an empty list under "last_used_app", but an object belongs there',
		],
	])('with %s is refused', (_, raw, message) => {
		if (_ === 'no name')
			delete (raw as { custom_attribute: Partial<typeof blue.custom_attribute> }).custom_attribute
				.custom_attribute_name;
		refuses(raw, message);
	});
});

describe('nobody is messaged by accident', () => {
	const EVERYONE = 'is empty, so the message would go to everyone';

	test.each<[string, unknown]>([
		['an empty object', {}],
		['empty text', ''],
		['blanks', ' \n'],
		['null', 'null'],
		['nothing', undefined],
		['an empty object as text', '{}'],
	])('%s is not an audience', (_, value) => {
		expect(asJson(value)).toMatchObject({
			result: undefined,
			problems: [`'Filters' ${EVERYONE}`],
			hints: ['Add at least one filter'],
		});
	});

	test('an empty filter inside a group invalidates the whole audience', () => {
		refuses({ AND: [blue, {}] }, EVERYONE);
		refuses({ OR: [blue, { AND: [optedIn, {}] }] }, EVERYONE);
	});

	test.each(['AND', 'OR'])('an empty %s group is refused at any depth', (key) => {
		refuses({ [key]: [] }, `has an empty "${key}" group`);
		refuses({ AND: [blue, { OR: [{ [key]: [] }] }] }, `has an empty "${key}" group`);
	});

	test.each(['segment', 'segment_id', 'Segments', 'segments'])('%s is refused', (key) => {
		const { result, problems, hints } = check({ AND: [{ [key]: 'abc' }] });
		expect(result).toBeUndefined();
		expect(problems).toEqual([`'Filters' has "${key}", which is not a filter`]);
		expect(hints[0]).toContain('Set the segment on the campaign or Canvas');
	});

	test('NOT does not exist, and AND/OR are uppercase', () => {
		expect(check({ NOT: [blue] }).hints[0]).toContain('a group with "AND" or "OR"');
		expect(check({ and: [blue] }).hints).toEqual(['Write it in capitals: "AND"']);
		expect(check({ Or: [blue] }).hints).toEqual(['Write it in capitals: "OR"']);
		for (const key of ['vendor', 'order', 'android']) {
			expect(check({ [key]: [blue] }).hints[0]).toContain('a group with "AND" or "OR"');
		}
	});

	test('several filters need a group that joins them', () => {
		refuses(
			{ ...blue, ...optedIn },
			'has custom_attribute and email_subscription_status in the same object',
		);
		refuses({ AND: [blue], OR: [optedIn] }, 'has AND and OR in the same object');
	});

	test.each<[string, unknown, string]>([
		['a list at the top', [blue], 'has a list where a filter belongs'],
		['text in a group', { AND: ['blue'] }, 'has text where a filter belongs'],
		['null in a group', { AND: [blue, null] }, 'has nothing where a filter belongs'],
		['an object under AND', { AND: blue }, 'has an object under "AND", but a list belongs there'],
		['an event', { custom_event: {} }, 'has "custom_event", which is not a filter'],
	])('%s', (_, raw, message) => {
		refuses(raw, message);
	});

	test('a number that was rounded is refused', () => {
		const { result, hints } = check(attribute('less_than', 2 ** 53));
		expect(result).toBeUndefined();
		expect(hints).toEqual([
			'Pass it on as text, and compare it with an attribute that is text in Braze',
		]);
	});

	test.each(['__proto__', 'constructor', 'toString', 'hasOwnProperty'])(
		'%s is a key like any other',
		(key) => {
			refuses(fromJson(`{"${key}":{"comparison":"is"}}`), `has "${key}", which is not a filter`);
			refuses(fromJson(`{"AND":[{"${key}":[]}]}`), `has "${key}", which is not a filter`);
		},
	);
});

describe('groups', () => {
	const anyFilter = fc.constantFrom<object>(
		blue,
		optedIn,
		used,
		attribute('greater_than', 5),
		attribute('exists'),
	);
	const { tree: anyAudience } = fc.letrec<{ tree: object }>((tie) => ({
		tree: fc.oneof(
			{ depthSize: 'large', maxDepth: 20 },
			anyFilter,
			fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map((AND) => ({ AND })),
			fc.array(tie('tree'), { minLength: 1, maxLength: 4 }).map((OR) => ({ OR })),
		),
	}));

	test('of any depth and width are sent unchanged, as an object or as text', () => {
		fc.assert(
			fc.property(anyAudience, (audience) => {
				passes(audience);
				expect(asJson(JSON.stringify(audience))).toMatchObject({ result: audience, problems: [] });
			}),
		);
	});

	test('one invalid filter at any depth stops the whole audience', () => {
		const bad = attribute('greater_than', '5');
		const places = (audience: object): object[] => [
			bad,
			...Object.entries(audience).flatMap(([key, members]: [string, unknown]) =>
				Array.isArray(members)
					? members.flatMap((member: object, index) =>
							places(member).map((changed) => ({ [key]: members.with(index, changed) })),
						)
					: [],
			),
		];
		fc.assert(
			fc.property(anyAudience, fc.nat(), (audience, seed) => {
				const all = places(audience);
				const { result, problems } = check(all[seed % all.length]);
				expect(result).toBeUndefined();
				expect(problems).toHaveLength(1);
			}),
		);
	});

	test('nested without end are refused, and do not crash', () => {
		const deep = `'Filters' is nested more than 200 levels deep`;
		expect(asJson(bomb('{"AND":[', ']}')).problems).toEqual([deep]);
		const inValue = `{"custom_attribute":{"custom_attribute_name":"plan","comparison":"equals","value":${bomb('[', ']')}}}`;
		expect(asJson(inValue).problems).toEqual([
			`'Filters' has a list for "plan", but needs text, a number, or true or false`,
		]);
		const inComparison = `{"custom_attribute":{"custom_attribute_name":"plan","comparison":${bomb('[', ']')}}}`;
		expect(asJson(inComparison).problems).toEqual([`'Filters' compares "plan" by "a list"`]);
	});

	test('200 levels are accepted', () => {
		const audience = Array.from({ length: 200 }).reduce<object>(
			(inner) => ({ AND: [inner] }),
			blue,
		);
		passes(audience);
		refuses({ AND: [audience] }, 'is nested more than 200 levels deep');
	});

	test('any input becomes an audience or a problem, and nothing is thrown', () => {
		fc.assert(
			fc.property(fc.anything({ withBigInt: true, withDate: true }), (raw) => {
				const { result, problems } = asJson(raw);
				expect(result === undefined).toBe(problems.length > 0);
			}),
			{ numRuns: 500 },
		);
	});

	test.each<[string, string, RegExp]>([
		['broken text', '{"AND":[', /is not valid JSON \(.+\)$/],
		[
			'a number that would be rounded',
			'{"custom_attribute":{"custom_attribute_name":"id","comparison":"equals","value":12345678901234567890}}',
			/contains the number 12345678901234567890, which is too large to keep exactly/,
		],
	])('%s is refused', (_, value, message) => {
		const { result, problems } = asJson(value);
		expect(result).toBeUndefined();
		expect(problems).toEqual([expect.stringMatching(message)]);
	});
});
