import { Claims } from '../../nodes/BrazeSchedule/memory/claims';
import type { ClaimOptions, Settled, Taken } from '../../nodes/BrazeSchedule/memory/claims';
import type { Wanted } from '../../nodes/BrazeSchedule/memory/contest';
import type { Deed } from '../../nodes/BrazeSchedule/domain/references';
import type { NewRow, Remembered, Row, RowKey } from '../../nodes/BrazeSchedule/memory/store';
import { MemoryStore, Table, WITHOUT_STEPS } from './memoryStore';

const LEASE = 60_000;
const MARGIN = 20_000;

let table: Table;
let clock: number;
/** Anyone who waits for a moment to come. */
let sleepers: Array<{ end: number; wake: () => void }>;

beforeEach(() => {
	table = new Table();
	clock = 1_000_000;
	sleepers = [];
});

/** Lets everybody who is not asleep do what they can. */
const settled = async () => await new Promise((resolve) => setImmediate(resolve));

async function pass(milliseconds: number): Promise<void> {
	await settled();
	const until = clock + milliseconds;
	for (;;) {
		const next = sleepers.sort((one, other) => one.end - other.end)[0];
		if (!next || next.end > until) break;
		sleepers.shift();
		clock = next.end;
		next.wake();
		await settled();
	}
	clock = until;
}

const wait: ClaimOptions['wait'] = async (milliseconds, signal) =>
	await new Promise((resolve) => {
		if (signal?.aborted) resolve();
		else sleepers.push({ end: clock + milliseconds, wake: resolve });
	});

function run(token: string, options: Partial<ClaimOptions> = {}, store = new MemoryStore(table)) {
	const claims = new Claims(store, {
		token,
		lease: LEASE,
		margin: MARGIN,
		maximumWait: 10_000,
		now: () => clock,
		wait,
		random: () => 0.5,
		...options,
	});
	return { claims, store };
}

const remembered = (reference: string): Remembered => ({
	...{ reference, resource: 'campaign', resourceId: 'c-1', name: '', time: '10:00', mode: 'exact' },
	...{ timeZone: '', scheduleId: '', dispatchId: '', sendId: '', shared: 1, content: 'A' },
	workflow: 'w-1',
});

const want = (...references: string[]): Wanted[] =>
	references.map((reference) => ({ ...remembered(reference), part: 0 }));

const row = (reference: string, more: Partial<Settled> = {}): Settled => ({
	...{ ...remembered(reference), state: 'scheduled', note: '', deed: 'create', scheduleId: 's-1' },
	...more,
});

const mark = (reference: string, more: Partial<NewRow> = {}): NewRow => ({
	...{ ...remembered(reference), state: 'claiming', note: '', deed: 'create', version: 0 },
	...{ claim: 'other.0', part: 0, leaseUntil: clock + LEASE, ...more },
});

async function all(taken: AsyncGenerator<Array<Taken<Wanted>>>): Promise<Array<Taken<Wanted>>> {
	const found: Array<Taken<Wanted>> = [];
	for await (const some of taken) found.push(...some);
	return found;
}

const outcomes = (taken: Array<Taken<Wanted>>) =>
	taken.map(({ wanted: { reference }, is }) => `${reference} ${is}`);

const states = () => table.rows.map(({ reference, state }) => `${reference} ${state}`);

test('takes, announces and settles any number of references in three calls', async () => {
	const { claims, store } = run('one');
	const references = Array.from({ length: 500 }, (_, index) => `r-${index}`);
	const taken = await all(claims.take(want(...references)));
	expect(new Set(taken.map(({ is }) => is))).toEqual(new Set(['owned']));
	expect(claims.mayStillSend(remembered('r-0'))).toBe(false);
	expect((await claims.announce(0, 'create')).owned).toHaveLength(500);
	expect(claims.mayStillSend(remembered('r-0'))).toBe(true);
	expect(
		await claims.settle(
			0,
			references.map((one) => row(one)),
		),
	).toEqual({ lost: [] });
	await claims.close();
	expect(store.calls).toEqual(['claim', 'announce', 'settle']);
	expect(table.rows).toHaveLength(500);
	expect(table.rows[0]).toMatchObject({ state: 'scheduled', scheduleId: 's-1', version: 1 });
	expect(table.rows.every((one) => one.part === undefined && one.leaseUntil === undefined)).toBe(
		true,
	);
});

