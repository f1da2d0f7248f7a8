import { deliveryOptions } from '../descriptions/options';
import { scheduleIdField, targetField } from '../descriptions/target';
import { replaceNotice, timeFields, whenAgainField } from '../descriptions/when';
import { composeUpdate } from '../domain/requests';
import { readExisting } from './existing';
import type { OperationModule } from './operation';
import { readPassedOn } from './passedOn';
import { readSchedule } from './readSchedule';

export const update: OperationModule = {
	fields: (target) => [
		...targetField(target, 'item'),
		...scheduleIdField(target),
		replaceNotice,
		whenAgainField,
		...timeFields,
		deliveryOptions,
	],

	compose: (reading) => {
		const passedOn = readPassedOn(reading, 'update');
		if (passedOn) return passedOn;
		const { parameters, item, findings } = reading;
		const existing = readExisting(reading);
		const schedule = readSchedule(reading);
		return schedule && composeUpdate(existing, schedule, findings, parameters.zone(item));
	},
};
