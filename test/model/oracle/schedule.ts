/** Checks Create: compares the state of Braze and the node's output with what was asked. */
import type { IDataObject } from 'n8n-workflow';

import type { RequestRecord, Sandbox } from '../../../sandbox';
import type { Ask } from '../ask';
import {
	campaignsOf,
	isBroadcast,
	isPreview,
	namesOf,
	passesOf,
	timesOf,
	unusable,
	wrongWith,
} from '../expected';
import { fateOf } from '../faults';
import type { Fate } from '../faults';
import { runsOf } from '../rows';
import type { NodeRun, Row } from '../rows';
import { tryOf } from '../world';
import type { Execution } from '../world';
import { violation } from './checks';
import type { Check, Violation } from './checks';
import { errorText } from './words';

/** An ask, its first execution and whatever retried it. */
interface Asked {
	ask: Ask;
	executions: Execution[];
	/** A rate limit of the workspace closed windows. */
	isLimited: boolean;
}

/** One request, for one recipient or audience. */
interface Send {
	execution: Execution;
	request: RequestRecord;
	fate: Fate;
}

export function judgeSchedule(asked: Asked, braze: Sandbox): Violation[] {
	const sends = asked.executions.flatMap((execution) =>
		execution.requests.map((request) => ({ execution, request, fate: fateOf(request) })),
	);
	return [
		...judgeTwice(asked.ask, sends),
		...judgePermission(asked.ask, sends),
		...judgeContent(asked.ask, sends),
		...judgeResult(asked, sends, braze),
	];
}

const peopleIn = ({ request }: Send): string[] =>
	((request.body as IDataObject).recipients as IDataObject[] | undefined)?.map(
		({ external_user_id }) => String(external_user_id),
	) ?? [];

/** The requests with a part of an item; those for an audience belong to every item. */
function sendsFor(ask: Ask, index: number, sends: Send[]): Send[] {
	if (isBroadcast(ask.form)) return sends;
	const names = new Set(namesOf(ask, index));
	return sends.filter((send) => peopleIn(send).some((name) => names.has(name)));
}

// No duplicate sends

function judgeTwice(ask: Ask, sends: Send[]): Violation[] {
	// One recipient for all items, which no item intended.
	if (ask.form.sendTo === 'personInBraces') return [];
	const byWhom = new Map<string, Send[]>();
	for (const send of sends) {
		// What Braze definitely refused may be sent again.
		if (send.fate === 'refused') continue;
		const { campaign_id: campaign } = send.request.body as IDataObject;
		const whom = isBroadcast(ask.form) ? [`the audience of ${String(campaign)}`] : peopleIn(send);
		for (const one of whom) byWhom.set(one, [...(byWhom.get(one) ?? []), send]);
	}
	return [...byWhom].flatMap(([whom, all]) =>
		all.slice(1).map((send, index) => {
			const how = howTwice(ask, all[index], send);
			const check = isBroadcast(ask.form) ? `an audience twice ${how}` : `twice ${how}`;
			const fates = all.map(({ fate }) => fate).join(', then ');
			return violation(check as Check, `${whom} was sent ${all.length} times: ${fates}`);
		}),
	);
}

function howTwice({ around }: Ask, earlier: Send, later: Send): string {
	if (earlier.execution !== later.execution) return `by ${later.execution.how}`;
	const [first, second] = [earlier, later].map((send) => tryOf(send.execution, send.request));
	if (first === second) return 'within one try';
	if (first.run === second.run) return 'by Retry On Fail';
	return around.loop > 0 ? 'by a loop pass' : 'by the error output led back';
}

// Nobody by accident

const UNUSABLE: Record<string, Check> = {
	credential: 'sent with an unusable credential',
	option: 'sent with an unusable option',
	'Preview Only finds nothing': 'sent though Preview Only finds nothing',
	'Preview Only differs': 'sent though Preview Only differs',
};

function judgePermission(ask: Ask, sends: Send[]): Violation[] {
	if (sends.length === 0) return [];
	return passesOf(ask).flatMap((pass, number) => {
		const isInPass = ({ execution, request }: Send) =>
			!isBroadcast(ask.form) || ask.around.loop === 0 || tryOf(execution, request).run === number;
		const own = pass.flatMap((index) => sendsFor(ask, index, sends)).filter(isInPass);
		if (own.length === 0) return [];
		const reason = unusable(ask, pass);
		if (reason) return [violation(UNUSABLE[reason], `${own.length} requests left`)];
		if (isPreview(ask, pass)) {
			const check =
				ask.form.preview === 'asOneExpression'
					? 'sent though options come as one expression'
					: 'a preview is sent';
			return [violation(check, `${own.length} requests left`)];
		}
		return judgeWrongItems(ask, pass, sends, own);
	});
}

