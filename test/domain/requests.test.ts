import fc from 'fast-check';

import {
	composeCreate,
	composeDelete,
	composeSkipped,
	composeUpdate,
} from '../../nodes/BrazeSchedule/domain/drafts';
import { readId, readSendId } from '../../nodes/BrazeSchedule/domain/ids';
import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import { checkSize } from '../../nodes/BrazeSchedule/domain/sizes';
import type { Audiences, CreateIntent, Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import {
	listPath,
	permissionFor,
	schedulePath,
	TARGETS,
} from '../../nodes/BrazeSchedule/domain/targets';
import { optedIn as audience, people, schedule, TARGET_LIST as targets } from './drafts';
import { bomb, fromJson, read } from './read';

const { campaign, canvas } = TARGETS;

const ada = { external_user_id: 'ada' };
const toAda: Audiences = { sendTo: 'recipients', recipients: [ada] };

const create = (intent: Partial<CreateIntent>) =>
	read((findings) =>
		composeCreate(
			{ item: 0, target: campaign, id: 'c-1', to: toAda, schedule, ...intent },
			findings,
		),
	);

/** The one body that goes out. */
const body = (intent: Partial<CreateIntent>) => {
	const [batch, ...others] = batchesOf(create(intent).result);
	expect(others).toEqual([]);
	return batch.body;
};

describe('paths and permissions', () => {
	test.each([
		[
			'campaign',
			'create',
			'/campaigns/trigger/schedule/create',
			'campaigns.trigger.schedule.create',
		],
		[
			'campaign',
			'update',
			'/campaigns/trigger/schedule/update',
			'campaigns.trigger.schedule.update',
		],
		[
			'campaign',
			'delete',
			'/campaigns/trigger/schedule/delete',
			'campaigns.trigger.schedule.delete',
		],
		['canvas', 'create', '/canvas/trigger/schedule/create', 'canvas.trigger.schedule.create'],
		['canvas', 'update', '/canvas/trigger/schedule/update', 'canvas.trigger.schedule.update'],
		['canvas', 'delete', '/canvas/trigger/schedule/delete', 'canvas.trigger.schedule.delete'],
	] as const)('%s %s', (resource, operation, path, permission) => {
		expect(schedulePath(TARGETS[resource], operation)).toBe(path);
		expect(permissionFor(path)).toBe(permission);
	});

	test.each([
		['campaign', '/campaigns/list', 'campaigns.list'],
		['canvas', '/canvas/list', 'canvas.list'],
	] as const)('the list of %s', (resource, path, permission) => {
		expect(listPath(TARGETS[resource])).toBe(path);
		expect(permissionFor(path)).toBe(permission);
	});
});

describe('create', () => {
	test('for recipients lists them, without broadcast', () => {
		expect(body({})).toEqual({ campaign_id: 'c-1', schedule, recipients: [ada] });
		expect(body({ target: canvas, id: 'v-1' })).toEqual({
			canvas_id: 'v-1',
			schedule,
			recipients: [ada],
		});
	});

	test('for recipients who must also match a filter is no broadcast', () => {
		expect(body({ to: { sendTo: 'recipients', recipients: [ada], audience } })).toEqual({
			campaign_id: 'c-1',
			audience,
			schedule,
			recipients: [ada],
		});
	});

	test('for an audience has broadcast, and no recipients', () => {
		expect(body({ to: { sendTo: 'audience', audience } })).toEqual({
			campaign_id: 'c-1',
			broadcast: true,
			audience,
			schedule,
		});
	});

	test('for everyone has broadcast and nothing more', () => {
		expect(body({ target: canvas, to: { sendTo: 'everyone' } })).toEqual({
			canvas_id: 'c-1',
			broadcast: true,
			schedule,
		});
	});

	test('has no field that was not asked for', () => {
		expect(Object.keys(body({}))).toEqual(['campaign_id', 'schedule', 'recipients']);
		expect(Object.keys(body({ to: { sendTo: 'everyone' } }))).toEqual([
			'campaign_id',
			'broadcast',
			'schedule',
		]);
		expect(Object.keys(body({ to: { ...toAda, audience: undefined } as Audiences }))).toEqual([
			'campaign_id',
			'schedule',
			'recipients',
		]);
	});

	test('has the properties under the name of its kind, and the send ID', () => {
		expect(body({ properties: { a: 1 }, sendId: 's-1' })).toMatchObject({
			trigger_properties: { a: 1 },
			send_id: 's-1',
		});
		expect(body({ target: canvas, properties: { a: 1 } })).toMatchObject({ context: { a: 1 } });
	});

	test('gives the context its older name on request, for everyone and for each recipient', () => {
		const to: Audiences = {
			sendTo: 'recipients',
			recipients: [{ ...ada, context: { b: 2 } }, { external_user_id: 'bob' }],
		};
		expect(body({ target: canvas, to, properties: { a: 1 }, olderName: true })).toEqual({
			canvas_id: 'c-1',
			canvas_entry_properties: { a: 1 },
			schedule,
			recipients: [{ ...ada, canvas_entry_properties: { b: 2 } }, { external_user_id: 'bob' }],
		});
	});

	test('gives the context its older name in a message to everyone, too', () => {
		const to: Audiences = { sendTo: 'everyone' };
		expect(body({ target: canvas, to, properties: { a: 1 }, olderName: true })).toEqual({
			canvas_id: 'c-1',
			broadcast: true,
			canvas_entry_properties: { a: 1 },
			schedule,
		});
	});

	test('keeps both if a recipient has the context under both names', () => {
		const both = {
			...ada,
			context: { a: 1, x: 'new' },
			canvas_entry_properties: { b: 2, x: 'old' },
		};
		const to: Audiences = { sendTo: 'recipients', recipients: [both] };
		expect(body({ target: canvas, to, olderName: true }).recipients).toEqual([
			{ ...ada, canvas_entry_properties: { a: 1, b: 2, x: 'new' } },
		]);
		expect(body({ target: canvas, to }).recipients).toEqual([both]);
	});

	test('has no older name for a campaign', () => {
		expect(body({ properties: { a: 1 }, olderName: true })).toMatchObject({
			trigger_properties: { a: 1 },
		});
	});

	test('a recipient who is named twice is sent once, with a warning', () => {
		const bob = { external_user_id: 'bob' };
		const twice = create({ to: { sendTo: 'recipients', recipients: [ada, bob, ada] } });
		expect(twice.result.people).toEqual([bob, ada]);
		expect(twice.result.warnings).toEqual([
			'1 recipient was named more than once; the last entry for each recipient is used',
		]);
		const thrice = create({ to: { sendTo: 'recipients', recipients: [ada, ada, ada] } });
		expect(thrice.result.warnings).toEqual([
			'2 recipients were named more than once; the last entry for each recipient is used',
		]);
		const pair = create({ to: { sendTo: 'recipients', recipients: [ada, ada] } });
		expect(pair.result.people).toEqual([ada]);
		expect(pair.result.warnings).toHaveLength(1);
		for (const recipients of [[ada], [ada, bob], [ada, bob, { email: 'ada' }]]) {
			expect(create({ to: { sendTo: 'recipients', recipients } }).result.warnings).toEqual([]);
		}
	});

	test('remembers the field that the ID comes from, and whether it is a test', () => {
		const to: Audiences = { ...toAda, idField: 'user_id' };
		expect(create({ to, test: true }).result).toMatchObject({ idField: 'user_id', test: true });
		for (const other of [toAda, { sendTo: 'everyone' } as const]) {
			const { idField, test } = create({ to: other }).result;
			expect([idField, test]).toEqual([undefined, undefined]);
		}
	});

	test('has what its own item says, however much items at one time have in common', () => {
		const one: Partial<CreateIntent> = { to: { ...toAda, audience }, properties: { a: 1 } };
		const other: Partial<CreateIntent> = {
			target: canvas,
			id: 'v-1',
			to: { sendTo: 'audience', audience: { ...audience } },
			properties: { b: 2 },
			sendId: 's-1',
			olderName: true,
		};
		const changes = Object.entries(other).map(([name, value]) => ({ ...one, [name]: value }));
		const inAnyOrder = fc.array(fc.constantFrom(one, other, ...changes), { minLength: 2 });
		fc.assert(
			fc.property(inAnyOrder, (items) => {
				const shared = { ...schedule };
				for (const item of items) {
					const alone = body({ ...item, schedule: { ...schedule } });
					expect(body({ ...item, schedule: shared })).toEqual(alone);
				}
			}),
			{ examples: [[[one, other]]] },
		);
		expect(body(one)).not.toEqual(body(other));
	});

	const anyAudiences: fc.Arbitrary<Audiences> = fc.oneof(
		fc.constant<Audiences>({ sendTo: 'everyone' }),
		fc.constant<Audiences>({ sendTo: 'audience', audience }),
		fc
			.tuple(fc.integer({ min: 1, max: 230 }), fc.boolean())
			.map(([count, filtered]): Audiences => ({
				sendTo: 'recipients',
				recipients: people(count),
				...(filtered && { audience }),
			})),
	);

	test('never has recipients and broadcast together, or neither of them', () => {
		fc.assert(
			fc.property(fc.constantFrom(...targets), anyAudiences, (target, to) => {
				const batches = batchesOf(create({ target, to }).result);
				expect(batches.length).toBeGreaterThan(0);
				for (const batch of batches) {
					expect('recipients' in batch.body).toBe(batch.body.broadcast === undefined);
					expect([true, undefined]).toContain(batch.body.broadcast);
				}
			}),
		);
	});

	test('reaches every recipient once, in requests of 50 that differ in nothing else', () => {
		fc.assert(
			fc.property(fc.integer({ min: 1, max: 230 }), (count) => {
				const everybody = people(count);
				const { result } = create({ to: { sendTo: 'recipients', recipients: everybody } });
				const batches = batchesOf(result);
				expect(batches).toHaveLength(Math.ceil(count / 50));
				expect(batches.flatMap((batch) => batch.body.recipients)).toEqual(everybody);
				expect(batches.flatMap(({ parts }) => parts.flatMap((part) => part.people))).toEqual(
					everybody,
				);
				for (const batch of batches) {
					const { recipients, ...rest } = batch.body;
					expect((recipients as unknown[]).length).toBeLessThanOrEqual(50);
					expect(rest).toEqual({ campaign_id: 'c-1', schedule });
					expect(batch.parts.every(({ draft }) => draft === result)).toBe(true);
				}
			}),
		);
	});
});

test.each([
	['c-1', 'c-1'],
	['', null],
	[undefined, null],
])('an item with the ID %j that is skipped is sent to nobody, and says why', (id, campaign_id) => {
	const under = {
		...({ reference: 'order-1', intent: 'create', name: '' } as const),
		...{ forEveryone: false, stopIfNotFound: false },
	};
	const skipped = composeSkipped({ item: 3, target: campaign, id, under }, 'It has no ID');
	expect(skipped).toEqual({
		...{ item: 3, target: campaign, operation: 'create', under },
		...{ body: { campaign_id }, people: [], skipped: 'It has no ID', warnings: [] },
	});
	expect(batchesOf(skipped)).toEqual([]);
});

describe('update and delete', () => {
	const anyExisting = fc.record({
		item: fc.nat(),
		target: fc.constantFrom(...targets),
		id: fc.string({ minLength: 1 }),
		scheduleId: fc.string({ minLength: 1 }),
	});
	const anySchedule = fc.oneof(
		fc.constant({ time: '2026-03-31T07:00:00Z' }),
		fc.constant({ time: '2026-03-31T07:00:00', in_local_time: true as const }),
		fc.constant({ time: '2026-03-31T00:00:00', at_optimal_time: true as const }),
	);

	test('an update has the two IDs and the whole schedule, and nothing else', () => {
		fc.assert(
			fc.property(anyExisting, anySchedule, (existing, when) => {
				const { result } = read((findings) => composeUpdate(existing, when, findings));
				const [batch, ...others] = batchesOf(result);
				expect(others).toEqual([]);
				expect(batch.path).toBe(schedulePath(existing.target, 'update'));
				expect(result.warnings).toEqual([]);
				expect(batch.body).toEqual({
					[existing.target.idField]: existing.id,
					schedule_id: existing.scheduleId,
					schedule: when,
				});
			}),
		);
	});

	test('a delete has the two IDs, and nothing else', () => {
		fc.assert(
			fc.property(anyExisting, (existing) => {
				const [batch, ...others] = batchesOf(composeDelete(existing));
				expect(others).toEqual([]);
				expect(batch.path).toBe(schedulePath(existing.target, 'delete'));
				expect(batch.parts[0].draft.warnings).toEqual([]);
				expect(batch.body).toEqual({
					[existing.target.idField]: existing.id,
					schedule_id: existing.scheduleId,
				});
			}),
		);
	});
});

describe('the size of a request', () => {
	const size = (draft: Draft) => read((findings) => checkSize(draft, findings));
	const LIMIT = 4 * 1024 * 1024;

	test('up to 4 MB is accepted, and one byte more is not', () => {
		const withText = (text: string) =>
			create({ to: { sendTo: 'recipients', recipients: [{ ...ada, attributes: { a: text } }] } })
				.result;
		const around = Buffer.byteLength(JSON.stringify(batchesOf(withText(''))[0].body));
		expect(size(withText('x'.repeat(LIMIT - around))).problems).toEqual([]);
		const { problems, parameters, hints } = size(withText('x'.repeat(LIMIT - around + 1)));
		expect(problems).toEqual(['The request for this item is 4.0 MB, and Braze takes at most 4 MB']);
		expect(parameters).toEqual(['Trigger Properties']);
		expect(hints[0]).toContain('attributes of each recipient');
	});

	test('the same of a message to everyone', () => {
		const withText = (a: string) =>
			create({ to: { sendTo: 'everyone' }, properties: { a } }).result;
		const around = Buffer.byteLength(JSON.stringify(batchesOf(withText(''))[0].body));
		expect(size(withText('x'.repeat(LIMIT - around))).problems).toEqual([]);
		expect(size(withText('x'.repeat(LIMIT - around + 1))).problems).toHaveLength(1);
	});

	test('a list is refused as a whole if only its last request is too large', () => {
		const recipients = [...people(50), { ...ada, attributes: { a: '漢'.repeat(LIMIT / 3) } }];
		const { problems } = size(create({ to: { sendTo: 'recipients', recipients } }).result);
		expect(problems).toHaveLength(1);
	});

	test('many requests that are each small enough are accepted', () => {
		const recipients = people(500).map((one) => ({
			...one,
			attributes: { a: 'x'.repeat(20_000) },
		}));
		expect(size(create({ to: { sendTo: 'recipients', recipients } }).result).problems).toEqual([]);
	});

	test.each([
		['a BigInt', { a: 10n }],
		['nesting without end', { a: fromJson(bomb('[', ']')) }],
	])('%s anywhere in it is reported before anything is sent', (_, attributes) => {
		const [bob, eve] = people(2);
		const lists = [[{ ...ada, attributes }], [bob, { ...ada, attributes }, eve]];
		for (const recipients of lists) {
			expect(size(create({ to: { sendTo: 'recipients', recipients } }).result).problems).toEqual([
				'The request for this item cannot be written as JSON',
			]);
		}
	});
});

describe('IDs', () => {
	const id = (value: unknown) =>
		read((findings) => readId(value, 'Campaign', 'Choose one', findings));

	test.each<[unknown, string]>([
		['3f1c9b0e-52d4', '3f1c9b0e-52d4'],
		[' 3f1c9b0e-52d4\n', '3f1c9b0e-52d4'],
		[42, '42'],
	])('%j is accepted', (value, expected) => {
		expect(id(value)).toMatchObject({ result: expected, problems: [] });
	});

	test.each<[unknown, string]>([
		[undefined, "'Campaign' is empty"],
		[null, "'Campaign' is empty"],
		['', "'Campaign' is empty"],
		['  ', "'Campaign' is empty"],
		[true, "'Campaign' is a true/false value, but it has to be text"],
		[{ value: 'x' }, "'Campaign' is an object, but it has to be text"],
		[['x'], "'Campaign' is a list, but it has to be text"],
		[2 ** 53, "'Campaign' is a number, but it has to be text"],
		[1.5, "'Campaign' is a number, but it has to be text"],
		[NaN, "'Campaign' is a calculation without a result (NaN), but it has to be text"],
	])('%p is refused', (value, message) => {
		expect(id(value)).toMatchObject({ problems: [message], hints: ['Choose one'] });
	});

	test.each(['undefined', 'null', 'NaN', '[object Object]', ' null '])(
		'"%s", which an expression leaves behind, is refused',
		(value) => {
			expect(id(value)).toMatchObject({
				result: '',
				problems: [`'Campaign' is "${value}", which can't be an ID`],
				hints: ['Choose one'],
			});
		},
	);

	test('an expression typed as text is refused', () => {
		expect(id('{{ $json.id }}')).toMatchObject({
			problems: ['\'Campaign\' is "{{ $json.id }}", an expression typed as text'],
			hints: ['Switch the field from Fixed to Expression'],
		});
	});
});

describe('a send ID', () => {
	const sendId = (value: unknown) => read((findings) => readSendId(value, findings));

	test.each<[unknown, string | undefined]>([
		['spring_sale', 'spring_sale'],
		['~!@#$%^&*() 9', '~!@#$%^&*() 9'],
		['x'.repeat(64), 'x'.repeat(64)],
		[' launch-1\n', 'launch-1'],
		[2026, '2026'],
		['', undefined],
		['  ', undefined],
	])('%j is accepted', (value, expected) => {
		expect(sendId(value)).toMatchObject({ result: expected, problems: [] });
	});

	test.each([undefined, null])('%j is the result of an expression, and refused', (value) => {
		expect(sendId(value)).toMatchObject({
			result: undefined,
			problems: ["'Send ID' is empty"],
			hints: ['Check that its expression finds a value'],
		});
	});

	test('what an expression leaves behind is refused', () => {
		expect(sendId('undefined')).toMatchObject({
			result: undefined,
			problems: ["'Send ID' is \"undefined\", which can't be an ID"],
			hints: ['Check that its expression finds a value'],
		});
	});

	test('an expression typed as text is refused', () => {
		expect(sendId('{{ $json.id }}')).toMatchObject({
			result: undefined,
			problems: ['\'Send ID\' is "{{ $json.id }}", an expression typed as text'],
		});
	});

	test.each([
		['x'.repeat(65)],
		['frühling'],
		['a\nb'],
		['🎉'],
		[true],
		[NaN],
		[1.5],
		[{}],
		[['x']],
	])('%j is refused, because it is longer than 64 or not plain ASCII', (value) => {
		const { result, problems, parameters } = sendId(value);
		expect(result).toBeUndefined();
		expect(parameters).toEqual(['Send ID']);
		expect(problems[0]).toMatch(/^'Send ID' is .+, but it must be printable ASCII/s);
	});
});
