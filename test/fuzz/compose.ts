import type { IExecuteFunctions, INode, INodeProperties } from 'n8n-workflow';

import { create } from '../../nodes/BrazeSchedule/operations/create';
import { deleteSchedule } from '../../nodes/BrazeSchedule/operations/delete';
import { FormParameters } from '../../nodes/BrazeSchedule/form/parameters';
import { readSettings } from '../../nodes/BrazeSchedule/form/options';
import { update } from '../../nodes/BrazeSchedule/operations/update';
import { noFindings } from '../../nodes/BrazeSchedule/domain/findings';
import type { Findings } from '../../nodes/BrazeSchedule/domain/findings';
import { batchesOf } from '../../nodes/BrazeSchedule/domain/requests';
import { checkSize } from '../../nodes/BrazeSchedule/domain/sizes';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { WORKFLOW_ZONE } from './cases';
import type { Case } from './cases';

const OPERATIONS = { create, update, delete: deleteSchedule };

type Values = Case['parameters'];

/** Not through a getter, which may throw. */
const copyOf = (values: Values): Values =>
	Object.defineProperties({}, Object.getOwnPropertyDescriptors(values));

const isForm = (value: unknown): value is Values =>
	typeof value === 'object' &&
	value !== null &&
	[Object.prototype, null].includes(Object.getPrototypeOf(value) as object | null);

/** Like n8n, uses the default for what a form or a row doesn't include. */
function filledIn(fields: INodeProperties[], values: Values): Values {
	const filled = copyOf(values);
	for (const { name, type, default: preset, options = [] } of fields) {
		if (!(name in filled)) filled[name] = preset;
		const within: unknown = Object.getOwnPropertyDescriptor(filled, name)?.value;
		if (type !== 'fixedCollection' || !isForm(within)) continue;
		filled[name] = copyOf(within);
		for (const option of options) {
			const rows: unknown = Object.getOwnPropertyDescriptor(within, option.name)?.value;
			if (!('values' in option) || !Array.isArray(rows)) continue;
			(filled[name] as Values)[option.name] = Array.from(rows as unknown[], (row) =>
				isForm(row) ? filledIn(option.values, row) : row,
			);
		}
	}
	return filled;
}

/** What n8n does: every parameter is an expression, with these results. */
function reader(written: Values, fields: INodeProperties[]): IExecuteFunctions {
	const left = ['timezone', 'scheduleMode', 'reference'];
	const shown = fields.filter(({ name }) => !left.includes(name));
	const values = filledIn(shown, written);
	const asExpressions = (names: Values) =>
		Object.fromEntries(Object.keys(names).map((name) => [name, '={{ }}']));
	const { options } = values;
	const isBlank = !Object.hasOwn(written, 'reference');
	const parameters = {
		...asExpressions(values),
		// An expression that finds nothing would be refused.
		...(isBlank && { reference: '' }),
		...(isForm(options) && { options: asExpressions(options) }),
	};
	const context: Pick<IExecuteFunctions, 'getNode' | 'getTimezone' | 'getInputData'> & {
		getNodeParameter: (name: string, item: number, fallback: unknown) => unknown;
	} = {
		getNode: () => ({ parameters, type: 'brazeSchedule' }) as unknown as INode,
		getInputData: () => [],
		getTimezone: () => WORKFLOW_ZONE,
		getNodeParameter: (path, _, fallback) => {
			const [name, option] = path.split('.');
			if (!(name in values)) return fallback;
			return option === undefined ? values[name] : (values[name] as Values)[option];
		},
	};
	return context as unknown as IExecuteFunctions;
}

interface Composed extends Pick<Findings, 'problems' | 'warnings'> {
	/** The text of each request; none if there was a problem. */
	requests?: string[];
	reference?: string;
}

/** From parameters to the texts of the requests, without n8n and without a network. */
export function compose({ resource, operation, parameters: values }: Case, now: number): Composed {
	const fields = OPERATIONS[operation].fields(TARGETS[resource]);
	const parameters = new FormParameters(reader(values, fields), fields);
	const findings = noFindings();
	readSettings(parameters, 1, findings);
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
	return { problems, warnings, requests, reference: draft.under?.reference };
}
