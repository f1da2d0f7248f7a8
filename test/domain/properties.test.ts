import fc from 'fast-check';
import { DateTime } from 'luxon';

import {
	checkProperties,
	composeProperties,
	readPropertiesJson,
} from '../../nodes/BrazeSchedule/domain/properties';
import type { PropertyRow } from '../../nodes/BrazeSchedule/domain/properties';
import { bomb, fromJson, read } from './read';

const rows = (...list: PropertyRow[]) =>
	read((findings) => composeProperties(list, 'Context', findings));
const one = (type: unknown, value: unknown) => rows({ name: 'x', type, value });
const asJson = (value: unknown) =>
	read((findings) => readPropertiesJson(value, 'Context', findings));
const check = (value: unknown) => read((findings) => checkProperties(value, 'Context', findings));

const instant = DateTime.fromISO('2026-03-31T09:00:00.000+02:00', { setZone: true });

describe('a row has its own type', () => {
	test.each<[string, unknown, unknown]>([
		['string', 'Ada', 'Ada'],
		['string', '', ''],
		['string', '007', '007'],
		['string', 7, '7'],
		['string', false, 'false'],
		['string', new Date('2026-03-31T07:00:00Z'), '2026-03-31T07:00:00.000Z'],
		['string', instant, '2026-03-31T09:00:00.000+02:00'],
		['number', 7, 7],
		['number', '7', 7],
		['number', ' -7.5 ', -7.5],
		['number', 0, 0],
		['boolean', true, true],
		['boolean', 'true', true],
		['boolean', false, false],
		['boolean', 'false', false],
		['boolean', 'TRUE', true],
		['boolean', ' False ', false],
		['array', ['a', { b: 1 }], ['a', { b: 1 }]],
		['array', '["a", 1, null]', ['a', 1, null]],
		['array', '[]', []],
		['object', { a: { b: [1] } }, { a: { b: [1] } }],
		['object', '{"a": 1}', { a: 1 }],
	])('%s: %p', (type, value, sent) => {
		expect(one(type, value)).toMatchObject({ result: { x: sent }, problems: [], warnings: [] });
	});

	test.each<[string, unknown, string]>([
		['string', {}, 'is an object, but its type is Text'],
		['string', ['a'], 'is a list, but its type is Text'],
		['string', NaN, 'is NaN'],
		['string', Infinity, 'is Infinity'],
		['string', new Date(NaN), 'is a date, but its type is Text'],
		['number', 'seven', 'is seven, which is not a number'],
		['number', '1,5', 'is 1,5, which is not a number'],
		['number', '0x10', 'is 0x10, which is not a number'],
		['number', '1e-400', 'is 1e-400, a number too large to keep exactly. Use the type Text'],
		['string', DateTime.invalid('x'), 'is a date, but its type is Text'],
		['string', { isLuxonDateTime: true, toISO: 'x' }, 'is a date, but its type is Text'],
		['number', '', 'is empty, which is not a number'],
		['number', '  ', 'is empty, which is not a number'],
		['number', true, 'is true, which is not a number'],
		['number', NaN, 'is NaN, which is not a number'],
		['number', 'Infinity', 'is Infinity, which is not a number'],
		['number', [7], 'is [7], which is not a number'],
		['number', 10n, 'is 10, which is not a number'],
		[
			'number',
			'9007199254740993',
			'is 9007199254740993, a number too large to keep exactly. Use the type Text',
		],
		[
			'number',
			2 ** 53,
			'is 9007199254740992, a number too large to keep exactly. Pass it on as text',
		],
		[
			'string',
			2 ** 53,
			'is 9007199254740992, a number too large to keep exactly. Pass it on as text',
		],
		[
			'number',
			'9007199254740992',
			'is 9007199254740992, a number too large to keep exactly. Use the type Text',
		],
		['boolean', 'yes', 'is yes, which is neither true nor false'],
		['boolean', 1, 'is 1, which is neither true nor false'],
		['boolean', '', 'is empty, which is neither true nor false'],
		['array', '{"a":1}', 'is an object, but its type is Array'],
		['array', '', 'is nothing, but its type is Array'],
		['array', 'a, b', 'is not valid JSON'],
		['object', '[1]', 'is a list, but its type is Object'],
		['object', 'null', 'is nothing, but its type is Object'],
		['object', '{"a": 12345678901234567890}', 'contains the number 12345678901234567890'],
	])('%s: %p is refused', (type, value, message) => {
		const { result, problems, parameters } = one(type, value);
		expect(result).toBeUndefined();
		expect(problems).toHaveLength(1);
		expect(problems[0].startsWith(`"x" in 'Context' ${message}`)).toBe(true);
		expect(parameters).toEqual(['Context']);
	});

	test('an expression without a result leaves its row out, with a warning', () => {
		expect(
			rows({ name: 'x', type: 'string' }, { name: 'y', type: 'string', value: 'b' }),
		).toMatchObject({
			result: { y: 'b' },
			problems: [],
			warnings: [`"x" in 'Context' had no value and was left out`],
		});
	});

	test.each(['string', 'number', 'boolean', 'array', 'object'])(
		'%s: null is sent as null, with a warning',
		(type) => {
			expect(one(type, null)).toMatchObject({
				result: { x: null },
				problems: [],
				warnings: [`"x" in 'Context' is null, and goes to Braze as null`],
			});
		},
	);

	test.each([
		[undefined, 'no type'],
		[null, 'no type'],
		[' ', 'no type'],
		['text', 'the type text'],
		[['string'], 'the type ["string"]'],
	])('a type that is %p is refused, and not read as text', (type, said) => {
		for (const value of ['a', null, undefined]) {
			const { result, problems, hints } = rows({ name: 'x', type, value });
			expect(result).toBeUndefined();
			expect(problems).toEqual([`"x" in 'Context' has ${said}`]);
			expect(hints[0]).toBe('Use one of: string, number, boolean, array, object');
		}
		expect(rows({ name: 'x', value: 'a' })).toMatchObject({ result: { x: 'a' }, problems: [] });
	});

	test('a repeated name, or a value without a name, is refused', () => {
		const twice = rows({ name: 'x', value: 'a' }, { name: ' x ', value: 'b' });
		expect(twice.problems).toEqual([`'Context' has "x" more than once`]);
		expect(rows({ name: ' ', value: 'a' }).problems).toEqual(["Row 1 of 'Context' has no name"]);
		expect(rows({ name: '', value: '' }, { value: undefined }, { value: null })).toMatchObject({
			result: undefined,
			problems: [],
			warnings: [],
		});
	});

	test('a number that may have been rounded is sent, with a warning', () => {
		const said =
			'has the number 9007199254740992 under "id", which is too large to keep exactly and may already have been rounded. Pass it on as text';
		const value = { id: 2 ** 53 };
		expect(one('object', value)).toEqual({
			result: { x: value },
			problems: [],
			hints: [],
			parameters: [],
			warnings: [`"x" in 'Context' ${said}`],
		});
		expect(asJson(value)).toMatchObject({ result: value, warnings: [`'Context' ${said}`] });
	});

	test.each([
		['body.first_name', 'first_name'],
		['body.customer.city', 'city'],
		['body. name', 'name'],
	])('the name %s comes from dragging a field, and has a warning', (name, short) => {
		const warnings = [`"${name}" in 'Context' has a dot in its name. Did you mean "${short}"?`];
		expect(rows({ name, type: 'string', value: 'Ada' })).toMatchObject({
			result: { [name]: 'Ada' },
			problems: [],
			warnings,
		});
		expect(asJson({ [name]: 'Ada', other: { 'a.b': 1 } })).toMatchObject({
			problems: [],
			warnings,
		});
	});

	test('an expression typed as text is sent, with a warning', () => {
		const value = 'Hello {{ $json.name }}';
		const warnings = [
			`"x" in 'Context' is "${value}", an expression typed as text. Switch the field from Fixed to Expression`,
		];
		expect(one('string', value)).toMatchObject({ result: { x: value }, problems: [], warnings });
		expect(asJson(`{"x": "${value}"}`)).toMatchObject({ problems: [], warnings });
	});

	test.each(['{{ ${first_name} }}', '{{${first_name}}}', '{ $json.x }', '$5'])(
		'%s is no expression',
		(value) => {
			expect(one('string', value).warnings).toEqual([]);
		},
	);

	test.each(['first_name', 'first.', '.'])('the name %s has none', (name) => {
		expect(rows({ name, type: 'string', value: 'Ada' }).warnings).toEqual([]);
	});

	test('a name that every object has is a name like any other', () => {
		const { result, problems } = rows(
			{ name: '__proto__', value: 'a' },
			{ name: 'constructor', value: 'b' },
			{ name: 'toString', type: 'number', value: 1 },
		);
		expect(problems).toEqual([]);
		expect(JSON.stringify(result)).toBe('{"__proto__":"a","constructor":"b","toString":1}');
	});

	test.each([[null], ['x'], [7], [[]]])('%j is not a row', (one) => {
		const { result, problems } = read((findings) => composeProperties([one], 'Context', findings));
		expect(result).toBeUndefined();
		expect(problems).toEqual([
			expect.stringMatching(/^Row 1 of 'Context' is .+, but it has to have a name and a value$/),
		]);
	});

	test('a name of a megabyte does not fill the message', () => {
		const { problems } = rows({ name: 'x'.repeat(1e6), type: 'number', value: 'y' });
		expect(problems[0].length).toBeLessThan(200);
	});

	test('no rows are no properties', () => {
		expect(rows().result).toBeUndefined();
	});
});

