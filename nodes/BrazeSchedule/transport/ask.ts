import type {
	IExecuteFunctions,
	IHttpRequestOptions,
	ILoadOptionsFunctions,
	IN8nHttpFullResponse,
} from 'n8n-workflow';

import { faultFrom } from './answer';
import type { Answer } from './answer';

export type Context = IExecuteFunctions | ILoadOptionsFunctions;

const BASE: Partial<IHttpRequestOptions> = {
	json: true,
	returnFullResponse: true,
	ignoreHttpStatusErrors: true,
	// A redirect would take the key to another host.
	disableFollowRedirect: true,
};

/** One request, once. The credential itself adds the key, and only for its own instance. */
export async function ask(this: Context, options: IHttpRequestOptions): Promise<Answer> {
	try {
		const { statusCode, headers, body } = (await this.helpers.httpRequestWithAuthentication.call(
			this,
			'brazeApi',
			{ ...BASE, ...options },
		)) as IN8nHttpFullResponse;
		return { kind: 'response', statusCode, headers, body };
	} catch (error) {
		return faultFrom(error);
	}
}
