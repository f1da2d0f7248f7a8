import { readId } from '../domain/requests';
import type { Existing } from '../domain/requests';
import type { Reading } from '../operations/operation';

const FROM_CREATE =
	"It is in the Create node's output. Connect this node to it, or keep that item where this workflow can find it";

/** The schedule that Update and Delete are about. */
export function readExisting(reading: Reading): Existing {
	const { target, parameters, item, findings } = reading;
	// Here so that options that fail are this item's own problem.
	parameters.options(item, findings);
	const text = (parameter: string, label: string) =>
		readId(parameters.read(parameter, item), label, FROM_CREATE, findings);
	return {
		item,
		target,
		id: text(target.idParameter, target.displayName),
		scheduleId: text('scheduleId', 'Schedule ID'),
	};
}
