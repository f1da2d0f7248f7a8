const { newEncryptionKey, startN8n, startWorker } = require('./n8n');
const { findSecrets, refuseSecrets } = require('./secrets');
const { startPostgres, startRedis } = require('./services');

/**
 * Every row of a database, by table.
 * @param {{ query: (sql: string) => Promise<any[]> }} database
 */
async function rowsOf({ query }) {
	const tables = await query(
		"select to_json(table_name) from information_schema.tables where table_schema = 'public'",
	);
	const rows = await Promise.all(
		tables.map((table) => query(`select to_json(t) from "${table}" t`)),
	);
	return Object.fromEntries(tables.map((table, at) => [table, JSON.stringify(rows[at])]));
}

/**
 * An n8n in queue mode, as a large user runs it: PostgreSQL, Redis, a main n8n that takes the
 * webhooks, and workers that run the executions. Our package is installed on each.
 * @param {object} options
 * @param {import('./install').Host} options.host from ensureN8n
 * @param {string} options.tarball from packPackage; needed as long as workers are started
 * @param {number} [options.workers]
 * @param {Record<string, string>} [options.env] settings on top of the driver's own
 * @param {string[]} [options.secrets] what must not be found in anything that is written; if it is,
 *   `close` fails
 */
async function startQueueMode({ host, tarball, workers: count = 2, env = {}, secrets = [] }) {
	/** @type {(() => Promise<unknown>)[]} */
	const undo = [];
	const close = async () => {
		const ends = await Promise.allSettled([...workers].map((worker) => worker.close()));
		for (const step of undo.splice(0).reverse()) ends.push(...(await Promise.allSettled([step()])));
		for (const end of ends) if (end.status === 'rejected') throw end.reason;
	};
	/** @type {Set<import('./n8n').Worker>} */
	const workers = new Set();

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
			/** The machine takes one away in the middle of its work, and puts another in its place. */
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

/** @typedef {Awaited<ReturnType<typeof startQueueMode>>} QueueMode */

module.exports = { startQueueMode };
