'use strict';

const { personKey } = require('./rules/recipients');
const { sendingSpan } = require('./rules/schedule');

/**
 * A schedule as the timeline page draws it, so that the page needs no rules of its own.
 *
 * @param {import('./types').Schedule} schedule
 */
function timelineView(schedule) {
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

/** @param {import('./types').ScheduleObject} schedule */
function modeOf({ in_local_time: local, at_optimal_time: optimal }) {
	if (optimal) return 'optimal';
	return local ? 'local' : 'exact';
}

module.exports = { timelineView };
