import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import type { Draft } from '../domain/drafts';
import { noFindings } from '../domain/findings';
import type { Findings } from '../domain/findings';
import type { Intent } from '../domain/references';
import type { Target } from '../domain/targets';
import { isReferenced } from '../domain/underReference';
import { connect, credentialProblem } from '../form/credential';
import { FormParameters } from '../form/parameters';
import { COMBINE, readSettings } from '../form/options';
import { invalidInput, invalidNode } from '../output/errors';
import { apartHint, clockHint, hintsFor, manualHint, repeatable } from '../output/hints';
import { report } from '../output/items';
import type { ItemResult } from '../output/outputRows';
import { continuesOnFail, isTool } from '../output/tool';
import { withInput } from '../output/withInput';
import { BrazeClock } from '../transport/brazeClock';
import { decisionsIn, nameDecisions } from '../transport/decisions';
import { openReferences } from '../memory/openReferences';
import type { Delivered } from '../transport/deliver';
import { Ledger } from '../transport/ledger';
import type { Place } from '../transport/ledgerKeys';
import { inTurn } from '../transport/turns';
import { openMemory, turnOf } from './executionMemory';
import { manualRepeat } from './manualRepeats';
import { leaveOut } from './leaveOut';
import type { OperationModule } from './operation';
import { placesOf } from './places';
import { previewDrafts } from './previewDrafts';
import { readItems, refuseItems } from './readItems';
import type { ReadingOfRun } from './readItems';
import { sendDrafts } from './sendDrafts';

/** Schedules, moves or cancels what the items ask for, after any run that shares its memory. */
export async function scheduleItems(
	context: IExecuteFunctions,
	operation: OperationModule,
	target: Target,
): Promise<INodeExecutionData[]> {
	const turn = turnOf(context);
	if (turn === undefined) return await readAndDeliver(context, operation, target);
	const signal = context.getExecutionCancelSignal();
	// Stopped while it waited: the other run may still send requests that this run can't see.
	const work = async () =>
		signal?.aborted ? [] : await readAndDeliver(context, operation, target);
	return await inTurn(turn, work, signal);
}

/** The pipeline: read and compose every item, leave out, group, deliver, report. */
async function readAndDeliver(
	context: IExecuteFunctions,
	operation: OperationModule,
	target: Target,
): Promise<INodeExecutionData[]> {
	const findings = noFindings();
	const run = await openRun(context, operation, target, findings);
	if (findings.refusals > 0 && !continuesOnFail(context)) {
		throw invalidNode(context, findings.problems);
	}
	const results =
		findings.refusals > 0 ? refuseItems(context, findings.problems) : readItems(context, run);
	const { settings, ledger, clock, placeOf } = run;
	const drafts = leaveOut(results, settings, ledger);
	const invalid = results.filter(({ draft }) => !draft);
	if (invalid.length > 0 && !continuesOnFail(context)) throw invalidInput(context, invalid);

	for (const part of await previewOrSend(context, run, drafts, results)) {
		tell(results[part.item], part);
	}
	nameDecisions(results);
	const intent = context.getNodeParameter('operation', 0) as Intent;
	context.addExecutionHints(
		...hintsFor(results, intent === 'upsert' ? 'create' : intent),
		...apartHint(results, settings.combine !== COMBINE.off),
		...hintForManual(context, results, run.now),
		...clockHint(clock.offset),
	);
	// A preview of combined items shows each request once, not once for each item.
	const perRequest = settings.combine === COMBINE.perSchedule || settings.preview;
	const output = report(context, results, perRequest, placeOf);
	return settings.includeInput ? output.map(withInput(context.getInputData())) : output;
}

function hintForManual(context: IExecuteFunctions, results: ItemResult[], now: number) {
	if (context.getMode() !== 'manual') return [];
	const made = repeatable(results);
	return manualHint(made, manualRepeat(context, made, now));
}

/** What all items of a run share. */
interface Run extends ReadingOfRun {
	connection: Awaited<ReturnType<typeof connect>>;
	/** Learns Braze's time from its answers. */
	clock: BrazeClock;
	placeOf: (item: number) => Place;
}

async function openRun(
	context: IExecuteFunctions,
	operation: OperationModule,
	target: Target,
	findings: Findings,
): Promise<Run> {
	const { store, lost, touched } = openMemory(context);
	const connection = await connect(context);
	if ('problem' in connection) findings.refuse(credentialProblem(connection));
	const parameters = new FormParameters(context, operation.fields(target));
	const items = context.getInputData().map(({ json }) => json);
	const settings = readSettings(parameters, items.length, findings);
	operation.check?.({ target, parameters, items, isTool: isTool(context.getNode()), findings });
	const placeOf = placesOf(context, store.ledger !== undefined);
	const ledger = new Ledger(store, placeOf, touched, lost);
	const now = Date.now();
	const clock = new BrazeClock();
	return { operation, target, parameters, settings, ledger, now, connection, clock, placeOf };
}

async function previewOrSend(
	context: IExecuteFunctions,
	{ settings, connection, ledger, now, clock }: Run,
	drafts: Draft[],
	results: ItemResult[],
): Promise<Delivered[]> {
	const combine = settings.combine !== COMBINE.off;
	const open = () => openReferences(context, settings, () => clock.toBraze(Date.now()));
	if (settings.preview || 'problem' in connection)
		return await previewDrafts(drafts, combine, open);
	const options = {
		...settings,
		connection,
		ledger,
		decisions: decisionsIn(results),
		readAt: now,
		clock,
	};
	return await sendDrafts(context, drafts, combine, options, open);
}

/** For a reference, another request may have been needed than the item asked for. */
function tell(result: ItemResult, part: Delivered): void {
	result.parts.push(part);
	if (isReferenced(part.draft)) result.draft = part.draft;
}
