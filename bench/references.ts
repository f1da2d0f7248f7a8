import type { N8n } from '../host/n8n';
import { table } from '../scripts/markdown';
import { contestantOf } from './contestants';
import type { Contestant, Stand } from './contestants';
import { listByHand, singleByHand } from './handMade';
import { publish, runOnce } from './measure';
import { median } from './statistics';

interface Extent {
	/** How many items a list has. */
	list: number;
	/** How many rows a full table has, in lists. */
	fill: number;
	rounds: number;
	/** How often a single item is measured in a round. */
	calls: number;
}

type Say = (text: string) => void;

interface Place {
	n8n: N8n;
	stand: Stand;
	say: Say;
}

/** Another one in each execution. */
const REFERENCE = '={{ $json.user_id }}@{{ $execution.id }}';

const withReference = (table: string, options: object, reference = REFERENCE): Contestant => {
	const { steps = () => [], ...contestant } = contestantOf('combine');
	return {
		...contestant,
		id: `reference ${table}`,
		name: 'Braze Schedule, with a reference',
		steps: (stand) =>
			steps(stand).map((node) => ({
				...node,
				parameters: {
					...node.parameters,
					reference,
					options: { ...options, dataTable: table },
				},
			})),
	};
};

const COMBINED = { combine: 'perItem', concurrency: 64 };

/** Of each, its median in milliseconds. They take turns, so that a busy machine slows all of them. */
async function timesOf(
	{ n8n, stand }: Place,
	contestants: Contestant[],
	count: number,
	times = 1,
): Promise<number[]> {
	const workflows: Array<Awaited<ReturnType<typeof publish>>> = [];
	for (const contestant of contestants) {
		const workflow = await publish(n8n, stand, contestant);
		// The first execution opens the table.
		await runOnce(n8n, workflow, 1);
		workflows.push(workflow);
	}
	const took: number[][] = contestants.map(() => []);
	for (let call = 0; call < times; call += 1) {
		for (const [index, workflow] of workflows.entries()) {
			const { execution, from, to } = await runOnce(n8n, workflow, count);
			if (execution.status !== 'success') {
				const { name } = contestants[index];
				throw new Error(`${name}: ${execution.data.resultData.error?.message}`);
			}
			took[index].push(to - from);
		}
	}
	return took.map(median);
}

/** What references cost, beside something else: the machine has a part in every time. */
interface Compared {
	what: string;
	with: string;
	/** The medians of both, in milliseconds. */
	times: [one: number, other: number];
	ratio: number;
	/** What the ratio is to reach. */
	most: number;
	/** It doesn't, and docs/benchmarks.md says why. */
	isExplained?: boolean;
}

/** Of the first two in each round. */
const compared = (
	names: Pick<Compared, 'what' | 'with' | 'most' | 'isExplained'>,
	rounds: number[][],
): Compared => ({
	...names,
	times: [median(rounds.map(([one]) => one)), median(rounds.map(([, other]) => other))],
	ratio: median(rounds.map(([one, other]) => one / other)),
});

const inMilliseconds = (time: number) => `${Math.round(time).toLocaleString('en')} ms`;

/** For docs/benchmarks.md. */
export const referenceTable = (all: Compared[]): string =>
	table(
		['What', 'Time', 'Compared with', 'Time', 'Ratio', 'To reach'],
		all.map(({ what, with: other, times: [one, its], ratio, most }) => [
			what,
			inMilliseconds(one),
			other,
			inMilliseconds(its),
			ratio.toFixed(2),
			`≤ ${most}`,
		]),
		{ figures: true },
	);

export async function referenceCosts(place: Place, extent: Extent): Promise<Compared[]> {
	const { say } = place;
	const { list, fill, rounds, calls } = extent;
	const inRounds = async (measure: (round: number) => Promise<number[]>) => {
		const found: number[][] = [];
		for (let round = 0; round < rounds; round += 1) found.push(await measure(round));
		return found;
	};

	const one = withReference('Bench single', {});
	await timesOf(place, [one], 1);
	const byHand = singleByHand(place.stand, one, await tableId(place.n8n, 'Bench single'));
	say("One item, and the same with n8n's own nodes");
	const singles = await inRounds(async () => await timesOf(place, [one, byHand], 1, calls));

	const combine = contestantOf('combine');
	say(`${list} items combined, the same with n8n's own nodes, and without references`);
	const lists = await inRounds(async (round) => {
		const name = `Bench ${round}`;
		const listed = withReference(name, COMBINED, '={{ $json.user_id }}');
		const other = withReference(`${name} by hand`, COMBINED);
		await timesOf(place, [other], 1);
		const written = listByHand(place.stand, combine, await tableId(place.n8n, `${name} by hand`));
		return await timesOf(place, [listed, written, combine], list);
	});
	const toPlain = lists.map(([withThem, , without]) => [withThem, without]);

	say(`One item, ${fill * list} rows in the table, and none`);
	await timesOf(place, [withReference('Bench full', COMBINED)], list, fill);
	const fullness = await inRounds(async (round) => {
		const [full, empty] = ['Bench full', `Bench empty ${round}`];
		return await timesOf(place, [withReference(full, {}), withReference(empty, {})], 1, calls);
	});

	const items = `${list.toLocaleString('en')} items, combined`;
	const rows = `${(fill * list).toLocaleString('en')} rows in the table`;
	const BY_HAND = "n8n's own nodes, for the same rows";
	return [
		compared({ what: 'One item', with: BY_HAND, most: 1.3 }, singles),
		compared({ what: `One item, ${rows}`, with: 'An empty table', most: 1.5 }, fullness),
		compared({ what: items, with: BY_HAND, most: 1.5 }, lists),
		compared({ what: items, with: 'Without references', most: 2, isExplained: true }, toPlain),
	];
}

async function tableId(n8n: N8n, name: string): Promise<string> {
	const path = `/projects/${await n8n.projectId()}/data-tables`;
	const { data } = await n8n.rest<{ data: Array<{ id: string; name: string }> }>('GET', path);
	const table = data.find((one) => one.name === name);
	if (!table) throw new Error(`There is no data table '${name}'.`);
	return table.id;
}
