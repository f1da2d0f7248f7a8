import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { CreateIntent, Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import { Ledger } from '../../nodes/BrazeSchedule/transport/ledger';
import type { LedgerStore } from '../../nodes/BrazeSchedule/transport/ledgerMemory';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { people } from '../domain/drafts';

export const accepted = (schedule_id = 's-1'): Outcome => ({
	kind: 'accepted',
	queued: false,
	body: { message: 'success', schedule_id, dispatch_id: 'd-1' },
	warnings: [],
});

export const open = (store: LedgerStore, run = 'run 0') =>
	new Ledger(store, (item) => ({ run, item: String(item) }));

/** One try of the node: everything that is not recalled is sent, and has this outcome. */
export function attempt(
	store: LedgerStore,
	drafts: Draft[],
	outcome: Outcome | 'cut off',
	run?: string,
) {
	const ledger = open(store, run);
	const recalled = ledger.recallAll(drafts);
	const batches = recalled.flatMap(({ rest }) => (rest ? batchesOf(rest) : []));
	for (const batch of batches) {
		const sending = ledger.noteSending(batch);
		if (outcome !== 'cut off') sending.noteOutcome(outcome);
	}
	return {
		sent: batches.map(({ body }) => body),
		recalled: recalled.flatMap((one) => one.recalled),
	};
}

/** What n8n's database makes of the store between two tries. */
export const saved = (store: LedgerStore): LedgerStore =>
	JSON.parse(JSON.stringify(store)) as LedgerStore;

export const toPeople = (count: number, from?: number): CreateIntent['to'] => ({
	sendTo: 'recipients',
	recipients: people(count, from),
});

export const usedAppAfter = (second: number) => ({
	last_used_app: { comparison: 'after', value: `2026-03-01T00:00:0${second}Z` },
});

export const audience = {
	custom_attribute: { custom_attribute_name: 'plan', comparison: 'exists' },
};
