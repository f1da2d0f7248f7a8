import type { ScheduleObject } from './rules/schedule';
import { DAY, HOUR, MINUTE, parseIsoTime, zoneOffset } from './isoTime';

const MAX_LENGTH = 20 * HOUR;

export interface QuietHours {
	/** For example, 21:00. */
	start: string;
	end: string;
	/** For example `email`, `sms` or `push`; all of them by default. */
	channels?: string[];
}

interface QuietWindow {
	start: number;
	length: number;
	text: string;
	channels?: string[];
}

/** The windows of the workspace: an API-triggered message in one of them is dropped. */
export function createQuietHours(settings: QuietHours[] = []) {
	const windows = settings.map(windowOf);

	/**
	 * Why a message is dropped; undefined if at least one channel sends it. All users have the same
	 * time zone, because the sandbox has no profiles.
	 */
	function reasonToDrop(
		schedule: ScheduleObject,
		{ channels, ignoresQuietHours }: { channels: string[]; ignoresQuietHours: boolean },
		timeZone: string,
	) {
		// Braze itself keeps an optimal time out of the window.
		if (windows.length === 0 || ignoresQuietHours || schedule.at_optimal_time) return undefined;
		const clock = clockOf(schedule, timeZone);
		const closing = channels.map((channel) =>
			windows.find((window) => applies(window, channel) && covers(window, clock)),
		);
		const [first] = closing;
		return first && closing.every(Boolean) ? `Quiet hours ${first.text}` : undefined;
	}

	return { reasonToDrop };
}

function windowOf({ start, end, channels }: QuietHours): QuietWindow {
	const [from, to] = [clockTime(start), clockTime(end)];
	const length = (to - from + DAY) % DAY;
	if (length === 0 || length > MAX_LENGTH) {
		throw new RangeError('Quiet hours must last between 1 minute and 20 hours');
	}
	return { start: from, length, text: `from ${start} to ${end}`, channels };
}

function clockTime(text: string) {
	const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
	if (hours === undefined) throw new RangeError(`Not a time of day such as 21:00: ${text}`);
	return Number(hours) * HOUR + Number(minutes) * MINUTE;
}

/** The recipients' local time when a schedule sends. */
function clockOf(schedule: ScheduleObject, timeZone: string) {
	const time = parseIsoTime(schedule.time);
	if (!time) throw new Error(`Stored schedule without a time: ${schedule.time}`);
	if (schedule.in_local_time) return time.wall % DAY;
	return (time.instant + zoneOffset(timeZone, time.instant)) % DAY;
}

/** One window covers all push platforms. */
function applies({ channels }: QuietWindow, channel: string) {
	return !channels || channels.includes(channel.endsWith('_push') ? 'push' : channel);
}

function covers({ start, length }: QuietWindow, clock: number) {
	return (clock - start + DAY) % DAY < length;
}
