import { sleep } from 'n8n-workflow';
import type { IExecuteFunctions } from 'n8n-workflow';

import { ask } from '../../../nodes/BrazeSchedule/transport/ask';

/** An answer whose body comes a while after its headers. */
const slow = (milliseconds: number) => ({
	statusCode: 200,
	headers: {},
	body: {
		async *[Symbol.asyncIterator]() {
			await sleep(milliseconds);
			yield Buffer.from('{}');
		},
		destroy: () => undefined,
	},
});

const asking = async (answerAfter: number, bodyAfter: number, timeout: number) =>
	await ask.call(
		{
			helpers: {
				httpRequestWithAuthentication: async () => {
					await sleep(answerAfter);
					return slow(bodyAfter);
				},
			},
		} as unknown as IExecuteFunctions,
		{ url: 'https://rest.iad-01.braze.com', timeout },
	);

test('a body that takes a while is waited for', async () => {
	expect(await asking(0, 50, 60_000)).toMatchObject({ kind: 'response', body: {} });
});

test('headers and body have one time between them', async () => {
	expect(await asking(60, 300, 50)).toMatchObject({ kind: 'fault', code: 'ETIMEDOUT' });
});
