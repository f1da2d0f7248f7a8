/** No window of Braze's is longer than a day, so a later reset is a mistake. */
const LONGEST_WINDOW = 86_400_000;

const SECOND = 1000;

/** By its name in lower case. A proxy may have said it twice. */
export function headerOf(headers: Record<string, unknown>, name: string): unknown {
	const entry = Object.entries(headers).find(([key]) => key.toLowerCase() === name);
	const value: unknown = entry?.[1];
	return Array.isArray(value) ? value[0] : value;
}

function header(headers: Record<string, unknown>, name: string): number | undefined {
	const value = headerOf(headers, name);
	if (typeof value !== 'string' && typeof value !== 'number') return undefined;
	const number = String(value).trim() === '' ? Number.NaN : Number(value);
	return Number.isFinite(number) ? number : undefined;
}

/** When the window opens again, if the answer says so believably. */
export function resetTime(headers: Record<string, unknown>, now: number): number | undefined {
	const reset = header(headers, 'x-ratelimit-reset');
	// Seconds, as documented; thirteen digits can only be milliseconds.
	const fromReset = reset === undefined ? undefined : reset < 1e11 ? reset * SECOND : reset;
	const seconds = header(headers, 'retry-after');
	const fromRetryAfter = seconds === undefined ? undefined : now + seconds * SECOND;
	return [fromReset, fromRetryAfter].find(
		(time) => time !== undefined && time > now && time <= now + LONGEST_WINDOW,
	);
}

/** How many requests the window still has, if the answer says so believably. */
export function remainingRequests(headers: Record<string, unknown>): number | undefined {
	const remaining = header(headers, 'x-ratelimit-remaining');
	return remaining !== undefined && remaining >= 0 ? Math.floor(remaining) : undefined;
}
