import {
	bodies,
	byId,
	createCampaign,
	createCanvas,
	orderReminder,
	onboarding,
	run,
	SOON,
	useBraze,
} from './braze';

const braze = useBraze();

const LATER = '2027-01-20T18:30:00';

describe.each([
	['campaign', createCampaign, 'campaignId', 'campaign_id', orderReminder, '/campaigns'],
	['canvas', createCanvas, 'canvasId', 'canvas_id', onboarding, '/canvas'],
])('Update and Delete of a %s', (resource, create, parameter, field, id, root) => {
	const made = async () => (await run(braze(), create)).json[0];

	it("moves a schedule, filled in from the Create node's output", async () => {
		const item = await made();
		const { json, outputs } = await run(
			braze(),
			{ resource, operation: 'update', findBy: 'scheduleId', scheduleMode: 'exact', time: LATER },
			{ items: [item] },
		);
		expect(braze().writes[1].path).toBe(`${root}/trigger/schedule/update`);
		expect(bodies(braze())[1]).toEqual({
			[field]: id,
			schedule_id: item.schedule_id,
			schedule: { time: '2027-01-20T17:30:00Z' },
		});
		expect(json).toEqual([
			{
				resource,
				[field]: id,
				schedule_id: item.schedule_id,
				message: 'success',
				schedule: { time: '2027-01-20T17:30:00Z' },
				time: '2027-01-20T18:30:00+01:00',
				time_zone: 'Europe/Berlin',
				status: 'scheduled',
				warnings: [],
			},
		]);
		expect(outputs[0][0].pairedItem).toEqual({ item: 0 });
		expect(braze().schedules[0].schedule).toEqual({ time: '2027-01-20T17:30:00Z' });
	});

	it(`takes the ${field} of the incoming item where none is chosen, but not where an expression found nothing`, async () => {
		const item = await made();
		const blank = { resource, operation: 'delete', findBy: 'scheduleId' };
		const chosen = { ...blank, [parameter]: { __rl: true, mode: 'list', value: '' } };
		const { json } = await run(braze(), chosen, { items: [item] });
		expect(json).toMatchObject([{ status: 'deleted', [field]: id }]);
		const lost = { ...blank, [parameter]: { __rl: true, mode: 'id', value: '={{ $json.none }}' } };
		const { error } = await run(braze(), lost, { items: [item] });
		expect(error?.message).toMatch(/^'(Campaign|Canvas)' is empty/);
	});

	it('takes the schedule_id of the incoming item where none is entered, but not where an expression found nothing', async () => {
		const item = await made();
		const other = await made();
		const byItem = { resource, operation: 'delete', findBy: 'scheduleId' };
		const chosen = { ...byItem, scheduleId: other.schedule_id };
		expect((await run(braze(), chosen, { items: [item] })).json).toMatchObject([
			{ schedule_id: other.schedule_id },
		]);
		expect(
			(await run(braze(), { ...byItem, scheduleId: '' }, { items: [item] })).json,
		).toMatchObject([{ status: 'deleted', schedule_id: item.schedule_id }]);
		const lost = { ...byItem, scheduleId: '={{ $json.none }}' };
		const { error } = await run(braze(), lost, { items: [item] });
		expect(error?.message).toBe("'Schedule ID' is empty [item 0]");
	});

	it('sends the kind of time again, because Braze replaces the whole schedule', async () => {
		const local = await run(braze(), { ...create, scheduleMode: 'local' });
		await run(
			braze(),
			{ resource, operation: 'update', findBy: 'scheduleId', scheduleMode: 'local', time: LATER },
			{ items: local.json },
		);
		expect(bodies(braze())[1].schedule).toEqual({ time: LATER, in_local_time: true });
		expect(braze().schedules[0].schedule).toEqual({ time: LATER, in_local_time: true });
	});

	it('requires the kind of time instead of using a default', async () => {
		const item = await made();
		const { error } = await run(
			braze(),
			{ resource, operation: 'update', findBy: 'scheduleId', time: LATER },
			{ items: [item] },
		);
		expect(error?.message).toContain('Parameter "When" is required');
		expect(braze().schedules[0].schedule).toEqual(item.schedule);
	});

	it("cancels a schedule, filled in from the Create node's output", async () => {
		const item = await made();
		const { json } = await run(
			braze(),
			{ resource, operation: 'delete', findBy: 'scheduleId' },
			{ items: [item] },
		);
		expect(braze().writes[1].path).toBe(`${root}/trigger/schedule/delete`);
		expect(bodies(braze())[1]).toEqual({ [field]: id, schedule_id: item.schedule_id });
		expect(json).toEqual([
			{
				resource,
				[field]: id,
				schedule_id: item.schedule_id,
				deleted: true,
				message: 'success',
				status: 'deleted',
				warnings: [],
			},
		]);
		expect(braze().schedules[0].state).toBe('canceled');
	});

	it.each([
		[
			{ status: 'preview', request: {} },
			'the incoming item is only a preview',
			"The node before this one sent nothing. Remove its option 'Preview Only'. Nothing was sent.",
		],
		[
			{ error: 'Braze could not be reached [item 0]', outcome: 'refused' },
			"the incoming item wasn't scheduled",
			'The node before this one says: Braze could not be reached [item 0]. To leave such items out, use its error output. Nothing was sent.',
		],
		[
			{ status: 'queued', schedule_id: null, warnings: ['Braze returned no schedule_id'] },
			'the incoming item has none. Its status is "queued"',
			'Braze returned no schedule_id. Nothing was sent.',
		],
		[
			{ status: 'queued', schedule_id: null },
			'the incoming item has none. Its status is "queued"',
			"Without it, a schedule can't be moved or canceled. Nothing was sent.",
		],
	])('says why %j of the Create node has no schedule ID', async (item, why, hint) => {
		const { error } = await run(
			braze(),
			{ resource, operation: 'delete', findBy: 'scheduleId' },
			{ items: [item] },
		);
		expect(error?.message).toBe(`'Schedule ID' is empty, because ${why} [item 0]`);
		expect(error?.description).toBe(hint);
	});

	it('says why an item was skipped', async () => {
		const reason = 'A schedule for this reference is waiting already';
		const { json } = await run(
			braze(),
			{ resource, operation: 'delete', findBy: 'scheduleId' },
			{ items: [{ [field]: id, status: 'skipped', schedule_id: null, reason }] },
		);
		expect(json).toMatchObject([
			{
				status: 'skipped',
				warnings: [
					`Not sent: this item was skipped when it was to be scheduled, so there is nothing to delete. Reason: ${reason}`,
				],
			},
		]);
	});

	it.each(['update', 'delete'])('refuses to %s without a schedule ID', async (operation) => {
		const { error } = await run(
			braze(),
			{
				resource,
				operation,
				[parameter]: byId(id),
				findBy: 'scheduleId',
				scheduleId: '={{ $json.schedule_id }}',
				scheduleMode: 'exact',
				time: SOON,
			},
			{ items: [{}] },
		);
		expect(error?.message).toBe("'Schedule ID' is empty [item 0]");
		expect(error?.description).toContain('Connect this node to the Create node');
		expect(braze().requests).toHaveLength(0);
	});
});
