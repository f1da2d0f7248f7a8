import type { Credential } from '../host/credentials';
import type { WorkflowNode } from '../host/workflows';
import { SEED } from '../sandbox';

export const CAMPAIGN = SEED.campaigns.orderReminder;
export const PATH = '/campaigns/trigger/schedule/create';
const BATCH = 50;
/** The maximum of the node's option "Requests at Once". */
export const AT_ONCE = 64;
/** Ten days ahead: Braze accepts it without a warning. */
export const TIME = `${new Date(Date.now() + 10 * 86_400_000).toISOString().slice(0, 10)}T09:00:00Z`;

interface Contact {
	user_id: string;
	first_name: string;
	plan: string;
}

export const contactsOf = (count: number): Contact[] =>
	Array.from({ length: count }, (_, index) => ({
		user_id: `user-${index}`,
		first_name: `Name ${index}`,
		plan: index % 3 === 0 ? 'gold' : 'basic',
	}));

export const personOf = ({ user_id }: Contact): string => `external_user_id:${user_id}`;

/**
 * HTTP Request without "Batching": that option only waits between batches (a second after each 50
 * by default, 200 s for 10,000 contacts), so the node is fastest without it. `recipients` is their
 * JavaScript in the body.
 */
const httpRequest = ({ url, header }: Stand, recipients: string): WorkflowNode => ({
	name: 'HTTP Request',
	type: 'n8n-nodes-base.httpRequest',
	typeVersion: 4.2,
	parameters: {
		method: 'POST',
		url: url + PATH,
		authentication: 'genericCredentialType',
		genericAuthType: 'httpHeaderAuth',
		sendBody: true,
		specifyBody: 'json',
		// No two closing braces in a row: n8n would end the expression there.
		jsonBody: `={{ JSON.stringify({ campaign_id: '${CAMPAIGN}', recipients: ${recipients}, schedule: { time: '${TIME}' } }) }}`,
		options: {},
	},
	credentials: { [header.type]: header },
});

const BATCHES = `
const people = $input.all().map(({ json }) => ({
	external_user_id: json.user_id,
	trigger_properties: { first_name: json.first_name },
}));
const batches = [];
for (let i = 0; i < people.length; i += ${BATCH}) {
	batches.push({ json: { recipients: people.slice(i, i + ${BATCH}) } });
}
return batches;
`;

/** One recipient whose ID and first name are expressions. */
const BY_EXPRESSIONS = {
	recipients: {
		recipient: [
			{
				identifier: 'externalUserId',
				externalUserId: '={{ $json.user_id }}',
				additionalFields: {
					properties: {
						assignments: [
							{
								id: 'first_name',
								name: 'first_name',
								type: 'string',
								value: '={{ $json.first_name }}',
							},
						],
					},
				},
			},
		],
	},
};

/** The same by the names of the fields. */
const BY_NAMES = {
	recipientsInput: 'inputFields',
	idField: 'user_id',
	propertiesFrom: 'selected',
	propertiesFields: { field: [{ field: 'first_name', name: '' }] },
};

const brazeSchedule = (
	{ braze }: Stand,
	options: object,
	recipients: object = BY_EXPRESSIONS,
): WorkflowNode => ({
	name: 'Braze Schedule',
	type: 'n8n-nodes-braze-schedule.brazeSchedule',
	typeVersion: 1,
	parameters: {
		resource: 'campaign',
		operation: 'create',
		campaignId: { __rl: true, mode: 'id', value: CAMPAIGN },
		scheduleMode: 'exact',
		time: TIME,
		sendTo: 'recipients',
		...recipients,
		options,
	},
	credentials: { [braze.type]: braze },
});

const editFields = (values: Record<string, string>, includeOtherFields = false): WorkflowNode => ({
	name: 'Edit Fields',
	type: 'n8n-nodes-base.set',
	typeVersion: 3.4,
	parameters: {
		mode: 'manual',
		assignments: {
			assignments: Object.entries(values).map(([name, value]) => ({
				id: name,
				name,
				type: 'string',
				value,
			})),
		},
		includeOtherFields,
		options: {},
	},
});

