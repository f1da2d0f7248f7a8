import { deliveryOptions } from '../form/options';
import { readExisting, scheduleIdField, targetField } from '../form/target';
import { composeDelete } from '../domain/requests';
import type { OperationModule } from './operation';
import { readPassedOn } from '../form/passedOn';

export const deleteSchedule: OperationModule = {
	fields: (target) => [
		...targetField(target, 'item'),
		...scheduleIdField(target),
		...deliveryOptions,
	],

	compose: (reading) => readPassedOn(reading, 'delete') ?? composeDelete(readExisting(reading)),
};
