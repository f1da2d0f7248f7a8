import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { START, eventually, useEditor } from './stage';

const stage = useEditor();
const { walk } = stage;

const { orderReminder } = SEED.campaigns;

const YEAR = new Date().getUTCFullYear();

const create = {
	resource: 'campaign',
	operation: 'create',
	campaignId: byId(orderReminder),
	time: `${YEAR + 1}-01-20T09:30:00`,
	recipients: { recipient: [{ externalUserId: '={{ $json.external_user_id }}' }] },
};
const people = [
	{ external_user_id: 'ada' },
	{ external_user_id: 'grace' },
	{ external_user_id: 'linus' },
];

/** After each click on Execute that scheduled something without a reference. */
const PIN = /Pin this output before you go on/;

describe('the hint in the output panel', () => {
	const cases: Array<[name: string, parameters: object, words: RegExp[], writes: number]> = [
		['Combined', { options: { combine: 'perItem' } }, [/3 items scheduled in 1 schedule/, PIN], 1],
		[
			'Skipped',
			{ reference: 'B-1' },
			[/2 items skipped, because of what is remembered under the reference/],
			1,
		],
		[
			'Past',
			{ time: `${YEAR - 1}-01-20T09:30:00` },
			[/3 items with warnings, the first: .* is in the past/, PIN],
			3,
		],
		[
			'Preview',
			{ options: { previewOnly: true } },
			[/preview of 3 requests\. Would schedule .* for 3 recipients .*\. Nothing was sent to Braze/],
			0,
		],
	];

	walk('reports what was combined, skipped, warned about or only previewed', async (editor) => {
		const steps = cases.map(([name, parameters]) => ({
			name,
			parameters: { ...create, ...parameters },
			after: START,
		}));
		await editor.openWorkflow(await stage.workflow(steps, people));
		for (const [name, , words, writes] of cases) {
			const before = stage.sandbox.writes.length;
			await editor.openNode(name);
			expect(await editor.runStep()).toBe('success');
			await eventually(
				() => editor.hints(),
				words.map((word) => expect.stringMatching(word) as string),
			);
			expect(stage.sandbox.writes.length - before).toBe(writes);
			await editor.closeNode();
		}
	});
});

describe('the output', () => {
	walk('is available to the next node before it exists, and shown once it does', async (editor) => {
		const [first] = people;
		await editor.openWorkflow(
			await stage.workflow(
				[
					{ name: 'Create', parameters: create },
					{
						name: 'Update',
						parameters: { resource: 'campaign', operation: 'update', findBy: 'scheduleId' },
					},
				],
				[first],
			),
		);
		await editor.openNode('Update');
		const offered = await editor.inputFields();
		for (const field of ['campaign_id', 'schedule_id', 'schedule', 'time', 'status', 'warnings']) {
			expect(offered).toContain(field);
		}
		await editor.closeNode();

		await editor.openNode('Create');
		expect(await editor.runStep()).toBe('success');
		const [schedule] = stage.sandbox.schedules;
		const { head, rows } = await editor.outputTable();
		expect(rows).toHaveLength(1);
		expect(rows[0][head.indexOf('schedule_id')]).toBe(schedule.schedule_id);
		expect(rows[0][head.indexOf('status')]).toBe('scheduled');
		expect(Object.keys((await editor.outputJson())[0])).toEqual(head);
		// The offered fields are those of the output.
		expect(offered).toEqual(expect.arrayContaining(head));
	});
});

describe('Preview Only', () => {
	walk('shows the request and sends nothing', async (editor) => {
		await editor.openWorkflow(
			await stage.workflow([{ name: 'Create', parameters: create }], people.slice(0, 1)),
		);
		await editor.openNode('Create');
		await editor.addOptional('Add Option', 'Preview Only');
		expect(await editor.runStep()).toBe('success');

		expect(stage.sandbox.requests).toEqual([]);
		expect(await editor.outputJson()).toMatchObject([
			{
				request: {
					method: 'POST',
					path: '/campaigns/trigger/schedule/create',
					body: {
						campaign_id: orderReminder,
						recipients: [{ external_user_id: 'ada' }],
						schedule: { time: `${YEAR + 1}-01-20T08:30:00Z` },
					},
				},
				time_zone: 'Europe/Berlin',
				status: 'preview',
			},
		]);
	});
});
