import { refuse, refuseInvalid } from '../refusal';
import { checkAudience } from '../rules/audience';
import { canonical, isFilledString, isMissing, unknownFields } from '../rules/json';
import { checkProperties } from '../rules/properties';
import { checkRecipients } from '../rules/recipients';
import { checkSchedule } from '../rules/schedule';
import { checkSendIdFormat, generateSendId } from '../rules/sendId';
import type { Schedule } from '../scheduleBook';
import type { Target } from '../targets';
import type { WorkspaceMessage } from '../workspace';
import type { Call } from './call';
import { findMessage } from './findMessage';

export function create(target: Target, call: Call) {
	const { body, unknown } = call;
	const known = ['recipients', 'audience', 'broadcast', 'schedule', ...target.properties];
	const ids = [target.idField, ...(target.takesSendId ? ['send_id'] : [])];
	unknown.push(...unknownFields(body, [...ids, ...known]));
	claimLimits(target, call);

	const message = findMessage(call.workspace, target, body[target.idField]);
	if (message.trigger !== 'api') refuse(target.unknownId);
	const notice = noticeOf(target, message);
	const recipients = checkRecipients(body.recipients, target, unknown);
	const audience = body.audience ?? undefined;
	if (audience !== undefined) checkAudience(audience, unknown);
	const broadcast = checkBroadcast(body.broadcast, recipients.length > 0, audience !== undefined);
	const properties = checkProperties(body, target.properties, '');
	const schedule = checkSchedule(body.schedule, call.timeRules(), unknown);
	const isBroadcast = recipients.length === 0;
	const sendId = sendIdFor(target, message, { asked: body.send_id, isBroadcast });

	const made = call.book.create({
		kind: target.kind,
		id: message.id,
		name: message.name,
		recipients,
		broadcast,
		schedule,
		...(sendId !== undefined && { send_id: sendId }),
		...(audience !== undefined && { audience }),
		...(properties !== undefined && { properties }),
		...(notice !== undefined && { notice }),
	});
	return {
		dispatch_id: made.dispatch_id,
		schedule_id: made.schedule_id,
		message: 'success',
		...(isBroadcast && sendId !== undefined && { send_id: sendId }),
		...(notice !== undefined && { notice }),
	};
}

/**
 * Broadcasts have their own windows, one of them per audience. Requests with recipients count as
 * individual ones, even if an audience narrows them.
 */
function claimLimits(target: Target, { body, claim }: Call) {
	const audience = body.audience ?? null;
	const hasRecipients = Array.isArray(body.recipients) && body.recipients.length > 0;
	if (hasRecipients || (body.broadcast !== true && audience === null)) {
		claim([{ name: 'shared' }]);
		return;
	}
	const key = `${body[target.idField]} ${canonical(audience)}`;
	claim([{ name: 'broadcast' }, { name: 'audience', key }]);
}

export function update(target: Target, call: Call) {
	call.unknown.push(...unknownFields(call.body, [target.idField, 'schedule_id', 'schedule']));
	const found = findSchedule(target, call);
	const schedule = checkSchedule(call.body.schedule, call.timeRules(), call.unknown);
	if (found) call.book.move(found, schedule);
	return { message: 'success' };
}

export function cancel(target: Target, call: Call) {
	call.unknown.push(...unknownFields(call.body, [target.idField, 'schedule_id']));
	const found = findSchedule(target, call);
	if (found) call.book.cancel(found);
	return { message: 'success' };
}

function findSchedule(
	target: Target,
	{ workspace, body, book, options }: Call,
): Schedule | undefined {
	const message = findMessage(workspace, target, body[target.idField]);
	if (!isFilledString(body.schedule_id)) refuseInvalid('schedule_id must be a string');
	const found = book.find(body.schedule_id);
	if (found?.kind === target.kind && found.id === message.id) return found;
	if (options.unknownSchedule !== 'accept') refuseInvalid('schedule_id is unknown');
	return undefined;
}

function checkBroadcast(broadcast: unknown, hasRecipients: boolean, hasAudience: boolean) {
	if (!isMissing(broadcast) && typeof broadcast !== 'boolean') {
		refuseInvalid('broadcast must be a boolean');
	}
	if (broadcast === true && hasRecipients) {
		refuseInvalid('broadcast cannot be true when recipients are given');
	}
	// The documents have an example of an audience with broadcast false and no recipients, so it is
	// accepted here, although a table on other pages requires broadcast true.
	if (broadcast !== true && !hasRecipients && !hasAudience) refuse('No Recipients');
	return broadcast === true;
}

/** A Canvas that isn't running accepts the request and sends nothing; a campaign refuses it. */
function noticeOf(target: Target, message: WorkspaceMessage) {
	const { archived, enabled, draft } = message;
	if (!archived && enabled && !draft) return undefined;
	// Braze has two texts. The one about "not active" includes drafts.
	const text = archived ? target.archived : target.paused;
	return target.kind === 'campaign' ? refuse(text) : text;
}

/** A campaign that is sent as a broadcast gets a generated send ID if the request has none. */
function sendIdFor(
	target: Target,
	message: WorkspaceMessage,
	{ asked, isBroadcast }: { asked: unknown; isBroadcast: boolean },
) {
	if (!target.takesSendId) return undefined;
	if (isMissing(asked)) {
		if (!isBroadcast) return undefined;
		const generated = generateSendId();
		message.sendIds.push(generated);
		return generated;
	}
	const checked = checkSendIdFormat(asked);
	if (!message.sendIds.includes(checked)) refuseInvalid('send_id does not exist for this campaign');
	return checked;
}
