import type { IExecuteFunctions } from 'n8n-workflow';

import type { BrazeRequest } from '../domain/requests';
import type { Answer } from './answer';
import { ask } from './ask';

/** One schedule request, once. */
export async function send(
	this: IExecuteFunctions,
	baseUrl: string,
	{ path, body }: BrazeRequest,
	timeout: number,
): Promise<Answer> {
	return await ask.call(this, {
		method: 'POST',
		url: `${baseUrl}${path}`,
		headers: { 'Content-Type': 'application/json' },
		// Text, so that what was checked and measured is what goes out.
		body: JSON.stringify(body),
		timeout,
	});
}
