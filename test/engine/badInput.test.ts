import { SEED } from '../../sandbox';
import { byId, createCampaign, credentialFor, people, perItem, run, SOON, useBraze } from './braze';
import { everything } from './everything';
import { listSearch, testCredential } from './harness';

const braze = useBraze();

const { key } = SEED;

describe('Bad input', () => {
	it('stops everything before anything is sent, and names the item', async () => {
		const { error } = await run(braze(), perItem, { items: people('ada', '', 'cy', null) });
		expect(error?.message).toBe(
			"Recipient 1 in 'Recipients' has an empty 'External User ID' [item 1]",
		);
		expect(error?.description).toContain(
			'1 more item needs a correction: item 3. The first item is item 0. Nothing was sent.',
		);
		expect(braze().requests).toHaveLength(0);
	});

	it('gives the same advice once, however many fields need it', async () => {
		const parameters = { resource: 'campaign', operation: 'delete', findBy: 'scheduleId' };
		const { error } = await run(braze(), parameters, { items: [{}] });
		expect(error?.message).toBe("'Campaign' is empty [item 0]");
		expect(error?.description).toBe(
			"Create returns it. Connect this node to the Create node, or store Create's output and load it before this node. 'Schedule ID' is empty. Nothing was sent.",
		);
	});

	it('with Continue On Fail sends the good items and reports the bad ones, each in its place', async () => {
		const { json, outputs } = await run(braze(), perItem, {
			items: people('ada', '', 'cy'),
			onError: 'continueRegularOutput',
		});
		expect(json.map((item) => item.error ?? item.status)).toEqual([
			'scheduled',
			"Recipient 1 in 'Recipients' has an empty 'External User ID' [item 1]",
			'scheduled',
		]);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([
			{ item: 0 },
			{ item: 1 },
			{ item: 2 },
		]);
	});

	it.each([
		[5, undefined],
		[6, '1 more value needs a correction'],
		[10_000, '9,995 more values need a correction'],
	])('names five of %i different values of one item that are wrong', async (count, untold) => {
		const recipientsJson = JSON.stringify(
			Array.from({ length: count }, (_, index) => ({
				external_user_id: 'ada',
				send_to_existing_only: `no ${index}`,
			})),
		);
		const many = { ...createCampaign, recipientsInput: 'json', recipientsJson };
		const { error } = await run(braze(), many);
		const { json } = await run(braze(), many, { onError: 'continueRegularOutput' });
		for (const words of [String(error?.description), String(json[0].message)]) {
			expect(words).toContain('Recipient 5 ');
			expect(words).not.toContain('Recipient 6 ');
			expect(/[\d,]+ more values? needs? a correction/.exec(words)?.[0]).toBe(untold);
		}
	});

	it('says once what is wrong with 10,000 recipients of one item', async () => {
		const recipientsJson = JSON.stringify(Array(10_000).fill({}));
		const { error } = await run(braze(), {
			...createCampaign,
			recipientsInput: 'json',
			recipientsJson,
		});
		expect(error?.message).toBe(
			"10,000 recipients in 'Recipients' have no identifier. The first is recipient 1 [item 0]",
		);
	});

	it('with an error output sends the bad items there', async () => {
		const { outputs } = await run(braze(), perItem, {
			items: people('ada', '', 'cy'),
			onError: 'continueErrorOutput',
		});
		expect(outputs[0].map(({ json }) => json.status)).toEqual(['scheduled', 'scheduled']);
		expect(outputs[0].map(({ pairedItem }) => pairedItem)).toEqual([{ item: 0 }, { item: 2 }]);
		expect(outputs[1]).toHaveLength(1);
		expect(outputs[1][0].json.error).toMatch(/has an empty 'External User ID' \[item 1\]/);
	});

	it.each([
		['no campaign', { campaignId: byId('={{ $json.nothing }}') }, "'Campaign' is empty"],
		['no time', { time: '={{ $json.nothing }}' }, "'Time' is empty"],
		['a time without a date', { time: '09:00' }, '\'Time\' "09:00" is not a date and time'],
		[
			'a date without a time',
			{ time: '2027-01-01' },
			'\'Time\' "2027-01-01" has a date but no time of day',
		],
		[
			'an unknown zone',
			{ timezone: byId('Europe/Berlim') },
			'\'Time Zone\' "Europe/Berlim" is not a known time zone',
		],
		['no recipients', { recipients: {} }, "'Recipients' is empty"],
		[
			'JSON that is none',
			{ recipientsInput: 'json', recipientsJson: '[{' },
			/^'Recipients' is not valid JSON/,
		],
		[
			'two identifiers',
			{ recipientsInput: 'json', recipientsJson: [{ external_user_id: 'a', braze_id: 'b' }] },
			"Recipient 1 in 'Recipients' has 2 identifiers (External User ID, Braze ID), but Braze takes exactly one",
		],
		[
			'half an alias',
			{ recipients: { recipient: [{ identifier: 'userAlias', aliasName: 'a', aliasLabel: '' }] } },
			"Recipient 1 in 'Recipients' has an empty 'Alias Label'",
		],
		[
			'an audience without filters',
			{ sendTo: 'audience', audience: {} },
			"'Filters' is empty, so the message would go to everyone",
		],
		[
			'a segment as audience',
			{ sendTo: 'audience', audienceInput: 'json', audienceJson: { segment: 'x' } },
			'\'Filters\' has "segment", which is not a filter',
		],
		[
			'properties that are no object',
			{ propertiesInput: 'json', propertiesJson: '[1]' },
			"'Trigger Properties for All Recipients' is a list, but it has to be an object",
		],
		[
			'a number that is none',
			{ properties: { assignments: [{ id: '1', name: 'n', type: 'number', value: 'many' }] } },
			'"n" in \'Trigger Properties for All Recipients\' is many, which is not a number',
		],
		[
			'a send ID with an emoji',
			{ options: { sendId: '🎉' } },
			/^'Send ID' is 🎉, but it must be printable ASCII/,
		],
	])('%s', async (_, parameters, message) => {
		const { error } = await run(braze(), { ...createCampaign, ...parameters });
		if (typeof message === 'string') expect(error?.message).toBe(`${message} [item 0]`);
		else expect(error?.message).toMatch(message);
		expect(braze().requests).toHaveLength(0);
	});

	it('more than 50 KB of properties, measured in bytes', async () => {
		const text = (length: number) => ({
			propertiesInput: 'json',
			propertiesJson: { t: 'é'.repeat(length) },
		});
		const small = await run(braze(), { ...createCampaign, ...text(25_590) });
		expect(small.json[0].status).toBe('scheduled');
		const large = await run(braze(), { ...createCampaign, ...text(25_600) });
		expect(large.error?.message).toBe(
			"'Trigger Properties for All Recipients' is 51 KB, and Braze takes at most 50 KB [item 0]",
		);
	});

	it.each([
		['a header of its own', 'abc\r\nX-Other: 1'],
		['a blank', 'Bearer abc'],
		['a tab', 'abc\tdef'],
		['a letter that no header may hold', 'ключ'],
		['nothing', ' '],
	])('a key with %s', async (_, apiKey) => {
		const credentials = credentialFor(braze(), apiKey);
		for (const parameters of [
			createCampaign,
			{ resource: 'upcomingBroadcast', operation: 'getAll', until: SOON, returnAll: true },
		]) {
			const result = await run(braze(), parameters, { credentials });
			expect(result.error?.message).toContain("'REST API Key' of the Braze API credential");
			if (apiKey.trim())
				expect(everything(result)).not.toContain(JSON.stringify(apiKey).slice(1, -1));
		}
		await expect(listSearch('searchCampaigns', { credentials })).rejects.toMatchObject({
			message: expect.stringContaining("'REST API Key' of the Braze API credential"),
		});
		expect(await testCredential(credentials.brazeApi)).toMatchObject({
			message: expect.stringContaining("'REST API Key' of the Braze API credential"),
		});
		expect(braze().requests).toHaveLength(0);
	});

	it("an instance that is not chosen, and an address that is none of Braze's", async () => {
		for (const [credential, message] of [
			[{ instance: '', apiKey: key }, /Choose your 'Instance'/],
			[
				{ instance: 'custom', customUrl: 'https://sdk.iad-03.braze.com', apiKey: key },
				/Choose the instance US-03, or use https:\/\/rest\.iad-03\.braze\.com/,
			],
			[
				{ instance: 'custom', customUrl: 'http://rest.iad-03.braze.com', apiKey: key },
				/must start with https/,
			],
		] as const) {
			const { error } = await run(braze(), createCampaign, {
				credentials: { brazeApi: credential },
			});
			expect(error?.message).toMatch(message);
		}
	});
});
