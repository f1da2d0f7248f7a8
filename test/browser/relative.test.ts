import { createCampaign, eventually, useEditor, YEAR } from './stage';

const stage = useEditor();
const { walk } = stage;

/** The second Monday in June, and the days before it. */
const monday = 8 + ((8 - new Date(Date.UTC(YEAR, 5, 8)).getUTCDay()) % 7);
const iso = (back = 0) => new Date(Date.UTC(YEAR, 5, monday - back)).toISOString().slice(0, 10);
const inWords = (back = 0) => `${monday - back} Jun ${YEAR}`;

const BOOKING = { starts_at: `${iso()}T09:00:00-07:00`, booking_id: 'B-204' };

describe('Before or After a Date', () => {
	walk('filled in by hand, with a field dragged into it', async (editor) => {
		const parameters = { ...createCampaign, time: undefined };
		const id = await stage.workflow([{ name: 'Reminder', parameters }], [BOOKING]);
		await editor.openWorkflow(id);
		await editor.openNode('Reminder');
		await editor.choose('scheduleMode', 'Before or After a Date');
		await eventually(() => editor.shown('countFrom'), 'A Date');
		await editor.dragInto('starts_at', 'date');
		await eventually(() => editor.shown('date'), '{{ $json.starts_at }}');
		await editor.type('amount', '2');

		// Minutes and hours lead to a time of day by themselves.
		await editor.choose('unit', 'Hours');
		await eventually(() => editor.has('at'), false);
		await editor.choose('unit', 'Days');
		await eventually(() => editor.has('at'), true);
		await editor.choose('direction', 'On That Day');
		await eventually(() => editor.has('amount'), false);
		await eventually(() => editor.has('at'), true);
		await editor.choose('direction', 'Before');
		await eventually(() => editor.shown('amount'), '1');
		await editor.type('at', '18:00');
		expect(await editor.searchList('zone', 'los angeles')).toContain('America/Los Angeles');
		await editor.pickFound('America/Los Angeles');

		await editor.addOptional('Add Option', 'Avoid');
		await editor.press('options.avoid.rule.weekends');
		await editor.type('options.avoid.rule.from', '21:00');
		await editor.type('options.avoid.rule.until', '08:00');

		expect(await editor.runStep()).toBe('success');
		// The day before is a Sunday.
		const time = `${iso(2)}T01:00:00Z`;
		expect(stage.sent()).toMatchObject([{ body: { schedule: { time } } }]);
		expect(await editor.outputJson()).toMatchObject([
			{
				status: 'scheduled',
				explained: `1 day before Mon ${inWords()}, at 18:00 America/Los_Angeles, moved from Sun ${inWords(1)} because of the weekend`,
				schedule: { time },
			},
		]);
	});
});
