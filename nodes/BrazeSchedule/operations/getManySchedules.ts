import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { onDay } from '../domain/avoid';
import { LONGEST_SPAN_MS } from '../domain/references';
import { clockOfSchedule } from '../domain/schedule';
import { TARGETS } from '../domain/targets';
import type { Target } from '../domain/targets';
import { readWantedSchedules, rememberedFields } from '../form/remembered';
import type { Phase, WantedSchedules } from '../form/remembered';
import { storeFor } from '../memory/openReferences';
import { problemFor } from '../memory/problem';
import { timeOfMark } from '../memory/remembered';
import { byKey, currentOf, interruptedIn, readAt } from '../memory/rows';
import { isWithin } from '../memory/search';
import { searchReferences } from '../memory/searchReferences';
import type { Row, Search } from '../memory/store';
import { knownDueFields } from '../output/times';
import { forEachItem } from './forEachItem';
import type { Result } from './forEachItem';

/** Lists what is remembered under references. */
export const getManySchedules =
	(target: Target) =>
	async (context: IExecuteFunctions): Promise<INodeExecutionData[]> =>
		await forEachItem<WantedSchedules>(context, {
			fields: rememberedFields(target),
			read: (parameters, item, findings) => readWantedSchedules(target, parameters, item, findings),
			request: async (wanted) => await list(context, target, wanted),
		});

async function list(
	context: IExecuteFunctions,
	{ resource }: Target,
	{ limit, phase, text, resourceId, after, before, table, tableId }: WantedSchedules,
): Promise<Result> {
	const now = Date.now();
	// Each is over after its time, at the latest by this span.
	const overBefore = before === undefined ? undefined : before + LONGEST_SPAN_MS;
	const search: Search = { resource, text, resourceId, overAfter: after, overBefore };
	const momentOfRow = shownMoment(context.getTimezone());
	const isInTime = isWithin(after, before);
	try {
		const store = storeFor(context, { table, tableId }, true);
		const rows = await searchReferences(store, search, now);
		const found = [...byKey(readAt(rows, now)).values()]
			.flatMap((same) => foundIn(same, now))
			.filter((one) => phase === undefined || one.phase === phase)
			.map((one) => ({ ...one, moment: momentOfRow(one.row) }))
			.filter(({ moment }) => isInTime(moment))
			.sort(byTime);
		return { rows: found.slice(0, limit).map(outputOf) };
	} catch (error) {
		return { failure: problemFor(error, table) };
	}
}

interface Found {
	row: Row;
	phase: Phase;
}

const NOTE_OF_INTERRUPTED =
	'An execution ended before it sent anything for this reference. Send the same event or list again';

/** What the reference stands for, and what was to become of it and didn't. */
function foundIn(same: Row[], now: number): Found[] {
	const found: Found[] = [];
	const current = currentOf(same);
	// Without a schedule, it's only there so that an earlier event is recognized.
	if (current && (current.state !== 'deleted' || current.scheduleId !== '')) {
		found.push({ row: current, phase: phaseOf(current, now) });
	}
	const interrupted = interruptedIn(same, now);
	if (interrupted) {
		const time = timeOfMark(interrupted, current);
		const row = { ...interrupted, ...time, note: NOTE_OF_INTERRUPTED };
		found.push({ row, phase: 'not_sent' });
	}
	return found;
}

interface Listed extends Found {
	/** When it is due, if its local or optimal time is read in the workflow's time zone. */
	moment: number;
}

const shownMoment =
	(zone: string) =>
	({ time, mode, overAt = NaN }: Row): number =>
		mode === 'local' || mode === 'optimal'
			? onDay(clockOfSchedule({ time }), zone).instant
			: overAt;

const isOver = ({ phase }: Found): boolean => phase === 'past' || phase === 'deleted';

/** What may still be sent comes first, the earliest of it; then what is over, the latest of it. */
function byTime(one: Listed, other: Listed): number {
	if (isOver(one) !== isOver(other)) return isOver(one) ? 1 : -1;
	const later = (one.moment || 0) - (other.moment || 0);
	return (isOver(one) ? -later : later) || (one.row.reference < other.row.reference ? -1 : 1);
}

function phaseOf({ state, overAt }: Row, now: number): Phase {
	if (state === 'deleted') return 'deleted';
	if (state !== 'scheduled') return 'unknown';
	return overAt !== undefined && overAt <= now ? 'past' : 'scheduled';
}

/** As Create returns it, so that Update and Delete can follow. */
const outputOf = ({ row, phase }: Found): IDataObject => ({
	status: phase,
	reference: row.reference,
	...(row.note !== '' && { reason: row.note }),
	...knownDueFields(row),
	recipients: row.recipients ?? null,
	resource: row.resource,
	[TARGETS[row.resource].idField]: row.resourceId,
	name: row.name || null,
	schedule_id: row.scheduleId || null,
	dispatch_id: row.dispatchId || null,
	...(row.sendId !== '' && { send_id: row.sendId }),
	event_time: row.eventTime === undefined ? null : new Date(row.eventTime).toISOString(),
	workflow: row.workflow,
});
