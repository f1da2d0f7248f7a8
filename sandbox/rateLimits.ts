import { MINUTE, HOUR, DAY } from './isoTime';

const DEFAULTS = {
	shared: { limit: 250_000, windowMs: HOUR },
	broadcast: { limit: 250, windowMs: MINUTE },
	audience: { limit: 10, windowMs: MINUTE },
	sendIds: { limit: 100, windowMs: DAY },
};

type LimitName = keyof typeof DEFAULTS;
export type LimitOptions = Partial<Record<LimitName, { limit?: number; windowMs?: number }>>;

export interface Reading {
	limit: number;
	remaining: number;
	reset: number;
	exceeded: boolean;
}

/** A window that a request counts against. */
export interface Claim {
	name: LimitName;
	key?: string;
}

/** Counters for windows that begin on the full hour or minute, not at the first request. */
export function createRateLimits(overrides: LimitOptions = {}, now: () => number) {
	const windows = new Map<LimitName, { start: number; used: Map<string, number> }>();

	const current = (name: LimitName) => {
		const { limit, windowMs } = { ...DEFAULTS[name], ...overrides[name] };
		const start = Math.floor(now() / windowMs) * windowMs;
		let window = windows.get(name);
		if (window?.start !== start) {
			window = { start, used: new Map<string, number>() };
			windows.set(name, window);
		}
		return { limit, used: window.used, reset: Math.ceil((start + windowMs) / 1000) };
	};

	const read = (name: LimitName, key: string = ''): Reading => {
		const { limit, used, reset } = current(name);
		const count = used.get(key) ?? 0;
		return { limit, remaining: Math.max(0, limit - count), reset, exceeded: count >= limit };
	};

	return {
		read,
		/**
		 * Counts one request against all given windows, or against none if one of them is full. Returns
		 * the tightest window, because the headers have room for only one.
		 */
		take(claims: { name: LimitName; key?: string }[]): Reading {
			const full = claims.map(({ name, key }) => read(name, key)).find((r) => r.exceeded);
			if (full) return full;
			for (const { name, key = '' } of claims) {
				const { used } = current(name);
				used.set(key, (used.get(key) ?? 0) + 1);
			}
			return claims
				.map(({ name, key }) => ({ ...read(name, key), exceeded: false }))
				.reduce((tightest, r) => (r.remaining < tightest.remaining ? r : tightest));
		},
		restart: () => windows.clear(),
	};
}

/** For an unknown key, Braze sends the headers without a value. */
export function rateLimitHeaders(reading: Reading | undefined): Record<string, string> {
	return {
		'x-ratelimit-limit': String(reading?.limit ?? ''),
		'x-ratelimit-remaining': String(reading?.remaining ?? ''),
		'x-ratelimit-reset': String(reading?.reset ?? ''),
	};
}
