import type { INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { IF_TOO_CLOSE_LABEL, TOO_CLOSE_LABEL } from '../domain/tooClose';
import type { TooClose } from '../domain/tooClose';
import type { Values } from './rows';
import { readChoice, readNumber, readOption } from './values';
import type { ChoiceField, NumberField } from './values';

const tooClose: NumberField = {
	displayName: TOO_CLOSE_LABEL,
	name: 'tooClose',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 1440 },
	default: 15,
	hint: 'In minutes',
	description:
		'How many minutes before its send time a schedule counts as too close to move or cancel. Braze applies late changes only on a best-effort basis.',
};

const ifTooClose: ChoiceField<'stop' | 'warn'> = {
	displayName: IF_TOO_CLOSE_LABEL,
	name: 'ifTooClose',
	type: 'options',
	options: [
		{
			name: 'Stop With an Error',
			value: 'stop',
			description: 'The item fails, and the schedule stays as it is',
		},
		{ name: 'Warn', value: 'warn', description: 'The request is sent, and the item has a warning' },
	],
	default: 'warn',
	description: `What to do with an item that comes later than '${TOO_CLOSE_LABEL}' allows, which is ${tooClose.default} minutes before if it isn't set`,
};

export const tooCloseOptions: INodeProperties[] = [tooClose, ifTooClose];

/** Either of the two turns it on. */
export function readTooClose(options: Values, findings: Findings): TooClose | undefined {
	if (!tooCloseOptions.some(({ name }) => name in options)) return undefined;
	const minutes = readOption(options, tooClose, tooClose.default, findings, (value) =>
		readNumber(value, tooClose, findings),
	);
	const action = readOption(options, ifTooClose, ifTooClose.default, findings, (value) =>
		readChoice(value, ifTooClose, findings),
	);
	return { minutes, stop: action === 'stop' };
}
