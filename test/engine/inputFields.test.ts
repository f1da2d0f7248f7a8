import { ExecuteContext } from 'n8n-core';
import type { IDataObject } from 'n8n-workflow';

import { bodies, createCampaign, createCanvas, LATER, run, useBraze } from './braze';
import { FakeDataTables } from './harness';
import type { RunNodeOptions } from './harness';

const braze = useBraze();

const fromInput = (changes: IDataObject = {}, create: IDataObject = createCampaign) => ({
	...create,
	recipients: undefined,
	recipientsInput: 'inputFields',
	idField: 'user_id',
	...changes,
});

const fields = (...names: Array<string | [field: string, name: string]>) => ({
	field: names.map((one) => {
		const [field, name] = typeof one === 'string' ? [one, ''] : one;
		return { field, name };
	}),
});

const CONTACTS = [
	{ user_id: 'ada', first_name: 'Ada', points: 12, plan: 'gold' },
	{ user_id: 'bob', first_name: 'Bob', points: 0, plan: 'basic' },
];

const send = async (parameters: IDataObject, options: Partial<RunNodeOptions> = {}) =>
	await run(braze(), parameters as never, { items: CONTACTS, ...options });

const sentPeople = () => bodies(braze()).flatMap(({ recipients }) => recipients);

describe('Recipients from input fields', () => {
	it.each<[string, IDataObject, object]>([
		['externalUserId', {}, { external_user_id: 'ada' }],
		['brazeId', {}, { braze_id: 'ada' }],
		[
			'userAlias',
			{ inputAliasLabel: 'shop' },
			{ user_alias: { alias_name: 'ada', alias_label: 'shop' } },
		],
		['email', {}, { email: 'ada', prioritization: ['identified', 'most_recently_updated'] }],
		[
			'email',
			{ inputPrioritization: 'unidentified' },
			{ email: 'ada', prioritization: ['unidentified'] },
		],
	])('are identified by %s', async (inputIdentifier, more, recipient) => {
		for (const create of [createCampaign, createCanvas]) {
			braze().reset();
			await send(fromInput({ inputIdentifier, ...more }, create));
			expect(bodies(braze())[0].recipients).toEqual([recipient]);
			expect(sentPeople()).toHaveLength(2);
		}
	});

	it('have the selected fields, under other names if given', async () => {
		const parameters = {
			propertiesFrom: 'selected',
			propertiesFields: fields('first_name', ['points', 'score']),
			attributesFrom: 'selected',
			attributesFields: fields('plan'),
		};
		await send(fromInput(parameters));
		expect(sentPeople()[0]).toEqual({
			external_user_id: 'ada',
			trigger_properties: { first_name: 'Ada', score: 12 },
			attributes: { plan: 'gold' },
		});
	});

	it('of a Canvas have a context', async () => {
		await send(fromInput({ propertiesFrom: 'others' }, createCanvas));
		expect(sentPeople()[0]).toEqual({
			external_user_id: 'ada',
			context: { first_name: 'Ada', points: 12, plan: 'gold' },
		});
	});

	it('may come straight from a webhook: the last part of a path is the name', async () => {
		const items = [
			{
				headers: { authorization: 'Bearer secret' },
				body: { user_id: 'ada', customer: { first_name: 'Ada' } },
			},
		];
		const parameters = {
			idField: 'body.user_id',
			propertiesFrom: 'selected',
			propertiesFields: fields('body.customer.first_name'),
			attributesFrom: 'others',
		};
		await send(fromInput(parameters), { items });
		expect(sentPeople()).toEqual([
			{
				external_user_id: 'ada',
				trigger_properties: { first_name: 'Ada' },
				attributes: { customer: { first_name: 'Ada' } },
			},
		]);
	});

	it('are combined, with one result for each item, paired with it', async () => {
		const items = Array.from({ length: 120 }, (_, index) => ({
			user_id: `user-${index}`,
			first_name: `Name ${index}`,
		}));
		const { json, outputs } = await send(
			fromInput({ propertiesFrom: 'others', options: { combine: 'perItem' } }),
			{ items },
		);
		expect(bodies(braze()).map(({ recipients }) => recipients.length)).toEqual([50, 50, 20]);
		expect(sentPeople()[119]).toEqual({
			external_user_id: 'user-119',
			trigger_properties: { first_name: 'Name 119' },
		});
		expect(json).toHaveLength(120);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(
			items.map((_, item) => ({ item })),
		);
	});

	it('come back from the error output without what the node has added there', async () => {
		const parameters = fromInput({ propertiesFrom: 'others', attributesFrom: 'others' });
		braze().fault({ kind: 'status', status: 400 });
		const { outputs } = await send(parameters, {
			items: CONTACTS.slice(0, 1),
			onError: 'continueErrorOutput',
		});
		const [{ json }] = outputs[1];
		expect(json).toMatchObject({ user_id: 'ada', outcome: 'refused' });
		await send(parameters, { items: [json] });
		const values = { first_name: 'Ada', points: 12, plan: 'gold' };
		expect(sentPeople().at(-1)).toEqual({
			external_user_id: 'ada',
			trigger_properties: values,
			attributes: values,
		});
	});

	const rowWith = (externalUserId: string, value: string) => ({
		...createCampaign,
		recipients: {
			recipient: [
				{
					identifier: 'externalUserId',
					externalUserId,
					additionalFields: {
						properties: { assignments: [{ id: 'n', name: 'n', type: 'string', value }] },
					},
				},
			],
		},
		options: { combine: 'perItem' },
	});

	it('are read otherwise with one question to n8n for each item, however many expressions', async () => {
		const parameters = rowWith('={{ $json.user_id }}', '={{ $json.first_name.trim() }}');
		const reads = jest.spyOn(ExecuteContext.prototype as never, '_getNodeParameter');
		const before = reads.mock.calls.length;
		await send(parameters);
		const few = reads.mock.calls.length - before;
		await send(parameters, { items: [...CONTACTS, ...CONTACTS, ...CONTACTS] });
		expect(reads.mock.calls.length - before - 2 * few).toBe(4);
	});

	const byNames = fromInput({ propertiesFrom: 'others', options: { combine: 'perItem' } });

	it.each([
		['', byNames],
		[', with a reference', { ...byNames, reference: '={{ $json.user_id }}' }],
		[
			', if all expressions are fields of the item',
			rowWith('={{ $json.user_id }}', "={{ $json['body'].name }}"),
		],
	])('are read without asking n8n for a parameter of each item%s', async (_, parameters) => {
		const items = Array.from({ length: 500 }, (__, index) => ({
			...{ user_id: `user-${index}`, body: { name: `Name ${index}` } },
		}));
		const reads = jest.spyOn(ExecuteContext.prototype as never, '_getNodeParameter');
		const before = reads.mock.calls.length;
		await send(parameters, { items: items.slice(0, 2) });
		const few = reads.mock.calls.length - before;
		await send(parameters, { items });
		expect(few).toBeGreaterThan(5);
		expect(reads.mock.calls.length - before).toBe(2 * few);
	});
});

