import type { INodeProperties } from 'n8n-workflow';

import { wallOf } from '../../nodes/BrazeSchedule/domain/clock';
import { timeText } from '../../nodes/BrazeSchedule/domain/explained';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import type { Values } from '../../nodes/BrazeSchedule/form/rows';
import { readSchedule, readZone } from '../../nodes/BrazeSchedule/form/when';
import { createOrUpdate } from '../../nodes/BrazeSchedule/operations/create';
import { read } from '../domain/read';
import { parametersOf, ZONE } from '../form/reading';
import { readPage, tablesUnder } from './markdown';

const FIELDS = createOrUpdate.fields(TARGETS.campaign);

const SENTENCES = tablesUnder(
	readPage('docs/time.md'),
	'To send it | Count From | Amount, Unit | Direction | At | In | Avoid | If the date is | It goes out',
).map((cells) => cells.map((cell) => (cell === '-' ? '' : cell)));

/** The value of a choice, by the label that the page gives. */
function choice(field: string, label: string): unknown {
	const { options = [] } = FIELDS.find(({ displayName }) => displayName === field) ?? {};
	const found = options.find((option) => option.name === label);
	if (!found || !('value' in found)) throw new Error(`'${field}' has no choice "${label}".`);
	return found.value;
}

const unquoted = (cell: string): string => cell.replaceAll('`', '');

function avoidFrom(cell: string): Values {
	if (cell === '') return {};
	const [label, value = ''] = cell.split(': ');
	const avoid = FIELDS.find(({ name }) => name === 'options')?.options?.find(
		({ name }) => name === 'avoid',
	) as INodeProperties;
	const [group] = avoid.options as Array<{ values: INodeProperties[] }>;
	const field = group.values.find(({ displayName }) => displayName === label);
	if (!field) throw new Error(`'Avoid' has no field "${label}".`);
	const [from, until] = value.split(', ');
	const rule =
		field.type === 'boolean'
			? { [field.name]: true }
			: field.name === 'from'
				? { from, until }
				: { [field.name]: value };
	return { options: { avoid: { rule } } };
}

const ZONES: Record<string, string> = {
	'Workflow time zone': 'workflow',
	"Each User's Local Time": 'local',
};

/** What the page says to fill in. */
function filledIn(cells: string[], date: string): Values {
	const [, countFrom, counted, direction, at, place, avoid] = cells;
	const [amount, ...unit] = counted.split(' ');
	const isNow = choice('Count From', countFrom) === 'now';
	return {
		scheduleMode: choice('When', 'Before or After a Date'),
		countFrom: isNow ? 'now' : 'date',
		...(!isNow && { date }),
		direction: choice('Direction', direction),
		...(counted !== '' && { amount: Number(amount), unit: choice('Unit', unit.join(' ')) }),
		at,
		zone: { __rl: true, mode: 'list', value: ZONES[place] ?? unquoted(place) },
		ifPassed: 'skip',
		...avoidFrom(avoid),
	};
}

/** When the page says that it goes out, and when the form's reader does. */
function goesOut(cells: string[]) {
	const [date, itsZone] = unquoted(cells[7]).split(', ');
	const { zone, ...raw } = filledIn(cells, date) as { zone: { value: string } };
	const value = itsZone ?? zone.value;
	const isNow = (raw as Values).countFrom === 'now';
	const moment = Date.parse(`${date}Z`);
	const now = isNow ? moment - (wallOf(moment, ZONE) - moment) : Date.UTC(2026, 0, 1);
	const { result, problems } = read((findings) => {
		const parameters = parametersOf({ raw: { ...raw, zone: { ...zone, value } } }, FIELDS);
		const reading = { target: TARGETS.campaign, parameters, item: 0, json: {}, findings, now };
		const place = readZone(reading);
		const time = readSchedule(reading, place);
		return time && { ...time, place };
	});
	expect(problems).toEqual([]);
	if (!result) throw new Error('Nothing was read.');
	const { time, in_local_time: isLocal } = result.schedule;
	return timeText(isLocal ? Date.parse(`${time}Z`) : wallOf(Date.parse(time), result.place));
}

test('time.md has the sentences', () => {
	expect(SENTENCES.length).toBeGreaterThan(8);
});

test.each(SENTENCES.map((cells) => [cells[0], cells] as const))('it goes out %s', (_, cells) => {
	expect(cells).toHaveLength(9);
	expect(goesOut(cells)).toBe(cells[8]);
});

test('time.md has every choice for a time that has passed', () => {
	const rows = tablesUnder(readPage('docs/time.md'), 'If That Time Has Passed | What happens');
	const { options = [] } = FIELDS.find(({ name }) => name === 'ifPassed') as INodeProperties;
	expect(rows.map(([label]) => label.replace(' (default)', ''))).toEqual(
		options.map(({ name }) => name),
	);
});
