import type { IExecuteFunctions } from 'n8n-workflow';

import type { Connected } from '../domain/instances';
import type { BrazeRequest } from '../domain/requests';
import type { Answer } from './answer';
import { requestOnce } from './requestOnce';

/** One schedule request, once. */
export async function sendOnce(
	this: IExecuteFunctions,
	{ url, credential }: Connected,
	{ path, body }: BrazeRequest,
	timeout: number,
): Promise<Answer> {
	const options = {
		method: 'POST',
		url: `${url}${path}`,
		headers: { 'Content-Type': 'application/json' },
		// Text, so that the request is exactly what was checked and measured.
		body: JSON.stringify(body),
		timeout,
	} as const;
	return await requestOnce.call(this, options, credential);
}
