import fc from 'fast-check';

import {
	authorizationFor,
	CUSTOM_INSTANCE,
	INSTANCES,
	restUrl,
} from '../../nodes/BrazeSchedule/domain/instances';

/** As Braze lists them; the address of the dashboard, then the one of its REST API. */
const BRAZE_HOSTS: Record<string, [dashboard: string, rest: string]> = {
	'US-01': ['dashboard-01.braze.com', 'rest.iad-01.braze.com'],
	'US-02': ['dashboard-02.braze.com', 'rest.iad-02.braze.com'],
	'US-03': ['dashboard-03.braze.com', 'rest.iad-03.braze.com'],
	'US-04': ['dashboard-04.braze.com', 'rest.iad-04.braze.com'],
	'US-05': ['dashboard-05.braze.com', 'rest.iad-05.braze.com'],
	'US-06': ['dashboard-06.braze.com', 'rest.iad-06.braze.com'],
	'US-07': ['dashboard-07.braze.com', 'rest.iad-07.braze.com'],
	'US-08': ['dashboard-08.braze.com', 'rest.iad-08.braze.com'],
	'US-10': ['dashboard.us-10.braze.com', 'rest.us-10.braze.com'],
	'EU-01': ['dashboard-01.braze.eu', 'rest.fra-01.braze.eu'],
	'EU-02': ['dashboard-02.braze.eu', 'rest.fra-02.braze.eu'],
	'AU-01': ['dashboard.au-01.braze.com', 'rest.au-01.braze.com'],
	'ID-01': ['dashboard.id-01.braze.com', 'rest.id-01.braze.com'],
	'JP-01': ['dashboard.jp-01.braze.com', 'rest.jp-01.braze.com'],
	'KR-01': ['dashboard.kr-01.braze.com', 'rest.kr-01.braze.com'],
};

const custom = (customUrl: unknown) => restUrl({ instance: CUSTOM_INSTANCE, customUrl });
const problemOf = (customUrl: unknown) => {
	const result = custom(customUrl);
	return 'problem' in result ? result.problem : undefined;
};

test("the list has Braze's fifteen instances and no others", () => {
	expect(Object.fromEntries(INSTANCES.map((one) => [one.label, one.restUrl]))).toEqual(
		Object.fromEntries(
			Object.entries(BRAZE_HOSTS).map(([id, [, rest]]) => [id, `https://${rest}`]),
		),
	);
	expect(INSTANCES).toHaveLength(15);
	expect(INSTANCES.map(({ label }) => label)).toEqual(INSTANCES.map(({ label }) => label).sort());
	for (const { id, label } of INSTANCES) expect(id).toBe(label.toLowerCase());
});

test.each(INSTANCES)('$label goes to its own host', ({ id, restUrl: url }) => {
	expect(restUrl({ instance: id, customUrl: 'https://elsewhere.example' })).toEqual({ url });
});

test.each([undefined, '', 'us-09', 'US-01', 'constructor', 1])(
	'no host is used silently for instance %p',
	(instance) => {
		const result = restUrl({ instance, customUrl: 'https://rest.iad-01.braze.com' });
		expect(result).toEqual({ problem: expect.stringContaining("Choose your 'Instance'") });
	},
);