describe('a single reference', () => {
	const wantNew = (...references: string[]): Wanted[] =>
		want(...references).map((one) => ({ ...one, deedIfNew: 'create' }));

	test('that nobody knows is claimed, announced and settled in two calls', async () => {
		const { claims, store } = run('one');
		expect(outcomes(await all(claims.take(wantNew('a'))))).toEqual(['a owned']);
		expect(table.rows).toMatchObject([{ state: 'sending', deed: 'create', version: 1 }]);
		expect(claims.mayStillSend(remembered('a'))).toBe(false);
		const { owned } = await claims.announce(0, 'create');
		expect(owned).toMatchObject([{ reference: 'a' }]);
		expect((await claims.announce(0, 'create')).owned).toEqual([]);
		expect(claims.mayStillSend(remembered('a'))).toBe(true);
		await claims.settle(0, [row('a')]);
		await claims.close();
		expect(store.calls).toEqual(['claimNew', 'settle']);
		expect(table.rows).toMatchObject([{ state: 'scheduled', version: 1 }]);
	});

	test('that is known is announced with what is done to it', async () => {
		table.insert({ ...row('a'), version: 4, claim: 'other.0' });
		const { claims, store } = run('one');
		const [taken] = await all(claims.take(wantNew('a')));
		expect(taken).toMatchObject({ is: 'owned', current: { state: 'scheduled' } });
		expect(states()).toEqual(['a scheduled', 'a claiming']);
		await claims.announce(0, 'update');
		expect(table.rows[1]).toMatchObject({ state: 'sending', deed: 'update', version: 5 });
		expect(store.calls).toEqual(['claimNew', 'announce']);
	});

	test.each([
		['several', wantNew('a', 'b')],
		['those that are changed together', [{ ...wantNew('a')[0], together: 's-1' }]],
		['those that are not created', want('a')],
	])('is not announced at once: %s', async (_, wanted) => {
		const { claims, store } = run('one');
		await all(claims.take(wanted));
		expect(store.calls).toEqual(['claim']);
		expect(new Set(table.rows.map(({ state }) => state))).toEqual(new Set(['claiming']));
	});

	test.each(['release', 'close'] as const)(
		'leaves nothing behind if nothing was sent: %s',
		async (end) => {
			const { claims } = run('one');
			await all(claims.take(wantNew('a')));
			await claims[end]([remembered('a')]);
			expect(states()).toEqual([]);
		},
	);

	test('leaves nothing behind if the table fails after it was announced', async () => {
		const store = new (class extends MemoryStore {
			override async claimNew(...args: Parameters<MemoryStore['claimNew']>): Promise<Row[]> {
				await super.claimNew(...args);
				throw new Error('The store failed');
			}
		})(table);
		const { claims } = run('one', {}, store);
		expect(outcomes(await all(claims.take(wantNew('a'))))).toEqual(['a failed']);
		expect(states()).toEqual([]);
	});

	test.each(['a claim that fails', 'release', 'close'])(
		'does not stay announced if the table fails for a moment only: %s',
		async (end) => {
			let failures = 3;
			const store = new (class extends MemoryStore {
				override async claimNew(...args: Parameters<MemoryStore['claimNew']>): Promise<Row[]> {
					const found = await super.claimNew(...args);
					if (end === 'a claim that fails') throw new Error('The store failed');
					return found;
				}
				override async settle(...args: Parameters<MemoryStore['settle']>): Promise<void> {
					failures -= 1;
					if (failures >= 0) throw new Error('The store failed');
					await super.settle(...args);
				}
			})(table);
			const { claims } = run('one', {}, store);
			const ending = all(claims.take(wantNew('a')))
				.then(async () => (end === 'release' ? await claims.release([remembered('a')]) : undefined))
				.then(async () => await claims.close());
			await pass(10_000);
			await ending;
			expect(states()).toEqual([]);
		},
	);

	test('is not sent if another run took this one for dead meanwhile, and is free again', async () => {
		let isFirst = true;
		const store = new (class extends MemoryStore {
			override async claimNew(...args: Parameters<MemoryStore['claimNew']>): Promise<Row[]> {
				const found = await super.claimNew(...args);
				if (!isFirst) return found;
				isFirst = false;
				this.table.change(() => true, { state: 'unknown' });
				return this.table.rows;
			}
		})(table);
		const { claims } = run('one', {}, store);
		const taken = all(claims.take(wantNew('a')));
		await settled();
		expect(states()).toEqual([]);
		await pass(1_000);
		expect(await taken).toMatchObject([{ is: 'owned', current: undefined }]);
		expect(states()).toEqual(['a sending']);
	});
});

