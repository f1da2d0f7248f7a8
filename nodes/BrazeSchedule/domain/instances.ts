interface Instance {
	id: string;
	label: string;
	restUrl: string;
}

const us = (number: string): Instance => ({
	id: `us-${number}`,
	label: `US-${number}`,
	restUrl: `https://rest.iad-${number}.braze.com`,
});

const eu = (number: string): Instance => ({
	id: `eu-${number}`,
	label: `EU-${number}`,
	restUrl: `https://rest.fra-${number}.braze.eu`,
});

const newer = (id: string): Instance => ({
	id,
	label: id.toUpperCase(),
	restUrl: `https://rest.${id}.braze.com`,
});

/** There is no US-09. */
export const INSTANCES: Instance[] = [
	newer('au-01'),
	...['01', '02'].map(eu),
	newer('id-01'),
	newer('jp-01'),
	newer('kr-01'),
	...['01', '02', '03', '04', '05', '06', '07', '08'].map(us),
	newer('us-10'),
];

export const CUSTOM_INSTANCE = 'custom';

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/;

/**
 * The instance of an SDK or dashboard address, so that the error can name the correct REST address.
 */
function instanceOf(host: string): Instance | undefined {
	const dashboard = /dashboard-(\d\d)\.braze\.(.*)/.exec(host);
	const id = `${dashboard?.[2] === 'eu' ? 'eu' : 'us'}-${dashboard?.[1]}`;
	const sibling = `https://rest.${host.slice(host.indexOf('.') + 1)}`;
	return INSTANCES.find((one) => one.id === id || one.restUrl === sibling);
}

type RestUrl = { url: string } | { problem: string };

/** The address for requests: an origin and a proxy's path, without a slash at the end. */
export function restUrl(credential: { instance?: unknown; customUrl?: unknown }): RestUrl {
	if (credential.instance !== CUSTOM_INSTANCE) {
		const known = INSTANCES.find(({ id }) => id === credential.instance);
		if (known) return { url: known.restUrl };
		return {
			problem:
				"Choose your 'Instance' in the Braze API credential. In Braze you find it under Settings > APIs and Identifiers",
		};
	}
	return customRestUrl(String(credential.customUrl ?? '').trim());
}

function customRestUrl(text: string): RestUrl {
	if (text === '') return { problem: "Fill in the 'Custom URL' of the Braze API credential" };
	let url: URL;
	try {
		url = new URL(/^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `https://${text}`);
	} catch {
		return {
			problem: `The 'Custom URL' "${text}" is not a web address. It looks like https://rest.iad-01.braze.com`,
		};
	}
	if (url.username || url.password) {
		return { problem: "The 'Custom URL' must not contain a user name or password" };
	}
	const host = url.hostname.replace(/\.$/, '');
	if (host === 'https' || host === 'http') {
		return { problem: `The 'Custom URL' "${text}" must start with https:// with both slashes` };
	}
	const braze = /(^|\.)braze\.(com|eu)$/.test(host);
	if (braze && !host.startsWith('rest.')) {
		const meant = instanceOf(host);
		return {
			problem: meant
				? `The 'Custom URL' points to ${host}, which does not take API requests. Choose the instance ${meant.label}, or use ${meant.restUrl}`
				: `The 'Custom URL' points to ${host}, which does not take API requests. Use the REST endpoint that Braze shows under Settings > APIs and Identifiers; it starts with https://rest.`,
		};
	}
	// Not the name followed by a dot, which a resolver may look up in the network.
	if (url.protocol === 'http:' && !LOOPBACK.test(url.hostname)) {
		return {
			problem: `The 'Custom URL' must start with https:// because your REST API key would otherwise cross the network unprotected`,
		};
	}
	if (url.protocol !== 'https:' && url.protocol !== 'http:') {
		return { problem: "The 'Custom URL' must start with https://" };
	}
	return withoutExtras(url, braze);
}

/**
 * Refused rather than dropped if it can't be used. It may contain a key, so the message doesn't
 * repeat it.
 */
function withoutExtras(url: URL, isBraze: boolean): RestUrl {
	const path = pathOf(url);
	if (isBraze && path !== '') {
		return { problem: `The 'Custom URL' must end after the host name: enter ${url.origin}` };
	}
	if (url.search || url.hash) {
		return {
			problem: `The 'Custom URL' must not contain "?" or "#": enter ${url.origin}${path}`,
		};
	}
	return { url: `${url.origin}${path}` };
}

const pathOf = ({ pathname }: URL) => pathname.replace(/\/+$/, '');

export interface Credential {
	instance?: unknown;
	customUrl?: unknown;
	apiKey?: unknown;
}

export type Connection = { url: string; key: string } | { problem: string };

/** What the requests of a run are sent with. */
export interface Connected {
	url: string;
	/** Redacted from every answer. */
	key: string;
	credential: Credential;
}

/** The address and key of the requests, checked before the first one leaves. */
export function connectionFor(credential: Credential): Connection {
	const address = restUrl(credential);
	if ('problem' in address) return address;
	// Copying often adds spaces.
	const key = String(credential.apiKey ?? '').trim();
	if (key === '') return { problem: "Fill in the 'REST API Key' of the Braze API credential" };
	if (!/^[\x21-\x7e]+$/.test(key)) {
		return {
			problem:
				"The 'REST API Key' of the Braze API credential contains spaces or characters that no key has. Copy it again from Braze",
		};
	}
	return { url: address.url, key };
}

type Authorization = { header: string } | { problem: string };

/** The key is added only to requests that go to the address it was entered for, or below it. */
export function authorizationFor(
	credential: Credential,
	url: string,
	baseUrl?: string,
): Authorization {
	const connection = connectionFor(credential);
	if ('problem' in connection) return connection;
	const isOurs =
		URL.canParse(url, baseUrl) && new URL(url, baseUrl).href.startsWith(`${connection.url}/`);
	if (!isOurs) {
		return {
			problem: `This Braze API credential is for ${connection.url} only, so its key was not sent anywhere else`,
		};
	}
	return { header: `Bearer ${connection.key}` };
}
