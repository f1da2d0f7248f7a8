import type { INodeProperties } from 'n8n-workflow';

import type { Target } from '../domain/targets';

const sendId: INodeProperties = {
	displayName: 'Send ID',
	name: 'sendId',
	type: 'string',
	default: '',
	placeholder: 'e.g. spring_sale_2026',
	description:
		'Groups the results of several sends in Braze’s analytics. It must already exist for this campaign.',
};

const olderContextName: INodeProperties = {
	displayName: 'Use the Older Name for Context',
	name: 'olderContextName',
	type: 'boolean',
	default: false,
	description:
		'Whether to send the context under the name it had before 2025, canvas_entry_properties. Only for Canvases that still use that name in their messages.',
};

export const createOptions = (target: Target): INodeProperties => ({
	displayName: 'Options',
	name: 'options',
	type: 'collection',
	placeholder: 'Add Option',
	default: {},
	options: target.takesSendId ? [sendId] : [olderContextName],
});
