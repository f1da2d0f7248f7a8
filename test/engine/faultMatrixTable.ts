import { table } from '../../scripts/markdown';
import { OPERATIONS } from './faultMatrix';
import type { Cell } from './faultMatrix';

const TABLES = [
	['create', 'Create', 'scheduled'],
	['update', 'Update', 'moved'],
	['delete', 'Delete', 'canceled'],
] as const;

const count = (numbers: number[], wanted: (times: number) => boolean) =>
	numbers.filter(wanted).length;

/** The cells as Markdown, without anything that differs between runs. */
export function markdown(cells: Cell[]): string {
	const rounds = cells.flatMap(({ first, again }) => (again ? [first, again] : [first]));
	const of = (wanted: (operation: string) => boolean) =>
		cells.flatMap(({ operation, first, again }) =>
			wanted(operation) ? [first, ...(again ? [again] : [])] : [],
		);
	const creates = of((operation) => operation.endsWith('create'));
	const others = of((operation) => operation !== 'upcomingBroadcast getAll');
	const find = (operation: string, fault: string, continueOnFail: boolean) =>
		cells.find(
			(cell) =>
				cell.operation === operation &&
				cell.fault === fault &&
				cell.continueOnFail === continueOnFail,
		) as Cell;
	const names = [...new Set(cells.map(({ fault }) => fault))];

	const lines = [
		table(
			['Figure', 'Value'],
			[
				['Operations × faults × (stop, *Continue*)', `${OPERATIONS.length} × ${names.length} × 2`],
				['Executions', `${cells.length}, and ${rounds.length - cells.length} retried`],
				[
					'Recipients scheduled twice',
					`${count(
						creates.flatMap(({ times }) => times),
						(one) => one > 1,
					)}`,
				],
				[
					'Other items of the execution sent again',
					`${count(
						others.flatMap(({ requests }) => [requests[0], requests[2]]),
						(one) => one > 1,
					)}`,
				],
				['Executions in which the key was found', `${rounds.filter((one) => one.leaked).length}`],
				['Success reported, but nothing done', `${falseClaims(cells, 'done', false)}`],
				['Refusal reported, but something done', `${falseClaims(cells, 'refused', true)}`],
			],
		),
	];
	for (const [verb, title, done] of TABLES) {
		lines.push(
			'',
			`### ${title}`,
			'',
			table(
				["Braze's answer", `Really ${done}`, 'What the item says', 'After the retry'],
				names.map((name) => {
					// Both resources have the same result, which the test checks.
					const told = find(`campaign ${verb}`, name, true).first;
					const { again } = find(`campaign ${verb}`, name, false);
					return [
						name,
						told.done ? 'yes' : 'no',
						told.words,
						again ? `${done}: ${again.done ? 'yes' : 'no'}; says ${again.told}` : '',
					];
				}),
			),
		);
	}
	lines.push(
		'',
		'### Get Many',
		'',
		table(
			["Braze's answer", 'What the item says'],
			names.map((name) => [name, find('upcomingBroadcast getAll', name, true).first.words]),
		),
	);
	return lines.join('\n');
}

export const falseClaims = (cells: Cell[], told: string, done: boolean): number =>
	cells
		.filter(({ operation }) => operation !== 'upcomingBroadcast getAll')
		.flatMap(({ first, again }) => (again ? [first, again] : [first]))
		.filter((round) => round.told === told && round.done === done).length;
