import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { Batch } from '../../nodes/BrazeSchedule/domain/requests';
import { Deduplication } from '../../nodes/BrazeSchedule/transport/deduplication';
import { deliver } from '../../nodes/BrazeSchedule/transport/deliver';
import type { Delivered, DeliveryOptions } from '../../nodes/BrazeSchedule/transport/deliver';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledger';
import { context, MINUTE, outcomeOf, START } from './context';
import type { Reply, Sent } from './context';
import { createDraft, draftFor, TARGET_LIST } from '../domain/drafts';

export const [campaign] = TARGET_LIST;

export const SECONDS = 1000;

export const person = (id: string) => ({ external_user_id: id });

const draftOf = (item: number, ...ids: string[]) =>
	createDraft({ item, to: { sendTo: 'recipients', recipients: ids.map(person) } });

export const creates = (count: number): Batch[] =>
	Array.from({ length: count }, (_, item) => draftOf(item, `u${item}`)).flatMap(batchesOf);

export const one = (operation: 'create' | 'update' | 'delete') =>
	batchesOf(draftFor(campaign, operation));

export type Script = (request: Sent, earlier: Sent[]) => Reply | Error;

interface Setting extends Partial<DeliveryOptions> {
	cancelAfter?: number;
	cancellable?: boolean;
	keys?: ReturnType<typeof keyStore>;
	store?: LedgerStore;
}

let records = 0;

/** n8n's record of keys. */
export function keyStore(...used: string[]) {
	const keys = new Set(used);
	return {
		keys,
		failing: 0,
		name: `record ${(records += 1)}`,
		async checkProcessedAndRecord(asked: string[]) {
			if (this.failing-- > 0) throw new Error('database is locked');
			const unseen = asked.filter((key) => !keys.has(key));
			for (const key of unseen) keys.add(key);
			return { new: unseen, processed: asked.filter((key) => !unseen.includes(key)) };
		},
		async removeProcessed(gone: string[]) {
			if (this.failing-- > 0) throw new Error('database is locked');
			for (const key of gone) keys.delete(key);
		},
	};
}

export async function delivery(batches: Batch[], script: Script, setting: Setting = {}) {
	const { cancelAfter, cancellable, keys = keyStore(), store = {}, ...options } = setting;
	const { self, sent } = context(script, { cancelAfter, cancellable });
	const ledger = new Ledger(store, (item) => ({ run: 'run', item: String(item) }));
	const deduplication = new Deduplication(
		keys as never,
		{ scope: 'node', historySize: 100 },
		batches,
		keys.name,
	);
	const results = await outcomeOf(
		deliver.call(self, batches, {
			baseUrl: 'https://rest.iad-01.braze.com',
			apiKey: 'the-key',
			ledger,
			deduplication,
			readAt: START,
			concurrency: 4,
			maximumWait: 2 * MINUTE,
			timeout: 30 * SECONDS,
			...options,
		}),
	);
	return { results, sent, times: sent.map(({ at }) => at), keys: keys.keys };
}

export const failureOf = ({ outcome }: Delivered) =>
	'failure' in outcome ? outcome.failure : { message: outcome.kind, description: '' };

export const kinds = (results: Delivered[]) => results.map(({ outcome }) => outcome.kind);

export const busy = (secondsAhead?: number): Reply => ({
	statusCode: 429,
	body: { message: 'Too many requests' },
	headers:
		secondsAhead === undefined ? {} : { 'X-RateLimit-Reset': String(START / 1000 + secondsAhead) },
});

export const broken: Reply = { statusCode: 500, body: { message: 'Internal error' } };
