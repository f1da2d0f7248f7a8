import { SEED } from '../../sandbox';
import type { FaultSpec } from '../../sandbox';
import {
	byId,
	createCampaign,
	createCanvas,
	credentialFor,
	LATER,
	people,
	perItem,
	recipients,
	run,
	SOON,
	useBraze,
} from './braze';
import { everything } from './everything';
import { listSearch, testCredential } from './harness';

const braze = useBraze();

const { key } = SEED;

describe('What Braze refuses, in words', () => {
	it('401: says to compare the instance, and never repeats the key', async () => {
		const result = await run(braze(), createCampaign, {
			credentials: credentialFor(braze(), 'a-key-nobody-knows'),
		});
		expect(braze().writes[0].status).toBe(401);
		expect(result.error?.message).toBe('Braze rejected the REST API key [item 0]');
		expect(result.error?.description).toContain('the instance is not');
		expect(everything(result)).not.toContain('a-key-nobody-knows');
	});

	it('401 with Continue On Fail: the key is in no output either', async () => {
		const result = await run(braze(), createCampaign, {
			credentials: credentialFor(braze(), 'a-key-nobody-knows'),
			onError: 'continueRegularOutput',
		});
		expect(result.json[0].error).toBe('Braze rejected the REST API key [item 0]');
		expect(everything(result)).not.toContain('a-key-nobody-knows');
	});

	it.each([
		['create', createCampaign, 'campaigns.trigger.schedule.create', 'create a campaign schedule'],
		['create', createCanvas, 'canvas.trigger.schedule.create', 'create a Canvas schedule'],
		[
			'update',
			{
				resource: 'campaign',
				operation: 'update',
				campaignId: byId('c'),
				scheduleId: 's',
				scheduleMode: 'exact',
				time: '2027-01-01T00:00:00',
			},
			'campaigns.trigger.schedule.update',
			'move a campaign schedule',
		],
		[
			'delete',
			{ resource: 'canvas', operation: 'delete', canvasId: byId('c'), scheduleId: 's' },
			'canvas.trigger.schedule.delete',
			'cancel a Canvas schedule',
		],
	])('403 on %s: names the missing permission', async (_, parameters, permission, action) => {
		braze().fault({ kind: 'status', status: 403, body: { message: 'Access Denied' } });
		const { error } = await run(braze(), parameters);
		expect(error?.message).toBe(`The REST API key is not allowed to ${action} [item 0]`);
		expect(error?.description).toContain(permission);
		expect(error?.httpCode).toBe('403');
	});

	const REFUSED = /This request scheduled nothing/;
	const UNKNOWN = /It may or may not be scheduled, so it was not sent again/;

	it.each([
		[
			400,
			{ message: 'Something about the campaign' },
			'Braze refused it: Something about the campaign',
			REFUSED,
		],
		[404, { message: 'Invalid URL' }, 'Braze returned 404 for this URL', REFUSED],
		[413, { message: 'Too large' }, 'The request is too large for Braze', REFUSED],
		[
			502,
			'<html>Bad gateway</html>',
			'Braze returned a server error (502), so the outcome is unknown',
			UNKNOWN,
		],
		[
			503,
			{ message: 'busy' },
			'Braze returned a server error (503), so the outcome is unknown',
			UNKNOWN,
		],
		[504, '', 'Braze returned a server error (504), so the outcome is unknown', UNKNOWN],
	])('%i', async (status, body, message, description) => {
		braze().fault({ kind: 'status', status, body, times: 'always' });
		const result = await run(braze(), createCampaign);
		expect(result.error?.message).toBe(`${message} [item 0]`);
		expect(result.error?.description).toMatch(description);
		expect(braze().writes).toHaveLength(1);
		expect(everything(result)).not.toContain(key);
	});

	it('hides the key wherever else Braze might repeat it', async () => {
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: `Bad header Bearer ${key}`, errors: [`key ${key}`] },
		});
		const refused = await run(braze(), createCampaign);
		expect(refused.error?.message).toContain('Bearer [hidden]');
		expect(everything(refused)).not.toContain(key);
		braze().fault({ kind: 'errors', errors: [`sent with ${key}`, { [key]: key }] });
		const accepted = await run(braze(), createCampaign);
		expect(accepted.json[0].warnings).toHaveLength(2);
		expect(everything(accepted)).not.toContain(key);
	});

	it('ends every sentence once', async () => {
		for (const status of [400, 401, 403, 404, 413, 500]) {
			for (const body of ['', { message: 'Said' }]) {
				braze().fault({ kind: 'status', status, body });
				const { error } = await run(braze(), createCampaign);
				expect(error?.description).toMatch(/[^.]\.$/);
				expect(error?.description).not.toMatch(/\.\.|\. \.| {2}/);
			}
		}
	});

	it('429: waits for the window and then sends, once', async () => {
		braze().fault({
			kind: 'status',
			status: 429,
			headers: { 'X-RateLimit-Reset': Math.ceil(Date.now() / 1000) + 1 },
		});
		const { json } = await run(braze(), createCampaign);
		expect(json[0].status).toBe('scheduled');
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 1 });
	});

	it('429 for longer than it waits: says when to come back', async () => {
		const reset = Math.ceil(Date.now() / 1000) + 1800;
		braze().fault({
			kind: 'status',
			status: 429,
			times: 'always',
			headers: { 'X-RateLimit-Reset': reset },
		});
		const { error } = await run(braze(), createCampaign);
		expect(error?.message).toBe('The Braze rate limit has been reached [item 0]');
		expect(error?.description).toContain(new Date(reset * 1000).toISOString().slice(0, 15));
		expect(braze().writes).toHaveLength(1);
		expect(braze().schedules).toHaveLength(0);
	});

	it('an address that nobody answers', async () => {
		const { error } = await run(braze(), createCampaign, {
			credentials: {
				brazeApi: { instance: 'custom', customUrl: 'http://127.0.0.1:9', apiKey: key },
			},
		});
		expect(error?.message).toBe('Braze could not be reached [item 0]');
		expect(error?.description).toContain('This request scheduled nothing (ECONNREFUSED)');
	});

	it.each<[string, FaultSpec, number]>([
		['the answer is lost', { kind: 'dropAfter' }, 1],
		['the connection breaks before Braze accepts', { kind: 'dropBefore' }, 0],
		['the answer is cut off', { kind: 'truncate', mode: 'short' }, 1],
		['the answer breaks off', { kind: 'truncate', mode: 'abort' }, 1],
		['the answer is a page', { kind: 'html', accept: true }, 1],
		['the answer does not come in time', { kind: 'hang', accept: true }, 1],
		['a gateway gives up after Braze accepted', { kind: 'status', status: 504, accept: true }, 1],
	])('a create whose outcome is unknown is never repeated: %s', async (_, fault, made) => {
		braze().fault({ ...fault, times: 'always' });
		const result = await run(
			braze(),
			{ ...createCampaign, options: { timeout: 1 } },
			{ retryOnFail: { maxTries: 3, waitMs: 1 } },
		);
		expect(result.tries).toBe(3);
		expect(braze().writes).toHaveLength(1);
		expect(braze().schedules).toHaveLength(made);
		expect(result.error?.message).toMatch(/outcome is unknown/);
		expect(result.error?.description).toContain('Braze');
		expect(everything(result)).not.toContain(key);
	});

	describe.each([
		['delete', {}, { deleted: true, status: 'deleted' }, 'cancelled'],
		[
			'update',
			{ scheduleMode: 'exact', time: `${LATER}Z` },
			{ status: 'scheduled', schedule: { time: `${LATER}Z` } },
			'scheduled',
		],
	])('When the answer to %s is lost, the node', (operation, fields, output, state) => {
		const again = async (after?: object) => {
			const { json } = await run(braze(), createCampaign);
			braze().fault({ kind: 'dropAfter', match: { path: operation } });
			if (after) braze().fault({ ...after, match: { path: operation } } as never);
			const result = await run(
				braze(),
				{ resource: 'campaign', operation, ...fields },
				{ items: json },
			);
			const requests = braze().writes.slice(1);
			expect(requests.map(({ path }) => path)).toEqual(
				Array(2).fill(`/campaigns/trigger/schedule/${operation}`),
			);
			expect(requests[1].body).toEqual(requests[0].body);
			expect(requests[0]).toMatchObject({ accepted: true, status: null });
			expect(braze().schedules).toMatchObject([{ state }]);
			return result;
		};

		it('sends it once more, and succeeds', async () => {
			const { json, error } = await again();
			expect(error).toBeUndefined();
			expect(json).toMatchObject([output]);
		});

		it('leaves the outcome unknown if Braze refuses the repetition', async () => {
			const { error } = await again({ kind: 'status', status: 400, body: { message: 'No' } });
			expect(error?.message).toMatch(/so the outcome is unknown \[item 0\]$/);
			expect(error?.description).toContain('Braze refused the repetition (400)');
		});
	});

	it('a redirect is not followed, so the key stays with Braze', async () => {
		braze().fault({ kind: 'redirect', status: 307, location: 'http://127.0.0.1:9/elsewhere' });
		const { error } = await run(braze(), createCampaign);
		expect(error?.message).toMatch(/redirect \(307\), which was not followed/);
	});
});

