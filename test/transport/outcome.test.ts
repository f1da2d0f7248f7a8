import { faultFrom } from '../../nodes/BrazeSchedule/transport/answer';
import type { Answer } from '../../nodes/BrazeSchedule/transport/answer';
import type { Batch } from '../../nodes/BrazeSchedule/domain/requests';
import { judge } from '../../nodes/BrazeSchedule/transport/outcome';
import { fault as faultOf, response } from './context';
import { OPERATIONS, requestFor, SIX, TARGET_LIST } from '../domain/drafts';

const [campaign] = TARGET_LIST;
const create = requestFor(campaign, 'create');
const update = requestFor(campaign, 'update');
const remove = requestFor(campaign, 'delete');

const CREATED = { message: 'success', schedule_id: 's-1', dispatch_id: 'd-1' };

/** An error as axios throws it. */
const fault = (code: string, more: object = {}) => faultFrom(faultOf(code, more));

describe('what became of a request, and whether it may be sent again', () => {
	const STATUSES: Array<[status: number, kind: string, create: string, others: string]> = [
		[200, 'accepted', 'never', 'never'],
		[201, 'accepted', 'never', 'never'],
		[202, 'accepted', 'never', 'never'],
		[204, 'accepted', 'never', 'never'],
		[299, 'accepted', 'never', 'never'],
		[303, 'unknown', 'never', 'never'],
		...[301, 302, 304, 307, 308].map((status): (typeof STATUSES)[number] => [
			status,
			'refused',
			'never',
			'never',
		]),
		...[400, 401, 402, 403, 404, 405, 406, 409, 410, 411, 413, 414, 415, 418, 422].map(
			(status): (typeof STATUSES)[number] => [status, 'refused', 'never', 'never'],
		),
		[429, 'refused', 'at-reset', 'at-reset'],
		...[500, 501, 502, 503, 504, 505, 507, 520, 521, 522, 524, 529, 599].map(
			(status): (typeof STATUSES)[number] => [status, 'unknown', 'never', 'soon'],
		),
	];

	describe.each(STATUSES)('%i is %s', (status, kind, again, againForOthers) => {
		test.each(SIX)('$path', (request) => {
			const judgement = judge(request, response(status, CREATED));
			expect(judgement.outcome.kind).toBe(kind);
			expect(judgement.again).toBe(request.operation === 'create' ? again : againForOthers);
		});
	});

	const FAULTS: Array<
		[name: string, answer: Answer, kind: string, create: string, others: string]
	> = [
		['no such host', fault('ENOTFOUND', { syscall: 'getaddrinfo' }), 'refused', 'soon', 'soon'],
		[
			'a name server that fails in its own way',
			fault('EAI_FAIL', { syscall: 'getaddrinfo' }),
			'refused',
			'soon',
			'soon',
		],
		[
			'a list of errors with a gap in it',
			fault('EOTHER', { errors: [undefined, { code: 'ECONNREFUSED' }] }),
			'refused',
			'soon',
			'soon',
		],
		['no name server', fault('EAI_AGAIN'), 'refused', 'soon', 'soon'],
		['a refused connection', fault('ECONNREFUSED'), 'refused', 'soon', 'soon'],
		[
			'a connection that could not be made in time',
			fault('ETIMEDOUT', { syscall: 'connect' }),
			'refused',
			'soon',
			'soon',
		],
		['no route', fault('EHOSTUNREACH', { syscall: 'connect' }), 'refused', 'soon', 'soon'],
		['a certificate that has expired', fault('CERT_HAS_EXPIRED'), 'refused', 'soon', 'soon'],
		[
			'a certificate of another host',
			fault('ERR_TLS_CERT_ALTNAME_INVALID'),
			'refused',
			'soon',
			'soon',
		],
		['an unknown issuer', fault('UNABLE_TO_VERIFY_LEAF_SIGNATURE'), 'refused', 'soon', 'soon'],
		['an own certificate', fault('DEPTH_ZERO_SELF_SIGNED_CERT'), 'refused', 'soon', 'soon'],
		['a timeout while waiting', fault('ECONNABORTED'), 'unknown', 'never', 'soon'],
		['a timeout on the wire', fault('ETIMEDOUT'), 'unknown', 'never', 'soon'],
		['a reset', fault('ECONNRESET', { syscall: 'read' }), 'unknown', 'never', 'soon'],
		['a hang-up', fault('ECONNRESET'), 'unknown', 'never', 'soon'],
		['a broken pipe', fault('EPIPE', { syscall: 'write' }), 'unknown', 'never', 'soon'],
		['an answer that breaks off', fault('ERR_BAD_RESPONSE'), 'unknown', 'never', 'soon'],
		[
			'a TLS fault in mid-stream',
			fault('EPROTO', { syscall: 'write' }),
			'unknown',
			'never',
			'soon',
		],
		['something without a name', faultFrom(new Error('?')), 'unknown', 'never', 'soon'],
		['the cancel button', fault('ERR_CANCELED'), 'unknown', 'never', 'never'],
	];

	describe.each(FAULTS)('%s', (_, answer, kind, again, againForOthers) => {
		test.each(SIX)('$path', (request) => {
			const judgement = judge(request, answer);
			expect(judgement.outcome.kind).toBe(kind);
			expect(judgement.again).toBe(request.operation === 'create' ? again : againForOthers);
		});
	});

	test('a create is never sent again unless Braze said no or it never left', () => {
		for (const target of TARGET_LIST) {
			const request = requestFor(target, 'create');
			for (let status = 200; status < 600; status += 1) {
				for (const body of [CREATED, '', undefined, null, '<html>', [], 'x', { message: 'x' }]) {
					const { outcome, again } = judge(request, response(status, body));
					if (again !== 'never')
						expect({ status, kind: outcome.kind }).toEqual({ status: 429, kind: 'refused' });
				}
			}
		}
	});

	test('an unknown create is never called refused, so that nobody sends it again', () => {
		for (let status = 500; status < 600; status += 1) {
			expect(judge(create, response(status, { message: 'no' })).outcome.kind).toBe('unknown');
		}
	});
});

