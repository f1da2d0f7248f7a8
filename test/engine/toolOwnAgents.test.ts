import { byId, createForModel, credentialFor, LATER, orderReminder, SOON, useBraze } from './braze';
import { callAsOwnAgent } from './ownAgents';

const braze = useBraze();

describe.each([
	['the copy for agents', true],
	['the node itself', false],
])("In n8n's own Agents, as %s", (_, isTool) => {
	const call = async (parameters: object, asked = {}) =>
		await callAsOwnAgent({
			parameters: parameters as never,
			credentials: credentialFor(braze()),
			asked,
			isTool,
		});

	const schedule = async () => {
		const [{ json }] = await call(createForModel, { person: 'ada', time: SOON });
		return json;
	};

	it('schedules', async () => {
		expect(await schedule()).toMatchObject({ status: 'scheduled', recipients: 1 });
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 1 });
	});

	it('moves and cancels', async () => {
		const { schedule_id: scheduleId } = await schedule();
		const existing = {
			resource: 'campaign',
			campaignId: byId(orderReminder),
			findBy: 'scheduleId',
			scheduleId,
		};
		const [moved] = await call({
			...existing,
			operation: 'update',
			scheduleMode: 'exact',
			time: LATER,
		});
		expect(moved.json).toMatchObject({ status: 'scheduled' });
		const [canceled] = await call({ ...existing, operation: 'delete' });
		expect(canceled.json).toMatchObject({ status: 'deleted' });
		expect(braze().schedules[0].state).toBe('canceled');
	});

	it('treats each call as a separate request', async () => {
		await schedule();
		await schedule();
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 2 });
	});

	it('previews', async () => {
		const [{ json }] = await call(
			{ ...createForModel, options: { previewOnly: true } },
			{ person: 'ada', time: SOON },
		);
		expect(json).toMatchObject({ status: 'preview' });
		expect(braze().requests).toHaveLength(0);
	});

	it('creates a send ID and lists broadcasts', async () => {
		const [made] = await call({
			resource: 'sendId',
			operation: 'create',
			campaignId: byId(orderReminder),
			sendId: 'spring',
		});
		expect(made.json).toMatchObject({ send_id: 'spring' });
		const listed = await call({
			resource: 'upcomingBroadcast',
			operation: 'getAll',
			until: SOON.slice(0, 10),
			returnAll: true,
		});
		expect(listed.length).toBeGreaterThan(0);
	});
});

it("refuses a reference in n8n's own Agents, which have no workflow to keep it in", async () => {
	const [{ json }] = await callAsOwnAgent({
		parameters: { ...createForModel, reference: 'B-1' } as never,
		credentials: credentialFor(braze()),
		asked: { person: 'ada', time: SOON },
	});
	expect(json).toMatchObject({
		status: 'failed',
		outcome: 'refused',
		error: expect.stringContaining('saved workflow'),
	});
	expect(braze().requests).toHaveLength(0);
});
