import type { INodeProperties } from 'n8n-workflow';

import { TARGETS } from '../domain/targets';
import { targetField } from './target';

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
		'Groups the results of several sends in Braze’s analytics. Braze has to know it for this campaign: make it once with the resource Send ID.',
};

export const sendIdFields: INodeProperties[] = [
	...targetField(TARGETS.campaign, 'list'),
	{
		...sendId,
		description:
			'A name of your own, up to 64 plain letters, digits and signs. If empty, Braze makes one up.',
		hint: 'Make it once, by hand, and use it as often as you like: Braze allows 100 new ones a day',
	},
];
