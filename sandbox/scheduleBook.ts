import { randomBytes, randomUUID } from 'node:crypto';
import type { Clock } from './clock';
import type { JsonObject } from './rules/json';
import { personKey, type Recipient } from './rules/recipients';
import { sendingSpan, type ScheduleObject } from './rules/schedule';

type HistoryType =
	| 'created'
	| 'moved'
	| 'move_ignored'
	| 'canceled'
	| 'cancel_ignored'
	| 'sent'
	| 'not_sent'
	| 'dropped';

interface HistoryDetails {
	schedule?: ScheduleObject;
	reason?: string;
}

interface HistoryEntry extends HistoryDetails {
	type: HistoryType;
	at: string;
}

/** What a create asked for, after the checks. */
interface ScheduleContent {
	kind: 'campaign' | 'canvas';
	/** Campaign or Canvas id. */
	id: string;
	name: string;
	send_id?: string;
	/** One entry per user. */
	recipients: Recipient[];
	audience?: JsonObject;
	broadcast: boolean;
	properties?: JsonObject;
	/** The current one. */
	schedule: ScheduleObject;
	notice?: string;
}

export interface Schedule extends ScheduleContent {
	schedule_id: string;
	dispatch_id: string;
	/** `dropped`: by quiet hours. */
	state: 'scheduled' | 'canceled' | 'sent' | 'not_sent' | 'dropped';
	history: HistoryEntry[];
	createdAt: string;
	updatedAt: string;
}

/** The number of schedules of each user. */
export type PeopleCounts = Record<string, number>;

export type OnChange = (type: HistoryType, schedule: Schedule) => void;

export type ScheduleBook = ReturnType<typeof createScheduleBook>;

/** All schedules made through the API, and their state. */
export function createScheduleBook(
	clock: Clock,
	reasonToDrop: (schedule: Schedule) => string | undefined,
	onChange: OnChange,
) {
	const all: Schedule[] = [];
	const byId = new Map<string, Schedule>();
	let nextDue = Infinity;

	const record = (schedule: Schedule, type: HistoryType, details?: HistoryDetails) => {
		schedule.updatedAt = clock.iso();
		schedule.history.push({ type, at: schedule.updatedAt, ...details });
		onChange(type, schedule);
	};

	/** Marks what has been sent since the last call. */
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

	const watch = (schedule: ScheduleObject) => {
		nextDue = Math.min(nextDue, sendingSpan(schedule).to);
		settle();
	};

	const countPerPerson = (wanted: (schedule: Schedule) => boolean) => {
		const counts: PeopleCounts = {};
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

		create(content: ScheduleContent) {
			const createdAt = clock.iso();
			const schedule: Schedule = {
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

		find(id: string) {
			settle();
			return byId.get(id);
		},

		/** The new schedule replaces the old one as a whole: a missing flag is off. */
		move(schedule: Schedule, replacement: ScheduleObject) {
			const { from } = sendingSpan(schedule.schedule);
			// Only the page about campaigns has this rule.
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

		cancel(schedule: Schedule) {
			if (schedule.state !== 'scheduled') {
				record(schedule, 'cancel_ignored', { reason: `The schedule is ${schedule.state}` });
				return;
			}
			schedule.state = 'canceled';
			record(schedule, 'canceled');
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
