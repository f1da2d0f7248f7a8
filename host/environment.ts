import { randomBytes } from 'node:crypto';
import path from 'node:path';

import type { Host } from './install';

/** n8n gets these of the caller's environment and no others: it is configured through it. */
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

/** n8n 1 wants some things said that n8n 2 knows, and refuses some that n8n 2 takes. */
export const isOld = ({ version }: Host): boolean => version.startsWith('1.');

export const newEncryptionKey = (): string => randomBytes(24).toString('hex');

/** What n8n is configured with. */
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
		// n8n starts its task runners as plain "node".
		PATH: [path.dirname(host.node), passedOn.PATH].join(path.delimiter),
		// Also where n8n keeps what it caches.
		HOME: userFolder,
		N8N_USER_FOLDER: userFolder,
		N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'true',
		// The login is printed and known: reachable from this machine only.
		N8N_LISTEN_ADDRESS: '127.0.0.1',
		N8N_HOST: 'localhost',
		N8N_PORT: String(port),
		N8N_RUNNERS_BROKER_PORT: String(brokerPort),
		N8N_SECURE_COOKIE: 'false',
		GENERIC_TIMEZONE: timezone,
		N8N_LOG_LEVEL: 'info',
		N8N_GRACEFUL_SHUTDOWN_TIMEOUT: '5',
		// Quiet: nothing is asked of or told to anybody.
		N8N_DIAGNOSTICS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_ENABLED: 'false',
		N8N_VERSION_NOTIFICATIONS_WHATS_NEW_ENABLED: 'false',
		N8N_DYNAMIC_BANNERS_ENABLED: 'false',
		N8N_TEMPLATES_ENABLED: 'false',
		N8N_PERSONALIZATION_ENABLED: 'false',
		N8N_HIRING_BANNER_ENABLED: 'false',
		N8N_VERIFIED_PACKAGES_ENABLED: 'false',
		N8N_LICENSE_AUTO_RENEW_ENABLED: 'false',
		// n8n 1 does not start when it is told to leave out what it does not have.
		...(!isOld(host) && { N8N_DISABLED_MODULES: 'mcp-registry' }),
		EXTERNAL_FRONTEND_HOOKS_URLS: '',
		...env,
	};
}
