import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';
import { NodeOperationError } from 'n8n-workflow';

import { noFindings } from '../domain/findings';
import { restUrl } from '../domain/instances';
import { batchesOf, checkSize } from '../domain/requests';
import type { Target } from '../domain/targets';
import { deliver } from '../transport/deliver';
import { Ledger } from '../transport/ledger';
import type { LedgerStore } from '../transport/ledger';
import type { OperationModule } from './operation';
import { Parameters } from './parameters';
import { invalidInput, report } from './report';
import type { ItemResult } from './report';

const CONCURRENCY = 8;
const MAXIMUM_WAIT = 120_000;
const TIMEOUT = 60_000;

/** The one way through: read and compose every item, recall, group, deliver, report. */
export async function run(
	this: IExecuteFunctions,
	operation: OperationModule,
	target: Target,
): Promise<INodeExecutionData[]> {
	const credential = await this.getCredentials('brazeApi');
	const address = restUrl(credential);
	if ('problem' in address) {
		throw new NodeOperationError(this.getNode(), address.problem, {
			description: 'Nothing was sent',
		});
	}

	const results = readAll.call(this, operation, target);
	const ledger = openLedger.call(this);
	const drafts = results.flatMap((result) => {
		if (!result.draft) return [];
		const { recalled, rest } = ledger.recall(result.draft);
		result.parts.push(...recalled);
		return rest ? [rest] : [];
	});

	const batches = drafts.flatMap(batchesOf);
	const outcomes = await deliver.call(this, batches, {
		baseUrl: address.url,
		apiKey: String(credential.apiKey ?? ''),
		ledger,
		concurrency: CONCURRENCY,
		maximumWait: MAXIMUM_WAIT,
		timeout: TIMEOUT,
	});
	batches.forEach(({ parts, schedule }, index) => {
		for (const { draft, people } of parts) {
			results[draft.item].parts.push({ people, schedule, outcome: outcomes[index] });
		}
	});
	return report.call(this, results);
}

/** Every item is read and checked before the first request leaves. */
function readAll(
	this: IExecuteFunctions,
	operation: OperationModule,
	target: Target,
): ItemResult[] {
	const parameters = new Parameters(this);
	const now = Date.now();
	const results = this.getInputData().map((_, item): ItemResult => {
		const findings = noFindings();
		const draft = operation.compose({ target, parameters, item, findings, now });
		if (draft && findings.problems.length === 0) checkSize(draft, findings);
		return findings.problems.length > 0 || !draft
			? { item, problems: findings.problems, parts: [] }
			: { item, draft, problems: [], parts: [] };
	});
	const invalid = results.filter(({ problems }) => problems.length > 0);
	if (invalid.length > 0 && !this.continueOnFail()) {
		throw invalidInput(this.getNode(), invalid);
	}
	return results;
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
