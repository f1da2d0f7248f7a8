import type { IDataObject } from 'n8n-workflow';

import { day } from '../day';
import { live } from '../live';
import {
	bodies,
	byId,
	createCampaign,
	createCanvas,
	ofEachItem,
	onboarding,
	orderReminder,
	people,
	recipients,
	SOON,
	useBraze,
	welcomeOffer,
} from './braze';
import { FakeDataTables, retryExecution } from './harness';
import type { RunNodeOptions } from './harness';
import { runsOn } from './runsOn';

const braze = useBraze();

const LATER = `${day(15)}T09:00:00`;
const B204 = { reference: 'B-204' };

const create = { ...createCampaign, ...B204 };
const upsert = { ...create, operation: 'upsert' };
const existing = {
	resource: 'campaign',
	findBy: 'reference',
	campaignId: byId(orderReminder),
	...B204,
};
const move = { ...existing, operation: 'update', scheduleMode: 'exact', time: LATER };
const cancel = { ...existing, operation: 'delete' };

let tables: FakeDataTables;
beforeEach(() => {
	tables = new FakeDataTables();
});

const { attempt, all, failure, rows } = runsOn(braze, () => tables);

const done = async (parameters: object, options: Partial<RunNodeOptions> = {}) =>
	(await all(parameters, options))[0];

/** Of an event at this hour. */
const from = (parameters: object, hour: number, more: object = {}) => ({
	...parameters,
	options: { eventTime: `2026-01-01T${String(hour).padStart(2, '0')}:00:00Z`, ...more },
});

const sent = () => braze().writes.map(({ path }) => path.split('/').at(-1));
const lose = (path: string, times = 1) =>
	braze().fault({ kind: 'dropAfter', times, match: { path } });
const refuse = (path: string) =>
	braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, match: { path } });

/** What one execution waits for, and another one makes happen. */
function event() {
	let happens = () => {};
	const happened = new Promise<void>((resolve) => {
		happens = resolve;
	});
	return { happens, happened };
}

describe('a booking, from another workflow each time', () => {
	test('is scheduled once, moved, and canceled by its reference', async () => {
		const first = await done(create);
		expect(first).toMatchObject({ status: 'scheduled', reference: 'B-204' });
		expect(await done(create)).toMatchObject({
			status: 'skipped',
			reference: 'B-204',
			schedule_id: first.schedule_id,
			schedule: first.schedule,
		});
		expect(await done(move)).toMatchObject({
			status: 'updated',
			reference: 'B-204',
			schedule_id: first.schedule_id,
		});
		expect(await done(cancel)).toMatchObject({ status: 'deleted', schedule_id: first.schedule_id });
		expect(await done(cancel)).toMatchObject({ status: 'not_found', reference: 'B-204' });
		expect(braze().writes.map(({ path }) => path.split('/').at(-1))).toEqual([
			'create',
			'update',
			'delete',
		]);
		expect(rows()).toHaveLength(1);
	});

	test('is brought to what the latest item says', async () => {
		const first = await done(upsert);
		expect(first).toMatchObject({ status: 'scheduled' });
		expect(await done(upsert)).toMatchObject({ status: 'unchanged' });
		expect(await done({ ...upsert, time: LATER })).toMatchObject({
			status: 'updated',
			schedule_id: first.schedule_id,
		});
		const replaced = await done({ ...upsert, time: LATER, recipients: recipients('bob') });
		expect(replaced).toMatchObject({ status: 'replaced', reference: 'B-204' });
		expect(replaced.schedule_id).not.toBe(first.schedule_id);
		expect(bodies(braze()).at(-1)?.recipients).toEqual([{ external_user_id: 'bob' }]);
		expect(live(braze())).toHaveLength(1);
	});
});