describe('where in an exception the reason stands', () => {
	test('in the cause, however deep', () => {
		const inner = Object.assign(new Error('x'), { code: 'ECONNREFUSED' });
		const outer = new Error('a', { cause: new Error('b', { cause: inner }) });
		expect(faultFrom(outer)).toEqual({ kind: 'fault', code: 'ECONNREFUSED', neverLeft: true });
	});

	test('in the cause, eight errors deep, and no deeper', () => {
		const nested = (depth: number): Error =>
			depth === 1
				? Object.assign(new Error('x'), { code: 'ECONNREFUSED' })
				: new Error('x', { cause: nested(depth - 1) });
		expect(faultFrom(nested(8))).toMatchObject({ code: 'ECONNREFUSED' });
		expect(faultFrom(nested(9))).toMatchObject({ code: 'UNKNOWN' });
	});

	test.each(['connect', 'getaddrinfo'])('in the call to the system: %s', (syscall) => {
		expect(fault('EODD', { syscall })).toMatchObject({ code: 'EODD', neverLeft: true });
		expect(fault('EODD', { syscall: 'read' })).toMatchObject({ neverLeft: false });
	});

	test("behind axios' own word for it", () => {
		const cause = Object.assign(new Error('x'), { code: 'ECONNRESET' });
		expect(
			faultFrom(Object.assign(new Error('y', { cause }), { code: 'ERR_BAD_RESPONSE' })),
		).toEqual({
			kind: 'fault',
			code: 'ECONNRESET',
			neverLeft: false,
		});
	});

	test.each([
		['ECONNREFUSED', { code: 'ECONNREFUSED', neverLeft: true }],
		['ERR_CANCELED', { code: 'ERR_CANCELED', neverLeft: false }],
		['502', { code: 'UNKNOWN', neverLeft: false }],
		[null, { code: 'UNKNOWN', neverLeft: false }],
	])('as n8n 1 words it, with %p for a status and no cause', (httpCode, fault) => {
		expect(faultFrom(Object.assign(new Error('x'), { httpCode }))).toEqual({
			kind: 'fault',
			...fault,
		});
	});

	test('in each of several addresses that were tried', () => {
		const tried = ['ENETUNREACH', 'ETIMEDOUT'].map((code) =>
			Object.assign(new Error(code), { code, syscall: 'connect' }),
		);
		expect(faultFrom(new AggregateError(tried))).toEqual({
			kind: 'fault',
			code: 'ENETUNREACH',
			neverLeft: true,
		});
	});

	test.each([undefined, null, 'text', 42, {}, { code: 42 }, { cause: null }])(
		'nowhere: %p is not taken for a request that never left',
		(thrown) => {
			expect(faultFrom(thrown)).toEqual({ kind: 'fault', code: 'UNKNOWN', neverLeft: false });
		},
	);

	test('in a circle, without end', () => {
		const circle: Error & { code?: string } = new Error('x');
		circle.cause = circle;
		expect(faultFrom(circle)).toEqual({ kind: 'fault', code: 'UNKNOWN', neverLeft: false });
	});
});

