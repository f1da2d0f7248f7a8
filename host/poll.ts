import { setTimeout as sleep } from 'node:timers/promises';

const WAIT_LIMIT_SECONDS = 120;
const POLL_MS = 150;

/** Repeats a call until it has a result. */
export async function poll<Answer>(
	what: string,
	ask: () => Promise<Answer | undefined> | Answer | undefined,
	seconds = WAIT_LIMIT_SECONDS,
): Promise<Answer> {
	const deadline = Date.now() + seconds * 1000;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > deadline)
			throw new Error(`Waited ${seconds} s for ${what}, without a result.`);
		await sleep(POLL_MS);
	}
}
