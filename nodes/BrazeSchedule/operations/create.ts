import { createOptions, readItemOptions } from '../form/options';
import { propertyFields, readProperties } from '../form/properties';
import { readSendTo, sendToFields } from '../form/sendTo';
import { readTarget, targetField } from '../form/target';
import { readSchedule, readZone, timeFields, whenField } from '../form/when';
import { composeCreate } from '../domain/requests';
import type { OperationModule } from './operation';

export const create: OperationModule = {
	fields: (target) => [
		...targetField(target, 'list'),
		whenField,
		...timeFields,
		...sendToFields(target),
		...propertyFields(target),
		...createOptions(target),
	],

	compose: (reading) => {
		const { target, parameters, item, findings } = reading;
		const id = readTarget(target, parameters, item, findings);
		const zone = readZone(reading);
		const to = readSendTo(reading, zone);
		const read = readSchedule(reading, zone);
		const properties = readProperties(reading);
		const options = readItemOptions(reading);
		if (!to || !read || findings.refusals > 0) return undefined;
		const { schedule, timeWarnings } = read;
		const draft = composeCreate(
			{ item, target, id, to, schedule, properties, zone, ...options },
			findings,
		);
		return { ...draft, timeWarnings };
	},
};
