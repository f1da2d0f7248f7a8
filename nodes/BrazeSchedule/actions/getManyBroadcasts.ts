import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { isObject } from '../domain/json';
import { BROADCASTS_PATH } from '../domain/targets';
import { readTime, wallText } from '../domain/time';
import { call } from '../transport/call';
import type { Parameters, Row } from './parameters';
import { forEachItem, MAXIMUM_WAIT } from './perItem';
import type { Result } from './perItem';

/** Lists what the Braze dashboard has scheduled. */
export async function getManyBroadcasts(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await forEachItem.call(
		this,
		async (parameters, item) => await list.call(this, parameters, item),
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
	const limit = parameters.read('limit', item);
	const all = parameters.read('returnAll', item) === true;
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
	const { kind, name } = (parameters.read('filters', item) ?? {}) as Row;
	const wanted = typeof name === 'string' ? name.trim().toLowerCase() : '';
	const listed = result.body.scheduled_broadcasts;
	const rows = (Array.isArray(listed) ? listed : []).filter(
		(row) =>
			isObject(row) &&
			(!kind || row.type === kind) &&
			String(row.name ?? '')
				.toLowerCase()
				.includes(wanted),
	) as IDataObject[];
	return { rows: all ? rows : rows.slice(0, limit as number) };
}
