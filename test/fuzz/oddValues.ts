/** Values that no form holds, but an item or an expression may. */
import { DateTime } from 'luxon';

const DEEP = 12_000;

/** A deeply nested value, too deep for recursion. */
function nested(inside: unknown, around: (inner: unknown) => unknown, depth: number): unknown {
	let value = inside;
	for (let level = 0; level < depth; level += 1) value = around(value);
	return value;
}

const wide = () => Object.fromEntries(Array.from({ length: 10_000 }, (_, n) => [`key ${n}`, n]));

function withinItself() {
	const circle: Record<string, unknown> = { a: 1 };
	circle.itself = circle;
	return circle;
}

/** What JSON makes of keys that mean something to JavaScript. */
export const POLLUTION: ReadonlyArray<() => unknown> = [
	'{"__proto__":{"polluted":1}}',
	'{"constructor":{"prototype":{"polluted":1}}}',
	'{"prototype":{"polluted":1},"toString":1,"hasOwnProperty":null,"valueOf":"x"}',
	'{"__proto__":null}',
	'{"toJSON":"x","then":"y","length":-1}',
].map((text) => (): unknown => JSON.parse(text));

/** What an incoming item may hold that looks like something else to n8n, to luxon, or to us. */
export const PRETENDERS: ReadonlyArray<() => unknown> = [
	{ isLuxonDateTime: true },
	{ isLuxonDateTime: true, isValid: true, toISO: 'x', toMillis: 1 },
	{ isLuxonDateTime: true, isValid: true, year: 2026, month: 3, day: 31, toMillis: null },
	{ __rl: true },
	{ __rl: true, mode: 'id', value: null },
	{ __rl: true, mode: 'id', value: { __rl: true, mode: 'id', value: 'x' } },
	{ __rl: false, mode: [], value: ['x'] },
	{ recipient: null },
	{ recipient: [null, 'x', 7, []] },
	{ recipient: { identifier: 'brazeId' } },
	{ assignments: [null] },
	{ assignments: { name: 'x', value: 'y' } },
	{ assignments: 'x' },
	{ filter: [null], group: ['x', { filters: [] }, { filters: { filter: [null] } }] },
	{ AND: null },
	{ AND: [null, []] },
	{ error: 'x', json: {}, pairedItem: 7 },
].map((value) => () => structuredClone(value));

/** What only an expression can return, because no JSON holds it. */
export const ALIVE: ReadonlyArray<() => unknown> = [
	() => undefined,
	() => () => 'called',
	() => Symbol('sign'),
	() => 10n,
	() => new Date('2026-03-31T07:00:00Z'),
	() => new Date(NaN),
	() => new Date(8.64e15),
	() => DateTime.fromISO('2026-03-31T09:00:00', { zone: 'Asia/Tokyo' }),
	() => DateTime.invalid('for the test'),
	() => DateTime.fromObject({ year: 275_760, month: 9, day: 1 }),
	() => Object.create(null) as unknown,
	() => Object.assign(Object.create(null) as object, { a: 1 }),
	() => new Map([['a', 1]]),
	() => new Set([1]),
	() => /x/,
	() => new Error('an error as a value'),
	() => Object('boxed') as unknown,
	() => new Array(3),
	() => ({ [Symbol.toStringTag]: 'Date' }),
	() => ({ a: undefined }),
	() => ({ a: [undefined, NaN] }),
	() => ({ a: { b: Infinity } }),
	() => ({ a: 10n }),
	() => ({ a: () => 1, b: Symbol('b') }),
	() => ({ a: new Date(NaN), b: DateTime.invalid('for the test') }),
	withinItself,
	() => nested(1, (inner) => [inner], DEEP),
	() => nested(1, (inner) => ({ AND: [inner] }), DEEP),
	wide,
	() => new Array(10_000).fill({}),
	() => new Array(10_000).fill(null),
];

/** Marks values that change every time, so that there is no defined input. */
export const FICKLE = Symbol('fickle');

/** Objects that throw when they are looked at, or say something else each time. */
export const LIARS: ReadonlyArray<() => unknown> = [
	() => ({
		get a() {
			throw new Error('not to be read');
		},
	}),
	() => ({
		toJSON() {
			throw new Error('not to be written');
		},
	}),
	() => ({
		toString() {
			throw new Error('not to be shown');
		},
		valueOf() {
			throw new Error('not to be valued');
		},
	}),
	() => ({ toJSON: () => undefined }),
	() => ({ toJSON: () => 'text instead' }),
	() => {
		let times = 0;
		return { [FICKLE]: true, toJSON: () => ({ a: (times += 1) }) };
	},
	() => {
		let times = 0;
		return {
			[FICKLE]: true,
			get a() {
				times += 1;
				return times > 1 ? 10n : 'safe';
			},
		};
	},
];
