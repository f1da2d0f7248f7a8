import { composeDelete, composeUpdate } from '../../nodes/BrazeSchedule/domain/drafts';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import type { Intent } from '../../nodes/BrazeSchedule/domain/references';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { isReferenced } from '../../nodes/BrazeSchedule/domain/underReference';
import type { Referenced, UnderReference } from '../../nodes/BrazeSchedule/domain/underReference';
import { createDraft } from '../domain/drafts';

export const EVENT = Date.UTC(2026, 1, 1);

export interface Asked extends Partial<UnderReference> {
	time?: string;
	/** The external user IDs of its recipients. */
	people?: string[];
}

/** What an item asks for under a reference. */
export function referenced(
	item: number,
	reference: string,
	intent: Intent,
	{ time = '2026-03-31T07:00:00Z', people = ['ada'], ...more }: Asked = {},
): Referenced {
	const under = { reference, intent, forEveryone: false, stopIfNotFound: false, name: '', ...more };
	const existing = { item, target: TARGETS.campaign, id: 'c-1', under };
	const recipients = people.map((id) => ({ external_user_id: id }));
	const draft =
		intent === 'delete'
			? composeDelete(existing)
			: intent === 'update'
				? composeUpdate(existing, { time }, noFindings(), 'Europe/Berlin')
				: createDraft({
						item,
						to: { sendTo: 'recipients', recipients },
						schedule: { time },
						zone: 'Europe/Berlin',
						under,
					});
	if (!isReferenced(draft)) throw new Error('It has a reference');
	return draft;
}