describe('A field that no item has', () => {
	it('is said once for the whole run, with the names that there are', async () => {
		const { thrown } = await send(fromInput({ idField: 'userid' }));
		const [error] = thrown as Array<Error & { description?: string }>;
		expect(error.message).toBe(
			'No incoming item has the field "userid", which \'Field With the ID\' names',
		);
		expect(error.description).toBe(
			'The fields are: user_id, first_name, points, plan. Type one of them, or drag it from the input. Nothing was sent.',
		);
		expect(braze().requests).toEqual([]);
	});

	it('fails every item if the node continues', async () => {
		const parameters = fromInput({ propertiesFrom: 'selected', propertiesFields: fields('name') });
		const { json } = await send(parameters, { onError: 'continueRegularOutput' });
		expect(json.map(({ error, outcome }) => [error, outcome])).toEqual(
			[0, 1].map((item) => [
				`No incoming item has the field "name", which 'Fields for Trigger Properties' names [item ${item}]`,
				'invalid',
			]),
		);
	});
});

describe('An item without an ID', () => {
	const items = [CONTACTS[0], { user_id: '', first_name: 'Nobody' }, { first_name: 'None' }];

	it('fails, and nothing is sent', async () => {
		const { thrown } = await send(fromInput(), { items });
		const [error] = thrown as Array<Error & { description?: string }>;
		expect(error.message).toBe('The item has no ID: its field "user_id" is empty [item 1]');
		expect(error.description).toContain("set 'If the ID Is Empty' to 'Skip the Item'");
		expect(braze().requests).toEqual([]);
	});

	it('fails alone if the node continues', async () => {
		const { json } = await send(fromInput(), { items, onError: 'continueRegularOutput' });
		expect(json.map(({ status, outcome }) => status ?? outcome)).toEqual([
			'scheduled',
			'invalid',
			'invalid',
		]);
	});

	it.each(['off', 'perItem', 'perSchedule'])('is skipped if so chosen: %s', async (combine) => {
		const { json, outputs, hints } = await send(
			fromInput({ ifIdEmpty: 'skip', options: { combine } }),
			{ items },
		);
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'skipped', 'skipped']);
		expect(json[1]).toEqual({
			status: 'skipped',
			reason: 'The item has no ID in its field "user_id"',
			time: null,
			time_zone: null,
			schedule: null,
			recipients: null,
			resource: 'campaign',
			campaign_id: createCampaign.campaignId.value,
			schedule_id: null,
			dispatch_id: null,
			message: null,
			warnings: [],
		});
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
		expect(hints).toEqual([
			expect.objectContaining({
				message: '2 items skipped, because they have no ID.',
				type: 'info',
			}),
		]);
		expect(sentPeople()).toEqual([{ external_user_id: 'ada' }]);
	});

	it('is skipped although its row is empty otherwise', async () => {
		const parameters = fromInput({
			ifIdEmpty: 'skip',
			reference: '={{ $json.booking }}',
			time: "={{ DateTime.fromISO($json.time.replace(' ', 'T')) }}",
		});
		const time = createCampaign.time;
		const { json, thrown } = await send(parameters, {
			items: [{ user_id: 'ada', booking: 'B-1', time }, {}],
			tables: new FakeDataTables(),
		});
		expect(thrown).toEqual([]);
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'skipped']);
	});

	it('takes no reference', async () => {
		const tables = new FakeDataTables();
		const parameters = fromInput({ ifIdEmpty: 'skip', reference: 'B-204' });
		const { json } = await send(parameters, { items: [{ user_id: null }], tables });
		expect(json[0]).toMatchObject({ status: 'skipped', reference: 'B-204', schedule_id: null });
		const again = await send(parameters, { items: [CONTACTS[0]], tables });
		expect(again.json[0]).toMatchObject({ status: 'scheduled', reference: 'B-204' });
	});

	it('shows up in a preview', async () => {
		const { json } = await send(fromInput({ ifIdEmpty: 'skip', options: { previewOnly: true } }), {
			items,
		});
		expect(json.map(({ status, would, request }) => [status, would, request === null])).toEqual([
			['preview', undefined, false],
			['preview', 'skip', true],
			['preview', 'skip', true],
		]);
	});
});

