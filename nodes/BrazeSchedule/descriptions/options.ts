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
		'Whether to send the context under the name it had before 2025, canvas_entry_properties. Only for Canvases that still use that name in their messages.',
};

const allowRepeatedAudienceSends: INodeProperties = {
	displayName: 'Allow Repeated Audience Sends',
	name: 'allowRepeatedAudienceSends',
	type: 'boolean',
	default: false,
	description:
		'Whether several items may each message the same audience. If off, that stops before anything is sent, because everyone would get the message several times.',
};

const combine: INodeProperties = {
	displayName: 'Combine Items',
	name: 'combine',
	type: 'options',
	options: [
		{
			name: 'Off: One Schedule per Item',
			value: 'off',
			description: 'Each schedule can be moved and cancelled by itself',
		},
		{
			name: 'Combine, One Result per Item',
			value: 'perItem',
			description: 'Up to 50 people in one schedule; every item gets its result',
		},
		{
			name: 'Combine, One Result per Schedule',
			value: 'perSchedule',
			description:
				'Up to 50 people in one schedule, one result for all of them. Later nodes cannot refer to a single incoming item.',
		},
	],
	default: 'off',
	description:
		'Whether items that share everything but their recipients go into one schedule. That needs far fewer requests, but people in one schedule can only be moved or cancelled together.',
};

const deduplicationKey: INodeProperties = {
	displayName: 'Deduplication Key',
	name: 'deduplicationKey',
	type: 'string',
	default: '',
	placeholder: 'e.g. {{ $json.order_id }}',
	description:
		'A value that uniquely identifies the item, for example its order ID. An item whose key was used before is skipped, in later executions too, so a webhook that arrives twice schedules once. n8n keeps the keys without a lock, so on a very busy n8n a key can be lost, which is rare.',
};

const deduplicationScope: INodeProperties = {
	displayName: 'Deduplication Key Scope',
	name: 'deduplicationScope',
	type: 'options',
	options: [
		{ name: 'This Node', value: 'node', description: 'Keys count for this node alone' },
		{
			name: 'This Workflow',
			value: 'workflow',
			description: 'Keys are shared by all Braze Schedule nodes of this workflow',
		},
	],
	default: 'node',
	description: 'Where a used key counts. Only works together with a deduplication key.',
};

const deduplicationHistorySize: INodeProperties = {
	displayName: 'Deduplication Key History Size',
	name: 'deduplicationHistorySize',
	type: 'number',
	typeOptions: { minValue: 1 },
	default: 10000,
	description: 'How many keys n8n remembers; the oldest are forgotten first',
};

const maximumWait: INodeProperties = {
	displayName: 'Maximum Wait',
	name: 'maximumWait',
	type: 'number',
	typeOptions: { minValue: 0 },
	default: 120,
	description:
		'How many seconds a request may wait for a closed rate limit after Braze refused it. After that, it fails and reports when the limit resets.',
};

const previewOnly: INodeProperties = {
	displayName: 'Preview Only',
	name: 'previewOnly',
	type: 'boolean',
	default: false,
	description:
		'Whether to only show the requests, with their times and warnings. Nothing is sent to Braze.',
};

const concurrency: INodeProperties = {
	displayName: 'Requests at Once',
	name: 'concurrency',
	type: 'number',
	typeOptions: { minValue: 1, maxValue: 64 },
	default: 8,
	description:
		'How many requests may be under way at the same time. Fewer are used when Braze is busy.',
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
