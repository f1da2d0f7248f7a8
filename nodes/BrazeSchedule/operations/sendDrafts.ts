import type { IExecuteFunctions } from 'n8n-workflow';

import { group } from '../domain/grouping';
import type { Draft } from '../domain/drafts';
import { isReferenced } from '../domain/underReference';
import type { Referenced } from '../domain/underReference';
import type { Told } from '../memory/cases';
import type { ReferenceRun } from '../memory/referenceRun';
import type { Round } from '../memory/rounds';
import { deliver } from '../transport/deliver';
import type { Delivered, DeliveryOptions } from '../transport/deliver';
import type { Ledger } from '../transport/ledger';

interface SendOptions extends Omit<DeliveryOptions, 'gate'> {
	ledger: DeliveryOptions['ledger'] & Pick<Ledger, 'noteFollowers'>;
}

/** Sends what can be sent, those with a reference as their references allow. */
export async function sendDrafts(
	context: IExecuteFunctions,
	drafts: Draft[],
	combine: boolean,
	options: SendOptions,
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
			const sent = await send([...round.drafts, ...references.replacements()]);
			results.push(...sent.map(halfReplaced).map(keptUnknown));
			await references.finish();
		}
	} finally {
		await references.close();
	}
	const followers = references.followers(results);
	options.ledger.noteFollowers(followers);
	return [...results, ...followers.map(resultOf)];
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

export const resultOf = ({ draft, outcome, request }: Told): Delivered => ({
	item: draft.item,
	draft,
	people: draft.people,
	counting: draft.people?.length ?? 0,
	schedule: draft.schedule,
	outcome,
	request: request ?? draft,
});

/** The item learns why its schedule stays as it was. */
const notReplaced = (result: Delivered): Delivered =>
	withAddition(result, 'No new schedule was created in its place');

/** The item learns that the first half of its replacement was done. */
const halfReplaced = (result: Delivered): Delivered =>
	result.draft.under?.deed === 'replace'
		? withAddition(result, 'The old schedule of this reference was canceled before')
		: result;

/** A new execution alone would be refused, as long as the table calls the reference unknown. */
function keptUnknown(result: Delivered): Delivered {
	const { draft, outcome } = result;
	const isNew = draft.under !== undefined && draft.operation === 'create';
	return isNew && outcome.kind === 'unknown' ? withAddition(result, FREE_FIRST) : result;
}

const FREE_FIRST =
	'Before that, delete all rows of its reference in the data table, or nothing is sent';

function withAddition(result: Delivered, addition: string): Delivered {
	const { outcome } = result;
	if (outcome.kind !== 'refused' && outcome.kind !== 'unknown') return result;
	const { failure } = outcome;
	const description = `${failure.description}. ${addition}`;
	return { ...result, outcome: { ...outcome, failure: { ...failure, description } } };
}