describe('a 2xx', () => {
	const accepted = (body: unknown, status = 201, request = create) => {
		const { outcome } = judge(request, response(status, body));
		if (outcome.kind !== 'accepted') throw new Error(`It was ${outcome.kind}`);
		return outcome;
	};

	test('with all its fields has nothing to add', () => {
		expect(accepted(CREATED)).toEqual({
			kind: 'accepted',
			queued: false,
			body: CREATED,
			warnings: [],
		});
	});

	test.each<[string, unknown, string[]]>([
		['texts', ['one', 'two'], ['one', 'two']],
		['objects', [{ type: 'invalid_user', index: 3 }], ['{"type":"invalid_user","index":3}']],
		['one text', 'one', ['one']],
		['none', [], []],
	])('with errors as %s has gone through, and says so', (_, errors, said) => {
		const { queued, warnings } = accepted({ ...CREATED, errors });
		expect(queued).toBe(false);
		expect(warnings).toEqual(said.map((one) => `Braze accepted the request and noted: ${one}`));
	});

	test('with the same error for many recipients counts it, and limits those that differ', () => {
		const said = (errors: unknown[]) => accepted({ ...CREATED, errors }).warnings;
		const alike = Array(10_000).fill('invalid user');
		expect(said(alike)).toEqual([
			'Braze accepted the request and noted: invalid user (10,000 times)',
		]);
		const different = Array.from({ length: 10_000 }, (_, index) => ({ type: 'invalid', index }));
		expect(said(different)).toHaveLength(11);
		expect(said(different)[10]).toBe('and 9,990 more warnings');
	});

	test('with many errors still says first what concerns the whole request', () => {
		const errors = Array.from({ length: 100 }, (_, index) => `error ${index}`);
		const { warnings } = accepted({ message: 'queued', notice: 'N', errors }, 202);
		expect(warnings.slice(0, 3)).toEqual([
			'Braze noted: N',
			expect.stringContaining('into its queue'),
			expect.stringContaining('neither moved nor canceled'),
		]);
	});

	test('is as short as a sentence, whatever Braze returns', () => {
		const long = 'x'.repeat(1e6);
		const { body, warnings } = accepted({
			...CREATED,
			message: long,
			notice: long,
			errors: [long, [long]],
		});
		expect(body.message).toBe(`${long.slice(0, 499)}…`);
		expect(body.schedule_id).toBe('s-1');
		for (const warning of warnings) expect(warning.length).toBeLessThanOrEqual(500);
	});

	test.each([null, [null], [], '', [''], undefined])(
		'with %p for errors notes nothing',
		(errors) => {
			for (const body of [
				{ ...CREATED, errors },
				{ ...CREATED, error: errors },
			]) {
				expect(accepted(body).warnings).toEqual([]);
			}
		},
	);

	test('with a notice shows it', () => {
		expect(accepted({ ...CREATED, notice: 'The Canvas is paused.' }).warnings).toEqual([
			'Braze noted: The Canvas is paused.',
		]);
	});

	test('with a message that is no success shows it', () => {
		const body = { ...CREATED, message: 'The campaign is paused.' };
		expect(accepted(body).warnings).toEqual(['Braze says: The campaign is paused.']);
	});

	test.each([
		[202, { ...CREATED }],
		[200, { ...CREATED, message: 'queued' }],
		[202, { ...CREATED, message: 'queued' }],
	])('%i with %j is queued', (status, body) => {
		const { queued, warnings } = accepted(body, status);
		expect(queued).toBe(true);
		expect(warnings).toEqual([expect.stringContaining('into its queue')]);
	});

	test('200 with the word alone is queued as well, and 202 with a success beside an error', () => {
		expect(accepted({ message: 'queued' }, 200, update).queued).toBe(true);
		expect(accepted({ message: 'queued', error: 'busy' }, 200, remove).queued).toBe(true);
		expect(accepted({ message: 'success', error: 'busy' }, 202, update).queued).toBe(true);
	});

	test.each(['', undefined, {}, { message: 'Accepted' }])('202 with %j is queued', (body) => {
		for (const request of SIX) expect(accepted(body, 202, request).queued).toBe(true);
	});

	test.each(['<html>One moment…</html>', { error: 'login required' }, [], true])(
		"202 with %j is not Braze's",
		(body) => {
			for (const request of SIX) {
				expect(judge(request, response(202, body)).outcome.kind).toBe('unknown');
			}
		},
	);

	test.each([
		{ message: 'success' },
		{ message: 'success', schedule_id: null },
		{ message: 'success', schedule_id: '' },
		{ message: 'success', schedule_id: '  ' },
		{ schedule_id: '' },
		{ message: 'success', schedule_id: {} },
		{ message: 'success', schedule_id: 1.5 },
	])('without a usable schedule_id says that it cannot be called back: %j', (body) => {
		const result = accepted(body);
		expect(result.warnings).toEqual([
			'Braze returned no schedule_id, so this schedule can be neither moved nor canceled from here',
		]);
		expect(result.body).not.toHaveProperty('schedule_id');
	});

	test('with a number for a schedule_id that JavaScript has rounded says so', () => {
		const { body, warnings } = accepted({ message: 'success', schedule_id: 12345678901234567000 });
		expect(warnings).toEqual([
			'Braze returned the schedule_id as a number too large to keep exactly, so this schedule can be neither moved nor canceled from here',
		]);
		expect(body).not.toHaveProperty('schedule_id');
	});

	test.each([
		['text', 's-1', 's-1'],
		['text with spaces around it', ' s-1 ', 's-1'],
		['a number', 42, '42'],
	])('with %s for a schedule_id has a usable ID and no warning', (_, schedule_id, id) => {
		for (const more of [{ message: 'success' }, {}]) {
			const { body, warnings } = accepted({ ...more, schedule_id });
			expect(warnings).toEqual([]);
			expect(body.schedule_id).toBe(id);
		}
	});

	test('of an update or a delete needs no schedule_id', () => {
		for (const request of [update, remove]) {
			expect(accepted({ message: 'success' }, 200, request).warnings).toEqual([]);
		}
	});

	test.each([{}, { error: 'login required' }, { schedule_id: null }])(
		'of a create that tells neither success nor a schedule_id is unknown: %j',
		(body) => {
			expect(judge(create, response(200, body))).toMatchObject({
				outcome: { kind: 'unknown' },
				again: 'never',
			});
		},
	);

	test.each([{}, { schedule_id: null }, { message: '' }, { schedule_id: 's-1', extra: true }])(
		'of an update or a delete that says nothing against it is accepted: %j',
		(body) => {
			for (const request of [update, remove]) {
				expect(accepted(body, 200, request).warnings).toEqual([]);
			}
		},
	);

	test.each([{ success: false }, { status: 'error', code: 401 }])(
		'of an update or a delete that confirms nothing is unknown: %j',
		(body) => {
			for (const request of [update, remove]) {
				expect(judge(request, response(200, body))).toMatchObject({
					outcome: { kind: 'unknown' },
					again: 'soon',
				});
			}
		},
	);

	test('keeps no message where Braze gave none, and one that is no text as it is', () => {
		expect(accepted({ schedule_id: 's-1' }).body).toStrictEqual({ schedule_id: 's-1' });
		const message = Array.from({ length: 5000 }, (_, index) => index);
		expect(accepted({ schedule_id: 's-1', message }).body).toStrictEqual({
			message,
			schedule_id: 's-1',
		});
	});

	test.each([
		{ error: 'login required' },
		{ schedule_id: 's-1', error: 'login required' },
		{ message: 'Invalid schedule_id' },
		{ errors: ['schedule not found'] },
		{ message: 'error', errors: ['schedule not found'] },
	])('of an update or a delete with another text than success is unknown: %j', (body) => {
		for (const request of [update, remove]) {
			const { outcome, again } = judge(request, response(200, body));
			expect(outcome).toMatchObject({
				kind: 'unknown',
				failure: {
					httpCode: '200',
					message: "Braze's answer does not confirm the request, so the outcome is unknown",
					description: expect.stringMatching(
						request === remove
							? /^You can run it again\. Braze says: ./
							: /^You can run it again: it sets the same time\. Braze says: ./,
					),
				},
			});
			expect(again).toBe('soon');
		}
	});

	test.each([
		['a page in HTML', '<!doctype html><title>Sign in</title>'],
		['JSON that breaks off', '{"message":"success","schedule_id":"s-'],
		['plain text', 'OK'],
		['a list', []],
		['a number', 42],
		['a flag', true],
	])('that is %s is unknown; only update and delete go out again', (_, body) => {
		for (const request of SIX) {
			const { outcome, again } = judge(request, response(200, body));
			expect(outcome).toMatchObject({ kind: 'unknown', failure: { httpCode: '200' } });
			expect(again).toBe(request.operation === 'create' ? 'never' : 'soon');
		}
	});

	test.each([[''], [null], [undefined]])(
		'that is empty (%p) is enough but for a create',
		(body) => {
			for (const target of TARGET_LIST) {
				const kinds = OPERATIONS.map(
					(operation) => judge(requestFor(target, operation), response(204, body)).outcome.kind,
				);
				expect(kinds).toEqual(['unknown', 'accepted', 'accepted']);
			}
		},
	);
});

