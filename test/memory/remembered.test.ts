import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import type { Schedule } from '../../nodes/BrazeSchedule/domain/schedule';
import {
	knownOf,
	laterOf,
	rememberedFrom,
	timeOf,
	timeOfMark,
} from '../../nodes/BrazeSchedule/memory/remembered';
import type { State } from '../../nodes/BrazeSchedule/memory/store';
import { EVENT, referenced } from './referenced';
import { settledRow } from './rows';

describe('when the request behind a mark was to be due', () => {
	const known = settledRow('B-1', { timeZone: 'America/New_York' });
	const open = { inZone: () => undefined };
	const update = (under = {}) => rememberedFrom(referenced(0, 'B-1', 'update', under), 'w');
	const { time, mode, timeZone, overAt } = update();
	const asMarked = { time, mode, timeZone, overAt };
	const local = { time: '2026-03-31T09:00:00', mode: 'local', timeZone: '' } as const;
	const unsaid = { time: '', mode: '', timeZone: '', overAt: known.overAt };

	test.each([
		['of the zone that was chosen', update(), known, asMarked],
		['of the same zone', update(open), settledRow('B-1'), asMarked],
		['of the same zone, as no other is known', update(open), undefined, asMarked],
		['of another zone than was thought', update(open), known, unsaid],
		[
			'of the clock of each user',
			{
				...update(open),
				...local,
				// Until its day has ended everywhere, and as long as zones are apart.
				overAt: Date.UTC(2026, 2, 31, 9 + 12 + 26),
			},
			known,
			{ ...local, overAt: Date.UTC(2026, 2, 31, 9 + 12) },
		],
		['of a cancellation', rememberedFrom(referenced(0, 'B-1', 'delete'), 'w'), known, unsaid],
	])('%s', (_, mark, settled, expected) => {
		expect(timeOfMark(mark, settled)).toMatchObject(expected);
	});
});

describe('what a draft leaves before Braze has answered', () => {
	test('of a create, all that is known of it', () => {
		const draft = referenced(0, 'B-1', 'create', {
			eventTime: EVENT,
			name: 'Reminder',
			people: ['ada', 'bob'],
		});
		const body = { ...draft.body, send_id: 'send-1' };
		expect(rememberedFrom({ ...draft, body }, 'Bookings')).toEqual({
			reference: 'B-1',
			resource: 'campaign',
			resourceId: 'c-1',
			name: 'Reminder',
			time: '2026-03-31T09:00:00+02:00',
			mode: 'exact',
			timeZone: 'Europe/Berlin',
			overAt: Date.UTC(2026, 2, 31, 7),
			recipients: 2,
			scheduleId: '',
			dispatchId: '',
			sendId: 'send-1',
			shared: 1,
			content: expect.stringMatching(/^[\w-]{22}$/),
			eventTime: EVENT,
			workflow: 'Bookings',
		});
	});

	test('of an update, its time; of a delete, not even that', () => {
		const update = rememberedFrom(referenced(0, 'B-1', 'update'), 'w');
		expect(update).toMatchObject({ time: '2026-03-31T09:00:00+02:00', content: '' });
		expect(update.recipients).toBeUndefined();
		const remove = rememberedFrom(referenced(0, 'B-1', 'delete'), 'w');
		expect(remove).toMatchObject({ time: '', mode: '', timeZone: '', content: '' });
		expect(remove.overAt).toBeUndefined();
	});

	test('of an update whose zone is not known yet, the latest moment at which it may be over', () => {
		const { overAt } = rememberedFrom(referenced(0, 'B-1', 'update'), 'w');
		const open = rememberedFrom(referenced(0, 'B-1', 'update', { inZone: () => undefined }), 'w');
		expect(open.overAt).toBe((overAt as number) + 26 * 3_600_000);
		const remove = referenced(0, 'B-1', 'delete', { inZone: () => undefined });
		expect(rememberedFrom(remove, 'w').overAt).toBeUndefined();
	});

	test('nobody can be read out of its content, and the time is no part of it', () => {
		const of = (people: string[], time?: string) =>
			rememberedFrom(referenced(0, 'B-1', 'create', { people, time }), 'w').content;
		expect(of(['ada'])).toBe(of(['ada'], '2026-04-01T07:00:00Z'));
		expect(of(['ada'])).not.toBe(of(['bob']));
		expect(JSON.stringify(rememberedFrom(referenced(0, 'B-1', 'create'), 'w'))).not.toContain(
			'ada',
		);
	});
});

test.each<[string, Schedule | undefined, object]>([
	[
		'exact',
		{ time: '2026-03-31T07:00:00Z' },
		{
			time: '2026-03-31T03:00:00-04:00',
			mode: 'exact',
			timeZone: 'America/New_York',
			overAt: Date.UTC(2026, 2, 31, 7),
		},
	],
	[
		'local',
		{ time: '2026-03-31T09:00:00', in_local_time: true },
		{
			time: '2026-03-31T09:00:00',
			mode: 'local',
			timeZone: '',
			overAt: Date.UTC(2026, 2, 31, 21),
		},
	],
	[
		'optimal',
		{ time: '2026-03-31T00:00:00', at_optimal_time: true },
		{
			time: '2026-03-31T00:00:00',
			mode: 'optimal',
			timeZone: '',
			overAt: Date.UTC(2026, 3, 1, 12),
		},
	],
	['none', undefined, { time: '', mode: '', timeZone: '' }],
])('a time as people read it, and when it is over everywhere: %s', (_, schedule, remembered) => {
	expect(timeOf({ schedule, zone: 'America/New_York' })).toEqual(remembered);
});

test('a time whose zone is unknown is in UTC', () => {
	expect(timeOf({ schedule: { time: '2026-03-31T07:00:00Z' } })).toMatchObject({
		time: expect.stringMatching(/^2026-03-31T07:00:00(Z|\+00:00)$/),
		timeZone: 'UTC',
	});
});

test.each<[State, string]>([
	['scheduled', 'scheduled'],
	['deleted', 'deleted'],
	['unknown', 'unknown'],
	['claiming', 'unknown'],
	['sending', 'unknown'],
])('a row that is %s is known as %s', (state, known) => {
	expect(knownOf({ ...settledRow('B-1', { state }), id: 1 })).toMatchObject({
		state: known,
		scheduleId: 'schedule-1',
		mode: 'exact',
	});
});

test('the trace of an event has some mode, since plans need one', () => {
	expect(knownOf({ ...settledRow('B-1', { mode: '', time: '' }), id: 1 }).mode).toBe('exact');
});

test.each([
	[undefined, undefined, undefined],
	[1, undefined, 1],
	[undefined, 0, 0],
	[1, 2, 2],
	[2, 1, 2],
])('the later one of %j and %j', (one, other, later) => {
	expect(laterOf(one, other)).toBe(later);
});

test('a Canvas is remembered as one', () => {
	const draft = referenced(0, 'B-1', 'create');
	const canvas = { ...draft, target: TARGETS.canvas, body: { canvas_id: 'v-1' } };
	expect(rememberedFrom(canvas, 'w')).toMatchObject({ resource: 'canvas', resourceId: 'v-1' });
});
