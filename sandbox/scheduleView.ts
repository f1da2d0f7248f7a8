import { isObject } from './rules/json';
import { propertiesOf } from './rules/properties';
import { personKey } from './rules/recipients';
import { sendingSpan, type ScheduleObject } from './rules/schedule';
import type { Schedule } from './scheduleBook';
import { TARGETS } from './targets';

export type ScheduleView = ReturnType<typeof scheduleView>;
export type View = (schedule: Schedule) => ScheduleView;

/**
 * A schedule for the sandbox's page, so that the page needs no rules of its own. `reasonToDrop`:
 * the quiet hours that its time is in.
 */
export function scheduleView(schedule: Schedule, reasonToDrop: string | undefined) {
	const { schedule_id, dispatch_id, send_id, kind, id, name, state, notice } = schedule;
	const { broadcast, audience, properties, recipients, history, updatedAt } = schedule;
	const placed = history.filter(({ type }) => type === 'created' || type === 'moved');
	return {
		schedule_id,
		dispatch_id,
		send_id,
		kind,
		/** Campaign or Canvas id. */
		id,
		name,
		state,
		notice,
		broadcast,
		hasAudience: audience !== undefined,
		audience,
		/** The values for everyone. */
		properties,
		people: recipients.map(personKey),
		/** The values of each of the people, in their order; null for a person without any. */
		personal: recipients.map(
			(recipient) => propertiesOf(recipient, TARGETS[kind].properties) ?? null,
		),
		/** The profile attributes that are set for each of them. */
		attributes: recipients.map(({ attributes }) => (isObject(attributes) ? attributes : null)),
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
			span: entry.schedule && sendingSpan(entry.schedule),
			reason: entry.reason,
		})),
		/** Why it will be dropped, while it is waiting. */
		willDrop: state === 'scheduled' ? reasonToDrop : undefined,
		updatedAt,
	};
}

function modeOf({ in_local_time: local, at_optimal_time: optimal }: ScheduleObject) {
	if (optimal) return 'optimal';
	return local ? 'local' : 'exact';
}
