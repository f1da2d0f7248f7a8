import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { authorizationFor, restUrl } from '../domain/instances';
import { listPath, permissionFor, TARGETS } from '../domain/targets';
import { faultFrom } from '../transport/answer';
import type { Answer } from '../transport/answer';
import { brazeSays } from '../transport/words';

/** Braze has no endpoint to test a key with, so the lightest read stands in. */
const PROBE = listPath(TARGETS.campaign);
const TIMEOUT = 15_000;

const ok = (message: string): INodeCredentialTestResult => ({ status: 'OK', message });
const wrong = (message: string): INodeCredentialTestResult => ({ status: 'Error', message });

/**
 * A test written out rather than declared: only so can a narrow key pass, and an address that
 * nobody answers get a sentence instead of an error code.
 */
export async function brazeApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<INodeCredentialTestResult> {
	const data = credential.data ?? {};
	const address = restUrl(data);
	if ('problem' in address) return wrong(address.problem);
	const url = `${address.url}${PROBE}?page=0`;
	const authorization = authorizationFor(data, url);
	if ('problem' in authorization) return wrong(authorization.problem);
	return verdict(await probe(this.helpers, url, authorization.header), address.url, data);
}

async function probe(
	helpers: ICredentialTestFunctions['helpers'],
	uri: string,
	authorization: string,
): Promise<Answer> {
	try {
		const { statusCode, headers, body } = await helpers.request({
			method: 'GET',
			uri,
			headers: { Authorization: authorization },
			json: true,
			timeout: TIMEOUT,
			followRedirect: false,
			simple: false,
			resolveWithFullResponse: true,
		});
		return { kind: 'response', statusCode, headers, body };
	} catch (error) {
		return faultFrom(error);
	}
}

function verdict(
	answer: Answer,
	url: string,
	data: ICredentialDataDecryptedObject,
): INodeCredentialTestResult {
	if (answer.kind === 'fault') {
		return wrong(
			`${url} cannot be reached (${answer.code}). Check the ${data.instance === 'custom' ? 'Custom URL' : 'instance'}, and whether this n8n may reach the internet`,
		);
	}
	const { statusCode, body } = answer;
	if (statusCode >= 200 && statusCode < 300) {
		return typeof body === 'object' && body !== null
			? ok('Connection successful')
			: wrong(`${url} answers, but not like Braze’s REST endpoint. Check the instance`);
	}
	switch (statusCode) {
		case 401:
			return wrong(
				'Braze does not know this key on this instance. Most often the instance is the wrong one: compare it with the REST endpoint under Settings > APIs and Identifiers in Braze. Otherwise copy the key again',
			);
		case 403:
			return /\bip|whitelist|allowlist/i.test(brazeSays(body) ?? '')
				? wrong(
						'Braze knows this key, but it is limited to certain IP addresses, and the one of this n8n is not among them',
					)
				: ok(
						`Braze knows this key. It lacks the permission ${permissionFor(PROBE)}, so campaigns are entered by ID instead of picked by name`,
					);
		case 429:
			return ok('Braze knows this key; the rate limit of the workspace is used up for now');
		default:
			return wrong(
				`${url} answers with status ${statusCode}, which Braze’s REST endpoint does not. Check the instance, or try again later`,
			);
	}
}
