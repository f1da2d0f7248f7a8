import { checkCloseness } from '../../nodes/BrazeSchedule/domain/checkCloseness';
import { composeDelete, composeUpdate } from '../../nodes/BrazeSchedule/domain/drafts';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import { planFor, spanOf } from '../../nodes/BrazeSchedule/domain/references';
import type { Due, Intent, Known, Wish } from '../../nodes/BrazeSchedule/domain/references';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';

const NOW = Date.UTC(2026, 10, 20, 12);
const inMinutes = (minutes: number) => new Date(NOW + minutes * 60_000).toISOString();
const at = (minutes: number): Due => ({ time: inMinutes(minutes), mode: 'exact' });
const FAR = at(10_000);
const warn = { minutes: 15, stop: false };
const stop = { minutes: 15, stop: true };

const BEST_EFFORT =
	'So close to the send time, Braze makes no promise: a change may apply to only some users';
const IS_15 = "'Too Close to Send Time' is 15 minutes";

const known = (due: Due, more: Partial<Known> = {}): Known => ({
	state: 'scheduled',
	deed: 'create',
	scheduleId: 's-1',
	shared: 1,
	content: 'same',
	overAt: spanOf(due)[1],
	...due,
	...more,
});
const wish = (intent: Intent, more: Partial<Wish> = {}): Wish => ({
	intent,
	due: intent === 'delete' ? undefined : FAR,
	content: 'same',
	tooClose: warn,
	...more,
});

describe('Under a reference', () => {
	it.each<[Intent, string]>([
		['update', 'update'],
		['delete', 'delete'],
		['upsert', 'update'],
	])('%s: a schedule that is close is changed with a warning', (intent, does) => {
		expect(planFor(wish(intent), known(at(14)), NOW)).toMatchObject({
			do: does,
			warnings: [`The time of the schedule is 14 minutes away, and ${IS_15}. ${BEST_EFFORT}`],
		});
	});

	it.each<[Intent, string]>([
		['update', 'move'],
		['delete', 'cancel'],
		['upsert', 'move'],
	])('%s: or not at all', (intent, verb) => {
		expect(planFor(wish(intent, { tooClose: stop }), known(at(14)), NOW)).toEqual({
			do: 'refuse',
			as: 'refused',
			message: `The time of the schedule is 14 minutes away, and ${IS_15}`,
			hint: `${BEST_EFFORT}. To ${verb} it anyway, set 'If Too Close' to 'Warn' under 'Options'`,
		});
	});

	it.each<Intent>(['update', 'delete', 'upsert'])(
		'%s: one that is not close is changed',
		(intent) => {
			const plan = planFor(wish(intent, { tooClose: stop }), known(at(15)), NOW);
			expect('warnings' in plan ? plan.warnings : []).toEqual([]);
			expect(plan.do).toBe(intent === 'delete' ? 'delete' : 'update');
		},
	);

	it('the new time counts too', () => {
		const near = wish('update', { due: at(3), tooClose: stop });
		expect(planFor(near, known(FAR), NOW)).toMatchObject({
			do: 'refuse',
			message: `The new time is 3 minutes away, and ${IS_15}`,
		});
	});

	it('a replacement counts by the old time, and not by the new one', () => {
		const other = { content: 'other' };
		expect(planFor(wish('upsert', { ...other, due: at(3) }), known(FAR), NOW)).toEqual({
			do: 'replace',
			scheduleId: 's-1',
		});
		expect(planFor(wish('upsert', { ...other, tooClose: stop }), known(at(14)), NOW).do).toBe(
			'refuse',
		);
		expect(planFor(wish('upsert', other), known(at(14)), NOW)).toMatchObject({
			do: 'replace',
			warnings: [expect.stringContaining('14 minutes away')],
		});
	});

	it('keeps what else there is to say', () => {
		expect(planFor(wish('upsert', { content: 'other' }), known(at(4)), NOW)).toMatchObject({
			do: 'update',
			warnings: [
				expect.stringContaining('less than 5 minutes before its time'),
				expect.stringContaining('4 minutes away'),
			],
		});
	});

	it('a new schedule, and one that stays as it is, are never too late', () => {
		const near = { due: at(3), tooClose: stop };
		expect(planFor(wish('upsert', near), undefined, NOW)).toEqual({ do: 'create' });
		expect(planFor(wish('upsert', near), known(at(3)), NOW).do).toBe('nothing');
	});

	it.each<[number, string]>([
		[1.9, 'is 1 minute away'],
		[0.9, 'is less than a minute away'],
	])('%d minutes before', (minutes, words) => {
		const plan = planFor(wish('delete'), known(at(minutes)), NOW);
		expect(plan).toHaveProperty('warnings.0', expect.stringContaining(words));
	});

	it('a local time counts from the first time zone on', () => {
		const local = (hoursAhead: number): Known =>
			known({ time: inMinutes(hoursAhead * 60).slice(0, 19), mode: 'local' });
		expect(planFor(wish('delete'), local(14.1), NOW)).toMatchObject({
			warnings: [
				`The time of the schedule is 6 minutes away in the first time zone, and ${IS_15}. ${BEST_EFFORT}`,
			],
		});
		expect(planFor(wish('delete'), local(13), NOW)).toMatchObject({
			warnings: [
				expect.stringContaining('The time of the schedule has been reached in the first time zone'),
			],
		});
		expect(planFor(wish('delete'), local(15), NOW)).not.toHaveProperty('warnings');
	});

	it.each(['', 'soon'])('says what was not checked if its time is "%s"', (time) => {
		const row = known({ time, mode: 'exact' }, { overAt: undefined });
		expect(planFor(wish('delete', { tooClose: stop }), row, NOW)).toMatchObject({
			do: 'delete',
			warnings: [
				"'Too Close to Send Time' was not checked, because the time of the schedule is not known",
			],
		});
		expect(planFor(wish('update', { tooClose: stop }), row, NOW)).toMatchObject({
			do: 'update',
			warnings: [
				"'Too Close to Send Time' was only checked for the new time, because the old one is not known",
			],
		});
	});
});

