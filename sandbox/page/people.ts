import type { ScheduleView } from '../scheduleView';

/** The ID of a person and what kind it is; an external ID, the usual one, has no kind. */
export function personOf(key: string): { id: string; kind: string } {
	const mark = key.indexOf(':');
	const [type, id] = [key.slice(0, mark), key.slice(mark + 1)];
	if (type === 'user_alias') {
		const end = id.indexOf(':');
		return { id: id.slice(end + 1), kind: `alias ${id.slice(0, end)}` };
	}
	return { id, kind: type === 'external_user_id' ? '' : type === 'email' ? 'email' : 'Braze ID' };
}

export function personText(key: string) {
	const { id, kind } = personOf(key);
	return kind && kind !== 'email' ? `${id} (${kind})` : id;
}

export interface Repeated {
	key: string;
	waiting: ScheduleView[];
	/** At least two are for the same campaign or Canvas, so the person may get it twice. */
	isSameMessage: boolean;
}

/** The people with more than one schedule waiting, those with the same message twice first. */
export function repeatedPeople(schedules: Iterable<ScheduleView>): Repeated[] {
	const waiting = new Map<string, ScheduleView[]>();
	for (const schedule of schedules) {
		if (schedule.state !== 'scheduled') continue;
		for (const key of schedule.people) {
			const before = waiting.get(key);
			if (before) before.push(schedule);
			else waiting.set(key, [schedule]);
		}
	}
	return [...waiting]
		.filter(([, theirs]) => theirs.length > 1)
		.map(([key, theirs]) => ({
			key,
			waiting: theirs,
			isSameMessage: new Set(theirs.map(messageOf)).size < theirs.length,
		}))
		.sort(
			(a, b) =>
				Number(b.isSameMessage) - Number(a.isSameMessage) || b.waiting.length - a.waiting.length,
		);
}

export const messageOf = ({ kind, id }: Pick<ScheduleView, 'kind' | 'id'>) => `${kind} ${id}`;

/** The names that several campaigns, or several Canvases, have in common. */
export function sharedNames(schedules: Iterable<ScheduleView>): Set<string> {
	const ids = new Map<string, string>();
	const shared = new Set<string>();
	for (const { kind, name, id } of schedules) {
		const key = `${kind} ${name}`;
		const before = ids.get(key);
		if (before === undefined) ids.set(key, id);
		else if (before !== id) shared.add(key);
	}
	return shared;
}
