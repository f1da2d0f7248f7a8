import type { Line } from '../host/install';
import { SEED } from '../sandbox/seed';
import { byId } from './byId';
import { day } from './day';
import { recipients } from './recipients';

/** The line of n8n that tests of a whole n8n run on. */
export const LINE: Line = process.env.N8N_LINE === '1.x' ? '1.x' : '2.x';

/** What n8n calls the installed node. */
export const NODE = 'n8n-nodes-braze-schedule.brazeSchedule';

/** Somebody without n8n in the cache waits for its installation here. */
export const SET_UP_LIMIT = 20 * 60_000;

/** The least that Create needs, for a user that comes with each item. */
export const createCampaign = {
	resource: 'campaign',
	operation: 'create',
	campaignId: byId(SEED.campaigns.orderReminder),
	sendTo: 'recipients',
	recipients: recipients('={{ $json.user }}'),
	scheduleMode: 'exact',
	time: `${day(10)}T09:00:00`,
};

/** Takes the steps of a set-up back, the last one first. None is left out because another fails. */
export async function cleanUp(undo: Array<() => Promise<unknown>>): Promise<void> {
	let failure: unknown;
	for (const step of [...undo].reverse()) {
		await step().catch((error: unknown) => (failure ??= error));
	}
	if (failure) throw failure;
}
