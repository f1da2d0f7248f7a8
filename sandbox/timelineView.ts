import { personKey } from './rules/recipients';
import { sendingSpan, type ScheduleObject } from './rules/schedule';
import type { Schedule } from './scheduleBook';

/** A schedule for the sandbox's page, so that the page needs no rules of its own. */
export function timelineView(schedule: Schedule) {
	const { schedule_id, dispatch_id, kind, name, state, notice, broadcast, history } = schedule;
	const placed = history.filter(({ type }) => type === 'created' || type === 'moved');
	return {
		schedule_id,
		dispatch_id,
		kind,
		name,
		state,
		notice,
		broadcast,
		hasAudience: schedule.audience !== undefined,
		people: schedule.recipients.map(personKey),
		time: schedule.schedule.time,
		mode: modeOf(schedule.schedule),
		span: sendingSpan(schedule.schedule),
		earlier: placed
			.slice(0, -1)
			.flatMap((entry) => (entry.schedule ? [sendingSpan(entry.schedule)] : [])),
		history: history.map((entry) => ({
			type: entry.type,
			at: entry.at,
			time: entry.schedule?.time,
			mode: entry.schedule && modeOf(entry.schedule),
			reason: entry.reason,
		})),
		updatedAt: schedule.updatedAt,
	};
}

function modeOf({ in_local_time: local, at_optimal_time: optimal }: ScheduleObject) {
	if (optimal) return 'optimal';
	return local ? 'local' : 'exact';
}
