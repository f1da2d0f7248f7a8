import {
	bodies,
	byId,
	createCampaign,
	createCanvas,
	inBerlin,
	ofEachItem,
	onboarding,
	orderReminder,
	run,
	SOON,
	useBraze,
} from './braze';

const braze = useBraze();

describe('Create', () => {
	it("schedules a campaign for one recipient at the picked time in the workflow's time zone", async () => {
		const { json, outputs } = await run(braze(), createCampaign);
		expect(bodies(braze())).toEqual([
			{
				campaign_id: orderReminder,
				recipients: [{ external_user_id: 'ada' }],
				schedule: { time: inBerlin(SOON) },
			},
		]);
		const [schedule] = braze().schedules;
		expect(json).toEqual([
			{
				resource: 'campaign',
				campaign_id: orderReminder,
				schedule_id: schedule.schedule_id,
				dispatch_id: schedule.dispatch_id,
				message: 'success',
				schedule: { time: inBerlin(SOON) },
				time: expect.stringMatching(new RegExp(`^${SOON}\\+0[12]:00$`)) as string,
				time_zone: 'Europe/Berlin',
				recipients: 1,
				recipient: 'ada',
				status: 'scheduled',
				warnings: [],
			},
		]);
		expect(outputs[0][0].pairedItem).toEqual({ item: 0 });
	});

	it('schedules a Canvas, with context for everyone and for one recipient', async () => {
		const { json } = await run(braze(), {
			...createCanvas,
			recipients: {
				recipient: [
					{
						identifier: 'userAlias',
						aliasName: 'ada.lovelace',
						aliasLabel: 'login',
						additionalFields: {
							properties: {
								assignments: [{ id: '1', name: 'first_name', type: 'string', value: 'Ada' }],
							},
						},
					},
				],
			},
			properties: { assignments: [{ id: '1', name: 'plan', type: 'string', value: 'gold' }] },
		});
		expect(bodies(braze())).toEqual([
			{
				canvas_id: onboarding,
				context: { plan: 'gold' },
				recipients: [
					{
						user_alias: { alias_name: 'ada.lovelace', alias_label: 'login' },
						context: { first_name: 'Ada' },
					},
				],
				schedule: { time: inBerlin(SOON) },
			},
		]);
		expect(json[0]).toMatchObject({
			resource: 'canvas',
			canvas_id: onboarding,
			status: 'scheduled',
		});
	});

	it('sends the context under its older name when asked', async () => {
		await run(braze(), {
			...createCanvas,
			propertiesInput: 'json',
			propertiesJson: '{"plan":"gold"}',
			recipientsInput: 'json',
			recipientsJson: [{ external_user_id: 'ada', context: { a: 1 } }],
			options: { olderContextName: true },
		});
		expect(bodies(braze())[0]).toMatchObject({
			canvas_entry_properties: { plan: 'gold' },
			recipients: [{ external_user_id: 'ada', canvas_entry_properties: { a: 1 } }],
		});
		expect(bodies(braze())[0]).not.toHaveProperty('context');
	});

	it('does not choose a recipient by itself', async () => {
		const parameters = { ...createCampaign, recipients: undefined };
		const { error } = await run(braze(), parameters, { items: [{ external_user_id: 'ada' }] });
		expect(error?.message).toBe("'Recipients' is empty [item 0]");
		expect(error?.description).toContain("Drag the field with the recipient's ID");
		expect(braze().requests).toEqual([]);
	});

	it('takes the recipient from each incoming item', async () => {
		const { json, outputs } = await run(
			braze(),
			{ ...createCampaign, recipients: ofEachItem },
			{ items: [{ external_user_id: 'ada' }, { external_user_id: 'bob' }] },
		);
		expect(json).toHaveLength(2);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(braze().schedulesPerPerson()).toEqual({
			'external_user_id:ada': 1,
			'external_user_id:bob': 1,
		});
	});

	it('sends every kind of identifier as Braze documents it', async () => {
		await run(braze(), {
			...createCampaign,
			recipients: {
				recipient: [
					{ identifier: 'externalUserId', externalUserId: 'ada' },
					{ identifier: 'userAlias', aliasName: 'b', aliasLabel: 'login' },
					{
						identifier: 'email',
						email: 'c@example.com',
						prioritization: 'unidentified,most_recently_updated',
					},
					{ identifier: 'brazeId', brazeId: '5f6b2c1d' },
					{
						identifier: 'externalUserId',
						externalUserId: 'eve',
						additionalFields: {
							sendToExistingOnly: false,
							attributes: {
								assignments: [{ id: '1', name: 'email', type: 'string', value: 'e@example.com' }],
							},
						},
					},
				],
			},
		});
		expect(bodies(braze())[0].recipients).toEqual([
			{ external_user_id: 'ada' },
			{ user_alias: { alias_name: 'b', alias_label: 'login' } },
			{ email: 'c@example.com', prioritization: ['unidentified', 'most_recently_updated'] },
			{ braze_id: '5f6b2c1d' },
			{
				external_user_id: 'eve',
				attributes: { email: 'e@example.com' },
				send_to_existing_only: false,
			},
		]);
		expect(braze().writes[0].unknownFields).toEqual([]);
	});

	it("uses the types of the trigger properties' rows", async () => {
		await run(
			braze(),
			{
				...createCampaign,
				properties: {
					assignments: [
						{ id: '1', name: 'name', type: 'string', value: '={{ $json.name }}' },
						{ id: '2', name: 'points', type: 'number', value: '={{ $json.points }}' },
						{ id: '3', name: 'vip', type: 'boolean', value: true },
						{ id: '4', name: 'tags', type: 'array', value: '["a","b"]' },
						{ id: '5', name: 'cart', type: 'object', value: '={{ $json.cart }}' },
						{ id: '6', name: 'code', type: 'string', value: '={{ $json.code }}' },
					],
				},
			},
			{ items: [{ name: 'Ada', points: '12', cart: { total: 3 }, code: 123 }] },
		);
		expect(bodies(braze())[0].trigger_properties).toEqual({
			name: 'Ada',
			points: 12,
			vip: true,
			tags: ['a', 'b'],
			cart: { total: 3 },
			code: '123',
		});
	});

	it('splits more than 50 recipients of one item, one output per schedule', async () => {
		const people = Array.from({ length: 120 }, (_, index) => ({
			external_user_id: `user-${index}`,
		}));
		const { json, outputs } = await run(braze(), {
			...createCampaign,
			recipientsInput: 'json',
			recipientsJson: [
				...people,
				{ external_user_id: 'user-0', trigger_properties: { last: true } },
			],
		});
		expect(json.map(({ recipients }) => recipients)).toEqual([50, 50, 20]);
		expect(new Set(json.map((item) => item.schedule_id)).size).toBe(3);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(Array(3).fill({ item: 0 }));
		expect(Object.values(braze().schedulesPerPerson())).toEqual(Array(120).fill(1));
		expect(json[0].warnings).toEqual([
			'1 recipient was named more than once; the last entry for each recipient is used',
		]);
	});

	it.each([
		['local', { time: SOON, in_local_time: true }],
		['optimal', { time: `${SOON.slice(0, 10)}T00:00:00`, at_optimal_time: true }],
	])('sends the local time without an offset for %s time', async (scheduleMode, schedule) => {
		await run(braze(), { ...createCampaign, scheduleMode, time: `${SOON}+02:00` });
		expect(bodies(braze())[0].schedule).toEqual(schedule);
		expect(braze().schedules).toHaveLength(1);
	});

	it('reads a time in the chosen zone', async () => {
		await run(braze(), {
			...createCampaign,
			time: '2027-01-15T09:00:00',
			timezone: { __rl: true, mode: 'list', value: 'Asia/Tokyo' },
		});
		expect(bodies(braze())[0].schedule).toEqual({ time: '2027-01-15T00:00:00Z' });
	});

	it.each([
		[
			'a DateTime from an expression',
			'={{ $now.setZone("Asia/Tokyo").set({ year: 2027, month: 1, day: 15, hour: 9, minute: 0, second: 0 }) }}',
		],
		['a Date', '={{ new Date("2027-01-15T00:00:00Z") }}'],
		['milliseconds', '={{ 1799971200000 }}'],
		['seconds', '={{ 1799971200 }}'],
		['text with an offset', '2027-01-15T09:00:00+09:00'],
	])('reads %s as the moment it is', async (_, time) => {
		await run(braze(), { ...createCampaign, time });
		expect(bodies(braze())[0].schedule).toEqual({ time: '2027-01-15T00:00:00Z' });
	});

	it('warns if a picked time is skipped or repeated by the clocks, with the moment that is used', async () => {
		const skipped = await run(braze(), { ...createCampaign, time: '2027-03-28T02:30:00' });
		expect(skipped.json[0]).toMatchObject({
			schedule: { time: '2027-03-28T01:30:00Z' },
			warnings: expect.arrayContaining([
				'2027-03-28 02:30 does not exist in Europe/Berlin: the clocks go forward then. 2027-03-28 03:30 is used instead',
			]),
		});
		const repeated = await run(braze(), { ...createCampaign, time: '2026-10-25T02:30:00' });
		expect(repeated.json[0]).toMatchObject({
			schedule: { time: '2026-10-25T00:30:00Z' },
			warnings: expect.arrayContaining([
				'2026-10-25 02:30 happens twice in Europe/Berlin: the clocks go back then. The first one is used',
			]),
		});
	});

	it('sends a send ID that exists', async () => {
		const { json } = await run(braze(), {
			...createCampaign,
			options: { sendId: 'order-reminder-weekly' },
		});
		expect(bodies(braze())[0].send_id).toBe('order-reminder-weekly');
		expect(json[0].status).toBe('scheduled');
	});

	it('sends to an audience with broadcast, as Braze documents it', async () => {
		const filter = {
			filterBy: 'custom_attribute',
			attributeName: 'eye_color',
			attributeType: 'string',
			stringComparison: 'equals',
			stringValue: 'blue',
		};
		const { json } = await run(braze(), {
			...createCampaign,
			sendTo: 'audience',
			audienceMatch: 'AND',
			audience: {
				filter: [
					filter,
					{
						filterBy: 'custom_attribute',
						attributeName: 'favorite_foods',
						attributeType: 'array',
						arrayComparison: 'includes_value',
						arrayValue: 'pizza',
					},
					{
						filterBy: 'email_subscription_status',
						statusComparison: 'is_not',
						status: 'subscribed',
					},
					{
						filterBy: 'last_used_app',
						lastUsedComparison: 'after',
						lastUsedValue: '2019-07-22T15:17:55',
					},
				],
				group: [
					{
						match: 'OR',
						filters: {
							filter: [
								{
									filterBy: 'custom_attribute',
									attributeName: 'last_purchase_time',
									attributeType: 'time',
									timeComparison: 'less_than_x_days_ago',
									daysValue: 2,
								},
								{
									filterBy: 'push_subscription_status',
									statusComparison: 'is',
									status: 'opted_in',
								},
							],
						},
					},
				],
			},
		});
		expect(bodies(braze())[0]).toMatchObject({
			broadcast: true,
			audience: {
				AND: [
					{
						custom_attribute: {
							custom_attribute_name: 'eye_color',
							comparison: 'equals',
							value: 'blue',
						},
					},
					{
						custom_attribute: {
							custom_attribute_name: 'favorite_foods',
							comparison: 'includes_value',
							value: 'pizza',
						},
					},
					{ email_subscription_status: { comparison: 'is_not', value: 'subscribed' } },
					{ last_used_app: { comparison: 'after', value: '2019-07-22T13:17:55Z' } },
					{
						OR: [
							{
								custom_attribute: {
									custom_attribute_name: 'last_purchase_time',
									comparison: 'less_than_x_days_ago',
									value: 2,
								},
							},
							{ push_subscription_status: { comparison: 'is', value: 'opted_in' } },
						],
					},
				],
			},
		});
		expect(bodies(braze())[0]).not.toHaveProperty('recipients');
		expect(json[0]).toMatchObject({ recipients: null, status: 'scheduled' });
	});

	it('narrows recipients by an audience without broadcast', async () => {
		const audience = { push_subscription_status: { comparison: 'is', value: 'opted_in' } };
		await run(braze(), {
			...createCampaign,
			filterRecipients: true,
			audienceInput: 'json',
			audienceJson: audience,
		});
		expect(bodies(braze())[0]).toMatchObject({
			audience,
			recipients: [{ external_user_id: 'ada' }],
		});
		expect(bodies(braze())[0]).not.toHaveProperty('broadcast');
	});

	it('sends to everyone only when that is confirmed', async () => {
		const everyone = { ...createCampaign, sendTo: 'everyone', campaignId: byId(orderReminder) };
		const refused = await run(braze(), everyone);
		expect(refused.error?.message).toMatch(/'Yes, Send to Everyone' is off/);
		expect(braze().requests).toHaveLength(0);

		await run(braze(), { ...everyone, confirmEveryone: true });
		expect(bodies(braze())[0]).toMatchObject({ broadcast: true });
		expect(bodies(braze())[0]).not.toHaveProperty('recipients');
		expect(bodies(braze())[0]).not.toHaveProperty('audience');
	});

	it('messages only the recipients it names if a workflow does not set Send To', async () => {
		await run(braze(), { ...createCampaign, sendTo: undefined, confirmEveryone: true });
		expect(bodies(braze())).toEqual([
			expect.objectContaining({ recipients: [{ external_user_id: 'ada' }] }),
		]);
		expect(bodies(braze())[0]).not.toHaveProperty('broadcast');
	});

	it.each([
		['sendTo', { sendTo: '={{ "everyone" }}', confirmEveryone: true }],
		['confirmEveryone', { sendTo: 'everyone', confirmEveryone: '={{ true }}' }],
		['sendTo by a field', { sendTo: '={{ $json.to }}', confirmEveryone: true }],
		['confirmEveryone by a field', { sendTo: 'everyone', confirmEveryone: '={{ $json.yes }}' }],
	])('never lets an expression decide %s', async (_, choice) => {
		const items = [{ to: 'everyone', yes: true }];
		const { error } = await run(braze(), { ...createCampaign, ...choice }, { items });
		expect(error?.message).toMatch(/which is none of its choices|is off, so nothing was sent/);
		expect(braze().requests).toHaveLength(0);
	});
});