test('a preview shows a schedule that would be moved', async () => {
	const tables = new FakeDataTables();
	const parameters = fromInput({ operation: 'upsert', reference: 'B-204' });
	await send(parameters, { items: [CONTACTS[0]], tables });
	const moved = { ...parameters, time: LATER, options: { previewOnly: true } };
	const items = [CONTACTS[0], CONTACTS[1]];
	const { json, thrown } = await send(
		{ ...moved, reference: '={{ $json.user_id === "ada" ? "B-204" : "B-205" }}' },
		{ items, tables },
	);
	expect(thrown).toEqual([]);
	expect(json).toMatchObject([
		{ status: 'preview', would: 'update', request: { path: '/campaigns/trigger/schedule/update' } },
		{ status: 'preview', would: 'schedule', fields: { id: 'user_id' } },
	]);
	expect(json[0].fields).toBeUndefined();
});

test('a schedule that is only moved says nothing about its content', async () => {
	const tables = new FakeDataTables();
	const parameters = fromInput({
		operation: 'upsert',
		reference: 'B-204',
		propertiesFrom: 'others',
	});
	const items = [{ user_id: 'ada', plan: null }];
	const [made] = (await send(parameters, { items, tables })).json;
	expect(made.warnings).toEqual([expect.stringContaining('goes to Braze as null')]);
	const [moved] = (await send({ ...parameters, time: LATER }, { items, tables })).json;
	expect(moved).toMatchObject({ status: 'updated', warnings: [] });
});

