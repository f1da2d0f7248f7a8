import type {
	ICredentialDataDecryptedObject,
	ICredentialType,
	IHttpRequestOptions,
	INodeProperties,
} from 'n8n-workflow';
import { UserError } from 'n8n-workflow';

import {
	authorizationFor,
	CUSTOM_INSTANCE,
	INSTANCES,
} from '../nodes/BrazeSchedule/domain/instances';

export class BrazeApi implements ICredentialType {
	name = 'brazeApi';

	displayName = 'Braze API';

	icon = {
		light: 'file:../nodes/BrazeSchedule/braze.svg',
		dark: 'file:../nodes/BrazeSchedule/braze.dark.svg',
	} as const;

	documentationUrl =
		'https://github.com/n8n-nodes-braze-schedule/n8n-nodes-braze-schedule#credentials';

	properties: INodeProperties[] = [
		{
			displayName: 'Instance',
			name: 'instance',
			type: 'options',
			required: true,
			options: [
				...INSTANCES.map(({ id, label, restUrl }) => ({
					name: `${label} (${restUrl.replace('https://', '')})`,
					value: id,
				})),
				{ name: 'Custom URL', value: CUSTOM_INSTANCE },
			],
			// No default: on the wrong instance, a valid key looks invalid.
			default: '',
			description:
				'The instance that your Braze workspace is on. Braze shows it as the REST endpoint under Settings &gt; APIs and Identifiers.',
		},
		{
			displayName: 'Custom URL',
			name: 'customUrl',
			type: 'string',
			required: true,
			default: '',
			placeholder: 'e.g. https://rest.iad-01.braze.com',
			description:
				'The REST endpoint of an instance that is not in the list, or a gateway in front of Braze, including its path. Must start with https://, except for an address on the machine that n8n runs on, such as http://localhost:8080. If n8n connects through a proxy there (HTTP_PROXY), set NO_PROXY=localhost,127.0.0.1 for n8n; otherwise the key goes to the proxy unencrypted.',
			displayOptions: { show: { instance: [CUSTOM_INSTANCE] } },
		},
		{
			displayName: 'REST API Key',
			name: 'apiKey',
			type: 'string',
			typeOptions: { password: true },
			required: true,
			default: '',
			description:
				"Create one in Braze under Settings &gt; APIs and Identifiers. Grant the permissions you need under campaigns.trigger.schedule and canvas.trigger.schedule, and campaigns.list and canvas.list to pick by name. You can't add permissions later.",
		},
	];

	/** Adds the key, and only to requests to the credential's own instance. */
	async authenticate(
		credentials: ICredentialDataDecryptedObject,
		requestOptions: IHttpRequestOptions,
	): Promise<IHttpRequestOptions> {
		const { url, baseURL } = requestOptions;
		const authorization = authorizationFor(credentials, url, baseURL);
		if ('problem' in authorization) throw new UserError(authorization.problem);
		return {
			...requestOptions,
			headers: { ...requestOptions.headers, Authorization: authorization.header },
		};
	}
}