describe('properties as JSON', () => {
	test.each<[string, unknown, unknown]>([
		['text', '{"a": 1, "b": {"c": [true, null]}}', { a: 1, b: { c: [true, null] } }],
		['an object', { a: 1 }, { a: 1 }],
		['an object without a prototype', Object.assign(Object.create(null), { a: 1 }), { a: 1 }],
		['nothing at all', '{}', {}],
		['an empty field', '', undefined],
		[
			'big numbers that are exact',
			'{"a": 9007199254740991, "b": 1e300, "c": 0e400, "d": 100e-2}',
			{ a: 9007199254740991, b: 1e300, c: 0, d: 1 },
		],
		[
			'digits inside text',
			'{"a\\"1e999": "\\\\\\"12345678901234567890"}',
			{ 'a"1e999': '\\"12345678901234567890' },
		],
	])('%s', (_, value, expected) => {
		const { result, problems, warnings } = asJson(value);
		expect({ problems, warnings }).toEqual({ problems: [], warnings: [] });
		expect(JSON.stringify(result)).toBe(JSON.stringify(expected));
	});

	test.each(['null', null, undefined])(
		'%j is the result of an expression, and refused',
		(value) => {
			expect(asJson(value)).toMatchObject({
				result: undefined,
				problems: ["'Context' is empty"],
				hints: ['Check that its expression finds a value'],
			});
		},
	);

	test.each<[string, unknown, RegExp]>([
		['text that is no JSON', '{a: 1}', /^'Context' is not valid JSON \(.+\)$/],
		['text that breaks off', '{"a": "b', /^'Context' is not valid JSON \(.+\)$/],
		['a list', '[{"a": 1}]', /^'Context' is a list, but it has to be an object$/],
		[
			"a word, as an example of Braze's shows it",
			'""',
			/^'Context' is text, but it has to be an object$/,
		],
		['a number', 7, /^'Context' is a number, but it has to be an object$/],
		['a DateTime', instant, /^'Context' is a date, but it has to be an object$/],
		[
			'an integer that would be rounded',
			'{"id": -9007199254740993}',
			/contains the number -9007199254740993, which/,
		],
		[
			'one deep inside',
			'{"a":[{"b":"1"},[12345678901234567890]]}',
			/contains the number 12345678901234567890, which/,
		],
		['a number that would turn into null', '{"a": 1e400}', /contains the number 1e400, which/],
		['a BigInt', { a: [10n] }, /^'Context' has a bigint under "0", which cannot be sent$/],
		[
			'a calculation that failed',
			{ a: { b: NaN } },
			/^'Context' has a calculation without a result \(NaN\) under "b"/,
		],
		[
			'a date that does not exist',
			{ a: new Date(NaN) },
			/^'Context' has a date under "a", which cannot be sent$/,
		],
		[
			'a DateTime that does not exist',
			{ a: DateTime.invalid('for the test') },
			/^'Context' has a date under "a"/,
		],
		['a function', { a: () => 1 }, /^'Context' has a function under "a", which cannot be sent$/],
		[
			'a Map',
			{ a: new Map([[1, 2]]) },
			/^'Context' has an object under "a", which cannot be sent$/,
		],
		[
			'an object that cannot be read',
			{
				get a() {
					throw new Error('no');
				},
			},
			/^'Context' cannot be written as JSON$/,
		],
		[
			'a whole number with a fraction of nothing',
			'{"a": 9007199254740993.0}',
			/contains the number 9007199254740993.0, which/,
		],
		[
			'a whole number with an exponent',
			'{"a": 9007199254740993e0}',
			/contains the number 9007199254740993e0, which/,
		],
		['a number that would turn into 0', '{"a": 1e-400}', /contains the number 1e-400, which/],
		['nesting without end', `{"a":${bomb('[', ']')}}`, /^'Context' cannot be written as JSON$/],
	])('%s is refused', (_, value, message) => {
		const { result, problems } = asJson(value);
		expect(result).toBeUndefined();
		expect(problems).toEqual([expect.stringMatching(message)]);
	});

	test('a circular object is refused', () => {
		const circle: Record<string, unknown> = {};
		circle.itself = circle;
		expect(check(circle).problems).toEqual(["'Context' cannot be written as JSON"]);
	});

	test('a key that every object has stays a key', () => {
		const text = '{"__proto__":{"a":1},"constructor":2,"of":{"toString":3,"valueOf":4}}';
		expect(JSON.stringify(asJson(text).result)).toBe(text);
		expect(({} as Record<string, unknown>).a).toBeUndefined();
	});

	test('any JSON that Braze could get is sent unchanged', () => {
		const anyJson = fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 4 }));
		fc.assert(
			fc.property(anyJson, (value) => {
				const text = JSON.stringify(value);
				const isSafe = !/\d{16,}|e\+/.test(text);
				const { result, problems } = asJson(text);
				if (isSafe) expect(problems).toEqual([]);
				if (problems.length === 0)
					expect(JSON.stringify(result)).toBe(JSON.stringify(fromJson(text)));
			}),
		);
	});

	test('text of many megabytes is measured without a crash', () => {
		for (const filling of ['x', '\\n', '7', '7,']) {
			const { problems } = asJson(`{"a":"${filling.repeat(6_000_000)}"}`);
			expect(problems).toEqual([
				expect.stringMatching(/^'Context' is \d+ KB, and Braze takes at most 50 KB$/),
			]);
		}
	});
});

