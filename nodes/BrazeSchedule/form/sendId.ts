import type { INodeProperties } from 'n8n-workflow';

import type { Findings } from '../domain/findings';
import { isBlank } from '../domain/json';
import { readSendId } from '../domain/ids';
import { TARGETS } from '../domain/targets';
import type { FormParameters } from './parameters';
import { readTarget, targetField } from './target';

const sendId: INodeProperties = {
	displayName: 'Send ID',
	name: 'sendId',
	type: 'string',
	default: '',
	placeholder: 'e.g. spring_sale_2026',
};

/** For Create of a campaign schedule. */
export const sendIdOption: INodeProperties = {
	...sendId,
	description:
		'Groups the results of several sends in the analytics of Braze. Create it once for this campaign with the resource Send ID.',
};

export const sendIdFields: INodeProperties[] = [
	...targetField(TARGETS.campaign, 'list').map((field) => ({
		...field,
		description: 'The API-triggered campaign that the send ID is for',
	})),
	{
		...sendId,
		description: 'Up to 64 printable ASCII characters. If empty, Braze generates one.',
		hint: 'Create it once, then use it as often as you like. Braze allows 100 new send IDs a day.',
	},
];

export interface WantedSendId {
	id: string;
	/** Missing if Braze generates one. */
	sendId?: string;
	/** What of it no expression supplies, which may give something else on every try. */
	fixed: unknown[];
}

export function readWantedSendId(
	parameters: FormParameters,
	item: number,
	findings: Findings,
): WantedSendId {
	const id = readTarget(TARGETS.campaign, parameters, item, findings);
	const value = parameters.read('sendId', item);
	// Only an empty field without an expression makes Braze generate an ID.
	const isMissing = isBlank(value) && parameters.isExpression('sendId');
	const fixed = [TARGETS.campaign.idParameter, 'sendId']
		.filter((name) => !parameters.isExpression(name))
		.map((name) => parameters.read(name, item));
	return { id, sendId: readSendId(isMissing ? undefined : value, findings), fixed };
}
