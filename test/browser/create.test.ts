import { SEED } from '../../sandbox/seed';
import { CAMPAIGNS, useEditor } from './stage';

const stage = useEditor();
const { walk } = stage;

const { orderReminder } = SEED.campaigns;

/** Winter, so an hour ahead of UTC in Berlin, and far enough away for any of Braze's rules. */
const YEAR = new Date().getUTCFullYear() + 1;
const TIME = `${YEAR}-01-20 09:30:00`;
const TIME_IN_UTC = `${YEAR}-01-20T08:30:00Z`;

describe('the node panel', () => {
	walk('finds the node by "braze", and its actions by name', async (editor) => {
		await editor.newWorkflow();
		await editor.openNodePanel('braze');
		await editor.pickFromPanel('Braze Schedule');
		await editor.pickFromPanel('Create campaign schedule');
		expect(await editor.shown('resource')).toBe('Campaign');
		expect(await editor.shown('operation')).toBe('Create');
	});
});

describe('picking a campaign', () => {
	walk(`by part of its name, from ${CAMPAIGNS}`, async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		const found = await editor.searchList('campaignId', 'campaign 2497');
		expect(found).toEqual(['Price drop campaign 2497']);
		await editor.pickFound('Price drop campaign 2497');
		expect(await editor.shown('campaignId')).toBe('Price drop campaign 2497');
	});
});

describe('a schedule filled in by hand', () => {
	walk('for the least that is needed', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		await editor.enterById('campaignId', orderReminder);
		await editor.type('time', TIME);
		await editor.type('recipients.recipient[0].externalUserId', 'ada');
		expect(await editor.runStep()).toBe('success');

		expect(stage.sandbox.writes.map(({ path, body }) => ({ path, body }))).toEqual([
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
});
