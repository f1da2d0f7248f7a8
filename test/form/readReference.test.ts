import { updateOptions, upsertOptions } from '../../nodes/BrazeSchedule/form/options';
import {
	findFields,
	readFindBy,
	readReference,
	readStopIfNotFound,
	referenceField,
} from '../../nodes/BrazeSchedule/form/reference';
import type { Values } from '../../nodes/BrazeSchedule/form/rows';
import { readExisting, scheduleIdField, targetField } from '../../nodes/BrazeSchedule/form/target';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { readFrom } from './reading';
import type { Filled } from './reading';

const FIELDS = [...referenceField, ...upsertOptions(TARGETS.campaign)];
const FIND_FIELDS = findFields({ byReference: [], byId: [], ifNotFound: 'continue' });

const referenceOf = (filled: Filled, isRequired = false) =>
	readFrom(filled, FIELDS, (reading) => readReference(reading, isRequired));

const typed = (reference: unknown, options: Values = {}): Filled => ({
	raw: { reference, options },
});

/** What an expression results in. */
const found = (reference: unknown, expression = '={{ $json.id }}'): Filled => ({
	raw: { reference: expression },
	found: { reference },
});

const NOTHING_LEFT =
	'Check that the incoming item has this value, for example its booking or order number';

describe('a reference', () => {
	test.each<[unknown, string]>([
		['B-2041', 'B-2041'],
		[' B-2041\n', 'B-2041'],
		['gid://shopify/Order/1', 'gid://shopify/Order/1'],
		[7, '7'],
		[0, '0'],
		[-100_123, '-100123'],
		['é'.repeat(255), 'é'.repeat(255)],
	])('%j', (value, reference) => {
		for (const filled of [typed(value), found(value)]) {
			expect(referenceOf(filled)).toMatchObject({
				result: { reference, eventTime: undefined, forEveryone: false },
				problems: [],
				warnings: [],
			});
		}
	});

	test.each(['', ' ', '\n'])('that is left blank (%j) is none, unless it is required', (blank) => {
		expect(referenceOf(typed(blank))).toMatchObject({ result: undefined, problems: [] });
		expect(referenceOf(typed(blank), true)).toMatchObject({
			problems: ["'Reference' is empty"],
			hints: [NOTHING_LEFT],
			parameters: ['Reference'],
		});
	});

	test.each([undefined, null, '', ' '])(
		'is missed where its expression finds nothing (%j)',
		(value) => {
			for (const isRequired of [true, false]) {
				expect(referenceOf(found(value), isRequired)).toMatchObject({
					result: undefined,
					problems: ["'Reference' is empty"],
					hints: [NOTHING_LEFT],
				});
			}
		},
	);

	test.each<[unknown, string]>([
		[true, "'Reference' is a true/false value, but it has to be text"],
		[{ id: 7 }, "'Reference' is an object, but it has to be text"],
		[['B-1'], "'Reference' is a list, but it has to be text"],
		[1.5, "'Reference' is 1.5, but it has to be text or a whole number"],
		[
			2 ** 53,
			"'Reference' is 9007199254740992, a number too large to keep exactly. Pass it on as text",
		],
		['x'.repeat(256), "'Reference' has 256 characters, but at most 255 are possible"],
		['{{ $json.id }}', '\'Reference\' is "{{ $json.id }}", an expression typed as text'],
		['B-{{ $json.id }}', '\'Reference\' is "B-{{ $json.id }}", an expression typed as text'],
		[
			'undefined',
			'\'Reference\' is "undefined". It contains "undefined", so a part of it is missing',
		],
		['null-7', '\'Reference\' is "null-7". It contains "null", so a part of it is missing'],
		[
			'order:[object Object]',
			'\'Reference\' is "order:[object Object]". It contains "[object Object]", so a part of it is missing',
		],
		['B-', '\'Reference\' is "B-". It begins or ends with a separator, so a part of it is missing'],
		['|7', '\'Reference\' is "|7". It begins or ends with a separator, so a part of it is missing'],
	])('is not %j', (value, message) => {
		for (const filled of [typed(value), found(value)]) {
			expect(referenceOf(filled)).toMatchObject({ result: undefined, problems: [message] });
		}
	});

	test.each([NaN, Infinity])('is no calculation without a result (%p)', (value) => {
		expect(referenceOf(found(value)).problems).toEqual([
			expect.stringMatching(/^'Reference' is .+, but it has to be text( or a whole number)?$/),
		]);
	});

	test('that is a number below zero may be one value, but not what is left of two', () => {
		expect(referenceOf(found('-100123', '={{ $json.chat }}')).problems).toEqual([]);
		for (const composed of ['={{ $json.a }}-{{ $json.b }}', '={{ $json.a + "-" + $json.b }}']) {
			expect(referenceOf(found('-100123', composed)).problems).toEqual([
				'\'Reference\' is "-100123". It begins or ends with a separator, so a part of it is missing',
			]);
		}
	});

	test('with a part that is missing leads to the expression', () => {
		expect(referenceOf(found('null-7')).hints).toEqual([
			'Check that every value in its expression exists for this item',
		]);
	});
});

