'use strict';

const { unknownFields } = require('../rules/json');
const { checkSendIdFormat, generateSendId } = require('../rules/sendId');
const { TARGETS } = require('../targets');
const { findMessage } = require('./findMessage');

/** @param {import('../braze').Call} call */
function createSendId({ workspace, body, unknown, claim }) {
	unknown.push(...unknownFields(body, ['campaign_id', 'send_id']));
	claim([{ name: 'sendIds' }]);
	const campaign = findMessage(workspace, TARGETS.campaign, body.campaign_id);
	const sendId =
		body.send_id === undefined || body.send_id === null
			? generateSendId()
			: checkSendIdFormat(body.send_id);
	if (!campaign.sendIds.includes(sendId)) campaign.sendIds.push(sendId);
	return { message: 'success', send_id: sendId };
}

module.exports = { createSendId };
