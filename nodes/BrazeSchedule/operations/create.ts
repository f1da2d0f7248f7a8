import type { INodeProperties } from 'n8n-workflow';

import type { Intent } from '../domain/references';
import { composeCreate } from '../domain/drafts';
import type { Draft } from '../domain/drafts';
import type { Target } from '../domain/targets';
import { createOptions, readItemOptions, upsertOptions } from '../form/options';
import { propertyFields, readProperties } from '../form/properties';
import type { Reading } from '../form/reading';
import { readReference, referenceField, requiredReferenceField } from '../form/reference';
import { readSendTo, sendToFields } from '../form/sendTo';
import { readTarget, readTargetName, targetField } from '../form/target';
import { aboutTime, readSchedule, readZone, timeFields, whenField } from '../form/when';
import type { OperationModule } from './operation';

const newSchedule = (
	intent: Extract<Intent, 'create' | 'upsert'>,
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

	compose: (reading) => composeNew(intent, reading),
});

function composeNew(
	intent: Extract<Intent, 'create' | 'upsert'>,
	reading: Reading,
): Draft | undefined {
	const { target, parameters, item, findings } = reading;
	const id = readTarget(target, parameters, item, findings);
	const zone = readZone(reading);
	const to = readSendTo(reading, zone);
	const time = readSchedule(reading, zone);
	const found = readReference(reading, intent === 'upsert');
	const properties = readProperties(reading);
	const options = readItemOptions(reading);
	if (!to || !time || findings.refusals > 0) return undefined;
	const { schedule } = time;
	const name = readTargetName(target, parameters);
	const under = found && { ...found, intent, name, stopIfNotFound: false };
	const draft = composeCreate(
		{ item, target, id, to, schedule, properties, zone, under, ...options },
		findings,
	);
	return { ...draft, ...aboutTime(time) };
}

export const create = newSchedule('create', referenceField, createOptions);

export const createOrUpdate = newSchedule('upsert', requiredReferenceField, upsertOptions);
