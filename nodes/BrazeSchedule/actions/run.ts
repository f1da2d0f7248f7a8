import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { noFindings } from '../domain/findings';
import { group, repeatedAudiences } from '../domain/grouping';
import { connectionFor } from '../domain/instances';
import { checkSize } from '../domain/requests';
import type { Batch } from '../domain/requests';
import type { Target } from '../domain/targets';
import { Deduplication } from '../transport/deduplication';
import { deliver, resultsOf } from '../transport/deliver';
import type { Delivered } from '../transport/deliver';
import { Ledger } from '../transport/ledger';
import type { LedgerStore } from '../transport/ledger';
import { hintsFor } from './hints';
import type { OperationModule } from './operation';
import { Parameters } from './parameters';
import { invalidInput, report } from './report';
import type { ItemResult } from './report';
import { COMBINE, readSettings } from './settings';
import type { Settings } from './settings';

/** The one way through: read and compose every item, recall, group, deliver, report. */
export async function run(
	this: IExecuteFunctions,
	operation: OperationModule,
	target: Target,
): Promise<INodeExecutionData[]> {
	const connection = connectionFor(await this.getCredentials('brazeApi'));
	if ('problem' in connection) {
		throw new NodeOperationError(this.getNode(), connection.problem, {
			description: 'Nothing was sent',
		});
	}
	const parameters = new Parameters(this);
	const findings = noFindings();
	const settings = readSettings(parameters, findings);
	if (findings.problems.length > 0) {
		throw invalidInput(this.getNode(), [{ item: 0, problems: findings.problems, parts: [] }]);
	}

	const results = readAll.call(this, parameters, operation, target, settings);
	const ledger = openLedger.call(this);
	const drafts = results.flatMap((result) => {
		if (!result.draft) return [];
		// A preview shows everything, whatever an earlier try has sent.
		const { recalled, rest } = settings.preview
			? { recalled: [], rest: result.draft }
			: ledger.recall(result.draft);
		result.parts.push(...recalled);
		return rest ? [rest] : [];
	});

	const batches = group(drafts, settings.combine !== COMBINE.off);
	const delivered = settings.preview
		? batches.flatMap(preview)
		: await deliver.call(this, batches, {
				...settings,
				baseUrl: connection.url,
				apiKey: connection.key,
				ledger,
				deduplication: openDeduplication.call(this, settings, batches),
			});
	for (const part of delivered) results[part.item].parts.push(part);
	this.addExecutionHints(...hintsFor(results));
	return report.call(this, results, settings);
}

/** Every item is read and checked before the first request leaves. */
function readAll(
	this: IExecuteFunctions,
	parameters: Parameters,
	operation: OperationModule,
	target: Target,
	settings: Settings,
): ItemResult[] {
	const now = Date.now();
	const results = this.getInputData().map((_, item): ItemResult => {
		const findings = noFindings();
		const draft = operation.compose({ target, parameters, item, findings, now });
		if (draft && findings.problems.length === 0) checkSize(draft, findings);
		const valid = draft && findings.problems.length === 0;
		return { item, draft: valid ? draft : undefined, problems: findings.problems, parts: [] };
	});
	if (!settings.allowRepeats) {
		const drafts = results.flatMap(({ draft }) => draft ?? []);
		for (const [{ item }, problem] of repeatedAudiences(drafts, settings.combine !== COMBINE.off)) {
			results[item] = { item, problems: [problem], parts: [] };
		}
	}
	const invalid = results.filter(({ draft }) => !draft);
	if (invalid.length > 0 && !this.continueOnFail()) throw invalidInput(this.getNode(), invalid);
	return results;
}

const preview = (batch: Batch): Delivered[] =>
	resultsOf(batch, { kind: 'preview', request: batch });

function openDeduplication(
	this: IExecuteFunctions,
	{ deduplication }: Settings,
	batches: Batch[],
): Deduplication {
	const owner = deduplication.scope === 'node' ? this.getNode().id : '';
	const record = `${this.getWorkflow().id} ${owner}`;
	return new Deduplication(this.helpers, deduplication, batches, record);
}

/**
 * An item's number is its place, and the same on every try. Not so for an agent's tool: each call
 * has one item, and may have a run of its own, so there what the model asked for is the place.
 */
function openLedger(this: IExecuteFunctions): Ledger {
	const store = this.getContext('node') as LedgerStore;
	if (!this.getNode().type.endsWith('Tool')) {
		const { $runIndex } = this.getWorkflowDataProxy(0);
		return new Ledger(store, `run ${$runIndex}`, String);
	}
	const items = this.getInputData();
	return new Ledger(store, 'tool', (item) => {
		const asked = { ...items[item].json };
		delete asked.toolCallId;
		return JSON.stringify(asked);
	});
}