describe('what comes with a reference', () => {
	test.each<[unknown, number]>([
		['2026-03-31T09:00:00Z', Date.UTC(2026, 2, 31, 9)],
		['2026-03-31T09:00:00', Date.UTC(2026, 2, 31, 7)],
		['2026-03-31T09:00:00.250+02:00', Date.UTC(2026, 2, 31, 7, 0, 0, 250)],
		[Date.UTC(2026, 2, 31, 9), Date.UTC(2026, 2, 31, 9)],
	])('the event time %j', (eventTime, moment) => {
		expect(referenceOf(typed('B-1', { eventTime }))).toMatchObject({
			result: { reference: 'B-1', eventTime: moment },
			problems: [],
		});
	});

	test.each<[unknown, string | RegExp]>([
		['', "'Event Time' is empty"],
		[undefined, "'Event Time' is empty"],
		['soon', /^'Event Time' .+/],
		['2026-02-30T09:00:00', /^'Event Time' .+/],
		['{{ $json.at }}', /^'Event Time' .+/],
	])('an event time is not %j', (eventTime, message) => {
		const said = referenceOf(typed('B-1', { eventTime }));
		expect(said.problems).toEqual([expect.stringMatching(message)]);
		expect(said.parameters).toEqual(['Event Time']);
	});

	test.each([
		[true, true],
		['false', false],
	])('for everyone in it: %j', (forEveryone, read) => {
		expect(referenceOf(typed('B-1', { forEveryone })).result?.forEveryone).toBe(read);
	});

	test('for everyone in it is a flag', () => {
		expect(referenceOf(typed('B-1', { forEveryone: 'all' })).problems).toEqual([
			"'Move or Cancel for Everyone in It' is all, but it has to be true or false",
		]);
	});

	test('makes no sense without one', () => {
		const options = { eventTime: '2026-03-31T09:00:00Z', forEveryone: true };
		expect(referenceOf(typed('', options))).toMatchObject({
			result: undefined,
			problems: [
				"'Event Time' only works with a 'Reference'",
				"'Move or Cancel for Everyone in It' only works with a 'Reference'",
			],
			hints: Array(2).fill("Fill in 'Reference', or remove the option"),
		});
	});
});

describe('an existing schedule', () => {
	const choices = (raw: Values) =>
		readFrom({ raw }, FIND_FIELDS, (reading) => [readFindBy(reading), readStopIfNotFound(reading)]);

	test.each([
		['reference', 'stop', true],
		['scheduleId', 'continue', false],
	])('is found by %s; if not, %s', (findBy, ifNotFound, stops) => {
		expect(choices({ findBy, ifNotFound })).toMatchObject({
			result: [findBy, stops],
			problems: [],
		});
	});

	const ID_FIELDS = [
		...findFields({
			byReference: [],
			byId: [...targetField(TARGETS.campaign, 'item'), ...scheduleIdField(TARGETS.campaign)],
			ifNotFound: 'continue',
		}),
		...updateOptions,
	];

	test('is found by its ID without the options of a reference', () => {
		const raw = {
			...{ findBy: 'scheduleId', campaignId: 'c-1', scheduleId: 's-1' },
			options: { eventTime: '2026-03-31T09:00:00Z', forEveryone: true },
		};
		expect(
			readFrom({ raw }, ID_FIELDS, (reading) => readExisting(reading, 'update')),
		).toMatchObject({
			problems: [
				"'Event Time' only works with a 'Reference'",
				"'Move or Cancel for Everyone in It' only works with a 'Reference'",
			],
			hints: Array(2).fill("Set 'Find By' to 'Reference', or remove the option"),
		});
	});

	test('is found in no other way', () => {
		expect(choices({ findBy: 'name', ifNotFound: 'ask' }).problems).toEqual([
			"'Find By' is name, but it has to be one of reference, scheduleId",
			"'If Not Found' is ask, but it has to be one of continue, stop",
		]);
	});
});
