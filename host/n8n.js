const { randomBytes, randomInt, randomUUID } = require('node:crypto');
const fs = require('node:fs/promises');
const net = require('node:net');
const os = require('node:os');
const path = require('node:path');
const { setTimeout: sleep } = require('node:timers/promises');
const { parseFlatted } = require('./flatted');
const { installPackage } = require('./pack');
const { start } = require('./processes');
const { findSecrets, refuseSecrets, watchFor } = require('./secrets');

const OWNER = {
	email: 'owner@example.com',
	password: 'Schedule-the-demo-1',
	firstName: 'Demo',
	lastName: 'Owner',
};

const READY = { start: 'Editor is now accessible', worker: 'n8n worker is now ready' };
const PORT_TAKEN = /port \d+ is already in use/i;
const START_LIMIT_SECONDS = 240;
const WAIT_LIMIT_SECONDS = 120;
const POLL_MS = 150;
const LOG_LIMIT = 2_000_000;
const UNFINISHED = new Set(['new', 'running', 'waiting']);

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

/** Below the ports of outgoing connections, so that one is still free when a server restarts. */
const PORTS = { first: 15_000, last: 31_999 };

/**
 * @param {number} [wanted] taken if it is free
 * @returns {Promise<number>}
 */
async function freePort(wanted = randomInt(PORTS.first, PORTS.last + 1)) {
	const server = net.createServer();
	return await new Promise((resolve, reject) => {
		server.once('error', (/** @type {NodeJS.ErrnoException} */ error) =>
			error.code === 'EADDRINUSE' ? resolve(freePort()) : reject(error),
		);
		server.listen(wanted, '127.0.0.1', () => server.close(() => resolve(wanted)));
	});
}

/**
 * Asks again and again until there is an answer.
 * @template T
 * @param {string} what
 * @param {() => Promise<T | undefined> | T | undefined} ask
 * @param {number} [seconds]
 * @returns {Promise<T>}
 */
async function poll(what, ask, seconds = WAIT_LIMIT_SECONDS) {
	const deadline = Date.now() + seconds * 1000;
	for (;;) {
		const answer = await ask();
		if (answer !== undefined) return answer;
		if (Date.now() > deadline) throw new Error(`Waited ${seconds} s in vain for ${what}.`);
		await sleep(POLL_MS);
	}
}

/** @param {string} text */
function parseBody(text) {
	try {
		return JSON.parse(text);
	} catch {
		return text;
	}
}

/**
 * n8n 1 wants some things said that n8n 2 knows, and refuses some that n8n 2 takes.
 * @param {import('./install').Host} host
 */
const isOld = ({ version }) => version.startsWith('1.');

/**
 * @param {string} userFolder
 * @param {import('./install').Host} host
 * @param {{ port: number, brokerPort: number, timezone: string, env: Record<string, string> }} options
 */
function environment(userFolder, host, { port, brokerPort, timezone, env }) {
	const passedOn = Object.fromEntries(
		PASSED_ON.flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : [])),
	);
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

/** @param {string} [kept] a folder of the caller's */
async function userFolderFor(kept) {
	const folder = kept ?? (await fs.mkdtemp(path.join(os.tmpdir(), 'braze-schedule-n8n-')));
	const removeFolder = async () => {
		if (!kept) await fs.rm(folder, { recursive: true, force: true, maxRetries: 5 });
	};
	return { folder, removeFolder };
}

/**
 * Starts n8n and waits until it is ready. Tries again when somebody takes the port in between.
 * @param {import('./install').Host} host
 * @param {string} userFolder
 * @param {object} options
 * @param {string[]} [options.command] what n8n is told to do
 * @param {boolean} options.temporary whether the folder goes with it
 * @param {number} [options.port]
 * @param {string} options.timezone
 * @param {Record<string, string>} options.env
 * @param {ReturnType<typeof watchFor>} [options.watch] reads along what it prints
 */
async function boot(
	host,
	userFolder,
	{ command = ['start'], temporary, port: wanted, timezone, env, watch },
) {
	const ready = READY[/** @type {keyof typeof READY} */ (command[0])];
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
			stream?.setEncoding('utf8').on('data', (/** @type {string} */ chunk) => {
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
			throw new Error(`${/** @type {Error} */ (error).message}\n${logs.slice(-4000)}`);
		}
		if (!ended) return { n8n, port, logs: () => logs, hasEnded: () => ended };
		await n8n.stop();
		if (attempt === 3 || !PORT_TAKEN.test(logs)) {
			throw new Error(`n8n ended while it was starting.\n${logs.slice(-4000)}`);
		}
	}
}

