'use strict';

const { randomBytes, randomUUID } = require('node:crypto');
const { personKey } = require('./rules/recipients');
const { sendingSpan } = require('./rules/schedule');

/**
 * @typedef {import('./types').Schedule} Schedule
 * @typedef {import('./types').ScheduleObject} ScheduleObject
 * @typedef {import('./types').HistoryEntry['type']} HistoryType
 */

/**
 * All schedules made through the API, with what became of them.
 *
 * @param {{ now: () => number, iso: () => string }} clock
 * @param {(schedule: Schedule) => string | undefined} reasonToDrop
 * @param {(type: HistoryType, schedule: Schedule) => void} onChange
 */
function createScheduleBook(clock, reasonToDrop, onChange) {
	/** @type {Schedule[]} */
	const all = [];
	/** @type {Map<string, Schedule>} */
	const byId = new Map();
	let nextDue = Infinity;

	/**
	 * @param {Schedule} schedule
	 * @param {HistoryType} type
	 * @param {{ schedule?: ScheduleObject, reason?: string }} [details]
	 */
	const record = (schedule, type, details) => {
		schedule.updatedAt = clock.iso();
		schedule.history.push({ type, at: schedule.updatedAt, ...details });
		onChange(type, schedule);
	};

	/** Marks what has gone out since the last look. */
	const settle = () => {
		const now = clock.now();
		if (now < nextDue) return;
		nextDue = Infinity;
		for (const schedule of all) {
			if (schedule.state !== 'scheduled') continue;
			const { to } = sendingSpan(schedule.schedule);
			if (to > now) {
				nextDue = Math.min(nextDue, to);
				continue;
			}
			const reason = schedule.notice ?? reasonToDrop(schedule);
			if (schedule.notice !== undefined) schedule.state = 'not_sent';
			else schedule.state = reason === undefined ? 'sent' : 'dropped';
			record(schedule, schedule.state, reason === undefined ? {} : { reason });
		}
	};

	/** @param {ScheduleObject} schedule */
	const watch = (schedule) => {
		nextDue = Math.min(nextDue, sendingSpan(schedule).to);
		settle();
	};

	/** @param {(schedule: Schedule) => boolean} wanted */
	const countPerPerson = (wanted) => {
		/** @type {Record<string, number>} */
		const counts = {};
		for (const schedule of all) {
			if (!wanted(schedule)) continue;
			for (const recipient of schedule.recipients) {
				const key = personKey(recipient);
				counts[key] = (counts[key] ?? 0) + 1;
			}
		}
		return counts;
	};

	return {
		all,
		settle,

		/**
		 * @param {Pick<Schedule, 'kind' | 'id' | 'name' | 'recipients' | 'broadcast' | 'schedule'> &
		 *   Partial<Schedule>} content
		 */
		create(content) {
			const createdAt = clock.iso();
			/** @type {Schedule} */
			const schedule = {
				schedule_id: randomUUID(),
				dispatch_id: randomBytes(16).toString('hex'),
				...content,
				state: 'scheduled',
				history: [],
				createdAt,
				updatedAt: createdAt,
			};
			all.push(schedule);
			byId.set(schedule.schedule_id, schedule);
			record(schedule, 'created', { schedule: schedule.schedule });
			watch(schedule.schedule);
			return schedule;
		},

		/** @param {string} id */
		find(id) {
			settle();
			return byId.get(id);
		},

		/**
		 * The new schedule stands in for the old one as a whole: a flag left out is off.
		 *
		 * @param {Schedule} schedule
		 * @param {ScheduleObject} replacement
		 */
		move(schedule, replacement) {
			const { from } = sendingSpan(schedule.schedule);
			// Only the page on campaigns has this rule.
			const isUnderWay =
				schedule.kind === 'campaign' && schedule.schedule.in_local_time && from <= clock.now();
			if (schedule.state !== 'scheduled' || isUnderWay) {
				const reason = isUnderWay
					? 'The original local time has already passed in a time zone'
					: `The schedule is ${schedule.state}`;
				record(schedule, 'move_ignored', { schedule: replacement, reason });
				return;
			}
			schedule.schedule = replacement;
			record(schedule, 'moved', { schedule: replacement });
			watch(replacement);
		},

		/** @param {Schedule} schedule */
		cancel(schedule) {
			if (schedule.state !== 'scheduled') {
				record(schedule, 'cancel_ignored', { reason: `The schedule is ${schedule.state}` });
				return;
			}
			schedule.state = 'cancelled';
			record(schedule, 'cancelled');
		},

		everPerPerson: () => countPerPerson(() => true),
		activePerPerson: () => countPerPerson((schedule) => schedule.state === 'scheduled'),

		clear() {
			all.length = 0;
			byId.clear();
			nextDue = Infinity;
		},
	};
}

/** @typedef {ReturnType<typeof createScheduleBook>} ScheduleBook */

module.exports = { createScheduleBook };
