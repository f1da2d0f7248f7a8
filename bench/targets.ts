import { CONTESTANTS } from './contestants';
import type { Measured } from './measure';
import { spread } from './statistics';
import type { Suffered } from './trouble';

export interface Run extends Measured {
	contestant: string;
	count: number;
	latency: number;
	round: number;
}

/** What a comparison is about. */
interface Focus {
	latency: number;
	count: number;
}

/**
 * The latency and the number of contacts that all contestants were measured with: the ratios use
 * them.
 */
export function focusOf(runs: Run[]): Focus {
	const latency = Math.min(...runs.map((run) => run.latency));
	const counts = [...new Set(runs.map(({ count }) => count))].filter((count) =>
		CONTESTANTS.every(({ id }) => of(runs, id, { latency, count }).length > 0),
	);
	return { latency, count: Math.max(...counts) };
}

export const of = (runs: Run[], contestant: string, { latency, count }: Focus): Run[] =>
	runs.filter(
		(run) => run.contestant === contestant && run.latency === latency && run.count === count,
	);

interface Ratio {
	id: string;
	text: string;
	most: number;
	/** Widens it for a small run on a busy machine. */
	slack: number;
	/** The number of contacts, if it isn't the one of the others. */
	count?: number;
	value: (run: Record<string, Run>) => number;
}

interface RatioReached extends Ratio {
	median: number;
	range: [least: number, most: number];
	met: boolean;
}

/** Within each round, in which the contestants ran one after the other. */
const RATIOS: Ratio[] = [
	{
		id: 'combineToHttp',
		text: "Combine Items: wall time to HTTP Request's",
		most: 0.25,
		slack: 2,
		value: ({ combine, http }) => combine.wall / http.wall,
	},
	{
		id: 'combineToExpert',
		text: "Combine Items: wall time to Code + HTTP Request's",
		most: 1,
		slack: 3,
		value: ({ combine, expert }) => combine.wall / expert.wall,
	},
	{
		id: 'combineToFloor',
		text: "Combine Items: wall time to n8n's floor and the bare floor together",
		most: 1.3,
		slack: 2.5,
		value: ({ combine, expressions, bareCombine }) =>
			combine.wall / (expressions.wall + bareCombine.wall),
	},
	{
		id: 'fieldsToExpert',
		text: "From Input Fields: wall time to Code + HTTP Request's",
		most: 0.6,
		slack: 3,
		value: ({ fields, expert }) => fields.wall / expert.wall,
	},
	{
		id: 'fieldsToExpert50000',
		text: "From Input Fields: wall time to Code + HTTP Request's, 50,000 contacts",
		most: 0.8,
		slack: 3,
		count: 50_000,
		value: ({ fields, expert }) => fields.wall / expert.wall,
	},
	{
		id: 'fieldsToFloor',
		text: "From Input Fields: wall time to n8n's handling of items and the bare floor together",
		most: 1.5,
		slack: 3,
		value: ({ fields, passing, bareCombine }) => fields.wall / (passing.wall + bareCombine.wall),
	},
	{
		id: 'fieldsMemory',
		text: "From Input Fields: memory added, to Code + HTTP Request's",
		most: 1,
		slack: 3,
		value: ({ fields, expert }) => fields.memory / expert.memory,
	},
	{
		id: 'singleToHttp',
		text: "One per item: wall time to HTTP Request's",
		most: 1,
		slack: 2,
		value: ({ single, http }) => single.wall / http.wall,
	},
	{
		id: 'singleMemory',
		text: "One per item: memory added, to HTTP Request's",
		most: 0.5,
		slack: 4,
		value: ({ single, http }) => single.memory / http.memory,
	},
];

/** `focus`: other than that of all contestants. Leaves out what wasn't measured. */
export function ratios(runs: Run[], focus?: Focus): RatioReached[] {
	const where = focus ?? focusOf(runs);
	const rounds = [...new Set(runs.map(({ round }) => round))];
	return RATIOS.filter(({ count = where.count }) => !focus || count === focus.count).flatMap(
		(ratio) => {
			const { count = where.count } = ratio;
			const values = rounds.flatMap((round) => valueIn(runs, ratio, { ...where, count }, round));
			if (values.length === 0) return [];
			const { median, least, most } = spread(values);
			return { ...ratio, median, range: [least, most], met: median <= ratio.most };
		},
	);
}

/** The ratio within one round, unless one of its contestants is missing. */
function valueIn(runs: Run[], ratio: Ratio, focus: Focus, round: number): number[] {
	const ofRound = CONTESTANTS.flatMap(({ id }) => of(runs, id, focus))
		.filter((run) => run.round === round)
		.map((run) => [run.contestant, run] as const);
	try {
		return [ratio.value(Object.fromEntries(ofRound))];
	} catch {
		return [];
	}
}

/** What must hold on every machine: no contact missing, no contact twice, no request too many. */
export function slips(runs: Run[]): string[] {
	return runs.flatMap((run) => {
		const contestant = CONTESTANTS.find(({ id }) => id === run.contestant);
		if (!contestant?.perRequest) return [];
		const expected = Math.ceil(run.count / contestant.perRequest);
		return [
			run.requests === expected ? '' : `${run.requests} requests instead of ${expected}`,
			run.scheduled === run.count ? '' : `${run.count - run.scheduled} people not scheduled`,
			run.twice === 0 ? '' : `${run.twice} people scheduled more than once`,
			contestant.id.startsWith('single') && run.atOnce > 64 ? `${run.atOnce} at once` : '',
		].flatMap((slip) => (slip ? [`${contestant.name}, ${run.count} contacts: ${slip}`] : []));
	});
}

/** How many the error message of an execution reports. */
function admitted(words: string[]): number {
	const text = words.join(' ');
	return ['not scheduled', 'with unknown outcome']
		.map((what) => Number(new RegExp(`(\\d+) ${what}`).exec(text)?.[1] ?? 0))
		.reduce((sum, count) => sum + count, 0);
}

/** What the node must not do under any fault. */
export const troubleSlips = (troubles: Suffered[]): string[] =>
	troubles
		.filter(({ contestant }) => /^(single|combine)/.test(contestant))
		.flatMap(({ trouble, contestant, count, scheduled, twice, hits, status, words }) => {
			const lost = count - scheduled;
			const told = status === 'success' ? 0 : admitted(words);
			return [
				hits === 0 ? 'nothing went wrong, so nothing is shown' : '',
				twice === 0 ? '' : `${twice} people scheduled more than once`,
				lost <= told ? '' : `${lost} people lost, of whom ${told} are spoken of`,
			].flatMap((slip) => (slip ? [`${contestant}, ${trouble}: ${slip}`] : []));
		});
