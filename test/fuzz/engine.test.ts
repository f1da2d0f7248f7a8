import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text as textOf } from 'node:stream/consumers';
import type { IDataObject } from 'n8n-workflow';

import { runNode } from '../engine/harness';
import { anyCase, WORKFLOW_ZONE } from './cases';
import type { Case } from './cases';
import { asExpressions, NO_EXPRESSION } from './expressions';
import { judgeComposed } from './judge';
import { CASES, check, tell } from './seed';
import { clumsiness, LONGEST, textsIn } from './words';
import { ONLY_THE_CALENDAR } from '../calendar';

/** An execution takes about forty times as long as composing alone. */
const RUNS = Math.ceil(CASES / 15);
const NOW = Date.UTC(2026, 0, 15);

const counts = { sent: 0, refused: 0, byEngine: 0 };
let server: Server;
let url = '';
let requests: string[] = [];

beforeAll(async () => {
	server = createServer((request, response) => {
		void textOf(request).then((body) => {
			requests.push(body);
			response.writeHead(201, { 'Content-Type': 'application/json' });
			response.end('{"message":"success","schedule_id":"s-1","dispatch_id":"d-1"}');
		});
	});
	server.listen(0, '127.0.0.1');
	await once(server, 'listening');
	url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
	jest.useFakeTimers({
		now: NOW,
		advanceTimers: true,
		...ONLY_THE_CALENDAR,
	});
});

afterAll(async () => {
	jest.useRealTimers();
	server.close();
	await once(server, 'close');
	tell(
		`${counts.sent} sent as entered, ${counts.refused} refused in words, ${counts.byEngine} refused by n8n itself`,
	);
});

/** An option of the whole run is no item's fault. */
const OF_THE_RUN =
	/^'(Allow Repeated Audience Sends|Combine Items|Deduplication Key History Size|Deduplication Key Scope|Maximum Wait|Options|Preview Only|Requests at Once|Timeout)' /;

const KEY = randomUUID();

async function judge(one: Case): Promise<void> {
	const { parameters, item } = asExpressions(one);
	requests = [];
	const { status, json, thrown, hints } = await runNode({
		parameters: parameters as IDataObject,
		items: [item as IDataObject],
		timezone: WORKFLOW_ZONE,
		credentials: { brazeApi: { instance: 'custom', customUrl: url, apiKey: KEY } },
	});
	const entered = `${textsIn(one.parameters)} ${KEY}`;
	const [error] = thrown as Array<Error & { description?: string }>;
	if (status === 'error') {
		expect(requests).toEqual([]);
		// n8n itself reports a failing expression, or a missing required field.
		if (!error || error.message.includes('cannot be worked out: ')) {
			counts.byEngine += 1;
			return;
		}
		counts.refused += 1;
		if (one.spoilt.length === 0) expect(error.message).toBe('nothing, for nothing is wrong');
		if (!OF_THE_RUN.test(error.message)) {
			expect(error.message).toMatch(/'[^']+'.*\[item 0\]$/s);
		}
		for (const [words, longest] of [
			[error.message, LONGEST],
			// Messages about a few more mistakes.
			[error.description, 2000],
		] as const) {
			expect([words?.slice(0, 500), clumsiness(words, entered, longest)]).toEqual([
				expect.anything(),
				undefined,
			]);
		}
		return;
	}
	counts.sent += 1;
	// A preview's sentence, and the first warning.
	expect(hints.filter(({ message }) => clumsiness(message, entered, 2 * LONGEST))).toEqual([]);
	const previewed = json.flatMap(({ status: what, request }) =>
		what === 'preview' ? JSON.stringify((request as { body: unknown }).body) : [],
	);
	expect(previewed.length === 0 || requests.length === 0).toBe(true);
	// n8n removes such names from every value.
	if (/^(?:__proto__|constructor|prototype)$/m.test(entered)) return;
	judgeComposed(one, {
		requests: [...requests, ...previewed],
		warnings: json.flatMap(({ warnings }) => warnings as string[]),
	});
}

/** What one node passes to the next; n8n turns a date into text before our node gets it. */
function isItemData(value: unknown, depth = 0): boolean {
	if (typeof value !== 'object' || value === null) {
		return !['bigint', 'function', 'symbol'].includes(typeof value);
	}
	const kind: unknown = Object.getPrototypeOf(value);
	return (
		depth < 100 &&
		[Object.prototype, Array.prototype, null].includes(kind as object | null) &&
		Reflect.ownKeys(value).every((key) => {
			const property = Object.getOwnPropertyDescriptor(value, key);
			return typeof key === 'string' && isItemData(property?.get ?? property?.value, depth + 1);
		})
	);
}

/** Rows and lists of fields: an expression can't replace one, because n8n resets it. */
const FORMS =
	/(?:^|\.)(?:recipients?|audience|filters?|group|properties|attributes|assignments|\d+)$/;

const cases = anyCase
	.filter(
		({ spoilt, parameters }) => !spoilt.some((path) => FORMS.test(path)) && isItemData(parameters),
	)
	// For a missing field that takes no expression, n8n uses its default.
	.filter(
		({ spoilt, parameters }) =>
			!spoilt.some((path) => NO_EXPRESSION.includes(path) && parameters[path] === undefined),
	)
	.map(withoutReference);

/** The tests of references cover these. */
function withoutReference({ parameters, ...one }: Case): Case {
	const rest = Object.entries(parameters).filter(([name]) => name !== 'reference');
	return { ...one, parameters: Object.fromEntries(rest) };
}

test("on n8n's own engine, the results of expressions are sent unchanged, or refused with a message", async () => {
	await check(cases, judge, RUNS);
	expect(counts.sent).toBeGreaterThan(RUNS / 10);
	expect(counts.refused).toBeGreaterThan(RUNS / 10);
}, 3_600_000);
