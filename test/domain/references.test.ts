import fc from 'fast-check';

import { dueOf, planFor, spanOf } from '../../nodes/BrazeSchedule/domain/references';
import type { Intent, Known, Plan, Wish } from '../../nodes/BrazeSchedule/domain/references';

const NOW = Date.UTC(2026, 10, 20, 12);
const SOON = '2026-11-27T09:00:00+01:00';
const LATER = '2026-11-28T09:00:00+01:00';
const PAST = '2026-11-19T09:00:00+01:00';

const at = (time: string) => ({ time, mode: 'exact' as const });

const known = (over: Partial<Known> = {}): Known => {
	const due = { ...at(SOON), ...over };
	return {
		state: 'scheduled',
		deed: over.state === 'deleted' ? 'delete' : 'create',
		scheduleId: 's-1',
		shared: 1,
		content: 'same',
		overAt: due.time === '' ? undefined : spanOf(due)[1],
		...due,
	};
};

const wish = (intent: Intent, over: Partial<Wish> = {}): Wish => ({
	intent,
	due: at(SOON),
	content: 'same',
	...over,
});

/** What it does, in a word. */
function inAWord(plan: Plan): string {
	if (plan.do === 'nothing') return plan.status;
	return plan.do === 'refuse' ? plan.as : plan.do;
}

const decided = (one: Wish, other?: Known, now = NOW) => inAWord(planFor(one, other, now));

const later = { due: at(LATER) };
const otherContent = { content: 'other' };
const deleted = known({ state: 'deleted' });
const sent = known(at(PAST));

describe('what a request under a reference does', () => {
	test.each<[string, Wish, Known | undefined, string]>([
		['create: nothing is remembered', wish('create'), undefined, 'create'],
		['create: waiting', wish('create'), known(), 'skipped'],
		['create: waiting at another time', wish('create', later), known(), 'skipped'],
		['create: deleted, the same time', wish('create'), deleted, 'skipped'],
		['create: deleted, another time', wish('create', later), deleted, 'create'],
		['create: sent, the same request again', wish('create', { due: at(PAST) }), sent, 'skipped'],
		['create: sent, a new time ahead', wish('create'), sent, 'create'],
		[
			'create: sent, another time that has passed',
			wish('create', { due: at('2026-11-18T09:00:00Z') }),
			sent,
			'skipped',
		],
		['upsert: nothing is remembered', wish('upsert'), undefined, 'create'],
		['upsert: nothing differs', wish('upsert'), known(), 'unchanged'],
		['upsert: another time', wish('upsert', later), known(), 'update'],
		['upsert: other content', wish('upsert', otherContent), known(), 'replace'],
		['upsert: both', wish('upsert', { ...later, ...otherContent }), known(), 'replace'],
		['upsert: deleted, the same time', wish('upsert'), deleted, 'skipped'],
		['upsert: deleted, another time', wish('upsert', later), deleted, 'create'],
		['update: nothing is remembered', wish('update'), undefined, 'not_found'],
		['update: the same time', wish('update'), known(), 'unchanged'],
		['update: another time', wish('update', later), known(), 'update'],
		['update: deleted', wish('update', later), deleted, 'not_found'],
		['update: sent', wish('update'), sent, 'not_found'],
		['delete: nothing is remembered', wish('delete'), undefined, 'not_found'],
		['delete: waiting', wish('delete'), known(), 'delete'],
		['delete: deleted', wish('delete'), deleted, 'not_found'],
		['delete: sent', wish('delete'), sent, 'not_found'],
	])('%s', (_, asked, remembered, expected) => {
		expect(decided(asked, remembered)).toBe(expected);
	});

	test('the same moment with another offset is the same time; on another clock it is not', () => {
		const berlin = known();
		expect(decided(wish('upsert', { due: at('2026-11-27T08:00:00Z') }), berlin)).toBe('unchanged');
		const local = { time: '2026-11-27T09:00:00', mode: 'local' as const };
		expect(decided(wish('upsert', { due: local }), berlin)).toBe('update');
		expect(decided(wish('upsert', { due: local }), known(local))).toBe('unchanged');
		expect(decided(wish('upsert', { due: { ...local, mode: 'optimal' } }), known(local))).toBe(
			'update',
		);
	});

	test('a schedule with a handle says which one it is', () => {
		expect(planFor(wish('create'), known(), NOW)).toMatchObject({ scheduleId: 's-1' });
		expect(planFor(wish('upsert', later), known(), NOW)).toMatchObject({ scheduleId: 's-1' });
	});

	test('a skipped create at another time says how to move it', () => {
		const { warnings } = planFor(wish('create', later), known(), NOW) as { warnings: string[] };
		expect(warnings).toEqual([
			`It stays scheduled for ${SOON}. To move it to the time of this item, use the operation 'Create or Update'`,
		]);
	});
});

