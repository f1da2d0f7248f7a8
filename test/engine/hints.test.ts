import { createCampaign, run, useBraze } from './braze';
import type { RunNodeOptions } from './harness';

const braze = useBraze();

const items = [{ external_user_id: 'ada' }, { external_user_id: 'bob' }];
const perItem = { recipients: undefined };
const combined = { ...perItem, options: { combine: 'perItem' } };

const hintsOf = async (parameters: object, options: Partial<RunNodeOptions> = {}) =>
	(await run(braze(), { ...createCampaign, ...parameters }, options)).hints.map(
		({ message }) => message,
	);

describe('Execution hints', () => {
	it('are silent when one item went as it says', async () => {
		expect(await hintsOf({})).toEqual([]);
	});

	it('count what was scheduled', async () => {
		expect(await hintsOf(perItem, { items })).toEqual(['2 items scheduled.']);
	});

	it('say what was combined', async () => {
		expect(await hintsOf(combined, { items })).toEqual([
			'2 items scheduled in 1 schedule; people in one schedule are moved and cancelled together.',
		]);
	});

	it('say that a long list became several schedules', async () => {
		const people = Array.from({ length: 51 }, (_, index) => ({ external_user_id: `u${index}` }));
		expect(await hintsOf({ recipientsInput: 'json', recipientsJson: people })).toEqual([
			'1 item scheduled in 2 schedules.',
		]);
	});

	it('count the warnings and quote the first', async () => {
		expect(await hintsOf(combined, { items: [...items, ...items] })).toEqual([
			'4 items scheduled in 1 schedule; people in one schedule are moved and cancelled together. 2 items with warnings, the first: 1 recipient is also in a later item, whose entry counts.',
		]);
		expect(await hintsOf({ time: '2020-01-01T09:00:00' })).toEqual([
			expect.stringMatching(/^1 item with a warning: .*past/),
		]);
	});

	it('say that a preview sent nothing', async () => {
		expect(await hintsOf({ options: { previewOnly: true } })).toEqual([
			"This is a preview of 1 request. Nothing was sent to Braze. Remove the option 'Preview Only' to send.",
		]);
	});

	it('count only requests in a preview', async () => {
		const skipped = { status: 'skipped', schedule_id: null };
		const parameters = { operation: 'update', options: { previewOnly: true } };
		expect(await hintsOf(parameters, { items: [{ schedule_id: 's-1' }, skipped] })).toEqual([
			expect.stringMatching(/^This is a preview of 1 request\./),
		]);
	});

	it('tell what is unknown from what was not scheduled', async () => {
		braze().fault({ kind: 'dropAfter' });
		expect(await hintsOf({}, { onError: 'continueRegularOutput' })).toEqual([
			'1 item with unknown outcome.',
		]);
	});

	it('count what was left out', async () => {
		expect(
			await hintsOf(perItem, {
				items: [...items, { external_user_id: '' }],
				onError: 'continueRegularOutput',
			}),
		).toEqual(['2 items scheduled. 1 item not scheduled.']);
	});
});
