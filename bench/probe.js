/**
 * Loaded into n8n with --require (see `withProbe` in watch.ts). Samples CPU time and memory in its
 * own thread, so that it also runs while n8n is busy, and answers on a loopback port. It is
 * JavaScript so that the measurement doesn't include a compiler inside n8n.
 */
// @ts-check
const { isMainThread, Worker, workerData } = require('node:worker_threads');

const ROLE = 'benchmark probe';
const EVERY_MS = 10;

const isN8n = () => /[\\/]n8n$/.test(process.argv[1] ?? '') && process.argv[2] === 'start';

if (isMainThread && process.env.BENCH_PROBE_PORT && isN8n()) {
	new Worker(__filename, { workerData: ROLE }).unref();
} else if (!isMainThread && workerData === ROLE) {
	serve();
}

function serve() {
	const { writeFileSync } = require('node:fs');
	const { createServer } = require('node:http');
	const { Session } = require('node:inspector/promises');

	/** @type {{ at: number, cpu: number, rss: number }[]} */
	let samples = [];
	const sample = () => {
		const { user, system } = process.cpuUsage();
		samples.push({ at: Date.now(), cpu: (user + system) / 1000, rss: process.memoryUsage.rss() });
	};
	setInterval(sample, EVERY_MS);

	const session = new Session();
	session.connectToMainThread();

	/**
	 * Node.js's types don't include the answers.
	 * @type {(method: string) => Promise<Record<string, unknown>>}
	 */
	const ask = async (method) => Object(await session.post(method));

	/** @type {Record<string, (query: Record<string, string>) => unknown>} */
	const actions = {
		/** Collects garbage and begins a new series. */
		settle: async () => {
			await session.post('HeapProfiler.collectGarbage');
			const { usedSize } = await ask('Runtime.getHeapUsage');
			samples = [];
			sample();
			return { heap: usedSize, rss: samples[0].rss };
		},
		samples: () => samples,
		startProfile: async () => {
			await session.post('Profiler.enable');
			await session.post('Profiler.setSamplingInterval', { interval: 250 });
			await session.post('Profiler.start');
			// Profiles count from the same moment as process.hrtime.
			return { zero: Date.now() - Number(process.hrtime.bigint()) / 1e6 };
		},
		stopProfile: async ({ file }) => {
			const { profile } = await ask('Profiler.stop');
			writeFileSync(file, JSON.stringify(profile));
			return {};
		},
	};

	createServer((request, response) => {
		const { pathname, searchParams } = new URL(request.url ?? '', 'http://probe');
		const action = actions[pathname.slice(1)];
		Promise.resolve(action(Object.fromEntries(searchParams))).then(
			(answer) => response.end(JSON.stringify(answer)),
			(error) => response.writeHead(500).end(String(error)),
		);
	}).listen(Number(process.env.BENCH_PROBE_PORT), '127.0.0.1');
}
