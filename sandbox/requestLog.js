'use strict';

const SCHEDULE_WRITE = /^\/(campaigns|canvas)\/trigger\/schedule\/(create|update|delete)$/;

/** What came in, and how busy the sandbox was. */
function createRequestLog() {
	/** @type {import('./types').RequestRecord[]} */
	const requests = [];
	/** @type {WeakSet<object>} */
	const known = new WeakSet();
	let connections = 0;
	let open = 0;
	let maxConcurrent = 0;

	return {
		requests,

		get writes() {
			return requests.filter(({ method, path }) => method === 'POST' && SCHEDULE_WRITE.test(path));
		},

		/** @param {import('node:http').ServerResponse} response */
		opened(response) {
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
			// The client may ask again before the socket reports that the answer is through.
			response.once('finish', over).once('close', over);
		},

		stats: () => ({
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

module.exports = { createRequestLog };
