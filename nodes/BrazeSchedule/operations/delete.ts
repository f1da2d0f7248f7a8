import { checkCloseness } from '../domain/checkCloseness';
import { composeDelete } from '../domain/drafts';
import { deleteOptions } from '../form/options';
import { readPassedOn } from '../form/passedOn';
import { findFields } from '../form/reference';
import { readExisting, scheduleIdField, targetField } from '../form/target';
import type { OperationModule } from './operation';

export const deleteSchedule: OperationModule = {
	fields: (target) => [
		...findFields({
			byReference: targetField(target, 'list'),
			byId: [...targetField(target, 'item'), ...scheduleIdField(target)],
			ifNotFound: 'continue',
		}),
		...deleteOptions,
	],

	compose: (reading) => {
		const passedOn = readPassedOn(reading, 'delete');
		if (passedOn) return passedOn;
		const existing = readExisting(reading, 'delete');
		if (!existing) return undefined;
		const { findings, json, now } = reading;
		const draft = composeDelete(existing, findings.warnings);
		return checkCloseness(draft, existing.tooClose, json, now);
	},
};
