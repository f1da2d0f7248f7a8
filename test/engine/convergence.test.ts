/** What the law of references (test/model, test/memory) has found, and rules that it can't see. */
import { byId, createCampaign, orderReminder, run, stopOnce, useBraze } from './braze';
import { FakeDataTables } from './harness';
import { day } from '../day';
import { live } from '../live';

const braze = useBraze();

const TIME = `${day(14)}T09:00:00Z`;
const LATER = `${day(15)}T09:00:00Z`;

const upsert = {
	...createCampaign,
	operation: 'upsert',
	reference: '={{ $json.reference ?? "B-204" }}',
	recipientsInput: 'json',
	recipientsJson: '={{ [{ external_user_id: $json.person }] }}',
	time: '={{ $json.time ?? $json.preset }}',
};
const existing = {
	resource: 'campaign',
	findBy: 'reference',
	campaignId: byId(orderReminder),
	reference: 'B-204',
};
const move = {
	...existing,
	operation: 'update',
	scheduleMode: 'exact',
	time: '={{ $json.time }}',
};

const withEventTime = <T extends object>(parameters: T) => ({
	...parameters,
	options: { eventTime: '={{ $json.at }}' },
});

const items = (...all: object[]) => all.map((one) => ({ preset: TIME, person: 'ada', ...one }));

let tables: FakeDataTables;
beforeEach(() => {
	tables = new FakeDataTables();
});

const deliver = async (parameters: object, all: object[], options: object = {}) =>
	await run(braze(), parameters as never, {
		tables,
		items: items(...all) as never,
		onError: 'continueErrorOutput',
		...options,
	});

describe('every item has a result, whatever became of the item that decides for its reference', () => {
	test('its schedule could not be canceled, so it was not replaced', async () => {
		await deliver(upsert, [{}]);
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { path: 'delete' },
		});
		const { outputs } = await deliver(upsert, [{ person: 'bob' }, { person: 'eve' }]);
		expect(outputs[1]).toHaveLength(2);
		expect(live(braze())).toHaveLength(1);
	});

	test('the execution is stopped while its request waits', async () => {
		await deliver(upsert, [{}]);
		const all = [
			{ reference: 'B-1' },
			{ reference: 'B-2', person: 'bob' },
			{ reference: 'B-2', person: 'eve' },
		];
		const before = braze().requests.length;
		braze().fault({ kind: 'latency', ms: 300 });
		const { outputs } = await deliver({ ...upsert, options: { concurrency: 1 } }, all, {
			signal: stopOnce(() => braze().requests.length > before),
		});
		expect(outputs.flat()).toHaveLength(all.length);
	});

	test('it is only previewed', async () => {
		const { outputs } = await deliver({ ...upsert, options: { previewOnly: true } }, [
			{ person: 'bob' },
			{ person: 'eve' },
		]);
		expect(outputs[0].map(({ json }) => json.status)).toEqual(['preview', 'preview']);
	});
});

describe('an event counts as handled only once it has been', () => {
	const upsertAt = withEventTime(upsert);
	const moveAt = withEventTime(move);
	const [ONE, TWO, THREE] = ['01', '02', '03'].map((second) => `2026-01-01T10:00:${second}Z`);
	const status = async (parameters: object, item: object) => {
		const { outputs } = await deliver(parameters, [item]);
		return outputs.flat()[0].json.status ?? 'failed';
	};

	test('a replacement of which Braze refused the second half is made when the event comes again', async () => {
		expect(await status(upsertAt, { at: ONE })).toBe('scheduled');
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { path: 'create' },
		});
		expect(await status(upsertAt, { at: TWO, person: 'bob' })).toBe('failed');
		expect(live(braze())).toHaveLength(0);
		expect(await status(upsertAt, { at: ONE })).toBe('ignored');
		expect(await status(upsertAt, { at: TWO, person: 'bob' })).toBe('scheduled');
		expect(live(braze()).map(({ recipients }) => recipients[0].external_user_id)).toEqual(['bob']);
	});

	test.each(['stop', 'continue'])(
		'a move that finds nothing (If Not Found: %s) keeps no late booking from being scheduled',
		async (ifNotFound) => {
			const moved = { ...moveAt, ifNotFound };
			const item = { at: TWO, time: LATER };
			const first = await status(moved, item);
			expect(first).toBe(ifNotFound === 'stop' ? 'failed' : 'not_found');
			expect(await status(upsertAt, { at: ONE })).toBe('scheduled');
			expect(await status(moved, item)).toBe('updated');
			expect(await status(upsertAt, { at: ONE })).toBe('ignored');
		},
	);

	test('nor one that was canceled before, and is booked again', async () => {
		const cancelAt = withEventTime({ ...existing, operation: 'delete' });
		expect(await status(cancelAt, { at: ONE })).toBe('not_found');
		expect(await status({ ...moveAt, ifNotFound: 'continue' }, { at: THREE, time: LATER })).toBe(
			'not_found',
		);
		expect(await status(upsertAt, { at: TWO })).toBe('scheduled');
		expect(await status({ ...moveAt, ifNotFound: 'continue' }, { at: THREE, time: LATER })).toBe(
			'updated',
		);
	});

	test('a move without an answer is the latest event all the same', async () => {
		expect(await status(upsertAt, { at: ONE })).toBe('scheduled');
		braze().fault({ kind: 'dropAfter', match: { path: 'update' }, times: 'always' });
		expect(await status(upsertAt, { at: THREE, time: LATER })).toBe('failed');
		braze().clearFaults();
		expect(await status(upsertAt, { at: TWO })).toBe('ignored');
		expect(await status(upsertAt, { at: THREE, time: LATER })).toBe('updated');
	}, 60_000);

	test('of two events in one execution, the later one decides, whatever their order', async () => {
		const [early, late] = [{ at: ONE }, { at: TWO, person: 'bob' }];
		for (const [reference, both] of Object.entries({ A: [early, late], B: [late, early] })) {
			await deliver(
				upsertAt,
				both.map((one) => ({ ...one, reference })),
			);
			const scheduled = live(braze()).at(-1)?.recipients[0].external_user_id;
			expect(scheduled).toBe('bob');
		}
		expect(braze().writes).toHaveLength(2);
	});
});
