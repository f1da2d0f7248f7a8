import type { ScheduleView } from '../scheduleView';
import { middleOf, type Axis } from './axis';
import { drawDetails, type DetailsContext } from './details';
import { element } from './dom';
import { ago, day, sendTime } from './times';
import { kindOf, lastChange, recipientsText, repeatedText, stateText, valuesText } from './words';

const MARKS = { scheduled: '', sent: '✓', canceled: '×', not_sent: '×', dropped: '×' };
const STATE_CLASSES = Object.keys(MARKS).map((state) => `state-${state}`);

interface RowContext extends DetailsContext {
	axis: Axis;
	now: number;
	/** An ID for what would look like another row. */
	distinction: (schedule: ScheduleView) => string;
}

export type Row = ReturnType<typeof createRow>;

export function createRow(id: string) {
	const text = element('span', 'text');
	const track = element('span', 'track');
	track.setAttribute('aria-hidden', 'true');
	const button = element('button', '', text, track);
	button.type = 'button';
	const details = element('div', 'details');
	details.id = `details-${id}`;
	details.hidden = true;
	button.setAttribute('aria-expanded', 'false');
	button.setAttribute('aria-controls', details.id);
	const item = element('li', 'row', button, details);
	let current: { schedule: ScheduleView; context: RowContext } | undefined;
	let drawn = '';

	/** Only after a change, because somebody may be selecting text in it. */
	const drawOpenDetails = () => {
		if (!current || details.hidden) return;
		const { schedule, context } = current;
		const version = [schedule.updatedAt, schedule.history.length, context.version].join(' ');
		if (version === drawn) return;
		drawn = version;
		drawDetails(details, schedule, context);
	};

	button.addEventListener('click', () => {
		details.hidden = !details.hidden;
		button.setAttribute('aria-expanded', String(!details.hidden));
		drawOpenDetails();
	});

	return {
		item,
		button,
		draw(schedule: ScheduleView, context: RowContext) {
			current = { schedule, context };
			item.classList.remove(...STATE_CLASSES);
			item.classList.add(`state-${schedule.state}`);
			text.replaceChildren(...textOf(schedule, context));
			track.replaceChildren(...marksOf(schedule, context));
			drawOpenDetails();
		},
	};
}

function textOf(schedule: ScheduleView, context: RowContext) {
	const { zones, now, distinction, waitingOf } = context;
	const { text, local } = sendTime(schedule.mode, schedule.span, zones.local);
	const id = distinction(schedule);
	const title = element(
		'span',
		'title',
		element('span', 'name', schedule.name),
		' ',
		element('span', 'kind', id ? `${kindOf(schedule)}, ${id}` : kindOf(schedule)),
		...(schedule.willDrop ? [' ', element('span', 'alert', 'in quiet hours')] : []),
		' ',
		element(
			'span',
			'change',
			`${lastChange(schedule)} ${ago(now - Date.parse(schedule.updatedAt))}`,
		),
	);
	const isAudience = schedule.people.length === 0;
	const names = element('span', isAudience ? 'names audience' : 'names', recipientsText(schedule));
	const who = element('span', 'who', names);
	const repeated = repeatedText(schedule, waitingOf);
	if (repeated) who.append(' ', element('span', 'alert', repeated));
	const values = valuesText(schedule);
	if (values) who.append(' ', element('span', 'values', values));
	const when = element('span', 'when', element('b', '', stateText(schedule)), ' ', text);
	if (local) when.append(' ', element('span', 'local', local));
	// The spaces are for those who hear the button's text.
	return [title, ' ', who, ' ', when];
}

function marksOf(schedule: ScheduleView, { axis, now }: RowContext) {
	const share = (at: number) => ((at - axis.from) / (axis.to - axis.from)) * 100;
	const at = middleOf(schedule.span);
	if (at < axis.from || at > axis.to) return [nowLine(share(now)), edge(at < axis.from, at)];
	const parts = [nowLine(share(now))];
	for (const span of schedule.earlier) parts.push(placed('ghost', share(middleOf(span))));
	const last = schedule.earlier.at(-1);
	if (last) {
		const [start, end] = [middleOf(last), at].sort((a, b) => a - b).map(share);
		parts.unshift(placed('path', start, end - start));
	}
	const { from, to } = schedule.span;
	if (to > from) parts.push(placed('bar', share(from), share(to) - share(from)));
	const mark = placed('mark', share(at));
	mark.textContent = MARKS[schedule.state];
	parts.push(mark);
	return parts;
}

const nowLine = (left: number) => placed('nowline', left);

/** For a schedule that is beyond the axis. */
function edge(isBefore: boolean, at: number) {
	return element(
		'span',
		isBefore ? 'edge before' : 'edge',
		isBefore ? `← ${day(at)}` : `${day(at)} →`,
	);
}

function placed(className: string, left: number, width?: number) {
	const made = element('span', className);
	made.style.left = `${left}%`;
	if (width !== undefined) made.style.width = `${width}%`;
	return made;
}
