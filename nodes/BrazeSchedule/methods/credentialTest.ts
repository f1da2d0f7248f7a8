import type {
	ICredentialDataDecryptedObject,
	ICredentialsDecrypted,
	ICredentialTestFunctions,
	IDataObject,
	INodeCredentialTestResult,
} from 'n8n-workflow';

import { authorizationFor, CUSTOM_INSTANCE, restUrl } from '../domain/instances';
import { isBlank, isObject } from '../domain/json';
import { listPath, permissionFor, TARGETS } from '../domain/targets';
import { faultFrom } from '../transport/answer';
import type { Answer, HttpResponse } from '../transport/answer';
import { failureFor, forbiddenBy } from '../transport/failureWords';
import type { Purpose } from '../transport/failureWords';
import { withoutSecret } from '../transport/secrets';
import { brazeSays, KEYS_PAGE, sentences } from '../transport/words';

/** Braze has no endpoint for testing a key, so this uses the smallest read. */
const PROBE = listPath(TARGETS.campaign);
const TIMEOUT_MS = 15_000;

type TestResult = INodeCredentialTestResult;

const result = (status: TestResult['status'], ...texts: Array<string | undefined>): TestResult => ({
	status,
	message: `${sentences(texts)}.`,
});
const ok = (...texts: string[]) => result('OK', ...texts);
const wrong = (...texts: Array<string | undefined>) => result('Error', ...texts);

/**
 * A function instead of a declarative request: only a function can accept a key that can't list
 * campaigns, and explain an address that doesn't respond.
 */
export async function brazeApiTest(
	this: ICredentialTestFunctions,
	credential: ICredentialsDecrypted,
): Promise<TestResult> {
	const data = credential.data ?? {};
	const address = restUrl(data);
	if ('problem' in address) return wrong(address.problem);
	const url = `${address.url}${PROBE}?page=0`;
	const authorization = authorizationFor(data, url);
	if ('problem' in authorization) return wrong(authorization.problem);
	const request = async (headers: IDataObject) =>
		withoutSecret(await probe(this.helpers, url, headers), String(data.apiKey).trim());
	const purpose = purposeOf(data, address.url);
	if (isUnprotected(address.url)) {
		const first = await request({});
		if (!isFromBraze(first)) return withProxyHint(verdict(first, purpose));
	}
	return verdict(await request({ Authorization: authorization.header }), purpose);
}

const purposeOf = (data: ICredentialDataDecryptedObject, url: string) =>
	({
		to: 'list campaigns',
		path: PROBE,
		effect: 'reads',
		instance: data.instance === CUSTOM_INSTANCE ? "the 'Custom URL'" : "the 'Instance'",
		url,
	}) satisfies Purpose;

/**
 * n8n sends a request through its proxy even if the address is on this machine, and has no option
 * to turn this off. So the key is only sent to a server that answers like Braze.
 */
const isUnprotected = (url: string): boolean => url.startsWith('http:');

const withProxyHint = ({ status, message }: TestResult): TestResult => ({
	status,
	message: `${message} If n8n connects through a proxy (HTTP_PROXY), also set NO_PROXY=localhost,127.0.0.1 for n8n. The key was not sent.`,
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

/** Login pages and gateways use the same statuses as Braze. */
function isFromBraze(answer: Answer): answer is HttpResponse {
	if (answer.kind === 'fault' || !isObject(answer.body)) return false;
	const { statusCode, body } = answer;
	if (statusCode === 200) return Array.isArray(body[TARGETS.campaign.listField]);
	const { message } = body;
	return [401, 403, 429].includes(statusCode) && typeof message === 'string' && !isBlank(message);
}

type CredentialPurpose = ReturnType<typeof purposeOf>;

function verdict(answer: Answer, purpose: CredentialPurpose): TestResult {
	const { message, description } = failureFor(purpose, answer);
	const failed = wrong(message, description);
	if (answer.kind === 'fault') return failed;
	const { statusCode } = answer;
	if (statusCode >= 500 || (statusCode >= 300 && statusCode < 400)) return failed;
	if (!isFromBraze(answer)) return statusCode === 404 ? failed : notBraze(answer, purpose);
	switch (statusCode) {
		case 200:
			return ok('Connection successful');
		case 403:
			return forbiddenBy(answer.body) === 'missingPermission'
				? withoutPermission(answer, purpose)
				: failed;
		case 429:
			return ok(
				`${message}, so the key's permissions weren't checked`,
				'You can save the credential',
			);
		default:
			return failed;
	}
}

/** A key that may not list campaigns can still schedule them. */
const withoutPermission = (answer: HttpResponse, purpose: CredentialPurpose): TestResult =>
	isObject(answer.body) && /access denied|permission/i.test(String(answer.body.message))
		? ok(
				'Braze recognizes this key',
				`It lacks the permission ${permissionFor(PROBE)}, so you enter campaigns by ID instead of picking them by name`,
			)
		: notBraze(answer, purpose);

function notBraze(
	{ statusCode, body }: HttpResponse,
	{ url, instance }: CredentialPurpose,
): TestResult {
	const said = brazeSays(body);
	return wrong(
		`${url} doesn't answer like Braze's REST endpoint (status ${statusCode})`,
		`Check ${instance}: compare it with the REST endpoint under ${KEYS_PAGE}`,
		said && `The answer says: ${said}`,
	);
}
