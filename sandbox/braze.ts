import type { IncomingHttpHeaders } from 'node:http';
import type { Clock } from './clock';
import { endpointOf } from './endpoints';
import type { Call } from './endpoints/call';
import { findMessage } from './endpoints/findMessage';
import { authorize, type ApiKey } from './keys';
import { createRateLimits, rateLimitHeaders, type Reading } from './rateLimits';
import type { ParsedBody } from './readBody';
import type { Query } from './requestLog';
import { Refusal } from './refusal';
import { isObject, type JsonObject } from './rules/json';
import type { SandboxOptions } from './sandbox';
import { createScheduleBook, type OnChange, type Schedule } from './scheduleBook';
import { TARGETS } from './targets';
import { createWorkspace } from './workspace';

export const MAX_BODY_BYTES = 4 * 1024 * 1024;
const SYNTAX_ERROR = 'Error while parsing request body. Please check your syntax.';

/** Header names are in lowercase. */
export type ReplyHeaders = Record<string, string>;

/** A request as it arrived, with what could be read of its body. */
interface Incoming extends ParsedBody {
	method: string;
	path: string;
	query: Query;
	headers: IncomingHttpHeaders;
	bodyBytes: number;
	ip: string;
	unknownFields: string[];
}

export interface Answer {
	status: number;
	body: object;
	headers: ReplyHeaders;
	accepted: boolean;
}

/** Braze's rules without HTTP: takes a request, returns an answer. */
export function createBraze(
	options: SandboxOptions,
	clock: Clock,
	keys: ApiKey[],
	onChange: OnChange,
) {
	let workspace = createWorkspace(options);
	const limits = createRateLimits(options.limits, clock.now);
	/** Undefined if quiet hours don't concern a schedule. */
	const reasonToDrop = ({ kind, id, schedule }: Schedule) => {
		const message = findMessage(workspace, TARGETS[kind], id);
		return workspace.quietHours.reasonToDrop(schedule, message, workspace.companyTimeZone);
	};
	const book = createScheduleBook(clock, reasonToDrop, onChange);

	function answer(request: Incoming): Answer {
		let reading: Reading | undefined;
		const claim: Call['claim'] = (claims) => {
			reading = limits.take(claims);
			if (reading.exceeded) throw new Refusal(429, 'Rate limit exceeded');
		};
		try {
			const endpoint = endpointOf(request.method, request.path);
			if (!endpoint) throw new Refusal(404, 'Invalid URL');
			authorize(keys, {
				authorization: asText(request.headers.authorization),
				permission: endpoint.permission,
				ip: request.ip,
			});
			reading = limits.read('shared');
			if (endpoint.limits === 'shared') claim([{ name: 'shared' }]);
			const body =
				request.method === 'POST' ? checkBody(request, options.tooLargeStatus ?? 413) : {};
			book.settle();
			const result = endpoint.run({
				body,
				query: request.query,
				unknown: request.unknownFields,
				workspace,
				book,
				options,
				clock,
				timeRules: () => ({
					now: clock.now(),
					companyTimeZone: workspace.companyTimeZone,
					localTimeRule: options.localTimeRule ?? 'allZones',
				}),
				claim,
			});
			return {
				status: request.method === 'POST' ? 201 : 200,
				body: result,
				headers: headersFor('max-age=0, private, must-revalidate', reading),
				accepted: true,
			};
		} catch (error) {
			// For example, a body nested too deeply to process. It must not crash the sandbox.
			const { status, body } =
				error instanceof Refusal ? error : new Refusal(500, `The sandbox failed: ${error}`);
			if (status !== 401) reading ??= limits.read('shared');
			return { status, body, headers: headersFor('no-cache', reading), accepted: false };
		}
	}

	return {
		answer,
		book,
		reasonToDrop,
		rateLimitHeaders: () => rateLimitHeaders(limits.read('shared')),
		restart() {
			book.clear();
			limits.restart();
			workspace = createWorkspace(options);
		},
	};
}

const TOO_LARGE = { 400: 'Bad Request', 413: 'Request Entity Too Large' };

function checkBody(
	{ headers, body, isParsed, bodyBytes }: Incoming,
	tooLargeStatus: keyof typeof TOO_LARGE,
): JsonObject {
	const mediaType = asText(headers['content-type'])?.split(';')[0].trim().toLowerCase();
	if (mediaType !== 'application/json') throw new Refusal(415, 'Unsupported Media Type');
	if (bodyBytes > MAX_BODY_BYTES) {
		throw new Refusal(tooLargeStatus, TOO_LARGE[tooLargeStatus]);
	}
	if (!isParsed || !isObject(body)) {
		throw new Refusal(400, SYNTAX_ERROR, { error: SYNTAX_ERROR });
	}
	return body;
}

function headersFor(cacheControl: string, reading: Reading | undefined): ReplyHeaders {
	return {
		'cache-control': cacheControl,
		'content-type': 'application/json',
		server: 'nginx',
		...rateLimitHeaders(reading),
	};
}

function asText(header: string | string[] | undefined) {
	return Array.isArray(header) ? header[0] : header;
}
