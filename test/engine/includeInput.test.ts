import { createCampaign, people, perItem, run, useBraze } from './braze';

const braze = useBraze();

const items = [
	{ external_user_id: 'ada', status: 'gold', error: 'none' },
	{ external_user_id: 'bob', status: 'silver' },
];
const included = { ...perItem, options: { includeInput: true } };

describe('Include Input Fields', () => {
	it('adds the incoming item, and hides nothing of either', async () => {
		const { json, status } = await run(braze(), included, { items, retryOnFail: true });
		expect(status).toBe('success');
		expect(json).toMatchObject([
			{ status: 'scheduled', input: items[0] },
			{ status: 'scheduled', input: items[1] },
		]);
		expect(json[0]).not.toHaveProperty('error');
	});

	it('is off if nobody added it, and if it is turned off', async () => {
		const [without] = (await run(braze(), perItem, { items })).json;
		const off = { ...perItem, options: { includeInput: false } };
		const [turnedOff] = (await run(braze(), off, { items })).json;
		for (const item of [without, turnedOff]) expect(item).not.toHaveProperty('input');
	});

	it.each(['continueRegularOutput', 'continueErrorOutput'] as const)(
		'has the fields of a failed item too, with %s',
		async (onError) => {
			const invalid = people('ada', '');
			const { outputs } = await run(braze(), included, { items: invalid, onError });
			const failed = outputs.flat().find(({ json }) => 'error' in json);
			expect(failed?.json).toMatchObject({ outcome: 'invalid', input: invalid[1] });
			expect(outputs.map((output) => output.length)).toEqual(
				onError === 'continueErrorOutput' ? [1, 1] : [2],
			);
		},
	);

	it('is left out of a result that several items share', async () => {
		const shared = { ...perItem, options: { includeInput: true, combine: 'perSchedule' } };
		const { json } = await run(braze(), shared, { items });
		expect(json).toHaveLength(1);
		expect(json[0]).not.toHaveProperty('input');
	});

	it('works for a move and a cancellation', async () => {
		const [created] = (await run(braze(), createCampaign)).json;
		const operation = { resource: 'campaign', operation: 'delete', findBy: 'scheduleId' };
		const parameters = { ...operation, options: { includeInput: true } };
		const { json } = await run(braze(), parameters, { items: [created] });
		expect(json).toMatchObject([{ status: 'deleted', input: created }]);
	});
});