describe('What Braze accepts with a remark', () => {
	const answering = (body: object) =>
		braze().fault({ kind: 'status', status: 201, body, accept: true });

	it('outputs a schedule_id that is a number as text, which Delete takes', async () => {
		answering({ message: 'success', schedule_id: 42, dispatch_id: 'd' });
		const { json } = await run(braze(), createCampaign);
		expect(json[0]).toMatchObject({ status: 'scheduled', schedule_id: '42', warnings: [] });
		for (const scheduleId of [42, '42']) {
			answering({ message: 'success' });
			const parameters = { ...createCampaign, operation: 'delete', scheduleId };
			const deleted = await run(braze(), parameters as never);
			expect(deleted.json[0]).toMatchObject({ status: 'deleted', schedule_id: '42' });
			expect(braze().writes.at(-1)?.body).toMatchObject({ schedule_id: '42' });
		}
	});

	it('warns of a schedule_id that is empty', async () => {
		answering({ message: 'success', schedule_id: '' });
		const { json } = await run(braze(), createCampaign);
		expect(json[0]).toMatchObject({ status: 'scheduled', schedule_id: null });
		expect(json[0].warnings).toEqual([expect.stringMatching(/^Braze returned no schedule_id/)]);
	});

	it.each(['update', 'delete'])("says nothing in Braze's name about an %s", async (operation) => {
		const [{ schedule_id: scheduleId }] = (await run(braze(), createCampaign)).json;
		for (const body of [{}, { message: null }, '']) {
			answering(body as object);
			const parameters = { ...createCampaign, operation, scheduleId };
			const { json } = await run(braze(), parameters as never);
			expect(json[0]).toMatchObject({ schedule_id: scheduleId, message: null, warnings: [] });
		}
	});

	it("says nothing in Braze's name about a create, nor in a retry of it", async () => {
		const toAda = { bodyIncludes: '"ada"' };
		const body = { schedule_id: 's', dispatch_id: 'd' };
		braze().fault({ kind: 'status', status: 201, body, accept: true, match: toAda });
		braze().fault({ kind: 'status', status: 400, match: { bodyIncludes: '"bob"' } });
		const { json, tries } = await run(
			braze(),
			{ ...perItem, recipients: recipients('={{ $json.user }}') },
			{ items: [{ user: 'ada' }, { user: 'bob' }], retryOnFail: { maxTries: 2, waitMs: 1 } },
		);
		expect(tries).toBe(2);
		expect(json).toMatchObject([{ schedule_id: 's', message: null }, { message: 'success' }]);
	});

	it('shows the errors of an accepted request as warnings', async () => {
		braze().fault({ kind: 'errors', errors: ['one alias was unknown', { code: 7 }] });
		const { json, error } = await run(braze(), createCampaign);
		expect(error).toBeUndefined();
		expect(json[0]).toMatchObject({
			status: 'scheduled',
			warnings: [
				'Braze accepted the request and noted: one alias was unknown',
				'Braze accepted the request and noted: {"code":7}',
			],
		});
		expect(json[0]).not.toHaveProperty('error');
	});

	it('shows a notice', async () => {
		braze().fault({ kind: 'notice', notice: 'This Canvas is paused' });
		const { json } = await run(braze(), createCanvas);
		expect(json[0]).toMatchObject({
			status: 'scheduled',
			warnings: ['Braze noted: This Canvas is paused'],
		});
	});

	it('shows that a request is queued, and that it cannot be called back', async () => {
		braze().fault({ kind: 'queued' });
		const { json } = await run(braze(), createCampaign);
		expect(json[0]).toMatchObject({ status: 'queued', schedule_id: null });
		expect(json[0].warnings).toHaveLength(2);
	});
});

