import fc from 'fast-check';

import { withoutSecret } from '../../nodes/BrazeSchedule/transport/secrets';
import { ECHOED } from '../domain/drafts';

test.each<[string, unknown, unknown]>([
	['text', `Invalid API key: ${ECHOED}`, 'Invalid API key: [hidden]'],
	['text that holds it twice', `${ECHOED}${ECHOED}`, '[hidden][hidden]'],
	['a header', { authorization: `Bearer ${ECHOED}` }, { authorization: 'Bearer [hidden]' }],
	['a list of headers', { 'x-echo': [ECHOED, 'a'] }, { 'x-echo': ['[hidden]', 'a'] }],
	['a name', { [ECHOED]: 1 }, { '[hidden]': 1 }],
	[
		'anything inside anything',
		{ a: [{ b: { c: [`x${ECHOED}`] } }] },
		{ a: [{ b: { c: ['x[hidden]'] } }] },
	],
])('the key is taken out of %s', (_, value, expected) => {
	expect(withoutSecret(value, ECHOED)).toEqual(expected);
});

test('as it stands in an address, and in JSON within JSON', () => {
	const odd = 'a+b/c"d\\e';
	const where = [`?api_key=${encodeURIComponent(odd)}`, JSON.stringify({ message: odd })];
	for (const text of where) {
		expect(withoutSecret(text, odd)).toContain('[hidden]');
		expect(withoutSecret(text, odd)).not.toContain('b/c');
	}
});

test('in the middle of JSON within JSON', () => {
	const said = JSON.stringify({ message: 'no a"b here' });
	expect(withoutSecret(said, 'a"b')).toBe('{"message":"no [hidden] here"}');
});

test('signs that mean something in a pattern mean nothing here', () => {
	expect(withoutSecret('a.c abc $& x', 'a.c')).toBe('[hidden] abc $& x');
	expect(withoutSecret('$& (x', '$& (')).toBe('[hidden]x');
});

test.each([[42], [true], [null], [undefined], ['nothing here'], [{ a: [1, null, { b: 'c' }] }]])(
	'what does not hold it stays as it is: %j',
	(value) => {
		expect(withoutSecret(value, ECHOED)).toEqual(value);
	},
);

test('no key, nothing to hide', () => {
	expect(withoutSecret({ a: 'b' }, '')).toEqual({ a: 'b' });
});

test('wherever it is put, it is gone, and the rest is there', () => {
	const withKey = fc.letrec<{ node: unknown }>((tie) => ({
		node: fc.oneof(
			{ maxDepth: 5 },
			fc.tuple(fc.string(), fc.string()).map((around) => around.join(ECHOED)),
			fc.jsonValue(),
			fc.array(tie('node')),
			fc.dictionary(fc.string(), tie('node')),
		),
	})).node;
	fc.assert(
		fc.property(withKey, (value) => {
			const clean = JSON.stringify(withoutSecret(value, ECHOED));
			expect(clean).toBe(JSON.stringify(value).replaceAll(ECHOED, '[hidden]'));
		}),
	);
});

test('what is nested deeper than anybody looks is not shown at all', () => {
	const nested = (levels: number): unknown =>
		Array.from({ length: levels }).reduce((inner) => [inner], 'x');
	expect(JSON.stringify(withoutSecret(nested(100), ECHOED))).toContain('x');
	expect(JSON.stringify(withoutSecret(nested(101), ECHOED))).not.toContain('x');
});
