import { COLUMNS, toCells } from '../../nodes/BrazeSchedule/memory/columns';
import { dataTableStore } from '../../nodes/BrazeSchedule/memory/dataTableStore';
import type { Place } from '../../nodes/BrazeSchedule/memory/dataTableStore';
import { forgetTables } from '../../nodes/BrazeSchedule/memory/openTable';
import type { MemoryProblem } from '../../nodes/BrazeSchedule/memory/problem';
import type { NewRow, Row } from '../../nodes/BrazeSchedule/memory/store';
import { FakeDataTables } from './fakeDataTables';
import { LEASE_END, mark, settledRow } from './rows';

const TABLE = 'Braze schedules';
const AS = { version: 7, deed: 'update' as const };

beforeEach(forgetTables);

function start(options: ConstructorParameters<typeof FakeDataTables>[0] = {}, place?: Place) {
	const n8n = new FakeDataTables(options);
	return { n8n, store: dataTableStore(n8n.caller, place) };
}

/** With the table open, so that only calls of the method itself are counted. */
async function startOpen(options: ConstructorParameters<typeof FakeDataTables>[0] = {}) {
	const { n8n, store } = start(options);
	await store.read(['nothing']);
	n8n.calls.length = 0;
	const put = (...rows: NewRow[]) =>
		store.settle({ claim: 'nobody', part: 0, rows, obsolete: [] }).then(() => {
			n8n.calls.length = 0;
		});
	const rows = () => n8n.table(TABLE).rows;
	const states = () => rows().map(({ state }) => state);
	return { n8n, store, put, rows, states };
}

const problemOf = async (promise: Promise<unknown>) =>
	await promise.then(
		() => {
			throw new Error('It did not fail');
		},
		(problem: MemoryProblem) => problem,
	);

const references = (rows: Row[]) => rows.map(({ reference }) => reference);

/** A Data Table node's own words. */
const failure = (message: string, description?: string) =>
	Object.assign(new Error(message), { description });

describe('what is written', () => {
	test('comes back as it was, whatever its texts are', async () => {
		const { store } = await startOpen();
		const texts = [
			'={{ 1 }}',
			'={{ $json.reference }}',
			'=',
			'= 1 + 1',
			'it\'s "quoted" `so`',
			'back\\slash \\n \\u0041',
			'line\nbreak\r\n\ttab',
			'😀 é ß İ 漢字',
			'{{ 1 }}',
			"'; DROP TABLE x; --",
			'%_*?[a]',
			' spaces ',
			'17',
			'true',
			'2027-01-05T09:00:00+01:00',
			'$&',
		];
		for (const text of texts) {
			const row = mark(text, { note: text, name: text, claim: text, content: text, sendId: text });
			expect(await store.claim([row])).toEqual([{ ...row, id: expect.any(Number) as number }]);
			expect(await store.announce(text, 0, AS)).toHaveLength(1);
			expect(references(await store.read([text]))).toEqual([text]);
			await store.settle({ claim: text, part: 0, rows: [], obsolete: [] });
			expect(await store.read([text])).toEqual([]);
		}
	});

	test('comes back with what it does not have left out', async () => {
		const { store } = await startOpen();
		const row = mark('A', {
			overAt: undefined,
			recipients: undefined,
			eventTime: undefined,
			leaseUntil: undefined,
		});
		expect(await store.claim([row])).toEqual([{ ...row, id: 1 }]);
	});

	test('of a move without an answer has the other times at which it may be due', async () => {
		const { store, put, rows } = await startOpen();
		const otherTimes = [{ time: '2027-01-04T09:00:00', mode: 'local' as const }];
		await put(settledRow('A', { state: 'unknown', deed: 'update', otherTimes }));
		expect(await store.read(['A'])).toMatchObject([{ otherTimes }]);
		rows()[0].details = '{"other_times":["soon",{"time":1}]}';
		expect(await store.read(['A'])).toMatchObject([{ otherTimes: [] }]);
	});

	test('has the columns that people read first, and dates as dates', async () => {
		const { n8n, store } = await startOpen();
		await store.claim([mark('A')]);
		const { columns, rows } = n8n.table(TABLE);
		expect(columns).toEqual(COLUMNS);
		const first = columns.slice(0, 4).map(({ name }) => name);
		expect(first).toEqual(['reference', 'state', 'time', 'note']);
		expect(rows[0]).toMatchObject({
			reference: 'A',
			event_time: '2026-11-27T12:00:00.007Z',
			over_at: new Date('2027-01-05T08:00:00.000Z'),
			lease_until: new Date(LEASE_END),
		});
	});

	test('can be read whatever people did to it by hand', async () => {
		const { store, put, rows } = await startOpen();
		await put(settledRow('A'), settledRow('B'), settledRow('C'));
		const [a, b, c] = rows();
		Object.assign(a, { state: 'done', details: 'not JSON', over_at: null });
		Object.assign(b, {
			state: 'claiming',
			details: '[]',
			version: null,
			deed: 'x',
			resource: null,
		});
		Object.assign(c, {
			state: null,
			note: null,
			event_time: 'yesterday',
			name: null,
			details: null,
		});
		const read = await store.read(['A', 'B', 'C']);
		expect(read.map(({ state, version }) => [state, version])).toEqual([
			['unknown', 1_795_853_600_000],
			['unknown', 0],
			['unknown', 1_795_853_600_000],
		]);
		expect(read[0].note).toBe('The state of this row was changed by hand');
	});
});

