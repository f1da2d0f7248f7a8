import type { INodeProperties } from 'n8n-workflow';

import { IF_PASSED } from '../domain/passedTime';
import type { IfPassed } from '../domain/passedTime';
import { countsFromNow } from '../domain/sendTime';
import type { RelativeInput } from '../domain/sendTime';
import { AMOUNT, AT, DATE, DIRECTION, IN, LARGEST_AMOUNT, UNIT } from '../domain/shift';
import type { Direction, Unit } from '../domain/shift';
import { ZONE_CHOICES } from '../domain/zoneChoices';
import type { Reading } from './reading';
import { readChosenZone, zoneField, zoneText } from './timeZone';
import { isLeftBlank, readChoice } from './values';
import type { ChoiceField, NumberField } from './values';

/** The choice under 'When'. */
export const RELATIVE = 'relative';

const LOCAL = ZONE_CHOICES.local.value;

const shown = (show: object = {}) => ({ show: { scheduleMode: [RELATIVE], ...show } });

const countFrom: ChoiceField<'date' | 'now'> = {
	displayName: 'Count From',
	name: 'countFrom',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'A Date', value: 'date', description: 'For example the date of a booking' },
		{ name: 'Now', value: 'now', description: 'The moment when the node runs' },
	],
	default: 'date',
	displayOptions: shown(),
};

const date: INodeProperties = {
	displayName: DATE,
	name: 'date',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-03-31T09:00:00',
	description:
		"The date to count from, such as a field of the incoming item. A date without a time of day needs a time under 'At'.",
	displayOptions: shown({ countFrom: ['date'] }),
};

const direction: ChoiceField<Direction> = {
	displayName: DIRECTION,
	name: 'direction',
	type: 'options',
	noDataExpression: true,
	options: [
		{ name: 'Before', value: 'before' },
		{ name: 'After', value: 'after' },
		{ name: 'On That Day', value: 'onThatDay' },
	],
	default: 'before',
	description: 'On which side of the date to send',
	displayOptions: shown(),
};

/** Fields of a direction that counts; of no other, n8n keeps what was filled in before. */
const COUNTING: Direction[] = ['before', 'after'];

const amount: NumberField = {
	displayName: AMOUNT,
	name: 'amount',
	type: 'number',
	typeOptions: { minValue: 0, maxValue: LARGEST_AMOUNT },
	default: 1,
	description: 'How many of the unit below',
	displayOptions: shown({ direction: COUNTING }),
};

const unit: ChoiceField<Unit> = {
	displayName: UNIT,
	name: 'unit',
	type: 'options',
	options: [
		{
			name: 'Business Days',
			value: 'businessDays',
			description: "Without weekends and the dates under 'Avoid'",
		},
		{ name: 'Days', value: 'days', description: 'The same time of day, even if the clocks change' },
		{ name: 'Hours', value: 'hours' },
		{ name: 'Minutes', value: 'minutes' },
		{ name: 'Weeks', value: 'weeks' },
	],
	default: 'days',
	displayOptions: shown({ direction: COUNTING }),
};

const at: INodeProperties = {
	displayName: AT,
	name: 'at',
	type: 'string',
	default: '',
	placeholder: 'e.g. 18:00',
	description: 'The time of day to send. If empty, it is the time of day of the date.',
};

/** Minutes and hours lead to a time of day by themselves. */
const CALENDAR: object[] = [
	{ direction: ['onThatDay'] },
	{ direction: COUNTING, unit: ['days', 'businessDays', 'weeks'] },
];

const zone = zoneField({
	displayName: IN,
	name: 'zone',
	description:
		"The time zone of the date and of the time of day, or each user's local time. An expression may supply the time zone of a customer.",
	displayOptions: shown(),
	searchListMethod: 'searchTimeZonesAndLocal',
});

type Choices = ChoiceField<IfPassed>['options'];

const SKIP: Choices = [
	{
		name: 'Skip the Item',
		value: 'skip',
		description: 'Nothing is sent. The item gets the status skipped.',
	},
];

const SOON: Choices = [
	{
		name: 'Send in 2 Minutes',
		value: 'soon',
		description: "Or later, if that is a time under 'Avoid'",
	},
];

const STOP: Choices = [
	{ name: 'Stop With an Error', value: 'stop', description: 'The item fails' },
];

const ifPassed: ChoiceField<IfPassed> = {
	displayName: IF_PASSED,
	name: 'ifPassed',
	type: 'options',
	options: [...SKIP, ...SOON, ...STOP],
	default: 'skip',
	description: 'What to do if the resulting time has already passed',
	displayOptions: { ...shown(), hide: { zone: [LOCAL] } },
};

/** In two minutes is another local time for each user. A condition of 'show' applies to expressions too. */
const ifLocalPassed: INodeProperties = {
	...ifPassed,
	options: [...SKIP, ...STOP],
	displayOptions: { ...shown(), hide: { zone: [{ _cnd: { not: LOCAL } }] } },
};

export const relativeFields: INodeProperties[] = [
	countFrom,
	date,
	direction,
	amount,
	unit,
	...CALENDAR.map((show) => ({ ...at, displayOptions: shown(show) })),
	zone,
	ifPassed,
	ifLocalPassed,
];

/** Whether the item's time is before or after a date. */
export const isRelative = ({ parameters, item }: Reading): boolean =>
	parameters.read('scheduleMode', item) === RELATIVE;

/** The time zone that is counted in; for each user's own clock, the one that a moment is shown in. */
export function readPlace(reading: Reading): string {
	const chosen = readChosenZone(reading, zone);
	return chosen === LOCAL ? reading.parameters.workflowZone : chosen;
}

type Filled = Omit<RelativeInput, 'avoid'>;

export function readRelative(reading: Reading, ownZone: string): Filled {
	const { parameters, item, findings, now } = reading;
	const isChosen = readChoice(parameters.read(countFrom.name, item), countFrom, findings) === 'now';
	const value = isChosen ? undefined : parameters.read(date.name, item);
	const fromNow = countsFromNow(isChosen, value);
	return {
		fromNow,
		date: fromNow ? undefined : value,
		direction: parameters.read(direction.name, item),
		amount: parameters.read(amount.name, item),
		unit: parameters.read(unit.name, item),
		at: readAt(reading),
		zone: ownZone,
		isLocal: zoneText(reading, zone) === LOCAL,
		ifPassed: parameters.read(ifPassed.name, item),
		now,
	};
}

/** A field left blank means the time of day of the date, but not an expression that found nothing. */
function readAt({ parameters, item }: Reading): unknown {
	if (!parameters.has(at.name)) return undefined;
	const value = parameters.read(at.name, item);
	return isLeftBlank(parameters, at.name, value) ? undefined : (value ?? '');
}
