import fc from 'fast-check';

import {
	checkRecipients,
	inBatches,
	personKey,
	personOf,
	PRIORITIES,
	readRecipientsJson,
	uniqueRecipients,
} from '../../nodes/BrazeSchedule/domain/recipients';
import type { JsonObject } from '../../nodes/BrazeSchedule/domain/json';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { fromJson, read } from './read';

const { campaign, canvas } = TARGETS;

const check = (one: unknown, target = campaign) =>
	read((findings) => checkRecipients([one], target, findings));

const passes = (one: unknown, expected: unknown = one, target = campaign) => {
	expect(check(one, target)).toMatchObject({ result: [expected], problems: [], warnings: [] });
};

const refuses = (one: unknown, ...messages: string[]) => {
	const { result, problems } = check(one);
	expect(problems).toEqual(messages.map((message) => `Recipient 1 in 'Recipients' ${message}`));
	expect(result).toEqual([]);
};

const ada = { external_user_id: 'ada' };
const alias = { user_alias: { alias_name: 'ada', alias_label: 'login' } };
const email = { email: 'ada@example.com', prioritization: ['identified'] };

describe('the identifier', () => {
	test.each<[string, object]>([
		['an external user ID', ada],
		['a user alias', alias],
		['a Braze ID', { braze_id: '5f6b2c1d9e8a7b0012345678' }],
		['an email', email],
		['an ID whose case and blanks matter', { external_user_id: ' Ada ' }],
	])('%s is enough', (_, one) => {
		passes(one);
	});

	test.each<[string, unknown, string]>([
		['nobody', {}, 'has no identifier'],
		['null for everything', { external_user_id: null, email: undefined }, 'has no identifier'],
		[
			'two identifiers',
			{ ...ada, ...email },
			'has 2 identifiers (External User ID, Email), but Braze takes exactly one',
		],
		[
			"the alias beside an ID, as an example of Braze's shows it",
			{ ...ada, ...alias },
			'has 2 identifiers (External User ID, User Alias), but Braze takes exactly one',
		],
		[
			'all four',
			{ ...ada, ...alias, ...email, braze_id: 'b' },
			'has 4 identifiers (External User ID, User Alias, Braze ID, Email), but Braze takes exactly one',
		],
		['an empty ID', { external_user_id: '' }, "has an empty 'External User ID'"],
		['a blank ID', { braze_id: ' \t' }, "has an empty 'Braze ID'"],
		['an empty email', { ...email, email: '' }, "has an empty 'Email'"],
		[
			'a flag as the ID',
			{ external_user_id: true },
			"has a true/false value as 'External User ID', but it has to be text",
		],
		[
			'a list as the ID',
			{ external_user_id: ['ada'] },
			"has a list as 'External User ID', but it has to be text",
		],
		[
			'an alias as plain text, as another example shows it',
			{ user_alias: 'ada' },
			"has text as 'User Alias', but it has a name and a label",
		],
		[
			'an alias without a label',
			{ user_alias: { alias_name: 'ada' } },
			"has an empty 'Alias Label'",
		],
		[
			'an alias with a blank name',
			{ user_alias: { alias_name: ' ', alias_label: 'login' } },
			"has an empty 'Alias Name'",
		],
		[
			'an alias whose label was not found',
			{ user_alias: { alias_name: 'ada', alias_label: null } },
			"has an empty 'Alias Label'",
		],
		// One thing at a time: what else is wrong with nobody does not matter.
		['an empty ID and more', { braze_id: '', attributes: 'x' }, "has an empty 'Braze ID'"],
		['text', 'ada', 'is text, but an object is needed'],
		['a list', [ada], 'is a list, but an object is needed'],
		['nothing', null, 'is nothing, but an object is needed'],
	])('%s is refused', (_, one, message) => {
		refuses(one, message);
	});

	test('external_id, the name elsewhere in Braze, leads to the correct name', () => {
		const { problems, hints } = check({ external_id: 'ada' });
		expect(problems).toEqual(["Recipient 1 in 'Recipients' has no identifier"]);
		expect(hints).toEqual(['Braze calls it external_user_id here']);
	});

	test('a number is used as it is written', () => {
		passes({ external_user_id: 42 }, { external_user_id: '42' });
		passes({ external_user_id: 0 }, { external_user_id: '0' });
		passes(
			{ user_alias: { alias_name: 7, alias_label: 'login' } },
			{ user_alias: { alias_name: '7', alias_label: 'login' } },
		);
	});

	test.each([2 ** 53, 1.5, NaN, Infinity])(
		'the number %p would reach another user, so it is refused',
		(id) => {
			refuses({ external_user_id: id }, `has the number ${id} as 'External User ID'`);
		},
	);

	test.each(['undefined', 'null', 'NaN', '[object Object]', ' undefined '])(
		'"%s" is what an expression that found nothing leaves behind, and nobody has it as an ID',
		(id) => {
			const ofEachKind: Array<[string, JsonObject]> = [
				['External User ID', { external_user_id: id }],
				['Braze ID', { braze_id: id }],
				['Email', { email: id, prioritization: ['identified'] }],
				['Alias Name', { user_alias: { alias_name: id, alias_label: 'login' } }],
				['Alias Label', { user_alias: { alias_name: 'ada', alias_label: id } }],
			];
			for (const [label, one] of ofEachKind) {
				refuses(one, `has the text "${id}" as '${label}', which can't be an ID`);
			}
			expect(check({ external_user_id: id }).hints).toEqual([
				'Check that its expression finds a value, or leave the item out before this node',
			]);
		},
	);

	test.each(['nullable', 'undefined7', 'NULL', 'Nan'])('"%s" may well be an ID', (id) => {
		passes({ external_user_id: id }, { external_user_id: id });
	});

	test('both halves of an alias have 236 bytes, not letters', () => {
		const long = 'é'.repeat(118);
		passes({ user_alias: { alias_name: long, alias_label: long } });
		refuses(
			{ user_alias: { alias_name: `${long}e`, alias_label: 'login' } },
			"has an 'Alias Name' longer than 236 bytes",
		);
		refuses(
			{ user_alias: { alias_name: 'ada', alias_label: `${long}e` } },
			"has an 'Alias Label' longer than 236 bytes",
		);
	});
});

