import { CONTESTANTS } from './contestants';
import { spread } from './statistics';
import { focusOf, of } from './targets';
import type { Run } from './targets';

const WIDTH = 860;
const LABELS = 290;
const BAR = 18;
const ROW = 26;
const GAP = 46;
const RIGHT = 70;

const STYLE = `
	text { font: 13px system-ui, sans-serif; fill: #24292f; }
	.title { font-weight: 600; }
	.note { fill: #57606a; font-size: 12px; }
	.ours { fill: #5b3fd6; } .theirs { fill: #8c959f; } .floor { fill: #d0d7de; }
	.range { stroke: #24292f; stroke-width: 1.5; }
	@media (prefers-color-scheme: dark) {
		text { fill: #e6edf3; } .note { fill: #9198a1; } .ours { fill: #a48bff; }
		.theirs { fill: #6e7681; } .floor { fill: #3d444d; } .range { stroke: #e6edf3; }
	}`;

const escape = (text: string) => text.replace(/&/g, '&amp;').replace(/</g, '&lt;');

const classOf = (id: string) =>
	/^(single|combine)/.test(id) ? 'ours' : /^(http|expert)$/.test(id) ? 'theirs' : 'floor';

interface Bar {
	id: string;
	name: string;
	values: number[];
}

function panel(title: string, rows: Bar[], write: (value: number) => string, top: number): string {
	const largest = Math.max(...rows.flatMap(({ values }) => values));
	const x = (value: number) => (value / largest) * (WIDTH - LABELS - RIGHT);
	const bars = rows.map(({ name, id, values }, index) => {
		const y = top + 14 + index * ROW;
		const { median, least, most } = spread(values);
		const middle = y + BAR / 2;
		return `
	<text x="${LABELS - 10}" y="${middle + 4}" text-anchor="end">${escape(name)}</text>
	<rect class="${classOf(id)}" x="${LABELS}" y="${y}" width="${Math.max(1, x(median)).toFixed(1)}" height="${BAR}" rx="2"/>
	<line class="range" x1="${(LABELS + x(least)).toFixed(1)}" x2="${(LABELS + x(most)).toFixed(1)}" y1="${middle}" y2="${middle}"/>
	<text x="${(LABELS + x(most) + 8).toFixed(1)}" y="${middle + 4}">${write(median)}</text>`;
	});
	return `
	<text class="title" x="0" y="${top}">${escape(title)}</text>${bars.join('')}`;
}

/**
 * Wall time, CPU time and memory, for the number of contacts that all contestants were measured
 * with.
 */
export function plot(runs: Run[]): string {
	const { count, latency: first } = focusOf(runs);
	const latencies = [...new Set(runs.map((run) => run.latency))];
	const seconds = (ms: number) => `${(ms / 1000).toFixed(2)} s`;
	const megabytes = (bytes: number) => `${Math.round(bytes / 1e6)} MB`;
	const people = count.toLocaleString('en');
	const rows = (latency: number, read: (run: Run) => number): Bar[] =>
		CONTESTANTS.map(({ id, name }) => ({
			id,
			name,
			values: of(runs, id, { count, latency }).map(read),
		})).filter(({ values }) => values.length > 0);
	const panels = [
		...latencies.map((latency) => ({
			title: `Wall time for ${people} contacts, Braze answers after ${latency} ms`,
			rows: rows(latency, ({ wall }) => wall),
			write: seconds,
		})),
		{
			title: `CPU time, ${first} ms`,
			rows: rows(first, ({ cpu }) => cpu),
			write: seconds,
		},
		{
			title: `Memory added at most, ${first} ms`,
			rows: rows(first, ({ memory }) => Math.max(0, memory)),
			write: megabytes,
		},
	];
	let top = 18;
	const drawn = panels.map(({ title, rows: bars, write }) => {
		const text = panel(title, bars, write, top);
		top += 14 + bars.length * ROW + GAP - 14;
		return text;
	});
	return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${top}" width="${WIDTH}" height="${top}" role="img" aria-label="Wall time, CPU time and memory of each contestant">
	<style>${STYLE}
	</style>${drawn.join('')}
	<text class="note" x="0" y="${top - 12}">Median of the rounds; the line spans the least and the most.</text>
</svg>
`;
}
