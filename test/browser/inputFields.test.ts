import { SEED } from '../../sandbox/seed';
import { eventually, TIME_TYPED, useEditor } from './stage';

const stage = useEditor();
const { walk } = stage;

const { orderReminder } = SEED.campaigns;

const CONTACTS = [
	{ user_id: 'ada', first_name: 'Ada', plan: 'gold' },
	{ user_id: 'bob', first_name: 'Bob', plan: 'basic' },
];

describe('recipients from input fields, filled in by hand', () => {
	walk('with fields that are dragged in', async (editor) => {
		await editor.openWorkflow(
			await stage.workflow(
				[{ name: 'Schedule', parameters: { resource: 'campaign', operation: 'create' } }],
				CONTACTS,
			),
		);
		await editor.openNode('Schedule');
		await editor.enterById('campaignId', orderReminder);
		await editor.type('time', TIME_TYPED);
		await editor.choose('recipientsInput', 'From Input Fields');
		expect(await editor.has('recipients')).toBe(false);

		await editor.dragInto('user_id', 'idField');
		await eventually(() => editor.shown('idField'), 'user_id');
		await editor.choose('propertiesFrom', 'Selected Fields');
		const row = 'propertiesFields.field[0]';
		await editor.dragInto('first_name', `${row}.field`);
		await eventually(() => editor.shown(`${row}.field`), 'first_name');
		await editor.type(`${row}.name`, 'name');
		await editor.choose('attributesFrom', 'All Other Fields');

		expect(await editor.runStep()).toBe('success');
		expect(stage.sent().map(({ body }) => body)).toEqual(
			CONTACTS.map(({ user_id, first_name, plan }) =>
				expect.objectContaining({
					recipients: [
						{
							external_user_id: user_id,
							trigger_properties: { name: first_name },
							attributes: { first_name, plan },
						},
					],
				}),
			),
		);
	});

	walk('of a webhook, where a path is dragged in', async (editor) => {
		const items = [{ headers: { host: 'n8n' }, body: { user_id: 'ada', first_name: 'Ada' } }];
		await editor.openWorkflow(
			await stage.workflow(
				[{ name: 'Schedule', parameters: { resource: 'canvas', operation: 'upsert' } }],
				items,
			),
		);
		await editor.openNode('Schedule');
		await editor.choose('recipientsInput', 'From Input Fields');
		await editor.dragInto('user_id', 'idField');
		await eventually(() => editor.shown('idField'), 'body.user_id');
		expect(await editor.labelOf('propertiesFrom')).toBe('Context From');
	});
});