describe('the repetition of a request that got no answer', () => {
	const failureOf = (request: Batch, answer: Answer) => {
		const { outcome } = judge(request, answer, true);
		if (outcome.kind !== 'unknown') throw new Error(`It was ${outcome.kind}`);
		return outcome.failure;
	};
	const ANSWERS: Answer[] = [
		...Array.from({ length: 300 }, (_, index) => response(300 + index, { message: 'No' })),
		fault('ENOTFOUND'),
		fault('ECONNRESET'),
		fault('ERR_CANCELED'),
		response(200, { message: 'Invalid schedule_id' }),
		response(200, '<html>'),
	];

	test('is unknown unless Braze accepts it, and as often repeated as any other', () => {
		for (const request of [update, remove]) {
			for (const answer of ANSWERS) {
				const { message, description } = failureOf(request, answer);
				expect(message).toContain('the outcome is unknown');
				expect(description).not.toContain('nothing');
				expect(judge(request, answer, true).again).toBe(judge(request, answer).again);
			}
			expect(judge(request, response(201, CREATED), true).outcome.kind).toBe('accepted');
		}
	});

	test.each([400, 404, 409, 410, 422])(
		'a delete that Braze refuses with %i has probably worked the first time',
		(status) => {
			expect(failureOf(remove, response(status, { message: 'Invalid schedule_id' }))).toEqual({
				httpCode: String(status),
				message:
					'The schedule is probably canceled, but Braze did not confirm it, so the outcome is unknown',
				description: `An earlier request got no answer. Braze refused the repetition (${status}), probably because the earlier request had already canceled the schedule. Braze says: Invalid schedule_id. To check, look at the analytics of the campaign after the time has passed`,
			});
		},
	);

	test('quotes Braze only where Braze says something', () => {
		expect(failureOf(remove, response(404)).description).toBe(
			'An earlier request got no answer. Braze refused the repetition (404), probably because the earlier request had already canceled the schedule. To check, look at the analytics of the campaign after the time has passed',
		);
	});

	test('an update that Braze refuses may have worked the first time', () => {
		expect(failureOf(update, response(400, { message: 'Invalid schedule_id' }))).toEqual({
			httpCode: '400',
			message:
				'The schedule may have been moved, but Braze did not confirm it, so the outcome is unknown',
			description:
				'An earlier request got no answer, and Braze refused the repetition (400). Braze says: Invalid schedule_id. The schedule may have been sent or canceled in the meantime. To check, look at the analytics of the campaign after the time has passed',
		});
	});

	test.each<[string, Answer, string]>([
		['401', response(401, { message: 'key x' }), 'Braze rejected the REST API key'],
		['403', response(403), 'The REST API key is not allowed to cancel a campaign schedule'],
		['429', response(429), 'The Braze rate limit has been reached'],
		['never left', fault('ENOTFOUND'), 'Braze could not be reached'],
	])('%s: says what stood in the way', (_, answer, reason) => {
		const { message, description } = failureOf(remove, answer);
		expect(message).toBe(
			'The schedule may be canceled, but Braze did not confirm it, so the outcome is unknown',
		);
		expect(description).toBe(
			`An earlier request got no answer, and the repetition did not go through: ${reason}. You can run it again. If Braze then refuses the schedule ID, this request has probably canceled the schedule`,
		);
	});
});
