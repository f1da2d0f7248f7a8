import type { IDataObject } from 'n8n-workflow';

import type { Deed, Handle } from '../domain/references';
import type { Referenced } from '../domain/underReference';
import type { PartResult } from '../transport/ledger';
import type { QuietOutcome } from '../transport/outcome';
import { knownDueFields } from './times';

/** What was done for a reference, in a word. */
const DONE_FOR: Record<Deed, string> = {
	create: 'scheduled',
	update: 'updated',
	replace: 'replaced',
	delete: 'deleted',
};

/** What a preview says would be done. */
const WOULD: Record<Deed, string> = {
	create: 'schedule',
	update: 'update',
	replace: 'replace',
	delete: 'delete',
};

/** What the request of a part did for its reference; of an earlier try, as it was written down. */
export const deedOf = ({ under }: Referenced, { deed, recalledFor }: PartResult): Deed =>
	(recalledFor === undefined ? under.deed : deed) ?? 'create';

/** What an item with a reference says first. */
export function referencedHead(draft: Referenced, part: PartResult): IDataObject {
	const { outcome } = part;
	const { reference, intent } = draft.under;
	if (outcome.kind === 'preview') {
		const would = outcome.request ? WOULD[deedOf(draft, part)] : 'skip';
		return { status: 'preview', would, reference, ...reasonIn(outcome.instead) };
	}
	const status =
		outcome.kind === 'quiet'
			? outcome.status
			: outcome.kind === 'accepted' && !outcome.queued
				? DONE_FOR[deedOf(draft, part)]
				: outcome.kind === 'accepted'
					? 'queued'
					: 'superseded';
	return {
		status,
		...(intent === 'delete' && { deleted: status === 'deleted' }),
		reference,
		...(outcome.kind === 'quiet' && reasonIn(outcome)),
	};
}

const reasonIn = (quiet?: QuietOutcome): IDataObject =>
	quiet?.reason === undefined ? {} : { reason: quiet.reason };

/** When a remembered schedule is due, and for how many. */
export const timeFields = (known: Handle | undefined): IDataObject => ({
	...knownDueFields(known),
	recipients: known?.recipients ?? null,
});

/** How it is found again. */
export const idFields = (known: Handle | undefined): IDataObject => ({
	schedule_id: known?.scheduleId || null,
	dispatch_id: known?.dispatchId || null,
	...(known?.sendId && { send_id: known.sendId }),
});