/**
 * Removes the folder of an n8n that has ended, and fails if it wrote or printed a secret.
 * @param {{ folder: string, removeFolder: () => Promise<void>, secrets: string[],
 *   watch: ReturnType<typeof watchFor>, node: string }} what
 */
async function putAway({ folder, removeFolder, secrets, watch, node }) {
	/** @type {string[]} */
	let places = [];
	try {
		if (secrets.length > 0) places = await findSecrets(secrets, { folder, node });
	} finally {
		await removeFolder();
	}
	refuseSecrets(watch.found ? [...places, 'what n8n printed'] : places);
}

/**
 * A running n8n with our package installed, an owner, and hands to drive it with.
 * @param {object} options
 * @param {import('./install').Host} options.host from ensureN8n
 * @param {string} [options.tarball] from packPackage; left out when `userFolder` has it already
 * @param {string} [options.userFolder] kept when given; otherwise a temporary one, removed by close
 * @param {number} [options.port] used if it is free
 * @param {Record<string, string>} [options.env] settings on top of the driver's own
 * @param {string} [options.timezone] n8n's GENERIC_TIMEZONE
 * @param {string[]} [options.secrets] what must not be found in anything that n8n writes; if it is,
 *   `close` fails
 */
async function startN8n({
	host,
	tarball,
	userFolder,
	port: wantedPort,
	env = {},
	timezone = 'UTC',
	secrets = [],
}) {
	const { folder, removeFolder } = await userFolderFor(userFolder);
	const watch = watchFor(secrets);
	const options = {
		temporary: !userFolder,
		timezone,
		watch,
		env: { N8N_ENCRYPTION_KEY: newEncryptionKey(), ...env },
	};

	/** @type {Awaited<ReturnType<typeof boot>>} */
	let running;
	try {
		if (tarball) await installPackage(tarball, folder);
		running = await boot(host, folder, { ...options, port: wantedPort });
	} catch (error) {
		await removeFolder();
		throw error;
	}
	const { port } = running;
	const url = `http://localhost:${port}`;
	const origin = `http://127.0.0.1:${port}`;
	let cookie = '';

	/** @type {Promise<void> | undefined} */
	let closing;
	/** Ends n8n and everything it started, and removes its data. */
	const close = () => (closing ??= end());
	async function end() {
		await running.n8n.stop();
		await putAway({ folder, removeFolder, secrets, watch, node: host.node });
	}

	/** Ends n8n as an update of it does, and starts it anew at the same address. */
	async function restart() {
		await running.n8n.stop();
		running = await boot(host, folder, { ...options, port });
		if (running.port !== port) throw new Error(`Port ${port} was taken while n8n restarted.`);
		await signIn();
	}

	/** Kills n8n, as when the machine takes it away: it can't finish or save anything. Then starts it. */
	async function crash() {
		process.kill(/** @type {number} */ (await running.n8n.pid), 'SIGKILL');
		await restart();
	}

	/**
	 * @param {string} target
	 * @param {RequestInit} [init]
	 */
	const ask = async (target, init) => {
		try {
			return await fetch(origin + target, init);
		} catch (error) {
			if (!running.hasEnded()) throw error;
			throw new Error(`n8n is not running any more.\n${running.logs().slice(-4000)}`);
		}
	};

	/**
	 * A call of the API that n8n's editor uses, as the owner.
	 * @param {string} method
	 * @param {string} target for example "/workflows"
	 * @param {unknown} [body]
	 * @returns {Promise<any>} the answer's `data`
	 */
	async function rest(method, target, body) {
		const response = await ask(`/rest${target}`, {
			method,
			headers: {
				accept: 'application/json',
				...(cookie && { cookie }),
				...(body !== undefined && { 'content-type': 'application/json' }),
			},
			body: body === undefined ? undefined : JSON.stringify(body),
		});
		for (const set of response.headers.getSetCookie()) {
			if (set.startsWith('n8n-auth=')) [cookie] = set.split(';');
		}
		const text = await response.text();
		const answer = parseBody(text);
		if (!response.ok) {
			throw Object.assign(
				new Error(`${method} /rest${target}: ${response.status} ${answer?.message ?? text}`),
				{ status: response.status, answer },
			);
		}
		return answer?.data ?? answer;
	}

	async function signIn() {
		const settings = await rest('GET', '/settings');
		if (settings.userManagement?.showSetupOnFirstLoad) await rest('POST', '/owner/setup', OWNER);
		const { email, password } = OWNER;
		await rest('POST', '/login', { emailOrLdapLoginId: email, password });
	}

	/**
	 * @param {{ name: string, type: string, data: Record<string, unknown> }} credential
	 * @returns {Promise<{ id: string, name: string, type: string }>}
	 */
	async function createCredential({ name, type, data }) {
		const { id } = await rest('POST', '/credentials', { name, type, data });
		return { id, name, type };
	}

	/**
	 * What the editor shows when a credential is saved.
	 * @param {{ id?: string, name?: string, type: string, data: Record<string, unknown> }} credential
	 * @returns {Promise<{ status: 'OK' | 'Error', message: string }>}
	 */
	async function testCredential({ id = '', name = 'Test', type, data }) {
		const test = async (/** @type {string} */ saved) =>
			await rest('POST', '/credentials/test', { credentials: { id: saved, name, type, data } });
		if (id || !isOld(host)) return await test(id);
		// n8n 1 tests only what it has already saved.
		const saved = await createCredential({ name, type, data });
		try {
			return await test(saved.id);
		} finally {
			await rest('DELETE', `/credentials/${saved.id}`);
		}
	}

	/** @type {Promise<string> | undefined} */
	let project;
	/** The owner's own project, which everything here is in. */
	const projectId = () =>
		(project ??= rest('GET', '/projects/personal').then(({ id }) => /** @type {string} */ (id)));

	/**
	 * @param {{ name: string, nodes: any[], connections: Record<string, any>, settings?: object }} workflow
	 *   as n8n exports it
	 * @param {{ credential?: { id: string, name: string, type: string } }} [options] `credential`:
	 *   put into every node of ours
	 * @returns {Promise<{ id: string, name: string, versionId: string }>}
	 */
	async function createWorkflow({ name, nodes, connections, settings = {} }, { credential } = {}) {
		return await rest('POST', '/workflows', {
			name,
			active: false,
			// Without it, n8n 1 does not find credentials by their names.
			projectId: await projectId(),
			connections,
			settings: { executionOrder: 'v1', ...settings },
			// Without it, "Execute step" stops with an error of n8n's own.
			pinData: {},
			nodes: nodes.map((node) => ({
				...node,
				id: node.id ?? randomUUID(),
				position: node.position ?? [0, 0],
				// Without one, n8n puts the workflow's id and the node's name before the path.
				...(node.type === 'n8n-nodes-base.webhook' && {
					webhookId: node.webhookId ?? randomUUID(),
				}),
				...(credential &&
					node.type.startsWith('n8n-nodes-braze-schedule.') && {
						credentials: { [credential.type]: { id: credential.id, name: credential.name } },
					}),
			})),
		});
	}

	/** @param {string} id a workflow's */
	async function activate(id) {
		const { versionId } = await rest('GET', `/workflows/${id}`);
		return await rest('POST', `/workflows/${id}/activate`, { versionId });
	}

	/**
	 * Calls a production webhook. It goes live a moment after `activate` answers, so one that is
	 * not there yet is asked again.
	 * @param {string} hook the Webhook node's path
	 * @param {unknown} [body]
	 * @param {{ wait?: boolean, method?: string, headers?: Record<string, string> }} [options]
	 *   `wait: false` takes "not registered" for an answer
	 * @returns {Promise<{ status: number, headers: Headers, body: any }>}
	 */
	async function webhook(hook, body = {}, { wait = true, method = 'POST', headers = {} } = {}) {
		return await poll(`the webhook ${hook}`, async () => {
			const response = await ask(`/webhook/${hook}`, {
				method,
				headers: { 'content-type': 'application/json', ...headers },
				body: method === 'GET' ? undefined : JSON.stringify(body),
			});
			const answer = parseBody(await response.text());
			const missing = response.status === 404 && /not registered/.test(answer?.message ?? '');
			if (missing && wait) return undefined;
			return { status: response.status, headers: response.headers, body: answer };
		});
	}

	/**
	 * The editor's "Execute workflow" button, from a manual trigger.
	 * @param {string} id a workflow's
	 * @param {string} trigger the trigger's name
	 * @returns {Promise<string>} the execution's id
	 */
	async function runManually(id, trigger) {
		const { executionId } = await rest('POST', `/workflows/${id}/run`, {
			triggerToStartFrom: { name: trigger },
			...(isOld(host) && { workflowData: await rest('GET', `/workflows/${id}`) }),
		});
		return executionId;
	}

	/**
	 * @param {string} workflowId
	 * @returns {Promise<{ id: string, status: string, mode: string, retryOf?: string }[]>} newest first
	 */
	async function executions(workflowId) {
		const filter = encodeURIComponent(JSON.stringify({ workflowId }));
		const { results } = await rest('GET', `/executions?filter=${filter}&limit=100`);
		return results;
	}

	/**
	 * @param {string} id
	 * @returns {Promise<any>} with `data` as n8n had it in memory
	 */
	async function execution(id) {
		const found = await rest('GET', `/executions/${id}`);
		return { ...found, data: found.data ? parseFlatted(found.data) : undefined };
	}

	/** @param {string} id */
	const waitForExecution = async (id) =>
		await poll(`execution ${id} to end`, async () => {
			const found = await execution(id);
			return UNFINISHED.has(found.status) ? undefined : found;
		});

	/**
	 * Waits for a workflow to have been run so many times, and for the latest run to end.
	 * @param {string} workflowId
	 * @param {number} [count]
	 */
	const waitForExecutions = async (workflowId, count = 1) =>
		await poll(`${count} executions of workflow ${workflowId}`, async () => {
			const found = await executions(workflowId);
			const done = found.filter(({ status }) => !UNFINISHED.has(status));
			if (done.length < count) return undefined;
			return await Promise.all(found.map(({ id }) => execution(id)));
		});

	/**
	 * The retry button of a failed execution.
	 * @param {string} id
	 * @param {{ loadWorkflow?: boolean }} [options] `true`: with the workflow as it is now
	 */
	const retryExecution = async (id, { loadWorkflow = false } = {}) =>
		await rest('POST', `/executions/${id}/retry`, { loadWorkflow });

	/** @param {string} id */
	const stopExecution = async (id) => await rest('POST', `/executions/${id}/stop`, {});

	/** @returns {Promise<any[]>} what the editor's node panel is made from */
	async function nodeTypes() {
		const response = await ask('/types/nodes.json', { headers: { cookie } });
		return await response.json();
	}

	try {
		await signIn();
	} catch (error) {
		await close();
		throw error;
	}

	return {
		url,
		isOld: isOld(host),
		owner: OWNER,
		userFolder: folder,
		pid: /** @type {number} */ (await running.n8n.pid),
		get logs() {
			return running.logs();
		},
		/** Resolves when n8n ends, wanted or not. */
		ended: running.n8n.ended,
		restart,
		crash,
		close,
		rest,
		projectId,
		createCredential,
		testCredential,
		createWorkflow,
		activate,
		webhook,
		runManually,
		executions,
		execution,
		waitForExecution,
		waitForExecutions,
		retryExecution,
		stopExecution,
		nodeTypes,
	};
}

