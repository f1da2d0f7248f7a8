import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import {
	createCampaign,
	eventually,
	FIRST,
	TIME_IN_UTC,
	TIME_TYPED,
	useEditor,
	YEAR,
} from './stage';

const stage = useEditor();
const { walk } = stage;

const { orderReminder } = SEED.campaigns;
const { onboarding } = SEED.canvases;

/** Everything that Create takes, filled in. */
const full = {
	name: 'Step',
	parameters: {
		...createCampaign,
		timezone: byId('Asia/Kolkata'),
		filterRecipients: true,
		audience: {
			filter: [{ attributeName: 'plan', stringComparison: 'equals', stringValue: 'gold' }],
		},
		properties: { assignments: [{ id: '1', name: 'city', type: 'string', value: 'Leipzig' }] },
		options: { combine: 'perSchedule', sendId: SEED.sendIds.orderReminder },
	},
};

describe('the resource and the operation', () => {
	walk('keep the fields that the forms share, and send nothing that is hidden', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create campaign schedule');
		await editor.enterById('campaignId', orderReminder);
		await editor.type('time', TIME_TYPED);
		await editor.type(`${FIRST}.externalUserId`, 'ada');

		const shared = async () => ({
			time: await editor.shown('time'),
			person: await editor.shown(`${FIRST}.externalUserId`),
		});
		const typed = { time: TIME_TYPED, person: 'ada' };
		await editor.choose('resource', 'Canvas');
		await eventually(shared, typed);
		await editor.choose('scheduleMode', "At Each User's Local Time");
		await editor.choose('scheduleMode', 'At an Exact Time');
		await editor.choose('propertiesInput', 'Using JSON');
		await editor.choose('propertiesInput', 'Using Fields Below');
		await eventually(shared, typed);
		await editor.choose('resource', 'Campaign');
		await editor.enterById('campaignId', orderReminder);
		await editor.choose('operation', 'Update');
		await editor.choose('operation', 'Delete');
		await editor.choose('operation', 'Create');
		await eventually(() => editor.shown('campaignId'), orderReminder);
		// n8n forgets what no form on the way has: it is asked for again, not stage.sent as it was.
		await eventually(shared, { time: '', person: '' });

		await editor.choose('resource', 'Canvas');
		await editor.enterById('canvasId', onboarding);
		await editor.addValue('properties', 'city', 'String', 'Leipzig');
		// Filled in, and then hidden again.
		await editor.press('filterRecipients');
		await editor.type('audience.filter[0].attributeName', 'plan');
		await editor.type('audience.filter[0].stringValue', 'gold');
		await editor.press('filterRecipients');
		await editor.choose('sendTo', 'Everyone in the Audience');
		await editor.press('confirmEveryone');
		await editor.choose('sendTo', 'Recipients');
		await editor.type('time', TIME_TYPED);
		await editor.type(`${FIRST}.externalUserId`, 'ada');

		expect(await editor.runStep()).toBe('success');
		expect(stage.sent()).toEqual([
			{
				path: '/canvas/trigger/schedule/create',
				body: {
					canvas_id: onboarding,
					recipients: [{ external_user_id: 'ada' }],
					schedule: { time: TIME_IN_UTC },
					context: { city: 'Leipzig' },
				},
			},
		]);
	});

	walk('of a full Create, changed to Update and Delete, send nothing of it', async (editor) => {
		await editor.openWorkflow(await stage.workflow([full]));
		await editor.openNode('Step');
		expect(await editor.runStep()).toBe('success');
		const [{ schedule_id: scheduleId }] = stage.sandbox.schedules;

		await editor.choose('operation', 'Update');
		await eventually(() => editor.has('sendTo'), false);
		await editor.choose('findBy', 'Schedule ID');
		await editor.enterById('campaignId', orderReminder);
		await editor.type('scheduleId', scheduleId);
		await editor.choose('scheduleMode', "At Each User's Local Time");
		await editor.type('time', TIME_TYPED);
		expect(await editor.runStep()).toBe('success');

		await editor.choose('operation', 'Delete');
		await eventually(() => editor.has('scheduleMode'), false);
		await editor.enterById('campaignId', orderReminder);
		await editor.type('scheduleId', scheduleId);
		expect(await editor.runStep()).toBe('success');

		const ids = { campaign_id: orderReminder, schedule_id: scheduleId };
		expect(stage.sent().slice(1)).toEqual([
			{
				path: '/campaigns/trigger/schedule/update',
				body: { ...ids, schedule: { time: `${YEAR}-01-20T09:30:00`, in_local_time: true } },
			},
			{ path: '/campaigns/trigger/schedule/delete', body: ids },
		]);
	});

	walk('of a full Create, changed to a Canvas, send nothing that is hidden', async (editor) => {
		await editor.openWorkflow(await stage.workflow([full]));
		await editor.openNode('Step');
		await editor.choose('resource', 'Canvas');
		await editor.enterById('canvasId', onboarding);
		await editor.press('filterRecipients');
		await eventually(() => editor.has('audience'), false);
		expect(await editor.runStep()).toBe('success');
		const [{ path, body }] = stage.sent();
		expect(path).toBe('/canvas/trigger/schedule/create');
		expect(body).toEqual({
			canvas_id: onboarding,
			recipients: [{ external_user_id: 'ada' }],
			schedule: { time: `${YEAR}-01-20T04:00:00Z` },
			context: { city: 'Leipzig' },
		});
	});
});

