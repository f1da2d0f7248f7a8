import { SEED, startSandbox } from '../../sandbox';
import { campaignCreate, canvasCreate, paths, useSandbox } from './braze';

const AFTER_ALL_OF_IT = '2026-03-15T00:00:00Z';

describe('a window for every channel, in Berlin', () => {
	const braze = useSandbox({
		companyTimeZone: 'Europe/Berlin',
		quietHours: [{ start: '21:00', end: '08:00' }],
	});
	const stateOf = async (schedule: object) => {
		await braze.post(paths.campaign.create, campaignCreate({ schedule }));
		braze.sandbox.clock.set(AFTER_ALL_OF_IT);
		return braze.sandbox.schedules[0].state;
	};

	it.each([
		['2026-03-11T19:59:59Z', 'sent'],
		['2026-03-11T20:00:00Z', 'dropped'],
		['2026-03-12T06:59:59Z', 'dropped'],
		['2026-03-12T07:00:00Z', 'sent'],
		['2026-03-11T20:30:00+02:00', 'sent'],
	])("checks the exact time %s in the company's time zone", async (time, state) => {
		expect(await stateOf({ time })).toBe(state);
	});

	it.each([
		['2026-03-11T20:59:59', 'sent'],
		['2026-03-11T21:00:00', 'dropped'],
		['2026-03-12T00:00:00', 'dropped'],
		['2026-03-12T08:00:00', 'sent'],
	])('checks the local time %s as it is', async (time, state) => {
		expect(await stateOf({ time, in_local_time: true })).toBe(state);
	});

	it('never drops an optimal time, because Braze keeps it out of the window', async () => {
		expect(await stateOf({ time: '2026-03-11T23:00:00', at_optimal_time: true })).toBe('sent');
	});

	it('accepts the request like any other, without a notice', async () => {
		const schedule = { time: '2026-03-11T22:00:00Z' };
		const reply = await braze.post(paths.campaign.create, campaignCreate({ schedule }));

		expect([reply.status, Object.keys(reply.json)]).toEqual([
			201,
			['dispatch_id', 'schedule_id', 'message'],
		]);
		expect(braze.sandbox.schedules[0].state).toBe('scheduled');
	});

	it('checks the time to which a schedule was moved', async () => {
		const quiet = { time: '2026-03-11T22:00:00Z' };
		const { json } = await braze.post(paths.campaign.create, campaignCreate({ schedule: quiet }));
		const { campaign_id } = campaignCreate();
		const schedule = { time: '2026-03-12T09:00:00Z' };
		const body = { campaign_id, schedule_id: json.schedule_id, schedule };
		await braze.post(paths.campaign.update, body);
		braze.sandbox.clock.set(AFTER_ALL_OF_IT);

		expect(braze.sandbox.schedules[0].state).toBe('sent');
	});

	it('drops Canvases too, and the page shows the reason', async () => {
		const schedule = { time: '2026-03-11T22:00:00Z' };
		await braze.post(paths.canvas.create, canvasCreate({ schedule }));
		braze.sandbox.clock.set(AFTER_ALL_OF_IT);
		const { json } = await braze.get('/_sandbox/timeline');

		expect(json.schedules[0].state).toBe('dropped');
		expect(json.schedules[0].history.at(-1)).toMatchObject({
			type: 'dropped',
			reason: 'Quiet hours from 21:00 to 08:00',
		});
		expect(braze.sandbox.activePerPerson()).toEqual({});
	});
});

describe('windows for some channels', () => {
	const { orderReminder, welcomeOffer, deliveryUpdate, birthdayGift } = SEED.campaigns;
	const braze = useSandbox({
		companyTimeZone: 'UTC',
		quietHours: [
			{ start: '09:00', end: '17:00', channels: ['email'] },
			{ start: '16:00', end: '20:00', channels: ['push'] },
		],
		campaigns: [
			{ id: orderReminder, name: 'E-mail and push', channels: ['email', 'ios_push'] },
			{ id: welcomeOffer, name: 'E-mail', channels: ['email'] },
			{ id: deliveryUpdate, name: 'Text message', channels: ['sms'] },
			{ id: birthdayGift, name: 'Opted out', channels: ['email'], ignoresQuietHours: true },
		],
	});

	it.each([
		[welcomeOffer, '09:00', 'dropped'],
		[welcomeOffer, '17:00', 'sent'],
		[deliveryUpdate, '16:30', 'sent'],
		[birthdayGift, '16:30', 'sent'],
		[orderReminder, '10:00', 'sent'],
		[orderReminder, '16:30', 'dropped'],
	])('drop what has no channel left: campaign %s at %s', async (id, clock, state) => {
		const schedule = { time: `2026-03-11T${clock}:00Z` };
		await braze.post(paths.campaign.create, campaignCreate({ campaign_id: id, schedule }));
		braze.sandbox.clock.set(AFTER_ALL_OF_IT);

		expect(braze.sandbox.schedules[0].state).toBe(state);
	});
});

it.each([
	{ start: '21:00', end: '21:00' },
	{ start: '08:00', end: '04:01' },
	{ start: '9', end: '17:00' },
	{ start: '09:00', end: '24:00' },
])("are refused if Braze's settings would not accept them: %j", async (window) => {
	await expect(startSandbox({ quietHours: [window] })).rejects.toThrow(RangeError);
});
