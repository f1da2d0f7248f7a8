import { dueOf, isSameTime } from '../domain/references';
import type { Draft } from '../domain/drafts';
import { decidingAfter } from '../domain/underReference';
import type { Deciding } from '../domain/underReference';
import type { Outcome, PartOutcome } from '../transport/outcome';
import { wordsForAlreadyDeleted } from '../transport/scheduleWords';
import { asDelete, asUpdate } from './cases';
import type { Case } from './cases';
import type { Wanted } from './contest';
import { timeOf } from './remembered';
import { byKey, keyOf, rememberedOf } from './rows';
import type { Row } from './store';
import { wordsForBeside, wordsForSameMove } from './words';

/** The references of a schedule that is moved or canceled for everyone in it. */
export interface Group {
	scheduleId: string;
	/** Those that items of this run have asked for. */
	own: Case[];
	/** Those that are in it as well. */
	others: Case[];
	/** Its request decides, as far as is known before all of them are claimed. */
	deciding: Case;
}

/** Whether it asks for a change of a schedule that others are in too. */
export const changesForEveryone = (one: Case): boolean =>
	(one.known?.shared ?? 1) > 1 &&
	(one.plan?.do === 'update' || one.plan?.do === 'delete' || isLaterEvent(one));

/** It asks for what is so already, but an earlier event must not change that by another reference. */
const isLaterEvent = ({ plan, known, leader }: Case): boolean =>
	leader.under.forEveryone &&
	plan?.do === 'nothing' &&
	plan.status === 'unchanged' &&
	(leader.under.eventTime ?? -Infinity) > (known?.eventTime ?? -Infinity);

/** Whether it has a say in what becomes of the schedule. */
export const hasASay = (one: Case): boolean =>
	changesForEveryone(one) ||
	(one.leader.under.forEveryone && one.plan?.do === 'nothing' && one.plan.status === 'unchanged');

export const isIn =
	(scheduleId: string) =>
	({ known }: Case): boolean =>
		known?.scheduleId === scheduleId && known.state !== 'deleted';

/** As for several items of one reference. */
export function decidingOf(cases: Case[]): Case | undefined {
	const inOrder = [...cases].sort((one, other) => one.leader.item - other.leader.item);
	let deciding: Deciding | undefined;
	for (const { leader } of inOrder) deciding = decidingAfter(deciding, leader);
	return inOrder.find(({ leader }) => leader === deciding?.draft);
}

/** All of whom the schedules of these cases hold, by what is settled. */
export function groupsOf(cases: Case[], rows: Row[], workflow: string): Group[] {
	const own = new Map<string, Case[]>();
	for (const one of cases) {
		const scheduleId = one.known?.scheduleId ?? '';
		own.set(scheduleId, [...(own.get(scheduleId) ?? []), one]);
	}
	return [...own].map(([scheduleId, its]) => {
		const keys = new Set(its.map(({ wanted }) => keyOf(wanted)));
		const settled = rows.filter((row) => row.scheduleId === scheduleId && row.part === undefined);
		const deciding = decidingOf(its) as Case;
		const others = [...byKey(settled)]
			.filter(([key]) => !keys.has(key))
			.map(([, [row]]) => caseBeside(deciding, row, workflow));
		return { scheduleId, own: its, others, deciding };
	});
}

/** No item of this run has asked for it. */
const caseBeside = ({ leader }: Case, row: Row, workflow: string): Case => ({
	leader: { ...leader, under: { ...leader.under, reference: row.reference } },
	followers: [],
	wanted: { ...rememberedOf(row), eventTime: undefined, workflow, part: 0 },
	plan: { do: 'nothing', status: 'unchanged' },
	shared: 1,
	pending: 0,
});

export interface WantedForGroup extends Wanted {
	case: Case;
	group: Group;
}

/** What is to be remembered of a whole group if its run dies. */
export const wantedFor = (group: Group): WantedForGroup[] =>
	[...group.own, ...group.others].map((one) => ({
		...one.wanted,
		...timeOf(group.deciding.leader),
		together: group.scheduleId,
		case: one,
		group,
	}));

/** Whether a run that took over would find in the marks what is about to be sent. */
export const isAsMarked = (deciding: Case, group: Group): boolean =>
	deciding.plan?.do !== 'update' ||
	JSON.stringify(timeOf(deciding.leader)) === JSON.stringify(timeOf(group.deciding.leader));

export const areOwned = (cases: Case[], owned: ReadonlySet<string>): boolean =>
	cases.every(({ wanted }) => owned.has(keyOf(wanted)));

interface Heard {
	draft: Draft;
	outcome: PartOutcome;
}

/** What an item hears for which another one has decided. */
export function heardBeside(one: Case, beside: Case, outcome: PartOutcome): Heard {
	const { leader, known } = one;
	const { item, schedule } = beside.leader;
	const isMove = leader.operation !== 'delete';
	const draft = isMove
		? asUpdate(one, known?.scheduleId ?? '')
		: asDelete(one, known?.scheduleId ?? '');
	if (outcome.kind === 'refused' || outcome.kind === 'unknown') return { draft, outcome };
	const isSame =
		!isMove ||
		(leader.schedule !== undefined &&
			schedule !== undefined &&
			isSameTime(dueOf(leader.schedule), dueOf(schedule)));
	if (!isSame) {
		return { draft, outcome: { kind: 'superseded', by: item, warning: wordsForBeside(item) } };
	}
	if (outcome.kind === 'quiet') return { draft, outcome: { ...outcome, known } };
	const warning = isMove
		? wordsForSameMove(item)
		: wordsForAlreadyDeleted({ item, operation: 'delete' });
	return outcome.kind === 'accepted'
		? {
				draft,
				outcome: { ...(outcome as Extract<Outcome, { kind: 'accepted' }>), warnings: [warning] },
			}
		: { draft, outcome: { kind: 'superseded', by: item, warning } };
}