function judgeWrongItems(ask: Ask, pass: number[], sends: Send[], own: Send[]): Violation[] {
	const wrong = pass.filter((index) => ![undefined, 'open'].includes(wrongWith(ask, index)));
	if (wrong.length === 0) return [];
	const isAlone = isBroadcast(ask.form) && (pass.length > 1 || ask.around.loop > 0);
	const sent = wrong.filter((index) => !isAlone && sendsFor(ask, index, sends).length > 0);
	if (sent.length > 0) {
		return sent.map((index) => {
			const reason = wrongWith(ask, index);
			return violation(`sent though wrong: ${reason}` as Check, `item ${index} was sent`);
		});
	}
	const isStopped = ask.around.onError === 'stop';
	return isStopped && own.length > 0 && !isAlone
		? [violation('sent beside a wrong item', `item ${wrong[0]} is wrong, and others were sent`)]
		: [];
}

// The right time and campaign

function judgeContent(ask: Ask, sends: Send[]): Violation[] {
	if (isBroadcast(ask.form) && ask.items.length > 1) return [];
	return ask.items.flatMap((_, index) =>
		wrongWith(ask, index)
			? []
			: sendsFor(ask, index, sends).flatMap((send) => judgeSend(ask, index, send)),
	);
}

function judgeSend(ask: Ask, index: number, { execution, request }: Send): Violation[] {
	const { schedule, campaign_id: campaign } = request.body as IDataObject;
	const time = Date.parse((schedule as { time: string }).time);
	const [from, to] = timesOf(ask, index, execution.between);
	return [
		...(time < from || time > to
			? [violation('at the wrong time', `item ${index} went to Braze for ${iso(time)}`)]
			: []),
		...(campaignsOf(ask, index).includes(String(campaign))
			? []
			: [violation('sent to the wrong campaign', `item ${index} went to ${String(campaign)}`)]),
	];
}

const iso = (time: number) => new Date(time).toISOString();

// Honest results

function judgeResult(asked: Asked, sends: Send[], braze: Sandbox): Violation[] {
	const { ask } = asked;
	const { result } = asked.executions[asked.executions.length - 1];
	const runs = runsOf(result, passesOf(ask));
	const found = runs.flatMap((run, number) =>
		judgeRun(asked, run, number, sends, braze, runs.length),
	);
	if (!result.finished) {
		if (ask.around.onError !== 'stop') {
			return [violation('fails in spite of Continue', errorText(result))];
		}
		found.push(...judgeError(asked, sends));
	}
	return found;
}

function judgeError({ ask, executions }: Asked, sends: Send[]): Violation[] {
	const { result } = executions[executions.length - 1];
	const text = errorText(result);
	if (text.length < 10) return [violation('fails without words', `the error is "${text}"`)];
	const unknown = ask.items.findIndex((_, index) => stateOf(ask, index, sends) === 'unknown');
	const isInvalid = ask.items.some((_, index) => wrongWith(ask, index));
	return unknown >= 0 && !isInvalid && !/unknown/i.test(text)
		? [violation('the error hides an unknown outcome', `item ${unknown}; the error is "${text}"`)]
		: [];
}

/** What the requests of an item show about it; `none` if no request left. */
function stateOf(ask: Ask, index: number, sends: Send[]): Fate | 'none' | 'mixed' {
	const own = sendsFor(ask, index, sends);
	const fates = new Set(own.map(({ fate }) => fate));
	if (fates.size === 0) return 'none';
	if (namesOf(ask, index).length > 50 || isBroadcast(ask.form)) {
		return fates.size === 1 ? [...fates][0] : 'mixed';
	}
	if (fates.has('accepted')) return 'accepted';
	return fates.has('unknown') ? 'unknown' : 'refused';
}

function judgeRun(
	asked: Asked,
	run: NodeRun,
	number: number,
	sends: Send[],
	braze: Sandbox,
	of: number,
): Violation[] {
	const { ask } = asked;
	// Only the last run has the place of an item that was connected back.
	const isLatest = ask.around.onError !== 'ledBack' || number === of - 1;
	return run.items.flatMap((index) => {
		const rows = run.rows.filter(({ items }) => items.includes(index));
		if (rows.length === 0) {
			return [violation('no result for an item', `item ${index} has none in run ${number}`)];
		}
		return [
			...judgeCount(ask, index, rows),
			...rows.flatMap((row) => judgeRow(asked, run, index, row, sends, braze, isLatest)),
			...judgeWhole(ask, index, rows, sends),
		];
	});
}

function judgeCount(ask: Ask, index: number, rows: Row[]): Violation[] {
	if (rows.length === 1 || namesOf(ask, index).length > 50) return [];
	return [violation('several results for an item', `item ${index} has ${rows.length}`)];
}

const DONE = ['scheduled', 'queued'];
const isDone = ({ json, failed }: Row) => !failed && DONE.includes(String(json.status));

