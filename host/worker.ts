import { boot, putAway, userFolderFor } from './boot';
import type { Host } from './install';
import { installPackage } from './pack';
import { watchFor } from './secrets';

interface WorkerOptions {
	/** From ensureN8n. */
	host: Host;
	/** From packPackage. */
	tarball: string;
	/** The main n8n's. */
	env: Record<string, string>;
	/** How many executions it runs at once; n8n's default if not set. */
	concurrency?: number;
	/** n8n's GENERIC_TIMEZONE. */
	timezone?: string;
	/** What must not be in anything that it writes. If it is, `close` fails. */
	secrets?: string[];
}

export interface Worker {
	pid: number;
	readonly logs: string;
	/** Kills it, so that it can't finish anything. */
	kill: () => Promise<void>;
	close: () => Promise<void>;
}

/** A worker of an n8n in queue mode, with our package installed, as in its own container. */
export async function startWorker({
	host,
	tarball,
	env,
	concurrency,
	timezone = 'UTC',
	secrets = [],
}: WorkerOptions): Promise<Worker> {
	const own = await userFolderFor();
	const watch = watchFor(secrets);
	try {
		await installPackage(tarball, own.folder);
		const { n8n, logs } = await boot(host, own.folder, {
			command: ['worker', ...(concurrency ? [`--concurrency=${concurrency}`] : [])],
			temporary: true,
			timezone,
			env,
			watch,
		});
		const pid = (await n8n.pid) as number;
		const close = async () => {
			await n8n.stop();
			await putAway(own, { secrets, watch, node: host.node });
		};
		return {
			pid,
			get logs() {
				return logs();
			},
			kill: async () => {
				process.kill(pid, 'SIGKILL');
				await close();
			},
			close,
		};
	} catch (error) {
		await own.removeFolder();
		throw error;
	}
}