describe('a custom URL', () => {
	test.each([
		['https://rest.iad-01.braze.com', 'https://rest.iad-01.braze.com'],
		['https://rest.iad-01.braze.com/', 'https://rest.iad-01.braze.com'],
		[' https://rest.iad-01.braze.com// \n', 'https://rest.iad-01.braze.com'],
		['HTTPS://REST.IAD-01.BRAZE.COM', 'https://rest.iad-01.braze.com'],
		['rest.fra-01.braze.eu', 'https://rest.fra-01.braze.eu'],
		['//rest.fra-01.braze.eu', 'https://rest.fra-01.braze.eu'],
		['https://rest.iad-01.braze.com:443', 'https://rest.iad-01.braze.com'],
		['https://rest.us-11.braze.com', 'https://rest.us-11.braze.com'],
		['https://braze-proxy.example:8443/', 'https://braze-proxy.example:8443'],
		['proxy.example/to/http://braze', 'https://proxy.example/to/http://braze'],
		['http://localhost:3000/', 'http://localhost:3000'],
		['http://127.0.0.1:3000', 'http://127.0.0.1:3000'],
		['http://127.8.9.10', 'http://127.8.9.10'],
		['http://[::1]:3000', 'http://[::1]:3000'],
		// Other ways to write an address of this machine.
		['http://2130706433:3000', 'http://127.0.0.1:3000'],
		['http://0x7f.1', 'http://127.0.0.1'],
		['http://127.0.0.1.', 'http://127.0.0.1'],
		['http://１２７。0。0。1', 'http://127.0.0.1'],
		['http://LOCALHOST', 'http://localhost'],
		// Letters of other alphabets stand for themselves.
		['https://rest.brаze.com', 'https://rest.xn--brze-63d.com'],
	])('%j is normalized to %s', (text, url) => {
		expect(custom(text)).toEqual({ url });
	});

	test.each([
		'http://rest.iad-01.braze.com',
		'http://braze-proxy.example',
		'http://10.0.0.1',
		'http://0.0.0.0',
		'http://localhost.example.com',
		'http://127.0.0.1.example.com',
		'http://example.com#localhost',
		'http://128.0.0.1',
		'http://127.0.0.1.evil.example',
		'http://localhost.evil.example',
		// A resolver may look for it in the network.
		'http://localhost.',
		'http://x.localhost',
		'http://[::]',
		'http://[::ffff:10.0.0.1]',
		'http://167772161',
		'http://0',
		'http://example.com\\@localhost',
		'http://example.com?@localhost',
		'http://127.0.0.1%2eexample.com',
		'http://example.com\t.localhost',
		'http:///example.com',
		'http://lоcalhost',
	])('%s would send the key unencrypted', (url) => {
		expect(problemOf(url)).toContain('must start with https://');
	});

	test.each(['ftp://rest.iad-01.braze.com', 'file:///etc/passwd', 'ws://localhost'])(
		'%s is not an address for an API',
		(url) => {
			expect(problemOf(url)).toContain('must start with https://');
		},
	);

	test.each(['https:/rest.iad-01.braze.com', 'https//rest.iad-01.braze.com', 'http:/localhost:1'])(
		'a slash is missing in %s',
		(url) => {
			expect(problemOf(url)).toBe(
				`The 'Custom URL' "${url}" must start with https:// with both slashes`,
			);
		},
	);

	test.each([
		'javascript:alert(1)',
		'https://',
		'https://a b.example',
		'http://[::1',
		'my braze',
		'http://[::1].example',
		'https://a\0b.example',
		'https://a.example\r\nX: 1',
		'http://127.256.0.1',
		'https://[::1]%0d%0a',
	])('%s is not a web address', (url) => {
		expect(problemOf(url)).toContain('is not a web address');
	});

	test.each([
		['https://gateway.example/braze', 'https://gateway.example/braze'],
		['https://gateway.example/braze/v1//', 'https://gateway.example/braze/v1'],
		['https://gateway.example/a/../braze/./', 'https://gateway.example/braze'],
		['https://gateway.example//', 'https://gateway.example'],
		[
			'https://gateway.example/\r\nHost: example.com',
			'https://gateway.example/Host:%20example.com',
		],
		['gateway.example:8443/braze', 'https://gateway.example:8443/braze'],
		['http://localhost:3000/braze/', 'http://localhost:3000/braze'],
		['https://rest.iad-01.braze.com?', 'https://rest.iad-01.braze.com'],
		['https://rest.iad-01.braze.com/#', 'https://rest.iad-01.braze.com'],
	])('%j keeps the path of a proxy: %s', (text, url) => {
		expect(custom(text)).toEqual({ url });
	});

	test.each([
		'https://rest.iad-01.braze.com/campaigns/list',
		'rest.us-11.braze.com/v1/',
		'https://rest.iad-01.braze.com./v1',
		'https://rest.iad-01.braze.com\\v1',
		'https://rest.iad-01.braze.com/\r\nHost: example.com',
		'https://rest.iad-01.braze.com/campaigns/list?page=0#top',
	])('%j has a path that no endpoint of Braze has', (url) => {
		expect(problemOf(url)).toMatch(
			/^The 'Custom URL' must end after the host name: enter https:\/\/rest\.(iad-01|us-11)\.braze\.com\.?$/,
		);
	});

	test.each([
		['https://rest.iad-01.braze.com?to=https://example.com', 'https://rest.iad-01.braze.com'],
		['rest.iad-01.braze.com?api_key=secret', 'https://rest.iad-01.braze.com'],
		['https://gateway.example/braze?key=1', 'https://gateway.example/braze'],
		['https://gateway.example/#/braze', 'https://gateway.example'],
		['http://localhost:3000/?a', 'http://localhost:3000'],
	])('%j is refused because of its query, which is not repeated', (url, instead) => {
		expect(problemOf(url)).toBe(`The 'Custom URL' must not contain "?" or "#": enter ${instead}`);
	});

	test.each([undefined, null, '', '  '])('%p is missing', (url) => {
		expect(problemOf(url)).toBe("Fill in the 'Custom URL' of the Braze API credential");
	});

	test.each([
		'https://user@rest.iad-01.braze.com',
		'https://user:word@rest.iad-01.braze.com',
		'https://rest.iad-01.braze.com@example.com',
		'https://rest.iad-01.braze.com:443@example.com/',
	])('%s may lead to another host than it seems', (url) => {
		expect(problemOf(url)).toBe("The 'Custom URL' must not contain a user name or password");
	});

	test.each(Object.entries(BRAZE_HOSTS))(
		'the message about the dashboard or SDK address of %s names the REST address',
		(label, [dashboard, rest]) => {
			for (const host of [dashboard, rest.replace('rest.', 'sdk.')]) {
				for (const url of [`https://${host}/`, `http://${host.toUpperCase()}`, host]) {
					const problem = problemOf(url);
					expect(problem).toContain(`points to ${host}`);
					expect(problem).toContain(`Choose the instance ${label}, or use https://${rest}`);
				}
			}
		},
	);

	test('a dot at the end of a name does not hide its owner', () => {
		expect(problemOf('https://sdk.iad-01.braze.com.')).toContain('Choose the instance US-01');
	});

	test('the older address of a dashboard is recognized too', () => {
		expect(problemOf('https://dashboard-10.braze.com')).toContain('https://rest.us-10.braze.com');
	});

	test.each(['dashboard.braze.com', 'www.braze.com', 'braze.eu', 'dashboard-09.braze.com'])(
		'the message about %s says where to look',
		(host) => {
			const problem = problemOf(`https://${host}`);
			expect(problem).toContain(`points to ${host}`);
			expect(problem).toContain('Settings > APIs and Identifiers');
			expect(problem).not.toContain('https://rest.iad');
		},
	);

	test("a host that only resembles Braze's is like any other host", () => {
		expect(custom('https://dashboard-01.braze.com.example')).toEqual({
			url: 'https://dashboard-01.braze.com.example',
		});
		expect(custom('https://notbraze.com')).toEqual({ url: 'https://notbraze.com' });
	});

	test('the result is an https address, an http one of this machine, or a message', () => {
		const anyText = fc.oneof(
			fc.string(),
			fc.webUrl({ validSchemes: ['http', 'https', 'ftp'], withFragments: true }),
			fc
				.tuple(fc.constantFrom('http://', 'https://', ''), fc.domain())
				.map((parts) => parts.join('')),
		);
		fc.assert(
			fc.property(anyText, (text) => {
				const result = custom(text);
				if ('problem' in result) return;
				const { origin, pathname } = new URL(result.url);
				expect(result.url).toBe(pathname === '/' ? origin : `${origin}${pathname}`);
				expect(result.url).not.toMatch(/\/$/);
				expect(result.url).toMatch(/^https:\/\/|^http:\/\/(localhost|127\.|\[::1\])/);
			}),
		);
	});
});

