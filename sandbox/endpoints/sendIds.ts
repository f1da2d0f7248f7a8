import { isMissing, unknownFields } from '../rules/json';
import { checkSendIdFormat, generateSendId } from '../rules/sendId';
import { TARGETS } from '../targets';
import type { Call } from './call';
import { findMessage } from './findMessage';

export function createSendId({ workspace, body, unknown, claim }: Call) {
	unknown.push(...unknownFields(body, ['campaign_id', 'send_id']));
	claim([{ name: 'sendIds' }]);
	const campaign = findMessage(workspace, TARGETS.campaign, body.campaign_id);
	const sendId = isMissing(body.send_id) ? generateSendId() : checkSendIdFormat(body.send_id);
	if (!campaign.sendIds.includes(sendId)) campaign.sendIds.push(sendId);
	return { message: 'success', send_id: sendId };
}