describe('Several items about one schedule', () => {
	const HOURS = ['10', '11', '12', '13'];
	const day = SOON.slice(0, 11);
	const made = async () => String((await run(braze(), createCampaign)).json[0].schedule_id);
	const moves = (scheduleId: string, ...hours: string[]) =>
		hours.map((hour) => ({ schedule_id: scheduleId, time: `${day}${hour}:00:00Z` }));
	const update = {
		resource: 'campaign',
		operation: 'update',
		campaignId: createCampaign.campaignId,
		scheduleId: '={{ $json.schedule_id }}',
		scheduleMode: 'exact',
		time: '={{ $json.time }}',
	};
	const remove = { ...update, operation: 'delete', scheduleMode: undefined, time: undefined };
	const timeAtBraze = () => braze().schedules[0].schedule.time;
	const writesTo = (end: string) => braze().writes.filter(({ path }) => path.endsWith(end));

	it('end as the last one says, however slow the first one is', async () => {
		const id = await made();
		braze().fault({ kind: 'latency', ms: 300, before: true, match: { bodyIncludes: 'T10:' } });
		const { json } = await run(braze(), update, { items: moves(id, ...HOURS) });
		expect(timeAtBraze()).toBe(`${day}13:00:00Z`);
		expect(json.map(({ warnings }) => warnings)).toEqual([
			...Array(3).fill([`[item 3] moved this schedule again, to ${day}13:00:00Z`]),
			[],
		]);
	});

	it('end as the last one says, though an earlier one is repeated', async () => {
		const id = await made();
		braze().fault({ kind: 'status', status: 503, match: { bodyIncludes: 'T10:' } });
		await run(braze(), update, { items: moves(id, '10', '11') });
		expect(timeAtBraze()).toBe(`${day}11:00:00Z`);
		expect(writesTo('/update').map(({ status }) => status)).toEqual([503, 201, 201]);
	});

	it('leave an earlier one that was refused as it is, in later tries too', async () => {
		const id = await made();
		const other = await made();
		for (const bodyIncludes of ['T10:', other]) {
			braze().fault({
				kind: 'status',
				status: 400,
				body: { message: 'No' },
				match: { bodyIncludes },
			});
		}
		const { json, tries } = await run(braze(), update, {
			items: [...moves(id, '10', '11'), ...moves(other, '12')],
			retryOnFail: { maxTries: 2, waitMs: 1 },
		});
		expect(tries).toBe(2);
		expect(json.map(({ status }) => status)).toEqual(['superseded', 'scheduled', 'scheduled']);
		expect(json[0].warnings).toEqual([
			expect.stringMatching(/^\[item 1\] moved this schedule again, to .*T11:00:00Z\. /),
		]);
		expect(timeAtBraze()).toBe(`${day}11:00:00Z`);
		expect(writesTo('/update').filter(({ rawBody }) => rawBody.includes('T10:'))).toHaveLength(1);
	});

	it('name a later one that only succeeds in a later try', async () => {
		const id = await made();
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: 'T11:' },
		});
		const { json, tries } = await run(braze(), update, {
			items: moves(id, '10', '11'),
			retryOnFail: { maxTries: 2, waitMs: 1 },
		});
		expect(tries).toBe(2);
		expect(json[0].warnings).toContain(`[item 1] moved this schedule again, to ${day}11:00:00Z`);
		expect(timeAtBraze()).toBe(`${day}11:00:00Z`);
	});

	it('cancel it once', async () => {
		const id = await made();
		const items = [{ schedule_id: id }, { schedule_id: id }];
		const { json } = await run(braze(), remove, { items });
		expect(writesTo('/delete')).toHaveLength(1);
		expect(json.map(({ status, deleted }) => [status, deleted])).toEqual([
			['deleted', true],
			['deleted', true],
		]);
		expect(json.map(({ warnings }) => warnings)).toEqual([
			[],
			['Not sent: [item 0] has already cancelled this schedule'],
		]);
	});

	it('from two nodes at once go out one after the other', async () => {
		const id = await made();
		braze().fault({ kind: 'latency', ms: 200, before: true, times: 'always' });
		await Promise.all(
			['10', '11', '12'].map(async (hour) => {
				await run(braze(), update, { items: moves(id, hour) });
			}),
		);
		expect(writesTo('/update')).toHaveLength(3);
		expect(braze().stats().maxConcurrent).toBe(1);
	});
});

