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
	useBraze,
} from './braze';
import { everything } from './everything';

const braze = useBraze();

const { key } = SEED;

describe('Messages about refusals of Braze', () => {
	it('401: says to check the instance, and never repeats the key', async () => {
		const result = await run(braze(), createCampaign, {
			credentials: credentialFor(braze(), 'a-key-nobody-knows'),
		});
		expect(braze().writes[0].status).toBe(401);
		expect(result.error?.message).toBe('Braze rejected the REST API key [item 0]');
		expect(result.error?.description).toContain('the instance is wrong');
		expect(everything(result)).not.toContain('a-key-nobody-knows');
	});

	it('401 with Continue On Fail: the key is not in the output either', async () => {
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
				findBy: 'scheduleId',
				scheduleId: 's',
				scheduleMode: 'exact',
				time: '2027-01-01T00:00:00',
			},
			'campaigns.trigger.schedule.update',
			'move a campaign schedule',
		],
		[
			'delete',
			{
				resource: 'canvas',
				operation: 'delete',
				canvasId: byId('c'),
				findBy: 'scheduleId',
				scheduleId: 's',
			},
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
			'Braze refused the request: Something about the campaign',
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

	it('redacts the key in any other place where Braze might repeat it', async () => {
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

	it('ends every sentence with one period', async () => {
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

	it('429 for longer than it waits: says when to try again', async () => {
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

	it('an address that does not respond', async () => {
		const { error } = await run(braze(), createCampaign, {
			credentials: {
				brazeApi: { instance: 'custom', customUrl: 'http://127.0.0.1:9', apiKey: key },
			},
		});
		expect(error?.message).toBe('Braze could not be reached [item 0]');
		expect(error?.description).toContain('(ECONNREFUSED). This request scheduled nothing.');
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
		['delete', {}, { deleted: true, status: 'deleted' }, 'canceled'],
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
				{ resource: 'campaign', operation, findBy: 'scheduleId', ...fields },
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

	it('a redirect is not followed, so the key is only sent to Braze', async () => {
		braze().fault({ kind: 'redirect', status: 307, location: 'http://127.0.0.1:9/elsewhere' });
		const { error } = await run(braze(), createCampaign);
		expect(error?.message).toMatch(/redirect \(307\), which was not followed/);
	});
});

describe('A success of Braze with a note', () => {
	const answering = (body: object) =>
		braze().fault({ kind: 'status', status: 201, body, accept: true });

	it('returns a schedule_id that is a number as text, which Delete accepts', async () => {
		answering({ message: 'success', schedule_id: 42, dispatch_id: 'd' });
		const { json } = await run(braze(), createCampaign);
		expect(json[0]).toMatchObject({ status: 'scheduled', schedule_id: '42', warnings: [] });
		for (const scheduleId of [42, '42']) {
			answering({ message: 'success' });
			const parameters = {
				...createCampaign,
				operation: 'delete',
				findBy: 'scheduleId',
				scheduleId,
			};
			const deleted = await run(braze(), parameters as never);
			expect(deleted.json[0]).toMatchObject({ status: 'deleted', schedule_id: '42' });
			expect(braze().writes.at(-1)?.body).toMatchObject({ schedule_id: '42' });
		}
	});

	it('warns about an empty schedule_id', async () => {
		answering({ message: 'success', schedule_id: '' });
		const { json } = await run(braze(), createCampaign);
		expect(json[0]).toMatchObject({ status: 'scheduled', schedule_id: null });
		expect(json[0].warnings).toEqual([expect.stringMatching(/^Braze returned no schedule_id/)]);
	});

	it.each(['update', 'delete'])('attributes no message to Braze for an %s', async (operation) => {
		const [{ schedule_id: scheduleId }] = (await run(braze(), createCampaign)).json;
		for (const body of [{}, { message: null }, '']) {
			answering(body as object);
			const parameters = { ...createCampaign, operation, findBy: 'scheduleId', scheduleId };
			const { json } = await run(braze(), parameters as never);
			expect(json[0]).toMatchObject({ schedule_id: scheduleId, message: null, warnings: [] });
		}
	});

	it('attributes no message to Braze for a create, or in a retry of it', async () => {
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

	it('shows that a request is queued, and that it cannot be canceled', async () => {
		braze().fault({ kind: 'queued' });
		const { json } = await run(braze(), createCampaign);
		expect(json[0]).toMatchObject({ status: 'queued', schedule_id: null });
		expect(json[0].warnings).toHaveLength(2);
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

	it('sends only what is missing, even if the time is {{ $now }}, which differs on every try', async () => {
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

	it('reports how many were scheduled if some were not', async () => {
		braze().fault({
			kind: 'status',
			status: 400,
			body: { message: 'No' },
			match: { bodyIncludes: '"bob"' },
			times: 'always',
		});
		const { error } = await run(braze(), perItem, { items: people('ada', 'bob', 'cy') });
		expect(error?.message).toBe('Braze refused the request: No [item 1]');
		expect(error?.description).toContain('2 of 3 scheduled, 1 not scheduled');
		expect(error?.description).toContain('sends only the others');
		expect(braze().schedules).toHaveLength(2);
	});

	it("does not accept another server's 2xx as an answer of Braze", async () => {
		braze().fault({
			kind: 'status',
			status: 200,
			body: { error: 'login required' },
			times: 'always',
		});
		const { error } = await run(braze(), createCampaign, { retryOnFail: { maxTries: 3 } });
		expect(error?.message).toMatch(/does not confirm the request, so the outcome is unknown/);
		expect(braze().writes).toHaveLength(1);
	});

	it('keeps two reminders for the same recipient separate', async () => {
		const { json } = await run(braze(), perItem, { items: people('ada', 'ada') });
		expect(new Set(json.map((item) => item.schedule_id)).size).toBe(2);
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 2 });
	});
});
