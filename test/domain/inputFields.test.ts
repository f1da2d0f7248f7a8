import { DateTime } from 'luxon';

import { fieldNamed, ownName, valueIn } from '../../nodes/BrazeSchedule/domain/fieldNames';
import {
	personFrom,
	readAliasLabel,
	refuseFieldsNotIn,
	refuseUnknownFields,
} from '../../nodes/BrazeSchedule/domain/inputFields';
import type { PersonFields } from '../../nodes/BrazeSchedule/domain/inputFields';
import type { JsonObject } from '../../nodes/BrazeSchedule/domain/json';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { read } from './read';

const { campaign, canvas } = TARGETS;

const selected = (...names: Array<string | [field: string, name: string]>) => ({
	from: 'selected' as const,
	fields: names.map((one) => {
		const [text, name] = typeof one === 'string' ? [one, one] : one;
		return { field: fieldNamed(text), name };
	}),
});

const NONE = { from: 'none' as const };
const OTHERS = { from: 'others' as const };

const fields = (changes: Partial<PersonFields> = {}): PersonFields => ({
	kind: 'externalUserId',
	id: fieldNamed('user_id'),
	properties: NONE,
	attributes: NONE,
	...changes,
});

const personOf = (json: JsonObject, changes: Partial<PersonFields> = {}, target = campaign) =>
	read((findings) => personFrom(json, fields(changes), target, findings));

describe('A field name', () => {
	const json = {
		'First Name': 'Ada',
		'address.city': 'literal',
		address: { city: 'nested', 'postal code': '04109' },
		orders: [{ id: 7 }],
		none: null,
	};

	it.each<[string, unknown]>([
		['First Name', 'Ada'],
		['address.city', 'literal'],
		['address.postal code', '04109'],
		['address["postal code"]', '04109'],
		["['address']['city']", 'nested'],
		['orders[0].id', 7],
		['orders.0.id', 7],
		['none', null],
		['none.more', undefined],
		['nothing', undefined],
		['address.nothing', undefined],
		['nothing.more', undefined],
		['First Name.length', undefined],
		// What every object has is no field of the item.
		['constructor', undefined],
		['address.constructor.name', undefined],
		['__proto__', undefined],
		['orders.length', 1],
	])('%s', (name, value) => {
		expect(valueIn(json, fieldNamed(name))).toEqual(value);
	});
});

test.each([
	['first_name', 'first_name'],
	['body.first_name', 'first_name'],
	['body["First Name"]', 'First Name'],
	['tags[0]', 'tags'],
	['orders[10]', 'orders'],
	['orders[0].id', 'id'],
	['address.line1', 'line1'],
	['address.2nd_line', '2nd_line'],
	['7', '7'],
])('%s is called %s in Braze', (text, name) => {
	expect(ownName(fieldNamed(text), [{}])).toBe(name);
});

test.each(['Tel. privat', 'Preis [EUR]', 'No.', 'Amount [1]', 'body.first_name'])(
	'a column called %s keeps its name',
	(text) => {
		expect(ownName(fieldNamed(text), [{}, { [text]: 1 }])).toBe(text);
	},
);

