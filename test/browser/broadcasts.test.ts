import { START, eventually, useEditor } from './stage';

const stage = useEditor();
const { walk } = stage;

describe('Upcoming Broadcast', () => {
	walk('describes what is listed, lists it, and filters it', async (editor) => {
		await editor.newWorkflow();
		await editor.addNode('Get many upcoming broadcasts');
		await eventually(() => editor.shown('resource'), 'Upcoming Broadcast');
		await eventually(() => editor.shown('operation'), 'Get Many');
		await eventually(
			() => editor.words(),
			expect.stringContaining("Don't expect schedules made through the API here"),
		);
		expect(await editor.runStep()).toBe('success');
		const { head, rows } = await editor.outputTable();
		expect(head).toContain('next_send_time');
		const names = rows.map((cells) => cells[head.indexOf('name')]).sort();
		expect(names).toEqual(['Monday flash sale', 'Product launch', 'Weekly newsletter']);

		await editor.addOptional('Add Filter', 'Kind');
		await editor.choose('filters.kind', 'Canvases');
		expect(await editor.runStep()).toBe('success');
		expect(await editor.outputJson()).toMatchObject([{ name: 'Product launch', type: 'Canvas' }]);

		await editor.choose('filters.kind', 'Campaigns');
		await editor.addOptional('Add Filter', 'Name Contains');
		await editor.type('filters.name', 'NEWS');
		await editor.press('returnAll');
		await eventually(() => editor.has('limit'), false);
		expect(await editor.runStep()).toBe('success');
		expect(await editor.outputJson()).toMatchObject([{ name: 'Weekly newsletter' }]);
		expect(stage.sandbox.requests.map(({ path }) => path)).toEqual(
			Array(3).fill('/messages/scheduled_broadcasts'),
		);
	});

	walk('reports an invalid last day and limit', async (editor) => {
		const broadcasts = { resource: 'upcomingBroadcast', operation: 'getAll' };
		const steps = [
			{ name: 'Words', parameters: { ...broadcasts, until: '={{ "soon" }}' }, after: START },
			{ name: 'None', parameters: { ...broadcasts, limit: 0 }, after: START },
		];
		await editor.openWorkflow(await stage.workflow(steps));
		await editor.openNode('Words');
		expect(await editor.runStep()).toBe('error');
		expect(await editor.errorShown()).toMatch(/^'Until' "soon" is not a date.*\[item 0\]/);
		await editor.closeNode();
		await editor.openNode('None');
		expect(await editor.runStep()).toBe('error');
		expect(await editor.errorShown()).toMatch(
			/^'Limit' is 0, but it has to be 1 or more \[item 0\]/,
		);
		expect(stage.sandbox.requests).toEqual([]);
	});
});
