/** The sandbox's page: what is scheduled, for whom, and when. */
import type { ScheduleView } from '../scheduleView';
import { axisOf, ticksOf, type Axis, type Range } from './axis';
import { byId, element, setText } from './dom';
import { distinctionFor, searchedText, sortedBy } from './list';
import { personText, repeatedPeople, type Repeated } from './people';
import { createRow, type Row } from './rows';
import { clock, day, localTime, sendTimeText } from './times';
import { count, lastChange, recipientsText, totalText, type Zones } from './words';

type State = ScheduleView['state'];

const ROWS_AT_ONCE = 100;
const PEOPLE_AT_ONCE = 20;
/** A list that arrives quickly is drawn this often. */
const DRAW_EVERY_MS = 100;
const FRESH_MS = 2500;
const ZONE_KEY = 'sandbox-time-zone';

const schedules = new Map<string, ScheduleView>();
/** In what order schedules came or changed, because several can do so in the same millisecond. */
const arrival = new Map<string, number>();
const rows = new Map<string, Row>();
const fresh = new Set<string>();

let arrivals = 0;
let clockOffset = 0;
let lastDrawn = 0;
let isWaitingToDraw = false;
let limit = ROWS_AT_ONCE;
let onlyState: State | undefined;
let onlyPerson: string | undefined;
let zones: Zones = { local: 'UTC', workspace: 'UTC' };

const now = () => Date.now() + clockOffset;
const query = () => byId<HTMLInputElement>('search').value.trim().toLowerCase();
const order = () => byId<HTMLSelectElement>('order').value;
const range = () => byId<HTMLSelectElement>('range').value as Range;

function redraw() {
	if (isWaitingToDraw) return;
	isWaitingToDraw = true;
	const wait = Math.max(0, lastDrawn + DRAW_EVERY_MS - performance.now());
	setTimeout(() => requestAnimationFrame(draw), wait);
}

function draw() {
	isWaitingToDraw = false;
	lastDrawn = performance.now();
	const all = [...schedules.values()];
	const repeated = repeatedPeople(all);
	const found = all.filter(isWanted);
	const sorted = sortedBy(order(), found, arrivedAt);
	const wanted = sorted.filter(({ state }) => !onlyState || state === onlyState);
	byId('empty').hidden = all.length > 0;
	byId('filled').hidden = all.length === 0;
	drawStates(found);
	drawRepeated(repeated);
	drawPerson();
	drawNext(all);
	setText('total', totalText(wanted));
	byId('nothing').hidden = wanted.length > 0;
	byId('chart').hidden = wanted.length === 0;
	drawRows(wanted, repeated, all);
	setText('live', announcement);
}

function isWanted(schedule: ScheduleView) {
	if (onlyPerson !== undefined && !schedule.people.includes(onlyPerson)) return false;
	const text = query();
	return text === '' || searchedText(schedule).includes(text);
}

function drawStates(found: ScheduleView[]) {
	const numbers = new Map<string, number>();
	for (const { state } of found) numbers.set(state, (numbers.get(state) ?? 0) + 1);
	for (const button of document.querySelectorAll<HTMLButtonElement>('[data-state]')) {
		const state = button.dataset.state as State | '';
		const number = state ? (numbers.get(state) ?? 0) : found.length;
		button.setAttribute('aria-pressed', String((onlyState ?? '') === state));
		const isRare = state === 'not_sent' || state === 'dropped';
		button.hidden = isRare && number === 0 && onlyState !== state;
		const text = number.toLocaleString('en');
		const place = button.querySelector('b');
		if (place && place.textContent !== text) place.textContent = text;
	}
}

let drawnRepeated = '';

function drawRepeated(repeated: Repeated[]) {
	const box = byId<HTMLDetailsElement>('repeated');
	box.hidden = repeated.length === 0;
	const same = repeated.filter(({ isSameMessage }) => isSameMessage).length;
	box.classList.toggle('notice', same > 0);
	const people = count(repeated.length, 'person has', 'people have');
	const warning =
		same === 0
			? '.'
			: same === repeated.length
				? ', for the same campaign or Canvas.'
				: `, ${same.toLocaleString('en')} of them for the same campaign or Canvas.`;
	setText('repeated-summary', `${people} more than one schedule waiting${warning}`);
	const lines = repeated.slice(0, PEOPLE_AT_ONCE).map(({ key, waiting }) => ({
		key,
		text: messagesText(waiting),
	}));
	const rest = repeated.length - lines.length;
	const version = JSON.stringify([lines, rest]);
	if (version === drawnRepeated) return;
	drawnRepeated = version;
	const items = lines.map(({ key, text }) => element('li', '', personButton(key), ' ', text));
	if (rest > 0) items.push(element('li', '', `and ${count(rest, 'other', 'others')}`));
	byId('repeated-people').replaceChildren(...items);
}