describe('a claim', () => {
	test('is written and read in one inline workflow, with what others have there', async () => {
		const { n8n, store, put } = await startOpen();
		await put(settledRow('A'), settledRow('B'), mark('A', { claim: 'other' }));
		const rows = await store.claim([mark('A'), mark('C')]);
		expect(rows.map(({ reference, claim }) => [reference, claim])).toEqual([
			['A', 'run-0'],
			['A', 'other'],
			['A', 'run-1'],
			['C', 'run-1'],
		]);
		expect(n8n.calls).toHaveLength(1);
	});

	test('is written as a whole or not at all', async () => {
		const { store, rows } = await startOpen();
		const broken = mark('B', { recipients: 'many' as never });
		await expect(store.claim([mark('A'), broken])).rejects.toThrow();
		expect(rows()).toEqual([]);
	});

	test('without references starts no inline workflow', async () => {
		const { n8n, store } = await startOpen();
		expect(await store.claim([])).toEqual([]);
		expect(await store.read([])).toEqual([]);
		await store.remove([], 'claiming');
		await store.giveUp([], 'note');
		expect(n8n.calls).toEqual([]);
	});

	test.each([500, 501, 1_500, 10_000])(
		'of %i references finds all their rows, in a handful of inline workflows',
		async (count) => {
			const { n8n, store, put } = await startOpen();
			const all = Array.from({ length: count }, (_, index) => `R-${index}`);
			await put(...all.slice(0, count / 2).map((reference) => settledRow(reference)));
			await put(settledRow('Z'), settledRow('R-0', { resourceId: 'other' }));
			const rows = await store.claim(all.map((reference) => mark(reference)));
			expect(n8n.calls.length).toBeLessThanOrEqual(5);
			const others = rows.filter(
				({ claim, resourceId }) => claim !== 'run-1' && resourceId === 'campaign-1',
			);
			expect(references(others).sort()).toEqual(all.slice(0, count / 2).sort());
		},
	);

	test('of a list costs one inline workflow, and reads no mark of its own back', async () => {
		const { n8n, store, put, rows } = await startOpen();
		await put(...Array.from({ length: 900 }, (_, index) => settledRow(`R-${index}`)));
		const list = Array.from({ length: 10_000 }, (_, index) => mark(`R-${index}`));
		const found = await store.claim(list);
		expect(n8n.calls).toHaveLength(1);
		expect(found.map(({ claim }) => claim)).toEqual(Array(900).fill('run-0'));
		expect(rows()).toHaveLength(10_900);
	});

	test('finds more rows of one reference than n8n reads at once', async () => {
		const { store, put } = await startOpen();
		await put(...Array.from({ length: 2_500 }, () => settledRow('A')), settledRow('B'));
		expect(await store.claim([mark('A')])).toHaveLength(2_500);
		expect(await store.read(['A', 'B'])).toHaveLength(2_502);
	});

	test('is written once, even if n8n has to be asked again for the rows', async () => {
		const { n8n, store, rows } = await startOpen();
		const { caller } = n8n;
		let isFirst = true;
		n8n.options.before = () => undefined;
		const stumbling = dataTableStore({
			...caller,
			executeWorkflow: async (...args) => {
				const answer = await caller.executeWorkflow(...args);
				if (!isFirst) return answer;
				isFirst = false;
				throw failure('synchronization error: result count changed during pagination');
			},
		});
		expect(await stumbling.claim([mark('A')])).toHaveLength(1);
		expect(rows()).toHaveLength(1);
		expect(await store.read(['A'])).toHaveLength(1);
	});
});

