import { deliveryOptions } from '../form/options';
import { readExisting, scheduleIdField, targetField } from '../form/target';
import { readSchedule, readZone, replaceNotice, timeFields, whenAgainField } from '../form/when';
import { composeUpdate } from '../domain/requests';
import type { OperationModule } from './operation';
import { readPassedOn } from '../form/passedOn';

export const update: OperationModule = {
	fields: (target) => [
		...targetField(target, 'item'),
		...scheduleIdField(target),
		replaceNotice,
		whenAgainField,
		...timeFields,
		...deliveryOptions,
	],

	compose: (reading) => {
		const passedOn = readPassedOn(reading, 'update');
		if (passedOn) return passedOn;
		const existing = readExisting(reading);
		const zone = readZone(reading);
		const read = readSchedule(reading, zone);
		if (!read) return undefined;
		const { schedule, timeWarnings } = read;
		return { ...composeUpdate(existing, schedule, reading.findings, zone), timeWarnings };
	},
};
