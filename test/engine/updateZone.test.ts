import type { IDataObject } from 'n8n-workflow';
import { DateTime } from 'luxon';

import { day } from '../day';
import {
	byId,
	createCampaign,
	createCanvas,
	onboarding,
	orderReminder,
	run,
	useBraze,
} from './braze';
import { FakeDataTables } from './harness';
import type { RunNodeOptions } from './harness';

const braze = useBraze();

const DAY = day(14);
const NINE = `${DAY}T09:00:00`;
const TEN = `${DAY}T10:00:00`;

const utc = (time: string, zone: string) =>
	DateTime.fromISO(time, { zone }).toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");
const clock = (time: string, zone: string) =>
	DateTime.fromISO(time, { zone }).toFormat("yyyy-MM-dd'T'HH:mm:ssZZ");

const zone = (value: string) => ({ timezone: { __rl: true, mode: 'list', value } });

describe.each([
	['campaign', createCampaign, { campaignId: byId(orderReminder) }],
	['canvas', createCanvas, { canvasId: byId(onboarding) }],
])('The time zone of an update of a %s', (resource, create, target) => {
	let tables: FakeDataTables;
	beforeEach(() => {
		tables = new FakeDataTables();
	});

	/** Another workflow, with another time zone. */
	const OTHER: Partial<RunNodeOptions> = { timezone: 'UTC' };

	const result = async (parameters: object, options: Partial<RunNodeOptions> = {}) => {
		const { json, error } = await run(braze(), parameters as never, { tables, ...options });
		expect(error?.message).toBeUndefined();
		return json[0];
	};

	const at = (time: string, within: string) => ({
		schedule: { time: utc(time, within) },
		time: clock(time, within),
		time_zone: within,
	});

	const made = { ...create, time: NINE };
	const move = { resource, operation: 'update', scheduleMode: 'exact', time: TEN };

	it('is in the output of Create, with the clock time there', async () => {
		expect(await result(made)).toMatchObject(at(NINE, 'Europe/Berlin'));
		const inTokyo = { ...made, ...zone('Asia/Tokyo') };
		expect(await result(inTokyo)).toMatchObject(at(NINE, 'Asia/Tokyo'));
		const local = { ...made, scheduleMode: 'local' };
		expect(await result(local)).toMatchObject({ time: NINE, time_zone: null });
	});

	const byItem = { ...move, findBy: 'scheduleId' };
	const byReference = { ...move, ...target, findBy: 'reference', reference: 'B-1' };

	const moved = async (how: string, update: object, first: object = {}) => {
		const created = await result({
			...made,
			...first,
			...(how === 'item' ? {} : { reference: 'B-1' }),
		});
		const base = how === 'item' ? byItem : byReference;
		const items: IDataObject[] = how === 'item' ? [created] : [{}];
		return await result({ ...base, ...update }, { ...OTHER, items });
	};

	it.each(['item', 'reference'])('starts as that of the schedule, found by %s', async (how) => {
		expect(await moved(how, {})).toMatchObject(at(TEN, 'Europe/Berlin'));
		expect(braze().schedules[0].schedule).toEqual({ time: utc(TEN, 'Europe/Berlin') });
	});

	it.each(['item', 'reference'])('is the chosen one, found by %s', async (how) => {
		expect(await moved(how, zone('workflow'))).toMatchObject(at(TEN, 'UTC'));
		expect(await moved(how, zone('Asia/Tokyo'))).toMatchObject(at(TEN, 'Asia/Tokyo'));
	});

	it.each(['item', 'reference'])(
		'never changes a time that has its own, found by %s',
		async (how) => {
			const { schedule } = await moved(how, { time: `${TEN}+05:30` });
			expect(schedule).toEqual({ time: utc(TEN, 'Asia/Kolkata') });
		},
	);

	it.each(['item', 'reference'])(
		"is the workflow's if the schedule had none, found by %s",
		async (how) => {
			const local = { scheduleMode: 'local' };
			expect(await moved(how, {}, local)).toMatchObject(at(TEN, 'UTC'));
		},
	);

	it("is the workflow's if the incoming item's is not that of the schedule", async () => {
		const { schedule_id: scheduleId, ...created } = await result(made);
		const parameters = { ...byItem, scheduleId };
		const item = { ...created, schedule_id: 'another', time_zone: 'Asia/Tokyo' };
		expect(await result(parameters, { ...OTHER, items: [item] })).toMatchObject(at(TEN, 'UTC'));
		const nowhere = { ...created, schedule_id: scheduleId, time_zone: 'Mars' };
		expect(await result(parameters, { ...OTHER, items: [nowhere] })).toMatchObject(at(TEN, 'UTC'));
	});

	it('is remembered with the new time, so that the next update starts with it', async () => {
		await moved('reference', zone('Asia/Tokyo'));
		expect(await result({ ...byReference, time: NINE }, OTHER)).toMatchObject(
			at(NINE, 'Asia/Tokyo'),
		);
		expect(await result({ ...byReference, time: NINE }, OTHER)).toMatchObject({
			status: 'unchanged',
			...at(NINE, 'Asia/Tokyo'),
		});
	});

	it('explains a move out of the hours to avoid only if there is one in it', async () => {
		await result({ ...made, ...zone('America/New_York'), reference: 'B-9' });
		const avoid = { rule: { from: '21:00', until: '08:00' } };
		const time = DateTime.fromISO(`${DAY}T21:30:00`, { zone: 'Europe/Berlin' }).toISO();
		const found = { ...target, findBy: 'reference', reference: 'B-9' };
		const json = await result({ ...move, ...found, time, options: { avoid } });
		expect(json).toMatchObject({ status: 'updated', time_zone: 'America/New_York' });
		expect(json).not.toHaveProperty('explained');
	});

	it('is shown in a preview', async () => {
		expect(await moved('reference', { options: { previewOnly: true } })).toMatchObject({
			status: 'preview',
			...at(TEN, 'Europe/Berlin'),
		});
	});
});
