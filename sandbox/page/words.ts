import type { ScheduleView } from '../scheduleView';
import { personText } from './people';
import { moment, sendTimeText, type Span } from './times';

type Entry = ScheduleView['history'][number];
type Values = Record<string, unknown>;

/** How many people are in schedules, and how many schedules name none. */
export function totalText(schedules: ScheduleView[]): string {
	const people = new Set(schedules.flatMap((schedule) => schedule.people)).size;
	const audiences = schedules.filter((schedule) => schedule.people.length === 0).length;
	const parts = [
		...(people > 0 ? [count(people, 'person', 'people')] : []),
		...(audiences > 0 ? [count(audiences, 'audience', 'audiences')] : []),
	];
	return parts.join(' and ');
}

/** The time zone beside UTC, and that of the workspace. */
export interface Zones {
	local: string;
	workspace: string;
}

const STATES: Record<ScheduleView['state'], string> = {
	scheduled: 'Waiting',
	sent: 'Sent',
	canceled: 'Canceled',
	dropped: 'Dropped in quiet hours',
	not_sent: 'Not sent',
};

export const stateText = ({ state }: ScheduleView) => STATES[state];

/** For the corner of a row: what happened to it last. */
const LAST: Record<Entry['type'], string> = {
	created: 'Scheduled',
	moved: 'Moved',
	move_ignored: 'Moved too late',
	canceled: 'Canceled',
	cancel_ignored: 'Canceled too late',
	sent: 'Sent',
	not_sent: 'Not sent',
	dropped: 'Dropped',
};

export function lastChange({ state, history }: ScheduleView) {
	const { type } = history[history.length - 1];
	return type === 'cancel_ignored' && state === 'canceled' ? 'Canceled again' : LAST[type];
}

export const count = (number: number, one: string, many: string) =>
	`${number.toLocaleString('en')} ${number === 1 ? one : many}`;

export const kindOf = ({ kind }: Pick<ScheduleView, 'kind'>) =>
	kind === 'canvas' ? 'Canvas' : 'Campaign';

/** As many people as fit on a line. */
const NAMED = 5;

/** Who gets it, in a few words. */
export function recipientsText({ people, broadcast, audience }: ScheduleView): string {
	if (people.length === 0) {
		if (audience) return `Users that match: ${filterText(audience)}`;
		return broadcast ? 'Everyone in the target audience' : 'No recipients';
	}
	const filtered = audience ? `, if they match: ${filterText(audience)}` : '';
	if (people.length === 1) return personText(people[0]) + filtered;
	const names = people.slice(0, NAMED).map(personText).join(', ');
	const more = people.length > NAMED ? ', …' : '';
	return `${people.length} people: ${names}${more}${filtered}`;
}

/** Whether somebody in a schedule has another one waiting. */
export function repeatedText({ people, state }: ScheduleView, waitingOf: (key: string) => number) {
	const repeated = state === 'scheduled' ? people.filter((key) => waitingOf(key) > 1) : [];
	if (repeated.length === 0) return '';
	if (people.length === 1) return `${waitingOf(people[0])} schedules waiting`;
	return `${repeated.length} with more than one schedule waiting`;
}

/** The values of a schedule for one person, because they tell similar rows apart. */
export function valuesText({ people, personal, properties }: ScheduleView): string {
	const values = { ...properties, ...(people.length === 1 ? personal[0] : null) };
	return people.length > 1 ? '' : pairs(values);
}

export const pairs = (values: Values) =>
	Object.entries(values)
		.map(([name, value]) => `${name}: ${valueText(value)}`)
		.join(', ');

export function valueText(value: unknown): string {
	if (value === '') return '(empty)';
	return typeof value === 'string' ? value : JSON.stringify(value);
}

/** A line of the history. */
export function historyText(entry: Entry, before: Entry[], zones: Zones): string {
	const to = timeOf(entry, zones);
	switch (entry.type) {
		case 'created':
			return `Scheduled for ${to}`;
		case 'moved':
			return `Moved to ${to}`;
		case 'move_ignored':
			return `Not moved to ${to}: ${whyIgnored(entry, before)}`;
		case 'cancel_ignored':
			return `${capital(whyIgnored(entry, before))}, so this cancellation changed nothing`;
		case 'dropped':
			return `Dropped: ${quietHours(entry, before, zones)}`;
		case 'not_sent':
			return `Not sent: ${entry.reason ?? ''}`;
		default:
			return LAST[entry.type];
	}
}

function timeOf({ mode, span }: Entry, { local }: Zones) {
	return mode && span ? sendTimeText(mode, span, local) : '';
}

const ENDS: Partial<Record<Entry['type'], string>> = {
	canceled: 'already canceled',
	sent: 'already sent',
	dropped: 'already dropped',
	not_sent: 'its time has already passed',
};

const small = (text: string) => text.charAt(0).toLowerCase() + text.slice(1);
const capital = (text: string) => text.charAt(0).toUpperCase() + text.slice(1);

function whyIgnored({ reason = '' }: Entry, before: Entry[]) {
	const end = before.map(({ type }) => ENDS[type]).find(Boolean);
	return end ?? small(reason);
}

function quietHours({ reason = '' }: Entry, before: Entry[], zones: Zones) {
	const { mode = 'exact' } = before.filter(({ span }) => span).slice(-1)[0] ?? {};
	return windowText(reason, mode, zones);
}

/** Without a time zone, the hours of a window mean little. */
function windowText(reason: string, mode: ScheduleView['mode'], { workspace }: Zones) {
	return `${small(reason)}, ${mode === 'local' ? "each user's local time" : workspace}`;
}

/** Why a waiting schedule will be dropped. */
export const dropText = ({ willDrop = '', mode }: ScheduleView, zones: Zones) =>
	windowText(willDrop, mode, zones);

export const spanText = ({ from, to }: Span, zone: string) =>
	`${moment(from, zone)}, to ${moment(to, zone)}`;

const isObject = (value: unknown): value is Values =>
	typeof value === 'object' && value !== null && !Array.isArray(value);

/** An audience filter as a sentence; an unusual one as JSON. */
export function filterText(filter: unknown): string {
	if (!isObject(filter)) return JSON.stringify(filter);
	const [[name, content] = ['', undefined], ...others] = Object.entries(filter);
	if (others.length > 0) return JSON.stringify(filter);
	if ((name === 'AND' || name === 'OR') && Array.isArray(content)) {
		const parts = content.map((part) =>
			isObject(part) && ('AND' in part || 'OR' in part)
				? `(${filterText(part)})`
				: filterText(part),
		);
		return parts.join(` ${name.toLowerCase()} `);
	}
	if (!isObject(content)) return JSON.stringify(filter);
	const subject = content.custom_attribute_name ?? name.replaceAll('_', ' ');
	const comparison = String(content.comparison ?? '').replaceAll('_', ' ');
	const value = content.value === undefined ? '' : ` ${valueText(content.value)}`;
	return `${String(subject)} ${comparison}${value}`;
}
