import type { INodeProperties } from 'n8n-workflow';

import type { Target } from '../domain/targets';
import { collection } from './collection';
import { sendIdOption } from './sendId';

const olderContextName: INodeProperties = {
	displayName: 'Use the Older Name for Context',
	name: 'olderContextName',
	type: 'boolean',
	default: false,
	description:
		'Whether to send the context as canvas_entry_properties, its name before 2025. Only needed for Canvases whose messages still use that name.',
};

const allowRepeatedAudienceSends: INodeProperties = {
	displayName: 'Allow Repeated Audience Sends',
	name: 'allowRepeatedAudienceSends',
	type: 'boolean',
	default: false,
	description:
		'Whether several items may each message the same audience. If off, the node stops before it sends anything, because users would get the message several times.',
};

const combine: INodeProperties = {
	displayName: 'Combine Items',
	name: 'combine',
	type: 'options',
	options: [
		{
			name: 'Off: One Schedule per Item',
			value: 'off',
			description: 'You can move and cancel each schedule separately',
		},
		{
			name: 'Combine, One Result per Item',
			value: 'perItem',
			description: 'Up to 50 recipients per schedule, and a result for each item',
		},
		{
			name: 'Combine, One Result per Schedule',
			value: 'perSchedule',
			description:
				"Up to 50 recipients per schedule, and one result for all of them. Later nodes can't refer to a single incoming item.",
		},
	],
	default: 'off',
	description:
		'Whether to put items that differ only in their recipients into one schedule. This needs far fewer requests, but you can only move or cancel those recipients together.',
};

const deduplicationKey: INodeProperties = {
	displayName: 'Deduplication Key',
	name: 'deduplicationKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.order_id }}',
	description:
		'A value that uniquely identifies the item, for example its order ID. An item whose key was used before is skipped, in later executions too, so a webhook that arrives twice schedules once. In queue mode, a key can be lost in rare cases.',
};

const deduplicationScope: INodeProperties = {
	displayName: 'Deduplication Key Scope',
	name: 'deduplicationScope',
	type: 'options',
	options: [
		{ name: 'This Node', value: 'node', description: 'Each Braze Schedule node has its own keys' },
		{
			name: 'This Workflow',
			value: 'workflow',
			description: 'All Braze Schedule nodes in this workflow share their keys',
		},
	],
	default: 'node',
	description: 'Which nodes share their keys. Only used together with a deduplication key.',
};

const deduplicationHistorySize: INodeProperties = {
	displayName: 'Deduplication Key History Size',
	name: 'deduplicationHistorySize',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 10000,
	description: 'How many keys n8n remembers. It forgets the oldest first.',
};

const maximumWait: INodeProperties = {
	displayName: 'Maximum Wait',
	name: 'maximumWait',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 120,
	description:
		'How many seconds a request waits for the rate limit to reset after Braze refused it. After that, it fails and says when the limit resets, if Braze did.',
};

const previewOnly: INodeProperties = {
	displayName: 'Preview Only',
	name: 'previewOnly',
	type: 'boolean',
	default: false,
	description:
		'Whether to only show the requests, with their times and warnings, and send nothing to Braze',
};

const concurrency: INodeProperties = {
	displayName: 'Requests at Once',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 64 },
	default: 8,
	description:
		'How many requests to send at the same time. The node sends fewer when Braze limits the rate.',
};

const timeout: INodeProperties = {
	displayName: 'Timeout',
	name: 'timeout',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 60,
	description:
		'How many seconds to wait for an answer. If the timeout is too short, some requests end with an unknown outcome.',
};

const optionsOf = (options: INodeProperties[]): INodeProperties[] =>
	collection({
		displayName: 'Options',
		name: 'options',
		placeholder: 'Add Option',
		default: {},
		options: options.sort((a, b) => (a.displayName < b.displayName ? -1 : 1)),
	});

const forEveryOperation = [concurrency, maximumWait, previewOnly, timeout];

export const deliveryOptions = optionsOf([...forEveryOperation]);

export const createOptions = (target: Target): INodeProperties[] =>
	optionsOf([
		...forEveryOperation,
		allowRepeatedAudienceSends,
		combine,
		deduplicationHistorySize,
		deduplicationKey,
		deduplicationScope,
		target.takesSendId ? sendIdOption : olderContextName,
	]);
