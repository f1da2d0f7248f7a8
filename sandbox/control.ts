import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Events } from './events';
import type { FaultSpec } from './faults';
import { parseJson, readBody } from './readBody';
import { readPage, readPageModule } from './pageFiles';
import { isObject } from './rules/json';
import type { Sandbox, SandboxOptions } from './sandbox';
import type { View } from './scheduleView';
import { companyTimeZoneOf } from './workspace';

const PREFIX = '/_sandbox/';
const MAX_CONTROL_BYTES = 1024 * 1024;

/**
 * The sandbox's own page and controls. They need no key, so the server listens on the loopback
 * interface only.
 */
export function createControl(
	sandbox: Sandbox,
	events: Events,
	{ view, options }: { view: View; options: SandboxOptions },
) {
	const state = (query: URLSearchParams) => ({
		now: sandbox.clock.iso(),
		stats: sandbox.stats(),
		schedules: sandbox.schedules,
		schedulesPerPerson: sandbox.schedulesPerPerson(),
		activePerPerson: sandbox.activePerPerson(),
		...(query.get('requests') !== '0' && { requests: sandbox.requests }),
	});

	const actions: Record<string, (body: unknown, query: URLSearchParams) => unknown> = {
		'GET state': (_, query) => state(query),
		'GET timeline': () => ({
			now: sandbox.clock.iso(),
			schedules: sandbox.schedules.map(view),
			timeZone: companyTimeZoneOf(options),
			quietHours: options.quietHours ?? [],
		}),
		// The sandbox rejects an invalid fault.
		'POST faults': (spec) => ({ id: sandbox.fault(spec as FaultSpec).id }),
		'DELETE faults': () => {
			sandbox.clearFaults();
			return { message: 'success' };
		},
		'POST clock': (body) => {
			const { set, advance } = isObject(body) ? body : {};
			if (set !== undefined) sandbox.clock.set(typeof set === 'number' ? set : String(set));
			// The clock rejects an invalid number.
			else sandbox.clock.advance(advance as number);
			return { now: sandbox.clock.iso() };
		},
		'POST reset': () => {
			sandbox.reset();
			return { message: 'success' };
		},
	};

	return {
		owns: (path: string) => path === '/' || path.startsWith(PREFIX),

		async handle(
			request: IncomingMessage,
			response: ServerResponse,
			path: string,
			query: URLSearchParams,
		) {
			const name = `${request.method} ${path.slice(PREFIX.length)}`;
			if (path === '/') {
				send(response, 'text/html; charset=utf-8', await readPage());
				return;
			}
			const module = request.method === 'GET' && (await readPageModule(path));
			if (module) {
				send(response, 'text/javascript; charset=utf-8', module);
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

function send(response: ServerResponse, type: string, text: string) {
	response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-store' }).end(text);
}

function sendJson(response: ServerResponse, status: number, body: unknown) {
	response.writeHead(status, { 'Content-Type': 'application/json', 'Cache-Control': 'no-store' });
	response.end(JSON.stringify(body));
}