describe.each([
	['campaign', createCampaign, 'campaign_id', orderReminder],
	['canvas', createCanvas, 'canvas_id', onboarding],
])('The result of each operation on a %s', (resource, fields, idField, id) => {
	const { campaignId, canvasId } = { canvasId: undefined, ...fields };
	const target = { resource, campaignId, canvasId, ...B204 };
	const operations = {
		create: { ...fields, ...B204 },
		upsert: { ...fields, ...B204, operation: 'upsert' },
		move: { ...target, operation: 'update', scheduleMode: 'exact', time: LATER },
		cancel: { ...target, operation: 'delete' },
	};
	const handle = (made: IDataObject) => ({
		reference: 'B-204',
		recipients: 1,
		resource,
		[idField]: id,
		schedule_id: made.schedule_id,
		dispatch_id: made.dispatch_id,
		warnings: [],
	});

	const dueOf = ({ schedule, time, time_zone }: IDataObject) => ({ schedule, time, time_zone });

	it('is a full handle, whatever was done', async () => {
		const { create: first, upsert: bring, move: later, cancel: end } = operations;
		const made = await done(first);
		expect(made).toEqual({
			...handle(made),
			status: 'scheduled',
			recipient: 'ada',
			...dueOf(made),
			schedule_id: expect.any(String),
			dispatch_id: expect.any(String),
			message: 'success',
		});
		const recipient = 'ada';
		const skipped = { ...handle(made), recipient, ...dueOf(made), message: null };
		expect(await done(first)).toEqual({
			...skipped,
			status: 'skipped',
			reason: 'A schedule for this reference is waiting already',
		});
		expect(await done(bring)).toEqual({ ...skipped, status: 'unchanged' });
		const moved = await done(later);
		expect(moved).toEqual({
			...handle(made),
			status: 'updated',
			...dueOf(moved),
			message: 'success',
		});
		expect(moved.schedule).not.toEqual(made.schedule);
		expect(await done(later)).toMatchObject({ status: 'unchanged', schedule: moved.schedule });
		expect(await done(end)).toEqual({
			...handle(made),
			status: 'deleted',
			deleted: true,
			...dueOf(moved),
			message: 'success',
		});
		expect(await done(end)).toMatchObject({
			status: 'not_found',
			deleted: false,
			reference: 'B-204',
			reason: 'The schedule of this reference was canceled before',
		});
		expect(sent()).toEqual(['create', 'update', 'delete']);
	});

	it('is paired with its item', async () => {
		await done(operations.create);
		const { outputs } = await attempt(
			{ ...operations.upsert, reference: '={{ $json.id }}', recipients: ofEachItem },
			{ items: ['B-1', 'B-204', 'B-2'].map((one) => ({ id: one, external_user_id: 'ada' })) },
		);
		expect(
			outputs[0].map(({ json, pairedItem }) => [json.reference, json.status, pairedItem]),
		).toEqual([
			['B-1', 'scheduled', { item: 0 }],
			['B-204', 'unchanged', { item: 1 }],
			['B-2', 'scheduled', { item: 2 }],
		]);
	});
});

describe('A reference', () => {
	it('belongs to one campaign or Canvas', async () => {
		await done(create);
		expect(await done({ ...create, campaignId: byId(welcomeOffer) })).toMatchObject({
			status: 'scheduled',
		});
		expect(await done({ ...createCanvas, ...B204 })).toMatchObject({ status: 'scheduled' });
		expect(await done({ ...cancel, campaignId: byId(welcomeOffer) })).toMatchObject({
			status: 'deleted',
			campaign_id: welcomeOffer,
		});
		expect(live(braze())).toHaveLength(2);
	});

	it('warns in Create if the schedule is at another time', async () => {
		const { schedule } = await done(create);
		expect(await done({ ...create, time: LATER })).toMatchObject({
			status: 'skipped',
			schedule,
			warnings: [expect.stringMatching(/^It stays scheduled for .* 'Create or Update'$/)],
		});
	});

	it('that is not found stops an update, and lets a delete go on', async () => {
		expect(await failure(move)).toMatch(
			/^No waiting schedule is remembered under the reference "B-204" \[item 0\] \| .*'If Not Found'/,
		);
		expect(await done({ ...move, ifNotFound: 'continue' })).toMatchObject({ status: 'not_found' });
		expect(await done(cancel)).toMatchObject({ status: 'not_found' });
		expect(await failure({ ...cancel, ifNotFound: 'stop' })).toMatch(/^No waiting schedule/);
		expect(braze().requests).toEqual([]);
	});

	it('that is not found is one item that failed, with Continue in both forms', async () => {
		await done({ ...create, reference: 'B-1' });
		const parameters = { ...move, reference: '={{ $json.id }}' };
		const items = [{ id: 'B-1' }, { id: 'B-2' }];
		const regular = await attempt(parameters, { items, onError: 'continueRegularOutput' });
		expect(regular.json).toMatchObject([
			{ status: 'updated', reference: 'B-1' },
			{ outcome: 'refused', reference: 'B-2', error: expect.stringContaining('"B-2"') },
		]);
		const { outputs } = await attempt(parameters, { items, onError: 'continueErrorOutput' });
		expect(outputs.map((output) => output.map(({ json }) => json.reference))).toEqual([
			['B-1'],
			['B-2'],
		]);
	});

	it.each([
		['={{ $json.nothing }}', /^'Reference' is empty \[item 0\]/],
		['={{ "B-" + $json.nothing }}', /^'Reference' is "B-undefined"/],
		['=B-{{ $json.nothing }}', /^'Reference' is "B-"/],
	])('%s is refused, and nothing is sent', async (reference, words) => {
		for (const parameters of [create, upsert, move, cancel]) {
			expect(await failure({ ...parameters, reference })).toMatch(words);
		}
		expect(braze().requests).toEqual([]);
		expect(tables.tables).toEqual([]);
	});

	it('of a list is refused if it needs more than one schedule', async () => {
		const recipientsJson = Array.from({ length: 51 }, (_, index) => ({
			external_user_id: `u${index}`,
		}));
		expect(await failure({ ...create, recipientsInput: 'json', recipientsJson })).toMatch(/50/);
		expect(braze().requests).toEqual([]);
	});

	it('works for everyone in the audience too', async () => {
		const everyone = { ...create, sendTo: 'everyone', confirmEveryone: true };
		const made = await done(everyone);
		expect(made).toMatchObject({ status: 'scheduled', recipients: null });
		expect(await done(everyone)).toMatchObject({
			status: 'skipped',
			recipients: null,
			schedule_id: made.schedule_id,
		});
		expect(await done(cancel)).toMatchObject({ status: 'deleted' });
		expect(live(braze())).toEqual([]);
	});
});

