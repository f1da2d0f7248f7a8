import { table as markdownTable } from '../scripts/markdown';
import type { Cell } from '../scripts/markdown';
import { CONTESTANTS } from './contestants';
import type { Search } from './picker';
import { SHARES } from './profile';
import type { Owner, Profile } from './profile';
import type { StartCost } from './startCost';
import { spread } from './statistics';
import { focusOf, of, ratios } from './targets';
import type { Run } from './targets';
import { TROUBLES } from './trouble';
import type { Suffered } from './trouble';

/** The figures of one run of the benchmark. */
export interface Results {
	date: string;
	command: string;
	machine: { cores: number; memory: number; platform: string; n8n: string; node: string };
	runs: Run[];
	troubles: Suffered[];
	picker: Search[];
	profiles: Array<Profile & { contestant: string; count: number }>;
	start: StartCost;
}

const whole = (value: number) => Math.round(value).toLocaleString('en');
const seconds = (ms: number) => (ms / 1000).toFixed(2);
const megabytes = (bytes: number) => whole(bytes / 1e6);
const percent = (share: number) => `${Math.round(share * 100)} %`;

const table = (head: string[], rows: Cell[][]) => markdownTable(head, rows, { figures: true });

function range(values: number[], write: (value: number) => string): string {
	const { median, least, most } = spread(values);
	return values.length > 1 ? `${write(median)} (${write(least)}–${write(most)})` : write(median);
}

function conditions({ machine, command, date }: Results): string {
	return `Measured on ${date} with \`${command}\`: ${machine.cores} cores, ${machine.memory} GB of memory, ${machine.platform}, n8n ${machine.n8n} on Node.js ${machine.node}.`;
}

function targetsTable({ runs, start, profiles }: Results): string {
	const focus = focusOf(runs);
	const combine = of(runs, 'combine', focus)[0];
	const single = of(runs, 'single', focus)[0];
	const mark = (met: boolean) => (met ? 'yes' : 'no');
	const rows = [
		[
			'Combine Items: requests',
			whole(focus.count / 50),
			whole(combine.requests),
			mark(combine.requests === Math.ceil(focus.count / 50)),
		],
		...ratios(runs).map(({ text, most, median, range: [least, largest], met }) => [
			text,
			`≤ ${most}`,
			`${median.toFixed(2)} (${least.toFixed(2)}–${largest.toFixed(2)})`,
			mark(met),
		]),
		['One per item: requests at once', '≤ 64', whole(single.atOnce), mark(single.atOnce <= 64)],
		ownCodeRow(profiles, 'combine', 'Combine Items', 40),
		ownCodeRow(profiles, 'fields', 'From Input Fields', 25),
		['Tarball', '≤ 80 kB', `${whole(start.tarball / 1000)} kB`, mark(start.tarball <= 80_000)],
		[
			'Loading the node, over loading n8n-workflow',
			'≤ 25 ms',
			`${start.node.toFixed(0)} ms`,
			mark(start.node <= 25),
		],
	];
	return table(['Target', 'To reach', 'Reached', 'Met'], rows);
}

/** How much CPU time our own code takes for each contact, in lists of each length. */
function ownCodeRow(profiles: Results['profiles'], id: string, name: string, most: number) {
	const perItem = profiles
		.filter(({ contestant }) => contestant === id)
		.map(({ count, shares }) => ({ count, us: (shares.own / count) * 1000 }));
	const dearest = Math.max(...perItem.map(({ us }) => us));
	return [
		`${name}: our own code, CPU per contact (${perItem.map(({ count }) => whole(count)).join(' / ')})`,
		`≤ ${most} µs, flat`,
		perItem.map(({ us }) => `${us.toFixed(0)} µs`).join(' / '),
		dearest <= most ? 'yes' : 'no',
	];
}

function sizesTables({ runs }: Results): string {
	const pairs = [...new Set(runs.map(({ latency, count }) => `${latency} ${count}`))].map((pair) =>
		pair.split(' ').map(Number),
	);
	return pairs
		.map(([latency, count]) => {
			const rows = CONTESTANTS.flatMap(({ id, name, perRequest }) => {
				const own = of(runs, id, { latency, count });
				if (own.length === 0) return [];
				const [{ requests, connections, scheduled, twice, retained }] = own;
				return [
					[
						name,
						range(
							own.map(({ wall }) => wall),
							seconds,
						),
						range(
							own.map(({ cpu }) => cpu),
							seconds,
						),
						range(
							own.map(({ memory }) => memory),
							megabytes,
						),
						retained === undefined
							? ''
							: range(
									own.map((run) => run.retained ?? 0),
									megabytes,
								),
						whole(requests),
						whole(connections),
						range(
							own.map(({ atOnce }) => atOnce),
							whole,
						),
						perRequest ? whole(scheduled) : '',
						perRequest ? whole(twice) : '',
					],
				];
			});
			const head = [
				`${whole(count)} contacts, ${latency} ms`,
				'Wall, s',
				'CPU, s',
				'Memory added, MB',
				'Kept, MB',
				'Requests',
				'Connections',
				'At once',
				'People scheduled',
				'Twice',
			];
			return table(head, rows);
		})
		.join('\n\n');
}

const NAMES = Object.fromEntries(CONTESTANTS.map(({ id, name }) => [id, name]));

