'use strict';

const { readFile } = require('node:fs/promises');
const { join } = require('node:path');
const { parseJson, readBody } = require('./readBody');
const { timelineView } = require('./timelineView');

const PREFIX = '/_sandbox/';
const MAX_CONTROL_BYTES = 1024 * 1024;

/**
 * The sandbox's own page and controls. They take no key, which is why the server listens on the
 * loopback interface only.
 *
 * @param {import('./types').Sandbox} sandbox
 * @param {ReturnType<typeof import('./events').createEvents>} events
 */
function createControl(sandbox, events) {
	/** @param {URLSearchParams} query */
	const state = (query) => ({
		now: sandbox.clock.iso(),
		stats: sandbox.stats(),
		schedules: sandbox.schedules,
		schedulesPerPerson: sandbox.schedulesPerPerson(),
		activePerPerson: sandbox.activePerPerson(),
		...(query.get('requests') !== '0' && { requests: sandbox.requests }),
	});

	/** @type {Record<string, (body: any, query: URLSearchParams) => unknown>} */
	const actions = {
		'GET state': (_, query) => state(query),
		'GET timeline': () => ({
			now: sandbox.clock.iso(),
			schedules: sandbox.schedules.map(timelineView),
		}),
		'POST faults': (spec) => ({ id: sandbox.fault(spec).id }),
		'DELETE faults': () => {
			sandbox.clearFaults();
			return { message: 'success' };
		},
		'POST clock': (body) => {
			if (body?.set !== undefined) sandbox.clock.set(body.set);
			else sandbox.clock.advance(body?.advance);
			return { now: sandbox.clock.iso() };
		},
		'POST reset': () => {
			sandbox.reset();
			return { message: 'success' };
		},
	};

	return {
		/** @param {string} path */
		owns: (path) => path === '/' || path.startsWith(PREFIX),

		/**
		 * @param {import('node:http').IncomingMessage} request
		 * @param {import('node:http').ServerResponse} response
		 * @param {string} path
		 * @param {URLSearchParams} query
		 */
		async handle(request, response, path, query) {
			const name = `${request.method} ${path.slice(PREFIX.length)}`;
			if (path === '/') {
				const page = await readFile(join(__dirname, 'timeline.html'));
				response.writeHead(200, { 'Content-Type': 'text/html; charset=utf-8' }).end(page);
				return;
			}
			if (name === 'GET events') {
				events.subscribe(response);
				return;
			}
			const { buffer } = await readBody(request, MAX_CONTROL_BYTES);
			if (!Object.hasOwn(actions, name)) {
				sendJson(response, 404, { message: `The sandbox has no ${request.method} ${path}` });
				return;
			}
			try {
				sendJson(response, 200, actions[name](parseJson(buffer).body, query));
			} catch (error) {
				sendJson(response, 400, { message: error instanceof Error ? error.message : 'Error' });
			}
		},
	};
}

/**
 * @param {import('node:http').ServerResponse} response
 * @param {number} status
 * @param {unknown} body
 */
function sendJson(response, status, body) {
	response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
	response.end(JSON.stringify(body));
}

module.exports = { createControl };
