import type { IExecuteFunctions } from 'n8n-workflow';

import type { BrazeRequest } from '../domain/requests';
import type { Answer } from './answer';
import { requestOnce } from './requestOnce';

/** One schedule request, once. */
export async function sendOnce(
	this: IExecuteFunctions,
	baseUrl: string,
	{ path, body }: BrazeRequest,
	timeout: number,
): Promise<Answer> {
	return await requestOnce.call(this, {
		method: 'POST',
		url: `${baseUrl}${path}`,
		headers: { 'Content-Type': 'application/json' },
		// Text, so that the request is exactly what was checked and measured.
		body: JSON.stringify(body),
		timeout,
	});
}
