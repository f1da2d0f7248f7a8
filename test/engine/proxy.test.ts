import { createServer, request as forward } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { aMinuteBetweenTests } from '../calendar';
import { createCampaign, credentialFor, orderReminder, run, SOON, useBraze } from './braze';
import { listSearch, testCredential } from './harness';

const braze = useBraze();
aMinuteBetweenTests();

/** The requests at the proxy or the gateway, and its answers. */
interface Arrival {
	url: string;
	authorization?: string;
}
let arrivals: Arrival[] = [];
let answer: (request: IncomingMessage, response: ServerResponse) => void;
let server: Server;
const port = () => (server.address() as AddressInfo).port;

beforeAll(async () => {
	server = createServer((request, response) => {
		const { url = '', headers } = request;
		arrivals.push({ url, authorization: headers.authorization });
		answer(request, response);
	});
	await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => {
	arrivals = [];
	answer = toBraze;
});
afterEach(() => {
	for (const name of ['HTTP_PROXY', 'NO_PROXY']) delete process.env[name];
});
afterAll(async () => {
	await new Promise((resolve) => server.close(resolve));
});

/** Passes a request on to the sandbox, as a proxy or behind the path of a gateway. */
function toBraze(request: IncomingMessage, response: ServerResponse) {
	const { pathname, search } = new URL(request.url ?? '', 'http://gateway');
	const path = `${pathname.replace(/^\/braze\//, '/')}${search}`;
	const { method, headers } = request;
	const onward = forward({ port: braze().port, method, path, headers }, (from) => {
		response.writeHead(from.statusCode ?? 0, from.headers);
		from.pipe(response);
	});
	request.pipe(onward);
}

const refuse = (status: number) => (request: IncomingMessage, response: ServerResponse) => {
	request.resume();
	response.writeHead(status, { 'content-type': 'text/html' }).end('<h1>No such host</h1>');
};

const brazeAt = (customUrl: string) => ({
	brazeApi: { instance: 'custom', customUrl, apiKey: braze().key },
});

type Credentials = ReturnType<typeof brazeAt>;

/** Every part of the node that sends the key. */
const WAYS: Record<string, (credentials: Credentials) => Promise<unknown>> = {
	'a create': async (credentials) => await run(braze(), createCampaign, { credentials }),
	'a list of broadcasts': async (credentials) =>
		await run(
			braze(),
			{
				resource: 'upcomingBroadcast',
				operation: 'getAll',
				until: SOON.slice(0, 10),
				returnAll: true,
			},
			{ credentials },
		),
	'the campaign picker': async (credentials) =>
		await listSearch('searchCampaigns', { credentials, filter: 'order' }),
	'the credential test': async ({ brazeApi }) => await testCredential(brazeApi),
};

describe.each(Object.keys(WAYS))('%s', (way) => {
	it.each(['localhost', '127.0.0.1'])(
		'goes straight to http://%s with the NO_PROXY in the documentation',
		async (host) => {
			process.env.HTTP_PROXY = `http://127.0.0.1:${port()}`;
			process.env.NO_PROXY = 'localhost,127.0.0.1';
			await WAYS[way](brazeAt(`http://${host}:${braze().port}`));
			expect(arrivals).toEqual([]);
			expect(braze().requests.length).toBeGreaterThan(0);
		},
	);

	it("goes through n8n's proxy without it, so the documentation must say so", async () => {
		process.env.HTTP_PROXY = `http://127.0.0.1:${port()}`;
		await WAYS[way](credentialFor(braze()));
		expect(arrivals.length).toBeGreaterThan(0);
		expect(arrivals.length).toBe(braze().requests.length);
	});

	it('uses the path of a gateway', async () => {
		const credentials = brazeAt(`http://127.0.0.1:${port()}/braze/`);
		await WAYS[way](credentials);
		expect(arrivals.length).toBeGreaterThan(0);
		for (const { url, authorization } of arrivals.slice(-1)) {
			expect(url).toMatch(/^\/braze\/(campaigns|messages)\//);
			expect(authorization).toBe(`Bearer ${braze().key}`);
		}
		expect(braze().requests).toHaveLength(arrivals.length);
		for (const { status } of braze().requests.slice(-1)) expect([200, 201]).toContain(status);
	});
});

describe('The credential test of an address on this machine', () => {
	it.each([502, 403, 200])(
		'does not send the key to a proxy that answers with %i',
		async (status) => {
			process.env.HTTP_PROXY = `http://127.0.0.1:${port()}`;
			answer = refuse(status);
			expect(await testCredential(credentialFor(braze()).brazeApi)).toEqual({
				status: 'Error',
				message: expect.stringContaining('NO_PROXY=localhost,127.0.0.1'),
			});
			expect(arrivals).toEqual([{ url: expect.stringContaining('http://127.0.0.1:') }]);
		},
	);

	it('sends it to a server that answers like Braze', async () => {
		expect(await testCredential(credentialFor(braze()).brazeApi)).toEqual({
			status: 'OK',
			message: 'Connection successful.',
		});
		expect(braze().requests.map(({ status }) => status)).toEqual([401, 200]);
	});

	it('works with a gateway that adds the key itself', async () => {
		answer = (request, response) => {
			request.headers.authorization = `Bearer ${braze().key}`;
			toBraze(request, response);
		};
		const credential = { ...credentialFor(braze()).brazeApi, apiKey: 'unused' };
		const customUrl = `http://127.0.0.1:${port()}`;
		expect(await testCredential({ ...credential, customUrl })).toMatchObject({ status: 'OK' });
	});
});

it('A campaign that is chosen through a gateway is the one that is scheduled', async () => {
	const credentials = brazeAt(`http://127.0.0.1:${port()}/braze`);
	const { results } = await listSearch('searchCampaigns', { credentials, filter: 'order' });
	expect(results.map(({ value }) => value)).toEqual([orderReminder]);
	await run(braze(), createCampaign, { credentials });
	expect(braze().writes.map(({ path }) => path)).toEqual(['/campaigns/trigger/schedule/create']);
});
