import type { IDataObject, IExecuteFunctions, INodeExecutionData } from 'n8n-workflow';

import { broadcastFields } from '../form/broadcasts';
import type { Findings } from '../domain/findings';
import { isObject, kindOf } from '../domain/json';
import { BROADCASTS_PATH } from '../domain/targets';
import { days, readTime, utcText } from '../domain/time';
import { call } from '../transport/call';
import { remarksIn } from '../transport/outcome';
import { readChoice, readFlag, readOption } from '../form/values';
import type { Parameters, Row } from '../form/parameters';
import { forEachItem, MAXIMUM_WAIT } from './forEachItem';
import type { Result } from './forEachItem';

interface Wanted {
	endTime: string;
	limit: number;
	isWanted: (row: Row) => boolean;
}

/** Lists what the Braze dashboard has scheduled. */
export async function getManyBroadcasts(this: IExecuteFunctions): Promise<INodeExecutionData[]> {
	return await forEachItem<Wanted>(this, {
		fields: broadcastFields,
		read: readWanted,
		ask: async (wanted) => await list.call(this, wanted),
	});
}

function readWanted(parameters: Parameters, item: number, findings: Findings): Wanted {
	const endTime = readUntil(parameters, item, findings);
	const all = readFlag(parameters.read('returnAll', item), 'Return All', findings);
	const isWanted = readFilters(parameters.collection('filters', item, findings), findings);
	const limit = all ? Infinity : parameters.read('limit', item);
	if (!(typeof limit === 'number' && limit >= 1)) {
		const hint = "Use a number from 1, or turn on 'Return All'";
		findings.refuse({ parameter: 'Limit', message: "'Limit' is not a number from 1", hint });
	}
	return { endTime, limit: limit as number, isWanted };
}

/** Braze stops at midnight UTC, so the day after includes the whole last day. */
function readUntil(parameters: Parameters, item: number, findings: Findings): string {
	const parameter = 'Until';
	const hint = 'Use a date like 2026-03-31';
	const read = readTime(parameters.read('until', item), parameters.workflowZone);
	if ('problem' in read) {
		findings.refuse({ parameter, message: `'${parameter}' ${read.problem}`, hint });
		return '';
	}
	const { year } = read.wall;
	if (year < 1000 || year > 9998) {
		findings.refuse({ parameter, message: `'${parameter}' is in the year ${year}`, hint });
		return '';
	}
	// The day of a moment in UTC may be another one than on the clock: the list ends before neither.
	const lastDay = Math.max(read.wall.toMillis(), read.instant ?? 0);
	return utcText(Math.floor(lastDay / DAY) * DAY + DAY);
}

const DAY = days(1);

async function list(
	this: IExecuteFunctions,
	{ endTime, limit, isWanted }: Wanted,
): Promise<Result> {
	const result = await call.call(this, {
		path: BROADCASTS_PATH,
		qs: { end_time: endTime },
		to: 'list upcoming broadcasts',
		maximumWait: MAXIMUM_WAIT,
		confirms: ({ scheduled_broadcasts: listed }) => Array.isArray(listed),
	});
	if ('failure' in result) return result;
	const remarks = remarksIn(result.body);
	if (remarks.length > 0) {
		this.addExecutionHints({
			message: remarks.join('. '),
			type: 'warning',
			location: 'outputPane',
		});
	}
	const rows = (result.body.scheduled_broadcasts as unknown[]).filter(
		(row) => isObject(row) && isWanted(row),
	) as IDataObject[];
	return { rows: rows.slice(0, limit) };
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
