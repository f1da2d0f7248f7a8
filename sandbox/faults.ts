import { bearerToken } from './keys';
import { seededRandom } from './random';
import type { RequestRecord } from './requestLog';

/** These determine how the exchange ends. The first match applies. */
const ENDINGS = [
	'status',
	'dropBefore',
	'dropAfter',
	'hang',
	'truncate',
	'halfHeaders',
	'html',
	'queued',
	'redirect',
	'emptyBody',
] as const;
/** These change an answer or its delivery and can be combined. */
const TOUCHES = [
	'latency',
	'errors',
	'notice',
	'headers',
	'slowBody',
	'hugeBody',
	'wrongContentType',
	'duplicateHeaders',
	'http10Close',
] as const;

const KINDS: readonly string[] = [...ENDINGS, ...TOUCHES];

export type FaultKind = (typeof ENDINGS)[number] | (typeof TOUCHES)[number];

/** Which requests to affect, how often, and with what fault; see README.md. */
export interface FaultSpec {
	kind: FaultKind;
	match?: { path?: string | RegExp; method?: string; bodyIncludes?: string; key?: string };
	skip?: number;
	times?: number | 'always';
	probability?: number;
	seed?: number;
	accept?: boolean;
	status?: number;
	body?: unknown;
	headers?: Record<string, string | number | null>;
	ms?: number;
	before?: boolean;
	mode?: 'abort' | 'short';
	bytes?: number;
	chunked?: boolean;
	errors?: unknown[];
	notice?: string;
	location?: string;
	contentType?: string;
}

export interface FaultHandle {
	id: number;
	readonly hits: number;
	remove: () => void;
}

/** The faults of one request. */
export interface Plan {
	ending: FaultSpec | undefined;
	touches: FaultSpec[];
}

interface ArmedFault {
	id: number;
	spec: FaultSpec;
	seen: number;
	hits: number;
	random: () => number;
}

export function createFaults() {
	let armed: ArmedFault[] = [];
	let lastId = 0;

	return {
		add(spec: FaultSpec): FaultHandle {
			if (!KINDS.includes(spec?.kind)) {
				throw new TypeError(`Unknown fault "${spec?.kind}". There are: ${KINDS.join(', ')}`);
			}
			const fault = { id: ++lastId, spec, seen: 0, hits: 0, random: seededRandom(spec.seed ?? 1) };
			armed.push(fault);
			return {
				id: fault.id,
				get hits() {
					return fault.hits;
				},
				remove: () => {
					armed = armed.filter((other) => other !== fault);
				},
			};
		},

		clear() {
			armed = [];
		},

		/** The faults of this request. Uses up one turn of each. */
		plan(request: RequestRecord): Plan {
			const plan: Plan = { ending: undefined, touches: [] };
			for (const fault of armed) {
				const { spec } = fault;
				const isEnding = isEndingKind(spec.kind);
				if ((isEnding && plan.ending) || !matches(spec.match ?? {}, request)) continue;
				fault.seen++;
				if (fault.seen <= (spec.skip ?? 0) || fault.hits >= turnsOf(spec)) continue;
				if (spec.probability !== undefined && fault.random() >= spec.probability) continue;
				fault.hits++;
				if (isEnding) plan.ending = spec;
				else plan.touches.push(spec);
			}
			return plan;
		},
	};
}

const isEndingKind = (kind: string) => (ENDINGS as readonly string[]).includes(kind);

/** A fault with a probability stays active until it is cleared. */
function turnsOf({ times, probability }: FaultSpec) {
	if (times === 'always') return Infinity;
	return times ?? (probability === undefined ? 1 : Infinity);
}

function matches(
	{ path, method, bodyIncludes, key }: NonNullable<FaultSpec['match']>,
	request: RequestRecord,
) {
	if (typeof path === 'string' && !request.path.includes(path)) return false;
	if (path instanceof RegExp && request.path.search(path) === -1) return false;
	if (method !== undefined && method.toUpperCase() !== request.method) return false;
	if (bodyIncludes !== undefined && !request.rawBody.includes(bodyIncludes)) return false;
	return key === undefined || bearerToken(String(request.headers.authorization)) === key;
}
