import { startSandbox } from '../../sandbox';
import { campaignCreate, NOON, paths, useSandbox } from './braze';

const braze = useSandbox();

const create = async (schedule: unknown) =>
	await braze.post(paths.campaign.create, campaignCreate({ schedule }));

describe('an exact time', () => {
	it.each([
		'2026-03-11T09:00:00Z',
		'2026-03-11T09:00:00',
		'2026-03-11T09:00',
		'2026-03-11',
		'2026-03-11 09:00:00',
		'2026-03-11T09:00:00.123456Z',
		'2026-03-11T09:00:00+02:00',
		'2026-03-11T09:00:00+0000',
		'2026-03-11T09:00:00-05',
		'2028-02-29T00:00:00Z',
	])('accepts %s', async (time) => {
		expect((await create({ time })).status).toBe(201);
		expect(braze.sandbox.schedules[0].schedule).toEqual({ time });
	});

	it.each([
		undefined,
		null,
		'',
		'tomorrow',
		'2026-03-11T25:00:00Z',
		'2026-02-29T09:00:00Z',
		'2026-13-01T09:00:00Z',
		'2026-03-11T09:00:00+25:00',
		'2026-03-11T09:00:00 Europe/Berlin',
		'11/03/2026 09:00',
		1773219600,
	])('refuses %s', async (time) => {
		const reply = await create({ time });

		expect([reply.status, reply.json]).toEqual([
			400,
			{ message: 'Bad Request', errors: ['Cannot parse send_at datetime'] },
		]);
	});

	it.each([undefined, null, '2026-03-11T09:00:00Z', []])(
		'refuses the schedule %j',
		async (schedule) => {
			expect((await create(schedule)).status).toBe(400);
		},
	);

	it('is sent at its time, with or without an offset', async () => {
		await create({ time: '2026-03-10T15:00:00+02:00' });
		await create({ time: '2026-03-10T13:30:00' });
		const states = () => braze.sandbox.schedules.map(({ state }) => state);

		braze.sandbox.clock.set('2026-03-10T12:59:59Z');
		expect(states()).toEqual(['scheduled', 'scheduled']);
		braze.sandbox.clock.set('2026-03-10T13:00:00Z');
		expect(states()).toEqual(['sent', 'scheduled']);
		braze.sandbox.clock.advance(30 * 60_000);
		expect(states()).toEqual(['sent', 'sent']);
		expect(braze.sandbox.activePerPerson()).toEqual({});
		expect(braze.sandbox.schedulesPerPerson()).toEqual({ 'external_user_id:ada': 2 });
	});

	it('is sent immediately if it has passed', async () => {
		expect((await create({ time: '2026-03-10T11:00:00Z' })).status).toBe(201);
		expect(braze.sandbox.schedules[0].state).toBe('sent');
	});
});

describe.each(['in_local_time', 'at_optimal_time'])('%s', (flag) => {
	it.each(['2026-03-11T09:00:00', '2026-03-11'])('accepts the local time %s', async (time) => {
		expect((await create({ time, [flag]: true })).status).toBe(201);
		expect(braze.sandbox.schedules[0].schedule).toEqual({ time, [flag]: true });
	});

	it.each(['2026-03-11T09:00:00Z', '2026-03-11T09:00:00+02:00', '2026-03-11T09:00:00-0500'])(
		'refuses the offset of %s',
		async (time) => {
			expect((await create({ time, [flag]: true })).status).toBe(400);
			expect((await create({ time, [flag]: false })).status).toBe(201);
		},
	);

	it('refuses what is not a boolean', async () => {
		expect((await create({ time: '2026-03-11T09:00:00', [flag]: 'true' })).status).toBe(400);
	});
});

describe('local time', () => {
	it('is too late only if it has passed in the last time zone, at UTC-12', async () => {
		expect((await create({ time: '2026-03-10T00:00:00', in_local_time: true })).status).toBe(201);
		expect((await create({ time: '2026-03-09T23:59:59', in_local_time: true })).status).toBe(400);
	});

	it('is sent when it has passed in the last time zone', async () => {
		await create({ time: '2026-03-11T09:00:00', in_local_time: true });

		braze.sandbox.clock.set('2026-03-11T20:59:59Z');
		expect(braze.sandbox.schedules[0].state).toBe('scheduled');
		braze.sandbox.clock.set('2026-03-11T21:00:00Z');
		expect(braze.sandbox.schedules[0].state).toBe('sent');
	});

	it("can follow the company's time zone, as another page of the documents has it", async () => {
		const sandbox = await startSandbox({
			now: NOON,
			frozen: true,
			companyTimeZone: 'Europe/Berlin',
			localTimeRule: 'companyZone',
		});
		const post = async (time: string) => {
			const response = await fetch(sandbox.url + paths.campaign.create, {
				method: 'POST',
				headers: {
					Authorization: `Bearer ${sandbox.key}`,
					'Content-Type': 'application/json',
				},
				body: JSON.stringify(campaignCreate({ schedule: { time, in_local_time: true } })),
			});
			return response.status;
		};
		const statuses = [await post('2026-03-10T13:00:00'), await post('2026-03-10T12:59:59')];
		await sandbox.close();

		expect(statuses).toEqual([201, 400]);
	});
});

it('accepts local and optimal time together, which no document forbids', async () => {
	const both = { time: '2026-03-11T09:00:00', in_local_time: true, at_optimal_time: true };

	expect((await create(both)).status).toBe(201);
});