describe('50 KB', () => {
	const LIMIT = 50 * 1024;
	const around = '{"a":""}'.length;

	test.each([
		['one byte each', 'x', 1],
		['two bytes each', 'é', 2],
		['three bytes each', '漢', 3],
		['four bytes each', '🎉', 4],
		['six bytes each, for half a sign', '\ud83c', 6],
		['two bytes each, for a quotation mark', '"', 2],
	])('are counted in the bytes that are sent: %s', (_, sign, bytes) => {
		const most = Math.floor((LIMIT - around) / bytes);
		const fits = { a: sign.repeat(most) };
		expect(check(fits)).toMatchObject({ result: fits, problems: [] });
		expect(check({ a: sign.repeat(most + 1) })).toMatchObject({
			result: undefined,
			problems: ["'Context' is 51 KB, and Braze takes at most 50 KB"],
		});
	});

	test('exactly 50 KB are accepted', () => {
		expect(check({ a: 'x'.repeat(LIMIT - around) }).problems).toEqual([]);
	});

	test('rows are counted together', () => {
		const half = { type: 'string', value: 'x'.repeat(LIMIT / 2) };
		expect(rows({ name: 'a', ...half }).problems).toEqual([]);
		expect(rows({ name: 'a', ...half }, { name: 'b', ...half }).problems).toHaveLength(1);
	});
});
