import type { Claims, Taken } from './claims';
import type { Wanted } from './contest';
import type { ClaimsOfRun } from './referenceRun';
import { byKey, currentOf, isAtWork, keyOf, readAt } from './rows';
import type { Store } from './store';

/** For a preview, which writes nothing: what other runs are at work on is seen as it was before. */
export const readOnly = (store: Pick<Store, 'read' | 'inSchedules'>): ClaimsOfRun => ({
	take: async function* <W extends Wanted>(wanted: W[]): ReturnType<Claims['take']> {
		yield await readAll(store, wanted);
	} as Claims['take'],
	announce: async () => await Promise.resolve({ owned: [] }),
	mayStillSend: () => false,
	settle: async () => await Promise.resolve({ lost: [] }),
	inSchedules: async (scheduleIds) => await store.inSchedules(scheduleIds),
	release: async () => await Promise.resolve(),
	close: async () => await Promise.resolve(),
});

async function readAll<W extends Wanted>(
	store: Pick<Store, 'read'>,
	wanted: W[],
): Promise<Array<Taken<W>>> {
	try {
		const found = await store.read(wanted.map(({ reference }) => reference));
		const rows = byKey(readAt(found, Date.now()));
		return wanted.map((one) => {
			const settled = (rows.get(keyOf(one)) ?? []).filter((row) => !isAtWork(row));
			return { wanted: one, is: 'owned', current: currentOf(settled) };
		});
	} catch (error) {
		return wanted.map((one) => ({ wanted: one, is: 'failed', error }));
	}
}
