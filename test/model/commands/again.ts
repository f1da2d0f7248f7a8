/** The retry button, in both of n8n's forms. */
import { retryExecution } from '../../engine/harness';
import type { Fault } from '../faults';
import type { Lineage } from '../state';
import type { World } from '../world';

export async function retry(world: World, lineage: Lineage | undefined, faults: Fault[]) {
	const failed = lineage?.executions.at(-1)?.result;
	if (!lineage || !failed || failed.finished) return undefined;
	lineage.arm(faults);
	lineage.executions.push(
		await world.record('the retry button', async () => await retryExecution(failed)),
	);
	return lineage;
}

/** n8n offers the button on every failed execution, even after a later retry got further. */
export async function retryOlder(world: World, lineage: Lineage | undefined) {
	if (!lineage?.ask || lineage.executions.length < 2) return undefined;
	const [{ result }] = lineage.executions;
	lineage.executions.push(
		await world.record('a retry of an older execution', async () => await retryExecution(result)),
	);
	return lineage;
}
