'use strict';

/** Server-sent events for whoever watches the sandbox. */
function createEvents() {
	/** @type {Set<import('node:http').ServerResponse>} */
	const listeners = new Set();

	return {
		get count() {
			return listeners.size;
		},

		/** @param {import('node:http').ServerResponse} response */
		subscribe(response) {
			response.writeHead(200, {
				'Content-Type': 'text/event-stream',
				'Cache-Control': 'no-store',
			});
			response.write(': connected\n\n');
			listeners.add(response);
			response.on('close', () => listeners.delete(response));
		},

		/**
		 * @param {string} type
		 * @param {() => unknown} data Asked for only when somebody listens.
		 */
		emit(type, data) {
			if (listeners.size === 0) return;
			const text = `event: ${type}\ndata: ${JSON.stringify(data())}\n\n`;
			for (const response of listeners) response.write(text);
		},
	};
}

module.exports = { createEvents };
