import { createCampaign, people, perItem, recipients, run, useBraze } from './braze';

const braze = useBraze();

const found = async (parameters: object, options: object = {}) =>
	(await run(braze(), parameters as never, options)).json.map(({ recipient }) => recipient);

const items = people('ada', 'bob', 'cy');
const json = (...recipientsJson: object[]) => ({
	...createCampaign,
	recipientsInput: 'json',
	recipientsJson,
});

describe('The recipient in the output', () => {
	it('distinguishes the rows of a list', async () => {
		expect(await found(perItem, { items })).toEqual(['ada', 'bob', 'cy']);
		const combined = { ...perItem, options: { combine: 'perItem' } };
		expect(await found(combined, { items })).toEqual(['ada', 'bob', 'cy']);
	});

	it.each([
		[{ email: 'ada@example.com', prioritization: ['identified'] }, 'ada@example.com'],
		[{ braze_id: 'b-1' }, 'b-1'],
		[{ user_alias: { alias_name: 'ada.lovelace', alias_label: 'shop' } }, 'ada.lovelace'],
	])('is the ID: %j', async (person, id) => {
		expect(await found(json(person))).toEqual([id]);
	});

	it('is missing if there are several, or an audience', async () => {
		expect(await found({ ...createCampaign, recipients: recipients('ada', 'bob') })).toEqual([
			undefined,
		]);
		const combined = { ...perItem, options: { combine: 'perSchedule' } };
		expect(await found(combined, { items })).toEqual([undefined]);
		const everyone = { ...createCampaign, sendTo: 'everyone', confirmEveryone: true };
		expect(await found(everyone)).toEqual([undefined]);
	});

	it('is in a failed item too', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1 });
		const options = { items, onError: 'continueRegularOutput' };
		const parameters = { ...perItem, options: { concurrency: 1 } };
		expect(await found(parameters, options)).toEqual(['ada', 'bob', 'cy']);
	});
});
