import type {
	ICredentialDataDecryptedObject as Decrypted,
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import type { Credential } from '../domain/instances';
import { faultFrom } from './answer';
import type { Answer } from './answer';
import { readBody } from './readBody';
import type { Stream } from './readBody';

export type RequestContext = IExecuteFunctions | ILoadOptionsFunctions;

const BASE: Partial<IHttpRequestOptions> = {
	json: true,
	returnFullResponse: true,
	ignoreHttpStatusErrors: true,
	// A redirect would send the key to another host.
	disableFollowRedirect: true,
	// So that the body is read here, within limits.
	encoding: 'stream',
};

const CREDENTIAL = { id: '', name: '', type: 'brazeApi' };

/**
 * One request, once. The credential itself adds the key, and only for its own instance. It was
 * decrypted before, so that n8n doesn't do it for each request of a long list.
 */
export async function requestOnce(
	this: RequestContext,
	options: IHttpRequestOptions & { timeout: number },
	credential: Credential,
): Promise<Answer> {
	const giveUpAt = Date.now() + options.timeout;
	try {
		const { statusCode, headers, body } = (await this.helpers.httpRequestWithAuthentication.call(
			this,
			'brazeApi',
			{ ...BASE, ...options },
			{ credentialsDecrypted: { ...CREDENTIAL, data: credential as Decrypted } },
		)) as IN8nHttpFullResponse;
		return {
			kind: 'response',
			statusCode,
			headers,
			body: await readBody(body as Stream, giveUpAt - Date.now()),
		};
	} catch (error) {
		return faultFrom(error);
	}
}
