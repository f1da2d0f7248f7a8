import { noFindings } from '../domain/findings';
import type { Findings } from '../domain/findings';
import { composeSchedule } from '../domain/schedule';
import type { Schedule, ScheduleInput } from '../domain/schedule';
import type { Reading } from './operation';
import type { Parameters } from './parameters';

interface Read {
	input: ScheduleInput;
	schedule?: Schedule;
	findings: Findings;
}

/** Mostly all items share one time, and to read it costs more than the rest of an item does. */
const lastRead = new WeakMap<Parameters, Read>();

export function readSchedule({ parameters, item, now, findings }: Reading): Schedule | undefined {
	const input: ScheduleInput = {
		mode: parameters.read('scheduleMode', item),
		time: parameters.read('time', item),
		zone: parameters.zone(item),
		now,
	};
	let read = lastRead.get(parameters);
	if (!read || !isSame(read.input, input)) {
		const own = noFindings();
		read = { input, schedule: composeSchedule(input, own), findings: own };
		lastRead.set(parameters, read);
	}
	for (const problem of read.findings.problems) findings.refuse(problem);
	for (const warning of read.findings.warnings) findings.warn(warning);
	return read.schedule;
}

const isSame = (one: ScheduleInput, other: ScheduleInput): boolean =>
	one.mode === other.mode &&
	one.time === other.time &&
	one.zone === other.zone &&
	one.now === other.now;
