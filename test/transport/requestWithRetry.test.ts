import { listPath, SEND_IDS_PATH, TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { faultFrom } from '../../nodes/BrazeSchedule/transport/answer';
import type { Answer } from '../../nodes/BrazeSchedule/transport/answer';
import { judge } from '../../nodes/BrazeSchedule/transport/outcome';
import { requestWithRetry } from '../../nodes/BrazeSchedule/transport/requestWithRetry';
import type { PlainRequest } from '../../nodes/BrazeSchedule/transport/requestWithRetry';
import type { Failure } from '../../nodes/BrazeSchedule/transport/words';
import { BACKOFF, context, fault, outcomeOf, pretendClock, START } from './context';
import type { Reply, Sent, Setting } from './context';
import { requestFor } from '../domain/drafts';

pretendClock();

const LIST: PlainRequest = {
	path: listPath(TARGETS.campaign),
	qs: { page: 0 },
	to: 'list campaigns',
	confirms: () => true,
	instead: 'Or enter the ID by hand',
};
const NEW_SEND_ID: Partial<PlainRequest> = {
	path: SEND_IDS_PATH,
	qs: undefined,
	body: { campaign_id: 'c-1' },
	to: 'create the send ID',
	label: 'campaign',
	ifUnknown: 'The send ID may exist',
	instead: undefined,
};
const MINUTE = 60_000;
const INSTANCE = 'the instance in the Braze API credential';
const AGAIN = `Try again in a minute. If this keeps happening, check ${INSTANCE}`;
const PAGE = 'Settings > APIs and Identifiers in Braze';

async function calling(
	script: (request: Sent, earlier: Sent[]) => Reply | Error,
	request: Partial<PlainRequest> = {},
	setting: Setting = {},
) {
	const { self, sent } = context(script, setting);
	const result = await outcomeOf(requestWithRetry.call(self, { ...LIST, ...request }));
	return { result, sent, times: sent.map(({ at }) => at) };
}

const found: Reply = { statusCode: 200, body: { campaigns: [], message: 'success' } };
const busy = (seconds: number): Reply => ({
	statusCode: 429,
	headers: { 'X-RateLimit-Reset': String(START / 1000 + seconds) },
});

test('asks once, and hands over the list', async () => {
	const { result, sent } = await calling(() => found);
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
			encoding: 'stream',
			disableFollowRedirect: true,
		},
	]);
});

test('has the credential decrypted once, however often it tries, or not at all if it is given one', async () => {
	const failsTwice = (_: Sent, earlier: Sent[]) => (earlier.length < 2 ? busy(1) : found);
	const { self, sent, decryptions } = context(failsTwice);
	await outcomeOf(requestWithRetry.call(self, { ...LIST, maximumWait: MINUTE }));
	expect([sent.length, decryptions()]).toEqual([3, 1]);

	const credential = { instance: 'us-01', apiKey: 'another' };
	const given = context(() => found, { credential });
	await outcomeOf(requestWithRetry.call(given.self, { ...LIST, credential }));
	expect([given.sent.length, given.decryptions()]).toEqual([1, 0]);
});

test('waits for an answer as long as it is asked to', async () => {
	const { sent } = await calling(() => found, { timeout: 5000 });
	expect(sent[0].options.timeout).toBe(5000);
});

test('a credential without an instance asks nobody', async () => {
	const { result, sent } = await calling(() => found, {}, { credential: { apiKey: 'k' } });
	expect(sent).toHaveLength(0);
	expect(result).toEqual({
		failure: {
			message:
				"Choose your 'Instance' in the Braze API credential. In Braze you find it under Settings > APIs and Identifiers",
			description: 'Nothing was sent',
		},
	});
});

test.each([
	['slow', 300],
	['fast', -300],
])(
	'a clock that is five minutes %s waits for a window as long as Braze means',
	async (_, ahead) => {
		const answer = (seconds: number) => ({
			...busy(ahead + seconds),
			headers: {
				...busy(ahead + seconds).headers,
				date: new Date(Date.now() + ahead * 1000).toUTCString(),
			},
		});
		const { times } = await calling((__, earlier) => (earlier.length === 0 ? answer(30) : found), {
			maximumWait: MINUTE,
		});
		expect(Math.abs(Number(times[1]) - 30_000)).toBeLessThanOrEqual(1000);
		jest.setSystemTime(START);
		const { result } = await calling(() => answer(1800), { maximumWait: MINUTE });
		const opening = new Date(START + (ahead + 1800) * 1000).toISOString().replace('.000', '');
		expect(JSON.stringify(result)).toContain(`again at ${opening}`);
	},
);

