import type { IDataObject } from 'n8n-workflow';
import { DateTime } from 'luxon';

import { day } from '../day';
import {
	byId,
	createCampaign,
	createCanvas,
	orderReminder,
	people,
	perItem,
	run,
	useBraze,
} from './braze';
import { FakeDataTables } from './harness';
import type { RunNodeOptions } from './harness';

const braze = useBraze();

const DAY = day(14);
const NINE = `${DAY}T09:00:00`;
const ON_THE_DAY = DateTime.fromISO(DAY).toFormat('ccc d LLL yyyy', { locale: 'en' });
const AT_NINE = `${ON_THE_DAY}, 09:00 Europe/Berlin`;

/** As the list fills it in. */
const fromList = {
	campaignId: {
		__rl: true,
		mode: 'list',
		value: orderReminder,
		cachedResultName: 'Order reminder',
	},
};

async function previewed(parameters: object, options: Partial<RunNodeOptions> = {}) {
	const { options: more, ...rest } = parameters as { options?: object };
	const { json, hints, error } = await run(
		braze(),
		{ ...rest, options: { previewOnly: true, ...more } } as never,
		options,
	);
	expect(error?.message).toBeUndefined();
	expect(braze().requests).toEqual([]);
	return { summaries: json.map(({ summary }) => summary), json, hint: hints[0].message };
}

const own = (properties: IDataObject) => ({
	recipientsInput: 'json',
	recipientsJson: [{ external_user_id: 'ada', trigger_properties: properties }],
});