describe('less than five minutes before its time', () => {
	const close = Date.parse(SOON) - 4 * 60_000;

	test('nothing is replaced, and a warning says so', () => {
		const plan = planFor(wish('upsert', otherContent), known(), close);
		expect(plan).toMatchObject({ do: 'nothing', status: 'unchanged' });
		expect(plan).toHaveProperty('warnings', [
			expect.stringContaining('keeps the old ones') as string,
		]);
	});

	test('it is still moved', () => {
		expect(planFor(wish('upsert', { ...later, ...otherContent }), known(), close)).toMatchObject({
			do: 'update',
			warnings: [expect.stringContaining('keeps the old ones')],
		});
	});

	test('local time begins 14 hours before its clock in UTC', () => {
		const local = { time: '2026-11-27T09:00:00', mode: 'local' as const };
		const asked = wish('upsert', { due: local, ...otherContent });
		const first = Date.parse('2026-11-26T19:00:00Z');
		expect(decided(asked, known(local), first - 6 * 60_000)).toBe('replace');
		expect(decided(asked, known(local), first - 4 * 60_000)).toBe('unchanged');
	});
});

describe('event time', () => {
	const event = (eventTime: number) => ({ eventTime });

	test.each<[string, Wish, Known, string]>([
		['an older move', wish('upsert', { ...later, ...event(1) }), known(event(2)), 'ignored'],
		['an older cancellation', wish('delete', event(1)), known(event(2)), 'ignored'],
		[
			'an older creation',
			wish('create', event(1)),
			known({ state: 'deleted', ...event(2) }),
			'ignored',
		],
		[
			'a newer one at the same time',
			wish('upsert', event(3)),
			known({ state: 'deleted', ...event(2) }),
			'create',
		],
		[
			'a newer one behind a trace',
			wish('upsert', event(3)),
			known({ state: 'deleted', time: '', scheduleId: '', ...event(2) }),
			'create',
		],
		[
			'none, behind a trace',
			wish('upsert'),
			known({ state: 'deleted', time: '', scheduleId: '', ...event(2) }),
			'create',
		],
		[
			'counted from now, without an event time, behind a trace',
			wish('create', { fromNow: true }),
			known({ state: 'deleted', time: '', scheduleId: '', ...event(2) }),
			'create',
		],
		[
			'a newer one for what was sent',
			wish('create', { due: at(PAST), ...event(3) }),
			known({ ...at(PAST), ...event(2) }),
			'skipped',
		],
		['the same event again', wish('upsert', event(2)), known(event(2)), 'unchanged'],
		[
			'booked and canceled at one moment',
			wish('upsert', event(2)),
			known({ state: 'deleted', ...event(2) }),
			'ignored',
		],
		[
			'the same event again, whose replacement was refused',
			wish('upsert', event(2)),
			known({ state: 'deleted', deed: 'replace', time: '', scheduleId: '', ...event(2) }),
			'create',
		],
		['canceled and booked at one moment', wish('delete', event(2)), known(event(2)), 'delete'],
		[
			'canceled twice at one moment',
			wish('delete', event(2)),
			known({ state: 'deleted', ...event(2) }),
			'not_found',
		],
		[
			'booked at the moment of a cancellation of unknown outcome',
			wish('upsert', event(2)),
			known({ state: 'unknown', deed: 'delete', ...event(2) }),
			'ignored',
		],
		[
			'booked later than a cancellation of unknown outcome',
			wish('upsert', event(3)),
			known({ state: 'unknown', deed: 'delete', ...event(2) }),
			'replace',
		],
		[
			'booked without an event time, behind a cancellation of unknown outcome',
			wish('upsert'),
			known({ state: 'unknown', deed: 'delete', ...event(2) }),
			'replace',
		],
		[
			'the same event again, of whose replacement the first half is unknown',
			wish('upsert', event(2)),
			known({ state: 'unknown', deed: 'replace', ...event(2) }),
			'replace',
		],
		[
			'canceled at the moment of a replacement whose first half is unknown',
			wish('delete', event(2)),
			known({ state: 'unknown', deed: 'replace', ...event(2) }),
			'delete',
		],
	])('%s', (_, asked, remembered, expected) => {
		expect(decided(asked, remembered)).toBe(expected);
	});

	test('of any two events the later one decides, whichever arrives first', () => {
		const intents = fc.constantFrom<Intent>('upsert', 'delete');
		fc.assert(
			fc.property(intents, intents, fc.boolean(), (first, second, isTie) => {
				const one = wish(first, event(1));
				const two = wish(second, event(isTie ? 1 : 2));
				const arrive = (a: Wish, b: Wish) => afterwards(b, afterwards(a, undefined));
				const isScheduled = (state?: Known) => state?.state === 'scheduled';
				expect(isScheduled(arrive(one, two))).toBe(isScheduled(arrive(two, one)));
			}),
		);
	});
});

