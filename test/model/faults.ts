import fc from 'fast-check';

import type { FaultSpec, RequestRecord, Sandbox } from '../../sandbox';

/** The faults of one request, and their names in a story. */
export const FAULTS = {
	refused: 'Braze refuses it (400)',
	down: 'Braze fails (503), nothing carried out',
	downAfter: 'Braze fails (504), but carried it out',
	lostAfter: 'the answer is lost, Braze carried it out',
	lostBefore: 'the answer is lost, Braze carried nothing out',
	busy: 'rate limit (429), open again in 1 s',
	closed: 'rate limit (429), open again in 90 s',
	goneAfter: 'the answer is lost, Braze carried it out, and refuses every repetition',
	slow: 'a slow answer',
	queued: 'Braze queues it (202)',
	wrongKey: 'Braze refuses the key and repeats it (401)',
} as const;
export type FaultName = keyof typeof FAULTS;

/** Which request of an item or schedule has the fault: its first, second or third. */
export interface Fault {
	item: number;
	nth: number;
	kind: FaultName;
}

export const MOST_ITEMS = 4;

/**
 * The item's index, modulo their number, so that a story keeps its faults while its items shrink.
 */
export const someFaults: fc.Arbitrary<Fault[]> = fc.array(
	fc.record({
		item: fc.nat(MOST_ITEMS - 1),
		nth: fc.oneof(
			{ withCrossShrink: true },
			{ weight: 4, arbitrary: fc.constant(0) },
			{ weight: 1, arbitrary: fc.integer({ min: 1, max: 2 }) },
		),
		kind: fc.constantFrom(...(Object.keys(FAULTS) as FaultName[])),
	}),
	{ maxLength: 3 },
);

export function arm(braze: Sandbox, { nth, kind }: Fault, match: FaultSpec['match']): void {
	braze.fault({ ...specOf(kind, braze), match, skip: nth, times: 1 });
	if (kind === 'goneAfter')
		braze.fault({ ...specOf('refused', braze), match, skip: nth, times: 'always' });
}

function specOf(kind: FaultName, { clock, key }: Sandbox): FaultSpec {
	const status = (code: number, message: string, more: Partial<FaultSpec> = {}): FaultSpec => ({
		kind: 'status',
		status: code,
		body: { message },
		...more,
	});
	const opensIn = (seconds: number) => ({
		headers: { 'X-RateLimit-Reset': Math.ceil(clock.now() / 1000) + seconds },
	});
	switch (kind) {
		case 'refused':
			return status(400, 'Invalid schedule_id');
		case 'down':
			return status(503, 'Service Unavailable');
		case 'downAfter':
			return status(504, 'Gateway Timeout', { accept: true });
		case 'lostAfter':
		case 'goneAfter':
			return { kind: 'dropAfter' };
		case 'lostBefore':
			return { kind: 'dropBefore' };
		case 'busy':
			return status(429, 'Rate limit exceeded', opensIn(1));
		case 'closed':
			return status(429, 'Rate limit exceeded', opensIn(90));
		case 'slow':
			return { kind: 'latency', ms: 8, before: true };
		case 'queued':
			return { kind: 'queued' };
		case 'wrongKey':
			return status(401, `Invalid API key: ${key}`);
	}
}

/** What the sender can learn about a request from the network alone. */
export type Fate = 'accepted' | 'refused' | 'unknown';

export const fateOf = ({ status }: RequestRecord): Fate =>
	status === null || status >= 500 ? 'unknown' : status >= 400 ? 'refused' : 'accepted';
