import { DAY, formatOffset, formatWall, parseIsoTime, wallToInstant } from '../isoTime';
import type { DashboardSchedule } from '../message';
import { refuseInvalid } from '../refusal';
import type { WorkspaceMessage } from '../workspace';
import type { Call } from './call';

interface Range {
	from: number;
	to: number;
	companyTimeZone: string;
}

/** What is scheduled in the dashboard. Schedules made through the API aren't included. */
export function scheduledBroadcasts({ workspace, query, clock }: Call) {
	const end = parseIsoTime(query.end_time);
	if (!end) refuseInvalid('end_time must be a valid ISO 8601 time');
	const window: Range = {
		from: clock.now(),
		// Only the date of end_time is used.
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

function rowOf(
	type: 'Campaign' | 'Canvas',
	{ id, name, tags, archived, enabled, dashboardSchedule }: WorkspaceMessage,
	window: Range,
) {
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

/** Only the next of several occurrences is listed. */
function nextOccurrence(
	{ at, zone, repeatDays }: DashboardSchedule,
	{ from, companyTimeZone }: Range,
) {
	const first = parseIsoTime(at);
	if (!first) throw new Error(`Dashboard schedule without a time: ${at}`);
	const timeZone = zone === 'company' ? companyTimeZone : 'UTC';
	const step = (repeatDays ?? 0) * DAY;
	// A day early, because the time zone may be on either side of UTC.
	const passed = step === 0 ? 0 : Math.max(0, Math.floor((from - DAY - first.wall) / step));
	for (let count = passed; count <= passed + 3; count++) {
		const wall = first.wall + count * step;
		const instant = wallToInstant(wall, timeZone);
		if (instant >= from) return { wall, instant };
	}
	return undefined;
}