describe('The ID', () => {
	it.each<[Partial<PersonFields>, object, string?]>([
		[{}, { external_user_id: 'ada' }],
		[{ kind: 'brazeId' }, { braze_id: 'ada' }],
		[
			{ kind: 'userAlias', aliasLabel: 'shop' },
			{ user_alias: { alias_name: 'ada', alias_label: 'shop' } },
		],
		[
			{ kind: 'email', prioritization: ['identified', 'most_recently_updated'] },
			{ email: 'ada@example.com', prioritization: ['identified', 'most_recently_updated'] },
			'ada@example.com',
		],
	])('of each kind: %j', (changes, recipient, id = 'ada') => {
		expect(personOf({ user_id: id }, changes)).toEqual(
			expect.objectContaining({ result: recipient, problems: [], warnings: [] }),
		);
	});

	it('may be a whole number', () => {
		expect(personOf({ user_id: 1042 }).result).toEqual({ external_user_id: '1042' });
	});

	it.each<[unknown, string]>([
		[undefined, 'The item has no ID: its field "user_id" is missing'],
		[null, 'The item has no ID: its field "user_id" is empty'],
		[' ', 'The item has no ID: its field "user_id" is empty'],
		['null', 'The ID in the field "user_id" is the text "null", which can\'t be an ID'],
		[1.5, 'The ID in the field "user_id" is the number 1.5'],
		[2 ** 60, 'The ID in the field "user_id" is the number 1152921504606847000'],
		[true, 'The ID in the field "user_id" is a true/false value, but it has to be text'],
		[{ id: 1 }, 'The ID in the field "user_id" is an object, but it has to be text'],
		[['a'], 'The ID in the field "user_id" is a list, but it has to be text'],
		['{{ $json.id }}', 'The ID in the field "user_id" is "{{ $json.id }}", an expression as text'],
	])('%j is refused, and nothing else of the item is looked at', (user_id, problem) => {
		const json = { ...(user_id !== undefined && { user_id }), points: NaN, plan: 'gold' };
		for (const kind of ['externalUserId', 'brazeId', 'email', 'userAlias'] as const) {
			const said = personOf(json, { kind, properties: OTHERS, attributes: selected('plan') });
			expect(said.problems).toEqual([problem]);
			expect(said.parameters).toEqual(['Field With the ID']);
			expect(said.result).toBeUndefined();
		}
	});

	it('of an alias, and its label, have at most 236 bytes', () => {
		const most = 'ä'.repeat(118);
		const alias = (user_id: string) => personOf({ user_id }, { kind: 'userAlias' });
		const label = (value: string) => read((findings) => readAliasLabel(value, findings));
		expect(alias(most).result).toMatchObject({ user_alias: { alias_name: most } });
		expect(alias(`${most}a`).problems).toEqual([
			'The ID in the field "user_id" is longer than 236 bytes, and Braze takes no longer alias',
		]);
		expect(label(most)).toMatchObject({ result: most, problems: [] });
		expect(label(`${most}a`).problems).toEqual(["'Alias Label' is longer than 236 bytes"]);
	});
});

describe('Values', () => {
	const json = {
		user_id: 'ada',
		first_name: 'Ada',
		points: 12,
		vip: true,
		none: null,
		born: new Date(Date.UTC(1815, 11, 10)),
		renews: DateTime.utc(2027, 1, 5),
		cart: [{ sku: 'a', at: new Date(0) }],
		// Plain data, and not what Luxon marks in this way.
		looksLikeTime: { isLuxonDateTime: true },
	};
	const sent = {
		first_name: 'Ada',
		points: 12,
		vip: true,
		none: null,
		born: '1815-12-10T00:00:00.000Z',
		renews: '2027-01-05T00:00:00.000Z',
		cart: [{ sku: 'a', at: '1970-01-01T00:00:00.000Z' }],
		looksLikeTime: { isLuxonDateTime: true },
	};

	it('keep their type, and dates become text', () => {
		const { result, problems, warnings } = personOf(json, { properties: OTHERS });
		expect(result).toEqual({ external_user_id: 'ada', trigger_properties: sent });
		expect(problems).toEqual([]);
		expect(warnings).toEqual([
			'The field "none" for \'Trigger Properties\' is null, and goes to Braze as null',
		]);
	});

	it('of selected fields have their other names', () => {
		const { result } = personOf(json, {
			properties: selected(['first_name', 'name'], 'points'),
			attributes: selected('vip'),
		});
		expect(result).toEqual({
			external_user_id: 'ada',
			trigger_properties: { name: 'Ada', points: 12 },
			attributes: { vip: true },
		});
	});

	it('are the context of a Canvas', () => {
		const { result } = personOf(json, { properties: selected('points') }, canvas);
		expect(result).toEqual({ external_user_id: 'ada', context: { points: 12 } });
	});

	it('that an item lacks are left out, with a warning', () => {
		const { result, warnings } = personOf(json, { properties: selected('coupon', 'points') });
		expect(result).toMatchObject({ trigger_properties: { points: 12 } });
		expect(warnings).toEqual([
			'The field "coupon" for \'Trigger Properties\' is missing and was left out',
		]);
	});

	it('that are all missing leave no empty object', () => {
		for (const json of [{ user_id: 'ada' }, { user_id: 'ada', plan: undefined }]) {
			const said = personOf(json, { properties: OTHERS, attributes: OTHERS });
			expect(said.result).toStrictEqual({ external_user_id: 'ada' });
			expect(said.problems).toEqual([]);
		}
	});

	it.each<[unknown, string]>([
		[NaN, 'is NaN, which is not a number'],
		[2 ** 60, 'is 1152921504606847000, a number too large to keep exactly. Pass it on as text'],
		[12n, 'is a bigint, which cannot be sent'],
		[() => 1, 'is a function, which cannot be sent'],
		[new Date(NaN), "is a date that doesn't exist"],
		[DateTime.invalid('no'), "is a date that doesn't exist"],
		[{ n: 12n }, 'has a bigint under "n", which cannot be sent'],
		[{ toISO: () => '' }, 'has a function under "toISO", which cannot be sent'],
	])('that Braze cannot take are refused by name: %p', (value, problem) => {
		for (const properties of [OTHERS, selected(['x', 'y'])]) {
			const said = personOf({ user_id: 'ada', x: value }, { properties });
			expect(said.problems).toEqual([`The field "x" for 'Trigger Properties' ${problem}`]);
			expect(said.parameters).toEqual(['Trigger Properties']);
			expect(said.result).toBeUndefined();
		}
		const said = personOf({ user_id: 'ada', x: value }, { attributes: OTHERS });
		expect(said.problems).toEqual([`The field "x" for 'Attributes' ${problem}`]);
	});

	it.each<[string, (count: number) => JsonObject, around: number, each: number]>([
		['a long text', (count) => ({ a: 'x'.repeat(count) }), '{"a":""}'.length, 1],
		['one of six bytes each', (count) => ({ a: '\u0007'.repeat(count) }), '{"a":""}'.length, 6],
		['a list', (count) => ({ a: new Array(count).fill(1) }), '{"a":[]}'.length - 1, '1,'.length],
		[
			'many numbers',
			(count) =>
				Object.fromEntries(Array.from({ length: count }, (_, n) => [`n${1e3 + n}`, 1e14 + n])),
			'{}'.length - 1,
			'"n1000":100000000000000,'.length,
		],
	])('have at most 50 KB together: %s', (_, values, around, each) => {
		const most = Math.floor((50 * 1024 - around) / each);
		const [fits, tooLong] = [most, most + 1].map((count) =>
			personOf({ user_id: 'ada', ...values(count) }, { properties: OTHERS }),
		);
		expect(fits.problems).toEqual([]);
		expect(tooLong.problems).toEqual([
			"'Trigger Properties' is 51 KB, and Braze takes at most 50 KB",
		]);
	});
});