describe('A reference whose schedule was canceled', () => {
	it('is not scheduled again by the same request, but by another time', async () => {
		await done(create);
		await done(cancel);
		expect(await done(create)).toMatchObject({
			status: 'skipped',
			reason: expect.stringContaining("set 'Event Time'"),
		});
		expect(await done({ ...create, time: LATER })).toMatchObject({ status: 'scheduled' });
		expect(live(braze())).toHaveLength(1);
	});

	it('is scheduled again by a later event', async () => {
		await done(from(create, 1));
		await done(from(cancel, 2));
		expect(await done(from(create, 3))).toMatchObject({ status: 'scheduled' });
		expect(live(braze())).toHaveLength(1);
	});
});

describe('Events in any order', () => {
	it('leave a booking canceled that is made and moved late', async () => {
		expect(await done(from(cancel, 3))).toMatchObject({ status: 'not_found' });
		expect(await done(from(upsert, 1))).toMatchObject({
			status: 'ignored',
			reason: 'A later event for this reference was handled before',
		});
		expect(await done(from({ ...move, ifNotFound: 'continue' }, 2))).toMatchObject({
			status: 'ignored',
		});
		expect(await done(from(create, 1))).toMatchObject({ status: 'ignored' });
		expect(braze().requests).toEqual([]);
	});

	it.each([
		[[1, 2, 3]],
		[[1, 3, 2]],
		[[2, 1, 3]],
		[[2, 3, 1]],
		[[3, 1, 2]],
		[[3, 2, 1]],
		[[3, 3, 2, 2, 1, 1]],
	])('%j ends as the latest says', async (hours) => {
		for (const hour of hours) {
			const time = `${day(14)}T1${hour}:00:00`;
			await done(from({ ...upsert, time, recipients: recipients(`ada${hour % 2}`) }, hour));
		}
		expect(live(braze())).toMatchObject([
			{ recipients: [{ external_user_id: 'ada1' }], schedule: { time: `${day(14)}T12:00:00Z` } },
		]);
	});

	it('of one moment leave a booking canceled, though the answer to its cancellation was lost', async () => {
		await done(from(upsert, 1));
		lose('delete', 4);
		expect(await failure(from(cancel, 2))).toMatch(/unknown/);
		expect(await done(from(upsert, 2))).toMatchObject({ status: 'ignored' });
		expect(live(braze())).toEqual([]);
		expect(await done(from(cancel, 2))).toMatchObject({ status: 'deleted' });
		expect(await done(from(upsert, 3))).toMatchObject({ status: 'scheduled' });
	});

	it('replace a schedule when the same event comes again after a lost answer', async () => {
		await done(from(upsert, 1));
		lose('delete', 4);
		const other = { ...upsert, recipients: recipients('bob') };
		expect(await failure(from(other, 2))).toMatch(/unknown/);
		expect(await done(from(other, 2))).toMatchObject({ status: 'replaced' });
		expect(live(braze())).toMatchObject([{ recipients: [{ external_user_id: 'bob' }] }]);
	});

	it('of one run end as the latest says', async () => {
		const items = [2, 3, 1].map((hour) => ({
			time: `${day(14)}T1${hour}:00:00`,
			event: `2026-01-01T0${hour}:00:00Z`,
		}));
		const parameters = {
			...upsert,
			time: '={{ $json.time }}',
			options: { eventTime: '={{ $json.event }}' },
		};
		expect(await all(parameters, { items })).toMatchObject([
			{ status: 'superseded', reference: 'B-204' },
			{ status: 'scheduled', reference: 'B-204' },
			{ status: 'superseded', reference: 'B-204' },
		]);
		expect(live(braze())).toMatchObject([{ schedule: { time: `${day(14)}T12:00:00Z` } }]);
	});
});

