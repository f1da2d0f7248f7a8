'use strict';

/** A request that Braze turns down: nothing is scheduled, moved or cancelled. */
class Refusal extends Error {
	/**
	 * @param {number} status
	 * @param {string} message
	 * @param {Record<string, any>} [body] The whole body, where it is not just a `message`.
	 */
	constructor(status, message, body = { message }) {
		super(message);
		this.status = status;
		this.body = body;
	}
}

/**
 * @param {string} message
 * @returns {never}
 */
function refuse(message) {
	throw new Refusal(400, message);
}

module.exports = { Refusal, refuse };