describe('an identifier of which a part is missing', () => {
	const warned = (one: unknown) => check(one).warnings;

	test.each([
		[
			{ external_user_id: 'customer-' },
			'customer-',
			'External User ID',
			'begins or ends with a separator',
		],
		[
			{ external_user_id: 'customer-undefined' },
			'customer-undefined',
			'External User ID',
			'contains "undefined"',
		],
		[{ braze_id: 'b:null' }, 'b:null', 'Braze ID', 'contains "null"'],
		[
			{ user_alias: { alias_name: '_7', alias_label: 'a' } },
			'_7',
			'Alias Name',
			'begins or ends with a separator',
		],
		[
			{ user_alias: { alias_name: '7', alias_label: 'shop_NaN' } },
			'shop_NaN',
			'Alias Label',
			'contains "NaN"',
		],
	])('is sent with a warning: %j', (one, id, label, why) => {
		expect(check(one)).toMatchObject({
			result: [one],
			problems: [],
			warnings: [
				`Recipient 1 has "${id}" as '${label}', which ${why}, so a part of it may be missing`,
			],
		});
	});

	test.each([
		{ external_user_id: '-1001234' },
		{ external_user_id: '-OaBcDe12' },
		{ external_user_id: ' Ada ' },
		{ email: '_ada@example.com', prioritization: ['identified'] },
	])('is not what %j is', (one) => {
		expect(warned(one)).toEqual([]);
	});
});

test('an expression typed as text among the attributes carries a warning', () => {
	const attributes = { first_name: '{{ $json.first_name }}', city: 'Rome' };
	expect(check({ ...ada, attributes })).toMatchObject({
		result: [{ ...ada, attributes }],
		warnings: [
			'Recipient 1: "first_name" in \'Attributes\' is "{{ $json.first_name }}", an expression typed as text. Switch the field from Fixed to Expression',
		],
	});
});

test('an identifier that is an expression typed as text is refused', () => {
	const typed = '{{ $json.id }}';
	const { problems, hints, result } = check({ external_user_id: typed });
	expect(problems).toEqual([
		`Recipient 1 in 'Recipients' has "${typed}" as 'External User ID', an expression typed as text`,
	]);
	expect(hints).toEqual(['Switch the field from Fixed to Expression']);
	expect(result).toEqual([]);
});

