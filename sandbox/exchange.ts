import type { ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import type { Answer, ReplyHeaders } from './braze';
import type { FaultKind, FaultSpec, Plan } from './faults';
import { TARGETS } from './targets';

const HTML = `<!DOCTYPE html>
<html><head><title>Just a moment</title></head>
<body><h1>Just a moment…</h1><p>The service is checking your connection.</p></body></html>
`;

/** What is sent to the client. */
interface Reply {
	status: number;
	headers: ReplyHeaders;
	body: string;
}

interface Context {
	/** Passes the request to Braze's rules. From then on, it may be accepted. */
	ask: () => Answer;
	limitHeaders: () => ReplyHeaders;
	/** The time in HTTP's format. */
	date: () => string;
	/** Called right before an answer is sent. */
	answering: (status: number) => void;
	requestId: string;
	/** Ends all waiting when the sandbox closes. */
	signal: AbortSignal;
	latencyMs: number;
}

/** Carries one request to Braze's rules and back, with all its faults. */
export async function runExchange(response: ServerResponse, plan: Plan, context: Context) {
	const touch = (kind: FaultKind) => plan.touches.find((spec) => spec.kind === kind);
	const latency = touch('latency');
	const pause = () => sleep((latency?.ms ?? 0) + context.latencyMs, context.signal);

	if (latency?.before) await pause();
	const reply = replyFor(plan.ending, context);
	if (!latency?.before) await pause();
	if (reply === 'silence') return;
	if (reply === 'reset' || response.destroyed) {
		response.socket?.resetAndDestroy();
		return;
	}
	reply.headers = {
		date: context.date(),
		...reply.headers,
		'x-request-id': context.requestId,
	};
	for (const spec of plan.touches) retouch(reply, spec);
	context.answering(reply.status);
	await send(response, reply, plan, context.signal);
}

/** Repeated, as by a proxy that adds existing headers. */
const DOUBLED = /^(x-ratelimit-|content-type|retry-after)/i;

function replyFor(ending: FaultSpec | undefined, context: Context): Reply | 'silence' | 'reset' {
	switch (ending?.kind) {
		case 'dropBefore':
			return 'reset';
		case 'dropAfter':
			context.ask();
			return 'reset';
		case 'hang':
			if (ending.accept) context.ask();
			return 'silence';
		case 'status':
			if (ending.accept) context.ask();
			return statusReply(ending, context);
		case 'html':
			if (ending.accept) context.ask();
			return {
				status: ending.status ?? 200,
				headers: { 'content-type': 'text/html; charset=utf-8' },
				body: HTML,
			};
		case 'redirect':
			if (ending.accept) context.ask();
			return {
				status: ending.status ?? 307,
				headers: { location: ending.location ?? '/', 'content-type': 'text/plain' },
				body: '',
			};
		default:
			return answered(context.ask(), ending);
	}
}

/** Faults that only affect accepted requests: a refusal stays as it is. */
function answered(
	{ status, headers, body, accepted }: Answer,
	ending: FaultSpec | undefined,
): Reply {
	if (accepted && ending?.kind === 'queued') {
		return { status: 202, headers, body: JSON.stringify({ message: 'queued' }) };
	}
	if (accepted && ending?.kind === 'emptyBody') {
		return { status: ending.status ?? status, headers, body: '' };
	}
	return { status, headers: { ...headers }, body: JSON.stringify(body) };
}

function statusReply(
	{ status = 500, body, headers = {} }: FaultSpec,
	{ limitHeaders }: Context,
): Reply {
	const limits = limitHeaders();
	if (status === 429) limits['x-ratelimit-remaining'] = '0';
	const reply: Reply = {
		status,
		headers: { 'content-type': 'application/json', 'cache-control': 'no-cache', ...limits },
		body: '',
	};
	if (typeof body === 'string') {
		reply.body = body;
		if (/^\s*</.test(body)) reply.headers['content-type'] = 'text/html; charset=utf-8';
	} else {
		reply.body = JSON.stringify(body ?? { message: STATUS_MESSAGES[status] ?? 'Error' });
	}
	setHeaders(reply, headers);
	return reply;
}

const STATUS_MESSAGES: Record<number, string> = {
	400: 'Bad Request',
	403: 'Forbidden',
	404: 'Invalid URL',
	413: 'Request Entity Too Large',
	415: 'Unsupported Media Type',
	429: 'Rate limit exceeded',
	500: 'Internal Server Error',
	502: 'Bad Gateway',
	503: 'Service Unavailable',
	504: 'Gateway Timeout',
};

function retouch(reply: Reply, spec: FaultSpec) {
	switch (spec.kind) {
		case 'headers':
			setHeaders(reply, spec.headers ?? {});
			break;
		case 'wrongContentType':
			reply.headers['content-type'] = spec.contentType ?? 'text/plain';
			break;
		case 'errors':
			addToSuccess(reply, { errors: spec.errors ?? ['A minor problem with one message'] });
			break;
		case 'notice':
			addToSuccess(reply, { notice: spec.notice ?? TARGETS.canvas.paused });
			break;
	}
}

function addToSuccess(reply: Reply, fields: object) {
	if (reply.status >= 300 || !reply.body.startsWith('{')) return;
	reply.body = JSON.stringify({ ...JSON.parse(reply.body), ...fields });
}

/**
 * Sets headers regardless of the case of their names, in lowercase as Braze does. Null removes one.
 */
function setHeaders(reply: Reply, headers: NonNullable<FaultSpec['headers']>) {
	for (const [name, value] of Object.entries(headers)) {
		if (value === null) delete reply.headers[name.toLowerCase()];
		else reply.headers[name.toLowerCase()] = String(value);
	}
}

async function send(response: ServerResponse, reply: Reply, plan: Plan, signal: AbortSignal) {
	const touch = (kind: FaultKind) => plan.touches.find((spec) => spec.kind === kind);
	const pairs = Object.entries(reply.headers);
	// Node.js would add this machine's date.
	response.sendDate = false;
	if (touch('duplicateHeaders')) {
		pairs.push(...pairs.filter(([name]) => DOUBLED.test(name)));
	}
	if (touch('http10Close')) {
		sendHttp10(response, reply, pairs);
		return;
	}
	if (plan.ending?.kind === 'halfHeaders') {
		sendHalfHeaders(response, reply, pairs);
		return;
	}
	const truncate = plan.ending?.kind === 'truncate' ? plan.ending : undefined;
	const body = Buffer.from(truncate?.mode === 'short' ? cut(reply.body, truncate) : reply.body);
	const huge = touch('hugeBody');
	const padding = huge && paddingFor(reply.body, huge.bytes ?? 0);
	const length = padding ? padding.length : body.length;
	if (!huge?.chunked) pairs.push(['content-length', String(length)]);
	response.writeHead(reply.status, pairs.flat());

	if (truncate && truncate.mode !== 'short') {
		response.write(cut(reply.body, truncate), () => response.socket?.destroySoon());
	} else if (padding) {
		await sendPadded(response, padding);
	} else if (touch('slowBody')) {
		await sendSlowly(response, body, touch('slowBody')?.ms ?? 5, signal);
	} else {
		response.end(body);
	}
}

function cut(body: string, { bytes }: FaultSpec) {
	return Buffer.from(body).subarray(0, bytes ?? Math.floor(Buffer.byteLength(body) / 2));
}

/** Like an old proxy: no length, and the end of the connection ends the body. */
function sendHttp10(response: ServerResponse, { status, body }: Reply, pairs: string[][]) {
	const head = pairs.map(([name, value]) => `${name}: ${value}\r\n`).join('');
	response.socket?.end(`HTTP/1.0 ${status} Status\r\n${head}Connection: close\r\n\r\n${body}`);
}

/** The connection ends in the middle of a header. */
function sendHalfHeaders(response: ServerResponse, { status }: Reply, [[name, value]]: string[][]) {
	response.socket?.end(`HTTP/1.1 ${status} Status\r\n${name}: ${value}`);
}

async function sendSlowly(response: ServerResponse, body: Buffer, ms: number, signal: AbortSignal) {
	for (const byte of body) {
		if (response.destroyed || signal.aborted) return;
		response.write(Buffer.of(byte));
		await sleep(ms, signal);
	}
	response.end();
}

/**
 * The text around the padding: an object gets a field with it, so that it stays JSON at any size.
 */
function paddingFor(body: string, bytes: number) {
	const isObject = body.startsWith('{') && body.length > 2;
	const before = isObject ? `${body.slice(0, -1)},"padding":"` : body;
	const after = isObject ? '"}' : '';
	return { before, bytes, after, length: Buffer.byteLength(before) + bytes + after.length };
}

/** In pieces, as fast as the client accepts them. */
async function sendPadded(
	response: ServerResponse,
	{ before, bytes, after }: ReturnType<typeof paddingFor>,
) {
	const chunk = Buffer.alloc(64 * 1024, 'x');
	response.write(before);
	for (let left = bytes; left > 0 && !response.destroyed; left -= chunk.length) {
		const isFree = response.write(left < chunk.length ? chunk.subarray(0, left) : chunk);
		if (!isFree) await drained(response);
	}
	response.end(after);
}

function drained(response: ServerResponse) {
	return new Promise<void>((resolve) => {
		const done = () => {
			response.off('drain', done).off('close', done);
			resolve();
		};
		response.on('drain', done).on('close', done);
	});
}

async function sleep(ms: number, signal: AbortSignal) {
	if (ms > 0) await wait(ms, undefined, { signal }).catch(() => {});
}