/** What is remembered once a request was carried out. */
function afterwards(asked: Wish, before: Known | undefined): Known | undefined {
	const plan = planFor(asked, before, NOW);
	const { eventTime = before?.eventTime } = asked;
	if (plan.do === 'nothing' && plan.status === 'ignored') return before;
	if (asked.intent === 'delete') {
		return known({ ...(before ?? { time: '', scheduleId: '' }), state: 'deleted', eventTime });
	}
	return known({ ...asked.due, state: 'scheduled', content: asked.content, eventTime });
}

describe('a schedule that holds other references too', () => {
	const shared = known({ shared: 3 });

	test.each<[string, Wish, string]>([
		['moved', wish('update', later), 'refused'],
		['moved by an upsert', wish('upsert', later), 'refused'],
		['canceled', wish('delete'), 'refused'],
		['replaced', wish('upsert', otherContent), 'refused'],
		['replaced for everyone', wish('upsert', { ...otherContent, forEveryone: true }), 'refused'],
		['moved for everyone', wish('update', { ...later, forEveryone: true }), 'update'],
		['canceled for everyone', wish('delete', { forEveryone: true }), 'delete'],
		['left as it is', wish('upsert'), 'unchanged'],
	])('%s', (_, asked, expected) => {
		expect(decided(asked, shared)).toBe(expected);
	});

	test('the refusal says how many others are in it', () => {
		const { message } = planFor(wish('delete'), shared, NOW) as { message: string };
		expect(message).toContain('holds the recipients of 2 other references too');
		const { message: one } = planFor(wish('delete'), known({ shared: 2 }), NOW) as {
			message: string;
		};
		expect(one).toContain('of 1 other reference too');
	});
});

describe('a schedule for which Braze returned no ID', () => {
	const nameless = known({ scheduleId: '' });

	test.each<[string, Wish, string]>([
		['created again', wish('create', later), 'skipped'],
		['left as it is', wish('upsert'), 'unchanged'],
		['left at its time', wish('update'), 'unchanged'],
		['moved', wish('update', later), 'refused'],
		['moved by an upsert', wish('upsert', later), 'refused'],
		['replaced', wish('upsert', otherContent), 'refused'],
		['canceled', wish('delete'), 'refused'],
	])('%s', (_, asked, expected) => {
		expect(decided(asked, nameless)).toBe(expected);
	});
});

