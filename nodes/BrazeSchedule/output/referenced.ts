import type { IDataObject } from 'n8n-workflow';

import type { Deed, Plan } from '../domain/references';
import { utcText } from '../domain/time';
import type { Referenced } from '../domain/underReference';
import type { PartResult } from '../transport/ledger';
import type { Handle, PartOutcome } from '../transport/outcome';

/** What was done for a reference, in a word. */
export const DONE_FOR: Record<Deed, string> = {
	create: 'scheduled',
	update: 'updated',
	replace: 'replaced',
	delete: 'deleted',
};

/** What a preview says would be done. */
const WOULD: Record<Plan['do'], string> = {
	create: 'schedule',
	update: 'update',
	replace: 'replace',
	delete: 'delete',
	nothing: 'nothing',
	refuse: 'nothing',
};

/** What Braze schedules for a remembered time. */
export function scheduleOf({ time, mode }: Pick<Handle, 'time' | 'mode'>): IDataObject | null {
	if (time === '') return null;
	if (mode === 'local') return { time, in_local_time: true };
	if (mode === 'optimal') return { time, at_optimal_time: true };
	return { time: utcText(Date.parse(time)) };
}

/** What an item with a reference adds to its result, and how it is found again. */
export function referencedFields(draft: Referenced, part: PartResult): IDataObject {
	const { reference, deed = 'create' } = draft.under;
	const { outcome } = part;
	if (outcome.kind === 'preview') return { reference, would: WOULD[deed] };
	if (outcome.kind === 'quiet') {
		return { status: outcome.status, reference, ...reasonIn(outcome), ...handleOf(outcome.known) };
	}
	if (outcome.kind !== 'accepted') return { reference };
	const done = part.deed ?? deed;
	const scheduleId = part.existing ?? draft.body.schedule_id;
	return {
		status: outcome.queued ? 'queued' : DONE_FOR[done],
		reference,
		...(done !== 'create' && done !== 'replace' && { schedule_id: scheduleId as string }),
	};
}

const reasonIn = ({ reason }: Extract<PartOutcome, { kind: 'quiet' }>): IDataObject =>
	reason === undefined ? {} : { reason };

const handleOf = (known: Handle | undefined): IDataObject => ({
	schedule: known ? scheduleOf(known) : null,
	recipients: known?.recipients ?? null,
	schedule_id: known?.scheduleId || null,
	dispatch_id: known?.dispatchId || null,
	...(known?.sendId && { send_id: known.sendId }),
});
