import { SEED } from '../../sandbox';
import { axisOf, ticksOf } from '../../sandbox/page/axis';
import { personText, repeatedPeople, sharedNames } from '../../sandbox/page/people';
import { ago, moment, sendTimeText } from '../../sandbox/page/times';
import {
	dropText,
	filterText,
	historyText,
	lastChange,
	recipientsText,
	repeatedText,
	totalText,
	valuesText,
} from '../../sandbox/page/words';
import type { ScheduleView } from '../../sandbox/scheduleView';
import { campaignCreate, canvasCreate, paths, useSandbox } from './braze';

const DAY = 86_400_000;
const NOW = Date.parse('2026-11-28T09:00:00Z');
const at = (time: string) => Date.parse(time);
const point = (time: string) => ({ from: at(time), to: at(time) });
const zones = { local: 'Europe/Berlin', workspace: 'America/New_York' };

const braze = useSandbox({ quietHours: [{ start: '21:00', end: '08:00' }] });
const views = async (): Promise<ScheduleView[]> =>
	(await braze.get('/_sandbox/timeline')).json.schedules;
const view = async (): Promise<ScheduleView> => (await views())[0];
const create = async (changes: object = {}) =>
	(await braze.post(paths.campaign.create, campaignCreate(changes))).json.schedule_id as string;
const ids = (schedule_id: string) => ({ campaign_id: campaignCreate().campaign_id, schedule_id });
const move = async (id: string, time: string) =>
	await braze.post(paths.campaign.update, { ...ids(id), schedule: { time } });
const cancel = async (id: string) => await braze.post(paths.campaign.delete, ids(id));
const storyOf = ({ history }: ScheduleView) =>
	history.map((entry, index) => historyText(entry, history.slice(0, index), zones));

describe('times', () => {
	it.each([
		['Europe/Berlin', 'Sat 12 Dec 2026, 17:00 UTC, 18:00 in Berlin'],
		['Asia/Tokyo', 'Sat 12 Dec 2026, 17:00 UTC, Sun 13 Dec 2026, 02:00 in Tokyo'],
		['America/Argentina/Buenos_Aires', 'Sat 12 Dec 2026, 17:00 UTC, 14:00 in Buenos Aires'],
		['UTC', 'Sat 12 Dec 2026, 17:00 UTC'],
	])('are shown in UTC and in %s', (zone, text) => {
		expect(moment(at('2026-12-12T17:00:00Z'), zone)).toBe(text);
	});

	it('have seconds only if they matter', () => {
		expect(moment(at('2026-09-01T07:00:30Z'), 'UTC')).toBe('Tue 1 Sep 2026, 07:00:30 UTC');
	});

	it.each([
		[{ time: '2026-12-12T09:00:00Z' }, 'Sat 12 Dec 2026, 09:00 UTC, 10:00 in Berlin'],
		[
			{ time: '2026-12-12T09:00:00', in_local_time: true },
			"Sat 12 Dec 2026, 09:00 in each user's local time",
		],
		[{ time: '2026-12-12', at_optimal_time: true }, "Sat 12 Dec 2026, at each user's optimal time"],
	])('of a schedule %j say whose clock they are on', async (schedule, text) => {
		await create({ schedule });
		const { mode, span } = await view();

		expect(sendTimeText(mode, span, zones.local)).toBe(text);
	});

	it.each([
		[59_999, 'just now'],
		[60_000, '1 min ago'],
		[3 * 3_600_000, '3 h ago'],
		[DAY, '1 day ago'],
		[2 * DAY, '2 days ago'],
	])('of a change %d ms ago are relative', (ms, text) => {
		expect(ago(ms)).toBe(text);
	});
});

