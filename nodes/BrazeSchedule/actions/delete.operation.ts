import { deliveryOptions } from '../descriptions/options';
import { scheduleIdField, targetField } from '../descriptions/target';
import { composeDelete } from '../domain/requests';
import { readExisting } from './existing';
import type { OperationModule } from './operation';
import { readPassedOn } from './passedOn';

export const deleteSchedule: OperationModule = {
	fields: (target) => [
		...targetField(target, 'item'),
		...scheduleIdField(target),
		...deliveryOptions,
	],

	compose: (reading) => readPassedOn(reading, 'delete') ?? composeDelete(readExisting(reading)),
};
