import type { IncomingHttpHeaders, ServerResponse } from 'node:http';

const SCHEDULE_WRITE = /^\/(campaigns|canvas)\/trigger\/schedule\/(create|update|delete)$/;

/** The parameters of the URL. */
export type Query = Record<string, string>;

export interface RequestRecord {
	number: number;
	method: string;
	path: string;
	query: Query;
	headers: IncomingHttpHeaders;
	/** Parsed JSON, or undefined. */
	body: unknown;
	rawBody: string;
	/** Null if there was no answer. */
	status: number | null;
	at: string;
	/** Whether Braze accepted the request, regardless of the answer. */
	accepted: boolean;
	faults: string[];
	unknownFields: string[];
}

export interface RequestStats {
	requests: number;
	/** Connections with at least one API request. */
	connections: number;
	/** The maximum number of API requests open at the same time. */
	maxConcurrent: number;
	/** Answers with status 429. */
	rateLimited: number;
}

/** The requests, and how many were open at once. */
export function createRequestLog() {
	const requests: RequestRecord[] = [];
	const known = new WeakSet();
	let connections = 0;
	let open = 0;
	let maxConcurrent = 0;

	return {
		requests,

		get writes() {
			return requests.filter(({ method, path }) => method === 'POST' && SCHEDULE_WRITE.test(path));
		},

		opened(response: ServerResponse) {
			if (response.socket && !known.has(response.socket)) {
				known.add(response.socket);
				connections++;
			}
			maxConcurrent = Math.max(maxConcurrent, ++open);
			let isOver = false;
			const over = () => {
				if (!isOver) open--;
				isOver = true;
			};
			// The client may send its next request before the socket reports that the answer was sent.
			response.once('finish', over).once('close', over);
		},

		stats: (): RequestStats => ({
			requests: requests.length,
			connections,
			maxConcurrent,
			rateLimited: requests.filter(({ status }) => status === 429).length,
		}),

		clear() {
			requests.length = 0;
			connections = 0;
			maxConcurrent = open;
		},
	};
}