describe('an unknown outcome', () => {
	const unknown = (deed: Known['deed'], over: Partial<Known> = {}) =>
		known({ state: 'unknown', deed, ...over });

	test.each<[string, Wish, Known, string]>([
		['create after a create', wish('create'), unknown('create', { scheduleId: '' }), 'unknown'],
		[
			'upsert after a create',
			wish('upsert', later),
			unknown('create', { scheduleId: '' }),
			'unknown',
		],
		[
			'update after a create',
			wish('update', later),
			unknown('create', { scheduleId: '' }),
			'unknown',
		],
		['delete after a create', wish('delete'), unknown('create', { scheduleId: '' }), 'unknown'],
		[
			'upsert after a replacement',
			wish('upsert'),
			unknown('replace', { scheduleId: '' }),
			'unknown',
		],
		['create after an update', wish('create'), unknown('update'), 'skipped'],
		['upsert after an update', wish('upsert'), unknown('update'), 'update'],
		['update after an update', wish('update'), unknown('update'), 'update'],
		['delete after an update', wish('delete'), unknown('update'), 'delete'],
		['create after a delete', wish('create'), unknown('delete'), 'unknown'],
		['upsert after a delete', wish('upsert'), unknown('delete'), 'replace'],
		// Braze may accept a move of what it has canceled, so an answer wouldn't say whether it's there.
		['update after a delete', wish('update', later), unknown('delete'), 'unknown'],
		['delete after a delete', wish('delete'), unknown('delete'), 'delete'],
		['create after the first half of a replacement', wish('create'), unknown('replace'), 'unknown'],
		['upsert after the first half of a replacement', wish('upsert'), unknown('replace'), 'replace'],
		['update after the first half of a replacement', wish('update'), unknown('replace'), 'unknown'],
		['delete after the first half of a replacement', wish('delete'), unknown('replace'), 'delete'],
	])('%s', (_, asked, remembered, expected) => {
		expect(decided(asked, remembered)).toBe(expected);
	});

	test('of a create it never becomes free by age', () => {
		const ages = Date.UTC(2030, 0, 1);
		const asked = wish('upsert', { due: at('2030-02-01T09:00:00Z') });
		expect(decided(asked, unknown('create', { scheduleId: '' }), ages)).toBe('unknown');
	});

	test('of an update it is over once the schedule has reached either time', () => {
		const ages = Date.UTC(2030, 0, 1);
		const asked = wish('upsert', { due: at('2030-02-01T09:00:00Z') });
		expect(decided(asked, unknown('update'), ages)).toBe('create');
	});

	describe('of an update: at whichever time it is due, it is not replaced too close to it', () => {
		const moved = (from: string, to: string) =>
			unknown('update', { ...at(to), overAt: Date.parse(LATER), otherTimes: [at(from)] });
		const replaces = (minutesBefore: number, remembered: Known) =>
			decided(
				wish('upsert', { ...later, content: 'other' }),
				remembered,
				Date.parse(SOON) - minutesBefore * 60_000,
			);

		test.each([
			['the old one', moved(SOON, LATER)],
			['the new one', moved(LATER, SOON)],
		])('%s', (_, remembered) => {
			expect(replaces(6, remembered)).toBe('replace');
			expect(replaces(4, remembered)).toBe('update');
			// One of both is reached or has passed, and the other is ahead.
			expect(replaces(0, remembered)).toBe('replace');
			expect(replaces(-1, remembered)).toBe('replace');
		});
	});

	test('a canceled schedule is not replaced too close to its time', () => {
		const close = Date.parse(SOON) - 60_000;
		expect(decided(wish('upsert'), unknown('delete'), close)).toBe('unknown');
	});
});

test('what Braze gets is read back as what is due', () => {
	expect(dueOf({ time: SOON })).toEqual({ time: SOON, mode: 'exact' });
	expect(dueOf({ time: '2026-11-27T09:00:00', in_local_time: true }).mode).toBe('local');
	const optimal = dueOf({ time: '2026-11-27T00:00:00', at_optimal_time: true });
	expect(spanOf(optimal).map((end) => new Date(end).toISOString())).toEqual([
		'2026-11-26T10:00:00.000Z',
		'2026-11-28T12:00:00.000Z',
	]);
});
