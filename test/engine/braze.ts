import { DateTime } from 'luxon';

import { startSandbox } from '../../sandbox';
import type { Recipient, Sandbox, ScheduleObject } from '../../sandbox';
import { SEED } from '../../sandbox/seed';
import { byId } from '../byId';
import { day } from '../day';
import { recipients } from '../recipients';
import { runNode } from './harness';
import type { RunNodeOptions, RunNodeResult } from './harness';

type Options = Parameters<typeof startSandbox>[0];

/** One sandbox for all tests of a file, reset before each. */
export function useBraze(options: Options = {}): () => Sandbox {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox(options);
	});
	beforeEach(() => {
		sandbox.reset();
	});
	afterAll(async () => {
		await sandbox.close();
	});
	return () => sandbox;
}

export const { orderReminder, welcomeOffer } = SEED.campaigns;
export const { onboarding } = SEED.canvases;

/** A moment far enough away for every rule, and within 90 days. */
export const SOON = `${day(14)}T09:00:00`;

/** The same day, eight hours later. */
export const LATER = SOON.replace('T09', 'T17');

const ZONE = 'Europe/Berlin';

/** A local time of {@link run}'s workflows, as Braze receives it. */
export const inBerlin = (wall: string) =>
	DateTime.fromISO(wall, { zone: ZONE }).toUTC().toFormat("yyyy-MM-dd'T'HH:mm:ss'Z'");

export const credentialFor = (sandbox: Sandbox, apiKey = sandbox.key) => ({
	brazeApi: { instance: 'custom', customUrl: sandbox.url, apiKey },
});

export { byId, recipients };

/** One campaign, one recipient, one time: the required fields of Create. */
export const createCampaign = {
	resource: 'campaign',
	operation: 'create',
	campaignId: byId(orderReminder),
	sendTo: 'recipients',
	recipients: recipients('ada'),
	scheduleMode: 'exact',
	time: SOON,
};

export const createCanvas = {
	...createCampaign,
	resource: 'canvas',
	campaignId: undefined,
	canvasId: byId(onboarding),
};

/** The person of each item. */
export const ofEachItem = recipients('={{ $json.external_user_id }}');

/** As many as there are items: each brings a person. */
export const perItem = { ...createCampaign, recipients: ofEachItem };

/** What a tool leaves to the model: whom, and when. */
export const createForModel = {
	...createCampaign,
	reference: '',
	recipientsInput: 'fields',
	recipients: recipients("={{ $fromAI('person') }}"),
	time: "={{ $fromAI('time') }}",
};

/** Items that bring these people. */
export const people = (...ids: Array<string | null>) =>
	ids.map((external_user_id) => ({ external_user_id }));

/** Items that bring user-0, user-1, … */
export const many = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ external_user_id: `user-${index}` }));

export async function run(
	sandbox: Sandbox,
	parameters: RunNodeOptions['parameters'],
	options: Partial<RunNodeOptions> = {},
): Promise<RunNodeResult> {
	return await runNode({
		credentials: credentialFor(sandbox),
		timezone: ZONE,
		parameters,
		...options,
	});
}

/**
 * The Stop button, pressed once this holds. A little later, so that the node knows it too: on a busy
 * machine, a moment counted from the start would come before the first request.
 */
export function stopOnce(holds: () => boolean): AbortSignal {
	const stop = new AbortController();
	const look = setInterval(() => {
		if (!holds()) return;
		clearInterval(look);
		setTimeout(() => stop.abort(), 100);
	}, 5);
	look.unref();
	return stop.signal;
}

/** Whether a request was answered with this status. */
export const answered = (sandbox: Sandbox, status: number) =>
	sandbox.requests.some((request) => request.status === status);

/** The parts of a request that tests check. */
interface SentBody {
	recipients: Recipient[];
	schedule: ScheduleObject;
	trigger_properties: Record<string, unknown>;
	send_id?: string;
}

/** The bodies of the schedule requests that arrived, in order. */
export const bodies = (sandbox: Sandbox) => sandbox.writes.map(({ body }) => body as SentBody);