describe('All other fields', () => {
	const others = (json: JsonObject, id: string) =>
		personOf(json, { id: fieldNamed(id), properties: OTHERS }).result?.trigger_properties;

	it("leave out the ID and Braze's other IDs", () => {
		const json = {
			user_id: 'ada',
			external_id: '1',
			external_user_id: '1',
			braze_id: '2',
			user_alias: { alias_name: 'a', alias_label: 'b' },
			alias_name: 'a',
			alias_label: 'b',
			email: 'ada@example.com',
		};
		expect(others(json, 'user_id')).toEqual({ email: 'ada@example.com' });
	});

	it('are those next to the ID, so that nothing of a webhook goes along', () => {
		const json = {
			headers: { authorization: 'Bearer secret' },
			body: { user: { id: 'ada', name: 'Ada' }, user_id: 'ada', plan: 'gold' },
		};
		expect(others(json, 'body.user_id')).toEqual({
			plan: 'gold',
			user: { id: 'ada', name: 'Ada' },
		});
		expect(others(json, 'body.user.id')).toEqual({ name: 'Ada' });
		expect(others({ 'body.user_id': 'ada', plan: 'x' }, 'body.user_id')).toEqual({ plan: 'x' });
	});

	it('of an ID in a list are those next to the list', () => {
		expect(others({ ids: ['ada', 'bob'], plan: 'gold' }, 'ids[0]')).toEqual({ plan: 'gold' });
		expect(others({ to: [{ id: 'ada', plan: 'x' }], y: 1 }, 'to[0].id')).toEqual({ plan: 'x' });
	});

	describe('leave out what the node adds to an item that fails', () => {
		const failed = { plan: 'x', error: 'No', message: 'Why', outcome: 'refused' };

		it.each(['invalid', 'refused', 'unknown'])('with the outcome %s', (outcome) => {
			expect(others({ user_id: 'ada', ...failed, outcome }, 'user_id')).toEqual({ plan: 'x' });
		});

		it.each<JsonObject>([
			{ message: 'Hello', outcome: 'won' },
			{ message: 'Hello', outcome: 'refused' },
			{ message: 'Hello', outcome: 'won', error: 'Wrong size' },
			{ message: 'Hello', outcome: 'refused', error: 404 },
		])('but not values of that name: %j', (own) => {
			expect(others({ user_id: 'ada', ...own }, 'user_id')).toEqual(own);
		});

		it('but not values of that name elsewhere in the item', () => {
			const json = { message: 'Hello', body: { id: 'ada', ...failed } };
			expect(others(json, 'body.id')).toEqual(failed);
			expect(others({ ...failed, body: { id: 'ada', message: 'Hello' } }, 'body.id')).toEqual({
				message: 'Hello',
			});
		});
	});

	it('may be called like what every object has', () => {
		const json = JSON.parse('{"user_id":"ada","__proto__":1,"constructor":2}') as JsonObject;
		const sent = others(json, 'user_id') as object;
		expect(Object.keys(sent)).toEqual(['__proto__', 'constructor']);
	});
});

