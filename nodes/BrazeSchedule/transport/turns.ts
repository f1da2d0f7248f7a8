/** The last request for each key, over all nodes and executions of this process. */
const lines = new Map<string, Promise<void>>();

async function settledOrCanceled(before: Promise<void>, signal?: AbortSignal): Promise<void> {
	if (!signal) return await before;
	if (signal.aborted) return;
	await new Promise<void>((resolve) => {
		const end = () => {
			signal.removeEventListener('abort', end);
			resolve();
		};
		signal.addEventListener('abort', end);
		void before.then(end);
	});
}

/**
 * Runs tasks with the same key one after the other, in the order of arrival. A canceled execution
 * doesn't wait: its task must check the signal itself.
 */
export async function inTurn<T>(
	key: string,
	task: () => Promise<T>,
	signal?: AbortSignal,
): Promise<T> {
	const before = lines.get(key) ?? Promise.resolve();
	let finish = (): void => undefined;
	const own = new Promise<void>((resolve) => (finish = resolve));
	const line = before.then(async () => await own);
	lines.set(key, line);
	try {
		await settledOrCanceled(before, signal);
		return await task();
	} finally {
		finish();
		// A canceled one is done before those ahead of it.
		void line.then(() => {
			if (lines.get(key) === line) lines.delete(key);
		});
	}
}
