import { audienceFields } from '../form/audience';
import { createOptions } from '../form/options';
import { propertyFields } from '../form/properties';
import { recipientFields } from '../form/recipients';
import { SEND_TO, sendToFields } from '../form/sendTo';
import { targetField } from '../form/target';
import { timeFields, whenField } from '../form/when';
import { show } from '../domain/json';
import { readPropertiesJson } from '../domain/properties';
import { composeCreate, readDeduplicationKey, readSendId } from '../domain/requests';
import type { Audiences } from '../domain/requests';
import { readFlag, readOption, usesJson } from '../form/values';
import type { OperationModule, Reading } from './operation';
import type { Row } from '../form/parameters';
import { readAssignments } from '../form/readAssignments';
import { readAudience } from '../form/readAudience';
import { readRecipients } from '../form/readRecipients';
import { readSchedule, readZone } from '../form/readSchedule';
import { readTarget } from '../form/readTarget';
import { NEEDS_A_PERSON } from '../output/tool';

export const create: OperationModule = {
	fields: (target) => [
		...targetField(target, 'list'),
		whenField,
		...timeFields,
		...sendToFields(target),
		...recipientFields(target),
		...audienceFields,
		...propertyFields(target),
		...createOptions(target),
	],

	compose: (reading) => {
		const { target, parameters, item, findings } = reading;
		const id = readTarget(target, parameters, item, findings);
		const zone = readZone(reading);
		const to = readAudiences(reading, zone);
		const read = readSchedule(reading, zone);
		const properties = readProperties(reading);
		const options = parameters.options(item, findings);
		const option = <T>(
			name: string,
			label: string,
			read: (value: unknown) => T | undefined,
		): T | undefined => readOption(options, name, label, undefined, findings, read);
		const sendId = target.takesSendId
			? option('sendId', 'Send ID', (value) => readSendId(value, findings))
			: undefined;
		const olderLabel = 'Use the Older Name for Context';
		const olderName = target.olderPropertiesField
			? option('olderContextName', olderLabel, (value) => readFlag(value, olderLabel, findings))
			: undefined;
		const deduplicationKey = option('deduplicationKey', 'Deduplication Key', (value) =>
			readDeduplicationKey(value, findings, parameters.isOneValue('deduplicationKey')),
		);
		if (!to || !read || findings.refusals > 0) return undefined;
		const { schedule, timeWarnings } = read;
		const draft = composeCreate(
			{
				item,
				target,
				id,
				to,
				schedule,
				properties,
				sendId,
				zone,
				deduplicationKey,
				olderName,
			},
			findings,
		);
		return { ...draft, timeWarnings };
	},
};

const CONFIRM_FILTER = 'Yes, This Expression May Choose the Audience';

/** Whether one expression supplies the whole filter. */
const isChosenByExpression = ({ parameters, item }: Reading): boolean =>
	parameters.isOneExpression('audienceJson') && parameters.read('audienceInput', item) === 'json';

/**
 * Who gets the message. n8n takes 'Send To' and its confirmation literally, so neither an incoming
 * value nor a model can widen it: what looks like an expression arrives here as its own text.
 */
function readAudiences(reading: Reading, zone: string): Audiences | undefined {
	const { target, parameters, item, findings } = reading;
	const refuse = (parameter: string, message: string, hint: string): undefined =>
		findings.refuse({ parameter, message, hint, forModel: NEEDS_A_PERSON });
	const sendTo = parameters.read('sendTo', item);
	switch (sendTo) {
		case SEND_TO.recipients: {
			const recipients = readRecipients(parameters, item, target, findings);
			const isFiltered = parameters.read('filterRecipients', item);
			if (!readFlag(isFiltered, 'Also Apply an Audience Filter', findings))
				return { sendTo, recipients };
			const audience = readAudience(parameters, item, zone, findings);
			return audience && { sendTo, recipients, audience };
		}
		case SEND_TO.audience: {
			if (isChosenByExpression(reading) && parameters.read('confirmFilter', item) !== true) {
				return refuse(
					CONFIRM_FILTER,
					`'${CONFIRM_FILTER}' is off, and the whole filter comes from an expression`,
					'Such a filter can match nearly everyone. Turn it on if you trust where the filter comes from, or write the filter here and use expressions for its values',
				);
			}
			const audience = readAudience(parameters, item, zone, findings);
			return audience && { sendTo, audience };
		}
		case SEND_TO.everyone:
			if (parameters.read('confirmEveryone', item) === true) return { sendTo };
			return refuse(
				'Yes, Send to Everyone',
				`'Yes, Send to Everyone' is off, so nothing was sent to the audience of the ${target.label}`,
				"Turn it on if you mean everyone, or choose 'Recipients' or 'Audience Filter' under 'Send To'",
			);
		default:
			return refuse(
				'Send To',
				`'Send To' is ${show(sendTo)}, which is none of its choices`,
				'Choose by hand who gets the message; an expression cannot decide it',
			);
	}
}

function readProperties({ target, parameters, item, findings }: Reading): Row | undefined {
	const label = target.propertiesLabel;
	return usesJson(parameters, 'propertiesInput', `Specify ${label}`, item, findings)
		? readPropertiesJson(parameters.read('propertiesJson', item), label, findings)
		: readAssignments(parameters.read('properties', item), label, findings);
}
