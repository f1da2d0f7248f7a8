import { COLUMNS } from '../nodes/BrazeSchedule/memory/columns';
import {
	alwaysOn,
	deleteRows,
	getRows,
	inlineWorkflow,
	insertRows,
	once,
	updateRows,
} from '../nodes/BrazeSchedule/memory/inlineWorkflow';
import type { Condition, Step } from '../nodes/BrazeSchedule/memory/inlineWorkflow';
import type { WorkflowNode } from '../host/workflows';
import { contestantOf } from './contestants';
import type { Contestant, Stand } from './contestants';

/** What references read and write, built with n8n's own nodes around the node without references. */

const step = (name: string, type: string, typeVersion: number, parameters: object) =>
	({ name, type, typeVersion, parameters }) as WorkflowNode;

const set = (name: string, jsonOutput: string) =>
	step(name, 'n8n-nodes-base.set', 3.4, { mode: 'raw', jsonOutput, options: {} });

const call = (name: string, steps: Step[]) =>
	step(name, 'n8n-nodes-base.executeWorkflow', 1, {
		source: 'parameter',
		workflowJson: JSON.stringify(inlineWorkflow({ id: '', name }, steps)),
		options: {},
	});

const equals = (column: Condition['column'], value: Condition['value']): Condition => ({
	column,
	is: 'eq',
	value,
});

const EMPTY = Object.fromEntries(
	COLUMNS.map(({ name, type }) => [name, type === 'string' ? 'text' : null]),
);

const SENDING = { state: 'sending', version: 1, deed: 'create' } as const;

const marksOf = (claim: Condition['value'], state: 'claiming' | 'sending'): Condition[] => [
	equals('claim', claim),
	equals('part', 0),
	equals('state', state),
];

/** One item that is new: a call before its request, and one after it. */
export function singleByHand(stand: Stand, contestant: Contestant, table: string): Contestant {
	const asText = JSON.stringify({
		...EMPTY,
		...{ reference: '{{ $json.user_id }}@{{ $execution.id }}', claim: '{{ $execution.id }}' },
		...{ part: 0, version: 0, state: 'claiming' },
	});
	const START = "$('Start').first().json";
	const ofReference = equals('reference', { expression: `${START}.reference` });
	const claim = { expression: `${START}.claim` };
	const ofOthers: Condition = { column: 'claim', is: 'neq', value: claim };
	const again = "={{ JSON.stringify($('Cells').first().json) }}";
	const [node] = contestantOf('combine').steps?.(stand) ?? [];
	const plain = { ...node, name: 'Braze Schedule' };
	return {
		...contestant,
		id: 'by hand',
		name: "n8n's own nodes",
		steps: () => [
			set('Cells', `=${asText}`),
			call('Claim', [
				insertRows(table),
				alwaysOn(once(getRows(table, { conditions: [ofReference, ofOthers] }))),
				once(updateRows(table, marksOf(claim, 'claiming'), SENDING)),
				once(getRows(table, { conditions: [ofReference] })),
			]),
			{ ...plain, parameters: { ...plain.parameters, recipients: ofTheContact(plain) } },
			set('Outputs', again),
			call('Settle', [insertRows(table), once(deleteRows(table, marksOf(claim, 'sending')))]),
		],
	};
}

/** A list: as many rows in three calls, after its requests. Nothing is read back but one row. */
export function listByHand(stand: Stand, contestant: Contestant, table: string): Contestant {
	const claim = 'of the list';
	const cells = JSON.stringify({ ...EMPTY, claim, part: 0, version: 0, state: 'claiming' });
	const settled = JSON.stringify({ ...EMPTY, claim: 'of another', part: null, state: 'scheduled' });
	return {
		...contestant,
		id: `list by hand ${table}`,
		name: "n8n's own nodes, for a list",
		steps: () => [
			...(contestant.steps?.(stand) ?? []),
			set('Cells', cells),
			call('Claim', [
				insertRows(table),
				once(getRows(table, { conditions: [equals('claim', claim)] }, { limit: 1 })),
			]),
			call('Announce', [updateRows(table, marksOf(claim, 'claiming'), SENDING)]),
			set('Outputs', settled),
			call('Settle', [insertRows(table), once(deleteRows(table, marksOf(claim, 'sending')))]),
		],
	};
}

/** The item is another one by then. */
const ofTheContact = ({ parameters }: WorkflowNode): unknown =>
	JSON.parse(
		JSON.stringify(parameters.recipients).replaceAll('$json.', "$('Contacts').first().json."),
	);
