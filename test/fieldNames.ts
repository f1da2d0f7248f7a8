import fc from 'fast-check';
import type { IExecuteFunctions } from 'n8n-workflow';
import type { JsonObject } from '../nodes/BrazeSchedule/domain/json';
import type { plainFields } from '../nodes/BrazeSchedule/form/plainFields';

interface FieldCase {
	expression: string;
	json: JsonObject;
}

/** What n8n and JavaScript take for more than a name, or for none at all. */
const NAMES = [
	...['constructor', 'constructor_date', 'a.constructor', '. constructor', '__proto__'],
	...['prototype', 'binding', 'caller', 'callee', 'arguments', 'mainModule', 'getBuiltinModule'],
	...['toString', 'valueOf', 'hasOwnProperty', 'toLocaleString', '__lookupGetter__'],
	...['global', 'globalThis', 'window', 'process', 'this', 'undefined', 'class', 'eval', 'E', 'v'],
	...['length', 'name', 'json', 'binary', '$json', 'isProxy', 'toJSON', 'isLuxonDateTime'],
	...['__isError', '__isObject', '__isArray', '__keys', '__sanitize', '___n8n_data'],
	...['0', '-1', '1.5', 'a b', 'a.b', ' ', 'isEmpty()', 'x.first()', '$if(', '`x`', '${1}'],
	...['}}', 'a}}b', '{{', '{{ 1 }}', 'a}b', 'a{b', '//', '/*', '<!--', '-->', ';', '=', '=1'],
	...['a\nb', 'a\rb', 'a\tb', 'a\u2028b', '\u2029', '\0', '\u00a0', '\ufeff', '\u200b', '\\'],
	...["it's", '"so"', ']', "['x']", '["x"]', 'Größe', 'e\u0301', 'ключ', '日本', '😀', '\ud83d'],
];

const VALUES = [
	...[
		'ada',
		' ada ',
		'',
		'={{ 1 }}',
		'{{ $json.v }}',
		'7',
		'true',
		'a\r\nb',
		'\0',
		'a\0b',
		'\ud83d',
	],
	...[0, -0, 1.5, 2 ** 53, 1e21, true, false, null, ['ada'], { a: 1 }, {}],
];

const name = fc.oneof(
	{ weight: 3, arbitrary: fc.constantFrom(...NAMES) },
	{ weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 5 }) },
	{ weight: 1, arbitrary: fc.string({ minLength: 1, maxLength: 5, unit: 'binary' }) },
);

const step = fc
	.record({ key: name, quote: fc.constantFrom('', "'", '"') })
	.map(({ key, quote }) => ({
		key,
		written:
			quote === '' && /^[A-Za-z_]\w*$/.test(key)
				? `.${key}`
				: `[${quote || '"'}${key}${quote || '"'}]`,
	}));

const space = fc.constantFrom('', ' ', ' ', '\n\t', '\u00a0', '\ufeff', '\u2028', '\u200b');

/** One property, even if its name is `__proto__`. */
const holding = (key: string, value: unknown): JsonObject =>
	Object.defineProperty({}, key, { value, enumerable: true, writable: true, configurable: true });

/** An expression of a field, often with a name that is no ordinary one, and an item that has it. */
export const fieldCase: fc.Arbitrary<FieldCase> = fc
	.record({
		steps: fc.array(step, { minLength: 1, maxLength: 3 }),
		value: fc.oneof(fc.constantFrom<unknown>(...VALUES), fc.string({ unit: 'binary' })),
		before: space,
		after: space,
	})
	.map(({ steps, value, before, after }) => ({
		expression: `={{${before}$json${steps.map(({ written }) => written).join('')}${after}}}`,
		json: steps.reduceRight((inner, { key }) => holding(key, inner), value) as JsonObject,
	}));

/**
 * The cases that aren't what n8n makes of them, and how many are filled in without n8n. It is sent
 * into a real n8n as text, so it can use nothing but what it is handed.
 */
export function compareWithN8n(
	inside: { context: IExecuteFunctions; plainFields: typeof plainFields },
	cases: FieldCase[],
): { different: string[]; filledIn: number } {
	const [item] = inside.context.getInputData();
	const different: string[] = [];
	let filledIn = 0;
	for (const { expression, json } of cases) {
		const plain = inside.plainFields(expression, json);
		if (!plain) continue;
		filledIn += 1;
		item.json = json as never;
		try {
			const value = inside.context.evaluateExpression(expression.slice(1), 0);
			if (!Object.is(value, plain.value)) different.push(`${expression}: another value`);
		} catch (error) {
			different.push(`${expression}: ${(error as Error).message}`);
		}
	}
	return { different, filledIn };
}
