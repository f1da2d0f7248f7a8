import { randomUUID } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createBraze, MAX_BODY_BYTES } from './braze';
import { createClock } from './clock';
import { createControl } from './control';
import { createEvents } from './events';
import { runExchange } from './exchange';
import { createFaults } from './faults';
import { parseJson, readBody } from './readBody';
import { createRequestLog, type RequestRecord } from './requestLog';
import type { Sandbox, SandboxOptions } from './sandbox';
import { scheduleView, type View } from './scheduleView';
import { SEED } from './seed';

export type { FaultHandle, FaultKind, FaultSpec } from './faults';
export type { RequestRecord } from './requestLog';
export type { Recipient } from './rules/recipients';
export type { ScheduleObject } from './rules/schedule';
export type { Sandbox, SandboxOptions } from './sandbox';
export type { Schedule } from './scheduleBook';
export { SEED };

const HOST = '127.0.0.1';
/** Longer than any client keeps an idle connection, so that the sandbox never closes one first. */
const KEEP_ALIVE_MS = 10 * 60_000;
/** How often watching clients are notified that schedules have been sent. */
const WATCH_MS = 1000;

/** Starts the sandbox. See README.md for what it does. */
export async function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
	const keys = options.keys ?? [{ key: SEED.key, permissions: 'all' }];
	const closing = new AbortController();
	// Every delayed answer listens to it.
	setMaxListeners(0, closing.signal);
	const events = createEvents();
	const faults = createFaults();
	const log = createRequestLog();
	const clock = createClock(options, () => {
		braze.book.settle();
		events.emit('clock', () => ({ now: clock.iso() }));
	});
	const braze = createBraze(options, clock, keys, (type, schedule) =>
		events.emit('schedule', () => ({ type, schedule: view(schedule) })),
	);
	const view: View = (schedule) => scheduleView(schedule, braze.reasonToDrop(schedule));

	async function receive(request: IncomingMessage, response: ServerResponse) {
		const [path, search = ''] = splitUrl(request.url ?? '/');
		const query = new URLSearchParams(search);
		if (control.owns(path)) {
			await control.handle(request, response, path, query);
			return;
		}
		log.opened(response);
		const { buffer, bytes } = await readBody(request, MAX_BODY_BYTES);
		const parsed = parseJson(buffer);
		const record: RequestRecord = {
			number: log.requests.length + 1,
			method: request.method ?? '',
			path,
			query: Object.fromEntries(query),
			headers: request.headers,
			body: parsed.body,
			rawBody: buffer.toString('utf8'),
			status: null,
			at: clock.iso(),
			accepted: false,
			faults: [],
			unknownFields: [],
		};
		log.requests.push(record);
		const plan = faults.plan(record);
		record.faults = [plan.ending, ...plan.touches].flatMap((spec) => (spec ? [spec.kind] : []));
		await runExchange(response, plan, {
			ask: () => {
				const answer = braze.answer({
					...record,
					...parsed,
					bodyBytes: bytes,
					ip: request.socket.remoteAddress ?? '',
				});
				record.accepted = answer.accepted;
				return answer;
			},
			limitHeaders: braze.rateLimitHeaders,
			date: () => new Date(clock.now()).toUTCString(),
			answering: (status) => {
				record.status = status;
				events.emit('request', () => ({ number: record.number, path, status }));
			},
			signal: closing.signal,
			requestId: randomUUID(),
			latencyMs: options.latencyMs ?? 0,
		});
	}

	const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: 0 });
	server.on('request', (request, response) => {
		response.on('error', () => {});
		// A client that disconnects during its request doesn't affect the sandbox.
		receive(request, response).catch(() => response.destroy());
	});
	await new Promise<void>((resolve, reject) => {
		server.once('error', reject);
		server.listen(options.port ?? 0, HOST, resolve);
	});
	const watch = setInterval(() => events.count > 0 && braze.book.settle(), WATCH_MS);
	watch.unref();

	const address = server.address();
	const port = typeof address === 'object' && address ? address.port : 0;
	const sandbox: Sandbox = {
		url: `http://${HOST}:${port}`,
		port,
		key: keys[0]?.key ?? '',
		requests: log.requests,
		get writes() {
			return log.writes;
		},
		get schedules() {
			braze.book.settle();
			return braze.book.all;
		},
		clock,
		schedulesPerPerson: braze.book.everPerPerson,
		activePerPerson: () => {
			braze.book.settle();
			return braze.book.activePerPerson();
		},
		audienceSchedules: () => sandbox.schedules.filter(({ recipients }) => recipients.length === 0),
		stats: () => ({ ...log.stats(), schedulesCreated: braze.book.all.length }),
		fault: faults.add,
		clearFaults: faults.clear,
		reset() {
			faults.clear();
			log.clear();
			clock.restart();
			braze.restart();
			events.emit('reset', () => ({}));
		},
		async close() {
			clearInterval(watch);
			closing.abort();
			const closed = new Promise((resolve) => server.close(resolve));
			server.closeAllConnections();
			await closed;
		},
	};
	const control = createControl(sandbox, events, { view, options });
	return sandbox;
}

/** Not the URL class: it reads a path that begins with two slashes as a host. */
function splitUrl(url: string) {
	const mark = url.indexOf('?');
	return mark === -1 ? [url] : [url.slice(0, mark), url.slice(mark + 1)];
}