describe('the axis', () => {
	const near = ['2026-11-29', '2026-12-01', '2026-12-03', '2026-12-05'].map(point);
	const far = point('2027-12-01');

	it('shows the year, and every year that it spans', () => {
		const years = (spans: Array<typeof far>) =>
			ticksOf(axisOf(spans, NOW, 'all'), 600).bands.map(({ label }) => label);

		expect(years(near)).toEqual(['2026']);
		expect(years([...near, point('2027-02-01')])).toEqual(['2026', '2027']);
	});

	it('leaves out a year that has no room', () => {
		const spans = [...near, point('2028-12-01')];
		const { bands } = ticksOf(axisOf(spans, NOW, 'all'), 300);

		expect(bands.map(({ label }) => label)).toEqual(['2027', '2028']);
	});

	it('shows the day above hours', () => {
		const { ticks, bands } = ticksOf(
			{ from: at('2026-12-31T20:00:00Z'), to: at('2027-01-01T04:00:00Z') },
			600,
		);

		expect(bands.map(({ label }) => label)).toEqual(['Thu 31 Dec 2026', 'Fri 1 Jan 2027']);
		expect(ticks.map(({ label }) => label)).toEqual(
			['20', '21', '22', '23', '00', '01', '02', '03'].map((hour) => `${hour}:00`),
		);
	});

	it.each([
		[10, ['29 Nov', '1 Dec', '3 Dec', '5 Dec', '7 Dec']],
		[60, ['7 Dec', '21 Dec', '4 Jan', '18 Jan']],
		[300, ['Jan', 'Apr', 'Jul']],
		[1500, ['2027', '2028', '2029', '2030', '2031']],
	])('has ticks on the calendar for %d days', (days, labels) => {
		const from = at('2026-11-28T12:00:00Z');
		const { ticks } = ticksOf({ from, to: from + days * DAY }, 400);

		expect(ticks.map(({ label }) => label)).toEqual(labels);
	});

	it('leaves out the few that would squeeze all others, unless all are wanted', () => {
		const spans = [...near, far];

		expect(axisOf(spans, NOW, 'most').to).toBeLessThan(at('2026-12-10'));
		expect(axisOf(spans, NOW, 'all').to).toBeGreaterThan(far.to);
	});

	it('keeps a year ahead if too many schedules are there', () => {
		expect(axisOf([...near, far, far], NOW, 'most').to).toBeGreaterThan(far.to);
		expect(axisOf([far], NOW, 'most').to).toBeGreaterThan(far.to);
	});

	it.each([
		['week', 7],
		['month', 30],
		['year', 365],
	] as const)('has now and the next %s', (range, days) => {
		const { from, to } = axisOf([far], NOW, range);

		expect(from).toBeLessThan(NOW);
		expect(to).toBe(NOW + days * DAY);
	});
});

describe('recipients', () => {
	it.each([
		['external_user_id:customer:7', 'customer:7'],
		['email:ada@example.com', 'ada@example.com'],
		['braze_id:5f1', '5f1 (Braze ID)'],
		['user_alias:crm:77', '77 (alias crm)'],
	])('are named by their ID: %s', (key, text) => {
		expect(personText(key)).toBe(text);
	});

	it('tell two people with the same name apart, each with their own values', async () => {
		await create({
			recipients: [
				{
					external_user_id: 'customer-7',
					trigger_properties: { first_name: 'Jonas' },
					attributes: { plan: 'gold' },
				},
				{ external_user_id: 'customer-12', trigger_properties: { first_name: 'Jonas' } },
				{ external_user_id: 'customer-20' },
			],
		});
		const schedule = await view();

		expect(recipientsText(schedule)).toBe('3 people: customer-7, customer-12, customer-20');
		expect(schedule.personal).toEqual([{ first_name: 'Jonas' }, { first_name: 'Jonas' }, null]);
		expect(schedule.attributes).toEqual([{ plan: 'gold' }, null, null]);
	});

	it('have their values beside them if they are alone, and the shared ones too', async () => {
		await braze.post(
			paths.canvas.create,
			canvasCreate({
				recipients: [{ external_user_id: 'ada', context: { items: 3, note: '' } }],
				context: { shop: 'Hamburg' },
			}),
		);

		expect(valuesText(await view())).toBe('shop: Hamburg, items: 3, note: (empty)');
	});

	it('are counted, and audiences apart', async () => {
		await create({ recipients: [{ external_user_id: 'ada' }, { external_user_id: 'ben' }] });
		await create();
		await create({ recipients: [], broadcast: true });

		expect(totalText(await views())).toBe('2 people and 1 audience');
		expect(recipientsText((await views())[2])).toBe('Everyone in the target audience');
	});

	it('who match a filter are described', () => {
		const plan = {
			custom_attribute: { custom_attribute_name: 'plan_type', comparison: 'equals', value: 'gold' },
		};
		const email = { email_subscription_status: { comparison: 'is', value: 'opted_in' } };

		expect(filterText({ AND: [plan, { OR: [email, plan] }] })).toBe(
			'plan_type equals gold and (email subscription status is opted_in or plan_type equals gold)',
		);
		expect(filterText({ unusual: 1 })).toBe('{"unusual":1}');
	});

	it('with more than one schedule waiting are found, the same campaign first', async () => {
		const { welcomeOffer } = SEED.campaigns;
		await create({ recipients: [{ external_user_id: 'ada' }, { external_user_id: 'ben' }] });
		await create({ campaign_id: welcomeOffer });
		await create({ recipients: [{ external_user_id: 'ben' }] });
		await cancel(await create({ recipients: [{ external_user_id: 'chloe' }] }));
		await create({ recipients: [{ external_user_id: 'chloe' }] });
		const schedules = await views();
		const repeated = repeatedPeople(schedules);
		const waitingOf = (key: string) => repeated.find((one) => one.key === key)?.waiting.length ?? 0;

		expect(
			repeated.map(({ key, waiting, isSameMessage }) => [key, waiting.length, isSameMessage]),
		).toEqual([
			['external_user_id:ben', 2, true],
			['external_user_id:ada', 2, false],
		]);
		expect(schedules.map((schedule) => repeatedText(schedule, waitingOf))).toEqual([
			'2 with more than one schedule waiting',
			'2 schedules waiting',
			'2 schedules waiting',
			'',
			'',
		]);
	});
});