describe('the prioritization of an email', () => {
	test.each([
		[['identified']],
		[['unidentified', 'most_recently_updated']],
		[['least_recently_updated', 'identified']],
		[['most_recently_updated', 'least_recently_updated']],
	])('%j keeps its order', (prioritization) => {
		passes({ email: 'ada@example.com', prioritization });
	});

	test.each<[unknown, string]>([
		[undefined, "has an email but no 'Prioritization'"],
		[null, "has an email but no 'Prioritization'"],
		[[], "has an email but no 'Prioritization'"],
		['identified', "has text as 'Prioritization', but it has to be a list"],
		[['newest'], `has "newest" in 'Prioritization'`],
		[['Identified'], `has "Identified" in 'Prioritization'`],
		[['identified', null], `has "null" in 'Prioritization'`],
		[[undefined], `has "nothing" in 'Prioritization'`],
		[[10n], `has "10" in 'Prioritization'`],
		[['identified', 'unidentified'], "has both identified and unidentified in 'Prioritization'"],
	])('%p is not enough', (prioritization, message) => {
		refuses({ email: 'ada@example.com', prioritization }, message);
	});

	test('is not required of other identifiers, and checked if it is there', () => {
		passes({ ...ada, prioritization: ['identified'] });
		refuses({ ...ada, prioritization: ['newest'] }, `has "newest" in 'Prioritization'`);
	});
});

describe('new users', () => {
	test.each<[string, object]>([
		['an existing user by default', ada],
		['an existing user, said so', { ...ada, send_to_existing_only: true }],
		['a new user', { ...ada, send_to_existing_only: false, attributes: { email: 'a@b.c' } }],
		['attributes without the setting', { ...ada, attributes: { plan: 'gold' } }],
		['empty attributes without the setting', { ...ada, attributes: {} }],
		['an alias with attributes', { ...alias, attributes: { plan: 'gold' } }],
		['subscription groups', { ...ada, attributes: { subscription_groups: [{ id: 'x' }] } }],
	])('%s', (_, one) => {
		passes(one);
	});

	const needsAttributes = "may create a new user, and Braze then needs 'Attributes'";
	test.each<[string, object, string[]]>([
		['no attributes', { ...ada, send_to_existing_only: false }, [needsAttributes]],
		['no attribute', { ...ada, send_to_existing_only: false, attributes: {} }, [needsAttributes]],
		[
			'attributes that are none',
			{ ...ada, send_to_existing_only: false, attributes: 'email' },
			["has text as 'Attributes', but it has to be an object", needsAttributes],
		],
		[
			'a list of attributes',
			{ ...ada, attributes: [{}] },
			["has a list as 'Attributes', but it has to be an object"],
		],
		...[true, false].map((send_to_existing_only): [string, object, string[]] => [
			`an alias with ${send_to_existing_only}`,
			{ ...alias, send_to_existing_only, attributes: { plan: 'gold' } },
			["has a user alias, and 'Send to Existing Users Only' does not work with aliases"],
		]),
		[
			'text instead of a flag',
			{ ...ada, send_to_existing_only: 'false' },
			[
				'has the text "false" as \'Send to Existing Users Only\', but it has to be true or false without quotes',
			],
		],
		[
			'a number instead of a flag',
			{ ...ada, send_to_existing_only: 0 },
			["has 0 as 'Send to Existing Users Only', but it has to be true or false"],
		],
	])('are refused with %s', (_, one, messages) => {
		refuses(one, ...messages);
	});

	test('null counts as missing', () => {
		passes(
			{ ...ada, send_to_existing_only: null, attributes: null, trigger_properties: null },
			ada,
		);
	});
});

describe('values for one recipient', () => {
	test('have the name of the campaign or the Canvas', () => {
		passes({ ...ada, trigger_properties: { first_name: 'Ada' } });
		passes({ ...ada, context: { first_name: 'Ada' } }, undefined, canvas);
		passes({ ...ada, canvas_entry_properties: { a: 1 } }, undefined, canvas);
	});

	test("under the other's name are sent, with a warning", () => {
		expect(check({ ...ada, context: { a: 1 } })).toMatchObject({
			result: [{ ...ada, context: { a: 1 } }],
			problems: [],
			warnings: ['Recipient 1 has "context", but for a campaign Braze reads "trigger_properties"'],
		});
		expect(check({ ...ada, trigger_properties: {} }, canvas).warnings).toEqual([
			'Recipient 1 has "trigger_properties", but for a Canvas Braze reads "context"',
		]);
	});

	test.each<[unknown, string]>([
		['', "Recipient 1: 'Trigger Properties' is text, but it has to be an object"],
		[[], "Recipient 1: 'Trigger Properties' is an empty list, but it has to be an object"],
		[
			{ text: 'x'.repeat(51 * 1024) },
			"Recipient 1: 'Trigger Properties' is 52 KB, and Braze takes at most 50 KB",
		],
		[{ big: 10n }, "Recipient 1: 'Trigger Properties' cannot be written as JSON"],
	])('%# are refused', (trigger_properties, message) => {
		const { result, problems } = check({ ...ada, trigger_properties });
		expect({ result, problems }).toEqual({ result: [], problems: [message] });
	});
});

