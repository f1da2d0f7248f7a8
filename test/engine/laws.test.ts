import fc from 'fast-check';

import { createCampaign, run, useBraze } from './braze';
import { FakeDataTables, retryExecution } from './harness';

const braze = useBraze();

/** What Braze or the network may do with one request. */
const fault = fc.constantFrom(
	{
		kind: 'status',
		status: 429,
		body: { message: 'busy' },
		headers: { 'X-RateLimit-Reset': null, 'Retry-After': '0.001' },
	},
	{ kind: 'status', status: 400, body: { message: 'No' } },
	{ kind: 'status', status: 503, body: { message: 'down' } },
	{ kind: 'status', status: 504, body: '', accept: true },
	{ kind: 'dropBefore' },
	{ kind: 'dropAfter' },
	{ kind: 'truncate', mode: 'short' as const },
	{ kind: 'html', accept: true },
	{ kind: 'html', accept: false },
	{ kind: 'queued' },
	{ kind: 'errors', errors: ['minor'] },
	{ kind: 'emptyBody' },
);

const script = fc.array(fc.tuple(fc.nat(8), fault), { maxLength: 6 });
const person = fc.integer({ min: 0, max: 12 }).map((id) => ({ external_user_id: `p${id}` }));
const items = fc.array(
	fc.array(person, { minLength: 1, maxLength: 4 }).map((rows) => ({ rows })),
	{ minLength: 1, maxLength: 12 },
);
const combine = fc.constantFrom('off', 'perItem');

const parameters = (mode: string, more: object = {}) => ({
	...createCampaign,
	recipientsInput: 'json',
	recipientsJson: '={{ $json.rows }}',
	options: { combine: mode, concurrency: 4, ...more },
});

/** How many schedules a user may have at most: one per item that names them, or one in total. */
const allowed = (rows: Array<{ rows: Array<{ external_user_id: string }> }>, mode: string) => {
	const count: Record<string, number> = {};
	for (const { rows: people } of rows) {
		for (const id of new Set(people.map((one) => `external_user_id:${one.external_user_id}`))) {
			count[id] = mode === 'off' ? (count[id] ?? 0) + 1 : 1;
		}
	}
	return count;
};

const breakThings = (faults: Array<[number, object]>) => {
	braze().reset();
	for (const [skip, one] of faults) braze().fault({ ...one, skip } as never);
};

const RUNS = { numRuns: 60 };

it('for any answers of Braze: retries schedule nobody twice, and every item has one result', async () => {
	await fc.assert(
		fc.asyncProperty(items, script, combine, async (rows, faults, mode) => {
			breakThings(faults);
			const { json, outputs } = await run(braze(), parameters(mode), {
				items: rows as never,
				retryOnFail: { maxTries: 3 },
				onError: 'continueRegularOutput',
			});
			const limit = allowed(rows, mode);
			for (const [id, made] of Object.entries(braze().schedulesPerPerson())) {
				expect(made).toBeLessThanOrEqual(limit[id]);
			}
			expect(json).toHaveLength(rows.length);
			expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual(
				rows.map((_, item) => ({ item })),
			);
		}),
		RUNS,
	);
}, 120_000);

it('for any answers of Braze: who is reported as scheduled is, and who is not is reported', async () => {
	await fc.assert(
		fc.asyncProperty(items, script, combine, async (rows, faults, mode) => {
			breakThings(faults);
			const { json } = await run(braze(), parameters(mode), {
				items: rows as never,
				onError: 'continueRegularOutput',
			});
			const known = new Map(braze().schedules.map((one) => [one.schedule_id, one]));
			const made = braze().schedulesPerPerson();
			const limit = allowed(rows, mode);
			json.forEach((item, index) => {
				if (item.error) {
					expect(item.message).toMatch(/^[A-Z].{20,}\.$/);
					expect(['refused', 'unknown']).toContain(item.outcome);
					if (item.outcome === 'unknown' || mode !== 'off') return;
					// The recipients that are in no other item.
					const alone = rows[index].rows
						.map((one) => `external_user_id:${one.external_user_id}`)
						.filter((id) => limit[id] === 1);
					expect(alone.filter((id) => id in made)).toEqual([]);
					return;
				}
				expect(['scheduled', 'queued']).toContain(item.status);
				const schedule = known.get(String(item.schedule_id));
				if (item.status === 'queued') return;
				const named = rows[index].rows.map((one) => one.external_user_id);
				const reached = schedule?.recipients.map((one) => String(one.external_user_id)) ?? [];
				// In a combined run, a later item may have taken over some of its recipients.
				if (mode === 'off') expect(reached).toEqual(expect.arrayContaining(named));
				else expect(reached.some((id) => named.includes(id))).toBe(true);
			});
		}),
		RUNS,
	);
}, 120_000);

it('for any answers of Braze: the retry button repeats nothing, and in the end no refused recipient is missing', async () => {
	await fc.assert(
		fc.asyncProperty(items, script, combine, async (rows, faults, mode) => {
			breakThings(faults);
			let result = await run(braze(), parameters(mode), { items: rows as never });
			for (let click = 0; click < 4 && !result.finished; click += 1) {
				result = await retryExecution(result);
			}
			const limit = allowed(rows, mode);
			const made = braze().schedulesPerPerson();
			for (const [id, count] of Object.entries(made)) expect(count).toBeLessThanOrEqual(limit[id]);
			if (result.finished) expect(Object.keys(made).sort()).toEqual(Object.keys(limit).sort());
			else expect(result.error?.message).toMatch(/unknown|refused|no more requests|reached/);
		}),
		RUNS,
	);
}, 120_000);

it('for any answers of Braze: with a reference, even a second execution schedules nobody twice', async () => {
	const reference = '={{ $json.rows[0].external_user_id }}-{{ $itemIndex }}';
	const referenced = (mode: string) => ({ ...parameters(mode as never), reference });
	await fc.assert(
		fc.asyncProperty(items, script, combine, async (rows, faults, mode) => {
			breakThings(faults);
			const shared = {
				items: rows as never,
				tables: new FakeDataTables(),
				workflowId: 'w',
				onError: 'continueRegularOutput' as const,
			};
			const { json: before } = await run(braze(), referenced(mode), shared);
			const { json } = await run(braze(), referenced(mode), shared);
			expect(json).toHaveLength(rows.length);
			const limit = allowed(rows, 'off');
			const made = braze().schedulesPerPerson();
			for (const [id, count] of Object.entries(made)) {
				expect(count).toBeLessThanOrEqual(limit[id]);
			}
			rows.forEach(({ rows: people }, item) => {
				if (before[item].status !== 'scheduled') return;
				expect(json[item].status).toBe('skipped');
				expect(Object.keys(made)).toEqual(
					expect.arrayContaining(people.map((one) => `external_user_id:${one.external_user_id}`)),
				);
			});
		}),
		RUNS,
	);
}, 120_000);
