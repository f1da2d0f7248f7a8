import { requestOnce } from '../../nodes/BrazeSchedule/transport/requestOnce';
import { CONNECTION, CREDENTIAL, context } from './context';

/** By the real clock, for the end of a body's time cannot be pretended. */
const asking = async (after: number, bodyAfter: number, timeout: number) => {
	const { self } = context(() => ({ statusCode: 200, body: {}, after, bodyAfter }));
	return await requestOnce.call(self, { url: CONNECTION.url, timeout }, CREDENTIAL);
};

test('a body that takes a while is waited for', async () => {
	expect(await asking(0, 50, 60_000)).toMatchObject({ kind: 'response', body: {} });
});

test('headers and body have one time between them', async () => {
	expect(await asking(60, 300, 50)).toMatchObject({ kind: 'fault', code: 'ETIMEDOUT' });
});
