import { createCampaign, createCanvas, run as runOnce, useBraze } from './braze';
import { DeduplicationStore, retryExecution } from './harness';
import type { RunNodeOptions } from './harness';

const braze = useBraze();

// A key is looked at again after a while, before anything is sent.
jest.setTimeout(60_000);

const orders = (...rows: Array<[person: string, order: unknown]>) =>
	rows.map(([external_user_id, order]) => ({ external_user_id, order }) as never);

const keyed = {
	...createCampaign,
	recipients: undefined,
	options: { deduplicationKey: '={{ $json.order }}' },
};

describe('Deduplication Key', () => {
	let store: DeduplicationStore;
	beforeEach(() => {
		store = new DeduplicationStore();
	});
	const run = async (
		items: never[],
		parameters: object = keyed,
		options: Partial<RunNodeOptions> = {},
	) =>
		await runOnce(braze(), parameters as never, {
			items,
			deduplication: store,
			workflowId: 'w1',
			...options,
		});

	it('skips what an earlier execution has sent, and says so', async () => {
		const first = await run(orders(['ada', 'order-1']));
		expect(first.json[0].status).toBe('scheduled');
		const { json, outputs } = await run(orders(['ada', 'order-1'], ['bob', 'order-2']));
		expect(json[0]).toMatchObject({
			status: 'skipped',
			schedule_id: null,
			message: null,
			warnings: ['Not sent: an earlier item or execution has used the deduplication key "order-1"'],
		});
		expect(Object.keys(json[0])).toEqual(Object.keys(json[1]));
		expect(json[1].status).toBe('scheduled');
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 1 }]);
		expect(braze().schedulesPerPerson()).toEqual({
			'external_user_id:ada': 1,
			'external_user_id:bob': 1,
		});
	});

	it('lets one of many deliveries through that come at the same instant', async () => {
		const same = Array.from({ length: 20 }, () => orders(['ada', 'order-1']));
		const results = await Promise.all(same.map(async (items) => await run(items)));
		const statuses = results.map(({ json }) => json[0].status as string).sort();
		expect(statuses).toEqual(['scheduled', ...Array<string>(19).fill('skipped')]);
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 1 });
	});

	it("remembers a key that another process has undone in n8n's record", async () => {
		await run(orders(['ada', 'order-1']));
		store.rows.clear();
		expect((await run(orders(['ada', 'order-1']))).json[0].status).toBe('skipped');
		await run(orders(['bob', 'order-2']));
		// Written down again along with the other, in good time for that process to see it.
		expect([...store.rows.values()][0]).toHaveLength(3);
	});

	it('remembers them for each node and workflow by itself', async () => {
		const elsewhere = { workflowId: 'another workflow' };
		for (const options of [{}, elsewhere]) {
			const { json } = await run(orders(['ada', 'order-1']), keyed, options);
			expect(json[0].status).toBe('scheduled');
		}
	});

	it('remembers the keys of executions that write theirs down at the same time', async () => {
		const each = Array.from({ length: 20 }, (_, index) => orders([`u${index}`, `order-${index}`]));
		const first = await Promise.all(each.map(async (items) => await run(items)));
		expect(first.map(({ json }) => json[0].status)).toEqual(each.map(() => 'scheduled'));
		for (const items of each) expect((await run(items)).json[0].status).toBe('skipped');
		expect(Object.values(braze().schedulesPerPerson())).toEqual(each.map(() => 1));
	});

	it('schedules once when the same key comes in several executions at the same time', async () => {
		const each = Array.from({ length: 6 }, () => orders(['ada', 'order-1']));
		const all = await Promise.all(each.map(async (items) => await run(items)));
		expect(all.map(({ json }) => json[0].status).sort()).toEqual([
			'scheduled',
			...Array(5).fill('skipped'),
		]);
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 1 });
	});

	it('sends nothing for a key that n8n cannot keep, and does not use it up', async () => {
		const { checkProcessedAndRecord } = DeduplicationStore.prototype;
		const forgetful = jest
			.spyOn(store, 'checkProcessedAndRecord')
			.mockImplementation(async (...args) => {
				const output = await checkProcessedAndRecord.apply(store, args);
				await store.clearAllProcessedItems(args[1], args[2]);
				return output;
			});
		const { error } = await run(orders(['ada', 'order-1']));
		expect(error?.message).toContain('so this request was not sent');
		expect(braze().requests).toHaveLength(0);
		forgetful.mockRestore();
		expect((await run(orders(['ada', 'order-1']))).json[0].status).toBe('scheduled');
	});

	it('takes more items than keys are remembered', async () => {
		const small = { ...keyed, options: { ...keyed.options, deduplicationHistorySize: 2 } };
		const { json } = await run(orders(['ada', 'a'], ['bob', 'b'], ['cy', 'c'], ['di', 'd']), small);
		expect(json.map(({ status }) => status)).toEqual(Array(4).fill('scheduled'));
		expect(store.size).toBe(2 * 2);
	});

	it('sends only the first of two items with the same key', async () => {
		const { json } = await run(orders(['ada', 'order-1'], ['ada', 'order-1'], ['ada', 'order-2']));
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'skipped', 'scheduled']);
		expect(braze().schedules).toHaveLength(2);
	});

	it('takes the key back when Braze refuses, so that a later execution can send', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' } });
		const refused = await run(orders(['ada', 'order-1']));
		expect(refused.error?.message).toContain('Braze refused it');
		expect(store.size).toBe(0);
		const { json } = await run(orders(['ada', 'order-1']));
		expect(json[0].status).toBe('scheduled');
	});

	it.each(['dropAfter', 'dropBefore'] as const)(
		'keeps the key when the outcome is unknown (%s)',
		async (kind) => {
			braze().fault({ kind });
			await run(orders(['ada', 'order-1']));
			const before = braze().schedules.length;
			const { json } = await run(orders(['ada', 'order-1']));
			expect(json[0].status).toBe('skipped');
			expect(braze().schedules).toHaveLength(before);
		},
	);

	it('lets a failed execution be run again from the ledger, without tripping over its own keys', async () => {
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: '"bob"' },
		});
		const failed = await run(orders(['ada', 'order-1'], ['bob', 'order-2']));
		expect(failed.error?.message).toBe('Braze refused it: No [item 1]');
		const { json } = await retryExecution(failed);
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'scheduled']);
		expect(Object.values(braze().schedulesPerPerson())).toEqual([1, 1]);
	});

	it('counts an item with more than 50 people as one', async () => {
		const people = Array.from({ length: 120 }, (_, index) => ({ external_user_id: `u${index}` }));
		const many = { ...keyed, recipientsInput: 'json', recipientsJson: people };
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: '"u60"' },
		});
		const failed = await run(orders(['-', 'order-1']), many);
		expect(failed.error?.message).toBe('Braze refused it: No [item 0]');
		expect(braze().schedules).toHaveLength(2);
		const again = await retryExecution(failed);
		expect(again.json.map(({ status }) => status)).toEqual(['scheduled', 'scheduled', 'scheduled']);
		expect(Object.values(braze().schedulesPerPerson())).toEqual(Array(120).fill(1));
		const later = await run(orders(['-', 'order-1']), many);
		expect(later.json.map(({ status }) => status)).toEqual(['skipped', 'skipped', 'skipped']);
		expect(Object.values(braze().schedulesPerPerson())).toEqual(Array(120).fill(1));
	});

	it('works with combined items: the others of the request still go out', async () => {
		await run(orders(['ada', 'order-1']));
		const combined = { ...keyed, options: { ...keyed.options, combine: 'perItem' } };
		const { json } = await run(
			orders(['ada', 'order-1'], ['bob', 'order-2'], ['cy', 'order-3']),
			combined,
		);
		expect(json.map(({ status }) => status)).toEqual(['skipped', 'scheduled', 'scheduled']);
		expect(braze().writes).toHaveLength(2);
		expect(Object.values(braze().schedulesPerPerson())).toEqual([1, 1, 1]);
	});

	it('does not lose a person whose later entry is skipped', async () => {
		await run(orders(['zoe', 'order-9']));
		const combined = { ...keyed, options: { ...keyed.options, combine: 'perItem' } };
		const { json } = await run(orders(['ada', 'order-1'], ['ada', 'order-9']), combined);
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'skipped']);
		expect(braze().schedulesPerPerson()['external_user_id:ada']).toBe(1);
	});

	it('forgets the oldest keys beyond the history size', async () => {
		const small = { ...keyed, options: { ...keyed.options, deduplicationHistorySize: 2 } };
		for (const order of ['a', 'b', 'c']) await run(orders(['ada', order]), small);
		expect((await run(orders(['ada', 'c']), small)).json[0].status).toBe('skipped');
		expect((await run(orders(['ada', 'a']), small)).json[0].status).toBe('scheduled');
	});

	it('keeps the nodes of a workflow apart, unless they share their keys', async () => {
		const inWorkflow = { ...keyed, options: { ...keyed.options, deduplicationScope: 'workflow' } };
		await run(orders(['ada', 'order-1']), keyed, { nodeName: 'First' });
		await run(orders(['ada', 'order-1']), inWorkflow, { nodeName: 'First' });
		const { json } = await run(orders(['ada', 'order-1']), inWorkflow, { nodeName: 'Second' });
		expect(json[0].status).toBe('skipped');
		expect(braze().schedules).toHaveLength(2);
	});

	it('writes its keys down in few calls, none of them at the same time', async () => {
		await run(
			orders(
				...Array.from({ length: 100 }, (_, index): [string, string] => [`u${index}`, `o${index}`]),
			),
		);
		expect(braze().schedules).toHaveLength(100);
		// Each with a mark of its execution.
		expect(store.size).toBe(2 * 100);
		expect(store.calls.length).toBeLessThan(100);
	});

	it('sends nothing when n8n cannot write the key down', async () => {
		store.failure = new Error('database is locked');
		const { error } = await run(orders(['ada', 'order-1']));
		expect(error?.message).toBe(
			"n8n could not write down the 'Deduplication Key', so this request was not sent [item 0]",
		);
		expect(braze().requests).toHaveLength(0);
	});

	it.each([[''], [undefined], [null], [{ a: 1 }]])(
		'refuses %j as a key: it would protect nobody',
		async (order) => {
			const { error } = await run(orders(['ada', order]));
			expect(error?.message).toMatch(/^'Deduplication Key' is /);
			expect(braze().requests).toHaveLength(0);
		},
	);

	it('takes a number as a key, for Canvases too', async () => {
		const canvas = { ...createCanvas, recipients: undefined, options: keyed.options };
		await run(orders(['ada', 42]), canvas);
		expect((await run(orders(['ada', '42']), canvas)).json[0].status).toBe('skipped');
	});
});
