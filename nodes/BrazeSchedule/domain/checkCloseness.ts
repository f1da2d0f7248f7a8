import type { Draft } from './drafts';
import { isObject } from './json';
import type { JsonObject } from './json';
import { dueOf, startOf } from './references';
import type { Schedule } from './schedule';
import { closenessOf } from './tooClose';
import type { Start, TooClose } from './tooClose';

/** For a schedule that is found by its ID: its time is known if the incoming item has it. */
export function checkCloseness(
	draft: Draft,
	limit: TooClose | undefined,
	incoming: JsonObject,
	now: number,
): Draft {
	if (!limit || draft.under || draft.late) return draft;
	const { operation, schedule } = draft;
	const times = {
		old: startIn(incoming, draft.body.schedule_id),
		next: schedule && startOf(dueOf(schedule)),
	};
	const verb = operation === 'delete' ? 'cancel' : 'move';
	const { warnings, refusal } = closenessOf(limit, times, verb, now);
	return {
		...draft,
		warnings: [...draft.warnings, ...warnings],
		...(refusal && { tooClose: refusal }),
	};
}

/** As Create, Update and Get Many return it, together with the ID. */
function startIn(
	{ schedule, schedule_id: id }: JsonObject,
	scheduleId: unknown,
): Start | undefined {
	if (id !== scheduleId || !isObject(schedule) || typeof schedule.time !== 'string') {
		return undefined;
	}
	return startOf(dueOf(schedule as unknown as Schedule));
}
