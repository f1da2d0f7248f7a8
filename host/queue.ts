import { newEncryptionKey } from './environment';
import type { Host } from './install';
import { startN8n } from './n8n';
import type { N8n } from './n8n';
import { findSecrets, refuseSecrets } from './secrets';
import { startPostgres, startRedis } from './services';
import type { Postgres, Redis } from './services';
import { startWorker } from './worker';
import type { Worker } from './worker';

interface QueueOptions {
	/** From ensureN8n. */
	host: Host;
	/** From packPackage; needed while workers are started. */
	tarball: string;
	workers?: number;
	/** Additional settings. */
	env?: Record<string, string>;
	/** What must not be in anything that is written. If it is, `close` fails. */
	secrets?: string[];
}

export interface QueueMode {
	main: N8n;
	redis: Redis;
	query: Postgres['query'];
	workers: Set<Worker>;
	/** Kills a worker during its work, and starts another one. */
	replaceWorker: () => Promise<Worker>;
	close: () => Promise<void>;
}

/** Every row of a database, by table. */
async function rowsOf({ query }: Pick<Postgres, 'query'>): Promise<Record<string, string>> {
	const tables = await query<string>(
		"select to_json(table_name) from information_schema.tables where table_schema = 'public'",
	);
	const rows = await Promise.all(
		tables.map((table) => query<unknown>(`select to_json(t) from "${table}" t`)),
	);
	return Object.fromEntries(tables.map((table, at) => [table, JSON.stringify(rows[at])]));
}

/**
 * An n8n in queue mode, as a large installation runs it: PostgreSQL, Redis, a main n8n that
 * receives the webhooks, and workers that run the executions. Our package is installed on each.
 */
export async function startQueueMode({
	host,
	tarball,
	workers: count = 2,
	env = {},
	secrets = [],
}: QueueOptions): Promise<QueueMode> {
	const undo: Array<() => Promise<unknown>> = [];
	const workers = new Set<Worker>();
	const close = async () => {
		const ends = await Promise.allSettled(
			[...workers].map(async (worker): Promise<unknown> => await worker.close()),
		);
		for (const step of undo.splice(0).reverse()) ends.push(...(await Promise.allSettled([step()])));
		for (const end of ends) if (end.status === 'rejected') throw end.reason;
	};

	try {
		const postgres = await startPostgres();
		undo.push(postgres.close);
		undo.push(async () =>
			refuseSecrets(await findSecrets(secrets, { texts: await rowsOf(postgres) })),
		);
		const redis = await startRedis();
		undo.push(redis.close);
		const shared = {
			EXECUTIONS_MODE: 'queue',
			N8N_ENCRYPTION_KEY: newEncryptionKey(),
			QUEUE_BULL_REDIS_HOST: '127.0.0.1',
			QUEUE_BULL_REDIS_PORT: String(redis.port),
			DB_TYPE: 'postgresdb',
			DB_POSTGRESDB_HOST: '127.0.0.1',
			DB_POSTGRESDB_PORT: String(postgres.port),
			DB_POSTGRESDB_DATABASE: postgres.database,
			DB_POSTGRESDB_USER: postgres.user,
			DB_POSTGRESDB_PASSWORD: postgres.password,
			...env,
		};
		const main = await startN8n({ host, tarball, env: shared, secrets });
		undo.push(main.close);

		const addWorker = async () => {
			const worker = await startWorker({ host, tarball, env: shared, secrets });
			workers.add(worker);
			return worker;
		};
		await Promise.all(Array.from({ length: count }, addWorker));

		return {
			main,
			redis,
			query: postgres.query,
			workers,
			replaceWorker: async () => {
				const [first] = workers;
				workers.delete(first);
				await first.kill();
				return await addWorker();
			},
			close,
		};
	} catch (error) {
		await close();
		throw error;
	}
}
