'use strict';

const { DAY, HOUR, MINUTE, parseIsoTime, zoneOffset } = require('./isoTime');

const MAX_LENGTH = 20 * HOUR;

/**
 * @typedef {import('./types').QuietHours} QuietHours
 * @typedef {import('./types').ScheduleObject} ScheduleObject
 * @typedef {{ start: number, length: number, text: string, channels?: string[] }} Window
 */

/**
 * The windows of the workspace: what an API-triggered message would send during one is dropped.
 *
 * @param {QuietHours[]} [settings]
 */
function createQuietHours(settings = []) {
	const windows = settings.map(windowOf);

	/**
	 * Why a message is dropped; undefined when it goes out over one channel at least.
	 *
	 * @param {ScheduleObject} schedule
	 * @param {{ channels: string[], ignoresQuietHours: boolean }} message
	 * @param {string} timeZone That of everybody: the sandbox knows no profiles.
	 */
	function reasonToDrop(schedule, { channels, ignoresQuietHours }, timeZone) {
		// Braze keeps an optimal time out of the window by itself.
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

/**
 * @param {QuietHours} setting
 * @returns {Window}
 */
function windowOf({ start, end, channels }) {
	const [from, to] = [clockTime(start), clockTime(end)];
	const length = (to - from + DAY) % DAY;
	if (length === 0 || length > MAX_LENGTH) {
		throw new RangeError('Quiet hours must last between 1 minute and 20 hours');
	}
	return { start: from, length, text: `from ${start} to ${end}`, channels };
}

/** @param {string} text */
function clockTime(text) {
	const [, hours, minutes] = /^([01]\d|2[0-3]):([0-5]\d)$/.exec(text) ?? [];
	if (hours === undefined) throw new RangeError(`Not a time of day such as 21:00: ${text}`);
	return Number(hours) * HOUR + Number(minutes) * MINUTE;
}

/**
 * The time on the recipients' clocks when a schedule sends.
 *
 * @param {ScheduleObject} schedule
 * @param {string} timeZone
 */
function clockOf(schedule, timeZone) {
	const time = parseIsoTime(schedule.time);
	if (!time) throw new Error(`Stored schedule without a time: ${schedule.time}`);
	if (schedule.in_local_time) return time.wall % DAY;
	return (time.instant + zoneOffset(timeZone, time.instant)) % DAY;
}

/**
 * One window covers all push platforms.
 *
 * @param {Window} window
 * @param {string} channel
 */
function applies({ channels }, channel) {
	return !channels || channels.includes(channel.endsWith('_push') ? 'push' : channel);
}

/**
 * @param {Window} window
 * @param {number} clock
 */
function covers({ start, length }, clock) {
	return (clock - start + DAY) % DAY < length;
}

module.exports = { createQuietHours };
