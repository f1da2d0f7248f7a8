import { createCampaign, ofEachItem, run, useBraze } from './braze';
import { FakeDataTables } from './harness';
import type { RunNodeOptions } from './harness';

const braze = useBraze();

const items = [{ external_user_id: 'ada' }, { external_user_id: 'bob' }];
const perItem = { recipients: ofEachItem };
const combined = { ...perItem, options: { combine: 'perItem' } };

const hintsOf = async (parameters: object, options: Partial<RunNodeOptions> = {}) =>
	(await run(braze(), { ...createCampaign, ...parameters }, options)).hints.map(
		({ message }) => message,
	);

describe('Execution hints', () => {
	it('are absent if one item succeeded without warnings', async () => {
		expect(await hintsOf({})).toEqual([]);
	});

	it('count what was scheduled', async () => {
		expect(await hintsOf(perItem, { items })).toEqual(['2 items scheduled.']);
	});

	it('report what was combined', async () => {
		expect(await hintsOf(combined, { items })).toEqual([
			'2 items scheduled in 1 schedule; you can only move or cancel the recipients of one schedule together.',
		]);
	});

	it('report that a long list became several schedules', async () => {
		const people = Array.from({ length: 51 }, (_, index) => ({ external_user_id: `u${index}` }));
		expect(await hintsOf({ recipientsInput: 'json', recipientsJson: people })).toEqual([
			'1 item scheduled in 2 schedules.',
		]);
	});

	it('count the warnings and quote the first', async () => {
		expect(await hintsOf(combined, { items: [...items, ...items] })).toEqual([
			'4 items scheduled in 1 schedule; you can only move or cancel the recipients of one schedule together. 2 items with warnings, the first: 1 recipient is also in a later item, whose entry is used.',
		]);
		expect(await hintsOf({ time: '2020-01-01T09:00:00' })).toEqual([
			expect.stringMatching(/^1 item with a warning: .*past/),
		]);
	});

	it('report that a preview sent nothing', async () => {
		expect(await hintsOf({ options: { previewOnly: true } })).toEqual([
			expect.stringMatching(
				/^This is a preview of 1 request\. Would schedule .+\. Nothing was sent to Braze\. Remove the option 'Preview Only' to send\.$/,
			),
		]);
	});

	it('count only requests in a preview', async () => {
		const skipped = { status: 'skipped', schedule_id: null };
		const parameters = {
			operation: 'update',
			findBy: 'scheduleId',
			options: { previewOnly: true },
		};
		expect(await hintsOf(parameters, { items: [{ schedule_id: 's-1' }, skipped] })).toEqual([
			expect.stringMatching(/^This is a preview of 1 request\./),
		]);
	});

	it('distinguish what is unknown from what was not scheduled', async () => {
		braze().fault({ kind: 'dropAfter' });
		expect(await hintsOf({}, { onError: 'continueRegularOutput' })).toEqual([
			'1 item with unknown outcome.',
		]);
	});

	const people = (count: number) =>
		Array.from({ length: count }, (_, index) => ({ external_user_id: `u${index}` }));
	const list = { recipientsInput: 'json', recipientsJson: people(120) };

	it('count what was skipped, because its reference has a schedule', async () => {
		const tables = new FakeDataTables();
		const parameters = { reference: '={{ $json.external_user_id }}', recipients: ofEachItem };
		await hintsOf(parameters, { tables, items: items.slice(1) });
		expect(
			await hintsOf(parameters, { tables, items: [...items, { external_user_id: 'cy' }] }),
		).toEqual([
			'2 items scheduled. 1 item skipped, because of what is remembered under the reference.',
		]);
	});

	it('count an item of 120 recipients that Braze queued, refused or did not answer as one item', async () => {
		const onError = 'continueRegularOutput';
		braze().fault({ kind: 'queued', times: 3 });
		expect(await hintsOf(list)).toEqual([
			expect.stringMatching(/^1 item scheduled in 3 schedules\. 1 item queued by Braze\./),
		]);
		braze().fault({ kind: 'status', status: 400, times: 3 });
		expect(await hintsOf(list, { onError })).toEqual(['1 item not scheduled.']);
		braze().fault({ kind: 'dropAfter', times: 3 });
		expect(await hintsOf(list, { onError })).toEqual(['1 item with unknown outcome.']);
	});

	it('report that only a part of an item was scheduled', async () => {
		const onError = 'continueRegularOutput';
		braze().fault({ kind: 'status', status: 400 });
		expect(await hintsOf(list, { onError })).toEqual([
			'1 item scheduled in 2 schedules, but only in part.',
		]);
		const lists = [120, 1, 1].map((count) => ({ people: people(count) }));
		braze().fault({ kind: 'status', status: 400 });
		expect(
			await hintsOf(
				{ ...list, recipientsJson: '={{ $json.people }}', options: { concurrency: 1 } },
				{ onError, items: lists },
			),
		).toEqual(['3 items scheduled in 4 schedules, 1 of them only in part.']);
	});

	it.each([
		[1, '1 item already partly scheduled by an earlier try; only the rest was sent'],
		[3, '1 item already scheduled by an earlier try, and not sent again'],
	])(
		'count an item of 120 recipients that an earlier try has sent: %i requests',
		async (skip, words) => {
			const ofTwo = { ...list, recipientsJson: '={{ $json.people }}', options: { concurrency: 1 } };
			braze().fault({ kind: 'status', status: 400, skip });
			const [hint] = await hintsOf(ofTwo, {
				items: [{ people: people(120) }, { people: [{ external_user_id: 'x' }] }],
				retryOnFail: { maxTries: 2, waitMs: 1 },
			});
			expect(hint).toContain(words);
			expect(hint).not.toMatch(/\d items already/);
		},
	);

	it.each([
		['update', '1 item not rescheduled.'],
		['delete', '1 item not canceled.'],
	])('report what was not done if every item of %s is invalid', async (operation, words) => {
		const parameters = { operation, findBy: 'scheduleId', scheduleId: '={{ $json.nothing }}' };
		expect(await hintsOf(parameters, { onError: 'continueRegularOutput' })).toEqual([words]);
	});

	it('count what was skipped', async () => {
		expect(
			await hintsOf(perItem, {
				items: [...items, { external_user_id: '' }],
				onError: 'continueRegularOutput',
			}),
		).toEqual(['2 items scheduled. 1 item not scheduled.']);
	});

	const named = (name: string) => ({
		properties: { assignments: [{ id: '1', name: 'name', type: 'string', value: name }] },
	});
	const APART =
		"Not all items were combined, because 'Trigger Properties for All Recipients' differ from item to item. Put personal values into 'Trigger Properties for This Recipient', under 'Recipients'.";

	it.each([{}, { previewOnly: true }])('say why items were not combined, with %j', async (more) => {
		const options = { combine: 'perItem', ...more };
		const personal = { ...perItem, ...named('={{ $json.external_user_id }}'), options };
		expect(await hintsOf(personal, { items })).toContain(APART);
		const alike = { ...perItem, ...named('Ada'), options };
		expect(await hintsOf(alike, { items })).not.toContain(APART);
		const times = { ...alike, time: "={{ '2030-01-0' + ($itemIndex + 1) + 'T09:00:00' }}" };
		expect(await hintsOf(times, { items })).not.toContain(APART);
		const apart = { ...personal, options: more };
		expect(await hintsOf(apart, { items })).not.toContain(APART);
	});

	describe('after a click on Execute', () => {
		const manual: Partial<RunNodeOptions> = { mode: 'manual' };
		const PIN =
			'Scheduled in Braze. Pin this output before you go on: executing this node once more ';

		it('advise to pin what was scheduled', async () => {
			expect(await hintsOf({}, manual)).toEqual([`${PIN}schedules the same messages again.`]);
			const everyone = { sendTo: 'everyone', confirmEveryone: true };
			expect(await hintsOf(everyone, manual)).toEqual([`${PIN}messages the whole audience again.`]);
		});

		it('count the schedules for one audience, as nothing else connects two executions', async () => {
			const toAudience = (stringValue: string) => ({
				sendTo: 'audience',
				audience: { filter: [{ attributeName: 'plan', stringComparison: 'equals', stringValue }] },
			});
			const gold = toAudience('gold');
			// In one workflow, with one item.
			const once = { ...manual, tables: new FakeDataTables(), items: items.slice(1) };
			const pin = `${PIN}messages the whole audience again.`;
			expect(await hintsOf(gold, once)).toEqual([pin]);
			const times = (count: number) =>
				expect.stringMatching(
					new RegExp(
						`^Within \\d minutes?, this node has scheduled the same audience ${count} times\\. .+ cancel the others with 'Delete'\\. Pin this output`,
					),
				);
			expect(await hintsOf(gold, once)).toEqual([times(2)]);
			expect(await hintsOf(gold, once)).toEqual([times(3)]);
			const other = await hintsOf(toAudience('silver'), once);
			expect(other).toEqual([pin]);
			const preview = { ...gold, options: { previewOnly: true } };
			const [previewed] = await hintsOf(preview, once);
			expect(previewed).toMatch(/^This is a preview/);
			expect(await hintsOf(gold, { ...once, mode: undefined })).toEqual([]);
			const both = { ...once, items };
			const allowed = { ...gold, options: { allowRepeatedAudienceSends: true } };
			expect((await hintsOf(allowed, both)).at(-1)).toEqual(times(5));
		});

		it('do not, if executing it again schedules nothing again', async () => {
			const tables = new FakeDataTables();
			expect(await hintsOf({ reference: 'B-1' }, { ...manual, tables })).toEqual([]);
			const [preview] = await hintsOf({ options: { previewOnly: true } }, manual);
			expect(preview).toMatch(/^This is a preview/);
			braze().fault({ kind: 'status', status: 400, body: { message: 'No' } });
			const failed = await hintsOf({}, { ...manual, onError: 'continueRegularOutput' });
			expect(failed).toEqual(['1 item not scheduled.']);
		});

		it('do not in Update and Delete', async () => {
			const [item] = (await run(braze(), createCampaign)).json;
			const remove = { operation: 'delete', findBy: 'scheduleId' };
			expect(await hintsOf(remove, { ...manual, items: [item] })).toEqual([]);
		});
	});
});