describe('a claim of a single reference', () => {
	const CREATE = { version: 3, deed: 'create' as const };
	const seen = (found: Row[]) => found.map(({ claim, state }) => [claim, state]);

	test('is announced at once if nothing is known of it, in one inline workflow', async () => {
		const { n8n, store, put, states } = await startOpen();
		await put(settledRow('B'), settledRow('A', { resourceId: 'other' }), mark('B', { claim: 'x' }));
		expect(await store.claimNew(mark('A'), CREATE)).toEqual([
			{ ...mark('A'), ...CREATE, state: 'sending', id: expect.any(Number) as number },
		]);
		expect(n8n.calls).toHaveLength(1);
		expect(states()).toEqual(['scheduled', 'scheduled', 'claiming', 'sending']);
	});

	test.each([
		['settled', settledRow('A')],
		['at work', mark('A', { claim: 'run-0' })],
		['sending', mark('A', { claim: 'run-0', state: 'sending' })],
		['given up', mark('A', { claim: 'run-0', state: 'unknown' })],
	])('is not announced if a row of it is %s', async (_, row) => {
		const { n8n, store, put } = await startOpen();
		await put(row);
		const found = await store.claimNew(mark('A'), CREATE);
		expect(seen(found)).toEqual([
			['run-0', row.state],
			['run-1', 'claiming'],
		]);
		expect(n8n.calls).toHaveLength(1);
		expect(await store.announce('run-1', 0, AS)).toHaveLength(1);
	});

	test('takes its texts for what they are', async () => {
		const { store } = await startOpen();
		for (const text of ['={{ 1 }}', "it's", '%', '']) {
			const row = mark(text, { claim: text, resourceId: text });
			expect(seen(await store.claimNew(row, CREATE))).toEqual([[text, 'sending']]);
		}
	});

	test('finds more rows than n8n reads at once', async () => {
		const { store, put } = await startOpen();
		await put(...Array.from({ length: 1_500 }, () => settledRow('A')));
		const found = await store.claimNew(mark('A'), CREATE);
		expect(found).toHaveLength(1_501);
		expect(found.at(-1)).toMatchObject({ claim: 'run-1', state: 'claiming' });
	});

	test('is written once and stays announced, even if n8n has to be asked again', async () => {
		const { n8n, rows } = await startOpen();
		const { caller } = n8n;
		let isFirst = true;
		const stumbling = dataTableStore({
			...caller,
			executeWorkflow: async (...args) => {
				const answer = await caller.executeWorkflow(...args);
				if (!isFirst) return answer;
				isFirst = false;
				n8n.table(TABLE).rows.push({ ...toCells(mark('A', { claim: 'rival' }), TABLE), id: 9 });
				throw failure('synchronization error: result count changed during pagination');
			},
		});
		expect(seen(await stumbling.claimNew(mark('A'), CREATE))).toEqual([
			['run-1', 'sending'],
			['rival', 'claiming'],
		]);
		expect(rows()).toHaveLength(2);
	});
});

/**
 * A run that is done writes its row and then removes its mark. Between two inline workflows that read
 * a long list, it may do both: one of the two must be seen.
 */
test('a long list is read in the order of the IDs, so that no run can hide in it', async () => {
	for (const position of [700, 1_001, 2_500, 4_500]) {
		for (let moment = 1; moment <= 4; moment += 1) {
			let finish = () => {};
			const { n8n, store, put, rows } = await startOpen({
				before: (call) => {
					if (call === moment) finish();
				},
			});
			const filler = (count: number) =>
				Array.from({ length: count }, (_, index) => settledRow(`F-${index}`));
			await put(
				...filler(position - 1),
				mark('A', { claim: 'other', state: 'sending' }),
				...filler(5_000 - position),
			);
			finish = () => {
				const table = n8n.table(TABLE);
				const done = toCells(settledRow('A', { claim: 'other' }), TABLE);
				const id = Math.max(...rows().map((row) => row.id)) + 1;
				table.rows.push({ ...done, id });
				table.rows = rows().filter(
					({ claim, state }) => claim !== 'other' || state === 'scheduled',
				);
			};
			const wanted = ['A', ...Array.from({ length: 600 }, (_, index) => `N-${index}`)];
			const found = await store.claim(wanted.map((reference) => mark(reference)));
			expect([position, moment, found.some(({ claim }) => claim === 'other')]).toEqual([
				position,
				moment,
				true,
			]);
		}
	}
});