describe('The same reference twice in one run', () => {
	const twice = [{ at: SOON }, { at: LATER }];
	const atTime = { time: '={{ $json.at }}' };

	it('is scheduled once: of a create, the first decides', async () => {
		const [first, second] = await all({ ...create, ...atTime }, { items: twice });
		expect(first).toMatchObject({ status: 'scheduled' });
		expect(second).toMatchObject({
			status: 'skipped',
			reason: expect.stringContaining('[item 0]'),
			schedule_id: first.schedule_id,
			schedule: first.schedule,
		});
		expect(live(braze())).toHaveLength(1);
	});

	it('is scheduled once: otherwise, the last decides', async () => {
		const [first, second] = await all({ ...upsert, ...atTime }, { items: twice });
		expect(first).toMatchObject({ status: 'superseded' });
		expect(second).toMatchObject({ status: 'scheduled' });
		expect(live(braze())).toMatchObject([{ schedule_id: second.schedule_id }]);
	});

	it('fails for both if Braze refuses, also when a replacement can not begin', async () => {
		const onError = 'continueRegularOutput';
		refuse('create');
		const refused = await attempt({ ...upsert, ...atTime }, { items: twice, onError });
		expect(refused.json.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
		await done(upsert);
		refuse('delete');
		const other = { ...upsert, recipients: recipients('bob') };
		const kept = await attempt(other, { items: twice, onError });
		expect(kept.json.map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
		expect(live(braze())).toHaveLength(1);
	});

	it('is shown twice in a preview', async () => {
		const parameters = { ...upsert, ...atTime, options: { previewOnly: true } };
		expect(await all(parameters, { items: twice })).toMatchObject([
			{ status: 'preview', would: 'skip', reason: expect.stringContaining('[item 1]') },
			{ status: 'preview', would: 'schedule' },
		]);
	});
});

describe('A replacement', () => {
	const other = { ...upsert, recipients: recipients('bob') };

	it('leaves the old schedule if Braze refuses to delete it', async () => {
		await done(upsert);
		refuse('delete');
		expect(await failure(other)).toMatch(/No new schedule was created in its place/);
		expect(live(braze())).toMatchObject([{ recipients: [{ external_user_id: 'ada' }] }]);
		expect(await done(other)).toMatchObject({ status: 'replaced' });
		expect(live(braze())).toMatchObject([{ recipients: [{ external_user_id: 'bob' }] }]);
	});

	it('creates nothing while it is unknown whether the old schedule is deleted', async () => {
		await done(upsert);
		lose('delete', 4);
		expect(await failure(other)).toMatch(/unknown/);
		expect(sent().filter((path) => path === 'create')).toHaveLength(1);
		expect(rows()).toMatchObject([{ state: 'unknown', deed: 'replace' }]);
		// Deleting it again is safe, and then it is known.
		expect(await done(cancel)).toMatchObject({ status: 'deleted' });
		expect(live(braze())).toEqual([]);
	});

	it('that is refused after the deletion leaves the reference free', async () => {
		await done(upsert);
		refuse('create');
		expect(await failure(other)).toMatch(
			/^Braze refused the request: No.*The old schedule of this reference was canceled before/s,
		);
		expect(live(braze())).toEqual([]);
		expect(await done(other)).toMatchObject({ status: 'scheduled' });
		expect(live(braze())).toMatchObject([{ recipients: [{ external_user_id: 'bob' }] }]);
	});

	it('does not begin less than five minutes before the time', async () => {
		const time = new Date(Date.now() + 4 * 60_000).toISOString();
		await done({ ...upsert, time });
		expect(await done({ ...other, time })).toMatchObject({
			status: 'unchanged',
			warnings: [expect.stringContaining('less than 5 minutes before its time')],
		});
		expect(live(braze())).toMatchObject([{ recipients: [{ external_user_id: 'ada' }] }]);
	});
});

describe('An unknown outcome', () => {
	it('of a create blocks another one until its row is deleted', async () => {
		lose('create');
		expect(await failure(create)).toMatch(
			/so the outcome is unknown.*delete all rows of its reference in the data table/,
		);
		for (const parameters of [create, upsert, cancel]) {
			expect(await failure(parameters)).toMatch(
				/^It's unknown whether the schedule of this reference was scheduled, .* delete all its rows in the data table 'Braze schedules'/,
			);
		}
		expect(sent()).toEqual(['create']);
		expect(rows()).toMatchObject([{ state: 'unknown', reference: 'B-204' }]);
		tables.table('Braze schedules').rows = [];
		expect(await done(create)).toMatchObject({ status: 'scheduled' });
	});

	it.each([
		['update', move, 'updated'],
		['delete', cancel, 'deleted'],
	])('of an %s is sent again', async (path, parameters, status) => {
		const made = await done(create);
		lose(path, 4);
		expect(await failure(parameters)).toMatch(/unknown/);
		expect(rows()).toMatchObject([{ state: 'unknown' }]);
		expect(await done(parameters)).toMatchObject({ status, schedule_id: made.schedule_id });
		expect(rows()).toHaveLength(1);
	});

	it('of a delete can be deleted again, or replaced, but not moved', async () => {
		await done(create);
		lose('delete', 4);
		await failure(cancel);
		expect(await failure(move)).toMatch(
			/^It's unknown whether the schedule of this reference was canceled, .* Run 'Delete' for this reference again/,
		);
		expect(sent()).not.toContain('update');
		expect(await done(upsert)).toMatchObject({ status: 'replaced' });
		expect(live(braze())).toHaveLength(1);
	});

	describe.each([
		['a bad request', 400, 0],
		['a wrong key', 401, 0],
		['a long wait', 429, 3_600],
	])('of an update, and then %s:', (_, status, wait) => {
		it.each([
			['a delete', cancel],
			['a replacement', { ...upsert, recipients: recipients('bob') }],
		])('%s is refused, and can be repeated', async (__, parameters) => {
			await done(create);
			lose('update', 4);
			await failure(move);
			const headers = { 'X-RateLimit-Reset': Math.ceil(Date.now() / 1000) + wait };
			braze().fault({ kind: 'status', status, headers, match: { path: 'delete' } });
			const { json } = await attempt(parameters, { onError: 'continueRegularOutput' });
			expect(json).toMatchObject([{ outcome: 'refused' }]);
			expect(JSON.stringify(json)).not.toMatch(/unknown|probably/);
			expect(rows()).toMatchObject([{ state: 'unknown', deed: 'update' }]);
			expect(await done(move)).toMatchObject({ status: 'updated' });
		});
	});

	it('reports the reference of the item', async () => {
		lose('create');
		const { json } = await attempt(create, { onError: 'continueRegularOutput' });
		expect(json).toMatchObject([{ outcome: 'unknown', reference: 'B-204' }]);
	});
});

describe('Combined items with references', () => {
	const items = ['ada', 'bob', 'cy'].map((id) => ({ external_user_id: id, id: `B-${id}` }));
	const combined = (combine = 'perItem') => ({
		...createCampaign,
		recipients: ofEachItem,
		reference: '={{ $json.id }}',
		options: { combine },
	});

	it('share a schedule, which one of them alone can neither move nor cancel', async () => {
		const made = await all(combined(), { items });
		expect(made.map(({ status, reference }) => [status, reference])).toEqual(
			items.map(({ id }) => ['scheduled', id]),
		);
		expect(live(braze())).toHaveLength(1);
		for (const parameters of [cancel, move]) {
			expect(await failure({ ...parameters, reference: 'B-bob' })).toMatch(
				/holds the recipients of 2 other references too.*'Move or Cancel for Everyone in It'/,
			);
		}
		const forEveryone = { reference: 'B-bob', options: { forEveryone: true } };
		expect(await done({ ...move, ...forEveryone })).toMatchObject({
			status: 'updated',
			schedule_id: made[0].schedule_id,
		});
		expect(await done({ ...cancel, ...forEveryone })).toMatchObject({ status: 'deleted' });
		expect(live(braze())).toEqual([]);
	});

	it('are moved and canceled together, and all of them are remembered so', async () => {
		const [{ schedule_id: id }] = await all(combined(), { items });
		const forEveryone = { options: { forEveryone: true } };
		const list = { resource: 'campaign', operation: 'getAll', returnAll: true };
		const listed = async () =>
			(await all(list)).map(({ reference, status, schedule }) => [reference, status, schedule]);
		const { schedule } = await done({ ...move, ...forEveryone, reference: 'B-bob' });
		expect(live(braze())).toMatchObject([{ schedule_id: id, schedule }]);
		const references = items.map((item) => item.id);
		expect((await listed()).sort()).toEqual(references.map((one) => [one, 'scheduled', schedule]));
		expect(await done({ ...move, ...forEveryone, reference: 'B-cy' })).toMatchObject({
			status: 'unchanged',
		});
		const json = await all(
			{ ...cancel, ...forEveryone, reference: '={{ $json.id }}' },
			{ items: items.slice(0, 2) },
		);
		expect(json).toMatchObject([
			{ status: 'deleted', deleted: true, reference: 'B-ada', schedule_id: id },
			{ status: 'deleted', deleted: true, reference: 'B-bob', schedule_id: id },
		]);
		expect(sent()).toEqual(['create', 'update', 'delete']);
		expect((await listed()).map(([reference, status]) => [reference, status]).sort()).toEqual(
			references.map((one) => [one, 'deleted']),
		);
		expect(await done({ ...cancel, reference: 'B-cy' })).toMatchObject({ status: 'not_found' });
	});

	it('come out as one item for the schedule, and those that were there before alone', async () => {
		await all(combined(), { items: items.slice(0, 1) });
		const json = await all(combined('perSchedule'), { items });
		expect(json.map(({ status, recipients: count }) => [status, count])).toEqual([
			['skipped', 1],
			['scheduled', 2],
		]);
	});
});

describe('A preview', () => {
	const preview = (parameters: object) => done({ ...parameters, options: { previewOnly: true } });

	it('shows what would be done, and neither sends nor writes anything', async () => {
		expect(await preview(upsert)).toMatchObject({
			status: 'preview',
			would: 'schedule',
			reference: 'B-204',
			recipients: 1,
		});
		await done(upsert);
		const before = JSON.stringify(rows());
		expect(await preview(create)).toMatchObject({
			status: 'preview',
			would: 'skip',
			reason: 'A schedule for this reference is waiting already',
			request: null,
		});
		expect(await preview({ ...upsert, time: LATER })).toMatchObject({
			would: 'update',
			request: { path: '/campaigns/trigger/schedule/update' },
		});
		expect(await preview({ ...upsert, recipients: recipients('bob') })).toMatchObject({
			would: 'replace',
			request: { path: '/campaigns/trigger/schedule/create' },
		});
		expect(await preview(cancel)).toMatchObject({ would: 'delete' });
		expect(sent()).toEqual(['create']);
		expect(JSON.stringify(rows())).toBe(before);
	});

	it('shows a replacement once, though a combined schedule comes in a later round', async () => {
		const ofItems = { ...upsert, recipients: ofEachItem, reference: '={{ $json.id }}' };
		const item = (id: string, external_user_id: string) => ({ id, external_user_id });
		const items = [item('B-1', 'ada'), item('B-2', 'bob'), item('B-3', 'cy')];
		await all(ofItems, { items: items.slice(0, 1) });
		await all({ ...ofItems, options: { combine: 'perItem' } }, { items: items.slice(1) });
		const json = await all(
			{ ...ofItems, time: LATER, options: { previewOnly: true, forEveryone: true } },
			{ items: [item('B-1', 'dan'), items[1]] },
		);
		expect(json.map(({ reference, would }) => [reference, would])).toEqual([
			['B-1', 'replace'],
			['B-2', 'update'],
		]);
	});
});

describe('A retry', () => {
	const items = people('ada', 'grace');
	const parameters = {
		...create,
		recipients: ofEachItem,
		reference: '={{ $json.external_user_id }}',
	};
	const refuseGrace = (times: number) =>
		braze().fault({
			kind: 'status',
			status: 400,
			times,
			match: { bodyIncludes: 'grace' },
		} as never);

	it('by Retry On Fail reports what the first try did', async () => {
		refuseGrace(1);
		const json = await all(parameters, { items, retryOnFail: { maxTries: 2, waitMs: 1 } });
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'scheduled']);
		expect(braze().schedulesPerPerson()).toEqual({
			'external_user_id:ada': 1,
			'external_user_id:grace': 1,
		});
	});

	it.each([
		['scheduled', 'create', {}, ['scheduled', 'scheduled']],
		['rescheduled', 'update', { time: LATER }, ['updated', 'updated']],
		[
			'replaced',
			'create',
			{ propertiesInput: 'json', propertiesJson: { room: 7 } },
			['replaced', 'scheduled'],
		],
	])('by the button reports what the first try did: %s', async (what, path, changes, statuses) => {
		const bring = { ...parameters, operation: 'upsert' };
		if (what !== 'scheduled') await all(bring, { items });
		braze().fault({ kind: 'status', status: 400, match: { path }, skip: 1 });
		const options = { concurrency: 1 };
		const failed = await attempt({ ...bring, ...changes, options }, { items });
		expect(failed.error?.description).toContain('You can safely retry this execution');
		const first = live(braze()).find(({ recipients: [{ external_user_id: id }] }) => id === 'ada');
		const { json } = await retryExecution(failed);
		expect(json.map(({ status }) => status)).toEqual(statuses);
		expect(json[0]).toMatchObject({
			reference: 'ada',
			schedule_id: first?.schedule_id,
			warnings: [`Already ${what} by an earlier try of this execution. Not sent again`],
		});
		expect(live(braze())).toHaveLength(2);
	});

	it('of an update by reference names the schedule, though the reference was moved since', async () => {
		await all(parameters, { items });
		braze().fault({ kind: 'status', status: 400, match: { path: 'update' }, skip: 1 });
		const moves = {
			...move,
			reference: '={{ $json.external_user_id }}',
			options: { concurrency: 1 },
		};
		const failed = await attempt(moves, { items });
		expect(failed.error?.description).toMatch(/1 of 2 rescheduled, 1 not rescheduled/);
		const retried = await retryExecution(failed);
		expect(retried.json).toMatchObject([
			{ status: 'updated', reference: 'ada', schedule_id: expect.any(String) },
			{ status: 'updated', reference: 'grace', schedule_id: expect.any(String) },
		]);
	});
});

