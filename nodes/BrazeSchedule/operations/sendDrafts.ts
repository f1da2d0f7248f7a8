import type { IExecuteFunctions } from 'n8n-workflow';

import { group } from '../domain/grouping';
import type { Draft } from '../domain/drafts';
import { isReferenced } from '../domain/underReference';
import type { Referenced } from '../domain/underReference';
import type { ReferenceRun, Round, Told } from '../memory/referenceRun';
import { deliver } from '../transport/deliver';
import type { Delivered, DeliveryOptions } from '../transport/deliver';

/** Sends what can be sent, those with a reference as their references allow. */
export async function sendDrafts(
	context: IExecuteFunctions,
	drafts: Draft[],
	combine: boolean,
	options: Omit<DeliveryOptions, 'gate'>,
	openReferences: () => ReferenceRun,
): Promise<Delivered[]> {
	const referenced = drafts.filter(isReferenced);
	const others = drafts.filter((draft) => !isReferenced(draft));
	if (referenced.length === 0) {
		return await deliver.call(context, group(others, combine), options);
	}
	const references = openReferences();
	const results: Delivered[] = [];
	const send = async (some: Draft[]) => {
		const batches = group(some, combine);
		references.expect(batches);
		return await deliver.call(context, batches, { ...options, gate: references });
	};
	try {
		for await (const round of roundsWith(references, referenced, others)) {
			results.push(...round.told.map(resultOf));
			const deleted = await send(round.deletes);
			results.push(
				...deleted.filter(({ outcome }) => outcome.kind !== 'accepted').map(notReplaced),
			);
			results.push(...(await send([...round.drafts, ...references.replacements()])));
			await references.finish();
		}
	} finally {
		await references.close();
	}
	return [...results, ...references.followers(results).map(resultOf)];
}

/** Items without a reference go with the first round. */
async function* roundsWith(
	references: ReferenceRun,
	referenced: Referenced[],
	others: Draft[],
): AsyncGenerator<Round> {
	let rest = others;
	for await (const round of references.rounds(referenced)) {
		yield { ...round, drafts: [...rest, ...round.drafts] };
		rest = [];
	}
}

export const resultOf = ({ draft, outcome }: Told): Delivered => ({
	item: draft.item,
	draft,
	people: draft.people,
	counting: draft.people?.length ?? 0,
	schedule: draft.schedule,
	outcome,
	request: draft,
});

/** The item hears why its schedule stays as it was. */
function notReplaced(result: Delivered): Delivered {
	const { outcome } = result;
	if (outcome.kind !== 'refused' && outcome.kind !== 'unknown') return result;
	const { failure } = outcome;
	const description = `${failure.description}. No new schedule was created in its place`;
	return { ...result, outcome: { ...outcome, failure: { ...failure, description } } };
}