describe('announcing', () => {
	test('turns the claiming marks of the part, and returns those alone', async () => {
		const { n8n, store, put, rows, states } = await startOpen();
		await put(
			mark('A'),
			mark('B', { part: 1 }),
			mark('C', { state: 'unknown' }),
			mark('D', { claim: 'run-2' }),
			mark('E'),
			settledRow('F', { claim: 'run-1' }),
		);
		expect(await store.announce('run-1', 0, AS)).toEqual(
			['A', 'E'].map((reference) => ({
				...{ reference, resource: 'campaign', resourceId: 'campaign-1' },
			})),
		);
		expect(n8n.calls).toHaveLength(1);
		expect(states()).toEqual([
			'sending',
			'claiming',
			'unknown',
			'claiming',
			'sending',
			'scheduled',
		]);
		expect(rows()[0]).toMatchObject({ version: 7, deed: 'update' });
		expect((await store.read(['A']))[0]).toMatchObject(AS);
		expect(await store.announce('run-1', 0, AS)).toEqual([]);
	});
});

describe('settling', () => {
	test('writes the rows, removes the marks of the part and what is obsolete, in one inline workflow', async () => {
		const { n8n, store, put, rows } = await startOpen();
		await put(
			settledRow('A'),
			settledRow('B'),
			mark('A', { state: 'sending' }),
			mark('B', { state: 'unknown' }),
			mark('C', { part: 1 }),
		);
		await store.settle({
			claim: 'run-1',
			part: 0,
			rows: [settledRow('A', { claim: 'run-1' }), settledRow('B', { claim: 'run-1' })],
			obsolete: [
				{ id: 1, claim: 'run-0' },
				{ id: 2, claim: 'run-0' },
			],
		});
		expect(n8n.calls).toHaveLength(1);
		expect(rows().map(({ id, reference, part }) => [id, reference, part])).toEqual([
			[5, 'C', 1],
			[6, 'A', null],
			[7, 'B', null],
		]);
	});

	test('removes what is obsolete even if nothing is written and no mark is left', async () => {
		const { n8n, store, put, rows } = await startOpen();
		await put(settledRow('A'), settledRow('B'), settledRow('C'));
		const obsolete = [
			{ id: 99, claim: 'run-0' },
			{ id: 1, claim: 'run-0' },
			{ id: 3, claim: 'run-0' },
		];
		await store.settle({ claim: 'run-1', part: 0, rows: [], obsolete });
		expect(rows().map(({ id }) => id)).toEqual([2]);
		expect(n8n.calls).toHaveLength(1);
	});

	test('removes any number of obsolete rows, each of its own claim', async () => {
		const { n8n, store, put, rows } = await startOpen();
		await put(
			...Array.from({ length: 300 }, (_, index) => settledRow('A', { claim: `c${index}` })),
		);
		const obsolete = rows()
			.filter(({ id }) => id % 3 > 0)
			.map(({ id, claim }) => ({ id, claim: id === 200 ? 'another' : (claim as string) }));
		await store.settle({ claim: 'run-1', part: 0, rows: [], obsolete });
		expect(rows().map(({ id }) => id)).toEqual(
			Array.from({ length: 300 }, (_, index) => index + 1).filter(
				(id) => id % 3 === 0 || id === 200,
			),
		);
		expect(n8n.calls).toHaveLength(2);
	});
});