describe('By its ID', () => {
	const existing = { item: 0, target: TARGETS.campaign, id: 'c-1', scheduleId: 's-1' };
	const incoming = (minutes: number, schedule_id = 's-1') => ({
		schedule_id,
		schedule: { time: inMinutes(minutes) },
	});
	const canceled = (limit: typeof warn | undefined, item: object) =>
		checkCloseness(composeDelete(existing), limit, item as never, NOW);
	const moved = (limit: typeof warn, item: object, minutes = 10_000) =>
		checkCloseness(
			composeUpdate(existing, { time: inMinutes(minutes) }, noFindings()),
			limit,
			item as never,
			NOW,
		);

	it('the incoming item says when a schedule is due', () => {
		expect(canceled(warn, incoming(14)).warnings).toEqual([
			`The time of the schedule is 14 minutes away, and ${IS_15}. ${BEST_EFFORT}`,
		]);
		// What stops the item isn't said a second time as a warning.
		expect(canceled(stop, incoming(14))).toMatchObject({
			warnings: [],
			tooClose: { hint: expect.stringContaining('To cancel it anyway') },
		});
		expect(moved(stop, incoming(14)).tooClose?.hint).toContain('To move it anyway');
		expect(moved(stop, incoming(9000), 3).tooClose?.message).toContain('The new time is 3 minutes');
		expect(canceled(stop, incoming(15))).toEqual(composeDelete(existing));
		expect(canceled(warn, incoming(0)).warnings).toEqual([
			expect.stringMatching(/^The time of the schedule has been reached, and /),
		]);
	});

	it.each([
		['another schedule', incoming(1, 's-2')],
		['no time', { schedule_id: 's-1' }],
		['no ID', { schedule: { time: inMinutes(1) } }],
		['a time that is none', { schedule_id: 's-1', schedule: { time: 'soon' } }],
		['a time that is no text', { schedule_id: 's-1', schedule: { time: 1 } }],
	])('an item with %s does not', (_, item) => {
		const { warnings, tooClose } = canceled(stop, item);
		expect(tooClose).toBeUndefined();
		expect(warnings).toEqual([expect.stringContaining('was not checked')]);
		expect(moved(stop, item).warnings).toEqual([
			expect.stringContaining('only checked for the new'),
		]);
	});

	it('nothing is checked without the option', () => {
		expect(canceled(undefined, incoming(1))).toEqual(composeDelete(existing));
	});
});