function troubleTables({ troubles }: Results): string {
	return TROUBLES.map(({ id, name }) => {
		const rows = troubles
			.filter(({ trouble }) => trouble === id)
			.map((run) => [
				NAMES[run.contestant],
				whole(run.count),
				whole(run.scheduled - run.twice),
				run.twice > 0 ? `**${whole(run.twice)}**, up to ${run.most} times` : '0',
				whole(run.count - run.scheduled),
				whole(run.requests),
				seconds(run.wall),
				shortened(run.status === 'success' ? 'success' : `error: ${run.words.join(' ')}`),
			]);
		const head = [
			name,
			'Contacts',
			'Once',
			'Twice or more',
			'Never',
			'Requests',
			'Wall, s',
			'What n8n says at the end',
		];
		return table(head, rows);
	}).join('\n\n');
}

function shortened(text: string): string {
	const line = text.replace(/\s+/g, ' ');
	return line.length > 330 ? `${line.slice(0, 330)}…` : line;
}

function profileTable({ profiles }: Results): string {
	const head = [
		'CPU time, profiled',
		...profiles.map(({ contestant, count }) => `${NAMES[contestant]}, ${whole(count)}`),
	];
	const total = (shares: Profile['shares']) =>
		Object.values(shares).reduce((sum, spent) => sum + spent, 0);
	const rows = (Object.entries(SHARES) as Array<[Owner, string]>).map(([owner, name]) => [
		name,
		...profiles.map(
			({ shares, count }) =>
				`${seconds(shares[owner])} s, ${percent(shares[owner] / total(shares))}, ${((shares[owner] / count) * 1000).toFixed(0)} µs each`,
		),
	]);
	rows.push(['All', ...profiles.map(({ shares }) => `${seconds(total(shares))} s`)]);
	return table(head, rows);
}

/** Where the node's own code spends its time, in the longest run that combines. */
function ownTable({ profiles }: Results): string {
	const combined = profiles.filter(({ contestant }) => contestant === 'combine');
	const { count, hot } = combined.reduce((one, other) => (other.count > one.count ? other : one));
	return table(
		[`Our own code, Combine Items, ${whole(count)}`, 'CPU per contact'],
		hot.slice(0, 10).map(([name, spent]) => [name, `${((spent / count) * 1000).toFixed(1)} µs`]),
	);
}

function startTable({ start, picker }: Results): string {
	const rows = [
		['Tarball', `${(start.tarball / 1000).toFixed(1)} kB`],
		['Unpacked', `${(start.dist / 1000).toFixed(1)} kB`],
		['Loading n8n-workflow, which n8n has loaded anyway', `${start.workflow.toFixed(0)} ms`],
		[
			'Loading the node, its description and the credential on top',
			`${start.node.toFixed(1)} ms, at most ${start.nodeMost.toFixed(1)} ms`,
		],
		...picker.map(({ name, wall, found, requests }) => [
			`Campaign picker over 5,000 campaigns, ${name}`,
			`${whole(wall)} ms, ${found} shown, ${requests} ${requests === 1 ? 'request' : 'requests'}`,
		]),
	];
	return table(['What', ''], rows);
}

/** What is generated in docs/benchmarks.md. */
export const report = (results: Results): string => `${conditions(results)}

![Wall time, CPU time and memory of each contestant](images/benchmarks.svg)

## Targets

Ratios are taken within each round, at ${focusOf(results.runs).latency} ms and ${whole(focusOf(results.runs).count)} contacts; the median, with the least and the most.

${targetsTable(results)}

## Where the time goes

One run of each under the profiler, apart from the runs above. What a file asks Node.js or a library to do (JSON, hashes, dates) counts as its own.

${profileTable(results)}

${ownTable(results)}

## Under failures

Each contestant with n8n's Retry On Fail at its most, five tries with five seconds between them, and a Braze that misbehaves.

${troubleTables(results)}

## All runs

${sizesTables(results)}

## What the package costs when it does nothing

${startTable(results)}`;

/** The other latencies that were measured with the same number of contacts. */
function otherLatencies({ runs }: Results): number[] {
	const { latency, count } = focusOf(runs);
	const all = runs.filter((run) => run.count === count).map((run) => run.latency);
	return [...new Set(all)].filter((one) => one !== latency);
}

/** The most important figures in a few sentences. */
export function summary(results: Results): string {
	const { runs, command, date } = results;
	const focus = focusOf(runs);
	const wall = (id: string, where = focus) =>
		`${(spread(of(runs, id, where).map((run) => run.wall)).median / 1000).toFixed(1)} s`;
	const { requests } = of(runs, 'combine', focus)[0];
	const others = otherLatencies(results).map((latency) => {
		const where = { ...focus, latency };
		return `With answers after ${latency} ms, the node takes ${wall('single', where)} one by one, and HTTP Request ${wall('http', where)}.`;
	});
	return [
		`Measured on ${date} with \`${command}\`: ${whole(focus.count)} contacts, answers after ${focus.latency} ms, and *Requests at Once* at 64 instead of its default of 8. The node takes **${wall('combine')} with Combine Items** (${whole(requests)} requests), ${wall('fields')} with *From Input Fields* as well, and ${wall('single')} one by one. With the default of 8, Combine Items takes ${wall('combineDefault')}.`,
		`n8n's HTTP Request node takes ${wall('http')} one by one. Behind a Code node that builds the batches, it takes ${wall('expert')}, but checks nothing, and sends everything again when it runs again.`,
		...others,
	].join(' ');
}