test('the same reference in another campaign is another one', async () => {
	table.insert(mark('a', { resourceId: 'c-2' }));
	expect(outcomes(await all(run('one').claims.take(want('a'))))).toEqual(['a owned']);
});

test('a reference that is named twice is taken once', async () => {
	expect(outcomes(await all(run('one').claims.take(want('a', 'a'))))).toEqual(['a owned']);
	expect(states()).toEqual(['a claiming']);
});

test('what is free goes on, while the rest waits for the run that has it', async () => {
	const first = run('one');
	await all(first.claims.take(want('a')));
	const second = run('two').claims.take(want('a', 'b'));
	expect(outcomes((await second.next()).value ?? [])).toEqual(['b owned']);
	expect(states()).toEqual(['a claiming', 'b claiming']);
	const rest = second.next();
	await pass(3_000);
	await first.claims.announce(0, 'create');
	await first.claims.settle(0, [row('a')]);
	await pass(6_000);
	const [taken] = (await rest).value ?? [];
	expect(taken).toMatchObject({ is: 'owned', current: { state: 'scheduled', scheduleId: 's-1' } });
});

test('of several at one moment, one goes on at once, and the others as soon as it is done', async () => {
	const began = clock;
	const done: Array<[name: string, after: number]> = [];
	const runs = ['one', 'three', 'two'].map((name) => run(name));
	const deliveries = runs.map(async ({ claims }, index) => {
		const [taken] = await all(claims.take(want('a')));
		expect(taken.is).toBe('owned');
		await claims.announce(0, 'create');
		await wait(400);
		await claims.settle(0, [row('a')]);
		done.push([['one', 'three', 'two'][index], clock - began]);
	});
	await pass(10_000);
	await Promise.all(deliveries);
	const [[first, after], ...others] = done;
	expect([first, after]).toEqual(['one', 475]);
	for (const [, time] of others) expect(time).toBeLessThan(3_000);
	// Only marks that may become the reference's own are written.
	const written = runs.map(({ store }) => store.calls.filter((call) => call === 'claim').length);
	expect(written[0]).toBe(1);
	expect(Math.max(...written)).toBeLessThanOrEqual(3);
	expect(states()).toEqual(['a scheduled']);
});

test('is busy after Maximum Wait, and leaves no mark', async () => {
	await all(run('one').claims.take(want('a')));
	const began = clock;
	let end = 0;
	const second = all(run('two').claims.take(want('a'))).then((taken) => {
		end = clock;
		return taken;
	});
	await pass(15_000);
	expect(outcomes(await second)).toEqual(['a busy']);
	expect(end - began).toBe(10_000);
	expect(table.rows.map(({ claim }) => claim)).toEqual(['one.0']);
});