test('after a server error, the end of the rate limit is not waited for', async () => {
	const { times } = await calling(
		(_, earlier) => (earlier.length === 0 ? { ...busy(30), statusCode: 500 } : found),
		{ maximumWait: MINUTE },
	);
	expect(times).toEqual([0, BACKOFF[0]]);
});

test('a body makes it a POST', async () => {
	const { result, sent } = await calling(
		() => ({ statusCode: 201, body: { send_id: 's' } }),
		NEW_SEND_ID,
	);
	expect(result).toEqual({ body: { send_id: 's' } });
	expect(sent[0].options).toMatchObject({
		method: 'POST',
		url: 'https://rest.iad-01.braze.com/sends/id/create',
		body: { campaign_id: 'c-1' },
	});
});

test.each([199, 300, 400])('%i is no success', async (statusCode) => {
	const { result } = await calling(() => ({ ...found, statusCode }));
	expect(result).toMatchObject({ failure: { httpCode: String(statusCode) } });
});

test('where n8n has no cancel button, as in a picker, it asks as well', async () => {
	const { self, sent } = context((_, earlier) =>
		earlier.length === 1 ? found : { statusCode: 500 },
	);
	delete (self as { getExecutionCancelSignal?: unknown }).getExecutionCancelSignal;
	const request = { ...LIST, maximumWait: MINUTE };
	expect(await outcomeOf(requestWithRetry.call(self, request))).toHaveProperty('body');
	expect(sent).toHaveLength(2);
	expect(await outcomeOf(requestWithRetry.call(self, LIST))).toMatchObject({
		failure: { httpCode: '500' },
	});
});

describe('whether Braze may have done what a failed request asked for', () => {
	const unconfirmed = { message: 'Not yet' };

	test.each<[string, Reply | Error, boolean]>([
		['a connection that broke', fault('ECONNRESET'), true],
		['a host that was not found', fault('ENOTFOUND'), false],
		['an answer that confirms nothing', { statusCode: 200, body: unconfirmed }, true],
		['an answer that nobody can read', { statusCode: 299, body: '<html>' }, true],
		['a choice', { statusCode: 300 }, false],
		['a redirect', { statusCode: 302 }, false],
		['a redirect that may follow a success', { statusCode: 303 }, true],
		['a refusal', { statusCode: 400 }, false],
		['a refusal, to the last one', { statusCode: 499 }, false],
		['a server error', { statusCode: 500 }, true],
	])('%s', async (_, answer, isUnknown) => {
		const request = { ...NEW_SEND_ID, confirms: () => false };
		const { result } = await calling(() => answer, request);
		expect(result).toHaveProperty('failure');
		expect('isUnknown' in result && result.isUnknown).toBe(isUnknown);
		const reading = await calling(() => answer, { confirms: () => false });
		expect(reading.result).toEqual({ failure: expect.anything() });
	});

	test('is said in words, with those of Braze', async () => {
		const answer = { statusCode: 200, body: unconfirmed };
		const confirms = () => false;
		expect((await calling(() => answer, { ...NEW_SEND_ID, confirms })).result).toEqual({
			failure: {
				httpCode: '200',
				message: "Braze's answer does not confirm the request, so the outcome is unknown",
				description: 'The send ID may exist. Braze says: Not yet',
			},
			isUnknown: true,
		});
		expect((await calling(() => answer, { confirms })).result).toEqual({
			failure: {
				httpCode: '200',
				message: 'Braze could not list campaigns',
				description: `${AGAIN}. Braze says: Not yet. Or enter the ID by hand`,
			},
		});
		const redirected = await calling(() => ({ ...answer, statusCode: 300 }), { confirms });
		expect(redirected.result).toMatchObject({
			failure: { message: expect.stringContaining('redirect (300)') },
		});
	});
});

