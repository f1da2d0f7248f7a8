import { permissionFor } from '../../nodes/BrazeSchedule/domain/targets';
import { faultFrom } from '../../nodes/BrazeSchedule/transport/answer';
import type { Answer } from '../../nodes/BrazeSchedule/transport/answer';
import { judge } from '../../nodes/BrazeSchedule/transport/outcome';
import type { Failure } from '../../nodes/BrazeSchedule/transport/words';
import { withoutSecret } from '../../nodes/BrazeSchedule/transport/secrets';
import { wordsForCanceled } from '../../nodes/BrazeSchedule/transport/scheduleWords';
import { brazeSays } from '../../nodes/BrazeSchedule/transport/words';
import type { Batch } from '../../nodes/BrazeSchedule/domain/requests';
import { ECHOED, requestFor, SIX, TARGET_LIST } from '../domain/drafts';

const [campaign, canvas] = TARGET_LIST;
const create = requestFor(campaign, 'create');

const response = (statusCode: number, body?: unknown): Answer => ({
	kind: 'response',
	statusCode,
	headers: { 'x-echo': `Bearer ${ECHOED}` },
	body,
});

function failure(request: Batch, answer: Answer): Failure {
	const { outcome } = judge(request, answer);
	if (outcome.kind === 'accepted') throw new Error('It was accepted');
	return outcome.failure;
}

const CODES = [
	'ENOTFOUND',
	'ECONNREFUSED',
	'ECONNABORTED',
	'ETIMEDOUT',
	'ECONNRESET',
	'ERR_CANCELED',
	'EPROTO',
];

/** Every answer that is no success, without a warning from Braze in it. */
const SILENT: Answer[] = [
	...Array.from({ length: 300 }, (_, index) => response(300 + index)),
	...CODES.map((code) => faultFrom(Object.assign(new Error(code), { code }))),
	response(200, '<html>'),
];

test('a redirect that may have followed a success leaves the outcome unknown', () => {
	const { message, description } = failure(create, response(303));
	expect(message).toBe(
		'The address returned a redirect (303), which was not followed to keep the key safe, so the outcome is unknown',
	);
	expect(description).toMatch(
		/^It may or may not be scheduled.+\. Check the instance in the Braze API credential$/,
	);
});

test('a canceled execution says whether a request may have arrived before', () => {
	expect(wordsForCanceled(requestFor(campaign, 'update'), true)).toEqual({
		message:
			'The execution was canceled before this request was repeated, so the outcome is unknown',
		description: 'An earlier request got no answer. You can run it again: it sets the same time',
	});
	expect(wordsForCanceled(create, false)).toEqual({
		message: 'The execution was canceled before this request was sent',
		description: 'This request scheduled nothing',
	});
});

