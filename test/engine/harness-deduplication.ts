import { createHash } from 'node:crypto';
import { DataDeduplicationService } from 'n8n-core';
import type {
	DeduplicationItemTypes,
	DeduplicationScope,
	ICheckProcessedContextData,
	ICheckProcessedOptions,
	IDataDeduplicator,
	IDeduplicationOutput,
} from 'n8n-workflow';

/**
 * The table behind n8n's deduplication helpers, in memory. It keeps what n8n's keeps: one row per
 * workflow or node, hashes in the order they came, cut to `maxEntries` from the old end, and read,
 * changed and written **without a lock**: two executions at the same instant may both see a key as
 * new. Pass the same store to several runs and they share it, as executions of one n8n do.
 */
export class DeduplicationStore implements IDataDeduplicator {
	private static made = 0;

	readonly rows = new Map<string, string[]>();

	/** Each store is of an n8n of its own. */
	readonly n8n = `n8n-${(DeduplicationStore.made += 1)}`;

	/** Every call a node made, in order. */
	readonly calls: Array<{ method: 'record' | 'remove' | 'clear' | 'count'; items: string[] }> = [];

	/** When set, every call fails with it, as when n8n's database is gone. */
	failure?: Error;

	async checkProcessedAndRecord(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
		options: ICheckProcessedOptions,
	): Promise<IDeduplicationOutput> {
		this.called('record', items);
		const row = await this.read(scope, context);
		const known = new Set(row);
		const output: IDeduplicationOutput = { new: [], processed: [] };
		for (const item of items) {
			const hash = hashOf(item);
			if (known.has(hash)) {
				output.processed.push(item);
			} else {
				output.new.push(item);
				row.push(hash);
			}
		}
		if (options.maxEntries) row.splice(0, row.length - options.maxEntries);
		await this.write(scope, context, row);
		return output;
	}

	async removeProcessed(
		items: DeduplicationItemTypes[],
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		this.called('remove', items);
		const row = await this.read(scope, context);
		for (const item of items) {
			const index = row.indexOf(hashOf(item));
			if (index !== -1) row.splice(index, 1);
		}
		await this.write(scope, context, row);
	}

	async clearAllProcessedItems(
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<void> {
		this.called('clear', []);
		this.rows.delete(rowKey(scope, context));
	}

	async getProcessedDataCount(
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
	): Promise<number> {
		this.called('count', []);
		return (await this.read(scope, context)).length;
	}

	/** How many keys are remembered, over all rows. */
	get size(): number {
		return [...this.rows.values()].reduce((sum, row) => sum + row.length, 0);
	}

	private called(method: DeduplicationStore['calls'][number]['method'], items: unknown[]) {
		this.calls.push({ method, items: items.map(String) });
		if (this.failure) throw this.failure;
	}

	private async read(scope: DeduplicationScope, context: ICheckProcessedContextData) {
		await roundTrip();
		return [...(this.rows.get(rowKey(scope, context)) ?? [])];
	}

	private async write(
		scope: DeduplicationScope,
		context: ICheckProcessedContextData,
		row: string[],
	) {
		await roundTrip();
		this.rows.set(rowKey(scope, context), row);
	}
}

const hashOf = (item: DeduplicationItemTypes) =>
	createHash('md5').update(item.toString()).digest('base64');

const rowKey = (scope: DeduplicationScope, { workflow, node }: ICheckProcessedContextData) =>
	`${workflow.id}|${scope === 'node' ? `n:${node?.id}` : ''}`;

/** A database answers in a later turn of the event loop; that is where races come from. */
const roundTrip = async () => await new Promise<void>((resolve) => setImmediate(resolve));

/** n8n-core takes one deduplicator per process: hand each workflow's calls to its own store. */
const stores = new WeakMap<object, DeduplicationStore>();
const storeOf = ({ workflow }: ICheckProcessedContextData) => {
	const store = stores.get(workflow);
	if (!store) throw new Error('This workflow was not started by the harness');
	return store;
};

void DataDeduplicationService.init({
	checkProcessedAndRecord: async (items, scope, context, options) =>
		await storeOf(context).checkProcessedAndRecord(items, scope, context, options),
	removeProcessed: async (items, scope, context) =>
		await storeOf(context).removeProcessed(items, scope, context),
	clearAllProcessedItems: async (scope, context) =>
		await storeOf(context).clearAllProcessedItems(scope, context),
	getProcessedDataCount: async (scope, context) =>
		await storeOf(context).getProcessedDataCount(scope, context),
});

export const useDeduplicationStore = (workflow: object, store: DeduplicationStore) => {
	stores.set(workflow, store);
};
