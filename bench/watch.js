const path = require('node:path');
const { freePort } = require('../host/n8n');

/** n8n's environment with the probe in it, and how to ask the probe. */
async function withProbe() {
	const port = await freePort();
	const ask = async (/** @type {string} */ action, query = {}) => {
		const response = await fetch(
			`http://127.0.0.1:${port}/${action}?${new URLSearchParams(query).toString()}`,
		);
		if (!response.ok) throw new Error(`The probe: ${await response.text()}`);
		return await response.json();
	};

	/**
	 * CPU time spent and the most memory held between two moments, both in milliseconds since 1970.
	 * @param {number} from
	 * @param {number} to
	 */
	const between = async (from, to) => {
		/** @type {{ at: number, cpu: number, rss: number }[]} */
		const samples = await ask('samples');
		const cpuAt = (/** @type {number} */ moment) => {
			const index = samples.findIndex(({ at }) => at >= moment);
			const next = samples.at(index);
			const last = samples[index - 1];
			if (!next || !last || next.at === last.at) return (next ?? samples[0]).cpu;
			const share = (moment - last.at) / (next.at - last.at);
			return last.cpu + share * (next.cpu - last.cpu);
		};
		const inside = samples.filter(({ at }) => at >= from && at <= to).map(({ rss }) => rss);
		return {
			cpu: cpuAt(to) - cpuAt(from),
			peakRss: inside.reduce((most, rss) => Math.max(most, rss), samples[0].rss),
		};
	};

	return {
		env: {
			NODE_OPTIONS: `--require ${JSON.stringify(path.join(__dirname, 'probe.js'))}`,
			BENCH_PROBE_PORT: String(port),
		},
		between,
		settle: () => ask('settle'),
		startProfile: () => ask('startProfile'),
		/** @param {string} file where the profile goes */
		stopProfile: (file) => ask('stopProfile', { file }),
	};
}

/** @typedef {Awaited<ReturnType<typeof withProbe>>} Probe */

module.exports = { withProbe };
