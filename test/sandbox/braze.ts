import { SEED, startSandbox } from '../../sandbox';

type Sandbox = Awaited<ReturnType<typeof startSandbox>>;
type Options = NonNullable<Parameters<typeof startSandbox>[0]>;

type Json = ReturnType<typeof JSON.parse>;

export interface Reply {
	status: number;
	headers: Headers;
	text: string;
	/** The body as JSON; undefined if it isn't JSON. */
	json: Json;
}

/** The time at which most of these tests run. */
export const NOON = '2026-03-10T12:00:00.000Z';

export const CAMPAIGN = SEED.campaigns.orderReminder;
export const CANVAS = SEED.canvases.onboarding;

export const paths = {
	campaign: {
		create: '/campaigns/trigger/schedule/create',
		update: '/campaigns/trigger/schedule/update',
		delete: '/campaigns/trigger/schedule/delete',
	},
	canvas: {
		create: '/canvas/trigger/schedule/create',
		update: '/canvas/trigger/schedule/update',
		delete: '/canvas/trigger/schedule/delete',
	},
};

/** A valid create, apart from the test's changes. */
export const campaignCreate = (changes: object = {}) => ({
	campaign_id: CAMPAIGN,
	recipients: [{ external_user_id: 'ada' }],
	schedule: { time: '2026-03-11T09:00:00Z' },
	...changes,
});

export const canvasCreate = (changes: object = {}) => ({
	canvas_id: CANVAS,
	recipients: [{ external_user_id: 'ada' }],
	schedule: { time: '2026-03-11T09:00:00Z' },
	...changes,
});

export const people = (count: number) =>
	Array.from({ length: count }, (_, index) => ({ external_user_id: `person-${index}` }));

/** Starts a sandbox whose clock is stopped at noon. Every test begins with an empty one. */
export function useSandbox(options: Options = {}) {
	let sandbox: Sandbox;
	beforeAll(async () => {
		sandbox = await startSandbox({ now: NOON, frozen: true, ...options });
	});
	beforeEach(() => sandbox.reset());
	afterAll(async () => await sandbox.close());

	const request = async (path: string, init: RequestInit = {}): Promise<Reply> => {
		const response = await fetch(sandbox.url + path, {
			redirect: 'manual',
			...init,
			headers: { Authorization: `Bearer ${sandbox.key}`, ...init.headers },
		});
		const text = await response.text();
		return { status: response.status, headers: response.headers, text, json: parsed(text) };
	};

	return {
		get sandbox() {
			return sandbox;
		},
		get: request,
		post: async (path: string, body: unknown, headers: Record<string, string> = {}) =>
			await request(path, {
				method: 'POST',
				body: typeof body === 'string' ? body : JSON.stringify(body),
				headers: { 'Content-Type': 'application/json', ...headers },
			}),
	};
}

function parsed(text: string): Json {
	try {
		return JSON.parse(text);
	} catch {
		return undefined;
	}
}
