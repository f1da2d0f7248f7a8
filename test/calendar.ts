/** For fake timers that only change the date: sockets and all waits stay real. */
export const ONLY_THE_CALENDAR = {
	doNotFake: [
		'hrtime',
		'nextTick',
		'performance',
		'queueMicrotask',
		'setImmediate',
		'clearImmediate',
		'setInterval',
		'clearInterval',
		'setTimeout',
		'clearTimeout',
	],
} satisfies Parameters<typeof jest.useFakeTimers>[0];

/** For tests that list campaigns: the node keeps a list for a minute. */
export function aMinuteBetweenTests(): void {
	let now = Date.now();
	beforeEach(() => {
		now += 60_000;
		jest.useFakeTimers({ now, ...ONLY_THE_CALENDAR });
	});
	afterEach(() => {
		jest.useRealTimers();
	});
}