describe('An update or a delete whose answer is lost', () => {
	const existing = async (operation: string) => ({
		resource: 'campaign',
		operation,
		campaignId: createCampaign.campaignId,
		scheduleId: String((await run(braze(), createCampaign)).json[0].schedule_id),
		...(operation === 'update' && { scheduleMode: 'exact', time: SOON }),
	});

	it.each([
		['delete', 400, { message: 'Invalid schedule_id' }, 'The schedule is probably cancelled'],
		['delete', 404, { message: 'Not found' }, 'The schedule is probably cancelled'],
		['delete', 200, { message: 'Invalid schedule_id' }, "Braze's answer does not confirm"],
		['delete', 401, { message: 'Invalid API key' }, 'The schedule may be cancelled'],
		['delete', 403, { message: 'Access Denied' }, 'The schedule may be cancelled'],
		['update', 400, { message: 'Invalid schedule_id' }, 'The schedule may have been moved'],
		['update', 403, { message: 'Access Denied' }, 'The schedule may have been moved'],
	])(
		'%s, refused with %i when it is repeated, stays unknown',
		async (operation, status, body, said) => {
			const parameters = await existing(operation);
			braze().fault({ kind: 'dropAfter' });
			braze().fault({ kind: 'status', status, body, times: 'always' });
			const { error } = await run(braze(), parameters);
			expect(error?.message).toContain(said);
			expect(error?.message).toContain('so the outcome is unknown');
			expect(error?.description).not.toContain('nothing');
			if (operation === 'delete') expect(braze().schedules[0].state).toBe('cancelled');
		},
	);

	it('delete is done when Braze says so the second time', async () => {
		const parameters = await existing('delete');
		braze().fault({ kind: 'dropAfter' });
		const { json } = await run(braze(), parameters);
		expect(json[0]).toMatchObject({ status: 'deleted', deleted: true, warnings: [] });
	});
});

