import path from 'node:path';

import { freePort } from '../host/ports';

interface Sample {
	at: number;
	cpu: number;
	rss: number;
}

export interface Probe {
	/** n8n's environment with the probe. */
	env: Record<string, string>;
	/** The CPU time and the most memory used between two moments, both in milliseconds since 1970. */
	between: (from: number, to: number) => Promise<{ cpu: number; peakRss: number }>;
	settle: () => Promise<{ heap: number; rss: number }>;
	startProfile: () => Promise<{ zero: number }>;
	/** `file` is where the profile goes. */
	stopProfile: (file: string) => Promise<unknown>;
}

/** n8n's environment with the probe, and how to query it. */
export async function withProbe(): Promise<Probe> {
	const port = await freePort();
	const ask = async <Answer>(action: string, query: Record<string, string> = {}) => {
		const response = await fetch(
			`http://127.0.0.1:${port}/${action}?${new URLSearchParams(query).toString()}`,
		);
		if (!response.ok) throw new Error(`The probe: ${await response.text()}`);
		return (await response.json()) as Answer;
	};

	const between: Probe['between'] = async (from, to) => {
		const samples = await ask<Sample[]>('samples');
		const cpuAt = (moment: number) => {
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
		settle: async () => await ask('settle'),
		startProfile: async () => await ask('startProfile'),
		stopProfile: async (file) => await ask('stopProfile', { file }),
	};
}
