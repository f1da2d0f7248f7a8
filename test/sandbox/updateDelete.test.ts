import { startSandbox, SEED } from '../../sandbox';
import { CAMPAIGN, campaignCreate, CANVAS, canvasCreate, paths, useSandbox } from './braze';

const braze = useSandbox();
const later = { time: '2026-03-12T10:00:00Z' };

const kinds = [
	{ kind: 'campaign', idField: 'campaign_id', id: CAMPAIGN, body: campaignCreate },
	{ kind: 'canvas', idField: 'canvas_id', id: CANVAS, body: canvasCreate },
] as const;

describe.each(kinds)('$kind', ({ kind, idField, id, body }) => {
	const made = async (schedule: object = { time: '2026-03-11T09:00:00Z' }) =>
		(await braze.post(paths[kind].create, body({ schedule }))).json.schedule_id as string;
	const update = async (scheduleId: unknown, schedule: unknown = later) =>
		await braze.post(paths[kind].update, { [idField]: id, schedule_id: scheduleId, schedule });
	const cancel = async (scheduleId: unknown) =>
		await braze.post(paths[kind].delete, { [idField]: id, schedule_id: scheduleId });
	const current = () => braze.sandbox.schedules[0];

	it('is moved', async () => {
		const reply = await update(await made());

		expect([reply.status, reply.json]).toEqual([201, { message: 'success' }]);
		expect(current().schedule).toEqual(later);
		expect(current().history.map(({ type }) => type)).toEqual(['created', 'moved']);
	});

	it.each(['in_local_time', 'at_optimal_time'])(
		'loses %s if an update leaves it out, because the whole schedule is replaced',
		async (flag) => {
			const scheduleId = await made({ time: '2026-03-11T09:00:00', [flag]: true });
			await update(scheduleId, { time: '2026-03-12T10:00:00' });

			expect(current().schedule).toEqual({ time: '2026-03-12T10:00:00' });
		},
	);

	it('is moved as a campaign only until its local time has begun in any time zone', async () => {
		const scheduleId = await made({ time: '2026-03-11T09:00:00', in_local_time: true });
		braze.sandbox.clock.set('2026-03-10T18:59:59Z');
		await update(scheduleId, { time: '2026-03-11T10:00:00', in_local_time: true });
		expect(current().schedule.time).toBe('2026-03-11T10:00:00');

		braze.sandbox.clock.set('2026-03-10T20:00:00Z');
		const reply = await update(scheduleId);

		expect(reply.json).toEqual({ message: 'success' });
		expect(current().history.at(-1)?.type).toBe(kind === 'campaign' ? 'move_ignored' : 'moved');
		expect(current().schedule).toEqual(
			kind === 'campaign' ? { time: '2026-03-11T10:00:00', in_local_time: true } : later,
		);
	});

	it('is not moved once it is sent', async () => {
		const scheduleId = await made();
		braze.sandbox.clock.set('2026-03-11T09:00:00Z');

		expect((await update(scheduleId)).json).toEqual({ message: 'success' });
		expect(current()).toMatchObject({ state: 'sent', schedule: { time: '2026-03-11T09:00:00Z' } });
	});

	it.each([
		undefined,
		{},
		{ time: 'soon' },
		{ time: '2026-03-12T10:00:00Z', in_local_time: true },
		{ time: '2026-03-09T10:00:00', in_local_time: true },
	])('is not moved to %j', async (schedule) => {
		const scheduleId = await made();
		const request = { [idField]: id, schedule_id: scheduleId, schedule };

		expect((await braze.post(paths[kind].update, request)).status).toBe(400);
		expect(current().schedule).toEqual({ time: '2026-03-11T09:00:00Z' });
	});

	it('is canceled, and stays so if it is canceled again', async () => {
		const scheduleId = await made();

		for (const reply of [await cancel(scheduleId), await cancel(scheduleId)]) {
			expect([reply.status, reply.json]).toEqual([201, { message: 'success' }]);
		}
		expect(current().state).toBe('canceled');
		expect(braze.sandbox.activePerPerson()).toEqual({});
		expect(braze.sandbox.schedulesPerPerson()).toEqual({ 'external_user_id:ada': 1 });

		braze.sandbox.clock.set('2026-03-13T00:00:00Z');
		expect(current().state).toBe('canceled');
	});

	it('is not restored by a move after it was canceled', async () => {
		const scheduleId = await made();
		await cancel(scheduleId);
		await update(scheduleId);

		expect(current()).toMatchObject({
			state: 'canceled',
			schedule: { time: '2026-03-11T09:00:00Z' },
		});
	});

	it.each([undefined, '', 5, '00000000-0000-4000-8000-000000000000'])(
		'is not found by the schedule ID %s',
		async (scheduleId) => {
			await made();

			expect((await update(scheduleId)).status).toBe(400);
			expect((await cancel(scheduleId)).status).toBe(400);
			expect(current().state).toBe('scheduled');
		},
	);

	it('records fields that neither update nor delete has', async () => {
		const scheduleId = await made();
		const extra = { [idField]: id, schedule_id: scheduleId, schedule: later, recipients: [] };
		await braze.post(paths[kind].update, { ...extra, trigger_properties: {} });
		await braze.post(paths[kind].delete, extra);

		expect(braze.sandbox.requests.map(({ unknownFields }) => unknownFields)).toEqual([
			[],
			['recipients', 'trigger_properties'],
			['schedule', 'recipients'],
		]);
	});
});

it('finds a schedule only under its own campaign and among its own kind', async () => {
	const { schedule_id } = (await braze.post(paths.campaign.create, campaignCreate())).json;
	const other = { campaign_id: SEED.campaigns.welcomeOffer, schedule_id };

	expect((await braze.post(paths.campaign.delete, other)).status).toBe(400);
	expect((await braze.post(paths.canvas.delete, { canvas_id: CANVAS, schedule_id })).status).toBe(
		400,
	);
	expect(braze.sandbox.schedules[0].state).toBe('scheduled');
});

it('answers success for unknown schedules where it is set to', async () => {
	const sandbox = await startSandbox({ unknownSchedule: 'accept' });
	const response = await fetch(sandbox.url + paths.campaign.delete, {
		method: 'POST',
		headers: { Authorization: `Bearer ${sandbox.key}`, 'Content-Type': 'application/json' },
		body: JSON.stringify({ campaign_id: CAMPAIGN, schedule_id: 'gone' }),
	});
	await sandbox.close();

	expect(response.status).toBe(201);
});
