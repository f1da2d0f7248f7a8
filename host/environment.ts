import { randomBytes } from 'node:crypto';
import path from 'node:path';

import type { Host } from './install';

/**
 * n8n gets only these variables of the caller's environment, because it is configured through it.
 */
const PASSED_ON = [
	'LANG',
	'LC_ALL',
	'LOGNAME',
	'PATH',
	'SHELL',
	'TMPDIR',
	'USER',
	'NODE_EXTRA_CA_CERTS',
];

export interface Settings {
	port: number;
	brokerPort: number;
	timezone: string;
	env: Record<string, string>;
}

/** n8n 1 needs some settings that are defaults in n8n 2, and refuses some that n8n 2 accepts. */
export const isOld = ({ version }: Host): boolean => version.startsWith('1.');

export const newEncryptionKey = (): string => randomBytes(24).toString('hex');

/** n8n's settings. */
export function environment(
	userFolder: string,
	host: Host,
	{ port, brokerPort, timezone, env }: Settings,
): NodeJS.ProcessEnv {
	const passedOn = Object.fromEntries(
		PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
	) as NodeJS.ProcessEnv;
	return {
		...passedOn,
		// n8n starts its task runners as "node".
		PATH: [path.dirname(host.node), passedOn.PATH].join(path.delimiter),
		// n8n also keeps its cache there.
		HOME: userFolder,
		N8N_USER_FOLDER: userFolder,
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		// The login is printed and known, so it is reachable from this machine only.
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: 'localhost',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_SECURE_COOKIE: 'false',
		GENERIC_TIMEZONE: timezone,
		N8N_LOG_LEVEL: 'info',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		// No requests to n8n's own services.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		// n8n 1 doesn't start if a module to exclude doesn't exist there.
		...(!isOld(host) && { N8N_DISABLED_MODULES: 'mcp-registry' }),
		EXTERNAL_FRONTEND_HOOKS_URLS: '',
		...env,
	};
}
