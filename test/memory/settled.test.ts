import type { Referenced } from '../../nodes/BrazeSchedule/domain/underReference';
import { settledFrom, traceOf } from '../../nodes/BrazeSchedule/memory/settled';
import type { Story } from '../../nodes/BrazeSchedule/memory/settled';
import { rememberedFrom } from '../../nodes/BrazeSchedule/memory/remembered';
import type { Row } from '../../nodes/BrazeSchedule/memory/store';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';
import { refused, unknown } from '../transport/context';
import { accepted } from '../transport/tries';
import { EVENT, referenced } from './referenced';
import { settledRow } from './rows';

const NOW = Date.UTC(2026, 2, 1, 12);
const draft = referenced(0, 'B-1', 'upsert', { eventTime: EVENT });
const wanted = rememberedFrom(draft, 'Bookings');
/** At another time, with other content, by another workflow. */
const known: Row = {
	...settledRow('B-1', { eventTime: EVENT - 1, workflow: 'Older', shared: 3 }),
	id: 1,
};

const story = (more: Partial<Story>): Story => ({
	...{ draft, wanted, deed: 'create', outcome: accepted('s-2'), shared: 1, now: NOW },
	...more,
});

const UNKNOWN_NOTE = 'Since 2026-03-01T12:00:00.000Z: m';
const newSchedule = { time: '2026-03-31T09:00:00+02:00', mode: 'exact', overAt: wanted.overAt };
const oldSchedule = { time: known.time, overAt: known.overAt, scheduleId: 'schedule-1', shared: 3 };

test('the name that is known of a campaign stays, if an item gives only its ID', () => {
	const nameOf = (more: Partial<Story>) => settledFrom(story(more))?.name;
	expect(nameOf({ known })).toBe('Booking reminder');
	expect(nameOf({ known, wanted: { ...wanted, name: 'Renamed' } })).toBe('Renamed');
	expect(nameOf({})).toBe('');
});

describe('a create', () => {
	test('that Braze accepted is remembered with its IDs', () => {
		expect(settledFrom(story({ shared: 2 }))).toEqual({
			...wanted,
			scheduleId: 's-2',
			dispatchId: 'd-1',
			shared: 2,
			state: 'scheduled',
			note: '',
			deed: 'create',
		});
	});

	test.each([
		['s-9', 's-9'],
		[undefined, 'own'],
	])('has the send ID of Braze (%j), or the one it asked for', (send_id, sendId) => {
		const outcome = { ...accepted(), body: { send_id } } as Outcome;
		expect(settledFrom(story({ wanted: { ...wanted, sendId: 'own' }, outcome }))).toMatchObject({
			sendId,
			scheduleId: '',
			dispatchId: '',
		});
	});

	test('of unknown outcome is remembered as it would be, without an ID', () => {
		expect(settledFrom(story({ outcome: unknown, known }))).toMatchObject({
			...newSchedule,
			state: 'unknown',
			deed: 'create',
			scheduleId: '',
			note: UNKNOWN_NOTE,
		});
	});

	test.each([
		['was refused', refused],
		['was never sent', undefined],
	])('that %s leaves the reference as it was', (_, outcome) => {
		expect(settledFrom(story({ outcome }))).toBeUndefined();
		expect(settledFrom(story({ outcome, known }))).toBeUndefined();
	});

	test('keeps the latest event time', () => {
		const later = { ...known, eventTime: EVENT + 1 };
		expect(settledFrom(story({ known }))?.eventTime).toBe(EVENT);
		expect(settledFrom(story({ known: later }))?.eventTime).toBe(EVENT + 1);
	});
});

