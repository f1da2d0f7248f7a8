import type { IExecuteFunctions, INode } from 'n8n-workflow';

import { create } from '../../nodes/BrazeSchedule/actions/create.operation';
import { deleteSchedule } from '../../nodes/BrazeSchedule/actions/delete.operation';
import { Parameters } from '../../nodes/BrazeSchedule/actions/parameters';
import { readSettings } from '../../nodes/BrazeSchedule/actions/settings';
import { update } from '../../nodes/BrazeSchedule/actions/update.operation';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import type { Findings } from '../../nodes/BrazeSchedule/domain/findings';
import { batchesOf, checkSize } from '../../nodes/BrazeSchedule/domain/requests';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { WORKFLOW_ZONE } from './cases';
import type { Case } from './cases';

const OPERATIONS = { create, update, delete: deleteSchedule };

/** n8n's part: every parameter is an expression, and this is what each came to. */
function reader(values: Case['parameters']): IExecuteFunctions {
	const parameters = Object.fromEntries(Object.keys(values).map((name) => [name, '={{ }}']));
	const context: Pick<IExecuteFunctions, 'getNode' | 'getTimezone'> & {
		getNodeParameter: (name: string, item: number, fallback: unknown) => unknown;
	} = {
		getNode: () => ({ parameters }) as unknown as INode,
		getTimezone: () => WORKFLOW_ZONE,
		getNodeParameter: (name, _, fallback) => (name in values ? values[name] : fallback),
	};
	return context as unknown as IExecuteFunctions;
}

interface Composed extends Pick<Findings, 'problems' | 'warnings'> {
	/** The text of each request; none of them when something stood in the way. */
	requests?: string[];
	deduplicationKey?: string;
}

/** From parameters to the texts of the requests, without n8n and without a network. */
export function compose({ resource, operation, parameters: values }: Case, now: number): Composed {
	const parameters = new Parameters(reader(values));
	const findings = noFindings();
	readSettings(parameters, findings);
	if (findings.problems.length > 0) return findings;
	const draft = OPERATIONS[operation].compose({
		target: TARGETS[resource],
		parameters,
		item: 0,
		json: {},
		findings,
		now,
	});
	if (draft && findings.problems.length === 0) checkSize(draft, findings);
	const { problems, warnings } = findings;
	if (!draft || problems.length > 0) return { problems, warnings };
	const requests = batchesOf(draft).map(({ body }) => JSON.stringify(body));
	return { problems, warnings, requests, deduplicationKey: draft.deduplicationKey };
}
