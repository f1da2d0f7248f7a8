'use strict';

/** @param {string | number} time */
function toMs(time) {
	const ms = typeof time === 'number' ? time : Date.parse(time);
	if (!Number.isFinite(ms)) throw new RangeError(`Not a time: ${time}`);
	return ms;
}

/**
 * A clock that runs with the real one until it is set, moved or frozen.
 *
 * @param {{ now?: string, frozen?: boolean }} start
 * @param {() => void} onMove
 * @returns {import('./types').SandboxClock & { restart: () => void }}
 */
function createClock(start, onMove) {
	let offset = 0;
	/** @type {number | undefined} */
	let frozenAt;

	const now = () => frozenAt ?? Date.now() + offset;
	/** @param {number} ms */
	const moveTo = (ms) => {
		if (frozenAt === undefined) offset = ms - Date.now();
		else frozenAt = ms;
	};
	const restart = () => {
		const real = Date.now();
		const begin = start.now === undefined ? real : toMs(start.now);
		offset = begin - real;
		frozenAt = start.frozen ? begin : undefined;
	};
	restart();

	return {
		now,
		iso: () => new Date(now()).toISOString(),
		set(time) {
			moveTo(toMs(time));
			onMove();
		},
		advance(ms) {
			if (!Number.isFinite(ms)) throw new RangeError(`Not a number of milliseconds: ${ms}`);
			moveTo(now() + ms);
			onMove();
		},
		freeze() {
			frozenAt = now();
		},
		resume() {
			offset = now() - Date.now();
			frozenAt = undefined;
		},
		restart,
	};
}

module.exports = { createClock };