describe('A retry of a cancellation', () => {
	it('gives the full handle of what the first try canceled', async () => {
		const reference = '={{ $json.external_user_id }}';
		const items = people('ada', 'grace');
		await all({ ...create, recipients: ofEachItem, reference }, { items });
		const [ada] = live(braze());
		braze().fault({ kind: 'status', status: 400, match: { path: 'delete' }, skip: 1 });
		const cancels = { ...cancel, reference, options: { concurrency: 1 } };
		const failed = await attempt(cancels, { items });
		expect(failed.error).toBeDefined();
		const { json } = await retryExecution(failed);
		expect(json).toMatchObject([
			{
				status: 'deleted',
				reference: 'ada',
				schedule_id: ada.schedule_id,
				schedule: { time: ada.schedule.time },
				recipients: 1,
				dispatch_id: expect.any(String),
			},
			{ status: 'deleted', reference: 'grace' },
		]);
	});
});

describe('A reference that is a field of the item', () => {
	const VALUES = [
		'B-1',
		' B-1 ',
		'={{ 1 }}',
		'',
		7,
		2 ** 53,
		1.5,
		true,
		null,
		['B-1'],
		{ id: 'B-1' },
	];

	it.each(['$json.id', '$json["id"]', "$json['id']", ' $json.id '])(
		'is what n8n makes of it: %s',
		async (field) => {
			const items = [...VALUES.map((id) => ({ id })), {}].map((json) => ({
				...json,
				external_user_id: 'ada',
			}));
			const heard = async (reference: string) => {
				tables = new FakeDataTables();
				const parameters = { ...create, recipients: ofEachItem, reference };
				const { json } = await attempt(parameters, { items, onError: 'continueRegularOutput' });
				return json.map(({ status, reference: found, error }) => ({ status, found, error }));
			};
			// In parentheses, it's evaluated.
			const expected = await heard('={{ ($json.id) }}');
			expect(await heard(`={{${field}}}`)).toEqual(expected);
			expect(expected.map(({ found }) => found).filter(Boolean)).toContain('7');
		},
	);
});

