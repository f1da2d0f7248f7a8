import { SEED } from '../../sandbox/seed';
import { CAMPAIGNS, eventually, FIRST, TIME_IN_UTC, TIME_TYPED, useEditor } from './stage';

const stage = useEditor();
const { walk } = stage;

const { orderReminder } = SEED.campaigns;

describe('the nodes panel', () => {
	walk('finds the node by "braze", and its actions by name', async (editor) => {
		await editor.newWorkflow();
		await editor.openNodePanel('braze');
		await editor.pickFromPanel('Braze Schedule');
		await editor.pickFromPanel('Create campaign schedule');
		await eventually(() => editor.shown('resource'), 'Campaign');
		await eventually(() => editor.shown('operation'), 'Create');
	});
});

describe('picking a campaign', () => {
	walk(`by part of its name, from ${CAMPAIGNS}`, async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		const found = await editor.searchList('campaignId', 'campaign 2497');
		expect(found).toEqual(['Price drop campaign 2497']);
		await editor.pickFound('Price drop campaign 2497');
		await eventually(() => editor.shown('campaignId'), 'Price drop campaign 2497');
	});
});

describe('a schedule filled in by hand', () => {
	walk('with the required fields only', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		await editor.enterById('campaignId', orderReminder);
		await editor.type('time', TIME_TYPED);
		await editor.type(`${FIRST}.externalUserId`, 'ada');
		expect(await editor.runStep()).toBe('success');

		expect(stage.sent()).toEqual([
			{
				path: '/campaigns/trigger/schedule/create',
				body: {
					campaign_id: orderReminder,
					recipients: [{ external_user_id: 'ada' }],
					schedule: { time: TIME_IN_UTC },
				},
			},
		]);
		const [schedule] = stage.sandbox.schedules;
		expect(await editor.outputJson()).toMatchObject([
			{ schedule_id: schedule.schedule_id, schedule: { time: TIME_IN_UTC } },
		]);
	});

	walk('with an alias, a typed property and a nested audience', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		await editor.enterById('campaignId', orderReminder);
		await editor.type('time', TIME_TYPED);
		await editor.choose(`${FIRST}.identifier`, 'User Alias');
		await editor.type(`${FIRST}.aliasName`, 'ada.lovelace');
		await editor.type(`${FIRST}.aliasLabel`, 'shop_login');
		await editor.addRow('recipients');
		await editor.type('recipients.recipient[1].externalUserId', 'grace');

		await editor.addValue('properties', 'seats', 'Number', '3');
		await editor.addValue('properties', 'city', 'String', 'Leipzig');

		await editor.press('filterRecipients');
		await editor.type('audience.filter[0].attributeName', 'plan');
		await editor.type('audience.filter[0].stringValue', 'gold');
		await editor.addRow('audience', 'Group');
		await eventually(() => editor.shown('audience.group[0].match'), 'Any');
		await editor.addRow('filters');
		const visit = 'audience.group[0].filters.filter[0]';
		await editor.type(`${visit}.attributeName`, 'last_visit');
		await editor.choose(`${visit}.attributeType`, 'Time');
		await editor.choose(`${visit}.timeComparison`, 'Less Than X Days Ago');
		await editor.type(`${visit}.daysValue`, '30');
		await editor.addRow('filters');
		const email = 'audience.group[0].filters.filter[1]';
		await editor.choose(`${email}.filterBy`, 'Email Subscription Status');
		await editor.choose(`${email}.status`, 'Subscribed');

		expect(await editor.runStep()).toBe('success');
		expect(stage.sent()).toEqual([
			{
				path: '/campaigns/trigger/schedule/create',
				body: {
					campaign_id: orderReminder,
					recipients: [
						{ user_alias: { alias_name: 'ada.lovelace', alias_label: 'shop_login' } },
						{ external_user_id: 'grace' },
					],
					audience: {
						AND: [
							{
								custom_attribute: {
									custom_attribute_name: 'plan',
									comparison: 'equals',
									value: 'gold',
								},
							},
							{
								OR: [
									{
										custom_attribute: {
											custom_attribute_name: 'last_visit',
											comparison: 'less_than_x_days_ago',
											value: 30,
										},
									},
									{ email_subscription_status: { comparison: 'is', value: 'subscribed' } },
								],
							},
						],
					},
					schedule: { time: TIME_IN_UTC },
					trigger_properties: { seats: 3, city: 'Leipzig' },
				},
			},
		]);
		expect(await editor.outputJson()).toMatchObject([{ recipients: 2, status: 'scheduled' }]);
	});

	walk('at a day and time picked from the calendar', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		await editor.enterById('campaignId', orderReminder);
		await editor.type(`${FIRST}.externalUserId`, 'ada');
		const picked = await editor.pickTime('time', { day: '15', time: '09:30:00' });
		expect(await editor.runStep()).toBe('success');

		const [{ schedule }] = stage.sandbox.schedules;
		const inBerlin = new Intl.DateTimeFormat('sv-SE', {
			timeZone: 'Europe/Berlin',
			dateStyle: 'short',
			timeStyle: 'medium',
		}).format(new Date(schedule.time as string));
		expect(inBerlin).toBe(picked);
		expect(picked).toMatch(/-15 09:30:00$/);
	});
});

describe('everyone in the audience', () => {
	walk('needs its own confirmation by a person', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		await editor.enterById('campaignId', orderReminder);
		await editor.type('time', TIME_TYPED);
		expect(await editor.takesExpression('scheduleMode')).toBe(true);
		expect(await editor.takesExpression('sendTo')).toBe(false);
		await editor.choose('sendTo', 'Everyone in the Audience');
		expect(await editor.takesExpression('confirmEveryone')).toBe(false);
		await eventually(
			() => editor.words(),
			expect.stringContaining('every user in the target audience'),
		);

		expect(await editor.runStep()).toBe('error');
		expect(await editor.errorShown()).toMatch(/everyone/i);
		expect(stage.sandbox.writes).toEqual([]);

		await editor.press('confirmEveryone');
		expect(await editor.runStep()).toBe('success');
		expect(stage.sent()).toMatchObject([{ body: { campaign_id: orderReminder, broadcast: true } }]);
	});
});
