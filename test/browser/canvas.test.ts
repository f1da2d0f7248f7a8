import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { eventually, FIRST, TIME_IN_UTC, TIME_TYPED, useEditor, YEAR } from './stage';

const stage = useEditor();
const { walk } = stage;

const { onboarding } = SEED.canvases;

describe('picking a Canvas', () => {
	walk('marks what cannot be sent, and leaves out archived ones', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create Canvas schedule');
		await eventually(() => editor.shown('resource'), 'Canvas');
		expect(await editor.searchList('canvasId', 'journey')).toEqual([
			'Summer journey (stopped)',
			'Onboarding journey',
		]);
		expect(await editor.searchList('canvasId', 'reactiv')).toEqual(['Reactivation (draft)']);

		await editor.choose('resource', 'Campaign');
		expect(await editor.searchList('campaignId', 'spring')).toEqual(['Spring preview (draft)']);
		expect(await editor.searchList('campaignId', 'win-back')).toEqual([
			'Win-back text message (stopped)',
		]);
		expect(await editor.searchList('campaignId', 'black friday')).toEqual([]);
	});
});

describe('a Canvas', () => {
	walk('is scheduled with context, and attributes for one recipient', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Create Canvas schedule');
		await editor.searchList('canvasId', 'onboard');
		await editor.pickFound('Onboarding journey');
		await editor.type('time', TIME_TYPED);
		await editor.type(`${FIRST}.externalUserId`, 'ada');
		await editor.addOptional('Add Field for This Recipient', 'Attributes');
		await editor.addValue('attributes', 'seats', 'Number', '3');
		await editor.addValue('properties', 'city', 'String', 'Leipzig');
		expect(await editor.runStep()).toBe('success');

		expect(stage.sent()).toEqual([
			{
				path: '/canvas/trigger/schedule/create',
				body: {
					canvas_id: onboarding,
					recipients: [{ external_user_id: 'ada', attributes: { seats: 3 } }],
					schedule: { time: TIME_IN_UTC },
					context: { city: 'Leipzig' },
				},
			},
		]);
		expect(await editor.outputJson()).toMatchObject([
			{ resource: 'canvas', canvas_id: onboarding, status: 'scheduled' },
		]);
	});

	walk('has its context under the older name, if a Canvas still uses it', async (editor) => {
		await editor.openWorkflow(
			await stage.workflow([
				{
					name: 'Create',
					parameters: {
						resource: 'canvas',
						operation: 'create',
						canvasId: byId(onboarding),
						time: `${YEAR}-01-20T09:30:00`,
						recipients: { recipient: [{ externalUserId: 'ada' }] },
						properties: { assignments: [{ name: 'city', type: 'string', value: 'Leipzig' }] },
					},
				},
				{
					name: 'Delete',
					parameters: { resource: 'canvas', operation: 'delete', findBy: 'scheduleId' },
				},
			]),
		);
		await editor.openNode('Create');
		await editor.addOptional('Add Option', 'Use the Older Name for Context');
		expect(await editor.runStep()).toBe('success');
		const [{ body }] = stage.sandbox.writes;
		expect(body).toMatchObject({ canvas_entry_properties: { city: 'Leipzig' } });
		expect(body).not.toHaveProperty('context');
		await editor.closeNode();

		await editor.openNode('Delete');
		await eventually(() => editor.shown('canvasId'), '');
		expect(await editor.runStep()).toBe('success');
		expect(stage.sandbox.schedules).toMatchObject([{ kind: 'canvas', state: 'canceled' }]);
	});
});
