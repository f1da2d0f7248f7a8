import { SEED } from '../../sandbox/seed';
import { createCampaign, eventually, FIRST, START, useEditor, YEAR } from './stage';

const stage = useEditor();
const { walk } = stage;

const { orderReminder } = SEED.campaigns;

const NEW_TIME = `${YEAR}-01-21 18:00:00`;
const NEW_TIME_IN_UTC = `${YEAR}-01-21T17:00:00Z`;

const create = { name: 'Create', parameters: createCampaign };
const step = (name: string, operation: string) => ({
	name,
	parameters: { resource: 'campaign', operation, findBy: 'scheduleId' },
});
const update = step('Update', 'update');
const remove = step('Delete', 'delete');

describe('Update', () => {
	walk('takes the IDs from Create, warns, and asks for the kind of time again', async (editor) => {
		await editor.openWorkflow(await stage.workflow([create, update]));
		await editor.openNode('Create');
		expect(await editor.runStep()).toBe('success');
		await editor.closeNode();

		await editor.openNode('Update');
		await eventually(
			() => editor.words(),
			expect.stringContaining('Braze replaces the time and the kind of time'),
		);
		await eventually(() => editor.shown('scheduleMode'), 'Choose…');
		await eventually(() => editor.has('time'), false);
		await eventually(() => editor.shown('campaignId'), '');
		await eventually(() => editor.shown('scheduleId'), '');

		await editor.choose('scheduleMode', 'At an Exact Time');
		await editor.type('time', NEW_TIME);
		expect(await editor.runStep()).toBe('success');
		const [schedule] = stage.sandbox.schedules;
		expect(stage.sandbox.writes[1]).toMatchObject({
			path: '/campaigns/trigger/schedule/update',
			body: {
				campaign_id: orderReminder,
				schedule_id: schedule.schedule_id,
				schedule: { time: NEW_TIME_IN_UTC },
			},
		});
		expect(await editor.outputJson()).toMatchObject([{ schedule: { time: NEW_TIME_IN_UTC } }]);
	});
});

describe('a field that is dragged onto another one', () => {
	const row = { id_in_braze: 'a-schedule', campaign: orderReminder, user_id: 'ada' };

	walk('is all that the field holds then', async (editor) => {
		await editor.openWorkflow(
			await stage.workflow(
				[{ ...create, parameters: { resource: 'campaign', operation: 'create' } }, update].map(
					(one) => ({ ...one, after: START }),
				),
				[row],
			),
		);
		await editor.openNode('Create');
		await editor.dragInto('user_id', `${FIRST}.externalUserId`);
		await eventually(() => editor.shown(`${FIRST}.externalUserId`), '{{ $json.user_id }}');
		await editor.closeNode();

		await editor.openNode('Update');
		await editor.dragInto('id_in_braze', 'scheduleId');
		await eventually(() => editor.shown('scheduleId'), '{{ $json.id_in_braze }}');
		await editor.dragInto('campaign', 'campaignId');
		await eventually(() => editor.shown('campaignId'), '{{ $json.campaign }}');
	});
});

describe('missing values', () => {
	walk('are reported before anything is sent', async (editor) => {
		await editor.openWorkflow(await stage.workflow([update]));
		await editor.openNode('Update');
		await editor.pressRun();
		expect(await editor.notification(/required/)).toContain('"When" is required');
		expect(stage.sandbox.requests).toEqual([]);
	});
});

describe('Delete', () => {
	walk('takes the IDs from Create', async (editor) => {
		await editor.openWorkflow(await stage.workflow([create, remove]));
		await editor.openNode('Delete');
		expect(await editor.runStep()).toBe('success');
		const [schedule] = stage.sandbox.schedules;
		expect(schedule.state).toBe('canceled');
		expect(await editor.outputJson()).toMatchObject([{ schedule_id: schedule.schedule_id }]);
	});

	walk('reports that the schedule ID is missing', async (editor) => {
		await editor.openWorkflow(await stage.workflow([remove]));
		await editor.openNode('Delete');
		expect(await editor.runStep()).toBe('error');
		expect(await editor.errorShown()).toMatch(/Schedule ID|Campaign/);

		await editor.enterById('campaignId', orderReminder);
		expect(await editor.runStep()).toBe('error');
		expect(await editor.errorShown()).toContain("'Schedule ID' is empty");
		expect(stage.sandbox.writes).toEqual([]);
	});
});