describe('The summary of a preview', () => {
	const create = { ...createCampaign, ...fromList, time: NINE };

	it('says what, for whom and when, in the output and in the hint', async () => {
		const { json, summaries, hint } = await previewed(create);
		expect(summaries).toEqual([`Would schedule Order reminder for ada, ${AT_NINE}`]);
		expect(Object.keys(json[0]).slice(0, 2)).toEqual(['status', 'summary']);
		expect(hint).toBe(
			`This is a preview of 1 request. Would schedule Order reminder for ada, ${AT_NINE}. Nothing was sent to Braze. Remove the option 'Preview Only' to send.`,
		);
	});

	it('shows personal values, the first three of them', async () => {
		const two = own({ first_name: 'Ada', seats: 2 });
		expect((await previewed({ ...create, ...two })).summaries).toEqual([
			`Would schedule Order reminder for ada (first_name: Ada, seats: 2), ${AT_NINE}`,
		]);
		const four = own({ a: 1, b: 2, c: 3, d: 4 });
		expect((await previewed({ ...create, ...four })).summaries).toEqual([
			`Would schedule Order reminder for ada (a: 1, b: 2, c: 3, and 1 more), ${AT_NINE}`,
		]);
	});

	it('shows the values for all recipients too, which personal ones override', async () => {
		const propertiesJson = '{"first_name": "you", "city": "Leipzig"}';
		const shared = { ...create, propertiesInput: 'json', propertiesJson };
		expect((await previewed({ ...shared, ...own({ first_name: 'Ada' }) })).summaries).toEqual([
			`Would schedule Order reminder for ada (first_name: Ada, city: Leipzig), ${AT_NINE}`,
		]);
	});

	it('is followed by the first warning in the hint', async () => {
		const dotted = own({ 'body.first_name': 'Ada' });
		expect((await previewed({ ...create, ...dotted })).hint).toMatch(
			/to send\. 1 item with a warning: .*"body\.first_name" .* has a dot in its name\. Did you mean "first_name"\?/,
		);
	});

	it('names a campaign that was not chosen from the list by its ID', async () => {
		expect((await previewed({ ...create, campaignId: byId(orderReminder) })).summaries).toEqual([
			`Would schedule the campaign ${orderReminder} for ada, ${AT_NINE}`,
		]);
	});

	it.each<[string, object, string]>([
		['local', { scheduleMode: 'local' }, `${ON_THE_DAY}, 09:00 in each user's local time`],
		[
			'optimal',
			{ scheduleMode: 'optimal', time: DAY },
			`${ON_THE_DAY}, at each user's optimal time`,
		],
	])('of a %s time', async (_, more, when) => {
		expect((await previewed({ ...create, ...more })).summaries).toEqual([
			`Would schedule Order reminder for ada, ${when}`,
		]);
	});

	const filter = {
		audienceInput: 'json',
		audienceJson: '{"email_subscription_status":{"comparison":"is","value":"opted_in"}}',
	};

	it.each<[object, string]>([
		[{ sendTo: 'everyone', confirmEveryone: true }, 'everyone in its audience'],
		[{ sendTo: 'audience', ...filter }, 'everyone in its audience who matches the filter'],
	])('of an audience: %j', async (more, whom) => {
		expect((await previewed({ ...create, ...more })).summaries).toEqual([
			`Would schedule Order reminder for ${whom}, ${AT_NINE}`,
		]);
	});

	it('of a list is one sentence for each request, and one for all', async () => {
		const items = people(...Array.from({ length: 120 }, (_, index) => `user-${index}`));
		const parameters = { ...perItem, ...fromList, time: NINE, options: { combine: 'perItem' } };
		const { summaries, hint } = await previewed(parameters, { items });
		expect(summaries).toEqual(
			[50, 50, 20].map(
				(count) => `Would schedule Order reminder for ${count} recipients, ${AT_NINE}`,
			),
		);
		expect(hint).toContain(
			`This is a preview of 3 requests. Would schedule Order reminder for 120 recipients in 3 schedules, ${AT_NINE}. `,
		);
	});

	it('of several times has the first and the last', async () => {
		const items = [10, 9, 11].map((hour) => ({
			at: `${DAY}T${String(hour).padStart(2, '0')}:00:00`,
		}));
		const { hint } = await previewed({ ...create, time: '={{ $json.at }}' }, { items });
		expect(hint).toContain(
			`for 3 recipients in 3 schedules, from ${AT_NINE} to ${ON_THE_DAY}, 11:00 Europe/Berlin. `,
		);
	});

	it('of several campaigns has one sentence for each, up to three', async () => {
		const items = ['a', 'b', 'c', 'd', 'e'].map((id) => ({ id }));
		const { hint } = await previewed({ ...create, campaignId: byId('={{ $json.id }}') }, { items });
		expect(hint).toContain(
			`Would schedule the campaign c for ada, ${AT_NINE}. And 2 more kinds of requests. `,
		);
	});

	it('of a move, a cancellation and a replacement', async () => {
		const tables = new FakeDataTables();
		const referenced = { ...create, reference: 'B-1' };
		await run(braze(), referenced as never, { tables });
		braze().reset();
		const found = { ...fromList, resource: 'campaign', findBy: 'reference', reference: 'B-1' };
		const to = { scheduleMode: 'exact', time: NINE.replace('T09', 'T10') };
		const options = { tables };
		const { summaries: moved } = await previewed({ ...found, ...to, operation: 'update' }, options);
		expect(moved).toEqual([
			`Would move the schedule of Order reminder to ${ON_THE_DAY}, 10:00 Europe/Berlin`,
		]);
		const { summaries: ended } = await previewed({ ...found, operation: 'delete' }, options);
		expect(ended).toEqual(['Would cancel the schedule of Order reminder']);
		const other = { ...referenced, operation: 'upsert', ...own({}) };
		const bob = { ...other, recipientsJson: [{ external_user_id: 'bob' }] };
		expect((await previewed(bob, options)).summaries).toEqual([
			`Would cancel the schedule of Order reminder and schedule it for bob, ${AT_NINE}`,
		]);
		expect((await previewed(referenced, options)).json).toMatchObject([{ would: 'skip' }]);
	});

	it('of a Canvas has its context', async () => {
		const recipientsJson = [
			{ user_alias: { alias_name: 'ada', alias_label: 'shop' }, context: { first_name: 'Ada' } },
		];
		const canvas = { ...createCanvas, time: NINE, recipientsInput: 'json', recipientsJson };
		expect((await previewed(canvas)).summaries).toEqual([
			expect.stringMatching(/^Would schedule the Canvas [\w-]+ for ada \(first_name: Ada\), /),
		]);
	});
});
