import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { noFindings } from '../domain/findings';
import type { Findings, Problem } from '../domain/findings';
import { group, repeatedAudiences } from '../domain/grouping';
import { checkSize } from '../domain/requests';
import type { Batch, Draft } from '../domain/requests';
import type { Target } from '../domain/targets';
import { BrazeClock } from '../transport/brazeClock';
import { decisionsIn, nameDecisions } from '../transport/decisions';
import { Deduplication } from '../transport/deduplication';
import { deliver, resultsOf } from '../transport/deliver';
import type { Delivered } from '../transport/deliver';
import { Ledger } from '../transport/ledger';
import { inTurn } from '../transport/turns';
import { connect, credentialProblem } from '../form/credential';
import { problemFrom } from '../output/problemFrom';
import { invalidInput } from '../output/failures';
import { clockHint, hintsFor } from '../output/hints';
import { continuesOnFail, isTool, NEEDS_A_PERSON } from '../output/tool';
import type { OperationModule } from './operation';
import { Parameters } from '../form/parameters';
import { placesOf } from './places';
import { openMemory, turnOf } from './executionMemory';
import { report } from '../output/items';
import type { ItemResult } from '../output/items';
import { COMBINE, readSettings } from '../form/options';
import type { Settings } from '../form/options';

export async function run(
	this: IExecuteFunctions,
	operation: OperationModule,
	target: Target,
): Promise<INodeExecutionData[]> {
	const turn = turnOf(this);
	if (turn === undefined) return await runOnce.call(this, operation, target);
	const signal = this.getExecutionCancelSignal();
	// Stopped while it waited: the other run may still be sending what this one knows nothing of.
	const work = async () => (signal?.aborted ? [] : await runOnce.call(this, operation, target));
	return await inTurn(turn, work, signal);
}

/** The one way through: read and compose every item, recall, group, deliver, report. */
async function runOnce(
	this: IExecuteFunctions,
	operation: OperationModule,
	target: Target,
): Promise<INodeExecutionData[]> {
	const { store, lost, touched } = openMemory(this);
	const connection = await connect(this);
	const parameters = new Parameters(this, operation.fields(target));
	const findings = noFindings();
	if ('problem' in connection) findings.refuse(credentialProblem(connection));
	const settings = readSettings(parameters, this.getInputData().length, findings);
	const readAt = Date.now();
	const clock = new BrazeClock();
	const placeOf = placesOf(this, store.ledger !== undefined);
	const ledger = new Ledger(store, placeOf, touched, lost);
	const results =
		findings.refusals > 0
			? allInvalid.call(this, findings.problems)
			: readAll.call(this, parameters, operation, target, settings, ledger, readAt);
	const invalid = results.filter(({ draft }) => !draft);
	if (invalid.length > 0 && !continuesOnFail(this)) throw invalidInput(this, invalid);

	const drafts = recall(results, settings, ledger);
	const batches = group(drafts, settings.combine !== COMBINE.off);
	const delivered =
		settings.preview || 'problem' in connection
			? batches.flatMap(preview)
			: await deliver.call(this, batches, {
					...settings,
					baseUrl: connection.url,
					apiKey: connection.key,
					ledger,
					decisions: decisionsIn(results),
					readAt,
					clock,
					deduplication: openDeduplication.call(this, settings, batches),
				});
	for (const part of delivered) results[part.item].parts.push(part);
	nameDecisions(results);
	this.addExecutionHints(...hintsFor(results), ...clockHint(clock.offset));
	return report.call(this, results, settings, placeOf);
}

/** What is wrong with the node as a whole is wrong with every item. */
function allInvalid(this: IExecuteFunctions, problems: readonly Problem[]): ItemResult[] {
	return this.getInputData().map((_, item) => ({ item, problems, parts: [] }));
}

/** Every item is read and checked before the first request leaves. */
function readAll(
	this: IExecuteFunctions,
	parameters: Parameters,
	operation: OperationModule,
	target: Target,
	settings: Settings,
	ledger: Ledger,
	now: number,
): ItemResult[] {
	const isSaved = Boolean(this.getWorkflow().id);
	const results = this.getInputData().map(({ json }, item): ItemResult => {
		const findings = noFindings();
		const reading = { target, parameters, item, json, findings, now };
		const draft = attempt(() => operation.compose(reading), findings);
		if (draft?.deduplicationKey !== undefined && !isSaved) findings.refuse(NOWHERE_TO_KEEP);
		if (draft && findings.refusals === 0) checkSize(draft, findings);
		const isValid = draft && findings.refusals === 0;
		return { item, draft: isValid ? draft : undefined, problems: findings.problems, parts: [] };
	});
	if (settings.allowRepeats) return results;
	const drafts = results.flatMap(({ draft }) => draft ?? []);
	const refused = [
		...repeatedAudiences(drafts, settings.combine !== COMBINE.off),
		...drafts
			.filter((draft) => ledger.hasMessaged(draft))
			.map((draft) => messagedBefore(draft, isTool(this.getNode()))),
	];
	for (const [{ item }, problem] of refused) {
		results[item] = { item, problems: [problem], parts: [] };
	}
	return results;
}

/** An expression that fails, or anything else that throws, is the trouble of its own item. */
function attempt<T>(work: () => T, findings: Findings): T | undefined {
	try {
		return work();
	} catch (error) {
		return findings.refuse(problemFrom(error));
	}
}

/** Without a workflow's ID, n8n would look among the keys of another workflow. */
const NOWHERE_TO_KEEP: Problem = {
	parameter: 'Deduplication Key',
	message: "'Deduplication Key' needs a saved workflow",
	hint: "Save the workflow, or remove the option. n8n's own Agents keep no keys between calls",
	forModel: NEEDS_A_PERSON,
};

const messagedBefore = (draft: Draft, asTool: boolean): [Draft, Problem] => [
	draft,
	{
		parameter: 'Send To',
		message: `This execution has already scheduled a message to the same audience of this ${draft.target.label}`,
		hint: asTool
			? `To allow it, ${ALLOW_REPEATS}`
			: `Move this node out of the loop, so that it runs once. If you mean it, ${ALLOW_REPEATS}`,
		forModel: NOT_THE_SAME_AUDIENCE,
	},
];

const ALLOW_REPEATS = "turn on 'Allow Repeated Audience Sends' under 'Options'";
const NOT_THE_SAME_AUDIENCE =
	"Don't use this tool again for this audience. To change the first message, move or cancel its schedule. If the user wants a second message to the same people, tell them that the workflow needs a change";

/** Takes out of the drafts what needs no request, or was sent by an earlier try. A preview shows everything. */
function recall(results: ItemResult[], settings: Settings, ledger: Ledger): Draft[] {
	for (const { draft, parts } of results) {
		if (draft?.isPassedOn)
			parts.push({ counting: 0, outcome: { kind: 'passedOn' }, request: draft });
	}
	const valid = results.flatMap((result) =>
		result.draft && !result.draft.isPassedOn ? [{ result, draft: result.draft }] : [],
	);
	const drafts = valid.map(({ draft }) => draft);
	if (settings.preview) return drafts;
	return ledger.recallAll(drafts).flatMap(({ recalled, rest }, index) => {
		valid[index].result.parts.push(...recalled);
		return rest ?? [];
	});
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
