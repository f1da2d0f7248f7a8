import {
	composeCreate,
	composeDelete,
	composeUpdate,
} from '../../nodes/BrazeSchedule/domain/drafts';
import type { CreateIntent, Draft } from '../../nodes/BrazeSchedule/domain/drafts';
import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import type { Batch } from '../../nodes/BrazeSchedule/domain/requests';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import type { Operation, Target } from '../../nodes/BrazeSchedule/domain/targets';

export const TARGET_LIST = Object.values(TARGETS);
export const OPERATIONS: Operation[] = ['create', 'update', 'delete'];

/** Stands for the REST API key. */
export const ECHOED = '3f6c-the-key-of-this-test';

export const schedule = { time: '2026-03-31T07:00:00Z' };

export const optedIn = { email_subscription_status: { comparison: 'is', value: 'opted_in' } };

/** u0, u1, … */
export const people = (count: number, from = 0) =>
	Array.from({ length: count }, (_, index) => ({ external_user_id: `u${from + index}` }));

export const createDraft = (intent: Partial<CreateIntent> = {}): Draft =>
	composeCreate(
		{
			item: 0,
			target: TARGETS.campaign,
			id: 'c-1',
			to: { sendTo: 'recipients', recipients: [{ external_user_id: 'ada' }] },
			schedule,
			...intent,
		},
		noFindings(),
	);

export function draftFor(target: Target, operation: Operation, item = 0): Draft {
	const existing = { item, target, id: 'c-1', scheduleId: 's-1' };
	switch (operation) {
		case 'create':
			return createDraft({ item, target });
		case 'update':
			return composeUpdate(existing, schedule, noFindings());
		case 'delete':
			return composeDelete(existing);
	}
}

export const requestFor = (target: Target, operation: Operation): Batch =>
	batchesOf(draftFor(target, operation))[0];

/** All six endpoints. */
export const SIX = TARGET_LIST.flatMap((target) =>
	OPERATIONS.map((operation) => requestFor(target, operation)),
);
