import type { INodeProperties } from 'n8n-workflow';

import { noFindings } from '../domain/findings';
import type { Intent } from '../domain/references';
import { composeCreate, composeSkipped } from '../domain/drafts';
import type { Draft } from '../domain/drafts';
import type { Target } from '../domain/targets';
import { forTesters } from '../domain/testRecipients';
import { createOptions, readItemOptions, upsertOptions } from '../form/options';
import { propertyFields, readProperties } from '../form/properties';
import type { Reading } from '../form/reading';
import { readReference, referenceField, requiredReferenceField } from '../form/reference';
import { checkSendTo, readSendTo, readSkipped, sendToFields } from '../form/sendTo';
import { readTarget, readTargetName, targetField } from '../form/target';
import { aboutTime, readSchedule, readZone, timeFields, whenField } from '../form/when';
import type { OperationModule } from './operation';

type NewIntent = Extract<Intent, 'create' | 'upsert'>;

const newSchedule = (
	intent: NewIntent,
	reference: INodeProperties[],
	options: (target: Target) => INodeProperties[],
): OperationModule => ({
	fields: (target) => [
		...targetField(target, 'list'),
		whenField,
		...timeFields,
		...reference,
		...sendToFields(target),
		...propertyFields(target),
		...options(target),
	],

	check: checkSendTo,

	compose: (reading) => composeNew(intent, reading),
});

function composeNew(intent: NewIntent, reading: Reading): Draft | undefined {
	const reason = readSkipped(reading);
	if (reason !== undefined) return skipped(intent, reading, reason);
	const { target, parameters, item, findings, testRecipients } = reading;
	const id = readTarget(target, parameters, item, findings);
	const zone = readZone(reading);
	const own = readSendTo(reading, zone);
	const to = own && testRecipients ? forTesters(own, testRecipients, target, findings) : own;
	const time = readSchedule(reading, zone);
	const found = readReference(reading, intent === 'upsert');
	const properties = readProperties(reading);
	const options = readItemOptions(reading);
	if (!to || !time || findings.refusals > 0) return undefined;
	const { schedule } = time;
	const name = readTargetName(target, parameters);
	// A test remembers nothing, so that the message itself can still be sent under its reference.
	const recipient = testRecipients
		? { test: true as const }
		: { under: found && { ...found, intent, name, stopIfNotFound: false } };
	const draft = composeCreate(
		{ item, target, id, to, schedule, properties, zone, ...recipient, ...options },
		findings,
	);
	return Object.assign(draft, aboutTime(time));
}

/** Whatever else is wrong with an item that is skipped doesn't matter, such as in an empty row. */
function skipped(intent: NewIntent, reading: Reading, reason: string): Draft {
	const ofItem = { ...reading, findings: noFindings() };
	const read = <T>(rule: () => T): T | undefined => {
		try {
			return rule();
		} catch {
			return undefined;
		}
	};
	const { target, parameters, item } = reading;
	const id = read(() => readTarget(target, parameters, item, ofItem.findings));
	const found = read(() => readReference(ofItem, intent === 'upsert'));
	const under = found && { ...found, intent, name: '', stopIfNotFound: false };
	return composeSkipped({ item, target, id, under }, reason);
}

export const create = newSchedule('create', referenceField, createOptions);

export const createOrUpdate = newSchedule('upsert', requiredReferenceField, upsertOptions);
