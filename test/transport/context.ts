import { sleep } from 'n8n-workflow';
import type {
	IAdditionalCredentialOptions,
	IExecuteFunctions,
	IHttpRequestOptions,
} from 'n8n-workflow';

import type { Answer } from '../../nodes/BrazeSchedule/transport/answer';
import type { Outcome } from '../../nodes/BrazeSchedule/transport/outcome';

export interface Sent {
	options: IHttpRequestOptions;
	/** Milliseconds since the start, by the pretend clock. */
	at: number;
	/** The same for every try of one request. */
	body: string;
	/** How many requests were under way, this one included. */
	underWay: number;
}

export interface Reply {
	statusCode: number;
	headers?: Record<string, unknown>;
	body?: unknown;
	/** How long it takes. */
	after?: number;
	/** How long its body takes then. */
	bodyAfter?: number;
}

/** The hour at which every test begins; sleeping takes no time, and nothing is left to chance. */
export const START = Date.UTC(2026, 2, 31, 9);
/** What backing off takes then, try by try. */
export const BACKOFF = [375, 750, 1500, 3000, 6000, 12_000];
export const MINUTE = 60_000;
/** What comes on top of the end of a window. */
export const JITTER = 250;

export function pretendClock(): void {
	beforeEach(() => {
		jest.useFakeTimers({ now: START });
		jest.spyOn(Math, 'random').mockReturnValue(0.5);
	});
	afterEach(() => {
		jest.restoreAllMocks();
		jest.useRealTimers();
	});
}

/** What comes of a promise, however long it sleeps. */
export async function outcomeOf<T>(promise: Promise<T>): Promise<T> {
	const settled = promise.then(
		(value) => () => value,
		(error: unknown) => () => {
			throw error;
		},
	);
	await jest.runAllTimersAsync();
	return (await settled)();
}

export const CREDENTIAL = { instance: 'us-01', apiKey: 'the-key' };

export const CONNECTION = {
	url: 'https://rest.iad-01.braze.com',
	key: CREDENTIAL.apiKey,
	credential: CREDENTIAL,
};

export interface Setting {
	credential?: object;
	/** When somebody presses Stop. */
	cancelAfter?: number;
	/** Whether n8n knows of canceling at all. */
	cancellable?: boolean;
}

/** As much of n8n as the transport asks for: its HTTP helper, the credential and the cancel button. */
export function context(
	reply: (request: Sent, earlier: Sent[]) => Reply | Error,
	{ credential = CREDENTIAL, cancelAfter, cancellable = true }: Setting = {},
) {
	const sent: Sent[] = [];
	let decrypted = 0;
	const cancel = new AbortController();
	if (cancelAfter === 0) cancel.abort();
	else if (cancelAfter !== undefined) void sleep(cancelAfter).then(() => cancel.abort());
	let underWay = 0;
	const self = {
		getExecutionCancelSignal: () => (cancellable ? cancel.signal : undefined),
		async getCredentials(name: string) {
			expect(name).toBe('brazeApi');
			decrypted += 1;
			return credential;
		},
		helpers: {
			async httpRequestWithAuthentication(
				this: unknown,
				credentialType: string,
				options: IHttpRequestOptions,
				{ credentialsDecrypted }: IAdditionalCredentialOptions,
			) {
				expect(this).toBe(self);
				expect(credentialType).toBe('brazeApi');
				// Otherwise n8n decrypts it for every request.
				expect(credentialsDecrypted?.data).toBe(credential);
				underWay += 1;
				const body = String(options.body);
				const request = { options, at: Date.now() - START, body, underWay };
				const answer = reply(request, [...sent]);
				sent.push(request);
				await sleep(('after' in answer && answer.after) || 0);
				underWay -= 1;
				if (answer instanceof Error) throw answer;
				return {
					headers: {},
					...answer,
					body: streamOf(answer),
				};
			},
		},
	};
	return { self: self as unknown as IExecuteFunctions, sent, decryptions: () => decrypted };
}

/** A request's end, where its words don't matter. */
export const failure = { message: 'm', description: 'd' };
export const refused: Outcome = { kind: 'refused', failure };
export const unknown: Outcome = { kind: 'unknown', failure };

export const fault = (code: string, more: object = {}): Error =>
	Object.assign(new Error(code), { code, ...more });

/** What Braze answers to a create. */
export const created = (schedule_id = 's-1'): Reply => ({
	statusCode: 201,
	body: { message: 'success', schedule_id, dispatch_id: 'd-1' },
});

/** What the transport reads from a response without headers. */
export const response = (statusCode: number, body?: unknown): Answer => ({
	kind: 'response',
	statusCode,
	headers: {},
	body,
});

/** A body as n8n hands it over when it is asked for a stream. */
const streamOf = ({ body, bodyAfter = 0 }: Reply) => ({
	async *[Symbol.asyncIterator]() {
		if (bodyAfter > 0) await sleep(bodyAfter);
		if (body !== undefined)
			yield Buffer.from(typeof body === 'string' ? body : JSON.stringify(body));
	},
	destroy: () => undefined,
});
