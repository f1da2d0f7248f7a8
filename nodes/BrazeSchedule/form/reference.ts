import type { INodeProperties } from 'n8n-workflow';
import { updateDisplayOptions } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { isBlank, kindOf, show } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { AS_EXPRESSION, emptyPartOf, isExpressionAsText, isNegativeNumber } from '../domain/keys';
import type { TooClose } from '../domain/tooClose';
import { EVENT_TIME, FOR_EVERYONE, IF_NOT_FOUND_LABEL } from '../domain/labels';
import type { Reading } from './reading';
import type { Values } from './rows';
import { fromModel, inTools } from './tool';
import { readTooClose } from './tooClose';
import { isLeftBlank, readChoice, readFlag, readMoment, readOption } from './values';
import type { ChoiceField } from './values';

/** Longer than any ID of a booking or an order. */
const LONGEST = 255;

const reference: INodeProperties = {
	displayName: 'Reference',
	name: 'reference',
	type: 'string',
	default: '',
	placeholder: 'e.g. B-2041',
};

const ASKED_OF_THE_MODEL = {
	default: fromModel(
		'Reference',
		'The ID of the booking, order or ticket that the message belongs to, exactly as the user or another tool gave it',
	),
};

/** For Create. */
export const referenceField: INodeProperties[] = inTools(
	{
		...reference,
		description:
			'Your own ID for this schedule, such as the booking or order number. The node remembers the schedule under it, so it is made only once and can be moved or canceled from any workflow.',
	},
	ASKED_OF_THE_MODEL,
);

/** For an operation that needs one. */
export const requiredReferenceField: INodeProperties[] = inTools(
	{
		...reference,
		required: true,
		description:
			'Your own ID that the schedule is remembered under, such as the booking or order number',
	},
	ASKED_OF_THE_MODEL,
);

export const FIND_BY = { reference: 'reference', scheduleId: 'scheduleId' } as const;

type FindBy = (typeof FIND_BY)[keyof typeof FIND_BY];

const findBy: ChoiceField<FindBy> = {
	displayName: 'Find By',
	name: 'findBy',
	type: 'options',
	noDataExpression: true,
	options: [
		{
			name: 'Reference',
			value: FIND_BY.reference,
			description: 'Your own ID that the schedule was created with',
		},
		{
			name: 'Schedule ID',
			value: FIND_BY.scheduleId,
			description: 'The schedule_id in the output of Create, for schedules without a reference',
		},
	],
	default: 'reference',
	description: 'How to find the schedule',
};

const IF_NOT_FOUND = { stop: 'stop', continue: 'continue' } as const;

type IfNotFound = (typeof IF_NOT_FOUND)[keyof typeof IF_NOT_FOUND];

const ifNotFound = (preset: IfNotFound): ChoiceField<IfNotFound> => ({
	displayName: IF_NOT_FOUND_LABEL,
	name: 'ifNotFound',
	type: 'options',
	options: [
		{
			name: 'Continue',
			value: IF_NOT_FOUND.continue,
			description: 'The item gets the status not_found',
		},
		{
			name: 'Stop With an Error',
			value: IF_NOT_FOUND.stop,
			description: 'The item fails',
		},
	],
	default: preset,
	description: 'What to do if no waiting schedule is remembered under the reference',
});

/** For Update and Delete: both ways to find a schedule, and the fields of each. */
export const findFields = (of: {
	byReference: INodeProperties[];
	byId: INodeProperties[];
	ifNotFound: IfNotFound;
}): INodeProperties[] => [
	findBy,
	...shownFor(FIND_BY.reference, [
		...of.byReference,
		...requiredReferenceField,
		ifNotFound(of.ifNotFound),
	]),
	...shownFor(FIND_BY.scheduleId, of.byId),
];

const shownFor = (way: FindBy, fields: INodeProperties[]): INodeProperties[] =>
	updateDisplayOptions({ show: { [findBy.name]: [way] } }, fields);

export const eventTime: INodeProperties = {
	displayName: EVENT_TIME,
	name: 'eventTime',
	type: 'dateTime',
	default: '',
	placeholder: 'e.g. 2026-03-31T09:00:00Z',
	description:
		'When the event behind this item happened. An event older than the last one for this reference is ignored, so events may arrive late or in any order.',
};

export const forEveryone: INodeProperties = {
	displayName: FOR_EVERYONE,
	name: 'forEveryone',
	type: 'boolean',
	default: true,
	description:
		'Whether to move or cancel a schedule that was combined from several items, for all of them',
};