describe('removing, withdrawing, giving up, renewing', () => {
	test('remove what is still in that state, and no later row with the same ID', async () => {
		const { n8n, store, put, rows } = await startOpen();
		await put(mark('A'), mark('B', { state: 'sending' }), mark('C'), mark('D', { claim: 'later' }));
		const keys = [1, 2, 3, 4].map((id) => ({ id, claim: 'run-1' }));
		await store.remove(keys, 'claiming');
		expect(rows().map(({ id }) => id)).toEqual([2, 4]);
		expect(n8n.calls).toHaveLength(1);
	});

	test('a claim is withdrawn as far as it was not announced', async () => {
		const { store, put, rows } = await startOpen();
		await put(mark('A'), mark('B', { state: 'sending' }), mark('C', { claim: 'other' }));
		await store.withdraw('run-1');
		expect(rows().map(({ reference }) => reference)).toEqual(['B', 'C']);
	});

	test.each([0, 40])(
		'of a claim, some references are withdrawn, and no others (%i more)',
		async (more) => {
			const { n8n, store, put, rows } = await startOpen();
			const list = Array.from({ length: more }, (_, index) => mark(`M-${index}`));
			const left = [
				mark('A', { claim: 'other' }),
				mark('A', { resourceId: 'campaign-2' }),
				mark('B'),
				mark('C', { state: 'sending' }),
				settledRow('A', { claim: 'run-1' }),
			];
			await put(mark('A'), ...left, ...list);
			await store.withdraw('run-1', [mark('A'), mark('C'), ...list]);
			expect(rows().map(({ id }) => id)).toEqual(left.map((_, index) => index + 2));
			expect(n8n.calls.length).toBeLessThanOrEqual(2);
			n8n.calls.length = 0;
			await store.withdraw('run-1', []);
			expect(n8n.calls).toEqual([]);
		},
	);

	test('only marks that are sending are given up', async () => {
		const { store, put, rows, states } = await startOpen();
		await put(
			mark('A', { state: 'sending' }),
			mark('B'),
			mark('C', { state: 'sending', claim: 'x' }),
		);
		await store.giveUp(
			[1, 2, 3].map((id) => ({ id, claim: 'run-1' })),
			'=Its run ended without a warning: "{{ \'x\' }}"',
		);
		expect(states()).toEqual(['unknown', 'claiming', 'sending']);
		expect(rows()[0].note).toBe('=Its run ended without a warning: "{{ \'x\' }}"');
	});

	test('a lease is moved for all marks of the claim, and for no settled row', async () => {
		const { store, put } = await startOpen();
		await put(mark('A'), mark('A', { part: 1 }), mark('A', { claim: 'other' }));
		await put(settledRow('A', { claim: 'run-1' }));
		await store.renew('run-1', LEASE_END + 1_000);
		const leases = (await store.read(['A'])).map(({ leaseUntil }) => leaseUntil);
		expect(leases).toEqual([LEASE_END + 1_000, LEASE_END + 1_000, LEASE_END, undefined]);
	});
});

test('all rows that share a schedule are found, however many they are', async () => {
	const { store, put } = await startOpen();
	const shared = { scheduleId: 'big', shared: 2_500 };
	await put(...Array.from({ length: 2_500 }, (_, index) => settledRow(`A-${index}`, shared)));
	await put(settledRow('B', { scheduleId: 'small' }), settledRow('C'));
	expect(await store.inSchedules(['big'])).toHaveLength(2_500);
	expect(references(await store.inSchedules(['small', 'none']))).toEqual(['B']);
	expect(await store.inSchedules(['big', 'small'])).toHaveLength(2_501);
});

describe('searching', () => {
	const day = (date: number) => Date.UTC(2027, 0, date);
	const filled = async (isOld = false) => {
		const { n8n, store } = start({ isOld }, { tableId: 'T1' });
		n8n.add(TABLE, [...COLUMNS]).id = 'T1';
		const rows = [
			settledRow('Booking-1', { overAt: day(1) }),
			settledRow('booking_2', { overAt: day(2), state: 'deleted' }),
			settledRow('50% OFF', { overAt: day(3), state: 'unknown' }),
			settledRow('CAFÉ', { overAt: day(4), resourceId: 'campaign-2' }),
			settledRow('canvas', { overAt: day(5), resource: 'canvas' }),
			settledRow('=1+1 \\', { overAt: undefined }),
		];
		await store.settle({ claim: 'nobody', part: 0, rows, obsolete: [] });
		return { n8n, store, rows: () => n8n.table(TABLE).rows };
	};

	test.each([
		[{}, ['=1+1 \\', 'CAFÉ', '50% OFF', 'booking_2', 'Booking-1']],
		[{ limit: 2 }, ['=1+1 \\', 'CAFÉ']],
		[{ text: 'BOOKING' }, ['booking_2', 'Booking-1']],
		[{ text: '_' }, ['booking_2']],
		[{ text: '%' }, ['50% OFF']],
		[{ text: '0% o' }, ['50% OFF']],
		[{ text: 'café' }, ['CAFÉ']],
		[{ text: '=1' }, ['=1+1 \\']],
		[{ text: '\\' }, ['=1+1 \\']],
		[{ resourceId: 'campaign-2' }, ['CAFÉ']],
		[{ states: ['deleted' as const] }, ['booking_2']],
		[{ states: ['deleted' as const, 'unknown' as const] }, ['50% OFF', 'booking_2']],
		[{ states: [] }, []],
		[{ overAfter: day(2), overBefore: day(3) }, ['50% OFF', 'booking_2']],
		[{ overBefore: day(1) - 1 }, []],
	])('%j', async (search, expected) => {
		for (const isOld of [false, true]) {
			forgetTables();
			const { store } = await filled(isOld);
			const found = await store.search({ resource: 'campaign', ...search });
			expect(references(found)).toEqual(expected);
		}
	});

	test('finds marks alone, at work or given up', async () => {
		for (const isOld of [false, true]) {
			forgetTables();
			const { store } = await filled(isOld);
			await store.claim([
				mark('at work', { overAt: day(1) }),
				mark('timeless', { overAt: undefined }),
			]);
			const find = async (search: object) =>
				references(await store.search({ resource: 'campaign', onlyMarks: true, ...search }));
			expect(await find({})).toEqual(['timeless', 'at work']);
			expect(await find({ overAfter: day(1) })).toEqual(['at work']);
		}
	});

	test('finds rows whose state was changed by hand among the unknown ones', async () => {
		const { store, rows } = await filled();
		rows()[0].state = 'fertig';
		const found = await store.search({ resource: 'campaign', states: ['unknown'] });
		expect(references(found)).toEqual(['50% OFF', 'Booking-1']);
	});

	test('reads as many pages as it takes, and no more', async () => {
		const { n8n, store, put } = await startOpen();
		await put(...Array.from({ length: 3_500 }, (_, index) => settledRow(`A-${index}`)));
		expect(await store.search({ resource: 'campaign', limit: 50 })).toHaveLength(50);
		expect(n8n.calls).toHaveLength(1);
		expect(await store.search({ resource: 'campaign' })).toHaveLength(3_500);
		expect(references(await store.search({ resource: 'campaign', text: '-12' }))[0]).toBe('A-1299');
		n8n.options.isOld = true;
		expect(references(await store.search({ resource: 'campaign', limit: 2 }))).toEqual([
			'A-3499',
			'A-3498',
		]);
	});
});

