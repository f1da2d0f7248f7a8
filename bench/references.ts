import { COLUMNS } from '../nodes/BrazeSchedule/memory/columns';
import {
	deleteRows,
	getRows,
	inlineWorkflow,
	insertRows,
	once,
	updateRows,
} from '../nodes/BrazeSchedule/memory/inlineWorkflow';
import type { Condition, Step } from '../nodes/BrazeSchedule/memory/inlineWorkflow';
import type { N8n } from '../host/n8n';
import type { WorkflowNode } from '../host/workflows';
import { contestantOf } from './contestants';
import type { Contestant, Stand } from './contestants';
import { publish, runOnce } from './measure';
import { median } from './statistics';

/** What references cost, as ratios: the machine has a part in every figure. */
export interface ReferenceCosts {
	/** Many items with a reference each, combined, to the same without. */
	list: number;
	/** One item with a reference, to n8n's own nodes that read and write the same. */
	single: number;
	/** One item with a reference in a full table, to an empty one. */
	full: number;
}

export const MOST: ReferenceCosts = { list: 2, single: 1.3, full: 1.5 };

export interface Extent {
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

const withReference = (table: string, options: object): Contestant => {
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
					reference: REFERENCE,
					options: { ...options, dataTable: table },
				},
			})),
	};
};

const COMBINED = { combine: 'perItem', concurrency: 64 };

async function timeOf({ n8n, stand }: Place, contestant: Contestant, count: number, times = 1) {
	const workflow = await publish(n8n, stand, contestant);
	// The first execution opens the table.
	await runOnce(n8n, workflow, 1);
	const took: number[] = [];
	for (let call = 0; call < times; call += 1) {
		const { execution, from, to } = await runOnce(n8n, workflow, count);
		if (execution.status !== 'success') {
			throw new Error(`${contestant.name}: ${execution.data.resultData.error?.message}`);
		}
		took.push(to - from);
	}
	return median(took);
}

/** Their times in milliseconds, within each round one after the other. */
async function inRounds(
	rounds: number,
	measure: Array<(round: number) => Promise<number>>,
): Promise<number[][]> {
	const found: number[][] = [];
	for (let round = 0; round < rounds; round += 1) {
		const times: number[] = [];
		for (const one of measure) times.push(await one(round));
		found.push(times);
	}
	return found;
}

const ratioOf = (rounds: number[][]): number => median(rounds.map(([one, other]) => one / other));

const shown = (rounds: number[][]): string =>
	rounds.map((times) => times.map((ms) => `${Math.round(ms)} ms`).join(' to ')).join(', ');

export async function referenceCosts(place: Place, extent: Extent): Promise<ReferenceCosts> {
	const { say } = place;
	const { list, fill, rounds, calls } = extent;
	const one = withReference('Bench single', {});
	const byHand = await handMade(place, 'Bench single', one);
	const singles = await inRounds(rounds, [
		async () => await timeOf(place, one, 1, calls),
		async () => await timeOf(place, byHand, 1, calls),
	]);
	say(`One item, with a reference to n8n's own nodes: ${shown(singles)}`);

	const combine = contestantOf('combine');
	const lists = await inRounds(rounds, [
		async (round) => await timeOf(place, withReference(`Bench ${round}`, COMBINED), list),
		async () => await timeOf(place, combine, list),
	]);
	say(`${list} items combined, with references to without: ${shown(lists)}`);

	const empty: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		empty.push(await timeOf(place, withReference(`Bench empty ${round}`, {}), 1, calls));
	}
	await timeOf(place, withReference('Bench full', COMBINED), list, fill);
	const full: number[] = [];
	for (let round = 0; round < rounds; round += 1) {
		full.push(await timeOf(place, withReference('Bench full', {}), 1, calls));
	}
	say(`One item, ${fill * list} rows to an empty table: ${shown([[median(full), median(empty)]])}`);
	return {
		list: ratioOf(lists),
		single: ratioOf(singles),
		full: median(full) / median(empty),
	};
}

const step = (name: string, type: string, typeVersion: number, parameters: object) =>
	({ name, type, typeVersion, parameters }) as WorkflowNode;

const equals = (column: Condition['column'], value: Condition['value']): Condition => ({
	column,
	is: 'eq',
	value,
});

/** The same reads and writes, and the same request, with n8n's own nodes around the node without a reference. */
async function handMade(place: Place, table: string, with1: Contestant): Promise<Contestant> {
	await timeOf(place, with1, 1);
	const id = await tableId(place.n8n, table);
	const cells = Object.fromEntries(
		COLUMNS.map(({ name, type }) => [name, type === 'string' ? 'text' : null]),
	);
	const asText = JSON.stringify({
		...cells,
		...{ reference: '{{ $json.user_id }}@{{ $execution.id }}', claim: '{{ $execution.id }}' },
		...{ part: 0, version: 0, state: 'claiming' },
	});
	const START = "$('Start').first().json";
	const ofReference = equals('reference', { expression: `${START}.reference` });
	const ofClaim = equals('claim', { expression: `${START}.claim` });
	const call = (name: string, steps: Step[]) =>
		step(name, 'n8n-nodes-base.executeWorkflow', 1, {
			source: 'parameter',
			workflowJson: JSON.stringify(inlineWorkflow({ id: '', name }, steps)),
			options: {},
		});
	const set = (name: string, json: string) =>
		step(name, 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput: `=${json}`, options: {} });
	const again = "{{ JSON.stringify($('Cells').first().json) }}";
	const [node] = contestantOf('combine').steps?.(place.stand) ?? [];
	const [inputs, plain] = [set('Inputs', again), { ...node, name: 'Braze Schedule' }];
	return {
		...with1,
		id: 'by hand',
		name: "n8n's own nodes",
		steps: () => [
			set('Cells', asText),
			call('Claim', [insertRows(id), once(getRows(id, { conditions: [ofReference] }))]),
			inputs,
			call('Announce', [
				updateRows(id, [ofClaim, equals('part', 0), equals('state', 'claiming')], {
					...{ state: 'sending', version: 1, deed: 'create' },
				}),
			]),
			{ ...plain, parameters: { ...plain.parameters, recipients: ofTheContact(plain) } },
			set('Outputs', again),
			call('Settle', [
				insertRows(id),
				once(deleteRows(id, [ofClaim, equals('part', 0), equals('state', 'sending')])),
			]),
		],
	};
}

/** The item is another one by then. */
const ofTheContact = ({ parameters }: WorkflowNode): unknown =>
	JSON.parse(
		JSON.stringify(parameters.recipients).replaceAll('$json.', "$('Contacts').first().json."),
	);

async function tableId(n8n: N8n, name: string): Promise<string> {
	const path = `/projects/${await n8n.projectId()}/data-tables`;
	const { data } = await n8n.rest<{ data: Array<{ id: string; name: string }> }>('GET', path);
	const table = data.find((one) => one.name === name);
	if (!table) throw new Error(`There is no data table '${name}'.`);
	return table.id;
}