/** Which schedule an item means, and what it says about the event behind it. */
interface ReadReference {
	reference: string;
	eventTime?: number;
	forEveryone: boolean;
	tooClose?: TooClose;
}

export const readFindBy = ({ parameters, item, findings }: Reading): FindBy =>
	readChoice(parameters.read(findBy.name, item), findBy, findings);

/** A field left blank means no reference, but not an expression that found nothing. */
export function readReference(reading: Reading, isRequired: boolean): ReadReference | undefined {
	const { parameters, item, findings } = reading;
	const options = parameters.options(item, findings);
	const value = parameters.read(reference.name, item);
	if (!isRequired && isLeftBlank(parameters, reference.name, value)) {
		refuseWithout(options, findings, `Fill in '${reference.displayName}'`);
		return undefined;
	}
	const read = readText(value, parameters.isOneValue(reference.name), findings);
	if (read === undefined) return undefined;
	return {
		reference: read,
		eventTime: readEventTime(options, reading),
		tooClose: readTooClose(options, findings),
		forEveryone: readOption(options, forEveryone, false, findings, (flag) =>
			readFlag(flag, forEveryone, findings),
		),
	};
}

/** Of a schedule that is found by its ID, nothing is remembered. */
export const refuseWithScheduleId = (options: Values, findings: Findings): void =>
	refuseWithout(options, findings, `Set '${findBy.displayName}' to '${reference.displayName}'`);

/** What is done by the ID isn't remembered under the reference. */
export function warnOfReference(json: JsonObject, scheduleId: unknown, findings: Findings): void {
	const { schedule_id: own, reference: its } = json;
	if (own !== scheduleId || typeof its !== 'string' || isBlank(its)) return;
	findings.warn(
		`This schedule has the reference "${show(its)}", and the node doesn't remember this change under it. Set '${findBy.displayName}' to '${reference.displayName}' instead`,
	);
}

/** Whether an item whose schedule isn't found fails. */
export const readStopIfNotFound = ({ parameters, item, findings }: Reading): boolean => {
	const field = ifNotFound(IF_NOT_FOUND.stop);
	return readChoice(parameters.read(field.name, item), field, findings) === IF_NOT_FOUND.stop;
};

/** The options that only mean something under a reference. */
function refuseWithout(options: Values, findings: Findings, remedy: string): void {
	for (const { name, displayName } of [eventTime, forEveryone]) {
		if (!(name in options)) continue;
		findings.refuse({
			parameter: displayName,
			message: `'${displayName}' only works with a '${reference.displayName}'`,
			hint: `${remedy}, or remove the option`,
		});
	}
}

/** No text for a database: NUL, and half of a character. */
const UNKEEPABLE = /\0|[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/;

const CHECK =
	'Check that the incoming item has this value, for example its booking or order number';

/** A reference without a value, or with a part that is missing, would be the same for many items. */
function readText(value: unknown, isOneValue: boolean, findings: Findings): string | undefined {
	const parameter = reference.displayName;
	const refuse = (rest: string, hint = CHECK) =>
		findings.refuse({ parameter, message: `'${parameter}' ${rest}`, hint });
	if (isBlank(value)) return refuse('is empty');
	if (Number.isSafeInteger(value)) return String(value);
	if (Number.isInteger(value)) {
		return refuse(`is ${show(value)}, a number too large to keep exactly. Pass it on as text`);
	}
	if (typeof value === 'number' && !Number.isNaN(value)) {
		return refuse(`is ${show(value)}, but it has to be text or a whole number`);
	}
	if (typeof value !== 'string') return refuse(`is ${kindOf(value)}, but it has to be text`);
	const text = value.trim();
	if (isExpressionAsText(text)) {
		return refuse(`is "${show(text)}", an expression typed as text`, AS_EXPRESSION);
	}
	if (UNKEEPABLE.test(text)) {
		return refuse('has a character that no data table can keep', CHECK);
	}
	if (text.length > LONGEST) {
		return refuse(`has ${text.length} characters, but at most ${LONGEST} are possible`);
	}
	const emptyPart = isOneValue && isNegativeNumber(text) ? undefined : emptyPartOf(text);
	if (emptyPart === undefined) return text;
	return refuse(
		`is "${show(text)}". It ${emptyPart}, so a part of it is missing`,
		'Check that every value in its expression exists for this item',
	);
}

function readEventTime(options: Values, { parameters, findings }: Reading): number | undefined {
	return readOption<number | undefined>(options, eventTime, undefined, findings, (value) =>
		readMoment(value, eventTime, parameters, findings),
	);
}