describe('forgetting', () => {
	test('removes old settled rows, some hundred at a time, in one inline workflow', async () => {
		const { n8n, store, put, rows } = await startOpen();
		const old = { overAt: 1_000 };
		await put(
			settledRow('unknown', { ...old, state: 'unknown' }),
			mark('mark', old),
			settledRow('timeless', { overAt: undefined }),
			settledRow('young', { overAt: 3_000 }),
			settledRow('deleted', { ...old, state: 'deleted' }),
			...Array.from({ length: 400 }, () => settledRow('old', old)),
		);
		expect(await store.forget(2_000)).toBe(true);
		expect(n8n.calls).toHaveLength(1);
		expect(rows()).toHaveLength(105);
		expect(await store.forget(2_000)).toBe(false);
		expect(await store.forget(2_000)).toBe(false);
		expect(rows().map(({ reference }) => reference)).toEqual([
			'unknown',
			'mark',
			'timeless',
			'young',
		]);
	});
});

describe('the inline workflow', () => {
	test('belongs to the workflow, and leaves nothing behind', async () => {
		const { n8n, store } = start();
		await store.claim([mark('A')]);
		for (const { code } of n8n.calls) {
			expect(code).toMatchObject({ id: 'W1', name: 'Bookings' });
			expect(code.settings).toEqual({
				executionOrder: 'v1',
				saveDataSuccessExecution: 'none',
				saveDataErrorExecution: 'none',
				saveManualExecutions: false,
				saveExecutionProgress: false,
				callerPolicy: 'workflowsFromSameOwner',
			});
			expect(new Set(code.nodes.map(({ type }) => type))).toEqual(
				new Set(['n8n-nodes-base.executeWorkflowTrigger', 'n8n-nodes-base.dataTable']),
			);
		}
	});
});

