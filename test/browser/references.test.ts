import { SEED } from '../../sandbox/seed';
import { driveTables } from '../host/tables';
import { LINE } from '../n8n';
import { eventually, FIRST, TIME, TIME_IN_UTC, TIME_TYPED, useEditor, YEAR } from './stage';

const stage = useEditor();
const { walk } = stage;

const { orderReminder } = SEED.campaigns;

const NEW_TIME = `${YEAR}-01-21 18:00:00`;
const NEW_TIME_IN_UTC = `${YEAR}-01-21T17:00:00Z`;
const BOOKING = 'B-2041';

/** n8n 1 needs a table that was made by hand, and its ID in every node. */
(LINE === '1.x' ? describe.skip : describe)('a booking', () => {
	walk('is created, moved and canceled by hand, and seen in its table', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		await editor.enterById('campaignId', orderReminder);
		await editor.type('time', TIME_TYPED);
		await editor.type('reference', BOOKING);
		await editor.type(`${FIRST}.externalUserId`, 'ada');
		expect(await editor.runStep()).toBe('success');
		const [{ schedule_id: scheduleId }] = stage.sandbox.schedules;
		expect(await editor.outputJson()).toMatchObject([
			{ status: 'scheduled', reference: BOOKING, schedule_id: scheduleId },
		]);
		expect(await editor.runStep()).toBe('success');
		expect(await editor.outputJson()).toMatchObject([
			{ status: 'skipped', reference: BOOKING, schedule_id: scheduleId },
		]);

		const tables = driveTables(stage.n8n);
		const table = await tables.find();
		const [shown] = await editor.openDataTable(String(table?.id));
		for (const text of [BOOKING, 'scheduled', TIME]) expect(shown).toContain(text);

		await editor.newWorkflow();
		await editor.addNode('Update campaign schedule');
		await eventually(() => editor.shown('findBy'), 'Reference');
		await eventually(() => editor.has('scheduleId'), false);
		await editor.enterById('campaignId', orderReminder);
		await editor.type('reference', BOOKING);
		await editor.choose('scheduleMode', 'At an Exact Time');
		await editor.type('time', NEW_TIME);
		expect(await editor.runStep()).toBe('success');
		expect(await editor.outputJson()).toMatchObject([
			{
				status: 'updated',
				reference: BOOKING,
				schedule_id: scheduleId,
				schedule: { time: NEW_TIME_IN_UTC },
			},
		]);

		await editor.newWorkflow();
		await editor.addNode('Delete campaign schedule');
		await editor.enterById('campaignId', orderReminder);
		await editor.type('reference', BOOKING);
		expect(await editor.runStep()).toBe('success');
		expect(await editor.outputJson()).toMatchObject([
			{ status: 'deleted', reference: BOOKING, schedule_id: scheduleId },
		]);
		expect(await editor.runStep()).toBe('success');
		expect(await editor.outputJson()).toMatchObject([{ status: 'not_found' }]);

		const ids = { campaign_id: orderReminder, schedule_id: scheduleId };
		expect(stage.sent()).toEqual([
			{
				path: '/campaigns/trigger/schedule/create',
				body: {
					campaign_id: orderReminder,
					recipients: [{ external_user_id: 'ada' }],
					schedule: { time: TIME_IN_UTC },
				},
			},
			{
				path: '/campaigns/trigger/schedule/update',
				body: { ...ids, schedule: { time: NEW_TIME_IN_UTC } },
			},
			{ path: '/campaigns/trigger/schedule/delete', body: ids },
		]);

		const [row, ...others] = await editor.openDataTable(String(table?.id));
		expect(others).toEqual([]);
		for (const text of [BOOKING, 'deleted']) expect(row).toContain(text);
	});
});
