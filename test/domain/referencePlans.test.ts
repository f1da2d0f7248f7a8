import { planFor, spanOf } from '../../nodes/BrazeSchedule/domain/references';
import type { Due, Intent, Known, Plan, Wish } from '../../nodes/BrazeSchedule/domain/references';

const NOW = Date.UTC(2026, 10, 20, 12);
const SOON = '2026-11-27T08:00:00Z';
const LATER = '2026-11-28T08:00:00Z';
const PAST = '2026-11-19T08:00:00Z';

const at = (time: string): Due => ({ time, mode: 'exact' });

const known = (over: Partial<Known> = {}): Known => {
	const due = { ...at(SOON), ...over };
	const [, overAt] = spanOf(due);
	return {
		state: 'scheduled',
		deed: 'create',
		scheduleId: 's-1',
		shared: 1,
		content: 'same',
		overAt,
		...due,
	};
};

const wish = (intent: Intent, over: Partial<Wish> = {}): Wish => ({
	intent,
	due: at(SOON),
	content: 'same',
	...over,
});

const later = { due: at(LATER) };
const otherContent = { content: 'other' };
const deleted = known({ state: 'deleted' });
const sent = known(at(PAST));
const unknown = (deed: Known['deed']) => known({ state: 'unknown', deed });

describe('what is said when nothing is sent', () => {
	const reasonOf = (plan: Plan) => (plan.do === 'nothing' ? plan.reason : plan);

	test.each<[string, Wish, Known | undefined]>([
		[
			'A later event for this reference was handled before',
			wish('upsert', { eventTime: 1 }),
			known({ eventTime: 2 }),
		],
		['Nothing is remembered under this reference', wish('delete'), undefined],
		['The schedule of this reference was canceled before', wish('update'), deleted],
		['The schedule of this reference has reached its time', wish('update'), sent],
		[
			"A schedule for this reference and this time was canceled before. To schedule it again for the same time, set 'Event Time' under 'Options'",
			wish('create'),
			deleted,
		],
		[
			'The schedule of this reference has reached this time already',
			wish('create', { due: at(PAST) }),
			sent,
		],
		[
			'The schedule of this reference has reached its time, and the new time has passed',
			wish('create', { due: at('2026-11-18T08:00:00Z') }),
			sent,
		],
		['A schedule for this reference is waiting already', wish('create'), known()],
	])('%s', (reason, asked, remembered) => {
		expect(reasonOf(planFor(asked, remembered, NOW))).toBe(reason);
	});

	test.each<[string, Wish, Known]>([
		['create', wish('create'), known()],
		['upsert', wish('upsert'), known()],
	])('%s has no warnings if nothing differs', (_, asked, remembered) => {
		expect(planFor(asked, remembered, NOW)).toHaveProperty('warnings', []);
	});
});

describe('what is said when nothing can be sent', () => {
	const UNCERTAIN =
		"The message could go out twice. Check the analytics in Braze after its time. To free the reference, delete all its rows in the data table 'Reminders'";
	const REPEAT =
		"Run 'Delete' for this reference again: it's safe to repeat. 'Create or Update' does that too, and then creates the schedule";
	const shared = known({ shared: 2 });
	const forAll = (verb: string) =>
		`To ${verb} it for all of them, turn on 'Move or Cancel for Everyone in It' under 'Options'. To ${verb} recipients individually, create schedules without 'Combine Items'`;

	test.each<[string, Wish, Known, string]>([
		[
			"It's unknown whether the schedule of this reference was scheduled, so nothing was sent",
			wish('create'),
			unknown('create'),
			UNCERTAIN,
		],
		[
			"It's unknown whether the schedule of this reference was replaced, so nothing was sent",
			wish('upsert'),
			{ ...unknown('replace'), scheduleId: '' },
			UNCERTAIN,
		],
		[
			"It's unknown whether the schedule of this reference was canceled, so nothing was sent",
			wish('create'),
			unknown('delete'),
			REPEAT,
		],
		[
			"It's unknown whether the schedule of this reference was canceled, so nothing was sent",
			wish('update', later),
			unknown('delete'),
			REPEAT,
		],
		[
			'The schedule of this reference holds the recipients of 1 other reference too, because items were combined',
			wish('update', later),
			shared,
			forAll('move'),
		],
		[
			'The schedule of this reference holds the recipients of 1 other reference too, because items were combined',
			wish('upsert', later),
			shared,
			forAll('move'),
		],
		[
			'The schedule of this reference holds the recipients of 1 other reference too, because items were combined',
			wish('delete'),
			shared,
			forAll('cancel'),
		],
		[
			"The schedule of this reference holds the recipients of 1 other reference too, so it can't be replaced for one of them",
			wish('upsert', otherContent),
			shared,
			"Cancel it for everyone in it and create the schedules again, or create schedules without 'Combine Items'",
		],
	])('%s', (message, asked, remembered, hint) => {
		const plan = planFor(asked, remembered, NOW, 'Reminders');
		expect(plan).toMatchObject({ do: 'refuse', message, hint });
	});

	test('close to its time, it may be canceled, so that is said too', () => {
		const close = Date.parse(SOON) - 60_000;
		expect(planFor(wish('upsert'), unknown('delete'), close)).toMatchObject({
			message:
				"It's unknown whether the schedule of this reference was canceled, so nothing was sent",
		});
	});
});