describe('Bad input', () => {
	it('stops everything before anything is sent, and names the item', async () => {
		const { error } = await run(braze(), perItem, { items: people('ada', '', 'cy', null) });
		expect(error?.message).toBe(
			"Recipient 1 in 'Recipients' has an empty 'External User ID' [item 1]",
		);
		expect(error?.description).toContain('1 more item needs a correction');
		expect(braze().requests).toHaveLength(0);
	});

	it('gives the same advice once, however many fields need it', async () => {
		const parameters = { resource: 'campaign', operation: 'delete' };
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
			"'Trigger Properties' is a list, but it has to be an object",
		],
		[
			'a number that is none',
			{ properties: { assignments: [{ id: '1', name: 'n', type: 'number', value: 'many' }] } },
			'"n" in \'Trigger Properties\' is many, which is not a number',
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
			"'Trigger Properties' is 51 KB, and Braze takes at most 50 KB [item 0]",
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

describe('Running again', () => {
	it('in a sub-workflow, says to retry this execution and not its caller', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, times: 1 });
		const { error } = await run(braze(), createCampaign, { mode: 'integrated' });
		expect(error?.description).toContain('Retry this execution, not the workflow that calls it');
	});

	it('sends only what is missing on Retry On Fail', async () => {
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: '"u5"' },
		});
		const items = people(...Array.from({ length: 20 }, (_, index) => `u${index}`));
		const { json, tries } = await run(braze(), perItem, {
			items,
			retryOnFail: { maxTries: 3, waitMs: 1 },
		});
		expect(tries).toBe(2);
		expect(json).toHaveLength(20);
		expect(Object.values(braze().schedulesPerPerson())).toEqual(Array(20).fill(1));
	});

	it('sends only what is missing even when the time is {{ $now }}, another one on every try', async () => {
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: '"bob"' },
		});
		const { tries } = await run(
			braze(),
			{
				...perItem,
				time: '={{ $now.plus({ days: 1, milliseconds: Math.round(Math.random() * 1e7) }) }}',
			},
			{ items: people('ada', 'bob'), retryOnFail: { maxTries: 3, waitMs: 1 } },
		);
		expect(tries).toBe(2);
		expect(braze().schedulesPerPerson()).toEqual({
			'external_user_id:ada': 1,
			'external_user_id:bob': 1,
		});
	});

	it('says how many were scheduled when some were not', async () => {
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: '"bob"' },
			times: 'always',
		});
		const { error } = await run(braze(), perItem, { items: people('ada', 'bob', 'cy') });
		expect(error?.message).toBe('Braze refused it: No [item 1]');
		expect(error?.description).toContain('2 of 3 scheduled, 1 not scheduled');
		expect(error?.description).toContain('sends only the others');
		expect(braze().schedules).toHaveLength(2);
	});

	it("takes a 2xx of somebody else for no answer of Braze's", async () => {
		braze().fault({
			kind: 'status',
			status: 200,
			body: { error: 'login required' },
			times: 'always',
		});
		const { error } = await run(braze(), createCampaign, { retryOnFail: { maxTries: 3 } });
		expect(error?.message).toMatch(/its answer cannot be read, so the outcome is unknown/);
		expect(braze().writes).toHaveLength(1);
	});

	it('keeps two reminders for the same person apart', async () => {
		const { json } = await run(braze(), perItem, { items: people('ada', 'ada') });
		expect(new Set(json.map((item) => item.schedule_id)).size).toBe(2);
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 2 });
	});
});