describe('Executions at the very same moment', () => {
	it.each([
		['create', create, ['scheduled', 'skipped']],
		['upsert', upsert, ['scheduled', 'unchanged']],
	])('schedule once: %s', async (_, parameters, statuses) => {
		const results = await Promise.all([done(parameters), done(parameters)]);
		expect(results.map(({ status }) => status).sort()).toEqual(statuses);
		expect(live(braze())).toHaveLength(1);
		expect(rows()).toHaveLength(1);
	});

	it('say so if the reference stays taken', async () => {
		const [isAtWork, isFree] = [event(), event()];
		let isHeld = false;
		const before = async () => {
			// Its request has left, so this is the first one, which wants to write down the answer.
			if (isHeld || sent().length === 0) return;
			isHeld = true;
			isAtWork.happens();
			await isFree.happened;
		};
		tables = new FakeDataTables({ before });
		const first = done(create);
		await isAtWork.happened;
		expect(await failure({ ...create, options: { maximumWait: 1 } })).toMatch(
			/^Another execution is working on the reference "B-204", so nothing was sent for this item/,
		);
		isFree.happens();
		expect(await first).toMatchObject({ status: 'scheduled' });
	});
});

describe('The tallies of a run', () => {
	it('say what was done by Create or Update', async () => {
		const parameters = {
			...upsert,
			reference: '={{ $json.id }}',
			recipients: ofEachItem,
			time: '={{ $json.at }}',
		};
		const item = (id: string, who: string, at = SOON) => ({ id, external_user_id: who, at });
		await all(parameters, { items: ['B-1', 'B-2', 'B-3'].map((id) => item(id, 'ada')) });
		const items = [
			item('B-0', 'ada'),
			item('B-1', 'ada', LATER),
			item('B-2', 'bob'),
			item('B-3', 'ada'),
		];
		const { hints, json } = await attempt(parameters, { items });
		expect(json.map(({ status }) => status)).toEqual([
			'scheduled',
			'updated',
			'replaced',
			'unchanged',
		]);
		expect(hints.map(({ message }) => message)).toEqual([
			'1 item scheduled, 1 rescheduled, 1 replaced. 1 item unchanged.',
		]);
	});

	it('say in an error what was done and what was not', async () => {
		const parameters = { ...create, reference: '={{ $json.id }}', options: { concurrency: 1 } };
		await done({ ...create, reference: 'B-1' });
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1 });
		expect(await failure(parameters, { items: ['B-1', 'B-2', 'B-3'].map((id) => ({ id })) })).toBe(
			'Braze refused the request: No [item 2] | This request scheduled nothing. 1 of 3 scheduled, 1 skipped, 1 not scheduled (item 2). The first item is item 0. You can safely retry this execution.',
		);
	});
});

