import type { IExecuteFunctions } from 'n8n-workflow';

import { DEFAULT_TABLE } from '../domain/references';
import { pause } from '../transport/pace';
import { Claims } from './claims';
import { dataTableStore } from './dataTableStore';
import { problemFor } from './problem';
import { readOnly } from './readOnly';
import { ReferenceRun } from './referenceRun';
import type { Store } from './store';

interface MemorySettings {
	/** The name of the data table. */
	table: string;
	/** The ID of one that was created by hand. */
	tableId: string;
	/** How long after its time a reference is forgotten, in milliseconds. */
	forgetAfter: number;
}

interface RunSettings {
	preview: boolean;
	memory: MemorySettings;
	/** How long to wait for other runs, and for an answer, in milliseconds. */
	maximumWait: number;
	timeout: number;
}

/** How far the clocks of two machines may differ, and how long n8n may take to write. */
const SLACK_MS = 30_000;
const LEASES_PER_MARGIN = 3;

export const storeFor = (
	context: IExecuteFunctions,
	{ table, tableId }: Pick<MemorySettings, 'table' | 'tableId'>,
	onlyReads: boolean,
): Store => dataTableStore(context, { table, tableId, readOnly: onlyReads });

/** The references of one run. A preview only reads them. */
export function openReferences(
	context: IExecuteFunctions,
	{ preview, ...settings }: RunSettings,
	now: () => number,
): ReferenceRun {
	const table = shownName(settings.memory);
	const store = storeFor(context, settings.memory, preview);
	const claims = preview ? readOnly(store) : claimsFor(context, store, settings);
	return new ReferenceRun(claims, {
		workflow: context.getWorkflow().name ?? '',
		table,
		now,
		wordsFor: (error) => problemFor(error, table),
		tidyUp: async () => {
			if (!preview) await forgetOld(context, store, settings.memory);
		},
	});
}

/** Of a table that was chosen by its ID, nothing else is known. */
const shownName = ({ table, tableId }: MemorySettings): string =>
	tableId.trim() || table.trim() || DEFAULT_TABLE;

const HOUR_MS = 3_600_000;

/** As long as a run may be held up by it. */
const FORGETTING_MS = 5_000;

/** When this process last did so, by workflow and table: each project has a table of the default name. */
const lastForgotten = new Map<string, number>();

/** Now and then, in passing: what is forgotten late harms nobody. */
async function forgetOld(
	context: IExecuteFunctions,
	store: Store,
	{ table, tableId, forgetAfter }: MemorySettings,
): Promise<void> {
	const key = JSON.stringify([context.getWorkflow().id, table, tableId]);
	const now = Date.now();
	if (now - (lastForgotten.get(key) ?? 0) < HOUR_MS) return;
	lastForgotten.set(key, now);
	let isMore = true;
	while (isMore && Date.now() - now < FORGETTING_MS) {
		isMore = await store.forget(now - forgetAfter).catch(() => false);
	}
}

function claimsFor(
	context: IExecuteFunctions,
	store: Store,
	{ maximumWait, timeout }: Omit<RunSettings, 'preview'>,
): Claims {
	const margin = timeout + SLACK_MS;
	return new Claims(store, {
		token: `${context.getExecutionId()}-${Math.random().toString(36).slice(2)}`,
		maximumWait,
		margin,
		lease: margin * LEASES_PER_MARGIN,
		now: Date.now,
		wait: pause,
		random: Math.random,
		signal: context.getExecutionCancelSignal(),
	});
}
