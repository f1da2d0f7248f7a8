import { byId, createForModel, credentialFor, orderReminder, SOON, useBraze } from './braze';
import { runTool } from './harness';
import type { RunToolOptions } from './harness';

const braze = useBraze();

const existing = {
	resource: 'campaign',
	campaignId: byId(orderReminder),
	findBy: 'scheduleId',
	scheduleId: "={{ $fromAI('schedule_id') }}",
};

const asked = { person: 'ada', time: SOON, schedule_id: 'a-schedule' };

/** What the model reads: no exception text, and items with the complete result. */
describe.each(['engine', 'invoke'] as const)('A failed tool answers the model (%s)', (via) => {
	const call = async (parameters: object, options: Partial<RunToolOptions> = {}) =>
		await runTool({
			parameters: parameters as never,
			credentials: credentialFor(braze()),
			calls: [asked],
			via,
			...options,
		});

	const answerOf = async (parameters: object, options: Partial<RunToolOptions> = {}) => {
		const { status, responses } = await call(parameters, options);
		expect(status).toBe('success');
		expect(responses[0].failed).toBeUndefined();
		return responses[0].response;
	};

	it('says that Braze refused the request, and that calling again is safe', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No such person' } });
		expect(await answerOf(createForModel)).toEqual([
			{
				status: 'failed',
				outcome: 'refused',
				error: 'Braze refused the request: No such person',
				what_to_do: expect.stringMatching(
					/^This request changed nothing in Braze, so it's safe to use this tool again .*This request scheduled nothing\.$/,
				),
			},
		]);
	});

	it('reports that the outcome is unknown, and not to schedule it again', async () => {
		braze().fault({ kind: 'dropAfter' });
		const [answer] = await answerOf(createForModel);
		expect(answer).toMatchObject({ status: 'failed', outcome: 'unknown' });
		expect(answer.error).toMatch(/so the outcome is unknown$/);
		expect(answer.what_to_do).toMatch(
			/^Don't use this tool again for the same message: it could go out twice\./,
		);
	});

	it.each(['update', 'delete'])('reports that %s may be tried again', async (operation) => {
		braze().fault({ kind: 'dropAfter', times: 9 });
		const [answer] = await answerOf({
			...existing,
			operation,
			scheduleMode: 'exact',
			time: asked.time,
		});
		expect(answer).toMatchObject({ status: 'failed', outcome: 'unknown' });
		expect(answer.what_to_do).toMatch(/^It's safe to use this tool again with the same values\./);
	});

	it('treats a refused delete as unknown if an earlier one got no answer, for any other input', async () => {
		braze().fault({ kind: 'dropAfter', times: 4 });
		braze().fault({ kind: 'status', status: 400, times: 'always' });
		const calls = ['Moved', 'Canceled'].map((reason) => ({ ...asked, reason }));
		const { responses } = await call({ ...existing, operation: 'delete' }, { calls });
		// n8n 1 may begin with either of them.
		expect(responses.flatMap(({ response }) => response)).toContainEqual(
			expect.objectContaining({
				status: 'failed',
				outcome: 'unknown',
				error: expect.stringContaining('probably canceled'),
			}),
		);
	}, 20_000);

	it('says everything that is wrong with its input', async () => {
		const answers = await answerOf(createForModel, { calls: [{ person: '', time: 'tomorrow' }] });
		expect(answers).toEqual([
			{
				status: 'failed',
				outcome: 'invalid',
				error: "Recipient 1 in 'Recipients' has an empty 'External User ID'",
				what_to_do: expect.stringMatching(/^Correct the values .*'Time'.*Nothing was sent/s),
			},
		]);
		expect(braze().requests).toHaveLength(0);
	});

	it.each([
		[
			'an option with a wrong value',
			{ ...createForModel, options: { concurrency: 0 } },
			/'Requests at Once' is 0/,
		],
		[
			'an expression that throws',
			{ ...createForModel, scheduleMode: "={{ 'tomorrow'.toDateTime() }}" },
			/cannot convert to Luxon DateTime/i,
		],
	])('reports what is wrong with %s', async (_, parameters, error) => {
		const [answer] = await answerOf(parameters);
		expect(answer).toMatchObject({ status: 'failed', outcome: 'invalid' });
		expect(answer.error).toMatch(error);
		expect(answer.what_to_do).not.toBe('');
		expect(braze().requests).toHaveLength(0);
	});

	const FOR_PEOPLE = 'For the person who maintains the workflow: ';
	/** Changes that only a person in the editor can make. */
	const FORM =
		/expression|incoming item|this node|loop|credential|execution|turn on|under 'Options'/i;
	const everyone = { ...createForModel, sendTo: 'everyone', confirmEveryone: true };

	it.each([
		['a missing confirmation', { ...everyone, confirmEveryone: false }, /^The values that you/],
		[
			'an audience that does not exist',
			{ ...createForModel, sendTo: 'nobody' },
			/^The values that you/,
		],
		['a value the model left out', createForModel, /^Correct the values that you provided/],
		['a list with an empty row', { ...createForModel, recipients: {} }, /^Correct the values/],
		['an option', { ...createForModel, options: { eventTime: '' } }, /^Correct the values/],
	])('keeps what only a person can do about %s apart', async (missing, parameters, advice) => {
		const person = missing.startsWith('a value') ? '' : asked.person;
		const [{ what_to_do }] = await answerOf(parameters, { calls: [{ ...asked, person }] });
		const [forModel, ...forPeople] = String(what_to_do).split(FOR_PEOPLE);
		expect(forModel).toMatch(advice);
		expect(forModel).toContain('Nothing was sent.');
		expect(forModel).not.toMatch(FORM);
		expect(forPeople.join()).toMatch(/\w'?\.$/);
	});

	it('tells the model itself what its values have to look like', async () => {
		const [{ what_to_do }] = await answerOf(createForModel, {
			calls: [{ ...asked, time: 'soon' }],
		});
		expect(what_to_do).toContain(
			'Use a date and a time like 2026-03-31T09:00:00. Nothing was sent.',
		);
		expect(what_to_do).not.toContain(FOR_PEOPLE);
	});

	it('does not ask the model to move a node if an audience has already been messaged', async () => {
		const calls = [asked, { ...asked, time: SOON.replace('T09', 'T10') }];
		const { responses } = await call(everyone, { calls });
		const answers = responses.flatMap(({ response }) => response);
		expect(answers.map(({ status }) => status).sort()).toEqual(['failed', 'scheduled']);
		const refused = answers.find(({ status }) => status === 'failed');
		expect(refused?.outcome).toBe('invalid');
		expect(refused?.what_to_do).toBe(
			"Don't use this tool again for this audience. To change the first message, move or cancel its schedule. If the user wants a second message to the same people, tell them that the workflow needs a change. Nothing was sent. For the person who maintains the workflow: To allow it, turn on 'Allow Repeated Audience Sends' under 'Options'.",
		);
		expect(braze().schedules).toHaveLength(1);
	});

	it.each([
		['a wrong key', 401, { message: 'Invalid API key' }],
		['a missing permission', 403, { message: 'Access Denied' }],
		['a wrong address', 404, { message: 'Invalid URL' }],
		['an archived campaign', 400, { message: 'The campaign is archived.' }],
	])('separates what only a person can do about %s', async (_, status, body) => {
		braze().fault({ kind: 'status', status, body });
		const [{ what_to_do }] = await answerOf(createForModel);
		const [forModel, forPeople = ''] = String(what_to_do).split(FOR_PEOPLE);
		expect(forModel).toMatch(/^This request changed nothing in Braze/);
		expect(forModel).not.toMatch(FORM);
		expect(forPeople.length).toBeGreaterThan(20);
	});

	it('leaves it to a person to check the outcome of an unknown message', async () => {
		braze().fault({ kind: 'dropAfter' });
		const [{ what_to_do }] = await answerOf(createForModel);
		const [forModel, forPeople = ''] = String(what_to_do).split(FOR_PEOPLE);
		expect(forModel).toMatch(/^Don't use this tool again for the same message/);
		expect(forModel).not.toMatch(FORM);
		expect(forPeople).toContain('check the analytics of the campaign');
	});

	it.each([
		['unusable', { brazeApi: { instance: 'custom', customUrl: '', apiKey: 'k' } }, /Custom URL/],
		['missing', undefined, /credentials/],
	])('says that its credential is %s', async (_, credentials, error) => {
		const [answer] = await answerOf(createForModel, { credentials });
		expect(answer).toMatchObject({ status: 'failed', outcome: 'invalid' });
		expect(answer.error).toMatch(error);
	});

	it('keeps the successes beside the failures', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1, times: 1 });
		const people = Array.from({ length: 51 }, (_, index) => ({ external_user_id: `u${index}` }));
		const answers = await answerOf({
			...createForModel,
			recipientsInput: 'json',
			recipientsJson: people,
		});
		expect(answers.map(({ status, recipients }) => [status, recipients])).toEqual([
			['scheduled', 50],
			['failed', undefined],
		]);
	});

	it('answers in the same way with On Error set to Continue', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' } });
		const [answer] = await answerOf(createForModel, { onError: 'continueRegularOutput' });
		expect(answer).toMatchObject({ status: 'failed', outcome: 'refused' });
	});

	const sendId = { resource: 'sendId', operation: 'create', campaignId: byId(orderReminder) };
	const broadcasts = { resource: 'upcomingBroadcast', operation: 'getAll', returnAll: true };

	it.each([
		['refuses a send ID', { ...sendId, sendId: 'x' }, 400, 'refused'],
		['loses a send ID', { ...sendId, sendId: 'x' }, 503, 'unknown'],
		['refuses to list broadcasts', { ...broadcasts, until: SOON.slice(0, 10) }, 403, 'refused'],
	])('reports that Braze %s', async (_, parameters, code, outcome) => {
		braze().fault({ kind: 'status', status: code, body: { message: 'No' } });
		const [answer] = await answerOf(parameters);
		expect(answer).toMatchObject({ status: 'failed', outcome });
		expect(answer.error).not.toMatch(/\[item/);
	});

	it('reports that there are no broadcasts', async () => {
		const filters = { name: 'no such name' };
		const answers = await answerOf({ ...broadcasts, until: SOON.slice(0, 10), filters });
		expect(answers).toEqual([{ status: 'nothing_found' }]);
	});

	it('answers after Retry On Fail has used its tries, and sends an unknown create only once', async () => {
		braze().fault({ kind: 'dropAfter', times: 1 });
		const retryOnFail = { maxTries: 3 };
		const { tries, status, responses } = await call(createForModel, { retryOnFail });
		expect([status, tries]).toEqual(['success', 3]);
		expect(responses[0].response).toMatchObject([{ status: 'failed', outcome: 'unknown' }]);
		expect(braze().writes).toHaveLength(1);
	});

	it('succeeds if a repetition by Retry On Fail does', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, times: 1 });
		const { tries, responses } = await call(createForModel, { retryOnFail: true });
		expect(tries).toBe(2);
		expect(responses[0].response).toMatchObject([{ status: 'scheduled' }]);
	});

	it('counts the tries of each call separately', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, times: 99 });
		const { tries, responses } = await call(createForModel, {
			retryOnFail: { maxTries: 2 },
			calls: [asked, { ...asked, person: 'bob' }],
		});
		expect(tries).toBe(4);
		expect(responses.map(({ response }) => response[0].outcome)).toEqual(['refused', 'refused']);
	});
});
