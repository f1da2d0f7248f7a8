import { bodies, byId, createCampaign, orderReminder, recipients, run, useBraze } from './braze';
import { FakeDataTables } from './harness';
import { day } from '../day';

const braze = useBraze();

const LATER = `${day(15)}T09:00:00`;
const B204 = { reference: 'B-204' };

const create = { ...createCampaign, ...B204 };
const upsert = { ...create, operation: 'upsert' };
const existing = {
	resource: 'campaign',
	findBy: 'reference',
	campaignId: byId(orderReminder),
	...B204,
};
const move = { ...existing, operation: 'update', scheduleMode: 'exact', time: LATER };
const cancel = { ...existing, operation: 'delete' };

let tables: FakeDataTables;
beforeEach(() => {
	tables = new FakeDataTables();
});

const done = async (parameters: object, options: object = {}) => {
	const result = await run(braze(), parameters as never, { tables, ...options });
	expect(result.error?.message).toBeUndefined();
	return result.json[0];
};

const rows = () => tables.table('Braze schedules').rows;
const live = () => braze().schedules.filter(({ state }) => state === 'scheduled');

describe('a booking, from another workflow each time', () => {
	test('is scheduled once, moved, and canceled by its reference', async () => {
		const first = await done(create);
		expect(first).toMatchObject({ status: 'scheduled', reference: 'B-204' });
		expect(await done(create)).toMatchObject({
			status: 'skipped',
			reference: 'B-204',
			schedule_id: first.schedule_id,
			schedule: first.schedule,
		});
		expect(await done(move)).toMatchObject({
			status: 'updated',
			reference: 'B-204',
			schedule_id: first.schedule_id,
		});
		expect(await done(cancel)).toMatchObject({ status: 'deleted', schedule_id: first.schedule_id });
		expect(await done(cancel)).toMatchObject({ status: 'not_found', reference: 'B-204' });
		expect(braze().writes.map(({ path }) => path.split('/').at(-1))).toEqual([
			'create',
			'update',
			'delete',
		]);
		expect(rows()).toHaveLength(1);
	});

	test('is brought to what the latest item says', async () => {
		const first = await done(upsert);
		expect(first).toMatchObject({ status: 'scheduled' });
		expect(await done(upsert)).toMatchObject({ status: 'unchanged' });
		expect(await done({ ...upsert, time: LATER })).toMatchObject({
			status: 'updated',
			schedule_id: first.schedule_id,
		});
		const replaced = await done({ ...upsert, time: LATER, recipients: recipients('bob') });
		expect(replaced).toMatchObject({ status: 'replaced', reference: 'B-204' });
		expect(replaced.schedule_id).not.toBe(first.schedule_id);
		expect(bodies(braze()).at(-1)?.recipients).toEqual([{ external_user_id: 'bob' }]);
		expect(live()).toHaveLength(1);
	});
});