/** If every row of an item reports success, Braze has all its recipients. */
function judgeWhole(ask: Ask, index: number, rows: Row[], sends: Send[]): Violation[] {
	if (!rows.every(isDone)) return [];
	const accepted = sendsFor(ask, index, sends).filter(({ request }) => request.accepted);
	const missing = namesOf(ask, index).find(
		(name) => !accepted.some((send) => peopleIn(send).includes(name)),
	);
	return missing || accepted.length === 0
		? [violation('lost without an error', `item ${index}: Braze has nothing for ${missing}`)]
		: [];
}

const MOST_WARNINGS = 20;

function judgeRow(
	asked: Asked,
	run: NodeRun,
	index: number,
	row: Row,
	sends: Send[],
	braze: Sandbox,
	isLatest: boolean,
): Violation[] {
	const { ask } = asked;
	const wrong = unusable(ask, run.items) ?? wrongWith(ask, index);
	if (row.failed) return judgeFailure(asked, index, row, wrong, sends, isLatest);
	const { status, warnings } = row.json;
	if (typeof status !== 'string') {
		const brief = JSON.stringify(row.json).slice(0, 120);
		return [violation('an item comes out as it came in', `item ${index} came out as ${brief}`)];
	}
	const count = Array.isArray(warnings) ? warnings.length : 0;
	const found =
		count > MOST_WARNINGS ? [violation('warnings multiply', `${count} in one row`)] : [];
	if (ask.around.onError === 'stop' && wrong && wrong !== 'open') return found;
	if (isDone(row)) {
		found.push(...judgeDone(ask, index, row, sends, braze));
	}
	return found;
}

function judgeDone(
	ask: Ask,
	index: number,
	{ json }: Row,
	sends: Send[],
	braze: Sandbox,
): Violation[] {
	const id = json.schedule_id;
	const known = braze.schedules.find(({ schedule_id }) => schedule_id === id);
	if (id && (!known || known.state === 'canceled')) {
		return [violation('called done, but not at Braze', `item ${index}, ${String(id)}`)];
	}
	const accepted = sendsFor(ask, index, sends).filter(({ request }) => request.accepted);
	return judgeLateness(index, json, id, accepted);
}

function judgeLateness(
	index: number,
	{ warnings }: IDataObject,
	id: unknown,
	accepted: Send[],
): Violation[] {
	// Several parts, of which one may be late: the row only identifies the request if it is the only
	// one.
	if (accepted.length !== 1 || !id) return [];
	const [{ request }] = accepted;
	const { time } = (request.body as { schedule: { time: string } }).schedule;
	const isLate = Date.parse(time) < Date.parse(request.at);
	return isLate && !/past|passed|late/i.test(JSON.stringify(warnings))
		? [violation('late without a warning', `item ${index}: left ${request.at} for ${time}`)]
		: [];
}

function judgeFailure(
	{ ask, executions, isLimited }: Asked,
	index: number,
	{ json }: Row,
	wrong: string | undefined,
	sends: Send[],
	isLatest: boolean,
): Violation[] {
	const found: Violation[] = [];
	const { outcome } = json;
	const words = `${String(json.error)} ${String(json.message)}`;
	if (typeof json.error !== 'string' || typeof json.message !== 'string' || words.length < 20) {
		found.push(violation('fails without words', `item ${index}: ${JSON.stringify(json)}`));
	}
	if (ask.around.onError === 'stop') {
		found.push(violation('a failure is no error', `item ${index}: ${words}`));
	}
	if (!isLatest) return found;
	const state = stateOf(ask, index, sends);
	if (wrong === undefined && state === 'accepted') {
		found.push(violation('called failed, but Braze has it', `item ${index}: ${words}`));
	}
	if (wrong === undefined && state === 'none') {
		// A request that finds a closed window may represent the ones behind it.
		const isClosed = sends.some(({ request }) => request.status === 429);
		if (!isClosed) found.push(violation('a good item fails', `item ${index}: ${words}`));
	}
	const isOnlyLimit =
		isLimited && !executions.some(({ requests }) => requests.some(({ faults }) => faults.length));
	if (isOnlyLimit && state === 'refused') {
		const check = 'given up though the window opens in time';
		found.push(violation(check, `item ${index}: ${words}`));
	}
	return [...found, ...judgeOutcome(index, outcome, wrong, state)];
}

function judgeOutcome(
	index: number,
	outcome: unknown,
	wrong: string | undefined,
	state: Fate | 'none' | 'mixed',
): Violation[] {
	if (!['refused', 'unknown', 'invalid'].includes(String(outcome))) {
		return [violation('a failed item has no outcome', `item ${index}: ${String(outcome)}`)];
	}
	if (wrong === 'open' || state === 'mixed' || state === 'accepted') return [];
	const right = wrong ? 'invalid' : state === 'none' ? 'refused' : state;
	return outcome === right
		? []
		: [violation('a failed item has the wrong outcome', `item ${index}: ${String(outcome)}`)];
}