/** For example, Order reminder (2), Welcome offer. */
function messagesText(waiting: ScheduleView[]) {
	const numbers = new Map<string, number>();
	for (const { name } of waiting) numbers.set(name, (numbers.get(name) ?? 0) + 1);
	return [...numbers]
		.map(([name, number]) => (number === 1 ? name : `${name} (${number})`))
		.join(', ');
}

function personButton(key: string) {
	const button = element('button', 'link', personText(key));
	button.type = 'button';
	button.title = 'Show only the schedules of this person';
	button.addEventListener('click', () => showPerson(key));
	return button;
}

function showPerson(key: string | undefined) {
	onlyPerson = key;
	limit = ROWS_AT_ONCE;
	draw();
	byId(key === undefined ? 'search' : 'person').focus();
}

function drawPerson() {
	const button = byId('person');
	button.hidden = onlyPerson === undefined;
	if (onlyPerson !== undefined) setText('person-id', personText(onlyPerson));
}

function drawNext(all: ScheduleView[]) {
	byId<HTMLButtonElement>('next').disabled = !all.some(({ state }) => state === 'scheduled');
}

function drawRows(wanted: ScheduleView[], repeated: Repeated[], all: ScheduleView[]) {
	const shown = wanted.slice(0, limit);
	const axis = axisOf(
		wanted.flatMap(({ span, earlier }) => [span, ...earlier]),
		now(),
		range(),
	);
	drawAxis(axis);
	const waiting = new Map(repeated.map((one) => [one.key, one.waiting.length]));
	const context = {
		axis,
		zones,
		now: now(),
		distinction: distinctionFor(shown, all),
		waitingOf: (key: string) => waiting.get(key) ?? 0,
		onlyPerson: showPerson,
		version: `${zones.local} ${drawnRepeated}`,
	};
	const list = byId('rows');
	const focused = document.activeElement;
	removeRows(new Set(shown.map(({ schedule_id }) => schedule_id)));
	shown.forEach((schedule, index) => {
		const id = schedule.schedule_id;
		const row = rows.get(id) ?? createRow(id);
		rows.set(id, row);
		row.item.classList.toggle('fresh', fresh.has(id));
		row.draw(schedule, context);
		// To move an element takes its focus, so only those that have to.
		if (list.children[index] !== row.item)
			list.insertBefore(row.item, list.children[index] ?? null);
	});
	if (focused instanceof HTMLElement && list.contains(focused)) focused.focus();
	const rest = wanted.length - shown.length;
	byId('more').hidden = rest === 0;
	setText('more', `Show ${Math.min(rest, ROWS_AT_ONCE)} more`);
	setText('shown', rest === 0 ? '' : `${shown.length} of ${wanted.length.toLocaleString('en')}`);
}

function removeRows(keep: Set<string>) {
	for (const [id, { item }] of rows) {
		if (keep.has(id)) continue;
		item.remove();
		rows.delete(id);
	}
}

function drawAxis(axis: Axis) {
	const place = byId('ticks');
	const { ticks, bands } = ticksOf(axis, place.clientWidth);
	const left = (at: number) => `${((at - axis.from) / (axis.to - axis.from)) * 100}%`;
	const labels = [
		...bands.map(({ from, label }) => ({ className: 'band', at: from, label })),
		...ticks.map(({ at, label }) => ({ className: 'tick', at, label })),
	].map(({ className, at, label }) => {
		const made = element('span', className, label);
		made.style.left = left(at);
		return made;
	});
	place.replaceChildren(...labels);
}

function setClock(iso: string) {
	clockOffset = Date.parse(iso) - Date.now();
	tick();
}

function tick() {
	const at = now();
	setText('clock', `${day(at)}, ${clock(at, 'UTC', true)} UTC`);
	setText('local-clock', localTime(at, zones.local, true));
}

interface Snapshot {
	now: string;
	schedules: ScheduleView[];
	timeZone: string;
	quietHours: Array<{ start: string; end: string; channels?: string[] }>;
}

async function load() {
	const before = arrivals;
	const snapshot = (await (await fetch('/_sandbox/timeline')).json()) as Snapshot;
	setClock(snapshot.now);
	zones = { ...zones, workspace: snapshot.timeZone };
	drawQuietHours(snapshot);
	const meanwhile = [...schedules.values()].filter(
		({ schedule_id }) => arrivedAt(schedule_id) > before,
	);
	schedules.clear();
	arrival.clear();
	for (const schedule of snapshot.schedules) keep(schedule);
	for (const schedule of meanwhile) {
		const { history = [] } = schedules.get(schedule.schedule_id) ?? {};
		if (schedule.history.length > history.length) keep(schedule);
	}
	redraw();
}

