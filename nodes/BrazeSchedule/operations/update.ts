import { composeUpdate } from '../domain/drafts';
import { existingOptions } from '../form/options';
import { readPassedOn } from '../form/passedOn';
import { findFields } from '../form/reference';
import { readExisting, scheduleIdField, targetField } from '../form/target';
import { readSchedule, readZone, replaceNotice, timeFields, whenAgainField } from '../form/when';
import type { OperationModule } from './operation';

export const update: OperationModule = {
	fields: (target) => [
		...findFields({
			byReference: targetField(target, 'list'),
			byId: [...targetField(target, 'item'), ...scheduleIdField(target)],
			ifNotFound: 'stop',
		}),
		replaceNotice,
		whenAgainField,
		...timeFields,
		...existingOptions,
	],

	compose: (reading) => {
		const passedOn = readPassedOn(reading, 'update');
		if (passedOn) return passedOn;
		const existing = readExisting(reading, 'update');
		const zone = readZone(reading);
		const read = readSchedule(reading, zone);
		if (!read || !existing) return undefined;
		const { schedule, timeWarnings } = read;
		return { ...composeUpdate(existing, schedule, reading.findings, zone), timeWarnings };
	},
};