describe('Get Many', () => {
	it('lists what is remembered, and its items feed Update and Delete', async () => {
		await all(
			{ ...create, reference: '={{ $json.id }}' },
			{ items: [{ id: 'B-1' }, { id: 'B-2' }] },
		);
		await done({ ...cancel, reference: 'B-2' });
		const list = { resource: 'campaign', operation: 'getAll', returnAll: true };
		expect(await all(list)).toMatchObject([
			{ reference: 'B-1', status: 'scheduled', campaign_id: orderReminder },
			{ reference: 'B-2', status: 'deleted' },
		]);
		const found = await all({ ...list, filters: { reference: 'b-1' } });
		expect(found).toHaveLength(1);
		const byScheduleId = { resource: 'campaign', operation: 'delete', findBy: 'scheduleId' };
		expect(await all(byScheduleId, { items: found })).toMatchObject([
			{
				status: 'deleted',
				warnings: [
					`This schedule has the reference "B-1", and the node doesn't remember this change under it. Set 'Find By' to 'Reference' instead`,
				],
			},
		]);
		expect(live(braze())).toEqual([]);
	});

	it('finds a local and an optimal time on its own day, and in the order of their times', async () => {
		const christmas = [
			{ id: 'eve, optimal', mode: 'optimal', at: '2030-12-24' },
			{ id: 'eve, exact', mode: 'exact', at: '2030-12-24T17:00:00' },
			{ id: 'eve, local', mode: 'local', at: '2030-12-24T18:00:00' },
			{ id: 'day, exact', mode: 'exact', at: '2030-12-25T09:00:00' },
		];
		for (const { id, mode, at } of christmas) {
			await done({ ...create, reference: id, scheduleMode: mode, time: at, date: at });
		}
		const on = async (day: string) =>
			await all({
				...{ resource: 'campaign', operation: 'getAll' },
				filters: { after: `${day}T00:00:00`, before: `${day}T23:59:59` },
			});
		const found = (await on('2030-12-24')).map(({ reference }) => reference);
		expect(found).toEqual(['eve, optimal', 'eve, exact', 'eve, local']);
		expect((await on('2030-12-25')).map(({ reference }) => reference)).toEqual(['day, exact']);
		expect(await on('2030-12-23')).toEqual([]);
	});

	it('lists what may still be sent first, and what is over the other way around', async () => {
		const ids = ['late', 'soon', 'canceled soon', 'canceled late'];
		const items = ids.map((id) => ({ id, time: id.includes('late') ? LATER : SOON }));
		const each = { ...create, reference: '={{ $json.id }}', time: '={{ $json.time }}' };
		await all(each, { items });
		for (const reference of ids.slice(2)) await done({ ...cancel, reference });
		const list = { resource: 'campaign', operation: 'getAll' };
		expect((await all(list)).map(({ reference }) => reference)).toEqual([
			'soon',
			'late',
			'canceled late',
			'canceled soon',
		]);
	});
});

