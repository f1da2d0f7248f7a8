import { composeUpdate } from '../domain/drafts';
import { updateOptions } from '../form/options';
import { readPassedOn } from '../form/passedOn';
import { findFields } from '../form/reference';
import { readExisting, scheduleIdField, targetField } from '../form/target';
import {
	aboutTime,
	readSchedule,
	readZone,
	replaceNotice,
	timeFields,
	whenAgainField,
} from '../form/when';
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
		...updateOptions,
	],

	compose: (reading) => {
		const passedOn = readPassedOn(reading, 'update');
		if (passedOn) return passedOn;
		const existing = readExisting(reading, 'update');
		const zone = readZone(reading);
		const time = readSchedule(reading, zone);
		if (!time || !existing) return undefined;
		const draft = composeUpdate(existing, time.schedule, reading.findings, zone);
		return { ...draft, ...aboutTime(time) };
	},
};