describe('a POST is tried again', () => {
	test.each<[string, Reply | Error, number]>([
		['only if it never left', fault('ENOTFOUND'), 2],
		['or was refused for its number', { statusCode: 429 }, 2],
		['not if it may have arrived', fault('ECONNRESET'), 1],
		['not if Braze may have carried it out', { statusCode: 500 }, 1],
	])('%s', async (_, answer, times) => {
		const { sent } = await calling((_, earlier) => (earlier.length === 0 ? answer : found), {
			...NEW_SEND_ID,
			maximumWait: MINUTE,
		});
		expect(sent).toHaveLength(times);
	});
});

describe('tries again', () => {
	test.each<[string, Reply | Error]>([
		["a fault of Braze's", { statusCode: 500 }],
		['a connection that broke', fault('ECONNRESET')],
		['a host that was not found', fault('ENOTFOUND')],
		['a full window without a time', { statusCode: 429 }],
	])('after %s, longer each time, as long as it may wait', async (_, answer) => {
		const { result, times } = await calling((_, earlier) => (earlier.length < 3 ? answer : found), {
			maximumWait: MINUTE,
		});
		expect(times).toEqual([0, 375, 375 + 750, 375 + 750 + 1500]);
		expect(result).toHaveProperty('body');
	});

	test('after a full window when it opens', async () => {
		const { times } = await calling((_, earlier) => (earlier.length === 0 ? busy(10) : found), {
			maximumWait: MINUTE,
		});
		expect(times).toEqual([0, 10_000]);
	});

	test('up to the very end of the maximum wait', async () => {
		const { result } = await calling((_, earlier) => (earlier.length === 0 ? busy(60) : found), {
			maximumWait: MINUTE,
		});
		expect(result).toHaveProperty('body');
	});

	test('not if the window opens later than that', async () => {
		const { result, times } = await calling(() => busy(61), { maximumWait: MINUTE });
		expect(times).toEqual([0]);
		expect(result).toMatchObject({ failure: { httpCode: '429' } });
	});

	test('not while somebody waits in front of a picker', async () => {
		const { times, result } = await calling(() => ({ statusCode: 500 }));
		expect(times).toEqual([0]);
		expect(result).toMatchObject({ failure: { httpCode: '500' } });
	});

	test('not what will be no other the next time', async () => {
		for (const answer of [
			...[200, 301, 400, 401, 403, 404].map((statusCode) => ({ statusCode })),
			fault('ERR_CANCELED'),
		]) {
			const { times } = await calling(() => answer, { maximumWait: MINUTE });
			expect(times).toEqual([0]);
		}
	});

	test('not once the execution is canceled', async () => {
		const { times, result } = await calling(
			() => ({ statusCode: 500 }),
			{ maximumWait: MINUTE },
			{ cancelAfter: 500 },
		);
		// The sleep ends early, and what is asked then is the last question.
		expect(times.length).toBeLessThanOrEqual(3);
		expect(times.at(-1)).toBeLessThan(500 + BACKOFF[0]);
		expect(result).toEqual({
			failure: {
				message: 'The execution was canceled before Braze could list campaigns',
				description: '',
			},
		});
	});
});

