/** Checks Update and Delete. */
import type { IDataObject } from 'n8n-workflow';

import type { RequestRecord, Sandbox, Schedule } from '../../../sandbox';
import type { Change, Moved } from '../commands/change';
import { fateOf } from '../faults';
import { runsOf } from '../rows';
import type { Row } from '../rows';
import type { Execution } from '../world';
import { violation } from './checks';
import type { Violation } from './checks';
import { errorText } from './words';

interface Changed {
	operation: Change['operation'];
	around: Change['around'];
	moves: Moved[];
	executions: Execution[];
	/** The time of each schedule before. */
	before: Map<string, number>;
}

/** One item, its requests in all executions, and its row if there is one. */
interface Part {
	move: Moved;
	index: number;
	requests: RequestRecord[];
	row?: Row;
}

export function judgeChange(changed: Changed, braze: Sandbox): Violation[] {
	const { moves, executions, around } = changed;
	const { result } = executions[executions.length - 1];
	const [run] = runsOf(result, [moves.map((_, index) => index)]);
	const all = executions.flatMap(({ requests }) => requests);
	const parts = moves.map((move, index): Part => ({
		move,
		index,
		requests: move.id === 'given' ? all.filter((request) => isAbout(request, move)) : [],
		row: run?.rows.find(({ items }) => items.includes(index)),
	}));
	const isStopped = around.onError === 'stop';
	if (!isStopped && !result.finished) {
		return [violation('fails in spite of Continue', errorText(result))];
	}
	const schedules = new Set(moves.map(({ handle }) => handle.scheduleId));
	return [
		...judgeWrongItems(changed, all),
		...[...schedules].flatMap((id) => judgeOutcome(changed, id, parts, braze)),
		...parts.flatMap((part) => judgePart(changed, part, run !== undefined)),
		...(result.finished ? [] : judgeError(result, parts)),
	];
}

const timeIn = ({ body }: RequestRecord) => {
	const { schedule } = body as { schedule?: { time: string } };
	return schedule && Date.parse(schedule.time);
};

const isAbout = (request: RequestRecord, { handle, time }: Moved): boolean => {
	const asked = timeIn(request);
	return (
		(request.body as IDataObject).schedule_id === handle.scheduleId &&
		(asked === undefined || asked === time)
	);
};

function judgeWrongItems({ moves, around, operation, executions }: Changed, all: RequestRecord[]) {
	const isMissing = moves.some(({ id }) => id === 'nothing');
	const isSkipped = moves.some(({ id }) => id === 'skipped');
	if (around.onError === 'stop' && isMissing && all.length > 0) {
		return [violation('sent beside a wrong item', 'an item without a schedule ID')];
	}
	const { result } = executions[executions.length - 1];
	const text = errorText(result);
	return operation === 'delete' && isSkipped && !isMissing && /'Schedule ID' is empty/.test(text)
		? [violation('one bad item keeps the others from being canceled', text)]
		: [];
}

const DONE = ['scheduled', 'queued', 'deleted'];

const isDone = ({ row, requests }: Part): boolean =>
	row
		? !row.failed && DONE.includes(String(row.json.status))
		: requests.some((request) => fateOf(request) === 'accepted');

const isUnknown = ({ requests }: Part): boolean =>
	requests.some((request) => fateOf(request) === 'unknown');

/** The state of a schedule in Braze, compared with the latest accepted item about it. */
function judgeOutcome(
	{ operation, before }: Changed,
	id: string,
	parts: Part[],
	braze: Sandbox,
): Violation[] {
	const own = parts.filter(({ move }) => move.id === 'given' && move.handle.scheduleId === id);
	const schedule = braze.schedules.find(({ schedule_id }) => schedule_id === id);
	// The node can't know the state of a schedule whose time has passed.
	if (!schedule || own.length === 0 || isOver(schedule)) return [];
	if (operation === 'delete') {
		return own.some(isDone) && schedule.state !== 'canceled'
			? [violation('called done, but not at Braze', `${id} is still ${schedule.state}`)]
			: [];
	}
	const last = own.findLastIndex(isDone);
	const possible = [
		last < 0 ? before.get(id) : own[last].move.time,
		...own.slice(last + 1).flatMap((part) => (isUnknown(part) ? part.move.time : [])),
	];
	const now = Date.parse(schedule.schedule.time);
	if (possible.includes(now)) return [];
	const isOlder = own.slice(0, last).some(({ move }) => move.time === now);
	return [
		violation(
			isOlder ? 'an older change wins' : 'called done, but not at Braze',
			`it is at ${schedule.schedule.time}, the latest item asked for ${own[last]?.move.text}`,
		),
	];
}

const isOver = ({ state }: Schedule) => state === 'sent' || state === 'not_sent';

const REFUSED = /This request (canceled|rescheduled) nothing/;

function judgePart(
	{ around, moves, operation }: Changed,
	{ row, move, index, requests }: Part,
	hasRun: boolean,
): Violation[] {
	if (!hasRun) return [];
	if (!row) return [violation('no result for an item', `item ${index} has none`)];
	const { status, outcome, message, error } = row.json;
	// Update has no separate status for what was skipped.
	if (move.id === 'skipped' && operation === 'update') return [];
	if (!row.failed) {
		const known = ['scheduled', 'queued', 'deleted', 'skipped', 'superseded'];
		const isKnown = known.includes(String(status));
		if (!isKnown || (move.id === 'skipped') !== (status === 'skipped')) {
			const check = move.id === 'skipped' ? 'a skipped item is not passed on' : undefined;
			return [
				violation(check ?? 'an item comes out as it came in', `item ${index}: ${String(status)}`),
			];
		}
		return [];
	}
	const found: Violation[] = [];
	const text = `${String(error)} ${String(message)}`;
	if (around.onError === 'stop') found.push(violation('a failure is no error', text));
	if (move.id === 'skipped') found.push(violation('a skipped item is not passed on', text));
	// Of two items that cancel the same schedule, either request may have done it.
	const isAlone =
		operation === 'update' ||
		moves.filter(({ handle }) => handle.scheduleId === move.handle.scheduleId).length === 1;
	const isRefused = outcome === undefined ? REFUSED.test(text) : outcome === 'refused';
	if (isAlone && isRefused && requests.some(({ accepted }) => accepted)) {
		found.push(violation('called refused, but it was done', `item ${index}: ${text}`));
	}
	if (move.id === 'given' && requests.length === 0) {
		found.push(violation('a good item fails', `item ${index}: ${text}`));
	}
	if (!['refused', 'unknown', 'invalid'].includes(String(outcome))) {
		found.push(violation('a failed item has no outcome', `item ${index}: ${String(outcome)}`));
	}
	return found;
}

function judgeError(result: Execution['result'], parts: Part[]): Violation[] {
	const text = errorText(result);
	if (text.length < 10) return [violation('fails without words', `the error is "${text}"`)];
	const [part] = parts;
	return parts.length === 1 && REFUSED.test(text) && part.requests.some(({ accepted }) => accepted)
		? [violation('called refused, but it was done', text)]
		: [];
}
