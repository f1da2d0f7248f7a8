import type { Draft } from '../domain/drafts';
import type { Problem } from '../domain/findings';
import type { PartResult } from '../transport/ledger';
import { hasFailed } from '../transport/outcome';
import type { PartOutcome } from '../transport/outcome';

/** The result of one input item: its problems, or its part in each request. */
export interface ItemResult {
	item: number;
	/** Missing if there was a problem. */
	draft?: Draft;
	problems: readonly Problem[];
	parts: PartResult[];
}

/** A part and its draft. */
export interface DraftPart {
	draft: Draft;
	part: PartResult;
}

/** What one output item represents: parts of one request, or of one input item. */
export interface OutputItem {
	parts: DraftPart[];
}

type Output = OutputItem | ItemResult;

export function rowsPerItem(result: ItemResult): Output[] {
	const { draft, parts } = result;
	if (!draft) return [result];
	if (parts.length === 1) return [{ parts: [{ draft, part: parts[0] }] }];
	const rows = parts
		.filter((part) => !isNamedAgain(part))
		.map((part): OutputItem => ({ parts: [{ draft, part }] }));
	const again = parts.filter(isNamedAgain).map((part) => ({ draft, part }));
	if (again.length === 0) return rows;
	const done = rows.find(({ parts: [{ part }] }) => !hasFailed(part.outcome));
	if (!done) return [{ parts: again }, ...rows];
	done.parts.push(...again);
	return rows;
}

/**
 * A later item decides for all its recipients, which is only worth a warning if that item doesn't
 * fail.
 */
const isNamedAgain = (part: PartResult): boolean =>
	part.people !== undefined && part.counting === 0 && !hasFailed(part.outcome);

/** An error output passes on each failed item with its own fields. */
const comesOutAlone = (outcome: PartOutcome): boolean =>
	outcome.kind === 'quiet' || hasFailed(outcome);

export function rowsPerRequest(results: ItemResult[]): Output[] {
	const rows = new Map<object, OutputItem>();
	const outputs: Output[] = [];
	for (const result of results) {
		const { draft } = result;
		if (!draft) outputs.push(result);
		for (const part of draft ? result.parts : []) {
			const isOwn = comesOutAlone(part.outcome);
			const known = isOwn ? undefined : rows.get(part.request);
			if (known) {
				known.parts.push({ draft: draft as Draft, part });
				continue;
			}
			const row: OutputItem = { parts: [{ draft: draft as Draft, part }] };
			outputs.push(row);
			if (!isOwn) rows.set(part.request, row);
		}
	}
	return outputs;
}