describe('the kind of time', () => {
	walk("each user's local time has no zone, and says how far ahead it must be", async (editor) => {
		await editor.openWorkflow(await stage.workflow([full]));
		await editor.openNode('Step');
		await eventually(() => editor.has('timezone'), true);
		await editor.choose('scheduleMode', "At Each User's Local Time");
		await eventually(() => editor.has('timezone'), false);
		await eventually(() => editor.words(), expect.stringContaining('at least 24 hours ahead'));
		await eventually(() => editor.shown('time'), TIME_TYPED);
		expect(await editor.runStep()).toBe('success');
		expect(stage.sent()).toMatchObject([
			{ body: { schedule: { time: `${YEAR}-01-20T09:30:00`, in_local_time: true } } },
		]);
	});

	walk("each user's optimal time is a date alone", async (editor) => {
		await editor.openWorkflow(await stage.workflow([full]));
		await editor.openNode('Step');
		await editor.choose('scheduleMode', "At Each User's Optimal Time");
		await eventually(() => editor.has('timezone'), false);
		await eventually(() => editor.labelOf('time'), 'Date');
		await editor.type('time', `${YEAR}-01-21`);
		await eventually(() => editor.shown('time'), `${YEAR}-01-21`);
		expect(await editor.runStep()).toBe('success');
		expect(stage.sent()).toMatchObject([
			{ body: { schedule: { time: `${YEAR}-01-21T00:00:00`, at_optimal_time: true } } },
		]);
		expect(Object.keys((stage.sent()[0].body as { schedule: object }).schedule)).toEqual([
			'time',
			'at_optimal_time',
		]);
	});

	walk('an exact time is read in the time zone that is chosen from the list', async (editor) => {
		const parameters = { ...full.parameters, timezone: undefined };
		await editor.openWorkflow(await stage.workflow([{ ...full, parameters }]));
		await editor.openNode('Step');
		await eventually(() => editor.shown('timezone'), 'Workflow time zone');
		expect(await editor.searchList('timezone', 'new york')).toEqual([
			'Workflow time zone',
			'America/New York',
		]);
		await editor.pickFound('America/New York');
		expect(await editor.runStep()).toBe('success');
		expect(stage.sent()).toMatchObject([
			{ body: { schedule: { time: `${YEAR}-01-20T14:30:00Z` } } },
		]);
	});
});