const arrivedAt = (id: string) => arrival.get(id) ?? 0;

function keep(schedule: ScheduleView) {
	schedules.set(schedule.schedule_id, schedule);
	arrival.set(schedule.schedule_id, (arrivals += 1));
}

function drawQuietHours({ quietHours, timeZone }: Snapshot) {
	const windows = quietHours.map(
		({ start, end, channels }) =>
			`${start} to ${end}${channels ? ` (${channels.join(', ')})` : ''}`,
	);
	byId('quiet').hidden = windows.length === 0;
	setText(
		'quiet',
		`Quiet hours: ${windows.join(' and ')}, ${timeZone}. Messages in this time are dropped.`,
	);
}

/** Said when it is drawn, so that of a long list only some are. */
let announcement = '';

function announce(type: string, schedule: ScheduleView) {
	const time = sendTimeText(schedule.mode, schedule.span, zones.local);
	const change = type === 'moved' ? 'Moved to' : `${lastChange(schedule)}:`;
	announcement = `${schedule.name}, ${recipientsText(schedule)}. ${change} ${time}`;
}

function listen() {
	const events = new EventSource('/_sandbox/events');
	events.addEventListener('open', () => {
		byId('lost').hidden = true;
		void load();
	});
	events.addEventListener('error', () => {
		byId('lost').hidden = false;
	});
	events.addEventListener('reset', () => void load());
	events.addEventListener('clock', (event) => {
		setClock((JSON.parse(event.data) as Snapshot).now);
		redraw();
	});
	events.addEventListener('schedule', (event) => {
		const { type, schedule } = JSON.parse(event.data) as { type: string; schedule: ScheduleView };
		keep(schedule);
		announce(type, schedule);
		flash(schedule.schedule_id);
		redraw();
	});
}

function flash(id: string) {
	fresh.add(id);
	setTimeout(() => {
		fresh.delete(id);
		rows.get(id)?.item.classList.remove('fresh');
	}, FRESH_MS);
}

const moveClock = async (body: object) =>
	await fetch('/_sandbox/clock', { method: 'POST', body: JSON.stringify(body) });

/** To the end of the next schedule, because only then all of it is sent. */
function moveToNext() {
	const ends = [...schedules.values()].flatMap(({ state, span }) =>
		state === 'scheduled' ? [span.to] : [],
	);
	if (ends.length > 0) void moveClock({ set: new Date(Math.min(...ends)).toISOString() });
}

function clearFilters() {
	byId<HTMLInputElement>('search').value = '';
	onlyState = undefined;
	showPerson(undefined);
}

function setUpZones() {
	const select = byId<HTMLSelectElement>('zone');
	const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
	const names = [...new Set([own, 'UTC', ...Intl.supportedValuesOf('timeZone')])];
	select.append(
		...names.map((name) => {
			const option = element('option', '', name === own ? `${name} (this computer)` : name);
			option.value = name;
			return option;
		}),
	);
	const stored = localStorage.getItem(ZONE_KEY);
	select.value = stored !== null && names.includes(stored) ? stored : own;
	zones = { ...zones, local: select.value };
	select.addEventListener('change', () => {
		localStorage.setItem(ZONE_KEY, select.value);
		zones = { ...zones, local: select.value };
		tick();
		redraw();
	});
}

function setUpControls() {
	for (const button of document.querySelectorAll<HTMLButtonElement>('[data-advance]')) {
		button.addEventListener(
			'click',
			() => void moveClock({ advance: Number(button.dataset.advance) }),
		);
	}
	byId('next').addEventListener('click', moveToNext);
	for (const button of document.querySelectorAll<HTMLButtonElement>('[data-state]')) {
		button.addEventListener('click', () => {
			onlyState = (button.dataset.state as State | '') || undefined;
			limit = ROWS_AT_ONCE;
			redraw();
		});
	}
	byId('search').addEventListener('input', () => {
		limit = ROWS_AT_ONCE;
		redraw();
	});
	for (const id of ['order', 'range']) byId(id).addEventListener('change', redraw);
	byId('person').addEventListener('click', () => showPerson(undefined));
	byId('clear').addEventListener('click', clearFilters);
	byId('more').addEventListener('click', () => {
		limit += ROWS_AT_ONCE;
		redraw();
	});
}

setText('url', location.origin);
setUpZones();
setUpControls();
addEventListener('resize', redraw);
setInterval(tick, 1000);
setInterval(redraw, 30_000);
tick();
listen();
