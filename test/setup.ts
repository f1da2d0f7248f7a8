/**
 * Runs before every test file. n8n-core writes its settings into the user folder when it is loaded,
 * and reads the rest of its configuration from the environment. Each worker gets its own folder,
 * and the same settings on every machine.
 */
import { mkdirSync } from 'node:fs';
import path from 'node:path';

import 'reflect-metadata';

const userFolder = path.join(
	__dirname,
	'..',
	'.tmp',
	`n8n-user-${process.env.JEST_WORKER_ID ?? 1}`,
);
mkdirSync(userFolder, { recursive: true });

Object.assign(process.env, {
	N8N_USER_FOLDER: userFolder,
	N8N_ENFORCE_SETTINGS_FILE_PERMISSIONS: 'false',
	N8N_LOG_LEVEL: 'silent',
	N8N_DIAGNOSTICS_ENABLED: 'false',
	// n8n's own default, so that no test depends on the machine's time zone.
	GENERIC_TIMEZONE: 'America/New_York',
});

// Loopback servers must be reached directly, regardless of the machine's proxy settings.
for (const name of ['http_proxy', 'https_proxy', 'all_proxy']) {
	delete process.env[name];
	delete process.env[name.toUpperCase()];
}
