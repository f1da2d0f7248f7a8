import { sleep } from 'n8n-workflow';

import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { Batch, Part } from '../../nodes/BrazeSchedule/domain/requests';
import { deliver } from '../../nodes/BrazeSchedule/transport/deliver';
import type { Delivered, DeliveryOptions } from '../../nodes/BrazeSchedule/transport/deliver';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledgerMemory';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { CONNECTION, context, MINUTE, outcomeOf, START } from './context';
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

interface GateSetting {
	/** How long it takes to admit a request, in milliseconds. */
	takes?: number;
	/** The people whose parts stay behind. */
	refuses?: string[];
	/** What it says before each try; nothing more is an approval. */
	stillSends?: boolean[];
}

export const REFUSAL = { message: 'Not under this reference', description: 'Try again' };

/** A gate that writes down what it is asked and told. */
export function gateFor({ takes = 0, refuses = [], stillSends = [] }: GateSetting = {}) {
	const asked: string[][] = [];
	const askedAgain: string[][] = [];
	const noted: Array<[string[], string]> = [];
	const namesIn = (parts: Part[]) =>
		parts.flatMap(({ people = [] }) => people.map((one) => String(one.external_user_id)));
	return {
		asked,
		askedAgain,
		noted,
		admit: async (parts: Part[]) => {
			asked.push(namesIn(parts));
			await sleep(takes);
			return parts.map((part) =>
				namesIn([part]).some((name) => refuses.includes(name)) ? REFUSAL : undefined,
			);
		},
		mayStillSend: (parts: Part[]) => {
			askedAgain.push(namesIn(parts));
			return stillSends.shift() ?? true;
		},
		note: ({ parts }: Batch, { kind }: Outcome) => {
			noted.push([namesIn(parts), kind]);
		},
	};
}

interface Setting extends Partial<DeliveryOptions> {
	cancelAfter?: number;
	cancellable?: boolean;
	store?: LedgerStore;
}

export async function delivery(batches: Batch[], script: Script, setting: Setting = {}) {
	const { cancelAfter, cancellable, store = {}, ...options } = setting;
	const { self, sent } = context(script, { cancelAfter, cancellable });
	const ledger = new Ledger(store, (item) => ({ run: 'run', item: String(item) }));
	const results = await outcomeOf(
		deliver.call(self, batches, {
			connection: CONNECTION,
			ledger,
			readAt: START,
			concurrency: 4,
			maximumWait: 2 * MINUTE,
			timeout: 30 * SECONDS,
			...options,
		}),
	);
	return { results, sent, times: sent.map(({ at }) => at) };
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
