import type { Draft } from '../domain/drafts';
import type { Reading } from './reading';

/**
 * Create passes on an item that it skips, or that another item replaces, without a schedule ID.
 * There is nothing to move or cancel for it, and it must not affect the other items.
 */
export function readPassedOn(
	{ target, parameters, item, json }: Reading,
	operation: Draft['operation'],
): Draft | undefined {
	// A reference finds what there is, whatever the incoming item says.
	if (!parameters.has('scheduleId')) return undefined;
	const scheduleId = parameters.read('scheduleId', item) ?? '';
	const { status } = json;
	const isLeftOut = status === 'skipped' || status === 'superseded';
	if (!isLeftOut || scheduleId !== '') return undefined;
	const body = { [target.idField]: json[target.idField] ?? null, schedule_id: null };
	return { item, target, operation, body, passedOn: status, warnings: [] };
}