test('stops waiting when the execution is canceled', async () => {
	await all(run('one').claims.take(want('a')));
	const canceling = new AbortController();
	canceling.abort();
	const { claims } = run('two', { signal: canceling.signal });
	expect(outcomes(await all(claims.take(want('a'))))).toEqual(['a busy']);
});

test('twenty runs at once all get the reference, one after the other', async () => {
	let randomness = 1;
	// Reproducible, and different for each.
	const random = () => (randomness = (randomness * 48_271) % 2_147_483_647) / 2_147_483_647;
	let atWork = 0;
	const slow = {
		...WITHOUT_STEPS,
		begin: async () => await wait(5 + 20 * random()),
	};
	const runs = Array.from({ length: 20 }, async (_, index) => {
		const options = { maximumWait: 120_000, random };
		const { claims } = run(`r${index}`, options, new MemoryStore(table, slow));
		const [taken] = await all(claims.take(want('a')));
		expect(taken.is).toBe('owned');
		expect((atWork += 1)).toBe(1);
		await claims.announce(0, 'create');
		await wait(50);
		atWork -= 1;
		await claims.settle(0, [row('a', { scheduleId: `s-${index}` })]);
		await claims.close();
	});
	for (let seconds = 0; seconds < 120; seconds += 1) await pass(1_000);
	await Promise.all(runs);
	expect(states()).toEqual(['a scheduled']);
	expect(table.rows[0].version).toBe(20);
});

test('a mark that was left behind before it was announced is removed', async () => {
	table.insert(mark('a', { leaseUntil: clock - 1 }));
	const [taken] = await all(run('one').claims.take(want('a')));
	expect(taken).toEqual({ wanted: want('a')[0], is: 'owned', current: undefined });
	expect(table.rows.map(({ claim }) => claim)).toEqual(['one.0']);
});

test('a request that was left behind is unknown', async () => {
	table.insert(mark('a', { state: 'sending', version: 3, leaseUntil: clock - 1 }));
	const [taken] = await all(run('one').claims.take(want('a')));
	expect(taken).toMatchObject({
		is: 'owned',
		current: {
			state: 'unknown',
			deed: 'create',
			note: 'Its execution stopped before it wrote down what Braze answered',
		},
	});
});

test('an update that was left behind still knows its schedule', async () => {
	table.insert({ ...row('a', { time: '09:00', content: 'old' }), version: 2, claim: 'old.0' });
	const left = { deed: 'update', time: '11:00', content: '', leaseUntil: clock - 1 } as const;
	table.insert(mark('a', { ...left, state: 'sending', version: 3 }));
	const [taken] = await all(run('one').claims.take(want('a')));
	expect(taken).toMatchObject({
		current: {
			...{ state: 'unknown', deed: 'update', scheduleId: 's-1', time: '11:00', content: 'old' },
			otherTimes: [{ time: '09:00', mode: 'exact' }],
		},
	});
});

test('its lease is renewed while it is at work, and not afterwards', async () => {
	const { claims } = run('one');
	await all(claims.take(want('a')));
	await claims.announce(0, 'create');
	await pass(10 * LEASE);
	expect(claims.mayStillSend(remembered('a'))).toBe(true);
	expect(table.rows[0].leaseUntil).toBeGreaterThan(clock + MARGIN);
	await claims.close();
	await pass(LEASE);
	expect(claims.mayStillSend(remembered('a'))).toBe(false);
	expect(table.rows[0].leaseUntil).toBeLessThanOrEqual(clock);
});

test('without a renewal, nothing is sent in the last part of a lease', async () => {
	const store = new MemoryStore(table);
	store.renew = async () => await Promise.reject(new Error('The store failed'));
	const { claims } = run('one', {}, store);
	await all(claims.take(want('a')));
	await claims.announce(0, 'create');
	await pass(LEASE - MARGIN - 1);
	expect(claims.mayStillSend(remembered('a'))).toBe(true);
	await pass(1);
	expect(claims.mayStillSend(remembered('a'))).toBe(false);
});

