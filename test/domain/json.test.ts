import { DateTime } from 'luxon';

import { isDate, numberFrom, parseJson, show } from '../../nodes/BrazeSchedule/domain/json';
import { bomb, fromJson } from './read';

describe('the result of an expression', () => {
	test.each<[string, object, unknown]>([
		['every kind of value', { a: 'x', b: true, c: false, d: 0, e: -1.5 }, undefined],
		['null', { a: null, b: [null] }, undefined],
		['nothing, which is left out', { a: undefined, b: 1 }, { b: 1 }],
		['nothing in a list', [undefined, 1], [null, 1]],
		['lists and objects', { a: [{ b: [] }], c: {} }, undefined],
		['a Date', { a: new Date(0) }, { a: '1970-01-01T00:00:00.000Z' }],
		['a DateTime', { a: DateTime.utc(2026) }, { a: '2026-01-01T00:00:00.000Z' }],
		['an object around a text', { a: new String('x') }, { a: 'x' }],
	])('%s is sent', (_, value, sent = value) => {
		expect(parseJson(value)).toEqual({ value: sent });
	});

	test.each<[string, unknown, string]>([
		['NaN', NaN, 'a calculation without a result (NaN)'],
		['Infinity', Infinity, 'a number'],
		['a function', () => 'x', 'a function'],
		['a symbol', Symbol('x'), 'a symbol'],
		['a BigInt', 5n, 'a bigint'],
		['a Map', new Map([['x', 1]]), 'an object'],
		['a Date that does not exist', new Date(NaN), 'a date'],
		['an object that calls itself nothing', { toJSON: () => null }, 'an object'],
		['an object that leaves itself out', { toJSON: () => undefined }, 'an object'],
	])('with %s in it is not sent without that part', (_, value, kind) => {
		const problem = `has ${kind} under "x", which cannot be sent`;
		expect(parseJson({ a: 1, x: value })).toEqual({ problem });
		expect(parseJson([{ b: { x: value } }])).toEqual({ problem });
	});

	test('with a BigInt in it is not sent even if n8n extends JSON to write one as text', () => {
		Object.defineProperty(BigInt.prototype, 'toJSON', { value: () => '5', configurable: true });
		try {
			const problem = 'has a bigint under "x", which cannot be sent';
			expect(parseJson({ x: 5n })).toEqual({ problem });
		} finally {
			Reflect.deleteProperty(BigInt.prototype, 'toJSON');
		}
	});

	test('is sent with a warning about a number that may have been rounded', () => {
		const value = { a: 1, b: [{ id: 2 ** 53 }], c: 2 ** 54 };
		expect(parseJson(value)).toEqual({
			value,
			warning:
				'has the number 9007199254740992 under "id", which is too large to keep exactly and may already have been rounded. Pass it on as text',
		});
		expect(parseJson({ a: 2 ** 53 - 1, b: 0.1, c: -5 })).not.toHaveProperty('warning');
	});

	test('is copied, so that exactly what was checked is sent', () => {
		let times = 0;
		const fickle = { toJSON: () => ({ a: (times += 1) }) };
		const { value } = parseJson(fickle) as { value: unknown };
		expect(JSON.stringify([value, value])).toBe('[{"a":1},{"a":1}]');
		expect(parseJson({ a: 1 })).toEqual({ value: { a: 1 } });
	});

	test('is nothing if it is blank', () => {
		expect(parseJson(' ')).toEqual({ value: undefined });
	});
});

describe('a number as text', () => {
	test.each<[string, number]>([
		['7', 7],
		[' -7.50 ', -7.5],
		['+007', 7],
		['0.000', 0],
		['9007199254740991', 9007199254740991],
		['1e15', 1e15],
		['1e18', 1e18],
		['1E+21', 1e21],
		['1200000000000000000', 12e17],
		[' 1200000000000000000 ', 12e17],
		['001000000000000000000', 1e18],
		['0.001e20', 1e17],
		['0.1002e19', 1002e15],
		['1002e18', 1002e18],
		// What is lost of it is less than a whole.
		['0.30000000000000004441', 0.30000000000000004],
		['123456789.12345678901234567890', 123456789.12345679],
	])('%j is kept', (text, number) => {
		expect(numberFrom(text)).toBe(number);
	});

	test.each([
		'9007199254740993',
		'-9007199254740993',
		'12345678901234567890',
		'10000000000000000001',
		'1000000000000000.01',
		'1e400',
		'-1e400',
		'1e-400',
		'',
		'0x10',
		'1 000',
		'1,5',
		'Infinity',
	])('%j would be rounded, or is not a number', (text) => {
		expect(numberFrom(text)).toBeUndefined();
	});
});

test('a date is a Date of any realm, and not an object that imitates one', () => {
	expect(isDate(new Date(NaN))).toBe(true);
	for (const value of [{ getTime: () => 0 }, { [Symbol.toStringTag]: 'Date' }, 'x', null]) {
		expect(isDate(value)).toBe(false);
	}
});

test('a value in a sentence is short and safe', () => {
	expect(show('x'.repeat(61))).toBe(`${'x'.repeat(57)}…`);
	expect(show('x'.repeat(60))).toBe('x'.repeat(60));
	expect(show({ a: 1 })).toBe('{"a":1}');
	expect(show(undefined)).toBe('nothing');
	expect(show(() => 'x')).toBe('a function');
	expect(show(10n)).toBe('10');
	expect(show(fromJson(bomb('[', ']')))).toBe('a list');
});
