'use strict';

const { bearerToken } = require('./keys');

/** These decide how the exchange ends; the first that matches wins. */
const ENDINGS = [
	'status',
	'dropBefore',
	'dropAfter',
	'hang',
	'truncate',
	'halfHeaders',
	'html',
	'queued',
	'redirect',
	'emptyBody',
];
/** These change an answer or its delivery and can be combined. */
const TOUCHES = [
	'latency',
	'errors',
	'notice',
	'headers',
	'slowBody',
	'hugeBody',
	'wrongContentType',
	'duplicateHeaders',
	'http10Close',
];

/**
 * @typedef {import('./types').FaultSpec} FaultSpec
 * @typedef {import('./types').RequestRecord} RequestRecord
 * @typedef {{ ending: FaultSpec | undefined, touches: FaultSpec[] }} Plan
 */

function createFaults() {
	/** @type {{ id: number, spec: FaultSpec, seen: number, hits: number, random: () => number }[]} */
	let armed = [];
	let lastId = 0;

	return {
		/**
		 * @param {FaultSpec} spec
		 * @returns {import('./types').FaultHandle}
		 */
		add(spec) {
			if (![...ENDINGS, ...TOUCHES].includes(spec?.kind)) {
				throw new TypeError(
					`Unknown fault "${spec?.kind}". There are: ${[...ENDINGS, ...TOUCHES].join(', ')}`,
				);
			}
			const fault = { id: ++lastId, spec, seen: 0, hits: 0, random: seededRandom(spec.seed ?? 1) };
			armed.push(fault);
			return {
				id: fault.id,
				get hits() {
					return fault.hits;
				},
				remove: () => {
					armed = armed.filter((other) => other !== fault);
				},
			};
		},

		clear() {
			armed = [];
		},

		/**
		 * What goes wrong with this request. Uses up one turn of each fault that takes part.
		 *
		 * @param {RequestRecord} request
		 * @returns {Plan}
		 */
		plan(request) {
			/** @type {Plan} */
			const plan = { ending: undefined, touches: [] };
			for (const fault of armed) {
				const { spec } = fault;
				const isEnding = ENDINGS.includes(spec.kind);
				if ((isEnding && plan.ending) || !matches(spec.match ?? {}, request)) continue;
				fault.seen++;
				if (fault.seen <= (spec.skip ?? 0) || fault.hits >= turnsOf(spec)) continue;
				if (spec.probability !== undefined && fault.random() >= spec.probability) continue;
				fault.hits++;
				if (isEnding) plan.ending = spec;
				else plan.touches.push(spec);
			}
			return plan;
		},
	};
}

/** A fault with a probability goes on until it is cleared. @param {FaultSpec} spec */
function turnsOf({ times, probability }) {
	if (times === 'always') return Infinity;
	return times ?? (probability === undefined ? 1 : Infinity);
}

/**
 * @param {NonNullable<FaultSpec['match']>} match
 * @param {RequestRecord} request
 */
function matches({ path, method, bodyIncludes, key }, request) {
	if (typeof path === 'string' && !request.path.includes(path)) return false;
	if (path instanceof RegExp && request.path.search(path) === -1) return false;
	if (method !== undefined && method.toUpperCase() !== request.method) return false;
	if (bodyIncludes !== undefined && !request.rawBody.includes(bodyIncludes)) return false;
	return key === undefined || bearerToken(String(request.headers.authorization)) === key;
}

/** The same numbers for the same seed (mulberry32). @param {number} seed */
function seededRandom(seed) {
	let state = seed >>> 0;
	return () => {
		state = (state + 0x6d2b79f5) >>> 0;
		let mixed = Math.imul(state ^ (state >>> 15), state | 1);
		mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** @typedef {ReturnType<typeof createFaults>} Faults */

module.exports = { createFaults };
