'use strict';

const { endpointOf } = require('./endpoints');
const { findMessage } = require('./endpoints/findMessage');
const { authorize } = require('./keys');
const { createRateLimits, rateLimitHeaders } = require('./rateLimits');
const { Refusal } = require('./refusal');
const { isObject } = require('./rules/json');
const { createScheduleBook } = require('./scheduleBook');
const { TARGETS } = require('./targets');
const { createWorkspace } = require('./workspace');

const MAX_BODY_BYTES = 4 * 1024 * 1024;
const SYNTAX_ERROR = 'Error while parsing request body. Please check your syntax.';

/**
 * What an endpoint gets to work with.
 *
 * @typedef {object} Call
 * @property {Record<string, any>} body
 * @property {Record<string, string>} query
 * @property {string[]} unknown Collects fields the endpoint does not know.
 * @property {import('./workspace').Workspace} workspace
 * @property {import('./scheduleBook').ScheduleBook} book
 * @property {import('./types').SandboxOptions} options
 * @property {{ now: () => number, iso: () => string }} clock
 * @property {() => import('./rules/schedule').TimeRules} timeRules
 * @property {(claims: { name: import('./rateLimits').LimitName, key?: string }[]) => void} claim
 *
 * @typedef {object} Incoming
 * @property {string} method
 * @property {string} path
 * @property {Record<string, string>} query
 * @property {Record<string, string | string[] | undefined>} headers
 * @property {any} body
 * @property {boolean} isParsed
 * @property {number} bodyBytes
 * @property {string} ip
 * @property {string[]} unknownFields
 */

/**
 * The rules of Braze, without the wire: a request goes in, an answer comes out.
 *
 * @param {import('./types').SandboxOptions} options
 * @param {{ now: () => number, iso: () => string }} clock
 * @param {import('./types').ApiKey[]} keys
 * @param {(type: import('./types').HistoryEntry['type'], schedule: import('./types').Schedule) => void} onChange
 */
function createBraze(options, clock, keys, onChange) {
	let workspace = createWorkspace(options);
	const limits = createRateLimits(options.limits, clock.now);
	const book = createScheduleBook(
		clock,
		({ kind, id, schedule }) => {
			const message = findMessage(workspace, TARGETS[kind], id);
			return workspace.quietHours.reasonToDrop(schedule, message, workspace.companyTimeZone);
		},
		onChange,
	);

	/**
	 * @param {Incoming} request
	 * @returns {import('./types').Answer}
	 */
	function answer(request) {
		/** @type {import('./rateLimits').Reading | undefined} */
		let reading;
		/** @type {Call['claim']} */
		const claim = (claims) => {
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
			if (request.method === 'POST') checkBody(request, options.tooLargeStatus ?? 413);
			book.settle();
			const body = endpoint.run({
				body: request.body,
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
				body,
				headers: headersFor('max-age=0, private, must-revalidate', reading),
				accepted: true,
			};
		} catch (error) {
			// Such as a body nested too deep to walk through. It must not take the sandbox down.
			const { status, body } =
				error instanceof Refusal ? error : new Refusal(500, `The sandbox failed: ${error}`);
			if (status !== 401) reading ??= limits.read('shared');
			return { status, body, headers: headersFor('no-cache', reading), accepted: false };
		}
	}

	return {
		answer,
		book,
		rateLimitHeaders: () => rateLimitHeaders(limits.read('shared')),
		restart() {
			book.clear();
			limits.restart();
			workspace = createWorkspace(options);
		},
	};
}

const TOO_LARGE = { 400: 'Bad Request', 413: 'Request Entity Too Large' };

/**
 * @param {Incoming} request
 * @param {keyof typeof TOO_LARGE} tooLargeStatus
 */
function checkBody({ headers, body, isParsed, bodyBytes }, tooLargeStatus) {
	const mediaType = asText(headers['content-type'])?.split(';')[0].trim().toLowerCase();
	if (mediaType !== 'application/json') throw new Refusal(415, 'Unsupported Media Type');
	if (bodyBytes > MAX_BODY_BYTES) {
		throw new Refusal(tooLargeStatus, TOO_LARGE[tooLargeStatus]);
	}
	if (!isParsed || !isObject(body)) {
		throw new Refusal(400, SYNTAX_ERROR, { error: SYNTAX_ERROR });
	}
}

/**
 * @param {string} cacheControl
 * @param {import('./rateLimits').Reading | undefined} reading
 * @returns {Record<string, string>}
 */
function headersFor(cacheControl, reading) {
	return {
		'cache-control': cacheControl,
		'content-type': 'application/json',
		server: 'nginx',
		...rateLimitHeaders(reading),
	};
}

/** @param {string | string[] | undefined} header */
function asText(header) {
	return Array.isArray(header) ? header[0] : header;
}

module.exports = { createBraze, MAX_BODY_BYTES };
