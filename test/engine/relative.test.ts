import type { IDataObject } from 'n8n-workflow';
import { sleep } from 'n8n-workflow';
import { DateTime } from 'luxon';

import { day } from '../day';
import { live } from '../live';
import {
	bodies,
	byId,
	createCampaign,
	createCanvas,
	credentialFor,
	inBerlin,
	orderReminder,
	recipients,
	run,
	SOON,
	useBraze,
} from './braze';
import { FakeDataTables, listSearch, retryExecution, runTool } from './harness';
import type { RunNodeOptions } from './harness';

const braze = useBraze();

const ZONE = 'Europe/Berlin';
const IN_A_ZONE = byId(ZONE);
const LOCAL = { __rl: true, mode: 'list', value: 'local' };
const NOTHING = '={{ $json.nothing }}';
const HOUR = 3_600_000;
/** The date that is counted from. */
const DATE = `${day(14)}T09:00:00`;

const before = {
	...createCampaign,
	time: undefined,
	scheduleMode: 'relative',
	date: DATE,
	zone: IN_A_ZONE,
};
const fromNow = {
	...before,
	date: undefined,
	countFrom: 'now',
	direction: 'after',
	amount: 2,
	unit: 'hours',
};
const ON_A_CANVAS = {
	resource: 'canvas',
	campaignId: undefined,
	canvasId: createCanvas.canvasId,
};
/** Its time has passed. */
const late = { ...before, date: '2026-01-15T09:00:00' };

let tables: FakeDataTables;
beforeEach(() => {
	tables = new FakeDataTables();
});
afterEach(() => {
	jest.useRealTimers();
});

const attempt = async (parameters: object, options: Partial<RunNodeOptions> = {}) =>
	await run(braze(), parameters as IDataObject, { tables, ...options });

async function all(parameters: object, options: Partial<RunNodeOptions> = {}) {
	const { error, json } = await attempt(parameters, options);
	expect(error?.message).toBeUndefined();
	return json;
}

const done = async (parameters: object, options: Partial<RunNodeOptions> = {}) =>
	(await all(parameters, options))[0];

const sentTimes = () => bodies(braze()).map(({ schedule }) => schedule);

