import type { ScheduleView } from '../scheduleView';
import { element } from './dom';
import { personOf } from './people';
import { moment, sendTimeText } from './times';
import {
	count,
	dropText,
	filterText,
	historyText,
	kindOf,
	spanText,
	valueText,
	type Zones,
} from './words';

export interface DetailsContext {
	zones: Zones;
	/** How many schedules of a person are waiting. */
	waitingOf: (key: string) => number;
	onlyPerson: (key: string) => void;
	/** Changes whenever the details may look different for a schedule that hasn't changed. */
	version: string;
}

type Values = Record<string, unknown>;

/** More columns than this can't be read side by side. */
const MOST_COLUMNS = 6;

export function drawDetails(place: HTMLElement, schedule: ScheduleView, context: DetailsContext) {
	const sections = [
		section('What happened', history(schedule, context.zones)),
		section('Time and IDs', facts(schedule, context.zones)),
	];
	const { properties, people, audience } = schedule;
	if (audience) {
		sections.push(section('Audience filter', element('p', '', filterText(audience))));
	}
	if (properties && Object.keys(properties).length > 0) {
		sections.push(section('Values for everyone in this schedule', definitions(properties)));
	}
	if (people.length > 0) {
		const title = count(people.length, 'recipient', 'recipients');
		const hasOwn = [...schedule.personal, ...schedule.attributes].some(Boolean);
		const list = section(
			hasOwn ? `${title} with their own values` : title,
			table(schedule, context),
		);
		list.classList.add('wide');
		sections.push(list);
	}
	place.replaceChildren(...sections);
}

function section(title: string, content: HTMLElement) {
	return element('section', '', element('h3', '', title), content);
}

function history({ history }: ScheduleView, zones: Zones) {
	const list = element('ol', 'history');
	history.forEach((entry, index) => {
		const at = Date.parse(entry.at);
		const time = element('time', '', moment(at, zones.local, true));
		time.dateTime = entry.at;
		list.append(element('li', '', time, historyText(entry, history.slice(0, index), zones)));
	});
	return list;
}

function facts(schedule: ScheduleView, zones: Zones) {
	const { local } = zones;
	const { span, mode, kind, notice } = schedule;
	const list = element('dl', 'facts');
	const add = (name: string, value: string, isCode = true) =>
		list.append(
			element('dt', '', name),
			element('dd', '', isCode ? element('code', '', value) : value),
		);
	add('Time', sendTimeText(mode, span, local), false);
	if (schedule.willDrop) add('Will be dropped', dropText(schedule, zones), false);
	if (span.to > span.from) {
		add('In all time zones', `from ${spanText(span, local)}`, false);
	}
	add('In the request', schedule.time);
	add(kind === 'canvas' ? 'canvas_id' : 'campaign_id', schedule.id);
	add('schedule_id', schedule.schedule_id);
	add('dispatch_id', schedule.dispatch_id);
	if (schedule.send_id) add('send_id', schedule.send_id);
	if (notice) add('notice', notice, false);
	return list;
}

function definitions(values: Values) {
	const list = element('dl', 'facts');
	for (const [name, value] of Object.entries(values)) {
		list.append(element('dt', '', name), element('dd', '', valueText(value)));
	}
	return list;
}

/** With attributes, whose names may be the same as those of properties. */
function valuesOf({ personal, attributes }: ScheduleView, index: number): Values {
	const values: Values = { ...personal[index] };
	for (const [name, value] of Object.entries(attributes[index] ?? {})) {
		values[`attribute ${name}`] = value;
	}
	return values;
}

function table(schedule: ScheduleView, context: DetailsContext) {
	const values = schedule.people.map((_, index) => valuesOf(schedule, index));
	const names = [...new Set(values.flatMap(Object.keys))];
	const areColumns = names.length <= MOST_COLUMNS;
	const columns = areColumns ? names : ['Values'];
	const head = element('tr');
	for (const name of ['Recipient', ...columns]) {
		const cell = element('th', '', name);
		cell.scope = 'col';
		head.append(cell);
	}
	const body = element('tbody');
	schedule.people.forEach((key, index) => {
		const line = element('tr', '', personCell(key, schedule, context));
		const cells = areColumns ? names.map((name) => values[index][name]) : [values[index]];
		for (const value of cells) {
			line.append(
				value === undefined ? element('td', 'none', '–') : element('td', '', valueText(value)),
			);
		}
		body.append(line);
	});
	const scroller = element(
		'div',
		'scroller',
		element('table', '', element('thead', '', head), body),
	);
	scroller.tabIndex = 0;
	scroller.setAttribute('role', 'region');
	scroller.setAttribute('aria-label', `Recipients of this ${kindOf(schedule)} schedule`);
	return scroller;
}

function personCell(
	key: string,
	{ state }: ScheduleView,
	{ waitingOf, onlyPerson }: DetailsContext,
) {
	const { id, kind } = personOf(key);
	const cell = element('th', '', id);
	cell.scope = 'row';
	if (kind) cell.append(element('span', 'kind', kind));
	const waiting = waitingOf(key);
	if (state === 'scheduled' && waiting > 1) {
		const button = element('button', 'link', `${waiting} waiting`);
		button.type = 'button';
		button.title = `Show only the schedules of ${id}`;
		button.addEventListener('click', () => onlyPerson(key));
		cell.append(button);
	}
	return cell;
}
