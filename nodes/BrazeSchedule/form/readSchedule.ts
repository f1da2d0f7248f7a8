import { noFindings } from '../domain/findings';
import type { Findings } from '../domain/findings';
import { composeSchedule } from '../domain/schedule';
import type { Schedule, ScheduleInput } from '../domain/schedule';
import { isBlank, show } from '../domain/json';
import type { TimeWarnings } from '../domain/requests';
import type { Reading } from '../operations/operation';
import type { Parameters } from './parameters';

export interface ReadSchedule {
	schedule: Schedule;
	timeWarnings: TimeWarnings;
}

interface Read {
	input: ScheduleInput;
	schedule?: Schedule;
	findings: Findings;
	timeWarnings: TimeWarnings;
}

/** Mostly all items share one time, and to read it costs more than the rest of an item does. */
const lastRead = new WeakMap<Parameters, Read>();

export function readSchedule(
	{ parameters, item, now, findings }: Reading,
	zone: string,
): ReadSchedule | undefined {
	const input: ScheduleInput = {
		mode: parameters.read('scheduleMode', item),
		time: parameters.read('time', item),
		zone,
		now,
	};
	let read = lastRead.get(parameters);
	if (!read || !isSame(read.input, input)) {
		const own = noFindings();
		const schedule = composeSchedule(input, own);
		read = { input, schedule, findings: own, timeWarnings: timeWarningsOf(input, own.warnings) };
		lastRead.set(parameters, read);
	}
	for (const problem of read.findings.problems) findings.refuse(problem);
	const { schedule, timeWarnings } = read;
	return schedule && { schedule, timeWarnings };
}

/** Items that share a time share what is said about it, which is worked out once for each moment. */
function timeWarningsOf(input: ScheduleInput, warnings: readonly string[]): TimeWarnings {
	const known = new Map([[input.now, warnings]]);
	return (now = input.now) => {
		const said = known.get(now);
		if (said) return said;
		const findings = noFindings();
		composeSchedule({ ...input, now }, findings);
		known.set(now, findings.warnings);
		return findings.warnings;
	};
}

const isSame = (one: ScheduleInput, other: ScheduleInput): boolean =>
	one.mode === other.mode &&
	one.time === other.time &&
	one.zone === other.zone &&
	one.now === other.now;

/**
 * The zone that times without one are meant in. Only the choice 'Workflow time zone' means the
 * workflow's, and a local or optimal time, where n8n hides the field.
 */
export function readZone({ parameters, item, findings }: Reading): string {
	if (!parameters.has('timezone')) return parameters.workflowZone;
	const chosen = parameters.read('timezone', item);
	if (isBlank(chosen)) {
		findings.refuse({
			parameter: 'Time Zone',
			message: "'Time Zone' is empty",
			hint: "Choose one from the list, or check that its expression finds a name like Europe/Berlin. For the workflow's own zone, choose 'Workflow time zone'",
		});
	}
	return isBlank(chosen) || chosen === 'workflow' ? parameters.workflowZone : show(chosen).trim();
}
