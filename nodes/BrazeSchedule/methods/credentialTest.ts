import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IDataObject,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { authorizationFor, CUSTOM_INSTANCE, restUrl } from '../domain/instances';
import { isObject } from '../domain/json';
import { listPath, permissionFor, TARGETS } from '../domain/targets';
import { faultFrom } from '../transport/answer';
import type { Answer } from '../transport/answer';
import { withoutSecret } from '../transport/secrets';
import { brazeSays, KEYS_PAGE } from '../transport/words';

/** Braze has no endpoint for testing a key, so this uses the smallest read. */
const PROBE = listPath(TARGETS.campaign);
const TIMEOUT_MS = 15_000;

const ok = (message: string): INodeCredentialTestResult => ({ status: 'OK', message });
const wrong = (message: string): INodeCredentialTestResult => ({ status: 'Error', message });

/**
 * A function instead of a declarative request: only a function can accept a key that can't list
 * campaigns, and explain an address that doesn't respond.
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
	const ask = async (headers: IDataObject) =>
		withoutSecret(await probe(this.helpers, url, headers), String(data.apiKey).trim());
	if (isUnprotected(address.url)) {
		const first = await ask({});
		if (!isFromBraze(first)) return withProxyHint(verdict(first, address.url, data));
	}
	return verdict(await ask({ Authorization: authorization.header }), address.url, data);
}

/**
 * n8n sends a request through its proxy even if the address is on this machine, and has no option
 * to turn this off. So the key is only sent to a server that answers like Braze.
 */
const isUnprotected = (url: string): boolean => url.startsWith('http:');

const isFromBraze = (answer: Answer): boolean =>
	answer.kind === 'response' && verdictOfBraze(answer.statusCode, answer.body) !== undefined;

const withProxyHint = ({ status, message }: INodeCredentialTestResult) => ({
	status,
	message: `${message}. If n8n connects through a proxy (HTTP_PROXY), also set NO_PROXY=localhost,127.0.0.1 for n8n. The key was not sent`,
});

async function probe(
	helpers: ICredentialTestFunctions['helpers'],
	uri: string,
	headers: IDataObject,
): Promise<Answer> {
	try {
		const response = await helpers.request({
			method: 'GET',
			uri,
			headers,
			json: true,
			timeout: TIMEOUT_MS,
			followRedirect: false,
			simple: false,
			resolveWithFullResponse: true,
		});
		const { statusCode, body } = response;
		return { kind: 'response', statusCode, headers: response.headers, body };
	} catch (error) {
		return faultFrom(error);
	}
}

function verdict(
	answer: Answer,
	url: string,
	data: ICredentialDataDecryptedObject,
): INodeCredentialTestResult {
	const field = data.instance === CUSTOM_INSTANCE ? 'Custom URL' : 'Instance';
	if (answer.kind === 'fault') {
		return wrong(
			`${url} can't be reached (${answer.code}). Check the '${field}', and that this n8n is allowed to connect to it`,
		);
	}
	const { statusCode, body } = answer;
	if (statusCode >= 500) {
		return wrong(
			`${url} returned a server error (${statusCode}), so the key couldn't be checked. Try again in a minute. If this keeps happening, check the '${field}'`,
		);
	}
	return (
		verdictOfBraze(statusCode, body) ??
		wrong(
			`${url} doesn't answer like Braze's REST endpoint (status ${statusCode}). Check the '${field}': compare it with the REST endpoint under ${KEYS_PAGE}${quote(body)}`,
		)
	);
}

/**
 * Nothing for an answer that Braze wouldn't give: login pages and gateways use the same statuses.
 */
function verdictOfBraze(statusCode: number, body: unknown): INodeCredentialTestResult | undefined {
	if (!isObject(body)) return undefined;
	if (statusCode === 200) {
		return Array.isArray(body[TARGETS.campaign.listField])
			? ok('Connection successful')
			: undefined;
	}
	const { message } = body;
	if (typeof message !== 'string' || message.trim() === '') return undefined;
	switch (statusCode) {
		case 401:
			return wrong(
				`Braze doesn't recognize this key on this instance. Most often, the key is fine but the instance is wrong: compare it with the REST endpoint under ${KEYS_PAGE}. Otherwise, copy the key again`,
			);
		case 403:
			return refusalOf(body, message);
		case 429:
			return ok(
				"Braze answered that the workspace's rate limit has been reached, so the key's permissions weren't checked. You can save the credential",
			);
		default:
			return undefined;
	}
}

function refusalOf(body: unknown, message: string): INodeCredentialTestResult {
	if (/\bip|whitelist|allowlist/i.test(message)) {
		return wrong(
			"Braze recognizes this key but allows it only from certain IP addresses, and this n8n's address isn't one of them. Create a key that allows it",
		);
	}
	if (/access denied|permission/i.test(message)) {
		return ok(
			`Braze recognizes this key. It lacks the permission ${permissionFor(PROBE)}, so you enter campaigns by ID instead of picking them by name`,
		);
	}
	return wrong(
		`This key was refused (403). Check that your Braze account is active, and that the credential names Braze's REST endpoint${quote(body)}`,
	);
}

function quote(body: unknown): string {
	const said = brazeSays(body);
	return said ? `. The answer says: ${said}` : '';
}
