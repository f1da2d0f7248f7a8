/** What Get Many lists after n8n was killed in the middle of an execution with references. */
import type { IDataObject, IWorkflowBase } from 'n8n-workflow';

import { day } from '../day';
import { byId, createCampaign, ofEachItem, orderReminder, useBraze } from './braze';
import { FakeDataTables } from './harness';
import { runsOn } from './runsOn';

const braze = useBraze();

/** Of the schedules, and of what they are to be moved to. */
const [DAY, LATER] = [14, 15];
const create = { ...createCampaign, reference: '={{ $json.id }}', time: `${day(DAY)}T09:00:00` };
const existing = {
	resource: 'campaign',
	findBy: 'reference',
	campaignId: byId(orderReminder),
	reference: '={{ $json.id }}',
};
const move = {
	...existing,
	operation: 'update',
	scheduleMode: 'exact',
	time: `${day(LATER)}T09:00:00`,
};
const cancel = { ...existing, operation: 'delete' };
const list = { resource: 'campaign', operation: 'getAll', returnAll: true };

const REASON =
	'An execution ended before it sent anything for this reference. Send the same event or list again';

/** What an inline workflow does. */
type Deed = 'claim' | 'read' | 'announce' | 'settle' | 'withdraw' | 'other';

const DEEDS: Record<string, Deed> = {
	'insert get': 'claim',
	get: 'read',
	update: 'announce',
	'insert deleteRows': 'settle',
	deleteRows: 'withdraw',
};

function deedOf({ nodes }: IWorkflowBase): Deed {
	const steps = nodes.flatMap(({ parameters }) =>
		parameters.resource === 'row' ? [String(parameters.operation)] : [],
	);
	return DEEDS[steps.slice(0, 2).join(' ')] ?? 'other';
}

/** The n8n of one execution. All of them share the tables, and each may have its own trouble. */
class OneOfMany extends FakeDataTables {
	constructor(private readonly before: (deed: Deed) => void | Promise<void>) {
		super();
		Object.assign(this, { tables: tables.tables });
	}

	override get caller() {
		const { executeWorkflow, getWorkflow } = super.caller;
		const call: typeof executeWorkflow = async (info, ...rest) => {
			await this.before(deedOf(info.code as IWorkflowBase));
			return await executeWorkflow(info, ...rest);
		};
		return { getWorkflow, executeWorkflow: call };
	}
}

let tables: FakeDataTables;
beforeEach(() => {
	tables = new FakeDataTables();
});

const { attempt, all, rows } = runsOn(braze, () => tables);

const items = (...ids: string[]): IDataObject[] => ids.map((id) => ({ id }));

/** Each with its status, in the order of the list. */
const listed = async (filters: object = {}) =>
	(await all({ ...list, filters })).map(({ reference, status }) => [reference, status]);

/** An execution whose n8n is killed right before it does this for the nth time: it writes nothing more. */
async function kill(parameters: object, ids: string[], deed: Deed, times = 1) {
	let left = times;
	const n8n = new OneOfMany((next) => {
		if (next === deed) left -= 1;
		if (left <= 0) throw new Error('n8n was killed');
	});
	await attempt(parameters, { tables: n8n, items: items(...ids) });
	expect(left).toBeLessThanOrEqual(0);
}

/** Long after the death of everything that hasn't ended. */
const endLeases = (state?: string) => {
	for (const row of rows().filter((one) => !state || one.state === state)) {
		if (row.lease_until) row.lease_until = new Date(0);
	}
};

