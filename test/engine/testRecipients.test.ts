import type { IDataObject } from 'n8n-workflow';

import {
	byId,
	createCampaign,
	createCanvas,
	credentialFor,
	LATER,
	orderReminder,
	people,
	perItem,
	run,
	useBraze,
	welcomeOffer,
} from './braze';
import { brazeSchedule, FakeDataTables, loopNode, retryExecution, runWorkflow } from './harness';

const braze = useBraze();

const testers = (testRecipients: unknown, more: object = {}) => ({
	options: { testRecipients, ...more },
});
const toQa = testers('qa-ada, qa-grace');
const QA = [{ external_user_id: 'qa-ada' }, { external_user_id: 'qa-grace' }];
const bodies = () => braze().writes.map(({ body }) => body as IDataObject);
const REASON = 'Only the first item of each campaign is sent to the test recipients';

describe('Only to Test Recipients', () => {
	it('replaces the recipients, and marks the result', async () => {
		const { json, hints } = await run(braze(), { ...createCampaign, ...toQa });
		expect(bodies().map(({ recipients }) => recipients)).toEqual([QA]);
		expect(json).toEqual([
			expect.objectContaining({
				status: 'scheduled',
				test: true,
				recipients: 2,
				schedule_id: expect.any(String),
			}),
		]);
		expect(hints[0].message).toContain('Only the test recipients get the message.');
	});

	it('without the option, no result is marked', async () => {
		const { json } = await run(braze(), createCampaign);
		expect(json[0]).not.toHaveProperty('test');
	});

	it.each([
		['campaign', createCampaign, 'trigger_properties'],
		['canvas', createCanvas, 'context'],
	])("shows the message of a %s with a real person's properties", async (_, create, field) => {
		const recipientsJson = [
			{
				external_user_id: 'ada',
				[field]: { first_name: 'Ada' },
				attributes: { city: 'London' },
				send_to_existing_only: false,
			},
			{ external_user_id: 'grace', [field]: { first_name: 'Grace' } },
		];
		await run(braze(), { ...create, recipientsInput: 'json', recipientsJson, ...toQa });
		expect(bodies()[0].recipients).toEqual(
			QA.map((tester) => ({ ...tester, [field]: { first_name: 'Ada' } })),
		);
	});

	it.each(['off', 'perItem', 'perSchedule'])(
		'sends one of many items, and skips the others (Combine Items: %s)',
		async (combine) => {
			const { json, hints } = await run(
				braze(),
				{ ...perItem, ...testers(['qa-ada'], { combine }) },
				{ items: people('ada', 'grace', 'joan') },
			);
			expect(bodies().map(({ recipients }) => recipients)).toEqual([
				[{ external_user_id: 'qa-ada' }],
			]);
			expect(json.map(({ status, test, reason }) => [status, test, reason])).toEqual([
				['scheduled', true, undefined],
				['skipped', true, REASON],
				['skipped', true, REASON],
			]);
			expect(hints[0].message).toContain('2 items skipped, because only the first one is tested.');
		},
	);

	it('sends one item of each campaign', async () => {
		const items = [orderReminder, welcomeOffer, orderReminder].map((campaign) => ({ campaign }));
		const campaignId = byId('={{ $json.campaign }}');
		const { json } = await run(braze(), { ...createCampaign, campaignId, ...toQa }, { items });
		expect(bodies().map(({ campaign_id: id }) => id)).toEqual([orderReminder, welcomeOffer]);
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'scheduled', 'skipped']);
	});

	it.each(['skip', 'stop'])(
		'sends the first item whose time has not passed: %s',
		async (ifPassed) => {
			const items = [{ date: '2026-01-15T09:00:00' }, { date: LATER }, { date: LATER }];
			const time = { scheduleMode: 'relative', direction: 'onThatDay', at: '09:00', ifPassed };
			const { json } = await run(
				braze(),
				{ ...createCampaign, time: undefined, ...time, date: '={{ $json.date }}', ...toQa },
				{ items, onError: 'continueRegularOutput' },
			);
			expect(json.map(({ status, outcome }) => status ?? outcome)).toEqual([
				ifPassed === 'skip' ? 'skipped' : 'invalid',
				'scheduled',
				'skipped',
			]);
			expect(json[2].reason).toBe(REASON);
			expect(bodies()).toHaveLength(1);
		},
	);

	it('is sent although a later item has passed and would stop', async () => {
		const items = [{ date: LATER }, { date: '2026-01-15T09:00:00' }];
		const time = { scheduleMode: 'relative', direction: 'onThatDay', ifPassed: 'stop' };
		const { json } = await run(
			braze(),
			{ ...createCampaign, time: undefined, ...time, date: '={{ $json.date }}', ...toQa },
			{ items },
		);
		expect(json.map(({ status }) => status)).toEqual(['scheduled', 'skipped']);
		expect(json[1].reason).toBe(REASON);
	});

	it('reads and writes no reference, also for Create or Update', async () => {
		const tables = new FakeDataTables();
		for (const operation of ['create', 'upsert']) {
			const parameters = { ...createCampaign, operation, reference: 'B-204' };
			const { json } = await run(braze(), { ...parameters, ...toQa }, { tables });
			expect(json[0]).toMatchObject({ status: 'scheduled', test: true });
			expect(json[0]).not.toHaveProperty('reference');
			expect(JSON.stringify(tables)).not.toContain('B-204');
		}
		const { json } = await run(braze(), { ...createCampaign, reference: 'B-204' }, { tables });
		expect(json[0]).toMatchObject({ status: 'scheduled', reference: 'B-204' });
		expect(bodies().map(({ recipients }) => recipients)).toEqual([
			QA,
			QA,
			[{ external_user_id: 'ada' }],
		]);
	});

	it('leaves out the audience filter, and says so', async () => {
		const { json } = await run(braze(), {
			...createCampaign,
			filterRecipients: true,
			audienceInput: 'json',
			audienceJson: { custom_attribute: { custom_attribute_name: 'a', comparison: 'exists' } },
			...toQa,
		});
		expect(bodies()[0]).not.toHaveProperty('audience');
		expect(json[0].warnings).toEqual(["The audience filter isn't applied to the test recipients"]);
	});

	it.each([
		['everyone', { sendTo: 'everyone', confirmEveryone: true }],
		[
			'an audience',
			{
				sendTo: 'audience',
				audienceInput: 'json',
				audienceJson: { custom_attribute: { custom_attribute_name: 'a', comparison: 'exists' } },
			},
		],
	])('refuses a message to %s', async (_, sendTo) => {
		const { error } = await run(braze(), { ...createCampaign, ...sendTo, ...toQa });
		expect(error?.message).toContain(
			"'Only to Test Recipients' replaces recipients, but this message goes to an audience of the campaign",
		);
		expect(braze().writes).toEqual([]);
	});

	it.each([
		['', 'is empty'],
		['={{ null }}', 'is empty'],
		['={{ $json.testers }}', 'is empty'],
		['={{ [] }}', 'is empty'],
		['={{ "" }}', 'is empty'],
		['={{ [null] }}', 'is empty'],
		['={{ ["qa-ada", ""] }}', 'has an empty entry'],
		['qa-ada,,qa-grace', 'has an empty entry'],
		['=qa-ada, {{ $json.tester }}', 'is "undefined", which can\'t be an ID|has an empty entry'],
		['{{ $json.tester }}', 'an expression typed as text'],
		['={{ ({ id: 1 }) }}', 'is an object, but it has to be text'],
		['={{ true }}', 'is a true/false value'],
	])('refuses %s', async (value, words) => {
		const { error } = await run(braze(), { ...createCampaign, ...testers(value) });
		expect(error?.message).toMatch(/^'Only to Test Recipients'/);
		expect(error?.message).toMatch(new RegExp(words));
		expect(braze().writes).toEqual([]);
	});

	it('refuses what differs between the items, wherever the difference is', async () => {
		const long = Array.from({ length: 40 }, (_, index) => `a-tester-with-a-long-name-${index}`);
		const items = [{ testers: long }, { testers: [...long.slice(0, -1), 'ada'] }];
		const { error } = await run(
			braze(),
			{ ...createCampaign, ...testers('={{ $json.testers }}') },
			{ items },
		);
		expect(error?.message).toContain('It applies to all items together');
		expect(braze().writes).toEqual([]);
	});

	it('is not off for an item whose options have no testers', async () => {
		const options = '={{ $json.options }}';
		const items = [{ options: { testRecipients: 'qa-ada' } }, { options: {} }];
		const { error } = await run(braze(), { ...createCampaign, options } as never, { items });
		expect(error?.message).toContain("'Only to Test Recipients' is qa-ada for item 0 but not set");
		expect(braze().writes).toEqual([]);
	});

	it('works with Preview Only', async () => {
		const { json } = await run(
			braze(),
			{ ...perItem, ...testers('qa-ada', { previewOnly: true }) },
			{ items: people('ada', 'grace') },
		);
		expect(json).toEqual([
			expect.objectContaining({
				status: 'preview',
				test: true,
				request: expect.objectContaining({
					body: expect.objectContaining({ recipients: [{ external_user_id: 'qa-ada' }] }),
				}),
			}),
			expect.objectContaining({ status: 'preview', would: 'skip', test: true, reason: REASON }),
		]);
		expect(braze().writes).toEqual([]);
	});

	it('sends one test in a loop', async () => {
		const { loop } = await inLoop();
		expect(loop).toEqual(['scheduled', 'skipped', 'skipped']);
		expect(braze().writes).toHaveLength(1);
	});

	it('tries the next item if Braze refuses the first', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'no' }, times: 1 });
		const { loop } = await inLoop();
		expect(loop).toEqual([undefined, 'scheduled', 'skipped']);
	});

	it('a retry sends the test once, and a message to the same person is no repetition of it', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'no' }, skip: 1, times: 1 });
		const items = [
			{ external_user_id: 'ada', campaign: orderReminder },
			{ external_user_id: 'ada', campaign: welcomeOffer },
		];
		const campaignId = byId('={{ $json.campaign }}');
		const parameters = { ...perItem, campaignId, ...testers('ada') };
		const first = await run(braze(), parameters, { items });
		expect(first.error).toBeDefined();
		const again = await retryExecution(first);
		expect(again.json.map(({ status, test }) => [status, test])).toEqual([
			['scheduled', true],
			['scheduled', true],
		]);
		expect(braze().writes.filter(({ accepted }) => accepted)).toHaveLength(2);
		const real = await retryExecution(first, {
			nodes: { 'Braze Schedule': { parameters: { ...parameters, options: {} } } },
		});
		expect(real.json.map(({ status, test }) => [status, test])).toEqual([
			['scheduled', undefined],
			['scheduled', undefined],
		]);
		expect(braze().writes.filter(({ accepted }) => accepted)).toHaveLength(4);
	});
});

/** Three items, one after the other. */
async function inLoop() {
	const result = await runWorkflow({
		nodes: [
			{ node: loopNode, name: 'Loop', parameters: { batchSize: 1 } },
			{
				node: await brazeSchedule(),
				name: 'Braze',
				parameters: { ...perItem, ...testers('qa-ada') } as IDataObject,
				credentials: credentialFor(braze()),
				onError: 'continueRegularOutput',
			},
		],
		connections: [
			['Start', 'Loop'],
			['Loop', 'Braze', 1],
			['Braze', 'Loop'],
		],
		items: people('ada', 'grace', 'joan'),
	});
	const { runs } = result.node('Braze');
	return { loop: runs.map(({ data }) => data?.main[0]?.[0].json.status) };
}
