import { createCampaign, run, SOON, useBraze } from './braze';

const braze = useBraze();

describe('Several items about one schedule', () => {
	const HOURS = ['10', '11', '12', '13'];
	const day = SOON.slice(0, 11);
	const made = async () => String((await run(braze(), createCampaign)).json[0].schedule_id);
	const moves = (scheduleId: string, ...hours: string[]) =>
		hours.map((hour) => ({ schedule_id: scheduleId, time: `${day}${hour}:00:00Z` }));
	const update = {
		resource: 'campaign',
		operation: 'update',
		campaignId: createCampaign.campaignId,
		findBy: 'scheduleId',
		scheduleId: '={{ $json.schedule_id }}',
		scheduleMode: 'exact',
		time: '={{ $json.time }}',
	};
	const remove = { ...update, operation: 'delete', scheduleMode: undefined, time: undefined };
	const timeAtBraze = () => braze().schedules[0].schedule.time;
	const writesTo = (end: string) => braze().writes.filter(({ path }) => path.endsWith(end));

	it('end as the last one says, however slow the first one is', async () => {
		const id = await made();
		braze().fault({ kind: 'latency', ms: 300, before: true, match: { bodyIncludes: 'T10:' } });
		const { json } = await run(braze(), update, { items: moves(id, ...HOURS) });
		expect(timeAtBraze()).toBe(`${day}13:00:00Z`);
		expect(json.map(({ warnings }) => warnings)).toEqual([
			...Array(3).fill([`[item 3] moved this schedule again, to ${day}13:00:00Z`]),
			[],
		]);
	});

	it('end as the last one says, though an earlier one is repeated', async () => {
		const id = await made();
		braze().fault({ kind: 'status', status: 503, match: { bodyIncludes: 'T10:' } });
		await run(braze(), update, { items: moves(id, '10', '11') });
		expect(timeAtBraze()).toBe(`${day}11:00:00Z`);
		expect(writesTo('/update').map(({ status }) => status)).toEqual([503, 201, 201]);
	});

	it('leave an earlier one that was refused as it is, in later tries too', async () => {
		const id = await made();
		const other = await made();
		for (const bodyIncludes of ['T10:', other]) {
			braze().fault({
				kind: 'status',
				status: 400,
				body: { message: 'No' },
				match: { bodyIncludes },
			});
		}
		const { json, tries } = await run(braze(), update, {
			items: [...moves(id, '10', '11'), ...moves(other, '12')],
			retryOnFail: { maxTries: 2, waitMs: 1 },
		});
		expect(tries).toBe(2);
		expect(json.map(({ status }) => status)).toEqual(['superseded', 'scheduled', 'scheduled']);
		expect(json[0].warnings).toEqual([
			expect.stringMatching(/^\[item 1\] moved this schedule again, to .*T11:00:00Z\. /),
		]);
		expect(timeAtBraze()).toBe(`${day}11:00:00Z`);
		expect(writesTo('/update').filter(({ rawBody }) => rawBody.includes('T10:'))).toHaveLength(1);
	});

	it('name a later one that only succeeds in a later try', async () => {
		const id = await made();
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: 'T11:' },
		});
		const { json, tries } = await run(braze(), update, {
			items: moves(id, '10', '11'),
			retryOnFail: { maxTries: 2, waitMs: 1 },
		});
		expect(tries).toBe(2);
		expect(json[0].warnings).toContain(`[item 1] moved this schedule again, to ${day}11:00:00Z`);
		expect(timeAtBraze()).toBe(`${day}11:00:00Z`);
	});

	it('cancel it once', async () => {
		const id = await made();
		const items = [{ schedule_id: id }, { schedule_id: id }];
		const { json } = await run(braze(), remove, { items });
		expect(writesTo('/delete')).toHaveLength(1);
		expect(json.map(({ status, deleted }) => [status, deleted])).toEqual([
			['deleted', true],
			['deleted', true],
		]);
		expect(json.map(({ warnings }) => warnings)).toEqual([
			[],
			['Not sent: [item 0] has already canceled this schedule'],
		]);
	});

	it('from two nodes at once go out one after the other', async () => {
		const id = await made();
		braze().fault({ kind: 'latency', ms: 200, before: true, times: 'always' });
		await Promise.all(
			['10', '11', '12'].map(async (hour) => {
				await run(braze(), update, { items: moves(id, hour) });
			}),
		);
		expect(writesTo('/update')).toHaveLength(3);
		expect(braze().stats().maxConcurrent).toBe(1);
	});
});

describe('An update or a delete whose answer is lost', () => {
	const existing = async (operation: string) => ({
		resource: 'campaign',
		operation,
		campaignId: createCampaign.campaignId,
		findBy: 'scheduleId',
		scheduleId: String((await run(braze(), createCampaign)).json[0].schedule_id),
		...(operation === 'update' && { scheduleMode: 'exact', time: SOON }),
	});

	it.each([
		['delete', 400, { message: 'Invalid schedule_id' }, 'The schedule is probably canceled'],
		['delete', 404, { message: 'Not found' }, 'The schedule is probably canceled'],
		['delete', 200, { message: 'Invalid schedule_id' }, "Braze's answer does not confirm"],
		['delete', 401, { message: 'Invalid API key' }, 'The schedule may be canceled'],
		['delete', 403, { message: 'Access Denied' }, 'The schedule may be canceled'],
		['update', 400, { message: 'Invalid schedule_id' }, 'The schedule may have been moved'],
		['update', 403, { message: 'Access Denied' }, 'The schedule may have been moved'],
	])(
		'%s, refused with %i when it is repeated, stays unknown',
		async (operation, status, body, said) => {
			const parameters = await existing(operation);
			braze().fault({ kind: 'dropAfter' });
			braze().fault({ kind: 'status', status, body, times: 'always' });
			const { error } = await run(braze(), parameters);
			expect(error?.message).toContain(said);
			expect(error?.message).toContain('so the outcome is unknown');
			expect(error?.description).not.toContain('nothing');
			if (operation === 'delete') expect(braze().schedules[0].state).toBe('canceled');
		},
	);

	it('delete is done when Braze says so the second time', async () => {
		const parameters = await existing('delete');
		braze().fault({ kind: 'dropAfter' });
		const { json } = await run(braze(), parameters);
		expect(json[0]).toMatchObject({ status: 'deleted', deleted: true, warnings: [] });
	});
});