test('a lease that was renewed while its mark was read is not over', async () => {
	const store = new MemoryStore(table);
	table.insert(mark('a', { state: 'sending', leaseUntil: clock + 1_000 }));
	const read = store.claim.bind(store);
	store.claim = async (marks: NewRow[]): Promise<Row[]> => {
		const found = await read(marks);
		await store.renew('other.0', clock + LEASE);
		clock += 2_000;
		return found;
	};
	const taken = all(run('one', { maximumWait: 0 }, store).claims.take(want('a')));
	expect(outcomes(await taken)).toEqual(['a busy']);
	expect(states()).toEqual(['a sending']);
});

test('leaves to others what needs no request', async () => {
	const { claims } = run('one');
	await all(claims.take(want('a', 'b')));
	await claims.release([remembered('a')]);
	expect(states()).toEqual(['b claiming']);
	await claims.close();
	expect(states()).toEqual([]);
});

test('a reference without a row stays as it was', async () => {
	table.insert({ ...row('a'), version: 2, claim: 'old.0' });
	const { claims } = run('one');
	await all(claims.take(want('a')));
	await claims.announce(0, 'update');
	await claims.settle(0, []);
	expect(states()).toEqual(['a scheduled']);
});

test('what was not announced is not written', async () => {
	const { claims } = run('one');
	await all(claims.take(want('a')));
	await claims.settle(0, [row('a')]);
	expect(states()).toEqual([]);
});

test('what another run has taken over is not sent', async () => {
	const { claims } = run('one');
	await all(claims.take(want('a', 'b')));
	table.remove(({ reference }) => reference === 'a');
	const { owned } = await claims.announce(0, 'create');
	expect(owned.map(({ reference }) => reference)).toEqual(['b']);
	expect(claims.mayStillSend(remembered('a'))).toBe(false);
});

/** A run that has announced its request, and stands still until its lease is over. */
async function takenForDead(deed: Deed): Promise<Claims> {
	const { claims } = run('late');
	await all(claims.take(want('a')));
	await claims.announce(0, deed);
	await claims.close();
	await pass(2 * LEASE);
	return claims;
}

test('a late row loses against that of the run that took over', async () => {
	table.insert({ ...row('a'), version: 1, claim: 'old.0' });
	const late = await takenForDead('update');
	const next = run('next').claims;
	await all(next.take(want('a')));
	await next.announce(0, 'update');
	await next.settle(0, [row('a', { time: '12:00', deed: 'update' })]);
	await late.settle(0, [row('a', { time: '11:00', deed: 'update' })]);
	const [taken] = await all(run('last').claims.take(want('a')));
	expect(taken).toMatchObject({ current: { time: '12:00' } });
});

test('a late row of a cancellation that found nothing loses against a later booking', async () => {
	const late = await takenForDead('delete');
	const refused = run('refused').claims;
	await all(refused.take(want('a')));
	await refused.announce(0, 'create');
	await refused.settle(0, []);
	const next = run('next').claims;
	const [found] = await all(next.take(want('a')));
	expect(found).toMatchObject({ is: 'owned', current: undefined });
	await next.announce(0, 'create');
	await next.settle(0, [row('a')]);
	await late.settle(0, [row('a', { state: 'deleted', deed: 'delete', scheduleId: '' })]);
	const [taken] = await all(run('last').claims.take(want('a')));
	expect(taken).toMatchObject({ current: { state: 'scheduled', scheduleId: 's-1' } });
});

/** Keys of rows that name no claim. */
class ByIdAlone extends MemoryStore {
	protected override isRow({ id }: RowKey): (row: Row) => boolean {
		return (one) => one.id === id;
	}
}