test('no answer gets a stock word for its only explanation', () => {
	for (const request of SIX) {
		for (const answer of SILENT) {
			const { message, description } = failure(request, answer);
			// The server's own status is no stock word.
			const words = `${message} ${description}`.replace(/a server error \(5\d\d\)/, '');
			expect(words).not.toMatch(
				/\b(errors?|problems?|failures?|failed|mistakes?|invalid|oops|sorry)\b/i,
			);
			expect(message).not.toMatch(/undefined|null|NaN|\[object/);
			expect(message).toMatch(/^[A-Z].*[^.]$/);
			expect(description.length).toBeGreaterThan(20);
		}
	}
});

test('a refusal says that its request did nothing, and an unknown outcome never does', () => {
	const nothing = {
		create: 'This request scheduled nothing',
		update: 'This request rescheduled nothing',
		delete: 'This request canceled nothing',
	};
	for (const request of SIX) {
		for (const answer of SILENT) {
			const { outcome } = judge(request, answer);
			if (outcome.kind === 'accepted') throw new Error('It was accepted');
			const { message, description } = outcome.failure;
			if (outcome.kind === 'refused') {
				expect(description).toContain(nothing[request.operation]);
				expect(message).not.toContain('unknown');
			} else {
				expect(description).not.toContain('nothing');
				expect(message).toContain('the outcome is unknown');
			}
		}
	}
});

test('an unknown create says that it was not repeated, and how to find out', () => {
	for (const target of TARGET_LIST) {
		for (const answer of [
			response(502),
			response(200, '<html>'),
			faultFrom({ code: 'ECONNRESET' }),
		]) {
			const { description } = failure(requestFor(target, 'create'), answer);
			expect(description).toContain('It may or may not be scheduled, so it was not sent again');
			expect(description).toContain(`the analytics of the ${target.label}`);
		}
	}
});

describe('403', () => {
	test.each(SIX)('names the permission of $path exactly', (request) => {
		const { description } = failure(request, response(403));
		expect(description).toContain(`It needs the permission ${permissionFor(request.path)}. `);
	});

	test('names those six and no others', () => {
		const named = SIX.map(
			(request) => /permission (\S+)\./.exec(failure(request, response(403)).description)?.[1],
		);
		expect(named).toEqual([
			'campaigns.trigger.schedule.create',
			'campaigns.trigger.schedule.update',
			'campaigns.trigger.schedule.delete',
			'canvas.trigger.schedule.create',
			'canvas.trigger.schedule.update',
			'canvas.trigger.schedule.delete',
		]);
	});

	test('says what is not allowed', () => {
		expect(SIX.map((request) => failure(request, response(403)).message)).toEqual([
			'The REST API key is not allowed to create a campaign schedule',
			'The REST API key is not allowed to move a campaign schedule',
			'The REST API key is not allowed to cancel a campaign schedule',
			'The REST API key is not allowed to create a Canvas schedule',
			'The REST API key is not allowed to move a Canvas schedule',
			'The REST API key is not allowed to cancel a Canvas schedule',
		]);
	});

	test('speaks of the account, not of the key, when Braze says Forbidden', () => {
		for (const request of SIX) {
			const { message, description } = failure(request, response(403, { message: 'Forbidden' }));
			expect(message).toBe('Braze does not accept this request from your account');
			expect(description).toMatch(/plan.+inactive.+This request \w+ nothing/);
			expect(description).not.toContain('permission');
		}
	});

	test('speaks of addresses, not of permissions, when Braze does', () => {
		for (const message of ['Invalid whitelisted IPs', 'Your IP is not allowed']) {
			const words = failure(create, response(403, { message }));
			expect(words.message).toBe('The REST API key is limited to certain IP addresses');
			expect(words.description).toContain(`Braze says: ${message}`);
			expect(words.description).not.toContain('permission');
		}
	});

	test('mentions addresses also when Braze does not, for an allowlist may look the same', () => {
		expect(failure(create, response(403)).description).toContain(
			'If the key is limited to certain IP addresses',
		);
	});
});

test('401 speaks of the key and the instance, and never quotes Braze, who repeats the key', () => {
	for (const request of SIX) {
		const { message, description } = failure(
			request,
			response(401, { message: `Invalid API key: ${ECHOED}`, errors: [ECHOED] }),
		);
		expect(message).toContain('REST API key');
		expect(description).toContain('instance');
		expect(`${message} ${description}`).not.toContain(ECHOED);
		expect(`${message} ${description}`).not.toContain('Invalid API key');
	}
});

test.each([
	['text', `the key ${ECHOED} is bad`],
	['a message', { message: `Invalid API key: ${ECHOED}` }],
	['a field called error', { error: ECHOED }],
	['a list', { message: 'no', errors: [`x ${ECHOED} y`, { key: ECHOED }] }],
	['an object for a message', { message: { [ECHOED]: ECHOED } }],
	['a long text that is cut', { message: 'x'.repeat(490) + ECHOED }],
])('whatever the status, the key in %s reaches no sentence', (_, body) => {
	for (const request of SIX) {
		for (let status = 200; status < 600; status += 1) {
			const judgement = judge(request, withoutSecret(response(status, body), ECHOED));
			const said = JSON.stringify(judgement);
			expect(said).not.toContain(ECHOED);
			expect(said).not.toContain(ECHOED.slice(0, 8));
		}
	}
});

describe("Braze's own words", () => {
	test.each<[unknown, string | undefined]>([
		[{ message: 'No Recipients' }, 'No Recipients'],
		[{ error: 'Bad Request' }, 'Bad Request'],
		[{ message: 'No', errors: ['a', 'b'] }, 'No. a. b'],
		[{ errors: [{ type: 'x' }] }, '{"type":"x"}'],
		[{ message: { text: 'x' } }, '{"text":"x"}'],
		[{ message: '', error: null }, undefined],
		[{}, undefined],
		['<html>', undefined],
		[null, undefined],
		[['x'], undefined],
	])('are found in %j', (body, said) => {
		expect(brazeSays(body)).toBe(said);
	});

	test('are cut where nobody reads on, however many they are', () => {
		const x = 'x'.repeat(249);
		expect(brazeSays({ errors: [x, x] })).toBe(`${x}. ${x}`);
		expect(brazeSays({ errors: [x, `${x}y`] })).toBe(`${x}. ${x.slice(1)}…`);
		expect(brazeSays({ errors: Array(1000).fill(x) })).toHaveLength(500);
	});

	test('are the message of a 400, cut where nobody reads on', () => {
		expect(failure(create, response(400, { message: 'No Recipients' })).message).toBe(
			'Braze refused the request: No Recipients',
		);
		const { message } = failure(
			create,
			response(400, { errors: ['x'.repeat(400), 'y'.repeat(4000)] }),
		);
		expect(message.length).toBeLessThan(530);
	});

	test.each<[string, Batch, string]>([
		[
			'campaign_id must be a string of the campaign api identifier',
			create,
			'the API identifier of the campaign',
		],
		['Invalid Campaign ID', create, 'the API identifier of the campaign'],
		[
			'canvas_id must be a string of the Canvas api identifier',
			requestFor(canvas, 'create'),
			'the API identifier of the Canvas',
		],
		[
			'The campaign is archived. Unarchive the campaign in order for trigger requests to take effect.',
			create,
			'Start or restore the campaign',
		],
		[
			'The campaign is paused. Resume the campaign in order for trigger requests to take effect.',
			create,
			'Start or restore the campaign',
		],
		['The Canvas is paused', requestFor(canvas, 'create'), 'Start or restore the Canvas'],
		['Bad Request. Cannot parse send_at datetime', create, 'Check the time'],
		['schedule.time is not valid', create, 'Check the time'],
		['The time must be in the future', create, 'Check the time'],
		['Invalid date', create, 'Check the time'],
		['schedule_id is not valid', requestFor(campaign, 'delete'), 'Check the schedule ID'],
	])('"%s" comes with what to do', (said, request, hint) => {
		expect(failure(request, response(400, { message: said })).description).toContain(hint);
	});
});

test.each([
	'Request Timeout',
	'The request timed out',
	'Time-out while reading the body',
	'Cannot update it',
	'The request is invalidated',
	'Sometimes',
])('"%s" is not about the time of the schedule', (said) => {
	expect(failure(create, response(408, { message: said })).description).toBe(
		'This request scheduled nothing',
	);
});

test('what was never sent speaks of its request alone, for others may have been sent', () => {
	for (const request of SIX) {
		const { description } = wordsForCanceled(request, false);
		expect(description).toMatch(/^This request (scheduled|rescheduled|canceled) nothing$/);
	}
});

test.each([
	[404, 'Compare the instance'],
	[413, 'a request can have up to 4 MB'],
	[429, 'Your workspace has used up its requests'],
	[300, 'Check the instance'],
	[302, 'Check the instance'],
])('%i says what to do', (status, words) => {
	expect(failure(create, response(status)).description).toContain(words);
});

test('the status is kept for those who look for it', () => {
	expect(failure(create, response(400)).httpCode).toBe('400');
	expect(failure(create, response(200, 'x')).httpCode).toBe('200');
});

test('no message holds the code of a fault, for n8n would put its own sentence there', () => {
	for (const request of SIX) {
		for (const code of CODES) {
			const { message, httpCode } = failure(request, faultFrom({ code }));
			expect(message).not.toContain(code);
			expect(httpCode).toBeUndefined();
		}
	}
	expect(failure(create, faultFrom({ code: 'ENOTFOUND' })).description).toContain('(ENOTFOUND)');
});

test.each(['Z_DATA_ERROR', 'Z_BUF_ERROR', 'ERR_PADDING_2', 'HPE_INVALID_CONSTANT'])(
	'an answer that arrives and cannot be unpacked did not break off: %s',
	(code) => {
		const { message } = failure(create, faultFrom({ code }));
		expect(message).toBe("Braze's answer cannot be read, so the outcome is unknown");
	},
);