test('after a move without an answer, the time before it may be too close too', () => {
	const overAt = Date.parse(LATER);
	const moved = { ...unknown('update'), ...at(LATER), overAt, otherTimes: [at(SOON)] };
	const tooClose = { minutes: 15, stop: true };
	const tenBefore = Date.parse(SOON) - 600_000;
	expect(planFor(wish('delete', { tooClose }), moved, tenBefore)).toMatchObject({
		as: 'refused',
		message: expect.stringContaining('The time of the schedule is 10 minutes away'),
	});
	const after = Date.parse(SOON) + 600_000;
	expect(planFor(wish('delete', { tooClose }), moved, after)).toMatchObject({ do: 'delete' });
});

test.each([
	['exact', at(SOON), 'less than 5 minutes before its time. It keeps'],
	[
		'local',
		{ time: '2026-11-27T09:00:00', mode: 'local' } as const,
		'less than 5 minutes before its time in the first time zone, or after it. It keeps',
	],
])('a schedule that is about to be sent keeps its content: %s', (_, due, words) => {
	const plan = planFor(wish('upsert', { ...otherContent, due }), known(due), Date.parse(SOON) - 1);
	expect(plan).toMatchObject({ warnings: [expect.stringContaining(words)] });
});

describe('at the edge', () => {
	test('a schedule is over at the very moment of its time', () => {
		const plan = planFor(wish('update', later), known(), Date.parse(SOON));
		expect(plan).toMatchObject({ status: 'not_found' });
	});

	test('a new time that is now has passed', () => {
		const plan = planFor(wish('create', later), deleted, Date.parse(LATER));
		expect(plan).toMatchObject({ status: 'skipped' });
	});

	test('five minutes before its time, a schedule is still replaced', () => {
		const plan = planFor(wish('upsert', otherContent), known(), Date.parse(SOON) - 300_000);
		expect(plan).toMatchObject({ do: 'replace' });
	});

	test('local time is over 12 hours after its clock in UTC', () => {
		const [, end] = spanOf({ time: '2026-11-27T09:00:00', mode: 'local' });
		expect(end).toBe(Date.parse('2026-11-27T21:00:00Z'));
	});

	test('an exact time is not the local time that ends at the same moment', () => {
		const local = known({ time: '2026-11-27T09:00:00', mode: 'local' });
		const exact = { due: at('2026-11-27T21:00:00Z') };
		expect(planFor(wish('update', exact), local, NOW)).toMatchObject({ do: 'update' });
	});

	test('what was canceled by an event is canceled again by the same event', () => {
		const asked = wish('delete', { eventTime: 2 });
		const remembered = known({ state: 'deleted', eventTime: 2 });
		expect(planFor(asked, remembered, NOW)).toMatchObject({ status: 'not_found' });
	});

	test('an event schedules again what was canceled without one', () => {
		const plan = planFor(wish('upsert', { eventTime: 1 }), deleted, NOW);
		expect(plan).toEqual({ do: 'create' });
	});

	test('an update without an answer is not repeated if the schedule has no ID', () => {
		const nameless = { ...unknown('update'), scheduleId: '' };
		expect(planFor(wish('update', later), nameless, NOW)).toMatchObject({ as: 'unknown' });
	});

	test('an update knows no content, and leaves a schedule without an ID at its time', () => {
		const asked = wish('update', { content: undefined });
		expect(planFor(asked, known({ scheduleId: '' }), NOW)).toMatchObject({ status: 'unchanged' });
	});
});