describe('an identifier of another kind is sent, with a warning', () => {
	test.each<[object, string]>([
		[
			{ external_user_id: 'ada@example.com' },
			"Recipient 1 has an email address as 'External User ID'. To find users by email, set 'Identify By' to 'Email'",
		],
		[
			{ braze_id: 'ada@example.com' },
			"Recipient 1 has an email address as 'Braze ID'. To find users by email, set 'Identify By' to 'Email'",
		],
		[
			{ email: 'user-123', prioritization: ['identified'] },
			"Recipient 1 has an 'Email' without @. Check the value and 'Identify By'",
		],
	])('%j', (one, warning) => {
		expect(check(one)).toMatchObject({ result: [one], problems: [], warnings: [warning] });
	});

	test.each([{ external_user_id: 'ada@work' }, { external_user_id: '@ada' }, alias, email])(
		'not %j',
		(one) => {
			passes(one);
		},
	);

	test('an alias may be an email address', () => {
		passes({ user_alias: { alias_name: 'ada@example.com', alias_label: 'newsletter' } });
	});

	test('in a list, once for all', () => {
		const list = ['a', 'b', 'c'].map((name) => ({ external_user_id: `${name}@example.com` }));
		const { warnings } = read((findings) => checkRecipients([ada, ...list], campaign, findings));
		expect(warnings).toEqual([
			"3 recipients have an email address as 'External User ID'. To find users by email, set 'Identify By' to 'Email'. The first is recipient 2",
		]);
	});
});

test('with an undocumented field are sent, with a warning', () => {
	const one = fromJson('{"external_user_id":"ada","locale":"de","__proto__":{"x":1}}');
	const { result, problems, warnings } = check(one);
	expect(problems).toEqual([]);
	expect(JSON.stringify(result)).toBe(`[${JSON.stringify(one)}]`);
	expect(warnings).toEqual([
		`Recipient 1 has "locale", which Braze's documents don't mention`,
		`Recipient 1 has "__proto__", which Braze's documents don't mention`,
	]);
	expect(Object.getPrototypeOf(result[0])).toBe(Object.prototype);
});

test('every recipient is identified by its position, and the valid ones are kept', () => {
	const { result, problems } = read((findings) =>
		checkRecipients([ada, {}, alias, { external_user_id: '' }], campaign, findings),
	);
	expect(result).toEqual([ada, alias]);
	expect(problems).toEqual([
		"Recipient 2 in 'Recipients' has no identifier",
		"Recipient 4 in 'Recipients' has an empty 'External User ID'",
	]);
});

test('any recipient is refused or has exactly one identifier', () => {
	const odd = fc.oneof(
		fc.anything({ withBigInt: true, withDate: true, withNullPrototype: true }),
		fc.constantFrom('', 'ada', 7, true, null),
	);
	const anyRecipient = fc.oneof(
		odd,
		fc.record(
			{
				external_user_id: odd,
				user_alias: fc.oneof(odd, fc.record({ alias_name: odd, alias_label: odd })),
				braze_id: odd,
				email: odd,
				prioritization: fc.oneof(odd, fc.array(fc.constantFrom(...PRIORITIES, undefined))),
				attributes: odd,
				send_to_existing_only: odd,
				trigger_properties: odd,
			},
			{ requiredKeys: [] },
		),
	);
	const identifiers = ['external_user_id', 'user_alias', 'braze_id', 'email'];
	fc.assert(
		fc.property(anyRecipient, (one) => {
			const { result, problems } = check(one);
			expect(result).toHaveLength(problems.length > 0 ? 0 : 1);
			for (const recipient of result) {
				expect(identifiers.filter((name) => name in recipient)).toHaveLength(1);
			}
		}),
		{ numRuns: 500 },
	);
});

