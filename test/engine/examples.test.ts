import type { IDataObject } from 'n8n-workflow';

import cartExample from '../../examples/abandoned-cart.json';
import bookingExample from '../../examples/booking-reminder.json';
import launchExample from '../../examples/list-launch.json';
import trialExample from '../../examples/trial-ending.json';
import { day } from '../day';
import { live } from '../live';
import { run, useBraze } from './braze';
import { FakeDataTables } from './harness';

const braze = useBraze();

/** The parameters of a step of an example, with its expressions. */
function parametersOf(example: { nodes: unknown[] }, name: string): IDataObject {
	const nodes = example.nodes as Array<{ name: string; parameters: IDataObject }>;
	const found = nodes.find((node) => node.name === name);
	if (!found) throw new Error(`The example has no step "${name}".`);
	return found.parameters;
}

let tables: FakeDataTables;
beforeEach(() => {
	tables = new FakeDataTables();
});

async function statuses(parameters: IDataObject, items: IDataObject[]): Promise<unknown[]> {
	const { json, error } = await run(braze(), parameters, { items, tables });
	expect(error?.message).toBeUndefined();
	return json.map(({ status }) => status);
}

describe('List launch', () => {
	const schedule = parametersOf(launchExample, 'Schedule the launch');
	/** As n8n's Split Out writes them. */
	const contacts = (launch: string, ...ids: string[]) =>
		ids.map((customer_id) => ({
			'body.launch': launch,
			'body.send_at': `${day(5)}T09:00:00`,
			contact: { customer_id, first_name: 'Ada' },
		}));

	it('schedules every contact once for each launch, and only what is new when the list is sent again', async () => {
		for (const launch of ['spring', 'autumn']) {
			expect([launch, await statuses(schedule, contacts(launch, 'ada', 'bob'))]).toEqual([
				launch,
				['scheduled', 'scheduled'],
			]);
		}
		expect(braze().writes).toHaveLength(2);
		expect(await statuses(schedule, contacts('spring', 'ada', 'eve', 'bob'))).toEqual([
			'skipped',
			'scheduled',
			'skipped',
		]);
		expect(braze().writes).toHaveLength(3);
	});
});

describe('Booking reminder', () => {
	const keep = parametersOf(bookingExample, 'Schedule or move the reminder');
	const cancel = parametersOf(bookingExample, 'Cancel the reminder');
	const event = (hour: number, starts: number, first_name = 'Ada') => ({
		body: {
			booking_id: 'B-1',
			customer_id: 'ada',
			first_name,
			starts_at: `${day(starts)}T09:00:00`,
			occurred_at: `2026-01-05T0${hour}:00:00Z`,
		},
	});

	it('ends as the latest event says', async () => {
		expect(await statuses(keep, [event(1, 5)])).toEqual(['scheduled']);
		expect(await statuses(keep, [event(3, 7)])).toEqual(['updated']);
		expect(await statuses(keep, [event(2, 6)])).toEqual(['ignored']);
		expect(await statuses(keep, [event(4, 7, 'Grace')])).toEqual(['replaced']);
		expect(live(braze())).toMatchObject([
			{ recipients: [{ external_user_id: 'ada', trigger_properties: { first_name: 'Grace' } }] },
		]);
		expect(await statuses(cancel, [event(5, 7)])).toEqual(['deleted']);
		expect(await statuses(keep, [event(1, 5)])).toEqual(['ignored']);
		expect(live(braze())).toEqual([]);
	});

	it('sends no reminder of a booking that is less than a day away', async () => {
		const late = event(1, 0);
		late.body.starts_at = new Date(Date.now() + 3_600_000).toISOString();
		expect(await statuses(keep, [late])).toEqual(['skipped']);
		expect(braze().writes).toEqual([]);
	});

	it('takes events without a time', async () => {
		const { body } = event(1, 5);
		const untimed = { body: { ...body, occurred_at: undefined } };
		expect(await statuses(keep, [untimed])).toEqual(['scheduled']);
		expect(await statuses(keep, [untimed])).toEqual(['unchanged']);
		expect(await statuses(cancel, [untimed])).toEqual(['deleted']);
	});
});

describe('Abandoned cart', () => {
	const remind = parametersOf(cartExample, 'Remind in two hours');
	const cancel = parametersOf(cartExample, 'Cancel the reminder');
	const minutesAgo = (minutes: number) => new Date(Date.now() - minutes * 60_000).toISOString();
	const cart = (minutes: number, first_product: string) => ({
		body: { customer_id: 'ada', total: 12, first_product, occurred_at: minutesAgo(minutes) },
	});
	const contexts = () =>
		live(braze()).flatMap(({ recipients }) =>
			(recipients as IDataObject[]).map(({ context }) => context),
		);

	it('keeps one reminder for each customer, until they order', async () => {
		expect(await statuses(remind, [cart(30, 'Lamp')])).toEqual(['scheduled']);
		expect(await statuses(remind, [cart(20, 'Chair')])).toEqual(['replaced']);
		expect(contexts()).toEqual([{ total: 12, first_product: 'Chair' }]);
		expect(await statuses(cancel, [cart(10, '')])).toEqual(['deleted']);
		expect(await statuses(remind, [cart(20, 'Chair')])).toEqual(['ignored']);
		expect(live(braze())).toEqual([]);
		expect(await statuses(remind, [cart(5, 'Lamp')])).toEqual(['scheduled']);
		expect(contexts()).toEqual([{ total: 12, first_product: 'Lamp' }]);
	});

	it('takes events without a time', async () => {
		const { occurred_at: left, ...body } = cart(0, 'Lamp').body;
		expect(left).toBeDefined();
		for (const again of [false, true]) {
			expect([again, await statuses(remind, [{ body }])]).toEqual([again, ['scheduled']]);
			expect([again, await statuses(cancel, [{ body }])]).toEqual([again, ['deleted']]);
		}
	});
});

describe('Trial ending', () => {
	const enter = parametersOf(trialExample, 'Enter the Canvas');
	const trial = (ends: number) => ({
		body: {
			contact: { customer_id: 'ada', first_name: 'Ada' },
			account: { plan: 'Team', seats: 12 },
			trial_ends_on: day(ends),
		},
	});

	it('moves with the trial, and schedules nobody twice', async () => {
		expect(await statuses(enter, [trial(20)])).toEqual(['scheduled']);
		expect(await statuses(enter, [trial(20)])).toEqual(['unchanged']);
		expect(await statuses(enter, [trial(27)])).toEqual(['replaced']);
		expect(live(braze())).toMatchObject([
			{
				schedule: { time: `${day(24)}T10:00:00`, in_local_time: true },
				recipients: [
					{
						external_user_id: 'ada',
						context: { first_name: 'Ada', plan: 'Team', seats: 12, last_day: day(27) },
					},
				],
			},
		]);
	});

	it('enters nobody whose trial ends too soon', async () => {
		expect(await statuses(enter, [trial(1)])).toEqual(['skipped']);
		expect(braze().writes).toEqual([]);
	});
});
