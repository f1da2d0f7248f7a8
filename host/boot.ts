import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';

import { environment } from './environment';
import type { Host } from './install';
import { poll } from './poll';
import { freePort } from './ports';
import { start } from './processes';
import type { Task } from './processes';
import { findSecrets, refuseSecrets } from './secrets';
import type { Watch } from './secrets';

const READY = { start: 'Editor is now accessible', worker: 'n8n worker is now ready' };
const PORT_TAKEN = /port \d+ is already in use/i;
const START_LIMIT_SECONDS = 240;
const LOG_LIMIT = 2_000_000;

interface UserFolder {
	folder: string;
	removeFolder: () => Promise<void>;
}

interface BootOptions {
	/** What n8n is asked to do. */
	command?: [keyof typeof READY, ...string[]];
	/** Whether to remove the folder at the end. */
	temporary: boolean;
	port?: number;
	timezone: string;
	env: Record<string, string>;
	/** Gets n8n's output. */
	watch?: Watch;
}

export interface Booted {
	n8n: Task;
	port: number;
	logs: () => string;
	hasEnded: () => boolean;
}

/** The caller's folder, or a temporary one. */
export async function userFolderFor(kept?: string): Promise<UserFolder> {
	const folder = kept ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'braze-schedule-n8n-')));
	const removeFolder = async () => {
		if (!kept) await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
	};
	return { folder, removeFolder };
}

/**
 * Starts n8n and waits until it is ready. Tries again if another process takes the port in between.
 */
export async function boot(
	host: Host,
	userFolder: string,
	{ command = ['start'], temporary, port: wanted, timezone, env, watch }: BootOptions,
): Promise<Booted> {
	const ready = READY[command[0]];
	for (let attempt = 1; ; attempt++) {
		const port = await freePort(attempt === 1 ? wanted : undefined);
		const brokerPort = await freePort();
		const n8n = start(host.node, [host.n8nBin, ...command], {
			cwd: userFolder,
			folder: temporary ? userFolder : '',
			env: environment(userFolder, host, { port, brokerPort, timezone, env }),
		});
		let logs = '';
		for (const stream of [n8n.stdout, n8n.stderr]) {
			stream?.setEncoding('utf8').on('data', (chunk: string) => {
				logs = (logs + chunk).slice(-LOG_LIMIT);
				watch?.read(chunk);
			});
		}
		let ended = false;
		void n8n.ended.then(() => {
			ended = true;
		});
		try {
			await poll(
				'n8n to start',
				() => ended || logs.includes(ready) || undefined,
				START_LIMIT_SECONDS,
			);
		} catch (error) {
			await n8n.stop();
			throw new Error(`${(error as Error).message}\n${logs.slice(-4000)}`);
		}
		if (!ended) return { n8n, port, logs: () => logs, hasEnded: () => ended };
		await n8n.stop();
		if (attempt === 3 || !PORT_TAKEN.test(logs)) {
			throw new Error(`n8n ended while it was starting.\n${logs.slice(-4000)}`);
		}
	}
}

/** Removes the folder of an n8n that has ended, and fails if n8n wrote or printed a secret. */
export async function putAway(
	{ folder, removeFolder }: UserFolder,
	{ secrets, watch, node }: { secrets: string[]; watch: Watch; node: string },
): Promise<void> {
	let places: string[] = [];
	try {
		if (secrets.length > 0) places = await findSecrets(secrets, { folder, node });
	} finally {
		await removeFolder();
	}
	refuseSecrets(watch.found ? [...places, 'what n8n printed'] : places);
}
