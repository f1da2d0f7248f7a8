import type { INodeProperties } from 'n8n-workflow';

import { NEEDS_A_PERSON } from '../domain/findings';
import { show } from '../domain/json';
import type { Audiences } from '../domain/drafts';
import type { Target } from '../domain/targets';
import { SEND_TO_LABEL } from '../domain/labels';
import { audienceFields, isOneExpression, readAudience } from './audience';
import type { FormParameters } from './parameters';
import type { Reading, RunReading } from './reading';
import {
	checkRecipientsInput,
	readReasonToSkip,
	readRecipients,
	recipientFields,
} from './recipients';
import { inTools } from './tool';
import { readFlag } from './values';

export const SEND_TO = {
	recipients: 'recipients',
	audience: 'audience',
	everyone: 'everyone',
} as const;

const everyone = (target: Target, howOften: string): string =>
	`This messages every user in the target audience of the ${target.label}, ${howOften}. Check the audience in Braze first.`;

const confirmEveryone: INodeProperties = {
	displayName: 'Yes, Send to Everyone',
	name: 'confirmEveryone',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether to message everyone in the audience. Nothing is scheduled until this is on.',
	displayOptions: { show: { sendTo: [SEND_TO.everyone] } },
};

const filterRecipients: INodeProperties = {
	displayName: 'Also Apply an Audience Filter',
	name: 'filterRecipients',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description: 'Whether to message only the recipients who also match a filter',
	displayOptions: { show: { sendTo: [SEND_TO.recipients] } },
};

const confirmFilter: INodeProperties = {
	displayName: 'Yes, an Expression May Choose the Audience',
	name: 'confirmFilter',
	type: 'boolean',
	noDataExpression: true,
	default: false,
	description:
		'Whether one expression may supply the whole filter, which can then match nearly everyone. If one does, nothing is scheduled until this is on.',
	displayOptions: {
		show: { sendTo: [SEND_TO.audience], audienceInput: ['json'] },
	},
};

/** Who gets the message, with the fields of each choice. */
export const sendToFields = (target: Target): INodeProperties[] => [
	{
		displayName: SEND_TO_LABEL,
		name: 'sendTo',
		type: 'options',
		noDataExpression: true,
		options: [
			{
				name: 'Recipients',
				value: SEND_TO.recipients,
				description: 'Only the users you name below or take from the incoming items',
			},
			{
				name: 'Audience Filter',
				value: SEND_TO.audience,
				description: `Everyone in the target audience of the ${target.label} who also matches a filter`,
			},
			{
				name: 'Everyone in the Audience',
				value: SEND_TO.everyone,
				description: `Everyone in the target audience that is set on the ${target.label} in Braze`,
			},
		],
		default: 'recipients',
		description: 'Who gets the message',
		hint: 'Another choice clears the recipients or filters below',
	},
	...inTools(
		{
			displayName: everyone(target, 'once for each incoming item'),
			name: 'everyoneNotice',
			type: 'notice',
			default: '',
			displayOptions: { show: { sendTo: [SEND_TO.everyone] } },
		},
		{ displayName: everyone(target, 'each time the model uses this tool') },
	),
	confirmEveryone,
	...recipientFields(target, { sendTo: [SEND_TO.recipients] }),
	filterRecipients,
	...audienceFields({ sendTo: [SEND_TO.audience] }),
	confirmFilter,
	...audienceFields({ sendTo: [SEND_TO.recipients], filterRecipients: [true] }),
];

const toRecipients = (parameters: FormParameters): boolean =>
	parameters.read('sendTo', 0) === SEND_TO.recipients;

/** What is wrong for the whole run. */
export function checkSendTo(run: RunReading): void {
	if (toRecipients(run.parameters)) checkRecipientsInput(run);
}

/** Why an item is skipped, whatever else is wrong with it. */
export const readSkipped = (reading: Reading): string | undefined =>
	toRecipients(reading.parameters) ? readReasonToSkip(reading) : undefined;

/**
 * Who gets the message. n8n doesn't evaluate expressions in 'Send To' and its confirmation, so
 * neither an incoming value nor a model can widen the audience: an expression arrives here as text.
 */
export function readSendTo(reading: Reading, zone: string): Audiences | undefined {
	const { target, parameters, item, findings } = reading;
	const refuse = (parameter: string, message: string, hint: string): undefined =>
		findings.refuse({ parameter, message, hint, forModel: NEEDS_A_PERSON });
	const sendTo = parameters.read('sendTo', item);
	switch (sendTo) {
		case SEND_TO.recipients: {
			const to = { sendTo, ...readRecipients(reading) };
			const isFiltered = parameters.read('filterRecipients', item);
			if (!readFlag(isFiltered, filterRecipients, findings)) return to;
			const audience = readAudience(parameters, item, zone, findings);
			return audience && { ...to, audience };
		}
		case SEND_TO.audience: {
			if (isOneExpression(reading) && parameters.read('confirmFilter', item) !== true) {
				return refuse(
					confirmFilter.displayName,
					`'${confirmFilter.displayName}' is off, and the whole filter comes from an expression`,
					'Such a filter can match nearly everyone. Turn it on if you trust where the filter comes from, or write the filter here and use expressions for its values',
				);
			}
			const audience = readAudience(parameters, item, zone, findings);
			return audience && { sendTo, audience };
		}
		case SEND_TO.everyone:
			if (parameters.read('confirmEveryone', item) === true) return { sendTo };
			return refuse(
				confirmEveryone.displayName,
				`'Yes, Send to Everyone' is off, so nothing was sent to the audience of the ${target.label}`,
				`Turn it on if you mean everyone, or choose 'Recipients' or 'Audience Filter' under '${SEND_TO_LABEL}'`,
			);
		default:
			return refuse(
				SEND_TO_LABEL,
				`'${SEND_TO_LABEL}' is ${show(sendTo)}, which is none of its choices`,
				'Choose by hand who gets the message; an expression cannot decide it',
			);
	}
}
