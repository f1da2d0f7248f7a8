import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { noFindings } from '../domain/findings';
import type { Intent } from '../domain/references';
import type { Draft } from '../domain/drafts';
import { isReferenced } from '../domain/underReference';
import type { Target } from '../domain/targets';
import { connect, credentialProblem } from '../form/credential';
import { Parameters } from '../form/parameters';
import { COMBINE, readSettings } from '../form/options';
import type { Settings } from '../form/options';
import { invalidInput, invalidNode } from '../output/errors';
import { clockHint, hintsFor } from '../output/hints';
import { report } from '../output/items';
import type { ItemResult } from '../output/items';
import { continuesOnFail } from '../output/tool';
import { BrazeClock } from '../transport/brazeClock';
import { decisionsIn, nameDecisions } from '../transport/decisions';
import { openReferences } from '../memory/openReferences';
import type { Delivered } from '../transport/deliver';
import { Ledger } from '../transport/ledger';
import { inTurn } from '../transport/turns';
import { openMemory, turnOf } from './executionMemory';
import type { OperationModule } from './operation';
import { placesOf } from './places';
import { previewDrafts } from './previewDrafts';
import { readItems, refuseItems } from './readItems';
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

/** The pipeline: read and compose every item, recall, group, deliver, report. */
async function readAndDeliver(
	context: IExecuteFunctions,
	operation: OperationModule,
	target: Target,
): Promise<INodeExecutionData[]> {
	const { store, lost, touched } = openMemory(context);
	const name = context.getNodeParameter('operation', 0) as Intent;
	const connection = await connect(context);
	const parameters = new Parameters(context, operation.fields(target));
	const findings = noFindings();
	if ('problem' in connection) findings.refuse(credentialProblem(connection));
	const settings = readSettings(parameters, context.getInputData().length, findings);
	if (findings.refusals > 0 && !continuesOnFail(context)) {
		throw invalidNode(context, findings.problems);
	}
	const now = Date.now();
	const clock = new BrazeClock();
	const placeOf = placesOf(context, store.ledger !== undefined);
	const ledger = new Ledger(store, placeOf, touched, lost);
	const results =
		findings.refusals > 0
			? refuseItems(context, findings.problems)
			: readItems(context, { operation, target, parameters, settings, ledger, now });
	const invalid = results.filter(({ draft }) => !draft);
	if (invalid.length > 0 && !continuesOnFail(context)) throw invalidInput(context, invalid);

	const drafts = recall(results, settings, ledger);
	const combine = settings.combine !== COMBINE.off;
	const open = () => openReferences(context, settings, () => clock.toBraze(Date.now()));
	const sent =
		settings.preview || 'problem' in connection
			? await previewDrafts(drafts, combine, open)
			: await sendDrafts(
					context,
					drafts,
					combine,
					{
						...settings,
						baseUrl: connection.url,
						apiKey: connection.key,
						ledger,
						decisions: decisionsIn(results),
						readAt: now,
						clock,
					},
					open,
				);
	for (const part of sent) tell(results[part.item], part);
	nameDecisions(results);
	context.addExecutionHints(
		...hintsFor(results, name === 'upsert' ? 'create' : name),
		...clockHint(clock.offset),
	);
	// A preview of combined items shows each request once, not once for each item.
	const perRequest = settings.combine === COMBINE.perSchedule || settings.preview;
	return report(context, results, perRequest, placeOf);
}

/** Removes drafts that need no request, or that an earlier try sent. A preview shows everything. */
function recall(results: ItemResult[], settings: Settings, ledger: Ledger): Draft[] {
	for (const { draft, parts } of results) {
		if (draft?.passedOn) parts.push({ counting: 0, outcome: { kind: 'passedOn' }, request: draft });
	}
	const valid = results.flatMap((result) =>
		result.draft && !result.draft.passedOn ? [{ result, draft: result.draft }] : [],
	);
	const drafts = valid.map(({ draft }) => draft);
	if (settings.preview) return drafts;
	return ledger.recallAll(drafts).flatMap(({ recalled, rest }, index) => {
		valid[index].result.parts.push(...recalled);
		return rest ?? [];
	});
}

/** For a reference, another request may have been needed than the item asked for. */
function tell(result: ItemResult, part: Delivered): void {
	result.parts.push(part);
	if (isReferenced(part.draft)) result.draft = part.draft;
}
