import { boot, putAway, userFolderFor } from './boot';
import type { Booted } from './boot';
import { driveCredentials } from './credentials';
import type { Credentials } from './credentials';
import { isOld, newEncryptionKey } from './environment';
import { driveExecutions } from './executions';
import type { Executions } from './executions';
import type { Host } from './install';
import { installPackage } from './pack';
import type { Ending } from './processes';
import { watchFor } from './secrets';
import { openSession, OWNER } from './session';
import type { Ask, NodeType, Rest } from './session';
import { driveWorkflows } from './workflows';
import type { Workflows } from './workflows';

interface N8nOptions {
	/** From ensureN8n. */
	host: Host;
	/** From packPackage; not needed if `userFolder` already has it. */
	tarball?: string;
	/** Kept if given; otherwise a temporary one that close removes. */
	userFolder?: string;
	/** Used if it is free. */
	port?: number;
	/** Additional settings. */
	env?: Record<string, string>;
	/** n8n's GENERIC_TIMEZONE. */
	timezone?: string;
	/** What must not be in anything that n8n writes. If it is, `close` fails. */
	secrets?: string[];
}

export interface N8n extends Credentials, Workflows, Executions {
	url: string;
	isOld: boolean;
	owner: typeof OWNER;
	userFolder: string;
	pid: number;
	readonly logs: string;
	/** Resolves when n8n ends, for any reason. */
	ended: Promise<Ending>;
	/** Ends n8n as an update does, and restarts it at the same address. */
	restart: () => Promise<void>;
	/** Kills n8n, so that it can't finish or save anything, and restarts it. */
	crash: () => Promise<void>;
	/** Ends n8n and everything it started, and removes its data. */
	close: () => Promise<void>;
	rest: Rest;
	nodeTypes: () => Promise<NodeType[]>;
}

/** n8n with our package installed, an owner, and functions to control it. */
export async function startN8n({
	host,
	tarball,
	userFolder,
	port: wantedPort,
	env = {},
	timezone = 'UTC',
	secrets = [],
}: N8nOptions): Promise<N8n> {
	const own = await userFolderFor(userFolder);
	const watch = watchFor(secrets);
	const options = {
		temporary: !userFolder,
		timezone,
		watch,
		env: { N8N_ENCRYPTION_KEY: newEncryptionKey(), ...env },
	};

	let running: Booted;
	try {
		if (tarball) await installPackage(tarball, own.folder);
		running = await boot(host, own.folder, { ...options, port: wantedPort });
	} catch (error) {
		await own.removeFolder();
		throw error;
	}
	const { port } = running;
	const origin = `http://127.0.0.1:${port}`;

	let closing: Promise<void> | undefined;
	const close = async () => await (closing ??= end());
	async function end() {
		await running.n8n.stop();
		await putAway(own, { secrets, watch, node: host.node });
	}

	async function restart() {
		await running.n8n.stop();
		running = await boot(host, own.folder, { ...options, port });
		if (running.port !== port) throw new Error(`Port ${port} was taken while n8n restarted.`);
		await session.signIn();
	}

	async function crash() {
		const pid = await running.n8n.pid;
		if (pid === undefined) throw new Error('n8n has no process to kill.');
		process.kill(pid, 'SIGKILL');
		await restart();
	}

	const ask: Ask = async (target, init) => {
		try {
			return await fetch(origin + target, init);
		} catch (error) {
			if (!running.hasEnded()) throw error;
			throw new Error(`n8n has stopped running.\n${running.logs().slice(-4000)}`);
		}
	};
	const session = openSession(ask);

	try {
		await session.signIn();
	} catch (error) {
		await close();
		throw error;
	}

	const { rest, nodeTypes } = session;
	return {
		url: `http://localhost:${port}`,
		isOld: isOld(host),
		owner: OWNER,
		userFolder: own.folder,
		pid: (await running.n8n.pid) as number,
		get logs() {
			return running.logs();
		},
		ended: running.n8n.ended,
		restart,
		crash,
		close,
		rest,
		nodeTypes,
		...driveCredentials(rest, isOld(host)),
		...driveWorkflows(ask, rest),
		...driveExecutions(rest, isOld(host)),
	};
}