describe('The data table', () => {
	it('that n8n 1 can not create is one clear sentence, and nothing is sent', async () => {
		tables = new FakeDataTables({ isOld: true });
		const words = /^This version of n8n can't create the data table/;
		for (const parameters of [create, upsert, move, cancel]) {
			expect(await failure(parameters)).toMatch(words);
		}
		expect(await failure({ resource: 'campaign', operation: 'getAll' })).toMatch(words);
		expect(braze().requests).toEqual([]);
	});

	it('that lost a column is one clear sentence, and nothing is sent', async () => {
		await done(create);
		const table = tables.table('Braze schedules');
		table.columns = table.columns.filter(({ name }) => name !== 'schedule_id');
		expect(await failure({ ...create, reference: 'B-9' })).toMatch(/'Braze schedules'/);
		expect(sent()).toEqual(['create']);
	});

	it('whose row was edited by hand is unknown, and the next create is blocked', async () => {
		await done(create);
		rows()[0].state = 'whatever';
		expect(await failure(create)).toMatch(/^It's unknown/);
		expect(sent()).toEqual(['create']);
	});

	it.each([
		['by its name', { dataTable: 'Reminders' }, 'Reminders'],
		['by its ID', {}, undefined],
	])('that was chosen %s is the one that the messages name', async (_, chosen, name) => {
		await done({ ...create, reference: 'B-1', options: { dataTable: 'Reminders' } });
		const { id } = tables.table('Reminders');
		const options = name ? chosen : { dataTableId: id };
		lose('create');
		await failure({ ...create, options });
		expect(await failure({ ...create, options })).toContain(
			`delete all its rows in the data table '${name ?? id}'`,
		);
	});

	it('whose row was deleted by hand has forgotten the reference', async () => {
		await done(create);
		tables.table('Braze schedules').rows = [];
		expect(await done(cancel)).toMatchObject({ status: 'not_found' });
	});
});
