/** Which schedules a search finds, in what order they are listed, and what tells them apart. */
import type { ScheduleView } from '../scheduleView';
import { sharedNames } from './people';
import { pairs, recipientsText } from './words';

const SHORT_ID = 8;

/** What is searched of each schedule, until it changes. */
const texts = new WeakMap<ScheduleView, string>();

export function searchedText(schedule: ScheduleView) {
	let text = texts.get(schedule);
	if (text === undefined) {
		const { name, id, schedule_id, dispatch_id, send_id, people, personal, properties } = schedule;
		const values = [properties, ...personal].map((one) => (one ? pairs(one) : ''));
		text = [name, id, schedule_id, dispatch_id, send_id, ...people, ...values]
			.join('\n')
			.toLowerCase();
		texts.set(schedule, text);
	}
	return text;
}

/** The latest change first, or the earliest time. */
export function sortedBy(
	by: string,
	found: ScheduleView[],
	arrivedAt: (scheduleId: string) => number,
) {
	const arrived = ({ schedule_id }: ScheduleView) => arrivedAt(schedule_id);
	return by === 'time'
		? found.sort((a, b) => a.span.from - b.span.from || arrived(a) - arrived(b))
		: found.sort((a, b) => b.updatedAt.localeCompare(a.updatedAt) || arrived(b) - arrived(a));
}

/** The start of an ID for campaigns with the same name, and for rows that say the same. */
export function distinctionFor(shown: ScheduleView[], all: ScheduleView[]) {
	const names = sharedNames(all);
	const textOf = (schedule: ScheduleView) => {
		const { name, kind, people, mode, span } = schedule;
		return [name, kind, mode, span.from, recipientsText(schedule), people.length].join('\n');
	};
	const numbers = new Map<string, number>();
	for (const schedule of shown) {
		const text = textOf(schedule);
		numbers.set(text, (numbers.get(text) ?? 0) + 1);
	}
	return (schedule: ScheduleView) => {
		const parts = [];
		if (names.has(`${schedule.kind} ${schedule.name}`)) parts.push(schedule.id.slice(0, SHORT_ID));
		if (numbers.get(textOf(schedule)) !== 1) {
			parts.push(`schedule ${schedule.schedule_id.slice(0, SHORT_ID)}`);
		}
		return parts.join(', ');
	};
}