describe('recipients as JSON', () => {
	const asJson = (value: unknown) => read((findings) => readRecipientsJson(value, findings));

	test('with a number that may have been rounded are accepted, with a warning', () => {
		const people = [{ ...ada, attributes: { order: 2 ** 53 } }];
		expect(asJson(people)).toMatchObject({
			result: people,
			problems: [],
			warnings: [expect.stringMatching(/^'Recipients' has the number \d+ under "order", which/)],
		});
	});

	test.each<[string, unknown, unknown[]]>([
		['text', '[{"external_user_id":"ada"}]', [ada]],
		['a list that an expression made', [ada, alias], [ada, alias]],
		['one person as text', '{"external_user_id":"ada"}', [ada]],
		['one person as an object', ada, [ada]],
		['text with blanks and a byte order mark', '\ufeff [ ] \n', []],
		['nothing', '', []],
		['null', 'null', []],
		['undefined', undefined, []],
	])('%s', (_, value, expected) => {
		expect(asJson(value)).toMatchObject({ result: expected, problems: [] });
	});

	test.each<[string, unknown, RegExp]>([
		['broken text', '[{"external_user_id":"ada"}', /^'Recipients' is not valid JSON \(.+\)$/],
		['plain text', '"ada"', /^'Recipients' is text, but it has to be a list$/],
		['a number', 42, /^'Recipients' is a number, but it has to be a list$/],
		[
			"an ID that would be rounded to somebody else's",
			'[{"external_user_id":9007199254740993}]',
			/^'Recipients' contains the number 9007199254740993, which is too large to keep exactly. Put it in quotes$/,
		],
	])('%s is refused', (_, value, message) => {
		const { result, problems, parameters } = asJson(value);
		expect(result).toEqual([]);
		expect(problems).toEqual([expect.stringMatching(message)]);
		expect(parameters).toEqual(['Recipients']);
	});

	test('a long number in quotes is text and stays unchanged', () => {
		const id = '{"external_user_id":"9007199254740993","attributes":{"\\"n":"\\\\1e999"}}';
		expect(asJson(id)).toMatchObject({ result: [JSON.parse(id)], problems: [] });
	});
});

describe('the same recipient twice', () => {
	const named = (...people: object[]) => uniqueRecipients(people as Array<Record<string, unknown>>);

	test('gets one message, with the last entry, as Braze documents it', () => {
		const first = { ...ada, trigger_properties: { n: 1 } };
		const last = { ...ada, trigger_properties: { n: 2 } };
		expect(named(first, alias, last)).toEqual([alias, last]);
	});

	test.each<[string, object, object, boolean]>([
		['IDs differ in case', ada, { external_user_id: 'Ada' }, false],
		['emails differ in case', email, { ...email, email: 'ADA@Example.com' }, true],
		['an ID looks like an email', email, { external_user_id: 'ada@example.com' }, false],
		['a Braze ID looks like an external one', ada, { braze_id: 'ada' }, false],
		[
			'aliases differ in label',
			alias,
			{ user_alias: { alias_name: 'ada', alias_label: 'shop' } },
			false,
		],
		[
			'name and label are swapped',
			alias,
			{ user_alias: { alias_name: 'login', alias_label: 'ada' } },
			false,
		],
		[
			'halves add up to the same text',
			{ user_alias: { alias_name: 'a,b', alias_label: 'c' } },
			{ user_alias: { alias_name: 'a', alias_label: 'b,c' } },
			false,
		],
	])('%s', (_, one, other, same) => {
		expect(named(one, other)).toHaveLength(same ? 1 : 2);
	});
});