describe('opening the table', () => {
	test('makes it on first use, and looks for it once in a process', async () => {
		const { n8n, store } = start();
		await store.read(['A']);
		await dataTableStore(n8n.caller).read(['A']);
		const operations = n8n.calls.map(({ code }) => code.nodes[1].parameters.operation);
		expect(operations).toEqual(['list', 'create', 'get', 'get']);
		expect(n8n.tables.map(({ name }) => name)).toEqual([TABLE]);
	});

	test('is not made by those who only read, and found as soon as it is there', async () => {
		const { n8n, store } = start({}, { readOnly: true });
		expect(await store.read(['A'])).toEqual([]);
		expect(await store.search({ resource: 'campaign' })).toEqual([]);
		expect(n8n.tables).toEqual([]);
		await dataTableStore(n8n.caller).claim([mark('A')]);
		expect(await store.read(['A'])).toHaveLength(1);
	});

	test('opens it once for all that need it at the same time', async () => {
		const { n8n } = start();
		await Promise.all(['A', 'B', 'C'].map((one) => dataTableStore(n8n.caller).read([one])));
		expect(n8n.calls).toHaveLength(5);
	});

	test('takes the table of exactly this name, whatever other tables are called', async () => {
		const { n8n, store } = start();
		n8n.add('braze schedules', [...COLUMNS]);
		n8n.add(TABLE, [...COLUMNS]);
		n8n.add(`${TABLE} (old)`, [...COLUMNS]);
		await store.claim([mark('A')]);
		expect(n8n.tables.map(({ rows }) => rows.length)).toEqual([0, 1, 0]);
	});

	test.each([
		'SQLITE_CONSTRAINT: UNIQUE constraint failed: data_table.projectId, data_table.name',
		'duplicate key value violates unique constraint "UQ_b23096ef747281ac944d28e8b0d"',
	])('takes the table that another run makes at the very same moment: %s', async (said) => {
		const { n8n, store } = start({
			before: (call) => {
				if (call !== 1 || n8n.tables.length > 0) return;
				n8n.add(TABLE, [...COLUMNS]);
				throw new Error(said);
			},
		});
		await store.claim([mark('A')]);
		expect(n8n.tables.map(({ rows }) => rows.length)).toEqual([1]);
	});

	test('takes the table that another run has made in the meantime', async () => {
		const { n8n, store } = start({
			before: (call) => {
				if (call !== 1) return;
				n8n.add(TABLE, [...COLUMNS]);
				n8n.add(`${TABLE} 2`, []);
			},
		});
		await store.claim([mark('A')]);
		expect(n8n.table(TABLE).rows).toHaveLength(1);
	});

	test('takes another name', async () => {
		const { n8n, store } = start({}, { table: ' =VIP "schedules" ' });
		await store.claim([mark('A')]);
		expect(n8n.tables.map(({ name }) => name)).toEqual(['=VIP "schedules"']);
	});

	test('looks again when the table is gone', async () => {
		const { n8n, store } = start();
		await store.claim([mark('A')]);
		n8n.tables.length = 0;
		await store.claim([mark('B')]);
		expect(n8n.table(TABLE).rows.map(({ reference }) => reference)).toEqual(['B']);
	});

	test('refuses to start with an empty table where somebody renamed the full one', async () => {
		const { n8n, store } = start();
		await store.claim([mark('A')]);
		n8n.table(TABLE).name = 'Reminders';
		forgetTables();
		expect(await problemOf(store.read(['A']))).toMatchObject({
			kind: 'tableRenamed',
			message: "The data table 'Braze schedules' seems to have been renamed to 'Reminders'",
		});
		expect(n8n.tables).toHaveLength(1);
		// By its new name it may be used.
		expect(await dataTableStore(n8n.caller, { table: 'Reminders' }).read(['A'])).toHaveLength(1);
	});

	test('a table that is chosen by its ID has any name', async () => {
		const { n8n, store } = start();
		const own = n8n.add('Reminders', [...COLUMNS]);
		await dataTableStore(n8n.caller, { tableId: own.id }).claim([mark('A')]);
		await store.claim([mark('B')]);
		expect(n8n.table(TABLE).rows).toHaveLength(1);
	});

	test("takes other tables of ours for what they are, and empty ones for nobody's", async () => {
		const { n8n, store } = start();
		await dataTableStore(n8n.caller, { table: 'VIP' }).claim([mark('A')]);
		n8n.add('Empty', [...COLUMNS]);
		await store.claim([mark('B')]);
		expect(n8n.table(TABLE).rows).toHaveLength(1);
	});

	test.each([
		[['note'], "The data table 'Braze schedules' can't be used: the column 'note' is missing"],
		[
			['note', 'claim'],
			"The data table 'Braze schedules' can't be used: the columns 'note', 'claim' are missing",
		],
	])('names the columns that are missing: %j', async (missing, message) => {
		for (const tableId of [undefined, 'T1']) {
			forgetTables();
			const { n8n, store } = start({}, { tableId });
			const table = n8n.add(
				TABLE,
				COLUMNS.filter(({ name }) => !missing.includes(name)),
			);
			table.id = 'T1';
			expect(await problemOf(store.read(['A']))).toMatchObject({
				kind: 'columns',
				message: tableId ? message.replace(TABLE, 'T1') : message,
			});
		}
	});

	test('names a column that is removed later', async () => {
		const { n8n, store } = start();
		await store.read(['A']);
		const table = n8n.table(TABLE);
		table.columns = table.columns.filter(({ name }) => name !== 'time_zone');
		expect(await problemOf(store.claim([mark('A')]))).toMatchObject({
			kind: 'columns',
			message: "The data table 'Braze schedules' can't be used: the column 'time_zone' is missing",
		});
		table.columns = table.columns.filter(({ name }) => name !== 'reference');
		expect((await problemOf(store.read(['A']))).message).toContain("'reference'");
	});

	test('names a column of the wrong type', async () => {
		const { n8n, store } = start();
		const columns = COLUMNS.map(({ name, type }) => ({
			name,
			type: name === 'reference' ? 'number' : type,
		}));
		n8n.add(TABLE, columns);
		const { kind, message, description } = await problemOf(store.read(['A']));
		expect([kind, message]).toEqual([
			'columns',
			"The data table 'Braze schedules' can't be used: the column 'reference' has the wrong type",
		]);
		expect(description).toContain("must be 'string'");
	});

	test('on n8n 1, takes the ID of a table made by hand', async () => {
		const { n8n, store } = start({ isOld: true }, { tableId: 'T1' });
		n8n.add('Whatever', [...COLUMNS]).id = 'T1';
		await store.claim([mark('A')]);
		await store.settle({ claim: 'run-1', part: 0, rows: [settledRow('A')], obsolete: [] });
		expect(references(await store.search({ resource: 'campaign', limit: 5 }))).toEqual(['A']);
	});

	test('a table by its ID is asked one question at a time, for n8n 1 breaks on two', async () => {
		const byId = start({ isOld: true }, { tableId: 'T1' });
		byId.n8n.add('Whatever', [...COLUMNS]).id = 'T1';
		byId.n8n.failures = [failure('Database is busy')];
		const claims = ['A', 'B', 'C'].map(
			async (one) =>
				await dataTableStore(byId.n8n.caller, { tableId: 'T1' }).claim([mark(one, { claim: one })]),
		);
		expect((await Promise.allSettled(claims)).map(({ status }) => status)).toContain('rejected');
		await Promise.all(['A', 'B', 'C'].map(async (one) => await byId.store.read([one])));
		expect(byId.n8n.mostActive).toBe(1);
		const byName = await startOpen();
		await Promise.all(['A', 'B', 'C'].map(async (one) => await byName.store.read([one])));
		expect(byName.n8n.mostActive).toBe(3);
	});

	test('on n8n 1 without an ID, says how to make the table', async () => {
		const { store } = start({ isOld: true });
		const { kind, description } = await problemOf(store.read(['A']));
		expect(kind).toBe('needsTableId');
		for (const { name } of COLUMNS) expect(description).toContain(`${name} (`);
	});

	test('says that a table by its ID is not there', async () => {
		const { store } = start({}, { tableId: 'nowhere' });
		expect(await problemOf(store.read(['A']))).toMatchObject({
			kind: 'tableGone',
			message: "The data table 'nowhere' was not found in the project of this workflow",
		});
	});

	test('forgets a failure', async () => {
		const { n8n, store } = start();
		n8n.failures = [failure('Database is busy')];
		await problemOf(store.read(['A']));
		expect(await store.read(['A'])).toEqual([]);
	});
});

