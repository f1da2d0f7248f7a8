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
 * @param {string} message One that Braze documents.
 * @returns {never}
 */
function refuse(message) {
	throw new Refusal(400, message);
}

/**
 * A fatal error has a message and a list of details. The details are the sandbox's own words.
 *
 * @param {string} detail
 * @returns {never}
 */
function refuseInvalid(detail) {
	const message = 'Bad Request';
	throw new Refusal(400, message, { message, errors: [detail] });
}

module.exports = { Refusal, refuse, refuseInvalid };
