'use strict';

const { DAY, formatOffset, formatWall, parseIsoTime, wallToInstant } = require('../isoTime');
const { refuseInvalid } = require('../refusal');

/**
 * @typedef {import('../braze').Call} Call
 * @typedef {import('../workspace').WorkspaceMessage} WorkspaceMessage
 */

/**
 * What the dashboard has planned. Schedules made through the API are not among them.
 *
 * @param {Call} call
 */
function scheduledBroadcasts({ workspace, query, clock }) {
	const end = parseIsoTime(query.end_time);
	if (!end) refuseInvalid('end_time must be a valid ISO 8601 time');
	const window = {
		from: clock.now(),
		// Only the date of end_time counts.
		to: Math.floor(end.instant / DAY) * DAY,
		companyTimeZone: workspace.companyTimeZone,
	};
	const rows = [
		...workspace.campaigns.map((message) => rowOf('Campaign', message, window)),
		...workspace.canvases.map((message) => rowOf('Canvas', message, window)),
	].filter((row) => row !== undefined);
	return {
		scheduled_broadcasts: rows.sort((a, b) => a.instant - b.instant).map(({ row }) => row),
	};
}

/**
 * @param {'Campaign' | 'Canvas'} type
 * @param {WorkspaceMessage} message
 * @param {{ from: number, to: number, companyTimeZone: string }} window
 */
function rowOf(type, { id, name, tags, archived, enabled, dashboardSchedule }, window) {
	if (!dashboardSchedule || archived || !enabled) return undefined;
	const next = nextOccurrence(dashboardSchedule, window);
	if (next === undefined || next.instant > window.to) return undefined;
	const isCompany = dashboardSchedule.zone === 'company';
	return {
		instant: next.instant,
		row: {
			name,
			id,
			type,
			tags,
			next_send_time: isCompany
				? formatWall(next.wall) + formatOffset(next.wall - next.instant)
				: formatWall(next.wall),
			schedule_type: isCompany ? window.companyTimeZone : dashboardSchedule.zone,
		},
	};
}

/**
 * Only the next of several occurrences is listed.
 *
 * @param {import('../types').DashboardSchedule} schedule
 * @param {{ from: number, companyTimeZone: string }} window
 */
function nextOccurrence({ at, zone, repeatDays }, { from, companyTimeZone }) {
	const first = parseIsoTime(at);
	if (!first) throw new Error(`Dashboard schedule without a time: ${at}`);
	const timeZone = zone === 'company' ? companyTimeZone : 'UTC';
	const step = (repeatDays ?? 0) * DAY;
	// A day early, as the zone may lie either side of UTC.
	const passed = step === 0 ? 0 : Math.max(0, Math.floor((from - DAY - first.wall) / step));
	for (let count = passed; count <= passed + 3; count++) {
		const wall = first.wall + count * step;
		const instant = wallToInstant(wall, timeZone);
		if (instant >= from) return { wall, instant };
	}
	return undefined;
}

module.exports = { scheduledBroadcasts };