describe('laws of splitting a list into requests', () => {
	const anyPerson = fc.oneof(
		fc.nat(40).map((id) => ({ external_user_id: `u${id}` })),
		fc.nat(40).map((id) => ({ braze_id: `u${id}` })),
		fc.tuple(fc.nat(6), fc.nat(6)).map(([name, label]) => ({
			user_alias: { alias_name: `u${name}`, alias_label: `l${label}` },
		})),
		fc.nat(40).map((id) => ({ email: `u${id}@example.com`, prioritization: ['identified'] })),
	);
	const anyList = fc
		.array(anyPerson, { maxLength: 400, size: 'max' })
		.map((people) => people.map((person, n) => ({ ...person, trigger_properties: { n } })));

	test('every recipient appears once, the last entry applies, the order is kept', () => {
		fc.assert(
			fc.property(anyList, (people) => {
				const batches = inBatches(uniqueRecipients(people));
				const sent = batches.flat();
				for (const batch of batches) expect(batch.length).toBeLessThanOrEqual(50);
				expect(new Set(sent.map(personKey))).toEqual(new Set(people.map(personKey)));
				expect(new Set(sent.map(personKey)).size).toBe(sent.length);
				const places = sent.map((person) => people.indexOf(person as (typeof people)[number]));
				expect(places).toEqual([...places].sort((a, b) => a - b));
				for (const [index, person] of sent.entries()) {
					const later = people.slice(places[index] + 1);
					expect(later.map(personKey)).not.toContain(personKey(person));
				}
			}),
		);
	});

	test('as few requests as possible, and no empty one', () => {
		fc.assert(
			fc.property(fc.nat(400), (count) => {
				const batches = inBatches(Array.from({ length: count }, (_, index) => index));
				expect(batches).toHaveLength(Math.ceil(count / 50));
				expect(batches.every((batch) => batch.length > 0)).toBe(true);
			}),
		);
	});

	test.each([
		[0, []],
		[1, [1]],
		[50, [50]],
		[51, [50, 1]],
		[100, [50, 50]],
		[101, [50, 50, 1]],
	])('%i recipients', (count, sizes) => {
		expect(inBatches(new Array(count).fill(0)).map(({ length }) => length)).toEqual(sizes);
	});
});

describe('which entries are the same user', () => {
	const alias = (alias_label: string, alias_name: string) => ({
		user_alias: { alias_label, alias_name },
	});

	test.each([
		['an ID', { external_user_id: 'a' }, { external_user_id: 'a', attributes: {} }],
		[
			'an email address, however it is written',
			{ email: 'Ada@Example.com' },
			{ email: 'ada@example.COM' },
		],
		[
			'an email address, of a profile that may be the same',
			{ email: 'a@b.c', prioritization: ['identified'] },
			{ email: 'a@b.c', prioritization: ['identified', 'most_recently_updated'] },
		],
		[
			'an email address, of which the only profile may be unidentified',
			{ email: 'a@b.c', prioritization: ['unidentified'] },
			{ email: 'a@b.c', prioritization: ['most_recently_updated'] },
		],
		[
			'an email address, for an identified and an unidentified profile',
			{ email: 'a@b.c', prioritization: ['identified'] },
			{ email: 'a@b.c', prioritization: ['unidentified', 'most_recently_updated'] },
		],
		['an alias', alias('login', 'ada'), alias('login', 'ada')],
		['a Braze ID', { braze_id: 'a' }, { braze_id: 'a' }],
	])('entries with the same: %s', (_, one, other) => {
		expect(personKey(one)).toBe(personKey(other));
		expect(uniqueRecipients([one, other])).toEqual([other]);
	});

	test.each([
		['a Braze ID and an external one', { braze_id: 'a' }, { external_user_id: 'a' }],
		['an email address and an ID', { email: 'a' }, { external_user_id: 'a' }],
		['two email addresses', { email: 'a@b.c' }, { email: 'd@b.c' }],
		['two Braze IDs', { braze_id: 'a' }, { braze_id: 'b' }],
		['IDs in capitals and not', { external_user_id: 'A' }, { external_user_id: 'a' }],
		['two aliases under one label', alias('login', 'ada'), alias('login', 'bob')],
		['one alias under two labels', alias('login', 'ada'), alias('shop', 'ada')],
		['letters that are two in capitals', { email: 'straße@b.c' }, { email: 'strasse@b.c' }],
		['an alias split in another place', alias('a', 'b c'), alias('a b', 'c')],
	])('entries with %s are different users', (_, one, other) => {
		expect(personKey(one)).not.toBe(personKey(other));
		expect(uniqueRecipients([one, other])).toEqual([one, other]);
	});
});

test.each<[JsonObject, string]>([
	[ada, 'ada'],
	[{ external_user_id: 'ada', email: undefined }, 'ada'],
	[email, 'ada@example.com'],
	[{ braze_id: '5f6b2c1d' }, '5f6b2c1d'],
	[{ user_alias: { alias_name: 'Ada', alias_label: 'login' } }, 'Ada'],
])('people know %j as %s', (recipient, known) => {
	expect(personOf(recipient)).toBe(known);
});