describe('what it says', () => {
	test.each<[string, Reply | Error, object]>([
		[
			'the connection broke',
			fault('ECONNRESET'),
			{
				message: 'The connection to Braze was lost before the answer arrived',
				description: `${AGAIN}. Or enter the ID by hand`,
			},
		],
		[
			'the answer cannot be unpacked',
			fault('Z_DATA_ERROR'),
			{
				message: "Braze's answer cannot be read",
				description: `Try again in a minute. If this keeps happening, check that ${INSTANCE} leads to Braze's REST endpoint. Or enter the ID by hand`,
			},
		],
		[
			'nobody is there',
			fault('ENOTFOUND', { syscall: 'getaddrinfo' }),
			{
				message: 'Braze could not be reached',
				description: `Check ${INSTANCE}, and that this n8n is allowed to connect to it (ENOTFOUND). Or enter the ID by hand`,
			},
		],
		...[300, 308, 399].map((statusCode): [string, Reply, object] => [
			`it leads elsewhere with ${statusCode}`,
			{ statusCode },
			{
				httpCode: String(statusCode),
				message: `The address returned a redirect (${statusCode}), which was not followed to keep the key safe`,
				description: 'Check the instance in the Braze API credential. Or enter the ID by hand',
			},
		]),
		[
			'the key is not known',
			{ statusCode: 401, body: { message: 'Invalid API key: the-key' } },
			{
				httpCode: '401',
				message: 'Braze rejected the REST API key',
				description: `Usually, the key is valid but the instance is wrong: compare ${INSTANCE} with the REST endpoint under ${PAGE}. Otherwise, the key is mistyped, deleted, from another workspace, or lacks the permission campaigns.list. Or enter the ID by hand`,
			},
		],
		[
			'a permission is missing',
			{ statusCode: 403 },
			{
				httpCode: '403',
				message: 'The REST API key is not allowed to list campaigns',
				description: `It needs the permission campaigns.list. A key's permissions can't be changed, so create a new key with this permission under ${PAGE}. If the key is limited to certain IP addresses, add the one of this n8n. Or enter the ID by hand`,
			},
		],
		[
			'the rate limit is used up',
			busy(90),
			{
				httpCode: '429',
				message: 'The Braze rate limit has been reached',
				description:
					'Your workspace has used up its requests for now. Braze accepts requests again at 2026-03-31T09:01:30Z. Try again after that time. Or enter the ID by hand',
			},
		],
		[
			'the rate limit is used up for nobody knows how long',
			{ statusCode: 429 },
			{
				httpCode: '429',
				message: 'The Braze rate limit has been reached',
				description:
					'Your workspace has used up its requests for now. Try again later. Or enter the ID by hand',
			},
		],
		[
			'Braze says something else',
			{ statusCode: 400, body: { message: 'page must be a number, the-key' } },
			{
				httpCode: '400',
				message: 'Braze refused the request: page must be a number, [hidden]',
				description: `Check ${INSTANCE}. Or enter the ID by hand`,
			},
		],
		[
			'nothing can be read in the answer',
			{ statusCode: 200, body: '<html>' },
			{
				httpCode: '200',
				message: "Braze's answer cannot be read",
				description: `Try again in a minute. If this keeps happening, check that ${INSTANCE} leads to Braze's REST endpoint. Or enter the ID by hand`,
			},
		],
	])('when %s', async (_, answer, failure) => {
		expect((await calling(() => answer)).result).toEqual({ failure });
	});

	test('and no more, where there is nothing else to do', async () => {
		const { result } = await calling(() => ({ statusCode: 500 }), { instead: undefined });
		expect(result).toEqual({
			failure: {
				httpCode: '500',
				message: 'Braze returned a server error (500)',
				description: AGAIN,
			},
		});
	});
});

describe('says the same of an answer as a schedule request does', () => {
	const answers: Array<[string, Reply | Error]> = [
		...Array.from({ length: 300 }, (_, index): [string, Reply] => [
			String(300 + index),
			{ statusCode: 300 + index, body: { message: 'Words' } },
		]),
		...[{ message: 'Forbidden' }, { message: 'Invalid whitelisted IPs' }, undefined].map(
			(body): [string, Reply] => [`403 ${body?.message}`, { statusCode: 403, body }],
		),
		['400 about a campaign', { statusCode: 400, body: { message: 'Invalid campaign' } }],
		['a page', { statusCode: 200, body: '<html>' }],
		['a text', { statusCode: 200, body: { error: 'Words' } }],
		...['ETIMEDOUT', 'ECONNRESET', 'ENOTFOUND', 'Z_DATA_ERROR'].map((code): [string, Error] => [
			code,
			fault(code),
		]),
	];

	test.each(answers)('%s', async (_, reply) => {
		const answer: Answer =
			reply instanceof Error
				? faultFrom(reply)
				: { kind: 'response', headers: {}, body: undefined, ...reply };
		const { outcome } = judge(requestFor(TARGETS.campaign, 'create'), answer);
		const { failure } = outcome as { failure: Failure };
		const request = { ...NEW_SEND_ID, confirms: () => false };
		const { result } = await calling(() => reply, request);
		const isUnknown = outcome.kind === 'unknown';
		const told = (text: string) => text.replaceAll('create a campaign schedule', NEW_SEND_ID.to!);
		expect(result).toMatchObject({
			failure: { message: told(failure.message) },
			...(isUnknown && { isUnknown }),
		});
		expect('isUnknown' in result).toBe(isUnknown);
	});
});