/** @typedef {Awaited<ReturnType<typeof startN8n>>} N8n */

const newEncryptionKey = () => randomBytes(24).toString('hex');

/**
 * A worker of an n8n in queue mode, with our package installed, as in a container of its own.
 * @param {object} options
 * @param {import('./install').Host} options.host from ensureN8n
 * @param {string} options.tarball from packPackage
 * @param {Record<string, string>} options.env the main n8n's
 * @param {number} [options.concurrency] how many executions it runs at once; n8n's default if left out
 * @param {string} [options.timezone] n8n's GENERIC_TIMEZONE
 */
async function startWorker({ host, tarball, env, concurrency, timezone = 'UTC', secrets = [] }) {
	const { folder, removeFolder } = await userFolderFor();
	const watch = watchFor(secrets);
	const command = ['worker', ...(concurrency ? [`--concurrency=${concurrency}`] : [])];
	try {
		await installPackage(tarball, folder);
		const options = { command, temporary: true, timezone, env, watch };
		const { n8n, logs } = await boot(host, folder, options);
		const pid = /** @type {number} */ (await n8n.pid);
		const close = async () => {
			await n8n.stop();
			await putAway({ folder, removeFolder, secrets, watch, node: host.node });
		};
		return {
			pid,
			get logs() {
				return logs();
			},
			/** As when the machine takes it away: it gets no chance to finish anything. */
			kill: async () => {
				process.kill(pid, 'SIGKILL');
				await close();
			},
			close,
		};
	} catch (error) {
		await removeFolder();
		throw error;
	}
}

/** @typedef {Awaited<ReturnType<typeof startWorker>>} Worker */

/**
 * The items a node put out in an execution.
 * @param {any} execution
 * @param {string} node its name
 * @param {{ run?: number, output?: number }} [which]
 * @returns {{ json: any, pairedItem?: any, error?: any }[]}
 */
const outputOf = (execution, node, { run = 0, output = 0 } = {}) =>
	execution.data?.resultData?.runData?.[node]?.[run]?.data?.main?.[output] ?? [];

module.exports = { startN8n, startWorker, newEncryptionKey, outputOf, freePort, poll };