test('every item of a list is unknown or not sent, once the lease is over, until the list is sent again', async () => {
	// The first 50 are announced together.
	const ids = Array.from({ length: 53 }, (_, index) => `B-${index}`);
	await kill(create, ids, 'announce', 2);
	expect(await listed()).toEqual([]);
	endLeases();
	const [notSent] = await all({ ...list, filters: { status: 'not_sent' } });
	expect(notSent).toMatchObject({ reason: REASON, recipients: 1, schedule_id: null });
	expect(await listed({ status: 'not_sent' })).toEqual(ids.slice(50).map((id) => [id, 'not_sent']));
	expect(await listed({ status: 'unknown' })).toHaveLength(50);
	await attempt(create, { items: items(...ids), onError: 'continueErrorOutput' });
	expect(await listed({ status: 'not_sent' })).toEqual([]);
	expect(await listed({ status: 'scheduled' })).toHaveLength(3);
});

test('the schedule that is there is listed as well', async () => {
	await all(create, { items: items('B-1') });
	await kill(cancel, ['B-1'], 'announce');
	endLeases();
	expect(await listed()).toEqual([
		['B-1', 'scheduled'],
		['B-1', 'not_sent'],
	]);
	expect(await all(cancel, { items: items('B-1') })).toMatchObject([{ status: 'deleted' }]);
	expect(await listed()).toEqual([['B-1', 'deleted']]);
});

test('a preview of the item changes nothing', async () => {
	await all(create, { items: items('B-0') });
	await kill(create, ['B-1', 'B-2'], 'announce');
	endLeases();
	const preview = { ...create, options: { previewOnly: true } };
	expect(await all(preview, { items: items('B-1') })).toMatchObject([{ would: 'schedule' }]);
	expect(await listed({ status: 'not_sent' })).toEqual([
		['B-1', 'not_sent'],
		['B-2', 'not_sent'],
	]);
});

test('nothing is not sent while another execution is at work on the reference', async () => {
	await all(create, { items: items('B-0') });
	let goOn = () => {};
	const isFree = new Promise<void>((resolve) => (goOn = resolve));
	let isSent = () => {};
	const sent = new Promise<void>((resolve) => (isSent = resolve));
	const slow = new OneOfMany(async (deed) => {
		if (deed !== 'settle') return;
		isSent();
		await isFree;
	});
	const first = all(create, { tables: slow, items: items('B-1') });
	await sent;
	// It waits for the other one, with its mark.
	await kill(cancel, ['B-1'], 'read');
	endLeases('claiming');
	expect(await listed({ reference: 'B-1' })).toEqual([]);
	goOn();
	await first;
	expect(await listed({ reference: 'B-1' })).toEqual([
		['B-1', 'scheduled'],
		['B-1', 'not_sent'],
	]);
});

describe('a combined schedule that is canceled for everyone in it', () => {
	const combined = { ...create, recipients: ofEachItem, options: { combine: 'perItem' } };
	const forEveryone = { ...cancel, options: { forEveryone: true } };
	const three = ['B-ada', 'B-bob', 'B-cy'].map((id) => ({ id, external_user_id: id }));
	beforeEach(async () => {
		await all(combined, { items: three });
	});

	test('only the reference that this was asked for by was not sent', async () => {
		await kill(forEveryone, ['B-bob'], 'announce');
		endLeases();
		expect(rows().filter(({ state }) => state === 'claiming')).toHaveLength(3);
		expect(await listed({ status: 'not_sent' })).toEqual([['B-bob', 'not_sent']]);
	});

	test('a mark that could not be withdrawn does not count, since the execution has sent its request', async () => {
		const locked = new OneOfMany((deed) => {
			if (deed === 'withdraw') throw new Error('SQLITE_BUSY: database is locked');
		});
		await all(forEveryone, { tables: locked, items: items('B-bob') });
		endLeases();
		expect(rows().filter(({ state }) => state === 'claiming')).toHaveLength(1);
		expect(await listed()).toEqual(three.map(({ id }) => [id, 'deleted']));
	});
});

