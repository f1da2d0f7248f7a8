'use strict';

const { MINUTE, HOUR, DAY } = require('./isoTime');

const DEFAULTS = {
	shared: { limit: 250_000, windowMs: HOUR },
	broadcast: { limit: 250, windowMs: MINUTE },
	audience: { limit: 10, windowMs: MINUTE },
	sendIds: { limit: 100, windowMs: DAY },
};

/** @typedef {keyof typeof DEFAULTS} LimitName */
/** @typedef {{ limit: number, remaining: number, reset: number, exceeded: boolean }} Reading */

/**
 * Counters over windows that begin on the clock (the full hour, the full minute), not at the first
 * request.
 *
 * @param {import('./types').SandboxOptions['limits']} overrides
 * @param {() => number} now
 */
function createRateLimits(overrides = {}, now) {
	/** @type {Map<LimitName, { start: number, used: Map<string, number> }>} */
	const windows = new Map();

	/** @param {LimitName} name */
	const current = (name) => {
		const { limit, windowMs } = { ...DEFAULTS[name], ...overrides[name] };
		const start = Math.floor(now() / windowMs) * windowMs;
		let window = windows.get(name);
		if (window?.start !== start) {
			window = { start, used: new Map() };
			windows.set(name, window);
		}
		return { limit, used: window.used, reset: Math.ceil((start + windowMs) / 1000) };
	};

	/**
	 * @param {LimitName} name
	 * @param {string} key
	 * @returns {Reading}
	 */
	const read = (name, key = '') => {
		const { limit, used, reset } = current(name);
		const count = used.get(key) ?? 0;
		return { limit, remaining: Math.max(0, limit - count), reset, exceeded: count >= limit };
	};

	return {
		read,
		/**
		 * Counts one request against all the given windows, or against none if one of them is full.
		 * Answers with the tightest window, as only one fits into the headers.
		 *
		 * @param {{ name: LimitName, key?: string }[]} claims
		 * @returns {Reading}
		 */
		take(claims) {
			const full = claims.map(({ name, key }) => read(name, key)).find((r) => r.exceeded);
			if (full) return full;
			for (const { name, key = '' } of claims) {
				const { used } = current(name);
				used.set(key, (used.get(key) ?? 0) + 1);
			}
			return claims
				.map(({ name, key }) => ({ ...read(name, key), exceeded: false }))
				.reduce((tightest, r) => (r.remaining < tightest.remaining ? r : tightest));
		},
		restart: () => windows.clear(),
	};
}

/**
 * @param {Reading | undefined} reading Left out for a key that was not recognised: Braze then sends
 * the headers without a value.
 * @returns {Record<string, string>}
 */
function rateLimitHeaders(reading) {
	return {
		'x-ratelimit-limit': String(reading?.limit ?? ''),
		'x-ratelimit-remaining': String(reading?.remaining ?? ''),
		'x-ratelimit-reset': String(reading?.reset ?? ''),
	};
}

module.exports = { createRateLimits, rateLimitHeaders };
