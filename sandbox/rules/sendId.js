'use strict';

const { randomBytes } = require('node:crypto');
const { refuseInvalid } = require('../refusal');

const ASCII = /^[\x00-\x7f]{1,64}$/;

/** @param {unknown} sendId @returns {string} */
function checkSendIdFormat(sendId) {
	if (typeof sendId !== 'string' || !ASCII.test(sendId)) {
		refuseInvalid('send_id must be a string of at most 64 ASCII characters');
	}
	return sendId;
}

const generateSendId = () => randomBytes(12).toString('hex');

module.exports = { checkSendIdFormat, generateSendId };