describe('a filter by time', () => {
	const on = (date: number) => ({
		after: `${day(date)}T00:00:00`,
		before: `${day(date)}T23:59:00`,
	});

	test('finds what the reference stands for by all of its rows', async () => {
		await all(create, { items: items('B-canceled', 'B-moved') });
		await kill(cancel, ['B-canceled'], 'settle');
		await kill(move, ['B-moved'], 'settle');
		endLeases();
		expect(await listed(on(DAY))).toEqual([['B-canceled', 'unknown']]);
		expect(await listed({ after: `${day(DAY)}T00:00:00` })).toEqual([
			['B-canceled', 'unknown'],
			['B-moved', 'unknown'],
		]);
	});

	test('finds a cancellation that was not sent by the time of its schedule', async () => {
		await all(create, { items: items('B-1') });
		await kill(cancel, ['B-1'], 'announce');
		endLeases();
		expect(await listed({ ...on(DAY), status: 'not_sent' })).toEqual([['B-1', 'not_sent']]);
		expect(await listed(on(LATER))).toEqual([]);
	});

	test('finds a move that was not sent by its new time', async () => {
		await all(create, { items: items('B-1') });
		await kill(move, ['B-1'], 'announce');
		endLeases();
		expect(await listed(on(LATER))).toEqual([['B-1', 'not_sent']]);
		expect(await listed(on(DAY))).toEqual([['B-1', 'scheduled']]);
	});
});

describe('a move that was not sent', () => {
	const inZone = (zone: string) => ({ timezone: { __rl: true, mode: 'list', value: zone } });
	const moved = async () => {
		endLeases();
		const [json] = await all({ ...list, filters: { status: 'not_sent' } });
		return { time: json.time, time_zone: json.time_zone, schedule: json.schedule };
	};
	const nine = { time: `${day(LATER)}T09:00:00+01:00`, time_zone: 'Europe/Berlin' };

	test('has its new time', async () => {
		await all(create, { items: items('B-1') });
		await kill(move, ['B-1'], 'announce');
		expect(await moved()).toMatchObject(nine);
	});

	test('has no time if it was to stay in a time zone that was not known yet', async () => {
		await all({ ...create, ...inZone('America/New_York') }, { items: items('B-1') });
		await kill(move, ['B-1'], 'announce');
		expect(await moved()).toEqual({ time: null, time_zone: null, schedule: null });
	});

	test('has its new time in a time zone that was chosen', async () => {
		await all({ ...create, ...inZone('America/New_York') }, { items: items('B-1') });
		await kill({ ...move, ...inZone('Europe/Berlin') }, ['B-1'], 'announce');
		expect(await moved()).toMatchObject(nine);
	});
});

describe.each(['delete', 'update'])('the items of the list, passed to %s', (operation) => {
	let found: IDataObject[];
	beforeEach(async () => {
		await all(create, { items: items('B-0') });
		await kill(create, ['B-1', 'B-2'], 'announce');
		endLeases();
		found = await all(list);
	});
	const done = operation === 'delete' ? 'deleted' : 'updated';

	test('by Schedule ID: what was not sent is passed on, and the others are processed', async () => {
		const parameters = { ...move, operation, findBy: 'scheduleId' };
		const [first, second] = await all(parameters, { items: found });
		expect(first).toMatchObject({ schedule_id: found[0].schedule_id });
		expect(second).toMatchObject({
			status: 'skipped',
			schedule_id: null,
			warnings: [
				`Not sent: nothing was sent for this item before, so there is nothing to ${operation}. Reason: ${REASON}`,
			],
		});
	});

	test('by Reference: nothing is found for what was not sent, and its mark goes', async () => {
		const reference = '={{ $json.reference }}';
		const parameters = { ...move, operation, reference, ifNotFound: 'continue' };
		expect(await all(parameters, { items: found })).toMatchObject([
			{ reference: 'B-0', status: done },
			{ reference: 'B-1', status: 'not_found' },
			{ reference: 'B-2', status: 'not_found' },
		]);
		expect(await listed({ status: 'not_sent' })).toEqual([]);
	});
});
