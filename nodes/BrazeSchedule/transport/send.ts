import type { IExecuteFunctions, IN8nHttpFullResponse } from 'n8n-workflow';

import type { BrazeRequest } from '../domain/requests';
import { faultFrom } from './answer';
import type { Answer } from './answer';

/** One request, once. The credential itself adds the key, and only for its own instance. */
export async function send(
	this: IExecuteFunctions,
	baseUrl: string,
	{ path, body }: BrazeRequest,
	timeout: number,
): Promise<Answer> {
	try {
		const {
			statusCode,
			headers,
			body: answer,
		} = (await this.helpers.httpRequestWithAuthentication.call(this, 'brazeApi', {
			method: 'POST',
			url: `${baseUrl}${path}`,
			headers: { 'Content-Type': 'application/json' },
			// Text, so that what was checked and measured is what goes out.
			body: JSON.stringify(body),
			json: true,
			timeout,
			returnFullResponse: true,
			ignoreHttpStatusErrors: true,
			disableFollowRedirect: true,
		})) as IN8nHttpFullResponse;
		return { kind: 'response', statusCode, headers, body: answer };
	} catch (error) {
		return faultFrom(error);
	}
}
