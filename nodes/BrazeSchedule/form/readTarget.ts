import type { Findings } from '../domain/findings';
import { readId } from '../domain/requests';
import type { Target } from '../domain/targets';
import type { Parameters } from './parameters';

/** Which campaign or Canvas it is about. */
export const readTarget = (
	{ idParameter, displayName, label }: Target,
	parameters: Parameters,
	item: number,
	findings: Findings,
): string =>
	readId(
		parameters.read(idParameter, item),
		displayName,
		`Choose the ${label} from the list, or paste its API identifier`,
		findings,
	);
