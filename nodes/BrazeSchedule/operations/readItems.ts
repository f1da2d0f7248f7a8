import type { IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { noFindings, problemFrom } from '../domain/findings';
import type { Findings, Problem } from '../domain/findings';
import { repeatedAudiences } from '../domain/repeatedAudiences';
import { checkSize } from '../domain/sizes';
import type { Draft } from '../domain/drafts';
import type { Target } from '../domain/targets';
import type { FormParameters } from '../form/parameters';
import { COMBINE } from '../form/options';
import type { Settings } from '../form/options';
import { ALLOW_REPEATS, refuseRepeats } from '../form/repeats';
import { SEND_TO_LABEL } from '../domain/labels';
import { readTargetName } from '../form/target';
import type { ItemResult } from '../output/outputRows';
import { isTool } from '../output/tool';
import type { Ledger } from '../transport/ledger';
import type { OperationModule } from './operation';

export interface ReadingOfRun {
	operation: OperationModule;
	target: Target;
	parameters: FormParameters;
	settings: Settings;
	/** The audiences that this execution has already messaged. */
	ledger: Ledger;
	/** When the items are read. */
	now: number;
}

/** Every item is read and checked before the first request leaves. */
export function readItems(context: IExecuteFunctions, run: ReadingOfRun): ItemResult[] {
	const results = context.getInputData().map((input, item) => readItem(run, input, item));
	if (run.settings.allowRepeats) return results;
	for (const [{ item }, problem] of repeatedIn(results, run, isTool(context.getNode()))) {
		results[item] = withoutDraft(item, [problem]);
	}
	return results;
}

/** A problem of the node as a whole is a problem of every item. */
export const refuseItems = (
	context: IExecuteFunctions,
	problems: readonly Problem[],
): ItemResult[] => context.getInputData().map((_, item) => withoutDraft(item, problems));

const withoutDraft = (item: number, problems: readonly Problem[]): ItemResult => ({
	item,
	problems,
	parts: [],
});

function readItem(
	{ operation, target, parameters, settings: { testRecipients }, now }: ReadingOfRun,
	{ json }: INodeExecutionData,
	item: number,
): ItemResult {
	const findings = noFindings();
	const reading = { target, parameters, item, json, findings, now, testRecipients };
	const draft = compose(() => operation.compose(reading), findings);
	if (draft) {
		draft.cameBackUnknown = json.outcome === 'unknown';
		draft.name = readTargetName(target, parameters);
	}
	if (draft && findings.refusals === 0) checkSize(draft, findings);
	const isValid = draft && findings.refusals === 0;
	return { item, draft: isValid ? draft : undefined, problems: findings.problems, parts: [] };
}

/** A failing expression, or any other exception, is a problem of its own item. */
function compose(work: () => Draft | undefined, findings: Findings): Draft | undefined {
	try {
		return work();
	} catch (error) {
		return findings.refuse(problemFrom(error));
	}
}

/** Drafts for an audience that this run or an earlier one also messages. */
function repeatedIn(
	results: ItemResult[],
	{ settings, ledger }: ReadingOfRun,
	asTool: boolean,
): Array<[Draft, Problem]> {
	const drafts = results.flatMap(({ draft }) => (draft && !draft.late ? draft : []));
	const combines = settings.combine !== COMBINE.off;
	return [
		...repeatedAudiences(drafts, combines).flatMap((repeated) => {
			const problem = refuseRepeats(repeated, combines);
			return repeated.drafts.map((draft): [Draft, Problem] => [draft, problem]);
		}),
		...drafts
			.filter((draft) => ledger.hasMessaged(draft))
			.map((draft): [Draft, Problem] => [draft, messagedBefore(draft, asTool)]),
	];
}

const messagedBefore = ({ target }: Draft, asTool: boolean): Problem => ({
	parameter: SEND_TO_LABEL,
	message: `This execution has already scheduled a message to the same audience of this ${target.label}`,
	hint: asTool
		? `To allow it, ${ALLOW_REPEATS}`
		: `Move this node out of the loop, so that it runs once. If you mean it, ${ALLOW_REPEATS}`,
	forModel: NOT_THE_SAME_AUDIENCE,
});

const NOT_THE_SAME_AUDIENCE =
	"Don't use this tool again for this audience. To change the first message, move or cancel its schedule. If the user wants a second message to the same people, tell them that the workflow needs a change";