it('notices names that several campaigns have', async () => {
	await create();
	await braze.post(paths.canvas.create, canvasCreate());
	const [campaign, canvas] = await views();
	const other = { ...campaign, id: 'another' };

	expect(sharedNames([campaign, campaign, { ...canvas, name: campaign.name }])).toEqual(new Set());
	expect(sharedNames([campaign, other])).toEqual(new Set(['campaign Order reminder']));
});

describe('what happened', () => {
	it('is shown for a schedule that is moved, canceled and canceled again', async () => {
		const id = await create({ schedule: { time: '2026-03-11T09:00:00Z' } });
		await move(id, '2026-03-12T17:00:00Z');
		expect(lastChange(await view())).toBe('Moved');
		await cancel(id);
		await cancel(id);
		await move(id, '2026-03-13T17:00:00Z');
		const schedule = await view();

		expect(storyOf(schedule)).toEqual([
			'Scheduled for Wed 11 Mar 2026, 09:00 UTC, 10:00 in Berlin',
			'Moved to Thu 12 Mar 2026, 17:00 UTC, 18:00 in Berlin',
			'Canceled',
			'Already canceled, so this cancellation changed nothing',
			'Not moved to Fri 13 Mar 2026, 17:00 UTC, 18:00 in Berlin: already canceled',
		]);
		expect(lastChange(schedule)).toBe('Moved too late');
	});

	it('is shown for a cancellation after the send', async () => {
		const id = await create({ schedule: { time: '2026-03-11T14:00:00Z' } });
		braze.sandbox.clock.set('2026-03-11T15:00:00Z');
		await cancel(id);
		const schedule = await view();

		expect(storyOf(schedule).slice(1)).toEqual([
			'Sent',
			'Already sent, so this cancellation changed nothing',
		]);
		expect(lastChange(schedule)).toBe('Canceled too late');
	});

	it('is shown for a move of a local time that has passed somewhere', async () => {
		const id = await create({ schedule: { time: '2026-03-11T02:00:00', in_local_time: true } });
		braze.sandbox.clock.set('2026-03-10T13:00:00Z');
		await move(id, '2026-03-13T17:00:00Z');

		expect(storyOf(await view())[1]).toBe(
			'Not moved to Fri 13 Mar 2026, 17:00 UTC, 18:00 in Berlin: ' +
				'the original local time has already passed in a time zone',
		);
	});

	it.each([
		[{ time: '2026-03-11T02:00:00Z' }, 'America/New_York'],
		[{ time: '2026-03-11T22:00:00', in_local_time: true }, "each user's local time"],
	])('names the time zone of the quiet hours that drop %j', async (schedule, zone) => {
		await create({ schedule });
		braze.sandbox.clock.set('2026-03-13T00:00:00Z');

		expect(storyOf(await view())[1]).toBe(`Dropped: quiet hours from 21:00 to 08:00, ${zone}`);
	});

	it('includes what quiet hours will drop, until they have', async () => {
		const id = await create({ schedule: { time: '2026-03-11T02:00:00Z' } });
		expect(dropText(await view(), zones)).toBe('quiet hours from 21:00 to 08:00, America/New_York');
		await move(id, '2026-03-11T14:00:00Z');
		expect((await view()).willDrop).toBeUndefined();
		await move(id, '2026-03-11T02:00:00Z');
		await cancel(id);
		expect((await view()).willDrop).toBeUndefined();
	});

	it('is shown for a Canvas that was not running', async () => {
		const canvas_id = SEED.canvases.summerJourneyStopped;
		await braze.post(paths.canvas.create, canvasCreate({ canvas_id }));
		braze.sandbox.clock.set('2026-03-13T00:00:00Z');

		expect(storyOf(await view())[1]).toMatch(/^Not sent: The Canvas is paused\./);
	});
});
