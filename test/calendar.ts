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