test.each([
	['Tel. privat', '030 123'],
	['Preis [EUR]', 12],
	['No.', 7],
])('a column called %s keeps its name in Braze', async (column, value) => {
	const items = [{ user_id: 'ada' }, { user_id: 'bob', [column]: value }];
	const selected = { propertiesFrom: 'selected', propertiesFields: fields(column) };
	await send(fromInput(selected), { items });
	expect(sentPeople()).toEqual([
		{ external_user_id: 'ada' },
		{ external_user_id: 'bob', trigger_properties: { [column]: value } },
	]);
});

test('a preview says which fields would be sent', async () => {
	const parameters = fromInput({
		propertiesFrom: 'others',
		attributesFrom: 'selected',
		attributesFields: fields('plan'),
		options: { previewOnly: true, combine: 'perItem' },
	});
	const items = [...CONTACTS, { user_id: 'cy', city: 'Leipzig' }];
	const { json } = await send(parameters, { items });
	expect(json[0].fields).toEqual({
		id: 'user_id',
		trigger_properties: ['first_name', 'points', 'plan', 'city'],
		attributes: ['plan'],
	});
});

describe('With an expression', () => {
	const selected = { propertiesFrom: 'selected', propertiesFields: fields('plan') };

	it.each<[string, IDataObject]>([
		['Attributes From', { attributesFrom: '={{ "none" }}' }],
		['Name in Braze', { propertiesFields: fields(['plan', '={{ "tier" }}']) }],
	])('in %s, the other fields are what they were', async (_, changes) => {
		const parameters = fromInput({ ...selected, ...changes });
		const items = [{ user_id: 'ada' }, { user_id: 'bob', plan: 'gold' }];
		const { json, thrown } = await send(parameters, { items });
		expect(thrown).toEqual([]);
		expect(json[0].warnings).toEqual([
			'The field "plan" for \'Trigger Properties\' is missing and was left out',
		]);
		const without = await send(parameters, { items: [{ plan: 'gold' }, ...items] });
		expect((without.thrown[0] as Error).message).toBe(
			'The item has no ID: its field "user_id" is missing [item 0]',
		);
		const misspelled = await send({ ...parameters, idField: 'user_di' }, { items });
		expect(misspelled.thrown).toHaveLength(1);
		expect((misspelled.thrown[0] as Error).message).toBe(
			'No incoming item has the field "user_di", which \'Field With the ID\' names',
		);
	});

	it.each<[string, IDataObject]>([
		['Name in Braze', { propertiesFields: fields('plann', ['plan', '={{ "tier" }}']) }],
		['its own name', { propertiesFields: fields(['plann', '={{ "tier" }}']) }],
		['Trigger Properties From', { propertiesFrom: '={{ "selected" }}' }],
	])('in %s, a field that no item has is still misspelled', async (_, changes) => {
		const parameters = { ...selected, propertiesFields: fields('plann'), ...changes };
		const { thrown } = await send(fromInput(parameters));
		expect((thrown[0] as Error).message).toMatch(
			/^No incoming item has the field "plann", which 'Fields for Trigger Properties' names/,
		);
		expect(braze().requests).toEqual([]);
	});

	it('a column has the same name in every item', async () => {
		const columns = fields('price.eur', 'eur');
		const parameters = { ...selected, propertiesFields: columns, attributesFrom: '={{ "none" }}' };
		const items = [
			{ user_id: 'ada', 'price.eur': 1, eur: 2 },
			{ user_id: 'bob', eur: 3 },
		];
		const { thrown } = await send(fromInput(parameters), { items });
		expect(thrown).toEqual([]);
		expect(sentPeople()[1]).toEqual({ external_user_id: 'bob', trigger_properties: { eur: 3 } });
	});

	it('each item has its own field', async () => {
		const items = [
			{ column: 'email', email: 'ada@example.com', phone: '1' },
			{ column: 'phone', email: 'bob@example.com', phone: '2' },
		];
		await send(fromInput({ idField: '={{ $json.column }}' }), { items });
		expect(sentPeople()).toEqual([
			{ external_user_id: 'ada@example.com' },
			{ external_user_id: '2' },
		]);
	});

	it('each item has its own alias label', async () => {
		await send(fromInput({ inputIdentifier: 'userAlias', inputAliasLabel: '={{ $json.plan }}' }));
		expect(sentPeople().map(({ user_alias }) => user_alias)).toEqual([
			{ alias_name: 'ada', alias_label: 'gold' },
			{ alias_name: 'bob', alias_label: 'basic' },
		]);
	});

	it.each<[IDataObject, string]>([
		[{ idField: '={{ $json.user_id }}' }, 'Field With the ID'],
		[
			{ propertiesFrom: 'selected', propertiesFields: fields('={{ $json.user_id }}') },
			'Fields for Trigger Properties',
		],
	])('that returns a value instead of a name, it says so: %j', async (changes, label) => {
		const { thrown } = await send(fromInput(changes));
		const [error] = thrown as Array<Error & { description?: string }>;
		expect(error.message).toBe(
			`The item has no field "ada", which the expression in '${label}' names [item 0]`,
		);
		expect(error.description).toContain('Switch it from Expression to Fixed');
	});
});