describe('the key', () => {
	const TYPED = 'd9f1c2a4-not-a-real-one';
	const credential = { instance: 'us-03', apiKey: TYPED };

	test.each([
		'https://rest.iad-03.braze.com/campaigns/list?page=0',
		'https://rest.iad-03.braze.com:443/',
		'https://REST.iad-03.braze.com/canvas/trigger/schedule/create',
	])('is sent to its own instance: %s', (url) => {
		expect(authorizationFor(credential, url)).toEqual({ header: `Bearer ${TYPED}` });
	});

	test.each([
		'https://rest.iad-01.braze.com/campaigns/list',
		'http://rest.iad-03.braze.com/campaigns/list',
		'https://rest.iad-03.braze.com:8443/campaigns/list',
		'https://rest.iad-03.braze.com.example/campaigns/list',
		'https://rest.iad-03.braze.com@example.com/campaigns/list',
		'https://example.com/https://rest.iad-03.braze.com',
		'https://example.com\\@rest.iad-03.braze.com/',
		'//example.com/campaigns/list',
		'/campaigns/list',
		'file:///etc/passwd',
		'data:text/plain,x',
		'',
		'not a URL',
	])('is sent nowhere else: %s', (url) => {
		const result = authorizationFor(credential, url);
		expect(result).toEqual({
			problem:
				'This Braze API credential is for https://rest.iad-03.braze.com only, so its key was not sent anywhere else',
		});
	});

	test('is sent to a path below its own base, and not outside of it', () => {
		const base = 'https://rest.iad-03.braze.com';
		expect(authorizationFor(credential, '/campaigns/list', base)).toEqual({
			header: `Bearer ${TYPED}`,
		});
		for (const url of ['//example.com/x', 'https://example.com', '\\\\example.com\\x']) {
			expect(authorizationFor(credential, url, base)).toHaveProperty('problem');
		}
		expect(authorizationFor(credential, '/x', 'https://example.com')).toHaveProperty('problem');
	});

	test('stays below the path of a proxy', () => {
		const behind = {
			instance: CUSTOM_INSTANCE,
			customUrl: 'https://gateway.example/braze/',
			apiKey: TYPED,
		};
		for (const url of ['/campaigns/list', '/canvas/list?page=0', '/a/../b']) {
			expect(authorizationFor(behind, `https://gateway.example/braze${url}`)).toEqual({
				header: `Bearer ${TYPED}`,
			});
		}
		for (const url of [
			'https://gateway.example/',
			'https://gateway.example/brazen/list',
			'https://gateway.example/braze/../other',
			'https://gateway.example/braze/%2e%2e/other',
			'https://me@gateway.example/braze/list',
		]) {
			expect(authorizationFor(behind, url)).toEqual({
				problem:
					'This Braze API credential is for https://gateway.example/braze only, so its key was not sent anywhere else',
			});
		}
	});

	test('is sent to no other host for any form of the address', () => {
		fc.assert(
			fc.property(fc.webUrl({ withFragments: true, withQueryParameters: true }), (url) => {
				expect(authorizationFor(credential, url)).toHaveProperty('problem');
			}),
		);
	});

	test('is used without the spaces around it', () => {
		const url = 'https://rest.iad-03.braze.com/';
		expect(authorizationFor({ ...credential, apiKey: ` ${TYPED}\n` }, url)).toEqual({
			header: `Bearer ${TYPED}`,
		});
	});

	test.each([
		['a line break', 'abc\r\nX-Other: 1'],
		['a blank', 'Bearer abc'],
		['a tab', 'a\tb'],
		['a zero byte', 'a\0b'],
		['a sign that no header may hold', 'ключ'],
		['a dash that a word processor made', 'a–b'],
		['a zero-width blank', 'a\u200bb'],
	])('with %s in it is refused and not repeated', (_, apiKey) => {
		const result = authorizationFor({ ...credential, apiKey }, 'https://rest.iad-03.braze.com/');
		expect(result).toEqual({ problem: expect.stringContaining('Copy it again from Braze') });
		expect(JSON.stringify(result)).not.toContain(apiKey);
	});

	test.each([undefined, null, '', '  '])('%p is missing', (apiKey) => {
		expect(authorizationFor({ ...credential, apiKey }, 'https://rest.iad-03.braze.com/')).toEqual({
			problem: "Fill in the 'REST API Key' of the Braze API credential",
		});
	});

	test('is not used with an instance that is missing or wrong', () => {
		for (const instance of [undefined, 'us-09']) {
			const wrong = { instance, apiKey: TYPED };
			expect(authorizationFor(wrong, 'https://rest.iad-03.braze.com/')).toEqual({
				problem: expect.stringContaining("Choose your 'Instance'"),
			});
		}
	});
});
