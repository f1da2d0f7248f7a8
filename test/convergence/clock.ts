/**
 * One clock for n8n, the node and the sandbox, for several executions at once: it stands still while
 * anything is at work, and otherwise moves on to whatever waits for the shortest time.
 */
import { subscribe } from 'node:diagnostics_channel';
import type { ClientRequest } from 'node:http';

/** What n8n's engine does between two requests takes less. */
const QUIET_TURNS = 8;

let underWay = 0;
subscribe('http.client.request.start', (message) => {
	underWay += 1;
	const { request } = message as { request: ClientRequest };
	request.once('close', () => {
		underWay -= 1;
	});
});

let timers: Array<{ end: number; wake: () => void }> = [];
let isRunning = false;

const nextTurn = async () => await new Promise((resolve) => setImmediate(resolve));

async function untilQuiet(): Promise<void> {
	for (let quiet = 0; quiet < QUIET_TURNS; quiet += 1) {
		await nextTurn();
		if (underWay > 0) quiet = 0;
	}
}

async function run(): Promise<void> {
	isRunning = true;
	while (timers.length > 0) {
		await untilQuiet();
		const next = Math.min(...timers.map(({ end }) => end));
		if (Date.now() < next) jest.setSystemTime(next);
		const due = timers.filter(({ end }) => end <= next);
		timers = timers.filter(({ end }) => end > next);
		for (const { wake } of due) wake();
	}
	isRunning = false;
}

/** Replaces n8n's own `sleep`. */
export async function sleep(milliseconds: number): Promise<void> {
	await new Promise<void>((wake) => {
		timers.push({ end: Date.now() + milliseconds, wake });
		if (!isRunning) void run();
	});
}

/** Waits until nothing waits anymore. */
export async function untilStill(): Promise<void> {
	while (isRunning) await nextTurn();
}
