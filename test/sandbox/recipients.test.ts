import { campaignCreate, canvasCreate, paths, useSandbox } from './braze';

const braze = useSandbox();
const alias = { alias_name: 'Ada', alias_label: 'crm' };

const create = async (...recipients: unknown[]) =>
	await braze.post(paths.campaign.create, campaignCreate({ recipients }));

describe('identifiers', () => {
	it.each([
		[{ external_user_id: 'ada' }, 'external_user_id:ada'],
		[{ external_user_id: 12345 }, 'external_user_id:12345'],
		[{ user_alias: alias }, 'user_alias:crm:Ada'],
		[{ braze_id: '5f1c' }, 'braze_id:5f1c'],
		[{ email: 'ada@example.com', prioritization: ['identified'] }, 'email:ada@example.com'],
	])('accepts %j', async (recipient, person) => {
		expect((await create(recipient)).status).toBe(201);
		expect(braze.sandbox.schedulesPerPerson()).toEqual({ [person]: 1 });
	});

	it.each([
		[{}],
		[{ external_id: 'ada' }],
		[{ external_user_id: '' }],
		[{ external_user_id: null }],
		[{ external_user_id: { id: 'ada' } }],
		[{ external_user_id: 'ada', user_alias: alias }],
		[{ external_user_id: 'ada', braze_id: '5f1c' }],
		[{ user_alias: 'Ada' }],
		[{ user_alias: { alias_name: 'Ada' } }],
		[{ user_alias: { alias_name: 'Ada', alias_label: '' } }],
		[{ braze_id: 7 }],
		['ada'],
		[null],
	])('refuses %j', async (recipient) => {
		expect((await create(recipient)).status).toBe(400);
		expect(braze.sandbox.schedules).toEqual([]);
	});

	it('refuses recipients that are not a list', async () => {
		const body = campaignCreate({ recipients: { external_user_id: 'ada' } });

		expect((await braze.post(paths.campaign.create, body)).status).toBe(400);
	});

	it.each(['alias_name', 'alias_label'])('limits %s to 236 bytes', async (half) => {
		const withHalf = (text: string) => ({ user_alias: { ...alias, [half]: text } });

		expect((await create(withHalf('é'.repeat(118)))).status).toBe(201);
		expect((await create(withHalf(`${'é'.repeat(118)}x`))).status).toBe(400);
	});
});

describe('the same user twice in one request', () => {
	it('gets one message, with the last entry', async () => {
		await create(
			{ external_user_id: 'ada', trigger_properties: { turn: 1 } },
			{ external_user_id: 'bob' },
			{ external_user_id: 'ada', trigger_properties: { turn: 2 } },
		);

		expect(braze.sandbox.schedulesPerPerson()).toEqual({
			'external_user_id:ada': 1,
			'external_user_id:bob': 1,
		});
		expect(braze.sandbox.schedules[0].recipients).toContainEqual({
			external_user_id: 'ada',
			trigger_properties: { turn: 2 },
		});
	});

	it('is another person when the case of the alias name differs', async () => {
		await create({ user_alias: alias }, { user_alias: { ...alias, alias_name: 'ada' } });

		expect(braze.sandbox.schedules[0].recipients).toHaveLength(2);
	});

	it('is recognized by an email address in any spelling and with any prioritization', async () => {
		await create(
			{ email: 'Ada@Example.com', prioritization: ['identified'] },
			{ email: 'ada@example.com', prioritization: ['unidentified'] },
		);

		expect(braze.sandbox.schedules[0].recipients).toEqual([
			{ email: 'ada@example.com', prioritization: ['unidentified'] },
		]);
		expect(braze.sandbox.schedulesPerPerson()).toEqual({ 'email:ada@example.com': 1 });
	});

	it('counts toward the limit of 50 anyway', async () => {
		expect((await create(...Array<object>(51).fill({ external_user_id: 'ada' }))).status).toBe(400);
	});
});

describe('email', () => {
	const email = 'ada@example.com';

	it.each([
		[['identified']],
		[['unidentified', 'most_recently_updated']],
		[['identified', 'least_recently_updated']],
	])('accepts the prioritization %j', async (prioritization) => {
		expect((await create({ email, prioritization })).status).toBe(201);
	});

	it.each([[undefined], [[]], ['identified'], [['newest']], [['identified', 'unidentified']]])(
		'refuses the prioritization %j',
		async (prioritization) => {
			expect((await create({ email, prioritization })).status).toBe(400);
		},
	);
});

describe('users who do not exist yet', () => {
	const id = { external_user_id: 'ada' };

	it.each([
		[{ ...id, send_to_existing_only: true }],
		[{ ...id, send_to_existing_only: false, attributes: { first_name: 'Ada' } }],
		[{ ...id, attributes: { first_name: 'Ada' } }],
		// The documents say that no user is created, not that the request is refused.
		[{ ...id, send_to_existing_only: false }],
		[{ ...id, send_to_existing_only: false, attributes: {} }],
		[{ user_alias: alias, attributes: { first_name: 'Ada' } }],
	])('accepts %j', async (recipient) => {
		expect((await create(recipient)).status).toBe(201);
	});

	it.each([
		[{ ...id, send_to_existing_only: 'false', attributes: { first_name: 'Ada' } }],
		[{ ...id, attributes: 'first_name' }],
		[{ user_alias: alias, send_to_existing_only: true }],
		[{ user_alias: alias, send_to_existing_only: false, attributes: { first_name: 'Ada' } }],
	])('refuses %j', async (recipient) => {
		expect((await create(recipient)).status).toBe(400);
	});
});

it('applies the same rules to Canvas recipients, with their context', async () => {
	const good = canvasCreate({ recipients: [{ external_user_id: 'ada', context: { step: 1 } }] });
	const bad = canvasCreate({ recipients: [{ external_user_id: 'ada', context: 'step' }] });

	expect((await braze.post(paths.canvas.create, good)).status).toBe(201);
	expect((await braze.post(paths.canvas.create, bad)).status).toBe(400);
});
