import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { broadcastFields } from '../descriptions/broadcasts';
import { noFindings } from '../domain/findings';
import type { Findings } from '../domain/findings';
import { isObject, kindOf } from '../domain/json';
import { BROADCASTS_PATH } from '../domain/targets';
import { readTime, wallText } from '../domain/time';
import { call } from '../transport/call';
import { readChoice, readFlag, readOption } from './choices';
import type { Parameters, Row } from './parameters';
import { forEachItem, MAXIMUM_WAIT } from './perItem';
import type { Result } from './perItem';

/** Lists what the Braze dashboard has scheduled. */
export async function getManyBroadcasts(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await forEachItem.call(
		this,
		async (parameters, item) => await list.call(this, parameters, item),
		broadcastFields,
	);
}

async function list(
	this: IExecuteFunctions,
	parameters: Parameters,
	item: number,
): Promise<Result> {
	const until = readTime(parameters.read('until', item), this.getTimezone());
	if ('problem' in until) {
		const description = 'Use a date like 2026-03-31';
		return { invalid: { message: `'Until' ${until.problem}`, description } };
	}
	const { year } = until.wall;
	if (year < 1000 || year > 9998) {
		const description = 'Use a date like 2026-03-31';
		return { invalid: { message: `'Until' is in the year ${year}`, description } };
	}
	const findings = noFindings();
	const all = readFlag(parameters.read('returnAll', item), 'Return All', findings);
	const isWanted = readFilters(parameters.collection('filters', item, findings), findings);
	const [problem] = findings.problems;
	if (problem) return { invalid: { message: problem.message, description: problem.hint ?? '' } };
	const limit = parameters.read('limit', item);
	if (!all && !(typeof limit === 'number' && limit >= 1)) {
		const description = "Use a number from 1, or turn on 'Return All'";
		return { invalid: { message: "'Limit' is not a number from 1", description } };
	}
	const result = await call.call(this, {
		path: BROADCASTS_PATH,
		// Braze stops at midnight UTC of this date, so the day after includes the whole last day.
		qs: { end_time: `${wallText(until.wall.plus({ days: 1 }).startOf('day'))}Z` },
		to: 'list upcoming broadcasts',
		maximumWait: MAXIMUM_WAIT,
	});
	if ('failure' in result) return result;
	const listed = result.body.scheduled_broadcasts;
	const rows = (Array.isArray(listed) ? listed : []).filter(
		(row) => isObject(row) && isWanted(row),
	) as IDataObject[];
	return { rows: all ? rows : rows.slice(0, limit as number) };
}

/** A filter whose expression found nothing would list everything, so it is refused. */
function readFilters(filters: Row, findings: Findings): (row: Row) => boolean {
	const kind = readOption(filters, 'kind', 'Kind', undefined, findings, (chosen) =>
		readChoice<string>(chosen, 'Kind', ['Campaign', 'Canvas'], findings),
	);
	const part = readOption(filters, 'name', 'Name Contains', '', findings, (text) => {
		if (typeof text === 'string' || typeof text === 'number') return String(text);
		const message = `'Name Contains' is ${kindOf(text)}, but it has to be text`;
		findings.refuse({ parameter: 'Name Contains', message });
		return '';
	});
	return ({ type, name }) =>
		(kind === undefined || type === kind) &&
		String(name ?? '')
			.toLowerCase()
			.includes(part.trim().toLowerCase());
}
