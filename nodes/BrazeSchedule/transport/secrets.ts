const HIDDEN = '[hidden]';
/** No answer of Braze's nests nearly as deep; one that does is not worth a crash. */
const DEEPEST = 100;

/**
 * Braze repeats the key in a 401, and a proxy may repeat a header anywhere: whatever came from
 * outside passes through here before it is shown, stored or thrown.
 */
export function withoutSecret<T>(value: T, secret: string, depth = 0): T {
	if (secret === '') return value;
	if (depth > DEEPEST) return HIDDEN as T;
	if (typeof value === 'string') {
		return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)].reduce<string>(
			(text, form) => text.replaceAll(form, HIDDEN),
			value,
		) as T;
	}
	if (Array.isArray(value))
		return value.map((entry) => withoutSecret(entry, secret, depth + 1)) as T;
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(
			Object.entries(value).map(([key, entry]) => [
				withoutSecret(key, secret, depth + 1),
				withoutSecret(entry, secret, depth + 1),
			]),
		) as T;
	}
	return value;
}