describe('Before or After a Date', () => {
	it.each([
		['Create on a campaign', {}],
		['Create on a Canvas', { ...ON_A_CANVAS }],
		['Create or Update', { operation: 'upsert', reference: 'B-1' }],
	])('%s: the day before, at the same time', async (_, changes) => {
		const json = await done({ ...before, ...changes });
		const time = inBerlin(`${day(13)}T09:00:00`);
		expect(json).toMatchObject({ status: 'scheduled', schedule: { time }, warnings: [] });
		expect(json.explained).toMatch(/^1 day before \w{3} \d+ \w{3} \d{4}, 09:00 Europe\/Berlin$/);
		expect(sentTimes()).toEqual([{ time }]);
	});

	it('Update, by its ID and by its reference', async () => {
		const [{ schedule_id: scheduleId }] = await all(createCampaign);
		await all({ ...createCampaign, reference: 'B-2' });
		const move = { ...before, operation: 'update', at: '18:00' };
		const time = inBerlin(`${day(13)}T18:00:00`);
		expect(await done({ ...move, findBy: 'scheduleId', scheduleId })).toMatchObject({
			status: 'scheduled',
			explained: expect.stringMatching(/^1 day before .*, at 18:00 Europe\/Berlin$/),
			schedule: { time },
		});
		expect(await done({ ...move, findBy: 'reference', reference: 'B-2' })).toMatchObject({
			status: 'updated',
			explained: expect.stringMatching(/^1 day before/),
			schedule: { time },
		});
		expect(sentTimes().slice(2)).toEqual([{ time }, { time }]);
	});

	it.each([
		['counted', { zone: byId('Asia/Tokyo'), at: '09:00' }, `${day(13)}T00:00:00Z`],
		[
			'moved by Avoid',
			{
				scheduleMode: 'exact',
				time: `${day(14)}T05:00:00`,
				timezone: byId('Asia/Tokyo'),
				options: { avoid: { rule: { from: '21:00', until: '09:00' } } },
			},
			`${day(14)}T00:00:00Z`,
		],
	])('midnight in UTC alone is no forgotten time of day: %s', async (_, changes, time) => {
		const json = await done({ ...before, ...changes });
		expect(json).toMatchObject({ schedule: { time }, warnings: [] });
	});

	it('midnight as the time of day is meant', async () => {
		expect(await done({ ...before, at: '00:00' })).toMatchObject({ warnings: [] });
	});

	it('as the result of an expression, Update counts in the time zone of the form', async () => {
		await all({ ...createCampaign, reference: 'B-3' });
		const move = {
			...before,
			operation: 'update',
			findBy: 'reference',
			reference: 'B-3',
			scheduleMode: '={{ "relative" }}',
			zone: byId('Asia/Tokyo'),
			at: '18:00',
		};
		expect(await done(move)).toMatchObject({ schedule: { time: `${day(13)}T09:00:00Z` } });
	});

	it("each user's local time goes out without an offset", async () => {
		const local = { ...before, zone: LOCAL, at: '10:00', direction: 'onThatDay' };
		const json = await done(local);
		expect(sentTimes()).toEqual([{ time: `${day(14)}T10:00:00`, in_local_time: true }]);
		expect(json.explained).toMatch(/^on .*, at 10:00 in each user's local time$/);
		const now = DateTime.utc();
		const soon = await done({
			...local,
			date: now.toFormat('yyyy-MM-dd'),
			at: now.toFormat('HH:mm'),
		});
		expect(soon.warnings).toEqual([
			expect.stringContaining('has already passed in some time zones'),
		]);
	});

	it('a time zone may come from the item, and be local time for one of them', async () => {
		const items = [{ zone: 'America/New_York' }, { zone: 'local' }];
		const zone = byId('={{ $json.zone }}');
		await all({ ...before, at: '18:00', zone }, { items });
		const wall = `${day(13)}T18:00:00`;
		const utc = DateTime.fromISO(wall, { zone: 'America/New_York' }).toUTC();
		expect(sentTimes()).toEqual([
			{ time: utc.toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'") },
			{ time: wall, in_local_time: true },
		]);
	});

	it('in two hours: from now, without an expression', async () => {
		const start = Date.now();
		const json = await done(fromNow);
		const time = Date.parse((json.schedule as { time: string }).time);
		expect(Math.abs(time - start - 2 * HOUR)).toBeLessThan(60_000);
		expect(json.explained).toMatch(/^2 hours after now \(.* Europe\/Berlin\)$/);
	});

	it.each(['now', ' Now '])(
		'an expression that results in %j counts from now too',
		async (word) => {
			const { explained } = await done({ ...fromNow, countFrom: 'date', date: `={{ "${word}" }}` });
			expect(explained).toMatch(/^2 hours after now/);
		},
	);

	it('what other choices hide has no effect', async () => {
		const time = inBerlin(`${day(14)}T11:00:00`);
		const hours = { ...before, direction: 'after', amount: 2, unit: 'hours', at: '18:00' };
		const onThatDay = { ...before, direction: 'onThatDay', unit: 'hours', amount: 7, at: '11:00' };
		await all(hours);
		await all(onThatDay);
		expect(sentTimes()).toEqual([{ time }, { time }]);
	});

	it('a distant time warns of Braze’s old limit', async () => {
		const { warnings } = await done({ ...before, direction: 'after', amount: 20, unit: 'weeks' });
		expect(warnings).toEqual([expect.stringContaining('more than 90 days ahead')]);
	});

	it('items with one time are combined, and have the same explanation', async () => {
		const items = [{ user: 'ada' }, { user: 'bob' }];
		const parameters = { ...before, recipients: recipients('={{ $json.user }}') };
		const options = { combine: 'perSchedule' };
		const json = await all({ ...parameters, options }, { items });
		expect(json).toEqual([
			expect.objectContaining({ recipients: 2, explained: expect.any(String) }),
		]);
	});

	it('items with one time for different reasons have no explanation together', async () => {
		const items = [
			{ user: 'ada', days: 1, date: DATE },
			{ user: 'bob', days: 2, date: `${day(15)}T09:00:00` },
		];
		const parameters = {
			...before,
			recipients: recipients('={{ $json.user }}'),
			amount: '={{ $json.days }}',
			date: '={{ $json.date }}',
		};
		const [both] = await all({ ...parameters, options: { combine: 'perSchedule' } }, { items });
		expect(both).toMatchObject({ recipients: 2 });
		expect(both).not.toHaveProperty('explained');
	});

	it('a preview has the explanation, and the local time', async () => {
		const json = await done({ ...before, options: { previewOnly: true } });
		expect(json).toMatchObject({
			status: 'preview',
			explained: expect.stringMatching(/^1 day before/),
			time: expect.stringContaining('T09:00:00+'),
			time_zone: ZONE,
		});
		expect(braze().writes).toEqual([]);
	});
});

describe('What is refused', () => {
	async function refusal(parameters: object) {
		const { thrown } = await attempt(parameters);
		expect(braze().requests).toEqual([]);
		const [error] = thrown as Error[];
		return error.message;
	}

	it.each([
		['date', "'Date' is empty"],
		['amount', "'Amount' is empty"],
		['unit', "'Unit' is not chosen"],
		['at', "'At' is empty"],
		['ifPassed', "'If That Time Has Passed' is not chosen"],
	])('%s, if its expression finds nothing', async (name, message) => {
		for (const value of [NOTHING, '={{ null }}', '={{ "" }}', "={{ ' ' }}"]) {
			expect(await refusal({ ...before, [name]: value })).toBe(`${message} [item 0]`);
		}
	});

	it('In, if its expression finds nothing', async () => {
		for (const value of [NOTHING, '={{ null }}', '']) {
			expect(await refusal({ ...before, zone: byId(value) })).toBe("'In' is empty [item 0]");
		}
	});

	it.each([
		[{ date: '={{ "soon" }}' }, `'Date' "soon" is not a date and time`],
		[{ date: day(14) }, /^'Date' .* has no time of day/],
		[{ amount: '={{ -1 }}' }, "'Amount' -1 is not a whole number of 0 or more"],
		[{ unit: '={{ "moons" }}' }, `'Unit' cannot be "moons"`],
		[{ at: '6pm' }, `'At' "6pm" is not a time of day`],
		[{ zone: byId('Mars') }, `'In' "Mars" is not a known time zone`],
		[{ unit: 'hours', zone: LOCAL }, "'Unit' can't be minutes or hours in each user's local time"],
		[
			{ zone: byId('={{ "local" }}'), ifPassed: 'soon' },
			"'If That Time Has Passed' can't be to send in 2 minutes in each user's local time",
		],
	])('%j', async (changes, message) => {
		const said = await refusal({ ...before, ...changes });
		if (typeof message === 'string') expect(said).toContain(message);
		else expect(said).toMatch(message);
	});

	it('one item, and the others are sent if the node continues', async () => {
		const items = [{ date: DATE }, {}];
		const json = await all(
			{ ...before, date: '={{ $json.date }}' },
			{ items, onError: 'continueRegularOutput' },
		);
		expect(json).toEqual([
			expect.objectContaining({ status: 'scheduled' }),
			expect.objectContaining({ error: "'Date' is empty [item 1]" }),
		]);
	});
});

describe('If That Time Has Passed', () => {
	it.each([
		['Create', late, {}],
		['Create or Update', { ...late, operation: 'upsert', reference: 'B-3' }, { reference: 'B-3' }],
		['Create, with a reference', { ...late, reference: 'B-3' }, { reference: 'B-3' }],
	])('%s skips the item with the reason, and remembers nothing', async (_, parameters, more) => {
		const { json, hints, error } = await attempt(parameters);
		expect(error).toBeUndefined();
		expect(json).toEqual([
			expect.objectContaining({
				status: 'skipped',
				...more,
				reason:
					'The time has passed: it was Wed 14 Jan 2026, 09:00 Europe/Berlin (1 day before Thu 15 Jan 2026, 09:00 Europe/Berlin)',
				schedule: null,
				schedule_id: null,
			}),
		]);
		expect(json[0]).not.toHaveProperty('explained');
		expect(braze().requests).toEqual([]);
		expect(tables.calls).toEqual([]);
		expect(hints.map(({ message }) => message)).toEqual([
			expect.stringContaining('1 item skipped, because its time has passed'),
		]);
	});

	it('a waiting schedule keeps its time, which Update and Create or Update say', async () => {
		await all({ ...createCampaign, reference: 'B-4' });
		for (const operation of ['update', 'upsert']) {
			const parameters = { ...late, operation, findBy: 'reference', reference: 'B-4' };
			expect(await done(parameters)).toMatchObject({
				status: 'skipped',
				reference: 'B-4',
				warnings: [expect.stringContaining('it keeps its time')],
			});
		}
		expect(braze().writes).toHaveLength(1);
	});

	it('a skipped item has nothing to move or cancel for the nodes after it', async () => {
		const [skipped] = await all(late);
		const cancel = {
			resource: 'campaign',
			operation: 'delete',
			findBy: 'scheduleId',
			campaignId: byId('={{ $json.campaign_id }}'),
			scheduleId: '={{ $json.schedule_id }}',
		};
		expect(await done(cancel, { items: [skipped] })).toMatchObject({ status: 'skipped' });
		expect(braze().requests).toEqual([]);
	});

	it.each(['update', 'delete'])(
		'a skipped item with a reference may have a schedule, so %s by schedule ID says how to find it',
		async (operation) => {
			await all({ ...createCampaign, reference: 'B-6' });
			const [skipped] = await all({ ...late, operation: 'upsert', reference: 'B-6' });
			const byScheduleId = {
				resource: 'campaign',
				operation,
				findBy: 'scheduleId',
				campaignId: byId('={{ $json.campaign_id }}'),
				scheduleId: '={{ $json.schedule_id }}',
				scheduleMode: 'exact',
				time: SOON,
			};
			const { thrown } = await attempt(byScheduleId, { items: [skipped] });
			const [error] = thrown as Array<Error & { description?: string }>;
			expect(error.message).toBe(
				"'Schedule ID' is empty, because the incoming item was skipped, and a schedule may be waiting under its reference [item 0]",
			);
			expect(error.description).toBe(
				"To find that schedule, set 'Find By' to 'Reference'. Nothing was sent.",
			);
		},
	);

	it('a skipped item whose reference was looked up is passed on', async () => {
		await all({ ...createCampaign, reference: 'B-7' });
		const { resource, campaignId } = createCampaign;
		const cancel = { resource, campaignId, operation: 'delete' };
		await all({ ...cancel, findBy: 'reference', reference: 'B-7' });
		const [skipped] = await all({ ...createCampaign, reference: 'B-7' });
		expect(skipped.status).toBe('skipped');
		const json = await done(
			{ ...cancel, findBy: 'scheduleId', scheduleId: '' },
			{ items: [{ ...skipped, schedule_id: null }] },
		);
		expect(json).toMatchObject({ status: 'skipped' });
	});

	it('Stop With an Error fails the item, and nothing is sent', async () => {
		const items = [{ date: DATE }, { date: '2026-01-15T09:00:00' }];
		const parameters = { ...before, date: '={{ $json.date }}', ifPassed: 'stop' };
		const { thrown } = await attempt(parameters, { items });
		const [error] = thrown as Array<Error & { description?: string }>;
		expect(error.message).toMatch(/^The time has passed: .* \[item 1\]$/);
		expect(braze().requests).toEqual([]);
		const json = await all(parameters, { items, onError: 'continueRegularOutput' });
		expect(json).toEqual([
			expect.objectContaining({ status: 'scheduled' }),
			expect.objectContaining({
				error: expect.stringMatching(/^The time has passed/),
				outcome: 'invalid',
			}),
		]);
	});

	it('Send in 2 Minutes', async () => {
		const start = Date.now();
		const { schedule, explained, status } = await done({ ...late, ifPassed: 'soon' });
		const time = Date.parse((schedule as { time: string }).time);
		expect(Math.abs(time - start - 120_000)).toBeLessThan(30_000);
		expect(status).toBe('scheduled');
		expect(explained).toMatch(/, which has passed, so 2 minutes from now$/);
	});

	it('a preview says that the item would be skipped', async () => {
		const options = { previewOnly: true };
		const preview = { status: 'preview', would: 'skip', request: null };
		const reason = expect.stringMatching(/^The time has passed/);
		expect(await done({ ...late, options })).toMatchObject({ ...preview, reason });
		const referenced = { ...late, reference: 'B-5', options };
		expect(await done(referenced)).toMatchObject({ ...preview, reason, reference: 'B-5' });
	});

	it('an item that is skipped does not repeat an audience', async () => {
		const items = [{ date: DATE }, { date: '2026-01-15T09:00:00' }];
		const parameters = {
			...before,
			sendTo: 'everyone',
			confirmEveryone: true,
			recipients: undefined,
			date: '={{ $json.date }}',
		};
		expect(await all(parameters, { items })).toEqual([
			expect.objectContaining({ status: 'scheduled' }),
			expect.objectContaining({ status: 'skipped' }),
		]);
	});
});

describe('A retry', () => {
	const items = [{ user: 'ada' }, { user: 'bob' }];
	const perItem = { recipients: recipients('={{ $json.user }}') };
	const refuseBob = () =>
		braze().fault({ kind: 'status', status: 400, match: { bodyIncludes: '"bob"' } });

	it('schedules nobody again, though now has become another time', async () => {
		refuseBob();
		const failed = await attempt({ ...fromNow, ...perItem }, { items });
		expect(failed.finished).toBe(false);
		await sleep(1100);
		const { json } = await retryExecution(failed);
		const times = sentTimes().map(({ time }) => time);
		expect(times).toHaveLength(3);
		expect(json).toEqual([
			expect.objectContaining({
				status: 'scheduled',
				schedule: { time: times[0] },
				warnings: [expect.stringContaining('Already scheduled by an earlier try')],
			}),
			expect.objectContaining({
				schedule: { time: times[2] },
				explained: expect.stringMatching(/^2 hours after now/),
			}),
		]);
		expect(times[2]).not.toBe(times[0]);
		// What is said about now isn't true of the earlier try.
		expect(json[0]).not.toHaveProperty('explained');
	});

	it('whose answer was lost stays unknown, and is not sent again', async () => {
		braze().fault({ kind: 'dropAfter', match: { path: 'create' } });
		const failed = await attempt(fromNow);
		expect(failed.finished).toBe(false);
		await sleep(1100);
		const { error } = await retryExecution(failed);
		expect(error?.message).toContain('unknown');
		expect(braze().writes).toHaveLength(1);
	});

	it.each(['skip', 'stop'])(
		'reports what was scheduled in time, though the time has passed since: %s',
		async (ifPassed) => {
			const moment = DateTime.utc().plus({ seconds: 2 });
			refuseBob();
			const parameters = {
				...before,
				...perItem,
				date: moment.toISO(),
				direction: 'onThatDay',
				ifPassed,
			};
			const failed = await attempt(parameters, { items });
			expect(failed.finished).toBe(false);
			while (Date.now() <= moment.toMillis()) await sleep(50);
			const { json, error } = await retryExecution(failed);
			const scheduled = expect.objectContaining({ status: 'scheduled' });
			if (ifPassed === 'skip') {
				expect(json).toEqual([scheduled, expect.objectContaining({ status: 'skipped' })]);
			} else {
				expect(error?.message).toMatch(/^The time has passed: .* \[item 1\]$/);
			}
			expect(braze().writes).toHaveLength(2);
		},
	);
});

describe('Under a reference, a time counted from now', () => {
	const cart = { ...fromNow, reference: 'cart-7' };
	const event = (hour: number) => ({ options: { eventTime: `2026-01-01T0${hour}:00:00Z` } });
	const later = () => {
		jest.useFakeTimers({
			doNotFake: [
				'hrtime',
				'nextTick',
				'performance',
				'queueMicrotask',
				'setImmediate',
				'setInterval',
				'setTimeout',
				'clearImmediate',
				'clearInterval',
				'clearTimeout',
			],
			now: Date.now() + 3 * HOUR,
		});
		braze().clock.advance(3 * HOUR);
	};

	it.each(['create', 'upsert'])(
		'%s: a repeated event makes no second schedule',
		async (operation) => {
			const parameters = { ...cart, operation };
			await all(parameters);
			await all(parameters);
			expect(live(braze())).toHaveLength(1);
			later();
			expect(await done(parameters)).toMatchObject({
				status: 'skipped',
				reason: expect.stringContaining("A time counted from now doesn't show"),
			});
			expect(braze().schedules).toHaveLength(1);
		},
	);

	it('an event that is newer makes a new one, and one that is repeated does not', async () => {
		const parameters = { ...cart, operation: 'upsert' };
		await all({ ...parameters, ...event(1) });
		later();
		expect(await done({ ...parameters, ...event(1) })).toMatchObject({
			status: 'skipped',
			reason: expect.stringMatching(/has reached its time, and this event is not newer$/),
		});
		expect(await done({ ...parameters, ...event(2) })).toMatchObject({ status: 'scheduled' });
		expect(braze().schedules).toHaveLength(2);
	});

	it.each([
		['without an event time', {}],
		['with one', event(1)],
	])('a repeated event that goes out in 2 minutes goes out once, %s', async (_, more) => {
		const soon = { ...late, ifPassed: 'soon', operation: 'upsert', reference: 'B-9' };
		await all({ ...soon, ...more });
		later();
		expect(await done({ ...soon, ...more })).toMatchObject({ status: 'skipped' });
		expect(braze().schedules).toHaveLength(1);
		expect(await done({ ...soon, ...event(2) })).toMatchObject({ status: 'scheduled' });
	});

	it('a repeated event does not bring back what was canceled', async () => {
		await all(cart);
		await all({
			resource: 'campaign',
			operation: 'delete',
			findBy: 'reference',
			campaignId: byId(orderReminder),
			reference: 'cart-7',
		});
		expect(await done(cart)).toMatchObject({
			status: 'skipped',
			reason: expect.stringMatching(/^The schedule of this reference was canceled before/),
		});
		expect(live(braze())).toEqual([]);
	});
});

describe.each(['engine', 'invoke'] as const)('As a tool of an AI agent (%s)', (via) => {
	const call = async (parameters: object, ...calls: IDataObject[]) => {
		const { responses } = await runTool({
			parameters: {
				...createCampaign,
				scheduleMode: 'relative',
				date: "={{ $fromAI('Date') }}",
				amount: "={{ $fromAI('Amount', '', 'number') }}",
				unit: "={{ $fromAI('Unit') }}",
				...parameters,
			} as never,
			credentials: credentialFor(braze()),
			timezone: ZONE,
			tables: new FakeDataTables(),
			calls,
			via,
		});
		return responses.map(({ response, failed }) => failed ?? JSON.stringify(response));
	};
	const reference = { Reference: 'B-204' };

	it('date, amount and unit can be left to the model', async () => {
		const [said] = await call(
			{ direction: 'after' },
			{ ...reference, Date: `${DATE}+01:00`, Amount: 2, Unit: 'business days' },
		);
		expect(said).toContain('"explained":"2 business days after');
		expect(sentTimes()).toHaveLength(1);
	});

	it('the model may count from now', async () => {
		const [said] = await call(
			{ direction: 'after' },
			{ ...reference, Date: 'now', Amount: 3, Unit: 'hours' },
		);
		expect(said).toContain('"explained":"3 hours after now');
	});

	it('the model reads what is wrong, and that the time has passed', async () => {
		const [wrong] = await call({}, { ...reference, Date: DATE, Amount: -1, Unit: 'days' });
		expect(wrong).toContain("'Amount' -1 is not a whole number");
		const [passed] = await call(
			{},
			{ ...reference, Date: '2026-01-15T09:00:00', Amount: 1, Unit: 'days' },
		);
		expect(passed).toContain('"status":"skipped"');
		expect(passed).toContain('The time has passed');
		expect(braze().requests).toEqual([]);
	});
});

describe('The list of time zones', () => {
	const search = async (parameters: object, filter = '') => {
		const { results } = await listSearch('searchTimeZonesAndLocal', {
			credentials: credentialFor(braze()),
			parameters: parameters as never,
			filter,
		});
		return results.map(({ value }) => value);
	};

	it("has each user's local time, except for minutes and hours", async () => {
		const start = ['workflow', 'local', 'UTC'];
		expect((await search({ unit: 'days', direction: 'before' })).slice(0, 3)).toEqual(start);
		expect((await search({ unit: 'hours', direction: 'onThatDay' })).slice(0, 3)).toEqual(start);
		for (const unit of ['minutes', 'hours']) {
			const found = await search({ unit, direction: 'after' });
			expect(found.slice(0, 2)).toEqual(['workflow', 'UTC']);
		}
	});

	it('is searched by words', async () => {
		expect(await search({}, 'local time')).toEqual(['local']);
		expect(await search({}, 'los angeles')).toEqual(['America/Los_Angeles']);
	});
});

describe('Avoid', () => {
	const avoiding = (rule: object) => ({ options: { avoid: { rule } } });
	/** A day in the week after next. */
	const weekday = (number: number) =>
		DateTime.fromISO(day(14), { zone: 'utc' })
			.set({ weekday: number as 1 })
			.toFormat('yyyy-MM-dd');
	const [friday, saturday, sunday, monday] = [5, 6, 7, 8].map((number) =>
		number === 8
			? DateTime.fromISO(weekday(1)).plus({ weeks: 1 }).toFormat('yyyy-MM-dd')
			: weekday(number),
	);

	it('moves a time before a date earlier', async () => {
		const { explained, schedule } = await done({
			...before,
			date: `${sunday}T09:00:00`,
			...avoiding({ weekends: true }),
		});
		expect(schedule).toEqual({ time: inBerlin(`${friday}T09:00:00`) });
		expect(explained).toMatch(/, moved from Sat .* because of the weekend$/);
	});

	it('in two hours, but not at night: later', async () => {
		const night = { from: '21:00', until: '08:00' };
		const { schedule } = await done({
			...fromNow,
			countFrom: 'date',
			date: `${friday}T20:00:00`,
			...avoiding({ ...night, weekends: true, dates: `${monday}` }),
		});
		const tuesday = DateTime.fromISO(monday).plus({ days: 1 }).toFormat('yyyy-MM-dd');
		expect(schedule).toEqual({ time: inBerlin(`${tuesday}T08:00:00`) });
	});

	it('an exact time is moved later', async () => {
		const parameters = { ...createCampaign, time: `${saturday}T09:00:00` };
		const { explained, schedule, warnings } = await done({
			...parameters,
			...avoiding({ weekends: true }),
		});
		expect(schedule).toEqual({ time: inBerlin(`${monday}T09:00:00`) });
		expect(explained).toMatch(
			/^Mon .*, 09:00 Europe\/Berlin, moved from Sat .* because of the weekend$/,
		);
		expect(warnings).toEqual([]);
	});

	it('an exact time that nothing speaks against is sent as it is, without an explanation', async () => {
		const json = await done({ ...createCampaign, ...avoiding({ from: '21:00', until: '08:00' }) });
		expect(json.schedule).toEqual({ time: inBerlin(SOON) });
		expect(json).not.toHaveProperty('explained');
	});

	it('a local time is moved on the clock of each user', async () => {
		const parameters = {
			...createCampaign,
			scheduleMode: 'local',
			time: `${friday}T22:30:00+05:00`,
		};
		const { explained, schedule, warnings } = await done({
			...parameters,
			...avoiding({ from: '21:00', until: '08:00' }),
		});
		expect(schedule).toEqual({ time: `${saturday}T08:00:00`, in_local_time: true });
		expect(explained).toMatch(
			/^Sat .*, 08:00 in each user's local time, moved from Fri .*, 22:30 because of the hours between 21:00 and 08:00$/,
		);
		expect(warnings).toEqual([
			'The time zone "+05:00" in the time was left out: local time has none',
		]);
	});

	it('an optimal time is moved to another day, and has no hours', async () => {
		const parameters = { ...createCampaign, scheduleMode: 'optimal', time: saturday };
		const { schedule } = await done({ ...parameters, ...avoiding({ weekends: true }) });
		expect(schedule).toEqual({ time: `${monday}T00:00:00`, at_optimal_time: true });
		const { thrown } = await attempt({
			...parameters,
			...avoiding({ from: '21:00', until: '8:00' }),
		});
		expect((thrown[0] as Error).message).toContain(
			"'Not Between' can't be used with each user's optimal time",
		);
	});

	it('applies to an update too', async () => {
		const [{ schedule_id: scheduleId }] = await all(createCampaign);
		const move = { ...createCampaign, operation: 'update', findBy: 'scheduleId', scheduleId };
		const { schedule } = await done({
			...move,
			time: `${saturday}T09:00:00`,
			...avoiding({ weekends: true }),
		});
		expect(schedule).toEqual({ time: inBerlin(`${monday}T09:00:00`) });
	});

	it('may be part of options that are one expression', async () => {
		const options = '={{ { avoid: { rule: { weekends: true } } } }}';
		await all({ ...createCampaign, time: `${saturday}T09:00:00`, options });
		expect(sentTimes()).toEqual([{ time: inBerlin(`${monday}T09:00:00`) }]);
		const { thrown } = await attempt({
			...createCampaign,
			options: '={{ { avoid: { rule: { dates: null } } } }}',
		});
		expect((thrown[0] as Error).message).toBe("'Dates to Avoid' is empty [item 0]");
	});

	it('may differ from item to item', async () => {
		const items = [{ off: [friday] }, { off: [] }];
		const parameters = { ...createCampaign, time: `${friday}T09:00:00` };
		const rule = { dates: '={{ $json.off }}', weekends: true };
		await all({ ...parameters, ...avoiding(rule) }, { items });
		expect(sentTimes()).toEqual([
			{ time: inBerlin(`${monday}T09:00:00`) },
			{ time: inBerlin(`${friday}T09:00:00`) },
		]);
	});

	it.each([
		[{ dates: NOTHING }, "'Dates to Avoid' is empty [item 0]"],
		[{ dates: '={{ null }}' }, "'Dates to Avoid' is empty [item 0]"],
		[{ from: NOTHING, until: '={{ "" }}' }, "'Not Between' is empty [item 0]"],
		[{ weekends: NOTHING }, "'Weekends' is empty, but it has to be true or false [item 0]"],
		[{ from: '21:00' }, "'Not Between' has only one of its two times [item 0]"],
		[{ dates: '2026-02-30' }, /^'Dates to Avoid' contains "2026-02-30"/],
	])('%j is refused', async (rule, message) => {
		for (const parameters of [before, createCampaign]) {
			const { thrown } = await attempt({ ...parameters, ...avoiding(rule) });
			const said = (thrown as Error[]).map((error) => error.message).join();
			if (typeof message === 'string') expect(said).toContain(message);
			else expect(said).toMatch(message);
		}
		expect(braze().requests).toEqual([]);
	});

	it.each([NOTHING, '={{ null }}', null])('%j for the whole option is refused', async (avoid) => {
		const { thrown } = await attempt({ ...createCampaign, options: { avoid } });
		expect((thrown[0] as Error).message).toMatch(/^'Avoid' is /);
		expect(braze().requests).toEqual([]);
	});
});
