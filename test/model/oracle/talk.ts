/** Checks an agent's answers, turn by turn, against the state of Braze right after each turn. */
import type { IDataObject } from 'n8n-workflow';

import type { RequestRecord } from '../../../sandbox';
import { momentOf } from '../commands/agent';
import type { Answer, Call, Turn } from '../commands/agent';
import { fateOf } from '../faults';
import type { Execution } from '../world';
import { violation } from './checks';
import type { Violation } from './checks';

export function judgeTalk(turns: Turn[], { requests }: Execution): Violation[] {
	return turns.flatMap((turn, index) => {
		const until = turns[index + 1]?.before ?? Infinity;
		const sent = requests.filter(({ number }) => number > turn.before && number <= until);
		return [...judgeCreates(turn, sent), ...turn.answers.flatMap((one) => judgeAnswer(turn, one))];
	});
}

const isFor = ({ body, path }: RequestRecord, { person, hour }: Call): boolean => {
	if (!path.endsWith('/create')) return false;
	const { recipients, schedule } = body as {
		recipients: IDataObject[];
		schedule: { time: string };
	};
	return recipients[0].external_user_id === person && Date.parse(schedule.time) === momentOf(hour);
};

const SAYS_SO = /memory|earlier|already|before|again|repeat/i;

/** Identical calls in one turn count as one. */
function judgeCreates({ answers }: Turn, sent: RequestRecord[]): Violation[] {
	const byArguments = new Map<string, Answer[]>();
	for (const answer of answers) {
		if (answer.call.tool !== 'Create') continue;
		const key = `${answer.call.person} at ${answer.call.hour}`;
		byArguments.set(key, [...(byArguments.get(key) ?? []), answer]);
	}
	return [...byArguments].flatMap(([key, same]) => {
		const sends = sent.filter(
			(request) => isFor(request, same[0].call) && fateOf(request) !== 'refused',
		);
		if (sends.length > 1) {
			const check = same.length > 1 ? 'twice by tool calls at once' : 'twice by tool calls';
			return [violation(check, `${key} was sent ${sends.length} times in one turn`)];
		}
		const done = same.filter(({ response }) => response[0]?.status === 'scheduled');
		const silent = done.filter(({ response }) => !SAYS_SO.test(JSON.stringify(response)));
		return silent.length > sends.length
			? [
					violation(
						'an answer from memory does not say so',
						`${key}: ${silent.length} answers for ${sends.length} requests`,
					),
				]
			: [];
	});
}

function judgeAnswer(turn: Turn, { call, scheduleId, response, failed }: Answer): Violation[] {
	const [answer = {}] = response;
	const words = JSON.stringify(answer);
	const name = `${call.tool} of ${call.person} at ${call.hour}`;
	if (failed !== undefined) {
		return [violation('a tool call is answered without words', `${name} throws: ${failed}`)];
	}
	const { status } = answer;
	if (status === undefined) {
		return words.length < 20
			? [violation('a tool call is answered without words', `${name}: ${words}`)]
			: [];
	}
	const id = call.tool === 'Create' ? answer.schedule_id : scheduleId;
	const now = turn.schedules.find(({ schedule_id }) => schedule_id === id);
	if (status === 'deleted') {
		return now?.state === 'canceled'
			? []
			: [violation('a change that was asked for is not made', `${name}: it is ${now?.state}`)];
	}
	if (status !== 'scheduled') return [];
	const isContested =
		turn.answers.filter((other) => other.scheduleId !== undefined && other.scheduleId === id)
			.length > 1;
	if (isContested || (call.tool === 'Create' && isTouched(turn, id))) return [];
	// An agent has moved it since, or may have canceled it: no time is said.
	if (call.tool === 'Create' && answer.time === null && /later call moved it/.test(words))
		return [];
	if (now?.state === 'scheduled' && now.time === momentOf(call.hour)) return [];
	const found = `${name}: it is ${now?.state} for ${now && new Date(now.time).toISOString()}`;
	return call.tool === 'Create'
		? [violation('an answer from memory is no longer true', found)]
		: // The sandbox answers an update of a canceled schedule; the node has no record of it.
			now?.state === 'canceled'
			? []
			: [violation('a change that was asked for is not made', found)];
}

/** A later create may return a schedule that the same turn moves. */
const isTouched = ({ answers }: Turn, id: unknown): boolean =>
	answers.some(({ scheduleId }) => scheduleId !== undefined && scheduleId === id);
