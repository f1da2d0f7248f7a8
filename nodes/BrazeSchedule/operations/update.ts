import { checkCloseness } from '../domain/checkCloseness';
import { composeUpdate } from '../domain/drafts';
import { noFindings } from '../domain/findings';
import type { InZone } from '../domain/underReference';
import { updateOptions } from '../form/options';
import { readPassedOn } from '../form/passedOn';
import type { Reading } from '../form/reading';
import { findFields } from '../form/reference';
import { readExisting, scheduleIdField, targetField } from '../form/target';
import { aboutTime, readSchedule, replaceNotice, timeFields, whenAgainField } from '../form/when';
import { keepingZone, readKeptZone } from '../form/zone';
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
		...keepingZone(timeFields),
		...updateOptions,
	],

	compose: (reading) => {
		const passedOn = readPassedOn(reading, 'update');
		if (passedOn) return passedOn;
		const existing = readExisting(reading, 'update');
		const { zone, isKept } = readKeptZone(reading, existing?.scheduleId);
		const time = readSchedule(reading, zone);
		if (!time || !existing) return undefined;
		const { findings, json, now } = reading;
		const composed = composeUpdate(existing, time.schedule, findings, zone);
		const timed = { ...composed, ...aboutTime(time) };
		const draft = checkCloseness(timed, existing.tooClose, json, now);
		if (!isKept || !draft.under) return draft;
		const inZone = (known: string) => inKnownZone(reading, known);
		return { ...draft, under: { ...draft.under, inZone } };
	},
};

/** The same time in the zone that the reference's schedule was made in. */
function inKnownZone(reading: Reading, zone: string): InZone | undefined {
	const read = readSchedule({ ...reading, findings: noFindings() }, zone);
	return read && { schedule: read.schedule, ...aboutTime(read), zone };
}
