import type { ServerResponse } from 'node:http';

/** Server-sent events for clients that watch the sandbox. */
export function createEvents() {
	const listeners = new Set<ServerResponse>();

	return {
		get count() {
			return listeners.size;
		},

		subscribe(response: ServerResponse) {
			response.writeHead(200, {
				'Content-Type': 'text/event-stream',
				'Cache-Control': 'no-store',
			});
			response.write(': connected\n\n');
			listeners.add(response);
			response.on('close', () => listeners.delete(response));
		},

		/** The data is only created if a client is listening. */
		emit(type: string, data: () => unknown) {
			if (listeners.size === 0) return;
			const text = `event: ${type}\ndata: ${JSON.stringify(data())}\n\n`;
			for (const response of listeners) response.write(text);
		},
	};
}

export type Events = ReturnType<typeof createEvents>;
