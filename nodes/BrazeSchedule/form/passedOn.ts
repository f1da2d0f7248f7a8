import type { Draft, NoSchedule } from '../domain/drafts';
import type { Problem } from '../domain/findings';
import { shorten, show } from '../domain/json';
import type { JsonObject } from '../domain/json';
import { PREVIEW_ONLY } from '../domain/labels';
import { readScheduleId, SCHEDULE_ID } from './fromItem';
import type { Reading } from './reading';

const NO_SCHEDULE: readonly unknown[] = [
	'skipped',
	'superseded',
	'ignored',
	'not_found',
	'not_sent',
] satisfies NoSchedule[];

/**
 * An item for which another operation found nothing to schedule is passed on without a schedule ID.
 * There is nothing to move or cancel for it, and it must not affect the other items.
 */
export function readPassedOn(reading: Reading, operation: Draft['operation']): Draft | undefined {
	const { target, parameters, item, json } = reading;
	// A reference finds what there is, whatever the incoming item says.
	if (!parameters.has(SCHEDULE_ID.name)) return undefined;
	const scheduleId = readScheduleId(reading) ?? '';
	const { status } = json;
	if (!NO_SCHEDULE.includes(status) || scheduleId !== '' || mayBeScheduled(json)) return undefined;
	const body = { [target.idField]: json[target.idField] ?? null, schedule_id: null };
	const reason = reasonIn(json);
	return {
		item,
		target,
		operation,
		body,
		passedOn: { status: status as NoSchedule, reason },
		warnings: [],
	};
}

/** An item that was skipped without a look at its reference, under which a schedule may be waiting. */
const mayBeScheduled = ({ status, schedule, reference }: JsonObject): boolean =>
	status === 'skipped' && schedule === null && typeof reference === 'string';

/** Why Create did nothing, as its output says it. */
function reasonIn({ reason, warnings }: JsonObject): string | undefined {
	const said = [reason, ...(Array.isArray(warnings) ? (warnings as unknown[]) : [])];
	return said.find((text): text is string => typeof text === 'string' && text !== '');
}

/**
 * Why an item of the Create node has no schedule ID. "Connect this node to the Create node" would
 * be no help: it is connected.
 */
export function whyWithoutId(
	json: JsonObject,
	parameter: string,
): Pick<Problem, 'message' | 'hint'> | undefined {
	const because = (why: string, hint: string) => ({
		message: `'${parameter}' is empty, because ${why}`,
		hint,
	});
	if (json.status === 'preview') {
		return because(
			'the incoming item is only a preview',
			`The node before this one sent nothing. Remove its option '${PREVIEW_ONLY}'`,
		);
	}
	if (typeof json.error === 'string' && typeof json.outcome === 'string') {
		return because(
			"the incoming item wasn't scheduled",
			`The node before this one says: ${shorten(json.error)}. To leave such items out, use its error output`,
		);
	}
	if (mayBeScheduled(json)) {
		return because(
			'the incoming item was skipped, and a schedule may be waiting under its reference',
			"To find that schedule, set 'Find By' to 'Reference'",
		);
	}
	if (typeof json.status === 'string' && json.schedule_id === null) {
		return because(
			`the incoming item has none. Its status is "${show(json.status)}"`,
			reasonIn(json) ?? "Without it, a schedule can't be moved or canceled",
		);
	}
	return undefined;
}
