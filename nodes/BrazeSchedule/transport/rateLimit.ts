import { SECOND_MS } from '../domain/units';

/** No window of Braze's is longer than a day, so a later reset is a mistake. */
const LONGEST_WINDOW_MS = 86_400_000;

/** By its name in lowercase. A proxy may have repeated it. */
export function headerOf(headers: Record<string, unknown>, name: string): unknown {
	const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
	const value: unknown = entry?.[1];
	return Array.isArray(value) ? value[0] : value;
}

/** A number, or NaN, which is neither before nor after anything. */
function numberIn(headers: Record<string, unknown>, name: string): number {
	const value = headerOf(headers, name);
	if (typeof value !== 'string' && typeof value !== 'number') return Number.NaN;
	return String(value).trim() === '' ? Number.NaN : Number(value);
}

/** When the window opens again, if the answer has a plausible value. */
export function resetTime(headers: Record<string, unknown>, now: number): number | undefined {
	const reset = numberIn(headers, 'x-ratelimit-reset');
	// Seconds, as documented; thirteen digits can only be milliseconds.
	const fromReset = reset < 1e11 ? reset * SECOND_MS : reset;
	const fromRetryAfter = now + numberIn(headers, 'retry-after') * SECOND_MS;
	return [fromReset, fromRetryAfter].find((time) => time > now && time <= now + LONGEST_WINDOW_MS);
}

/** How many requests the window has left, if the answer has a plausible value. */
export function remainingRequests(headers: Record<string, unknown>): number | undefined {
	const remaining = Math.floor(numberIn(headers, 'x-ratelimit-remaining'));
	return remaining >= 0 && remaining < Infinity ? remaining : undefined;
}
