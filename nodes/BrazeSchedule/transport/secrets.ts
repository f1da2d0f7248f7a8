const HIDDEN = '[hidden]';

/**
 * Braze repeats the key in a 401, and a proxy may repeat a header anywhere: whatever came from
 * outside passes through here before it is shown, stored or thrown.
 */
export function withoutSecret<T>(value: T, secret: string): T {
	if (secret === '') return value;
	if (typeof value === 'string') {
		return [secret, encodeURIComponent(secret), JSON.stringify(secret).slice(1, -1)].reduce<string>(
			(text, form) => text.replaceAll(form, HIDDEN),
			value,
		) as T;
	}
	if (Array.isArray(value)) return value.map((entry) => withoutSecret(entry, secret)) as T;
	if (typeof value === 'object' && value !== null) {
		return Object.fromEntries(
			Object.entries(value).map(([key, entry]) => [
				withoutSecret(key, secret),
				withoutSecret(entry, secret),
			]),
		) as T;
	}
	return value;
}
