import { scheduleIdField, targetField } from '../descriptions/target';
import { composeDelete } from '../domain/requests';
import { readExisting } from './existing';
import type { OperationModule } from './operation';

export const deleteSchedule: OperationModule = {
	fields: (target) => [targetField(target, 'item'), scheduleIdField(target)],

	compose: (reading) => composeDelete(readExisting(reading)),
};