describe('an update', () => {
	const update = (outcome?: Outcome, more: Partial<Story> = {}) =>
		settledFrom(story({ deed: 'update', known, outcome, ...more }));

	test('that Braze accepted has the new time, and everything else as it was', () => {
		expect(update(accepted())).toMatchObject({
			...{ ...oldSchedule, ...newSchedule },
			content: known.content,
			recipients: known.recipients,
			workflow: 'Bookings',
			name: known.name,
			eventTime: EVENT,
			state: 'scheduled',
			deed: 'update',
			note: '',
		});
	});

	test('of unknown outcome has the new time, and is over when both times are', () => {
		const expected = { state: 'unknown', deed: 'update', note: UNKNOWN_NOTE };
		expect(update(unknown)).toMatchObject({
			...{ ...oldSchedule, ...newSchedule },
			overAt: known.overAt,
			...expected,
		});
		const sooner = { ...known, overAt: wanted.overAt! - 1 };
		expect(update(unknown, { known: sooner })).toMatchObject({ overAt: wanted.overAt });
	});

	test('of unknown outcome keeps every time at which it may still be due', () => {
		const old = { time: known.time, mode: 'exact' } as const;
		const first = update(unknown);
		expect(first).toMatchObject({ time: newSchedule.time, otherTimes: [old] });
		const again = update(unknown, { known: { ...known, ...first } });
		expect(again?.otherTimes).toEqual([old, { time: newSchedule.time, mode: 'exact' }]);
		const over = { ...known, time: '2026-03-01T12:00:00Z' };
		expect(update(unknown, { known: over })?.otherTimes).toEqual([]);
		const done = update(accepted(), { known: { ...known, ...first } });
		expect(done?.otherTimes).toBeUndefined();
	});

	test('that was refused or never sent changes nothing', () => {
		expect([update(refused), update(undefined)]).toEqual([undefined, undefined]);
	});
});

describe('a delete', () => {
	const remove = (outcome?: Outcome) =>
		settledFrom(story({ deed: 'delete', known: { ...known, state: 'unknown' }, outcome }));

	test('that Braze accepted keeps the schedule as a deleted one', () => {
		expect(remove(accepted())).toMatchObject({ ...oldSchedule, state: 'deleted', note: '' });
	});

	test('of unknown outcome keeps its ID, so that it can be repeated', () => {
		expect(remove(unknown)).toMatchObject({
			...oldSchedule,
			state: 'unknown',
			deed: 'delete',
			note: UNKNOWN_NOTE,
		});
	});

	test('that was refused or never sent changes nothing', () => {
		expect([remove(refused), remove(undefined)]).toEqual([undefined, undefined]);
	});
});

describe('a replacement', () => {
	const replace = (deleted?: Outcome, outcome?: Outcome) =>
		settledFrom(story({ deed: 'replace', known, deleted, outcome }));

	test.each([
		['refused', refused],
		['never sent', undefined],
	])('whose first half was %s changes nothing', (_, deleted) => {
		expect(replace(deleted)).toBeUndefined();
	});

	test('whose first half is unknown keeps the old schedule, so that it can be repeated', () => {
		expect(replace(unknown)).toMatchObject({ ...oldSchedule, state: 'unknown', deed: 'replace' });
	});

	test('that Braze accepted is remembered as the new schedule', () => {
		expect(replace(accepted(), accepted('s-2'))).toMatchObject({
			...newSchedule,
			scheduleId: 's-2',
			state: 'scheduled',
			deed: 'replace',
		});
	});

	test('whose second half is unknown no longer has the old ID, which is gone', () => {
		expect(replace(accepted(), unknown)).toMatchObject({
			...newSchedule,
			scheduleId: '',
			state: 'unknown',
			deed: 'replace',
		});
	});

	test.each([
		['refused', refused],
		['never sent', undefined],
	])('whose second half was %s leaves no schedule', (_, outcome) => {
		expect(replace(accepted(), outcome)).toEqual({
			...traceOf({ ...wanted, name: known.name }, NOW, known),
			deed: 'replace',
		});
	});
});

test('a trace is of no schedule, and only keeps the latest event', () => {
	expect(traceOf(wanted, NOW, { ...known, eventTime: EVENT + 1 })).toEqual({
		...wanted,
		...{ time: '', mode: '', timeZone: '', overAt: NOW, recipients: undefined },
		...{ scheduleId: '', content: '', state: 'deleted', note: '', deed: 'delete' },
		eventTime: EVENT + 1,
	});
});

test('what else is kept with a mark is not written', () => {
	const withMore = { ...(draft as Referenced), wanted: { ...wanted, part: 7, claim: 'x' } };
	expect(settledFrom(story({ wanted: withMore.wanted }))).not.toMatchObject({ part: 7 });
});