describe('A field that no item has', () => {
	const refusals = (items: JsonObject[], changes: Partial<PersonFields>) =>
		read((findings) => refuseUnknownFields(items, fields(changes), campaign, findings));

	it('is refused once, with the names that there are', () => {
		const items = [
			{ 'User ID': 'ada', plan: 'gold' },
			{ 'User ID': 'bob', city: 'Leipzig' },
		];
		const { problems, hints, parameters } = refusals(items, {});
		expect(problems).toEqual([
			'No incoming item has the field "user_id", which \'Field With the ID\' names',
		]);
		expect(hints).toEqual([
			'The fields are: User ID, plan, city. Type one of them, or drag it from the input',
		]);
		expect(parameters).toEqual(['Field With the ID']);
	});

	it('is accepted if one item has it, even without a value, or by its literal name', () => {
		const items = [{}, { user_id: null, plan: 'x', 'address.city': 'Graz' }];
		const properties = selected('plan', 'address.city');
		expect(refusals(items, { properties }).problems).toEqual([]);
	});

	it('is also refused where the values come from', () => {
		const items = [{ user_id: 'ada' }];
		const { problems } = refusals(items, {
			properties: selected('plan'),
			attributes: selected('city'),
		});
		expect(problems).toEqual([
			'No incoming item has the field "plan", which \'Fields for Trigger Properties\' names',
			'No incoming item has the field "city", which \'Fields for Attributes\' names',
		]);
	});

	it('on a path: names those that are there', () => {
		const items = [{ body: { id: 'ada', 'First Name': 'Ada' }, headers: {} }];
		const { hints } = refusals(items, { id: fieldNamed('body.user_id') });
		expect(hints).toEqual([
			'The fields in "body" are: id, First Name. Type one of them, or drag it from the input',
		]);
		expect(refusals(items, { id: fieldNamed('query.user_id') }).hints).toEqual([
			'The fields are: body, headers. Type one of them, or drag it from the input',
		]);
		const nested = [{ body: { 'the.user': { id: 'ada' } } }];
		expect(refusals(nested, { id: fieldNamed('body["the.user"].name.first') }).hints).toEqual([
			'The fields in "body.the.user" are: id. Type one of them, or drag it from the input',
		]);
	});

	it('names at most 20 others, and says if there are none', () => {
		const many = Object.fromEntries(Array.from({ length: 23 }, (_, index) => [`f${index}`, 1]));
		expect(refusals([many], {}).hints[0]).toContain('f18, f19 and 3 more. Type');
		const { f20, f21, f22, ...twenty } = many;
		expect([f20, f21, f22]).toEqual([1, 1, 1]);
		expect(refusals([twenty], {}).hints[0]).toContain('f18, f19. Type');
		expect(refusals([{}], {}).hints).toEqual([
			'The incoming items have no fields at all. Check the node before this one',
		]);
	});
});

test('a field that an expression names is refused for each item that lacks it', () => {
	const refusals = (json: JsonObject) =>
		read((findings) => {
			const named = fields({ properties: selected('plan'), attributes: selected('address.city') });
			for (const choice of [named.properties, named.attributes]) {
				if (choice.from === 'selected') choice.fields[0].field.byExpression = true;
			}
			const items = [{ user_id: 'bob' }, json];
			return refuseFieldsNotIn(json, items, named, campaign, findings);
		});
	// The ID is fixed, and another item has it.
	expect(refusals({ plan: null, address: { city: 'Graz' } }).problems).toEqual([]);
	expect(refusals({ user_id: 'ada', plan: null, address: { city: 'Graz' } }).problems).toEqual([]);
	expect(refusals({ user_id: 'ada', address: {} })).toMatchObject({
		parameters: ['Fields for Trigger Properties', 'Fields for Attributes'],
		problems: [
			'The item has no field "plan", which the expression in \'Fields for Trigger Properties\' names',
			'The item has no field "address.city", which the expression in \'Fields for Attributes\' names',
		],
	});
});