describe('With a value that probably is not meant', () => {
	const warningsFor = async (changes: IDataObject, item: IDataObject) =>
		(await send(fromInput(changes), { items: [item] })).json[0].warnings;

	it.each(['externalUserId', 'brazeId'])('an email as %s', async (inputIdentifier) => {
		expect(await warningsFor({ inputIdentifier }, { user_id: 'ada@example.com' })).toEqual([
			"The ID in the field \"user_id\" is an email address. To find users by email, set 'Identify By' to 'Email'",
		]);
	});

	it('an ID as email', async () => {
		expect(await warningsFor({ inputIdentifier: 'email' }, CONTACTS[0])).toEqual([
			'The ID in the field "user_id" has no @. Check the field and \'Identify By\'',
		]);
	});

	it('an alias may be an email', async () => {
		const alias = { inputIdentifier: 'userAlias', inputAliasLabel: 'shop' };
		expect(await warningsFor(alias, { user_id: 'ada@example.com' })).toEqual([]);
	});

	it.each([
		[{ user_id: 'ada', text: 'Dear {{ $json.name }}' }, 'an expression typed as text'],
		[{ user_id: 'ada', 'address.city': 'Rome' }, 'has a dot in its name'],
	])('a property: %j', async (item, warning) => {
		expect(await warningsFor({ propertiesFrom: 'others' }, item)).toEqual([
			expect.stringContaining(warning),
		]);
	});
});

test('what the node added to a failed item is not sent when it comes back', async () => {
	const parameters = fromInput({
		propertiesFrom: 'others',
		reference: 'B-204',
		options: { includeInput: true },
	});
	const tables = new FakeDataTables();
	braze().fault({ kind: 'status', status: 400, body: { message: 'no' }, times: 1 });
	const { json } = await send(parameters, {
		items: [CONTACTS[0]],
		tables,
		onError: 'continueRegularOutput',
	});
	expect(json[0]).toMatchObject({ outcome: 'refused', reference: 'B-204', input: CONTACTS[0] });
	await send(parameters, { items: [{ ...CONTACTS[0], ...json[0] }], tables });
	const { user_id: id, ...properties } = CONTACTS[0];
	expect(sentPeople()[1]).toEqual({ external_user_id: id, trigger_properties: properties });
});

test('an expression that returns the ID skips nobody', async () => {
	const { thrown } = await send(fromInput({ idField: '={{ $json.user_id }}', ifIdEmpty: 'skip' }));
	const [error] = thrown as Error[];
	expect(error.message).toBe(
		'The item has no field "ada", which the expression in \'Field With the ID\' names [item 0]',
	);
});

describe('A form that is not filled in', () => {
	it.each<[IDataObject, string]>([
		[
			{ idField: ' ' },
			"'Field With the ID' is empty, but it has to be the name of an incoming field",
		],
		[
			{ idField: '{{ $json.user_id }}' },
			'\'Field With the ID\' is "{{ $json.user_id }}", but it has to be the name of an incoming field',
		],
		[{ propertiesFrom: 'selected' }, "'Fields for Trigger Properties' is empty"],
		[
			{ propertiesFrom: 'selected', propertiesFields: fields(['', 'name']) },
			"Row 1 of 'Fields for Trigger Properties' is empty, but it has to be the name of an incoming field",
		],
		[
			{ attributesFrom: 'selected', attributesFields: fields('plan', ['points', 'plan']) },
			'\'Fields for Attributes\' has "plan" more than once',
		],
		[{ inputIdentifier: 'userAlias' }, "'Alias Label' is empty"],
	])('%j', async (changes, message) => {
		const { thrown } = await send(fromInput(changes));
		expect((thrown as Error[])[0].message).toContain(message);
		expect(braze().requests).toEqual([]);
	});
});