describe('what n8n refuses', () => {
	test.each([
		[
			'Validation error with data table request: Data table size limit exceeded: 200MB used, limit is 200MB',
			'full',
		],
		['Attempted to use Data table node but the module is disabled', 'disabled'],
		['Unrecognized node type: n8n-nodes-base.dataTable', 'disabled'],
		['this.helpers.getDataTableAggregateProxy is not a function', 'disabled'],
		['SQLITE_CONSTRAINT: FOREIGN KEY constraint failed', 'noWorkflowId'],
		[
			'Cannot modify data tables on a protected instance. This instance is in read-only mode.',
			'readOnly',
		],
		["You don't have the permissions to create a data table in this project.", 'denied'],
		['The sub-workflow (W1) cannot be called by this workflow', 'denied'],
		['synchronization error: result count changed during pagination', 'countChanged'],
		['SQLITE_BUSY: database is locked', 'other'],
		['', 'other'],
	])('%s', async (message, kind) => {
		const { n8n, store } = start();
		await store.read(['A']);
		n8n.failures = Array.from({ length: 9 }, () => failure(message));
		const problem = await problemOf(store.read(['A']));
		expect(problem.kind).toBe(kind);
		expect(problem.name).toBe('MemoryProblem');
		expect(`${problem.message}\n${problem.description}`).toMatchSnapshot();
	});

	test('a workflow without an ID runs nothing', async () => {
		const { n8n, store } = start({ workflow: { id: undefined } });
		const problem = await problemOf(store.read(['A']));
		expect(problem.kind).toBe('noWorkflowId');
		expect(n8n.calls).toEqual([]);
	});

	test('long words are shortened', async () => {
		const { n8n, store } = start();
		n8n.failures = [failure('x'.repeat(5_000))];
		expect((await problemOf(store.read(['A']))).description.length).toBeLessThan(600);
	});
});
