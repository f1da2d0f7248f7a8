'use strict';

const { refuseInvalid } = require('../refusal');

/** @param {unknown} sendId @returns {string} */
function checkSendIdFormat(sendId) {
	if (typeof sendId !== 'string' || !/^[\x20-\x7e]{1,64}$/.test(sendId)) {
		refuseInvalid('send_id must be a string of at most 64 ASCII characters');
	}
	return sendId;
}

module.exports = { checkSendIdFormat };
