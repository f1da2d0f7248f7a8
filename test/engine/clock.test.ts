import { DateTime } from 'luxon';
import { sleep } from 'n8n-workflow';

import { createCampaign, recipients, run, useBraze } from './braze';
import { retryExecution } from './harness';

const braze = useBraze();

const inSeconds = (seconds: number) => DateTime.utc().plus({ seconds }).toISO();
const inMinutes = (minutes: number) => inSeconds(minutes * 60);
const create = (time: string, more: object = {}) => ({ ...createCampaign, time, ...more });

const IN_THE_PAST = expect.stringContaining('is in the past');
const minutes = (count: number) => count * 60_000;

describe('A wrong clock', () => {
	it("ten minutes slow: reports that a time is in the past by Braze's clock", async () => {
		braze().clock.advance(minutes(10));
		const { json } = await run(braze(), create(inMinutes(5)));
		expect(json[0]).toMatchObject({ status: 'scheduled', warnings: [IN_THE_PAST] });
	});

	it("ten minutes fast: does not report a time that is ahead by Braze's clock", async () => {
		braze().clock.advance(minutes(-10));
		const { json } = await run(braze(), create(inMinutes(-5)));
		expect(json[0]).toMatchObject({ status: 'scheduled', warnings: [] });
	});

	it('is corrected for an update too, and for a local time', async () => {
		const [{ schedule_id: scheduleId }] = (await run(braze(), createCampaign)).json;
		braze().clock.advance(minutes(-10));
		const update = create(inMinutes(-5), { operation: 'update', findBy: 'scheduleId', scheduleId });
		expect((await run(braze(), update)).json[0]).toMatchObject({ warnings: [] });
		// The last time zone is 12 hours behind UTC, and a picked time has no time zone.
		const everywhere = DateTime.utc()
			.minus({ hours: 12, minutes: 5 })
			.toISO({ includeOffset: false });
		const local = create(everywhere, { scheduleMode: 'local' });
		const { json, error } = await run(braze(), local);
		const said = JSON.stringify([json, error?.message]);
		expect(said).not.toContain('has passed in every time zone');
		expect(said).toMatch(/already passed in some time zones|Braze refused the request/);
	});

	it.each([
		[10, "10 minutes behind Braze's"],
		[-10, "10 minutes ahead of Braze's"],
		[61, "1 hour behind Braze's"],
	])('by %i minutes: a hint says so', async (ahead, words) => {
		braze().clock.advance(minutes(ahead));
		const { hints } = await run(braze(), createCampaign);
		expect(hints).toEqual([
			{
				message: `The clock of this n8n is ${words}. Correct it, because expressions such as $now use it.`,
				type: 'warning',
				location: 'outputPane',
			},
		]);
	});

	it('by less than a minute: there is no hint', async () => {
		braze().clock.advance(30_000);
		expect((await run(braze(), createCampaign)).hints).toEqual([]);
	});
});

describe('A retry after the time has passed', () => {
	const people = ['ada', 'bob'].map((user) => ({ user }));
	const perItem = { recipients: recipients('={{ $json.user }}') };

	async function retried(time: string, until: number) {
		braze().fault({ kind: 'status', status: 400, match: { bodyIncludes: '"bob"' } });
		const failed = await run(braze(), create(time, perItem), { items: people });
		expect(failed.finished).toBe(false);
		while (Date.now() < until) await sleep(50);
		return (await retryExecution(failed)).json.map(({ warnings }) => warnings);
	}
	const RECALLED = expect.stringContaining('Already scheduled by an earlier try');

	it('does not report as past what the earlier try had scheduled in time', async () => {
		const time = inSeconds(2);
		expect(await retried(time, Date.parse(time) + 1)).toEqual([[RECALLED], [IN_THE_PAST]]);
	});

	it('still reports what the earlier try had scheduled too late', async () => {
		expect(await retried('2020-01-01T09:00:00', 0)).toEqual([
			[IN_THE_PAST, RECALLED],
			[IN_THE_PAST],
		]);
	});
});
