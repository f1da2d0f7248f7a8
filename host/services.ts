import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';

import { poll } from './poll';
import { freePort } from './ports';
import { plainEnv, run, start } from './processes';
import type { Task } from './processes';
import { findProgram } from './programs';

/** Where Debian installs programs outside of the PATH: one folder per version. */
const DEBIANS = '/usr/lib/postgresql';
const USER = 'postgres';
const QUERY_LIMIT = 256 * 1024 * 1024;

export interface Postgres {
	port: number;
	user: string;
	password: string;
	database: string;
	/** A query with one column of JSON. */
	query: <Row>(sql: string) => Promise<Row[]>;
	close: () => Promise<void>;
}

export interface Redis {
	port: number;
	/** Stops it, as during an update. Its data is kept. */
	stop: () => Promise<void>;
	start: () => Promise<void>;
	close: () => Promise<void>;
}

const temporaryFolder = async (what: string) =>
	await fs.mkdtemp(path.join(os.tmpdir(), `braze-schedule-${what}-`));

const remove = async (folder: string) =>
	await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });

function find(command: string, ...folders: string[]): string {
	const found = findProgram([command], ...folders);
	if (found) return found;
	throw new Error(
		`There is no ${command} here. On Debian or Ubuntu: "apt-get install redis-server postgresql".`,
	);
}

/** The folder of PostgreSQL's programs; the newest version if there are several. */
async function findPostgres(): Promise<string> {
	const versions = (await fs.readdir(DEBIANS).catch(() => [])).sort(
		(a, b) => Number(b) - Number(a),
	);
	const folders = versions.map((version) => path.join(DEBIANS, version, 'bin'));
	return path.dirname(find('initdb', ...folders));
}

/** Waits for a service to answer, unless it has ended. */
async function ready(what: string, task: Task, ask: () => Promise<unknown>): Promise<void> {
	let output = '';
	for (const stream of [task.stdout, task.stderr]) {
		stream?.setEncoding('utf8').on('data', (chunk: string) => {
			output = (output + chunk).slice(-4000);
		});
	}
	let ended = false;
	void task.ended.then(() => {
		ended = true;
	});
	await poll(`${what} to start`, async () => {
		if (ended) throw new Error(`${what} ended while it was starting.\n${output}`);
		return await ask().then(
			() => true,
			() => undefined,
		);
	});
}

async function connect(port: number): Promise<void> {
	const socket = net.connect(port, '127.0.0.1');
	try {
		await once(socket, 'connect');
	} finally {
		socket.destroy();
	}
}

/** PostgreSQL doesn't run as root, so there it uses the user that its package created. */
async function withoutRoot(folder: string): Promise<string[]> {
	if (process.getuid?.() !== 0) return [];
	const id = async (which: string) => Number((await run('id', [which, USER])).trim());
	const [user, group] = [await id('-u'), await id('-g')];
	await fs.chown(folder, user, group);
	return ['setpriv', `--reuid=${user}`, `--regid=${group}`, '--clear-groups', '--'];
}

/** A PostgreSQL with an empty database, on a free port and in a temporary folder. */
export async function startPostgres(): Promise<Postgres> {
	const bin = await findPostgres();
	const folder = await temporaryFolder('postgres');
	try {
		const as = await withoutRoot(folder);
		const data = path.join(folder, 'data');
		const password = randomBytes(24).toString('hex');
		const passwordFile = path.join(folder, 'password');
		await fs.writeFile(passwordFile, password);
		const [initdb, ...initdbArgs] = [
			...as,
			path.join(bin, 'initdb'),
			...['-D', data, '-U', USER, '-E', 'UTF8', '--no-locale', '--no-sync'],
			...['--auth=scram-sha-256', `--pwfile=${passwordFile}`],
		];
		await run(initdb, initdbArgs, { cwd: folder });

		const port = await freePort();
		const settings = {
			port,
			listen_addresses: '127.0.0.1',
			unix_socket_directories: '',
			// Its data need not survive a power failure.
			fsync: 'off',
		};
		const [server, ...serverArgs] = [
			...as,
			path.join(bin, 'postgres'),
			...['-D', data],
			...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]),
		];
		const task = start(server, serverArgs, { cwd: folder, folder });
		const close = async () => {
			await task.stop();
			await remove(folder);
		};

		const query = async <Row>(sql: string) => {
			const { stdout } = await promisify(execFile)(
				path.join(bin, 'psql'),
				['-h', '127.0.0.1', '-p', String(port), '-U', USER, '-qAtX', '-c', sql],
				{ env: plainEnv({ PGPASSWORD: password }), maxBuffer: QUERY_LIMIT },
			);
			return stdout
				.split('\n')
				.filter(Boolean)
				.map((line) => JSON.parse(line) as Row);
		};
		try {
			await ready('PostgreSQL', task, async () => await query('select 1'));
		} catch (error) {
			await close();
			throw error;
		}
		return { port, user: USER, password, database: USER, query, close };
	} catch (error) {
		await remove(folder);
		throw error;
	}
}

/** A Redis that persists its data, on a free port and in a temporary folder. */
export async function startRedis(): Promise<Redis> {
	const server = find('redis-server', '/usr/bin', '/usr/local/bin');
	const folder = await temporaryFolder('redis');
	const port = await freePort();
	let task: Task;
	const begin = async () => {
		task = start(
			server,
			[
				...['--port', String(port), '--bind', '127.0.0.1', '--dir', folder],
				...['--appendonly', 'yes', '--save', ''],
			],
			{ cwd: folder, folder },
		);
		await ready('Redis', task, async () => await connect(port));
	};
	const close = async () => {
		await task.stop();
		await remove(folder);
	};
	try {
		await begin();
	} catch (error) {
		await close();
		throw error;
	}
	return {
		port,
		stop: async () => await task.stop(),
		start: begin,
		close,
	};
}
