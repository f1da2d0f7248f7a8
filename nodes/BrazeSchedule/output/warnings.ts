import type { Draft, NoSchedule, PassedOn } from '../domain/drafts';
import { differing } from '../domain/findings';
import type { Operation } from '../domain/targets';
import { isReferenced } from '../domain/underReference';
import type { PartResult } from '../transport/ledger';
import type { PartOutcome } from '../transport/outcome';
import { DONE } from '../transport/words';
import { deedOf } from './referenced';
import type { DraftPart } from './outputRows';

export function warningsOf(parts: DraftPart[], asTool = false): string[] {
	const warnings: string[] = [];
	// Most items of a long list have none, and this is asked for each of them.
	const add = (some: readonly string[]) => {
		for (const warning of some) warnings.push(warning);
	};
	for (const one of parts) add(timeWarningsOf(one));
	for (const one of parts) if (isOfContent(one)) add(one.draft.warnings);
	add(namedAgain(parts));
	for (const one of parts) {
		const { outcome, recalledFor } = one.part;
		add(outcome.kind === 'accepted' ? outcome.warnings : reasonFor(one.draft, outcome));
		if (recalledFor !== undefined) warnings.push(fromMemory(one, asTool));
	}
	return warnings.length > 0 ? differing(warnings) : warnings;
}

/** Nothing of an item's content was sent, if an earlier try only moved or canceled its schedule. */
const isOfContent = ({ draft, part }: DraftPart): boolean =>
	part.recalledFor === undefined ||
	draft.operation !== 'create' ||
	part.deed === undefined ||
	part.deed === 'replace';

/** Skipped, whatever its time is. */
const isLeftOut = (outcome: PartOutcome): boolean =>
	(outcome.kind === 'quiet' && outcome.leftOut !== undefined) ||
	(outcome.kind === 'preview' && outcome.instead?.leftOut !== undefined);

/** What an earlier try sent was on time or late then, regardless of the time now. */
function timeWarningsOf({ draft, part }: DraftPart): readonly string[] {
	if (isLeftOut(part.outcome) || part.isChanged) return NONE;
	const wasInTime = part.recalledFor !== undefined && part.asOf === undefined;
	return wasInTime ? NONE : (draft.timeWarnings?.(part.asOf) ?? NONE);
}

const NONE: readonly string[] = [];

function namedAgain(parts: DraftPart[]): readonly string[] {
	let again = 0;
	for (const { part } of parts) {
		if (isSentOrShown(part)) again += (part.people?.length ?? 0) - part.counting;
	}
	if (again === 0) return NONE;
	return [
		`${again === 1 ? '1 recipient is' : `${again} recipients are`} also in a later item, whose entry is used`,
	];
}

const isSentOrShown = ({ outcome }: PartResult): boolean =>
	outcome.kind === 'accepted' || outcome.kind === 'preview';

const WHY_NO_SCHEDULE: Record<NoSchedule, string> = {
	skipped: 'this item was skipped when it was to be scheduled',
	superseded: 'another item was scheduled in place of this one',
	ignored: 'this item was ignored, because a later event was handled before',
	not_found: "nothing was found under this item's reference",
	not_sent: 'nothing was sent for this item before',
};

/** Why nothing was sent for a part that didn't fail. */
function reasonFor({ operation, passedOn }: Draft, outcome: PartOutcome): readonly string[] {
	switch (outcome.kind) {
		case 'quiet':
			return outcome.warnings ?? [];
		case 'preview':
			return outcome.instead?.warnings ?? [];
		case 'passedOn':
			return passedOn ? [wordsForPassedOn(operation, passedOn)] : [];
		case 'superseded':
			return [outcome.warning];
		default:
			return [];
	}
}

function wordsForPassedOn(operation: Operation, { status, reason }: PassedOn): string {
	const words = `Not sent: ${WHY_NO_SCHEDULE[status]}, so there is nothing to ${operation}`;
	return reason === undefined ? words : `${words}. Reason: ${reason}`;
}

const fromMemory = (one: DraftPart, asTool: boolean): string =>
	asTool
		? `Already ${doneFor(one)} by an earlier call with the same values in this run. ${one.part.isChanged ? CHANGED : 'Not sent again'}`
		: `Already ${doneFor(one)} by an earlier try of this execution. Not sent again`;

const CHANGED =
	'A later call moved it, or may have canceled it. Not sent again, because the message could then go out twice. To change its time, move the schedule';

/** What was done, in words. */
export function doneFor({ draft, part }: DraftPart): string {
	const deed = isReferenced(draft) ? deedOf(draft, part) : draft.operation;
	return deed === 'replace' ? 'replaced' : DONE[deed];
}
