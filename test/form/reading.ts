import type { IExecuteFunctions, INodeProperties } from 'n8n-workflow';

import type { Findings } from '../../nodes/BrazeSchedule/domain/findings';
import { TARGETS } from '../../nodes/BrazeSchedule/domain/targets';
import { FormParameters } from '../../nodes/BrazeSchedule/form/parameters';
import type { Reading } from '../../nodes/BrazeSchedule/form/reading';
import type { Values } from '../../nodes/BrazeSchedule/form/rows';
import { read } from '../domain/read';

export const ZONE = 'Europe/Berlin';
const NOW = Date.UTC(2026, 0, 15);

/** What a workflow has in its fields, and what its expressions result in. */
export interface Filled {
	/** As saved: fixed values and expressions. */
	raw: Values;
	/** The results of the expressions. */
	found?: Values;
}

export function parametersOf(
	{ raw, found = {} }: Filled,
	fields: INodeProperties[],
): FormParameters {
	const context = {
		getNode: () => ({ parameters: raw, type: 'brazeSchedule' }),
		getInputData: () => [],
		getTimezone: () => ZONE,
		getNodeParameter: (path: string, _: number, fallback: unknown) => {
			const [name, option] = path.split('.');
			const within = (values: Values) =>
				option === undefined ? values[name] : (values[name] as Values | undefined)?.[option];
			if (path in found) return found[path];
			return name in raw ? within(raw) : fallback;
		},
	};
	return new FormParameters(context as unknown as IExecuteFunctions, fields);
}

/** What a reader makes of the fields, and what it says about them. */
export const readFrom = <T>(
	filled: Filled,
	fields: INodeProperties[],
	rule: (reading: Reading) => T,
) =>
	read((findings: Findings) =>
		rule({
			target: TARGETS.campaign,
			parameters: parametersOf(filled, fields),
			item: 0,
			json: {},
			findings,
			now: NOW,
		}),
	);