/** The address that a contestant sends to. */
export interface Stand {
	url: string;
	key: string;
	braze: Credential;
	header: Credential;
}

export interface Contestant {
	id: string;
	name: string;
	about: string;
	/** Recipients in one request; 0 if it sends nothing. */
	perRequest: number;
	/** The maximum number of contacts it is measured with. */
	most: number;
	/** Its nodes; none for a bare script. */
	steps?: (stand: Stand) => WorkflowNode[];
}

/**
 * HTTP Request opens a connection for each contact at the same time, and a machine has about 28,000
 * ports. Those that are only compared with it aren't measured with more contacts either.
 */
const AGAINST_HTTP = 10_000;

export const CONTESTANTS: Contestant[] = [
	{
		id: 'http',
		name: 'HTTP Request',
		about: "n8n's own node, one request per contact, everything at once as it does by default",
		perRequest: 1,
		most: AGAINST_HTTP,
		steps: (stand) => [
			httpRequest(
				stand,
				'[{ external_user_id: $json.user_id, trigger_properties: { first_name: $json.first_name } }]',
			),
		],
	},
	{
		id: 'expert',
		name: 'Code + HTTP Request',
		about: `a Code node makes batches of ${BATCH}, n8n's HTTP Request node sends them all at once`,
		perRequest: BATCH,
		most: Infinity,
		steps: (stand) => [
			{
				name: 'Batches',
				type: 'n8n-nodes-base.code',
				typeVersion: 2,
				parameters: { language: 'javaScript', jsCode: BATCHES },
			},
			httpRequest(stand, '$json.recipients'),
		],
	},
	{
		id: 'single',
		name: 'Braze Schedule',
		about: `one schedule per contact, option Requests at Once: ${AT_ONCE}`,
		perRequest: 1,
		most: AGAINST_HTTP,
		steps: (stand) => [brazeSchedule(stand, { concurrency: AT_ONCE })],
	},
	{
		id: 'combine',
		name: 'Braze Schedule, Combine Items',
		about: `one result per contact, option Requests at Once: ${AT_ONCE}`,
		perRequest: BATCH,
		most: Infinity,
		steps: (stand) => [brazeSchedule(stand, { combine: 'perItem', concurrency: AT_ONCE })],
	},
	{
		id: 'combineDefault',
		name: 'Braze Schedule, Combine Items, 8 at once',
		about: 'the same with Requests at Once left at its default of 8',
		perRequest: BATCH,
		most: AGAINST_HTTP,
		steps: (stand) => [brazeSchedule(stand, { combine: 'perItem' })],
	},
	{
		id: 'fields',
		name: 'Braze Schedule, From Input Fields',
		about: `Combine Items, one result per contact, option Requests at Once: ${AT_ONCE}; no expression`,
		perRequest: BATCH,
		most: Infinity,
		steps: (stand) => [
			brazeSchedule(stand, { combine: 'perItem', concurrency: AT_ONCE }, BY_NAMES),
		],
	},
	{
		id: 'passing',
		name: "n8n's handling of items",
		about: 'an Edit Fields node that adds a fixed value to each contact; sends nothing',
		perRequest: 0,
		most: Infinity,
		steps: () => [editFields({ list: 'launch' }, true)],
	},
	{
		id: 'expressions',
		name: "n8n's floor",
		about: 'an Edit Fields node with the same two expressions; sends nothing',
		perRequest: 0,
		most: Infinity,
		steps: () => [
			editFields({ user_id: '={{ $json.user_id }}', first_name: '={{ $json.first_name }}' }),
		],
	},
	{
		id: 'bareSingle',
		name: 'Bare floor, one each',
		about: `a plain Node.js script that sends one request per contact, ${AT_ONCE} at once over kept-alive connections`,
		perRequest: 1,
		most: AGAINST_HTTP,
	},
	{
		id: 'bareCombine',
		name: 'Bare floor, 50 each',
		about: `the same with ${BATCH} contacts in a request`,
		perRequest: BATCH,
		most: Infinity,
	},
];

export function contestantOf(id: string): Contestant {
	const found = CONTESTANTS.find((one) => one.id === id);
	if (!found) throw new Error(`There is no contestant "${id}".`);
	return found;
}
