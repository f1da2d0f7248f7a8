/**
 * One clock for n8n, the node and the sandbox. It stands still while a request is in flight and
 * jumps ahead when the node waits, so a sequence of an hour takes milliseconds.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ServerResponse } from 'node:http';

export { advance, resetClock, startClock } from '../modelClock';

let underWay = 0;
subscribe('http.server.request.start', (message) => {
	underWay += 1;
	const { response } = message as { response: ServerResponse };
	response.once('close', () => {
		underWay -= 1;
	});
});

const nextTurn = async () => await new Promise((resolve) => setImmediate(resolve));

/** Replaces n8n's own `sleep`. */
export async function sleep(milliseconds: number): Promise<void> {
	const end = Date.now() + milliseconds;
	do await nextTurn();
	while (underWay > 0);
	if (Date.now() < end) jest.setSystemTime(end);
}