test.each([
	['leaves a row alone that has got the ID of an old one', MemoryStore, ['b', 'a']],
	['would remove it if rows were distinguished by their ID alone', ByIdAlone, ['a']],
])('a late settlement %s', async (_, Store, left) => {
	table.insert({ ...row('a'), version: 1, claim: 'old.0' });
	const late = run('late', {}, new Store(table)).claims;
	await all(late.take(want('a')));
	await late.announce(0, 'update');
	// Someone empties the table by hand.
	table.rows = [];
	table.insert({ ...row('b'), version: 1, claim: 'new.0' });
	await late.settle(0, [row('a', { deed: 'update' })]);
	expect(table.rows.map(({ reference }) => reference)).toEqual(left);
});

describe('when the store fails', () => {
	function failing(method: 'claim' | 'read' | 'announce' | 'settle' | 'withdraw', times: number) {
		const store = new MemoryStore(table);
		const works = store[method].bind(store) as (...all: unknown[]) => Promise<unknown>;
		let left = times;
		Object.assign(store, {
			[method]: async (...values: unknown[]) => {
				const result = await works(...values);
				left -= 1;
				if (left >= 0) throw new Error('The store failed');
				return result;
			},
		});
		return store;
	}

	test('a claim takes nothing, and leaves no mark', async () => {
		const { claims } = run('one', {}, failing('claim', 1));
		const [taken] = await all(claims.take(want('a')));
		expect(taken).toMatchObject({ is: 'failed', error: new Error('The store failed') });
		expect(states()).toEqual([]);
	});

	test('a takeover takes nothing, and leaves no mark', async () => {
		table.insert(mark('a', { leaseUntil: clock - 1 }));
		const { claims } = run('one', {}, failing('read', 1));
		expect(outcomes(await all(claims.take(want('a', 'b'))))).toEqual(['b owned', 'a failed']);
		expect(states()).toEqual(['b claiming']);
	});

	test('an announcement sends nothing, and leaves no mark', async () => {
		const { claims } = run('one', {}, failing('announce', 1));
		await all(claims.take(want('a')));
		expect(await claims.announce(0, 'create')).toEqual({
			owned: [],
			error: new Error('The store failed'),
		});
		expect(claims.mayStillSend(remembered('a'))).toBe(false);
		expect(states()).toEqual([]);
	});

	test('a settlement is tried again', async () => {
		const { claims } = run('one', {}, failing('settle', 2));
		await all(claims.take(want('a')));
		await claims.announce(0, 'create');
		const settling = claims.settle(0, [row('a')]);
		await pass(10_000);
		expect(await settling).toEqual({ lost: [] });
		expect(new Set(states())).toEqual(new Set(['a scheduled']));
	});

	test('a settlement that fails to the end says what is not remembered', async () => {
		const store = new MemoryStore(table);
		store.settle = async () => await Promise.reject(new Error('The store failed'));
		const { claims } = run('one', {}, store);
		await all(claims.take(want('a', 'b')));
		await claims.announce(0, 'create');
		const settling = claims.settle(0, [row('a')]);
		await pass(10_000);
		const { lost, error } = await settling;
		expect(lost.map(({ reference }) => reference)).toEqual(['a']);
		expect(error).toEqual(new Error('The store failed'));
		await claims.close();
		await pass(2 * LEASE);
		const [taken] = await all(run('two').claims.take(want('a')));
		expect(taken).toMatchObject({ current: { state: 'unknown' } });
	});

	test('a mark that could not be withdrawn is withdrawn in the end', async () => {
		const { claims } = run('one', {}, failing('withdraw', 0));
		await all(claims.take(want('a')));
		const store = failing('withdraw', 1);
		store.withdraw = async () => await Promise.reject(new Error('The store failed'));
		const other = run('two', { maximumWait: 0 }, store);
		expect(outcomes(await all(other.claims.take(want('a'))))).toEqual(['a busy']);
		store.withdraw = MemoryStore.prototype.withdraw;
		await other.claims.close();
		expect(table.rows.map(({ claim }) => claim)).toEqual(['one.0']);
	});
});
