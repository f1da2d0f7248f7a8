import { createCampaign, createForModel, credentialFor, LATER, SOON, useBraze } from './braze';
import { FakeDataTables, OLD_ENGINE, runTool } from './harness';

const braze = useBraze();

describe.each(['engine', 'invoke'] as const)('As a tool of an AI agent (%s)', (via) => {
	const tables = new FakeDataTables();

	const call = async (parameters: object, calls: Array<Record<string, string>>, retry = false) =>
		await runTool({
			parameters: parameters as never,
			credentials: credentialFor(braze()),
			calls,
			via,
			tables,
			...(retry && { retryOnFail: { maxTries: 3 } }),
		});

	it('schedules what the model asked for', async () => {
		const { responses } = await call(createForModel, [{ person: 'ada', time: SOON }]);
		expect(responses[0].failed).toBeUndefined();
		expect(JSON.stringify(responses[0].response)).toContain('"status":"scheduled"');
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 1 });
	});

	it('asks the model for what an incoming item would contain, by default', async () => {
		const { resource, operation, campaignId } = createCampaign;
		const asItIs = { resource, operation, campaignId };
		const reference = { Reference: 'B-204' };
		await call(asItIs, [{ ...reference, External_User_ID: 'ada', Time: `${SOON}+02:00` }]);
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 1 });
		const cancel = { resource, campaignId, operation: 'delete' };
		const { responses } = await call(cancel, [reference]);
		expect(JSON.stringify(responses[0].response)).toContain('"deleted":true');
	});

	it('takes every call for a request of its own', async () => {
		await call(createForModel, [
			{ person: 'ada', time: SOON },
			{ person: 'bob', time: SOON },
			{ person: 'ada', time: LATER },
		]);
		expect(braze().schedulesPerPerson()).toEqual({
			'external_user_id:ada': 2,
			'external_user_id:bob': 1,
		});
	});

	it('does not schedule twice when the model repeats itself word for word', async () => {
		await call(createForModel, [
			{ person: 'ada', time: SOON },
			{ person: 'ada', time: SOON },
		]);
		expect(braze().schedulesPerPerson()).toEqual({ 'external_user_id:ada': 1 });
	});

	it('repeats nothing on Retry On Fail', async () => {
		braze().fault({ kind: 'status', status: 400, body: { message: 'No' }, skip: 1, times: 1 });
		const people = Array.from({ length: 51 }, (_, index) => ({ external_user_id: `u${index}` }));
		const { tries } = await call(
			{
				...createForModel,
				recipientsInput: 'json',
				recipientsJson: people,
				time: '={{ $now.plus({ days: 2 }) }}',
			},
			[{}],
			true,
		);
		expect(tries).toBe(2);
		expect(Object.values(braze().schedulesPerPerson())).toEqual(Array(51).fill(1));
	});

	// In n8n 1, a tool that fails ends the execution: the current agent gets no answer.
	const onceAnswered = OLD_ENGINE && via === 'engine' ? it.skip : it;

	onceAnswered('gives the model the words of a refusal, and no key', async () => {
		braze().fault({
			kind: 'status',
			status: 401,
			body: { message: `Invalid API key: ${braze().key}` },
		});
		const { responses } = await call(createForModel, [{ person: 'ada', time: SOON }]);
		expect(JSON.stringify(responses)).toContain('Braze rejected the REST API key');
		expect(JSON.stringify(responses)).not.toContain(braze().key);
	});

	it('cannot be made to message everyone', async () => {
		const everyone = {
			...createForModel,
			sendTo: "={{ $fromAI('who') }}",
			confirmEveryone: "={{ $fromAI('sure', '', 'boolean') }}",
		};
		await call(everyone, [{ who: 'everyone', sure: 'true', person: 'ada', time: SOON }]);
		expect(braze().requests).toHaveLength(0);
	});
});
