import { listPath, TARGETS } from '../../../nodes/BrazeSchedule/domain/targets';
import { read } from '../../../nodes/BrazeSchedule/transport/read';
import type { ReadRequest } from '../../../nodes/BrazeSchedule/transport/read';
import { BACKOFF, context, fault, outcomeOf, pretendClock, START } from './context';
import type { Reply, Sent, Setting } from './context';

pretendClock();

const LIST: ReadRequest = {
	path: listPath(TARGETS.campaign),
	qs: { page: 0 },
	what: 'campaigns',
	instead: 'Or enter the ID by hand',
};
const MINUTE = 60_000;

async function reading(
	script: (request: Sent, earlier: Sent[]) => Reply | Error,
	request: Partial<ReadRequest> = {},
	setting: Setting = {},
) {
	const { self, sent } = context(script, setting);
	const result = await outcomeOf(read.call(self, { ...LIST, ...request }));
	return { result, sent, times: sent.map(({ at }) => at) };
}

const found: Reply = { statusCode: 200, body: { campaigns: [], message: 'success' } };
const busy = (seconds: number): Reply => ({
	statusCode: 429,
	headers: { 'X-RateLimit-Reset': String(START / 1000 + seconds) },
});

test('asks once, and hands over the list', async () => {
	const { result, sent } = await reading(() => found);
	expect(result).toEqual({ body: { campaigns: [], message: 'success' } });
	expect(sent.map(({ options }) => options)).toEqual([
		{
			method: 'GET',
			url: 'https://rest.iad-01.braze.com/campaigns/list',
			qs: { page: 0 },
			timeout: 30_000,
			json: true,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		},
	]);
});

test('waits for an answer as long as it is told', async () => {
	const { sent } = await reading(() => found, { timeout: 5000 });
	expect(sent[0].options.timeout).toBe(5000);
});

test('a credential without an instance asks nobody', async () => {
	const { result, sent } = await reading(() => found, {}, { credential: { apiKey: 'k' } });
	expect(sent).toHaveLength(0);
	expect(result).toEqual({
		failure: {
			message:
				"Choose your 'Instance' in the Braze API credential. In Braze you find it under Settings > APIs and Identifiers",
			description: '',
		},
	});
});

describe('tries again', () => {
	test.each<[string, Reply | Error]>([
		['a fault of Braze’s', { statusCode: 500 }],
		['a connection that broke', fault('ECONNRESET')],
		['a host that was not found', fault('ENOTFOUND')],
		['a full window without a time', { statusCode: 429 }],
	])('after %s, longer each time, as long as it may wait', async (_, answer) => {
		const { result, times } = await reading((_, earlier) => (earlier.length < 3 ? answer : found), {
			maximumWait: MINUTE,
		});
		expect(times).toEqual([0, 375, 375 + 750, 375 + 750 + 1500]);
		expect(result).toHaveProperty('body');
	});

	test('after a full window when it opens', async () => {
		const { times } = await reading((_, earlier) => (earlier.length === 0 ? busy(10) : found), {
			maximumWait: MINUTE,
		});
		expect(times).toEqual([0, 10_000]);
	});

	test('up to the very end of the maximum wait', async () => {
		const { result } = await reading((_, earlier) => (earlier.length === 0 ? busy(60) : found), {
			maximumWait: MINUTE,
		});
		expect(result).toHaveProperty('body');
	});

	test('and no further', async () => {
		const { result, times } = await reading(() => busy(61), { maximumWait: MINUTE });
		expect(times).toEqual([0]);
		expect(result).toHaveProperty('failure');
	});

	test('not while somebody waits in front of a picker', async () => {
		const { times, result } = await reading(() => ({ statusCode: 500 }));
		expect(times).toEqual([0]);
		expect(result).toHaveProperty('failure');
	});

	test('not what will be no other the next time', async () => {
		for (const answer of [
			...[200, 301, 400, 401, 403, 404].map((statusCode) => ({ statusCode })),
			fault('ERR_CANCELED'),
		]) {
			const { times } = await reading(() => answer, { maximumWait: MINUTE });
			expect(times).toEqual([0]);
		}
	});

	test('not once the execution is cancelled', async () => {
		const { times, result } = await reading(
			() => ({ statusCode: 500 }),
			{ maximumWait: MINUTE },
			{ cancelAfter: 500 },
		);
		// The sleep ends early, and what is asked then is the last question.
		expect(times.length).toBeLessThanOrEqual(3);
		expect(times.at(-1)).toBeLessThan(500 + BACKOFF[0]);
		expect(result).toHaveProperty('failure');
	});
});

describe('what it says', () => {
	test.each<[string, Reply | Error, object]>([
		[
			'the connection broke',
			fault('ECONNRESET'),
			{
				message: 'Braze could not be reached',
				description:
					'Check the instance in the Braze API credential (ECONNRESET). Or enter the ID by hand',
			},
		],
		[
			'the key is not known',
			{ statusCode: 401, body: { message: 'Invalid API key: the-key' } },
			{
				httpCode: '401',
				message: 'Braze does not know this REST API key',
				description:
					'Check the instance and the key in the Braze API credential. Or enter the ID by hand',
			},
		],
		[
			'a permission is missing',
			{ statusCode: 403 },
			{
				httpCode: '403',
				message: 'The REST API key lacks the permission campaigns.list',
				description:
					'Braze needs it to list campaigns. Permissions are fixed when a key is made, so create a new key with it. Or enter the ID by hand',
			},
		],
		[
			'Braze says something else',
			{ statusCode: 400, body: { message: 'page must be a number, the-key' } },
			{
				httpCode: '400',
				message: 'Braze could not list its campaigns (400)',
				description: 'page must be a number, [hidden]. Or enter the ID by hand',
			},
		],
		[
			'nothing can be read in the answer',
			{ statusCode: 200, body: '<html>' },
			{
				httpCode: '200',
				message: 'Braze could not list its campaigns (200)',
				description: 'Try again in a minute. Or enter the ID by hand',
			},
		],
	])('when %s', async (_, answer, failure) => {
		expect((await reading(() => answer)).result).toEqual({ failure });
	});

	test('and no more, where there is nothing else to do', async () => {
		const { result } = await reading(() => ({ statusCode: 500 }), { instead: undefined });
		expect(result).toEqual({
			failure: {
				httpCode: '500',
				message: 'Braze could not list its campaigns (500)',
				description: 'Try again in a minute',
			},
		});
	});
});
